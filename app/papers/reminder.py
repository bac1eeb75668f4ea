"""催款通知单: the invoices a customer has not paid, how late they are, and the sum."""

from __future__ import annotations

from app.core import formats
from app.core.words import _, ngettext, pgettext
from app.papers.blocks import Align, Beside, Block, Framed, Rule
from app.papers.flow import Layout
from app.papers.forms_of_money import OwedLine, ReminderSheet
from app.papers.kit import Kit
from app.papers.purchase_order import money_width
from app.papers.tables import Column, Table


def lay_out(form: ReminderSheet, kit: Kit) -> Layout:
    """The reminder on A5, A4 or an 80 mm roll."""
    title = _("Payment reminder")
    when = formats.moment(form.made_at, kit.zone)
    facts = [(_("Date"), when)]
    rows = [
        (_("Customer"), form.customer_name),
        (_("Phone"), kit.phone(form.customer_phone)),
        (_("Address"), form.customer_address),
    ]
    if kit.page.thermal:
        rows += facts
    text = _(
        "By our books these invoices are not paid yet. Please pay, or tell us if you have done so already."
    )
    words, numerals = kit.in_words(form.total)
    blocks: list[Block] = [
        *kit.head(form.shop, title, "", facts, with_tax=True),
        kit.gap(0.5),
        kit.pairs(rows, strong=(_("Customer"),)),
        kit.gap(0.5),
        kit.text(text, kit.page.body),
        kit.gap(0.5),
        *(_roll_lines(form, kit) if kit.page.thermal else [_table(form, kit)]),
        kit.gap(0.5),
        kit.grand(_("To pay"), form.total),
        Framed(kit.pairs([(words, numerals)], strong=(words,)), padding=4),
        kit.gap(1.5),
    ]
    if form.held:
        held = (_("Held for the customer"), formats.money(form.held))
        blocks.insert(-1, kit.amounts([held]))
    shop = kit.signing(_("For the shop"), name=form.made_by)
    blocks.append(shop if kit.page.thermal else Beside([kit.gap(), shop], (0.5, 0.5), gap=20))
    layout = Layout(f"{title} {form.customer_name}", form.shop.name, blocks)
    if kit.page.thermal:
        layout.blocks = [*blocks, *kit.roll_end(form.shop)]
    else:
        layout.running = kit.running(form.shop, title, "")
        layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _late(line: OwedLine) -> str:
    if line.days_late <= 0:
        return _("not due yet")
    return ngettext("{n} day late", "{n} days late", line.days_late).format(n=line.days_late)


def _roll_lines(form: ReminderSheet, kit: Kit) -> list[Block]:
    blocks: list[Block] = []
    for line in form.lines:
        left = kit.text(line.number, kit.page.body, bold=True)
        right = kit.text(formats.money(line.due, sign=False), kit.page.body, align=Align.RIGHT)
        when = _("due {day}").format(day=formats.day(line.due_on))
        blocks += [
            Beside([left, right], (0.6, 0.4), gap=4),
            kit.text(f"{when}, {_late(line)}", kit.page.small),
            Rule(0.4, 1.5, dotted=True),
        ]
    return blocks


def _table(form: ReminderSheet, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    totals = [formats.money(line.total, sign=False) for line in form.lines]
    dues = [formats.money(line.due, sign=False) for line in form.lines]
    money = money_width([*totals, *dues], kit)
    columns = [
        Column(kit.tidy(_("Invoice no."))),
        Column(kit.tidy(pgettext("paper", "Issued")), 58 * scale),
        Column(kit.tidy(_("Pay by")), 58 * scale),
        Column(kit.tidy(pgettext("paper", "Late")), 60 * scale),
        Column(kit.tidy(_("Total")), money, Align.RIGHT),
        Column(kit.tidy(pgettext("paper", "Due")), money, Align.RIGHT),
    ]
    rows = [
        [
            "\n".join(filter(None, (kit.tidy(line.number), kit.tidy(line.order_number)))),
            formats.day(line.issued_on),
            formats.day(line.due_on),
            kit.tidy(_late(line)),
            total,
            due,
        ]
        for line, total, due in zip(form.lines, totals, dues, strict=True)
    ]
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)
