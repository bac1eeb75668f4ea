"""Which brand a device's words mean, which agreement held on a day, which codes a brand knows."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, bindparam, func, select

from app.core.brand_codes import ClaimState, CodeList
from app.features.brands.snapshots import AgreementRow, BrandRow, CodeRow, PlanRow
from app.model import Agreement, Brand, BrandCode, BrandLink, Claim, CoverPlan
from app.model.agreements import Agreed, Terms, agreement_on
from app.model.cover import Plan

#: Claims that wait for somebody in the shop.
WAITING = (ClaimState.DRAFT, ClaimState.READY, ClaimState.REFUSED, ClaimState.RETURNED)

_BRANDS = select(Brand.id, Brand.name, Brand.names, Brand.active)
_AGREEMENTS = select(
    Agreement.id,
    Agreement.brand_id,
    Agreement.valid_from,
    Agreement.valid_to,
    Agreement.categories,
    Agreement.terms,
).where(Agreement.brand_id == bindparam("brand_id"))
_PLANS = select(CoverPlan).where(CoverPlan.device_id == bindparam("device_id")).order_by(CoverPlan.id.desc())


def folded(text: str) -> str:
    """A brand's name as it is compared."""
    return "".join(text.split()).casefold()


def brand_named(reading: Connection, text: str) -> int | None:
    """The brand that a device's words mean, by its name or another spelling; None where the shop has none such.

    A shop has agreements with a handful of brands: they are compared one by one.
    """
    wanted = folded(text)
    if not wanted:
        return None
    for row in reading.execute(_BRANDS):
        if row.active and wanted in {folded(row.name), *(folded(each) for each in row.names)}:
            return int(row.id)
    return None


def agreed_with(reading: Connection, brand_id: int) -> tuple[Agreed, ...]:
    """All agreements with a brand."""
    return tuple(
        Agreed(row.id, row.brand_id, row.valid_from, row.valid_to, tuple(row.categories), Terms.of(row.terms))
        for row in reading.execute(_AGREEMENTS, {"brand_id": brand_id})
    )


def agreed_for(reading: Connection, brand: str, category: str, day: date) -> Agreed | None:
    """The agreement that covers a device on a day."""
    brand_id = brand_named(reading, brand)
    return None if brand_id is None else agreement_on(agreed_with(reading, brand_id), day, category)


def plans_of(reading: Connection, device_id: int) -> tuple[Plan, ...]:
    """What was sold or granted for a device and holds."""
    return tuple(
        Plan(row.kind, row.underwriter, row.number, row.starts_on, row.ends_on)
        for row in plan_rows(reading, device_id)
        if row.ended_on is None
    )


def plan_rows(reading: Connection, device_id: int) -> tuple[PlanRow, ...]:
    """All plans of a device, newest first."""
    return tuple(
        PlanRow(
            row.id,
            row.device_id,
            row.kind,
            row.underwriter,
            row.number,
            row.starts_on,
            row.ends_on,
            row.price,
            row.note,
            row.ended_on,
        )
        for row in reading.execute(_PLANS, {"device_id": device_id})
    )


def brand_rows(reading: Connection, today: date, brand_id: int | None = None) -> tuple[BrandRow, ...]:
    """Brands by name, those who are not worked for any more last."""
    query = select(Brand).order_by(Brand.active.desc(), Brand.name)
    if brand_id is not None:
        query = query.where(Brand.id == brand_id)
    waiting = dict(
        reading.execute(
            select(Claim.brand_id, func.count()).where(Claim.state.in_(WAITING)).group_by(Claim.brand_id)
        ).all()
    )
    linked = set(reading.execute(select(BrandLink.brand_id).where(BrandLink.active)).scalars())
    return tuple(
        BrandRow(
            id=row.id,
            version=row.version,
            name=row.name,
            names=tuple(row.names),
            shop_code=row.shop_code,
            contact=row.contact,
            phone=row.phone,
            address=row.address,
            active=row.active,
            agreed=any(
                each.valid_from <= today and (each.valid_to is None or today <= each.valid_to)
                for each in agreed_with(reading, row.id)
            ),
            open_claims=waiting.get(row.id, 0),
            linked=row.id in linked,
        )
        for row in reading.execute(query)
    )


def agreement_rows(reading: Connection, brand_id: int) -> tuple[AgreementRow, ...]:
    """The agreements with a brand, youngest first."""
    used = set(
        reading.execute(
            select(Claim.agreement_id).where(Claim.brand_id == brand_id, Claim.agreement_id.is_not(None))
        ).scalars()
    )
    return tuple(
        AgreementRow(
            row.id,
            row.version,
            row.brand_id,
            row.number,
            row.valid_from,
            row.valid_to,
            tuple(row.categories),
            Terms.of(row.terms),
            row.note,
            row.id in used,
        )
        for row in reading.execute(
            select(Agreement)
            .where(Agreement.brand_id == brand_id)
            .order_by(Agreement.valid_from.desc(), Agreement.id.desc())
        )
    )


def code_rows(
    reading: Connection, brand_id: int | None, kind: CodeList, category: str = ""
) -> tuple[CodeRow, ...]:
    """The codes to choose from: the brand's own list, or the shop's where the brand has none. ``category`` leaves out
    those of other categories."""
    own = _codes(reading, brand_id, kind, category) if brand_id is not None else ()
    return own or _codes(reading, None, kind, category)


def _codes(reading: Connection, brand_id: int | None, kind: CodeList, category: str) -> tuple[CodeRow, ...]:
    query = select(BrandCode).where(BrandCode.list == kind).order_by(BrandCode.code)
    query = query.where(BrandCode.brand_id.is_(None) if brand_id is None else BrandCode.brand_id == brand_id)
    if category:
        query = query.where(BrandCode.category.in_(("", category)))
    return tuple(
        CodeRow(row.id, row.brand_id, row.list, row.code, row.name, row.category, row.active)
        for row in reading.execute(query)
    )
