"""The start of a shop whose records are damaged, or on a new computer: not an empty shop, but its newest good backup,
one key away.

Shown before any service exists; everything it says it takes from the backups themselves.
"""

from __future__ import annotations

import json
import math
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QStorageInfo, Qt, QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton, QWidget
from shiboken6 import isValid

from app.core import formats
from app.core.clock import DEFAULT_ZONE, Clock
from app.core.errors import Fault, Reason, Refusal, ShopError
from app.core.labels import label
from app.core.sentences import sentence
from app.core.words import _
from app.features.backups.exchange import Prepared, owner_pins, owner_proved
from app.features.backups.frame import lay_out
from app.features.backups.page import row_chip
from app.features.backups.restore_dialog import RestoreDialog, RestoreDoors
from app.features.backups.service import own_rows, second_rows
from app.features.backups.snapshots import BackupRow
from app.features.backups.telling import row_state, size_text
from app.features.staff.pins import wait_after
from app.store.backup.places import SECOND_NAMES
from app.store.folder import DataFolder
from app.ui import theme
from app.ui.messages import Banner, Mood
from app.ui.tables import RIGHT, Column, Empty, Table
from app.ui.tasks import Tasks

#: Sticks are looked for so often.
_LOOK_MS = 3000
#: What a backup helps against. A disk that is full or busy is none of it.
_HELPED = frozenset({Fault.DAMAGED, Fault.OTHER_PROGRAM, Fault.FILE_GONE})


def helps(error: ShopError) -> bool:
    """Whether a backup is the way out of what keeps the program from opening."""
    return error.code in _HELPED


class Rescue(QDialog):
    """The backups that were found; ``error`` is what keeps the records from opening, None where there is no shop yet
    and its owner has a backup. Accepted with ``prepared`` ready to take the place of the records."""

    def __init__(
        self,
        folder: DataFolder,
        error: ShopError | None,
        clock: Clock,
        tasks: Tasks,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows: tuple[BackupRow, ...] = ()
        self._folder, self._clock, self._tasks = folder, clock, tasks
        self.prepared: Prepared | None = None
        self.setMinimumSize(theme.px(820), theme.px(480))
        self.banner = Banner()
        self.list = Table(
            [
                Column("made_at", _("When"), _when, width=140, bold=True),
                Column("kind", _("Why"), lambda row: label(row.kind), width=120),
                Column("shop", _("Name of the shop"), lambda row: row.shop_name, width=160, stretch=True),
                Column("last", _("Newest order"), lambda row: row.last_order, width=110),
                Column("size", _("File size"), lambda row: size_text(row.size), align=RIGHT, width=84),
                Column("state", _("State"), row_state, width=150, chip=row_chip),
            ],
            name="rescue",
            key=lambda row: row.key,
            empty=Empty(
                _("No backup was found here."), _("Choose a file …"), self.choose_file, icon="hard-drive"
            ),
        )
        self.list.opened.connect(lambda _row: self.restore())
        self.yes = QPushButton(_("Restore this backup …"))
        theme.role_of(self.yes, "primary")
        self.yes.clicked.connect(self.restore)
        self.file_button = QPushButton(_("Choose a file …"))
        self.file_button.clicked.connect(self.choose_file)
        self.no = QPushButton(_("Back") if error is None else _("Close the program"))
        self.no.clicked.connect(self.reject)
        title = _("Restore a backup") if error is None else _("The records cannot be opened")
        lay_out(self, title, self.banner, self.list, left=(self.file_button,), right=(self.no, self.yes))
        if error is None:
            text = _("Plug in the stick with the backups, or choose a file. The newest one is at the top.")
            self.banner.say(text, Mood.INFO)
        else:
            self.banner.say(sentence(error), Mood.ERROR)
        self._show(found_rows(folder))
        self._wrong, self._not_before = 0, 0.0
        self._looking = False
        self._again = QTimer(self)
        self._again.setInterval(_LOOK_MS)
        self._again.timeout.connect(self._look)
        self._again.start()
        self._look()

    def _look(self) -> None:
        """Sticks come while one looks for them. A drive that is asleep or far away takes its time to answer."""
        if not self._looking:
            self._looking = True
            self._tasks.run(lambda _progress: on_other_drives(), self._found, self._found, quiet=True)

    def _show(self, rows: tuple[BackupRow, ...]) -> None:
        self._rows = tuple(sorted(rows, key=lambda row: row.made_at, reverse=True))
        self.list.show_rows(self._rows)
        newest = next((row for row in self._rows if row.good), None)
        self.yes.setEnabled(newest is not None)
        if newest is not None:
            self.list.select(newest.key)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _found(self, rows: tuple[BackupRow, ...] | BaseException) -> None:
        if not isValid(self):
            return
        self._looking = False
        known = {row.path for row in self._rows}
        more = () if isinstance(rows, BaseException) else tuple(row for row in rows if row.path not in known)
        if more:
            self._show((*self._rows, *more))

    def done(self, result: int) -> None:
        self._again.stop()
        super().done(result)

    def _prove(self, prepared: Prepared, pin: str) -> None:
        """As at the sign-in each wrong PIN after the third costs twice as long; the records cannot count them here."""
        left = self._not_before - self._clock.monotonic()
        if left > 0:
            raise Refusal(Reason.PIN_LOCKED, seconds=math.ceil(left))
        if not owner_proved(prepared, pin):
            self._wrong += 1
            wait = wait_after(self._wrong).total_seconds()
            self._not_before = self._clock.monotonic() + wait
            raise Refusal(Reason.PIN_LOCKED, seconds=math.ceil(wait)) if wait else Refusal(Reason.WRONG_PIN)

    def restore(self) -> None:
        """The picked backup."""
        row = self.list.current()
        if row is not None and row.good:
            self._restore(row.path)

    def choose_file(self) -> None:
        """A backup from anywhere."""
        kind = _("Backups")
        path, _chosen = QFileDialog.getOpenFileName(self, _("Restore a backup"), "", f"{kind} (*.xiuhu)")
        if path:
            self._restore(Path(path))

    def _restore(self, path: Path) -> None:
        doors = RestoreDoors(
            self._folder,
            self._clock,
            self._tasks,
            DEFAULT_ZONE,
            needs_pin=lambda prepared: bool(owner_pins(prepared)),
            prove=self._prove,
        )
        dialog = RestoreDialog(doors, path, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.prepared = dialog.prepared
            self.accept()


def found_rows(folder: DataFolder) -> tuple[BackupRow, ...]:
    """The backups here and where the last copies went, newest first."""
    rows = own_rows(folder)
    try:
        note = json.loads((folder.backups / "second.json").read_text(encoding="utf-8"))
        rows += second_rows(Path(note["root"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return tuple(sorted(rows, key=lambda row: row.number, reverse=True))


def on_other_drives() -> tuple[BackupRow, ...]:
    """The backups on sticks and other drives, in the folders that second places have there; in the background."""
    rows: list[BackupRow] = []
    for volume in QStorageInfo.mountedVolumes():
        root = Path(volume.rootPath())
        if not volume.isReady() or volume.isRoot() or root == Path("/"):
            continue
        for pattern in (SECOND_NAMES, f"*/{SECOND_NAMES}"):
            with suppress(OSError):
                for place in sorted(root.glob(pattern)):
                    rows += second_rows(place)
    return tuple(rows)


def _when(row: BackupRow) -> str:
    return formats.moment(row.made_at)
