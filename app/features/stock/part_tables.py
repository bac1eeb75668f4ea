"""The lists below one part: moves, places, pieces, prices, substitutes, the parts of a kit."""

from __future__ import annotations

from collections.abc import Callable

from app.core import formats
from app.core.labels import label
from app.core.words import _
from app.features.stock.shelf_snapshots import LiesThere, PieceEntry
from app.features.stock.snapshots import MoveRow, PriceRow, SubstituteRow
from app.ui.tables import RIGHT, Column, Empty, Table


def moves_table(zone: Callable[[], str]) -> Table:
    """What happened to a part, newest first."""
    return Table(
        [
            Column("at", _("When"), lambda row: formats.short_moment(row.at, zone()), width=92),
            Column("kind", _("Move"), _move_text, width=120, stretch=True),
            Column("quantity", _("Quantity"), lambda row: str(row.quantity), align=RIGHT, width=70),
            Column(
                "value", _("Value"), lambda row: formats.money(row.value, sign=False), align=RIGHT, width=84
            ),
        ],
        name="part_moves",
        empty=Empty(_("No moves yet: receive goods first."), icon="history"),
    )


def prices_table(zone: Callable[[], str]) -> Table:
    """How its prices changed, newest first."""
    return Table(
        [
            Column("at", _("When"), lambda row: formats.short_moment(row.at, zone()), width=92),
            Column("kind", _("Price"), _price_text, width=110, stretch=True),
            Column("old", _("Before"), lambda row: formats.money(row.old, sign=False), align=RIGHT, width=76),
            Column("new", _("After"), lambda row: formats.money(row.new, sign=False), align=RIGHT, width=76),
            Column("staff", _("By"), lambda row: row.staff, width=64, spare=True),
        ],
        name="part_prices",
        empty=Empty(_("No price has changed yet."), icon="history"),
    )


def substitutes_table(add: Callable[[], object], open_part: Callable[[SubstituteRow], object]) -> Table:
    """What may be used in its place, what is in stock first."""
    table = Table(
        [
            Column("number", _("Part number"), lambda row: row.part.number, width=90, bold=True),
            Column("name", _("Part name"), _substitute_text, width=120, stretch=True),
            Column("free", _("Free"), lambda row: str(row.part.free), align=RIGHT, width=60),
            Column(
                "price",
                _("Price"),
                lambda row: formats.money(row.part.sale_price, sign=False),
                align=RIGHT,
                width=76,
            ),
        ],
        name="part_substitutes",
        empty=Empty(_("No substitute yet."), _("Add substitute …"), add, icon="arrow-right"),
    )
    table.opened.connect(open_part)
    return table


def lies_table(zone: Callable[[], str]) -> Table:
    """Where it lies, and since when; consigned goods apart."""
    return Table(
        [
            Column("place", _("Place"), _place_text, width=130, stretch=True, bold=True),
            Column("kind", _("Kind"), lambda row: label(row.place.kind), width=90, spare=True),
            Column("hand", _("Quantity"), lambda row: str(row.on_hand), align=RIGHT, width=76),
            Column("since", _("Since"), lambda row: formats.short_moment(row.since, zone()), width=92),
        ],
        name="part_lies",
        key=lambda row: (row.place.id, row.consigned),
        empty=Empty(_("None in stock: receive goods first."), icon="map-pin"),
    )


def pieces_table(open_piece: Callable[[PieceEntry], object]) -> Table:
    """The pieces of a part with serial numbers, newest first."""
    table = Table(
        [
            Column("serial", _("Serial number"), lambda row: row.serial, width=120, stretch=True, bold=True),
            Column("state", _("State"), lambda row: label(row.state), width=84),
            Column("where", _("Place or order"), lambda row: row.where, width=100),
            Column("in", _("In since"), lambda row: formats.day(row.received_on), width=90, spare=True),
        ],
        name="part_pieces",
        empty=Empty(_("No piece was received yet."), icon="package"),
    )
    table.opened.connect(open_piece)
    return table


def kit_table() -> Table:
    """What a kit is made of."""
    return Table(
        [
            Column("number", _("Part number"), lambda row: row.number, width=90, bold=True),
            Column("name", _("Part name"), lambda row: row.name, width=120, stretch=True),
            Column(
                "quantity", _("Quantity"), lambda row: f"{row.quantity} {row.unit}", align=RIGHT, width=76
            ),
            Column("hand", _("On hand"), lambda row: str(row.on_hand), align=RIGHT, width=70),
        ],
        name="kit_lines",
        key=lambda row: row.part_id,
        empty=Empty(_("This kit has no parts."), icon="boxes"),
    )


def _place_text(lies: LiesThere) -> str:
    return _("{place} (consigned)").format(place=lies.place.title) if lies.consigned else lies.place.title


def _move_text(move: MoveRow) -> str:
    about = move.order_number or move.note
    return f"{label(move.kind)}  {about}" if about else label(move.kind)


def _price_text(change: PriceRow) -> str:
    return f"{label(change.kind)} · {label(change.source)}"


def _substitute_text(each: SubstituteRow) -> str:
    arrow = "⇄" if each.mutual else "→"
    return " ".join(filter(None, (arrow, each.part.name, f"({each.note})" if each.note else "")))
