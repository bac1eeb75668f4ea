"""What an import would do, as the preview shows it, whatever the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from app.core.errors import Refusal

#: ``tell(done, total)``; may raise to stop the work before anything is written.
Tell = Callable[[int, int], None]


def tell_nobody(_done: int, _total: int) -> None:
    """For callers that wait in silence."""


class LineState(StrEnum):
    """What a line of the file would do."""

    WRONG = "wrong"
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class WrongCell:
    """Why a cell cannot be used. ``column`` is the column's marked English heading, "" for the whole line."""

    column: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class CellChange:
    """What a cell changes: values as they are shown."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One line of the file. ``line`` is numbered as in the spreadsheet."""

    line: int
    state: LineState
    number: str
    name: str
    changes: tuple[CellChange, ...] = ()
    wrong: tuple[WrongCell, ...] = ()

    @property
    def id(self) -> int:
        """What the preview's table knows it by."""
        return self.line


New = TypeVar("New")
Changed = TypeVar("Changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Generic[New, Changed]):
    """An import that was checked and not applied."""

    file: Path
    #: Headings that were left alone.
    unknown: tuple[str, ...]
    lines: tuple[PreviewLine, ...]
    new: tuple[New, ...]
    changed: tuple[Changed, ...]
    counts: dict[LineState, int] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether no line is wrong."""
        return not self.counts.get(LineState.WRONG)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.new and not self.changed


@dataclass(frozen=True, slots=True)
class Imported:
    """What an applied import did."""

    new: int
    changed: int


def in_order(lines: Iterable[PreviewLine]) -> tuple[PreviewLine, ...]:
    """As they are looked through: what is wrong first."""
    order = {state: at for at, state in enumerate(LineState)}
    return tuple(sorted(lines, key=lambda each: (order[each.state], each.line)))
