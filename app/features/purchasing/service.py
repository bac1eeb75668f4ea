"""Purchase orders: written, sent, called off (domain.md §7). Goods in is ``receiving``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from app.core import codes
from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command, PurchaseState, RequestState
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line, clean_text
from app.core.money import Money, Quantity
from app.core.rights import Ctx
from app.features.purchasing import reading as read
from app.features.purchasing.drafting import (
    add_line,
    checked_line_price,
    line_of,
    lines_of,
    new_purchase,
    positive,
    purchase_to_change,
    settle_state,
    supplier_to_buy_from,
)
from app.features.purchasing.snapshots import (
    OPEN_STATES,
    HeadEntry,
    LineEntry,
    PurchaseCard,
    PurchaseRow,
    Wanted,
)
from app.model import PurchaseLine, PurchaseOrder, PurchaseRequest, RepairOrder, Supplier
from app.model.purchase import still_to_come
from app.store.door import Store, Tx, repeatable


def _reopen(service: Purchasing, result: dict[str, Any]) -> PurchaseCard:
    return service.card(result["purchase"])


class Purchasing:
    """The shop's purchase orders. Commands answer with the order as it is then."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def zone(self) -> str:
        """The shop's time zone."""
        return self._store.settings.time_zone

    # queries

    def rows(
        self, after_key: int | None = None, limit: int = 50, *, open_only: bool = False
    ) -> tuple[PurchaseRow, ...]:
        """A page of purchase orders, newest first; ``after_key`` is the last id of the page before."""
        today = business_day(self._store.clock.now(), self.zone)
        before = read.NEWEST if after_key is None else after_key
        states = tuple(OPEN_STATES) if open_only else ()
        with self._store.read() as reading:
            return read.purchase_rows(reading, today, states=states, before=before, most=limit)

    def card(self, purchase_id: int) -> PurchaseCard:
        """Everything about a purchase order. Raises ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return read.purchase_card(reading, purchase_id)

    def by_code(self, text: str) -> PurchaseCard:
        """The purchase order behind a scan of its barcode, or its number. Raises ``Refusal``: CODE_DAMAGED,
        CODE_FOREIGN, CODE_UNKNOWN."""
        match codes.parse(text):
            case codes.Code(kind=codes.CodeKind.PURCHASE, number=purchase_id):
                try:
                    return self.card(purchase_id)
                except Refusal:
                    raise Refusal(Reason.CODE_UNKNOWN, text=text[:40]) from None
            case codes.DamagedCode(digits=digits):
                raise Refusal(Reason.CODE_DAMAGED, text=digits)
            case _:
                with self._store.read() as reading:
                    found = read.id_by_number(reading, text.strip().upper())
                    if found is None:
                        raise Refusal(Reason.CODE_FOREIGN, text=text[:40])
                    return read.purchase_card(reading, found)

    def repair_by_number(self, text: str) -> int:
        """The repair order with this number, or the code of its card: what a special order is for. Raises
        ``Refusal(NOT_FOUND)``."""
        typed = text.strip()
        asked = select(RepairOrder.id).where(or_(RepairOrder.number == typed, RepairOrder.card_code == typed))
        with self._store.read() as reading:
            found = reading.execute(asked).scalar_one_or_none()
        if found is None:
            raise Refusal(Reason.NOT_FOUND)
        return int(found)

    # writing

    @repeatable(_reopen)
    def create(self, ctx: Ctx, head: HeadEntry, lines: Sequence[LineEntry] = ()) -> PurchaseCard:
        """A new draft; ``urgent`` ones stand outside the plan. Raises ``Refusal``: NOT_FOUND, SUPPLIER_INACTIVE,
        TOO_MANY_ENTRIES and those of ``add_line``."""
        note = clean_text("note", head.note, most=1000)
        with self._store.write(Command.SAVE_PURCHASE, ctx) as tx:
            purchase = new_purchase(tx, replace(head, note=note))
            for entry in lines:
                add_line(tx, purchase, entry)
            return _answer(tx, purchase, lines=len(lines))

    @repeatable(lambda self, result: tuple(self.card(each) for each in result["purchases"]))
    def order(self, ctx: Ctx, wanted: Sequence[Wanted], *, urgent: bool = False) -> tuple[PurchaseCard, ...]:
        """What was chosen from a proposal, as one draft for each supplier; one with an urgent request is urgent.

        Raises ``Refusal``: NOTHING_ORDERED, and those of ``create``.
        """
        if not wanted:
            raise Refusal(Reason.NOTHING_ORDERED)
        with self._store.write(Command.SAVE_PURCHASE, ctx) as tx:
            made: dict[int, PurchaseOrder] = {}
            for each in wanted:
                purchase = made.get(each.supplier_id)
                if purchase is None:
                    purchase = new_purchase(tx, HeadEntry(each.supplier_id, urgent=urgent))
                    made[each.supplier_id] = purchase
                entry = LineEntry(
                    quantity=each.quantity,
                    part_id=each.part_id,
                    description=each.description,
                    unit_price=each.unit_price,
                    order_id=each.order_id,
                )
                line = add_line(tx, purchase, entry, request_id=each.request_id)
                if line.request_id is not None:
                    purchase.urgent |= tx.session.get_one(PurchaseRequest, line.request_id).urgent
            cards = tuple(_answer(tx, purchase) for purchase in made.values())
            tx.result = {"purchases": [card.id for card in cards]}
            return cards

    @repeatable(_reopen)
    def change(self, ctx: Ctx, purchase_id: int, version: int, head: HeadEntry) -> PurchaseCard:
        """Change the head of a draft; a sent one only its note and date. Raises ``Conflict`` and ``Refusal``:
        PURCHASE_STATE, NOT_FOUND, SUPPLIER_INACTIVE."""
        note = clean_text("note", head.note, most=1000)
        with self._store.write(Command.SAVE_PURCHASE, ctx) as tx:
            purchase = purchase_to_change(tx, purchase_id, version, *OPEN_STATES)
            same = (head.supplier_id, head.consigned) == (purchase.supplier_id, purchase.consigned)
            if purchase.state is not PurchaseState.DRAFT and not same:
                raise Refusal(Reason.PURCHASE_STATE, number=purchase.number, state=purchase.state)
            if head.supplier_id != purchase.supplier_id:
                purchase.supplier_id = supplier_to_buy_from(tx, head.supplier_id).id
            purchase.urgent, purchase.consigned = head.urgent, head.consigned
            purchase.note, purchase.expected_on = note, head.expected_on
            return _answer(tx, purchase)

    @repeatable(_reopen)
    def add_line(self, ctx: Ctx, purchase_id: int, version: int, entry: LineEntry) -> PurchaseCard:
        """A part, or something described in words, on a draft; more of a part that is on it already adds to its line.

        Raises ``Conflict`` and ``Refusal``: PURCHASE_STATE, FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG,
        QUANTITY_NOT_POSITIVE, BAD_QUANTITY, AMOUNT_NEGATIVE, BAD_AMOUNT, PART_INACTIVE, KIT_NO_STOCK,
        CONSIGN_PRICE_MISSING, ORDER_CLOSED, TOO_MANY_ENTRIES, NOT_FOUND.
        """
        with self._store.write(Command.SAVE_PURCHASE, ctx) as tx:
            purchase = purchase_to_change(tx, purchase_id, version, PurchaseState.DRAFT)
            line = add_line(tx, purchase, entry)
            return _answer(tx, purchase, line=line.id, milli=entry.quantity.milli)

    @repeatable(_reopen)
    def change_line(
        self,
        ctx: Ctx,
        purchase_id: int,
        version: int,
        line_id: int,
        quantity: Quantity,
        unit_price: Money,
        supplier_number: str | None = None,
    ) -> PurchaseCard:
        """Another quantity or price on a draft. Raises ``Conflict`` and ``Refusal`` as ``add_line``."""
        with self._store.write(Command.SAVE_PURCHASE, ctx) as tx:
            purchase = purchase_to_change(tx, purchase_id, version, PurchaseState.DRAFT)
            line = line_of(tx, purchase, line_id)
            line.quantity = positive(quantity)
            line.unit_price = checked_line_price(unit_price, quantity)
            if supplier_number is not None:
                line.supplier_number = clean_line("number", supplier_number, most=SHORT)
            return _answer(tx, purchase, line=line.id, milli=quantity.milli, fen=unit_price.fen)

    @repeatable(_reopen)
    def remove_line(self, ctx: Ctx, purchase_id: int, version: int, line_id: int) -> PurchaseCard:
        """Take a line off a draft; its request waits for an order again. Raises ``Conflict`` and ``Refusal``:
        PURCHASE_STATE, NOT_FOUND."""
        with self._store.write(Command.SAVE_PURCHASE, ctx) as tx:
            purchase = purchase_to_change(tx, purchase_id, version, PurchaseState.DRAFT)
            line = line_of(tx, purchase, line_id)
            tx.session.delete(line)
            return _answer(tx, purchase, removed=line_id)

    # its way

    @repeatable(_reopen)
    def send(self, ctx: Ctx, purchase_id: int, version: int) -> PurchaseCard:
        """The supplier has it: from now on it counts as on order. Raises ``Conflict`` and ``Refusal``:
        PURCHASE_STATE, NOTHING_ORDERED."""
        with self._store.write(Command.SEND_PURCHASE, ctx) as tx:
            purchase = purchase_to_change(tx, purchase_id, version, PurchaseState.DRAFT)
            lines = lines_of(tx, purchase)
            if not lines:
                raise Refusal(Reason.NOTHING_ORDERED)
            purchase.state = PurchaseState.SENT
            purchase.ordered_at = tx.now
            if purchase.expected_on is None:
                supplier = tx.session.get_one(Supplier, purchase.supplier_id)
                purchase.expected_on = tx.today + timedelta(days=supplier.lead_days)
            for line in lines:
                _tell(tx, line)
                if line.request_id is not None:
                    tx.session.get_one(PurchaseRequest, line.request_id).state = RequestState.ORDERED
            return _answer(tx, purchase, sent=True)

    @repeatable(_reopen)
    def cancel(self, ctx: Ctx, purchase_id: int, version: int) -> PurchaseCard:
        """Call an order off: all of it, or what has not come of one that was partly received, which closes it.

        Requests that are not fulfilled wait for an order again. Raises ``Conflict`` and ``Refusal(PURCHASE_STATE)``.
        """
        with self._store.write(Command.CANCEL_PURCHASE, ctx) as tx:
            purchase = purchase_to_change(tx, purchase_id, version, *OPEN_STATES)
            lines = lines_of(tx, purchase)
            for line in lines:
                _call_off(tx, line)
            came = any(line.received for line in lines)
            purchase.state = PurchaseState.CLOSED if came else PurchaseState.CANCELLED
            purchase.closed_at = tx.now
            return _answer(tx, purchase, called_off=True)

    @repeatable(_reopen)
    def call_off_line(self, ctx: Ctx, purchase_id: int, version: int, line_id: int) -> PurchaseCard:
        """The rest of one line will not come; the order is closed where nothing else is awaited. Raises ``Conflict``
        and ``Refusal``: PURCHASE_STATE, NOT_FOUND."""
        with self._store.write(Command.CANCEL_PURCHASE, ctx) as tx:
            purchase = purchase_to_change(
                tx, purchase_id, version, PurchaseState.SENT, PurchaseState.PART_RECEIVED
            )
            _call_off(tx, line_of(tx, purchase, line_id))
            settle_state(tx, purchase)
            return _answer(tx, purchase, called_off=line_id)


def _call_off(tx: Tx, line: PurchaseLine) -> None:
    rest = still_to_come(line.quantity, line.received, line.cancelled)
    if not rest:
        return
    line.cancelled += rest
    if line.request_id is not None:
        request = tx.session.get_one(PurchaseRequest, line.request_id)
        if request.state is RequestState.ORDERED:
            request.state = RequestState.OPEN if not line.received else RequestState.RECEIVED
    _tell(tx, line)


def _tell(tx: Tx, line: PurchaseLine) -> None:
    """What is on order stands on the part's card and on that of the repair it is for."""
    if line.part_id is not None:
        tx.changed(Kind.PART, line.part_id)
    if line.order_id is not None:
        tx.changed(Kind.ORDER, line.order_id)


def _answer(tx: Tx, purchase: PurchaseOrder, **detail: Any) -> PurchaseCard:
    tx.session.flush()
    tx.journal(purchase=purchase.id, state=purchase.state.value, **detail)
    tx.changed(Kind.PURCHASE, purchase.id)
    tx.result = {"purchase": purchase.id}
    return read.purchase_card(tx.reading(), purchase.id)
