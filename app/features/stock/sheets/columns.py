"""The columns of a list of parts: their headings, how a cell is read, how a value is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.enums import Category, OldPartRule, PartCondition
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.labels import LABELS
from app.core.money import Money, Quantity
from app.core.words import N_, _
from app.features.stock.part_checks import (
    MOST_MONTHS,
    MOST_TAX,
    checked_price,
    checked_quantity,
    checked_range,
    clean_barcodes,
    clean_number,
)

#: Headings of suppliers' lists, whatever language the program speaks.
_ALIASES: dict[str, tuple[str, ...]] = {
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
}
YES = frozenset({"1", "yes", "y", "true", "x", "是", "有", "√", "✓", "在用"})
NO = frozenset({"0", "no", "n", "false", "否", "无", "×", "停用"})
_PARTING = re.compile(r"[\s,，;；、]+")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the file. ``read`` gives the value as the records keep it (fen, thousandths, codes)."""

    key: str
    #: Marked English; the heading of an exported file.
    title: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    width: int = 14
    number: bool = False


def _line(field: str, most: int) -> Callable[[str], str]:
    return lambda text: clean_line(field, text, most=most)


def _price(text: str) -> int:
    return checked_price(Money.parse(text)).fen


def _minimum(text: str) -> int:
    return checked_quantity(Quantity.parse(text)).milli


def _tax(text: str) -> int:
    """Percent with at most one decimal, as permille."""
    permille, rest = divmod(Quantity.parse(text.rstrip("%％")).milli, 100)
    if rest:
        raise Refusal(Reason.BAD_QUANTITY, text=text[:40])
    return checked_range("tax_permille", permille, MOST_TAX)


def _months(text: str) -> int:
    months, rest = divmod(Quantity.parse(text).milli, 1000)
    if rest:
        raise Refusal(Reason.BAD_QUANTITY, text=text[:40])
    return checked_range("warranty_months", months, MOST_MONTHS)


def _flag(field: str) -> Callable[[str], bool]:
    def read(text: str) -> bool:
        folded = fold_heading(text)
        if folded in YES or folded == fold_heading(_("Yes")):
            return True
        if folded in NO or folded == fold_heading(_("No")):
            return False
        raise Refusal(Reason.BAD_CHOICE, field=field, text=text[:40])

    return read


def _write_flag(value: Any) -> str:
    return _("Yes") if value else _("No")


def _barcodes(text: str) -> tuple[str, ...]:
    return tuple(clean_barcodes(_PARTING.split(text)))


def _choice(field: str, kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    """A code, or its word in either language."""

    def read(text: str) -> StrEnum:
        folded = fold_heading(text)
        for each in kind:
            if folded in (each.value, fold_heading(LABELS[kind][each]), fold_heading(_(LABELS[kind][each]))):
                return each
        raise Refusal(Reason.BAD_CHOICE, field=field, text=text[:40])

    return read


def _word(kind: type[StrEnum]) -> Callable[[Any], str]:
    return lambda value: _(LABELS[kind][kind(value)])


def _category(text: str) -> str:
    """One of the fixed categories by code or word, else as the shop writes it."""
    folded = fold_heading(text)
    for each in Category:
        if folded in (
            each.value,
            fold_heading(LABELS[Category][each]),
            fold_heading(_(LABELS[Category][each])),
        ):
            return each.value
    return clean_line("category", text, most=SHORT)


def _category_word(value: str) -> str:
    return _(LABELS[Category][Category(value)]) if value in set(Category) else value


def _yuan(fen: int) -> str:
    return str(Money(fen))


def _amount(milli: int) -> str:
    return str(Quantity(milli))


def _percent(permille: int | None) -> str:
    return "" if permille is None else f"{permille / 10:g}"


COLUMNS: Sequence[SheetColumn] = (
    SheetColumn("number", N_("Part number"), clean_number),
    SheetColumn("name", N_("Part name"), _line("name", 200), width=28),
    SheetColumn("category", N_("Category"), _category, _category_word),
    SheetColumn("brand", N_("Brand"), _line("brand", SHORT)),
    SheetColumn("fits", N_("Fits models"), _line("fits", 1000), width=28),
    SheetColumn("unit", N_("Unit"), _line("unit", 20), width=8),
    SheetColumn("sale_price", N_("Sale price"), _price, _yuan, 12, number=True),
    SheetColumn("purchase_price", N_("Purchase price"), _price, _yuan, 12, number=True),
    SheetColumn("consign_price", N_("Price of consigned goods"), _price, _yuan, 12, number=True),
    SheetColumn("tax_permille", N_("Tax %"), _tax, _percent, 8, number=True),
    SheetColumn("location", N_("Location"), _line("location", SHORT)),
    SheetColumn("minimum", N_("Minimum stock"), _minimum, _amount, 10, number=True),
    SheetColumn("supplier", N_("Supplier"), _line("supplier", 200), width=20),
    SheetColumn("supplier_number", N_("Supplier's number"), _line("supplier_number", SHORT)),
    SheetColumn("barcodes", N_("Barcodes"), _barcodes, " ".join, width=20),
    SheetColumn("condition", N_("Condition"), _choice("condition", PartCondition), _word(PartCondition)),
    SheetColumn("old_part_rule", N_("Old part"), _choice("old_part_rule", OldPartRule), _word(OldPartRule)),
    SheetColumn("serialised", N_("Serial numbers"), _flag("serialised"), _write_flag, 8),
    SheetColumn("warranty_months", N_("Warranty (months)"), _months, str, 8, number=True),
    SheetColumn("season", N_("Season factors of"), _category, _category_word),
    SheetColumn("active", N_("In use"), _flag("active"), _write_flag, 8),
)
BY_KEY = {column.key: column for column in COLUMNS}


def fold_heading(text: str) -> str:
    """One form for headings: case, width, spaces and stars do not count."""
    return re.sub(r"[\s*＊:：]+", "", unicodedata.normalize("NFKC", text)).casefold()


def columns_of(
    headings: Sequence[str],
    columns: Sequence[SheetColumn] = COLUMNS,
    aliases: Mapping[str, Sequence[str]] = _ALIASES,
) -> dict[int, SheetColumn]:
    """Which column of ours stands at which place of the file; what it does not know is left alone. ``columns`` are the
    list's, ``aliases`` further headings by column, of whatever language.

    Raises ``Refusal(COLUMN_TWICE)``.
    """
    known: dict[str, SheetColumn] = {}
    for column in columns:
        for name in (column.key, column.title, _(column.title), *aliases.get(column.key, ())):
            known.setdefault(fold_heading(name), column)
    found: dict[int, SheetColumn] = {}
    for at, heading in enumerate(headings):
        column_here = known.get(fold_heading(heading)) if heading else None
        if column_here is None:
            continue
        if column_here in found.values():
            raise Refusal(Reason.COLUMN_TWICE, column=_(column_here.title))
        found[at] = column_here
    return found
