"""From a record to the story of its order: customers, prices and parts are invented, each from the record's
id alone, so that a run that was cut off goes on with the same ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from app.core.clock import business_day
from app.core.enums import PaymentMethod, Status
from app.core.fields import LINE, LONG
from app.core.money import ZERO, Money
from app.features.intake.snapshots import DeviceEntry
from app.features.replay.ords import cut, short
from app.features.replay.snapshots import Outcome, Record
from app.features.sample.hours import OpeningHours
from app.features.sample.people import dice, person
from app.features.sample.stories import DAYS, SHOWPIECES, invent
from app.features.sample.story import Course, Purse, Story
from app.features.sample.supplies import Supplies, supplies

#: Every so many records the papers of the order are written.
PAPERS_EVERY = 50
#: Different people who come with the devices of one file: most come once, some three or four times.
PEOPLE = 9000
#: What the customer agreed to beforehand covers every invented price.
_LIMIT = Money.yuan(2000)

_PURSES = (
    (Purse.WECHAT, 40),
    (Purse.ALIPAY, 20),
    (Purse.EXACT_CASH, 12),
    (Purse.CASH_WITH_CHANGE, 16),
    (Purse.CARD, 6),
    (Purse.SPLIT, 6),
)
#: Where records of unknown outcome stay.
_OPEN = (
    (Status.RECEIVED, 30),
    (Status.DIAGNOSING, 20),
    (Status.QUOTED, 12),
    (Status.APPROVED, 8),
    (Status.REPAIRING, 8),
    (Status.WAITING_PARTS, 8),
    (Status.WAITING_CUSTOMER, 5),
    (Status.QC, 4),
    (Status.READY, 5),
)
_ASKS = frozenset({Status.QUOTED, Status.DECLINED})


def tell(records: Sequence[Record], hours: OpeningHours, supplies: Supplies, seed: int) -> list[Story]:
    """The stories of all records, sorted by arrival: each day's orders spread over its opening hours."""
    per_day: dict[date, int] = {}
    for record in records:
        per_day[record.day] = per_day.get(record.day, 0) + 1
    seen: dict[date, int] = {}
    stories = []
    for record in records:
        at = seen.get(record.day, 0)
        seen[record.day] = at + 1
        # The last hour is for mending what came in before it.
        share = 0.85 * (at + 0.5) / per_day[record.day]
        stories.append(_story(record, hours, share, supplies, seed))
    return sorted(stories, key=lambda story: story.arrives)


def retold(records: Sequence[Record], *, seed: int, now: datetime) -> Callable[[OpeningHours], list[Story]]:
    """For ``sample.fill(stories=…)``: as many orders as ``records``, real repairs moved to the twelve months
    before ``now`` in place of invented ones, but for a few that show every status."""

    def stories(hours: OpeningHours) -> list[Story]:
        today = business_day(now, hours.zone)
        shown = invent(supplies(), hours, orders=min(len(records), len(SHOWPIECES)), seed=seed, now=now)
        count = len(records) - len(shown)
        moved = [
            replace(
                records[at * len(records) // count], day=today - timedelta(days=DAYS - 1 - at * DAYS // count)
            )
            for at in range(count)
        ]
        told = tell(moved, hours, supplies(), seed) + shown
        return sorted((each for each in told if each.arrives <= now), key=lambda each: each.arrives)

    return stories


def _story(record: Record, hours: OpeningHours, share: float, supplies: Supplies, seed: int) -> Story:
    chance = dice(seed, "ords", record.ref)
    course, stop = _course(record, chance)
    asks = course is Course.DECLINE or stop in _ASKS or chance.random() < 0.12
    goods = supplies.goods_for(record.category)
    count = chance.choices((0, 1, 2), (50, 38, 12))[0]
    if stop is Status.WAITING_PARTS:
        count = max(count, 1)
    parts = tuple(each.number for each in chance.sample(goods, count))
    troubles = supplies.trades[record.category].troubles
    mended = chance.choice(troubles) if course is Course.REPAIR and chance.random() < 0.3 else None
    fault, rest = cut(record.problem or record.product or record.ref, LONG)
    notes = _notes(record, rest, supplies.says)
    deposit = Money.yuan(chance.choice((20, 50, 100))) if chance.random() < 0.05 else ZERO
    bought = date(record.year, 6, 15) if record.year is not None else None
    return Story(
        key=record.ref,
        arrives=hours.at(record.day, share),
        customer=person(supplies, seed, "ords", dice(seed, "who", record.ref).randrange(PEOPLE)),
        device=DeviceEntry(
            category=record.category,
            brand=short(record.brand),
            model=short(record.product),
            purchased_on=bought if bought is not None and bought <= record.day else None,
            fault=fault,
            shelf=chance.choice(supplies.shop["shelves"]),
            spend_limit=None if asks else _LIMIT,
        ),
        course=course,
        stop=stop,
        notes=notes,
        fix=mended.fix if mended else "",
        labour=Money.yuan(10 * chance.randrange(3, 19)),
        minutes=chance.randrange(10, 75),
        parts=parts,
        barrier=cut(record.barrier, LINE)[0] if course is Course.GIVE_UP else "",
        deposit=deposit,
        deposit_method=chance.choice((PaymentMethod.CASH, PaymentMethod.WECHAT)),
        diagnosis_fee=Money.yuan(30)
        if course is Course.DECLINE or (course is Course.GIVE_UP and chance.random() < 0.25)
        else ZERO,
        discount_percent=5 if chance.random() < 0.05 else 0,
        purse=chance.choices([each for each, _ in _PURSES], [weight for _, weight in _PURSES])[0],
        receipt_lost=chance.random() < 0.02,
        fails_check=chance.random() < 0.03,
        technician=chance.randrange(12),
        # A repair event: most devices go home the same day, some some days later.
        pace=chance.choice((0.05, 0.1, 0.1, 0.2, 0.8)),
        papers=chance.randrange(PAPERS_EVERY) == 0,
    )


def _course(record: Record, chance: Random) -> tuple[Course, Status | None]:
    match record.outcome:
        case Outcome.FIXED:
            return Course.REPAIR, None
        case Outcome.END_OF_LIFE:
            return Course.GIVE_UP, None
        case Outcome.REPAIRABLE:
            if chance.random() < 0.75:
                return Course.DECLINE, None
            return Course.REPAIR, chance.choice((Status.WAITING_PARTS, Status.WAITING_CUSTOMER))
        case _:
            statuses = [each for each, _ in _OPEN]
            return Course.REPAIR, chance.choices(statuses, [weight for _, weight in _OPEN])[0]


def _notes(record: Record, rest: str, says: Mapping[str, str]) -> tuple[str, ...]:
    """What did not fit: the rest of a long text, a product or brand that was cut."""
    notes = []
    while rest:
        head, rest = cut(rest, LONG - 20)
        notes.append(says["more"].format(text=head))
    for whole in (record.product, record.brand):
        if short(whole) != " ".join(whole.split()):
            notes.append(cut(whole, LONG)[0])
    return tuple(dict.fromkeys(notes))
