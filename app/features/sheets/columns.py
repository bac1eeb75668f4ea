"""The columns of a list: their headings, how a cell is read, how a value is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from app.core.enums import Category
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.labels import LABELS
from app.core.money import Money, Quantity
from app.core.words import _
from app.features.sheets.files import Sheet
from app.features.sheets.snapshots import WrongCell

#: Names and dates stand above the table: headings are looked for in so many lines.
_HEAD_ROWS = 20
_YES = frozenset({"1", "yes", "y", "true", "x", "是", "有", "√", "✓", "在用"})
_NO = frozenset({"0", "no", "n", "false", "否", "无", "×", "停用"})
_Choice = TypeVar("_Choice", bound=StrEnum)


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


def fold_heading(text: str) -> str:
    """One form for headings: case, width, spaces and stars do not count."""
    return re.sub(r"[\s*＊:：]+", "", unicodedata.normalize("NFKC", text)).casefold()


def columns_of(
    headings: Sequence[str], columns: Sequence[SheetColumn], aliases: Mapping[str, Sequence[str]]
) -> dict[int, SheetColumn]:
    """Which column of ours stands at which place of the file; what it does not know is left alone. ``columns`` are the
    list's, ``aliases`` further headings by column, of whatever language: what one column is called goes before what
    another one is also called.

    Raises ``Refusal(COLUMN_TWICE)``.
    """
    known: dict[str, SheetColumn] = {}
    own = [(name, each) for each in columns for name in (each.key, each.title, _(each.title))]
    for name, column in (*own, *((name, each) for each in columns for name in aliases.get(each.key, ()))):
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


def find_columns(
    sheet: Sheet, columns: Sequence[SheetColumn], aliases: Mapping[str, Sequence[str]]
) -> tuple[int, dict[int, SheetColumn]]:
    """The line that holds the headings, and the columns under them; (0, {}) where there are none.

    Raises ``Refusal(COLUMN_TWICE)``.
    """
    best: tuple[int, dict[int, SheetColumn]] = (0, {})
    for line, row in enumerate(sheet.rows[:_HEAD_ROWS], 1):
        found = columns_of(row, columns, aliases)
        if len(found) > len(best[1]):
            best = (line, found)
    return best


def lacks(column: SheetColumn) -> Refusal:
    """The file has not got a column it must have."""
    return Refusal(Reason.COLUMNS_MISSING, columns=_(column.title))


def unknown_headings(sheet: Sheet, head: int, columns: Mapping[int, SheetColumn]) -> tuple[str, ...]:
    """What the file has and we leave alone."""
    return tuple(text for at, text in enumerate(sheet.rows[head - 1]) if text and at not in columns)


def read_row(
    columns: Mapping[int, SheetColumn], sheet: Sheet, line: int, row: Sequence[str]
) -> tuple[dict[str, Any], list[WrongCell]]:
    """The values of a line by column, without its empty cells; and what is wrong with it."""
    values: dict[str, Any] = {}
    wrong: list[WrongCell] = []
    spoilt = sheet.spoilt
    for at, column in columns.items():
        if spoilt and (line, at) in spoilt:
            wrong.append(WrongCell(column.title, Refusal(spoilt[line, at])))
            continue
        text = row[at] if at < len(row) else ""
        if not text:
            continue
        try:
            values[column.key] = column.read(text)
        except Refusal as refusal:
            wrong.append(WrongCell(column.title, refusal))
    return values, wrong


# -- how cells are read and written ------------------------------------------------------------------------


def line_reader(field: str, most: int) -> Callable[[str], str]:
    """One line of text."""
    return lambda text: clean_line(field, text, most=most)


def read_whole(text: str) -> int:
    """A whole number. Raises ``Refusal(BAD_QUANTITY)``."""
    number, rest = divmod(Quantity.parse(text).milli, 1000)
    if rest:
        raise Refusal(Reason.BAD_QUANTITY, text=text[:40])
    return number


def read_permille(text: str) -> int:
    """Percent with at most one decimal, as permille. Raises ``Refusal(BAD_QUANTITY)``."""
    permille, rest = divmod(Quantity.parse(text.rstrip("%％")).milli, 100)
    if rest:
        raise Refusal(Reason.BAD_QUANTITY, text=text[:40])
    return permille


def write_permille(permille: int | None) -> str:
    """Permille as percent."""
    return "" if permille is None else f"{permille / 10:g}"


def write_fen(fen: int) -> str:
    """Fen as yuan."""
    return str(Money(fen))


def write_milli(milli: int) -> str:
    """Thousandths as a quantity."""
    return str(Quantity(milli))


def flag_reader(field: str) -> Callable[[str], bool]:
    """Yes or no, as people tick it."""

    def read(text: str) -> bool:
        folded = fold_heading(text)
        if folded in _YES or folded == fold_heading(_("Yes")):
            return True
        if folded in _NO or folded == fold_heading(_("No")):
            return False
        raise Refusal(Reason.BAD_CHOICE, field=field, text=text[:40])

    return read


def write_flag(value: Any) -> str:
    """Yes or no."""
    return _("Yes") if value else _("No")


def choice_reader(field: str, kind: type[_Choice]) -> Callable[[str], _Choice]:
    """A code, or its word in either language."""

    def read(text: str) -> _Choice:
        folded = fold_heading(text)
        for each in kind:
            if folded in (each.value, fold_heading(LABELS[kind][each]), fold_heading(_(LABELS[kind][each]))):
                return each
        raise Refusal(Reason.BAD_CHOICE, field=field, text=text[:40])

    return read


def choice_writer(kind: type[StrEnum]) -> Callable[[Any], str]:
    """A code as its word; "" for none."""
    return lambda value: "" if value is None else _(LABELS[kind][kind(value)])


def read_category(text: str) -> str:
    """One of the fixed categories by code or word, else as the shop writes it."""
    folded = fold_heading(text)
    for each in Category:
        word = LABELS[Category][each]
        if folded in (each.value, fold_heading(word), fold_heading(_(word))):
            return each.value
    return clean_line("category", text, most=SHORT)


def write_category(value: str) -> str:
    """A category as it is called."""
    return _(LABELS[Category][Category(value)]) if value in set(Category) else value
