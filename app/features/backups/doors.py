"""What the backups' page asks of the running program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.features.backups.exchange import Prepared
    from app.features.backups.watch import BackupWatch


@dataclass(frozen=True, slots=True)
class BackupDoors:
    """``watch`` looks after the backups (None before the records are open). ``has_pin`` is of the person at work,
    ``prove`` raises ``Refusal`` where a PIN is not his. ``start_anew`` ends the program, puts a prepared backup in the
    place of the records and starts it again."""

    watch: Callable[[], BackupWatch | None]
    has_pin: Callable[[], bool]
    prove: Callable[[str], object]
    start_anew: Callable[[Prepared], None]
