"""红字冲销单: the one way an issued invoice is put right, and what that set free."""

from __future__ import annotations

from app.core import formats
from app.core.labels import label
from app.core.words import _, pgettext
from app.papers.barcodes import bars_width
from app.papers.blocks import Align, Beside, Block, Framed, Rule
from app.papers.flow import Layout
from app.papers.forms_of_money import CreditedLine, CreditSheet
from app.papers.kit import Kit, percent
from app.papers.payers import payer_words
from app.papers.purchase_order import money_width
from app.papers.tables import Column, Table


def lay_out(form: CreditSheet, kit: Kit) -> Layout:
    """The credit note on A5, A4 or an 80 mm roll."""
    title = _("Credit note")
    when = formats.moment(form.issued_at, kit.zone)
    facts = [
        (pgettext("paper", "For invoice"), form.invoice_number),
        (_("Date"), when),
        (pgettext("paper", "By"), form.issued_by),
    ]
    blocks = kit.head(form.shop, title, form.number, facts, with_tax=True)
    blocks += [*_about(form, kit), kit.gap()]
    blocks += _roll_lines(form, kit) if kit.page.thermal else [_table(form, kit)]
    blocks += [kit.gap(0.5), kit.grand(pgettext("paper", "Credited"), form.total)]
    words, numerals = kit.in_words(form.total)
    blocks.append(Framed(kit.pairs([(words, numerals)], strong=(words,)), padding=4))
    blocks += [kit.gap(0.5), kit.amounts(_after(form))]
    signing = [kit.signing(_("Customer's signature")), kit.signing(_("For the shop"), name=form.issued_by)]
    blocks += [kit.gap(), *(signing if kit.page.thermal else [Beside(signing, (0.5, 0.5), gap=20)])]
    layout = Layout(f"{title} {form.number}", form.shop.name, blocks)
    if kit.page.thermal:
        layout.blocks = [*blocks, *kit.roll_end(form.shop)]
    else:
        layout.running = kit.running(form.shop, title, form.number)
        layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _about(form: CreditSheet, kit: Kit) -> list[Block]:
    rows = [
        (_("Customer"), form.customer_name),
        (_("Phone"), kit.phone(form.customer_phone)),
        (_("Payer"), payer_words(form.payer, form.payer_name)),
        (_("Order no."), form.order_number),
    ]
    if kit.page.thermal:
        rows = [
            (pgettext("paper", "For invoice"), form.invoice_number),
            (_("Date"), formats.moment(form.issued_at, kit.zone)),
            (pgettext("paper", "By"), form.issued_by),
            *rows,
        ]
    rows += [
        (_("Invoice total"), _invoiced(form)),
        (pgettext("paper", "Kind"), label(form.kind)),
        (_("Reason"), label(form.reason)),
        (_("Note"), form.note),
        (_("Approved by"), form.approved_by),
        (_("Replaced by invoice"), form.replaced_by),
    ]
    facts = kit.pairs(rows, strong=(_("Customer"), _("Reason")))
    wide = bars_width(form.card_code) if form.card_code else None
    if wide is None:
        return [facts]
    if kit.page.thermal:
        return [kit.gap(), kit.bars(form.card_code, 10), kit.gap(0.5), facts]
    bars = kit.bars(form.card_code, 10, Align.RIGHT)
    return [Beside([facts, bars], (kit.page.inner - wide - 8, wide), gap=8)]


def _invoiced(form: CreditSheet) -> str:
    if not form.invoice_total:
        return ""
    words = formats.money(form.invoice_total)
    return f"{words}  ({formats.day(form.invoice_day)})" if form.invoice_day else words


def _after(form: CreditSheet) -> list[tuple[str, str]]:
    """Tax, what the customer has free now, what is left to pay."""
    rows = [(_("Tax included"), formats.money(form.tax))] if form.tax else []
    if form.freed:
        rows.append((_("Paid before, now the customer's credit"), formats.money(form.freed)))
    rows.append((_("Still due"), formats.money(form.due)))
    return rows


def _table(form: CreditSheet, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    amounts = [formats.money(line.amount, sign=False) for line in form.lines]
    taxed = any(line.tax_permille for line in form.lines)
    columns = [Column(kit.tidy(pgettext("paper", "Item")))]
    if taxed:
        columns.append(Column(kit.tidy(pgettext("rate", "Tax")), 27 * scale, Align.RIGHT))
    columns.append(Column(kit.tidy(pgettext("paper", "Credited")), money_width(amounts, kit), Align.RIGHT))
    rows = [
        [_described(line, kit), *([percent(line.tax_permille)] if taxed else []), amount]
        for line, amount in zip(form.lines, amounts, strict=True)
    ]
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)


def _roll_lines(form: CreditSheet, kit: Kit) -> list[Block]:
    blocks: list[Block] = []
    for line in form.lines:
        words = kit.text(_described(line, kit), kit.page.body)
        amount = kit.text(formats.money(line.amount, sign=False), kit.page.body, align=Align.RIGHT)
        blocks += [Beside([words, amount], (0.68, 0.32), gap=4), Rule(0.4, 1.5, dotted=True)]
    return blocks


def _described(line: CreditedLine, kit: Kit) -> str:
    text = kit.tidy(line.description)
    kind = label(line.kind)
    words = kind if not text or text == kind else _("{kind}: {text}").format(kind=kind, text=text)
    return f"{words}\n{kit.tidy(line.order_number)}" if line.order_number else words
