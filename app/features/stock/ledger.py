"""The stock ledger: the only code that writes stock moves (domain.md §7)."""

from __future__ import annotations

from app.core.changes import Kind
from app.core.enums import MoveKind
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity
from app.model import Part, StockMove
from app.model.stock import value_of_issue
from app.store.door import Tx

_NOTHING = Quantity(0)


def part_to_move(tx: Tx, part_id: int) -> Part:
    """The part, to be moved in this transaction."""
    part = tx.session.get(Part, part_id)
    if part is None:
        raise Refusal(Reason.NOT_FOUND)
    return part


def receive(tx: Tx, part: Part, quantity: Quantity, cost: Money, note: str = "") -> StockMove:
    """Goods in: ``cost`` is the price of the whole receipt, so that no fen is lost in a unit price."""
    if quantity <= _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    if cost < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    return _move(tx, part, MoveKind.RECEIVE, quantity, cost, note=note)


def use(tx: Tx, part: Part, quantity: Quantity, order_id: int, line_id: int) -> StockMove:
    """A part goes from the shelf into a device. Raises ``Refusal(OUT_OF_STOCK)``; stock never falls below zero."""
    if quantity <= _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    if quantity > part.on_hand:
        raise Refusal(Reason.OUT_OF_STOCK, part=part.name, quantity=part.on_hand)
    value = value_of_issue(part.on_hand, part.value, quantity)
    return _move(tx, part, MoveKind.USE, -quantity, -value, order_id=order_id, line_id=line_id)


def unuse(tx: Tx, part: Part, quantity: Quantity, value: Money, order_id: int, line_id: int) -> StockMove:
    """A part comes back from an order at the value it left with."""
    return _move(tx, part, MoveKind.UNUSE, quantity, value, order_id=order_id, line_id=line_id)


def count(tx: Tx, part: Part, counted: Quantity, note: str) -> StockMove | None:
    """Bring the ledger to what was counted; None where they agree. Surplus comes in at average cost."""
    if counted < _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    difference = counted - part.on_hand
    if not difference:
        return None
    if difference > _NOTHING:
        value = part.average_cost.times(difference)
    else:
        value = -value_of_issue(part.on_hand, part.value, -difference)
    return _move(tx, part, MoveKind.COUNT, difference, value, note=note)


def _move(
    tx: Tx,
    part: Part,
    kind: MoveKind,
    quantity: Quantity,
    value: Money,
    *,
    order_id: int | None = None,
    line_id: int | None = None,
    note: str = "",
) -> StockMove:
    move = StockMove(
        part_id=part.id,
        kind=kind,
        quantity=quantity,
        value=value,
        order_id=order_id,
        line_id=line_id,
        staff_id=tx.actor.id or None,
        note=note,
        at=tx.now,
        day=tx.today,
    )
    tx.session.add(move)
    part.on_hand += quantity
    part.value += value
    tx.changed(Kind.PART, part.id)
    return move
