"""Hand over: what was done, what is due, is it the right person? (screens.md)

Without an order: the devices that wait. With one: left the device, middle the charges, right the money.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.codes import Code, CodeKind, Foreign, Scan
from app.core.enums import LookKind, PaperKind, PaymentMethod, Status
from app.core.errors import Conflict, Reason, Refusal, ShopError
from app.core.labels import label
from app.core.money import ZERO, Money
from app.core.rights import Actor, Ctx
from app.core.sentences import sentence
from app.core.tenders import Booked, split_tenders
from app.core.words import _
from app.features.handover.charges_view import ChargesView
from app.features.handover.device_view import DeviceView
from app.features.handover.money_view import MoneyView
from app.features.handover.more_choices import CREDIT_KEY, KEEP_KEY
from app.features.handover.order_forms import OrderForms
from app.features.handover.presenter import METHODS, HandoverPresenter
from app.features.handover.service import HandoverService
from app.features.handover.snapshots import HandoverCard, PaymentRow, Settled
from app.features.handover.waiting_list import WaitingList
from app.features.orders.service import OrdersService
from app.ui import theme
from app.ui.approval import with_approval
from app.ui.desk import Desk
from app.ui.messages import Message, Mood
from app.ui.page import KeyHint, Page

#: Seconds the change stays on the screen whatever is pressed: the second F9 of a double press is not "next".
READ_FIRST = 1.0


class HandoverPage(Page):
    """The counter when a device goes home."""

    key = "handover"

    def __init__(self, handover: HandoverService, orders: OrdersService, desk: Desk) -> None:
        super().__init__()
        self._service = handover
        self._orders = orders
        self.desk = desk
        self.presenter = HandoverPresenter()
        self._settled_at = 0.0
        self._faces = QStackedWidget()
        self.body.addWidget(self._faces, 1)
        self.waiting = WaitingList(orders)
        self.waiting.opened.connect(lambda row: self.open_order(row.id))
        self.forms = OrderForms(handover, desk, self)
        self.device = DeviceView(self)
        self.charges = ChargesView(self)
        self.money = MoneyView(self)
        self._order_face = QWidget()
        columns = QHBoxLayout(self._order_face)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(theme.px(16))
        columns.addWidget(self.device, 4)
        columns.addWidget(self.charges, 6)
        columns.addWidget(self.money, 4)
        self._faces.addWidget(self.waiting)
        self._faces.addWidget(self._order_face)
        for number, method in enumerate(METHODS, start=1):
            self.number_key(number, partial(self.take_rest, method))
        self.number_key(len(METHODS) + 1, self.money.turn_account)
        more = self.money.more
        self.number_key(CREDIT_KEY, lambda: more.turn(more.credit))
        self.number_key(KEEP_KEY, lambda: more.turn(more.keep))
        clear_way = QShortcut(QKeySequence("Ctrl+O"), self)
        clear_way.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        clear_way.activated.connect(self.banner.act)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Hand over")

    def keys_here(self) -> Sequence[KeyHint]:
        if self.presenter.handover is None:
            return (KeyHint("↵", _("open")),)
        if self.presenter.handover.card.status is Status.DELIVERED and not self.presenter.collecting:
            return (KeyHint("F9", _("next")), KeyHint("Ctrl+P", _("papers")), KeyHint("Esc", _("close")))
        if self.presenter.collecting:
            return (
                KeyHint("1–5", _("payment method")),
                KeyHint("F9", _("take the payment")),
                KeyHint("Ctrl+P", _("papers")),
                KeyHint("Esc", _("close")),
            )
        if self.banner.action():
            return (
                KeyHint("Ctrl+O", self.banner.action().rstrip(" …")),
                KeyHint("Ctrl+D", _("discount")),
                KeyHint("Ctrl+Y", _("deposit")),
                KeyHint("Ctrl+P", _("papers")),
                KeyHint("Esc", _("close")),
            )
        return (
            KeyHint("1–6", _("payment method")),
            KeyHint("F9", _("settle + print")),
            KeyHint("Ctrl+D", _("discount")),
            KeyHint("Ctrl+Y", _("deposit")),
            KeyHint("Ctrl+P", _("papers")),
            KeyHint("Esc", _("close")),
        )

    def first_focus(self) -> QWidget | None:
        return (
            self.waiting.view
            if self.presenter.handover is None
            else self.money.method_button(PaymentMethod.CASH)
        )

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.ORDER) or changes.has(Kind.MONEY) or changes.has(Kind.SETTING)

    def refresh(self) -> None:
        self.waiting.read()
        if self.presenter.handover is not None:
            self.show_again()

    def take_scan(self, scan: Scan) -> bool:
        if isinstance(scan, Foreign):
            return False
        if isinstance(scan, Code) and scan.kind in (CodeKind.RECEIPT, CodeKind.ORDER):
            self.run(lambda: self._service.open_by_receipt(scan.digits, self.desk.actor), self._scanned)
            return True
        return False

    def open_with(self, subject: Any) -> None:
        """An order's id, or the scan of its receipt or card."""
        if isinstance(subject, Code):
            self.take_scan(subject)
        else:
            self.open_order(int(subject))

    def back(self) -> bool:
        if self.presenter.handover is None:
            return False
        self.close_order()
        return True

    def save_and_print(self) -> None:
        """F9: everything at once, invoice, payments and the device."""
        if self.presenter.handover is None:
            return
        if self.presenter.settled is not None and self.desk.clock.monotonic() - self._settled_at < READ_FIRST:
            return
        if not self.money.readable():
            self.said.emit(Message(_("Not booked yet: see the amounts marked in red."), Mood.ERROR))
            return
        if self.presenter.collecting:
            self.collect()
            return
        if self.presenter.handover.card.status is Status.DELIVERED:
            self.close_order()
            return
        ctx = self.desk.gesture()
        signature = self.money.signature()
        self.run(
            lambda: with_approval(
                self.desk,
                lambda second: self._settle(ctx, signature, second),
                self,
            ),
            self._settled,
        )

    def print_paper(self) -> None:
        if self.presenter.handover is not None:
            self.device.show_papers()

    def refused(self, error: ShopError | Conflict) -> None:
        """A receipt that was used up names its order: who holds the paper wants to know what became of it."""
        super().refused(error)
        if isinstance(error, Refusal) and error.reason is Reason.RECEIPT_VOID:
            order_id = error.params["order_id"]
            self.banner.say(
                sentence(error), Mood.ERROR, _("Show this order"), lambda: self.wants.emit("orders", order_id)
            )

    # -- what the views ask ----------------------------------------------------------------------------

    def open_order(self, order_id: int) -> None:
        """Open an order that was found, not scanned."""
        self.run(lambda: self._service.open(order_id, self.desk.actor), self._opened)

    def close_order(self) -> None:
        """Back to the list of devices that wait."""
        self.presenter.show(None)
        self.banner.clear()
        self._faces.setCurrentWidget(self.waiting)
        self.waiting.reload()
        self.waiting.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.look_changed.emit()

    def show_again(self) -> None:
        """Show the order in front as it is now, and those that go home with it."""
        assert self.presenter.handover is not None
        order_id = self.presenter.handover.card.id
        self.presenter.show(self._service.open(order_id, self.desk.actor))
        for other in list(self.presenter.others.values()):
            again = self._service.open(other.card.id, self.desk.actor, other.proof, other.receipt_code)
            self.presenter.drop_device(other.card.id)
            if self.presenter.belongs(again):
                self.presenter.add_device(again)
        self.show_changes()

    def show_changes(self) -> None:
        """Show what was changed on the screen, and what stands in the way of F9."""
        presenter = self.presenter
        assert presenter.handover is not None
        self.device.show_order(presenter.handover, presenter.others)
        self.charges.show_order(presenter)
        self.money.show_state(presenter)
        blocks = presenter.blocks()
        if not blocks:
            self.banner.clear()
        elif blocks[0].reason is Reason.RECEIPT_NOT_SHOWN:
            self.banner.say(
                sentence(blocks[0]), Mood.WARN, _("Receipt lost …"), self.forms.record_lost_receipt
            )
        elif blocks[0].reason is Reason.OVER_APPROVED:
            self.banner.say(sentence(blocks[0]), Mood.WARN, _("Customer agrees …"), self.forms.agree_total)
        elif presenter.handover.card.status in (Status.DECLINED, Status.UNREPAIRABLE):
            self.banner.say(
                sentence(blocks[0]), Mood.WARN, _("Return unrepaired …"), self.forms.return_unrepaired
            )
        else:
            self.banner.say(sentence(blocks[0]), Mood.WARN)
        self.look_changed.emit()

    def take_rest(self, method: PaymentMethod) -> None:
        """A method's key: it takes what is left; cash asks what was given."""
        if not (self.presenter.ready or self.presenter.collecting):
            return
        self.presenter.take_rest(method)
        self.money.show_state(self.presenter)
        self._mended()
        if method is PaymentMethod.CASH and self.presenter.tendered(method):
            self.money.cash.take_focus()

    def set_tendered(self, method: PaymentMethod, amount: Money) -> None:
        """An amount was typed beside a method."""
        self.presenter.set_tendered(method, amount)
        self.money.show_sums(self.presenter)
        self._mended()

    def take_along(self, order_id: int, *, on: bool) -> None:
        """Another ready device of the customer goes home on the same invoice, or does not after all."""
        if on:
            if not self.run(lambda: self._service.open(order_id, self.desk.actor), self._take_along):
                self.show_changes()
            return
        self.presenter.drop_device(order_id)
        self.show_changes()

    def set_use_credit(self, *, on: bool) -> None:
        """The customer's credit pays first."""
        self.presenter.use_credit = on
        self.charges.show_sums(self.presenter)
        self.money.show_state(self.presenter)

    def set_keep_rest(self, *, on: bool) -> None:
        """What is too much stays here as credit instead of going back."""
        self.presenter.keep_rest = on
        self.money.show_sums(self.presenter)

    def _take_along(self, handover: HandoverCard) -> None:
        self.presenter.add_device(handover)
        self.show_changes()

    def set_on_account(self, on: bool) -> None:
        """The rest is to be paid later."""
        self.presenter.on_account = on
        self.money.show_sums(self.presenter)
        self._mended()

    def _mended(self) -> None:
        """What F9 refused before goes away with the next amount: it is no longer so."""
        if self.banner.mood() is Mood.ERROR and self.presenter.ready:
            self.banner.clear()

    def collect(self) -> None:
        """Money for an invoice that was put on account."""
        handover = self.presenter.handover
        tenders = self.presenter.tenders()
        if handover is None:
            return
        if not tenders:
            self.refused(Refusal(Reason.UNDERPAID, amount=self.presenter.due))
            return
        open_invoices = self._service.receivables(self.desk.actor, handover.card.customer_id)
        invoice = next((each for each in open_invoices if each.number == handover.card.invoice_number), None)
        if invoice is None:
            return
        due = invoice.due

        def book() -> None:
            booked, _left = split_tenders(due, tenders)
            for each in booked:
                self._collect(invoice.invoice_id, each)

        self.run(book, lambda _nothing: self._collected(due))

    def _collect(self, invoice_id: int, booked: Booked) -> None:
        """One method's money; what is booked is off the screen at once, so that F9 again books only the rest."""
        payment = self._service.pay_invoice(self.desk.gesture(), invoice_id, booked.method, booked.amount)
        self.presenter.set_tendered(booked.method, ZERO)
        if booked.method is PaymentMethod.CASH:
            self.desk.drawer(None)
        self.desk.papers.print_now(PaperKind.PAYMENT_RECEIPT, payment.number)

    def _collected(self, due: Money) -> None:
        self.show_again()
        taken = due - self.presenter.due
        self.confirm_done(_("{amount} taken.").format(amount=formats.money(taken)))

    @property
    def zone(self) -> str:
        """The shop's time zone: moments are shown in it."""
        return self._orders.zone

    def payments(self, order_id: int) -> tuple[PaymentRow, ...]:
        """What was paid on an order, for its list of papers."""
        return self._service.payments(order_id)

    # -- inside ----------------------------------------------------------------------------------------

    def _scanned(self, handover: HandoverCard) -> None:
        """The receipt of a customer's second device while the first one is in front: both go home together."""
        if handover.proof is None or not self.presenter.belongs(handover):
            self._opened(handover)
            return
        self._take_along(handover)
        self.said.emit(Message(f"+ {handover.card.number}  {handover.card.device}", Mood.OK))

    def _opened(self, handover: HandoverCard) -> None:
        front = self.presenter.handover
        typed = Money(sum(each.amount.fen for each in self.presenter.tenders()))
        if (
            front is not None
            and typed
            and self.presenter.settled is None
            and front.card.id != handover.card.id
        ):
            # In the middle of a payment a scan of another device is a slip of the hand: money is not forgotten for it.
            text = _("{amount} is typed for {number}: settle it, or close it with Esc, then scan again.")
            said = text.format(amount=formats.money(typed), number=front.card.number)
            self.said.emit(Message(said, Mood.ERROR))
            return
        self.desk.looked_at(LookKind.ORDER, handover.card.id)
        self.presenter.show(handover)
        self._faces.setCurrentWidget(self._order_face)
        self.show_changes()
        if self.presenter.ready or self.presenter.collecting:
            self.money.method_button(PaymentMethod.CASH).setFocus(Qt.FocusReason.OtherFocusReason)
        said = f"{handover.card.device} {handover.card.customer_name} {label(handover.card.status)}"
        self.said.emit(Message(said, Mood.OK))

    def _settle(self, ctx: Ctx, signature: bytes, second: Actor | None) -> Settled:
        if not self.presenter.others:
            return self._service.settle(ctx, self.presenter.settlement(signature), second)
        return self._service.settle_together(ctx, self.presenter.settlements(signature), second).settled

    def _settled(self, settled: Settled) -> None:
        number = settled.invoice_number
        cash = bool(self.presenter.tendered(PaymentMethod.CASH))
        others = [each.card.number for each in self.presenter.others.values()]
        paid, kept = self.presenter.due - settled.on_account, self.presenter.kept
        self.presenter.others = {}
        self.presenter.use_credit = False
        self.presenter.show(self._service.open(settled.card.id, self.desk.actor))
        self.presenter.left_here = kept
        self.presenter.settled = settled
        self.presenter.paid_together = paid if others else None
        self._settled_at = self.desk.clock.monotonic()
        self.show_changes()
        self.money.settle.setFocus(Qt.FocusReason.OtherFocusReason)
        self.confirm_done(
            _("{number} handed over to {name}.").format(
                number=formats.joined([settled.card.number, *others]), name=settled.card.customer_name
            )
        )
        if number:
            self.desk.papers.print_now(PaperKind.INVOICE, number)
        if cash:
            self.desk.drawer(None)
