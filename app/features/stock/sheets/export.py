"""Writing the list of parts: the same columns that an import reads, so that what goes out comes in equal."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.words import _
from app.features.stock.sheets.columns import COLUMNS, SheetColumn
from app.features.stock.sheets.files import guarded
from app.features.stock.sheets.snapshots import Tell, tell_nobody

SUFFIXES = (".xlsx", ".csv")
_STEP = 1000
_PARTS = (
    "SELECT p.id, p.number, p.name, p.category, p.brand, p.fits, p.unit, p.sale_price, p.purchase_price,"
    " p.consign_price, p.tax_permille, p.location, p.minimum, coalesce(s.name, '') AS supplier, p.supplier_number,"
    " p.condition, p.old_part_rule, p.serialised, p.warranty_months, p.season, p.active"
    " FROM part p LEFT JOIN supplier s ON s.id = p.supplier_id WHERE p.kit = 0 ORDER BY p.number"
)
_BARCODES = "SELECT part_id, code FROM part_barcode WHERE own = 0 ORDER BY id"


def export_parts(reading: Connection, file: Path, tell: Tell = tell_nobody) -> int:
    """Write all parts but kits to ``file`` (.xlsx or .csv); how many. The file is replaced whole or not at all.

    Raises ``Refusal(BAD_CHOICE)`` for another suffix, ``EnvironmentFault(FILE_NOT_WRITABLE)``.
    """
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        raise Refusal(Reason.BAD_CHOICE, field="file", text=file.suffix or file.name)
    codes: dict[int, list[str]] = {}
    for part_id, code in reading.exec_driver_sql(_BARCODES):
        codes.setdefault(part_id, []).append(code)
    parts = reading.exec_driver_sql(_PARTS).mappings().all()
    rows = _cells(parts, codes, tell)
    headings = [_(column.title) for column in COLUMNS]
    write_whole(file, table_content(suffix, _("Parts"), COLUMNS, headings, rows))
    return len(parts)


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
        why = error.strerror or type(error).__name__
        raise EnvironmentFault(Fault.FILE_NOT_WRITABLE, path=file, why=why) from error


def _cells(parts: Sequence[Any], codes: dict[int, list[str]], tell: Tell) -> Iterator[list[str]]:
    for at, part in enumerate(parts):
        if at % _STEP == 0:
            tell(at, len(parts))
        row = []
        for column in COLUMNS:
            value = codes.get(part["id"], []) if column.key == "barcodes" else part[column.key]
            row.append("" if value is None else column.write(value))
        yield row


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
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
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
