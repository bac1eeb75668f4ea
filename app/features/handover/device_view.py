"""The left of the hand-over: the device, what was found and done, what comes with it, its papers."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.enums import NoteKind, PaperKind, ReceiptProof
from app.core.labels import category_name, label
from app.core.words import _, ngettext
from app.features.handover.snapshots import HandoverCard
from app.ui import theme
from app.ui.chips import Chip, ChipLabel, Tone, status_chip

if TYPE_CHECKING:
    from app.features.handover.page import HandoverPage


class DeviceView(QFrame):
    """What the customer gets back."""

    def __init__(self, page: HandoverPage) -> None:
        super().__init__()
        theme.role_of(self, "card")
        self._page = page
        self._handover: HandoverCard | None = None
        self._number = QLabel()
        theme.role_of(self._number, "heading")
        self._chip = ChipLabel()
        self._device = QLabel()
        theme.role_of(self._device, "strong")
        self._device.setWordWrap(True)
        self._who = QLabel()
        self._who.setWordWrap(True)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(theme.px(8))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.px(8), 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self._device)
        column.addWidget(self._who)
        column.addLayout(self._facts)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = QHBoxLayout()
        head.addWidget(self._number)
        self._chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        head.addWidget(self._chip)
        head.addStretch(1)
        self._papers = QPushButton(_("Papers …"))
        self._papers.setToolTip("Ctrl+P")
        self._papers.clicked.connect(self.show_papers)
        self._inform = QPushButton(_("Informed …"))
        self._inform.setToolTip(_("Note that the customer was told"))
        self._inform.clicked.connect(page.forms.inform_customer)
        buttons = QHBoxLayout()
        buttons.addWidget(self._inform)
        buttons.addWidget(self._papers)
        buttons.addStretch(1)
        box = QVBoxLayout(self)
        margin = theme.px(12)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(8))
        box.addLayout(head)
        box.addWidget(area, 1)
        self._also = QVBoxLayout()
        box.addLayout(self._also)
        box.addLayout(buttons)

    def show_order(self, handover: HandoverCard, along: Collection[int] = ()) -> None:
        """Show a card; ``along`` are the orders that go home on the same invoice."""
        self._handover = handover
        card = handover.card
        self._number.setText(card.number)
        self._chip.show_chip(status_chip(card.status))
        self._device.setText(f"{category_name(card.category)}  {card.device}".strip())
        self._who.setText(f"{card.customer_name}  {formats.phone(card.customer_phone)}")
        _empty(self._facts)
        proof = {
            ReceiptProof.SCANNED: _("Pickup receipt scanned"),
            ReceiptProof.IDENTITY: label(ReceiptProof.IDENTITY),
        }
        if handover.proof is not None:
            self._fact(_("Proof"), proof[handover.proof])
        self._fact(_("Serial number"), card.serial)
        self._fact(_("Fault"), card.fault)
        for kind in (NoteKind.FAULT, NoteKind.CAUSE, NoteKind.FIX):
            texts = [note.text for note in card.notes if note.kind is kind]
            if texts:
                self._fact(label(kind), texts[-1])
        self._fact(_("Give back with it"), formats.joined(card.accessories))
        self._fact(_("Visible damage at intake"), card.damage)
        self._fact(_("Shelf"), card.shelf)
        if handover.guarantee_until is not None:
            self._fact(_("Guarantee until"), formats.day(handover.guarantee_until))
        told = [note for note in card.notes if note.kind is NoteKind.CONTACT]
        if told:
            self._fact(
                label(NoteKind.CONTACT),
                f"{formats.short_moment(told[-1].at, self._page.zone)}  {told[-1].text}",
            )
        _empty(self._also)
        missing = handover.old_parts_missing
        if missing:
            text = ngettext(
                "{n} old part is not back: no claim yet", "{n} old parts are not back: no claim yet", missing
            )
            self._also.addWidget(ChipLabel(Chip(text.format(n=missing), Tone.WAITS, "triangle-alert")))
        for order_id, number in handover.also_ready:
            if order_id in along:
                continue
            other = QPushButton(_("Also waiting: {number}").format(number=number))
            theme.role_of(other, "link")
            other.clicked.connect(lambda _on=False, order_id=order_id: self._page.open_order(order_id))
            self._also.addWidget(other)

    def show_papers(self) -> None:
        """A menu of every paper this order has; each opens its preview."""
        if self._handover is None:
            return
        card = self._handover.card
        menu = QMenu(self)
        numbers: list[tuple[PaperKind, str]] = [
            (PaperKind.PICKUP_RECEIPT, card.number),
            (PaperKind.REPAIR_CARD, card.number),
        ]
        numbers.append((PaperKind.DEVICE_LABEL, card.number))
        if card.quote is not None:
            numbers.append((PaperKind.QUOTE, card.number))
        if card.invoice_number:
            numbers.append((PaperKind.INVOICE, card.invoice_number))
        numbers += [(PaperKind.PAYMENT_RECEIPT, row.number) for row in self._page.payments(card.id)]
        for kind, number in numbers:
            action = menu.addAction(f"{label(kind)}  {number}")
            action.triggered.connect(
                lambda _on=False, kind=kind, number=number: self._page.desk.papers.preview(kind, number)
            )
        menu.exec(self._papers.mapToGlobal(self._papers.rect().topLeft()))

    def _fact(self, name: str, text: str) -> None:
        if not text:
            return
        caption = QLabel(name)
        theme.role_of(caption, "caption")
        value = QLabel(text)
        value.setWordWrap(True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        pair = QVBoxLayout()
        pair.setSpacing(0)
        pair.addWidget(caption)
        pair.addWidget(value)
        holder = QWidget()
        holder.setLayout(pair)
        pair.setContentsMargins(0, 0, 0, 0)
        self._facts.addWidget(holder)


def _empty(layout: QVBoxLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
