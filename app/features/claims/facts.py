"""What a claim says, put together from the shop's records as the wire contract has it (``core.wire``)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from app.core.enums import CoverReason, LineKind, OldPartState, PartCondition, Payer, Visit
from app.core.wire import checks
from app.core.wire.answers import Gap
from app.core.wire.events import (
    Amounts,
    ClaimPart,
    ClaimSubmitted,
    CoverKind,
    CoverShown,
    Customer,
    Device,
    Labour,
    OldPart,
    OldPartStand,
    Photo,
    PhotoOf,
    Proof,
    Signature,
    Supply,
    VisitKind,
)
from app.core.wire.events import Visit as WireVisit
from app.features.brands.reading import plans_of
from app.features.claims.snapshots import ClaimPhoto
from app.features.old_parts.snapshots import old_part_code
from app.model import Agreement, Brand, BrandLink, Claim, OrderLine, Part, RepairOrder, StockMove, WorkLog
from app.model import Customer as CustomerRow
from app.model import Device as DeviceRow
from app.model import OldPart as OldPartRow
from app.model import Photo as PhotoRow
from app.model import Signature as SignatureRow
from app.model.agreements import Terms
from app.store.photos import PhotoStore

#: A head office wants a model and a number for every part; where the shop knows none it says so.
UNKNOWN = "-"
MOST_PARTS, MOST_PHOTOS = 100, 30

_HEAD = (
    select(
        Claim.id,
        Claim.number,
        Claim.submission,
        Claim.fault_code,
        Claim.cause_code,
        Claim.fix_code,
        Claim.unsigned_reason,
        Claim.note,
        Claim.visit,
        Claim.labour,
        Claim.parts,
        Claim.other,
        Claim.total,
        Claim.order_id,
        RepairOrder.number.label("order_number"),
        RepairOrder.visit.label("place"),
        RepairOrder.cover,
        RepairOrder.taken_in_at,
        RepairOrder.ready_at,
        RepairOrder.delivered_at,
        RepairOrder.technician_id,
        DeviceRow.id.label("device_id"),
        DeviceRow.category,
        # As the head office calls it, whatever the counter wrote: its code where it is connected.
        func.coalesce(BrandLink.brand_code, Brand.name).label("brand"),
        DeviceRow.model,
        DeviceRow.serial,
        DeviceRow.outdoor_serial,
        DeviceRow.purchased_on,
        DeviceRow.proof_seen,
        DeviceRow.produced_on,
        CustomerRow.name.label("customer"),
        CustomerRow.phone,
        Agreement.terms,
    )
    .join(RepairOrder, RepairOrder.id == Claim.order_id)
    .join(DeviceRow, DeviceRow.id == RepairOrder.device_id)
    .join(CustomerRow, CustomerRow.id == RepairOrder.customer_id)
    .join(Brand, Brand.id == Claim.brand_id)
    .outerjoin(BrandLink, BrandLink.brand_id == Claim.brand_id)
    .outerjoin(Agreement, Agreement.id == Claim.agreement_id)
    .where(Claim.id.in_(bindparam("claims", expanding=True)))
)
_ORDERS: BindParameter[list[int]] = bindparam("orders", expanding=True)
_LINES = (
    select(
        OrderLine.order_id,
        OrderLine.id,
        OrderLine.kind,
        OrderLine.quantity,
        OrderLine.amount,
        OrderLine.description,
        Part.number.label("part_no"),
        Part.name.label("part_name"),
        Part.condition,
    )
    .outerjoin(Part, Part.id == OrderLine.part_id)
    .where(
        OrderLine.order_id.in_(_ORDERS),
        OrderLine.removed.is_(False),
        OrderLine.payer == Payer.BRAND,
    )
    .order_by(OrderLine.id)
)
_CONSIGNED = select(StockMove.line_id).where(
    StockMove.order_id.in_(_ORDERS), StockMove.consigned, StockMove.line_id.is_not(None)
)
_OLD = select(
    OldPartRow.id, OldPartRow.line_id, OldPartRow.state, OldPartRow.serial, OldPartRow.reason
).where(OldPartRow.order_id.in_(_ORDERS), OldPartRow.state != OldPartState.VOID)
_WORKED = select(WorkLog.order_id, WorkLog.started_at, WorkLog.ended_at).where(
    WorkLog.order_id.in_(_ORDERS), WorkLog.ended_at.is_not(None)
)
#: The last signature of each order.
_SIGNED = select(SignatureRow.order_id, SignatureRow.png).where(
    SignatureRow.id.in_(
        select(func.max(SignatureRow.id))
        .where(SignatureRow.order_id.in_(_ORDERS))
        .group_by(SignatureRow.order_id)
    )
)
_PHOTOS = (
    select(PhotoRow.order_id, PhotoRow.id, PhotoRow.sha256, PhotoRow.suffix, PhotoRow.shows)
    .where(PhotoRow.order_id.in_(_ORDERS))
    .order_by(PhotoRow.id)
)

_STANDS = {
    OldPartState.DUE: OldPartStand.OWED,
    OldPartState.ON_SHELF: OldPartStand.ON_SHELF,
    OldPartState.IN_BATCH: OldPartStand.ON_SHELF,
    OldPartState.SENT: OldPartStand.SENT,
    OldPartState.ACCEPTED: OldPartStand.SENT,
    OldPartState.REFUSED: OldPartStand.SENT,
    OldPartState.EXEMPT: OldPartStand.EXEMPT,
    OldPartState.LOST: OldPartStand.LOST,
    OldPartState.CHARGED: OldPartStand.LOST,
}


@dataclass(slots=True)
class _Found:
    """What hangs on the orders of some claims, by order and line."""

    lines: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    seconds: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    signed: dict[int, bytes] = field(default_factory=dict)
    photos: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    consigned: frozenset[int | None] = frozenset()
    old: dict[int, Any] = field(default_factory=dict)


def claim_body(reading: Connection, photos: PhotoStore, claim_id: int) -> ClaimSubmitted:
    """The claim as it would be sent now: the next submission of it. Raises ``KeyError``."""
    return claim_bodies(reading, photos, [claim_id])[claim_id]


def claim_bodies(
    reading: Connection, photos: PhotoStore, claim_ids: Sequence[int]
) -> dict[int, ClaimSubmitted]:
    """Many claims as they would be sent now; as many questions to the records for all as for one."""
    heads = reading.execute(_HEAD, {"claims": list(claim_ids)}).all()
    found = _found(reading, [head.order_id for head in heads])
    return {head.id: _body(reading, photos, head, found) for head in heads}


def _found(reading: Connection, orders: list[int]) -> _Found:
    asked = {"orders": orders}
    found = _Found(
        signed={row.order_id: row.png for row in reading.execute(_SIGNED, asked)},
        consigned=frozenset(reading.execute(_CONSIGNED, asked).scalars()),
        old={row.line_id: row for row in reading.execute(_OLD, asked)},
    )
    for line in reading.execute(_LINES, asked):
        found.lines[line.order_id].append(line)
    for work in reading.execute(_WORKED, asked):
        found.seconds[work.order_id] += int((work.ended_at - work.started_at).total_seconds())
    for photo in reading.execute(_PHOTOS, asked):
        found.photos[photo.order_id].append(photo)
    return found


def _body(reading: Connection, photos: PhotoStore, head: Any, found: _Found) -> ClaimSubmitted:
    terms = None if head.terms is None else Terms.of(head.terms)
    lines = found.lines.get(head.order_id, [])
    signed = found.signed.get(head.order_id)
    return ClaimSubmitted(
        claim=head.number,
        version=head.submission + 1,
        order=head.order_number,
        device=_device(head, terms),
        cover=_cover(reading, head),
        customer=_customer(head, terms),
        visit=WireVisit(
            kind=VisitKind.ON_SITE if head.place is Visit.ON_SITE else VisitKind.CARRIED_IN,
            called_at=head.taken_in_at,
            visits=sum(max(line.quantity.milli // 1000, 1) for line in lines if line.kind is LineKind.VISIT),
            repaired_at=head.ready_at,
            delivered_at=head.delivered_at,
        ),
        labour=Labour(
            minutes=found.seconds.get(head.order_id, 0) // 60,
            technician="" if head.technician_id is None else f"T{head.technician_id}",
        ),
        signature=Signature(signed=True, digest=hashlib.sha256(signed).hexdigest())
        if signed
        else Signature(signed=False, reason=head.unsigned_reason),
        amounts=Amounts(
            visit_fen=head.visit.fen,
            labour_fen=head.labour.fen,
            parts_fen=head.parts.fen,
            other_fen=head.other.fen,
            total_fen=head.total.fen,
        ),
        fault_code=head.fault_code,
        cause_code=head.cause_code,
        fix_code=head.fix_code,
        parts=_parts([line for line in lines if line.kind is LineKind.PART], found),
        photos=tuple(_shown(photos, found.photos.get(head.order_id, ()))),
        note=head.note,
    )


def lacking(body: ClaimSubmitted, terms: Terms | None) -> tuple[Gap, ...]:
    """What the claim lacks for this brand. What both sides ask, and the shop's own: an old part that is not back
    blocks its claim (domain.md §7)."""
    wanted = checks.Demands()
    if terms is not None:
        wanted = checks.Demands(frozenset(PhotoOf(each) for each in terms.photos), terms.purchase_date)
    found = checks.gaps(body, wanted)
    if Gap.OLD_PART not in found and checks.owed(body):
        found = (*found, Gap.OLD_PART)
    return found


def wanted_photos(body: ClaimSubmitted, terms: Terms | None) -> tuple[PhotoOf, ...]:
    """The photos that the brand asks for of this device, in the order they are taken."""
    without = lacking(replace(body, photos=()), terms)
    return tuple(each for each in PhotoOf if checks.gap_of(each) in without)


def _device(head: Any, terms: Terms | None) -> Device:
    proof = None
    if head.proof_seen and head.purchased_on is not None:
        proof = Proof.RECEIPT
    elif head.produced_on is not None:
        proof = Proof.PRODUCTION_DATE
    return Device(
        category=head.category or UNKNOWN,
        brand=head.brand or UNKNOWN,
        model=head.model[:64] or UNKNOWN,
        serial=head.serial[:64],
        split=(terms or Terms()).is_split(head.category, head.model),
        outdoor_serial=head.outdoor_serial[:64],
        purchased_on=head.purchased_on if head.proof_seen else None,
        produced_on=head.produced_on,
        proof=proof,
    )


def _cover(reading: Connection, head: Any) -> CoverShown:
    reason = str(head.cover.get("reason", ""))
    until = head.cover.get("until")
    kind = {
        CoverReason.EXTENSION.value: CoverKind.EXTENSION,
        CoverReason.OVERRIDDEN.value: CoverKind.GOODWILL,
    }.get(reason, CoverKind.MAKER)
    approval = ""
    if kind is CoverKind.EXTENSION:
        approval = next((plan.number for plan in plans_of(reading, head.device_id)), "")[:64]
    return CoverShown(kind=kind, until=date.fromisoformat(until) if until else None, approval=approval)


def _customer(head: Any, terms: Terms | None) -> Customer:
    """Masked unless the agreement asks for name and phone in full."""
    if terms is not None and terms.share_customer:
        return Customer(masked=False, name=head.customer[:200], phone=head.phone[:64])
    return checks.masked(head.customer, head.phone)


def _parts(lines: Sequence[Any], found: _Found) -> tuple[ClaimPart, ...]:
    return tuple(
        ClaimPart(
            part_no=(line.part_no or UNKNOWN)[:64],
            name=(line.part_name or line.description)[:200],
            quantity_milli=line.quantity.milli,
            amount_fen=line.amount.fen,
            supply=Supply.CONSIGNED if line.id in found.consigned else Supply.OWN,
            old_part=_old_part(found.old.get(line.id)),
            condition=line.condition or PartCondition.NEW,
        )
        for line in lines[:MOST_PARTS]
    )


def _old_part(row: Any) -> OldPart:
    if row is None:
        return OldPart(OldPartStand.NONE)
    return OldPart(_STANDS[row.state], old_part_code(row.id), row.serial[:64], row.reason[:200])


def _shown(store: PhotoStore, rows: Sequence[Any]) -> Iterable[Photo]:
    """Those whose files are there: a picture that was lost cannot be shown to anybody. Photos that say what they show
    go before the others, where there are more than a claim holds."""
    for row in sorted(rows, key=lambda row: (not row.shows, row.id))[:MOST_PHOTOS]:
        path = store.path(row.sha256, row.suffix)
        size = path.stat().st_size if path.exists() else 0
        if size:
            yield Photo(row.sha256, photo_of(row.shows), min(size, 4 << 20))


def order_photos(reading: Connection, store: PhotoStore, order_id: int) -> tuple[Photo, ...]:
    """The order's photos as a head office is told of them."""
    return tuple(_shown(store, reading.execute(_PHOTOS, {"orders": [order_id]}).all()))


def photo_of(kept: str) -> PhotoOf:
    """What a photo shows, as kept."""
    return PhotoOf(kept) if kept else PhotoOf.OTHER


def photos_of(reading: Connection, store: PhotoStore, order_id: int) -> tuple[ClaimPhoto, ...]:
    """The order's photos with what each shows."""
    return tuple(
        ClaimPhoto(row.id, photo_of(row.shows), store.path(row.sha256, row.suffix))
        for row in reading.execute(_PHOTOS, {"orders": [order_id]})
    )
