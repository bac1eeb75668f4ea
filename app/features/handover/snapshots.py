"""What the hand-over page sends and gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.core.enums import PaymentMethod, ReceiptProof
from app.core.errors import Refusal
from app.core.money import ZERO, Money
from app.core.tenders import Tender
from app.features.orders.quote_snapshots import Explained
from app.features.orders.snapshots import OrderCard


@dataclass(frozen=True, slots=True)
class HandoverCard:
    """An order at the counter. ``proof`` is set when it was opened by its pickup receipt."""

    card: OrderCard
    proof: ReceiptProof | None
    #: Whether a receipt is out with the customer (on-site jobs have none).
    receipt_out: bool
    receipt_code: str
    #: What blocks the hand-over now, besides what the settle command itself will clear.
    blocks: tuple[Refusal, ...]
    may_put_on_account: bool
    discount_limit_percent: int
    guarantee_until: date | None
    #: What a diagnosis without repair usually costs here.
    diagnosis_fee: Money
    #: Other devices of the same customer that wait at the counter.
    also_ready: tuple[tuple[int, str], ...]
    #: Old parts that a brand still waits for: the device may go, the claim may not (domain.md §7).
    old_parts_missing: int = 0
    #: The customer's own credit: held for no open order, may be used for this one.
    credit: Money = ZERO
    #: The day by which it is to be paid, if it goes on account.
    pay_by: date | None = None
    #: The quote that the customer agreed to against what he pays; None without one.
    explained: Explained | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """One key press at the counter: proof, money, and the device goes home."""

    order_id: int
    version: int
    proof: ReceiptProof
    receipt_code: str = ""
    #: For a lost receipt: name and phone as the person at the counter gives them.
    identity_name: str = ""
    identity_phone: str = ""
    tenders: tuple[Tender, ...] = ()
    on_account: bool = False
    signature_png: bytes = b""
    #: Also use the customer's credit (money held for no open order).
    use_credit: bool = False
    #: What is tendered above what is due is not given back but kept as the customer's credit.
    keep_rest: bool = False
    #: The drawer for cash; None is the one the actor holds, else the main one.
    till_id: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What was booked."""

    card: OrderCard
    invoice_number: str
    other_invoices: tuple[str, ...]
    payment_numbers: tuple[str, ...]
    change: Money
    on_account: Money


@dataclass(frozen=True, slots=True)
class SettledTogether:
    """What was booked for several devices: ``settled`` has the first one's card, ``cards`` all of them."""

    settled: Settled
    cards: tuple[OrderCard, ...]


@dataclass(frozen=True, slots=True)
class Receivable:
    """An invoice that is not paid in full."""

    invoice_id: int
    number: str
    customer_id: int
    customer_name: str
    issued_at: datetime
    total: Money
    due: Money
    due_on: date


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment on an order, for its list and its receipt."""

    id: int
    number: str
    kind: str
    method: PaymentMethod
    amount: Money
    at: datetime
