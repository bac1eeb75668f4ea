"""What the journal's page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.core.enums import Action, Command, Status


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; every part of it narrows. ``first`` and ``last`` are days in the shop."""

    staff_id: int | None = None
    command: Command | None = None
    order: str = ""
    first: date | None = None
    last: date | None = None
    denied: bool = False


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry. ``named`` are the records its detail speaks of, by ``key/id``."""

    id: int
    at: datetime
    who: str
    #: Codes as they lie there: an entry of a newer version shows its own.
    command: Command | str
    order_id: int | None
    order: str
    action: Action | str | None
    before: Status | str | None
    after: Status | str | None
    detail: Mapping[str, Any] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    sealed: bool = False

    @property
    def denied(self) -> bool:
        """Whether the person had no right to it."""
        return bool(self.detail.get("denied"))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the journal; who left is still in it."""

    id: int
    name: str
