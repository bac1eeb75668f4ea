"""Days as people write them."""

from __future__ import annotations

from datetime import date, timedelta

from app.core.errors import Reason, Refusal


def read_day(text: str, today: date, *, past: bool = False) -> date:
    """The day meant by ``text``. Raises ``Refusal(BAD_DATE)``.

    ``+3`` counts from ``today``. Without a year it is the next such day from today on (a promise), or with
    ``past`` the last one (a purchase). ``22`` alone is a day of this month by the same rule.
    """
    wanted = text.strip().replace("年", "-").replace("月", "-").replace("日", "")
    wanted = wanted.replace("/", "-").replace(".", "-").replace("－", "-")
    bad = Refusal(Reason.BAD_DATE, text=text.strip()[:40])
    if not wanted.isascii():
        raise bad
    try:
        if wanted[:1] in "+-" and wanted[1:].isdigit() and len(wanted) <= 5:
            return today + timedelta(days=int(wanted))
        parts = [part for part in wanted.split("-") if part]
        if len(parts) == 1 and wanted.isdigit():
            parts = _split(wanted)
        if not all(part.isdigit() for part in parts):
            raise bad
        numbers = [int(part) for part in parts]
        match numbers:
            case [year, month, day]:
                found = date(year + 2000 if year < 100 else year, month, day)
            case [month, day]:
                found = _nearest_year(month, day, today, past)
            case [day]:
                found = _nearest_month(day, today, past)
            case _:
                raise bad
    except (ValueError, OverflowError):
        raise bad from None
    if not 1990 <= found.year <= 2100:
        raise bad
    return found


def _split(digits: str) -> list[str]:
    match len(digits):
        case 8:
            return [digits[:4], digits[4:6], digits[6:]]
        case 6:
            return [digits[:2], digits[2:4], digits[4:]]
        case 3 | 4:
            return [digits[:-2], digits[-2:]]
        case 1 | 2:
            return [digits]
        case _:
            return []


def _nearest_year(month: int, day: int, today: date, past: bool) -> date:
    """This year's such day, or the next (last) one; 29 February may be up to eight years away."""
    for step in range(9):
        try:
            found = date(today.year + (-step if past else step), month, day)
        except ValueError:
            continue
        if (found <= today) if past else (found >= today):
            return found
    raise ValueError(day)


def _nearest_month(day: int, today: date, past: bool) -> date:
    month = today.year * 12 + today.month - 1
    for step in range(13):
        year, zero_based = divmod(month + (-step if past else step), 12)
        try:
            found = date(year, zero_based + 1, day)
        except ValueError:
            continue
        if (found <= today) if past else (found >= today):
            return found
    raise ValueError(day)
