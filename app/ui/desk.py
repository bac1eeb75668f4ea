"""What every page is given by the composition root: who is signed in, gestures, work beside the window, papers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer

from app.core.clock import Clock
from app.core.enums import Command, LookKind, PaperKind, PaperSize, Role
from app.core.rights import Actor, Ctx
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from app.ui.approval import ApprovalDoors


class Papers(Protocol):
    """Printing as pages see it; done by ``features.printing.desk``."""

    def print_now(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        """Freeze, render and send a paper to its printer; no printer → a sentence, and it stays printable."""
        ...

    def preview(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        """Show a paper with print and save; nothing is issued before the user prints or saves."""
        ...


#: Before anybody has signed in nothing is allowed: the role counts for little and the id is nobody's.
_NOBODY = Actor(0, "", Role.TECHNICIAN)


def _next_turn(context: QObject, action: Callable[[], None]) -> None:
    QTimer.singleShot(0, context, action)


def _nobody_notes(_actor: Actor, _kind: LookKind, _record_id: int) -> None:
    """Looks are noted by the whole program only."""


def _no_drawer(_till_id: int | None = None) -> None:
    """Nothing hangs on the printer."""


@dataclass(slots=True)
class Desk:
    """Shared by all pages; ``actor`` changes when somebody else signs in."""

    clock: Clock
    tasks: Tasks
    papers: Papers
    actor: Actor = _NOBODY
    #: ``later(context, action)``: when what is in front is painted and the records are open; not if ``context`` is
    #: gone by then.
    later: Callable[[QObject, Callable[[], None]], None] = _next_turn
    #: How a second person confirms what one may not do alone (``ui.approval``); None where nobody can be asked.
    approval: Callable[[], ApprovalDoors] | None = None
    #: Opens the cash drawer of a till (None: the one in hand); never fails what was booked before.
    drawer: Callable[[int | None], None] = _no_drawer
    #: Who looks at which record; noted for the owner (``features.privacy``).
    on_look: Callable[[Actor, LookKind, int], None] = _nobody_notes
    on_switch: list[Callable[[Actor], None]] = field(default_factory=list)

    def gesture(self) -> Ctx:
        """The context of one key press, click or scan; make it once per gesture and reuse it only for its retry."""
        return Ctx.gesture(self.actor)

    def may(self, command: Command) -> bool:
        """Whether the person signed in may give ``command``: hide or disable what he may not."""
        return self.actor.may(command)

    def looked_at(self, kind: LookKind, record_id: int) -> None:
        """The person at work looks at a record of a customer; costs nothing."""
        self.on_look(self.actor, kind, record_id)

    def switch(self, actor: Actor) -> None:
        """Somebody signed in."""
        self.actor = actor
        for listener in list(self.on_switch):
            listener(actor)
