"""What is asked of the price list: its entries, one customer's prices, what typed words find."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from app.core.enums import JobKind, LineKind, PriceUse
from app.core.money import Money
from app.features.pricing.snapshots import (
    ChangeRow,
    PackageEntry,
    PackageRow,
    PriceEntry,
    PriceOffer,
    PriceRow,
)
from app.model import (
    Customer,
    Device,
    MemberPrice,
    PackageLine,
    Part,
    PriceItem,
    PriceItemChange,
    RepairOrder,
    Staff,
)
from app.model.settings import ShopSettings
from app.store.pinyin import initials

_ITEMS = select(PriceItem.__table__).order_by(PriceItem.id)
_MEMBERS = select(MemberPrice.item_id, MemberPrice.level, MemberPrice.price).order_by(MemberPrice.level)
_LINES = (
    select(
        PackageLine.__table__,
        PriceItem.code.label("item_code"),
        PriceItem.name.label("item_name"),
        Part.number.label("part_number"),
        Part.name.label("part_name"),
    )
    .outerjoin(PriceItem, PriceItem.id == PackageLine.item_id)
    .outerjoin(Part, Part.id == PackageLine.part_id)
    .order_by(PackageLine.id)
)
_CHANGES = (
    select(
        PriceItemChange.id,
        PriceItemChange.at,
        PriceItemChange.level,
        PriceItemChange.old,
        PriceItemChange.new,
        Staff.name.label("staff"),
    )
    .outerjoin(Staff, Staff.id == PriceItemChange.staff_id)
    .where(PriceItemChange.item_id == bindparam("item_id"), PriceItemChange.id < bindparam("before"))
    .order_by(PriceItemChange.id.desc())
    .limit(bindparam("most"))
)
_FOR_ORDER = (
    select(Customer.level, Device.category, RepairOrder.job_kind)
    .join(Customer, Customer.id == RepairOrder.customer_id)
    .join(Device, Device.id == RepairOrder.device_id)
    .where(RepairOrder.id == bindparam("order_id"))
)
#: The order in which uses stand in the list.
_USES = tuple(PriceUse)


def price_rows(reading: Connection) -> tuple[PriceRow, ...]:
    """The whole list, those that were retired too."""
    members: dict[int, list[tuple[str, Money]]] = {}
    for each in reading.execute(_MEMBERS):
        members.setdefault(each.item_id, []).append((each.level, each.price))
    lines: dict[int, list[PackageRow]] = {}
    for each in reading.execute(_LINES):
        lines.setdefault(each.package_id, []).append(_package_row(each))
    return tuple(
        _row(each, tuple(members.get(each.id, ())), tuple(lines.get(each.id, ())))
        for each in reading.execute(_ITEMS)
    )


def price_row(reading: Connection, item_id: int) -> PriceRow | None:
    """One entry."""
    found = reading.execute(_ITEMS.where(PriceItem.id == item_id)).one_or_none()
    if found is None:
        return None
    members = reading.execute(_MEMBERS.where(MemberPrice.item_id == item_id))
    lines = reading.execute(_LINES.where(PackageLine.package_id == item_id))
    return _row(
        found,
        tuple((each.level, each.price) for each in members),
        tuple(_package_row(each) for each in lines),
    )


def member_levels(reading: Connection, settings: ShopSettings) -> tuple[str, ...]:
    """Every member level that there is: of the settings, of prices and of customers."""
    used = {
        *reading.execute(select(MemberPrice.level).distinct()).scalars(),
        *reading.execute(select(Customer.level).where(Customer.level != "").distinct()).scalars(),
    }
    own = list(settings.member_percent)
    return (*own, *sorted(used - set(own)))


def price_changes(reading: Connection, item_id: int, before: int, most: int) -> tuple[ChangeRow, ...]:
    """A page of the changes of an entry's prices, newest first."""
    key = {"item_id": item_id, "before": before, "most": most}
    return tuple(
        ChangeRow(each.id, each.at, each.level, each.old, each.new, each.staff or "")
        for each in reading.execute(_CHANGES, key)
    )


def offers_for(
    reading: Connection, settings: ShopSettings, order_id: int, typed: str
) -> tuple[PriceOffer, ...]:
    """The entries for an order, at its customer's prices: those of its category and kind of job first. Without typed
    words only those that fit."""
    order = reading.execute(_FOR_ORDER, {"order_id": order_id}).one_or_none()
    if order is None:
        return ()
    made = [
        offer_of(row, settings, order.level, order.category, order.job_kind)
        for row in price_rows(reading)
        if row.active and found(row, typed)
    ]
    if not typed.strip():
        made = [each for each in made if each.fits]
    return tuple(sorted(made, key=lambda each: _rank(each, order.category, typed)))


def offer_of(
    row: PriceRow, settings: ShopSettings, level: str, category: str, job_kind: JobKind | None
) -> PriceOffer:
    """An entry at a customer's price: his level's own, else the percent off of his level, else the list's."""
    own = dict(row.members).get(level) if level else None
    percent = settings.member_percent.get(level, 0) if level else 0
    fits = row.category in ("", category) and row.job_kind in (None, job_kind)
    if own is not None:
        return PriceOffer(row, own, level, fits)
    if percent and not row.lines:
        return PriceOffer(row, Money((row.price.fen * (100 - percent) + 50) // 100), level, fits)
    return PriceOffer(row, row.price, "", fits)


def fee_of(
    reading: Connection, use: PriceUse, category: str = "", job_kind: JobKind | None = None
) -> Money | None:
    """What the list says for a fee: the entry that names the category, else the one for every category; None where the
    list has none."""
    rows = reading.execute(
        select(PriceItem.price, PriceItem.category, PriceItem.job_kind)
        .where(
            PriceItem.use == use,
            PriceItem.active,
            PriceItem.category.in_(("", category)),
            PriceItem.zone == "",
        )
        .order_by(PriceItem.id)
    ).all()
    fitting = [each for each in rows if each.job_kind in (None, job_kind)]
    best = max(fitting, key=lambda each: (each.category != "", each.job_kind is not None), default=None)
    return None if best is None else best.price


def found(row: PriceRow, typed: str) -> bool:
    """Whether every typed word is in the code, the name, its initials or the zone."""
    words = folded(typed).split()
    if not words:
        return True
    texts = _haystack(row)
    return all(any(word in text for text in texts) for word in words)


def narrowed(rows: Iterable[PriceRow], typed: str) -> list[PriceRow]:
    """The rows that typed words find, an exact code first."""
    code = folded(typed).strip()
    hits = [row for row in rows if found(row, typed)]
    return sorted(hits, key=lambda row: row.code.casefold() != code) if code else hits


def entry_of(row: PriceRow, *, active: bool | None = None) -> PriceEntry:
    """An entry as it stands, to be changed and saved again."""
    lines: Sequence[PackageEntry] = [
        PackageEntry(each.item_id, each.part_id, each.quantity, each.price) for each in row.lines
    ]
    return PriceEntry(
        use=row.use,
        name=row.name,
        price=row.price,
        code=row.code,
        category=row.category,
        job_kind=row.job_kind,
        zone=row.zone,
        unit=row.unit,
        minutes=row.minutes,
        tax_permille=row.tax_permille,
        note=row.note,
        active=row.active if active is None else active,
        members=dict(row.members),
        lines=tuple(lines),
    )


def _rank(offer: PriceOffer, category: str, typed: str) -> tuple[bool, bool, bool, int, int]:
    row = offer.row
    exact = bool(typed.strip()) and row.code.casefold() == folded(typed).strip()
    return not exact, not offer.fits, row.category != category, _USES.index(row.use), row.id


def _haystack(row: PriceRow) -> Sequence[str]:
    name = folded(row.name)
    return row.code.casefold(), name, folded(row.zone), *initials(row.name), *initials(row.zone)


def folded(text: str) -> str:
    """As names are compared: without case and width."""
    return unicodedata.normalize("NFKC", text).casefold()


def _package_row(each: Any) -> PackageRow:
    return PackageRow(
        kind=each.kind,
        item_id=each.item_id,
        part_id=each.part_id,
        code=each.item_code or each.part_number or "",
        description=each.description or each.item_name or each.part_name or "",
        quantity=each.quantity,
        price=each.price,
    )


def _row(each: Any, members: tuple[tuple[str, Money], ...], lines: tuple[PackageRow, ...]) -> PriceRow:
    return PriceRow(
        id=each.id,
        version=each.version,
        code=each.code,
        use=each.use,
        kind=each.kind,
        name=each.name,
        category=each.category,
        job_kind=each.job_kind,
        zone=each.zone,
        unit=each.unit,
        price=each.price,
        minutes=each.minutes,
        tax_permille=each.tax_permille,
        note=each.note,
        active=each.active,
        members=members,
        lines=lines,
    )


#: The kind of line that an entry becomes.
KINDS = {
    PriceUse.LABOUR: LineKind.LABOUR,
    PriceUse.VISIT: LineKind.VISIT,
    PriceUse.DIAGNOSIS: LineKind.OTHER,
    PriceUse.OTHER: LineKind.OTHER,
    PriceUse.PACKAGE: LineKind.OTHER,
}
