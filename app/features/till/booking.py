"""The one booking path of money (domain.md §8): payments, refunds, what they are used for, and the sums beside them.

Every function writes append-only rows and moves the sums in the same breath: what is due on an invoice
(``InvoiceBalance``), what is held of a payment (``HeldMoney``), what the day changed (``MoneyDay``). At every moment:
allocated + due = total − credited − written off, and what is not allocated is held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Integer, bindparam, delete, insert, select, text, update

from app.core.changes import Kind
from app.core.enums import Payer, PaymentKind, PaymentMethod, Series
from app.core.errors import Reason, Refusal
from app.core.ids import uuid7
from app.core.money import MAX_FEN, ZERO, Money
from app.features.till.drawer import drawer_for
from app.features.till.numbers import next_number
from app.model import Allocation, HeldMoney, Invoice, InvoiceBalance, Payment
from app.store.door import Tx
from app.store.prepared import Prepared

_NOTE_DAY = Prepared(
    text(
        "INSERT INTO money_day (day, held, due_customer, due_other) VALUES (:day, :held, :customer, :other)"
        " ON CONFLICT (day) DO UPDATE SET held = held + excluded.held,"
        " due_customer = due_customer + excluded.due_customer, due_other = due_other + excluded.due_other"
    )
)
_ADD_ALLOCATION = Prepared(
    insert(Allocation.__table__),  # type: ignore[arg-type]
    ("payment_id", "invoice_id", "refund_id", "amount", "at", "business_day"),
)
_ADD_BALANCE = Prepared(
    insert(InvoiceBalance.__table__),  # type: ignore[arg-type]
    (
        "invoice_id", "customer_id", "payer", "business_day", "due_on", "allocated", "credited", "written_off", "due",
    ),
)  # fmt: skip
_BALANCE = Prepared(
    select(InvoiceBalance.__table__, Invoice.number, Invoice.total, Invoice.order_id)
    .join(Invoice, Invoice.id == InvoiceBalance.invoice_id)
    .where(InvoiceBalance.invoice_id == bindparam("invoice_id"))
)
_MOVE_BALANCE = Prepared(
    text(
        "UPDATE invoice_balance SET allocated = allocated + :allocated, credited = credited + :credited,"
        " written_off = written_off + :written_off, due = due - :allocated - :credited - :written_off"
        " WHERE invoice_id = :invoice_id"
    )
)
_HELD = Prepared(select(HeldMoney.__table__).where(HeldMoney.payment_id == bindparam("payment_id")))
_HOLD = Prepared(
    insert(HeldMoney.__table__),  # type: ignore[arg-type]
    ("payment_id", "customer_id", "order_id", "method", "amount", "since", "payer"),
)
_HOLD_SO_MUCH = Prepared(
    update(HeldMoney.__table__)  # type: ignore[arg-type]
    .where(HeldMoney.payment_id == bindparam("its_id"))
    .values(amount=bindparam("so_much"))
)
_HOLD_NO_MORE = Prepared(
    delete(HeldMoney.__table__).where(HeldMoney.payment_id == bindparam("payment_id"))  # type: ignore[arg-type]
)
_USED_FOR = Prepared(
    text(
        "SELECT a.payment_id, sum(a.amount) AS used, p.customer_id, p.order_id, p.method, p.payer"
        " FROM allocation a"
        " JOIN payment p ON p.id = a.payment_id WHERE a.invoice_id = :invoice_id"
        " GROUP BY a.payment_id HAVING used > 0 ORDER BY a.payment_id DESC"
    ).columns(
        payment_id=Integer,
        used=Integer,
        customer_id=Integer,
        order_id=Integer,
        method=Payment.__table__.c.method.type,
        payer=Payment.__table__.c.payer.type,
    )
)


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a payment is for which invoice."""

    invoice_id: int
    amount: Money


def book_payment(
    tx: Tx,
    *,
    customer_id: int,
    order_id: int | None,
    kind: PaymentKind,
    method: PaymentMethod,
    amount: Money,
    tendered: Money | None = None,
    uses: Sequence[Use] = (),
    till_id: int | None = None,
    note: Mapping[str, Any] = MappingProxyType({}),
    payer: Payer = Payer.CUSTOMER,
) -> Payment:
    """Money came in: booked, used for ``uses``, the rest held for the customer. ``tendered − amount`` was change.

    Raises ``Refusal``: BAD_AMOUNT, AMOUNT_NOT_POSITIVE, OVERPAID for more than is due, CLOCK_BEFORE_CLOSE, and
    those of ``drawer_for``.
    """
    if amount <= ZERO:
        raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
    if sum(each.amount.fen for each in uses) > amount.fen:
        raise ValueError("more is used than was paid")
    payment = _pay(
        tx,
        customer_id,
        order_id,
        kind,
        method,
        amount,
        amount if tendered is None else tendered,
        till_id,
        note,
        payer,
    )
    rest = amount
    for each in uses:
        if each.amount:
            _allocate(tx, payment.id, each.invoice_id, each.amount)
            rest -= each.amount
    _note_day(tx, held=amount)
    if rest:
        _hold(tx, payment, rest)
    return payment


@dataclass(frozen=True, slots=True)
class Source:
    """How much of a payment is given back."""

    payment_id: int
    amount: Money


def book_refund(
    tx: Tx,
    *,
    customer_id: int,
    order_id: int | None,
    method: PaymentMethod,
    sources: Sequence[Source],
    till_id: int | None = None,
    note: Mapping[str, Any] = MappingProxyType({}),
    payer: Payer = Payer.CUSTOMER,
) -> Payment:
    """Money held is given back: out of ``sources``, by ``method``. Raises ``Refusal``: REFUND_TOO_MUCH,
    TILL_TOO_LITTLE, TILL_NOT_ENOUGH, CLOCK_BEFORE_CLOSE."""
    amount = Money(sum(each.amount.fen for each in sources))
    if amount <= ZERO or any(each.amount <= ZERO for each in sources):
        raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
    for each in sources:
        _unhold(tx, each.payment_id, each.amount)
    payment = _pay(
        tx, customer_id, order_id, PaymentKind.REFUND, method, -amount, -amount, till_id, note, payer,
        sources[0].payment_id,
    )  # fmt: skip
    for each in sources:
        _ADD_ALLOCATION.insert(
            tx.reading(),
            payment_id=each.payment_id,
            invoice_id=None,
            refund_id=payment.id,
            amount=each.amount,
            at=tx.now,
            business_day=tx.today,
        )
    _note_day(tx, held=-amount)
    return payment


def use_held(tx: Tx, payment_id: int, invoice_id: int, amount: Money) -> None:
    """Money held pays an invoice. Raises ``Refusal``: REFUND_TOO_MUCH where less is held, OVERPAID."""
    _unhold(tx, payment_id, amount)
    _allocate(tx, payment_id, invoice_id, amount)


def open_balance(tx: Tx, invoice: Invoice) -> None:
    """A new invoice is due in full."""
    _ADD_BALANCE.run(
        tx.reading(),
        invoice_id=invoice.id,
        customer_id=invoice.customer_id,
        payer=invoice.payer,
        business_day=invoice.business_day,
        due_on=invoice.due_on,
        allocated=ZERO,
        credited=ZERO,
        written_off=ZERO,
        due=invoice.total,
    )
    _note_due(tx, invoice.payer, invoice.total)


def balance_of(tx: Tx, invoice_id: int) -> Any:
    """The balance of an invoice with its number and total. ``Refusal(NOT_FOUND)``."""
    found = _BALANCE.row(tx.reading(), invoice_id=invoice_id)
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    return found


def credit_balance(tx: Tx, invoice_id: int, amount: Money) -> Money:
    """A credit note takes ``amount`` off an invoice: first off what is due; what was paid of it already is the
    customer's again. Returns what was set free."""
    balance = balance_of(tx, invoice_id)
    if amount > balance.total - balance.credited - balance.written_off:
        raise Refusal(Reason.CREDIT_TOO_MUCH, amount=balance.total - balance.credited - balance.written_off)
    freed: Money = max(amount - balance.due, ZERO)
    _release(tx, invoice_id, freed)
    # After the release, so that what is due is never below zero.
    _move_balance(tx, balance.payer, invoice_id, credited=amount)
    return freed


def write_off_balance(tx: Tx, invoice_id: int, amount: Money) -> None:
    """Give up what is due, or take it up again for a negative ``amount``. ``Refusal(WRITE_OFF_TOO_MUCH)``."""
    balance = balance_of(tx, invoice_id)
    if amount > balance.due or balance.written_off + amount < ZERO or not amount:
        raise Refusal(Reason.WRITE_OFF_TOO_MUCH, amount=balance.due if amount > ZERO else balance.written_off)
    _move_balance(tx, balance.payer, invoice_id, written_off=amount)


# -- inside ------------------------------------------------------------------------------------------------


def _pay(
    tx: Tx,
    customer_id: int,
    order_id: int | None,
    kind: PaymentKind,
    method: PaymentMethod,
    amount: Money,
    tendered: Money,
    till_id: int | None,
    note: Mapping[str, Any],
    payer: Payer,
    refund_of_id: int | None = None,
) -> Payment:
    if abs(amount.fen) > MAX_FEN or abs(tendered.fen) > MAX_FEN:
        raise Refusal(Reason.BAD_AMOUNT, text=str(amount))
    day = tx.money_day
    payment = Payment(
        uuid=uuid7(),
        number=next_number(tx, Series.PAYMENT),
        kind=kind,
        method=method,
        amount=amount,
        tendered=tendered,
        customer_id=customer_id,
        order_id=order_id,
        refund_of_id=refund_of_id,
        at=tx.now,
        business_day=day,
        staff_id=tx.actor.id,
        note=dict(note),
        payer=payer,
        till_session_id=drawer_for(tx, till_id, amount) if method is PaymentMethod.CASH else None,
    )
    tx.session.add(payment)
    tx.session.flush()
    tx.changed(Kind.MONEY, payment.id)
    return payment


def _allocate(tx: Tx, payment_id: int, invoice_id: int, amount: Money) -> None:
    balance = balance_of(tx, invoice_id)
    if amount > balance.due:
        raise Refusal(Reason.OVERPAID, amount=balance.due)
    _add_allocation(tx, payment_id, invoice_id, amount)
    _move_balance(tx, balance.payer, invoice_id, allocated=amount)
    _note_day(tx, held=-amount)


def _release(tx: Tx, invoice_id: int, amount: Money) -> None:
    """The newest money comes free first: what was paid at the counter just now, before old deposits."""
    rest = amount
    if not rest:
        return
    payer = balance_of(tx, invoice_id).payer
    for each in _USED_FOR.rows(tx.reading(), invoice_id=invoice_id):
        share = min(rest, Money(int(each.used)))
        _add_allocation(tx, each.payment_id, invoice_id, -share)
        _hold(tx, each, share)
        rest -= share
        if not rest:
            break
    _move_balance(tx, payer, invoice_id, allocated=-amount)
    _note_day(tx, held=amount)


def _add_allocation(tx: Tx, payment_id: int, invoice_id: int, amount: Money) -> None:
    _ADD_ALLOCATION.insert(
        tx.reading(),
        payment_id=payment_id,
        invoice_id=invoice_id,
        refund_id=None,
        amount=amount,
        at=tx.now,
        business_day=tx.money_day,
    )


def _hold(tx: Tx, payment: Any, amount: Money) -> None:
    """``payment`` mapped, or a row of ``_USED_FOR``."""
    payment_id = payment.id if isinstance(payment, Payment) else payment.payment_id
    held = _HELD.row(tx.reading(), payment_id=payment_id)
    if held is not None:
        _HOLD_SO_MUCH.run(tx.reading(), its_id=payment_id, so_much=held.amount + amount)
        return
    _HOLD.run(
        tx.reading(),
        payment_id=payment_id,
        customer_id=payment.customer_id,
        order_id=payment.order_id,
        method=payment.method,
        amount=amount,
        since=tx.today,
        payer=payment.payer,
    )


def _unhold(tx: Tx, payment_id: int, amount: Money) -> None:
    held = _HELD.row(tx.reading(), payment_id=payment_id)
    there = ZERO if held is None else held.amount
    if not ZERO < amount <= there:
        raise Refusal(Reason.REFUND_TOO_MUCH, amount=there)
    if amount == there:
        _HOLD_NO_MORE.run(tx.reading(), payment_id=payment_id)
    else:
        _HOLD_SO_MUCH.run(tx.reading(), its_id=payment_id, so_much=there - amount)


def _move_balance(
    tx: Tx,
    payer: Payer,
    invoice_id: int,
    *,
    allocated: Money = ZERO,
    credited: Money = ZERO,
    written_off: Money = ZERO,
) -> None:
    _MOVE_BALANCE.run(
        tx.reading(),
        invoice_id=invoice_id,
        allocated=allocated.fen,
        credited=credited.fen,
        written_off=written_off.fen,
    )
    _note_due(tx, payer, -(allocated + credited + written_off))


def _note_due(tx: Tx, payer: Payer, change: Money) -> None:
    _note_day(tx, **{"customer" if payer is Payer.CUSTOMER else "other": change})


def _note_day(tx: Tx, *, held: Money = ZERO, customer: Money = ZERO, other: Money = ZERO) -> None:
    _NOTE_DAY.run(
        tx.reading(),
        day=tx.money_day.isoformat(),
        held=held.fen,
        customer=customer.fen,
        other=other.fen,
    )
