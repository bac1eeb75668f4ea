"""The month report as plain lines, for the command line."""

from __future__ import annotations

from collections.abc import Iterator

from app.core import formats
from app.core.enums import PaymentMethod, ServiceType
from app.core.labels import category_name, label
from app.core.words import _
from app.features.reports.snapshots import UNASSIGNED, MonthReport, Share

_WIDTH = 26


def report_lines(report: MonthReport) -> Iterator[str]:
    """Totals first, then who and what they are made of."""
    yield report.month
    amounts = (
        (_("Revenue without tax"), report.revenue),
        (_("Visit fees"), report.visit),
        (_("Labour"), report.labour),
        (_("Parts"), report.parts),
        (_("Other charges"), report.other),
        (_("Discounts"), -report.discount),
        (_("Tax"), report.tax),
        (_("Cost of parts"), report.parts_cost),
        (_("Gross profit"), report.gross_profit),
        (_("Owed by customers"), report.receivables),
        (_("Deposits held"), report.deposits_held),
        (_("Average per job"), report.average),
    )
    for name, amount in amounts:
        yield _row(name, formats.money(amount))
    for name, count in (
        (_("Devices taken in"), report.taken_in),
        (_("Finished"), report.finished),
        (_("Delivered"), report.delivered),
    ):
        yield _row(name, str(count))
    yield from _shares(_("By technician"), report.by_technician)
    yield from _shares(_("By category"), report.by_category)
    yield from _shares(_("By brand"), report.by_brand[:10])
    yield from _shares(_("By service type"), report.by_service_type)
    yield ""
    yield _("By payment method")
    for each in report.by_method:
        yield _row(f"  {label(PaymentMethod(each.name))}", formats.money(each.paid - each.refunded))


def _shares(title: str, shares: tuple[Share, ...]) -> Iterator[str]:
    yield ""
    yield title
    for each in shares:
        yield _row(f"  {_name(each.name)}", formats.money(each.revenue))


def _name(name: str) -> str:
    if name == UNASSIGNED:
        return _("Unassigned")
    try:
        return label(ServiceType(name))
    except ValueError:
        return category_name(name)


def _row(name: str, value: str) -> str:
    # Chinese letters take two columns on a terminal.
    wide = sum(1 for letter in name if ord(letter) > 0x2E7F)
    return f"{name:<{max(_WIDTH - wide, 1)}}{value:>16}"
