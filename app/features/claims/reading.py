"""What is read of claims: a page of them, one with all that is shown, those whose state does not fit any more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from app.core.brand_codes import ClaimState
from app.core.errors import Reason, Refusal
from app.core.wire.events import EventType
from app.features.claims.facts import claim_bodies, claim_body, lacking, photos_of, wanted_photos
from app.features.claims.snapshots import ClaimCard, ClaimRow, ClaimStep
from app.model import Agreement, Brand, BrandLink, Claim, ClaimEntry, Device, OutboxEvent, RepairOrder, Staff
from app.model.agreements import Terms
from app.store.photos import PhotoStore

#: Somebody in the shop can still change what it says.
OPEN = frozenset({ClaimState.DRAFT, ClaimState.READY, ClaimState.REFUSED, ClaimState.RETURNED})
#: So many claims are put together at once.
_AT_ONCE = 500

ROWS = (
    select(
        Claim.id,
        Claim.version,
        Claim.number,
        Claim.state,
        Claim.brand_id,
        Brand.name.label("brand"),
        Claim.order_id,
        RepairOrder.number.label("order_number"),
        Device.category,
        Device.model,
        Device.serial,
        Claim.total,
        Claim.accepted,
        Claim.answer,
        Claim.delivered_on,
        Claim.submission,
    )
    .join(Brand, Brand.id == Claim.brand_id)
    .join(RepairOrder, RepairOrder.id == Claim.order_id)
    .join(Device, Device.id == RepairOrder.device_id)
)


def claim_card(reading: Connection, photos: PhotoStore, claim_id: int) -> ClaimCard:
    """One claim with all that is shown of it. ``Refusal(NOT_FOUND)``."""
    row = reading.execute(ROWS.where(Claim.id == claim_id)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    more = reading.execute(
        select(Claim.unsigned_reason, Claim.note, Claim.agreement_id).where(Claim.id == claim_id)
    ).one()
    body = claim_body(reading, photos, claim_id)
    terms = terms_of(reading, claim_id)
    steps = reading.execute(
        select(
            ClaimEntry.at,
            func.coalesce(Staff.name, "").label("who"),
            ClaimEntry.from_state,
            ClaimEntry.to_state,
            ClaimEntry.submission,
            ClaimEntry.reason,
        )
        .outerjoin(Staff, Staff.id == ClaimEntry.actor_id)
        .where(ClaimEntry.claim_id == claim_id)
        .order_by(ClaimEntry.id)
    )
    return ClaimCard(
        row=row_of(row),
        body=body,
        lacks=lacking(body, terms),
        agreed=more.agreement_id is not None,
        outdoor_serial=body.device.outdoor_serial,
        unsigned_reason=more.unsigned_reason,
        note=more.note,
        steps=tuple(
            ClaimStep(each.at, each.who, each.from_state, each.to_state, each.submission, each.reason)
            for each in steps
        ),
        pushed=linked(reading, row.brand_id) and was_pushed(reading, row.number, row.submission),
        photos=photos_of(reading, photos, row.order_id),
        wants=wanted_photos(body, terms),
    )


def stale_claims(reading: Connection, photos: PhotoStore) -> list[int]:
    """Drafts that lack nothing any more, and ready claims that lack something since."""
    rows = reading.execute(
        select(Claim.id, Claim.state, Agreement.terms)
        .outerjoin(Agreement, Agreement.id == Claim.agreement_id)
        .where(Claim.state.in_((ClaimState.DRAFT, ClaimState.READY)))
        .order_by(Claim.id)
    ).all()
    stale = []
    for begin in range(0, len(rows), _AT_ONCE):
        some = rows[begin : begin + _AT_ONCE]
        bodies = claim_bodies(reading, photos, [row.id for row in some])
        for row in some:
            complete = row.terms is not None and not lacking(bodies[row.id], Terms.of(row.terms))
            if complete is not (row.state is ClaimState.READY):
                stale.append(row.id)
    return stale


def terms_of(reading: Connection, claim_id: int) -> Terms | None:
    """The terms that a claim was made under; None where no agreement held."""
    kept = reading.execute(
        select(Agreement.terms).join(Claim, Claim.agreement_id == Agreement.id).where(Claim.id == claim_id)
    ).scalar()
    return None if kept is None else Terms.of(kept)


def linked(reading: Connection, brand_id: int) -> bool:
    """Whether the brand's head office is told by the push."""
    return bool(
        reading.execute(select(func.count()).where(BrandLink.brand_id == brand_id, BrandLink.active)).scalar()
    )


def was_pushed(reading: Connection, number: str, submission: int) -> bool:
    """Whether this submission of a claim went into the push; one that went by letter, before the brand had a
    connection, is answered by letter."""
    return bool(
        reading.execute(
            select(func.count()).where(
                OutboxEvent.subject == number,
                OutboxEvent.kind == EventType.CLAIM_SUBMITTED.value,
                func.json_extract(OutboxEvent.body, "$.version") == submission,
            )
        ).scalar()
    )


def row_of(each: Any) -> ClaimRow:
    """A line of ``ROWS``."""
    return ClaimRow(
        each.id,
        each.version,
        each.number,
        each.state,
        each.brand_id,
        each.brand,
        each.order_id,
        each.order_number,
        each.category,
        each.model,
        each.serial,
        each.total,
        each.accepted,
        each.answer,
        each.delivered_on,
        each.submission,
    )
