"""Writing a list as a file: texts are never formulas, the file is replaced whole or not at all."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.incoming import name_of
from app.core.os_words import os_words
from app.features.sheets.columns import SheetColumn
from app.features.sheets.files import guarded

_SUFFIXES = (".xlsx", ".csv")


def checked_suffix(file: Path) -> str:
    """What kind of file it is to be. Raises ``Refusal(FILE_KIND)`` for what we cannot write."""
    suffix = file.suffix.lower()
    if suffix not in _SUFFIXES:
        raise Refusal(Reason.FILE_KIND, path=name_of(file), endings=", ".join(_SUFFIXES))
    return suffix


def table_content(
    suffix: str,
    title: str,
    columns: Sequence[SheetColumn],
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> bytes:
    """A table as the file of this suffix (.xlsx or .csv); ``title`` names the workbook's sheet."""
    return _xlsx(title, columns, headings, rows) if suffix == ".xlsx" else _csv(headings, rows)


def write_whole(file: Path, content: bytes) -> None:
    """Replace a file. Raises ``EnvironmentFault(FILE_NOT_WRITABLE)``."""
    half = file.with_name(f".{file.name}.{os.getpid()}.half")
    try:
        half.write_bytes(content)
        half.replace(file)
    except OSError as error:
        half.unlink(missing_ok=True)
        why = os_words(error)
        raise EnvironmentFault(Fault.FILE_NOT_WRITABLE, path=file, why=why) from error


def new_workbook(out: io.BytesIO, *, by_rows: bool = False) -> Any:
    """An xlsxwriter workbook in which a text stays a text: no formula, no link, no number.

    With ``by_rows`` the cells are written from the top, each row once, and wait on the disk: for long lists.
    """
    import xlsxwriter

    texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(out, {"constant_memory" if by_rows else "in_memory": True, **texts})


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    # With its mark, or Excel takes UTF-8 for the code page of Windows.
    return out.getvalue().encode("utf-8-sig")


def _xlsx(
    title: str, columns: Sequence[SheetColumn], headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> bytes:
    out = io.BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True, "bottom": 1})
    # A text format keeps what is typed there later: 3-5 stays 3-5.
    plain = book.add_format({"num_format": "@"})
    for at, (heading, column) in enumerate(zip(headings, columns, strict=True)):
        sheet.set_column(at, at, column.width, None if column.number else plain)
        sheet.write_string(0, at, heading, bold)
    for line, row in enumerate(rows, 1):
        for at, (cell, column) in enumerate(zip(row, columns, strict=True)):
            if not cell:
                continue
            if column.number:
                sheet.write_number(line, at, float(cell))
            else:
                sheet.write_string(line, at, cell, plain)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, 0, len(headings) - 1)
    book.close()
    return out.getvalue()
