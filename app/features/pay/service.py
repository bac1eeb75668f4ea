"""Pay beside the wage: rules, bonuses and deductions, statements of a month, the day's reports (domain.md §9)."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from sqlalchemy import select

from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command, CommissionKind
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line
from app.core.ids import uuid7
from app.core.money import MAX_FEN, ZERO, Money
from app.core.rights import Actor, Ctx, Sight, seen_by
from app.core.words import N_, _
from app.features.pay import days
from app.features.pay.months import bounds, month_of
from app.features.pay.snapshots import (
    ItemEntry,
    LeadDay,
    MonthPay,
    PayMonth,
    RuleEntry,
    RuleRow,
    TechnicianDay,
    pay_to_json,
)
from app.features.pay.statements import Clockwork, frozen, last_approved, oldest_open, worked_out
from app.features.till.totals import canonical
from app.model import CommissionRule, PayItem, PayStatement, RepairOrder, Staff
from app.store.door import Store, Tx, repeatable

#: The whole of it; more than all nobody is promised.
MOST_PERMILLE = 1000
EVERYBODY = N_("Everybody")


class Pay:
    """Commission, statements and hours. Who is not the owner is shown his own statement and nobody else's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def today(self) -> date:
        """The shop's calendar day."""
        return business_day(self._store.clock.now(), self.zone)

    @property
    def zone(self) -> str:
        """The shop's time zone."""
        return self._store.settings.time_zone

    # queries

    def people(self) -> tuple[tuple[int, str], ...]:
        """Id and name of everybody at work here."""
        with self._store.read() as reading:
            rows = reading.execute(
                select(Staff.id, Staff.name).where(Staff.active.is_(True)).order_by(Staff.id)
            )
            return tuple((row.id, row.name) for row in rows)

    def categories(self) -> tuple[str, ...]:
        """The device categories of the shop."""
        return self._store.settings.all_categories()

    @seen_by(Sight.PAY)
    def rules(self, _actor: Actor, day: date | None = None) -> tuple[RuleRow, ...]:
        """Every rule ever written, what is in force on ``day`` (None: today) first, then the newest."""
        return self._rules(self.today if day is None else day)

    def _rules(self, day: date) -> tuple[RuleRow, ...]:
        made_by = Staff.__table__.alias("maker")
        query = (
            select(CommissionRule.__table__, Staff.name.label("staff"), made_by.c.name.label("maker"))
            .outerjoin(Staff, Staff.id == CommissionRule.staff_id)
            .join(made_by, made_by.c.id == CommissionRule.made_by_id)
            .order_by(CommissionRule.valid_from.desc(), CommissionRule.id.desc())
        )
        with self._store.read() as reading:
            rows = reading.execute(query).all()
        newest: set[tuple[int | None, CommissionKind, str]] = set()
        found = []
        for row in rows:
            which = (row.staff_id, row.kind, row.category)
            in_force = row.valid_from <= day and which not in newest
            if in_force:
                newest.add(which)
            found.append(
                RuleRow(
                    row.id, row.staff_id, row.staff or "", row.kind, row.category, row.permille, row.amount,
                    row.valid_from, in_force, row.maker, row.as_everybody,
                )
            )  # fmt: skip
        return tuple(sorted(found, key=lambda each: (not each.in_force, each.staff_id or 0)))

    def month(self, actor: Actor, month: str) -> MonthPay:
        """A month of everybody as the owner sees it; anybody else finds himself alone in it.

        Raises ``Refusal(MONTH_UNKNOWN)``.
        """
        bounds(month)
        with self._store.read() as reading:
            people = frozen(reading, month)
            approved = bool(people)
            refusal: Refusal | None = None
            if not approved:
                people = worked_out(reading, month, self._clockwork())
                try:
                    _refuse_approval(reading, month, self.today)
                except Refusal as found:
                    refusal = found
        if not actor.may_see(Sight.PAY):
            people = tuple(each for each in people if each.staff_id == actor.id)
        return MonthPay(month, people, approved, refusal)

    def statement(self, actor: Actor, staff_id: int, month: str) -> PayMonth:
        """One person's month. Raises ``Refusal``: NOT_YOURS, NOT_FOUND, MONTH_UNKNOWN."""
        _must_see_whose(actor, Sight.PAY, staff_id)
        for each in self.month(actor, month).people:
            if each.staff_id == staff_id:
                return each
        raise Refusal(Reason.NOT_FOUND)

    def statement_bytes(self, actor: Actor, staff_id: int, month: str) -> bytes | None:
        """An approved statement, byte for byte as it was frozen; None of an open month. ``Refusal(NOT_YOURS)``."""
        _must_see_whose(actor, Sight.PAY, staff_id)
        with self._store.read() as reading:
            found = reading.execute(
                select(PayStatement.content).where(
                    PayStatement.staff_id == staff_id, PayStatement.month == month
                )
            ).scalar()
            return None if found is None else bytes(found)

    def technician_day(self, actor: Actor, staff_id: int, day: date) -> TechnicianDay:
        """A technician's day report. Raises ``Refusal``: NOT_YOURS (the lead sees everybody's), NOT_FOUND."""
        _must_see_whose(actor, Sight.DAY_REPORTS, staff_id)
        with self._store.read() as reading:
            return days.technician_day(reading, staff_id, day, self.zone, self._store.clock.now())

    @seen_by(Sight.DAY_REPORTS)
    def lead_day(self, _actor: Actor, day: date) -> LeadDay:
        """The lead's day report. ``Refusal(NOT_ALLOWED)`` for who may see his own only."""
        with self._store.read() as reading:
            return days.lead_day(reading, day, self.zone, self._store.clock.now())

    # commands

    @repeatable(lambda self, _result: self._rules(self.today))
    def save_rule(self, ctx: Ctx, entry: RuleEntry) -> tuple[RuleRow, ...]:
        """Write a rule down; it takes the place of the one before from its day on. Answers with all rules.

        Raises ``Refusal``: OUT_OF_RANGE, BAD_AMOUNT, NOT_FOUND, STATEMENT_FROZEN for a day whose month is approved,
        NO_OWN_RULE where "as everybody" would end nothing.
        """
        category = clean_line("category", entry.category, most=SHORT)
        job = entry.kind is CommissionKind.JOB
        if not 0 <= entry.permille <= MOST_PERMILLE or (job and entry.permille):
            raise Refusal(Reason.OUT_OF_RANGE, field="permille", low=0, high=100)
        if not ZERO <= entry.amount <= Money(MAX_FEN) or (entry.amount and not job):
            raise Refusal(Reason.BAD_AMOUNT, text=str(entry.amount))
        if entry.as_everybody and (entry.permille or entry.amount):
            raise Refusal(Reason.OUT_OF_RANGE, field="permille", low=0, high=0)
        with self._store.write(Command.SAVE_COMMISSION, ctx) as tx:
            name = _(EVERYBODY) if entry.staff_id is None else _name_of(tx, entry.staff_id)
            last = last_approved(tx.reading())
            if last and month_of(entry.valid_from) <= last:
                raise Refusal(Reason.STATEMENT_FROZEN, name=name, month=last)
            if entry.as_everybody and not _has_own(tx, entry, category):
                raise Refusal(Reason.NO_OWN_RULE, name=name)
            rule = CommissionRule(
                staff_id=entry.staff_id,
                kind=entry.kind,
                category=category,
                permille=entry.permille,
                amount=entry.amount,
                valid_from=entry.valid_from,
                made_at=tx.now,
                made_by_id=tx.actor.id,
                as_everybody=entry.as_everybody,
            )
            tx.session.add(rule)
            tx.session.flush()
            tx.journal(
                rule=rule.id,
                staff=entry.staff_id,
                kind=entry.kind.value,
                permille=entry.permille,
                fen=entry.amount.fen,
                valid_from=entry.valid_from.isoformat(),
                as_everybody=entry.as_everybody,
            )
            tx.changed(Kind.PAY, rule.id)
            tx.result = {"rule": rule.id}
        return self._rules(self.today)

    @repeatable(lambda _self, result: result["item"])
    def add_item(self, ctx: Ctx, entry: ItemEntry) -> int:
        """A bonus or a deduction with its reason; a negative amount takes an earlier one back. Answers with its id.

        Raises ``Refusal``: FIELD_REQUIRED, BAD_AMOUNT, NOT_FOUND, MONTH_UNKNOWN, STATEMENT_FROZEN.
        """
        bounds(entry.month)
        reason = clean_line("reason", entry.reason, most=LINE, required=True)
        number = clean_line("number", entry.order_number, most=SHORT)
        if not entry.amount or abs(entry.amount.fen) > MAX_FEN:
            raise Refusal(Reason.BAD_AMOUNT, text=str(entry.amount))
        with self._store.write(Command.SAVE_PAY_ITEM, ctx) as tx:
            name = _name_of(tx, entry.staff_id)
            last = last_approved(tx.reading())
            if last and entry.month <= last:
                raise Refusal(Reason.STATEMENT_FROZEN, name=name, month=entry.month)
            item = PayItem(
                uuid=uuid7(),
                staff_id=entry.staff_id,
                month=entry.month,
                kind=entry.kind,
                amount=entry.amount,
                reason=reason,
                order_id=_order_of(tx, number),
                at=tx.now,
                by_id=tx.actor.id,
            )
            tx.session.add(item)
            tx.session.flush()
            tx.journal(
                item=item.id,
                staff=entry.staff_id,
                month=entry.month,
                kind=entry.kind.value,
                fen=entry.amount.fen,
            )
            tx.changed(Kind.PAY, item.id)
            tx.result = {"item": item.id}
            return int(item.id)

    @repeatable(lambda _self, result: result["approved"])
    def approve(self, ctx: Ctx, month: str) -> int:
        """Freeze a month's statements of everybody, for good; how many. What comes later goes into the next month.

        Raises ``Refusal``: MONTH_NOT_OVER, STATEMENT_FROZEN, STATEMENT_EARLIER (an earlier month is open),
        MONTH_UNKNOWN.
        """
        with self._store.write(Command.FREEZE_PAY, ctx) as tx:
            _refuse_approval(tx.reading(), month, tx.today)
            statements = worked_out(tx.reading(), month, Clockwork(self.zone, tx.now))
            for each in statements:
                content = canonical({"statement": pay_to_json(each), **_heading(tx)})
                digest = hashlib.sha256(content).digest()
                tx.session.add(
                    PayStatement(
                        staff_id=each.staff_id,
                        month=month,
                        bonus=each.bonus,
                        deducted=each.deducted,
                        carried=each.carried,
                        content=content,
                        digest=digest,
                        frozen_at=tx.now,
                        frozen_by_id=tx.actor.id,
                    )
                )
                tx.journal(
                    staff=each.staff_id, month=month, fen=each.payable.fen, carried_fen=each.carried.fen,
                    digest=digest.hex(),
                )  # fmt: skip
            tx.changed(Kind.PAY, 0)
            tx.result = {"approved": len(statements)}
            return len(statements)

    # inside

    def _clockwork(self) -> Clockwork:
        return Clockwork(self.zone, self._store.clock.now())


def _must_see_whose(actor: Actor, sight: Sight, staff_id: int) -> None:
    """Everybody sees his own."""
    if staff_id != actor.id and not actor.may_see(sight):
        raise Refusal(Reason.NOT_YOURS)


def _heading(tx: Tx) -> dict[str, Any]:
    """What the statement's paper says beside it: what is called otherwise later changes no reprint."""
    settings = tx.settings
    return {
        "shop": {
            "name": settings.shop_name,
            "address": settings.address,
            "phone": settings.hotline,
            "tax_number": settings.tax_number,
        },
        "approved_by": tx.actor.name,
        "approved_at": tx.now.isoformat(),
    }


def _refuse_approval(reading: Any, month: str, today: date) -> None:
    after = bounds(month)[1]
    last = last_approved(reading)
    everybody = _(EVERYBODY)
    if last and month <= last:
        raise Refusal(Reason.STATEMENT_FROZEN, name=everybody, month=month)
    if today < after:
        raise Refusal(Reason.MONTH_NOT_OVER, month=month)
    first = oldest_open(reading, month)
    if first < month:
        raise Refusal(Reason.STATEMENT_EARLIER, name=everybody, month=first)


def _has_own(tx: Tx, entry: RuleEntry, category: str) -> bool:
    """Whether a rule of this person's own would hold on the day."""
    if entry.staff_id is None:
        return False
    newest = tx.session.scalar(
        select(CommissionRule)
        .where(
            CommissionRule.staff_id == entry.staff_id,
            CommissionRule.kind == entry.kind,
            CommissionRule.category == category,
            CommissionRule.valid_from <= entry.valid_from,
        )
        .order_by(CommissionRule.valid_from.desc(), CommissionRule.id.desc())
        .limit(1)
    )
    return newest is not None and not newest.as_everybody


def _name_of(tx: Tx, staff_id: int) -> str:
    found = tx.session.get(Staff, staff_id)
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    return found.name


def _order_of(tx: Tx, number: str) -> int | None:
    if not number:
        return None
    found = tx.reading().execute(select(RepairOrder.id).where(RepairOrder.number == number)).scalar()
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    return int(found)
