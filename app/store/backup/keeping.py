"""Which backups stay: the newest of each of the last 24 hours, 14 days, 8 weeks and 12 months in which any was made.

Counted are hours, days … that have a backup, newest backup first by its number: nothing is thrown away because of what
the clock says now. A clock that jumps by years uses up one hour, one day, one week and one month (promises.md 17).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from app.core.enums import BackupKind

HOURS, DAYS, WEEKS, MONTHS = 24, 14, 8, 12
#: So many of those that were made for a reason stay beside the rule.
BY_REASON = {
    BackupKind.BY_HAND: 5,
    BackupKind.MIGRATION: 3,
    BackupKind.RESTORE: 3,
    BackupKind.REPAIR: 3,
}
#: However little space there may be: the newest ones.
ALWAYS = 3


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that lies in a place; ``size`` is its file's, in bytes. One that is not ``good`` does not count."""

    name: str
    number: int
    made_at: datetime
    kind: BackupKind
    size: int
    good: bool = True


def to_drop(found: Sequence[Kept], zone: tzinfo, cap: int) -> tuple[Kept, ...]:
    """Those that may go, oldest first: what no rule keeps, then whatever is over ``cap`` bytes in all, the rows of the
    finest rule first. The newest good ones stay whatever they take, and so does what cannot be read: it is not ours to
    judge."""
    good = sorted((each for each in found if each.good), key=lambda each: each.number, reverse=True)
    tiers: dict[str, int] = {}
    for tier, (limit, part) in enumerate(_RULES):
        seen: set[object] = set()
        for each in good:
            key = part(each.made_at.astimezone(zone))
            if key not in seen and len(seen) < limit:
                seen.add(key)
                tiers[each.name] = tier
    for kind, limit in BY_REASON.items():
        for each in [every for every in good if every.kind is kind][:limit]:
            tiers.setdefault(each.name, 0)
    always = {each.name for each in good[:ALWAYS]}
    dropped = [each for each in good if each.name not in tiers and each.name not in always]
    total = sum(each.size for each in good) - sum(each.size for each in dropped)
    stay = [each for each in good if each.name in tiers and each.name not in always]
    for each in sorted(stay, key=lambda each: (tiers[each.name], each.number)):
        if total <= cap:
            break
        dropped.append(each)
        total -= each.size
    return tuple(sorted(dropped, key=lambda each: each.number))


_RULES: tuple[tuple[int, Callable[[datetime], object]], ...] = (
    (HOURS, lambda at: (at.date(), at.hour)),
    (DAYS, lambda at: at.date()),
    (WEEKS, lambda at: at.isocalendar()[:2]),
    (MONTHS, lambda at: (at.year, at.month)),
)
