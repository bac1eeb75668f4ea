"""Tells a scanner's burst from typing, by the time between keys (design.md §6). No Qt here; ``scanner`` feeds it.

Keys that may belong to a burst are held back for at most one gap (35 ms, two frames: nobody sees it) and then
given to their field in order and unchanged. Nothing is ever taken out of a field again, so masks, validators,
completers, selections and undo steps never see a digit that was not meant for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from app.core.codes import Code, Foreign, Scan, parse

#: Between two keys of a burst, in seconds. Wired scanners send 1–15 ms apart, Bluetooth ones up to 30.
GAP = 0.035
#: This long after the last key a burst is over even without Enter or Tab.
PAUSE = 0.060
#: An Enter this late after a burst that ended by itself is still the scanner's.
LATE_ENTER = 0.150
#: From here on keys this close are a scanner's, not a hand's: it may stumble up to PAUSE without being cut in two.
CERTAIN = 4
#: Shorter strings are typing, whatever their speed.
SHORTEST = 6
#: The shortest of our codes.
OURS = 12
#: Nobody's barcode is longer; a program that types is let through.
LONGEST = 64


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key or committed character. ``at`` in seconds; ``stamp`` the window system's milliseconds, 0 if unknown.

    ``event`` is whatever the caller needs to give the key back.
    """

    text: str
    at: float
    stamp: int = 0
    event: Any = None


@dataclass(frozen=True, slots=True)
class Typed:
    """Give these strokes to whom they were meant for, in this order."""

    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True)
class Scanned:
    """A burst that is one of our codes, sound or damaged."""

    scan: Scan


@dataclass(frozen=True, slots=True)
class Stranger:
    """A burst that is not ours: told to who takes such codes, or given back by its strokes."""

    text: str
    strokes: tuple[Stroke, ...]


Outcome = Typed | Scanned | Stranger


@dataclass(slots=True)
class BurstReader:
    """Fed key by key. Each method returns what is to be done *before* the present key, and what becomes of that key."""

    gap: float = GAP
    pause: float = PAUSE
    _held: list[Stroke] = field(default_factory=list)
    _take_all: bool = False
    _passed: Stroke | None = None
    _scan_ended: float = -1.0

    def key(self, stroke: Stroke, *, take_all: bool) -> tuple[list[Outcome], bool]:
        """A printable key. (outcomes, held): if not held it goes its way at once.

        ``take_all``: letters are held too and a foreign burst is reported, because no text field waits for it or
        because it may be somebody's before it is the field's.
        """
        outcomes: list[Outcome] = []
        if self._held and (not self._near(self._held[-1], stroke) or len(self._held) >= LONGEST):
            outcomes = self._end()
        if self._held:
            self._held.append(stroke)
            return outcomes, True
        # A digit close behind a letter that was let through belongs to a foreign burst or to a fast hand.
        follows = self._passed is not None and _between(self._passed, stroke) <= self.gap
        if not take_all and (follows or not _digit(stroke.text)):
            self._passed = stroke
            return outcomes, False
        self._passed = None
        self._held.append(stroke)
        self._take_all = take_all
        return outcomes, True

    def terminator(self, stroke: Stroke) -> tuple[list[Outcome], bool]:
        """Enter or Tab. (outcomes, swallowed): the end of a scan is swallowed, any other goes its way."""
        if not self._held:
            late = 0 <= stroke.at - self._scan_ended <= LATE_ENTER
            self._scan_ended = -1.0
            return [], late
        if _between(self._held[-1], stroke) > self.pause:
            return self._end(), False
        outcomes = self._end()
        self._scan_ended = -1.0
        # Typed behind it: the terminator follows what was typed.
        return outcomes, not isinstance(outcomes[-1], Typed)

    def other(self) -> list[Outcome]:
        """Any other key or a change of focus: what is held comes first."""
        self._passed = None
        return self._end() if self._held else []

    def deadline(self) -> float | None:
        """When ``expire`` is to be called, in the clock's seconds; None while nothing is held."""
        if not self._held:
            return None
        return self._held[-1].at + self._patience()

    def expire(self, now: float) -> list[Outcome]:
        """Time passed: end what is overdue."""
        limit = self.deadline()
        if limit is None or now < limit:
            return []
        outcomes = self._end()
        if not isinstance(outcomes[-1], Typed):
            self._scan_ended = now
        return outcomes

    def given_back(self) -> None:
        """What ended by itself was typed after all: an Enter behind it is the field's."""
        self._scan_ended = -1.0

    def holding(self) -> bool:
        """Whether any key is held back."""
        return bool(self._held)

    def _patience(self) -> float:
        return self.pause if len(self._held) >= CERTAIN else self.gap

    def _near(self, before: Stroke, after: Stroke) -> bool:
        return _between(before, after) <= self._patience()

    def _end(self) -> list[Outcome]:
        held, self._held = tuple(self._held), []
        self._passed = None
        found = _ours(held)
        if found is not None:
            return found
        if self._take_all and len(held) >= SHORTEST:
            return [Stranger("".join(stroke.text for stroke in held), held)]
        return [Typed(held)]


def _ours(held: tuple[Stroke, ...]) -> list[Outcome] | None:
    """The whole burst as one of our codes, or a code with keys of a hand just before or behind it."""
    if len(held) < OURS:
        return None
    scan = parse(_plain(held))
    if not isinstance(scan, Foreign):
        return [Scanned(scan)]
    if len(held) > OURS:
        for first, last in _splits(held):
            inner = parse(_plain(held[first:last]))
            if isinstance(inner, Code) and _stands_apart(held, first, last):
                parts: list[Outcome] = [Typed(held[:first])] if first else []
                parts.append(Scanned(inner))
                if last < len(held):
                    parts.append(Typed(held[last:]))
                return parts
    return None


def _splits(held: Sequence[Stroke]) -> list[tuple[int, int]]:
    """Where a code of 12 or 16 digits may begin and end, with at most two keys of a hand before and behind."""
    count = len(held)
    return [
        (first, first + length)
        for length in (16, 12)
        for first in range(3)
        if first + length <= count <= first + length + 2
    ]


def _stands_apart(held: Sequence[Stroke], first: int, last: int) -> bool:
    """Whether the pauses around ``held[first:last]`` are a hand's: far longer than those inside."""
    inside = [_between(a, b) for a, b in zip(held[first:last], held[first + 1 : last], strict=False)]
    least = max(0.010, 2.5 * median(inside), 1.5 * max(inside))
    before = first == 0 or _between(held[first - 1], held[first]) >= least
    behind = last == len(held) or _between(held[last - 1], held[last]) >= least
    return before and behind


def _between(before: Stroke, after: Stroke) -> float:
    """Seconds between two keys; by the window system's stamps where both have one.

    While the program is busy keys pile up and are then handled all at once: only their stamps still tell
    typing from a burst.
    """
    if before.stamp and after.stamp:
        return (after.stamp - before.stamp) / 1000
    return after.at - before.at


def _plain(strokes: Sequence[Stroke]) -> str:
    """The text with full-width digits (an input method's) made plain."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for stroke in strokes for sign in stroke.text)


def _digit(text: str) -> bool:
    return text.isdecimal()
