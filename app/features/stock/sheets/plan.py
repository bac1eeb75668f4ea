"""Checking a file of parts against the records: what is new, what changes, what is wrong, by line and column.

Nothing is written here and no lock is held; a hundred thousand lines take seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from app.core.codes import Code, parse
from app.core.enums import OldPartRule, PartCondition
from app.core.errors import Reason, Refusal
from app.core.words import _
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
from app.features.stock.sheets.columns import ALIASES, BY_KEY, COLUMNS
from app.features.stock.sheets.kits import KIT_KEYS, Kit, KitCheck, kit_changes, read_kits
from app.features.stock.sheets.snapshots import ChangedPart, ImportPlan, KitPart, NewPart

#: How often progress is told and a cancel heard.
_STEP = 1000
PRICES = ("sale_price", "purchase_price", "consign_price")
_APART = ("number", "supplier", "barcodes", "kit_lines")
#: What a new part has where the file says nothing.
DEFAULTS: dict[str, Any] = {
    "category": "", "brand": "", "fits": "", "sale_price": 0, "purchase_price": 0, "consign_price": 0,
    "tax_permille": None, "location": "", "minimum": 0, "supplier_number": "", "condition": PartCondition.NEW,
    "old_part_rule": None, "serialised": False, "warranty_months": 0, "season": "", "active": True,
}  # fmt: skip

_PARTS = (
    "SELECT p.number, p.id, p.version, p.name, p.category, p.brand, p.fits, p.unit, p.sale_price, p.purchase_price,"
    " p.consign_price, p.tax_permille, p.location, p.minimum, p.supplier_number, p.condition, p.old_part_rule,"
    " p.serialised, p.warranty_months, p.season, p.active, coalesce(s.name, '') AS supplier,"
    " p.on_hand + p.consigned AS stock"
    " FROM part p LEFT JOIN supplier s ON s.id = p.supplier_id"
)
_BARCODES = "SELECT code, part_id, own FROM part_barcode"
_LAST_ID = "SELECT coalesce(max(id), 0) FROM part"
_LAST_NUMBER = "SELECT coalesce(max(last), 0) FROM number_series WHERE series = 'part' AND period = ''"


@dataclass(slots=True)
class _Known:
    """The records as they are while the file is checked."""

    parts: dict[str, dict[str, Any]]
    holder: dict[str, int]
    own: dict[int, list[str]]
    by_supplier: dict[tuple[str, str], list[str]]
    kits: dict[int, Kit]
    in_kits: set[int]
    last_id: int
    last_number: int


@dataclass(frozen=True, slots=True)
class _KitLine:
    """A line of a kit, that waits until all others are read."""

    line: int
    number: str
    part: dict[str, Any] | None
    values: dict[str, Any]
    wrong: list[WrongCell]
    #: The columns that only kits have.
    kit: dict[str, Any]


@dataclass(slots=True)
class _Run:
    """What has been seen of the file so far."""

    lines: list[PreviewLine] = field(default_factory=list)
    new: list[NewPart] = field(default_factory=list)
    changed: list[ChangedPart] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    given: int = 0
    #: Whether the file has columns that only kits have.
    may_be_kits: bool = False
    kits: list[_KitLine] = field(default_factory=list)


def make_plan(reading: Connection, file: Path, tell: Tell = tell_nobody) -> ImportPlan:
    """Read and check a file. An empty cell leaves what is there.

    Raises ``Refusal`` for a file that cannot be used at all: those of ``read_sheet``, COLUMNS_MISSING, COLUMN_TWICE.
    """
    tell(0, 100)
    sheet = read_sheet(file)
    tell(10, 100)
    head, columns = _headings(sheet)
    known = _records(reading)
    run = _Run(given=known.last_number, may_be_kits=any(each.key in KIT_KEYS for each in columns.values()))
    total = len(sheet.rows)
    for line, row in enumerate(sheet.rows[head:], head + 1):
        if line % _STEP == 0:
            tell(10 + 85 * line // total, 100)
        if any(row):
            _check_line(run, known, columns, sheet, line, row)
    _check_kits(run, known)
    tell(95, 100)
    return ImportPlan(
        file=file,
        columns=tuple(column.title for column in columns.values()),
        unknown=unknown_headings(sheet, head, columns),
        lines=in_order(run.lines),
        new=tuple(run.new),
        changed=tuple(run.changed),
        last_id=known.last_id,
        last_number=known.last_number,
        next_number=run.given,
        counts=dict(Counter(each.state for each in run.lines)),
    )


def _headings(sheet: Sheet) -> tuple[int, dict[int, SheetColumn]]:
    """How many lines stand above the data, and the columns. Raises ``Refusal``: COLUMNS_MISSING, COLUMN_TWICE."""
    head, columns = find_columns(sheet, COLUMNS, ALIASES)
    keys = {column.key for column in columns.values()}
    if "number" not in keys and not {"supplier", "supplier_number"} <= keys:
        raise lacks(BY_KEY["number"])
    if len(keys) < 2:
        raise lacks(BY_KEY["name"])
    return head, columns


def _records(reading: Connection) -> _Known:
    # Plain tuples: SQLAlchemy's mappings of a hundred thousand rows take longer than the rest of the check.
    found = reading.exec_driver_sql(_PARTS)
    names = list(found.keys())
    parts = {row[0]: dict(zip(names, row, strict=True)) for row in found}
    holder: dict[str, int] = {}
    own: dict[int, list[str]] = {}
    for code, part_id, is_own in reading.exec_driver_sql(_BARCODES):
        holder[code] = part_id
        if not is_own:
            own.setdefault(part_id, []).append(code)
    by_supplier: dict[tuple[str, str], list[str]] = {}
    for number, row in parts.items():
        if row["supplier_number"]:
            by_supplier.setdefault((row["supplier"], row["supplier_number"]), []).append(number)
    return _Known(
        parts,
        holder,
        own,
        by_supplier,
        *read_kits(reading),
        int(reading.exec_driver_sql(_LAST_ID).scalar_one()),
        int(reading.exec_driver_sql(_LAST_NUMBER).scalar_one()),
    )


def _check_line(
    run: _Run, known: _Known, columns: dict[int, SheetColumn], sheet: Sheet, line: int, row: Sequence[str]
) -> None:
    values, wrong = read_row(columns, sheet, line, row)
    number = values.get("number", "")
    if not number and not wrong:
        number = _by_supplier(known, values, wrong)
    part = known.parts.get(number)
    if number:
        first = run.numbers.setdefault(number, line)
        if first != line:
            wrong.append(_wrong("number", Reason.TWICE_IN_FILE, line=first))
    part_id = part["id"] if part is not None else 0
    for code in values.get("barcodes", ()):
        _check_barcode(run, known, code, part_id, line, wrong)
    kit = _kit_cells(known, part, values, wrong) if run.may_be_kits else {}
    if kit:
        run.kits.append(_KitLine(line, number, part, values, wrong, kit))
    elif part is None:
        _new_line(run, known, line, number, values, wrong)
    else:
        _known_line(run, known, line, part, values, wrong)


def _kit_cells(
    known: _Known, part: dict[str, Any] | None, values: dict[str, Any], wrong: list[WrongCell]
) -> dict[str, Any]:
    """Take the columns that only kits have out of a line; {} of a plain part."""
    kit = {key: values.pop(key) for key in KIT_KEYS if key in values}
    if "kit_lines" in kit or (part is not None and part["id"] in known.kits):
        return kit
    title = BY_KEY["kit_lines"].title
    if any(kit.values()) and not any(each.column == title for each in wrong):
        # Labour of a kit that is made of nothing.
        wrong.append(_wrong("kit_lines", Reason.FIELD_REQUIRED, field="kit_lines"))
    return {}


def _check_kits(run: _Run, known: _Known) -> None:
    """The lines of kits: what they are made of is known now."""
    if not run.kits:
        return
    check = KitCheck(
        known.parts,
        known.kits,
        known.in_kits,
        {each.number for each in run.new},
        {each.number for each in run.kits if "kit_lines" in each.kit},
    )
    for each in run.kits:
        made_of: tuple[KitPart, ...] | None = None
        if "kit_lines" in each.kit:
            try:
                made_of = check.resolved(each.number, each.part, each.kit["kit_lines"])
            except Refusal as refusal:
                each.wrong.append(WrongCell(BY_KEY["kit_lines"].title, refusal))
            if each.values.get("serialised", each.part is not None and each.part["serialised"]):
                each.wrong.append(_wrong("serialised", Reason.BAD_CHOICE, field="serialised", text=_("Yes")))
        if each.part is None:
            _new_line(run, known, each.line, each.number, each.values | each.kit, each.wrong, made_of)
        else:
            _known_line(run, known, each.line, each.part, each.values, each.wrong, each.kit, made_of)


def _by_supplier(known: _Known, values: dict[str, Any], wrong: list[WrongCell]) -> str:
    """Our number for a line that names the supplier's only; "" for a part we do not have."""
    theirs = values.get("supplier_number", "")
    if not theirs:
        wrong.append(_wrong("number", Reason.FIELD_REQUIRED, field="number"))
        return ""
    found = known.by_supplier.get((values.get("supplier", ""), theirs), [])
    if len(found) > 1:
        wrong.append(
            _wrong("supplier_number", Reason.NUMBER_UNCLEAR, text=theirs, numbers=", ".join(found[:3]))
        )
    return found[0] if found else ""


def _check_barcode(
    run: _Run, known: _Known, code: str, part_id: int, line: int, wrong: list[WrongCell]
) -> None:
    holder = known.holder.get(code)
    if holder is not None and holder != part_id:
        number = next((key for key, row in known.parts.items() if row["id"] == holder), "")
        wrong.append(_wrong("barcodes", Reason.BARCODE_TAKEN, code=code, number=number))
    elif holder is None and isinstance(parse(code), Code):
        # One of our own numbers, or one that we shall give to another record.
        wrong.append(_wrong("barcodes", Reason.BAD_CHOICE, field="barcode", text=code))
    elif run.codes.setdefault(code, line) != line:
        wrong.append(_wrong("barcodes", Reason.TWICE_IN_FILE, line=run.codes[code]))


def _new_line(
    run: _Run,
    known: _Known,
    line: int,
    number: str,
    values: dict[str, Any],
    wrong: list[WrongCell],
    made_of: tuple[KitPart, ...] | None = None,
) -> None:
    for key in ("name",):
        if not values.get(key) and not any(each.column == BY_KEY[key].title for each in wrong):
            wrong.append(_wrong(key, Reason.FIELD_REQUIRED, field=key))
    name = values.get("name", "")
    if wrong:
        run.lines.append(PreviewLine(line, LineState.WRONG, number, name, wrong=tuple(wrong)))
        return
    if not number:
        number = _next_number(run, known)
    kept = {**DEFAULTS, "unit": _("pc"), **{key: value for key, value in values.items() if key not in _APART}}
    if made_of:
        kept["kit"] = True
    run.new.append(
        NewPart(number, kept, values.get("supplier", ""), values.get("barcodes", ()), made_of or ())
    )
    run.lines.append(PreviewLine(line, LineState.NEW, number, name))


def _next_number(run: _Run, known: _Known) -> str:
    while True:
        run.given += 1
        number = f"P{run.given:05d}"
        if number not in known.parts and number not in run.numbers:
            run.numbers[number] = 0
            return number


def _known_line(
    run: _Run,
    known: _Known,
    line: int,
    part: dict[str, Any],
    values: dict[str, Any],
    wrong: list[WrongCell],
    kit: dict[str, Any] | None = None,
    made_of: tuple[KitPart, ...] | None = None,
) -> None:
    if values.get("serialised", bool(part["serialised"])) != bool(part["serialised"]) and part["stock"]:
        wrong.append(_wrong("serialised", Reason.SERIAL_STOCK_SWITCH))
    elif not kit and values.get("serialised") and part["id"] in known.kits:
        wrong.append(_wrong("serialised", Reason.BAD_CHOICE, field="serialised", text=_("Yes")))
    number, name = part["number"], values.get("name", part["name"])
    if wrong:
        run.lines.append(PreviewLine(line, LineState.WRONG, number, name, wrong=tuple(wrong)))
        return
    changes: list[CellChange] = []
    kept: dict[str, Any] = {}
    for key, value in values.items():
        if key == "barcodes" or key == "number":
            continue
        old = _as_kept(key, part[key])
        if old != value:
            kept[key] = value
            changes.append(CellChange(BY_KEY[key].title, _show(key, old), _show(key, value)))
    codes = None
    if "barcodes" in values:
        before = known.own.get(part["id"], [])
        wanted = [
            code for code in values["barcodes"] if known.holder.get(code) != part["id"] or code in before
        ]
        if set(before) != set(wanted):
            codes = (
                tuple(code for code in wanted if code not in before),
                tuple(code for code in before if code not in wanted),
            )
            changes.append(CellChange(BY_KEY["barcodes"].title, " ".join(before), " ".join(wanted)))
    if kit:
        put, told = kit_changes(known.kits.get(part["id"]), kit, _show)
        kept |= put
        changes += [CellChange(BY_KEY[key].title, old, new) for key, old, new in told]
        if all(key != "kit_lines" for key, _old, _new in told):
            made_of = None
    if not changes:
        run.lines.append(PreviewLine(line, LineState.SAME, number, name))
        return
    supplier = kept.pop("supplier", None)
    run.changed.append(
        ChangedPart(
            part_id=part["id"],
            version=part["version"],
            values=kept,
            old_texts=(number, part["name"], part["fits"]),
            old_prices={key: part[key] for key in PRICES if key in kept},
            supplier=supplier,
            barcodes=codes,
            kit=made_of,
        )
    )
    run.lines.append(PreviewLine(line, LineState.CHANGED, number, name, tuple(changes)))


def _as_kept(key: str, value: Any) -> Any:
    """A raw column as ``SheetColumn.read`` gives it."""
    match key:
        case "serialised" | "active":
            return bool(value)
        case "condition":
            return PartCondition(value)
        case "old_part_rule":
            return OldPartRule(value) if value is not None else None
        case _:
            return value


def _show(key: str, value: Any) -> str:
    return "" if value is None else BY_KEY[key].write(value)


def _wrong(key: str, reason: Reason, **params: object) -> WrongCell:
    return WrongCell(BY_KEY[key].title, Refusal(reason, **params))
