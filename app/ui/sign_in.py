"""Who is working: staff tiles, PIN pad, badge. Knows no service; takes callables (``SignInDoors``)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import ShopError
from app.core.words import _
from app.ui import theme
from app.ui.messages import Banner, Mood
from app.ui.pads import PinPad
from app.ui.pin_wait import PinWait
from app.ui.sounds import Sound, play

if TYPE_CHECKING:
    from app.core.codes import Code
    from app.core.rights import Actor

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StaffTile:
    """One person who may sign in. ``role`` is the role's word; without a PIN a press is enough."""

    id: int
    name: str
    role: str
    has_pin: bool = True


@dataclass(frozen=True, slots=True)
class SignInDoors:
    """What signing in needs. ``check`` and ``badge`` raise ``Refusal`` (WRONG_PIN, PIN_LOCKED, STAFF_UNKNOWN)."""

    staff: Callable[[], Sequence[StaffTile]]
    check: Callable[[int, str], Actor]
    badge: Callable[[Code], Actor]


class SignIn(QWidget):
    """The lock screen. Arrows choose a name, digits are the PIN, Enter signs in; a badge does all of it."""

    signed = Signal(object)
    #: Esc, where somebody is signed in already (quick switch): go back without changing anything.
    left = Signal()

    def __init__(self, doors: SignInDoors, shop: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors = doors
        self._tiles: list[tuple[StaffTile, QPushButton]] = []
        self._chosen = -1
        self._title = QLabel(shop or _("Xiuhu"))
        theme.role_of(self._title, "title")
        self._hint = QLabel(_("Choose your name and type your PIN, or scan your badge."))
        theme.role_of(self._hint, "secondary")
        self.banner = Banner()
        self._holder = QWidget()
        self._grid = QGridLayout(self._holder)
        self._grid.setSpacing(theme.px(8))
        self._grid.setContentsMargins(0, 0, theme.px(4), 0)
        area = QScrollArea()
        area.setWidget(self._holder)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumWidth(theme.px(440))
        self.pad = PinPad()
        self.pad.done.connect(self._try)
        self._wait = PinWait(self)
        self._wait.ticked.connect(self._tell_wait)
        self._waiting = False
        middle = QHBoxLayout()
        middle.setSpacing(theme.px(32))
        middle.addWidget(area, 1)
        middle.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignTop)
        card = QFrame()
        theme.role_of(card, "card")
        card.setMaximumWidth(theme.px(860))
        inner = QVBoxLayout(card)
        margin = theme.px(28)
        inner.setContentsMargins(margin, margin, margin, margin)
        inner.setSpacing(theme.px(8))
        inner.addWidget(self._title)
        inner.addWidget(self._hint)
        inner.addWidget(self.banner)
        inner.addSpacing(theme.px(8))
        inner.addLayout(middle, 1)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(card, 8)
        across.addStretch(1)
        box = QVBoxLayout(self)
        margin = theme.px(16)
        box.setContentsMargins(margin, margin, margin, margin)
        box.addStretch(1)
        box.addLayout(across, 8)
        box.addStretch(1)

    def begin(self, last: int = 0) -> None:
        """Ask afresh; ``last`` is the id of who worked last and is chosen beforehand."""
        self.pad.clear()
        self.banner.clear()
        self._wait.forget()
        for _tile, button in self._tiles:
            button.hide()
            button.deleteLater()
        self._tiles = []
        try:
            people = self._doors.staff()
        except ShopError as error:
            self._refuse(error)
            people = ()
        for at, tile in enumerate(people):
            button = QPushButton(f"{tile.name.replace('&', '&&')}\n{tile.role}")
            button.setAccessibleName(f"{tile.name}, {tile.role}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            theme.role_of(button, "tile")
            button.clicked.connect(lambda _on=False, mine=at: self.choose(mine, pressed=True))
            self._grid.addWidget(button, at // 2, at % 2)
            self._tiles.append((tile, button))
        self._grid.setRowStretch((len(people) + 1) // 2, 1)
        self.choose(next((at for at, tile in enumerate(people) if tile.id == last), 0))
        self.pad.setFocus()

    def choose(self, at: int, *, pressed: bool = False) -> None:
        """Choose the ``at``-th name; a press on somebody without a PIN signs in."""
        if not 0 <= at < len(self._tiles):
            return
        self._chosen = at
        for number, (_tile, button) in enumerate(self._tiles):
            button.setChecked(number == at)
        tile = self._tiles[at][0]
        self.pad.clear()
        self.pad.setAccessibleName(_("PIN of {name}").format(name=tile.name))
        self._tell_wait()
        if tile.has_pin:
            self._to_pad()
            return
        self.pad.setEnabled(False)
        self.setFocus()
        if pressed:
            self._try("")

    def take_badge(self, code: Code) -> bool:
        """Sign in by a scanned badge; False if it was refused (and said so)."""
        try:
            actor = self._doors.badge(code)
        except ShopError as error:
            self._refuse(error)
            return False
        self._welcome(actor)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Up: -2,
            Qt.Key.Key_Down: 2,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
        }.get(Qt.Key(event.key()))
        if step is not None:
            self.choose(self._chosen + step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._tiles:
            if not self._tiles[self._chosen][0].has_pin:
                self._try("")
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _try(self, pin: str) -> None:
        if not 0 <= self._chosen < len(self._tiles):
            return
        tile = self._tiles[self._chosen][0]
        try:
            actor = self._doors.check(tile.id, pin)
        except ShopError as error:
            self.pad.clear()
            self._refuse(error)
            return
        self._welcome(actor)

    def _welcome(self, actor: Actor) -> None:
        self.pad.clear()
        self.banner.clear()
        self.signed.emit(actor)

    def _refuse(self, error: ShopError) -> None:
        from app.core.sentences import sentence

        self.banner.say(sentence(error), Mood.ERROR)
        play(Sound.WRONG)
        if 0 <= self._chosen < len(self._tiles) and self._wait.begin(self._tiles[self._chosen][0].id, error):
            self._tell_wait()
            self._to_pad()

    def _tell_wait(self) -> None:
        """How long whoever is chosen has to wait; the sentence goes with the wait, and with who has it."""
        if not 0 <= self._chosen < len(self._tiles):
            return
        tile = self._tiles[self._chosen][0]
        words = self._wait.words(tile.id)
        over = self._waiting and not words
        self._waiting = bool(words)
        if words:
            self.banner.say(words, Mood.ERROR)
        elif over:
            self.banner.clear()
        if tile.has_pin and self.pad.isEnabled() == self._waiting:
            self.pad.setEnabled(not self._waiting)
            self._to_pad()

    def _to_pad(self) -> None:
        """The keyboard goes to the pad, or, where one has to wait, to the names: arrows choose another."""
        if self.isVisible():
            (self.pad if self.pad.isEnabled() else self).setFocus()
