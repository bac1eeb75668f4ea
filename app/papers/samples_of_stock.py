"""Believable forms of the stock room's papers (see ``samples``)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from app.core.codes import CodeKind, running_code
from app.core.enums import MoveKind, PaperKind
from app.core.money import Money, Quantity, total
from app.papers.forms_of_stock import (
    ConsignSheet,
    OrderedLine,
    PurchaseSheet,
    ReceiptSheet,
    ReceivedLine,
    SettledUse,
    SupplierBlock,
)
from app.papers.shop_block import ShopBlock

_PURCHASE = "C2611-00012"
_CODE = running_code(CodeKind.PURCHASE, 12)
_ORDERED = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
_RECEIVED = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)


Stocked = PurchaseSheet | ReceiptSheet | ConsignSheet


def sample(kind: PaperKind, shop: ShopBlock, *, chinese: bool, long: bool) -> Stocked:
    """One sample form of a paper of the stock room."""
    match kind:
        case PaperKind.GOODS_RECEIPT:
            return _receipt(shop, chinese, long)
        case PaperKind.CONSIGN_SETTLEMENT:
            return _settlement(shop, chinese, long)
        case _:
            return _purchase(shop, chinese, long)


def _supplier(chinese: bool, long: bool) -> SupplierBlock:
    name = "义乌市顺达家电配件行" if chinese else "Shunda Appliance Parts, Yiwu"
    if not long:
        return SupplierBlock(name)
    return SupplierBlock(
        name,
        contact="张顺达" if chinese else "Mr Zhang",
        phone="13957985001",
        address="浙江省义乌市福田街道商贸区 3 区 18 号" if chinese else "18 Trade Zone 3, Futian, Yiwu",
    )


def _parts(chinese: bool, long: bool) -> list[tuple[str, str, str, int, int]]:
    """(name, our number, the supplier's, pieces, price in fen)."""
    if chinese:
        found = [
            ("冰箱启动继电器 QP2-15", "P00031", "QP2-15C", 20, 850),
            ("变频主控板 BCD-516", "P00128", "ZKB-516/V3", 2, 16800),
            ("洗衣机排水泵 B20-6A", "P00077", "B20-6A", 6, 3200),
        ]
    else:
        found = [
            ("Starter relay QP2-15", "P00031", "QP2-15C", 20, 850),
            ("Inverter board BCD-516", "P00128", "ZKB-516/V3", 2, 16800),
            ("Drain pump B20-6A", "P00077", "B20-6A", 6, 3200),
        ]
    if not long:
        return found[:1]
    more = [
        (f"{found[0][0]} / {10 + at}", f"P{200 + at:05d}", f"QP2-{10 + at}", 5, 990 + at) for at in range(3)
    ]
    return found + more


def _purchase(shop: ShopBlock, chinese: bool, long: bool) -> PurchaseSheet:
    unit = "个" if chinese else "pc"
    lines = tuple(
        OrderedLine(name, Quantity.of(pieces), number, his, unit, Money(price))
        for name, number, his, pieces, price in _parts(chinese, long)
    )
    form = PurchaseSheet(
        shop=shop,
        number=_PURCHASE,
        code=_CODE,
        supplier=_supplier(chinese, long),
        ordered_at=_ORDERED,
        lines=lines,
        total=total(line.price.times(line.quantity) for line in lines),
    )
    if not long:
        return form
    return replace(
        form,
        lines=(lines[0], replace(lines[1], order_number="2611-00042"), *lines[2:]),
        ordered_by="李芳" if chinese else "Fiona Li",
        expected_on=date(2026, 11, 23),
        urgent=True,
        note="控制板请发原厂件，随货附送货单。"
        if chinese
        else "Original boards only; please enclose a delivery note.",
    )


def _receipt(shop: ShopBlock, chinese: bool, long: bool) -> ReceiptSheet:
    unit = "个" if chinese else "pc"
    lines = tuple(
        ReceivedLine(name, Quantity.of(pieces), number, his, unit, Money(price * pieces))
        for name, number, his, pieces, price in _parts(chinese, long)
    )
    form = ReceiptSheet(
        shop=shop,
        number="R2611-00009",
        supplier=_supplier(chinese, long),
        received_at=_RECEIVED,
        lines=lines,
        total=total(line.amount for line in lines),
    )
    if not long:
        return form
    return replace(
        form,
        lines=(
            replace(lines[0], open=Quantity.of(10)),
            replace(lines[1], order_number="2611-00042"),
            *lines[2:],
        ),
        code=_CODE,
        purchase_number=_PURCHASE,
        delivery_note="SD-20261123-07",
        received_by="李芳" if chinese else "Fiona Li",
    )


def _settlement(shop: ShopBlock, chinese: bool, long: bool) -> ConsignSheet:
    found = _parts(chinese, long)[:4]
    uses = [
        SettledUse(_ORDERED + timedelta(days=at), MoveKind.USE, number, name, Quantity.of(1), Money(price))
        for at, (name, number, _his, _pieces, price) in enumerate(found)
    ]
    if long:
        unit = "个" if chinese else "pc"
        uses = [replace(each, unit=unit, order_number=f"2611-{42 + at:05d}") for at, each in enumerate(uses)]
        back = replace(uses[0], kind=MoveKind.UNUSE, quantity=-uses[0].quantity, owed=-uses[0].owed)
        uses.append(back)
    form = ConsignSheet(
        shop=shop,
        number="L2611-00003",
        owner=_supplier(chinese, long),
        settled_at=_RECEIVED,
        uses=tuple(uses),
        total=total(each.owed for each in uses),
    )
    if not long:
        return form
    return replace(
        form,
        settled_by="李芳" if chinese else "Fiona Li",
        note="十一月铺底，按月结算" if chinese else "November, settled monthly",
    )
