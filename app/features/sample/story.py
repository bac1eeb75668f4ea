"""What is going to happen to one order: decided before it begins, from its key alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.enums import PaymentMethod, Status
from app.core.money import ZERO, Money
from app.features.intake.snapshots import CustomerEntry, DeviceEntry


class Course(StrEnum):
    """How an order goes in the end."""

    REPAIR = "repair"
    DECLINE = "decline"
    GIVE_UP = "give_up"
    CANCEL = "cancel"
    #: Ready and not fetched until it counts as unclaimed; then fetched, kept or disposed of.
    FORGET = "forget"


class Purse(StrEnum):
    """How the customer pays."""

    EXACT_CASH = "exact_cash"
    CASH_WITH_CHANGE = "cash_with_change"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CARD = "card"
    TRANSFER = "transfer"
    SPLIT = "split"
    ON_ACCOUNT = "on_account"


@dataclass(frozen=True, slots=True)
class Story:
    """One order from its arrival to where it stays. ``key`` is kept as the order's ``source_ref``."""

    key: str
    arrives: datetime
    customer: CustomerEntry
    device: DeviceEntry
    course: Course = Course.REPAIR
    #: The order stays in this status and goes no further.
    stop: Status | None = None
    #: Further texts of what the customer or the file said, as notes.
    notes: tuple[str, ...] = ()
    cause: str = ""
    fix: str = ""
    labour: Money = ZERO
    minutes: int = 30
    #: Part numbers, one unit each.
    parts: tuple[str, ...] = ()
    visit_fee: Money = ZERO
    #: Why it was given up, in words.
    barrier: str = ""
    deposit: Money = ZERO
    deposit_method: PaymentMethod = PaymentMethod.CASH
    diagnosis_fee: Money = ZERO
    discount_percent: int = 0
    purse: Purse = Purse.WECHAT
    receipt_lost: bool = False
    waits_parts: bool = False
    waits_customer: bool = False
    fails_check: bool = False
    #: The customer is called when the device is ready, this often.
    calls: int = 0
    sent_back: bool = False
    brought_in: bool = False
    #: Days until an invoice on account is paid; None leaves it open.
    pays_after_days: int | None = None
    #: The key of the earlier order whose repair did not hold.
    rework_of: str = ""
    technician: int = 0
    #: 1 is a normal shop; smaller is quicker.
    pace: float = 1.0
    papers: bool = False
