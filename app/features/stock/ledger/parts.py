"""What every move asks of its part: the record, how much may be taken, what that is worth, its prices."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from app.core.enums import PriceKind, PriceSource
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity
from app.features.stock import serials as pieces
from app.features.stock.booking import balance_of
from app.model import Part, PartSerial, PriceChange, StockPlace
from app.model.stock import Reach, value_of_issue
from app.store.door import Tx
from app.store.prepared import Prepared

NOTHING = Quantity(0)

_PART = Prepared(select(Part.__table__).where(Part.id == bindparam("part_id")))


def part_to_move(tx: Tx, part_id: int) -> Part:
    """The part, to be moved in this transaction. Raises ``Refusal(NOT_FOUND)``."""
    known = tx.session.identity_map.get(identity_key(Part, part_id))
    if known is not None:
        return known
    row = _PART.row(tx.reading(), part_id=part_id)
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    # As ``session.get`` would give it, for a third of the time.
    part = Part(**row._asdict())
    make_transient_to_detached(part)
    tx.session.add(part)
    return part


def set_price(tx: Tx, part: Part, kind: PriceKind, new: Money, source: PriceSource) -> None:
    """Change a price of a part and keep what it was."""
    field = {
        PriceKind.SALE: "sale_price",
        PriceKind.PURCHASE: "purchase_price",
        PriceKind.CONSIGNED: "consign_price",
    }[kind]
    old: Money = getattr(part, field)
    if old == new:
        return
    setattr(part, field, new)
    tx.session.add(
        PriceChange(
            part_id=part.id,
            kind=kind,
            old=old,
            new=new,
            source=source,
            staff_id=tx.actor.id or None,
            at=tx.now,
        )
    )


def refuse_beyond(part: Part, reach: Reach, quantity: Quantity) -> None:
    """``Refusal``: OUT_OF_STOCK where there is not enough, PART_RESERVED where it is held for other orders."""
    if quantity <= reach.usable:
        return
    if quantity <= reach.bag + reach.open:
        raise Refusal(Reason.PART_RESERVED, part=part.name, quantity=reach.usable, reserved=reach.others)
    raise Refusal(Reason.OUT_OF_STOCK, part=part.name, quantity=reach.bag + reach.open)


def refuse_missing(tx: Tx, part: Part, place: StockPlace, quantity: Quantity, *, consigned: bool) -> None:
    """``Refusal(NOT_IN_PLACE)`` where a place holds less than ``quantity``."""
    there = balance_of(tx, part.id, place.id, consigned=consigned)
    if quantity > there:
        raise Refusal(Reason.NOT_IN_PLACE, part=part.name, quantity=there, place=place.name or place.kind)


def shares(
    tx: Tx,
    part: Part,
    place: StockPlace,
    quantity: Quantity,
    numbers: Sequence[str],
    *,
    consigned: bool,
) -> list[tuple[PartSerial | None, Quantity]]:
    """The rows that ``quantity`` makes: one, or one a piece where they have serial numbers."""
    if not part.serialised:
        return [(None, quantity)]
    return [
        (pieces.pick_from(tx, part, number, place.id, consigned=consigned), Quantity.of(1))
        for number in numbers
    ]


def value_out(part: Part, quantity: Quantity, *, consigned: bool) -> Money:
    """What leaves with the goods, negative: their share of the part's value; consigned goods carry none."""
    return ZERO if consigned else -value_of_issue(part.on_hand, part.value, quantity)
