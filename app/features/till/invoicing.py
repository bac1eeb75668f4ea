"""Issuing invoices (domain.md §8), and the rows that the month counts: one for each order, payer and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, bindparam, insert, select, text

from app.core.brand_codes import CoverPlanKind
from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import LineKind, Payer, Role, SaleKind, Series
from app.core.ids import uuid7
from app.core.money import ZERO, Money
from app.features.till.booking import open_balance
from app.features.till.numbers import next_number
from app.model import CoverPlan, Device, Invoice, InvoiceLine, OrderLine, Part, RepairOrder, Sale, Staff
from app.model.billing import TaxedAmount, taxed
from app.store.door import Tx
from app.store.prepared import Prepared

#: Who is sent an invoice, in this order; what the shop pays itself is a cost.
PAYERS = (Payer.CUSTOMER, Payer.BRAND, Payer.UNDERWRITER, Payer.CONTRACT)

_COSTS = Prepared(
    text(
        "SELECT line_id, sum(owed_value - value) AS fen FROM stock_move"
        " WHERE order_id = :order_id AND line_id IS NOT NULL GROUP BY line_id"
    ).columns(line_id=Integer, fen=Integer)
)
_ADD_LINE = Prepared(
    insert(InvoiceLine.__table__),  # type: ignore[arg-type]
    (
        "invoice_id", "kind", "part_id", "description", "unit", "quantity", "unit_price", "amount", "tax_permille",
        "tax", "order_id", "order_line_id", "technician_id", "cost",
    ),
)  # fmt: skip
_ADD_SALE = Prepared(
    insert(Sale.__table__),  # type: ignore[arg-type]
    (
        "kind", "business_day", "invoice_id", "credit_id", "order_id", "customer_id", "payer", "service_type",
        "job_kind", "technician_id", "category", "brand", "visit", "labour", "parts", "other", "discount", "tax",
        "cost",
    ),
)  # fmt: skip
_OWN_RATE = select(Part.tax_permille).where(Part.id == bindparam("part_id"))
_PLANS = (
    select(CoverPlan.underwriter, CoverPlan.starts_on, CoverPlan.ends_on, CoverPlan.ended_on)
    .where(CoverPlan.device_id == bindparam("device_id"), CoverPlan.kind == CoverPlanKind.EXTENDED)
    .order_by(CoverPlan.id.desc())
)
#: Where a kind of line stands in a row of the month.
_COLUMN: Mapping[LineKind, str] = {
    LineKind.VISIT: "visit",
    LineKind.LABOUR: "labour",
    LineKind.PART: "parts",
    LineKind.OTHER: "other",
    LineKind.DISCOUNT: "discount",
}


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of an invoice to be: what is billed, for which order, who did it, what it cost."""

    order: RepairOrder
    line: OrderLine
    taxed: TaxedAmount
    technician_id: int | None
    cost: Money


@dataclass(frozen=True, slots=True)
class Counted:
    """Amounts of a row of the month, without tax."""

    visit: Money = ZERO
    labour: Money = ZERO
    parts: Money = ZERO
    other: Money = ZERO
    discount: Money = ZERO
    tax: Money = ZERO
    cost: Money = ZERO

    def __neg__(self) -> Counted:
        return Counted(
            -self.visit, -self.labour, -self.parts, -self.other, -self.discount, -self.tax, -self.cost
        )

    def __bool__(self) -> bool:
        return any(
            (self.visit, self.labour, self.parts, self.other, self.discount, self.tax, self.cost),
        )


def counted(lines: Iterable[tuple[LineKind, TaxedAmount, Money]]) -> Counted:
    """Lines (kind, amount with its tax, cost) as a row of the month."""
    net: dict[str, int] = dict.fromkeys(_COLUMN.values(), 0)
    tax = cost = 0
    for kind, amount, its_cost in lines:
        net[_COLUMN[kind]] += amount.gross.fen - amount.tax.fen
        tax += amount.tax.fen
        cost += its_cost.fen
    return Counted(**{key: Money(fen) for key, fen in net.items()}, tax=Money(tax), cost=Money(cost))


def renew_tax(tx: Tx, lines: Iterable[OrderLine]) -> None:
    """A tax rate that changed since a line was written holds from its day: the invoice's day decides. Lines with a
    rate of their own keep it. Call before what is due is worked out."""
    settings = tx.settings
    if not settings.tax_from:
        return
    for line in lines:
        written = business_day(line.created_at, settings.time_zone)
        before, now = settings.tax_rate(line.kind, written), settings.tax_rate(line.kind, tx.today)
        if line.tax_permille != before or before == now:
            continue
        if line.part_id is not None:
            own = tx.reading().execute(_OWN_RATE, {"part_id": line.part_id}).scalar()
            if own is not None:
                continue
        line.tax_permille = now


def charges_of(tx: Tx, order: RepairOrder, lines: Sequence[OrderLine]) -> list[Charge]:
    """The lines of an order as they are billed today."""
    inclusive = tx.settings.tax_inclusive
    costs: dict[int, int] = {}
    if any(line.kind is LineKind.PART for line in lines):
        costs = {row.line_id: int(row.fen) for row in _costs(tx, order.id)}
    workers = _workers(tx, order, lines)
    return [
        Charge(
            order,
            line,
            taxed(line.amount, line.tax_permille, inclusive=inclusive),
            workers.get(line.id, order.technician_id),
            Money(costs.get(line.id, 0)),
        )
        for line in lines
    ]


def issue_invoice(
    tx: Tx,
    payer: Payer,
    charges: Sequence[Charge],
    *,
    due_on: date | None = None,
    replaces_id: int | None = None,
) -> Invoice:
    """Bill ``charges`` of one order or of several of one customer; the first order leads. ``due_on`` None is today.

    Raises ``Refusal(CLOCK_BEFORE_CLOSE)``.
    """
    lead = charges[0].order
    day = tx.money_day
    invoice = Invoice(
        uuid=uuid7(),
        number=next_number(tx, Series.INVOICE),
        order_id=lead.id,
        customer_id=lead.customer_id,
        payer=payer,
        service_type=lead.service_type,
        technician_id=lead.technician_id,
        total=Money(sum(each.taxed.gross.fen for each in charges)),
        tax=Money(sum(each.taxed.tax.fen for each in charges)),
        tax_inclusive=tx.settings.tax_inclusive,
        issued_at=tx.now,
        business_day=day,
        issued_by_id=tx.actor.id,
        payer_name=_name_of(tx, payer, lead, replaces_id),
        due_on=day if due_on is None else due_on,
        replaces_id=replaces_id,
    )
    tx.session.add(invoice)
    connection = tx.reading()
    for each in charges:
        _ADD_LINE.insert(
            connection,
            invoice_id=invoice.id,
            kind=each.line.kind,
            part_id=each.line.part_id,
            description=each.line.description,
            unit=each.line.unit,
            quantity=each.line.quantity,
            unit_price=each.line.unit_price,
            amount=each.taxed.gross,
            tax_permille=each.line.tax_permille,
            tax=each.taxed.tax,
            order_id=each.order.id,
            order_line_id=each.line.id,
            technician_id=each.technician_id,
            cost=each.cost,
        )
    open_balance(tx, invoice)
    by_order: dict[int, list[Charge]] = {}
    for each in charges:
        by_order.setdefault(each.order.id, []).append(each)
    for its in by_order.values():
        row = counted((each.line.kind, each.taxed, each.cost) for each in its)
        add_sale(tx, its[0].order, payer, SaleKind.INVOICE, row, invoice_id=invoice.id)
    tx.changed(Kind.MONEY, 0)
    return invoice


def _name_of(tx: Tx, payer: Payer, order: RepairOrder, replaces_id: int | None) -> str:
    """Which third party pays, as its invoices are collected by: the brand of the device, the underwriter of the plan
    that covered it when it came (else its newest). A contract is the customer's own; a new invoice instead of another
    goes to whom the other went."""
    if replaces_id is not None:
        return tx.session.get_one(Invoice, replaces_id).payer_name
    if payer is Payer.BRAND:
        return tx.session.get_one(Device, order.device_id).brand
    if payer is not Payer.UNDERWRITER:
        return ""
    came = business_day(order.taken_in_at, tx.settings.time_zone)
    plans = tx.reading().execute(_PLANS, {"device_id": order.device_id}).all()
    in_force = (each for each in plans if each.starts_on <= came <= each.ends_on and not each.ended_on)
    plan = next(in_force, plans[0] if plans else None)
    return "" if plan is None else str(plan.underwriter)


def book_own_cost(tx: Tx, order: RepairOrder, lines: Sequence[OrderLine]) -> None:
    """Parts that the shop pays itself (its own guarantee): a cost of the day of the hand-over, and no revenue."""
    its = {line.id for line in lines if line.payer is Payer.SHOP and line.kind is LineKind.PART}
    if its:
        cost = Money(sum(int(row.fen) for row in _costs(tx, order.id) if row.line_id in its))
        book_cost(tx, order, Payer.SHOP, cost)


def book_cost(tx: Tx, order: RepairOrder, payer: Payer, cost: Money) -> None:
    """A cost without an invoice of today: the shop's own, or goods booked in after the order was invoiced."""
    if cost:
        add_sale(tx, order, payer, SaleKind.COST, Counted(cost=cost))


def add_sale(
    tx: Tx,
    order: RepairOrder,
    payer: Payer,
    kind: SaleKind,
    row: Counted,
    *,
    invoice_id: int | None = None,
    credit_id: int | None = None,
    like: Sale | None = None,
) -> None:
    """Write a row of the month. ``like`` is the row it takes back: device, person and service are those of then."""
    device = tx.session.get_one(Device, order.device_id)
    whose = order if like is None else like
    _ADD_SALE.insert(
        tx.reading(),
        kind=kind,
        business_day=tx.money_day,
        invoice_id=invoice_id,
        credit_id=credit_id,
        order_id=order.id,
        customer_id=order.customer_id,
        payer=payer,
        service_type=whose.service_type,
        job_kind=whose.job_kind,
        technician_id=whose.technician_id,
        category=device.category if like is None else like.category,
        brand=device.brand if like is None else like.brand,
        visit=row.visit,
        labour=row.labour,
        parts=row.parts,
        other=row.other,
        discount=row.discount,
        tax=row.tax,
        cost=row.cost,
    )


def _costs(tx: Tx, order_id: int) -> list[Any]:
    return _COSTS.rows(tx.reading(), order_id=order_id)


def _workers(tx: Tx, order: RepairOrder, lines: Sequence[OrderLine]) -> dict[int, int | None]:
    """Labour is whose it is, where somebody of the bench wrote it; the counter writes down others' work."""
    others = {
        line.staff_id
        for line in lines
        if line.kind is LineKind.LABOUR and line.staff_id is not None and line.staff_id != order.technician_id
    }
    if not others:
        return {}
    bench = set(tx.session.scalars(select(Staff.id).where(Staff.id.in_(others), Staff.role != Role.COUNTER)))
    return {
        line.id: line.staff_id for line in lines if line.kind is LineKind.LABOUR and line.staff_id in bench
    }
