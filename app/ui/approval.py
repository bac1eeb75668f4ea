"""A second person's word: who may not do a thing alone does it with somebody who may (domain.md §8).

    services.x.do(ctx, …, approver=…)                                     # refuses with one of ``NEEDS_SECOND``
    with_approval(desk, lambda approver: services.x.do(ctx, …, approver=approver), self)

The command is given alone first; only where it is refused for want of a second person is he asked for, by PIN or badge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)

from app.core.enums import Role
from app.core.errors import Conflict, Reason, Refusal, ShopError
from app.core.labels import label
from app.core.rights import Actor
from app.core.sentences import sentence
from app.core.words import _
from app.ui import theme
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood
from app.ui.pads import PinPad
from app.ui.pin_wait import PinWait
from app.ui.sounds import Sound, play

if TYPE_CHECKING:
    from app.core.codes import Code
    from app.ui.desk import Desk

T = TypeVar("T")

#: Refusals that a second person's word may lift.
NEEDS_SECOND = frozenset(
    {
        Reason.APPROVAL_NEEDED,
        Reason.SAME_PERSON,
        Reason.DISCOUNT_OVER_LIMIT,
        Reason.PRICE_OVER_LIMIT,
        Reason.CREDIT_OVER_LIMIT,
        Reason.REFUND_BY_METHOD,
        Reason.ON_ACCOUNT_NOT_ALLOWED,
        Reason.CLOCK_FAR_AHEAD,
    }
)
#: Who is asked where a refusal names no role.
_MAY_VOUCH = frozenset({Role.LEAD, Role.OWNER})
_OWNERS_WORD = frozenset({Reason.REFUND_BY_METHOD, Reason.ON_ACCOUNT_NOT_ALLOWED, Reason.CLOCK_FAR_AHEAD})


@dataclass(frozen=True, slots=True)
class Second:
    """Somebody who may be asked to confirm; without a PIN he confirms by his badge only."""

    id: int
    name: str
    role: Role
    has_pin: bool = True


@dataclass(frozen=True, slots=True)
class ApprovalDoors:
    """Who works here, and how he proves himself. ``pin`` and ``badge`` raise ``Refusal`` as the staff service does."""

    people: Callable[[], Sequence[Second]]
    pin: Callable[[int, str], Actor]
    badge: Callable[[str], Actor]


def with_approval(desk: Desk, command: Callable[[Actor | None], T], parent: QWidget | None = None) -> T:
    """Give ``command`` alone, and where it is refused for want of a second person, once more with him.

    The answer is the command's. Whoever leaves the question gets the first refusal; every other refusal passes through,
    with a second person and without.
    Safe inside ``FormDialog``'s ``give`` and ``Page.run``. The command's ``ctx`` is one gesture: make it outside.
    """
    try:
        return command(None)
    except Refusal as error:
        if error.reason not in NEEDS_SECOND or desk.approval is None:
            raise
        answers: list[T] = []
        if not ask_approval(desk, error, lambda second: answers.append(command(second)), parent):
            raise
        return answers[0]


def ask_approval(
    desk: Desk, why: Refusal, give: Callable[[Actor], object], parent: QWidget | None = None
) -> bool:
    """Ask for a second person until ``give`` was done with him (True) or the question was left (False).

    What no second person's word can lift ends the question and is raised: it belongs where the command was given.
    """
    if desk.approval is None:
        return False
    above = QApplication.activeModalWidget() or parent
    question = ApprovalDialog(desk.approval(), desk.actor, why, give, above)
    if question.exec() == QDialog.DialogCode.Accepted:
        return True
    if question.failed is not None:
        raise question.failed
    return False


def _who_may(why: Refusal) -> frozenset[Role]:
    role = why.params.get("role")
    if role is Role.OWNER or why.reason in _OWNERS_WORD:
        return frozenset({Role.OWNER})
    return _MAY_VOUCH


class ApprovalDialog(QDialog):
    """Names of those who may, a PIN pad, and a badge does all of it. A refusal stays until it is answered."""

    def __init__(
        self,
        doors: ApprovalDoors,
        actor: Actor,
        why: Refusal,
        give: Callable[[Actor], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._doors, self._actor, self._give = doors, actor, give
        #: Why ``give`` failed for another reason than who confirmed it.
        self.failed: ShopError | Conflict | None = None
        self._chosen = -1
        self._tiles: list[tuple[Second, QPushButton]] = []
        self.setWindowTitle(_("A second person confirms"))
        self.setModal(True)
        heading = QLabel(_("A second person confirms"))
        theme.role_of(heading, "heading")
        words = QLabel(sentence(why))
        words.setWordWrap(True)
        hint = QLabel(_("Choose your name and type your PIN, or scan your badge. Nobody is signed in by it."))
        hint.setWordWrap(True)
        theme.role_of(hint, "secondary")
        self.banner = Banner()
        self.pad = PinPad(done_word=_("Confirm"))
        self.pad.done.connect(self._try_pin)
        self._wait = PinWait(self)
        self._wait.ticked.connect(self._tell_wait)
        self._waiting = False
        holder = QWidget()
        self._grid = QGridLayout(holder)
        self._grid.setSpacing(theme.px(8))
        self._grid.setContentsMargins(0, 0, theme.px(4), 0)
        area = QScrollArea()
        area.setWidget(holder)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumWidth(theme.px(240))
        middle = QHBoxLayout()
        middle.setSpacing(theme.px(24))
        middle.addWidget(area, 1)
        middle.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignTop)
        self.no = QPushButton(_("Cancel"))
        self.no.setAutoDefault(False)
        self.no.clicked.connect(self.reject)
        lay_out(self, heading, words, hint, self.banner, middle, tall=middle, right=[self.no])
        self._fill(_who_may(why))

    def _fill(self, roles: frozenset[Role]) -> None:
        people = [
            each
            for each in self._doors.people()
            if each.role in roles and each.id != self._actor.id and each.has_pin
        ]
        for at, each in enumerate(people):
            button = QPushButton(f"{each.name.replace('&', '&&')}\n{label(each.role)}")
            button.setAccessibleName(f"{each.name}, {label(each.role)}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            theme.role_of(button, "tile")
            button.clicked.connect(lambda _on=False, mine=at: self.choose(mine))
            self._grid.addWidget(button, at, 0)
            self._tiles.append((each, button))
        self._grid.setRowStretch(len(people), 1)
        self.pad.setEnabled(bool(people))
        if people:
            self.choose(0)
        else:
            self.banner.say(
                _("Nobody else who may confirm this has a PIN. A badge works, or the owner gives one a PIN."),
                Mood.WARN,
            )

    def choose(self, at: int) -> None:
        """Choose the ``at``-th name."""
        if not 0 <= at < len(self._tiles):
            return
        self._chosen = at
        for number, (_who, button) in enumerate(self._tiles):
            button.setChecked(number == at)
        self.pad.clear()
        self.pad.setAccessibleName(_("PIN of {name}").format(name=self._tiles[at][0].name))
        self._tell_wait()
        self._to_pad()

    def take_badge(self, code: Code) -> bool:
        """A badge was scanned while the question is open; what is wrong with it is said here."""
        self._confirm(lambda: self._doors.badge(code.digits))
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.choose(self._chosen + step)
        else:
            super().keyPressEvent(event)

    def _try_pin(self, pin: str) -> None:
        if 0 <= self._chosen < len(self._tiles):
            who = self._tiles[self._chosen][0]
            self._confirm(lambda: self._doors.pin(who.id, pin), who.id)

    def _confirm(self, prove: Callable[[], Actor], who: int | None = None) -> None:
        try:
            second = prove()
            if second.id == self._actor.id:
                raise Refusal(Reason.SAME_PERSON)
        except (ShopError, Conflict) as error:
            self._refuse(error, who)
            return
        try:
            self._give(second)
        except (ShopError, Conflict) as error:
            if isinstance(error, Refusal) and error.reason in NEEDS_SECOND:
                self._refuse(error)
                return
            self.failed = error
            self.reject()
            return
        self.accept()

    def _refuse(self, error: ShopError | Conflict, who: int | None = None) -> None:
        self.pad.clear()
        self.banner.say(sentence(error), Mood.ERROR)
        play(Sound.WRONG)
        if who is not None and self._wait.begin(who, error):
            self._tell_wait()
            self._to_pad()

    def _tell_wait(self) -> None:
        """How long whoever is chosen has to wait; the sentence goes with the wait, and with who has it."""
        if not 0 <= self._chosen < len(self._tiles):
            return
        words = self._wait.words(self._tiles[self._chosen][0].id)
        over = self._waiting and not words
        self._waiting = bool(words)
        if words:
            self.banner.say(words, Mood.ERROR)
        elif over:
            self.banner.clear()
        if self.pad.isEnabled() == self._waiting:
            self.pad.setEnabled(not self._waiting)
            self._to_pad()

    def _to_pad(self) -> None:
        """The keyboard goes to the pad, or, where one has to wait, to the names: arrows choose another."""
        (self.pad if self.pad.isEnabled() else self).setFocus(Qt.FocusReason.OtherFocusReason)
