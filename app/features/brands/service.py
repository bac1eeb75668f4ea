"""Brands, what was agreed with them, their code lists, and plans of devices (domain.md §5, §11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.core.brand_codes import CodeList
from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LINE, LONG, SHORT, clean_line, clean_phone, clean_text
from app.core.ids import uuid7
from app.core.rights import Ctx
from app.features.brands.plans import book_plan
from app.features.brands.reading import (
    agreed_with,
    agreement_rows,
    brand_named,
    brand_rows,
    code_rows,
    folded,
    plan_rows,
)
from app.features.brands.snapshots import (
    AgreementEntry,
    BrandCard,
    BrandEntry,
    BrandRow,
    CodeEntry,
    CodeRow,
    PlanEntry,
    PlanRow,
)
from app.features.brands.terms import checked_terms
from app.model import Agreement, Brand, BrandCode, Claim, CoverPlan, Device
from app.store.door import Store, Tx, repeatable

MOST_NAMES = 20
MOST_CODES = 5000


class Brands:
    """The brands the shop works for. Commands answer with the record as it is then."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # queries

    def today(self) -> date:
        """The shop's day."""
        return business_day(self._store.clock.now(), self._store.settings.time_zone)

    def categories(self) -> tuple[str, ...]:
        """The device categories of the shop."""
        return self._store.settings.all_categories()

    def list(self) -> tuple[BrandRow, ...]:
        """All brands, by name."""
        with self._store.read() as reading:
            return brand_rows(reading, self.today())

    def card(self, brand_id: int) -> BrandCard:
        """One brand with its agreements. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            rows = brand_rows(reading, self.today(), brand_id)
            if not rows:
                raise Refusal(Reason.NOT_FOUND)
            counts = reading.execute(
                select(BrandCode.list, func.count())
                .where(BrandCode.brand_id == brand_id)
                .group_by(BrandCode.list)
            )
            return BrandCard(rows[0], agreement_rows(reading, brand_id), dict(counts.all()))

    def named(self, text: str) -> int | None:
        """The brand that a device's words mean."""
        with self._store.read() as reading:
            return brand_named(reading, text)

    def codes(self, brand_id: int | None, kind: CodeList, category: str = "") -> tuple[CodeRow, ...]:
        """The codes to choose from, of the brand or of the shop."""
        with self._store.read() as reading:
            return code_rows(reading, brand_id, kind, category)

    def plans(self, device_id: int) -> tuple[PlanRow, ...]:
        """The plans of a device, newest first."""
        with self._store.read() as reading:
            return plan_rows(reading, device_id)

    # commands

    @repeatable(lambda self, result: self.card(result["brand"]))
    def save(
        self, ctx: Ctx, brand_id: int | None, entry: BrandEntry, version: int | None = None
    ) -> BrandCard:
        """Take up a brand or change it. ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, BAD_PHONE, BRAND_TAKEN,
        NOT_FOUND; ``Conflict``."""
        name = clean_line("name", entry.name, most=SHORT, required=True)
        names = [
            each
            for each in (clean_line("names", one, most=SHORT) for one in entry.names[:MOST_NAMES])
            if each
        ]
        with self._store.write(Command.SAVE_BRAND, ctx) as tx:
            _refuse_taken(tx, brand_id, (name, *names))
            brand = (
                Brand(uuid=uuid7(), version=0, created_at=tx.now)
                if brand_id is None
                else _brand(tx, brand_id, version)
            )
            brand.version += 1
            brand.name, brand.names = name, names
            brand.shop_code = clean_line("shop_code", entry.shop_code, most=SHORT)
            brand.contact = clean_line("contact", entry.contact, most=SHORT)
            brand.phone = clean_phone(entry.phone)
            brand.address = clean_line("address", entry.address, most=LINE)
            brand.active = entry.active
            tx.session.add(brand)
            tx.session.flush()
            tx.journal(brand=brand.id, new=brand_id is None, active=entry.active)
            return self._answer(tx, brand.id)

    @repeatable(lambda self, result: self.card(result["brand"]))
    def save_agreement(
        self,
        ctx: Ctx,
        brand_id: int,
        agreement_id: int | None,
        entry: AgreementEntry,
        version: int | None = None,
    ) -> BrandCard:
        """Make an agreement, or change one that no claim was made under; of a used one only its end and note change,
        and the end not before the last claim.

        Raises ``Refusal``: BAD_DATE, OUT_OF_RANGE, BAD_TEXT, AGREEMENT_OVERLAPS (``number``), AGREEMENT_USED.
        """
        number = clean_line("number", entry.number, most=SHORT)
        note = clean_text("note", entry.note, most=LONG)
        if entry.valid_to is not None and entry.valid_to < entry.valid_from:
            raise Refusal(Reason.BAD_DATE, text=entry.valid_to.isoformat(), field="valid_to")
        categories = [clean_line("category", each, most=SHORT) for each in entry.categories]
        terms = checked_terms(entry.terms)
        with self._store.write(Command.SAVE_AGREEMENT, ctx) as tx:
            _brand(tx, brand_id, None)
            if agreement_id is None:
                found = Agreement(uuid=uuid7(), version=0, brand_id=brand_id, created_at=tx.now)
            else:
                found = _agreement(tx, brand_id, agreement_id, version)
                _refuse_used(tx, found, entry, categories, terms)
            _refuse_overlap(tx, brand_id, agreement_id, entry, categories)
            found.version += 1
            found.number, found.note = number, note
            found.valid_from, found.valid_to = entry.valid_from, entry.valid_to
            found.categories, found.terms = categories, terms.kept()
            tx.session.add(found)
            tx.session.flush()
            tx.journal(
                brand=brand_id,
                agreement=found.id,
                new=agreement_id is None,
                valid_from=found.valid_from.isoformat(),
                valid_to=found.valid_to.isoformat() if found.valid_to else None,
            )
            return self._answer(tx, brand_id)

    @repeatable(lambda _self, result: result["codes"])
    def save_codes(self, ctx: Ctx, brand_id: int | None, entries: Sequence[CodeEntry]) -> int:
        """Put codes into a brand's lists (None: the shop's own); known codes are renamed. Returns how many changed.

        Raises ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, TOO_MANY_ENTRIES.
        """
        if len(entries) > MOST_CODES:
            raise Refusal(Reason.TOO_MANY_ENTRIES, field="code", most=MOST_CODES)
        cleaned = {
            (each.list, clean_line("code", each.code, most=40, required=True)): (
                clean_line("name", each.name, most=LINE, required=True),
                clean_line("category", each.category, most=SHORT),
                each.active,
            )
            for each in entries
        }
        with self._store.write(Command.IMPORT_CODES, ctx) as tx:
            if brand_id is not None:
                _brand(tx, brand_id, None)
            there = {
                (row.list, row.code): row
                for row in tx.session.scalars(
                    select(BrandCode).where(
                        BrandCode.brand_id.is_(None) if brand_id is None else BrandCode.brand_id == brand_id
                    )
                )
            }
            changed = 0
            for (kind, code), (name, category, active) in cleaned.items():
                row = there.get((kind, code))
                if row is None:
                    row = BrandCode(brand_id=brand_id, list=kind, code=code)
                    tx.session.add(row)
                elif (row.name, row.category, row.active) == (name, category, active):
                    continue
                row.name, row.category, row.active = name, category, active
                changed += 1
            tx.journal(brand=brand_id, codes=changed)
            tx.changed(Kind.BRAND, brand_id or 0)
            tx.result = {"codes": changed}
            return changed

    @repeatable(lambda self, result: self.plans(result["device"]))
    def add_plan(self, ctx: Ctx, device_id: int, entry: PlanEntry) -> tuple[PlanRow, ...]:
        """Note an extended plan or a maker's extension. ``Refusal``: NOT_FOUND, FIELD_REQUIRED, BAD_DATE,
        AMOUNT_NEGATIVE, BAD_TEXT."""
        with self._store.write(Command.SAVE_COVER_PLAN, ctx) as tx:
            if tx.session.get(Device, device_id) is None:
                raise Refusal(Reason.NOT_FOUND)
            book_plan(tx, device_id, entry)
            return self._answer_plans(tx, device_id)

    @repeatable(lambda self, result: self.plans(result["device"]))
    def end_plan(self, ctx: Ctx, plan_id: int) -> tuple[PlanRow, ...]:
        """A plan holds no more (given back, device replaced); it stays and says so. ``Refusal(NOT_FOUND)``."""
        with self._store.write(Command.SAVE_COVER_PLAN, ctx) as tx:
            plan = tx.session.get(CoverPlan, plan_id)
            if plan is None:
                raise Refusal(Reason.NOT_FOUND)
            plan.ended_on = plan.ended_on or tx.today
            tx.journal(device=plan.device_id, plan=plan.id, ended=plan.ended_on.isoformat())
            return self._answer_plans(tx, plan.device_id)

    def _answer_plans(self, tx: Tx, device_id: int) -> tuple[PlanRow, ...]:
        tx.changed(Kind.BRAND, 0)
        tx.result = {"device": device_id}
        return plan_rows(tx.reading(), device_id)

    def _answer(self, tx: Tx, brand_id: int) -> BrandCard:
        tx.changed(Kind.BRAND, brand_id)
        tx.result = {"brand": brand_id}
        reading = tx.reading()
        counts = reading.execute(
            select(BrandCode.list, func.count())
            .where(BrandCode.brand_id == brand_id)
            .group_by(BrandCode.list)
        )
        return BrandCard(
            brand_rows(reading, tx.today, brand_id)[0], agreement_rows(reading, brand_id), dict(counts.all())
        )


def _brand(tx: Tx, brand_id: int, version: int | None) -> Brand:
    brand = tx.session.get(Brand, brand_id)
    if brand is None:
        raise Refusal(Reason.NOT_FOUND)
    if version is not None and brand.version != version:
        raise Conflict(Kind.BRAND, brand_id)
    return brand


def _agreement(tx: Tx, brand_id: int, agreement_id: int, version: int | None) -> Agreement:
    found = tx.session.get(Agreement, agreement_id)
    if found is None or found.brand_id != brand_id:
        raise Refusal(Reason.NOT_FOUND)
    if version is not None and found.version != version:
        raise Conflict(Kind.BRAND, brand_id)
    return found


def _refuse_taken(tx: Tx, brand_id: int | None, names: Sequence[str]) -> None:
    """Two brands must not mean the same word on a device."""
    wanted = {folded(each) for each in names}
    for row in tx.session.execute(select(Brand.id, Brand.name, Brand.names)):
        taken = {folded(row.name), *(folded(each) for each in row.names)}
        if row.id != brand_id and taken & wanted:
            raise Refusal(Reason.BRAND_TAKEN, name=row.name, field="name")


def _refuse_used(
    tx: Tx, found: Agreement, entry: AgreementEntry, categories: Sequence[str], terms: Any
) -> None:
    last = (
        tx.reading()
        .execute(select(func.max(Claim.delivered_on)).where(Claim.agreement_id == found.id))
        .scalar()
    )
    if last is None:
        return
    same = (found.valid_from, list(found.categories), found.terms) == (
        entry.valid_from,
        list(categories),
        terms.kept(),
    )
    if not same:
        raise Refusal(Reason.AGREEMENT_USED)
    if entry.valid_to is not None and entry.valid_to < last:
        raise Refusal(Reason.BAD_DATE, text=entry.valid_to.isoformat(), field="valid_to")


def _refuse_overlap(
    tx: Tx, brand_id: int, agreement_id: int | None, entry: AgreementEntry, categories: Sequence[str]
) -> None:
    """On one day one agreement holds for a product line; one that names lines stands before one for all."""
    far = date.max
    numbers: Mapping[int, str] = dict(
        tx.session.execute(select(Agreement.id, Agreement.number).where(Agreement.brand_id == brand_id)).all()
    )
    for other in agreed_with(tx.reading(), brand_id):
        if other.id == agreement_id:
            continue
        apart = (entry.valid_to or far) < other.valid_from or (other.valid_to or far) < entry.valid_from
        same_lines = (not categories and not other.categories) or set(categories) & set(other.categories)
        if not apart and same_lines:
            raise Refusal(
                Reason.AGREEMENT_OVERLAPS,
                number=numbers[other.id] or other.valid_from.isoformat(),
                field="valid_from",
            )
