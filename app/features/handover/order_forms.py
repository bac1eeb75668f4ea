"""The small forms of the hand-over: deposit, discount and fees, the customer's word, a lost receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core import formats
from app.core.enums import PaperKind, PaymentMethod, Status
from app.core.labels import label
from app.core.money import ZERO
from app.core.words import _
from app.features.handover.presenter import METHODS
from app.features.orders.answer_dialog import AnswerDialog
from app.features.orders.difference_view import DifferenceDialog
from app.features.pricing.price_dialog import PriceDialog
from app.features.pricing.snapshots import PriceChoice
from app.ui.approval import with_approval
from app.ui.desk import Desk
from app.ui.fields import ComboField, LineField, MoneyField, PhoneField, TextField
from app.ui.form_dialog import ask

if TYPE_CHECKING:
    from app.features.handover.page import HandoverPage
    from app.features.handover.service import HandoverService


class OrderForms:
    """Each method asks for what one command needs, gives it, and shows the order in front as it is then."""

    def __init__(self, service: HandoverService, desk: Desk, page: HandoverPage) -> None:
        self._service = service
        self._desk = desk
        self._page = page

    def record_lost_receipt(self) -> None:
        """The receipt is lost: who is asking is checked by name and phone, and that is recorded."""
        name = LineField(_("Name given"), required=True)
        phone = PhoneField(_("Phone given"))
        handover = self._page.presenter.handover
        if handover is None:
            return

        def check() -> None:
            self._service.check_identity(handover.card.id, name.value(), phone.value())
            presenter = self._page.presenter
            presenter.identity_name, presenter.identity_phone = name.value(), phone.value()

        if ask(
            _("Pickup receipt lost"),
            [name, phone],
            _("Matches, go on"),
            check,
            text=_(
                "Ask for name and phone and compare an identity card. Both are recorded in the custody register."
            ),
            parent=self._page,
        ):
            self._page.show_changes()

    def set_discount(self) -> None:
        """One discount for the whole order."""
        handover = self._page.presenter.handover
        if handover is None:
            return
        amount = MoneyField(_("Discount in yuan (0 takes it off)"), required=True)
        ctx = self._desk.gesture()
        hint = _("Your role may give up to {percent} %.").format(percent=handover.discount_limit_percent)
        if ask(
            _("Discount"),
            [amount],
            _("Give the discount"),
            lambda: with_approval(
                self._desk,
                lambda second: self._service.set_discount(
                    ctx, handover.card.id, handover.card.version, amount.value() or ZERO, second
                ),
                self._page,
            ),
            text=hint,
            parent=self._page,
        ):
            self._page.show_again()
            text = _("Discount {amount}, to pay {due}.")
            self._page.confirm_done(
                text.format(
                    amount=formats.money(amount.value() or ZERO), due=formats.money(self._page.presenter.due)
                )
            )

    def add_fee(self) -> None:
        """A fee of the price list."""
        handover = self._page.presenter.handover
        if handover is None:
            return
        card = handover.card

        def take(choice: PriceChoice) -> None:
            assert self._page.presenter.handover is not None
            version, ctx = self._page.presenter.handover.card.version, self._desk.gesture()
            with_approval(
                self._desk,
                lambda second: self._service.add_listed(ctx, card.id, version, choice, second),
                self._page,
            )
            self._page.show_again()

        PriceDialog(lambda typed: self._service.price_offers(card.id, typed), take, self._page).exec()

    def explain_quote(self) -> None:
        """What was quoted against what is billed, line by line."""
        handover = self._page.presenter.handover
        if handover is not None and handover.explained is not None:
            DifferenceDialog(handover.explained, self._page.zone, self._page).exec()

    def agree_total(self) -> None:
        """The customer agrees to what goes beyond his word of before."""
        handover = self._page.presenter.handover
        if handover is None:
            return
        card, ctx = handover.card, self._desk.gesture()
        dialog = AnswerDialog(
            card.customer_total,
            True,
            lambda given: self._service.agree_total(ctx, card.id, card.version, given),
            self._page,
        )
        if dialog.exec():
            self._page.show_again()

    def inform_customer(self) -> None:
        """Note that the customer was told."""
        handover = self._page.presenter.handover
        if handover is None:
            return
        text = TextField(_("What was said"), required=True)
        text.set_value(_("Called: the device is ready for pickup."))
        ctx = self._desk.gesture()
        if ask(
            _("Customer informed"),
            [text],
            _("Record"),
            lambda: self._service.record_contact(ctx, handover.card.id, text.value()),
            parent=self._page,
        ):
            self._page.show_again()

    def return_unrepaired(self) -> None:
        """A declined or unrepairable device goes home, with a diagnosis fee or none."""
        handover = self._page.presenter.handover
        if handover is None:
            return
        fee = MoneyField(_("Diagnosis fee (0 for none)"), required=True)
        fee.set_value(handover.diagnosis_fee if handover.card.status is Status.DECLINED else ZERO)
        ctx = self._desk.gesture()
        if ask(
            _("Return unrepaired"),
            [fee],
            _("To the counter"),
            lambda: self._service.return_unrepaired(
                ctx, handover.card.id, handover.card.version, fee.value() or ZERO
            ),
            text=_("Planned charges fall away; the fee stands instead of them."),
            parent=self._page,
        ):
            self._page.show_again()

    def take_deposit(self) -> None:
        """Money before the invoice."""
        handover = self._page.presenter.handover
        if handover is None:
            return
        amount = MoneyField(_("Amount"), required=True)
        method = _method_field()
        ctx = self._desk.gesture()
        taken: list[str] = []
        if ask(
            _("Take a deposit"),
            [amount, method],
            _("Take it"),
            lambda: taken.append(
                self._service.take_deposit(
                    ctx,
                    handover.card.id,
                    handover.card.version,
                    PaymentMethod(method.value()),
                    amount.value() or ZERO,
                ).number
            ),
            parent=self._page,
        ):
            self._page.show_again()
            self._page.confirm_done(
                _("Deposit of {amount} taken.").format(amount=formats.money(amount.value() or ZERO))
            )
            self._desk.papers.print_now(PaperKind.PAYMENT_RECEIPT, taken[0])
            if method.value() == PaymentMethod.CASH:
                self._desk.drawer(None)

    def refund_deposit(self) -> None:
        """Give back what is held and not used."""
        handover = self._page.presenter.handover
        if handover is None:
            return
        amount = MoneyField(_("Amount"), required=True)
        amount.set_value(handover.card.deposit_held)
        method = _method_field()
        reason = LineField(_("Reason"), required=True)
        ctx = self._desk.gesture()
        given: list[str] = []
        if ask(
            _("Refund"),
            [amount, method, reason],
            _("Give it back"),
            lambda: given.append(
                self._service.refund_deposit(
                    ctx,
                    handover.card.id,
                    handover.card.version,
                    PaymentMethod(method.value()),
                    amount.value() or ZERO,
                    reason.value(),
                ).number
            ),
            danger=True,
            parent=self._page,
        ):
            self._page.show_again()
            self._page.confirm_done(
                _("{amount} given back.").format(amount=formats.money(amount.value() or ZERO))
            )
            self._desk.papers.print_now(PaperKind.PAYMENT_RECEIPT, given[0])
            if method.value() == PaymentMethod.CASH:
                self._desk.drawer(None)


def _method_field() -> ComboField:
    field = ComboField(_("Payment method"), [(method, label(method)) for method in METHODS], required=True)
    field.set_value(PaymentMethod.CASH)
    return field
