"""What pages hold of tools: frozen, without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.core.codes import CodeKind, running_code
from app.core.enums import ToolAction, ToolState
from app.core.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """What is typed of a tool. ``kind`` is the kind's name; a new one is made where there is none."""

    kind: str
    name: str = ""
    location: str = ""
    price: Money = ZERO
    note: str = ""


@dataclass(frozen=True, slots=True)
class ToolRow:
    """One tool: ``holder`` has it since ``since``; nobody has one that is in its place."""

    id: int
    version: int
    kind_id: int
    kind: str
    name: str
    location: str
    price: Money
    state: ToolState
    holder_id: int | None
    holder: str
    since: datetime
    note: str

    @property
    def code(self) -> str:
        """The barcode on its label."""
        return running_code(CodeKind.TOOL, self.id)

    @property
    def key(self) -> tuple[str, str, int]:
        """Its place in the list."""
        return (self.kind, self.name, self.id)


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of tool: ``usable`` are those that are neither missing, broken nor retired."""

    id: int
    version: int
    name: str
    wanted: int
    note: str
    active: bool
    usable: int
    missing: int
    broken: int
    #: What one cost last.
    price: Money

    @property
    def to_buy(self) -> int:
        """How many must be bought to have as many as are wanted."""
        return max(0, self.wanted - self.usable) if self.active else 0


@dataclass(frozen=True, slots=True)
class ToolMoveRow:
    """What happened to a tool."""

    id: int
    action: ToolAction
    holder: str
    staff: str
    note: str
    at: datetime
