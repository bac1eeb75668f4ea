"""Invents a year of a shop: what comes in, when, and how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from app.core.clock import business_day
from app.core.enums import Category, PaymentMethod, Status, Visit
from app.core.money import ZERO, Money
from app.features.intake.snapshots import DeviceEntry
from app.features.sample.hours import OpeningHours
from app.features.sample.people import dice, person
from app.features.sample.story import Course, Purse, Story
from app.features.sample.supplies import Make, Supplies, Trade, Trouble

DAYS = 365
#: Households per order: many customers come more than once.
_CUSTOMERS_PER_ORDER = 0.5
_BIG = ("空调", "冰箱", "冷柜", "洗衣机", "热水器", "油烟机", "燃气灶", "按摩椅", "洗碗机", "电视")
_WEIGHTS = {
    Category.COOLING: 17,
    Category.CLEANING: 13,
    Category.KITCHEN: 16,
    Category.VENTILATION: 9,
    Category.HEATING: 10,
    Category.PERSONAL_CARE: 5,
    Category.HEALTH_CARE: 4,
    Category.ENTERTAINMENT: 4,
    Category.AUDIO_VIDEO: 11,
    Category.IT: 13,
}
_PURSES = (
    (Purse.WECHAT, 44),
    (Purse.ALIPAY, 20),
    (Purse.EXACT_CASH, 10),
    (Purse.CASH_WITH_CHANGE, 14),
    (Purse.CARD, 4),
    (Purse.SPLIT, 5),
    (Purse.TRANSFER, 1),
    (Purse.ON_ACCOUNT, 2),
)
#: Orders that stand in each status on the last day, with how many days ago they came in.
SHOWPIECES: Sequence[tuple[Status, int]] = (
    (Status.REGISTERED, 0),
    (Status.REGISTERED, 1),
    (Status.DISPATCHED, 1),
    (Status.ON_SITE, 1),
    (Status.RECEIVED, 0),
    (Status.RECEIVED, 1),
    (Status.DIAGNOSING, 2),
    (Status.QUOTED, 3),
    (Status.QUOTED, 9),
    (Status.APPROVED, 4),
    (Status.DECLINED, 5),
    (Status.REPAIRING, 4),
    (Status.REPAIRING, 7),
    (Status.WAITING_PARTS, 8),
    (Status.WAITING_PARTS, 15),
    (Status.WAITING_CUSTOMER, 9),
    (Status.QC, 6),
    (Status.UNREPAIRABLE, 6),
    (Status.READY, 8),
    (Status.READY, 25),
    (Status.RETURNING, 12),
    (Status.UNCLAIMED, 150),
    (Status.DISPOSED, 240),
    (Status.CANCELLED, 20),
)


def invent(supplies: Supplies, hours: OpeningHours, *, orders: int, seed: int, now: datetime) -> list[Story]:
    """``orders`` stories of the twelve months before ``now``, sorted by arrival, every status among them."""
    today = business_day(now, hours.zone)
    showpieces = SHOWPIECES[:orders]
    reworks = (orders - len(showpieces)) // 45
    plain = orders - len(showpieces) - reworks
    days = _busy_days(supplies, seed, plain, today)
    stories = [_story(supplies, hours, seed, orders, at, day, now) for at, day in enumerate(days)]
    for at, (status, ago) in enumerate(showpieces):
        story = _story(supplies, hours, seed, orders, plain + at, today - timedelta(days=ago), now)
        stories.append(_stopped(supplies, story, status, now))
    held = [each for each in stories[:plain] if _may_come_back(each, today)]
    for at in range(min(reworks, len(held))):
        first = held[at * len(held) // reworks]
        stories.append(_rework(supplies, hours, seed, first, at))
    for at in range(len(stories), orders):
        stories.append(_story(supplies, hours, seed, orders, 10 * orders + at, days[at % len(days)], now))
    return sorted((each for each in stories if each.arrives <= now), key=lambda each: each.arrives)


def _busy_days(supplies: Supplies, seed: int, count: int, today: date) -> list[date]:
    """Days of arrival: each month as busy as its season, the last weeks a little busier."""
    chance = dice(seed, "days")
    days = [today - timedelta(days=DAYS - 1 - at) for at in range(DAYS)]
    weights = []
    for at, day in enumerate(days):
        season = sum(
            _WEIGHTS[Category(code)] * trade.months[day.month - 1] for code, trade in supplies.trades.items()
        )
        weekday = (1.0, 0.9, 0.9, 0.95, 1.0, 1.35, 1.2)[day.weekday()]
        recent = 1.6 if at >= DAYS - 14 else 1.0
        weights.append(season * weekday * recent)
    return sorted(chance.choices(days, weights, k=count))


def _story(
    supplies: Supplies, hours: OpeningHours, seed: int, orders: int, at: int, day: date, now: datetime
) -> Story:
    key = f"demo-{seed}-{at:06d}"
    chance = dice(seed, "order", at)
    trade = _trade(supplies, chance, day)
    make = chance.choice(trade.makes)
    trouble = chance.choice(_troubles_of(trade, make))
    who = chance.randrange(max(1, round(orders * _CUSTOMERS_PER_ORDER)))
    customer = person(supplies, seed, who)
    visit = Visit.ON_SITE if make.kind.endswith(_BIG) and chance.random() < 0.45 else Visit.COUNTER
    arrives = hours.at(day, chance.random())
    if arrives > now:
        arrives = max(hours.at(day, 0.01), now - timedelta(minutes=chance.randrange(5, 90)))
    covered = chance.random() < 0.1
    age = timedelta(days=chance.randrange(20, 330) if covered else chance.randrange(400, 3200))
    cost = trouble.price.fen + sum(each.price.fen for each in supplies.goods if each.number in trouble.parts)
    cheap = cost < 15_000
    course = chance.choices(
        (Course.REPAIR, Course.DECLINE, Course.GIVE_UP, Course.CANCEL),
        (84, 0 if covered else 9, 5, 2),
    )[0]
    if visit is Visit.ON_SITE and course in (Course.DECLINE, Course.GIVE_UP):
        visit = Visit.COUNTER
    limited = course is Course.REPAIR and not covered and (cheap or visit is Visit.ON_SITE)
    deposit = Money.yuan(chance.choice((50, 100, 200))) if cost > 20_000 and chance.random() < 0.35 else ZERO
    purse = chance.choices([each for each, _ in _PURSES], [weight for _, weight in _PURSES])[0]
    device = DeviceEntry(
        category=trade.category,
        brand=chance.choice(make.brands),
        model=f"{make.kind} {chance.choice(make.models)}",
        serial=_serial(chance) if chance.random() < 0.7 else "",
        purchased_on=day - age if covered or chance.random() < 0.4 else None,
        proof_seen=covered,
        fault=trouble.fault,
        accessories=tuple(chance.sample(supplies.accessories, chance.randrange(3))),
        damage=chance.choice(supplies.damages) if chance.random() < 0.6 else "",
        shelf=chance.choice(supplies.shop["shelves"]) if visit is Visit.COUNTER else "",
        visit=visit,
        estimate=Money(round(cost / 1000) * 1000) if chance.random() < 0.5 else None,
        spend_limit=Money(-(-cost // 10_000) * 10_000 + 10_000) if limited else None,
    )
    return Story(
        key=key,
        arrives=arrives,
        customer=customer,
        device=device,
        course=course,
        notes=(supplies.says["note_customer"],) if chance.random() < 0.08 else (),
        cause=trouble.cause if course is Course.REPAIR and chance.random() < 0.8 else "",
        fix=trouble.fix if course is Course.REPAIR else "",
        labour=trouble.price,
        minutes=trouble.minutes,
        parts=trouble.parts if len(set(trouble.parts)) == len(trouble.parts) else trouble.parts[:1],
        visit_fee=Money.yuan(chance.choice((20, 30, 50))) if visit is Visit.ON_SITE else ZERO,
        barrier=chance.choice(supplies.unrepairable) if course is Course.GIVE_UP else "",
        deposit=deposit,
        deposit_method=chance.choice((PaymentMethod.CASH, PaymentMethod.WECHAT, PaymentMethod.ALIPAY)),
        diagnosis_fee=Money.yuan(30)
        if course is Course.DECLINE or (course is Course.GIVE_UP and chance.random() < 0.3)
        else ZERO,
        discount_percent=chance.choices((0, 5, 10), (88, 9, 3))[0],
        purse=purse,
        receipt_lost=chance.random() < 0.03,
        waits_parts=bool(trouble.parts) and chance.random() < 0.12,
        waits_customer=chance.random() < 0.03,
        fails_check=chance.random() < 0.05,
        calls=1 if chance.random() < 0.7 else 0,
        sent_back=visit is Visit.COUNTER and make.kind.endswith(_BIG) and chance.random() < 0.15,
        brought_in=visit is Visit.ON_SITE and chance.random() < 0.25,
        pays_after_days=chance.choice((12, 25, 40, None)) if purse is Purse.ON_ACCOUNT else None,
        technician=chance.randrange(3),
        pace=chance.choice((0.3, 0.6, 0.8, 1.0, 1.0, 1.5)),
    )


def _troubles_of(trade: Trade, make: Make) -> Sequence[Trouble]:
    return [each for each in trade.troubles if make.kind in each.kinds]


def _serial(chance: Random) -> str:
    letters = "".join(chance.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(3))
    return f"{letters}{chance.randrange(10**9):09d}"


def _trade(supplies: Supplies, chance: Random, day: date) -> Trade:
    trades = list(supplies.trades.values())
    weights = [_WEIGHTS[Category(each.category)] * each.months[day.month - 1] for each in trades]
    return chance.choices(trades, weights)[0]


def _stopped(supplies: Supplies, story: Story, status: Status, now: datetime) -> Story:
    """The story bent so that its order stands in ``status`` at the end."""
    on_site = status in (Status.REGISTERED, Status.DISPATCHED, Status.ON_SITE)
    asks = status in (Status.QUOTED, Status.DECLINED, Status.APPROVED)
    device = replace(
        story.device,
        visit=Visit.ON_SITE if on_site else Visit.COUNTER,
        spend_limit=None if asks else story.device.spend_limit or Money.yuan(2000),
        purchased_on=None if asks else story.device.purchased_on,
        proof_seen=False if asks else story.device.proof_seen,
    )
    course = {
        Status.DECLINED: Course.DECLINE,
        Status.UNREPAIRABLE: Course.GIVE_UP,
        Status.CANCELLED: Course.CANCEL,
        Status.UNCLAIMED: Course.FORGET,
        Status.DISPOSED: Course.FORGET,
    }.get(status, Course.REPAIR)
    return replace(
        story,
        arrives=min(story.arrives, now - timedelta(minutes=5)),
        device=device,
        course=course,
        stop=status,
        labour=story.labour or Money.yuan(50),
        barrier=supplies.unrepairable[0] if course is Course.GIVE_UP else "",
        # Who waits for an ordered part has paid for it in advance.
        deposit=Money.yuan(100) if status is Status.WAITING_PARTS else story.deposit,
        purse=Purse.WECHAT,
        sent_back=status is Status.RETURNING,
        brought_in=False,
        waits_parts=False,
        waits_customer=False,
        fails_check=False,
        pace=0.1,
    )


def _may_come_back(story: Story, today: date) -> bool:
    return (
        story.course is Course.REPAIR
        and story.purse is not Purse.ON_ACCOUNT
        and business_day(story.arrives) < today - timedelta(days=60)
    )


def _rework(supplies: Supplies, hours: OpeningHours, seed: int, first: Story, at: int) -> Story:
    """The same fault again, some weeks after the device went home."""
    chance = dice(seed, "rework", at)
    day = business_day(first.arrives) + timedelta(days=chance.randrange(28, 55))
    return replace(
        first,
        key=f"{first.key}-r",
        arrives=hours.at(day, chance.random()),
        device=replace(
            first.device,
            fault=f"{first.device.fault}（{supplies.says['rework']}）",
            visit=Visit.COUNTER,
            spend_limit=None,
            estimate=None,
        ),
        rework_of=first.key,
        deposit=ZERO,
        visit_fee=ZERO,
        discount_percent=0,
        brought_in=False,
        pace=0.4,
    )
