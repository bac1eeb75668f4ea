"""A check-up as lines of text: for the terminal and for a file."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.words import _
from app.features.checkup.repairing import plan
from app.features.checkup.snapshots import Report


def report_lines(report: Report) -> Iterator[str]:
    """Each check with its sign; under what was found, what to do; last, what can be repaired."""
    for each in report.checks:
        sign = "✗" if each.grave else "✓" if each.ok else "!"
        said = _("{what}: {why}").format(what=each.word, why=each.detail) if each.detail else each.word
        yield f"{sign} {said}"
        if each.advice:
            yield f"    → {each.advice}"
    planned = plan(report)
    if planned:
        yield _("Can be repaired (xiuhu doctor --repair):")
        for step in planned:
            yield f"    {step.word}"
