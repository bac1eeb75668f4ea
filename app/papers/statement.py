"""客户对账单: what a customer was charged, what he paid, and what stands between both."""

from __future__ import annotations

from app.core import formats
from app.core.money import ZERO
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside, Block
from app.papers.flow import Layout
from app.papers.forms_of_money import StatementSheet
from app.papers.kit import Kit
from app.papers.purchase_order import money_width
from app.papers.tables import Column, Table


def lay_out(form: StatementSheet, kit: Kit) -> Layout:
    """The statement on A4 or A5."""
    title = _("Statement of account")
    span = f"{formats.day(form.first)} – {formats.day(form.last)}"
    facts = [(_("Period"), span), (_("Date"), formats.moment(form.made_at, kit.zone))]
    rows = [
        (_("Customer"), form.customer_name),
        (_("Phone"), kit.phone(form.customer_phone)),
        (_("Address"), form.customer_address),
    ]
    blocks: list[Block] = [
        *kit.head(form.shop, title, "", facts, with_tax=True),
        kit.pairs(rows, strong=(_("Customer"),)),
        kit.gap(),
        _table(form, kit),
        kit.gap(0.5),
        kit.grand(_closing_word(form), -form.closing if form.closing < ZERO else form.closing),
        kit.amounts(_closing(form)),
        kit.gap(1.5),
    ]
    signing = [kit.signing(_("Agreed by the customer")), kit.signing(_("For the shop"), name=form.made_by)]
    layout = Layout(
        f"{title} {form.customer_name}", form.shop.name, [*blocks, Beside(signing, (0.5, 0.5), gap=20)]
    )
    layout.running = kit.running(form.shop, title, "")
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _closing_word(form: StatementSheet) -> str:
    return _("In the customer's favour") if form.closing < ZERO else _("To pay")


def _closing(form: StatementSheet) -> list[tuple[str, str]]:
    if not form.held:
        return []
    return [
        (_("Due on invoices"), formats.money(form.due)),
        (_("Held for the customer"), formats.money(-form.held)),
    ]


def _table(form: StatementSheet, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    charged = [formats.money(row.charged, sign=False) if row.charged else "" for row in form.entries]
    paid = [formats.money(row.paid, sign=False) if row.paid else "" for row in form.entries]
    opening = formats.money(form.opening, sign=False)
    balances = [formats.money(row.balance, sign=False) for row in form.entries]
    money = money_width([*charged, *paid, *balances, opening], kit)
    columns = [
        Column(kit.tidy(_("Date")), 58 * scale),
        Column(kit.tidy(pgettext("paper", "Item"))),
        Column(kit.tidy(pgettext("paper", "Charged")), money, Align.RIGHT),
        Column(kit.tidy(pgettext("paper", "Paid")), money, Align.RIGHT),
        Column(kit.tidy(_("Balance")), money, Align.RIGHT),
    ]
    rows = [[formats.day(form.first), kit.tidy(_("Carried forward")), "", "", opening]]
    for row, added, taken, balance in zip(form.entries, charged, paid, balances, strict=True):
        what = "  ".join(filter(None, (_(row.what) if row.what else "", row.number)))
        words = "\n".join(filter(None, (kit.tidy(what), kit.tidy(row.order_number))))
        rows.append([formats.day(row.day), words, added, taken, balance])
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)
