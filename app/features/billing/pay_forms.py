"""Taking money for invoices, and giving it back: the forms of the invoices' and the receivables' page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from app.core import formats
from app.core.enums import PaperKind, Payer, PaymentMethod
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.money import ZERO, Money
from app.core.tenders import Tender
from app.core.words import _
from app.features.billing.service import Billing
from app.features.billing.snapshots import HeldRow, PaidTogether, RefundAsked, Refunded
from app.ui import theme
from app.ui.approval import with_approval
from app.ui.desk import Desk
from app.ui.fields import ComboField, LineField, MoneyField
from app.ui.form_dialog import ask

#: In the order of the keys at the hand-over.
METHODS = (
    PaymentMethod.CASH,
    PaymentMethod.WECHAT,
    PaymentMethod.ALIPAY,
    PaymentMethod.CARD,
    PaymentMethod.TRANSFER,
)


def method_field(chosen: PaymentMethod = PaymentMethod.CASH, word: str = "") -> ComboField:
    """How the money changes hands."""
    field = ComboField(word or _("Payment method"), [(each, label(each)) for each in METHODS], required=True)
    field.set_value(chosen)
    return field


class TenderFields(QWidget):
    """An amount for each method; several at once are several tenders."""

    def __init__(self, due: Money) -> None:
        super().__init__()
        self.amounts = {method: MoneyField(label(method)) for method in METHODS}
        self.amounts[PaymentMethod.CASH].set_value(due or None)
        self.left = QLabel()
        theme.role_of(self.left, "secondary")
        self._due = due
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for at, field in enumerate(self.amounts.values()):
            grid.addWidget(field, at // 3, at % 3)
            field.changed.connect(self._show)
        grid.addWidget(self.left, 2, 0, 1, 3)
        self._show()

    def tenders(self) -> tuple[Tender, ...]:
        """What was given, cash last or first as it is read. Raises ``Refusal`` for an unreadable amount."""
        found = ((method, field.value() or ZERO) for method, field in self.amounts.items())
        return tuple(Tender(method, amount) for method, amount in found if amount)

    def set_due(self, due: Money) -> None:
        """Another sum is to be paid: it stands on cash until somebody types."""
        clean = not any(field.is_dirty() for field in self.amounts.values())
        self._due = due
        if clean:
            self.amounts[PaymentMethod.CASH].set_value(due or None)
        self._show()

    def _show(self) -> None:
        try:
            given = Money(sum(each.amount.fen for each in self.tenders()))
        except Refusal:
            given = ZERO
        over = given - self._due
        due = _("To pay: {amount}").format(amount=formats.money(self._due))
        rest = ""
        if over > ZERO:
            rest = _("{amount} above it").format(amount=formats.money(over))
        elif over < ZERO:
            rest = _("{amount} stays due").format(amount=formats.money(-over))
        self.left.setText("   ".join(filter(None, (due, rest))))


def take_payment(
    billing: Billing,
    desk: Desk,
    customer_id: int,
    invoices: Sequence[int],
    due: Money,
    parent: QWidget,
    *,
    free: Money = ZERO,
    own: bool = True,
    title: str = "",
) -> PaidTogether | None:
    """Pay one invoice or several, the first one first; less than all is possible.

    ``free`` is the payer's credit that may be used; ``own`` says whether the customer pays himself (a brand's money
    becomes no customer's credit).
    """
    tenders = TenderFields(due)
    credit = QCheckBox(credit_words(free, own=own))
    keep = QCheckBox(_("Keep what is above it as the customer's credit"))

    def again() -> None:
        tenders.set_due(max(due - free, ZERO) if credit.isChecked() else due)

    credit.toggled.connect(lambda _on: again())
    fields: list[QWidget] = [tenders]
    if free and invoices:
        fields.append(credit)
    if own:
        # Without an invoice everything is kept: there is nothing to choose.
        keep.setChecked(not invoices)
        if invoices:
            fields.append(keep)
        else:
            tenders.left.hide()
    ctx = desk.gesture()
    done: list[PaidTogether] = []
    if ask(
        title or _("Take a payment"),
        fields,
        _("Take it"),
        lambda: done.append(
            billing.pay_invoices(
                ctx,
                customer_id,
                invoices,
                tenders.tenders(),
                use_credit=credit.isChecked(),
                keep_rest=keep.isChecked() and own,
            )
        ),
        parent=parent,
    ):
        return done[0]
    return None


def print_payments(desk: Desk, paid: PaidTogether) -> str:
    """Print the receipts, open the drawer, and say it in one line."""
    desk.drawer(None)
    for number in paid.payment_numbers:
        desk.papers.print_now(PaperKind.PAYMENT_RECEIPT, number)
    used = Money(sum(each.fen for _number, each in paid.uses)) - paid.credit_used
    words = [formats.joined(paid.payment_numbers)]
    if used:
        words.insert(0, _("{amount} taken.").format(amount=formats.money(used)))
    if paid.credit_used:
        words.append(_("credit used {amount}").format(amount=formats.money(paid.credit_used)))
    if paid.kept:
        words.append(_("kept as credit {amount}").format(amount=formats.money(paid.kept)))
    if paid.change:
        words.append(_("change {amount}").format(amount=formats.money(paid.change)))
    return "  ".join(filter(None, words))


def credit_words(free: Money, *, own: bool) -> str:
    """The offer to use what is held for the payer first."""
    words = (
        _("Use the customer's credit of {amount} first")
        if own
        else _("Use the payer's credit of {amount} first")
    )
    return words.format(amount=formats.money(free))


def free_of(held: Sequence[HeldRow]) -> Money:
    """What is the customer's own credit: deposits of open orders are for those orders."""
    return Money(sum(each.amount.fen for each in held if not each.deposit))


def give_back(
    billing: Billing,
    desk: Desk,
    customer_id: int,
    parent: QWidget,
    *,
    most: Money | None = None,
    payer: Payer = Payer.CUSTOMER,
    payer_name: str = "",
    why: str = "",
) -> Refunded | None:
    """Refund of a customer's credit, or of a third party's; another method than it was paid by needs the owner's
    word. ``why`` is the reason where it is known."""
    held = [each for each in billing.held(desk.actor, customer_id, payer, payer_name) if not each.deposit]
    if not held:
        raise Refusal(Reason.NO_CREDIT_HELD)
    free = free_of(held)
    amount = MoneyField(_("Amount"), required=True)
    amount.set_value(free if most is None else min(most, free))
    method = method_field(held[-1].method, _("Refund by"))
    reason = LineField(_("Reason"), required=True)
    reason.set_value(why)
    by_method = _by_method(held)
    text = _("Held: {amount}. Paid by {methods}. By another method the owner confirms.").format(
        amount=formats.money(free), methods=by_method
    )
    ctx = desk.gesture()
    done: list[Refunded] = []

    def give() -> None:
        wanted = RefundAsked(
            customer_id,
            PaymentMethod(method.value()),
            amount.value() or ZERO,
            reason.value(),
            payer=payer,
            payer_name=payer_name,
        )
        done.append(with_approval(desk, lambda second: billing.refund(ctx, wanted, approver=second), parent))

    to = payer_name or label(payer)
    if ask(
        _("Refund") if payer is Payer.CUSTOMER else _("Refund to {name}").format(name=to),
        [amount, method, reason],
        _("Give it back"),
        give,
        text=text,
        danger=True,
        parent=parent,
    ):
        return done[0]
    return None


def print_refund(desk: Desk, refunded: Refunded) -> str:
    """Print its receipt, open the drawer for cash, and say it in one line."""
    if refunded.method is PaymentMethod.CASH:
        desk.drawer(None)
    desk.papers.print_now(PaperKind.PAYMENT_RECEIPT, refunded.number)
    return _("{number}: {amount} given back by {method}.").format(
        number=refunded.number, amount=formats.money(refunded.amount), method=label(refunded.method)
    )


def _by_method(held: Sequence[HeldRow]) -> str:
    sums: dict[PaymentMethod, int] = {}
    for each in held:
        sums[each.method] = sums.get(each.method, 0) + each.amount.fen
    return formats.joined([f"{label(method)} {formats.money(Money(fen))}" for method, fen in sums.items()])
