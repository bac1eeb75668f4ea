"""Samples of the statutory repair record."""

from __future__ import annotations

from datetime import date

from app.core.brand_codes import Claimable
from app.papers.forms_of_cover import RecordedRepair, RecordSheet
from app.papers.shop_block import ShopBlock


def record(shop: ShopBlock, *, chinese: bool, long: bool) -> RecordSheet:
    """A device with one repair; ``long``: with three, the customer may ask for another one."""
    fault = "制冷慢，冷藏室不冷" if chinese else "Cools slowly"
    leak = "检漏、加注制冷剂 R600a" if chinese else "Refilled with R600a"
    pump = "更换压缩机" if chinese else "Compressor replaced"
    first = RecordedRepair("2611-00042", date(2026, 11, 3), date(2026, 11, 7), 4, 0, fault, leak)
    repairs: tuple[RecordedRepair, ...] = (first,)
    if long:
        repairs = (
            RecordedRepair("2603-00007", date(2026, 3, 2), date(2026, 3, 5), 3, 0, fault, leak, failed=True),
            RecordedRepair(
                "2609-00031", date(2026, 9, 10), date(2026, 9, 24), 14, 10, fault, pump, failed=True
            ),
            RecordedRepair("2611-00042", date(2026, 11, 3), None, 19, 0, fault),
        )
    waited = sum(each.waited_days for each in repairs)
    stayed = sum(each.days for each in repairs)
    return RecordSheet(
        shop=shop,
        number="2611-00042",
        as_of=date(2026, 11, 22),
        category="cooling",
        brand="海尔" if chinese else "Haier",
        model="BCD-216STPT",
        serial="H2025C00171",
        customer_name="王丽华" if chinese else "Wang Lihua",
        customer_phone="13800138000",
        purchased_on=date(2025, 12, 28),
        proof_seen=True,
        produced_on=date(2025, 10, 9) if long else None,
        until=date(2027, 2, 2) if long else date(2027, 1, 1),
        longer_days=stayed,
        repairs=repairs,
        failed_repairs=2 if long else 0,
        repair_days=stayed - waited,
        part_days=waited,
        may_ask=(Claimable.FAILED_REPAIRS,) if long else (),
        outdoor_serial="H2025C00172" if long else "",
    )
