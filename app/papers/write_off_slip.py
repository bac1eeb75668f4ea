"""坏账核销单: a debt the shop gives up; it stays in the books and can be taken up again."""

from __future__ import annotations

from app.core import formats
from app.core.labels import label
from app.core.money import ZERO
from app.core.words import _, pgettext
from app.papers.blocks import Beside
from app.papers.flow import Layout
from app.papers.forms_of_money import WriteOffSheet
from app.papers.kit import Kit
from app.papers.payers import payer_words


def lay_out(form: WriteOffSheet, kit: Kit) -> Layout:
    """The slip on A5 or an 80 mm roll."""
    back = form.amount < ZERO
    title = _("Debt taken up again") if back else _("Bad debt write-off")
    when = formats.moment(form.at, kit.zone)
    facts = [(_("Date"), when), (pgettext("paper", "By"), form.staff)]
    rows = [
        (_("Customer"), form.customer_name),
        (_("Phone"), kit.phone(form.customer_phone)),
        (_("Payer"), payer_words(form.payer, form.payer_name)),
        (_("Invoice no."), form.invoice_number),
        (_("Order no."), form.order_number),
        (_("Invoice total"), formats.money(form.invoice_total) if form.invoice_total else ""),
        (_("Reason"), label(form.reason)),
        (_("Note"), form.note),
        (_("Still due"), formats.money(form.due)),
        (_("Approved by"), form.approved_by),
    ]
    if kit.page.thermal:
        rows += facts
    amount = -form.amount if back else form.amount
    words, numerals = kit.in_words(amount)
    blocks = [
        *kit.head(form.shop, title, form.number, facts),
        kit.gap(0.5),
        kit.grand(title, amount),
        kit.pairs([(words, numerals)], strong=(words,)),
        kit.gap(0.75),
        kit.pairs(rows, strong=(_("Customer"), _("Payer"), _("Reason"))),
        kit.gap(1.5),
    ]
    signing = [
        kit.signing(_("Written off by"), name=form.staff),
        kit.signing(_("Approved by"), name=form.approved_by),
    ]
    blocks += signing if kit.page.thermal else [Beside(signing, (0.5, 0.5), gap=20)]
    layout = Layout(f"{title} {form.number}", form.shop.name, blocks)
    if not kit.page.thermal:
        layout.running = kit.running(form.shop, title, form.number)
        layout.footer, layout.footer_height = kit.sheet_foot(form.shop, inside=True)
    return layout
