"""Goods in for a purchase order (收货): one receipt, its moves, and which repairs can go on (domain.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command, RequestState, Series
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.ids import uuid7
from app.core.money import ZERO, Money, Quantity, total
from app.core.rights import Ctx
from app.features.purchasing.arrivals import hold_for, orders_that_can_go_on, serve_wishes, waiting_orders
from app.features.purchasing.drafting import (
    checked_line_price,
    line_of,
    lines_of,
    positive,
    purchase_to_change,
    settle_state,
)
from app.features.purchasing.reading import purchase_card, purchase_rows, receipt_row
from app.features.purchasing.snapshots import COMING_STATES, Arrived, PurchaseRow, Received, WaitingOrder
from app.features.stock.booking import Origin
from app.features.stock.ledger import goods_in
from app.features.stock.ledger.parts import part_to_move
from app.features.stock.numbering import next_number
from app.features.stock.scans import Scanned, part_by_scan
from app.features.stock.service import checked_price
from app.model import GoodsReceipt, GoodsReceiptLine, PurchaseLine, PurchaseOrder, PurchaseRequest
from app.model.purchase import still_to_come
from app.store.door import Store, Tx, repeatable


class Receiving:
    """What comes in from suppliers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def awaited(self) -> tuple[PurchaseRow, ...]:
        """The purchase orders that goods may come in for, newest first."""
        today = business_day(self._store.clock.now(), self._store.settings.time_zone)
        with self._store.read() as reading:
            return purchase_rows(reading, today, states=tuple(COMING_STATES), most=500)

    def scanned(self, text: str) -> Scanned | None:
        """The part behind a scan, and the piece where it names one."""
        with self._store.read() as reading:
            return part_by_scan(reading, text)

    def can_go_on(self) -> tuple[WaitingOrder, ...]:
        """The repairs that wait for parts and have them now, those due first in front."""
        with self._store.read() as reading:
            return waiting_orders(reading, orders_that_can_go_on(reading))

    @repeatable(lambda self, result: self._reopen(result))
    def receive(
        self,
        ctx: Ctx,
        purchase_id: int,
        version: int,
        arrived: Sequence[Arrived],
        delivery_note: str = "",
        *,
        accept_more: bool = False,
    ) -> Received:
        """Book what came as ONE receipt; what has not come stays on order.

        More than was ordered needs a lead who says so (``accept_more``). What was bought for one repair is reserved
        for it, what somebody asked for without an order goes to him. Raises ``Conflict`` and ``Refusal``:
        NOTHING_RECEIVED, MORE_THAN_ORDERED, PURCHASE_STATE, QUANTITY_NOT_POSITIVE, BAD_QUANTITY, AMOUNT_NEGATIVE,
        BAD_AMOUNT, BAD_TEXT, TEXT_TOO_LONG, NOT_FOUND, and those of ``stock.serials``.
        """
        delivery_note = clean_line("delivery_note", delivery_note, most=SHORT)
        if not arrived:
            raise Refusal(Reason.NOTHING_RECEIVED)
        command = Command.RECEIVE_MORE if accept_more else Command.RECEIVE_PART
        with self._store.write(command, ctx) as tx:
            before = set(orders_that_can_go_on(tx.reading()))
            purchase = purchase_to_change(tx, purchase_id, version, *COMING_STATES)
            costs = [_cost(purchase, each) for each in arrived]
            receipt = GoodsReceipt(
                uuid=uuid7(),
                number=next_number(tx, Series.GOODS_RECEIPT),
                supplier_id=purchase.supplier_id,
                purchase_id=purchase.id,
                consigned=purchase.consigned,
                delivery_note=delivery_note,
                total=checked_price(total(costs)),
                staff_id=tx.actor.id or None,
                at=tx.now,
                day=tx.today,
            )
            tx.session.add(receipt)
            tx.session.flush()
            for each, cost in zip(arrived, costs, strict=True):
                line = line_of(tx, purchase, each.line_id)
                _refuse_too_many(line, each.quantity, accept_more=accept_more)
                _book(tx, purchase, receipt, line, each, cost)
            _hand_out(tx, purchase, arrived)
            settle_state(tx, purchase)
            return _answer(tx, receipt, purchase, before)

    def _reopen(self, result: dict[str, Any]) -> Received:
        with self._store.read() as reading:
            return Received(
                receipt_row(reading, result["receipt"]),
                purchase_card(reading, result["purchase"]),
                waiting_orders(reading, result["ready"]),
            )


def _cost(purchase: PurchaseOrder, each: Arrived) -> Money:
    positive(each.quantity)
    if purchase.consigned:
        return ZERO
    return checked_line_price(each.unit_price, each.quantity).times(each.quantity)


def _refuse_too_many(line: PurchaseLine, quantity: Quantity, *, accept_more: bool) -> None:
    open_ = still_to_come(line.quantity, line.received, line.cancelled)
    if quantity > open_ and not accept_more:
        raise Refusal(Reason.MORE_THAN_ORDERED, open=open_, part=line.description, quantity=quantity)


def _book(
    tx: Tx, purchase: PurchaseOrder, receipt: GoodsReceipt, line: PurchaseLine, each: Arrived, cost: Money
) -> None:
    row = GoodsReceiptLine(
        receipt_id=receipt.id,
        purchase_line_id=line.id,
        part_id=line.part_id,
        description=line.description,
        quantity=each.quantity,
        cost=cost,
    )
    tx.session.add(row)
    tx.session.flush()
    if line.part_id is not None:
        part = part_to_move(tx, line.part_id)
        if purchase.consigned:
            origin = Origin(note=receipt.number, receipt_line_id=row.id)
            goods_in.consign_in(tx, part, each.quantity, origin, serials=each.serials)
        else:
            goods_in.receive(
                tx, part, each.quantity, cost, receipt.number, receipt_line_id=row.id, serials=each.serials
            )
    line.received += each.quantity
    if line.request_id is not None and not still_to_come(line.quantity, line.received, line.cancelled):
        tx.session.get_one(PurchaseRequest, line.request_id).state = RequestState.RECEIVED


def _hand_out(tx: Tx, purchase: PurchaseOrder, arrived: Sequence[Arrived]) -> None:
    """What came goes first to the repairs it was bought for, then to whoever else asked for it."""
    lines = {line.id: line for line in lines_of(tx, purchase)}
    parts = set()
    for each in arrived:
        line = lines[each.line_id]
        if line.order_id is not None:
            tx.changed(Kind.ORDER, line.order_id)
        if line.part_id is None:
            continue
        parts.add(line.part_id)
        if line.order_id is not None:
            # What came beyond the order belongs to nobody yet.
            its = min(each.quantity, line.quantity - (line.received - each.quantity))
            hold_for(tx, part_to_move(tx, line.part_id), line.order_id, its)
    for part_id in sorted(parts):
        serve_wishes(tx, part_to_move(tx, part_id))


def _answer(tx: Tx, receipt: GoodsReceipt, purchase: PurchaseOrder, before: set[int]) -> Received:
    reading = tx.reading()
    ready = [each for each in orders_that_can_go_on(reading) if each not in before]
    for order_id in ready:
        tx.changed(Kind.ORDER, order_id)
    tx.journal(
        purchase=purchase.id,
        receipt=receipt.id,
        fen=receipt.total.fen,
        state=purchase.state.value,
        can_go_on=ready,
    )
    tx.changed(Kind.PURCHASE, purchase.id)
    tx.result = {"purchase": purchase.id, "receipt": receipt.id, "ready": ready}
    return Received(
        receipt_row(reading, receipt.id), purchase_card(reading, purchase.id), waiting_orders(reading, ready)
    )
