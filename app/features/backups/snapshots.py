"""Frozen views of backups for screens and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from app.core.enums import BackupKind
from app.core.errors import ShopError

#: Without a copy on another disk for so long, the owner is reminded (issue: "a nag after 3 days").
NAG_AFTER = timedelta(days=3)
#: The newest backup may be so old before its light turns amber, while the shop is open.
OLD_AFTER = timedelta(hours=3)


class Where(StrEnum):
    """Where a backup lies."""

    HERE = "here"
    SECOND = "second"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A backup in a list. ``good`` is False where the file is damaged; a ``locked`` one says no more than its age
    unless this computer has its key. ``size`` in bytes."""

    path: Path
    where: Where
    number: int
    made_at: datetime
    kind: BackupKind
    size: int
    locked: bool
    good: bool
    trouble: ShopError | None
    shop_name: str = ""
    schema: str = ""
    orders: int | None = None
    last_order: str = ""
    payments: int | None = None
    invoices: int | None = None
    photos: int | None = None
    findings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Known by it in a list."""
        return str(self.path)


@dataclass(frozen=True, slots=True)
class SecondPlace:
    """The second place as it is now. ``copied_at`` is the last copy that was read back there; ``reachable`` False
    while the stick is not plugged in; ``key_missing`` where backups are locked and this computer lost the key."""

    folder: str
    copied_at: datetime | None
    reachable: bool
    key_missing: bool = False


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """How well the shop is backed up. ``nag_since``: since when no copy lies on another disk, once that is too long."""

    newest_at: datetime | None
    newest_number: int
    findings: tuple[str, ...]
    second: SecondPlace
    nag_since: datetime | None
    old: bool
    locked: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What one run did. ``file`` is "" where nothing had changed since the newest backup, which is then reported."""

    file: str
    number: int
    kind: BackupKind
    made_at: datetime
    orders: int
    size: int
    sha256: str
    findings: tuple[str, ...] = ()
    #: The copy at the second place: its path, or why there is none ("" and None: none was due).
    second_file: str = ""
    second_fault: ShopError | None = None
