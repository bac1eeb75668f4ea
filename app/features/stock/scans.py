"""What a scan means in the stock room: a part by any of its codes, or one piece by its serial number."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from app.core import codes
from app.core.enums import SerialState
from app.model import Part, PartBarcode, PartSerial
from app.store.prepared import Prepared

_BY_BARCODE = Prepared(select(PartBarcode.part_id).where(PartBarcode.code == bindparam("text")))
_BY_NUMBER = Prepared(select(Part.id).where(Part.number == bindparam("text")))
_BY_SERIAL_ID = Prepared(
    select(PartSerial.part_id, PartSerial.serial, PartSerial.id).where(
        PartSerial.id == bindparam("serial_id")
    )
)
_BY_SERIAL = Prepared(
    select(PartSerial.part_id, PartSerial.serial, PartSerial.id)
    .where(PartSerial.serial == bindparam("text"))
    # Two parts may share a number; what lies here is what was scanned.
    .order_by((PartSerial.state == SerialState.IN_STOCK).desc(), PartSerial.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A part, and the piece of it where the scan named one."""

    part_id: int
    serial: str = ""
    serial_id: int | None = None


def part_by_scan(reading: Connection, text: str) -> Scanned | None:
    """The part behind a scan: our label, an EAN, the supplier's code, its exact number, the label of a piece, a
    maker's serial number; None for anything else."""
    typed = text.strip()
    part_id = _BY_BARCODE.value(reading, text=typed)
    if part_id is None and typed:
        part_id = _BY_NUMBER.value(reading, text=typed.upper())
    if part_id is not None:
        return Scanned(part_id)
    known = codes.parse(typed)
    if isinstance(known, codes.Code):
        if known.kind is not codes.CodeKind.SERIAL_PART:
            return None
        row = _BY_SERIAL_ID.row(reading, serial_id=known.number)
    else:
        row = _BY_SERIAL.row(reading, text=typed) if typed else None
    return None if row is None else Scanned(row.part_id, row.serial, row.id)


def serial_code(serial_id: int) -> str:
    """The barcode of a piece's own label."""
    return codes.running_code(codes.CodeKind.SERIAL_PART, serial_id)
