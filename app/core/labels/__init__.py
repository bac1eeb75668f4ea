"""The word for every code, the same on screen, paper, export and command line (domain.md §1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from app.core import formats
from app.core.brand_codes import Claimable
from app.core.brand_labels import BRAND_LABELS
from app.core.enums import Category, CoverReason, Status
from app.core.labels import commands, money, orders, papers, shop, stock
from app.core.words import N_, _

_Words = Mapping[type[StrEnum], Mapping[StrEnum, str]]

#: By kind of code first: members of different enums with the same value are equal
#: (``Status.ON_SITE == Visit.ON_SITE``), so that in one flat table the later one would take the other's word.
LABELS: _Words = {
    **orders.LABELS,
    **stock.LABELS,
    **money.LABELS,
    **papers.LABELS,
    **shop.LABELS,
    **commands.LABELS,
    **BRAND_LABELS,
}

#: Words short enough for chips and narrow columns, where the full label is long.
SHORT_LABELS: _Words = {
    Status: {
        Status.QUOTED: N_("Quoted"),
        Status.APPROVED: N_("To repair"),
        Status.DECLINED: N_("Declined"),
        Status.WAITING_CUSTOMER: N_("On hold"),
        Status.QC: N_("Check"),
        Status.READY: N_("Ready"),
        Status.RETURNING: N_("Returning"),
    },
}


def label(code: StrEnum) -> str:
    """The word for a code in the user's language."""
    return _(LABELS[type(code)][code])


def short_label(code: StrEnum) -> str:
    """The short word for a code, for chips and columns."""
    short = SHORT_LABELS.get(type(code), {}).get(code)
    return _(short) if short else label(code)


def cover_words(reason: CoverReason, until: date | None = None, *, who: str = "", note: str = "") -> str:
    """Why the payer pays, in the user's language; ``who`` and ``note`` are of an override (domain.md §5)."""
    day = formats.day(until) if until is not None else "—"
    if reason is CoverReason.OVERRIDDEN and not who:
        return note
    return label(reason).format(until=day, who=who, note=note)


def claimable_words(reasons: Collection[Claimable]) -> str:
    """What the customer may ask for by the statutory guarantee, and why; "" where nothing (domain.md §5.5)."""
    if not reasons:
        return ""
    why = formats.joined(map(label, reasons))
    if Claimable.REFUND in reasons:
        return _("The customer may ask for his money back or another one: {why}.").format(why=why)
    return _("The customer may ask for another one: {why}.").format(why=why)


def category_name(text: str) -> str:
    """A device category: the word of a built-in code, or the owner's own name as it is."""
    try:
        return label(Category(text))
    except ValueError:
        return text
