"""The lock over an open question: who asked it signs in again and goes on, what is typed in it stays.

Locking behind a dialog would leave the dialog, and whoever sits down at it, the name of who went away.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from app.core.codes import Code, Scan
from app.core.rights import Actor
from app.core.words import _
from app.ui import theme
from app.ui.messages import Mood
from app.ui.sign_in import SignIn, SignInDoors


class Cover(QDialog):
    """Stands above every open dialog and over the window, until somebody signs in."""

    #: Somebody else signed in: an ``Actor``. Who had asked is not there to answer.
    taken_over = Signal(object)

    def __init__(self, doors: SignInDoors, shop: str, actor: Actor, window: QWidget) -> None:
        super().__init__(QApplication.activeModalWidget(), Qt.WindowType.FramelessWindowHint)
        self._actor = actor
        self.setWindowTitle(shop)
        self.setModal(True)
        theme.role_of(self, "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sign_in = SignIn(doors, shop)
        self.sign_in.signed.connect(self._signed)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.sign_in)
        area = window.frameGeometry()
        for dialog in _open_dialogs():
            area = area.united(dialog.frameGeometry())
        self.setGeometry(area)
        self.sign_in.begin(actor.id)
        self.sign_in.banner.say(
            _("{name} has not finished here. Whoever else signs in closes what is open, unsaved.").format(
                name=actor.name
            ),
            Mood.WARN,
        )

    def take_badge(self, code: Code) -> bool:
        """A scanned badge signs in; what is wrong with it the sign-in says."""
        self.sign_in.take_badge(code)
        return True

    def take_scan(self, _scan: Scan) -> bool:
        """Nothing else is scanned here."""
        self.sign_in.banner.say(_("Sign in first: scan your badge or type your PIN."), Mood.ERROR)
        return True

    def reject(self) -> None:
        """Esc opens no lock."""

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()

    def _signed(self, actor: Actor) -> None:
        self.done(QDialog.DialogCode.Accepted)
        self.deleteLater()
        if actor.id != self._actor.id:
            self.taken_over.emit(actor)


def leave_open_dialogs() -> None:
    """Close every open dialog as its Esc would; one that will not is hidden."""
    for dialog in reversed(_open_dialogs()):
        dialog.reject()
        if dialog.isVisible():
            dialog.hide()


def _open_dialogs() -> list[QDialog]:
    return [
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, QDialog) and each.isModal() and each.isVisible() and not isinstance(each, Cover)
    ]
