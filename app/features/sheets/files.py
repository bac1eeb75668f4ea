"""Reading a table from an untrusted CSV or XLSX file: plain cells, or one clear refusal.

Nothing is believed: a workbook is unpacked within bounds before the reader sees it, and its cells are counted there,
because a sheet of two cells in opposite corners would be laid out in memory as billions.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.core.errors import Reason, Refusal
from app.core.incoming import name_of, read_incoming

#: A hundred thousand parts with every column are 12 MB as XLSX, 20 MB as CSV.
MOST_BYTES = 100 * 1024 * 1024
#: Of a text file, which is laid out in memory as letters of up to four bytes.
MOST_TEXT_BYTES = 50 * 1024 * 1024
#: What a workbook may unpack to; those hundred thousand parts make 120 MB.
MOST_UNPACKED = 300 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 100
#: Rows times columns: the reader lays out every cell between the first and the last, empty ones too.
MOST_CELLS = 4_000_000

_PIECE = 1 << 20
#: Longer than any tag of a workbook, and than a cell's text.
_LONGEST_TAG = 1 << 17
#: Digits beyond these are not kept by a spreadsheet's number.
_SAFE_DIGITS = 15
#: A cell beyond column CV (100) or row 200,000.
_FAR = re.compile(rb'r="(?:[A-Z]{3,}\d|(?:[D-Z][A-Z]|C[W-Z])\d|[A-Z]{1,2}(?:[2-9]\d{5}|\d{7,})")')
_FORMULA = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,2})(\d{1,6})"[^>]*>\s*<f\b')
_SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$")
_ANY_FORMULA = re.compile(rb"<f[\s/>]")
#: Some programs write ``<x:row>``.
_PREFIX = re.compile(rb"<(/?)\w+:")
_COLUMN_AT = re.compile(rb'r="([A-Z]{1,2})\d')
_ROW_AT = re.compile(rb'r="[A-Z]{1,2}(\d{1,6})"')
_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n])?")
#: Of a workbook; and what another kind of table is made of, which lays out what it likes.
_BOOK = "xl/workbook.xml"
_OTHER_BOOKS = frozenset({"content.xml", "xl/workbook.bin", "mimetype"})
_DATES = (datetime, date, time, timedelta)
#: Excel would take such a text for a formula when it opens a CSV file.
_GUARDED = re.compile(r"^'*\s*[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a file as texts; rows are numbered as in the spreadsheet, from 1.

    ``spoilt`` says of a cell (line, column index) why it cannot be used: a formula, a date, part of a merge.
    """

    rows: list[tuple[str, ...]]
    spoilt: dict[tuple[int, int], Reason] = field(default_factory=dict)


def read_sheet(file: Path) -> Sheet:
    """The first sheet of a workbook, or a CSV file in UTF-8 (with or without BOM), UTF-16 with BOM, or GB 18030.

    Raises ``Refusal``: FILE_NOT_READABLE, FILE_TOO_LARGE, SHEET_UNREADABLE, SHEET_BROKEN, SHEET_TOO_LARGE, SHEET_EMPTY.
    """
    content = read_incoming(file, MOST_BYTES)
    sheet = _workbook(content, name_of(file)) if content.startswith(b"PK") else _text(content, name_of(file))
    if not any(any(row) for row in sheet.rows):
        raise Refusal(Reason.SHEET_EMPTY, path=name_of(file))
    return sheet


def guarded(value: str) -> str:
    """A text as it is written into a CSV file: Excel must not take it for a formula. ``unguarded`` takes it back."""
    return f"'{value}" if _GUARDED.match(value) else value


def unguarded(value: str) -> str:
    """A text read from a CSV file."""
    return value[1:] if value.startswith("'") and _GUARDED.match(value) else value


# -- CSV ---------------------------------------------------------------------------------------------------


def _text(content: bytes, name: str) -> Sheet:
    if len(content) > MOST_TEXT_BYTES:
        raise Refusal(Reason.FILE_TOO_LARGE, most=MOST_TEXT_BYTES // 1024 // 1024)
    text = _decoded(content, name)
    if "\0" in text:
        raise Refusal(Reason.SHEET_UNREADABLE, path=name)
    head = text[:10_000].partition("\n")[0]
    delimiter = max(",\t;", key=head.count)
    rows: list[tuple[str, ...]] = []
    # Line by line: a file of lines in memory would lay it all out once more.
    lines = (line[0] for line in _LINE.finditer(text) if line[0])
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            # Blank lines count, so that a line's number is the spreadsheet's.
            rows.append(tuple(unguarded(cell.strip()) for cell in cells))
            if len(rows) > MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise Refusal(Reason.SHEET_TOO_LARGE, rows=MOST_ROWS, columns=MOST_COLUMNS)
    except csv.Error:
        raise Refusal(Reason.SHEET_BROKEN, path=name, line=len(rows) + 1) from None
    return Sheet(rows)


def _decoded(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal(Reason.SHEET_UNREADABLE, path=name)


# -- XLSX --------------------------------------------------------------------------------------------------


def _workbook(content: bytes, name: str) -> Sheet:
    formulas = _looked_through(content, name)
    # Loaded here: most days nobody reads a workbook.
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            raise Refusal(Reason.SHEET_TOO_LARGE, rows=MOST_ROWS, columns=MOST_COLUMNS)
        values = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    except Refusal:
        raise
    except BaseException as error:  # a damaged file makes the reader raise anything, its own panic included
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise Refusal(Reason.SHEET_UNREADABLE, path=name) from error
    spoilt: dict[tuple[int, int], Reason] = {}
    rows = [
        tuple(_cell(value, (line, at), spoilt) for at, value in enumerate(row))
        for line, row in enumerate(values, 1)
    ]
    spoilt.update(formulas)
    for (top, left), (bottom, right) in merged:
        for line in range(top + 1, min(bottom + 1, len(rows)) + 1):
            for at in range(left, min(right, MOST_COLUMNS) + 1):
                spoilt[line, at] = Reason.CELL_MERGED
    return Sheet(rows, spoilt)


def _looked_through(content: bytes, name: str) -> dict[tuple[int, int], Reason]:
    """Unpack every part of a workbook within bounds and count its cells; where the first sheet has formulas.

    A formula's result is whatever the last program worked out, or nothing: it is not data.
    """
    formulas: dict[tuple[int, int], Reason] = {}
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if _BOOK not in names or names & _OTHER_BOOKS:
                raise Refusal(Reason.SHEET_UNREADABLE, path=name)
            sheets = sorted(each for each in names if _SHEET.match(each))
            for info in archive.infolist():
                # A sheet may be any part: which one it is says another part, and that may be looked up elsewhere.
                counted = _Counted()
                for piece in _pieces(archive, info):
                    left -= len(piece)
                    if left < 0:
                        raise Refusal(Reason.FILE_TOO_LARGE, most=MOST_UNPACKED // 1024 // 1024)
                    for whole in counted.whole_tags(piece):
                        tags = _PREFIX.sub(rb"<\1", whole) if b":row" in whole or b":c" in whole else whole
                        _count(counted, tags)
                        if sheets and info.filename == sheets[0]:
                            _note_formulas(tags, formulas, name)
    except Refusal:
        raise
    except Exception as error:  # whatever a damaged archive makes zipfile and zlib raise
        raise Refusal(Reason.SHEET_UNREADABLE, path=name) from error
    return formulas


@dataclass(slots=True)
class _Counted:
    """How much of a sheet a part is, so far."""

    rows: int = 0
    last_row: int = 0
    last_column: int = 0
    in_row: int = 0
    _rest: bytes = b""

    def whole_tags(self, piece: bytes) -> Iterator[bytes]:
        """The piece up to its last tag's end, with what was left of the one before."""
        whole = self._rest + piece
        cut = whole.rfind(b">") + 1
        if not cut and len(whole) < _LONGEST_TAG:
            self._rest = whole
            return
        # A text without any tag for so long is counted as it is.
        cut = cut or len(whole)
        self._rest = whole[cut:]
        yield whole[:cut]


def _count(counted: _Counted, tags: bytes) -> None:
    """Refuse a part that lays out more cells than are read: ``Refusal(SHEET_TOO_LARGE)``."""
    if _FAR.search(tags):
        raise _too_large()
    first, *rows = tags.split(b"<row")
    if counted.rows:
        counted.in_row += first.partition(b"</row")[0].count(b"<c")
    counted.rows += len(rows)
    widest = counted.in_row
    for row in rows:
        # Cells that do not say where they stand are counted from the row's beginning.
        counted.in_row = row.partition(b"</row")[0].count(b"<c")
        widest = max(widest, counted.in_row)
    columns = max((_column(letters) + 1 for letters in set(_COLUMN_AT.findall(tags))), default=0)
    counted.last_column = max(counted.last_column, widest, columns)
    counted.last_row = max(counted.last_row, counted.rows, *map(int, set(_ROW_AT.findall(tags))), 0)
    if (
        counted.rows > MOST_ROWS
        or counted.last_column > MOST_COLUMNS
        or counted.last_row * counted.last_column > MOST_CELLS
    ):
        raise _too_large()


def _note_formulas(tags: bytes, formulas: dict[tuple[int, int], Reason], name: str) -> None:
    if b"<f" not in tags:
        return
    found = _FORMULA.findall(tags)
    for letters, row in found:
        formulas[int(row), _column(letters)] = Reason.CELL_FORMULA
    if len(found) != len(_ANY_FORMULA.findall(tags)):
        # A formula in a cell that does not say where it stands cannot be pointed at.
        raise Refusal(Reason.SHEET_UNREADABLE, path=name)


def _too_large() -> Refusal:
    return Refusal(Reason.SHEET_TOO_LARGE, rows=MOST_ROWS, columns=MOST_COLUMNS)


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    if info.file_size > MOST_UNPACKED:
        raise Refusal(Reason.FILE_TOO_LARGE, most=MOST_UNPACKED // 1024 // 1024)
    with archive.open(info) as file:
        while piece := file.read(_PIECE):
            yield piece


def _column(letters: bytes) -> int:
    """Index of a column: A is 0, AA is 26."""
    at = 0
    for letter in letters:
        at = at * 26 + letter - 64
    return at - 1


def _cell(value: Any, place: tuple[int, int], spoilt: dict[tuple[int, int], Reason]) -> str:
    """A cell as text. What a spreadsheet has changed behind its user's back is noted in ``spoilt``."""
    match value:
        case str():
            return value.strip()
        case bool():
            return "1" if value else "0"
        case int() | float():
            return _number(value, place, spoilt)
        case _ if isinstance(value, _DATES):
            # "3-5" typed as a part number has become the third of May, by the 1900 or the 1904 calendar.
            spoilt[place] = Reason.CELL_DATE
            return str(value)
        case _:
            return ""


def _number(value: float, place: tuple[int, int], spoilt: dict[tuple[int, int], Reason]) -> str:
    if abs(value) >= 10**_SAFE_DIGITS or value != value:
        spoilt[place] = Reason.CELL_TOO_LONG
        return str(value)
    if value == int(value):
        return str(int(value))
    return f"{Decimal(f'{value:.{_SAFE_DIGITS}g}'):f}"
