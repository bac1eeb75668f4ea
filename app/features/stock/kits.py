"""Kits: several parts (and some labour) as one, for common jobs. A kit has no stock of its own (domain.md §7)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from app.core.errors import Reason, Refusal
from app.features.stock.snapshots import KitEntry, KitRow
from app.model import KitLine, Part
from app.store.door import Tx

_LINES = (
    select(
        KitLine.part_id,
        Part.number,
        Part.name,
        Part.unit,
        KitLine.quantity,
        Part.sale_price,
        Part.on_hand,
        Part.consigned,
    )
    .join(Part, Part.id == KitLine.part_id)
    .where(KitLine.kit_id == bindparam("kit_id"))
    .order_by(Part.number)
)
_COMPONENTS = select(Part.id, Part.name, Part.kit).where(Part.id.in_(bindparam("ids", expanding=True)))
_IN_KIT = (
    select(Part.number)
    .join(KitLine, KitLine.kit_id == Part.id)
    .where(KitLine.part_id == bindparam("part_id"))
    .limit(1)
)
_WIPE = delete(KitLine).where(KitLine.kit_id == bindparam("wiped"))
_INSERT = insert(KitLine)


def kit_lines(reading: Connection, kit_id: int) -> tuple[KitRow, ...]:
    """The components of a kit, by number."""
    return tuple(
        KitRow(
            part_id=each.part_id,
            number=each.number,
            name=each.name,
            unit=each.unit,
            quantity=each.quantity,
            sale_price=each.sale_price,
            on_hand=each.on_hand + each.consigned,
        )
        for each in reading.execute(_LINES, {"kit_id": kit_id})
    )


def put_kit(tx: Tx, part: Part, lines: Sequence[KitEntry]) -> None:
    """Make a part's components what was typed; () of a plain part.

    Raises ``Refusal``: KIT_STOCK_LEFT (a part with stock cannot become one), KIT_IN_KIT, NOT_FOUND.
    """
    reading = tx.reading()
    if part.kit:
        stock = part.on_hand + part.consigned
        if stock:
            raise Refusal(Reason.KIT_STOCK_LEFT, part=part.name, quantity=stock)
        if reading.execute(_IN_KIT, {"part_id": part.id}).first() is not None:
            raise Refusal(Reason.KIT_IN_KIT, part=part.name)
    found = {
        each.id: each for each in reading.execute(_COMPONENTS, {"ids": [line.part_id for line in lines]})
    }
    for line in lines:
        if line.part_id not in found:
            raise Refusal(Reason.NOT_FOUND)
        if line.part_id == part.id or found[line.part_id].kit:
            raise Refusal(Reason.KIT_IN_KIT, part=found[line.part_id].name)
    reading.execute(_WIPE, {"wiped": part.id})
    if lines:
        reading.execute(
            _INSERT,
            [{"kit_id": part.id, "part_id": each.part_id, "quantity": each.quantity} for each in lines],
        )
