"""What an administrator types, checked before a command begins."""

from __future__ import annotations

import argparse
import re
from typing import Any

from app.core.errors import Refusal
from app.core.money import Money
from app.core.wire.answers import ClaimState, Deduction, Gap
from app.core.wire.events import PhotoOf
from app.core.words import _

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def port(text: str) -> int:
    """A TCP port."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(_("a number from 1 to 65535"))
    return int(text)


def count(text: str) -> int:
    """One or more."""
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 6 and int(text) > 0):
        raise argparse.ArgumentTypeError(_("a whole number"))
    return int(text)


def days(text: str) -> int:
    """Days, none or more."""
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 4):
        raise argparse.ArgumentTypeError(_("a whole number"))
    return int(text)


def state(text: str) -> ClaimState:
    """A claim's state."""
    found: ClaimState = _one_of(ClaimState, text)
    return found


def month(text: str) -> str:
    """``2026-11``"""
    if not _MONTH.fullmatch(text):
        raise argparse.ArgumentTypeError(_("a month like {example}").format(example="2026-11"))
    return text


def money(text: str) -> int:
    """Yuan as fen."""
    try:
        return Money.parse(text).fen
    except Refusal:
        raise argparse.ArgumentTypeError(_("an amount like {example}").format(example="12.50")) from None


def deduction(text: str) -> Deduction:
    """``REASON=12.50``"""
    reason, sign, amount = text.rpartition("=")
    if not sign or not reason.strip():
        raise argparse.ArgumentTypeError(_("a reason and an amount, like REASON=12.50"))
    return Deduction(reason.strip()[:200], money(amount))


def photos(text: str) -> tuple[PhotoOf, ...]:
    """Codes of photos, with commas."""
    return tuple(_one_of(PhotoOf, each) for each in text.split(",") if each)


def gaps(text: str) -> tuple[Gap, ...]:
    """Codes of gaps, with commas."""
    return tuple(_one_of(Gap, each) for each in text.split(",") if each)


def _one_of(kind: Any, text: str) -> Any:
    try:
        return kind(text.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(_("one of {choices}").format(choices=", ".join(kind))) from None
