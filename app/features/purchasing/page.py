"""Buying in three looks: what to buy, what is ordered, what came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from app.core.changes import Changes, Kind
from app.core.clock import business_day
from app.core.codes import Code, CodeKind, Foreign, Scan
from app.core.errors import ShopError
from app.core.words import _
from app.features.purchasing.counting import Counting
from app.features.purchasing.offices import Offices
from app.features.purchasing.orders_look import OrdersLook
from app.features.purchasing.proposal_look import ProposalLook, made
from app.features.purchasing.receive_look import ReceiveLook
from app.features.purchasing.snapshots import PurchaseCard
from app.ui.desk import Desk
from app.ui.page import KeyHint, Page
from app.ui.tabs import dress_tabs

PROPOSAL, ORDERS, RECEIVE = range(3)


class PurchasePage(Page):
    """From a need to goods on the shelf."""

    key = "purchase"

    def __init__(self, offices: Offices, desk: Desk) -> None:
        super().__init__()
        self.offices = offices
        self.desk = desk
        self.proposal = ProposalLook(self)
        self.orders = OrdersLook(self)
        self.receiving = ReceiveLook(self)
        self.looks = QTabBar()
        dress_tabs(self.looks, _("Looks"))
        self.looks.setExpanding(False)
        self._faces = QStackedWidget()
        for word, look in (
            (_("Proposal"), self.proposal),
            (_("Purchase orders"), self.orders),
            (_("Goods in"), self.receiving),
        ):
            self.looks.addTab(word)
            self.looks.setTabToolTip(self.looks.count() - 1, f"Ctrl+{self.looks.count()}")
            self._faces.addWidget(look)
        self.looks.currentChanged.connect(self._turned)
        self.body.addWidget(self.looks)
        self.body.addWidget(self._faces, 1)
        for at in range(3):
            QShortcut(QKeySequence(f"Ctrl+{at + 1}"), self).activated.connect(
                lambda at=at: self.looks.setCurrentIndex(at)
            )
        for keys, act in (
            ("Ctrl+N", self._new),
            ("Ins", self.orders.add_line),
            ("Ctrl+R", self.receive_current),
            ("Del", self._remove),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    @property
    def zone(self) -> str:
        """The shop's time zone."""
        return self.offices.purchasing.zone

    @property
    def today(self) -> date:
        """The shop's business day."""
        return business_day(self.desk.clock.now(), self.zone)

    def look(self) -> int:
        """Which look is in front."""
        return self.looks.currentIndex()

    def title(self) -> str:
        return _("Purchase")

    def keys_here(self) -> Sequence[KeyHint]:
        return (*self._front_look().keys(), KeyHint("Ctrl+1–3", _("proposal, orders, goods in")))

    def first_focus(self) -> QWidget | None:
        return self._front_look().first_focus()

    def concerns(self, changes: Changes) -> bool:
        return any(changes.has(kind) for kind in (Kind.PURCHASE, Kind.SUPPLIER, Kind.PART))

    def refresh(self) -> None:
        self._front_look().load()

    def take_scan(self, scan: Scan) -> bool:
        try:
            return self._scanned(scan)
        except ShopError as error:
            self.refused(error)
            return True

    def takes_parts(self) -> bool:
        if self.look() == RECEIVE:
            return self.receiving.card is not None
        return self.look() == ORDERS and self._draft_in_front()

    def knows_part(self, text: str) -> bool:
        # While goods come in, an unknown code may be a new piece's serial number.
        return self.look() == RECEIVE or self.offices.receiving.scanned(text) is not None

    def open_with(self, subject: Any) -> None:
        """A purchase order's id, or a scan of its barcode."""
        if isinstance(subject, Code):
            self.take_scan(subject)
        else:
            card = self.offices.purchasing.card(int(subject))
            self.looks.setCurrentIndex(ORDERS)
            self.orders.show_card(card)

    def save_and_print(self) -> None:
        self.run((self.proposal.order, self.orders.send, self.receiving.book)[self.look()])

    def print_paper(self) -> None:
        if self.look() == RECEIVE:
            self.receiving.print_receipt()
        elif self.look() == ORDERS:
            self.orders.print_paper()

    def back(self) -> bool:
        return self.look() == RECEIVE and self.receiving.back()

    def draft(self) -> Any:
        card = self.receiving.card
        if card is None or not self.receiving.counting.counted:
            return None
        return card.id, dict(self.receiving.counting.counted), self.receiving.note.raw()

    def restore(self, draft: Any) -> None:
        purchase_id, counted, note = draft
        self.looks.setCurrentIndex(RECEIVE)

        def again() -> None:
            self.receiving.open_order(self.offices.purchasing.card(purchase_id))
            self.receiving.counting = Counting(counted)
            self.receiving.note.set_value(note)
            self.receiving.load()

        self.run(again)

    # -- from look to look -----------------------------------------------------------------------------

    def ordered(self, cards: Sequence[PurchaseCard]) -> None:
        """Drafts were made of a proposal: they are looked at next."""
        self.looks.setCurrentIndex(ORDERS)
        self.orders.load()
        self.orders.show_card(cards[0])
        self.confirm_done(made(cards))

    def receive_current(self) -> None:
        """Receive for the order that is looked at."""
        card = self.orders.card
        if self.look() == ORDERS and card is not None:

            def begin() -> None:
                self.receiving.open_order(card)
                self.looks.setCurrentIndex(RECEIVE)

            self.run(begin)
        else:
            self.looks.setCurrentIndex(RECEIVE)

    # -- what the forms ask ----------------------------------------------------------------------------

    def part_by_code(self, text: str) -> int | None:
        """The part behind a number or barcode; None for words."""
        found = self.offices.stock.find_by_code(text)
        return None if found is None else found.id

    def order_by_number(self, text: str) -> int | None:
        """The repair order with this number, or the code of its card. Raises ``Refusal(NOT_FOUND)``."""
        return self.offices.purchasing.repair_by_number(text) if text.strip() else None

    # -- inside ----------------------------------------------------------------------------------------

    def _front_look(self) -> ProposalLook | OrdersLook | ReceiveLook:
        return (self.proposal, self.orders, self.receiving)[self.look()]

    def _turned(self, at: int) -> None:
        self._faces.setCurrentIndex(at)
        for digit in range(10):
            press = (lambda digit=digit: self.receiving.press_digit(digit)) if at == RECEIVE else None
            self.number_key(digit, press)
        self.run(self._front_look().load)
        self._front_look().first_focus().setFocus()
        self.look_changed.emit()

    def _draft_in_front(self) -> bool:
        return self.orders.card is not None and self.orders.card.draft

    def _scanned(self, scan: Scan) -> bool:
        if isinstance(scan, Code) and scan.kind is CodeKind.PURCHASE:
            card = self.offices.purchasing.by_code(scan.digits)
            if card.coming:
                self.receiving.open_order(card)
                self.looks.setCurrentIndex(RECEIVE)
            else:
                self.looks.setCurrentIndex(ORDERS)
                self.orders.show_card(card)
            return True
        if self.look() == RECEIVE:
            return self.receiving.take_scan(scan)
        if self.look() == ORDERS and self._draft_in_front() and isinstance(scan, Code | Foreign):
            return self._scan_for_draft(scan)
        return False

    def _scan_for_draft(self, scan: Code | Foreign) -> bool:
        found = self.offices.receiving.scanned(scan.text if isinstance(scan, Foreign) else scan.digits)
        if found is None:
            return False
        self.orders.add_scanned(found.part_id)
        return True

    def _new(self) -> None:
        self.looks.setCurrentIndex(ORDERS)
        self.orders.new_order()

    def _remove(self) -> None:
        if self.look() == ORDERS:
            self.orders.remove_line()
