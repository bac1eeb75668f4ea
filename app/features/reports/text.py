"""The month report as plain lines, for the command line."""

from __future__ import annotations

from collections.abc import Iterator

from app.core import formats
from app.core.words import _
from app.features.reports.figures import DIMENSION_WORDS, GROUP_WORDS, SPECS, Group
from app.features.reports.snapshots import MonthLook
from app.features.reports.telling import (
    change_text,
    figure_name,
    method_name,
    reasons,
    share_name,
    value_text,
)

_WIDTH = 30
_MOST = 12


def report_lines(look: MonthLook) -> Iterator[str]:
    """Every figure beside last month and last year, what they are made of, and why it changed."""
    report, before, year_ago = look.report, look.last_month, look.last_year
    yield _row(report.month, "", before.month, year_ago.month)
    if look.sealed is not None:
        when = formats.short_day(look.sealed.at.date())
        yield _("Sealed on {day}: {digest}").format(day=when, digest=look.sealed.digest)
    for group in Group:
        yield ""
        yield _(GROUP_WORDS[group])
        for figure, spec in SPECS.items():
            if spec.group is group and report.has(figure):
                yield _row(
                    f"  {figure_name(figure)}",
                    value_text(figure, report.value(figure)),
                    change_text(look, figure, before),
                    change_text(look, figure, year_ago),
                )
    for dimension, title in DIMENSION_WORDS.items():
        yield ""
        yield _(title)
        for share in report.shares(dimension)[:_MOST]:
            yield _row(
                f"  {share_name(dimension, share.name)}", formats.money(share.revenue), str(share.orders)
            )
    if report.by_method:
        yield ""
        yield _("By payment method")
        for each in report.by_method:
            yield _row(f"  {method_name(each.name)}", formats.money(each.paid - each.refunded))
    why = list(reasons(look))
    if why:
        yield ""
        yield _("Why it changed")
        for sentence in why:
            yield f"  {sentence}"


def _row(name: str, *values: str) -> str:
    # Chinese letters take two columns on a terminal.
    wide = sum(1 for letter in name if ord(letter) > 0x2E7F)
    return f"{name:<{max(_WIDTH - wide, 1)}}" + "".join(f"{value:>16}" for value in values)
