"""Moving an order on: guards, journal and the dates that hang on a status (domain.md §2)."""

from __future__ import annotations

from sqlalchemy import select

from app.core.enums import AT_COUNTER, CLOSED, Action, NoteKind, PaperKind, Status
from app.core.errors import Reason, Refusal
from app.features.orders.card import read_facts
from app.features.stock.ledger import reservations
from app.model import OrderNote, RepairOrder, Signature, WorkLog
from app.model.lifecycle import NEEDS_NOTE, OrderFacts, next_status, refusal
from app.store.door import Tx


def move(
    tx: Tx,
    order: RepairOrder,
    action: Action,
    *,
    note: str = "",
    facts: OrderFacts | None = None,
    **detail: object,
) -> None:
    """Make a move or raise the ``Refusal`` that the table and the guards give.

    ``facts`` may carry what only the caller knows (a receipt was scanned); otherwise they are read.
    """
    known = facts or read_facts(tx.reading(), tx.settings, order)
    refused = refusal(known, action, tx.actor.role, now=tx.now, rules=tx.settings.lifecycle)
    if refused is not None:
        raise refused
    if action in NEEDS_NOTE and not note:
        raise Refusal(Reason.NOTE_REQUIRED)
    before, after = order.status, next_status(order.status, action)
    if note:
        # The reason is the customer's business too: it stands in the notes, the journal holds no free text.
        add_note(tx, order, NoteKind.NOTE, note)
    set_status(tx, order, after)
    tx.journal(order_id=order.id, action=action, from_status=before, to_status=after, **detail)


def set_status(tx: Tx, order: RepairOrder, after: Status) -> None:
    """Put an order into a status with the dates that belong to it."""
    if after in AT_COUNTER:
        if order.ready_at is None:
            order.ready_at = tx.now
            order.finished_day = tx.today
    elif after is Status.DELIVERED:
        # Fixed on site and paid at once: finished without ever waiting at the counter.
        order.finished_day = order.finished_day or tx.today
    elif after is not Status.DISPOSED:
        order.ready_at = None
        order.finished_day = None
    if after not in (Status.REPAIRING, Status.DIAGNOSING, Status.ON_SITE):
        stop_clocks(tx, order)
    if after in CLOSED:
        reservations.release_all(tx, order.id)
    order.status = after


def stop_clocks(tx: Tx, order: RepairOrder) -> None:
    """End every running stretch of work on an order."""
    for log in tx.session.scalars(
        select(WorkLog).where(WorkLog.order_id == order.id, WorkLog.ended_at.is_(None))
    ):
        log.ended_at = max(tx.now, log.started_at)


def add_note(tx: Tx, order: RepairOrder, kind: NoteKind, text: str) -> None:
    """A dated remark on an order."""
    tx.session.add(
        OrderNote(order_id=order.id, kind=kind, text=text, staff_id=tx.actor.id or None, at=tx.now)
    )


def keep_signature(tx: Tx, order: RepairOrder, paper: PaperKind, png: bytes) -> None:
    """Keep a signature drawn on the screen. ``Refusal``: BAD_IMAGE, FILE_TOO_LARGE (1 MB)."""
    if not png.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Refusal(Reason.BAD_IMAGE)
    if len(png) > 1024 * 1024:
        raise Refusal(Reason.FILE_TOO_LARGE, most=1)
    tx.session.add(Signature(order_id=order.id, paper=paper, png=png, at=tx.now))
