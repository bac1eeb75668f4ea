"""Take in: who is it, what is broken, what did we promise? (screens.md)

By keyboard alone. A known customer with a new fault on a known device costs, besides the typed text:
``F2`` (the page, cursor in the phone field) · last four digits · ``Enter`` (takes the customer over) · ``Enter`` or
``1`` (takes the device over; with our guarantee still running ``N`` = a new fault) · the fault · ``F9``:
four keys, five with the question. With accessories, damage, estimate and deposit it stays below fifteen:
``tests/features/intake/test_page.py`` counts them.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Sequence
from typing import Any

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.changes import Changes, Kind
from app.core.codes import Foreign, Scan
from app.core.enums import PaperKind
from app.core.errors import Conflict, EnvironmentFault, Refusal, ShopError
from app.core.rights import Actor, Ctx
from app.core.sentences import sentence
from app.core.words import _
from app.features.customers.service import CustomersService
from app.features.intake.agreed_block import AgreedBlock
from app.features.intake.customer_block import NEW_DEVICE, CustomerBlock
from app.features.intake.device_block import DeviceBlock
from app.features.intake.drafts import Drafts
from app.features.intake.handed_block import HandedBlock
from app.features.intake.heads import DeviceTabs, DraftBar
from app.features.intake.presenter import IntakePresenter
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import TakeIn, TakenIn
from app.features.intake.typed import empty
from app.ui import theme
from app.ui.desk import Desk
from app.ui.fields import Field, check_all
from app.ui.messages import Message, Mood, confirm
from app.ui.page import KeyHint, Page

log = logging.getLogger(__name__)

#: Milliseconds without a key: then advice is asked for, and the draft is on the disk well within two seconds.
ADVICE_AFTER, DRAFT_AFTER = 120, 1000
_BY_ORDER = (PaperKind.PICKUP_RECEIPT, PaperKind.REPAIR_CARD, PaperKind.DEVICE_LABEL)


class IntakePage(Page):
    """The counter's form in three columns."""

    key = "intake"

    def __init__(self, intake: IntakeService, customers: CustomersService, desk: Desk) -> None:
        super().__init__()
        self._intake = intake
        self._desk = desk
        self.presenter = IntakePresenter(intake, customers, desk.clock)
        self._drafts = Drafts(intake, lambda: desk.actor)
        #: What F9 sent when the disk or the database failed: sent again it is the same gesture, booked once.
        self._unsure: tuple[Ctx, TakeIn] | None = None
        self._last: TakenIn | None = None
        self.draft_bar = DraftBar()
        self.customer = CustomerBlock(self.presenter)
        self.tabs = DeviceTabs(self.presenter)
        self.device = DeviceBlock(self.presenter, intake)
        self.handed = HandedBlock(self.presenter, intake.keep_photo, intake.kept_photo)
        self.agreed = AgreedBlock(self.presenter)
        self._lay_out()
        self._advice_timer = self._timer(ADVICE_AFTER, self._advise)
        self._draft_timer = self._timer(DRAFT_AFTER, self._keep_draft)
        self._connect()
        self._shortcuts()
        self.device.advice.set_role(desk.actor.role)
        self._load_all()
        desk.on_switch.append(self._switched)

    # -- what a page says about itself -----------------------------------------------------------------

    def title(self) -> str:
        return _("Take in")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("F9", _("save + print")),
            KeyHint("Ctrl+N", _("another device")),
            KeyHint("Ctrl+1…9", _("quick phrase")),
            KeyHint("Ctrl+M", _("who pays")),
        )

    def first_focus(self) -> QWidget | None:
        return self.customer.phone.line if self.presenter.is_empty() else None

    def concerns(self, changes: Changes) -> bool:
        known = self.presenter.known
        if known is not None and (changes.has(Kind.ORDER) or known.id in changes.ids(Kind.CUSTOMER)):
            return True
        return changes.has(Kind.SETTING) or changes.has(Kind.STAFF)

    def activated(self) -> None:
        if self._drafts.look():
            self._show_draft_bar()

    def refresh(self) -> None:
        before = self.presenter.choices
        self.presenter.reload()
        if self.presenter.choices != before:
            self.device.offer()
            self.handed.offer()
            self._chain()
        self._advise()
        self.customer.show_known()

    def take_scan(self, scan: Scan) -> bool:
        if not isinstance(scan, Foreign):
            return False
        self._take_serial(scan.text.strip())
        return True

    def print_paper(self) -> None:
        if self._last is None:
            self.said.emit(Message(_("Nothing has been taken in yet that could be printed."), Mood.INFO))
            return
        number = self._last.orders[0].number
        self.run(lambda: self._desk.papers.preview(PaperKind.PICKUP_RECEIPT, number))

    def back(self) -> bool:
        if self.customer.matches.isVisible():
            self.presenter.matches = ()
            self.customer.show_known()
            return True
        if self.device.advice.change.isChecked() and not self.presenter.device.cover:
            self.device.advice.open_override(False)
            return True
        if not self.customer.phone.line.hasFocus():
            self.customer.phone.take_focus()
            return True
        return False

    def draft(self) -> Any:
        return self.presenter.draft(secrets=True)

    def restore(self, draft: Any) -> None:
        self.presenter.restore(draft)
        self._drafts.forget_offer(draft)
        self._load_all()
        self._show_draft_bar()

    # -- saving ----------------------------------------------------------------------------------------

    def save_and_print(self) -> None:
        if not check_all([field for field in self._fields().values() if field.isVisible()]):
            self.warn_quietly(_("Not saved yet: see the fields marked in red."))
            return
        try:
            visit = self.presenter.take_in()
        except Refusal as refusal:
            self.refused(refusal)
            return
        actor = self._desk.actor
        repeated = self._unsure is not None and self._unsure[1] == visit and self._unsure[0].actor == actor
        ctx = self._unsure[0] if self._unsure is not None and repeated else self._desk.gesture()
        self._unsure = (ctx, visit)
        # What changes while it is saved must not come back as a draft of what is saved already.
        self._draft_timer.stop()
        name = visit.customer.name.strip()
        if not self.run(lambda: self._intake.take_in(ctx, visit), lambda taken: self._saved(taken, name)):
            self._draft_timer.start()

    def _saved(self, taken: TakenIn, name: str) -> None:
        self._unsure, self._last = None, taken
        deposit = self.presenter.visit.deposit.strip()
        self.presenter.clear()
        self._drafts.saved()
        self._load_all()
        self._show_draft_bar()
        self.customer.phone.take_focus()
        numbers = ", ".join(order.number for order in taken.orders)
        text = _("{numbers} taken in for {name}.").format(numbers=numbers, name=name)
        if taken.payment_number:
            text += " " + _("Deposit {amount}.").format(amount=deposit)
        self.confirm_done(text)
        # After the commit: a jammed printer must not undo what the customer was told.
        for kind in self.presenter.choices.prints:
            for number in _numbers(kind, taken):
                self._print(kind, number)

    def _print(self, kind: PaperKind, number: str) -> None:
        try:
            self._desk.papers.print_now(kind, number)
        except ShopError as error:
            self.warn(sentence(error))

    def refused(self, error: ShopError | Conflict) -> None:
        """At the field it concerns, on the device it concerns; in the banner where it concerns none."""
        if not isinstance(error, EnvironmentFault):
            self._unsure = None
        if isinstance(error, Refusal) and "field" in error.params:
            place = self.presenter.place_of(error)
            if place != self.presenter.visit.at:
                self._show_device(place)
            name = str(error.params["field"])
            if name == "reason":
                self.device.advice.open_override(True)
            if name == "photos":
                self.handed.photos.show_error(sentence(error))
                self.handed.photos.setFocus()
                self.warn_quietly(sentence(error))
                return
            field = self._fields().get(name)
            if field is not None:
                field.take_focus()
                field.show_error(sentence(error))
                self.warn_quietly(sentence(error))
                return
        super().refused(error)

    def warn_quietly(self, text: str) -> None:
        """In the bottom line only: the field says it already."""
        self.said.emit(Message(text, Mood.ERROR))

    # -- what the clerk does ---------------------------------------------------------------------------

    def _take_customer(self, customer_id: int) -> None:
        def done(_none: object) -> None:
            self.customer.load()
            self._edited()
            if self.presenter.device.device_id is None and not self.customer.devices.isHidden():
                self.customer.devices.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.device.category.take_focus()

        self.run(lambda: self.presenter.take_customer(customer_id), done)

    def _take_device(self, device_id: int) -> None:
        def done(_none: object) -> None:
            self._load_device()
            self._edited()
            self._advise()
            if device_id == NEW_DEVICE:
                self.device.category.take_focus()
            elif not self.device.advice.focus_question():
                self.device.fault.take_focus()

        take = self.presenter.take_device
        self.run(self.presenter.new_device if device_id == NEW_DEVICE else lambda: take(device_id), done)

    def _take_serial(self, serial: str) -> None:
        def done(found: object) -> None:
            self.customer.load()
            self._load_device()
            self._edited()
            self._advise()
            if found is not None and self.presenter.device.device_id is not None:
                text = _("Known device of {name}.").format(name=self.presenter.customer.name)
                self.said.emit(Message(text, Mood.OK))
                if not self.device.advice.focus_question():
                    self.device.fault.take_focus()

        self.run(lambda: self.presenter.take_serial(serial), done)

    def _serial_left(self, serial: str) -> None:
        # Typed or scanned into its field: only a device the shop knows changes anything; the focus stays its own.
        def done(found: object) -> None:
            if found is not None and self.presenter.device.device_id is not None:
                self.customer.load()
                self._load_device()
                self.said.emit(
                    Message(_("Known device of {name}.").format(name=self.presenter.customer.name), Mood.OK)
                )
            self._advise()

        self.run(lambda: self.presenter.take_serial(serial), done)

    def _take_owner(self, warning: Any) -> None:
        self.run(lambda: self.presenter.take_owner(warning), lambda _none: self._taken_over())

    def _taken_over(self) -> None:
        self._load_all()
        self._edited()
        if not self.device.advice.focus_question():
            self.device.fault.take_focus()

    def _answered(self, order_id: int, same: object) -> None:
        self.presenter.same_fault(order_id, same=bool(same))
        self._load_device()
        self._edited()
        self._advise()
        self.device.fault.take_focus()

    def _drop_customer(self) -> None:
        self.presenter.drop_customer()
        self._load_all()
        self._edited()
        self.customer.phone.take_focus()

    def _add_device(self) -> None:
        self.presenter.add_device()
        self._load_device()
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
        self._load_device()
        self._edited()

    def _show_device(self, at: int) -> None:
        self.presenter.show_device(at)
        self._load_device()

    def _go_on_with_draft(self) -> None:
        content = self._drafts.go_on(self.presenter.draft())
        if content is not None:
            self.presenter.restore(content)
            self._load_all()
            self._show_draft_bar()
            self._edited()
            self.device.fault.take_focus()

    def _discard_draft(self) -> None:
        self.run(lambda: self._drafts.discard(self.presenter.draft()))
        self._show_draft_bar()
        self.customer.phone.take_focus()

    # -- keeping everything in step --------------------------------------------------------------------

    def _edited(self, advice: bool = True) -> None:
        self.tabs.load()
        self.agreed.show_defaults()
        self.agreed.print_anew()
        if advice:
            self._advice_timer.start()
        self._draft_timer.start()

    def _advise(self) -> None:
        self._advice_timer.stop()
        if self.device.advice.show_advice(self.presenter.advice()):
            self._chain()

    def _load_all(self) -> None:
        self.customer.load()
        self._load_device()

    def _load_device(self) -> None:
        self.tabs.load()
        self.device.load()
        self.handed.load()
        self.agreed.load()
        self.agreed.print_anew()
        self.customer.show_known()
        self._advise()

    def _keep_draft(self) -> None:
        fault = self._drafts.keep(self.presenter.draft())
        if fault is not None:
            self.said.emit(Message(sentence(fault), Mood.WARN, sound=False))

    def _show_draft_bar(self) -> None:
        self.draft_bar.offer(self._drafts.offered)

    def _switched(self, actor: Actor) -> None:
        if not shiboken6.isValid(self):
            # This page was built anew in another language; its successor listens now.
            if self._switched in self._desk.on_switch:
                self._desk.on_switch.remove(self._switched)
            return
        self.device.advice.set_role(actor.role)
        self.device.advice.load()
        self._drafts.change_hands(self.presenter.draft())
        self._drafts.look()
        self._show_draft_bar()

    def _fields(self) -> dict[str, Field]:
        return {
            **self.customer.fields(),
            **self.device.fields(),
            **self.handed.fields(),
            **self.agreed.fields(),
        }

    # -- building --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        middle = QWidget()
        box = QVBoxLayout(middle)
        box.setContentsMargins(theme.px(2), 0, theme.px(6), theme.px(8))
        box.setSpacing(theme.px(10))
        for block in (self.tabs, self.device, self.handed):
            box.addWidget(block)
        box.addStretch(1)
        self._scrolls = (_scroll(self.customer), _scroll(middle))
        across = QHBoxLayout()
        across.setSpacing(theme.px(14))
        for part, stretch, least in (
            (self._scrolls[0], 24, 216),
            (_line(), 0, 1),
            (self._scrolls[1], 50, 380),
            (_line(), 0, 1),
            (self.agreed, 26, 248),
        ):
            part.setMinimumWidth(theme.px(least) if least > 1 else 1)
            across.addWidget(part, stretch)
        self.body.addWidget(self.draft_bar)
        self.body.addLayout(across, 1)
        self._chain()

    def _chain(self) -> None:
        """Tab goes down the columns, left to right."""
        bar = [self.draft_bar.go_on, self.draft_bar.discard]
        stops = [
            *bar, *self.customer.chain(), *self.device.chain(), *self.handed.chain(), *self.agreed.chain()
        ]  # fmt: skip
        for before, after in itertools.pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _timer(self, after: int, act: Callable[[], None]) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(after)
        made.timeout.connect(act)
        return made

    def _connect(self) -> None:
        self.customer.edited.connect(lambda: self._edited(False))
        self.customer.took_customer.connect(self._take_customer)
        self.customer.took_device.connect(self._take_device)
        self.customer.dropped.connect(self._drop_customer)
        self.customer.opened.connect(self._open_order)
        self.tabs.chosen.connect(self._show_device)
        self.tabs.removed.connect(self._remove_device)
        self.tabs.added.connect(self._add_device)
        self.device.edited.connect(self._edited)
        self.device.serial_entered.connect(self._serial_left)
        advice = self.device.advice
        advice.answered.connect(self._answered)
        advice.took_owner.connect(self._take_owner)
        advice.opened.connect(self._open_order)
        self.handed.edited.connect(lambda: self._edited(False))
        self.agreed.edited.connect(lambda: self._edited(False))
        self.agreed.saving.connect(self.save_and_print)
        self.draft_bar.went_on.connect(self._go_on_with_draft)
        self.draft_bar.discarded.connect(self._discard_draft)
        for field in self._fields().values():
            field.entered.connect(self._next)
        for ticks in (self.device.visit, self.handed.accessories, self.handed.damages, self.agreed.method):
            ticks.entered.connect(self._next)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def _open_order(self, order_id: int) -> None:
        self.wants.emit("orders", order_id)

    def _shortcuts(self) -> None:
        keys: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+N", self._add_device),
            ("Ctrl+PgDown", lambda: self._show_device(self.presenter.visit.at + 1)),
            ("Ctrl+PgUp", lambda: self._show_device(self.presenter.visit.at - 1)),
            ("Ctrl+Shift+Del", lambda: self._remove_device(self.presenter.visit.at)),
            ("Ctrl+M", self.device.advice.change.toggle),
            ("Ctrl+0", self.device.all_phrases),
            ("Ctrl+G", self._go_on_with_draft),
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if isinstance(focus, QPushButton):
                focus.click()
                return
            if isinstance(focus, QCheckBox):
                self.focusNextChild()
                return
        super().keyPressEvent(event)


def _numbers(kind: PaperKind, taken: TakenIn) -> list[str]:
    """What a paper printed at intake is asked for by; a call to the customer's home has no receipt yet."""
    if kind is PaperKind.PAYMENT_RECEIPT:
        return [taken.payment_number] if taken.payment_number else []
    if kind not in _BY_ORDER:
        return []
    return [each.number for each in taken.orders if each.receipt_code or kind is not PaperKind.PICKUP_RECEIPT]


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
