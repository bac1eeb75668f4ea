"""One guided sheet for the end of a shift and of the day: count → difference → close → print.

Every open drawer is counted blind in its turn; only then is it told what should be in it. The last page closes the day
and shows what is frozen. Esc leaves at any point: what was counted and closed so far stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.enums import PaperKind, PaymentMethod, Role
from app.core.errors import Conflict, Reason, Refusal, ShopError
from app.core.labels import label
from app.core.money import ZERO, Money
from app.core.rights import Actor
from app.core.sentences import sentence
from app.core.words import _, ngettext, pgettext
from app.features.till.closing import Closing
from app.features.till.count_field import CountField
from app.features.till.service import Tills
from app.features.till.snapshots import CountRow, DayTotals, TillRow
from app.ui import theme
from app.ui.approval import with_approval
from app.ui.desk import Desk
from app.ui.fields import BigAmount, ChipGroup, LineField, MoneyField, check_all
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood, confirm
from app.ui.tall import TallArea

_COUNT, _DIFFERENCE, _DAY = range(3)
#: Seconds the day's sums stand before Enter closes the day: nobody reads them faster.
READ_FIRST = 1.0


def till_name(name: str) -> str:
    """A till's name; the main one has none of its own."""
    return name or _("Main till")


class CloseDialog(QDialog):
    """``tills`` are the open drawers to close; with ``closing`` the day is closed after them."""

    def __init__(
        self,
        service: Tills,
        tills: Sequence[TillRow],
        desk: Desk,
        closing: Closing | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service, self._closing, self.desk = service, closing, desk
        self._left = list(tills)
        self.count_row: CountRow | None = None
        #: Numbers of the shifts that were closed, and of the day's close; "" while it is open.
        self.closed: list[str] = []
        self.day_number = ""
        self._day_shown_at = 0.0
        #: The days that can be closed, the likelier first.
        self._days = closing.choices(desk.actor) if closing is not None else ()
        self._ctx = desk.gesture()
        self.setModal(True)
        self.setMinimumWidth(theme.px(460))
        self.setWindowTitle(_("Close the day") if closing is not None else _("Close the shift"))
        self.heading, self.step, self.banner = QLabel(), QLabel(), Banner()
        theme.role_of(self.heading, "heading")
        theme.role_of(self.step, "secondary")
        self.which = ChipGroup(
            _("Close up to and with"),
            [(each, _day_word(each, max(self._days))) for each in sorted(self._days)],
            single=True,
            required=True,
        )
        self.which.set_value(self._days[0] if self._days else None)
        self.which.setVisible(len(self._days) > 1)
        self.which.changed.connect(self._other_day)
        self.stack = QStackedWidget()
        self._build_count()
        self._build_difference()
        self._build_day()
        self.no = QPushButton(_("Cancel"))
        self.no.setAutoDefault(False)
        self.no.clicked.connect(self.reject)
        self.again = QPushButton(pgettext("money", "Count again"))
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self._count_again)
        self.yes = QPushButton()
        self.yes.setAutoDefault(False)
        theme.role_of(self.yes, "primary")
        self.yes.clicked.connect(self.go_on)
        self.yes.setToolTip("Ctrl+↵")
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self).activated.connect(self._by_key)
        self._area = TallArea(self.stack)
        parts = (self.step, self.which, self.heading, self.banner, self._area)
        lay_out(self, *parts, tall=self._area, left=[self.again], right=[self.no, self.yes])
        self._next_till()

    # -- the pages -------------------------------------------------------------------------------------

    def _build_count(self) -> None:
        self.pieces = CountField(_("Count the drawer. What should be in it is told afterwards."))
        self.pieces.entered.connect(self.go_on)
        self.stack.addWidget(self.pieces)

    def _build_difference(self) -> None:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        self.should, self.found = QLabel(), QLabel()
        self.off = BigAmount(_("Difference"))
        sums = QFormLayout()
        sums.setHorizontalSpacing(theme.px(12))
        for word, amount in ((_("Should be there"), self.should), (pgettext("money", "Counted"), self.found)):
            theme.role_of(amount, "heading")
            sums.addRow(QLabel(word), amount)
        row = QHBoxLayout()
        row.addLayout(sums, 1)
        row.addWidget(self.off)
        self.reason = LineField(_("Reason of the difference"))
        self.kept = MoneyField(_("Stays in the drawer as the next float"), required=True)
        self.out = QLabel()
        theme.role_of(self.out, "secondary")
        self.kept.changed.connect(self._show_out)
        self.reason.entered.connect(self._reasoned)
        self.kept.entered.connect(self.go_on)
        box.addLayout(row)
        for widget in (self.reason, self.kept, self.out):
            box.addWidget(widget)
        box.addStretch(1)
        self.stack.addWidget(page)

    def _build_day(self) -> None:
        self._day = QWidget()
        self._form = QFormLayout(self._day)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(theme.px(6))
        self.stack.addWidget(self._day)

    # -- the steps -------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """The button of the page in front, also Enter."""
        if self.day_number or (not self._left and self._closing is None):
            return  # done: the second press of a double one
        page = self.stack.currentIndex()
        deed = {_COUNT: self._count, _DIFFERENCE: self._close, _DAY: self._close_day}[page]
        self.yes.setEnabled(False)
        try:
            deed()
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
        finally:
            self.yes.setEnabled(True)
            self._area.grow()
            if self.stack.currentIndex() == _DAY:
                # Only now: a button that is switched off takes no focus.
                self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._area.grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._area.stay_in_sight()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keys. The day is not closed by the second Enter of a double one."""
        button = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QPushButton):
            if event.isAutoRepeat():
                return
            if button is self.yes:
                self._by_key()
            else:
                button.click()
            return
        super().keyPressEvent(event)

    def day_to_close(self) -> date | None:
        """The last day that this sheet closes; None where it closes a shift alone."""
        return self.which.value() if self._days else None

    def _other_day(self) -> None:
        """The day's sums are shown where they are in front."""
        if self.stack.currentIndex() == _DAY and self._closing is not None:
            self._show_day(self._closing)

    def _by_key(self) -> None:
        unread = self.desk.clock.monotonic() - self._day_shown_at < READ_FIRST
        if self.stack.currentIndex() != _DAY or not unread:
            self.go_on()

    def _next_till(self) -> None:
        self.banner.clear()
        self.count_row = None
        self._ctx = self.desk.gesture()
        if not self._left:
            if self._closing is None:
                self.accept()
            else:
                self._show_day(self._closing)
            return
        self.heading.setText(till_name(self._left[0].name))
        self.step.setText(self._steps(0))
        self.pieces.set_value(None)
        self._turn(_COUNT, _("Done counting"))
        self.pieces.take_focus()

    def _steps(self, at: int) -> str:
        words = [_("1 Count"), _("2 Difference")]
        if self._closing is not None:
            words.append(_("3 Close the day"))
        shown = " → ".join(f"[{word}]" if number == at else word for number, word in enumerate(words))
        left = len(self._left)
        if left > 1:
            shown += "   " + ngettext("{n} till to count", "{n} tills to count", left).format(n=left)
        return shown

    def _turn(self, page: int, word: str) -> None:
        self.stack.setCurrentIndex(page)
        self.yes.setText(word)
        self.again.setVisible(page == _DIFFERENCE)

    def _count(self) -> None:
        if not check_all([self.pieces]):
            return
        session = self._left[0].session_id
        assert session is not None
        self.count_row = self._service.count(self._ctx, session, self.pieces.value())
        self._ctx = self.desk.gesture()
        self._show_difference(self.count_row)

    def _count_again(self) -> None:
        """A second count is a second row: the first one stays written."""
        self._next_till()

    def _show_difference(self, row: CountRow) -> None:
        gone = row.difference
        self.should.setText(formats.money(row.expected))
        self.found.setText(formats.money(row.counted))
        word = _("No difference")
        if gone:
            word = pgettext("money", "Missing") if gone < ZERO else _("Too much")
        self.off.set_caption(word)
        self.off.set_value(-gone if gone < ZERO else gone, "late" if gone else "done")
        self.reason.setVisible(bool(gone))
        self.reason.required = bool(gone)
        self.reason.set_label(_("Reason of the difference"))
        self.reason.set_value("")
        self.kept.set_value(row.counted)
        self._show_out()
        self.step.setText(self._steps(1))
        self._turn(_DIFFERENCE, _("Close the shift"))
        (self.reason if gone else self.kept).take_focus()

    def _reasoned(self) -> None:
        if self.reason.check():
            self.kept.take_focus()
        else:
            self.reason.take_focus()

    def _show_out(self) -> None:
        if self.count_row is None:
            return
        try:
            kept = self.kept.value() or ZERO
        except ShopError:
            kept = self.count_row.counted
        taken = self.count_row.counted - kept
        self.out.setText(
            _("{amount} is taken out.").format(amount=formats.money(taken)) if taken > ZERO else ""
        )

    def _close(self) -> None:
        fields = [self.reason, self.kept] if self.reason.required else [self.kept]
        if not check_all(fields):
            return
        session = self._left[0].session_id
        assert session is not None
        version = self._service.session(self.desk.actor, session).version
        reason, kept = self.reason.value(), self.kept.value() or ZERO
        day = self.day_to_close()
        card = with_approval(
            self.desk,
            lambda approver: self._service.close(
                self._ctx, session, version, kept=kept, reason=reason, approver=approver, day=day
            ),
            self,
        )
        self.closed.append(card.number)
        self.desk.papers.print_now(PaperKind.TILL_COUNT, card.number)
        del self._left[0]
        self._next_till()

    def _show_day(self, closing: Closing) -> None:
        self._ctx = self.desk.gesture()
        totals = closing.day(self.desk.actor, self.day_to_close())
        self.heading.setText(_("Day {day}").format(day=_days(totals)))
        self.step.setText(self._steps(2))
        while self._form.rowCount():
            self._form.removeRow(0)
        for word, value in day_facts(totals):
            shown = QLabel(value)
            shown.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._form.addRow(QLabel(word), shown)
        blocks = closing.blocks(self.desk.actor)
        if blocks.drafts:
            why = Refusal(Reason.DRAFTS_OPEN, names=formats.joined(blocks.drafts))
            self.banner.say(sentence(why), Mood.WARN)
        for name, amount in blocks.field_cash:
            text = _("{name} still has {amount} from visits to hand in.")
            self.banner.say(text.format(name=name, amount=formats.money(amount)), Mood.WARN)
        self._turn(_DAY, _("Close the day and print"))
        self._day_shown_at = self.desk.clock.monotonic()
        self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_day(self) -> None:
        if not self._meant():
            return
        try:
            done = self._closed(None)
        except Refusal as why:
            # Whoever closes was there, or was not; only that the clock is months ahead takes the owner's word.
            if why.reason is not Reason.CLOCK_SKIPPED or not self._today_it_is(why):
                raise
            done = self._closed(self.desk.actor)
        self.day_number = done.number or ""
        self.desk.papers.print_now(PaperKind.DAY_CLOSE, self.day_number)
        self.accept()

    def _meant(self) -> bool:
        """Who presses F9 once more after midnight is asked before the day that has only begun is closed."""
        assert self._closing is not None
        day = self.day_to_close()
        if not self._closing.only_begun(self.desk.actor, day):
            return True
        shown = self._closing.day(self.desk.actor, day).day
        return confirm(
            _("Nothing was booked on {day} yet. Close it now?").format(day=formats.day(shown)),
            _("Close {day}").format(day=formats.day(shown)),
            danger=True,
            detail=_("Whatever is still taken today would then belong to the next day."),
            parent=self,
        )

    def _closed(self, sure: Actor | None) -> DayTotals:
        """The owner is asked himself whether a clock far ahead is right; anybody else asks for him."""
        assert self._closing is not None
        closing, ctx, day = self._closing, self._ctx, self.day_to_close()
        if self.desk.actor.role is not Role.OWNER:
            return with_approval(self.desk, lambda owner: closing.close(ctx, day, sure=owner or sure), self)
        try:
            return closing.close(ctx, day, sure=sure)
        except Refusal as why:
            if why.reason is not Reason.CLOCK_FAR_AHEAD or not self._today_it_is(why):
                raise
            return closing.close(ctx, day, sure=self.desk.actor)

    def _today_it_is(self, why: Refusal) -> bool:
        today = why.params["today"]
        assert isinstance(today, date)
        question = _("Is today {day}?").format(day=formats.day(today))
        yes = _("Yes, the clock is right")
        # Who closes by two quick Enters must not say it unread.
        return confirm(question, yes, detail=sentence(why), danger=True, parent=self)


def _day_word(day: date, newest: date) -> str:
    words = _("Today {day}") if day == newest else _("Until {day}")
    return words.format(day=formats.day(day))


def _days(totals: DayTotals) -> str:
    last = formats.day(totals.day)
    return last if totals.first_day == totals.day else f"{formats.day(totals.first_day)} – {last}"


def day_facts(totals: DayTotals) -> list[tuple[str, str]]:
    """What is read first of a day: invoiced, received by method, what is held and owed."""
    content: Any = totals.content
    billed = content["invoices"]
    many = sum(each["count"] for each in billed)
    rows = [
        (_("Invoices"), f"{many}   {_fen(sum(each['total'] for each in billed))}"),
        (_("Credit notes"), _counted(content["credit_notes"], "total")),
        (_("Revenue without tax"), _fen(content["revenue"]["revenue"])),
        (_("Tax"), _fen(content["revenue"]["tax"])),
    ]
    for each in content["payments"]["by_method"]:
        rows.append((_method(each["method"]), _fen(each["paid"] - each["refunded"])))
    end = content["at_end"]
    rows += [
        (_("Customers' money held"), _fen(end["held"])),
        (_("Customers owe"), _fen(end["due_customer"])),
    ]
    if end["due_other"]:
        rows.append((_("Brands and others owe"), _fen(end["due_other"])))
    return [(word, value) for word, value in rows if value]


def _method(code: str) -> str:
    return label(PaymentMethod(code))


def _counted(part: Any, key: str) -> str:
    return f"{part['count']}   {_fen(-part[key])}" if part["count"] else ""


def _fen(fen: int) -> str:
    return formats.money(Money(fen))
