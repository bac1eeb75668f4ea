"""Commands of the bench: every one returns the new card (design.md §2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from app.core import codes
from app.core.changes import Kind
from app.core.enums import (
    ON_BENCH,
    Action,
    ApprovalWay,
    BenchCommand,
    Command,
    LineKind,
    NoteKind,
    PaperKind,
    QuoteState,
    Role,
    Status,
)
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, clean_text
from app.core.money import ONE, ZERO, Money, Quantity
from app.core.rights import Actor, Ctx
from app.features.bench.snapshots import BenchQueue
from app.features.finder.indexing import reindex_words
from app.features.orders.card import card_by_code, card_by_id, is_late, read_facts
from app.features.orders.lines import (
    add_part_line,
    add_plain_line,
    give_back,
    refuse_frozen_lines,
    replace_by_fee,
    take_planned,
)
from app.features.orders.moves import add_note, keep_signature, move, set_status, stop_clocks
from app.features.orders.snapshots import OrderCard, OrderRow
from app.model import (
    Customer,
    Device,
    JournalEntry,
    OrderLine,
    Part,
    PartBarcode,
    Photo,
    Quote,
    RepairOrder,
    Staff,
    WorkLog,
)
from app.model.billing import taxed
from app.model.lifecycle import FINAL_ACTIONS, UNDO_WITHIN, required_command
from app.store.door import Store, Tx, repeatable

QUEUE_LIMIT = 300

_ORDER = RepairOrder.__table__.c
_QUEUE = (
    select(
        _ORDER.id,
        _ORDER.number,
        _ORDER.status,
        Customer.name.label("customer_name"),
        Customer.phone.label("customer_phone"),
        Device.category,
        Device.brand,
        Device.model,
        _ORDER.fault,
        Staff.name.label("technician"),
        _ORDER.technician_id,
        _ORDER.promised_at,
        _ORDER.taken_in_at,
        _ORDER.shelf,
    )
    .join(Customer, Customer.id == _ORDER.customer_id)
    .join(Device, Device.id == _ORDER.device_id)
    .outerjoin(Staff, Staff.id == _ORDER.technician_id)
    .where(_ORDER.status.in_(bindparam("statuses", expanding=True)))
    .order_by(_ORDER.promised_at, _ORDER.id)
)
_WORKABLE = (
    Status.REGISTERED,
    Status.DISPATCHED,
    Status.ON_SITE,
    *(status for status in Status if status in ON_BENCH),
)
_WAITING = frozenset({Status.QUOTED, Status.WAITING_PARTS, Status.WAITING_CUSTOMER})


class BenchService:
    """Commands and queries of the bench page."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # queries

    def queue(self, actor: Actor) -> BenchQueue:
        """The open orders: mine, free, waiting, late; each by promised date, so that late ones stand first."""
        now = self.store.clock.now()
        with self.store.read() as reading:
            rows = reading.execute(_QUEUE, {"statuses": list(_WORKABLE)}).all()
        mine, free, waiting, late = [], [], [], []
        for each in rows:
            row = OrderRow(
                id=each.id,
                number=each.number,
                status=each.status,
                customer_name=each.customer_name,
                customer_phone=each.customer_phone,
                category=each.category,
                brand=each.brand,
                model=each.model,
                fault=each.fault,
                technician=each.technician or "",
                promised_at=each.promised_at,
                taken_in_at=each.taken_in_at,
                late=is_late(each.status, each.promised_at, now),
                shelf=each.shelf,
            )
            if row.late:
                late.append(row)
            if row.status in _WAITING:
                waiting.append(row)
            elif each.technician_id == actor.id:
                mine.append(row)
            elif each.technician_id is None:
                free.append(row)
        return BenchQueue(
            tuple(mine[:QUEUE_LIMIT]),
            tuple(free[:QUEUE_LIMIT]),
            tuple(waiting[:QUEUE_LIMIT]),
            tuple(late[:QUEUE_LIMIT]),
        )

    def open_card(self, order_id: int, actor: Actor) -> OrderCard:
        """The card of an order; ``Refusal(NOT_FOUND)``."""
        with self.store.read() as reading:
            return card_by_id(reading, self.store.settings, order_id, actor, self.store.clock.now())

    def open_by_code(self, text: str, actor: Actor) -> OrderCard:
        """The card behind a scan; ``Refusal``: CODE_DAMAGED, CODE_FOREIGN, CODE_UNKNOWN."""
        match codes.parse(text):
            case codes.Code(kind=codes.CodeKind.ORDER, digits=digits):
                with self.store.read() as reading:
                    return card_by_code(reading, self.store.settings, digits, actor, self.store.clock.now())
            case codes.DamagedCode(digits=digits):
                raise Refusal(Reason.CODE_DAMAGED, text=digits)
            case _:
                raise Refusal(Reason.CODE_FOREIGN, text=text[:40])

    # moves

    @repeatable(lambda self, result: self._reopen(result))
    def move(self, ctx: Ctx, order_id: int, version: int, action: Action, note: str = "") -> OrderCard:
        """Make one move of the lifecycle table. Hand-over moves that involve money belong to the counter."""
        if action in _OWN_COMMANDS:
            raise ValueError(f"{action} has its own command")
        note = clean_text("reason", note, most=LINE)
        with self.store.write(required_command(action), ctx) as tx:
            order = tx.order(order_id, version)
            self._move(tx, order, action, note)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def undo(self, ctx: Ctx, order_id: int, version: int) -> OrderCard:
        """Take the last move back: its maker within 10 minutes, or a lead; as a new journal entry (design.md §5)."""
        with self.store.write(Command.UNDO_MOVE, ctx) as tx:
            order = tx.order(order_id, version)
            last = tx.session.scalar(
                select(JournalEntry)
                .where(JournalEntry.order_id == order_id, JournalEntry.to_status.is_not(None))
                .order_by(JournalEntry.id.desc())
                .limit(1)
            )
            if (
                last is None
                or last.from_status is None
                or last.action is None
                or last.action in FINAL_ACTIONS
                or last.to_status is not order.status
                or last.from_status is last.to_status
            ):
                raise Refusal(Reason.UNDO_IMPOSSIBLE)
            is_lead = tx.actor.role in (Role.LEAD, Role.OWNER)
            own = last.actor_id == tx.actor.id and tx.now - last.at <= UNDO_WITHIN
            if not own and not is_lead:
                raise Refusal(Reason.UNDO_TOO_LATE)
            before = order.status
            set_status(tx, order, last.from_status)
            if last.action in (Action.APPROVE, Action.APPROVE_AT_ONCE):
                order.approved_total = None
            if last.action in (Action.APPROVE, Action.DECLINE):
                answered = tx.session.scalar(
                    select(Quote).where(Quote.order_id == order_id).order_by(Quote.id.desc()).limit(1)
                )
                if answered is not None:
                    answered.state, answered.answered_at, answered.answered_way = QuoteState.OPEN, None, None
            # No action: the entry cannot be taken for a move of the table, and is never "undone" itself.
            tx.journal(order_id=order.id, from_status=before, to_status=last.from_status, undoes=last.id)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def assign(self, ctx: Ctx, order_id: int, version: int, staff_id: int | None) -> OrderCard:
        """Give the order to a technician (technicians take only for themselves), or to nobody."""
        with self.store.write(Command.ASSIGN, ctx) as tx:
            order = tx.order(order_id, version)
            _refuse_closed(order)
            if tx.actor.role is Role.TECHNICIAN and staff_id not in (None, tx.actor.id):
                raise Refusal(Reason.LEAD_ONLY)
            if staff_id is not None:
                staff = tx.session.get(Staff, staff_id)
                if staff is None or not staff.active or staff.role is Role.COUNTER:
                    raise Refusal(Reason.NOT_FOUND)
            order.technician_id = staff_id
            tx.journal(order_id=order.id, technician=staff_id)
            return self._answer(tx, order)

    # time

    @repeatable(lambda self, result: self._reopen(result))
    def start_work(self, ctx: Ctx, order_id: int, version: int) -> OrderCard:
        """Start the clock; one technician works on one order at a time, so his other clock stops."""
        with self.store.write(Command.LOG_WORK, ctx) as tx:
            order = tx.order(order_id, version)
            self._start_clock(tx, order)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def pause_work(self, ctx: Ctx, order_id: int, version: int) -> OrderCard:
        """Stop the clock on this order."""
        with self.store.write(Command.LOG_WORK, ctx) as tx:
            order = tx.order(order_id, version)
            running = tx.session.scalars(
                select(WorkLog).where(WorkLog.order_id == order_id, WorkLog.ended_at.is_(None))
            ).all()
            if not running:
                raise Refusal(Reason.WORK_NOT_RUNNING)
            stop_clocks(tx, order)
            tx.journal(order_id=order.id, clock="pause")
            return self._answer(tx, order)

    # what is known

    @repeatable(lambda self, result: self._reopen(result))
    def diagnose(self, ctx: Ctx, order_id: int, version: int, fault: str, cause: str, fix: str) -> OrderCard:
        """Record what was wrong, why, and what was done; empty fields are left as they were."""
        texts = {
            NoteKind.FAULT: clean_text("fault", fault),
            NoteKind.CAUSE: clean_text("cause", cause),
            NoteKind.FIX: clean_text("fix", fix),
        }
        with self.store.write(Command.DIAGNOSE, ctx) as tx:
            order = tx.order(order_id, version)
            _refuse_closed(order)
            for kind, text in texts.items():
                if text:
                    add_note(tx, order, kind, text)
            reindex_words(tx.reading(), order.id)
            tx.journal(order_id=order.id, diagnosed=[kind.value for kind, text in texts.items() if text])
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def add_note(self, ctx: Ctx, order_id: int, text: str, kind: NoteKind = NoteKind.NOTE) -> OrderCard:
        """A remark, or a contact with the customer; possible whatever else happened to the order meanwhile."""
        text = clean_text("note", text, required=True)
        with self.store.write(Command.ADD_NOTE, ctx) as tx:
            order = tx.order(order_id, None)
            add_note(tx, order, kind, text)
            tx.journal(order_id=order.id, note=kind.value)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def add_photo(self, ctx: Ctx, order_id: int, content: bytes) -> OrderCard:
        """Keep a picture of the device; ``Refusal``: BAD_IMAGE, FILE_TOO_LARGE."""
        photo = self.store.photos.put(content)
        with self.store.write(Command.ADD_PHOTO, ctx) as tx:
            order = tx.order(order_id, None)
            tx.session.add(
                Photo(
                    order_id=order.id,
                    sha256=photo.sha256,
                    suffix=photo.suffix,
                    staff_id=tx.actor.id or None,
                    at=tx.now,
                )
            )
            tx.journal(order_id=order.id, photo=photo.sha256)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._passcode(result["order_id"]))
    def reveal_passcode(self, ctx: Ctx, order_id: int) -> str:
        """The device's passcode, for who works on it; each look is journaled. ``Refusal(PASSCODE_GONE)``."""
        with self.store.write(Command.REVEAL_PASSCODE, ctx) as tx:
            order = tx.session.get(RepairOrder, order_id)
            if order is None:
                raise Refusal(Reason.NOT_FOUND)
            if order.passcode is None:
                raise Refusal(Reason.PASSCODE_GONE)
            plain = self.store.secrets.open(order.passcode, order.uuid.bytes)
            tx.journal(order_id=order.id, passcode="shown")
            tx.result = {"order_id": order.id}
            return plain

    # charges

    @repeatable(lambda self, result: self._reopen(result))
    def add_part(
        self, ctx: Ctx, order_id: int, version: int, part_id: int, quantity: Quantity = ONE
    ) -> OrderCard:
        """A part for this order: taken from stock while repairing, else planned for the quote.

        While repairing, a part that was planned is taken first. ``Refusal``: OUT_OF_STOCK, PART_INACTIVE, LINES_FROZEN.
        """
        with self.store.write(Command.ADD_PART, ctx) as tx:
            order = tx.order(order_id, version)
            refuse_frozen_lines(order)
            line = add_part_line(tx, order, part_id, quantity)
            tx.journal(order_id=order.id, line=line.id, part=part_id, milli=quantity.milli)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def add_part_by_code(
        self, ctx: Ctx, order_id: int, version: int, text: str, quantity: Quantity = ONE
    ) -> OrderCard:
        """A scanned part: our label, an EAN, the supplier's code or an exact part number."""
        with self.store.read() as reading:
            part_id = reading.execute(
                select(PartBarcode.part_id).where(PartBarcode.code == text.strip())
            ).scalar_one_or_none()
            if part_id is None:
                part_id = reading.execute(
                    select(Part.id).where(Part.number == text.strip())
                ).scalar_one_or_none()
        if part_id is None:
            known = codes.parse(text)
            if isinstance(known, codes.DamagedCode):
                raise Refusal(Reason.CODE_DAMAGED, text=known.digits)
            reason = Reason.CODE_UNKNOWN if isinstance(known, codes.Code) else Reason.CODE_FOREIGN
            raise Refusal(reason, text=text[:40])
        return self.add_part(ctx, order_id, version, part_id, quantity)

    @repeatable(lambda self, result: self._reopen(result))
    def take_parts(self, ctx: Ctx, order_id: int, version: int) -> OrderCard:
        """Take everything that is planned from stock, or nothing where something is missing."""
        with self.store.write(Command.ADD_PART, ctx) as tx:
            order = tx.order(order_id, version)
            taken = take_planned(tx, order)
            tx.journal(order_id=order.id, taken=taken)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def add_line(
        self,
        ctx: Ctx,
        order_id: int,
        version: int,
        kind: LineKind,
        description: str,
        unit_price: Money,
        quantity: Quantity = ONE,
        minutes: int = 0,
    ) -> OrderCard:
        """Labour, visit fee or another charge; parts and discounts have their own commands."""
        if kind in (LineKind.PART, LineKind.DISCOUNT):
            raise ValueError(f"{kind} has its own command")
        with self.store.write(Command.ADD_LINE, ctx) as tx:
            order = tx.order(order_id, version)
            refuse_frozen_lines(order, kind)
            line = add_plain_line(tx, order, kind, description, unit_price, quantity, minutes)
            tx.journal(order_id=order.id, line=line.id, kind=kind.value, fen=line.amount.fen)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def remove_line(self, ctx: Ctx, order_id: int, version: int, line_id: int) -> OrderCard:
        """Take a charge off; parts go back to stock at the value they left with."""
        with self.store.write(Command.REMOVE_LINE, ctx) as tx:
            order = tx.order(order_id, version)
            line = tx.session.get(OrderLine, line_id)
            if line is None or line.order_id != order.id or line.removed:
                raise Refusal(Reason.NOT_FOUND)
            if line.kind is not LineKind.PART or not line.taken:
                refuse_frozen_lines(order, line.kind)
            elif order.status not in (*ON_BENCH, Status.ON_SITE):
                raise Refusal(Reason.LINES_FROZEN, status=order.status)
            give_back(tx, order, line)
            line.removed = True
            tx.journal(order_id=order.id, removed=line.id)
            return self._answer(tx, order)

    # quote

    @repeatable(lambda self, result: self._reopen(result))
    def quote(self, ctx: Ctx, order_id: int, version: int) -> OrderCard:
        """Freeze the present charges as a quote for the customer; a newer quote replaces the open one."""
        with self.store.write(Command.QUOTE, ctx) as tx:
            order = tx.order(order_id, version)
            facts = read_facts(tx.reading(), tx.settings, order)
            move(tx, order, Action.QUOTE, facts=facts)
            self._freeze_quote(tx, order, facts.customer_total)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def answer_quote(
        self,
        ctx: Ctx,
        order_id: int,
        version: int,
        *,
        agreed: bool,
        way: ApprovalWay = ApprovalWay.COUNTER,
        signature_png: bytes = b"",
    ) -> OrderCard:
        """The customer agrees (in person, by phone, by signature) or declines."""
        with self.store.write(Command.ANSWER_QUOTE, ctx) as tx:
            order = tx.order(order_id, version)
            quote = tx.session.scalar(
                select(Quote)
                .where(Quote.order_id == order_id, Quote.state == QuoteState.OPEN)
                .order_by(Quote.id.desc())
            )
            move(tx, order, Action.APPROVE if agreed else Action.DECLINE, way=way.value)
            if signature_png:
                keep_signature(tx, order, PaperKind.QUOTE, signature_png)
            if quote is not None:
                quote.state = QuoteState.APPROVED if agreed else QuoteState.DECLINED
                quote.answered_at, quote.answered_way = tx.now, way
                if agreed:
                    order.approved_total = quote.total
            return self._answer(tx, order)

    # the command sheet

    def command(self, ctx: Ctx, card: OrderCard, command: BenchCommand) -> OrderCard:
        """Do what a scanned command code (or its key) means for the card that is open."""
        args = (ctx, card.id, card.version)
        match command:
            case BenchCommand.START | BenchCommand.RESUME:
                return self.go_on(*args)
            case BenchCommand.PAUSE:
                return self.pause_work(*args)
            case BenchCommand.DONE:
                return self.done(*args)
            case BenchCommand.WAIT_PARTS:
                return self.move(*args, Action.WAIT_PARTS)
            case BenchCommand.WAIT_CUSTOMER:
                return self.move(*args, Action.WAIT_CUSTOMER)
            case BenchCommand.QC_PASS:
                return self.move(*args, Action.PASS_QC)
            case BenchCommand.QC_FAIL:
                return self.move(*args, Action.FAIL_QC)
            case BenchCommand.UNREPAIRABLE:
                return self.move(*args, Action.GIVE_UP)
            case BenchCommand.TAKE_PARTS:
                return self.take_parts(*args)
            case BenchCommand.UNDO:
                return self.undo(*args)
            case BenchCommand.REMOVE_PART:
                parts = [line for line in card.lines if line.kind is LineKind.PART]
                if not parts:
                    raise Refusal(Reason.NOT_FOUND)
                return self.remove_line(*args, parts[-1].id)
            case _:
                raise ValueError(f"{command} belongs to the page")

    @repeatable(lambda self, result: self._reopen(result))
    def go_on(self, ctx: Ctx, order_id: int, version: int) -> OrderCard:
        """ "Start": the next working status from where the order stands, the clock running, the order mine."""
        with self.store.write(Command.LOG_WORK, ctx) as tx:
            order = tx.order(order_id, version)
            step = _START_STEPS.get(order.status)
            if step is not None:
                self._move(tx, order, step, "")
            elif order.status not in (Status.DIAGNOSING, Status.REPAIRING, Status.ON_SITE):
                raise Refusal(Reason.MOVE_NOT_ALLOWED, action=BenchCommand.START, status=order.status)
            self._start_clock(tx, order, again=step is not None)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def done(self, ctx: Ctx, order_id: int, version: int) -> OrderCard:
        """ "Done": after diagnosis approved where it may be, else quoted; after repair to the check."""
        with self.store.write(Command.MOVE_ORDER, ctx) as tx:
            order = tx.order(order_id, version)
            if order.status is Status.DIAGNOSING:
                facts = read_facts(tx.reading(), tx.settings, order)
                try:
                    self._move(tx, order, Action.APPROVE_AT_ONCE, "")
                except Refusal:
                    move(tx, order, Action.QUOTE, facts=facts)
                    self._freeze_quote(tx, order, facts.customer_total)
            elif order.status in (Status.DECLINED, Status.UNREPAIRABLE):
                fee = tx.settings.diagnosis_fee if order.status is Status.DECLINED else 0
                move(tx, order, Action.RETURN_UNREPAIRED, fee_fen=fee)
                replace_by_fee(tx, order, Money(fee))
            else:
                move(tx, order, Action.SEND_TO_QC)
            return self._answer(tx, order)

    # inside

    def _move(self, tx: Tx, order: RepairOrder, action: Action, note: str) -> None:
        facts = read_facts(tx.reading(), tx.settings, order)
        move(tx, order, action, note=note, facts=facts)
        if action is Action.APPROVE_AT_ONCE:
            order.approved_total = max(facts.customer_total, facts.spend_limit or ZERO)
        if (
            action in (Action.START_DIAGNOSIS, Action.START_REPAIR, Action.ARRIVE)
            and order.technician_id is None
        ):
            order.technician_id = tx.actor.id
        if action is Action.RECONSIDER:
            order.approved_total = facts.customer_total
        if action in (Action.RECEIVE, Action.BRING_IN):
            from app.features.intake.service import receive_device

            receive_device(tx, order)
        if action is Action.CANCEL:
            from app.features.handover.release import release_device

            release_device(tx, order)

    def _start_clock(self, tx: Tx, order: RepairOrder, *, again: bool = False) -> None:
        if order.status not in (Status.DIAGNOSING, Status.REPAIRING, Status.ON_SITE):
            raise Refusal(Reason.MOVE_NOT_ALLOWED, action=BenchCommand.START, status=order.status)
        running = tx.session.scalars(
            select(WorkLog).where(WorkLog.staff_id == tx.actor.id, WorkLog.ended_at.is_(None))
        ).all()
        if any(log.order_id == order.id for log in running):
            if again:
                return
            raise Refusal(Reason.WORK_RUNNING)
        for log in running:
            log.ended_at = max(tx.now, log.started_at)
            tx.changed(Kind.ORDER, log.order_id)
        tx.session.add(WorkLog(order_id=order.id, staff_id=tx.actor.id, started_at=tx.now))
        if order.technician_id is None:
            order.technician_id = tx.actor.id
        tx.journal(order_id=order.id, clock="start")

    def _freeze_quote(self, tx: Tx, order: RepairOrder, total: Money) -> None:
        versions = tx.session.scalars(select(Quote).where(Quote.order_id == order.id)).all()
        for each in versions:
            if each.state is QuoteState.OPEN:
                each.state = QuoteState.REPLACED
        lines = tx.session.scalars(
            select(OrderLine)
            .where(OrderLine.order_id == order.id, OrderLine.removed.is_(False))
            .order_by(OrderLine.id)
        )
        frozen = [
            {
                "kind": line.kind.value,
                "description": line.description,
                "unit": line.unit,
                "milli": line.quantity.milli,
                "price_fen": line.unit_price.fen,
                "tax_permille": line.tax_permille,
                "fen": taxed(line.amount, line.tax_permille, inclusive=tx.settings.tax_inclusive).gross.fen,
                "payer": line.payer.value,
            }
            for line in lines
        ]
        tx.session.add(
            Quote(
                order_id=order.id,
                version=len(versions) + 1,
                state=QuoteState.OPEN,
                lines={"lines": frozen},
                total=total,
                valid_until=tx.today + timedelta(days=tx.settings.quote_valid_days),
                made_at=tx.now,
                made_by_id=tx.actor.id or None,
            )
        )

    def _answer(self, tx: Tx, order: RepairOrder) -> OrderCard:
        tx.result = {"order_id": order.id}
        return card_by_id(tx.reading(), tx.settings, order.id, tx.actor, tx.now)

    def _reopen(self, result: dict[str, Any]) -> OrderCard:
        # A repeat shows the order as it is now, to nobody in particular: the page reads it again for its user.
        return self.open_card(int(result["order_id"]), Actor(0, "", Role.OWNER))

    def _passcode(self, order_id: int) -> str:
        with self.store.read() as reading:
            row = reading.execute(select(_ORDER.passcode, _ORDER.uuid).where(_ORDER.id == order_id)).one()
        if row.passcode is None:
            raise Refusal(Reason.PASSCODE_GONE)
        return self.store.secrets.open(bytes(row.passcode), row.uuid.bytes)


#: Moves that money, quotes or papers hang on are made by their own commands only.
_OWN_COMMANDS = frozenset(
    {
        Action.QUOTE,
        Action.APPROVE,
        Action.DECLINE,
        Action.DELIVER,
        Action.DELIVER_ON_SITE,
        Action.RETURN_UNREPAIRED,
    }
)
_START_STEPS = {
    Status.RECEIVED: Action.START_DIAGNOSIS,
    Status.APPROVED: Action.START_REPAIR,
    Status.WAITING_PARTS: Action.RESUME,
    Status.WAITING_CUSTOMER: Action.RESUME,
    Status.DISPATCHED: Action.ARRIVE,
}


def _refuse_closed(order: RepairOrder) -> None:
    if not order.open:
        raise Refusal(Reason.ORDER_CLOSED)
