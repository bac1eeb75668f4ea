"""Plans of a device: sold by a shop or retailer, or granted by the maker by its number (domain.md §5.1, §5.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.core.changes import Kind
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line, clean_text
from app.core.ids import uuid7
from app.features.brands.snapshots import PlanEntry
from app.features.orders.entries import checked_amount
from app.model import CoverPlan
from app.store.door import Tx

LONGEST_PLAN = timedelta(days=10 * 366)


def checked_plan(entry: PlanEntry) -> PlanEntry:
    """The plan with its texts cleaned. ``Refusal``: FIELD_REQUIRED, BAD_DATE, AMOUNT_NEGATIVE, BAD_AMOUNT, BAD_TEXT,
    TEXT_TOO_LONG."""
    checked = replace(
        entry,
        underwriter=clean_line("underwriter", entry.underwriter, most=SHORT, required=True),
        number=clean_line("number", entry.number, most=SHORT, required=True),
        note=clean_text("note", entry.note, most=LINE),
    )
    checked_amount("price", entry.price)
    if not entry.starts_on <= entry.ends_on <= entry.starts_on + LONGEST_PLAN:
        raise Refusal(Reason.BAD_DATE, text=entry.ends_on.isoformat(), field="ends_on")
    return checked


def book_plan(tx: Tx, device_id: int, plan_entry: PlanEntry) -> CoverPlan:
    """Note a plan in the transaction of who sells it or takes the device in. ``Refusal``: as ``checked_plan``."""
    entry = checked_plan(plan_entry)
    plan = CoverPlan(
        uuid=uuid7(),
        device_id=device_id,
        kind=entry.kind,
        underwriter=entry.underwriter,
        number=entry.number,
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        price=entry.price,
        note=entry.note,
        created_at=tx.now,
        created_by_id=tx.actor.id,
    )
    tx.session.add(plan)
    tx.session.flush()
    tx.journal(device=device_id, plan=plan.id, kind=entry.kind, fen=entry.price.fen)
    tx.changed(Kind.BRAND, 0)
    return plan
