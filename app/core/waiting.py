"""What waits for somebody behind a tab, so that nobody has to look in to know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """``count`` things; ``words`` say what they are, in the user's language; ``late`` ones should be done already."""

    count: int
    words: str
    late: bool = False
