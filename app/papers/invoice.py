"""结算单: what the customer pays, what was paid, and the guarantee that begins."""

from __future__ import annotations

from app.core import formats
from app.core.labels import label
from app.core.money import ZERO
from app.core.words import _, pgettext
from app.papers.blocks import Beside, Block, Framed, Rule, Stack
from app.papers.flow import Layout
from app.papers.forms_of_orders import DeviceBlock, InvoiceSheet
from app.papers.kit import Kit
from app.papers.payers import payer_words


def lay_out(form: InvoiceSheet, kit: Kit) -> Layout:
    """The invoice on A5, A4 or an 80 mm roll."""
    title = _("Invoice")
    layout = Layout(f"{title} {form.number}", form.shop.name, _roll(form, kit, title))
    if not kit.page.thermal:
        layout.blocks = _sheet(form, kit, title)
        layout.running = kit.running(form.shop, title, form.number)
        layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _sheet(form: InvoiceSheet, kit: Kit, title: str) -> list[Block]:
    facts = [
        (_("Order no."), "" if form.orders else form.order_number),
        (_("Date"), formats.moment(form.issued_at, kit.zone)),
        (_("Tax invoice no."), form.tax_invoice_number),
    ]
    blocks = kit.head(form.shop, title, form.number, facts, with_tax=True)
    # Of several devices each stands on a line of its own below.
    device = DeviceBlock("") if form.orders else form.device
    blocks += kit.parties(
        device, form.customer_name, form.customer_phone, form.card_code, _more_of_buyer(form)
    )
    blocks.append(kit.pairs(_orders(form, kit)))
    blocks.append(kit.pairs([(_("Fault"), form.fault), (_("Work done"), form.work_done)]))
    blocks += [kit.gap(), *kit.charges(form.lines), kit.gap(0.5)]
    blocks += kit.totals(form, _paid(form, kit), due=form.due)
    blocks += _against_quote(form, kit)
    blocks += _guarantee(form, kit)
    signing = [
        kit.signing(_("Customer's signature"), form.signature),
        kit.signing(_("For the shop"), name=form.issued_by),
    ]
    return [*blocks, Beside(signing, (0.5, 0.5), gap=20)]


def _roll(form: InvoiceSheet, kit: Kit, title: str) -> list[Block]:
    blocks = kit.head(form.shop, title, form.number)
    blocks.append(kit.gap())
    if form.card_code:
        blocks += [kit.bars(form.card_code, 10), kit.gap(0.5)]
    facts = [
        (_("Order no."), "" if form.orders else form.order_number),
        (_("Date"), formats.moment(form.issued_at, kit.zone)),
        (pgettext("paper", "By"), form.issued_by),
        (_("Tax number"), form.shop.tax_number),
        (_("Tax invoice no."), form.tax_invoice_number),
        (_("Customer"), form.customer_name),
        (_("Phone"), kit.phone(form.customer_phone)),
        *_more_of_buyer(form),
        (_("Device"), "" if form.orders else kit.device(form.device)),
        (pgettext("paper", "Serial no."), "" if form.orders else form.device.serial),
        *_orders(form, kit),
        (_("Fault"), form.fault),
        (_("Work done"), form.work_done),
    ]
    blocks += [
        kit.pairs(facts, strong=(_("Device"),)),
        Rule(0.8, kit.page.gap * 0.5),
        *kit.charges(form.lines),
    ]
    blocks += [
        *kit.totals(form),
        kit.gap(0.5),
        _paid(form, kit),
        kit.grand(pgettext("paper", "Due"), form.due),
        *_against_quote(form, kit),
    ]
    blocks += [*_guarantee(form, kit), kit.gap()]
    blocks.append(kit.signing(_("Customer's signature"), form.signature))
    return blocks + kit.roll_end(form.shop)


def _more_of_buyer(form: InvoiceSheet) -> list[tuple[str, str]]:
    return [
        (_("Payer"), payer_words(form.payer, form.payer_name)),
        (_("Address"), form.customer_address),
        (_("Tax number"), form.customer_tax_number),
    ]


def _orders(form: InvoiceSheet, kit: Kit) -> list[tuple[str, str]]:
    """Each of several devices with its order's number."""
    return [
        (each.number, "  ".join(filter(None, (kit.device(each.device), each.device.serial, each.fault))))
        for each in form.orders
    ]


def _paid(form: InvoiceSheet, kit: Kit) -> Block:
    """Deposit, payments and change."""
    rows: list[tuple[str, str]] = []
    if form.deposit_used:
        rows.append((_("Deposit used"), formats.money(form.deposit_used)))
    if form.credit_used:
        rows.append((_("Credit used"), formats.money(form.credit_used)))
    rows += [(label(paid.method), formats.money(paid.amount)) for paid in form.payments]
    if form.cash_received and (form.change or form.kept):
        rows.append((_("Cash received"), formats.money(form.cash_received)))
    if form.change:
        rows.append((pgettext("paper", "Change"), formats.money(form.change)))
    if form.kept:
        rows.append((_("Left with us as your credit"), formats.money(form.kept)))
    if form.credited:
        rows.append((_("Credit notes"), formats.money(-form.credited)))
    if form.on_account:
        rows.append((_("On account"), formats.money(form.on_account)))
        if form.due_on is not None:
            rows.append((_("Pay by"), formats.day(form.due_on)))
    return kit.amounts(rows)


def _against_quote(form: InvoiceSheet, kit: Kit) -> list[Block]:
    """What is billed otherwise than it was quoted, line by line; their sum is the difference of the totals."""
    if form.quoted is None:
        return []
    rows = [(_("As quoted"), formats.money(form.quoted))]
    for each in form.differences:
        words = " · ".join(filter(None, (label(each.change), each.description, each.reason)))
        amount = each.now - each.before
        rows.append((words, formats.money(amount) if amount <= ZERO else f"+{formats.money(amount)}"))
    rows.append((_("Billed"), formats.money(form.total)))
    title = kit.text(_("Difference to the quote"), kit.page.small, bold=True)
    return [kit.gap(), Framed(Stack([title, kit.amounts(rows)], whole=True), padding=5)]


def _guarantee(form: InvoiceSheet, kit: Kit) -> list[Block]:
    if not form.guarantee_until and not form.guarantee.strip():
        return []
    rows: list[Block] = []
    if form.guarantee_until:
        day = formats.day(form.guarantee_until)
        rows.append(kit.pairs([(_("Guarantee until"), day)], strong=(_("Guarantee until"),)))
    if form.guarantee.strip():
        rows.append(kit.text(form.guarantee, kit.page.small))
    return [kit.gap(), Framed(Stack(rows, whole=True), padding=5)]
