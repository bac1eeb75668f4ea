"""Quality: notices, the week's summary, the month's feedback form and self-assessment (domain.md §11)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from app.core import formats
from app.core.brand_codes import BrandReportKind, NoticeState
from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LINE, LONG, clean_line, clean_text
from app.core.ids import uuid7
from app.core.money import ZERO
from app.core.rights import Ctx
from app.core.waiting import Waiting
from app.core.wire.events import EventType
from app.core.wire.form import plain
from app.core.words import _, ngettext, pgettext
from app.features.brands.incidents import incident_by_number
from app.features.brands.quality import cases_of, linked, push_notice
from app.features.brands.quality_reading import (
    assessed_lines,
    content_lines,
    due_rows,
    first_of,
    incident_rows,
    month_rows,
    month_score_of,
    notice_rows,
    period_days,
    report_rows,
)
from app.features.brands.quality_reports import monthly_body, weekly_body
from app.features.brands.quality_snapshots import (
    AssessmentEntry,
    MonthlyEntry,
    MonthScore,
    QualityCard,
    QualityLine,
    QualityRow,
    Subject,
)
from app.model import Assessment, Brand, BrandReport, QualityNotice, RepairOrder
from app.model.assessment import TABLE, amount_of
from app.store.door import Store, Tx, repeatable

_EVENTS = {
    BrandReportKind.WEEKLY: EventType.QUALITY_WEEKLY,
    BrandReportKind.MONTHLY: EventType.FEEDBACK_MONTHLY,
}


class Quality:
    """What the tab for quality lists and does. Commands answer with the row as it is then."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # queries

    def today(self) -> date:
        """The shop's day."""
        return business_day(self._store.clock.now(), self._store.settings.time_zone)

    def brands(self) -> tuple[tuple[int, str], ...]:
        """The brands that the shop works for."""
        with self._store.read() as reading:
            return tuple(
                (row.id, row.name)
                for row in reading.execute(
                    select(Brand.id, Brand.name).where(Brand.active).order_by(Brand.name)
                )
            )

    def rows(self) -> tuple[QualityRow, ...]:
        """What waits first: due reports, open notices; then what was reported, newest first."""
        with self._store.read() as reading:
            names = dict(reading.execute(select(Brand.id, Brand.name)).all())
            found = [
                *due_rows(reading, self.today(), self._store.settings.time_zone),
                *notice_rows(reading, names),
                *report_rows(reading, names),
                *month_rows(reading, names),
                *incident_rows(reading, names, self._store.settings.time_zone),
            ]
        found.sort(key=lambda row: (not row.waits, -row.day.toordinal(), row.key))
        return tuple(found)

    def card(self, row: QualityRow) -> QualityCard:
        """One row with its content. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return self._card(reading, row)

    def waiting(self) -> Waiting | None:
        """How many notices and reports wait for somebody."""
        today = self.today()
        with self._store.read() as reading:
            due = list(due_rows(reading, today, self._store.settings.time_zone))
            notices = int(
                reading.execute(
                    select(func.count())
                    .select_from(QualityNotice)
                    .where(QualityNotice.state == NoticeState.OPEN)
                ).scalar_one()
            )
        count = len(due) + notices
        if not count:
            return None
        words = ngettext("{n} report to a brand is due", "{n} reports to brands are due", count)
        return Waiting(count, words.format(n=count), late=any(row.day < today for row in due))

    def month_score(self, brand_id: int, month: str) -> MonthScore:
        """The sum of a month's self-assessment."""
        with self._store.read() as reading:
            return month_score_of(reading, brand_id, month)

    # commands

    @repeatable(lambda self, result: self._again(result))
    def report(self, ctx: Ctx, row: QualityRow, entry: MonthlyEntry | None = None) -> QualityCard:
        """Make a due report, or hand a notice in; the head office of a linked brand hears of it in the same
        transaction.

        Raises ``Refusal``: NOT_FOUND, REPORT_MADE, REPORT_TOO_EARLY, NOTICE_CLOSED, OUT_OF_RANGE, BAD_TEXT;
        ``Conflict``.
        """
        with self._store.write(Command.REPORT_TO_BRAND, ctx) as tx:
            if row.subject is Subject.NOTICE:
                notice = _notice(tx, row, NoticeState.OPEN)
                notice.state, notice.version = NoticeState.REPORTED, notice.version + 1
                if linked(tx.reading(), notice.brand_id):
                    push_notice(tx, notice, cases_of(tx.reading(), notice.found.get("orders", ())))
                tx.journal(notice=notice.id, state=notice.state)
                return self._answer(tx, row)
            self._make(tx, row, entry or MonthlyEntry())
            return self._answer(tx, row)

    @repeatable(lambda self, result: self._again(result))
    def close(self, ctx: Ctx, row: QualityRow, note: str) -> QualityCard:
        """A notice is answered or needs nothing: closed with a word why. ``Refusal``: NOTE_REQUIRED, NOTICE_CLOSED,
        NOT_FOUND; ``Conflict``."""
        why = clean_text("note", note, most=LONG)
        if not why:
            raise Refusal(Reason.NOTE_REQUIRED)
        with self._store.write(Command.CLOSE_NOTICE, ctx) as tx:
            notice = _notice(tx, row, NoticeState.OPEN, NoticeState.REPORTED)
            notice.state, notice.note, notice.version = NoticeState.CLOSED, why, notice.version + 1
            tx.journal(notice=notice.id, state=notice.state)
            return self._answer(tx, row)

    @repeatable(lambda self, result: self.month_score(result["brand"], result["month"]))
    def assess(self, ctx: Ctx, brand_id: int, month: str, entry: AssessmentEntry) -> MonthScore:
        """Note one item of a month's self-assessment; entries stay, a slip is noted the other way round by a second.

        Raises ``Refusal``: BAD_DATE (a month to come or none), AMOUNT_NEGATIVE, FIELD_REQUIRED (a fraud without its
        amount), OUT_OF_RANGE (points), NOT_FOUND (brand or order), BAD_TEXT.
        """
        item = TABLE[entry.kind]
        low, high = sorted((0, item.points))
        points = item.points if entry.points is None else -abs(entry.points) if low else abs(entry.points)
        if not low <= points <= high:
            raise Refusal(Reason.OUT_OF_RANGE, field="points", low=0, high=abs(item.points))
        if entry.basis < ZERO:
            raise Refusal(Reason.AMOUNT_NEGATIVE)
        if item.times and not entry.basis:
            raise Refusal(Reason.FIELD_REQUIRED, field="amount")
        if first_of(month) > self.today():
            raise Refusal(Reason.BAD_DATE, text=month, field="month")
        note = clean_line("note", entry.note, most=LINE)
        number = clean_line("order", entry.order_number, most=LINE)
        with self._store.write(Command.ASSESS_MONTH, ctx) as tx:
            if tx.session.get(Brand, brand_id) is None:
                raise Refusal(Reason.NOT_FOUND)
            order_id = None
            if number:
                order_id = tx.session.scalar(select(RepairOrder.id).where(RepairOrder.number == number))
                if order_id is None:
                    raise Refusal(Reason.NOT_FOUND, field="order")
            amount = amount_of(entry.kind, entry.basis)
            tx.session.add(
                Assessment(
                    brand_id=brand_id,
                    month=month,
                    kind=entry.kind,
                    amount=amount,
                    points=points,
                    order_id=order_id,
                    note=note,
                    at=tx.now,
                    by_id=tx.actor.id,
                )
            )
            tx.session.flush()
            tx.journal(order_id=order_id, brand=brand_id, kind=entry.kind, fen=amount.fen, points=points)
            tx.changed(Kind.BRAND, brand_id)
            tx.result = {"brand": brand_id, "month": month}
            return month_score_of(tx.reading(), brand_id, month)

    # what they share

    def _make(self, tx: Tx, row: QualityRow, entry: MonthlyEntry) -> None:
        kind = BrandReportKind(row.subject.value)
        reading = tx.reading()
        brand = tx.session.get(Brand, row.brand_id)
        if brand is None:
            raise Refusal(Reason.NOT_FOUND)
        first, last = period_days(kind, row.period)
        if last >= tx.today:
            raise Refusal(Reason.REPORT_TOO_EARLY, day=formats.day(last + timedelta(days=1)))
        made = (BrandReport.brand_id == brand.id, BrandReport.kind == kind, BrandReport.period == row.period)
        if reading.execute(select(func.count()).select_from(BrandReport).where(*made)).scalar():
            raise Refusal(Reason.REPORT_MADE, period=row.period)
        names = (brand.name, *brand.names)
        if kind is BrandReportKind.WEEKLY:
            body: Any = weekly_body(reading, names, row.period, first, last)
        else:
            body = monthly_body(reading, brand.id, names, row.period, first, last, entry)
        content = plain(body)
        tx.session.add(
            BrandReport(
                uuid=uuid7(),
                brand_id=brand.id,
                kind=kind,
                period=row.period,
                content=content,
                made_at=tx.now,
                made_by_id=tx.actor.id,
            )
        )
        tx.session.flush()
        if linked(reading, brand.id):
            tx.outbox(brand.id, _EVENTS[kind].value, row.period, content)
            tx.changed(Kind.SYNC, 0)
        tx.journal(brand=brand.id, kind=kind, period=row.period)

    def _answer(self, tx: Tx, row: QualityRow) -> QualityCard:
        tx.session.flush()
        tx.changed(Kind.CLAIM, 0)
        tx.result = {"subject": row.subject, "brand": row.brand_id, "key": row.key}
        return self._found(tx.reading(), row.subject, row.brand_id, row.key)

    def _again(self, result: dict[str, Any]) -> QualityCard:
        with self._store.read() as reading:
            return self._found(reading, Subject(result["subject"]), result["brand"], result["key"])

    def _found(self, reading: Connection, subject: Subject, brand_id: int, key: str) -> QualityCard:
        names = dict(reading.execute(select(Brand.id, Brand.name)).all())
        listed = notice_rows(reading, names) if subject is Subject.NOTICE else report_rows(reading, names)
        row = next((each for each in listed if each.key == key and each.brand_id == brand_id), None)
        if row is None:
            raise Refusal(Reason.NOT_FOUND)
        return self._card(reading, row)

    def _card(self, reading: Connection, row: QualityRow) -> QualityCard:
        lines: tuple[QualityLine, ...] = ()
        note = ""
        if row.subject is Subject.ASSESSMENT:
            lines = tuple(assessed_lines(reading, row.brand_id, row.period))
        elif row.subject is Subject.INCIDENT:
            lines = self._incident_lines(reading, row.number)
        elif row.subject is Subject.NOTICE:
            notice = reading.execute(
                select(QualityNotice.found, QualityNotice.note).where(QualityNotice.id == row.record_id)
            ).one_or_none()
            if notice is None:
                raise Refusal(Reason.NOT_FOUND)
            note = notice.note
            lines = tuple(
                QualityLine(each.number, each.serial, formats.day(each.day), each.order_id)
                for each in cases_of(reading, notice.found.get("orders", ()))
            )
        else:
            content = self._content(reading, row)
            note = str(content.get("suggestions", ""))
            lines = tuple(content_lines(content))
        return QualityCard(row, lines, note, linked(reading, row.brand_id))

    def _incident_lines(self, reading: Connection, number: str) -> tuple[QualityLine, ...]:
        found = incident_by_number(reading, number)
        when = formats.moment(found.happened_at, self._store.settings.time_zone)
        said = (
            (_("When it happened"), when),
            (_("Town"), found.town),
            (_("People hurt"), str(found.injured)),
            (_("Order"), found.order_number),
            (pgettext("incident", "What happened"), found.told),
            (_("What was done at once"), found.done),
            (_("Recorded by"), found.recorded_by),
        )
        return tuple(QualityLine(name, text, "", found.order_id) for name, text in said if text)

    def _content(self, reading: Connection, row: QualityRow) -> dict[str, Any]:
        """What was reported; of a report that is due, what would be."""
        if row.record_id is not None:
            return dict(
                reading.execute(
                    select(BrandReport.content).where(BrandReport.id == row.record_id)
                ).scalar_one()
            )
        brand = reading.execute(select(Brand.name, Brand.names).where(Brand.id == row.brand_id)).one()
        names = (brand.name, *brand.names)
        kind = BrandReportKind(row.subject.value)
        first, last = period_days(kind, row.period)
        if kind is BrandReportKind.WEEKLY:
            return dict(plain(weekly_body(reading, names, row.period, first, last)))
        return dict(
            plain(monthly_body(reading, row.brand_id, names, row.period, first, last, MonthlyEntry()))
        )


def _notice(tx: Tx, row: QualityRow, *states: NoticeState) -> QualityNotice:
    notice = tx.session.get(QualityNotice, row.record_id) if row.record_id is not None else None
    if notice is None or notice.brand_id != row.brand_id:
        raise Refusal(Reason.NOT_FOUND)
    if notice.version != row.version:
        raise Conflict(Kind.CLAIM, notice.id)
    if notice.state not in states:
        raise Refusal(Reason.NOTICE_CLOSED, state=notice.state)
    return notice
