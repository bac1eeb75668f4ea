"""A believable stock report (see ``samples``)."""

from __future__ import annotations

from datetime import UTC, datetime

from app.papers.forms_of_views import ReportFact, ReportHead, ReportLine, StockReport
from app.papers.shop_block import ShopBlock

_MADE = datetime(2026, 11, 24, 2, 5, tzinfo=UTC)
_HEADS = (
    ReportHead("Part number"),
    ReportHead("Part name"),
    ReportHead("Brand"),
    ReportHead("Location"),
    ReportHead("On hand", figures=True),
    ReportHead("Stock value", figures=True),
)


def report(shop: ShopBlock, *, chinese: bool, long: bool) -> StockReport:
    """What lies below its minimum; ``long`` fills a page."""
    names = (
        ("变频主控板 BCD-516", "冰箱启动继电器 QP2-15") if chinese else ("Inverter board", "Starter relay")
    )
    brands = ("海尔", "美的") if chinese else ("Haier", "Midea")
    lines = [
        ReportLine((f"P{at:05d}", names[at % 2], brands[at % 2], f"A-{at % 9:02d}", str(at % 7), "1,280.00"))
        for at in range(1, 30 if long else 8)
    ]
    return StockReport(
        shop=shop,
        number="list?state=short",
        title="Stock list",
        made_at=_MADE,
        heads=_HEADS,
        rows=tuple(lines),
        sums=(str(len(lines)), "", "", "", "", "8,960.00"),
        facts=(ReportFact("State", "Below minimum"), ReportFact("Brand", brands[0])),
        count=len(lines) + (60 if long else 0),
    )
