"""Forms that belong to no order: the shop's own block, part labels, the command sheet."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.core.codes import Code, CodeKind, parse
from app.core.enums import BenchCommand
from app.core.errors import Reason, Refusal
from app.model import Part, PartBarcode, PartSerial, Staff
from app.model.settings import ShopSettings
from app.papers.forms_of_orders import Badge, CommandSheet
from app.papers.forms_of_views import PartLabel
from app.papers.shop_block import ShopBlock
from app.store.door import Store


def shop_block(settings: ShopSettings) -> ShopBlock:
    """The shop as every paper shows it."""
    return ShopBlock(
        name=settings.shop_name,
        address=settings.address,
        phone=settings.hotline,
        complaint_phone=settings.complaint_phone,
        tax_number=settings.tax_number,
        hours=settings.hours,
        logo=settings.logo or None,
        footer=settings.footer,
    )


def part_label(reading: Connection, _store: Store, number: str) -> tuple[PartLabel, None]:
    """The label of a part by its number, with our own barcode; of a piece by the code on it."""
    match parse(number):
        case Code(kind=CodeKind.SERIAL_PART, number=running):
            return _piece_label(reading, number, running), None
    row = reading.execute(
        select(Part.number, Part.name, Part.sale_price, Part.location, Part.unit, Part.kit, PartBarcode.code)
        .join(PartBarcode, PartBarcode.part_id == Part.id)
        .where(Part.number == number)
        .order_by(PartBarcode.own.desc(), PartBarcode.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    made = PartLabel(
        number=row.number,
        barcode=row.code,
        name=row.name,
        # A kit costs what its parts cost on the day.
        price=None if row.kit else row.sale_price,
        location=row.location,
        unit=row.unit,
    )
    return made, None


def _piece_label(reading: Connection, code: str, running: int) -> PartLabel:
    row = reading.execute(
        select(Part.name, Part.location, PartSerial.serial)
        .join(PartSerial, PartSerial.part_id == Part.id)
        .where(PartSerial.id == running)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return PartLabel(number=row.serial, barcode=code, name=row.name, location=row.location)


def command_sheet(reading: Connection, store: Store, _number: str) -> tuple[CommandSheet, None]:
    """The bench's command sheet with the badges of the staff who work now."""
    staff = reading.execute(
        select(Staff.name, Staff.role, Staff.badge_code).where(Staff.active).order_by(Staff.id).limit(12)
    ).all()
    sheet = CommandSheet(
        shop=shop_block(store.settings),
        commands=tuple(BenchCommand),
        badges=tuple(Badge(each.name, each.role, each.badge_code) for each in staff),
    )
    return sheet, None
