"""Reading files of the Open Repair Data Standard v0.3: every row is taken over, or listed with the reason."""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from app.core.errors import Reason, Refusal
from app.core.fields import SHORT
from app.core.incoming import read_incoming
from app.core.words import N_, _
from app.features.replay.mapping import category_of
from app.features.replay.snapshots import OrdsFile, Outcome, Record, Skipped, SkipReason

NEEDED = ("id", "product_category", "brand", "repair_status", "event_date", "problem")
MOST_BYTES = 512 * 1024 * 1024
#: Longer texts are not somebody's words any more; a row that holds one is listed.
MOST_TEXT = 20_000
#: As much as the database keeps of an id without trouble for anybody who reads it.
LONGEST_ID = 80

_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_EMPTY_WORDS = frozenset({"", "unknown", "n/a", "none", "-"})

_NOT_TEXT = N_("it is not a text file")
_STRANGE_LETTERS = N_("its letters are neither UTF-8 nor GB 18030")
_EMPTY = N_("it is empty")
_FOLDER = N_("it is a folder")


def read_ords(path: Path) -> OrdsFile:
    """Read a whole file. Raises ``Refusal``: FILE_NOT_READABLE (missing, a folder, empty, not text, letters of
    an unknown kind), FILE_TOO_LARGE, COLUMNS_MISSING."""
    text, encoding = _text_of(path)
    rows = _rows(text, _delimiter(text))
    try:
        _line, heading = next(rows)
    except StopIteration:
        raise _unreadable(path, _(_EMPTY)) from None
    columns: dict[str, int] = {}
    for at, name in enumerate(heading):
        columns.setdefault(name.strip().casefold(), at)
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise Refusal(Reason.COLUMNS_MISSING, columns=", ".join(missing))
    records: list[Record] = []
    skipped: list[Skipped] = []
    lines_of: dict[str, int] = {}
    for line, row in rows:
        if not any(field.strip() for field in row):
            continue
        found = _record(line, row, columns, len(heading), lines_of)
        if isinstance(found, Record):
            records.append(found)
            lines_of[found.ref] = line
        else:
            skipped.append(found)
    return OrdsFile(tuple(records), tuple(skipped), encoding)


def _text_of(path: Path) -> tuple[str, str]:
    if os.path.isdir(path):  # noqa: PTH112 - answers for any name
        raise _unreadable(path, _(_FOLDER))
    content = read_incoming(path, MOST_BYTES)
    if not content.strip():
        raise _unreadable(path, _(_EMPTY))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        # "Unicode text" as spreadsheets save it.
        encodings = ["utf-16"]
    elif b"\0" in content.split(b"\n", maxsplit=1)[0]:
        raise _unreadable(path, _(_NOT_TEXT))
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise _unreadable(path, _(_STRANGE_LETTERS))


def _unreadable(path: Path, why: str) -> Refusal:
    return Refusal(Reason.FILE_NOT_READABLE, path=path.name or str(path), why=why)


def _delimiter(text: str) -> str:
    """Comma as the standard says; spreadsheets of some countries write semicolons or tabs."""
    heading = text.split("\n", maxsplit=1)[0]
    return max(",;\t", key=heading.count)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins in."""
    # A field may be as long as the file: what is too long is listed, the rest of the file is not lost.
    before = csv.field_size_limit(max(len(text) + 1, csv.field_size_limit()))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        line = 1
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    finally:
        csv.field_size_limit(before)


def _record(
    line: int, row: Sequence[str], columns: Mapping[str, int], width: int, lines_of: Mapping[str, int]
) -> Record | Skipped:
    def skip(reason: SkipReason, **params: object) -> Skipped:
        ref = row[columns["id"]].strip()[:LONGEST_ID] if columns["id"] < len(row) else ""
        return Skipped(line, _printable(ref), reason, params)

    def field(name: str) -> str:
        return _printable(row[columns[name]]).strip() if name in columns else ""

    if len(row) != width:
        return skip(SkipReason.RAGGED, found=len(row), wanted=width)
    longest = max(len(each) for each in row)
    if any("\n" in each and _holds_rows(each, width) for each in row):
        return skip(SkipReason.TORN_QUOTE)
    if longest > MOST_TEXT:
        return skip(SkipReason.TEXT_TOO_LONG, found=longest, most=MOST_TEXT)
    ref = row[columns["id"]].strip()
    if not ref:
        return skip(SkipReason.NO_ID)
    if len(ref) > LONGEST_ID or ref != _printable(ref) or "\n" in ref:
        return skip(SkipReason.BAD_ID, text=_printable(ref)[:40])
    if ref in lines_of:
        return skip(SkipReason.ID_TWICE, text=ref, line=lines_of[ref])
    typed_day = field("event_date")
    if not typed_day:
        return skip(SkipReason.NO_DATE)
    day = _day(typed_day)
    if day is None:
        return skip(SkipReason.BAD_DATE, text=typed_day[:40])
    if not 2000 <= day.year <= 2099:
        return skip(SkipReason.DATE_OUT_OF_RANGE, text=typed_day[:40])
    status = " ".join(field("repair_status").casefold().split())
    try:
        outcome = Outcome(status) if status else Outcome.UNKNOWN
    except ValueError:
        return skip(SkipReason.STATUS_UNKNOWN, text=status[:40])
    partner, name = field("partner_product_category"), field("product_category")
    product = partner.partition(" ~ ")[2].strip() or name or partner
    brand = field("brand")
    year = field("year_of_manufacture").partition(".")[0]
    return Record(
        line=line,
        ref=ref,
        category=category_of(field("product_category_id"), name, f"{name} {product}"),
        product=product,
        partner_category=partner,
        brand="" if brand.casefold() in _EMPTY_WORDS else brand,
        year=int(year) if re.fullmatch(r"(19|20)\d\d", year, re.ASCII) else None,
        outcome=outcome,
        barrier=field("repair_barrier_if_end_of_life"),
        group=field("group_identifier"),
        day=day,
        problem=field("problem"),
    )


def _holds_rows(text: str, width: int) -> bool:
    """Whether lines inside a text look like rows of the file: a quotation mark was never closed."""
    inner = text.split("\n")[1:]
    return any(each.count(",") >= width - 1 or each.count("\t") >= width - 1 for each in inner)


def _day(typed: str) -> date | None:
    found = _DATE.fullmatch(typed)
    if found is None:
        return None
    try:
        return date(*(int(each) for each in found.groups()))
    except ValueError:
        return None


def _printable(text: str) -> str:
    """The text without what no record can hold (NUL and its kind), line ends made one kind."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" else letter
        for letter in text
    )


def cut(text: str, most: int) -> tuple[str, str]:
    """``text`` cut politely at a space or line end within ``most`` characters, and the rest."""
    if len(text) <= most:
        return text, ""
    head = text[: most - 1]
    at = max(head.rfind(" "), head.rfind("\n"))
    if at < most * 3 // 4:
        at = len(head)
    return head[:at].rstrip() + "…", text[at:].strip()


#: A brand, a model: one short line.
def short(text: str) -> str:
    """One line of at most 80 characters."""
    return cut(" ".join(text.split()), SHORT)[0]
