"""The columns of a list of parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.enums import OldPartRule, PartCondition
from app.core.fields import SHORT
from app.core.money import Money, Quantity
from app.core.words import N_
from app.features.sheets.columns import (
    SheetColumn,
    choice_reader,
    choice_writer,
    flag_reader,
    line_reader,
    read_category,
    read_permille,
    read_whole,
    write_category,
    write_fen,
    write_flag,
    write_milli,
    write_permille,
)
from app.features.stock.part_checks import (
    MOST_MINUTES,
    MOST_MONTHS,
    MOST_TAX,
    checked_price,
    checked_quantity,
    checked_range,
    clean_barcodes,
    clean_number,
)
from app.features.stock.sheets.kits import read_kit_cell, write_kit_cell

#: Headings of suppliers' lists, whatever language the program speaks.
ALIASES: dict[str, tuple[str, ...]] = {
    "number": ("备件编号", "配件编号", "编号", "编码", "物料编码", "料号"),
    "name": ("备件名称", "配件名称", "名称", "品名", "物料名称"),
    "category": ("品类", "类别", "分类"),
    "brand": ("品牌", "厂家"),
    "fits": ("适用机型", "机型", "适用型号"),
    "unit": ("单位",),
    "sale_price": ("售价", "销售价", "零售价"),
    "purchase_price": ("进价", "采购价", "进货价"),
    "consign_price": ("铺底价", "铺底结算价"),
    "tax_permille": ("税率", "税率%", "tax"),
    "location": ("库位", "货位", "位置"),
    "minimum": ("最低库存", "安全库存", "库存下限"),
    "supplier": ("供应商", "供货商"),
    "supplier_number": ("供应商货号", "供应商编码", "货号"),
    "barcodes": ("条码", "条形码", "barcode", "EAN"),
    "condition": ("成色",),
    "old_part_rule": ("旧件",),
    "serialised": ("序列号管理", "按序列号管理"),
    "warranty_months": ("保修月数", "保修（月）"),
    "season": ("季节系数按", "季节"),
    "active": ("在用", "启用"),
    "kit_lines": ("套件明细", "套件组成", "套件"),
    "kit_labour": ("套件工时费", "套件人工"),
    "kit_minutes": ("套件工时", "套件工时（分钟）"),
}
_PARTING = re.compile(r"[\s,，;；、]+")


def _price(text: str) -> int:
    return checked_price(Money.parse(text)).fen


def _minimum(text: str) -> int:
    return checked_quantity(Quantity.parse(text)).milli


def _tax(text: str) -> int:
    return checked_range("tax_permille", read_permille(text), MOST_TAX)


def _minutes(text: str) -> int:
    return checked_range("minutes", read_whole(text), MOST_MINUTES)


def _months(text: str) -> int:
    return checked_range("warranty_months", read_whole(text), MOST_MONTHS)


def _barcodes(text: str) -> tuple[str, ...]:
    return tuple(clean_barcodes(_PARTING.split(text)))


COLUMNS: Sequence[SheetColumn] = (
    SheetColumn("number", N_("Part number"), clean_number),
    SheetColumn("name", N_("Part name"), line_reader("name", 200), width=28),
    SheetColumn("category", N_("Category"), read_category, write_category),
    SheetColumn("brand", N_("Brand"), line_reader("brand", SHORT)),
    SheetColumn("fits", N_("Fits models"), line_reader("fits", 1000), width=28),
    SheetColumn("unit", N_("Unit"), line_reader("unit", 20), width=8),
    SheetColumn("sale_price", N_("Sale price"), _price, write_fen, 12, number=True),
    SheetColumn("purchase_price", N_("Purchase price"), _price, write_fen, 12, number=True),
    SheetColumn("consign_price", N_("Price of consigned goods"), _price, write_fen, 12, number=True),
    SheetColumn("tax_permille", N_("Tax %"), _tax, write_permille, 8, number=True),
    SheetColumn("location", N_("Location"), line_reader("location", SHORT)),
    SheetColumn("minimum", N_("Minimum stock"), _minimum, write_milli, 10, number=True),
    SheetColumn("supplier", N_("Supplier"), line_reader("supplier", 200), width=20),
    SheetColumn("supplier_number", N_("Supplier's number"), line_reader("supplier_number", SHORT)),
    SheetColumn("barcodes", N_("Barcodes"), _barcodes, " ".join, width=20),
    SheetColumn(
        "condition", N_("Condition"), choice_reader("condition", PartCondition), choice_writer(PartCondition)
    ),
    SheetColumn(
        "old_part_rule",
        N_("Old part"),
        choice_reader("old_part_rule", OldPartRule),
        choice_writer(OldPartRule),
    ),
    SheetColumn("serialised", N_("Serial numbers"), flag_reader("serialised"), write_flag, 8),
    SheetColumn("warranty_months", N_("Warranty (months)"), _months, str, 8, number=True),
    SheetColumn("season", N_("Season factors of"), read_category, write_category),
    SheetColumn("active", N_("In use"), flag_reader("active"), write_flag, 8),
    SheetColumn("kit_lines", N_("Kit parts"), read_kit_cell, write_kit_cell, 28),
    SheetColumn("kit_labour", N_("Labour of the kit"), _price, write_fen, 12, number=True),
    SheetColumn("kit_minutes", N_("Kit minutes"), _minutes, str, 8, number=True),
)
BY_KEY = {column.key: column for column in COLUMNS}
