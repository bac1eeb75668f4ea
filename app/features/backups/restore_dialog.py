"""Putting a backup back, so that anybody can follow: check it, see what would be lost, say who one is, done.

The same dialog serves the open shop and the start of a damaged one; ``RestoreDoors`` says what differs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.clock import Clock
from app.core.errors import Reason, Refusal, ShopError
from app.core.labels import label
from app.core.sentences import sentence, unexpected
from app.core.words import _, ngettext
from app.features.backups.exchange import Prepared, forget, get_ready, prepare
from app.features.backups.frame import lay_out
from app.features.backups.telling import findings_line, loss_lines, size_text
from app.ui import icons, theme
from app.ui.messages import Banner, Mood
from app.ui.pads import PinPad
from app.ui.sounds import Sound, play
from app.ui.tasks import Progress, Tasks
from app.ui.text_fields import LineField

if TYPE_CHECKING:
    from app.store.folder import DataFolder


@dataclass(frozen=True, slots=True)
class RestoreDoors:
    """``needs_pin`` whether an owner must prove himself, ``prove`` raises ``Refusal`` where he does not."""

    folder: DataFolder
    clock: Clock
    tasks: Tasks
    zone: str
    needs_pin: Callable[[Prepared], bool]
    prove: Callable[[Prepared, str], None]


class RestoreDialog(QDialog):
    """Accepted when everything is ready: ``prepared`` then only has to take the place of the records."""

    def __init__(self, doors: RestoreDoors, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors, self._path = doors, path
        self.prepared: Prepared | None = None
        #: Photos that the backup names and nobody has.
        self.photos_missing = 0
        self._running: Progress | None = None
        self.setMinimumSize(theme.px(780), theme.px(560))
        self.banner = Banner()
        self._faces = QStackedWidget()
        self._faces.addWidget(self._waiting_face())
        self._faces.addWidget(self._password_face())
        self._faces.addWidget(self._look_face())
        self.no = QPushButton(_("Cancel"))
        self.no.clicked.connect(self.reject)
        self.yes = QPushButton(_("Restore now"))
        theme.role_of(self.yes, "danger")
        self.yes.clicked.connect(lambda: self.restore(""))
        lay_out(self, _("Restore a backup"), self.banner, self._faces, right=(self.no, self.yes))
        self.yes.hide()
        self.check(None)

    # -- steps -----------------------------------------------------------------------------------------

    def check(self, password: str | None) -> None:
        """Unpack the backup and look at every page of it."""
        self._wait(_("The backup is being checked …"))
        folder, path = self._doors.folder, self._path

        def work(progress: Progress) -> Prepared:
            def tell(done: int, total: int) -> None:
                progress.check()
                self._doors.tasks.call(lambda: self._show_share(done, total))

            return prepare(folder, path, password, tell)

        self._running = self._doors.tasks.run(work, self._checked, self._not_checked, quiet=True)

    def restore(self, pin: str) -> None:
        """The owner agrees: back up what goes, bring the photos, and be done."""
        prepared = self.prepared
        if prepared is None or self._running is not None:
            return
        try:
            if self._doors.needs_pin(prepared):
                self._doors.prove(prepared, pin)
        except ShopError as error:
            self.pad.clear()
            self.banner.say(sentence(error), Mood.ERROR)
            play(Sound.WRONG)
            return
        self._wait(_("The present records are kept beside, photos are brought back …"))
        self.no.setEnabled(False)
        folder, clock = self._doors.folder, self._doors.clock

        def work(_progress: Progress) -> int:
            return get_ready(
                folder,
                prepared,
                clock.now(),
                lambda done, total: self._doors.tasks.call(lambda: self._show_share(done, total)),
            )

        self._running = self._doors.tasks.run(work, self._ready, self._failed, quiet=True)

    def reject(self) -> None:
        """Nothing is changed."""
        if not self.no.isEnabled():
            return
        if self._running is not None:
            self._running.cancelled = True
        else:
            forget(self._doors.folder)
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.reject()

    # -- inside ----------------------------------------------------------------------------------------

    def _checked(self, prepared: Prepared) -> None:
        self._running = None
        self.prepared = prepared
        self.banner.clear()
        self._fill(prepared)
        needs_pin = self._doors.needs_pin(prepared)
        self.pad.setVisible(needs_pin)
        self._who.setVisible(needs_pin)
        self.yes.setVisible(not needs_pin)
        self._faces.setCurrentIndex(2)
        (self.pad if needs_pin else self.no).setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_checked(self, error: BaseException) -> None:
        self._running = None
        asks = isinstance(error, Refusal) and error.reason in (
            Reason.BACKUP_PASSWORD_NEEDED,
            Reason.BACKUP_PASSWORD_WRONG,
        )
        said = sentence(error) if isinstance(error, ShopError) else unexpected(error)
        self.banner.say(said, Mood.WARN if asks and not self.password.value() else Mood.ERROR)
        if asks:
            self._faces.setCurrentIndex(1)
            self.password.set_value("")
            self.password.take_focus()
        else:
            play(Sound.WRONG)
            self._bar.hide()
            self._doing.setText(_("Nothing was changed. Choose another backup."))

    def _ready(self, missing: int) -> None:
        self.photos_missing = missing
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self._running = None
        self.no.setEnabled(True)
        if self.prepared is not None:
            self.yes.setVisible(not self._doors.needs_pin(self.prepared))
        self.pad.clear()
        self._faces.setCurrentIndex(2)
        self.banner.say(sentence(error) if isinstance(error, ShopError) else unexpected(error), Mood.ERROR)

    def _wait(self, text: str) -> None:
        self._doing.setText(text)
        self._bar.setRange(0, 0)
        self._bar.show()
        self.yes.hide()
        self._faces.setCurrentIndex(0)

    def _show_share(self, done: int, total: int) -> None:
        self._bar.setRange(0, 1000)
        self._bar.setValue(1000 * done // max(total, 1))

    # -- faces -----------------------------------------------------------------------------------------

    def _waiting_face(self) -> QWidget:
        face = QWidget()
        box = QVBoxLayout(face)
        box.setContentsMargins(0, 0, 0, 0)
        self._doing = QLabel()
        self._doing.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        box.addWidget(self._doing)
        box.addWidget(self._bar)
        box.addStretch(1)
        return face

    def _password_face(self) -> QWidget:
        face = QWidget()
        box = QVBoxLayout(face)
        box.setContentsMargins(0, 0, 0, 0)
        self.password = LineField(_("Password of the backup"), required=True, secret=True)
        self.password.setMaximumWidth(theme.px(380))
        self.password.entered.connect(self._try_password)
        self.go_on = QPushButton(_("Go on"))
        self.go_on.setAutoDefault(False)
        theme.role_of(self.go_on, "primary")
        self.go_on.clicked.connect(self._try_password)
        box.addWidget(self.password)
        box.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignLeft)
        box.addStretch(1)
        return face

    def _try_password(self) -> None:
        if self.password.check():
            self.banner.clear()
            self.check(self.password.value())

    def _look_face(self) -> QWidget:
        face = QWidget()
        across = QHBoxLayout(face)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.px(24))
        words = QVBoxLayout()
        words.setSpacing(theme.px(8))
        self._what = QLabel()
        self._what.setWordWrap(True)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(theme.px(16))
        self._facts.setVerticalSpacing(theme.px(4))
        self._facts.setColumnStretch(1, 1)
        lost = QFrame()
        theme.role_of(lost, "card")
        self._lost = QVBoxLayout(lost)
        margin = theme.px(12)
        self._lost.setContentsMargins(margin, margin, margin, margin)
        self._after = QLabel(
            _(
                "The present records are not thrown away: those of the last three restores are kept in the data folder."
                " The program starts anew afterwards."
            )
        )
        self._after.setWordWrap(True)
        theme.role_of(self._after, "secondary")
        words.addWidget(self._what)
        words.addLayout(self._facts)
        words.addWidget(lost)
        words.addWidget(self._after)
        words.addStretch(1)
        right = QVBoxLayout()
        self._who = QLabel(_("Owner's PIN"))
        self._who.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pad = PinPad(done_word=_("Restore now"))
        self.pad.done.connect(self.restore)
        right.addWidget(self._who)
        right.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignTop)
        right.addStretch(1)
        across.addLayout(words, 1)
        across.addLayout(right)
        return face

    def _size(self) -> str:
        """Of the file with its photos; the records in it are smaller."""
        try:
            return size_text(self._path.stat().st_size)
        except OSError:
            return "-"

    def _fill(self, prepared: Prepared) -> None:
        manifest, zone = prepared.staged.manifest, self._doors.zone
        self._what.setText(
            _("This backup is whole: every page was read.")
            if manifest.sound
            else findings_line(manifest.findings)
        )
        facts = (
            (_("Made"), f"{formats.moment(manifest.made_at, zone)} · {label(manifest.kind)}"),
            (_("Name of the shop"), manifest.shop_name or "-"),
            (
                _("Orders"),
                " · ".join(filter(None, (str(manifest.orders), manifest.last_order))),
            ),
            (_("Photos"), ngettext("{n} photo", "{n} photos", manifest.photos).format(n=manifest.photos)),
            (_("File size"), self._size()),
        )
        for row, (word, value) in enumerate(facts):
            caption = QLabel(word)
            theme.role_of(caption, "caption")
            self._facts.addWidget(caption, row, 0)
            self._facts.addWidget(QLabel(value), row, 1)
        caption = QLabel(_("If you restore it:"))
        theme.role_of(caption, "caption")
        self._lost.addWidget(caption)
        harmless = prepared.losses.nothing
        for line in loss_lines(prepared.losses):
            self._lost.addWidget(_loss_row(line, harmless=harmless))


def _loss_row(text: str, *, harmless: bool) -> QWidget:
    row = QWidget()
    across = QHBoxLayout(row)
    across.setContentsMargins(0, 0, 0, 0)
    sign = QLabel()
    name, tone = ("circle-check", "done_ink") if harmless else ("triangle-alert", "late_ink")
    sign.setPixmap(icons.pixmap(name, tone, 18))
    words = QLabel(text)
    words.setWordWrap(True)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    across.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    across.addWidget(words, 1)
    return row
