"""The data of the papers of old parts, stocktakes, tools, places and defective goods; see ``forms`` for what a form
is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.core.enums import CountKind, DefectGrade, DefectSource, OldPartRule, PlaceKind
from app.core.money import ONE, Quantity
from app.papers.shop_block import ShopBlock


@dataclass(frozen=True, slots=True)
class OldPartLabel:
    """旧件标签: glued to what came out of a device; ``code`` is the old part's own."""

    code: str
    part_number: str
    part_name: str
    order_number: str
    brand: str
    replaced_at: datetime
    rule: OldPartRule
    model: str = ""
    quantity: Quantity = ONE
    unit: str = ""
    serial: str = ""
    technician: str = ""


@dataclass(frozen=True, slots=True)
class PackedLine:
    """One old part in a batch."""

    code: str
    part_number: str
    part_name: str
    order_number: str
    replaced_at: datetime
    quantity: Quantity = ONE
    unit: str = ""
    serial: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class PackingList:
    """旧件返还清单: what lies in the box for a brand; its bars open the batch."""

    shop: ShopBlock
    number: str
    code: str
    brand: str
    made_at: datetime
    lines: tuple[PackedLine, ...]
    sent_at: datetime | None = None
    carrier: str = ""
    waybill: str = ""
    packed_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CountSheetLine:
    """One part to be counted; ``expected`` is None on a blind list."""

    part_number: str
    part_name: str
    location: str = ""
    unit: str = ""
    expected: Quantity | None = None
    consigned: bool = False
    serialised: bool = False


@dataclass(frozen=True, slots=True)
class CountSheet:
    """盘点表: boxes to write into; its bars open the stocktake."""

    shop: ShopBlock
    number: str
    code: str
    kind: CountKind
    place: str
    opened_at: datetime
    lines: tuple[CountSheetLine, ...]
    scope: str = ""
    blind: bool = True
    opened_by: str = ""
    note: str = ""
    #: What a place without a name is.
    place_kind: PlaceKind = PlaceKind.SHELF
    place_main: bool = False


@dataclass(frozen=True, slots=True)
class ToolLabel:
    """工具标签: glued to a tool."""

    code: str
    kind: str
    name: str
    location: str = ""
    shop_name: str = ""


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """货位标签: on a shelf, a van, a bag; a place without a name goes by what it is."""

    code: str
    kind: PlaceKind
    name: str = ""
    main: bool = False
    shop_name: str = ""


@dataclass(frozen=True, slots=True)
class DefectiveLabel:
    """残次品标签: on goods that cannot be sold as they are; ungraded ones say so."""

    code: str
    number: str
    description: str
    source: DefectSource
    received_at: datetime
    grade: DefectGrade | None = None
    brand: str = ""
    model: str = ""
    serial: str = ""
    order_number: str = ""
    location: str = ""
