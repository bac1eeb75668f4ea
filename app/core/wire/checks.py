"""What makes a claim complete, and sums that must agree. Shop and head office ask the same questions here."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.wire.answers import Gap, Refused
from app.core.wire.events import (
    ClaimSubmitted,
    CoverKind,
    Customer,
    EventBody,
    OldPart,
    OldPartStand,
    PhotoOf,
    Proof,
)

#: Photos a brand asks for; ``OLD_PART`` only where a part was replaced, ``OUTDOOR_PLATE`` only of two units.
_PHOTO_GAPS = {
    PhotoOf.SERIAL_PLATE: Gap.PHOTO_SERIAL_PLATE,
    PhotoOf.OUTDOOR_PLATE: Gap.PHOTO_OUTDOOR_PLATE,
    PhotoOf.PROOF: Gap.PHOTO_PROOF,
    PhotoOf.FAULT: Gap.PHOTO_FAULT,
    PhotoOf.OLD_PART: Gap.PHOTO_OLD_PART,
    PhotoOf.RESULT: Gap.PHOTO_RESULT,
}


def gap_of(shows: PhotoOf) -> Gap | None:
    """What is missing without such a photo; None of what no brand asks for."""
    return _PHOTO_GAPS.get(shows)


@dataclass(frozen=True, slots=True)
class Demands:
    """What a brand wants beyond the least (domain.md §11): photos, and a date of purchase."""

    photos: frozenset[PhotoOf] = frozenset()
    purchase_date: bool = False


def gaps(claim: ClaimSubmitted, demands: Demands | None = None) -> tuple[Gap, ...]:
    """What the claim lacks, in the order it is filled in; empty if it is complete."""
    wanted = demands or Demands()
    device = claim.device
    replaced = any(part.old_part.stand is not OldPartStand.NONE for part in claim.parts)
    lacking = [
        gap
        for gap, absent in (
            (Gap.SERIAL, not device.serial.strip()),
            (Gap.OUTDOOR_SERIAL, device.split and not device.outdoor_serial.strip()),
            (
                Gap.PURCHASE_DATE,
                wanted.purchase_date
                and device.purchased_on is None
                and device.proof is not Proof.PRODUCTION_DATE
                and claim.cover.kind is not CoverKind.GOODWILL,
            ),
            (Gap.FAULT_CODE, not claim.fault_code.strip()),
            (Gap.CAUSE_CODE, not claim.cause_code.strip()),
            (Gap.FIX_CODE, not claim.fix_code.strip()),
            (Gap.OLD_PART, any(_unexplained(part.old_part) for part in claim.parts)),
            (Gap.SIGNATURE, not _signed_for(claim)),
        )
        if absent
    ]
    shown = {photo.shows for photo in claim.photos}
    for shows, gap in _PHOTO_GAPS.items():
        if shows not in wanted.photos or shows in shown:
            continue
        if shows is PhotoOf.OLD_PART and not replaced:
            continue
        if shows is PhotoOf.OUTDOOR_PLATE and not device.split:
            continue
        lacking.append(gap)
    return tuple(lacking)


def _unexplained(old_part: OldPart) -> bool:
    if old_part.stand in (OldPartStand.OWED, OldPartStand.ON_SHELF, OldPartStand.SENT):
        return not old_part.label
    return old_part.stand is OldPartStand.LOST and not old_part.reason.strip()


def _signed_for(claim: ClaimSubmitted) -> bool:
    return bool(claim.signature.digest if claim.signature.signed else claim.signature.reason.strip())


def owed(claim: ClaimSubmitted) -> tuple[str, ...]:
    """Labels of old parts that nobody has handed in yet."""
    return tuple(part.old_part.label for part in claim.parts if part.old_part.stand is OldPartStand.OWED)


def fault_in(body: EventBody) -> tuple[Refused, str] | None:
    """A rule between fields that is broken, with what is said about it; None if all agree."""
    if not isinstance(body, ClaimSubmitted):
        return None
    amounts = body.amounts
    if amounts.visit_fen + amounts.labour_fen + amounts.parts_fen + amounts.other_fen != amounts.total_fen:
        return Refused.SUM_WRONG, "data.amounts.total_fen"
    if sum(part.amount_fen for part in body.parts) != amounts.parts_fen:
        return Refused.SUM_WRONG, "data.amounts.parts_fen"
    if body.customer.masked and not is_masked(body.customer):
        return Refused.UNMASKED, "data.customer"
    return None


# -- masking -------------------------------------------------------------------------------------------------


def masked(name: str, phone: str) -> Customer:
    """The customer as a brand sees him that has no right to more: ``王**``, ``138****8000``."""
    return Customer(masked=True, name=_masked_name(name), phone=_masked_phone(phone))


def is_masked(customer: Customer) -> bool:
    """Whether name and phone show as little as ``masked`` leaves of them."""
    return customer.name == _masked_name(customer.name) and customer.phone == _masked_phone(customer.phone)


def _masked_name(name: str) -> str:
    first = name.strip()[:1]
    return f"{first}**" if first else ""


def _masked_phone(phone: str) -> str:
    kept = phone.strip()
    if not kept:
        return ""
    return f"{kept[:3]}****{kept[-4:]}" if len(kept) >= 11 else f"****{kept[-2:]}"
