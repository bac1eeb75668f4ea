"""The data of papers for brands; see ``forms`` for what a form is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.core.brand_codes import SettlementKind, SettlementState
from app.core.money import Money
from app.papers.shop_block import ShopBlock


@dataclass(frozen=True, slots=True)
class SettledLine:
    """A claim with what the brand pays of it; or a deduction or bonus, whose ``claimed`` is zero."""

    kind: SettlementKind
    claimed: Money
    paid: Money
    #: Of a deduction or bonus: what it is for.
    description: str = ""
    claim: str = ""
    order_number: str = ""
    category: str = ""
    model: str = ""
    serial: str = ""
    delivered_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BrandSheet:
    """品牌结算单: a month's claims with a brand, and what it pays."""

    shop: ShopBlock
    number: str
    brand: str
    #: ``2026-11``.
    month: str
    state: SettlementState
    made_at: datetime
    lines: tuple[SettledLine, ...]
    claimed: Money
    accepted: Money
    #: Less bonuses.
    deducted: Money
    payable: Money
    #: Claims of the month without an answer: they come into the next settlement.
    left_out: int = 0
    made_by: str = ""
    note: str = ""
