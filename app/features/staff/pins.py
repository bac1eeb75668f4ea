"""PINs: what is too simple, how they are kept (argon2id), how long to wait after wrong ones."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.core.errors import Reason, Refusal

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 4, 12
#: So many wrong PINs cost nothing; each further one doubles the wait.
FREE_TRIES = 3
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
_RUN = "01234567890"


def clean_pin(typed: str) -> str:
    """A new PIN as plain digits (a Chinese input method types full-width ones, an Arabic keyboard its own).

    Raises ``Refusal(PIN_TOO_SIMPLE)``: not 4 to 12 digits, all the same, or a run up or down.
    """
    pin = _digits(typed)
    run = pin in _RUN or pin[::-1] in _RUN
    if (
        not (pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST)
        or len(set(pin)) == 1
        or run
    ):
        raise Refusal(Reason.PIN_TOO_SIMPLE)
    return pin


def wait_after(failed: int) -> timedelta:
    """How long no PIN is tried after ``failed`` wrong ones in a row: 5 s after the third, doubling, at most
    15 minutes. A four-digit PIN then takes months to guess."""
    if failed < FREE_TRIES:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(failed - FREE_TRIES, 20)), LONGEST_WAIT)


def seconds_left(failed: int, locked_until: datetime | None, now: datetime) -> int:
    """Whole seconds until a PIN may be tried again; 0 when it may.

    A lock further away than it can have been set means that the clock was put back (``astray``): then the whole wait
    begins again, or a wrong date would lock the shop out for years, and putting it back would open it.
    """
    if locked_until is None:
        return 0
    left = min(locked_until - now, wait_after(failed))
    return max(-(-left // timedelta(seconds=1)), 0)


def astray(failed: int, locked_until: datetime | None, now: datetime) -> bool:
    """Whether a lock ends later than it can have been set to."""
    return locked_until is not None and locked_until - now > wait_after(failed)


@dataclass(frozen=True, slots=True)
class PinHasher:
    """argon2id: 3 passes over 64 MiB as RFC 9106's second choice, in one lane: a PC with many cores takes as long
    as one with two: 0.2 s. Tests take cheaper numbers; what was kept with other numbers is kept anew at a sign-in.
    """

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 1

    def keep(self, pin: str) -> str:
        """The text to keep in place of the PIN."""
        return self._hasher().hash(pin)

    def matches(self, kept: str, typed: str) -> bool:
        """Whether ``typed`` is the PIN behind ``kept``; takes as long for a wrong one."""
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return self._hasher().verify(kept, _digits(typed[:64]))
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False

    def outdated(self, kept: str) -> bool:
        """Whether ``kept`` was made with other numbers than ours."""
        return self._hasher().check_needs_rehash(kept)

    def _hasher(self) -> PasswordHasher:
        # Imported at the first PIN: the sign-in screen is painted without it.
        from argon2 import PasswordHasher, Type

        return PasswordHasher(self.passes, self.memory_kib, self.lanes, type=Type.ID)


def _digits(typed: str) -> str:
    """Every script's digits as 0 to 9, the same for a PIN that is set and one that is tried. What only looks like a
    digit (², ⑤) stays what it is: no PIN is made of it, and none is met by it."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in typed.strip())
