"""收款收据: the shop's word for money that changed hands."""

from __future__ import annotations

from app.core import formats
from app.core.enums import PaymentKind
from app.core.labels import label
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside, Block, Framed, Space, Stack
from app.papers.flow import Layout
from app.papers.forms_of_orders import PaymentReceipt
from app.papers.kit import Kit


def lay_out(form: PaymentReceipt, kit: Kit) -> Layout:
    """The receipt for a deposit, a payment or a refund, on a roll or A5."""
    title = _title(form.kind)
    when = formats.moment(form.at, kit.zone)
    facts = [(_("Date"), when), (pgettext("paper", "By"), form.taken_by)]
    blocks = kit.head(form.shop, title, form.number, facts)
    refund = form.kind is PaymentKind.REFUND
    rows = [
        (_("Paid to") if refund else _("Received from"), form.received_from),
        (pgettext("paper", "For"), label(form.kind)),
        (_("Payment method"), label(form.method)),
        (_("Order no."), form.order_number),
        (_("Invoice no."), form.invoice_number),
        (_("Device"), kit.device(form.device) if form.device else ""),
        (_("Still due"), formats.money(form.due) if form.due is not None else ""),
        (_("Reason") if refund else _("Note"), form.note),
        (_("Approved by"), form.approved_by),
    ]
    if kit.page.thermal:
        rows += [(_("Date"), when), (pgettext("paper", "By"), form.taken_by)]
    blocks += [kit.gap(0.5), _amount(form, kit), kit.gap(0.75), kit.pairs(rows)]
    signing = (
        kit.signing(_("Customer's signature"))
        if refund
        else kit.signing(_("For the shop"), name=form.taken_by)
    )
    blocks.append(kit.gap(1.5))
    blocks.append(signing if kit.page.thermal else Beside([Space(0), signing], (0.5, 0.5), gap=20))
    layout = Layout(f"{title} {form.number}", form.shop.name, blocks)
    if kit.page.thermal:
        layout.blocks = [*blocks, *kit.roll_end(form.shop)]
    else:
        layout.running = kit.running(form.shop, title, form.number)
        layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _title(kind: PaymentKind) -> str:
    match kind:
        case PaymentKind.DEPOSIT:
            return _("Deposit receipt")
        case PaymentKind.REFUND:
            return _("Refund receipt")
        case _:
            return _("Payment receipt")


def _amount(form: PaymentReceipt, kit: Kit) -> Block:
    """The sum in figures and in capital numerals, framed."""
    words, numerals = kit.in_words(form.amount)
    size, small = kit.page.number * 1.2, kit.page.small
    figures = kit.text(formats.money(form.amount), size, bold=True, align=Align.CENTRE, leading=1.25)
    spelt: list[Block] = [
        kit.text(words, small, align=Align.CENTRE),
        kit.text(numerals, kit.page.body + 1, bold=True, align=Align.CENTRE),
    ]
    if kit.page.thermal:
        return Framed(Stack([figures, *spelt]), padding=6, thick=1.1)
    return Framed(Beside([figures, Stack(spelt)], (0.45, 0.55), middle=True), padding=8, thick=1.1)
