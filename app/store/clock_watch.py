"""Whether the computer's clock can be believed (promises.md row 17).

A flat battery sets it back to 2001, a slip of the hand on by thirty years. Nothing is refused for it: orders keep
their sequence by number. But nothing may be erased, thrown away or thinned out because the clock says that it is old.

What is believed is noted in the data folder, not taken from the newest entry: one made under a wrong clock would vouch
for it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from app.core.clock import Clock
from app.core.errors import EnvironmentFault, Fault

log = logging.getLogger(__name__)

#: So far the clock may stand before the last entry: it is set by the network now and then.
BEHIND = timedelta(minutes=5)
#: After so long a rest somebody must say that the clock is right.
AHEAD = timedelta(days=60)
#: The note is written again after so long.
_NOTE = timedelta(minutes=10)


class ClockWatch:
    """The clock against the moment that was last believed."""

    def __init__(self, note: Path, clock: Clock, last_entry: Callable[[], datetime | None]) -> None:
        self._note = note
        self._clock = clock
        self._last_entry = last_entry
        self._lock = Lock()
        self._believed: datetime | None = None

    def doubt(self) -> EnvironmentFault | None:
        """What is wrong with the clock: CLOCK_BEHIND (``when`` of the last entry), CLOCK_AHEAD (``days``), None.

        Moves on what is believed as long as the clock can be.
        """
        now = self._clock.now()
        with self._lock:
            last = self._newest_believed()
            if last is None:
                self._believe(now)
                return None
            if now < last - BEHIND:
                return EnvironmentFault(Fault.CLOCK_BEHIND, when=last)
            if now > last + AHEAD:
                return EnvironmentFault(Fault.CLOCK_AHEAD, days=(now - last).days)
            if now > last + _NOTE or self._read() is None:
                self._believe(now)
            return None

    def may_erase(self) -> bool:
        """Whether what the clock calls old may be erased or thrown away now."""
        return self.doubt() is None

    def moment(self) -> datetime:
        """What a thing is dated whose age will decide that it is erased: now, or what was last believed where the clock
        stands before it. Dated 2001 it would be old at once when the clock is right again."""
        now = self._clock.now()
        with self._lock:
            last = self._newest_believed()
        return now if last is None else max(now, last)

    def confirm(self) -> None:
        """Somebody looked: the clock is right, the shop rested that long (or was ahead before)."""
        with self._lock:
            self._believe(self._clock.now())

    def _newest_believed(self) -> datetime | None:
        """The note, or the last entry where that is later and still within what can be believed."""
        noted = self._believed or self._read()
        entry = self._last_entry()
        if noted is None or entry is None:
            return noted or entry
        return entry if noted < entry <= noted + AHEAD else noted

    def _read(self) -> datetime | None:
        try:
            moment = datetime.fromisoformat(json.loads(self._note.read_text(encoding="utf-8"))["believed"])
            return moment.astimezone(UTC) if moment.tzinfo is not None else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _believe(self, moment: datetime) -> None:
        self._believed = moment
        part = self._note.with_name(f".{self._note.name}.new")
        try:
            part.write_text(json.dumps({"believed": moment.isoformat(timespec="seconds")}), encoding="utf-8")
            part.replace(self._note)
        except OSError as error:
            # A full disk: the next look writes it.
            log.warning("clock not noted: %s", error.strerror)
