"""Goods that come in: received, consigned, stripped from scrap devices, borrowed or back from another shop."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.enums import MoveKind, PriceKind, PriceSource
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity, divide_half_up
from app.features.stock import serials as pieces
from app.features.stock.booking import NO_ORIGIN, Moved, Origin, book, place_of
from app.features.stock.ledger.on_orders import settle_owed
from app.features.stock.ledger.parts import NOTHING, set_price
from app.model import Part, StockPlace
from app.model.stock import split_value
from app.store.door import Tx


def receive(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    cost: Money,
    note: str = "",
    *,
    place_id: int | None = None,
    receipt_line_id: int | None = None,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Goods in: ``cost`` is the price of the whole receipt, so that no fen is lost in a unit price.

    What was used before it came (``owe``) is settled at once. Raises ``Refusal``: QUANTITY_NOT_POSITIVE,
    AMOUNT_NEGATIVE, KIT_NO_STOCK, and those of ``serials.clean_serials`` and ``serials.arrive``.
    """
    if cost < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    place = place_of(tx, place_id)
    origin = Origin(note=note, receipt_line_id=receipt_line_id)
    rows = come_in(tx, part, MoveKind.RECEIVE, place, quantity, cost, serials, origin)
    set_price(
        tx,
        part,
        PriceKind.PURCHASE,
        Money(divide_half_up(cost.fen * 1000, quantity.milli)),
        PriceSource.RECEIPT,
    )
    settle_owed(tx, part, place, consigned=False)
    return rows


def consign_in(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    origin: Origin = NO_ORIGIN,
    *,
    place_id: int | None = None,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Goods of others come in (铺底): they have a price when they are used, and no value here.

    Raises ``Refusal``: CONSIGN_PRICE_MISSING and those of ``receive``.
    """
    if not part.consign_price:
        raise Refusal(Reason.CONSIGN_PRICE_MISSING, part=part.name)
    place = place_of(tx, place_id)
    rows = come_in(tx, part, MoveKind.CONSIGN_IN, place, quantity, ZERO, serials, origin, consigned=True)
    settle_owed(tx, part, place, consigned=True)
    return rows


def strip(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    value: Money,
    defective_id: int,
    *,
    place_id: int | None = None,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """A usable part taken out of a scrap device enters at zero or a set value (domain.md §7)."""
    if value < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    origin = Origin(defective_id=defective_id)
    return come_in(tx, part, MoveKind.STRIP, place_of(tx, place_id), quantity, value, serials, origin)


def gain(
    tx: Tx,
    part: Part,
    kind: MoveKind,
    quantity: Quantity,
    value: Money,
    origin: Origin,
    *,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Own goods come to the main shelf by another way: borrowed, or back from another shop."""
    return come_in(tx, part, kind, place_of(tx, None), quantity, value, serials, origin)


def come_in(
    tx: Tx,
    part: Part,
    kind: MoveKind,
    place: StockPlace,
    quantity: Quantity,
    value: Money,
    serials: Sequence[str],
    origin: Origin,
    *,
    consigned: bool = False,
) -> list[Moved]:
    """Goods come into a place: one row, or one a piece. Raises ``Refusal``: QUANTITY_NOT_POSITIVE, KIT_NO_STOCK, and
    those of ``serials``.
    """
    if quantity <= NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    if part.kit:
        raise Refusal(Reason.KIT_NO_STOCK, part=part.name)
    numbers = pieces.clean_serials(part, quantity, serials)
    if not part.serialised:
        return [book(tx, part, place, kind, quantity, value, consigned=consigned, origin=origin)]
    rows = []
    for number, share in zip(numbers, split_value(value, len(numbers)), strict=True):
        piece = pieces.arrive(tx, part, number, place, consigned=consigned)
        rows.append(
            book(
                tx, part, place, kind, Quantity.of(1), share,
                consigned=consigned, serial_id=piece.id, origin=origin,
            )
        )  # fmt: skip
    return rows
