"""Reading customers: rows, the record, the balance. Everything follows merges: what hangs on a record that was
merged into another counts as the other's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select, text

from app.core.enums import Payer
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, total
from app.features.customers.snapshots import (
    Balance,
    CustomerRecord,
    CustomerRow,
    DeviceRow,
    OrdersPage,
    UnpaidInvoice,
)
from app.features.finder.checked import find_checked, merged
from app.features.finder.orders import digits_of, hits
from app.features.privacy.personal import NAMELESS
from app.model import Customer, Device, HeldMoney, Invoice, InvoiceBalance, RepairOrder
from app.store.pinyin import initials
from app.store.search import NEWEST, Field

ORDERS_PAGE = 20
SHORTEST_PHONE = 3

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_COUNT = (
    select(func.count())
    .where(RepairOrder.customer_id == Customer.id)
    .correlate(Customer)
    .scalar_subquery()
    .label("orders")
)
_LAST = (
    select(RepairOrder.taken_in_day)
    .where(RepairOrder.customer_id == Customer.id)
    .order_by(RepairOrder.id.desc())
    .limit(1)
    .correlate(Customer)
    .scalar_subquery()
    .label("last_order")
)
_ROW = (
    Customer.id,
    Customer.version,
    Customer.name,
    Customer.phone,
    Customer.phone2,
    Customer.address,
    _COUNT,
    _LAST,
)
_BY_IDS = select(*_ROW).where(Customer.id.in_(_IDS))
_PAGE = (
    select(*_ROW)
    # Who was erased is in nobody's list.
    .where(Customer.id < bindparam("before"), Customer.merged_into_id.is_(None), Customer.name != NAMELESS)
    .order_by(Customer.id.desc())
    .limit(bindparam("most"))
)
_NAMES = select(Customer.id, Customer.name).where(Customer.id.in_(_IDS))
_RECORD = select(Customer.__table__).where(Customer.id == bindparam("customer_id"))
_FAMILY = select(Customer.id).where(Customer.merged_into_id == bindparam("customer_id"))
_DEVICE_ORDERS = (
    select(func.count())
    .where(RepairOrder.device_id == Device.id)
    .correlate(Device)
    .scalar_subquery()
    .label("orders")
)
_DEVICES = (
    select(
        Device.id,
        Device.category,
        Device.brand,
        Device.model,
        Device.serial,
        Device.purchased_on,
        Device.proof_seen,
        _DEVICE_ORDERS,
    )
    .where(Device.customer_id == bindparam("customer_id"))
    .order_by(Device.id.desc())
)
_ORDER_IDS = (
    select(RepairOrder.id)
    .where(RepairOrder.customer_id == bindparam("customer_id"), RepairOrder.id < bindparam("before"))
    .order_by(RepairOrder.id.desc())
    .limit(bindparam("most"))
)
_INVOICES = (
    select(
        Invoice.id,
        Invoice.number,
        Invoice.order_id,
        RepairOrder.number.label("order_number"),
        Invoice.business_day,
        Invoice.total,
        InvoiceBalance.due,
    )
    .join(InvoiceBalance, InvoiceBalance.invoice_id == Invoice.id)
    .join(RepairOrder, RepairOrder.id == Invoice.order_id)
    .where(
        InvoiceBalance.customer_id.in_(_IDS),
        InvoiceBalance.due > ZERO,
        InvoiceBalance.payer == Payer.CUSTOMER,
    )
    .order_by(Invoice.id)
)
_HELD = select(func.coalesce(func.sum(HeldMoney.amount), 0).label("held")).where(
    HeldMoney.customer_id.in_(_IDS), HeldMoney.payer == Payer.CUSTOMER
)
# The newest ids by the phone indexes alone, the records of those few after it. "0" to "9" end before ":".
_PHONE_HEAD = text(
    "SELECT id, merged_into_id FROM customer WHERE id IN ("
    "SELECT id FROM (SELECT id FROM customer WHERE phone >= :digits AND phone < :digits || ':' AND id < :before"
    " ORDER BY id DESC LIMIT :most)"
    " UNION SELECT id FROM (SELECT id FROM customer WHERE phone2 >= :digits AND phone2 < :digits || ':'"
    " AND id < :before"
    " ORDER BY id DESC LIMIT :most))"
)
_PHONE_TAIL = text(
    "SELECT id, merged_into_id FROM customer WHERE id IN ("
    "SELECT id FROM (SELECT id FROM customer WHERE substr(phone, -4) = :last4"
    " AND phone LIKE '%' || :digits AND id < :before ORDER BY id DESC LIMIT :most)"
    " UNION SELECT id FROM (SELECT id FROM customer WHERE substr(phone2, -4) = :last4"
    " AND phone2 LIKE '%' || :digits AND id < :before ORDER BY id DESC LIMIT :most))"
)


def rows_of(reading: Connection, ids: Sequence[int]) -> tuple[CustomerRow, ...]:
    """The rows of ``ids``, in their order."""
    if not ids:
        return ()
    found = {row.id: _row(row) for row in reading.execute(_BY_IDS, {"ids": list(ids)})}
    return tuple(found[each] for each in ids if each in found)


def newest_rows(reading: Connection, before: int, limit: int) -> tuple[CustomerRow, ...]:
    """The newest customers below ``before``."""
    return tuple(_row(each) for each in reading.execute(_PAGE, {"before": before, "most": limit}))


def matching_ids(reading: Connection, typed: str, limit: int, *, before: int = NEWEST) -> list[int]:
    """Newest customers below ``before`` by name, initials of the name, or digits of a phone number."""
    return merged(
        limit,
        find_checked(reading, Field.CUSTOMER_NAME, typed, limit, _names, before=before),
        find_checked(reading, Field.CUSTOMER_PINYIN, typed, limit, _readings, before=before),
        ids_by_phone(reading, typed, limit, before=before),
    )


def ids_by_phone(reading: Connection, typed: str, limit: int, *, before: int = NEWEST) -> list[int]:
    """Newest customers whose phone number begins with these digits (three and more) or ends in them (four
    and more); a number of a merged record finds the one it became."""
    digits = digits_of(typed)
    if len(digits) < SHORTEST_PHONE:
        return []
    asked = {"digits": digits, "last4": digits[-4:], "before": before, "most": 2 * limit}
    found = list(reading.execute(_PHONE_HEAD, asked))
    if typed.lstrip().startswith("+"):
        found += reading.execute(_PHONE_HEAD, {**asked, "digits": f"+{digits}"})
    if len(digits) >= 4:
        found += reading.execute(_PHONE_TAIL, asked)
    ids = {row.merged_into_id or row.id for row in found}
    return sorted((each for each in ids if each < before), reverse=True)[:limit]


def followed(reading: Connection, customer_id: int) -> int:
    """The customer that ``customer_id`` is now: himself, or whom he was merged into."""
    found = reading.execute(_RECORD, {"customer_id": customer_id}).one_or_none()
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    return int(found.merged_into_id or found.id)


def family(reading: Connection, customer_id: int) -> tuple[int, ...]:
    """The ids whose invoices and payments are this customer's: his own and those merged into him.

    Issued invoices and booked payments are never changed, so they keep the id they were made with.
    """
    return (customer_id, *reading.execute(_FAMILY, {"customer_id": customer_id}).scalars())


def balance_of(reading: Connection, ids: Sequence[int]) -> Balance:
    """Receivables and money held of a family (domain.md §8); money that no invoice has used is the customer's
    credit."""
    unpaid = tuple(
        UnpaidInvoice(
            id=row.id,
            number=row.number,
            order_id=row.order_id,
            order_number=row.order_number,
            issued_on=row.business_day,
            total=row.total,
            due=row.due,
        )
        for row in reading.execute(_INVOICES, {"ids": list(ids)})
    )
    held = _money(reading.execute(_HELD, {"ids": list(ids)}).scalar_one())
    return Balance(total(each.due for each in unpaid), held, unpaid)


def orders_page(reading: Connection, customer_id: int, before: int, limit: int) -> OrdersPage:
    """A page of a customer's orders, newest first."""
    asked = {"customer_id": customer_id, "before": before, "most": limit}
    ids = reading.execute(_ORDER_IDS, asked).scalars().all()
    return OrdersPage(hits(reading, ids), ids[-1] if len(ids) == limit else None)


def record_of(reading: Connection, customer_id: int) -> CustomerRecord:
    """Everything about a customer; a merged record answers with the one it became."""
    found = reading.execute(_RECORD, {"customer_id": followed(reading, customer_id)}).one()
    ids = family(reading, found.id)
    devices = tuple(
        DeviceRow(
            id=row.id,
            category=row.category,
            brand=row.brand,
            model=row.model,
            serial=row.serial,
            purchased_on=row.purchased_on,
            proof_seen=row.proof_seen,
            orders=row.orders,
        )
        for row in reading.execute(_DEVICES, {"customer_id": found.id})
    )
    return CustomerRecord(
        id=found.id,
        version=found.version,
        name=found.name,
        phone=found.phone,
        phone2=found.phone2,
        address=found.address,
        notes=found.notes,
        tax_number=found.tax_number,
        level=found.level,
        created_at=found.created_at,
        merged=len(ids) - 1,
        devices=devices,
        orders=orders_page(reading, found.id, NEWEST, ORDERS_PAGE),
        balance=balance_of(reading, ids),
    )


def _names(reading: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    return {row.id: (row.name,) for row in reading.execute(_NAMES, {"ids": list(ids)})}


def _readings(reading: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    return {row.id: initials(row.name) for row in reading.execute(_NAMES, {"ids": list(ids)})}


def _money(value: Any) -> Money:
    """A sum, whether the database gave it its column's type or not."""
    return value if isinstance(value, Money) else Money(int(value or 0)) if value else ZERO


def _row(each: Any) -> CustomerRow:
    return CustomerRow(
        id=each.id,
        version=each.version,
        name=each.name,
        phone=each.phone,
        phone2=each.phone2,
        address=each.address,
        orders=each.orders,
        last_order=each.last_order,
    )
