"""The bench page: queue, card, keys. The logic is the presenter's; here are widgets and where their signals go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.core.changes import Changes, Kind
from app.core.codes import Code, Scan
from app.core.enums import Action, BenchCommand, LookKind, NoteKind, PaperKind
from app.core.labels import label
from app.core.money import Money, Quantity
from app.core.rights import Actor
from app.core.words import _
from app.features.bench import forms
from app.features.bench.actions_bar import ActionsBar
from app.features.bench.bag_dialog import BagDialog
from app.features.bench.card_view import CardView
from app.features.bench.offers import KEYS, LINE_TOOLS, TOOL_KEYS, Offer, Tool
from app.features.bench.part_dialog import PartDialog
from app.features.bench.pieces_dialog import PiecesDialog
from app.features.bench.presenter import BenchPresenter
from app.features.bench.queue_list import QueueList
from app.features.bench.service import BenchService
from app.features.bench.snapshots import BagWay, BenchChoices, BenchQueue, QueueKind
from app.features.bench.view import Diagnosis, Labour, PieceQuestion, StockRoom
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.orders.snapshots import CardLine, OrderCard
from app.features.pricing.price_dialog import PriceDialog, ask_new_price
from app.features.pricing.snapshots import PriceChoice, PriceOffer
from app.features.stock.snapshots import PartRow
from app.ui import icons, theme
from app.ui.approval import with_approval
from app.ui.desk import Desk
from app.ui.messages import Mood
from app.ui.page import KeyHint, Page, typing_in

_TICK_MS = 1000
#: Late marks and counts are looked at anew this often while the page is in front.
_QUEUE_TICKS = 60
_LETTERS = {letter: tool for tool, letter in TOOL_KEYS.items()}


class BenchPage(Page):
    """The technician's page; also the presenter's view."""

    key = "bench"

    def __init__(
        self, bench: BenchService, room: StockRoom, desk: Desk, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._room = room
        self._counts: Mapping[QueueKind, int] = {}
        self.presenter = BenchPresenter(bench, room, self, desk)
        zone = bench.choices().time_zone
        self.queue = QueueList(zone)
        self.queue.setMinimumWidth(theme.px(216))
        self.queue.setMaximumWidth(theme.px(296))
        self.queue.opened.connect(lambda order_id: self.run(lambda: self.presenter.open(order_id)))
        self.queue.looked.connect(self._show_look)
        self.card = CardView(zone, bench.photo_file)
        self.card.used.connect(self._use)
        self.card.wanted.connect(lambda order_id: self.run(lambda: self.presenter.open(order_id)))
        self.card.remove.connect(lambda line: self.run(lambda: self.presenter.remove_line(line)))
        self.card.line_opened.connect(lambda line: self.run(lambda: self.presenter.open_line(line)))
        self.keys = ActionsBar()
        self.keys.pressed.connect(self._press)
        self.keys.used.connect(self._use)
        self._faces = QStackedWidget()
        self._faces.addWidget(_Invitation())
        self._faces.addWidget(self.card)
        row = QHBoxLayout()
        row.setSpacing(0)
        # By shares up to their full width: at large text the card keeps more than half of a small screen.
        row.addWidget(self.queue, 22)
        row.addWidget(self._faces, 56)
        row.addWidget(self.keys, 20)
        self.body.addLayout(row, 1)
        for command, number in KEYS.items():
            self.number_key(number, partial(self._press, command))
        self.show_card(None, ())
        self._ticks = 0
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._follow_desk()

    # -- the page ------------------------------------------------------------------------------------------

    def title(self) -> str:
        return _("Bench")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("1–9", _("commands")),
            KeyHint("/", _("part")),
            KeyHint("L", _("labour")),
            KeyHint("E", _("price")),
            KeyHint("D", _("diagnosis")),
            KeyHint("S", _("reserve")),
            KeyHint("G", _("my bag")),
            KeyHint("N", _("note")),
            KeyHint("U", _("undo")),
            KeyHint("Esc", _("close the card")),
        )

    def first_focus(self) -> QWidget:
        return self.queue.view

    def concerns(self, changes: Changes) -> bool:
        return any(
            changes.has(kind) for kind in (Kind.ORDER, Kind.PART, Kind.CUSTOMER, Kind.STAFF, Kind.MONEY)
        )

    def activated(self) -> None:
        self._clock.start()
        self._tick()

    def go_to_back(self) -> None:
        super().go_to_back()
        self._clock.stop()
        self.card.facts.hide_passcode()

    def refresh(self) -> None:
        self.presenter.load_queue()
        if not self.presenter.giving:
            self.presenter.reload()

    def take_scan(self, scan: Scan) -> bool:
        return self.presenter.scan(scan)

    def takes_parts(self) -> bool:
        return self.presenter.card is not None

    def knows_part(self, text: str) -> bool:
        return self.presenter.knows_part(text)

    def open_with(self, subject: Any) -> None:
        """An order's id, or the code of its card."""
        if isinstance(subject, Code):
            self.presenter.scan(subject)
        elif subject is not None:
            self.presenter.open(int(subject))

    def print_paper(self) -> None:
        card = self.presenter.card
        if card is not None:
            self._desk.papers.preview(PaperKind.REPAIR_CARD, card.number)

    def back(self) -> bool:
        if self.presenter.times > 1:
            self.presenter.drop_times()
        elif self.presenter.card is not None:
            self.presenter.close()
            self.queue.view.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            return False
        return True

    def draft(self) -> Any:
        card = self.presenter.card
        return (card.id if card is not None else None, self.queue.kind().value, self.queue.typed())

    def restore(self, draft: Any) -> None:
        order_id, kind, typed = draft
        self.queue.look(QueueKind(kind))
        self.queue.search.setText(typed)
        if order_id is not None:
            self.run(lambda: self.presenter.open(order_id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.letter_key(event):
            return
        super().keyPressEvent(event)

    def letter_key(self, event: QKeyEvent) -> bool:
        """A letter, / , Ctrl+F or Page up and down, while no text is being typed; True if it was used."""
        modifiers = event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if modifiers == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_F:
            self._use(Tool.PART)
            return True
        if modifiers or typing_in(QApplication.focusWidget()):
            return False
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._step(1 if event.key() == Qt.Key.Key_PageDown else -1)
            return True
        sign = event.text().upper()
        if sign == "U":
            self._press(BenchCommand.UNDO)
        elif sign in _LETTERS:
            self._use(_LETTERS[sign])
        else:
            return False
        return True

    # -- the presenter's view ------------------------------------------------------------------------------

    def show_card(self, card: OrderCard | None, offered: Sequence[Offer]) -> None:
        """The card in the middle, its keys at the right, its row marked at the left."""
        self.keys.show_card(card, self._desk.actor, offered)
        self.keys.setVisible(card is not None)
        self._faces.setCurrentIndex(0 if card is None else 1)
        if card is not None:
            fresh = card.number != self.card.accessibleName()
            self.card.show_card(card, self._desk.actor)
            self.card.setAccessibleName(card.number)
            if fresh:
                self._desk.looked_at(LookKind.ORDER, card.id)
                self.card.verticalScrollBar().setValue(0)
            self._show_clock()
        self.queue.mark(card.id if card is not None else None)

    def show_queue(self, queue: BenchQueue) -> None:
        """The look that is chosen, of a fresh queue."""
        self._counts = queue.counts
        self._show_look()

    def show_times(self, times: int) -> None:
        """The pending quantity."""
        self.keys.times.show_times(times)

    def told(self, text: str) -> None:
        """Done: said in the status line."""
        self.confirm_done(text)

    def ask_reason(self, action: Action, required: bool, submit: Callable[[str], None]) -> None:
        """See ``forms``, here and below."""
        forms.ask_reason(action, required, submit, self)

    def offer_reason(self, action: Action, submit: Callable[[str], None]) -> None:
        def add() -> None:
            if forms.add_reason(action, submit, self):
                self.banner.clear()

        text = _("{action}: no reason was given. Who works on it next will ask.").format(action=label(action))
        self.banner.say(text, Mood.WARN, _("Add the reason …"), add)

    def ask_fee(self, fee: Money, submit: Callable[[Money], None]) -> None:
        forms.ask_fee(fee, submit, self)

    def ask_way(self, card: OrderCard, agreed: bool, submit: Callable[[QuoteAnswer], None]) -> None:
        forms.ask_way(card, agreed, submit, self)

    def ask_diagnosis(self, known: Diagnosis, submit: Callable[[Diagnosis], None]) -> None:
        forms.ask_diagnosis(known, submit, self)

    def ask_labour(self, choices: BenchChoices, submit: Callable[[Labour], None]) -> None:
        forms.ask_labour(choices, self.presenter.worked(), submit, self)

    def ask_price(
        self,
        find: Callable[[str], Sequence[PriceOffer]],
        by_hand: Callable[[], None],
        submit: Callable[[PriceChoice, Actor | None], None],
    ) -> None:
        def take(choice: PriceChoice) -> None:
            with_approval(self._desk, lambda second: submit(choice, second), self)

        dialog = PriceDialog(find, take, self, by_hand=True)
        dialog.exec()
        if dialog.wants_by_hand:
            by_hand()

    def ask_new_price(self, line: CardLine, submit: Callable[[Money, str, Actor | None], None]) -> None:
        def change(price: Money, reason: str) -> None:
            with_approval(self._desk, lambda second: submit(price, reason, second), self)

        ask_new_price(line, change, self)

    def ask_why_off(self, line: CardLine, submit: Callable[[str], None]) -> None:
        forms.ask_why_off(line, submit, self)

    def ask_part(self, typed: str, submit: Callable[[PartRow, Quantity], None]) -> None:
        PartDialog(self.presenter, submit, self, typed=typed).exec()

    def ask_pieces(self, question: PieceQuestion, submit: Callable[[Sequence[str]], None]) -> None:
        # Asked out of another form too: on top of it, so that a scan comes to the question.
        PiecesDialog(question, submit, QApplication.activeModalWidget() or self).exec()

    def offer_pieces(self, question: PieceQuestion, submit: Callable[[Sequence[str]], None]) -> None:
        form = PiecesDialog(question, submit, self)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open()

    def open_bag(self, way: BagWay) -> None:
        form = BagDialog(self._room, self._desk, way, self)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.passed_on.connect(lambda scan: self.run(lambda: self.presenter.scan(scan)))
        form.open()

    def ask_note(self, submit: Callable[[NoteKind, str], None]) -> None:
        forms.ask_note(submit, self)

    def ask_photos(self, submit: Callable[[Sequence[Callable[[], bytes]]], None]) -> None:
        forms.ask_photos(submit, self)

    def beside(self, work: Callable[[Callable[[], None]], None], done: Callable[[], None]) -> None:
        def finished(_none: None) -> None:
            self.run(done)

        self._desk.tasks.run(
            lambda progress: work(progress.check), finished, self.failed, _("Keeping the photos")
        )

    def ask_technician(
        self, choices: BenchChoices, card: OrderCard, submit: Callable[[int | None], None]
    ) -> None:
        forms.ask_technician(choices, card, submit, self)

    def ask_quote(self, card: OrderCard, submit: Callable[[bool], None]) -> None:
        forms.QuoteDialog(card, submit, self).exec()

    def ask_more(self, card: OrderCard, submit: Callable[[Action], None]) -> None:
        forms.ask_more(card, submit, self)

    def ask_passcode(self, submit: Callable[[str], None]) -> None:
        forms.ask_passcode(submit, self)

    def show_passcode(self, text: str) -> None:
        self.card.facts.show_passcode(text)

    def print_paper_now(self, kind: PaperKind, number: str) -> None:
        self._desk.papers.print_now(kind, number)

    def switch_user(self) -> None:
        """Ask who works here now: the window's own question, after this scan is done."""
        ask = getattr(self.window(), "switch_user", None)
        if ask is not None:
            QTimer.singleShot(0, ask)

    # -- inside --------------------------------------------------------------------------------------------

    def _press(self, command: BenchCommand) -> None:
        self.run(lambda: self.presenter.press(command))

    def _use(self, tool: Tool) -> None:
        if tool in LINE_TOOLS:
            self.run(lambda: self.presenter.use_line(tool, self.card.lines.marked()))
        else:
            self.run(lambda: self.presenter.use(tool))

    def _step(self, step: int) -> None:
        order_id = self.presenter.neighbour(self.queue.kind(), self.queue.typed(), step)
        if order_id is not None:
            self.run(lambda: self.presenter.open(order_id))

    def _show_look(self) -> None:
        kind, card = self.queue.kind(), self.presenter.card
        self.queue.show_rows(
            self.presenter.rows(kind, self.queue.typed()),
            self._counts,
            card.id if card is not None else None,
        )

    def _tick(self) -> None:
        self._show_clock()
        self._ticks = (self._ticks + 1) % _QUEUE_TICKS
        if not self._ticks:
            self.presenter.load_queue()

    def _show_clock(self) -> None:
        card = self.presenter.card
        self.card.show_worked(self.presenter.worked(), card is not None and card.running_since is not None)

    def _follow_desk(self) -> None:
        """Somebody else works here: the same card with his rights, and his queue."""

        def switched(_actor: Actor) -> None:
            if shiboken6.isValid(self):
                self.run(self.refresh)
            else:
                listeners.remove(switched)

        listeners = self._desk.on_switch
        listeners.append(switched)


class _Invitation(QWidget):
    """What stands where a card would stand."""

    def __init__(self) -> None:
        super().__init__()
        sign = QLabel()
        sign.setPixmap(icons.pixmap("scan-barcode", "ink_2", 80))
        large = QLabel(_("Scan a repair card"))
        theme.role_of(large, "title")
        small = QLabel(_("or choose one from the queue with ↑ ↓ and Enter"))
        theme.role_of(small, "secondary")
        box = QVBoxLayout(self)
        box.setSpacing(theme.px(12))
        box.addStretch(2)
        for widget in (sign, large, small):
            box.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(3)
