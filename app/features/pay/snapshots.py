"""Frozen snapshots of pay: rules, statements of a month, hours, the day's reports. No SQLAlchemy, no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.core.enums import CommissionKind, JobKind, PayItemKind, PaymentMethod, ServiceType, Status
from app.core.money import ZERO, Money, Quantity


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A commission rule. ``staff_id`` None is everybody; ``category`` "" is every category; ``in_force`` on the day it
    was asked for."""

    id: int
    staff_id: int | None
    staff: str
    kind: CommissionKind
    category: str
    permille: int
    amount: Money
    valid_from: date
    in_force: bool
    made_by: str
    as_everybody: bool = False


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule to be written: ``permille`` for shares, ``amount`` for jobs; neither pays nothing from that day.
    ``as_everybody`` ends a person's own rule instead: everybody's holds for him again."""

    staff_id: int | None
    kind: CommissionKind
    valid_from: date
    category: str = ""
    permille: int = 0
    amount: Money = ZERO
    as_everybody: bool = False


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """A bonus or a deduction to be written. A negative amount takes back (part of) an earlier one."""

    staff_id: int
    month: str
    kind: PayItemKind
    amount: Money
    reason: str
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A bonus or a deduction as it stands in a statement."""

    id: int
    kind: PayItemKind
    amount: Money
    reason: str
    order_id: int | None
    order_number: str
    day: date
    by: str


@dataclass(frozen=True, slots=True)
class EarnedLine:
    """What one order earned somebody by one rule and one document; negative where a credit note took it back."""

    day: date
    order_id: int
    order_number: str
    document: str
    kind: CommissionKind
    category: str
    #: Net amount counted; for jobs the price of one.
    base: Money
    permille: int
    earned: Money

    @property
    def id(self) -> tuple[int, str, str]:
        """What tells it from others of the month."""
        return self.order_id, self.document, self.kind.value


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes worked by type of service; ``running`` are clocks that nobody stopped on an earlier day: they count
    nothing until somebody says how long it was."""

    by_type: tuple[tuple[ServiceType, int], ...] = ()
    running: int = 0

    @property
    def total(self) -> int:
        """All types together."""
        return sum(minutes for _type, minutes in self.by_type)

    def of(self, service: ServiceType) -> int:
        """Of one type."""
        return next((minutes for its, minutes in self.by_type if its is service), 0)


@dataclass(frozen=True, slots=True)
class PayMonth:
    """One person's month: what was earned, kept back and carried over."""

    month: str
    staff_id: int
    name: str
    lines: tuple[EarnedLine, ...]
    items: tuple[ItemRow, ...]
    commission: Money
    bonus: Money
    taken_back: Money
    carried_in: Money
    deductions: Money
    deducted: Money
    carried: Money
    jobs: int
    minutes: Minutes
    #: When it was approved, and by whom; None while it moves.
    frozen_at: datetime | None = None
    frozen_by: str = ""
    digest: str = ""

    @property
    def payable(self) -> Money:
        """To pay beside the wage."""
        return self.bonus - self.deducted

    @property
    def id(self) -> int:
        """The person."""
        return self.staff_id


@dataclass(frozen=True, slots=True)
class MonthPay:
    """A month of everybody. ``refusal`` is why it cannot be approved now, as an error to be said; None where it can."""

    month: str
    people: tuple[PayMonth, ...]
    approved: bool
    refusal: Any = None


@dataclass(frozen=True, slots=True)
class WorkedJob:
    """An order somebody worked on or finished on a day."""

    order_id: int
    number: str
    device: str
    service: ServiceType
    job: JobKind
    status: Status
    finished: bool
    minutes: int
    running: bool = False


@dataclass(frozen=True, slots=True)
class UsedPart:
    """A part somebody used on a day, less what he put back."""

    number: str
    name: str
    unit: str
    quantity: Quantity
    order_number: str


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """An order that is carried to tomorrow, and what it waits for."""

    order_id: int
    number: str
    device: str
    status: Status
    promised_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class TechnicianDay:
    """A technician's day (domain.md §9)."""

    day: date
    staff_id: int
    name: str
    jobs: tuple[WorkedJob, ...]
    parts: tuple[UsedPart, ...]
    waiting: tuple[WaitingJob, ...]
    minutes: Minutes

    @property
    def done(self) -> int:
        """Orders finished that day."""
        return sum(each.finished for each in self.jobs)


@dataclass(frozen=True, slots=True)
class TakenBy:
    """What went through a method on a day."""

    method: PaymentMethod
    taken: Money
    refunded: Money


@dataclass(frozen=True, slots=True)
class LeadDay:
    """The lead's day: the technicians' days together, D included, and what was taken."""

    day: date
    technicians: tuple[TechnicianDay, ...]
    takings: tuple[TakenBy, ...]
    taken_in: int
    delivered: int
    #: Orders in the shop that nobody has yet.
    free: int


def pay_to_json(pay: PayMonth) -> dict[str, Any]:
    """A statement as it is frozen: money in fen, days in ISO 8601; what was approved when stands beside it."""
    return {
        "month": pay.month,
        "staff_id": pay.staff_id,
        "name": pay.name,
        "lines": [
            {
                "day": each.day.isoformat(),
                "order_id": each.order_id,
                "order": each.order_number,
                "document": each.document,
                "kind": each.kind.value,
                "category": each.category,
                "base_fen": each.base.fen,
                "permille": each.permille,
                "earned_fen": each.earned.fen,
            }
            for each in pay.lines
        ],
        "items": [
            {
                "id": each.id,
                "kind": each.kind.value,
                "amount_fen": each.amount.fen,
                "reason": each.reason,
                "order_id": each.order_id,
                "order": each.order_number,
                "day": each.day.isoformat(),
                "by": each.by,
            }
            for each in pay.items
        ],
        "commission_fen": pay.commission.fen,
        "bonus_fen": pay.bonus.fen,
        "taken_back_fen": pay.taken_back.fen,
        "carried_in_fen": pay.carried_in.fen,
        "deductions_fen": pay.deductions.fen,
        "deducted_fen": pay.deducted.fen,
        "carried_fen": pay.carried.fen,
        "jobs": pay.jobs,
        "minutes": {service.value: minutes for service, minutes in pay.minutes.by_type},
        "running": pay.minutes.running,
    }


def pay_from_json(
    found: Mapping[str, Any], frozen_at: datetime | None = None, frozen_by: str = "", digest: str = ""
) -> PayMonth:
    """What ``pay_to_json`` wrote."""
    return PayMonth(
        month=found["month"],
        staff_id=found["staff_id"],
        name=found["name"],
        lines=tuple(
            EarnedLine(
                date.fromisoformat(each["day"]),
                each["order_id"],
                each["order"],
                each["document"],
                CommissionKind(each["kind"]),
                each["category"],
                Money(each["base_fen"]),
                each["permille"],
                Money(each["earned_fen"]),
            )
            for each in found["lines"]
        ),
        items=tuple(
            ItemRow(
                each["id"],
                PayItemKind(each["kind"]),
                Money(each["amount_fen"]),
                each["reason"],
                each["order_id"],
                each["order"],
                date.fromisoformat(each["day"]),
                each["by"],
            )
            for each in found["items"]
        ),
        commission=Money(found["commission_fen"]),
        bonus=Money(found["bonus_fen"]),
        taken_back=Money(found["taken_back_fen"]),
        carried_in=Money(found["carried_in_fen"]),
        deductions=Money(found["deductions_fen"]),
        deducted=Money(found["deducted_fen"]),
        carried=Money(found["carried_fen"]),
        jobs=found["jobs"],
        minutes=Minutes(
            tuple((ServiceType(key), minutes) for key, minutes in found["minutes"].items()), found["running"]
        ),
        frozen_at=frozen_at,
        frozen_by=frozen_by,
        digest=digest,
    )
