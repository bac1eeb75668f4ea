"""Goods that leave the shop: scrapped, back to the supplier, lent or given back to another shop."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.enums import AWAY, MoveKind, ScrapReason, SerialState
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Quantity
from app.features.stock import serials as pieces
from app.features.stock.booking import Moved, Origin, book, held_of, place_of
from app.features.stock.ledger.parts import NOTHING, refuse_missing, shares, value_out
from app.model import Part, StockPlace
from app.model.stock import reach_of
from app.store.door import Tx


def scrap(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    reason: ScrapReason,
    note: str = "",
    *,
    place_id: int | None = None,
    consigned: bool = False,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Goods that are gone, whoever waits for them. Of consigned goods the shop owes the owner their price.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, NOT_IN_PLACE, and those of ``serials``.
    """
    lost = reason is ScrapReason.LOST
    return go_out(
        tx, part, MoveKind.SCRAP, quantity, Origin(note=note, reason=reason), place_id=place_id,
        consigned=consigned, serials=serials, state=SerialState.LOST if lost else SerialState.SCRAPPED,
        paid=True,
    )  # fmt: skip


def return_to_supplier(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    note: str = "",
    *,
    place_id: int | None = None,
    consigned: bool = False,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Goods go back to the supplier at moving average; consigned ones to their owner.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, NOT_IN_PLACE, PART_RESERVED, and those of ``serials``.
    """
    _refuse_promised(tx, part, quantity, place_of(tx, place_id))
    kind = MoveKind.CONSIGN_OUT if consigned else MoveKind.RETURN
    return go_out(
        tx, part, kind, quantity, Origin(note=note), place_id=place_id, consigned=consigned, serials=serials,
        state=SerialState.RETURNED,
    )  # fmt: skip


def part_with(
    tx: Tx,
    part: Part,
    kind: MoveKind,
    quantity: Quantity,
    origin: Origin,
    *,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Own goods leave the main shelf by another way: lent, or back to the shop they were borrowed from.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, NOT_IN_PLACE, PART_RESERVED, and those of ``serials``.
    """
    _refuse_promised(tx, part, quantity, place_of(tx, None))
    return go_out(tx, part, kind, quantity, origin, serials=serials, state=SerialState.RETURNED)


def _refuse_promised(tx: Tx, part: Part, quantity: Quantity, place: StockPlace) -> None:
    if place.kind not in AWAY and part.reserved:
        open_stock = reach_of(held_of(tx, part.id), None, part.reserved)
        if open_stock.usable < quantity <= open_stock.open:
            raise Refusal(
                Reason.PART_RESERVED, part=part.name, quantity=open_stock.usable, reserved=part.reserved
            )


def go_out(
    tx: Tx,
    part: Part,
    kind: MoveKind,
    quantity: Quantity,
    origin: Origin,
    *,
    state: SerialState,
    place_id: int | None = None,
    consigned: bool = False,
    serials: Sequence[str] = (),
    paid: bool = False,
) -> list[Moved]:
    """Goods leave a place: one row, or one a piece. With ``paid`` the shop owes consigned goods' price.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, NOT_IN_PLACE, and those of ``serials``.
    """
    if quantity <= NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    place = place_of(tx, place_id)
    numbers = pieces.clean_serials(part, quantity, serials)
    refuse_missing(tx, part, place, quantity, consigned=consigned)
    rows = []
    for piece, share in shares(tx, part, place, quantity, numbers, consigned=consigned):
        if piece is not None:
            pieces.leave(piece, state)
        owed = part.consign_price.times(share) if consigned and paid else ZERO
        rows.append(
            book(
                tx, part, place, kind, -share, value_out(part, share, consigned=consigned),
                consigned=consigned, owed_value=owed, serial_id=None if piece is None else piece.id,
                origin=origin,
            )
        )  # fmt: skip
    return rows
