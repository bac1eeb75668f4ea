"""Whether the terms of an agreement can be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.money import ZERO
from app.core.wire.events import PhotoOf
from app.model.agreements import Terms

MOST_MONTHS = 240
#: 100,000.00 yuan for one repair is a slip of the finger.
MOST_FEE = 10_000_000
MOST_KEYS = 100


def checked_terms(terms: Terms) -> Terms:
    """The terms with their texts cleaned. ``Refusal``: OUT_OF_RANGE with the field and its limits, BAD_CHOICE,
    BAD_TEXT, TEXT_TOO_LONG, AMOUNT_NEGATIVE."""
    _within("production_days", terms.production_days, 0, 730)
    _within("percent", terms.percent_permille, 0, 10_000)
    _within("response_hours", terms.response_hours, 0, 720)
    _within("follow_up_percent", terms.follow_up_percent, 0, 100)
    _within("report_day", terms.report_day, 1, 28)
    if terms.free_part_limit < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE, field="free_part_limit")
    known = {each.value for each in PhotoOf}
    for photo in terms.photos:
        if photo not in known:
            raise Refusal(Reason.BAD_CHOICE, text=str(photo)[:40], field="photos")
    return replace(
        terms,
        warranty_months=_table("warranty_months", terms.warranty_months, MOST_MONTHS),
        component_months=_table("component_months", terms.component_months, MOST_MONTHS),
        repair_fee=_table("repair_fee", terms.repair_fee, MOST_FEE),
        visit_fee=_table("visit_fee", terms.visit_fee, MOST_FEE),
        photos=tuple(dict.fromkeys(terms.photos)),
        split_units=tuple(
            each for each in (clean_line("split_units", one, most=SHORT) for one in terms.split_units) if each
        ),
    )


def _within(field: str, value: int, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Refusal(Reason.OUT_OF_RANGE, field=field, low=least, high=most)


def _table(field: str, table: Mapping[str, int], most: int) -> dict[str, int]:
    if len(table) > MOST_KEYS:
        raise Refusal(Reason.TOO_MANY_ENTRIES, most=MOST_KEYS, field=field)
    for value in table.values():
        _within(field, value, 0, most)
    return {clean_line(field, key, most=SHORT): value for key, value in table.items()}
