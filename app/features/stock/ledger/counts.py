"""What a count found: a place is brought to it."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.enums import MoveKind, SerialState
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Quantity
from app.features.stock import serials as pieces
from app.features.stock.booking import Moved, Origin, balance_of, place_of
from app.features.stock.ledger.goods_in import come_in
from app.features.stock.ledger.goods_out import go_out
from app.features.stock.ledger.parts import NOTHING
from app.model import Part, StockPlace
from app.store.door import Tx


def count(
    tx: Tx,
    part: Part,
    counted: Quantity,
    note: str,
    *,
    place_id: int | None = None,
    consigned: bool = False,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Bring a place to what was counted there; nothing where they agree. Raises ``Refusal``:
    QUANTITY_NOT_POSITIVE, and those of ``serials`` (all that lie there are scanned)."""
    if counted < NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    place = place_of(tx, place_id)
    origin = Origin(note=note)
    if part.serialised:
        there = {each.serial for each in pieces.pieces_in(tx, part, place.id, consigned=consigned)}
        seen = set(pieces.clean_serials(part, counted, serials))
        return [
            *adjust(tx, part, -Quantity.of(len(there - seen)), place, origin, consigned=consigned,
                    serials=sorted(there - seen)),
            *adjust(tx, part, Quantity.of(len(seen - there)), place, origin, consigned=consigned,
                    serials=sorted(seen - there)),
        ]  # fmt: skip
    pieces.clean_serials(part, counted, serials)
    difference = counted - balance_of(tx, part.id, place.id, consigned=consigned)
    return adjust(tx, part, difference, place, origin, consigned=consigned)


def adjust(
    tx: Tx,
    part: Part,
    difference: Quantity,
    place: StockPlace,
    origin: Origin,
    *,
    consigned: bool = False,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Book a difference that a count found. Surplus comes in at average cost, or on an empty shelf at the last
    purchase price; of missing consigned goods the shop owes the owner their price.

    Raises ``Refusal``: NOT_IN_PLACE where less is left than is missing, and those of ``serials``.
    """
    if not difference:
        return []
    if difference < NOTHING:
        return go_out(
            tx, part, MoveKind.COUNT, -difference, origin, place_id=place.id, consigned=consigned,
            serials=serials, state=SerialState.LOST, paid=True,
        )  # fmt: skip
    unit = part.average_cost if part.on_hand else part.purchase_price
    value = ZERO if consigned else unit.times(difference)
    return come_in(tx, part, MoveKind.COUNT, place, difference, value, serials, origin, consigned=consigned)
