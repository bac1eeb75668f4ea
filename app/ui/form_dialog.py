"""A small form that asks for what one command needs: fields, one button, refusals inline, Esc loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.codes import Code, Scan
from app.core.errors import Conflict, ShopError
from app.core.sentences import sentence
from app.core.words import _
from app.ui import theme
from app.ui.field import Field
from app.ui.fields import check_all
from app.ui.messages import Banner, Mood
from app.ui.photo_reading import Reading
from app.ui.tall import TallArea

#: How much more room a row that can use it takes than what is left free.
_TALL = 100


class FormDialog(QDialog):
    """Fields under each other. ``give`` runs the command; while it refuses, the dialog stays with what was typed."""

    def __init__(
        self,
        title: str,
        fields: Sequence[QWidget],
        yes_word: str,
        give: Callable[[], object],
        *,
        text: str = "",
        danger: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(theme.px(380))
        #: Those inside a row of several too, in reading order.
        self._fields = tuple(field for row in fields for field in _fields_of(row))
        self._give = give
        #: Photos inside, read beside the window; what was to be saved while one was still coming.
        self._readings = tuple(each for row in fields for each in row.findChildren(Reading))
        self._put_off = False
        for each in self._readings:
            each.settled.connect(self._photos_read)
        self.banner = Banner()
        heading = QLabel(title)
        theme.role_of(heading, "heading")
        box = QVBoxLayout(self)
        margin = theme.px(20)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(12))
        box.addWidget(heading)
        box.addWidget(self.banner)
        if text:
            words = QLabel(text)
            words.setWordWrap(True)
            theme.role_of(words, "secondary")
            box.addWidget(words)
        self._rows = QWidget()
        inner = QVBoxLayout(self._rows)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.px(12))
        for row in fields:
            inner.addWidget(row, 0 if _is_rigid(row) else _TALL)
        # Where no row wants the room that is left, it stays below: rows do not drift apart.
        inner.addStretch(1)
        self._area = TallArea(self._rows)
        self._area.setVisible(bool(fields))
        box.addWidget(self._area, 1)
        for field in self._fields:
            field.entered.connect(lambda field=field: self._next(field))
        self.no = QPushButton(_("Cancel"))
        self.no.setAutoDefault(False)
        self.no.clicked.connect(self.reject)
        self.yes = QPushButton(yes_word)
        self.yes.setAutoDefault(False)
        theme.role_of(self.yes, "danger" if danger else "primary")
        self.yes.clicked.connect(self.try_it)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self).activated.connect(self.try_it)
        self.yes.setToolTip("Ctrl+↵")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        box.addLayout(buttons)
        first = next((each for each in self._fields if each.isEnabled()), None)
        if first is not None:
            first.take_focus()
        else:
            self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_scan(self, scan: Scan) -> bool:
        """A scan for one of the fields (a place, chosen by its label); False where none takes it."""
        return self._hand_on("take_scan", scan)

    def take_badge(self, code: Code) -> bool:
        """A badge for the field that asks somebody to prove who he is; False where none does."""
        return self._hand_on("take_badge", code)

    def _hand_on(self, door: str, scan: Scan) -> bool:
        for field in self._fields:
            take = getattr(field, door, None)
            if take is None:
                continue
            try:
                taken = take(scan)
            except ShopError as error:
                self._say(sentence(error), Mood.ERROR)
                return True
            if taken:
                self.banner.clear()
                return True
        return False

    def refit(self) -> None:
        """As large as the rows that are in sight now: others came or went."""
        self._area.fit()
        self.adjustSize()
        self._area.grow()

    def try_it(self) -> None:
        """Check the fields and give the command; close when it was done."""
        if not check_all(self._fields):
            self._area.grow()
            self._area.show_focused()
            return
        self._put_off = any(each.coming() for each in self._readings)
        if self._put_off:
            self._say(_("The photos are still being read; it goes on by itself right after."), Mood.INFO)
            return
        try:
            self._give()
        except (ShopError, Conflict) as error:
            self._say(sentence(error), Mood.ERROR)
            return
        self.accept()

    def done(self, result: int) -> None:
        self._put_off = False
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keys, as Space does."""
        button = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and button in (self.yes, self.no):
            if not event.isAutoRepeat():
                self.yes.click() if button is self.yes else self.no.click()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Chips and words that wrap are as tall as the width makes them, which is known only now.
        self._area.grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._area.stay_in_sight()

    def _photos_read(self, all_of_them: bool) -> None:
        if not self._put_off:
            return
        self.banner.clear()
        if all_of_them:
            self.try_it()
        else:
            self._put_off = False
            self._say(_("A photo was not taken; see why beside the photos, then go on."), Mood.ERROR)

    def _say(self, text: str, mood: Mood) -> None:
        self.banner.say(text, mood)
        self._area.grow()

    def _next(self, field: Field) -> None:
        """Enter goes to the next field in sight, in the last one gives the command; what cannot be read keeps it."""
        if not field.check():
            field.take_focus()
            self._area.grow()
            return
        rest = self._fields[self._fields.index(field) + 1 :]
        following = next((each for each in rest if each.isVisibleTo(self) and each.isEnabled()), None)
        if following is not None:
            following.take_focus()
            self._area.show_focused()
        else:
            self.try_it()


def _is_rigid(row: QWidget) -> bool:
    """Whether a row is not better for being taller; lists, tables and long texts are."""
    areas: list[QAbstractScrollArea] = row.findChildren(QAbstractScrollArea)
    # The list of a box of choices is a window of its own.
    return all(each.window() is not row.window() for each in areas)


def _fields_of(row: QWidget) -> list[Field]:
    return [row] if isinstance(row, Field) else row.findChildren(Field)


def ask(
    title: str,
    fields: Sequence[QWidget],
    yes_word: str,
    give: Callable[[], object],
    *,
    text: str = "",
    danger: bool = False,
    parent: QWidget | None = None,
) -> bool:
    """Show the form until the command was done (True) or the user left it (False)."""
    dialog = FormDialog(title, fields, yes_word, give, text=text, danger=danger, parent=parent)
    return dialog.exec() == QDialog.DialogCode.Accepted
