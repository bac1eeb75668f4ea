"""Finder results as the search box shows them: groups in the user's language, chips, icons."""

from __future__ import annotations

from collections.abc import Sequence

from app.core import formats
from app.core.words import N_, _
from app.features.finder.snapshots import FinderHit, FinderResults, HitKind
from app.ui import finder_box
from app.ui.chips import status_chip

_GROUPS = {
    HitKind.ORDER: (N_("Orders"), "clipboard-list"),
    HitKind.CUSTOMER: (N_("Customers"), "user"),
    HitKind.PART: (N_("Parts"), "boxes"),
    HitKind.STAFF: (N_("Staff"), "badge-check"),
    HitKind.INVOICE: (N_("Invoices"), "receipt-text"),
    HitKind.CREDIT_NOTE: (N_("Credit notes"), "undo-2"),
    HitKind.PAYMENT: (N_("Payments"), "banknote"),
    HitKind.WRITE_OFF: (N_("Write-offs"), "x"),
    HitKind.QUOTE: (N_("Quotes"), "file-text"),
    HitKind.CLAIM: (N_("Claims"), "shield-check"),
    HitKind.DAY_CLOSE: (N_("Closed days"), "lock"),
    HitKind.SHIFT: (N_("Shifts"), "history"),
    HitKind.CASH_SLIP: (N_("Cash paid in and out"), "arrow-up-down"),
}


def shell_hits(results: FinderResults) -> Sequence[finder_box.FinderHit]:
    """The hits under their headings, in the order of the groups."""
    return [_hit(each) for each in results.hits]


def _hit(hit: FinderHit) -> finder_box.FinderHit:
    group, icon = _GROUPS[hit.kind]
    return finder_box.FinderHit(
        group=_(group),
        kind=(hit.opens or hit.kind).value,
        id=hit.id,
        number=hit.number,
        title=f"{_number(hit)}  {hit.title}" if hit.number else hit.title,
        detail=hit.detail,
        chip=status_chip(hit.status) if hit.status is not None else None,
        icon=icon,
    )


def _number(hit: FinderHit) -> str:
    # A customer's number is his phone.
    return formats.phone(hit.number) if hit.kind is HitKind.CUSTOMER else hit.number
