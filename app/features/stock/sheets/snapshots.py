"""What an import would do, as the preview shows it, and as it is applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

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


@dataclass(frozen=True, slots=True)
class NewPart:
    """A part to be added; ``values`` as columns of the file keep them, without supplier and barcodes."""

    number: str
    values: dict[str, Any]
    supplier: str
    barcodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """A part to be changed that the user saw as ``version``."""

    part_id: int
    version: int
    #: New values of the columns that change, without supplier and barcodes.
    values: dict[str, Any]
    #: The whole line of texts by which it is found, as they are now.
    old_texts: tuple[str, str, str]
    #: Price columns: what they were, in fen.
    old_prices: dict[str, int]
    #: None leaves the supplier.
    supplier: str | None
    #: None leaves the barcodes, else (to add, to take away).
    barcodes: tuple[tuple[str, ...], tuple[str, ...]] | None


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """An import that was checked and not applied."""

    file: str
    #: Marked English headings of the columns that were understood.
    columns: tuple[str, ...]
    #: Headings that were left alone.
    unknown: tuple[str, ...]
    lines: tuple[PreviewLine, ...]
    new: tuple[NewPart, ...]
    changed: tuple[ChangedPart, ...]
    #: The last id of a part and the last given number when it was checked: what is new builds on both.
    last_id: int
    last_number: int
    #: The last given number when it will have been applied.
    next_number: int
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
