"""Writing entries of the price list in an open transaction: saved, priced, their history kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select

from app.core.changes import Kind
from app.core.enums import LineKind, PriceUse
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LINE, clean_line
from app.core.ids import uuid7
from app.core.money import MAX_FEN, ZERO, Money
from app.features.orders.lines import refuse_bad_quantity
from app.features.pricing.checks import checked_price, cleaned
from app.features.pricing.reading import KINDS
from app.features.pricing.snapshots import PackageEntry, PriceEntry
from app.model import MemberPrice, PackageLine, Part, PriceItem, PriceItemChange
from app.store.door import Tx

#: How codes begin that the program gives.
_LETTERS: Mapping[PriceUse, str] = {
    PriceUse.LABOUR: "L",
    PriceUse.VISIT: "V",
    PriceUse.DIAGNOSIS: "D",
    PriceUse.OTHER: "O",
    PriceUse.PACKAGE: "T",
}
_GIVEN = re.compile(r"^[A-Z](\d{2,6})$")


def put_item(tx: Tx, item: PriceItem | None, entry: PriceEntry, seen: int | None = None) -> PriceItem:
    """Add an entry, or change ``item`` as the user saw it in version ``seen``.

    Raises ``Conflict``, and ``Refusal`` as ``checks.cleaned``, PRICE_CODE_TAKEN, PACKAGE_IN_PACKAGE, NOT_FOUND,
    PRICE_ITEM_INACTIVE, PART_INACTIVE.
    """
    entry = cleaned(entry)
    lines = [_package_line(tx, item, each) for each in entry.lines]
    if entry.use is PriceUse.PACKAGE:
        total = sum(line.price.times(line.quantity).fen for line in lines)
        if total > MAX_FEN:
            raise Refusal(Reason.BAD_AMOUNT, text=str(Money(total)))
        entry = replace(entry, price=Money(total))
    code = entry.code or (item.code if item is not None else next_code(tx, entry.use))
    _refuse_taken(tx, item, code)
    before = _prices(tx, item)
    if item is None:
        item = PriceItem(uuid=uuid7(), code=code, use=entry.use, kind=KINDS[entry.use], name="", price=ZERO)
        tx.session.add(item)
    elif seen is not None and item.version != seen:
        raise Conflict(Kind.PRICE, item.id)
    elif item.id is not None:
        item.version += 1
    item.code, item.use, item.kind, item.name = code, entry.use, KINDS[entry.use], entry.name
    item.category, item.job_kind, item.zone, item.unit = (
        entry.category,
        entry.job_kind,
        entry.zone,
        entry.unit,
    )
    item.price, item.minutes, item.tax_permille = entry.price, entry.minutes, entry.tax_permille
    item.note, item.active = entry.note, entry.active
    tx.session.flush()
    _put_members(tx, item.id, entry.members)
    tx.session.execute(delete(PackageLine).where(PackageLine.package_id == item.id))
    for line in lines:
        line.package_id = item.id
        tx.session.add(line)
    _note_changes(tx, item.id, before, {"": entry.price, **entry.members})
    tx.session.flush()
    tx.changed(Kind.PRICE, item.id)
    return item


def next_code(tx: Tx, use: PriceUse, taken: Iterable[str] = ()) -> str:
    """The next free code of a use: ``L01`` … Codes once given are given to nothing else."""
    letter = _LETTERS[use]
    codes = {*tx.session.scalars(select(PriceItem.code).where(PriceItem.code.startswith(letter))), *taken}
    numbers = [int(found.group(1)) for code in codes if code[:1] == letter and (found := _GIVEN.match(code))]
    return f"{letter}{max(numbers, default=0) + 1:02d}"


def _refuse_taken(tx: Tx, item: PriceItem | None, code: str) -> None:
    holder = tx.session.scalar(select(PriceItem).where(PriceItem.code == code))
    if holder is not None and holder is not item:
        raise Refusal(Reason.PRICE_CODE_TAKEN, text=code, name=holder.name)


def _package_line(tx: Tx, package: PriceItem | None, entry: PackageEntry) -> PackageLine:
    refuse_bad_quantity(entry.quantity)
    if (entry.item_id is None) == (entry.part_id is None):
        raise Refusal(Reason.NOT_FOUND)
    if entry.part_id is not None:
        part = tx.session.get(Part, entry.part_id)
        if part is None:
            raise Refusal(Reason.NOT_FOUND)
        if not part.active:
            raise Refusal(Reason.PART_INACTIVE, part=part.name)
        if part.kit:
            raise Refusal(Reason.KIT_NO_STOCK, part=part.name)
        kind, name, usual = LineKind.PART, part.name, part.sale_price
    else:
        item = tx.session.get(PriceItem, entry.item_id)
        if item is None:
            raise Refusal(Reason.NOT_FOUND)
        if item.use is PriceUse.PACKAGE or item is package:
            raise Refusal(Reason.PACKAGE_IN_PACKAGE, name=item.name)
        if not item.active:
            raise Refusal(Reason.PRICE_ITEM_INACTIVE, name=item.name)
        kind, name, usual = item.kind, item.name, item.price
    price = checked_price(usual if entry.price is None else entry.price)
    checked_price(price.times(entry.quantity))
    return PackageLine(
        kind=kind,
        item_id=entry.item_id,
        part_id=entry.part_id,
        description=clean_line("description", name, most=LINE),
        quantity=entry.quantity,
        price=price,
    )


def _prices(tx: Tx, item: PriceItem | None) -> dict[str, Money]:
    if item is None or item.id is None:
        return {}
    members = tx.session.execute(
        select(MemberPrice.level, MemberPrice.price).where(MemberPrice.item_id == item.id)
    )
    return {"": item.price, **{each.level: each.price for each in members}}


def _put_members(tx: Tx, item_id: int, members: Mapping[str, Money]) -> None:
    tx.session.execute(delete(MemberPrice).where(MemberPrice.item_id == item_id))
    for level, price in members.items():
        tx.session.add(MemberPrice(item_id=item_id, level=level, price=price))


def _note_changes(tx: Tx, item_id: int, before: Mapping[str, Money], now: Mapping[str, Money]) -> None:
    changes: dict[str, tuple[Any, Any]] = {
        level: (before.get(level), now.get(level))
        for level in (*now, *(each for each in before if each not in now))
        if before.get(level) != now.get(level)
    }
    for level, (old, new) in changes.items():
        tx.session.add(
            PriceItemChange(
                item_id=item_id, level=level, old=old, new=new, staff_id=tx.actor.id or None, at=tx.now
            )
        )
