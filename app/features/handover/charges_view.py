"""The middle of the hand-over: what is charged, to whom, with discount and total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import AT_COUNTER, CLOSED, LineKind, Payer, Status
from app.core.labels import label
from app.core.money import ZERO
from app.core.words import _, ngettext
from app.features.handover.presenter import HandoverPresenter
from app.features.handover.sums import SumRow, sums_of
from app.features.orders.difference_view import summary_of
from app.features.orders.snapshots import CardLine
from app.ui import theme
from app.ui.choices import FlowLayout
from app.ui.tables import RIGHT, Column, Empty, Table

if TYPE_CHECKING:
    from app.features.handover.page import HandoverPage


class ChargesView(QFrame):
    """Lines and sums."""

    def __init__(self, page: HandoverPage) -> None:
        super().__init__()
        theme.role_of(self, "card")
        self.lines = Table(
            [
                Column("kind", _("Kind"), lambda line: label(line.kind), width=84, spare=True),
                Column("what", _("Description"), line_text, width=140, stretch=True),
                Column("quantity", _("Quantity"), _quantity, align=RIGHT, width=64),
                Column("price", _("Price"), _price, align=RIGHT, width=84, spare=True),
                Column("amount", _("Amount"), _amount, align=RIGHT, width=92, bold=True),
            ],
            name="handover_lines",
            empty=Empty(_("Nothing is charged."), icon="receipt"),
        )
        self.lines.view.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._sums_box = QVBoxLayout()
        self._sums_holder: QWidget | None = None
        self._explain = QPushButton()
        theme.role_of(self._explain, "link")
        self._explain.clicked.connect(page.forms.explain_quote)
        self._add = QPushButton(_("Add fee …"))
        # Ctrl+L locks the window, wherever one is.
        self._add.setToolTip(_("A fee of the price list (Ctrl+B)"))
        self._add.setShortcut("Ctrl+B")
        self._add.clicked.connect(page.forms.add_fee)
        self._discount = QPushButton(_("Discount …"))
        self._discount.setToolTip("Ctrl+D")
        self._discount.setShortcut("Ctrl+D")
        self._discount.clicked.connect(page.forms.set_discount)
        self._deposit = QPushButton(_("Deposit …"))
        self._deposit.setToolTip("Ctrl+Y")
        self._deposit.setShortcut("Ctrl+Y")
        self._deposit.clicked.connect(page.forms.take_deposit)
        self._refund = QPushButton(_("Refund …"))
        self._refund.setToolTip("Ctrl+T")
        self._refund.setShortcut("Ctrl+T")
        self._refund.clicked.connect(page.forms.refund_deposit)
        # Two rows of them on a small screen with large letters: the sums beside are never pushed out of it.
        deeds = QWidget()
        flow = FlowLayout(deeds, gap=8)
        for button in (self._add, self._discount, self._deposit, self._refund):
            flow.addWidget(button)
        box = QVBoxLayout(self)
        margin = theme.px(12)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(8))
        box.addWidget(self.lines, 1)
        box.addWidget(self._explain, 0, Qt.AlignmentFlag.AlignRight)
        box.addLayout(self._sums_box)
        box.addWidget(deeds)

    def show_order(self, presenter: HandoverPresenter) -> None:
        """Show the charges and sums of the order in front."""
        handover = presenter.handover
        assert handover is not None
        card = handover.card
        self.lines.show_rows(card.lines)
        self.show_sums(presenter)
        explained = handover.explained
        self._explain.setVisible(explained is not None)
        if explained is not None:
            count = len(explained.differences)
            lines = ngettext("{n} line differs", "{n} lines differ", count).format(n=count)
            said = [summary_of(explained), lines if count else ""]
            self._explain.setText(" · ".join(filter(None, said)))
        self._add.setEnabled(card.status in AT_COUNTER or card.status is Status.ON_SITE)
        open_order = card.status not in CLOSED
        self._discount.setEnabled(card.status in AT_COUNTER or card.status is Status.ON_SITE)
        self._deposit.setEnabled(open_order)
        self._refund.setEnabled(card.deposit_held > ZERO)

    def show_sums(self, presenter: HandoverPresenter) -> None:
        """Show what is due and what it is made of."""
        if self._sums_holder is not None:
            self._sums_holder.hide()
            self._sums_holder.deleteLater()
        self._sums_holder = QWidget()
        self._sums = QGridLayout(self._sums_holder)
        self._sums.setContentsMargins(0, 0, 0, 0)
        self._sums.setHorizontalSpacing(theme.px(16))
        self._sums.setVerticalSpacing(theme.px(4))
        self._sums.setColumnStretch(0, 1)
        self._sums_box.addWidget(self._sums_holder)
        for row in sums_of(presenter):
            self._sum(row)

    def _sum(self, shown: SumRow) -> None:
        row = self._sums.rowCount()
        caption = QLabel(shown.text)
        caption.setAlignment(Qt.AlignmentFlag.AlignRight)
        figure = QLabel(formats.money(shown.amount))
        figure.setAlignment(Qt.AlignmentFlag.AlignRight)
        if shown.strong:
            theme.role_of(caption, "strong")
            theme.role_of(figure, "strong")
        self._sums.addWidget(caption, row, 0)
        self._sums.addWidget(figure, row, 1)


def line_text(line: CardLine) -> str:
    """A line's own words, or its kind's where the shop wrote none; and who pays, if not the customer."""
    text = line.description or (_("Diagnosis fee") if line.kind is LineKind.OTHER else label(line.kind))
    # In front: behind a long text it would be cut off, and a charge of somebody else look like the customer's.
    return text if line.payer is Payer.CUSTOMER else f"{label(line.payer)} · {text}"


def _quantity(line: CardLine) -> str:
    return f"{line.quantity} {line.unit}".strip()


def _price(line: CardLine) -> str:
    return formats.money(line.unit_price, sign=False)


def _amount(line: CardLine) -> str:
    return formats.money(line.gross, sign=False)
