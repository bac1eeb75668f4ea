"""Kits in a file of parts: ``BJ0001*1; BJ0002*0.5`` as a cell, checked when all other lines have been read.

A kit may hold parts that are new in the same file, wherever they stand in it, so its line waits for the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from app.core.errors import Reason, Refusal
from app.core.money import Quantity
from app.features.stock.part_checks import MOST_KIT_LINES, checked_quantity, clean_number
from app.features.stock.sheets.snapshots import KitPart

#: The columns that only kits have.
KIT_KEYS = ("kit_lines", "kit_labour", "kit_minutes")
_KITS = "SELECT id, kit_labour, kit_minutes FROM part WHERE kit = 1"
_LINES = (
    "SELECT k.kit_id, p.number, k.quantity, k.part_id FROM kit_line k JOIN part p ON p.id = k.part_id"
    " ORDER BY k.kit_id, p.number"
)
#: A number, in quotation marks where it holds a mark that parts two of them; then how many.
_ENTRY = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*([*×＊][^;；,，、\n]*)?|([^;；,，、\n]*))(?:[;；,，、\n]|$)')
_PARTING = re.compile(r'[;；,，、\n"]')
#: The last sign counts: a screw's number may be M4*20.
_TIMES = re.compile(r"(.*)[*×＊]([^*×＊]*)")


@dataclass(slots=True)
class Kit:
    """A kit as it is on record: labour in fen, minutes, and its parts' numbers with thousandths."""

    labour: int = 0
    minutes: int = 0
    lines: dict[str, int] = field(default_factory=dict)

    def value(self, key: str) -> Any:
        """As the column of this key is read."""
        match key:
            case "kit_labour":
                return self.labour
            case "kit_minutes":
                return self.minutes
            case _:
                return tuple(self.lines.items())


def read_kits(reading: Connection) -> tuple[dict[int, Kit], set[int]]:
    """All kits by their id, and the ids of the parts that some kit is made of."""
    kits = {row[0]: Kit(row[1], row[2]) for row in reading.exec_driver_sql(_KITS)}
    inside: set[int] = set()
    for kit_id, number, milli, part_id in reading.exec_driver_sql(_LINES):
        if kit_id in kits:
            kits[kit_id].lines[number] = milli
            inside.add(part_id)
    return kits, inside


def read_kit_cell(text: str) -> tuple[tuple[str, int], ...]:
    """Numbers and thousandths; a number alone is one of it.

    Raises ``Refusal``: BAD_QUANTITY, QUANTITY_NOT_POSITIVE, KIT_PART_TWICE, TOO_MANY_ENTRIES, FIELD_REQUIRED,
    BAD_TEXT, TEXT_TOO_LONG.
    """
    found: dict[str, int] = {}
    for quoted, times, plain in _ENTRY.findall(text):
        entry = _TIMES.fullmatch(times or plain)
        amount = entry[2].strip() if entry else ""
        number = clean_number(quoted.replace('""', '"') if quoted else entry[1] if entry else plain)
        if not number:
            if amount:
                raise Refusal(Reason.FIELD_REQUIRED, field="number")
            continue
        quantity = checked_quantity(Quantity.parse(amount)) if amount else Quantity.of(1)
        if not quantity.milli:
            raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
        if number in found:
            raise Refusal(Reason.KIT_PART_TWICE, number=number)
        found[number] = quantity.milli
    if not found:
        raise Refusal(Reason.FIELD_REQUIRED, field="kit_lines")
    if len(found) > MOST_KIT_LINES:
        raise Refusal(Reason.TOO_MANY_ENTRIES, field="kit_lines", most=MOST_KIT_LINES)
    return tuple(found.items())


def write_kit_cell(lines: Sequence[tuple[str, int]]) -> str:
    """What ``read_kit_cell`` reads."""
    return "; ".join(f"{_quoted(number)}*{Quantity(milli)}" for number, milli in lines)


def _quoted(number: str) -> str:
    if not _PARTING.search(number):
        return number
    return '"' + number.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class KitCheck:
    """What a kit's parts are looked up in, once all other lines are read."""

    #: Raw rows of the records by number.
    parts: Mapping[str, Mapping[str, Any]]
    #: Kits on record, by id.
    kits: Mapping[int, Kit]
    #: Ids of the parts that kits on record are made of.
    inside: set[int]
    #: Numbers of sound new lines, and of all lines that are to be kits.
    new: set[str]
    kit_numbers: set[str]

    def resolved(
        self, number: str, part: Mapping[str, Any] | None, lines: Sequence[tuple[str, int]]
    ) -> tuple[KitPart, ...]:
        """The parts of a kit. ``part`` is what is on record under the kit's own ``number``.

        Raises ``Refusal``: KIT_STOCK_LEFT, KIT_IN_KIT, KIT_PART_UNKNOWN.
        """
        if part is not None and part["id"] not in self.kits:
            if part["stock"]:
                raise Refusal(Reason.KIT_STOCK_LEFT, part=part["name"], quantity=Quantity(part["stock"]))
            if part["id"] in self.inside:
                raise Refusal(Reason.KIT_IN_KIT, part=part["name"])
        return tuple(KitPart(each, self._part_id(number, each), milli) for each, milli in lines)

    def _part_id(self, kit: str, number: str) -> int:
        known = self.parts.get(number)
        if number == kit or number in self.kit_numbers or (known is not None and known["id"] in self.kits):
            raise Refusal(Reason.KIT_IN_KIT, part=number)
        if known is not None:
            return int(known["id"])
        if number not in self.new:
            raise Refusal(Reason.KIT_PART_UNKNOWN, number=number)
        return 0


def kit_changes(
    had: Kit | None, given: Mapping[str, Any], show: Callable[[str, Any], str]
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """The new values of a kit's own columns, and what differs: key, old, new. ``had`` is None of what was none."""
    before = had or Kit()
    values: dict[str, Any] = {} if had is not None else {"kit": True}
    told: list[tuple[str, str, str]] = []
    for key, value in given.items():
        old = before.value(key)
        same = dict(old) == dict(value) if key == "kit_lines" else old == value
        if same:
            continue
        told.append((key, show(key, old), show(key, value)))
        if key != "kit_lines":
            values[key] = value
    return values, told
