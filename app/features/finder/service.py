"""The finder: whatever the person at the counter remembers, as it is typed (issue "finder", domain.md §3)."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from app.core import formats
from app.core.clock import business_day
from app.core.codes import Code, CodeKind, DamagedCode, parse
from app.core.errors import Reason
from app.core.labels import category_name
from app.features.customers.reading import matching_ids as matching_customers
from app.features.customers.reading import rows_of as customer_rows
from app.features.customers.snapshots import CustomerRow
from app.features.finder.checked import merged, to_look_for
from app.features.finder.money import money_hits
from app.features.finder.orders import (
    digits_of,
    hits,
    id_of_number,
    ids_by_model,
    ids_by_name,
    ids_by_number,
    ids_by_phone,
    ids_by_pinyin,
    ids_by_running_number,
    ids_by_serial,
    ids_by_words,
)
from app.features.finder.snapshots import FinderHit, FinderResults, HitKind, OrderHit
from app.features.stock.reading import find_by_code, matching_parts, part_rows
from app.features.stock.snapshots import PartRow
from app.model import PickupReceipt, RepairOrder, Staff
from app.store.door import Store
from app.store.search import find_codes

#: Rows of the single-purpose queries.
NEWEST_ROWS = 50
#: Hits of each group as the finder shows them.
GROUP = 8
#: One to five digits alone are also looked up as the running number of so many months, the present one first.
MONTHS_BACK = 24

_BY_CARD = select(RepairOrder.id).where(RepairOrder.card_code == bindparam("code"))
_BY_RECEIPT = select(PickupReceipt.order_id).where(PickupReceipt.code == bindparam("code"))
_BY_BADGE = select(Staff.id, Staff.name, Staff.badge_code).where(Staff.badge_code == bindparam("code"))


class FinderService:
    """Reads only; every query is answered by an index at a million orders."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, text: str, limit: int = GROUP) -> FinderResults:
        """Orders, customers, parts and papers of money, at most ``limit`` of each, newest first.

        A sound barcode or a whole number of an order or paper is answered by its record in ``exact``. Nothing
        typed finds nothing; a barcode that leads nowhere says why in ``trouble``.
        """
        typed = to_look_for(text)
        if not typed:
            return FinderResults()
        scan = parse(typed)
        with self._store.read() as reading:
            if isinstance(scan, Code) and scan.kind is not CodeKind.PART:
                found = self._behind(reading, scan)
                return found or FinderResults(trouble=Reason.CODE_UNKNOWN)
            part = find_by_code(reading, typed)
            if part is not None:
                return FinderResults(parts=(_part_hit(part),), exact=_part_hit(part))
            number = id_of_number(reading, typed)
            if number is not None:
                order = _order_hit(hits(reading, [number])[0])
                return FinderResults(orders=(order,), exact=order)
            papers, paper = money_hits(reading, typed, limit)
            if paper is not None:
                return FinderResults(papers=papers, exact=paper)
            orders = tuple(_order_hit(each) for each in hits(reading, self._order_ids(reading, typed, limit)))
            customers = customer_rows(reading, matching_customers(reading, typed, limit))
            parts = part_rows(reading, matching_parts(reading, typed, limit))
        anything = papers or orders or customers or parts
        return FinderResults(
            orders=orders,
            customers=tuple(_customer_hit(each) for each in customers),
            parts=tuple(_part_hit(each) for each in parts),
            papers=papers,
            trouble=None if anything else _trouble(scan),
        )

    def by_name(self, text: str) -> tuple[OrderHit, ...]:
        """The newest 50 orders of customers with ``text`` in their name."""
        with self._store.read() as reading:
            return hits(reading, ids_by_name(reading, to_look_for(text), NEWEST_ROWS))

    def by_pinyin(self, text: str) -> tuple[OrderHit, ...]:
        """The newest 50 orders of customers with ``text`` in the initials of their name."""
        with self._store.read() as reading:
            return hits(reading, ids_by_pinyin(reading, to_look_for(text), NEWEST_ROWS))

    def by_phone(self, text: str) -> tuple[OrderHit, ...]:
        """The newest 50 orders with these digits (three and more) in the customer's phone numbers."""
        with self._store.read() as reading:
            return hits(reading, ids_by_phone(reading, to_look_for(text), NEWEST_ROWS))

    def by_serial(self, text: str) -> tuple[OrderHit, ...]:
        """The newest 50 orders with ``text`` (three characters and more) in the device's serial number."""
        with self._store.read() as reading:
            return hits(reading, ids_by_serial(reading, to_look_for(text), NEWEST_ROWS))

    def by_model(self, text: str) -> tuple[OrderHit, ...]:
        """The newest 50 orders with ``text`` (three characters and more) in the device's model."""
        with self._store.read() as reading:
            return hits(reading, ids_by_model(reading, to_look_for(text), NEWEST_ROWS))

    def by_number(self, text: str) -> tuple[OrderHit, ...]:
        """The newest 50 orders with ``text`` in their number, with or without the dash."""
        with self._store.read() as reading:
            return hits(reading, ids_by_number(reading, to_look_for(text), NEWEST_ROWS))

    def by_fault(self, text: str) -> tuple[OrderHit, ...]:
        """The newest 50 orders with all the words of ``text`` in fault, findings, brand, model or category."""
        with self._store.read() as reading:
            return hits(reading, ids_by_words(reading, to_look_for(text), NEWEST_ROWS))

    def _order_ids(self, reading: Connection, typed: str, limit: int) -> list[int]:
        digits = digits_of(typed)
        # Phone, serial, number and model in one look; digits without what people write between them.
        by_code = find_codes(reading, digits or typed, limit)
        if digits:
            across_the_dash = ids_by_number(reading, digits, limit) if 6 <= len(digits) < 9 else ()
            # A repair card's number typed off the paper, as far as it is typed.
            card = digits[2:] if digits.startswith(CodeKind.ORDER) and 8 <= len(digits) <= 11 else ""
            return merged(
                limit,
                by_code,
                ids_by_running_number(reading, digits, self._periods(), limit),
                across_the_dash,
                ids_by_number(reading, card, limit),
            )
        by_name = ids_by_name(reading, typed, limit)
        letters = typed.isascii() and typed.isalpha()
        by_pinyin = ids_by_pinyin(reading, typed, limit) if letters else ()
        # A model or serial number that was found is not looked for in free text: the beginnings of its pieces
        # ("kfr", "35") stand in a quarter of all orders.
        code_like = typed.isascii() and any(letter.isdigit() for letter in typed)
        free_text = len(typed) >= 2 and not (code_like and by_code)
        by_words = ids_by_words(reading, typed, limit) if free_text else ()
        return merged(limit, by_code, by_name, by_pinyin, by_words)

    def _periods(self) -> list[str]:
        today = business_day(self._store.clock.now(), self._store.settings.time_zone)
        months = [today.year * 12 + today.month - 1 - back for back in range(MONTHS_BACK)]
        return [f"{month // 12 % 100:02d}{month % 12 + 1:02d}" for month in months]

    def _behind(self, reading: Connection, code: Code) -> FinderResults | None:
        """The record a sound code of ours names."""
        match code.kind:
            case CodeKind.ORDER:
                order_id = reading.execute(_BY_CARD, {"code": code.digits}).scalar()
            case CodeKind.RECEIPT:
                order_id = reading.execute(_BY_RECEIPT, {"code": code.digits}).scalar()
            case CodeKind.STAFF:
                staff = reading.execute(_BY_BADGE, {"code": code.digits}).first()
                if staff is None:
                    return None
                return FinderResults(
                    exact=FinderHit(HitKind.STAFF, staff.id, staff.badge_code, staff.name, "")
                )
            case _:
                return None
        if order_id is None:
            return None
        hit = _order_hit(hits(reading, [order_id])[0])
        return FinderResults(orders=(hit,), exact=hit)


def _trouble(scan: object) -> Reason | None:
    if isinstance(scan, DamagedCode):
        return Reason.CODE_DAMAGED
    return Reason.CODE_UNKNOWN if isinstance(scan, Code) else None


def _order_hit(order: OrderHit) -> FinderHit:
    device = " ".join(filter(None, (order.brand, order.model))) or category_name(order.category)
    return FinderHit(
        HitKind.ORDER,
        order.id,
        order.number,
        f"{order.customer} · {device}",
        " · ".join(filter(None, (order.fault.replace("\n", " ")[:60], formats.phone(order.phone)))),
        order.status,
    )


def _customer_hit(customer: CustomerRow) -> FinderHit:
    return FinderHit(HitKind.CUSTOMER, customer.id, customer.phone, customer.name, customer.address)


def _part_hit(part: PartRow) -> FinderHit:
    stock = f"{formats.quantity(part.on_hand)} {part.unit}"
    detail = " · ".join(filter(None, (part.fits[:60], stock, part.location)))
    return FinderHit(HitKind.PART, part.id, part.number, part.name, detail)
