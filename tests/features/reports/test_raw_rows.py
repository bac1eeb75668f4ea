"""The month report recomputed from the raw rows, one by one with Decimal: invoice lines, credit lines, payments,
allocations, stock moves. Nothing that the program sums up is read; every month must agree to the fen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest

from app.core.rights import FOUNDER
from app.features.reports.service import ReportService
from app.features.reports.snapshots import UNASSIGNED
from tests.features.conftest import Shop
from tests.features.reports.conftest import MONTHS

_KINDS = {"visit": "visit", "labour": "labour", "part": "parts", "other": "other", "discount": "discount"}


@dataclass
class Raw:
    """The tables of a shop as dictionaries."""

    connection: Any

    def table(self, name: str) -> list[dict[str, Any]]:
        return [dict(row) for row in self.connection.execute(f"SELECT * FROM {name}")]

    def by_id(self, name: str) -> dict[int, dict[str, Any]]:
        return {row["id"]: row for row in self.table(name)}

    @cached_property
    def billed(self) -> list[dict[str, Any]]:
        """Every line that was invoiced or credited: day, sign and whose it is."""
        invoices, notes = self.by_id("invoice"), self.by_id("credit_note")
        orders, devices, staff = self.by_id("repair_order"), self.by_id("device"), self.by_id("staff")
        lines = self.by_id("invoice_line")
        found = [(line, line, invoices[line["invoice_id"]], 1) for line in lines.values()]
        found += [
            (lines[credit["invoice_line_id"]], credit, notes[credit["credit_id"]], -1)
            for credit in self.table("credit_line")
        ]
        rows = []
        for line, amounts, paper, sign in found:
            order = orders[line["order_id"]]
            device = devices[order["device_id"]]
            technician = order["technician_id"]
            rows.append(
                {
                    "day": paper["business_day"],
                    "kind": line["kind"],
                    "net": sign * (Decimal(amounts["amount"]) - Decimal(amounts["tax"])) / 100,
                    "tax": sign * Decimal(amounts["tax"]) / 100,
                    "sign": sign,
                    "order": order["id"],
                    "by_technician": staff[technician]["name"] if technician else UNASSIGNED,
                    "by_category": device["category"],
                    "by_brand": device["brand"] or UNASSIGNED,
                    "by_service_type": order["service_type"],
                    "by_payer": paper["payer"],
                }
            )
        return rows

    @cached_property
    def costs(self) -> list[tuple[str, str, Decimal]]:
        """(day, payer, cost): what left the shelf counts when it is invoiced, later moves on their own day."""
        orders, lines = self.by_id("repair_order"), self.by_id("order_line")
        invoiced: dict[tuple[int, str], str] = {}
        papers = self.by_id("invoice")
        for line in self.table("invoice_line"):
            paper = papers[line["invoice_id"]]
            key = (line["order_id"], paper["payer"])
            invoiced[key] = min(invoiced.get(key, paper["business_day"]), paper["business_day"])
        rows = []
        for move in self.table("stock_move"):
            line = lines.get(move["line_id"])
            if line is None:
                continue
            payer = line["payer"]
            counted = (
                orders[line["order_id"]]["delivered_day"]
                if payer == "shop"
                else invoiced.get((line["order_id"], payer))
            )
            if counted is not None:
                cost = Decimal(move["owed_value"] - move["value"]) / 100
                rows.append((max(counted, move["day"]), payer, cost))
        return rows


@pytest.fixture(scope="module")
def raw(corrected: Shop) -> Any:
    connection = sqlite.connect(str(corrected.store.folder.database))
    connection.row_factory = sqlite.Row
    yield Raw(connection)
    connection.close()


def end_of(year: int, month: int) -> str:
    return date(year + month // 12, month % 12 + 1, 1).isoformat()


def of_month(day: str | None, year: int, month: int) -> bool:
    return day is not None and day[:7] == f"{year:04d}-{month:02d}"


@pytest.mark.parametrize(("year", "month"), MONTHS)
def test_revenue_tax_and_break_downs(reports: ReportService, raw: Raw, year: int, month: int) -> None:
    found = reports.month_report(FOUNDER, year, month).to_json()
    rows = [row for row in raw.billed if of_month(row["day"], year, month)]
    net: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        net[_KINDS[row["kind"]]] += row["net"]

    def yuan(key: str) -> Decimal:
        return Decimal(found[f"{key}_fen"]) / 100

    for name in ("visit", "labour", "parts", "other"):
        assert yuan(name) == net[name], name
    assert yuan("discount") == -net["discount"]
    assert yuan("tax") == sum(row["tax"] for row in rows)
    assert yuan("revenue") == sum(net.values())
    assert yuan("credited") == -sum(row["net"] for row in rows if row["sign"] < 0)
    for key in ("by_technician", "by_category", "by_brand", "by_service_type", "by_payer"):
        wanted: dict[str, Decimal] = defaultdict(Decimal)
        orders: dict[str, set[int]] = defaultdict(set)
        for row in rows:
            wanted[row[key]] += row["net"]
            if row["sign"] > 0:
                orders[row[key]].add(row["order"])
        assert {each["name"]: Decimal(each["revenue_fen"]) / 100 for each in found[key]} == wanted
        assert {each["name"]: each["orders"] for each in found[key]} == {
            name: len(orders[name]) for name in wanted
        }
        assert sum(each["revenue_fen"] for each in found[key]) == found["revenue_fen"]
    days: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        days[row["day"]] += row["net"]
    told = {
        f"{found['month']}-{each['day']:02d}": Decimal(each["revenue_fen"]) / 100 for each in found["days"]
    }
    assert {day: amount for day, amount in told.items() if amount} == {
        day: amount for day, amount in days.items() if amount
    }


@pytest.mark.parametrize(("year", "month"), MONTHS)
def test_costs_and_profit(reports: ReportService, raw: Raw, year: int, month: int) -> None:
    found = reports.month_report(FOUNDER, year, month)
    mine = [row for row in raw.costs if of_month(row[0], year, month)]
    parts = sum((cost for _day, payer, cost in mine if payer != "shop"), Decimal(0))
    guarantee = sum((cost for _day, payer, cost in mine if payer == "shop"), Decimal(0))
    assert Decimal(found.parts_cost.fen) / 100 == parts
    assert Decimal(found.guarantee_cost.fen) / 100 == guarantee
    assert found.gross_profit == found.revenue - found.parts_cost
    assert sum(share.cost.fen for share in found.by_brand) == found.parts_cost.fen


@pytest.mark.parametrize(("year", "month"), MONTHS)
def test_money_at_the_months_end(reports: ReportService, raw: Raw, year: int, month: int) -> None:
    end = end_of(year, month)
    papers = raw.by_id("invoice")
    due: dict[bool, Decimal] = defaultdict(Decimal)

    def count(invoice_id: int, day: str, fen: int) -> None:
        if day < end:
            due[papers[invoice_id]["payer"] == "customer"] += Decimal(fen) / 100

    for paper in papers.values():
        count(paper["id"], paper["business_day"], paper["total"])
    for note in raw.table("credit_note"):
        count(note["invoice_id"], note["business_day"], -note["total"])
    for given_up in raw.table("write_off"):
        count(given_up["invoice_id"], given_up["business_day"], -given_up["amount"])
    held = Decimal(sum(row["amount"] for row in raw.table("payment") if row["business_day"] < end)) / 100
    for used in raw.table("allocation"):
        if used["invoice_id"] is not None:
            count(used["invoice_id"], used["business_day"], -used["amount"])
            held -= Decimal(used["amount"]) / 100 if used["business_day"] < end else 0
    found = reports.month_report(FOUNDER, year, month)
    assert Decimal(found.receivables.fen) / 100 == due[True]
    assert Decimal(found.receivables_other.fen) / 100 == due[False]
    assert Decimal(found.deposits_held.fen) / 100 == held
    paid: dict[str, int] = defaultdict(int)
    given: dict[str, int] = defaultdict(int)
    for row in raw.table("payment"):
        if of_month(row["business_day"], year, month):
            paid[row["method"]] += max(row["amount"], 0)
            given[row["method"]] += max(-row["amount"], 0)
    assert {each.name: each.paid.fen for each in found.by_method} == dict(paid)
    assert {each.name: each.refunded.fen for each in found.by_method} == dict(given)
    stock = sum(row["value"] for row in raw.table("stock_move") if row["day"] < end)
    assert found.stock_value.fen == stock


@pytest.mark.parametrize(("year", "month"), MONTHS)
def test_jobs_quality_and_customers(reports: ReportService, raw: Raw, year: int, month: int) -> None:
    orders = raw.table("repair_order")
    found = reports.month_report(FOUNDER, year, month)
    came = [row for row in orders if of_month(row["taken_in_day"], year, month)]
    went = [row for row in orders if of_month(row["delivered_day"], year, month)]
    ready = [row for row in orders if of_month(row["finished_day"] or row["delivered_day"], year, month)]
    assert (found.taken_in, found.delivered, found.finished) == (len(came), len(went), len(ready))
    assert found.by_appointment == sum(
        row["visit"] == "on_site" and row["technician_id"] is not None for row in came
    )
    again = {row["rework_of_id"] for row in orders}
    assert found.reworks == sum(row["rework_of_id"] is not None for row in went)
    assert found.first_time_fixed == sum(
        row["rework_of_id"] is None and row["id"] not in again for row in went
    )
    promised = [row for row in went if row["promised_at"] is not None]
    assert found.promised == len(promised)
    assert found.late == sum(
        (row["ready_at"] or row["delivered_at"]) > row["promised_at"] for row in promised
    )
    took = sorted(
        ((row["ready_at"] or row["delivered_at"]) - row["taken_in_at"]) // 60_000_000 for row in ready
    )
    if took:
        assert found.turnaround_median == took[(len(took) + 1) // 2 - 1]
        assert sum(each <= (found.turnaround_90 or 0) for each in took) >= 0.9 * len(took)
    else:
        assert (found.turnaround_median, found.turnaround_90) == (None, None)
    visitors = {row["customer_id"] for row in came}
    first = f"{year:04d}-{month:02d}-01"
    assert found.customers == len(visitors)
    assert found.returning == sum(
        any(row["customer_id"] == customer and row["taken_in_day"] < first for row in orders)
        for customer in visitors
    )
    last: dict[int, str] = {}
    for row in orders:
        if row["taken_in_day"] < end_of(year, month):
            last[row["customer_id"]] = max(last.get(row["customer_id"], ""), row["taken_in_day"])
    assert found.lost == sum(of_month(day, year - 1, month) for day in last.values())
    papers = raw.table("invoice")
    assert found.invoices == sum(of_month(row["business_day"], year, month) for row in papers)


def test_the_year_has_something_of_everything(reports: ReportService) -> None:
    year = [reports.month_report(FOUNDER, *month) for month in MONTHS]
    for name in (
        "visit", "labour", "parts", "other", "discount", "credited", "tax", "parts_cost",
        "receivables", "receivables_other", "deposits_held", "refunded", "stock_value", "late", "reworks",
        "returning", "lost", "by_appointment", "unclaimed",
    ):  # fmt: skip
        assert any(getattr(report, name) for report in year), name
