"""Writing the list of parts: the same columns that an import reads, so that what goes out comes in equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from app.core.words import _
from app.features.sheets.snapshots import Tell, tell_nobody
from app.features.sheets.writing import checked_suffix, table_content, write_whole
from app.features.stock.sheets.columns import COLUMNS
from app.features.stock.sheets.kits import KIT_KEYS, Kit, read_kits

_STEP = 1000
_PARTS = (
    "SELECT p.id, p.number, p.name, p.category, p.brand, p.fits, p.unit, p.sale_price, p.purchase_price,"
    " p.consign_price, p.tax_permille, p.location, p.minimum, coalesce(s.name, '') AS supplier, p.supplier_number,"
    " p.condition, p.old_part_rule, p.serialised, p.warranty_months, p.season, p.active"
    " FROM part p LEFT JOIN supplier s ON s.id = p.supplier_id ORDER BY p.number"
)
_BARCODES = "SELECT part_id, code FROM part_barcode WHERE own = 0 ORDER BY id"


def export_parts(reading: Connection, file: Path, tell: Tell = tell_nobody) -> int:
    """Write all parts to ``file`` (.xlsx or .csv); how many. The file is replaced whole or not at all.

    Raises ``Refusal(FILE_KIND)``, ``EnvironmentFault(FILE_NOT_WRITABLE)``.
    """
    suffix = checked_suffix(file)
    codes: dict[int, list[str]] = {}
    for part_id, code in reading.exec_driver_sql(_BARCODES):
        codes.setdefault(part_id, []).append(code)
    parts = reading.exec_driver_sql(_PARTS).mappings().all()
    rows = _cells(parts, codes, read_kits(reading)[0], tell)
    headings = [_(column.title) for column in COLUMNS]
    write_whole(file, table_content(suffix, _("Parts"), COLUMNS, headings, rows))
    return len(parts)


def _cells(
    parts: Sequence[Any], codes: dict[int, list[str]], kits: dict[int, Kit], tell: Tell
) -> Iterator[list[str]]:
    plain = [column for column in COLUMNS if column.key not in KIT_KEYS]
    of_kits = [column for column in COLUMNS if column.key in KIT_KEYS]
    nothing = [""] * len(of_kits)
    for at, part in enumerate(parts):
        if at % _STEP == 0:
            tell(at, len(parts))
        row = []
        for column in plain:
            value = codes.get(part["id"], []) if column.key == "barcodes" else part[column.key]
            row.append("" if value is None else column.write(value))
        kit = kits.get(part["id"])
        row += nothing if kit is None else [each.write(kit.value(each.key)) for each in of_kits]
        yield row
