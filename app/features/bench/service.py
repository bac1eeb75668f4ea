"""Commands of the bench: every one returns the new card (design.md §2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from app.core import codes
from app.core.enums import (
    ON_BENCH,
    Action,
    BenchCommand,
    Command,
    LineKind,
    NoteKind,
    PaperKind,
    PriceUse,
    QuoteState,
    Role,
    Status,
)
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, clean_text
from app.core.money import ONE, ZERO, Money, Quantity
from app.core.rights import Actor, Ctx
from app.features.bench.clocks import pause_clock, start_clock
from app.features.bench.queue import read_queue
from app.features.bench.quoting import agreed_to, answer, freeze_quote, newest_quote, told_of
from app.features.bench.snapshots import BenchChoices, BenchQueue
from app.features.bench.steps import finish, make_move, start_step, take_back
from app.features.finder.indexing import reindex_words
from app.features.orders.card import card_by_code, card_by_id, read_facts
from app.features.orders.lines import (
    add_kit_lines,
    add_part_line,
    add_plain_line,
    give_back,
    plan_less,
    refuse_frozen_lines,
    take_planned,
)
from app.features.orders.moves import add_note, keep_signature, move
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.orders.snapshots import CardPhoto, OrderCard
from app.features.pricing.allowance import below_list
from app.features.pricing.charging import change_price, charge_listed, keep_to_list, listed
from app.features.pricing.reading import fee_of, offers_for
from app.features.pricing.snapshots import PriceChoice, PriceOffer
from app.features.stock.ledger.parts import part_to_move
from app.features.stock.scans import part_by_scan
from app.features.till.approval import vouched
from app.model import (
    OrderLine,
    Photo,
    RepairOrder,
    Staff,
)
from app.model.lifecycle import required_command
from app.store.door import Store, Tx, repeatable
from app.store.order_head import AnyOrder

_STAFF = Staff.__table__.c
_ORDER = RepairOrder.__table__.c
_TECHNICIANS = (
    select(_STAFF.id, _STAFF.name).where(_STAFF.active, _STAFF.role != Role.COUNTER).order_by(_STAFF.id)
)


class BenchService:
    """Commands and queries of the bench page."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # queries

    def queue(self, actor: Actor) -> BenchQueue:
        """The open orders: mine, free, waiting, late; each by promised date, so that late ones stand first."""
        with self.store.read() as reading:
            return read_queue(reading, actor, self.store.clock.now())

    def choices(self) -> BenchChoices:
        """Technicians to choose from, and the shop's usual prices."""
        settings = self.store.settings
        with self.store.read() as reading:
            technicians = tuple((each.id, each.name) for each in reading.execute(_TECHNICIANS))
        return BenchChoices(
            technicians,
            Money(settings.labour_price),
            Money(settings.visit_fee),
            Money(settings.diagnosis_fee),
            settings.time_zone,
        )

    def diagnosis_fee(self, card: OrderCard) -> Money:
        """What finding the fault of this device usually costs: the list's for its category, else the shop's."""
        with self.store.read() as reading:
            fee = fee_of(reading, PriceUse.DIAGNOSIS, card.category, card.job_kind)
        return Money(self.store.settings.diagnosis_fee) if fee is None else fee

    def photo_file(self, photo: CardPhoto) -> Path:
        """Where a picture of the card lies."""
        return self.store.photos.path(photo.sha256, photo.suffix)

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
        with self.store.write(required_command(action), ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            make_move(tx, order, action, note)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def undo(self, ctx: Ctx, order_id: int, version: int) -> OrderCard:
        """Take the last move back: its maker within 10 minutes, or a lead; as a new journal entry (design.md §5)."""
        with self.store.write(Command.UNDO_MOVE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            take_back(tx, order)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def assign(self, ctx: Ctx, order_id: int, version: int, staff_id: int | None) -> OrderCard:
        """Give the order to a technician, or to nobody.

        A technician takes free ones and gives back his own; a colleague's order moves by a lead: ``LEAD_ONLY``.
        """
        with self.store.write(Command.ASSIGN, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            _refuse_closed(order)
            if tx.actor.role is Role.TECHNICIAN and {staff_id, order.technician_id} - {None, tx.actor.id}:
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
        with self.store.write(Command.LOG_WORK, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            start_clock(tx, order)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def pause_work(self, ctx: Ctx, order_id: int, version: int) -> OrderCard:
        """Stop one's own clock on this order; a lead stops a colleague's."""
        with self.store.write(Command.LOG_WORK, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            pause_clock(tx, order)
            return self._answer(tx, order)

    # what is known

    @repeatable(lambda self, result: self._reopen(result))
    def diagnose(self, ctx: Ctx, order_id: int, version: int, fault: str, cause: str, fix: str) -> OrderCard:
        """Record what was wrong, why, and what was done; empty fields are left as they were, one must say something."""
        texts = {
            NoteKind.FAULT: clean_text("fault", fault),
            NoteKind.CAUSE: clean_text("cause", cause),
            NoteKind.FIX: clean_text("fix", fix),
        }
        if not any(texts.values()):
            raise Refusal(Reason.FIELD_REQUIRED, field="fault")
        with self.store.write(Command.DIAGNOSE, ctx, order_id=order_id) as tx:
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
        with self.store.write(Command.ADD_NOTE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, None)
            add_note(tx, order, kind, text)
            tx.journal(order_id=order.id, note=kind.value)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def add_photo(self, ctx: Ctx, order_id: int, content: bytes) -> OrderCard:
        """Keep a picture of the device; ``Refusal``: BAD_IMAGE, FILE_TOO_LARGE."""
        photo = self.store.photos.put(content)
        with self.store.write(Command.ADD_PHOTO, ctx, order_id=order_id) as tx:
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
        """The device's passcode, for who works on it; each look is journaled (domain.md §3).

        Raises ``Refusal``: PASSCODE_GONE, NOT_YOUR_ORDER for a technician whose order it is not.
        """
        with self.store.write(Command.REVEAL_PASSCODE, ctx, order_id=order_id) as tx:
            order = tx.session.get(RepairOrder, order_id)
            if order is None:
                raise Refusal(Reason.NOT_FOUND)
            if tx.actor.role is Role.TECHNICIAN and order.technician_id != tx.actor.id:
                raise Refusal(Reason.NOT_YOUR_ORDER)
            if order.passcode is None:
                raise Refusal(Reason.PASSCODE_GONE)
            plain = self.store.secrets.open(order.passcode, order.uuid.bytes)
            tx.journal(order_id=order.id, passcode="shown")
            tx.result = {"order_id": order.id}
            return plain

    def write_passcode(self, ctx: Ctx, order_id: int, passcode: str) -> OrderCard:
        """Write down the device's passcode as the customer says it now; refusals of ``Passcodes.write_down``."""
        from app.features.privacy.passcodes import Passcodes

        Passcodes(self.store).write_down(ctx, order_id, passcode)
        return self.open_card(order_id, ctx.actor)

    # charges

    @repeatable(lambda self, result: self._reopen(result))
    def add_part(
        self,
        ctx: Ctx,
        order_id: int,
        version: int,
        part_id: int,
        quantity: Quantity = ONE,
        serials: Sequence[str] = (),
        *,
        instead_of: int | None = None,
    ) -> OrderCard:
        """A part for this order: taken from stock while repairing, else planned for the quote.

        While repairing, a part that was planned is taken first, and out of one's own bag first. A kit adds its parts
        and its labour, all or nothing. ``instead_of`` is the planned part that a substitute stands for.

        Raises ``Refusal``: OUT_OF_STOCK, PART_RESERVED, PART_INACTIVE, KIT_EMPTY, SERIAL_NEEDED and its kin,
        LINES_FROZEN.
        """
        with self.store.write(Command.ADD_PART, ctx, order_id=order_id) as tx:
            order = tx.order_head(order_id, version)
            refuse_frozen_lines(order)
            # Held on to: what nobody holds the session forgets and reads again.
            part = part_to_move(tx, part_id)
            if part.kit:
                lines = [line.id for line in add_kit_lines(tx, order, part_id, quantity)]
                tx.journal(order_id=order.id, lines=lines, kit=part_id, milli=quantity.milli)
            else:
                stands: dict[str, Any] = {} if instead_of is None else {"instead_of": instead_of}
                if instead_of is not None:
                    _plan_less(tx, order, instead_of, quantity)
                line = add_part_line(tx, order, part_id, quantity, serials)
                tx.journal(order_id=order.id, line=line.id, part=part_id, milli=quantity.milli, **stands)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def add_part_by_code(
        self, ctx: Ctx, order_id: int, version: int, text: str, quantity: Quantity = ONE
    ) -> OrderCard:
        """A scanned part: our label, an EAN, the supplier's code, an exact part number, or one piece by its serial
        number."""
        with self.store.read() as reading:
            found = part_by_scan(reading, text)
        if found is None:
            known = codes.parse(text)
            if isinstance(known, codes.DamagedCode):
                raise Refusal(Reason.CODE_DAMAGED, text=known.digits)
            reason = Reason.CODE_UNKNOWN if isinstance(known, codes.Code) else Reason.CODE_FOREIGN
            raise Refusal(reason, text=text[:40])
        serials = (found.serial,) if found.serial and quantity == ONE else ()
        return self.add_part(ctx, order_id, version, found.part_id, quantity, serials)

    @repeatable(lambda self, result: self._reopen(result))
    def take_parts(
        self,
        ctx: Ctx,
        order_id: int,
        version: int,
        serials: Mapping[int, Sequence[str]] = MappingProxyType({}),
    ) -> OrderCard:
        """Take everything that is planned from stock, or nothing where something is missing.

        ``serials`` are the pieces by line, of parts that have serial numbers. ``Refusal``: OUT_OF_STOCK,
        PART_RESERVED, SERIAL_NEEDED and its kin, LINES_FROZEN, NOTHING_PLANNED.
        """
        with self.store.write(Command.ADD_PART, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            taken = take_planned(tx, order, serials)
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
        reason: str = "",
    ) -> OrderCard:
        """Labour, visit fee or another charge, typed by hand; parts and discounts have their own commands. What the
        price list has by that name is at its price: ``Refusal(IN_PRICE_LIST)``; for what it has not, ``reason`` says
        why nothing of it was taken: ``Refusal(NOT_LISTED_REASON_NEEDED)``."""
        if kind in (LineKind.PART, LineKind.DISCOUNT):
            raise ValueError(f"{kind} has its own command")
        with self.store.write(Command.ADD_LINE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            refuse_frozen_lines(order, kind)
            line = add_plain_line(tx, order, kind, description, unit_price, quantity, minutes)
            keep_to_list(tx, order, line, reason)
            by_hand: dict[str, Any] = {} if line.item_code else {"by_hand_fen": line.amount.fen}
            tx.journal(order_id=order.id, line=line.id, kind=kind.value, fen=line.amount.fen, **by_hand)
            return self._answer(tx, order)

    def price_offers(self, order_id: int, typed: str = "") -> tuple[PriceOffer, ...]:
        """What the price list offers for an order: without typed words what fits it."""
        with self.store.read() as reading:
            return offers_for(reading, self.store.settings, order_id, typed)

    @repeatable(lambda self, result: self._reopen(result))
    def add_listed(
        self, ctx: Ctx, order_id: int, version: int, choice: PriceChoice, approver: Actor | None = None
    ) -> OrderCard:
        """A charge of the price list, or every line of a package. Raises ``Refusal`` as ``charge_listed``."""
        with self.store.write(Command.ADD_LINE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            lines = charge_listed(tx, order, choice, approver)
            tx.journal(order_id=order.id, **listed(tx, order, lines), **vouched(tx.actor, approver))
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def change_price(
        self,
        ctx: Ctx,
        order_id: int,
        version: int,
        line_id: int,
        price: Money,
        reason: str = "",
        approver: Actor | None = None,
    ) -> OrderCard:
        """Another unit price for a charge, with its reason. Raises ``Refusal``: NOT_FOUND, LINES_FROZEN,
        PRICE_REASON_NEEDED, AMOUNT_NEGATIVE, BAD_AMOUNT, and PRICE_OVER_LIMIT below the list by more than the limit of
        the role, unless ``approver`` may."""
        with self.store.write(Command.CHANGE_PRICE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            line = tx.session.get(OrderLine, line_id)
            if line is None or line.order_id != order.id or line.removed or line.kind is LineKind.DISCOUNT:
                raise Refusal(Reason.NOT_FOUND)
            refuse_frozen_lines(order, line.kind)
            before = line.unit_price
            change_price(tx, order, line, price, reason, approver)
            tx.journal(
                order_id=order.id,
                line=line.id,
                fen=price.fen,
                before_fen=before.fen,
                **below_list(tx, order, [line]),
                **vouched(tx.actor, approver),
            )
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def remove_line(self, ctx: Ctx, order_id: int, version: int, line_id: int, reason: str = "") -> OrderCard:
        """Take a charge off; parts go back to stock at the value they left with.

        What the customer was told in a quote is taken off with a reason, which stays in the order's history. Raises
        ``Refusal``: NOT_FOUND, NOTE_REQUIRED, LINES_FROZEN, ORDER_CLOSED, OLD_PART_STATE, TEXT_TOO_LONG.
        """
        reason = clean_text("reason", reason, most=LINE)
        with self.store.write(Command.REMOVE_LINE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            line = tx.session.get(OrderLine, line_id)
            if line is None or line.order_id != order.id or line.removed:
                raise Refusal(Reason.NOT_FOUND)
            if line.kind is not LineKind.PART or not line.taken:
                refuse_frozen_lines(order, line.kind)
            elif not order.open:
                raise Refusal(Reason.ORDER_CLOSED)
            elif order.status not in (*ON_BENCH, Status.ON_SITE):
                raise Refusal(Reason.LINES_FROZEN, status=order.status)
            told = told_of(tx, order, line.id)
            if told and not reason:
                raise Refusal(Reason.NOTE_REQUIRED)
            give_back(tx, order, line)
            line.removed = True
            if reason:
                add_note(tx, order, NoteKind.REMOVED, f"{line.description}: {reason}".removeprefix(": "))
            tx.journal(order_id=order.id, removed=line.id, fen=line.amount.fen, quoted=told)
            return self._answer(tx, order)

    # quote

    @repeatable(lambda self, result: self._reopen(result))
    def quote(self, ctx: Ctx, order_id: int, version: int) -> OrderCard:
        """Freeze the present charges as a quote for the customer; a newer quote replaces the open one."""
        with self.store.write(Command.QUOTE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            facts = read_facts(tx.reading(), tx.settings, order)
            move(tx, order, Action.QUOTE, facts=facts)
            freeze_quote(tx, order, facts.customer_total)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def answer_quote(
        self,
        ctx: Ctx,
        order_id: int,
        version: int,
        *,
        agreed: bool,
        given: QuoteAnswer = QuoteAnswer(),
    ) -> OrderCard:
        """The customer agrees (in person, by phone, by WeChat, by signature), perhaps up to more than the quote, or
        declines. Raises ``Refusal``: MOVE_NOT_ALLOWED, QUOTE_EXPIRED, LIMIT_TOO_LOW, BAD_TEXT, TEXT_TOO_LONG."""
        with self.store.write(Command.ANSWER_QUOTE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            move(tx, order, Action.APPROVE if agreed else Action.DECLINE, way=given.way.value)
            if given.signature_png:
                keep_signature(tx, order, PaperKind.QUOTE, given.signature_png)
            quote = newest_quote(tx, order)
            if quote is not None and quote.state is QuoteState.OPEN:
                answer(tx, quote, QuoteState.APPROVED if agreed else QuoteState.DECLINED, given)
                if agreed:
                    order.approved_total = agreed_to(quote)
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
                    raise Refusal(Reason.NO_PARTS)
                return self.remove_line(*args, parts[-1].id)
            case _:
                raise ValueError(f"{command} belongs to the page")

    @repeatable(lambda self, result: self._reopen(result))
    def go_on(self, ctx: Ctx, order_id: int, version: int) -> OrderCard:
        """ "Start": the next working status from where the order stands, the clock running, the order mine."""
        with self.store.write(Command.LOG_WORK, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            step = start_step(order)
            if step is not None:
                make_move(tx, order, step)
            start_clock(tx, order, again=step is not None)
            return self._answer(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def done(self, ctx: Ctx, order_id: int, version: int, fee: Money | None = None) -> OrderCard:
        """ "Done": after diagnosis approved where it may be, else quoted; after repair to the check; what the
        customer declined or nobody can repair goes to the shelf.

        ``fee`` is the diagnosis fee then; None takes the shop's for a declined repair that the customer would have
        paid, and nothing for the others (domain.md §2).
        """
        if fee is not None and fee < ZERO:
            raise Refusal(Reason.AMOUNT_NEGATIVE)
        with self.store.write(Command.MOVE_ORDER, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            finish(tx, order, fee)
            return self._answer(tx, order)

    # inside

    def _answer(self, tx: Tx, order: AnyOrder) -> OrderCard:
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


def _refuse_closed(order: RepairOrder) -> None:
    if not order.open:
        raise Refusal(Reason.ORDER_CLOSED)


def _plan_less(tx: Tx, order: AnyOrder, part_id: int, quantity: Quantity) -> None:
    """A substitute stands for so many of a part; where none of it is planned any more, none is asked for either."""
    if not plan_less(tx, order, part_id, quantity):
        # Imported here: the bench opens without purchasing.
        from app.features.purchasing.wishes import drop_wishes

        drop_wishes(tx, order.id, part_id)
