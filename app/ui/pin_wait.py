"""How long a PIN may not be tried: told second by second, for each person by himself.

Somebody's wait holds up nobody else: who chooses another name types at once.
"""

from __future__ import annotations

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, Signal

from app.core.errors import Reason, Refusal, ShopError
from app.core.words import _

_MINUTE = 60


class PinWait(QObject):
    """Who waits, and until when. The services refuse all the same: this only tells how long."""

    #: A second went by, or the wait of whoever is ``watched`` is over.
    ticked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._until: dict[int, QDeadlineTimer] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)

    def begin(self, who: int, error: object) -> bool:
        """Let ``who`` wait where ``error`` says so; False where it is about something else."""
        seconds = error.params.get("seconds") if isinstance(error, ShopError) else None
        if (
            not isinstance(error, ShopError)
            or error.code is not Reason.PIN_LOCKED
            or not isinstance(seconds, int)
        ):
            return False
        self._until[who] = QDeadlineTimer(seconds * 1000)
        self._timer.start()
        return True

    def words(self, who: int) -> str:
        """How long ``who`` has to wait now; "" when not at all."""
        left = self.seconds(who)
        if not left:
            return ""
        if left < _MINUTE:
            # The table of sentences is not needed to start.
            from app.core.sentences import sentence

            return sentence(Refusal(Reason.PIN_LOCKED, seconds=left))
        return _("Too many wrong PINs. Wait {minutes} min {seconds} s.").format(
            minutes=left // _MINUTE, seconds=left % _MINUTE
        )

    def seconds(self, who: int) -> int:
        """Whole seconds, begun ones counted; 0 when ``who`` may try."""
        until = self._until.get(who)
        return 0 if until is None else -(-until.remainingTime() // 1000)

    def forget(self) -> None:
        """Nobody waits: a badge or the owner may have ended it meanwhile, and the services know."""
        self._until.clear()

    def _tick(self) -> None:
        self._until = {who: until for who, until in self._until.items() if not until.hasExpired()}
        if not self._until:
            self._timer.stop()
        self.ticked.emit()
