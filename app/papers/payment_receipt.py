"""收款收据: the shop's word for money that changed hands."""

from __future__ import annotations

from app.core import formats
from app.core.enums import PaymentKind
from app.core.labels import label
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside, Block, Framed, Rule, Space, Stack
from app.papers.flow import Layout
from app.papers.forms import PaymentReceipt
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
        (_("Note"), form.note),
    ]
    if kit.page.thermal:
        rows += [(_("Date"), when), (pgettext("paper", "By"), form.taken_by)]
    blocks += [kit.gap(0.5), _amount(form, kit), kit.gap(0.75), kit.pairs(rows)]
    if form.due is not None:
        blocks += [Rule(0.4, 2, dotted=True), kit.amounts([(_("Still due"), formats.money(form.due))])]
    signing = kit.signing(_("Customer's signature") if refund else _("For the shop"))
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
    figures = kit.text(
        formats.money(form.amount), kit.page.number * 1.15, bold=True, align=Align.CENTRE, leading=1.25
    )
    return Framed(Stack([figures, kit.pairs([(words, numerals)], strong=(words,))]), padding=6, thick=1.1)
