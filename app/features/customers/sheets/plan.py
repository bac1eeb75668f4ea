"""Checking a file of customers against the records: who is new, what changes, what is wrong, by line and column.

A line is who its phone number says; without one, the customer of this name who gave none. Nothing is written here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from app.core.errors import Reason, Refusal
from app.features.customers.sheets.columns import ALIASES, KEYS, columns
from app.features.customers.sheets.snapshots import ChangedCustomer, CustomerPlan, NewCustomer
from app.features.sheets.columns import SheetColumn, find_columns, lacks, read_row, unknown_headings
from app.features.sheets.files import Sheet, read_sheet
from app.features.sheets.snapshots import (
    CellChange,
    LineState,
    PreviewLine,
    Tell,
    WrongCell,
    in_order,
    tell_nobody,
)
from app.store.search import fold

#: How often progress is told and a cancel heard.
_STEP = 1000
_CUSTOMERS = f"SELECT id, version, {', '.join(KEYS)} FROM customer WHERE merged_into_id IS NULL"
#: The numbers of a record that was merged go on finding whom it became.
_MERGED = "SELECT merged_into_id, phone, phone2 FROM customer WHERE merged_into_id IS NOT NULL"
STAMP = "SELECT coalesce(max(id), 0), coalesce(sum(version), 0) FROM customer"
_Record = dict[str, Any]


@dataclass(slots=True)
class _Known:
    """The records as they are while the file is checked."""

    last_id: int
    versions: int
    by_phone: dict[str, list[_Record]] = field(default_factory=dict)
    #: Who gave no phone, by folded name.
    by_name: dict[str, list[_Record]] = field(default_factory=dict)


def make_plan(
    reading: Connection, file: Path, levels: Sequence[str], tell: Tell = tell_nobody
) -> CustomerPlan:
    """Read and check a file. An empty cell leaves what is there; ``levels`` are the shop's member levels.

    Raises ``Refusal`` for a file that cannot be used at all: those of ``read_sheet``, COLUMNS_MISSING, COLUMN_TWICE.
    """
    tell(0, 100)
    sheet = read_sheet(file)
    tell(10, 100)
    head, found = _headings(sheet, columns(levels))
    known = _records(reading)
    check = _Check(known, found, sheet)
    total = len(sheet.rows)
    for line, row in enumerate(sheet.rows[head:], head + 1):
        if line % _STEP == 0:
            tell(10 + 85 * line // total, 100)
        if any(row):
            check.line(line, row)
    tell(95, 100)
    return CustomerPlan(
        file=file,
        unknown=unknown_headings(sheet, head, found),
        lines=in_order(check.lines),
        new=tuple(check.new),
        changed=tuple(check.changed),
        counts=dict(Counter(each.state for each in check.lines)),
        last_id=known.last_id,
        versions=known.versions,
    )


def _headings(sheet: Sheet, wanted: Sequence[SheetColumn]) -> tuple[int, dict[int, SheetColumn]]:
    head, found = find_columns(sheet, wanted, ALIASES)
    keys = {column.key for column in found.values()}
    # Who it is, and something about him.
    missing = [key for key in ("name", "phone") if key not in keys]
    if missing and (len(missing) == 2 or len(keys) < 2):
        raise lacks(next(each for each in wanted if each.key == missing[0]))
    return head, found


def _records(reading: Connection) -> _Known:
    last_id, versions = reading.exec_driver_sql(STAMP).one()
    known = _Known(int(last_id), int(versions))
    names = ("id", "version", *KEYS)
    by_id: dict[int, _Record] = {}
    for row in reading.exec_driver_sql(_CUSTOMERS):
        record = by_id[row[0]] = dict(zip(names, row, strict=True))
        phones = {record["phone"], record["phone2"]} - {""}
        for phone in phones:
            known.by_phone.setdefault(phone, []).append(record)
        if not phones:
            known.by_name.setdefault(fold(record["name"]), []).append(record)
    for kept_id, *phones_of_merged in reading.exec_driver_sql(_MERGED):
        kept = by_id.get(kept_id)
        for phone in {*phones_of_merged} - {""}:
            there = known.by_phone.setdefault(phone, [])
            if kept is not None and kept not in there:
                there.append(kept)
    return known


class _Check:
    """What has been seen of the file so far."""

    def __init__(self, known: _Known, found: Mapping[int, SheetColumn], sheet: Sheet) -> None:
        self._known = known
        self._found = found
        self._sheet = sheet
        self._columns = {column.key: column for column in columns(())}
        #: Which line came first for a record, a new phone, a new name without one.
        self._first: dict[tuple[str, int | str], int] = {}
        self.lines: list[PreviewLine] = []
        self.new: list[NewCustomer] = []
        self.changed: list[ChangedCustomer] = []

    def line(self, line: int, row: Sequence[str]) -> None:
        """Check one line."""
        values, wrong = read_row(self._found, self._sheet, line, row)
        if not wrong or "phone" in values or "phone2" in values:
            record = self._record(line, values, wrong)
        else:
            record = None
        kept: _Record = record or {"name": "", "phone": ""}
        name: str = values["name"] if "name" in values else kept["name"]
        phone: str = values.get("phone") or values.get("phone2") or kept["phone"]
        if record is None and not name and not any(each.column == "Name" for each in wrong):
            wrong.append(self._wrong("name", Reason.FIELD_REQUIRED, field="name"))
        if wrong:
            self.lines.append(PreviewLine(line, LineState.WRONG, phone, name, wrong=tuple(wrong)))
        elif record is None:
            self.new.append(NewCustomer(_new_phones(values)))
            self.lines.append(PreviewLine(line, LineState.NEW, phone, name))
        else:
            self._change(line, record, values, phone, name)

    # -- inside ----------------------------------------------------------------------------------------

    def _record(self, line: int, values: Mapping[str, Any], wrong: list[WrongCell]) -> _Record | None:
        """Whom a line is about; None for somebody new. What is unclear goes to ``wrong``."""
        phones = [values[key] for key in ("phone", "phone2") if values.get(key)]
        name = fold(values.get("name", ""))
        key = "phone" if phones else "name"
        if phones:
            found = next(filter(None, (self._known.by_phone.get(each) for each in phones)), [])
        else:
            found = self._known.by_name.get(name, []) if name else []
        if not found:
            if (phones or name) and (first := self._claim(key, phones[0] if phones else name, line)) != line:
                wrong.append(self._wrong(key, Reason.TWICE_IN_FILE, line=first))
            return None
        named = [each for each in found if not name or fold(each["name"]) == name]
        if len(found) == 1:
            named = found
        free = [each for each in named if ("record", each["id"]) not in self._first]
        if named and not free:
            wrong.append(self._wrong(key, Reason.TWICE_IN_FILE, line=self._first["record", named[0]["id"]]))
            return None
        if len(free) > 1:
            # Doubles on record: a line that changes nothing is the one it came from.
            free = [each for each in free if not _differences(each, values)][:1]
        if not free:
            names = ", ".join(each["name"] for each in found[:3])
            wrong.append(self._wrong(key, Reason.CUSTOMER_UNCLEAR, names=names))
            return None
        self._claim("record", free[0]["id"], line)
        return free[0]

    def _claim(self, kind: str, key: int | str, line: int) -> int:
        return self._first.setdefault((kind, key), line)

    def _change(self, line: int, record: _Record, values: Mapping[str, Any], phone: str, name: str) -> None:
        put = _differences(record, values)
        if not put:
            self.lines.append(PreviewLine(line, LineState.SAME, phone, name))
            return
        changes = tuple(
            CellChange(self._columns[key].title, self._show(key, record[key]), self._show(key, value))
            for key, value in put.items()
        )
        self.changed.append(ChangedCustomer(record["id"], record["version"], put, record["name"]))
        self.lines.append(PreviewLine(line, LineState.CHANGED, phone, name, changes))

    def _show(self, key: str, value: Any) -> str:
        return "" if value is None else self._columns[key].write(value)

    def _wrong(self, key: str, reason: Reason, **params: object) -> WrongCell:
        return WrongCell(self._columns[key].title, Refusal(reason, **params))


def _new_phones(values: Mapping[str, Any]) -> dict[str, Any]:
    """Who gives one number gives it as the first; none stands twice."""
    phones = list(dict.fromkeys(values[key] for key in ("phone", "phone2") if values.get(key)))
    phone, phone2 = [*phones, "", ""][:2]
    return {**values, "phone": phone, "phone2": phone2}


def _differences(record: _Record, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a line changes. A number that is his other one already is no change, and none is lost by it."""
    wanted = dict(values)
    had = (record["phone"], record["phone2"])
    given = [wanted.pop(key) for key in ("phone", "phone2") if wanted.get(key)]
    if len(given) == 2:
        wanted |= {"phone": given[0], "phone2": given[1] if given[1] != given[0] else had[1]}
    elif given and not had[0]:
        # The number of a record that was merged into this one; beside numbers of his own it changes nothing.
        wanted["phone"] = given[0]
    if wanted.get("phone2") and wanted["phone2"] == wanted.get("phone", had[0]):
        wanted["phone2"] = ""
    return {key: value for key, value in wanted.items() if record[key] != value}
