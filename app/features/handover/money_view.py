"""The right of the hand-over: due in 40 px, a large key for each method, cash and change, signature, F9."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.enums import PaymentMethod
from app.core.errors import Refusal
from app.core.labels import label
from app.core.money import ZERO, Money
from app.core.words import _, pgettext
from app.features.handover.more_choices import MoreChoices, account_words
from app.features.handover.presenter import METHODS, QUICK_NOTES, HandoverPresenter
from app.features.handover.snapshots import Settled
from app.ui import icons, theme
from app.ui.fields import BigAmount, MoneyField, SignaturePad, check_all

if TYPE_CHECKING:
    from app.features.handover.page import HandoverPage

_ICONS = {
    PaymentMethod.CASH: "banknote",
    PaymentMethod.WECHAT: "smartphone",
    PaymentMethod.ALIPAY: "smartphone",
    PaymentMethod.CARD: "credit-card",
    PaymentMethod.TRANSFER: "landmark",
}


class _Column(QScrollArea):
    """Scrolls downwards only: never narrower than what it holds, or a sum would lose its last figures."""

    def setWidget(self, widget: QWidget) -> None:
        super().setWidget(widget)
        widget.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        held = self.widget()
        width = held.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width() if held else 0
        return QSize(max(least.width(), width), least.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class MoneyView(QFrame):
    """What is due and how it is paid."""

    def __init__(self, page: HandoverPage) -> None:
        super().__init__()
        theme.role_of(self, "card")
        self._page = page
        self._showing = False
        self.due = BigAmount(_("Due"))
        self.change = BigAmount(pgettext("money", "Change"))
        self._buttons: dict[PaymentMethod, QPushButton] = {}
        self._amounts: dict[PaymentMethod, MoneyField] = {}
        methods = QGridLayout()
        methods.setHorizontalSpacing(theme.px(8))
        methods.setVerticalSpacing(theme.px(4))
        methods.setColumnStretch(0, 1)
        for at, method in enumerate(METHODS):
            button = QPushButton(f"{at + 1}  {label(method)}")
            theme.role_of(button, "key")
            # Five of them and both sums have to stand above the fold of 768 lines.
            button.setStyleSheet(f"QPushButton {{ min-height: {theme.px(26)}px; }}")
            button.setIcon(icons.icon(_ICONS[method], "ink", 20))
            button.setCheckable(True)
            button.setAccessibleName(label(method))
            button.clicked.connect(lambda _on=False, method=method: page.take_rest(method))
            amount = MoneyField("")
            amount.setFixedWidth(theme.px(110))
            amount.line.setAccessibleName(_("Amount by {method}").format(method=label(method)))
            amount.changed.connect(lambda method=method: self._typed(method))
            amount.entered.connect(self._entered)
            self._buttons[method], self._amounts[method] = button, amount
            methods.addWidget(button, at, 0)
            methods.addWidget(amount, at, 1)
        notes = QHBoxLayout()
        notes.setSpacing(theme.px(6))
        for note in QUICK_NOTES:
            quick = QPushButton(f"{note.fen // 100}")
            quick.setAccessibleName(_("{amount} in cash").format(amount=formats.money(note)))
            quick.clicked.connect(lambda _on=False, note=note: self._note(note))
            notes.addWidget(quick)
        self._quick = QWidget()
        self._quick.setLayout(notes)
        notes.setContentsMargins(0, 0, 0, 0)
        self.account = QCheckBox(_("The rest on account"))
        self.account.toggled.connect(page.set_on_account)
        self.more = MoreChoices(page)
        self._sign = QPushButton(_("Sign on the screen …"))
        self._sign.setCheckable(True)
        self._pad = SignaturePad(_("Customer's signature"))
        self._pad.setMinimumHeight(theme.px(140))
        self._pad.hide()
        self._sign.toggled.connect(self._pad.setVisible)
        self.settle = QPushButton()
        theme.role_of(self.settle, "primary")
        self.settle.setMinimumHeight(theme.px(48))
        self.settle.clicked.connect(page.save_and_print)
        self._word = QLabel()
        self._word.setWordWrap(True)
        theme.role_of(self._word, "secondary")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(theme.px(6))
        column.addWidget(self.due)
        column.addLayout(methods)
        column.addWidget(self._quick)
        column.addWidget(self.change)
        column.addWidget(self.more)
        column.addWidget(self.account)
        column.addWidget(self._sign)
        column.addWidget(self._pad)
        column.addStretch(1)
        area = _Column()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box = QVBoxLayout(self)
        margin = theme.px(12)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(8))
        box.addWidget(area, 1)
        box.addWidget(self._word)
        box.addWidget(self.settle)

    @property
    def cash(self) -> MoneyField:
        """Where the cash that was given is typed."""
        return self._amounts[PaymentMethod.CASH]

    def amount(self, method: PaymentMethod) -> MoneyField:
        """Where a method's amount is typed."""
        return self._amounts[method]

    def readable(self) -> bool:
        """Whether every amount typed is one; what is not says so, with the cursor in it."""
        return check_all([each for each in self._amounts.values() if each.isEnabled()])

    def method_button(self, method: PaymentMethod) -> QPushButton:
        """A method's large key."""
        return self._buttons[method]

    def turn_account(self) -> None:
        """Its key: the rest on account, or not after all."""
        if self.account.isVisibleTo(self) and self.account.isEnabled():
            self.account.toggle()

    def signature(self) -> bytes:
        """The signature drawn on the screen as PNG; b"" without one."""
        return (self._pad.value() or b"") if self._sign.isChecked() else b""

    def show_state(self, presenter: HandoverPresenter) -> None:
        """Show everything anew: another order, or a method's key was pressed."""
        self._showing = True
        try:
            paying = presenter.ready or presenter.collecting
            for method in METHODS:
                given = presenter.tendered(method)
                self._amounts[method].set_value(given or None)
                self._amounts[method].setEnabled(paying and presenter.due > ZERO)
                self._buttons[method].setEnabled(paying and presenter.due > ZERO)
            self.more.show_state(presenter)
            handover = presenter.handover
            # Who may not do it alone asks a second person when it is booked.
            may = handover is not None and (
                handover.may_put_on_account or self._page.desk.approval is not None
            )
            self.account.setVisible(may and presenter.ready)
            self.account.setText(f"{len(METHODS) + 1}  {account_words(handover)}")
            self.account.setChecked(presenter.on_account)
            if not presenter.ready:
                self._sign.setChecked(False)
                self._pad.clear()
            self._sign.setVisible(presenter.ready)
            self._quick.setVisible(paying and presenter.due > ZERO)
        finally:
            self._showing = False
        self.show_sums(presenter)

    def show_sums(self, presenter: HandoverPresenter) -> None:
        """Show what is left and what comes back; the amounts typed stay as they are."""
        if presenter.settled is not None:
            self._show_settled(presenter, presenter.settled)
            return
        paid = presenter.left <= ZERO
        self.due.set_caption(_("Due"))
        shown = presenter.left if presenter.tenders() else presenter.due
        self.due.set_value(shown, "done" if paid and presenter.due else "")
        if presenter.tenders() and presenter.due:
            self.due.set_caption(_("Still due of {amount}").format(amount=formats.money(presenter.due)))
        self.more.show_sums(presenter)
        self._show_back(presenter.kept, presenter.change)
        for method in METHODS:
            self._buttons[method].setChecked(bool(presenter.tendered(method)))
        self._show_settle(presenter, paid)

    def _show_back(self, kept: Money, change: Money) -> None:
        """What goes back, or stays here as credit."""
        self.change.set_caption(_("Kept as credit") if kept else pgettext("money", "Change"))
        self.change.set_value(kept or change)

    def _show_settled(self, presenter: HandoverPresenter, settled: Settled) -> None:
        """After F9: the change stays on the screen until the next device."""
        together = presenter.paid_together
        self._show_back(presenter.left_here, settled.change)
        if settled.on_account:
            self.due.set_caption(_("On account"))
            self.due.set_value(settled.on_account, "waits")
        else:
            self.due.set_caption(_("Paid"))
            self.due.set_value(settled.card.paid if together is None else together, "done")
        self._word.setText(
            _("Invoice {number} issued. Esc or the next scan goes on.").format(number=settled.invoice_number)
            if settled.invoice_number
            else _("Handed over, nothing to pay. Esc or the next scan goes on.")
        )
        self.settle.setText(_("Next (F9)"))
        self.settle.setEnabled(True)

    def _show_settle(self, presenter: HandoverPresenter, paid: bool) -> None:
        blocks = presenter.blocks()
        self._word.setText("")
        if presenter.collecting:
            self.settle.setText(_("Take the payment (F9)"))
            self.settle.setEnabled(bool(presenter.tenders()))
        elif presenter.ready:
            self.settle.setText(_("Settle and hand over (F9)"))
            self.settle.setEnabled(not blocks and (paid or presenter.on_account))
            if not paid and not presenter.on_account and not blocks:
                self._word.setText(_("Choose a payment method (1–5)."))
        else:
            self.settle.setText(_("Settle and hand over (F9)"))
            self.settle.setEnabled(False)

    def _typed(self, method: PaymentMethod) -> None:
        if self._showing:
            return
        try:
            amount = self._amounts[method].value() or ZERO
        except Refusal:
            # The field says so itself when it is left; what stood there before is not what was given.
            amount = ZERO
        self._page.set_tendered(method, amount)

    def _note(self, note: Money) -> None:
        self.cash.set_value(note)
        self._page.set_tendered(PaymentMethod.CASH, note)
        self.settle.setFocus(Qt.FocusReason.OtherFocusReason)

    def _entered(self) -> None:
        if self.settle.isEnabled():
            self.settle.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        # Out of the field, so that the next digit is a method's key again: 1 2 0 Enter 2 F9.
        free = [method for method in METHODS if not self._buttons[method].isChecked()]
        if free and self.readable():
            self._buttons[free[0]].setFocus(Qt.FocusReason.OtherFocusReason)
