"""Believable forms of the papers of old parts, stocktakes and tools (see ``samples``)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.core.codes import CodeKind, running_code
from app.core.enums import CountKind, DefectGrade, DefectSource, OldPartRule, PaperKind, PlaceKind
from app.core.money import Quantity
from app.papers.forms_of_shelves import (
    CountSheet,
    CountSheetLine,
    DefectiveLabel,
    OldPartLabel,
    PackedLine,
    PackingList,
    PlaceLabel,
    ToolLabel,
)
from app.papers.shop_block import ShopBlock

_REMOVED = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
_PACKED = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
Shelved = OldPartLabel | PackingList | CountSheet | ToolLabel | PlaceLabel | DefectiveLabel


def sample(kind: PaperKind, shop: ShopBlock, *, chinese: bool, long: bool) -> Shelved:
    """One sample form of a paper of the shelves."""
    match kind:
        case PaperKind.OLD_PART_LABEL:
            return _old_part(chinese, long)
        case PaperKind.RETURN_PACKING_LIST:
            return _packing(shop, chinese, long)
        case PaperKind.COUNT_LIST:
            return _count(shop, chinese, long)
        case PaperKind.PLACE_LABEL:
            return _place(chinese, long)
        case PaperKind.DEFECTIVE_LABEL:
            return _defective(chinese, long)
        case _:
            return _tool(chinese, long)


def _parts(chinese: bool) -> list[tuple[str, str, str]]:
    """(our number, name, where it lies)."""
    if chinese:
        return [
            ("P00128", "变频主控板 BCD-516", "A-03"),
            ("P00031", "冰箱启动继电器 QP2-15", "A-03"),
            ("P00077", "洗衣机排水泵 B20-6A", "B-01"),
        ]
    return [
        ("P00128", "Inverter board BCD-516", "A-03"),
        ("P00031", "Starter relay QP2-15", "A-03"),
        ("P00077", "Drain pump B20-6A", "B-01"),
    ]


def _old_part(chinese: bool, long: bool) -> OldPartLabel:
    number, name, _place = _parts(chinese)[0]
    form = OldPartLabel(
        code=running_code(CodeKind.OLD_PART, 42),
        part_number=number,
        part_name=name,
        order_number="2611-00042",
        brand="美的" if chinese else "Midea",
        replaced_at=_REMOVED,
        rule=OldPartRule.RETURN,
    )
    if not long:
        return form
    return replace(
        form,
        model="BCD-516WKPZM(E)",
        quantity=Quantity.of(2),
        unit="块" if chinese else "pc",
        serial="ZKB516V3-20240611-00917",
        technician="陈国强" if chinese else "Guoqiang Chen",
        rule=OldPartRule.SWAP,
    )


def _packing(shop: ShopBlock, chinese: bool, long: bool) -> PackingList:
    found = _parts(chinese) * (3 if long else 1)
    unit = "块" if chinese else "pc"
    lines = tuple(
        PackedLine(
            code=running_code(CodeKind.OLD_PART, 42 + at),
            part_number=number,
            part_name=name,
            order_number=f"2611-{42 + at:05d}",
            replaced_at=_REMOVED + timedelta(hours=at),
            unit=unit,
            serial=f"SN{20240611 + at}" if long else "",
            model="BCD-516WKPZM(E)" if long else "",
        )
        for at, (number, name, _place) in enumerate(found)
    )
    form = PackingList(
        shop=shop,
        number="B2611-00003",
        code=running_code(CodeKind.RETURN_BATCH, 3),
        brand="美的" if chinese else "Midea",
        made_at=_PACKED,
        lines=lines,
    )
    if not long:
        return form
    return replace(
        form,
        sent_at=_PACKED,
        carrier="顺丰速运" if chinese else "SF Express",
        waybill="SF1408822017365",
        packed_by="李芳" if chinese else "Fiona Li",
        note="主控板已防静电包装。" if chinese else "Boards are in antistatic bags.",
    )


def _count(shop: ShopBlock, chinese: bool, long: bool) -> CountSheet:
    unit = "个" if chinese else "pc"
    found = _parts(chinese) * (5 if long else 1)
    lines = tuple(
        CountSheetLine(
            number,
            name,
            place,
            unit,
            expected=Quantity.of(at % 7) if long else None,
            consigned=long and at % 5 == 1,
            serialised=long and at % 5 == 0,
        )
        for at, (number, name, place) in enumerate(found)
    )
    form = CountSheet(
        shop=shop,
        number="K2611-00002",
        code=running_code(CodeKind.STOCK_COUNT, 2),
        kind=CountKind.ALL,
        place="主货架" if chinese else "Main shelf",
        opened_at=_PACKED,
        lines=lines,
    )
    if not long:
        return form
    return replace(
        form,
        kind=CountKind.LOCATION,
        scope="A",
        blind=False,
        opened_by="李芳" if chinese else "Fiona Li",
        note="月末盘点" if chinese else "End of the month",
    )


def _tool(chinese: bool, long: bool) -> ToolLabel:
    form = ToolLabel(running_code(CodeKind.TOOL, 7), "", "数字万用表 3 号" if chinese else "Multimeter 3")
    if not long:
        return form
    return replace(
        form,
        kind="万用表" if chinese else "Multimeters",
        location="工具墙 B" if chinese else "Wall B",
        shop_name="安心家电维修" if chinese else "Anxin Appliance Repair",
    )


def _place(chinese: bool, long: bool) -> PlaceLabel:
    form = PlaceLabel(running_code(CodeKind.LOCATION, 1), PlaceKind.SHELF, main=True)
    if not long:
        return form
    return replace(
        form,
        code=running_code(CodeKind.LOCATION, 4),
        kind=PlaceKind.VAN,
        name="外勤车 2 号" if chinese else "Van 2",
        main=False,
        shop_name="安心家电维修" if chinese else "Anxin Appliance Repair",
    )


def _defective(chinese: bool, long: bool) -> DefectiveLabel:
    form = DefectiveLabel(
        code=running_code(CodeKind.DEFECTIVE, 12),
        number="D2611-00012",
        description="空调外机，运输途中磕碰变形" if chinese else "Outdoor unit, dented",
        source=DefectSource.TRANSPORT,
        received_at=_PACKED,
    )
    if not long:
        return form
    return replace(
        form,
        source=DefectSource.CUSTOMER_RETURN,
        grade=DefectGrade.SCRAP,
        brand="海尔" if chinese else "Haier",
        model="KFR-35W/BP2N8Y",
        serial="AA8U0PE0T00DGK9X0123",
        order_number="2611-00042",
        location="C-01",
    )
