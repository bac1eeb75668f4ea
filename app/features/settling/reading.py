"""Settlements as they are read: which claims belong to a brand's month, the list, one with its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from app.core.brand_codes import ClaimState, SettlementKind, SettlementState
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.wire.answers import DecisionKind
from app.features.pay.months import bounds
from app.features.settling.snapshots import (
    BrandSays,
    OpenClaim,
    SettlementCard,
    SettlementLineRow,
    SettlementRow,
)
from app.model import (
    Brand,
    BrandLink,
    Claim,
    Decision,
    Device,
    RepairOrder,
    Settlement,
    SettlementLine,
    Staff,
)

#: The brand has spoken, or the shop gave it up: what it pays is known.
ANSWERED = frozenset({ClaimState.ACCEPTED, ClaimState.REFUSED, ClaimState.WITHDRAWN})

_ROWS = (
    select(
        Settlement.id,
        Settlement.version,
        Settlement.number,
        Settlement.brand_id,
        Brand.name.label("brand"),
        Settlement.month,
        Settlement.state,
        Settlement.by_table,
        Settlement.accepted,
        Settlement.deductions,
        Settlement.note,
        Settlement.made_at,
        func.coalesce(Staff.name, "").label("made_by"),
        Settlement.posted_at,
    )
    .join(Brand, Brand.id == Settlement.brand_id)
    .outerjoin(Staff, Staff.id == Settlement.made_by_id)
)
_LINES = (
    select(
        SettlementLine.id,
        SettlementLine.kind,
        SettlementLine.description,
        SettlementLine.by_table,
        SettlementLine.accepted,
        SettlementLine.reason,
        SettlementLine.claim_id,
        func.coalesce(Claim.number, "").label("claim"),
        Claim.state.label("claim_state"),
        Claim.order_id,
        func.coalesce(RepairOrder.number, "").label("order_number"),
        func.coalesce(Device.category, "").label("category"),
        func.coalesce(Device.model, "").label("model"),
        func.coalesce(Device.serial, "").label("serial"),
        Claim.delivered_on,
    )
    .outerjoin(Claim, Claim.id == SettlementLine.claim_id)
    .outerjoin(RepairOrder, RepairOrder.id == Claim.order_id)
    .outerjoin(Device, Device.id == RepairOrder.device_id)
    # Claims first, as they were delivered; what was written down after them.
    .order_by(Claim.delivered_on.is_(None), Claim.delivered_on, Claim.id, SettlementLine.id)
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that belongs to a brand's month, with what is known of it."""

    id: int
    number: str
    order_number: str
    state: ClaimState
    total: Money
    paid: Money
    answer: str
    delivered_on: date

    @property
    def said(self) -> tuple[Money, Money, str]:
        """What a line of the settlement says of it."""
        return self.total, self.paid, self.answer


def candidates(
    reading: Connection, brand_id: int, month: str, settlement_id: int | None
) -> tuple[list[Candidate], list[Candidate]]:
    """Claims delivered until the end of the month that no other settlement has: the answered, the others.

    Those that an earlier month left out are among them. ``Refusal(MONTH_UNKNOWN)``.
    """
    _first, after = bounds(month)
    free = Claim.settlement_id.is_(None)
    rows = reading.execute(
        select(
            Claim.id,
            Claim.number,
            RepairOrder.number.label("order_number"),
            Claim.state,
            Claim.total,
            Claim.accepted,
            Claim.answer,
            Claim.delivered_on,
        )
        .join(RepairOrder, RepairOrder.id == Claim.order_id)
        .where(
            Claim.brand_id == brand_id,
            Claim.delivered_on <= after - timedelta(days=1),
            free if settlement_id is None else or_(free, Claim.settlement_id == settlement_id),
        )
        .order_by(Claim.delivered_on, Claim.id)
    )
    answered: list[Candidate] = []
    others: list[Candidate] = []
    for each in rows:
        paid = each.accepted if each.state in (ClaimState.ACCEPTED, ClaimState.SETTLED) else None
        found = Candidate(
            each.id,
            each.number,
            each.order_number,
            each.state,
            each.total,
            ZERO if paid is None else paid,
            each.answer,
            each.delivered_on,
        )
        (answered if each.state in ANSWERED else others).append(found)
    return answered, others


def settlement_rows(
    reading: Connection, brand_id: int | None, after: int | None, limit: int
) -> tuple[SettlementRow, ...]:
    """A page of settlements, newest first."""
    query = _ROWS.order_by(Settlement.id.desc()).limit(limit)
    if brand_id is not None:
        query = query.where(Settlement.brand_id == brand_id)
    if after is not None:
        query = query.where(Settlement.id < after)
    return tuple(_row(each) for each in reading.execute(query))


def settlement_card(reading: Connection, settlement_id: int) -> SettlementCard:
    """One settlement. ``Refusal(NOT_FOUND)``."""
    return _card(reading, _ROWS.where(Settlement.id == settlement_id))


def settlement_by_number(reading: Connection, number: str) -> SettlementCard:
    """One settlement by its number, for its paper. ``Refusal(NOT_FOUND)``."""
    return _card(reading, _ROWS.where(Settlement.number == number))


def brand_says(reading: Connection, brand_id: int, month: str) -> BrandSays | None:
    """The statements that the brand's head office told of for this month; of one number the newest word counts."""
    bodies = reading.execute(
        select(Decision.body)
        .where(Decision.brand_id == brand_id, Decision.kind == DecisionKind.STATEMENT.value)
        .order_by(Decision.id)
    ).scalars()
    totals: dict[str, Money] = {}
    for body in bodies:
        number = str(body.get("statement") or "")
        if body.get("month") == month and number and body.get("amount_fen") is not None:
            totals.pop(number, None)
            totals[number] = Money(int(body["amount_fen"]))
    return BrandSays(tuple(totals.items())) if totals else None


def is_linked(reading: Connection, brand_id: int) -> bool:
    """Whether the brand has a head office that events go to."""
    found = select(BrandLink.brand_id).where(BrandLink.brand_id == brand_id, BrandLink.active).limit(1)
    return reading.execute(found).first() is not None


def is_stale(lines: Sequence[SettlementLineRow], answered: Sequence[Candidate]) -> bool:
    """Whether the claims of a draft are others, or say something else, than its lines."""
    written = {
        each.claim_id: (each.by_table, each.accepted, each.reason)
        for each in lines
        if each.kind is SettlementKind.CLAIM
    }
    return written != {each.id: each.said for each in answered}


def _card(reading: Connection, query: Select[*tuple[Any, ...]]) -> SettlementCard:
    found = reading.execute(query).one_or_none()
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    row = _row(found)
    lines = tuple(
        SettlementLineRow(**each._mapping)
        for each in reading.execute(_LINES.where(SettlementLine.settlement_id == row.id))
    )
    answered: list[Candidate] = []
    others: list[Candidate] = []
    if row.state is not SettlementState.POSTED:
        answered, others = candidates(reading, row.brand_id, row.month, row.id)
    return SettlementCard(
        row=row,
        lines=lines,
        unanswered=tuple(
            OpenClaim(each.id, each.number, each.order_number, each.state, each.total, each.delivered_on)
            for each in others
        ),
        stale=row.state is SettlementState.DRAFT and is_stale(lines, answered),
        linked=is_linked(reading, row.brand_id),
        says=brand_says(reading, row.brand_id, row.month),
    )


def _row(each: Any) -> SettlementRow:
    return SettlementRow(**each._mapping)
