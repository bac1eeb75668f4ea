"""``xiuhu demo --brands``: five brands with agreements and codes; at each month's end their claims are filled in, sent
and answered, and the month before is settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from app.core.brand_codes import AssessmentKind, ClaimState, CodeList, IncidentKind, PartsRule, SettlementKind
from app.core.clock import business_day
from app.core.money import ZERO, Money
from app.core.rights import Ctx
from app.features.brands.incidents import IncidentEntry, Incidents
from app.features.brands.quality_service import Quality
from app.features.brands.quality_snapshots import AssessmentEntry, MonthlyEntry, Subject
from app.features.brands.service import Brands
from app.features.brands.snapshots import AgreementEntry, BrandEntry, CodeEntry
from app.features.claims.reading import OPEN
from app.features.claims.service import Claims
from app.features.claims.snapshots import ClaimEntryForm, ClaimRow
from app.features.old_parts.service import OldParts
from app.features.old_parts.snapshots import Shown
from app.features.sample.people import dice
from app.features.sample.player import Crew
from app.features.sample.story import Course, Story
from app.features.settings.service import SettingsService
from app.features.settling.service import Settlements
from app.features.settling.snapshots import LineEntry
from app.model.agreements import Terms
from app.store.door import Store

_BRANDS = (
    BrandEntry("海尔", ("Haier", "海尔智家"), "SH-0731", "刘经理", "4006999999"),
    BrandEntry("美的", ("Midea",), "MD-2207", "陈主管", "4008899315"),
    BrandEntry("格力", ("GREE",), "GL-118", "周工"),
    BrandEntry("西门子", ("Siemens",), "BSH-5520"),
    BrandEntry("方太", (), "FT-0096"),
)
_TERMS = Terms(
    warranty_months={"": 12, "cooling": 36},
    repair_fee={"": 6000, "cooling": 9000},
    visit_fee={"": 2000},
    parts=PartsRule.COST,
    free_part_limit=Money.yuan(20),
)
_CODES = (
    CodeEntry(CodeList.FAULT, "F01", "不制冷（热）"),
    CodeEntry(CodeList.FAULT, "F02", "不通电"),
    CodeEntry(CodeList.FAULT, "F03", "漏水"),
    CodeEntry(CodeList.FAULT, "F04", "异响"),
    CodeEntry(CodeList.CAUSE, "C01", "元件老化"),
    CodeEntry(CodeList.CAUSE, "C02", "接触不良"),
    CodeEntry(CodeList.CAUSE, "C03", "出厂缺陷"),
    CodeEntry(CodeList.FIX, "R01", "更换部件"),
    CodeEntry(CodeList.FIX, "R02", "修复调整"),
)
_FAULTS, _CAUSES, _FIXES = (
    [each.code for each in _CODES if each.list is kind]
    for kind in (CodeList.FAULT, CodeList.CAUSE, CodeList.FIX)
)
#: The newest claims nobody has looked at yet; of those before them some are with the brand, some came back.
_NEW, _WITH_BRAND = 2, 3
_SHORT_PAID = 6
#: Of the brands' devices so many are in warranty.
_COVERED = 0.6
_LATELY = timedelta(days=50)


def take_up(store: Store, crew: Crew) -> None:
    """The shop begins to work for its brands: from today on their repairs become claims."""
    SettingsService(store).save(Ctx.gesture(crew.owner), {"brands": True})
    brands = Brands(store)
    today = brands.today()
    for at, entry in enumerate(_BRANDS, start=1):
        card = brands.save(Ctx.gesture(crew.owner), None, entry)
        agreement = AgreementEntry(today - timedelta(days=30), number=f"{today:%Y}-{at:03d}", terms=_TERMS)
        brands.save_agreement(Ctx.gesture(crew.owner), card.row.id, None, agreement)
    brands.save_codes(Ctx.gesture(crew.owner), None, _CODES)


def in_warranty(stories: Iterable[Story], seed: int, now: datetime) -> list[Story]:
    """The stories of a shop that works for brands: more people bring what is in warranty, of late all of them."""
    return [_covered(each, seed, lately=now - each.arrives < _LATELY) for each in stories]


def _covered(story: Story, seed: int, *, lately: bool) -> Story:
    chance = dice("warranty", seed, story.key)
    names = {entry.name for entry in _BRANDS}
    plain = story.course is Course.REPAIR and story.stop is None and story.device.brand in names
    if not plain or (chance.random() > _COVERED and not lately):
        return story
    bought = story.arrives.date() - timedelta(days=chance.randrange(20, 330))
    device = replace(story.device, purchased_on=bought, proof_seen=True, spend_limit=None)
    return replace(story, device=device, deposit=ZERO, discount_percent=0)


class BrandDesk:
    """Who does the brands' paper work on the last evening of a month, and on the last day of the sample."""

    def __init__(self, store: Store, crew: Crew, seed: int) -> None:
        self._store, self._crew, self._seed = store, crew, seed
        self._claims, self._settlements = Claims(store), Settlements(store)

    def month_end(self, day: date) -> None:
        """Old parts are packed, what was delivered goes out and is answered; the month before is settled and booked."""
        old = OldParts(self._store)
        for part in old.page(Shown.DUE, limit=500):
            old.pack_one(Ctx.gesture(self._crew.counter[0]), part.id)
        for row in self._open():
            self._send(row)
        for row in self._claims.page((ClaimState.SENT,), limit=500):
            self._accept(row)
        self._settle(day.replace(day=1) - timedelta(days=1), post=True)

    def today(self) -> None:
        """The last month agreed but not booked; some claims with the brand, some that came back, some new ones."""
        rows = self._open()
        for row in rows[_NEW:]:
            self._send(row)
        sent = self._claims.page((ClaimState.SENT,), limit=500)
        for row in sent[_WITH_BRAND + 2 :]:
            self._accept(row)
        counter = self._crew.counter[0]
        for row, answer, why in zip(
            sent[_WITH_BRAND : _WITH_BRAND + 2],
            (ClaimState.RETURNED, ClaimState.REFUSED),
            ("请补拍铭牌照片后重新提交", "购机凭证与机身号不符"),
            strict=False,
        ):
            self._claims.note_answer(Ctx.gesture(counter), row.id, row.version, answer, reason=why)
        self._settle(
            business_day(self._store.clock.now(), self._claims.zone).replace(day=1) - timedelta(days=1),
            post=False,
        )
        self._report(rows)
        if rows:
            told = "顾客称使用中插头处冒烟，已自行断电，无人受伤。"
            entry = IncidentEntry(
                rows[0].order_number,
                IncidentKind.FIRE,
                self._store.clock.now() - timedelta(days=2),
                told,
                town="清水镇",
                done="断电、拍照、封存机器，当日电话告知厂家。",
            )
            Incidents(self._store).record(Ctx.gesture(counter), entry)

    def _report(self, rows: tuple[ClaimRow, ...]) -> None:
        """All reports but this week's are made; a late visit of a claim's order is noted."""
        quality = Quality(self._store)
        lead = self._crew.lead
        if rows:
            late = AssessmentEntry(
                AssessmentKind.LATE_VISIT, order_number=rows[0].order_number, note="约九点，十一点才到"
            )
            quality.assess(Ctx.gesture(lead), rows[0].brand_id, f"{quality.today():%Y-%m}", late)
        newest = quality.today() - timedelta(days=7)
        for row in quality.rows():
            if row.waits and row.subject in (Subject.WEEKLY, Subject.MONTHLY) and row.day <= newest:
                entry = MonthlyEntry(followed_up=18, complaints=0, satisfied_percent=97)
                quality.report(Ctx.gesture(lead), row, entry)

    def _open(self) -> tuple[ClaimRow, ...]:
        return self._claims.page(OPEN, limit=500)

    def _send(self, row: ClaimRow) -> None:
        chance = dice("claim", self._seed, row.number)
        entry = ClaimEntryForm(
            fault_code=chance.choice(_FAULTS),
            cause_code=chance.choice(_CAUSES),
            fix_code=chance.choice(_FIXES),
            serial=row.serial or f"HR{chance.randrange(10**9):09d}",
            outdoor_serial=f"OUT{chance.randrange(10**8):08d}" if row.category == "cooling" else "",
            unsigned_reason="由家人代取",
        )
        by = self._crew.counter[0]
        card = self._claims.complete(Ctx.gesture(by), row.id, row.version, entry)
        if card.row.state is ClaimState.READY:
            self._claims.send(Ctx.gesture(by), [row.id])

    def _accept(self, row: ClaimRow) -> None:
        chance = dice("answer", self._seed, row.number)
        less = row.total > Money.yuan(40) and chance.randrange(_SHORT_PAID) == 0
        amount, why = (row.total - Money.yuan(20), "上门费按市区标准") if less else (row.total, "")
        ctx = Ctx.gesture(self._crew.counter[0])
        self._claims.note_answer(ctx, row.id, row.version, ClaimState.ACCEPTED, amount, why)

    def _settle(self, last: date, *, post: bool) -> None:
        owner = self._crew.owner
        answered = [
            row.brand_id
            for row in self._claims.page((ClaimState.ACCEPTED,), limit=500)
            if row.delivered_on <= last
        ]
        for brand in Brands(self._store).list():
            if brand.id not in answered:
                continue
            card = self._settlements.make(Ctx.gesture(owner), brand.id, f"{last:%Y-%m}")
            if not post:
                late = LineEntry(SettlementKind.DEDUCTION, "上门超时", Money.yuan(20), "协议第 7 条")
                card = self._settlements.save_line(
                    Ctx.gesture(owner), card.row.id, card.row.version, None, late
                )
            else:
                card = self._settlements.agree(
                    Ctx.gesture(owner), card.row.id, card.row.version, leave_out=True
                )
                self._settlements.post(Ctx.gesture(owner), card.row.id, card.row.version)
