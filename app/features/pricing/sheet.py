"""The price list as a file: read, checked line by line, applied whole; written with the columns that are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.core.changes import Kind
from app.core.enums import Command, JobKind, PriceUse
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LINE, SHORT
from app.core.incoming import name_of
from app.core.labels import label
from app.core.money import Money
from app.core.rights import Ctx
from app.core.words import N_, _
from app.features.pricing.checks import MOST_LEVELS, checked_minutes, checked_price, checked_rate, clean_code
from app.features.pricing.keeping import put_item
from app.features.pricing.reading import entry_of, price_rows
from app.features.pricing.snapshots import PriceEntry, PriceRow
from app.features.sheets.columns import (
    SheetColumn,
    choice_reader,
    choice_writer,
    find_columns,
    flag_reader,
    lacks,
    line_reader,
    read_category,
    read_permille,
    read_row,
    read_whole,
    unknown_headings,
    write_category,
    write_flag,
    write_permille,
)
from app.features.sheets.files import Sheet, read_sheet
from app.features.sheets.snapshots import (
    CellChange,
    Imported,
    LineState,
    Plan,
    PreviewLine,
    Tell,
    WrongCell,
    in_order,
    tell_nobody,
)
from app.features.sheets.writing import checked_suffix, table_content, write_whole
from app.model import PriceItem
from app.store.door import Store, repeatable

_MOST_LINES = 5000
_ALIASES: Mapping[str, Sequence[str]] = {
    "code": ("编号", "代码", "编码"),
    "use": ("类型", "用途", "种类"),
    "name": ("项目", "项目名称", "名称", "作业", "工作内容", "服务项目"),
    "category": ("品类", "类别", "分类"),
    "job_kind": ("工种", "服务种类", "作业类型"),
    "zone": ("区域", "上门区域", "地区"),
    "unit": ("单位",),
    "price": ("价格", "单价", "收费", "收费标准", "金额", "价格（元）"),
    "minutes": ("工时", "工时（分钟）", "分钟"),
    "tax_permille": ("税率", "税率%", "tax"),
    "note": ("备注", "说明"),
    "active": ("在用", "启用"),
}
#: A column of its own for each level: the price of its members.
_LEVEL = "level:"


def _price(text: str) -> Money:
    return checked_price(Money.parse(text))


def _minutes(text: str) -> int:
    return checked_minutes(read_whole(text))


def _rate(text: str) -> int | None:
    return checked_rate(read_permille(text))


COLUMNS: Sequence[SheetColumn] = (
    SheetColumn("code", N_("Code"), clean_code, width=8),
    SheetColumn("use", N_("Use"), choice_reader("use", PriceUse), choice_writer(PriceUse)),
    SheetColumn("name", N_("Work"), line_reader("name", LINE), width=32),
    SheetColumn("category", N_("Category"), read_category, write_category, 20),
    SheetColumn("job_kind", N_("Kind of job"), choice_reader("job_kind", JobKind), choice_writer(JobKind)),
    SheetColumn("zone", N_("Zone"), line_reader("zone", SHORT)),
    SheetColumn("unit", N_("Unit"), line_reader("unit", 20), width=8),
    SheetColumn("price", N_("Price"), _price, str, 12, number=True),
    SheetColumn("minutes", N_("Minutes"), _minutes, str, 8, number=True),
    SheetColumn("tax_permille", N_("Tax %"), _rate, write_permille, 8, number=True),
    SheetColumn("note", N_("Note"), line_reader("note", LINE), width=28),
    SheetColumn("active", N_("In use"), flag_reader("active"), write_flag, 8),
)
_BY_KEY = {column.key: column for column in COLUMNS}


def _level_column(level: str) -> SheetColumn:
    return SheetColumn(f"{_LEVEL}{level}", level, _price, str, 12, number=True)


def _columns(levels: Sequence[str]) -> list[SheetColumn]:
    return [*COLUMNS, *(_level_column(level) for level in levels)]


@dataclass(frozen=True, slots=True)
class NewPrice:
    """An entry to be added."""

    entry: PriceEntry


@dataclass(frozen=True, slots=True)
class ChangedPrice:
    """An entry to be changed that the user saw as ``version``."""

    item_id: int
    version: int
    entry: PriceEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePlan(Plan[NewPrice, ChangedPrice]):
    """An import of prices that was checked and not applied."""


class PriceSheets:
    """Import and export of the price list. ``plan`` and ``export`` may run beside the window."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def plan(self, file: Path, tell: Tell = tell_nobody) -> PricePlan:
        """What importing ``file`` would do; nothing is written. An empty cell leaves what is there; a package's lines
        are kept in the window, its price and name may come from a file's line but not its lines.

        ``Refusal`` for a file that cannot be used: those of ``read_sheet``, COLUMNS_MISSING, COLUMN_TWICE.
        """
        tell(0, 100)
        sheet = read_sheet(file)
        if len(sheet.rows) > _MOST_LINES:
            raise Refusal(Reason.SHEET_TOO_LARGE, rows=_MOST_LINES, columns=100)
        with self._store.read() as reading:
            rows = price_rows(reading)
        levels = _levels(self._store, rows)
        head, columns = _headings(sheet, levels)
        tell(50, 100)
        check = _Check(rows, columns, sheet)
        for line, row in enumerate(sheet.rows[head:], head + 1):
            if any(row):
                check(line, row)
        return PricePlan(
            file=file,
            unknown=unknown_headings(sheet, head, columns),
            lines=in_order(check.lines),
            new=tuple(check.new),
            changed=tuple(check.changed),
            counts=dict(Counter(each.state for each in check.lines)),
        )

    @repeatable(lambda _self, result: Imported(result["new"], result["changed"]))
    def apply(self, ctx: Ctx, plan: PricePlan, tell: Tell = tell_nobody) -> Imported:
        """Write the lines of a plan that are not wrong: whole, or not at all. Raises ``Conflict`` when the list changed
        since, ``Refusal``: NOT_ALLOWED and those of ``PriceList.save``."""
        tell(0, 100)
        with self._store.write(Command.SAVE_PRICE_LIST, ctx) as tx:
            for each in plan.changed:
                item = tx.session.get(PriceItem, each.item_id)
                if item is None:
                    raise Conflict(Kind.PRICE, each.item_id)
                put_item(tx, item, each.entry, each.version)
            for new in plan.new:
                put_item(tx, None, new.entry)
            tx.journal(new=len(plan.new), changed=len(plan.changed), file=name_of(plan.file))
            tx.changed(Kind.PRICE, 0)
            tx.result = {"new": len(plan.new), "changed": len(plan.changed)}
        tell(100, 100)
        return Imported(len(plan.new), len(plan.changed))

    def export(self, file: Path, tell: Tell = tell_nobody) -> int:
        """Write the list to ``file`` (.xlsx or .csv), with a column for each member level; how many entries. Raises
        ``Refusal(FILE_KIND)``, ``EnvironmentFault(FILE_NOT_WRITABLE)``."""
        suffix = checked_suffix(file)
        tell(0, 100)
        with self._store.read() as reading:
            rows = price_rows(reading)
        columns = _columns(_levels(self._store, rows))
        headings = [_(each.title) if each.key in _BY_KEY else each.title for each in columns]
        write_whole(file, table_content(suffix, _("Price list"), columns, headings, _cells(rows, columns)))
        return len(rows)


def _levels(store: Store, rows: Sequence[PriceRow]) -> list[str]:
    used = {level for row in rows for level, _price_of in row.members}
    own = list(store.settings.member_percent)
    return [*own, *sorted(used - set(own))][:MOST_LEVELS]


def _cells(rows: Sequence[PriceRow], columns: Sequence[SheetColumn]) -> Iterator[list[str]]:
    for row in rows:
        members = dict(row.members)
        cells = []
        for column in columns:
            if column.key.startswith(_LEVEL):
                price = members.get(column.title)
                cells.append("" if price is None else str(price))
            else:
                cells.append(column.write(getattr(row, column.key)))
        yield cells


def _headings(sheet: Sheet, levels: Sequence[str]) -> tuple[int, dict[int, SheetColumn]]:
    head, columns = find_columns(sheet, _columns(levels), _ALIASES)
    keys = {column.key for column in columns.values()}
    for key in ("name", "price"):
        if key not in keys and not ("code" in keys and len(keys) > 1):
            raise lacks(_BY_KEY[key])
    return head, columns


class _Check:
    """What has been seen of the file so far."""

    def __init__(self, rows: Sequence[PriceRow], columns: dict[int, SheetColumn], sheet: Sheet) -> None:
        self._columns = columns
        self._sheet = sheet
        self._by_code = {row.code: row for row in rows}
        self._by_name = {(row.name, row.category, row.job_kind, row.zone): row for row in rows}
        self._seen: dict[Any, int] = {}
        self.lines: list[PreviewLine] = []
        self.new: list[NewPrice] = []
        self.changed: list[ChangedPrice] = []

    def __call__(self, line: int, row: Sequence[str]) -> None:
        """Check one line."""
        values, wrong = read_row(self._columns, self._sheet, line, row)
        members = {key.removeprefix(_LEVEL): values.pop(key) for key in [*values] if key.startswith(_LEVEL)}
        code, name = values.get("code", ""), values.get("name", "")
        key = (name, values.get("category", ""), values.get("job_kind"), values.get("zone", ""))
        known = self._by_code.get(code) if code else self._by_name.get(key)
        first = self._seen.setdefault(code or (known.code if known else key), line)
        if first != line:
            wrong.append(_wrong("code" if code else "name", Reason.TWICE_IN_FILE, line=first))
        if known is None:
            self._add(line, values, members, wrong)
        else:
            self._change(line, known, values, members, wrong)

    def _add(
        self, line: int, values: dict[str, Any], members: dict[str, Money], wrong: list[WrongCell]
    ) -> None:
        for key in ("name", "price"):
            if key not in values and not any(each.column == _BY_KEY[key].title for each in wrong):
                wrong.append(_wrong(key, Reason.FIELD_REQUIRED, field=key))
        use = values.setdefault("use", PriceUse.LABOUR)
        name = values.get("name", "")
        if use is PriceUse.PACKAGE:
            wrong.append(_wrong("use", Reason.PACKAGE_EMPTY, name=name))
        if wrong:
            self.lines.append(
                PreviewLine(line, LineState.WRONG, values.get("code", ""), name, wrong=tuple(wrong))
            )
            return
        self.new.append(NewPrice(PriceEntry(**values, members=members)))
        self.lines.append(PreviewLine(line, LineState.NEW, values.get("code", ""), name))

    def _change(
        self,
        line: int,
        known: PriceRow,
        values: dict[str, Any],
        members: dict[str, Money],
        wrong: list[WrongCell],
    ) -> None:
        package = known.use is PriceUse.PACKAGE
        if package != (values.get("use", known.use) is PriceUse.PACKAGE):
            wrong.append(_wrong("use", Reason.BAD_CHOICE, field="use", text=label(values["use"])))
        name = values.get("name", known.name)
        if wrong:
            self.lines.append(PreviewLine(line, LineState.WRONG, known.code, name, wrong=tuple(wrong)))
            return
        if package:
            # The sum of its lines, whatever the file says.
            values.pop("price", None)
            members = {}
        changes = [
            CellChange(_BY_KEY[key].title, _BY_KEY[key].write(getattr(known, key)), _BY_KEY[key].write(value))
            for key, value in values.items()
            if getattr(known, key) != value
        ]
        had = dict(known.members)
        changes += [
            CellChange(level, str(had[level]) if level in had else "", str(price))
            for level, price in members.items()
            if had.get(level) != price
        ]
        if not changes:
            self.lines.append(PreviewLine(line, LineState.SAME, known.code, name))
            return
        before = entry_of(known)
        entry = replace(before, **values, members={**before.members, **members})
        self.changed.append(ChangedPrice(known.id, known.version, entry))
        self.lines.append(PreviewLine(line, LineState.CHANGED, known.code, name, tuple(changes)))


def _wrong(key: str, reason: Reason, **params: object) -> WrongCell:
    return WrongCell(_BY_KEY[key].title, Refusal(reason, **params))
