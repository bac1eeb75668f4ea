"""The cash drawer as pages ask for it: opened beside the window, and what goes wrong is said, never more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.core.errors import EnvironmentFault, Fault, ShopError
from app.core.rights import FOUNDER
from app.core.sentences import sentence, unexpected
from app.core.words import _
from app.features.printing.drawer import kick
from app.ui.messages import Message, Mood

if TYPE_CHECKING:
    from app.features.till.service import Tills
    from app.ui.desk import Desk


class DrawerDesk:
    """One for the program. A till without a drawer is left alone."""

    def __init__(self, tills: Callable[[], Tills], desk: Desk, say: Callable[[Message], object]) -> None:
        self._tills, self._desk, self._say = tills, desk, say

    def open(self, till_id: int | None = None) -> None:
        """Open the drawer of a till; None is the one the person at work holds, else the main one."""
        try:
            address = self._address(till_id)
        except ShopError as error:
            self._fail(error)
            return
        if address:
            self._desk.tasks.run(lambda _progress: kick(address), None, self._fail, quiet=True)

    def _address(self, till_id: int | None) -> str:
        # The drawer is opened, nobody is shown what lies in it.
        rows = self._tills().tills(FOUNDER)
        if till_id is None:
            mine = [row for row in rows if row.holder_id == self._desk.actor.id]
            rows = tuple(mine) or tuple(row for row in rows if row.main)
        else:
            rows = tuple(row for row in rows if row.id == till_id)
        return rows[0].drawer if rows else ""

    def _fail(self, error: BaseException) -> None:
        self._say(Message(_why(error), Mood.WARN, sound=False))


def _why(error: BaseException) -> str:
    if isinstance(error, EnvironmentFault) and error.fault is Fault.NO_PRINTER:
        return _("No cash drawer on this printer: look at the till's set-up. What was booked is safe.")
    if isinstance(error, EnvironmentFault) and error.fault is Fault.PRINTER:
        return _("The cash drawer did not open: its printer does not answer. What was booked is safe.")
    return sentence(error) if isinstance(error, ShopError) else unexpected(error)
