"""The official invoice of an invoice: what became of it, asked for, issued with its number, reversed by the red one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.enums import TaxInvoiceState
from app.core.labels import label
from app.core.words import _
from app.features.billing.service import Billing
from app.features.billing.snapshots import BilledInvoice, TaxInvoiceEntry
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, LineField
from app.ui.form_dialog import ask


def note_official(
    billing: Billing, desk: Desk, invoice: BilledInvoice, now: TaxInvoiceEntry, parent: QWidget
) -> TaxInvoiceEntry | None:
    """Ask what became of it, ``now`` as it stands; None where the form was left."""
    state = ChipGroup(
        _("State"), [(each, label(each)) for each in _after(now.state)], single=True, required=True
    )
    title, tax = LineField(_("Title (buyer)")), LineField(_("Tax number"))
    number, red = LineField(_("Number of the official invoice")), LineField(_("Number of the red invoice"))
    # Reversed and issued anew: the new one has a number of its own.
    old = "" if now.state is TaxInvoiceState.RED else now.number
    for field, value in ((title, now.title), (tax, now.tax_number), (number, old)):
        field.set_value(value)
    ctx = desk.gesture()
    done: list[TaxInvoiceEntry] = []

    def turned() -> None:
        reversing = state.value() is TaxInvoiceState.RED
        for field in (title, tax, number):
            field.setEnabled(not reversing)
        red.setVisible(reversing)

    def give() -> None:
        wanted = TaxInvoiceEntry(state.value(), title.value(), tax.value(), number.value(), red.value())
        done.append(billing.note_tax_invoice(ctx, invoice.id, wanted))

    state.changed.connect(turned)
    state.set_value(_after(now.state)[0])
    turned()
    if ask(
        _("Official invoice of {number}").format(number=invoice.number),
        [state, title, tax, number, red],
        _("Save"),
        give,
        text=_("Now: {state}").format(state=label(now.state)),
        parent=parent,
    ):
        return done[0]
    return None


def _after(state: TaxInvoiceState) -> tuple[TaxInvoiceState, ...]:
    """What may follow, most likely first; issued again puts right what was mistyped."""
    match state:
        case TaxInvoiceState.NOT_ASKED:
            return (TaxInvoiceState.ASKED, TaxInvoiceState.ISSUED)
        case TaxInvoiceState.ASKED:
            return (TaxInvoiceState.ISSUED, TaxInvoiceState.ASKED, TaxInvoiceState.NOT_ASKED)
        case TaxInvoiceState.ISSUED:
            return (TaxInvoiceState.RED, TaxInvoiceState.ISSUED)
        case _:
            return (TaxInvoiceState.ISSUED, TaxInvoiceState.ASKED)
