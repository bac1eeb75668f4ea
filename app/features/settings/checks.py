"""What may stand in each setting, and the one clear refusal where it may not.

``clean(key, value, current)`` answers the value to keep, in the form ``model.settings`` holds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.core.enums import LineKind, PaperKind, PaperSize, Role
from app.core.errors import Reason, Refusal
from app.core.fields import LONG, SHORT, clean_line, clean_phone, clean_text
from app.core.money import MAX_FEN, Money
from app.core.words import Language
from app.features.settings.logo import clean_logo
from app.model.settings import ShopSettings
from app.papers.forms import SIZES

#: The rates that Chinese VAT knows, in permille (domain.md §8).
TAX_RATES = (0, 10, 30, 60, 130)
THEMES = ("system", "light", "dark")
TEXT_SCALES = (100, 110, 125, 150, 175, 200)
MOST_PHRASES = 100
MOST_ROWS = 500
MOST_SPANS = 4
_SPAN = re.compile(r"^(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})$")
_BETWEEN_SPANS = re.compile(r"[,，;；、]")

_Check = Callable[[str, Any, ShopSettings], Any]


def clean(key: str, value: Any, current: ShopSettings) -> Any:
    """The value of one setting as it is to be kept. Raises ``Refusal`` naming the field."""
    check = _CHECKS.get(key)
    if check is None:
        raise Refusal(Reason.BAD_CHOICE, field=key, text=key[:40])
    return check(key, value, current)


def clean_hours(text: str) -> str:
    """Opening hours as ``08:30-12:00,14:00-19:00``; "" is never open. Raises ``Refusal(BAD_HOURS)``."""
    spans: list[tuple[int, int]] = []
    wrong = Refusal(Reason.BAD_HOURS, text=text[:40])
    if len(text) > SHORT:
        raise wrong
    for part in filter(None, (each.strip() for each in _BETWEEN_SPANS.split(text))):
        found = _SPAN.match(part)
        if found is None:
            raise wrong
        hour, minute, to_hour, to_minute = (int(each) for each in found.groups())
        start, end = hour * 60 + minute, to_hour * 60 + to_minute
        if max(minute, to_minute) > 59 or not start < end <= 24 * 60 or (spans and start < spans[-1][1]):
            raise wrong
        spans.append((start, end))
    if len(spans) > MOST_SPANS:
        raise wrong
    return ",".join(f"{_hhmm(start)}-{_hhmm(end)}" for start, end in spans)


def _hhmm(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _line(most: int, *, required: bool = False) -> _Check:
    return lambda key, value, _current: clean_line(key, _text(key, value), most=most, required=required)


def _long(key: str, value: Any, _current: ShopSettings) -> str:
    return clean_text(key, _text(key, value), most=LONG)


def _phone(key: str, value: Any, _current: ShopSettings) -> str:
    return clean_phone(_text(key, value), field=key)


def _hours(key: str, value: Any, _current: ShopSettings) -> str:
    return clean_hours(_text(key, value))


def _zone(key: str, value: Any, _current: ShopSettings) -> str:
    name = _text(key, value).strip()
    try:
        # The name becomes a path inside the zone data: ZoneInfo refuses climbing out of it.
        return ZoneInfo(name[:SHORT]).key
    except (KeyError, ValueError, OSError):
        raise _bad_choice(key, value) from None


def _one_of(choices: Iterable[str]) -> _Check:
    allowed = tuple(choices)

    def check(key: str, value: Any, _current: ShopSettings) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise _bad_choice(key, value)
        return str(value)

    return check


def _number(low: int, high: int) -> _Check:
    return lambda key, value, _current: _whole(key, value, low, high)


def _scale(key: str, value: Any, _current: ShopSettings) -> int:
    if _whole(key, value, TEXT_SCALES[0], TEXT_SCALES[-1]) not in TEXT_SCALES:
        raise _bad_choice(key, value)
    return int(value)


def _fen(key: str, value: Any, _current: ShopSettings) -> int:
    if isinstance(value, Money):
        value = value.fen
    return _whole(key, value, 0, MAX_FEN)


def _flag(key: str, value: Any, _current: ShopSettings) -> bool:
    if not isinstance(value, bool):
        raise _bad_choice(key, value)
    return value


def _logo(_key: str, value: Any, current: ShopSettings) -> str:
    if value == current.logo or value in ("", b""):
        return str(value or "")
    if not isinstance(value, bytes | str):
        raise Refusal(Reason.BAD_IMAGE)
    return clean_logo(value)


def _phrases(key: str, value: Any, _current: ShopSettings) -> tuple[str, ...]:
    return _list(key, value)


def _phrases_by_category(key: str, value: Any, _current: ShopSettings) -> dict[str, tuple[str, ...]]:
    lists = {category: _list(key, phrases) for category, phrases in _table(key, value).items()}
    return {category: phrases for category, phrases in lists.items() if phrases}


def _texts_by_category(key: str, value: Any, _current: ShopSettings) -> dict[str, str]:
    cleaned = {row: clean_text(key, _text(key, text)) for row, text in _table(key, value).items()}
    return {row: text for row, text in cleaned.items() if text}


def _numbers_by_category(low: int, high: int) -> _Check:
    def check(key: str, value: Any, current: ShopSettings) -> dict[str, int]:
        cleaned = {row: _whole(key, number, low, high) for row, number in _table(key, value).items()}
        # The entry under "" is what every other category falls back to.
        return {"": getattr(current, key).get("", low), **cleaned}

    return check


def _tax(key: str, value: Any, current: ShopSettings) -> dict[str, int]:
    rates = dict(current.tax_permille)
    for kind, rate in _coded(key, value, LineKind).items():
        if isinstance(rate, bool) or rate not in TAX_RATES:
            raise _bad_choice(key, rate)
        rates[kind] = int(rate)
    return rates


def _tax_from(key: str, value: Any, _current: ShopSettings) -> dict[str, int]:
    """Rates from a day on: ``{"2026-12-01/labour": 60}``."""
    rates: dict[str, int] = {}
    for row, rate in _table(key, value).items():
        day, _slash, kind = row.partition("/")
        try:
            date.fromisoformat(day)
        except ValueError:
            raise Refusal(Reason.BAD_DATE, text=day[:40]) from None
        if len(day) != len("2026-12-01") or kind not in set(LineKind):
            raise _bad_choice(key, row[:40])
        if isinstance(rate, bool) or rate not in TAX_RATES:
            raise _bad_choice(key, rate)
        rates[row] = int(rate)
    return rates


def _role_limits(key: str, value: Any, current: ShopSettings) -> dict[str, int]:
    """Amounts in fen by role; the owner has no limit."""
    limits = {role: _whole(key, limit, 0, MAX_FEN) for role, limit in _coded(key, value, Role).items()}
    return {**getattr(current, key), **limits}


def _member_percent(key: str, value: Any, _current: ShopSettings) -> dict[str, int]:
    found = _table(key, value)
    if "" in found:
        raise Refusal(Reason.FIELD_REQUIRED, field="level")
    return {level: _whole(key, percent, 0, 100) for level, percent in found.items()}


def _discounts(key: str, value: Any, current: ShopSettings) -> dict[str, int]:
    limits = {role: _whole(key, limit, 0, 100) for role, limit in _coded(key, value, Role).items()}
    return {**current.discount_limit, **limits}


def _sizes(key: str, value: Any, current: ShopSettings) -> dict[str, str]:
    sizes = dict(current.paper_sizes)
    for kind, size in _coded(key, value, PaperKind).items():
        possible = SIZES[PaperKind(kind)]
        if not isinstance(size, str) or size not in possible:
            raise Refusal(
                Reason.PAPER_SIZE_UNKNOWN,
                kind=PaperKind(kind),
                size=str(size)[:40],
                sizes=", ".join(each.value for each in possible),
            )
        sizes[kind] = PaperSize(size).value
    return sizes


def _printers(key: str, value: Any, current: ShopSettings) -> dict[str, str]:
    names = {kind: clean_line(key, _text(key, name)) for kind, name in _coded(key, value, PaperKind).items()}
    return {**current.printers, **names}


def _papers(key: str, value: Any, _current: ShopSettings) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise _bad_choice(key, value)
    return tuple(dict.fromkeys(_coded(key, {str(kind): True for kind in value}, PaperKind)))


def _list(key: str, value: Any) -> tuple[str, ...]:
    """Short phrases without doubles and empty ones, in the owner's order."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise _bad_choice(key, value)
    phrases = [clean_line(key, _text(key, phrase), most=SHORT) for phrase in value]
    cleaned = tuple(dict.fromkeys(filter(None, phrases)))
    if len(cleaned) > MOST_PHRASES:
        raise Refusal(Reason.TOO_MANY_ENTRIES, field=key, most=MOST_PHRASES)
    return cleaned


def _table(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _bad_choice(key, value)
    if len(value) > MOST_ROWS:
        raise Refusal(Reason.TOO_MANY_ENTRIES, field=key, most=MOST_ROWS)
    return {clean_line(key, _text(key, row), most=2 * SHORT): entry for row, entry in value.items()}


def _coded(key: str, value: Any, code: type[StrEnum]) -> dict[str, Any]:
    """A table whose rows are codes of the program."""
    table = _table(key, value)
    for row in table:
        if row not in set(code):
            raise _bad_choice(key, row)
    return table


def _whole(key: str, value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Refusal(Reason.OUT_OF_RANGE, field=key, low=low, high=high)
    return value


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _bad_choice(key, value)
    return value


def _bad_choice(key: str, value: Any) -> Refusal:
    return Refusal(Reason.BAD_CHOICE, field=key, text=str(value)[:40])


_CHECKS: dict[str, _Check] = {
    "shop_name": _line(SHORT, required=True),
    "address": _line(200),
    "hotline": _phone,
    "complaint_phone": _phone,
    "tax_number": _line(30),
    "logo": _logo,
    "hours": _hours,
    "time_zone": _zone,
    "language": _one_of(("", *Language)),
    "theme": _one_of(THEMES),
    "text_scale": _scale,
    "sounds": _flag,
    "tax_inclusive": _flag,
    "tax_permille": _tax,
    "terms": _long,
    "guarantee": _long,
    "footer": _long,
    "care": _texts_by_category,
    "categories": _phrases,
    "shelves": _phrases,
    "quick_faults": _phrases_by_category,
    "accessories": _phrases,
    "damages": _phrases,
    "promise_days": _numbers_by_category(0, 365),
    "guarantee_days": _numbers_by_category(0, 3650),
    "warranty_months": _numbers_by_category(0, 240),
    "quote_valid_days": _number(1, 365),
    "quote_on_invoice": _flag,
    "diagnosis_fee": _fen,
    "labour_price": _fen,
    "visit_fee": _fen,
    "discount_limit": _discounts,
    "tax_from": _tax_from,
    "terms_days": _number(0, 365),
    "credit_limit": _role_limits,
    "pay_out_limit": _role_limits,
    "till_tolerance": _fen,
    "member_percent": _member_percent,
    "unclaimed_days": _number(1, 3650),
    "old_part_days": _number(1, 3650),
    "unclaimed_reminders": _number(0, 20),
    "diagnosis_required": _flag,
    "idle_lock_minutes": _number(0, 480),
    "passcode_days": _number(1, 30),
    "retention_years": _number(0, 30),
    "backup_place": _line(1000),
    "backup_cap_gb": _number(1, 100_000),
    "backup_lock": _line(1000),
    "sync_paused": _flag,
    "brands": _flag,
    "paper_sizes": _sizes,
    "printers": _printers,
    "print_at_intake": _papers,
    "paper_language": _one_of(("", *Language)),
}

#: Every key an owner may change; ``shop_id`` is given once, at the founding.
KEYS = frozenset(_CHECKS)
