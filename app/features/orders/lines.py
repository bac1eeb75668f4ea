"""Charges on an order: planned parts, taken parts, labour, discounts (domain.md §4, §7)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import func, select

from app.core.enums import LineKind, MoveKind, Status
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, clean_line
from app.core.money import MAX_FEN, MAX_MILLI, ZERO, Money, Quantity
from app.features.stock import ledger
from app.model import OrderLine, Part, RepairOrder, StockMove
from app.store.door import Tx

_NOTHING = Quantity(0)
#: A thousand hours of work on one line are a typing mistake.
MOST_MINUTES = 60_000

#: Where charges may be changed at all; at the counter only discounts and small extras.
_EDITABLE = frozenset(
    {
        Status.DIAGNOSING,
        Status.QUOTED,
        Status.APPROVED,
        Status.REPAIRING,
        Status.WAITING_PARTS,
        Status.WAITING_CUSTOMER,
        Status.ON_SITE,
    }
)
_AT_COUNTER: Mapping[Status, frozenset[LineKind]] = MappingProxyType(
    {
        Status.READY: frozenset({LineKind.DISCOUNT, LineKind.OTHER, LineKind.VISIT}),
        Status.UNCLAIMED: frozenset({LineKind.DISCOUNT, LineKind.OTHER, LineKind.VISIT}),
        Status.RETURNING: frozenset({LineKind.DISCOUNT, LineKind.OTHER, LineKind.VISIT}),
    }
)
#: Where a scanned part leaves the stock at once; elsewhere it is only planned.
TAKING = frozenset({Status.REPAIRING, Status.ON_SITE})


def refuse_frozen_lines(order: RepairOrder, kind: LineKind = LineKind.PART) -> None:
    """``Refusal(LINES_FROZEN)`` where this kind of charge may not be changed any more."""
    if not order.open:
        raise Refusal(Reason.ORDER_CLOSED)
    if order.status not in _EDITABLE and kind not in _AT_COUNTER.get(order.status, ()):
        raise Refusal(Reason.LINES_FROZEN, status=order.status)


def add_part_line(tx: Tx, order: RepairOrder, part_id: int, quantity: Quantity) -> OrderLine:
    """Plan or take a part; where parts are taken, what was planned of it is taken first.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, BAD_QUANTITY, PART_INACTIVE, OUT_OF_STOCK, BAD_AMOUNT, NOT_FOUND.
    """
    refuse_bad_quantity(quantity)
    part = ledger.part_to_move(tx, part_id)
    if not part.active:
        raise Refusal(Reason.PART_INACTIVE, part=part.name)
    taking = order.status in TAKING
    if taking:
        planned = _planned_lines(tx, order, part_id)
        if planned:
            return _take_from(tx, order, part, planned, quantity)
    line = OrderLine(
        order_id=order.id,
        kind=LineKind.PART,
        part_id=part.id,
        description=part.name,
        unit=part.unit,
        quantity=quantity,
        taken=_NOTHING,
        unit_price=part.sale_price,
        amount=_checked(part.sale_price.times(quantity)),
        tax_permille=tx.settings.tax_rate(LineKind.PART),
        payer=order.payer,
        staff_id=tx.actor.id or None,
        created_at=tx.now,
    )
    tx.session.add(line)
    tx.session.flush()
    if taking:
        ledger.use(tx, part, quantity, order.id, line.id)
        line.taken = quantity
    return line


def take_planned(tx: Tx, order: RepairOrder) -> list[int]:
    """Take every planned part from stock; raises where one is missing, so that nothing is half taken."""
    if order.status not in TAKING:
        raise Refusal(Reason.LINES_FROZEN, status=order.status)
    lines = _planned_lines(tx, order)
    if not lines:
        raise Refusal(Reason.NOTHING_PLANNED)
    for line in lines:
        assert line.part_id is not None
        ledger.use(tx, ledger.part_to_move(tx, line.part_id), line.quantity - line.taken, order.id, line.id)
        line.taken = line.quantity
    return [line.id for line in lines]


def _planned_lines(tx: Tx, order: RepairOrder, part_id: int | None = None) -> list[OrderLine]:
    lines = select(OrderLine).where(
        OrderLine.order_id == order.id,
        OrderLine.kind == LineKind.PART,
        OrderLine.removed.is_(False),
        OrderLine.taken < OrderLine.quantity,
    )
    if part_id is not None:
        lines = lines.where(OrderLine.part_id == part_id)
    return list(tx.session.scalars(lines.order_by(OrderLine.id)))


def _take_from(
    tx: Tx, order: RepairOrder, part: Part, planned: list[OrderLine], quantity: Quantity
) -> OrderLine:
    """Take ``quantity`` for the planned lines in turn; what is more than all of them widens the last, at the
    price that was planned: the customer's limit is checked before the quality check."""
    rest = quantity
    for line in planned:
        share = min(rest, line.quantity - line.taken)
        if line is planned[-1] and rest > share:
            share = rest
            line.quantity = line.taken + rest
            line.amount = _checked(line.unit_price.times(line.quantity))
        ledger.use(tx, part, share, order.id, line.id)
        line.taken += share
        rest -= share
        if not rest:
            break
    return line


def give_back(tx: Tx, order: RepairOrder, line: OrderLine) -> None:
    """Put what a line took back on the shelf, at the value it left with."""
    if line.part_id is None or not line.taken:
        return
    value = tx.session.scalar(
        select(func.sum(StockMove.value)).where(
            StockMove.line_id == line.id,
            StockMove.order_id == order.id,
            StockMove.kind.in_([MoveKind.USE, MoveKind.UNUSE]),
        )
    )
    ledger.unuse(tx, ledger.part_to_move(tx, line.part_id), line.taken, -(value or ZERO), order.id, line.id)
    line.taken = _NOTHING


def add_plain_line(
    tx: Tx,
    order: RepairOrder,
    kind: LineKind,
    description: str,
    unit_price: Money,
    quantity: Quantity,
    minutes: int = 0,
) -> OrderLine:
    """Labour, visit fee, another charge, or (negative) a discount.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, BAD_QUANTITY, AMOUNT_NEGATIVE, BAD_AMOUNT, BAD_TEXT,
    TEXT_TOO_LONG, OUT_OF_RANGE (minutes).
    """
    refuse_bad_quantity(quantity)
    if not 0 <= minutes <= MOST_MINUTES:
        raise Refusal(Reason.OUT_OF_RANGE, field="minutes", low=0, high=MOST_MINUTES)
    if unit_price < ZERO and kind is not LineKind.DISCOUNT:
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    line = OrderLine(
        order_id=order.id,
        kind=kind,
        description=clean_line("description", description, most=LINE),
        quantity=quantity,
        unit_price=unit_price,
        amount=_checked(unit_price.times(quantity)),
        tax_permille=tx.settings.tax_rate(kind),
        payer=order.payer,
        staff_id=tx.actor.id or None,
        minutes=minutes,
        created_at=tx.now,
    )
    tx.session.add(line)
    tx.session.flush()
    return line


def refuse_bad_quantity(quantity: Quantity) -> None:
    """``Refusal``: QUANTITY_NOT_POSITIVE, BAD_QUANTITY for more than a million units."""
    if quantity <= _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    if quantity.milli > MAX_MILLI:
        raise Refusal(Reason.BAD_QUANTITY, text=str(quantity))


def _checked(amount: Money) -> Money:
    if abs(amount.fen) > MAX_FEN:
        raise Refusal(Reason.BAD_AMOUNT, text=str(amount))
    return amount


def replace_by_fee(tx: Tx, order: RepairOrder, fee: Money) -> None:
    """A device goes home unrepaired: planned charges fall away, a diagnosis fee may stand instead (domain.md §2)."""
    for line in tx.session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.removed.is_(False))
    ):
        line.removed = True
    if fee:
        add_plain_line(tx, order, LineKind.OTHER, "", fee, Quantity.of(1))
