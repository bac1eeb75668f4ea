"""Believable pay statements and day reports (see ``samples``)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.core.enums import CommissionKind, PaperKind, PayItemKind, PaymentMethod, ServiceType, Status
from app.core.money import ONE, ZERO, Money
from app.papers.forms_of_money import MethodSum
from app.papers.forms_of_pay import (
    CarriedRow,
    EarnedRow,
    LeadSheet,
    PayItemRow,
    PaySheet,
    TechnicianSum,
    TypeMinutes,
    UsedRow,
    WorkedRow,
    WorkSheet,
)
from app.papers.shop_block import ShopBlock

_DAY = date(2026, 11, 24)
_MADE = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
_APPROVED = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
_MINUTES = (TypeMinutes(ServiceType.PAID, 312), TypeMinutes(ServiceType.FREE, 45))


def sample(
    kind: PaperKind, shop: ShopBlock, *, chinese: bool, long: bool
) -> PaySheet | WorkSheet | LeadSheet:
    """One of the three."""
    match kind:
        case PaperKind.PAY_STATEMENT:
            return _pay(shop, chinese, long)
        case PaperKind.TECHNICIAN_DAY:
            return _day(shop, chinese, long)
        case _:
            return _lead(shop, chinese, long)


def _name(chinese: bool, at: int = 0) -> str:
    return (("李强", "周建国", "孙梅") if chinese else ("Li Qiang", "Zhou Jianguo", "Sun Mei"))[at % 3]


def _device(chinese: bool, at: int) -> str:
    return (("海尔 BCD-215", "美的 KFR-35GW") if chinese else ("Haier BCD-215", "Midea KFR-35GW"))[at % 2]


def _pay(shop: ShopBlock, chinese: bool, long: bool) -> PaySheet:
    lines = tuple(
        EarnedRow(
            date(2026, 11, at % 28 + 1),
            f"2611-{at:05d}",
            f"F2611-{at:05d}",
            CommissionKind.JOB if at % 3 == 0 else CommissionKind.LABOUR,
            Money.yuan(400),
            0 if at % 3 == 0 else 125,
            Money.yuan(50),
        )
        for at in range(1, 5 if long else 4)
    )
    commission = Money(sum(each.earned.fen for each in lines))
    reason = "客户表扬信" if chinese else "Letter of praise"
    late = "上门迟到" if chinese else "Late for a visit"
    items = (
        PayItemRow(date(2026, 11, 20), PayItemKind.BONUS, Money.yuan(50), reason),
        PayItemRow(date(2026, 11, 21), PayItemKind.DEDUCTION, Money.yuan(20), late, "2611-00042"),
    )
    return PaySheet(
        shop,
        "2026-11-3",
        "2026-11",
        _name(chinese),
        commission=commission,
        bonus=commission + Money.yuan(50),
        deducted=Money.yuan(20),
        carried=ZERO,
        lines=lines,
        items=items,
        deductions=Money.yuan(20),
        jobs=len(lines),
        minutes=_MINUTES,
        approved_at=_APPROVED if long else None,
        approved_by=("王丽华" if chinese else "Wang Lihua") if long else "",
        digest="9f2c" * 16 if long else "",
    )


def _carried(chinese: bool, count: int) -> tuple[CarriedRow, ...]:
    states = (Status.WAITING_PARTS, Status.REPAIRING, Status.WAITING_CUSTOMER)
    return tuple(
        CarriedRow(
            f"2611-{at:05d}",
            _device(chinese, at),
            states[at % 3],
            date(2026, 11, 25) if at % 2 else None,
            late=at % 4 == 1,
            technician=_name(chinese, at) if at % 5 else "",
        )
        for at in range(50, 50 + count)
    )


def _day(shop: ShopBlock, chinese: bool, long: bool) -> WorkSheet:
    jobs = tuple(
        WorkedRow(
            f"2611-{at:05d}",
            _device(chinese, at),
            ServiceType.FREE if at % 4 == 0 else ServiceType.PAID,
            Status.READY if at % 3 else Status.REPAIRING,
            bool(at % 3),
            35 + at,
            running=at % 7 == 0,
        )
        for at in range(1, 5 if long else 4)
    )
    part = "变频主控板 BCD-516" if chinese else "Inverter board BCD-516"
    unit = "块" if chinese else "pcs"
    parts = tuple(
        UsedRow(f"P{at:05d}", part, ONE, unit, f"2611-{at:05d}") for at in range(1, 3 if long else 2)
    )
    return WorkSheet(
        shop, "2026-11-24-3", _DAY, _name(chinese), _MADE, jobs, parts, _carried(chinese, 3 if long else 2), _MINUTES
    )  # fmt: skip


def _lead(shop: ShopBlock, chinese: bool, long: bool) -> LeadSheet:
    technicians = tuple(
        TechnicianSum(_name(chinese, at), 5 - at, 7, _MINUTES, parts=4, carried=2 + at)
        for at in range(3 if long else 2)
    )
    takings = (
        MethodSum(PaymentMethod.CASH, Money.yuan(1280), Money.yuan(80)),
        MethodSum(PaymentMethod.WECHAT, Money.yuan(2420), ZERO),
    )
    return LeadSheet(
        shop,
        "2026-11-24",
        _DAY,
        _MADE,
        technicians,
        takings,
        _carried(chinese, 4 if long else 2),
        taken_in=9,
        delivered=7,
        free=3,
    )
