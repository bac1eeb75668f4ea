"""Charges on an order: planned parts, taken parts, labour, discounts (domain.md §4, §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import bindparam, insert, select

from app.core.enums import LineKind, Payer, Status
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, clean_line
from app.core.money import MAX_FEN, MAX_MILLI, ONE, ZERO, Money, Quantity
from app.features.old_parts import register as old_parts
from app.features.stock.booking import reserved_of
from app.features.stock.kits import kit_lines
from app.features.stock.ledger import on_orders, reservations
from app.features.stock.ledger.parts import part_to_move
from app.model import OrderLine, Part
from app.store.door import Tx
from app.store.order_head import AnyLine, AnyOrder
from app.store.prepared import Prepared

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


def refuse_frozen_lines(order: AnyOrder, kind: LineKind = LineKind.PART) -> None:
    """``Refusal(LINES_FROZEN)`` where this kind of charge may not be changed any more."""
    if not order.open:
        raise Refusal(Reason.ORDER_CLOSED)
    if not may_charge(order.status, kind):
        raise Refusal(Reason.LINES_FROZEN, status=order.status)


def may_charge(status: Status, kind: LineKind) -> bool:
    """Whether this kind of charge may be changed while an order stands so."""
    return status in _EDITABLE or kind in _AT_COUNTER.get(status, ())


def add_part_line(
    tx: Tx, order: AnyOrder, part_id: int, quantity: Quantity, serials: Sequence[str] = ()
) -> AnyLine:
    """Plan or take a part; where parts are taken, what was planned of it is taken first.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, BAD_QUANTITY, PART_INACTIVE, KIT_NO_STOCK, OUT_OF_STOCK,
    PART_RESERVED, SERIAL_NEEDED and its kin, BAD_AMOUNT, NOT_FOUND.
    """
    part = _part_for_order(tx, part_id, quantity)
    taking = order.status in TAKING
    if taking:
        planned = _planned_lines(tx, order, part_id)
        if planned:
            return _take_from(tx, order, part, planned, quantity, serials)
    # Written as taken at once: a refusal below takes the line back with everything else.
    line = _new_part_line(tx, order, part, quantity, taken=quantity if taking else _NOTHING)
    if taking:
        _issue(tx, order, line, part, quantity, serials)
    return line


def add_kit_lines(tx: Tx, order: AnyOrder, kit_id: int, quantity: Quantity) -> list[AnyLine]:
    """The parts of a kit and its labour, each a charge of its own: planned, or taken where parts are taken.

    Pieces with serial numbers are planned everywhere: which of them is built in the scan of the piece says. Raises
    ``Refusal``: KIT_EMPTY, BAD_QUANTITY for a share of a kit, and those of ``add_part_line``; then nothing was added.
    """
    refuse_bad_quantity(quantity)
    kit = part_to_move(tx, kit_id)
    if not kit.active:
        raise Refusal(Reason.PART_INACTIVE, part=kit.name)
    whole, rest = divmod(quantity.milli, ONE.milli)
    if rest:
        raise Refusal(Reason.BAD_QUANTITY, text=str(quantity))
    lines: list[AnyLine] = []
    for component in kit_lines(tx.reading(), kit_id):
        many = Quantity(component.quantity.milli * whole)
        part = _part_for_order(tx, component.part_id, many)
        if part.serialised:
            lines.append(_new_part_line(tx, order, part, many))
        else:
            lines.append(add_part_line(tx, order, part.id, many))
    if kit.kit_labour or kit.kit_minutes:
        labour = kit.kit_labour.times(quantity)
        work = add_plain_line(tx, order, LineKind.LABOUR, kit.name, labour, ONE, kit.kit_minutes * whole)
        # The kit names its price as the price list does: below it the role's limit holds.
        work.item_code, work.list_price = kit.number, labour
        lines.append(work)
    if not lines:
        raise Refusal(Reason.KIT_EMPTY, part=kit.name)
    return lines


def exchange_part_line(
    tx: Tx,
    order: AnyOrder,
    part_id: int,
    quantity: Quantity,
    price: Money,
    payer: Payer,
    serials: Sequence[str],
) -> OrderLine:
    """A part given in exchange after the hand-over: out of stock at once, at the price agreed. Raises ``Refusal`` as
    ``add_part_line``."""
    part = _part_for_order(tx, part_id, quantity)
    line = tx.session.get_one(OrderLine, _new_part_line(tx, order, part, quantity, taken=quantity).id)
    line.payer = payer
    line.unit_price, line.list_price = price, part.sale_price
    line.amount = checked_amount(price.times(quantity))
    _issue(tx, order, line, part, quantity, serials)
    return line


def owe_part_line(tx: Tx, order: AnyOrder, part_id: int, quantity: Quantity) -> OrderLine:
    """A part that is not booked in was used on an order: a lead's decision, settled by the next receipt.

    Where the part is planned, the planned line owes it. Raises ``Refusal``: LINES_FROZEN where nothing is taken,
    STILL_IN_STOCK, and those of ``add_part_line``.
    """
    part = _part_for_order(tx, part_id, quantity)
    if order.status not in TAKING:
        raise Refusal(Reason.LINES_FROZEN, status=order.status)
    for line in _planned_lines(tx, order, part_id):
        if line.quantity - line.taken - line.owed == quantity:
            break
    else:
        line = tx.session.get_one(OrderLine, _new_part_line(tx, order, part, quantity).id)
    on_orders.owe(tx, part, quantity, line)
    old_parts.replaced(tx, order, line, part, quantity, ())
    return line


def _part_for_order(tx: Tx, part_id: int, quantity: Quantity) -> Part:
    refuse_bad_quantity(quantity)
    part = part_to_move(tx, part_id)
    if not part.active:
        raise Refusal(Reason.PART_INACTIVE, part=part.name)
    if part.kit:
        raise Refusal(Reason.KIT_NO_STOCK, part=part.name)
    return part


@dataclass(frozen=True, slots=True)
class NewLine:
    """A part's charge that was just written."""

    id: int
    payer: Payer


_INSERT = Prepared(
    insert(OrderLine.__table__),  # type: ignore[arg-type]
    (
        *("order_id", "kind", "part_id", "description", "unit", "quantity", "taken", "unit_price", "amount"),
        *("tax_permille", "payer", "staff_id", "created_at"),
    ),
)


def _new_part_line(
    tx: Tx, order: AnyOrder, part: Part, quantity: Quantity, *, taken: Quantity = _NOTHING
) -> NewLine:
    rate = part.tax_permille
    line_id = _INSERT.insert(
        tx.reading(),
        order_id=order.id,
        kind=LineKind.PART,
        part_id=part.id,
        description=part.name,
        unit=part.unit,
        quantity=quantity,
        taken=taken,
        unit_price=part.sale_price,
        amount=checked_amount(part.sale_price.times(quantity)),
        tax_permille=tx.settings.tax_rate(LineKind.PART, tx.today) if rate is None else rate,
        payer=order.payer,
        staff_id=tx.actor.id or None,
        created_at=tx.now,
    )
    return NewLine(line_id, order.payer)


def take_planned(
    tx: Tx, order: AnyOrder, serials: Mapping[int, Sequence[str]] = MappingProxyType({})
) -> list[int]:
    """Take every planned part from stock; raises where one is missing, so that nothing is half taken.

    ``serials`` are the pieces by line, of parts that have serial numbers.
    """
    if order.status not in TAKING:
        raise Refusal(Reason.LINES_FROZEN, status=order.status)
    lines = _planned_lines(tx, order)
    if not lines:
        raise Refusal(Reason.NOTHING_PLANNED)
    for line in lines:
        assert line.part_id is not None
        part = part_to_move(tx, line.part_id)
        rest = line.quantity - line.taken - line.owed
        _use(tx, order, line, part, rest, serials.get(line.id, ()))
    return [line.id for line in lines]


_PLANNED = (
    select(OrderLine)
    .where(
        OrderLine.order_id == bindparam("order_id"),
        OrderLine.kind == LineKind.PART,
        OrderLine.removed.is_(False),
        OrderLine.taken + OrderLine.owed < OrderLine.quantity,
    )
    .order_by(OrderLine.id)
)
_PLANNED_OF_PART = _PLANNED.where(OrderLine.part_id == bindparam("part_id"))
_IS_PLANNED = Prepared(_PLANNED_OF_PART.with_only_columns(OrderLine.id).limit(1))


def _planned_lines(tx: Tx, order: AnyOrder, part_id: int | None = None) -> list[OrderLine]:
    if part_id is None:
        return list(tx.session.scalars(_PLANNED, {"order_id": order.id}))
    # Most scans are of a part that nobody planned: those need no mapped line.
    if _IS_PLANNED.value(tx.reading(), order_id=order.id, part_id=part_id) is None:
        return []
    return list(tx.session.scalars(_PLANNED_OF_PART, {"order_id": order.id, "part_id": part_id}))


def _take_from(
    tx: Tx,
    order: AnyOrder,
    part: Part,
    planned: list[OrderLine],
    quantity: Quantity,
    serials: Sequence[str],
) -> OrderLine:
    """Take ``quantity`` for the planned lines in turn; what is more than all of them widens the last, at the
    price that was planned: the customer's limit is checked before the quality check."""
    rest = quantity
    waiting = list(serials)
    for line in planned:
        share = min(rest, line.quantity - line.taken - line.owed)
        if line is planned[-1] and rest > share:
            share = rest
            line.quantity = line.taken + line.owed + rest
            line.amount = checked_amount(line.unit_price.times(line.quantity))
        # Where the share is not all, each line has as many serial numbers as pieces, in the order of the scans.
        its = waiting[:] if share == rest else waiting[: share.milli // ONE.milli]
        del waiting[: len(its)]
        _use(tx, order, line, part, share, its)
        rest -= share
        if not rest:
            break
    return line


def _use(
    tx: Tx,
    order: AnyOrder,
    line: OrderLine,
    part: Part,
    quantity: Quantity,
    serials: Sequence[str] = (),
) -> None:
    """Take more of a part for a line."""
    line.taken += quantity
    _issue(tx, order, line, part, quantity, serials)


def _issue(
    tx: Tx,
    order: AnyOrder,
    line: AnyLine,
    part: Part,
    quantity: Quantity,
    serials: Sequence[str],
) -> None:
    """A part goes from stock into the device, and the old one it replaces into the register."""
    rows = on_orders.use(tx, part, quantity, order.id, line.id, payer=line.payer, serials=serials)
    old_parts.replaced(tx, order, line, part, quantity, rows)


def give_back(tx: Tx, order: AnyOrder, line: OrderLine) -> None:
    """Put what a line took back where it came from, at the value it left with; what it owes, it owes no more, and
    what was reserved for it is free again. ``Refusal(OLD_PART_STATE)`` where the brand has the old part already."""
    if line.part_id is None:
        return
    part = part_to_move(tx, line.part_id)
    on_orders.disown(tx, line)
    old_parts.put_back(tx, line)
    if line.taken:
        on_orders.unuse(tx, part, order.id, line.id)
        line.taken = _NOTHING
    wanted = sum(
        (each.quantity - each.taken - each.owed).milli
        for each in _planned_lines(tx, order, part.id)
        if each is not line
    )
    _release_beyond(tx, order, part, Quantity(wanted))


def plan_less(tx: Tx, order: AnyOrder, part_id: int, quantity: Quantity) -> Quantity:
    """Another part stands for so many of this one: they are no longer planned nor held. Answers with what is still
    planned."""
    planned = _planned_lines(tx, order, part_id)
    rest, left = quantity, _NOTHING
    for line in planned:
        open_ = line.quantity - line.taken - line.owed
        share = min(rest, open_)
        rest, left = rest - share, left + open_ - share
        if share == line.quantity:
            line.removed = True
        elif share:
            line.quantity -= share
            line.amount = checked_amount(line.unit_price.times(line.quantity))
    if planned:
        tx.session.flush()
        _release_beyond(tx, order, part_to_move(tx, part_id), left)
    return left


def _release_beyond(tx: Tx, order: AnyOrder, part: Part, wanted: Quantity) -> None:
    if part.reserved:
        excess = reserved_of(tx, part.id, order.id) - wanted
        if excess > _NOTHING:
            reservations.release(tx, part, order.id, excess)


def add_plain_line(
    tx: Tx,
    order: AnyOrder,
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
        amount=checked_amount(unit_price.times(quantity)),
        tax_permille=tx.settings.tax_rate(kind, tx.today),
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


def checked_amount(amount: Money) -> Money:
    """``Refusal(BAD_AMOUNT)`` for more than a charge may be."""
    if abs(amount.fen) > MAX_FEN:
        raise Refusal(Reason.BAD_AMOUNT, text=str(amount))
    return amount


def replace_by_fee(tx: Tx, order: AnyOrder, fee: Money) -> None:
    """A device goes home unrepaired: planned charges fall away, a diagnosis fee may stand instead (domain.md §2)."""
    for line in tx.session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.removed.is_(False))
    ):
        line.removed = True
    reservations.release_all(tx, order.id)
    if fee:
        add_plain_line(tx, order, LineKind.OTHER, "", fee, Quantity.of(1))
