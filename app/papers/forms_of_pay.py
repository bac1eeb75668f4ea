"""The data of a month's pay statement and of the day reports; see ``forms`` for what a form is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.core.enums import CommissionKind, PayItemKind, ServiceType, Status
from app.core.money import ZERO, Money, Quantity
from app.papers.forms_of_money import MethodSum
from app.papers.shop_block import ShopBlock


@dataclass(frozen=True, slots=True)
class TypeMinutes:
    """Minutes worked for one type of service."""

    service: ServiceType
    minutes: int


@dataclass(frozen=True, slots=True)
class EarnedRow:
    """What one order earned by one document; for jobs ``permille`` is 0 and ``base`` is not said."""

    day: date
    order_number: str
    document: str
    kind: CommissionKind
    base: Money
    permille: int
    earned: Money


@dataclass(frozen=True, slots=True)
class PayItemRow:
    """A bonus or a deduction beside the rules."""

    day: date
    kind: PayItemKind
    amount: Money
    reason: str
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class PaySheet:
    """提成结算单: one person's month. ``payable = bonus − deducted``; without ``approved_at`` it still moves."""

    shop: ShopBlock
    number: str
    month: str
    name: str
    commission: Money
    bonus: Money
    deducted: Money
    carried: Money
    lines: tuple[EarnedRow, ...] = ()
    items: tuple[PayItemRow, ...] = ()
    deductions: Money = ZERO
    taken_back: Money = ZERO
    carried_in: Money = ZERO
    jobs: int = 0
    minutes: tuple[TypeMinutes, ...] = ()
    approved_at: datetime | None = None
    approved_by: str = ""
    digest: str = ""

    @property
    def payable(self) -> Money:
        """To pay beside the wage."""
        return self.bonus - self.deducted


@dataclass(frozen=True, slots=True)
class WorkedRow:
    """An order somebody worked on; ``running`` where nobody stopped the clock."""

    number: str
    device: str
    service: ServiceType
    status: Status
    finished: bool
    minutes: int
    running: bool = False


@dataclass(frozen=True, slots=True)
class UsedRow:
    """A part that was used."""

    number: str
    name: str
    quantity: Quantity
    unit: str = ""
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class CarriedRow:
    """An order that is carried to tomorrow."""

    number: str
    device: str
    status: Status
    promised_on: date | None = None
    late: bool = False
    technician: str = ""


@dataclass(frozen=True, slots=True)
class WorkSheet:
    """技师日报: a technician's day; the lead signs it."""

    shop: ShopBlock
    number: str
    day: date
    name: str
    made_at: datetime
    jobs: tuple[WorkedRow, ...] = ()
    parts: tuple[UsedRow, ...] = ()
    carried: tuple[CarriedRow, ...] = ()
    minutes: tuple[TypeMinutes, ...] = ()


@dataclass(frozen=True, slots=True)
class TechnicianSum:
    """One technician's line of the lead's report."""

    name: str
    done: int
    worked: int
    minutes: tuple[TypeMinutes, ...] = ()
    parts: int = 0
    carried: int = 0


@dataclass(frozen=True, slots=True)
class LeadSheet:
    """主任日报: the technicians' days together and what was taken; the owner signs it."""

    shop: ShopBlock
    number: str
    day: date
    made_at: datetime
    technicians: tuple[TechnicianSum, ...] = ()
    takings: tuple[MethodSum, ...] = ()
    carried: tuple[CarriedRow, ...] = ()
    taken_in: int = 0
    delivered: int = 0
    #: Orders that nobody has yet.
    free: int = 0
