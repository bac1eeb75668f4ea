"""Backups: how the shop stands, every backup here and on the second disk, and the way back to each of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.enums import BackupKind
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.words import _, ngettext, pgettext
from app.features.backups.doors import BackupDoors
from app.features.backups.exchange import Prepared
from app.features.backups.restore_dialog import RestoreDialog, RestoreDoors
from app.features.backups.service import Backups
from app.features.backups.snapshots import BackupRow, BackupStatus, Report, Where
from app.features.backups.telling import findings_line, report_lines, row_state, second_fault_line, size_text
from app.features.backups.watch import BackupWatch, nag_text
from app.features.backups.worker import Run
from app.ui import theme
from app.ui.chips import Chip, ChipLabel, Tone
from app.ui.desk import Desk
from app.ui.fields import LineField
from app.ui.form_dialog import ask
from app.ui.messages import confirm
from app.ui.page import KeyHint, Page
from app.ui.saving import ask_where
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table

_SUFFIX = ".xiuhu"


class BackupsPage(Page):
    """Only owners see it."""

    key = "backups"

    def __init__(
        self,
        backups: Backups,
        doors: BackupDoors,
        desk: Desk,
    ) -> None:
        super().__init__()
        self._backups, self._doors = backups, doors
        self.desk = desk
        self._status: BackupStatus | None = None
        self._heard: BackupWatch | None = None
        self.state = QLabel()
        theme.role_of(self.state, "heading")
        self.chip = ChipLabel()
        self.about = QLabel()
        self.about.setWordWrap(True)
        theme.role_of(self.about, "secondary")
        self.make_button = QPushButton(_("Back up now (Ctrl+N)"))
        theme.role_of(self.make_button, "primary")
        self.make_button.setShortcut("Ctrl+N")
        self.make_button.clicked.connect(self.back_up)
        self.save_button = QPushButton(_("Save to a file …"))
        self.save_button.clicked.connect(self.save_file)
        self.place_button = QPushButton(_("Second place …"))
        self.place_button.clicked.connect(self.choose_place)
        self.password_button = QPushButton(_("Password …"))
        self.password_button.clicked.connect(self.choose_password)
        self.open_button = QPushButton(_("Restore from a file …"))
        self.open_button.clicked.connect(self.open_file)
        self.sync_button = QPushButton(_("Tell the brands again"))
        self.sync_button.clicked.connect(self.resume_sync)
        head = QHBoxLayout()
        head.addWidget(self.state)
        head.addWidget(self.chip)
        head.addStretch(1)
        for button in (self.make_button, self.save_button, self.place_button, self.password_button):
            head.addWidget(button)
        top = QVBoxLayout()
        top.setSpacing(theme.px(4))
        top.addLayout(head)
        top.addWidget(self.about)
        self.body.addLayout(top)
        zone = backups.zone
        self.list = Table(
            [
                Column(
                    "made_at", _("When"), lambda row: formats.moment(row.made_at, zone), width=160, bold=True
                ),
                Column("kind", _("Why"), lambda row: label(row.kind), width=110),
                Column("where", pgettext("backup", "Where"), _where_text, width=110),
                Column("orders", _("Orders"), lambda row: _count(row.orders), align=RIGHT, width=76),
                Column("last", _("Newest order"), lambda row: row.last_order, width=110, spare=True),
                Column("size", _("File size"), lambda row: size_text(row.size), align=RIGHT, width=84),
                Column("state", _("State"), row_state, width=150, stretch=True, chip=row_chip),
            ],
            name="backups",
            key=lambda row: row.key,
            empty=Empty(_("No backup yet."), _("Back up now (Ctrl+N)"), self.back_up, icon="hard-drive"),
        )
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.restore_picked())
        self.card = SideCard(_("Choose a backup on the left, or a file."))
        self.restore_button = self.card.button(_("Restore …"), self.restore_picked, danger=True, key="Ctrl+R")
        self.body.addWidget(beside(self.list, self.card, wide=800, narrow=400), 1)
        foot = QHBoxLayout()
        foot.addWidget(self.open_button)
        foot.addWidget(self.sync_button)
        foot.addStretch(1)
        self.body.addLayout(foot)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Backups")

    def keys_here(self) -> Sequence[KeyHint]:
        return (KeyHint("Ctrl+N", _("back up")), KeyHint("Ctrl+R", _("restore")))

    def first_focus(self) -> QWidget | None:
        return self.list

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.SETTING)

    def refresh(self) -> None:
        watch = self._doors.watch()
        if watch is not None and watch is not self._heard:
            self._heard = watch
            watch.ended.connect(self._ended)
        self.list.show_loading()
        actor = self.desk.actor
        self.desk.tasks.run(
            lambda _progress: (self._backups.status(), self._backups.rows(actor)),
            self._show,
            self.failed,
            quiet=True,
        )

    # -- commands --------------------------------------------------------------------------------------

    def back_up(self) -> None:
        """Make one now, beside the window."""
        watch = self._doors.watch()
        if watch is None:
            return
        # Not to the button beside it: Enter would save a file.
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.make_button.setEnabled(False)
        watch.back_up(BackupKind.BY_HAND, self._made)

    def save_file(self) -> None:
        """One file with everything, photos inside, to carry away."""
        when = self.desk.clock.now()
        target = ask_where(
            self, _("Save a backup to a file"), formats.day(when.date()), {_SUFFIX: _("Backups")}
        )
        if target is None:
            return
        ctx = self.desk.gesture()
        self.desk.tasks.run(
            lambda progress: self._backups.save_file(
                ctx, target, tell=lambda done, total: progress.report(done / max(total, 1))
            ),
            self._saved,
            self.failed,
            _("Backup"),
        )

    def choose_place(self) -> None:
        """A folder on another disk, or none any more."""
        status = self._status
        if status is None:
            return
        if status.second.folder and not confirm(
            _("Choose another second place?"),
            _("Choose …"),
            detail=_("Now: {folder}").format(folder=status.second.folder),
            parent=self,
        ):
            return
        folder = QFileDialog.getExistingDirectory(self, _("Second place for backups"), status.second.folder)
        if folder:
            ctx = self.desk.gesture()
            self.run(lambda: self._backups.set_place(ctx, folder), self._placed)

    def choose_password(self) -> None:
        """Lock what leaves the data folder, or no more."""
        first = LineField(_("Password"), secret=True)
        again = LineField(_("Once more"), secret=True)
        ctx = self.desk.gesture()

        def give() -> BackupStatus:
            typed = first.line.text()
            if typed != again.line.text():
                raise Refusal(Reason.BACKUP_PASSWORD_WRONG)
            return self._backups.set_password(ctx, typed or None)

        if ask(
            _("Password of the backups"),
            [first, again],
            _("Save"),
            give,
            text=_(
                "Locks what leaves this computer: the second place and files. Write it down and keep it away from the"
                " computer: without it such a backup opens for nobody. Left empty, nothing is locked any more."
            ),
            parent=self,
        ):
            self.refresh()
            self.confirm_done(_("The backups' password is set."))

    def open_file(self) -> None:
        """A backup from anywhere: a stick, another computer."""
        start = self._status.second.folder if self._status is not None else ""
        path, _chosen = QFileDialog.getOpenFileName(self, _("Restore a backup"), start, _files())
        if path:
            self._restore(Path(path))

    def restore_picked(self) -> None:
        """The picked backup."""
        row = self.list.current()
        if row is not None and row.good:
            self._restore(row.path)

    def resume_sync(self) -> None:
        """The owner looked at what was restored."""
        ctx = self.desk.gesture()
        self.run(lambda: self._backups.resume_sync(ctx), lambda _done: self.refresh())

    # -- inside ----------------------------------------------------------------------------------------

    def _restore(self, path: Path) -> None:
        has_pin = self._doors.has_pin()
        doors = RestoreDoors(
            self._backups.folder,
            self.desk.clock,
            self.desk.tasks,
            self._backups.zone,
            lambda _prepared: has_pin,
            self._prove,
        )
        dialog = RestoreDialog(doors, path, self)
        if dialog.exec() == RestoreDialog.DialogCode.Accepted and dialog.prepared is not None:
            self._doors.start_anew(dialog.prepared)

    def _prove(self, _prepared: Prepared, pin: str) -> None:
        self._doors.prove(pin)

    def _ended(self) -> None:
        """Also one that was made by itself: what stands here must not be older than the light at the top."""
        self.make_button.setEnabled(True)
        self.stale()

    def _made(self, run: Run) -> None:
        if run.fault:
            self.warn(run.text)
        else:
            self.confirm_done(_("Backed up and checked."))
            if run.second_fault:
                self.warn(second_fault_line(_fault_of(run.second_fault)))

    def _saved(self, report: Report) -> None:
        self.confirm_done(report_lines(report)[0])

    def _placed(self, status: BackupStatus) -> None:
        self._status = status
        self.confirm_done(_("The next backup is copied to {folder}.").format(folder=status.second.folder))
        self.back_up()

    def _show(self, found: tuple[BackupStatus, tuple[BackupRow, ...]]) -> None:
        status, rows = found
        self._status = status
        zone = self._backups.zone
        if status.newest_at is None:
            self.state.setText(_("No backup yet"))
        else:
            when = formats.moment(status.newest_at, zone)
            self.state.setText(_("Last backup {when}").format(when=when))
        self.chip.show_chip(_status_chip(status))
        self.about.setText(" ".join(self._about(status)))
        self.sync_button.setVisible(self._backups.sync_paused)
        self.list.show_rows(rows)
        if self.list.current() is None:
            self.list.select_first()

    def _about(self, status: BackupStatus) -> list[str]:
        zone, second = self._backups.zone, status.second
        words = []
        if status.findings:
            words.append(findings_line(status.findings))
        if status.nag_since is not None:
            words.append(nag_text(status, zone))
        if not second.folder:
            if status.nag_since is None:
                words.append(_("No second place yet: choose a USB stick or a folder on another computer."))
        elif second.copied_at is not None:
            words.append(
                _("Second place {folder}: last copy {when}.").format(
                    folder=second.folder, when=formats.moment(second.copied_at, zone)
                )
            )
        else:
            words.append(_("Second place {folder}: no copy yet.").format(folder=second.folder))
        if second.folder and not second.reachable:
            words.append(_("It is not there now."))
        words.append(_("What leaves the computer is locked.") if status.locked else "")
        return [each for each in words if each]

    def _picked(self, row: BackupRow | None) -> None:
        if row is None:
            self.card.show_nothing()
            return
        zone = self._backups.zone
        photos = "" if row.photos is None else ngettext("{n} photo", "{n} photos", row.photos)
        self.card.show_record(
            formats.moment(row.made_at, zone),
            [
                (_("Why"), label(row.kind)),
                (_("Name of the shop"), row.shop_name),
                (_("Orders"), _count(row.orders)),
                (_("Newest order"), row.last_order),
                (_("Payments"), _count(row.payments)),
                (_("Invoices"), _count(row.invoices)),
                (_("Photos"), photos.format(n=row.photos)),
                (_("File size"), size_text(row.size)),
                (_("File"), str(row.path)),
                (_("Note"), _note(row)),
            ],
            row_chip(row),
        )
        self.card.offer(self.restore_button if row.good else None)


def row_chip(row: Any) -> Chip:
    """How a backup is."""
    if not row.good:
        return Chip(row_state(row), Tone.LATE, "circle-x")
    if row.findings:
        return Chip(row_state(row), Tone.WAITS, "triangle-alert")
    if row.locked and row.orders is None:
        return Chip(row_state(row), Tone.CALM, "lock")
    return Chip(row_state(row), Tone.DONE, "circle-check")


def _status_chip(status: BackupStatus) -> Chip | None:
    if status.newest_at is None:
        return None
    if status.findings or status.nag_since is not None or status.old:
        return Chip(_("Look here"), Tone.WAITS, "triangle-alert")
    return Chip(_("Checked"), Tone.DONE, "circle-check")


def _note(row: BackupRow) -> str:
    from app.core.sentences import sentence

    if row.trouble is not None:
        return sentence(row.trouble)
    if row.locked and row.orders is None:
        return _("Locked with a password that this computer does not know.")
    return findings_line(row.findings)


def _where_text(row: BackupRow) -> str:
    return {
        Where.HERE: _("This computer"),
        Where.SECOND: _("Second place"),
        Where.FILE: _("File"),
    }[row.where]


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _files() -> str:
    name = _("Backups")
    return f"{name} (*{_SUFFIX})"


def _fault_of(code: str) -> Exception:
    from app.core.errors import EnvironmentFault, Fault

    try:
        return Refusal(Reason(code))
    except ValueError:
        try:
            return EnvironmentFault(Fault(code), path="", why="")
        except ValueError:
            return OSError(code)
