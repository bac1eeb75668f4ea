"""A believable month report (see ``samples``)."""

from __future__ import annotations

from datetime import UTC, datetime

from app.core.money import Money
from app.papers.forms_of_month import MonthBar, MonthRow, MonthSheet, MonthTable, Naming
from app.papers.forms_of_views import ReportHead
from app.papers.shop_block import ShopBlock

_MADE = datetime(2026, 12, 1, 2, 5, tzinfo=UTC)
_MONTHS = tuple(
    ReportHead(head, figures=True) for head in ("2026-11", "2026-10", "Change", "2025-11", "Change")
)
_SHARES = tuple(ReportHead(head, figures=True) for head in ("Orders", "Revenue", "Gross profit"))


def month(shop: ShopBlock, *, chinese: bool, long: bool) -> MonthSheet:
    """A November; ``long`` has many brands and is sealed."""
    names = (
        "Revenue",
        "Visit fees",
        "Labour",
        "Parts",
        "Tax",
        "Gross profit",
        "Jobs taken in",
        "Jobs delivered",
    )
    figures = MonthTable(
        "Sales without tax",
        Naming.WORD,
        _MONTHS,
        tuple(
            MonthRow(name, ("¥76,207.10", "¥75,464.30", "+1.0 %", "¥26,388.00", "+188.8 %")) for name in names
        ),
    )
    brands = ("海尔", "美的", "格力", "苏泊尔") if chinese else ("Haier", "Midea", "Gree", "Supor")
    by_brand = MonthTable(
        "By brand",
        Naming.TEXT,
        _SHARES,
        tuple(
            MonthRow(
                f"{brands[at % 4]} {at // 4 + 1}" if long else brands[at], ("12", "¥8,205.00", "¥4,110.50")
            )
            for at in range(40 if long else 4)
        ),
        ("48", "¥76,207.10", "¥54,068.80"),
    )
    by_category = MonthTable(
        "By category", Naming.CATEGORY, _SHARES, (MonthRow("cooling", ("8", "¥12,040.00", "¥6,900.00")),)
    )
    by_service = MonthTable(
        "By service type", Naming.SERVICE, _SHARES, (MonthRow("A", ("40", "¥65,316.00", "¥44,000.00")),)
    )
    by_payer = MonthTable(
        "By payer", Naming.PAYER, _SHARES, (MonthRow("brand", ("8", "¥10,891.10", "¥10,068.80")),)
    )
    methods = MonthTable(
        "By payment method",
        Naming.METHOD,
        tuple(ReportHead(head, figures=True) for head in ("Money taken in", "Money given back")),
        (MonthRow("cash", ("¥18,870.00", "¥120.00")), MonthRow("wechat", ("¥32,230.00", "¥0.00"))),
    )
    return MonthSheet(
        shop=shop,
        number="2026-11",
        made_at=_MADE,
        figures=(figures,),
        bars=tuple(
            MonthBar(day, Money(160_000 + day * 7919 % 240_000), Money(150_000 + day * 6007 % 220_000))
            for day in range(1, 31)
        ),
        tables=(by_brand, by_category, by_service, by_payer, methods),
        sealed_at=_MADE if long else None,
        sealed_by=("王丽华" if chinese else "Wang Lihua") if long else "",
        digest="3f9a4c1de07b52a86bd1" if long else "",
    )
