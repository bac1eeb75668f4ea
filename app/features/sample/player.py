"""Plays stories: each step is one command of the same services that the window uses.

A step is chosen from the order as it stands (its card) and its story, never from memory: a run that was cut
off at any point goes on where the records are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from app.core.clock import SetClock
from app.core.enums import (
    CLOSED,
    Action,
    ApprovalWay,
    LineKind,
    NoteKind,
    PaymentMethod,
    ReceiptProof,
    Role,
    Status,
    Visit,
)
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity
from app.core.rights import FOUNDER, Actor, Ctx
from app.core.tenders import Tender
from app.features.bench.service import BenchService
from app.features.handover.service import HandoverService
from app.features.handover.snapshots import Settlement
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import CustomerEntry, TakeIn
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.orders.snapshots import CardLine, OrderCard
from app.features.sample.people import dice
from app.features.sample.story import Course, Purse, Story
from app.features.sample.supplies import Goods, Supplies
from app.features.stock.service import StockService
from app.model import Customer, JournalEntry, PickupReceipt, RepairOrder, Staff
from app.store.door import Store

_CUSTOMER = select(Customer.id, Customer.name).where(
    Customer.phone == bindparam("phone"), Customer.merged_into_id.is_(None)
)
_RECEIPT = select(PickupReceipt.code).where(
    PickupReceipt.order_id == bindparam("order_id"), PickupReceipt.voided_at.is_(None)
)
_BY_KEY = select(
    RepairOrder.id, RepairOrder.status, RepairOrder.device_id, RepairOrder.guarantee_until
).where(RepairOrder.source_ref == bindparam("key"))
_LAST_AT = (
    select(JournalEntry.at)
    .where(JournalEntry.order_id == bindparam("order_id"))
    .order_by(JournalEntry.id.desc())
    .limit(1)
)

#: Minutes until the next step from a status, (least, most), at pace 1.
_PAUSES: Mapping[Status, tuple[int, int]] = {
    Status.REGISTERED: (20, 300),
    Status.DISPATCHED: (60, 600),
    Status.RECEIVED: (30, 1500),
    Status.QUOTED: (20, 1800),
    Status.APPROVED: (30, 1200),
    Status.DECLINED: (15, 200),
    Status.UNREPAIRABLE: (15, 200),
    Status.WAITING_PARTS: (1440, 8000),
    Status.WAITING_CUSTOMER: (600, 4300),
    Status.QC: (10, 240),
    Status.READY: (90, 5000),
    Status.RETURNING: (60, 400),
    Status.UNCLAIMED: (6000, 30000),
}
_WORKING = frozenset({Status.DIAGNOSING, Status.REPAIRING, Status.ON_SITE})
_PLAIN = {
    Purse.EXACT_CASH: PaymentMethod.CASH,
    Purse.WECHAT: PaymentMethod.WECHAT,
    Purse.ALIPAY: PaymentMethod.ALIPAY,
    Purse.CARD: PaymentMethod.CARD,
    Purse.TRANSFER: PaymentMethod.TRANSFER,
}


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works in the played shop: at least one person of each kind."""

    owner: Actor
    lead: Actor
    technicians: tuple[Actor, ...]
    counter: tuple[Actor, ...]


def crew_of(store: Store) -> Crew | None:
    """The active staff, or None where a role has nobody."""
    with store.read() as reading:
        rows = reading.execute(
            select(Staff.id, Staff.name, Staff.role).where(Staff.active).order_by(Staff.id)
        )
        people = [Actor(row.id, row.name, row.role) for row in rows]
    by_role = {role: tuple(each for each in people if each.role is role) for role in Role}
    if not all(by_role.values()):
        return None
    return Crew(
        by_role[Role.OWNER][0], by_role[Role.LEAD][0], by_role[Role.TECHNICIAN], by_role[Role.COUNTER]
    )


@dataclass(frozen=True, slots=True)
class Played:
    """An order after a step, and how long it rests before the next one."""

    card: OrderCard
    pause: timedelta
    #: For an order of an earlier run: when something last happened to it.
    since: datetime | None = None


class Player:
    """Carries orders on, one command a step, at the clock's moment."""

    def __init__(self, store: Store, clock: SetClock, crew: Crew, supplies: Supplies, seed: int) -> None:
        self._store = store
        self._clock = clock
        self._crew = crew
        self._supplies = supplies
        self._seed = seed
        self._intake = IntakeService(store)
        self._bench = BenchService(store)
        self._handover = HandoverService(store)
        self._stock = StockService(store)
        self._goods = {each.number: each for each in supplies.goods}
        self._part_ids: dict[str, int] = {}
        self._customers: dict[str, int] = {}

    # beginning

    def begin(self, story: Story) -> Played:
        """Take the device in, or open the order where that happened in an earlier run."""
        with self._store.read() as reading:
            found = reading.execute(_BY_KEY, {"key": story.key}).one_or_none()
        if found is not None:
            with self._store.read() as reading:
                since = reading.execute(_LAST_AT, {"order_id": found.id}).scalar_one_or_none()
            return replace(self._played(story, self._bench.open_card(found.id, self._crew.lead)), since=since)
        device = replace(story.device, technician_id=self._technician(story).id)
        customer = self._customer(story.customer)
        if story.rework_of:
            with self._store.read() as reading:
                first = reading.execute(_BY_KEY, {"key": story.rework_of}).one_or_none()
            if first is not None and first.status is Status.DELIVERED:
                device = replace(device, device_id=first.device_id, same_fault_as=first.id)
        taken = self._intake.take_in(
            Ctx.gesture(self._counter(story)),
            TakeIn(customer, (device,), story.deposit, story.deposit_method, (story.key,)),
        )
        self._customers[story.customer.phone] = taken.customer_id
        return self._played(story, self._bench.open_card(taken.orders[0].order_id, self._crew.lead))

    def _customer(self, entry: CustomerEntry) -> CustomerEntry:
        known = self._customers.get(entry.phone)
        if known is None:
            with self._store.read() as reading:
                for row in reading.execute(_CUSTOMER, {"phone": entry.phone}):
                    if row.name == entry.name:
                        known = row.id
        return entry if known is None else replace(entry, id=known)

    # going on

    def step(self, story: Story, card: OrderCard) -> Played | None:
        """One command more, or None where the story has reached its end."""
        if card.status is Status.DELIVERED:
            after = self._pay_later(story, card)
        elif card.status in CLOSED or card.status is story.stop:
            return None
        else:
            after = self._next(story, card)
        return None if after is None else self._played(story, after)

    def _next(self, story: Story, card: OrderCard) -> OrderCard | None:
        noted = self._missing_note(story, card)
        if noted is not None:
            return noted
        match card.status:
            case Status.REGISTERED:
                if story.course is Course.CANCEL:
                    return self._cancel(story, card)
                return self._move(self._crew.lead, card, Action.DISPATCH, self._supplies.says["dispatch"])
            case Status.DISPATCHED | Status.APPROVED | Status.WAITING_PARTS | Status.WAITING_CUSTOMER:
                return self._bench.go_on(self._by(self._technician(story)), card.id, card.version)
            case Status.RECEIVED:
                if story.course is Course.CANCEL:
                    return self._cancel(story, card)
                return self._bench.go_on(self._by(self._technician(story)), card.id, card.version)
            case Status.ON_SITE:
                return self._on_site(story, card)
            case Status.DIAGNOSING:
                return self._diagnosing(story, card)
            case Status.QUOTED:
                way = dice(self._seed, story.key, "way").choice((ApprovalWay.PHONE, ApprovalWay.COUNTER))
                return self._bench.answer_quote(
                    self._by(self._counter(story)),
                    card.id,
                    card.version,
                    agreed=story.course is not Course.DECLINE,
                    given=QuoteAnswer(way),
                )
            case Status.DECLINED | Status.UNREPAIRABLE:
                used = next((line for line in card.lines if line.taken > Quantity(0)), None)
                if used is not None:
                    return self._bench.remove_line(
                        self._by(self._technician(story)), card.id, card.version, used.id
                    )
                return self._handover.return_unrepaired(
                    self._by(self._counter(story)), card.id, card.version, story.diagnosis_fee
                )
            case Status.REPAIRING:
                return self._repairing(story, card)
            case Status.QC:
                return self._checking(story, card)
            case _:
                return self._at_counter(story, card)

    def _missing_note(self, story: Story, card: OrderCard) -> OrderCard | None:
        said = {note.text for note in card.notes}
        for text in story.notes:
            if text not in said:
                return self._bench.add_note(self._by(self._counter(story)), card.id, text)
        return None

    def _diagnosing(self, story: Story, card: OrderCard) -> OrderCard:
        technician = self._by(self._technician(story))
        if story.cause and not _has_note(card, NoteKind.CAUSE):
            return self._bench.diagnose(technician, card.id, card.version, "", story.cause, "")
        if story.course is Course.GIVE_UP:
            return self._move(self._technician(story), card, Action.GIVE_UP, story.barrier)
        if card.spend_limit is None:
            # Without a limit the customer is asked first, so everything is planned before the quote.
            charged = self._charge(story, card)
            if charged is not None:
                return charged
        return self._bench.done(technician, card.id, card.version)

    def _repairing(self, story: Story, card: OrderCard) -> OrderCard:
        technician = self._by(self._technician(story))
        says = self._supplies.says
        if (story.waits_parts or story.stop is Status.WAITING_PARTS) and not _waited(
            card, says["wait_parts"]
        ):
            goods = self._goods.get(story.parts[0]) if story.parts else None
            note = says["wait_parts"].format(part=goods.name if goods else "")
            return self._move(self._technician(story), card, Action.WAIT_PARTS, note)
        if (story.waits_customer or story.stop is Status.WAITING_CUSTOMER) and not _waited(
            card, says["wait_customer"]
        ):
            return self._move(self._technician(story), card, Action.WAIT_CUSTOMER, says["wait_customer"])
        charged = self._charge(story, card)
        if charged is not None:
            return charged
        planned = [line for line in card.lines if line.planned > Quantity(0)]
        if planned:
            for line in planned:
                self._restock(line)
            return self._bench.take_parts(technician, card.id, card.version)
        if story.fix and not _has_note(card, NoteKind.FIX):
            return self._bench.diagnose(technician, card.id, card.version, "", "", story.fix)
        try:
            return self._bench.done(technician, card.id, card.version)
        except Refusal as refused:
            if refused.reason not in (Reason.NOT_APPROVED, Reason.OVER_APPROVED):
                raise
            return self._bench.quote(technician, card.id, card.version)

    def _checking(self, story: Story, card: OrderCard) -> OrderCard:
        says = self._supplies.says["qc_fail"]
        if story.fails_check and not _waited(card, says):
            return self._move(self._crew.lead, card, Action.FAIL_QC, says)
        return self._move(self._crew.lead, card, Action.PASS_QC)

    def _on_site(self, story: Story, card: OrderCard) -> OrderCard:
        if story.brought_in:
            return self._move(self._technician(story), card, Action.BRING_IN)
        charged = self._charge(story, card)
        if charged is not None:
            return charged
        # Collected on the spot: the lead hands the money in and books it.
        return self._settle(story, card, self._crew.lead)

    def _at_counter(self, story: Story, card: OrderCard) -> OrderCard | None:
        counter = self._by(self._counter(story))
        says = self._supplies.says
        calls = sum(
            1
            for note in card.notes
            if note.kind is NoteKind.CONTACT and card.ready_at is not None and note.at >= card.ready_at
        )
        if calls < (2 if story.course is Course.FORGET else story.calls):
            return self._handover.record_contact(
                counter, card.id, says["called_again"] if calls else says["called"]
            )
        if story.course is Course.FORGET:
            if card.status is Status.READY:
                return self._move(self._counter(story), card, Action.MARK_UNCLAIMED)
            if story.stop is not Status.DISPOSED:
                return None
            if card.deposit_held > ZERO:
                return self._refund(story, card, card.deposit_held)
            return self._move(self._crew.lead, card, Action.DISPOSE, says["dispose"])
        if story.sent_back and card.status is Status.READY:
            return self._move(self._counter(story), card, Action.SEND_BACK)
        discounted = any(line.kind is LineKind.DISCOUNT for line in card.lines)
        discount = Money(card.customer_total.fen * story.discount_percent // 10_000 * 100)
        if discount > ZERO and not discounted:
            actor = self._counter(story) if story.discount_percent <= 5 else self._crew.owner
            return self._handover.set_discount(self._by(actor), card.id, card.version, discount)
        if card.deposit_held > card.customer_total:
            return self._refund(story, card, card.deposit_held - card.customer_total)
        return self._settle(story, card, self._counter(story))

    # charges

    def _charge(self, story: Story, card: OrderCard) -> OrderCard | None:
        """The next charge that the story has and the card has not."""
        technician = self._by(self._technician(story))
        there = {line.part_number for line in card.lines if line.kind is LineKind.PART}
        for number in story.parts:
            if number not in there:
                part_id = self._part(number)
                if card.status in (Status.REPAIRING, Status.ON_SITE):
                    self._restock_part(part_id, self._goods[number])
                return self._bench.add_part(technician, card.id, card.version, part_id)
        kinds = {line.kind for line in card.lines}
        if story.labour and LineKind.LABOUR not in kinds:
            return self._bench.add_line(
                technician,
                card.id,
                card.version,
                LineKind.LABOUR,
                story.fix or self._supplies.says["labour"],
                story.labour,
                minutes=story.minutes,
                reason=self._supplies.says["not_listed"],
            )
        if story.visit_fee and LineKind.VISIT not in kinds:
            return self._bench.add_line(
                technician,
                card.id,
                card.version,
                LineKind.VISIT,
                self._supplies.says["visit"],
                story.visit_fee,
                reason=self._supplies.says["not_listed"],
            )
        return None

    def _part(self, number: str) -> int:
        found = self._part_ids.get(number)
        if found is None:
            row = self._stock.find_by_code(number)
            if row is None:
                raise Refusal(Reason.CODE_UNKNOWN, text=number)
            found = self._part_ids[number] = row.id
        return found

    def _restock(self, line: CardLine) -> None:
        goods = self._goods.get(line.part_number)
        if line.part_id is not None and goods is not None:
            self._restock_part(line.part_id, goods)

    def _restock_part(self, part_id: int, goods: Goods) -> None:
        """Buy again what is running out, at a price that goes up and down."""
        row = self._stock.find_by_code(goods.number)
        if row is None or row.on_hand >= Quantity.of(2):
            return
        today = self._clock.now().date().isoformat()
        percent = dice(self._seed, goods.number, today, "price").randrange(92, 112)
        pieces = max(goods.stock, 4)
        cost = Money(goods.cost.fen * pieces * percent // 100)
        self._stock.receive(
            self._by(self._crew.counter[0]),
            part_id,
            Quantity.of(pieces),
            cost,
            dice(self._seed, goods.number).choice(self._supplies.suppliers),
        )

    # money

    def _settle(self, story: Story, card: OrderCard, actor: Actor) -> OrderCard:
        with self._store.read() as reading:
            code = reading.execute(_RECEIPT, {"order_id": card.id}).scalars().first() or ""
        on_account = story.purse is Purse.ON_ACCOUNT and card.due > ZERO
        settlement = Settlement(
            order_id=card.id,
            version=card.version,
            proof=ReceiptProof.IDENTITY if story.receipt_lost else ReceiptProof.SCANNED,
            receipt_code=code,
            identity_name=card.customer_name if story.receipt_lost else "",
            identity_phone=card.customer_phone if story.receipt_lost else "",
            tenders=self._tenders(story, card.due),
            on_account=on_account,
        )
        return self._handover.settle(self._by(self._crew.owner if on_account else actor), settlement).card

    def _tenders(self, story: Story, due: Money) -> tuple[Tender, ...]:
        if due <= ZERO or story.purse is Purse.ON_ACCOUNT:
            return ()
        if story.purse is Purse.CASH_WITH_CHANGE:
            note = dice(self._seed, story.key, "note").choice((1000, 5000, 10_000))
            return (Tender(PaymentMethod.CASH, Money(-(-due.fen // note) * note)),)
        if story.purse is Purse.SPLIT:
            electronic = Money(due.fen * 6 // 1000 * 100)
            return (Tender(PaymentMethod.WECHAT, electronic), Tender(PaymentMethod.CASH, due - electronic))
        return (Tender(_PLAIN[story.purse], due),)

    def _pay_later(self, story: Story, card: OrderCard) -> OrderCard | None:
        if story.pays_after_days is None or card.due <= ZERO:
            return None
        for invoice in self._handover.receivables(FOUNDER, card.customer_id):
            if invoice.number == card.invoice_number:
                self._handover.pay_invoice(
                    self._by(self._counter(story)), invoice.invoice_id, PaymentMethod.TRANSFER, invoice.due
                )
                return self._bench.open_card(card.id, self._crew.lead)
        return None

    def _cancel(self, story: Story, card: OrderCard) -> OrderCard:
        if card.deposit_held > ZERO:
            return self._refund(story, card, card.deposit_held)
        return self._move(self._counter(story), card, Action.CANCEL, self._supplies.says["cancel"])

    def _refund(self, story: Story, card: OrderCard, amount: Money) -> OrderCard:
        self._handover.refund_deposit(
            self._by(self._counter(story)),
            card.id,
            card.version,
            story.deposit_method,
            amount,
            self._supplies.says["refund"],
        )
        return self._bench.open_card(card.id, self._crew.lead)

    # who and when

    def _move(self, actor: Actor, card: OrderCard, action: Action, note: str = "") -> OrderCard:
        return self._bench.move(self._by(actor), card.id, card.version, action, note)

    def _by(self, actor: Actor) -> Ctx:
        return Ctx.gesture(actor)

    def _technician(self, story: Story) -> Actor:
        return self._crew.technicians[story.technician % len(self._crew.technicians)]

    def _counter(self, story: Story) -> Actor:
        return self._crew.counter[story.technician % len(self._crew.counter)]

    def _played(self, story: Story, card: OrderCard) -> Played:
        chance = dice(self._seed, story.key, card.status, card.version).random()
        if card.status in _WORKING:
            steps = 2 + len(story.parts)
            return Played(card, timedelta(minutes=max(2.0, story.minutes * (0.5 + chance) / steps)))
        if card.status in CLOSED:
            return Played(card, timedelta(days=story.pays_after_days or 0))
        if card.status is Status.READY and story.course is Course.FORGET:
            calls = sum(1 for note in card.notes if note.kind is NoteKind.CONTACT)
            return Played(card, timedelta(days=(1, 30, 62)[min(calls, 2)], hours=2))
        least, most = _PAUSES[card.status]
        minutes = (least + (most - least) * chance**2) * story.pace
        if card.status is Status.RECEIVED and story.device.visit is Visit.ON_SITE:
            minutes /= 4
        return Played(card, timedelta(minutes=minutes))


def _has_note(card: OrderCard, kind: NoteKind) -> bool:
    return any(note.kind is kind for note in card.notes)


def _waited(card: OrderCard, says: str) -> bool:
    """Whether a note of this wording stands on the card: what was noted has happened already."""
    head = says.split("{", maxsplit=1)[0]
    return any(note.text.startswith(head) for note in card.notes)
