"""A check that is one question to the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Rule:
    """``sql`` selects what breaks the rule; its columns fill the places of ``sentence``.

    What a ``remark`` finds is told, and nothing is wrong with the shop.
    """

    sentence: str
    sql: str
    remark: bool = False


def codes(members: Iterable[StrEnum]) -> str:
    """Codes as an SQL list."""
    return ", ".join(f"'{each.value}'" for each in sorted(members))
