"""A sample of the settlement with a brand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from app.core.brand_codes import SettlementKind, SettlementState
from app.core.money import ZERO, Money
from app.papers.forms_of_brands import BrandSheet, SettledLine
from app.papers.shop_block import ShopBlock

_MADE = datetime(2026, 12, 2, 6, 30, tzinfo=UTC)


def settlement(shop: ShopBlock, *, chinese: bool, long: bool) -> BrandSheet:
    """A month of two claims, or a rich one with differences, a deduction and a bonus."""
    claims = [
        SettledLine(
            kind=SettlementKind.CLAIM,
            claimed=Money(fen),
            paid=Money(paid),
            claim=f"P2611-{at + 1:05d}",
            order_number=f"2611-{at + 42:05d}",
            category="cooling",
            model=model,
            serial=serial,
            delivered_on=date(2026, 11, 3 + at % 25),
        )
        for at, (fen, paid, model, serial) in enumerate(
            [(8_000, 8_000, "BCD-216STPT", "H2026A00171"), (12_500, 12_500, "KFR-35GW", "H2026A00172")]
            * (3 if long else 1)
        )
    ]
    if not long:
        return _sheet(shop, chinese, claims)
    words = "照片不清，维修代码不符" if chinese else "Photo unreadable, wrong repair code"
    claims[3] = replace(claims[3], paid=Money(9_533), reason=words)
    late = "超出保修期" if chinese else "Out of warranty"
    claims[5] = replace(claims[5], paid=ZERO, reason=late)
    more = [
        SettledLine(
            SettlementKind.DEDUCTION,
            ZERO,
            Money(-2_000),
            description="迟到上门" if chinese else "Late visit",
            reason="协议第 7 条" if chinese else "Article 7 of the agreement",
        ),
        SettledLine(
            SettlementKind.BONUS,
            ZERO,
            Money(5_000),
            description="媒体表扬" if chinese else "Praised in the media",
        ),
    ]
    return _sheet(shop, chinese, [*claims, *more], long=True)


def _sheet(shop: ShopBlock, chinese: bool, lines: list[SettledLine], *, long: bool = False) -> BrandSheet:
    claims = [each for each in lines if each.kind is SettlementKind.CLAIM]
    claimed = Money(sum(each.claimed.fen for each in claims))
    accepted = Money(sum(each.paid.fen for each in claims))
    payable = Money(sum(each.paid.fen for each in lines))
    return BrandSheet(
        shop=shop,
        number="M2612-00001",
        brand="海尔" if chinese else "Haier",
        month="2026-11",
        state=SettlementState.AGREED if long else SettlementState.POSTED,
        made_at=_MADE,
        lines=tuple(lines),
        claimed=claimed,
        accepted=accepted,
        deducted=accepted - payable,
        payable=payable,
        left_out=3 if long else 0,
        made_by=("李芳" if chinese else "Fiona Li") if long else "",
        note=("十一月结算，次月 10 日前付款" if chinese else "November, to be paid by the 10th")
        if long
        else "",
    )
