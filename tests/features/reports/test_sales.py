"""How a month's rows of ``sale`` become sums: an order with several rows is one order, whoever pays."""

from __future__ import annotations

import pysqlite3.dbapi2 as sqlite
import pytest

from app.core.enums import Payer
from app.features.reports.asking import Month
from app.features.reports.figures import Dimension
from app.features.reports.sales import Sales, read_sales
from app.features.reports.snapshots import EVERYTHING, MonthFilter
from tests.features.conftest import Shop

#: Kind, order, payer, technician, category, labour, cost.
_ROWS = (
    ("invoice", 1, "customer", 3, "cooling", 10_000, 300),
    # The brand pays its part of the same repair.
    ("invoice", 1, "brand", 3, "cooling", 5_000, 0),
    # Credited and invoiced again.
    ("credit", 1, "customer", 3, "cooling", -10_000, 0),
    ("invoice", 1, "customer", 3, "cooling", 9_000, 0),
    ("invoice", 2, "customer", 3, "laundry", 2_000, 100),
    ("invoice", 3, "customer", 4, "laundry", 4_000, 0),
    # What the shop pays itself is a cost, no sale.
    ("cost", 4, "shop", 4, "laundry", 0, 700),
)
_INSERT = (
    "INSERT INTO sale (kind, business_day, order_id, payer, technician_id, category, labour, cost, customer_id,"
    " service_type, job_kind, brand, visit, parts, other, discount, tax)"
    " VALUES (?, '2026-11-05', ?, ?, ?, ?, ?, ?, 1, 'paid', 'repair', '', 0, 0, 0, 0, 0)"
)
NAMES = {3: "李强", 4: "张敏"}


@pytest.fixture
def sold(shop: Shop) -> Shop:
    raw = sqlite.connect(str(shop.store.folder.database), isolation_level=None)
    raw.executemany(_INSERT, _ROWS)
    raw.close()
    return shop


def sums_of(shop: Shop, wanted: MonthFilter = EVERYTHING) -> Sales:
    with shop.store.read() as reading:
        return read_sales(reading, Month(2026, 11), wanted, NAMES, days=30)


def orders(sums: Sales, dimension: Dimension) -> dict[str, int]:
    return {share.name: share.orders for share in sums.shares[dimension]}


def test_an_order_is_counted_once_wherever_it_stands(sold: Shop) -> None:
    sums = sums_of(sold)
    assert orders(sums, Dimension.TECHNICIAN) == {"李强": 2, "张敏": 1}
    assert orders(sums, Dimension.CATEGORY) == {"cooling": 1, "laundry": 2}
    assert orders(sums, Dimension.PAYER) == {"customer": 3, "brand": 1}
    assert orders(sums, Dimension.SERVICE_TYPE) == {"paid": 3}
    assert (sums.revenue, sums.credited, sums.cost, sums.guarantee_cost) == (20_000, 10_000, 400, 700)
    assert [each.revenue.fen for each in sums.days if each.revenue] == [20_000]


def test_of_one_payer_the_rest_is_not_seen(sold: Shop) -> None:
    sums = sums_of(sold, MonthFilter(payer=Payer.BRAND))
    assert orders(sums, Dimension.TECHNICIAN) == {"李强": 1}
    assert (sums.revenue, sums.cost) == (5_000, 0)
    assert sums.days[4].revenue.fen == 5_000
