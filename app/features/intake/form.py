"""The three columns of the intake form, kept in step: what is picked, asked and answered while one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import Refusal
from app.core.sentences import sentence
from app.core.words import _
from app.features.intake.agreed_block import AgreedBlock
from app.features.intake.customer_block import NEW_DEVICE, CustomerBlock
from app.features.intake.device_block import DeviceBlock
from app.features.intake.handed_block import HandedBlock
from app.features.intake.heads import DeviceTabs, DraftBar
from app.features.intake.presenter import IntakePresenter
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import IntakeWarning, KnownSerial
from app.features.intake.typed import empty
from app.ui import theme
from app.ui.fields import Field
from app.ui.messages import Message, Mood, confirm
from app.ui.tasks import Tasks

#: Milliseconds without a key before cover and warnings are asked for anew.
ADVICE_AFTER = 120


class IntakeForm(QWidget):
    """Everything between the banner and the bottom line. ``run`` is the page's way to give commands."""

    #: Something was typed that a draft should hold.
    edited = Signal()
    saving = Signal()
    #: An order is to be shown.
    opened = Signal(int)
    #: A ``Message`` for the status line.
    said = Signal(object)

    def __init__(
        self,
        presenter: IntakePresenter,
        intake: IntakeService,
        run: Callable[[Callable[[], Any], Callable[[Any], object] | None], bool],
        tasks: Tasks,
    ) -> None:
        super().__init__()
        self.presenter = presenter
        self._run = run
        self.draft_bar = DraftBar()
        self.customer = CustomerBlock(presenter)
        self.tabs = DeviceTabs(presenter)
        self.device = DeviceBlock(presenter, intake)
        self.handed = HandedBlock(presenter, intake.keep_photo, intake.kept_photo, tasks)
        self.handed.before = self.device.visit.last_stop()
        self.agreed = AgreedBlock(presenter)
        self._advice_timer = QTimer(self)
        self._advice_timer.setSingleShot(True)
        self._advice_timer.setInterval(ADVICE_AFTER)
        self._advice_timer.timeout.connect(self.advise)
        self._lay_out()
        self._connect()
        self._shortcuts()
        self.load()

    # -- what the page uses ----------------------------------------------------------------------------

    def load(self) -> None:
        """Show everything the presenter holds."""
        self.customer.load()
        self.load_device()

    def to_top(self) -> None:
        """Begin again at the first field."""
        for scroll in self._scrolls:
            scroll.verticalScrollBar().setValue(0)

    def load_device(self) -> None:
        """Show the presenter's device."""
        self.tabs.load()
        self.device.load()
        self.handed.load()
        self.agreed.load()
        self.agreed.print_anew()
        self.customer.show_known()
        self.advise()

    def advise(self) -> None:
        """Ask for cover, warnings and history of the device as typed so far."""
        self._advice_timer.stop()
        advice = self.presenter.advice()
        self.device.advice.show_advice(advice)
        self.device.show_asked(advice.cover)
        self.customer.show_history(advice.history)

    def offer(self) -> None:
        """Settings changed: offer today's choices; what is typed stays."""
        self.device.offer()
        self.handed.offer()

    def fields(self) -> dict[str, Field]:
        """Every row by the name that refusals use."""
        return {
            **self.customer.fields(),
            **self.device.fields(),
            **self.handed.fields(),
            **self.agreed.fields(),
        }

    def show_refusal(self, refusal: Refusal) -> bool:
        """Say no at the field it concerns, on the device it concerns; False if it concerns none."""
        name = str(refusal.params.get("field", ""))
        row = self.handed.photos if name == "photos" else self.fields().get(name)
        if row is None:
            return False
        place = self.presenter.place_of(refusal)
        if place != self.presenter.visit.at:
            self.show_device(place)
        if name == "reason":
            self.device.advice.open_override(True)
        if isinstance(row, Field):
            row.take_focus()
        else:
            row.setFocus(Qt.FocusReason.OtherFocusReason)
        row.show_error(sentence(refusal))
        return True

    def take_serial(self, serial: str, *, scanned: bool = True) -> None:
        """A serial number; a scanned one also moves on to the fault when the shop knows the device.

        One that was typed into its field leaves the focus alone.
        """

        def done(found: KnownSerial | None) -> None:
            taken_over = found is not None and self.presenter.device.device_id == found.device_id
            if taken_over or scanned:
                self.load()
                self._edited()
            if taken_over:
                text = _("Known device of {name}.").format(name=self.presenter.customer.name)
                self.said.emit(Message(text, Mood.OK))
            if taken_over and scanned and not self.device.advice.focus_question():
                self.device.fault.take_focus()

        self._run(lambda: self.presenter.take_serial(serial), done)

    # -- what the clerk does ---------------------------------------------------------------------------

    def _take_customer(self, customer_id: int) -> None:
        def done(_none: object) -> None:
            self.customer.load()
            self._edited()
            if self.presenter.device.device_id is None and not self.customer.devices.isHidden():
                self.customer.devices.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.device.category.take_focus()

        self._run(lambda: self.presenter.take_customer(customer_id), done)

    def _take_device(self, device_id: int) -> None:
        def done(_none: object) -> None:
            self.load_device()
            self._edited()
            self.advise()
            if device_id == NEW_DEVICE:
                self.device.category.take_focus()
            elif not self.device.advice.focus_question():
                self.device.fault.take_focus()

        take = self.presenter.take_device
        self._run(self.presenter.new_device if device_id == NEW_DEVICE else lambda: take(device_id), done)

    def _take_owner(self, warning: IntakeWarning) -> None:
        self._run(lambda: self.presenter.take_owner(warning), lambda _none: self._taken_over())

    def _taken_over(self) -> None:
        self.load()
        self._edited()
        if not self.device.advice.focus_question():
            self.device.fault.take_focus()

    def _answered(self, order_id: int, same: object) -> None:
        self.presenter.same_fault(order_id, same=bool(same))
        self.load_device()
        self._edited()
        self.advise()
        self.device.fault.take_focus()

    def _drop_customer(self) -> None:
        self.presenter.drop_customer()
        self.load()
        self._edited()
        self.customer.phone.take_focus()

    def _add_device(self) -> None:
        self.presenter.add_device()
        self.load_device()
        self._scrolls[1].verticalScrollBar().setValue(0)
        self._edited()
        if self.customer.devices.isHidden():
            self.device.category.take_focus()
        else:
            self.customer.devices.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove_device(self, at: int) -> None:
        device = self.presenter.visit.devices[at]
        if not empty(device) and not confirm(
            _("Take “{device}” out of this visit?").format(device=self.presenter.device_words(at) or at + 1),
            _("Take it out"),
            danger=True,
            parent=self,
        ):
            return
        self.presenter.remove_device(at)
        self.load_device()
        self._edited()

    def show_device(self, at: int) -> None:
        self.presenter.show_device(at)
        self.load_device()
        self._scrolls[1].verticalScrollBar().setValue(0)

    # -- keeping everything in step --------------------------------------------------------------------

    def _edited(self, advice: bool = True) -> None:
        self.tabs.load()
        self.agreed.show_defaults()
        self.agreed.print_anew()
        if advice:
            self._advice_timer.start()
        self.edited.emit()

    # -- building --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        long = QWidget()
        box = QVBoxLayout(long)
        box.setContentsMargins(theme.px(2), 0, theme.px(6), theme.px(8))
        box.setSpacing(theme.px(10))
        for block in (self.device, self.handed):
            box.addWidget(block)
        box.addStretch(1)
        self._scrolls = (_scroll(self.customer), _scroll(long))
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(self.tabs)
        column.addWidget(self._scrolls[1], 1)
        across = QHBoxLayout()
        across.setSpacing(theme.px(14))
        for part, stretch, least in (
            (self._scrolls[0], 24, 216),
            (_line(), 0, 1),
            (middle, 50, 380),
            (_line(), 0, 1),
            (self.agreed, 26, 248),
        ):
            part.setMinimumWidth(theme.px(least) if least > 1 else 1)
            across.addWidget(part, stretch)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(8))
        whole.addWidget(self.draft_bar)
        whole.addLayout(across, 1)

    def _connect(self) -> None:
        self.customer.edited.connect(lambda: self._edited(advice=False))
        self.customer.took_customer.connect(self._take_customer)
        self.customer.took_device.connect(self._take_device)
        self.customer.dropped.connect(self._drop_customer)
        self.customer.opened.connect(self.opened)
        self.tabs.chosen.connect(self.show_device)
        self.tabs.removed.connect(self._remove_device)
        self.tabs.added.connect(self._add_device)
        self.device.edited.connect(self._edited)
        self.device.serial_entered.connect(lambda serial: self.take_serial(serial, scanned=False))
        advice = self.device.advice
        advice.answered.connect(self._answered)
        advice.took_owner.connect(self._take_owner)
        advice.opened.connect(self.opened)
        advice.edited.connect(self._edited)
        self.handed.edited.connect(lambda: self._edited(advice=False))
        self.agreed.edited.connect(lambda: self._edited(advice=False))
        self.agreed.saving.connect(self.saving)
        toggles = (self.device.proof_seen, self.device.advice.damaged)
        groups = (
            self.device.visit,
            self.handed.accessories,
            self.handed.damages,
            self.handed.way,
            self.agreed.method,
        )
        for row in {*self.fields().values(), *groups}:
            row.entered.connect(self._next)
        for toggle in toggles:
            toggle.entered.connect(self._next)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def _shortcuts(self) -> None:
        keys: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+N", self._add_device),
            ("Ctrl+PgDown", lambda: self.show_device(self.presenter.visit.at + 1)),
            ("Ctrl+PgUp", lambda: self.show_device(self.presenter.visit.at - 1)),
            ("Ctrl+Shift+Del", lambda: self._remove_device(self.presenter.visit.at)),
            ("Ctrl+M", self.device.advice.change.toggle),
            ("Ctrl+B", self.device.advice.plan.click),
            ("Ctrl+0", self.device.all_phrases),
        ]
        keys += [(f"Ctrl+{n}", lambda mine=n: self.device.add_phrase(mine)) for n in range(1, 10)]  # type: ignore[misc]
        for sequence, act in keys:
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _next(self) -> None:
        """Enter goes on like Tab; behind a list of completions only when that has taken its choice."""
        if QApplication.activePopupWidget() is not None:
            QTimer.singleShot(0, self.focusNextChild)
        else:
            self.focusNextChild()

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        for scroll in self._scrolls:
            if shiboken6.isValid(scroll) and now is not None and scroll.isAncestorOf(now):
                scroll.ensureWidgetVisible(now, 0, theme.px(48))


def _scroll(inner: QWidget) -> QScrollArea:
    made = QScrollArea()
    made.setWidget(inner)
    made.setWidgetResizable(True)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made


def _line() -> QFrame:
    made = QFrame()
    theme.role_of(made, "line")
    made.setFixedWidth(1)
    return made
