"""提成结算单: what a month earned somebody, order by order, and what of it is paid."""

from __future__ import annotations

from app.core import formats
from app.core.enums import CommissionKind
from app.core.labels import label
from app.core.money import Money
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside, Block
from app.papers.flow import Layout
from app.papers.forms_of_pay import PaySheet
from app.papers.kit import Kit
from app.papers.purchase_order import money_width
from app.papers.tables import Column, Table
from app.papers.work_sheet import minutes_rows


def lay_out(form: PaySheet, kit: Kit) -> Layout:
    """The statement on A5 or A4."""
    title = _("Pay statement")
    approved = ""
    if form.approved_at is not None:
        approved = " ".join(filter(None, (form.approved_by, formats.moment(form.approved_at, kit.zone))))
    facts = [
        (_("Month"), form.month),
        (pgettext("pay", "Approved"), approved) if approved else (_("State"), _("Not approved yet")),
    ]
    about = [
        (pgettext("paper", "Name"), form.name),
        (pgettext("pay", "Jobs"), str(form.jobs)),
        *minutes_rows(form.minutes),
    ]
    blocks: list[Block] = [
        *kit.head(form.shop, title, form.number, facts),
        kit.pairs(about, strong=(pgettext("paper", "Name"),)),
        kit.gap(),
    ]
    if form.lines:
        blocks += [kit.heading(_("Commission")), _lines(form, kit), kit.gap(0.5)]
    if form.items:
        blocks += [kit.heading(_("Bonuses and deductions")), _items(form, kit), kit.gap(0.5)]
    blocks += [
        kit.amounts(_sums(form)),
        kit.grand(_("To pay out"), form.payable),
        kit.gap(1.5),
    ]
    signing = [
        kit.signing(pgettext("pay", "Received by"), name=form.name),
        kit.signing(_("Owner"), name=form.approved_by),
    ]
    blocks.append(Beside(signing, (0.5, 0.5), gap=20))
    if form.digest:
        blocks += kit.small_print(_("Digest"), form.digest)
    layout = Layout(f"{title} {form.number}", form.shop.name, blocks)
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop, inside=True)
    return layout


def _sums(form: PaySheet) -> list[tuple[str, str]]:
    rows = [
        (_("Commission"), form.commission),
        (_("Bonus in all"), form.bonus),
        (_("Carried over from last month"), form.carried_in),
        (_("Deductions of the month"), form.deductions),
        (_("Taken back by credit notes"), form.taken_back),
        (_("Kept back, at most half of the bonus"), -form.deducted),
        (_("Carried over to next month"), form.carried),
    ]
    always = (_("Commission"), _("Bonus in all"))
    return [(word, formats.money(amount)) for word, amount in rows if amount or word in always]


def _lines(form: PaySheet, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    bases = ["" if each.kind is CommissionKind.JOB else _figure(each.base) for each in form.lines]
    earned = [_figure(each.earned) for each in form.lines]
    money = money_width([*bases, *earned, _figure(form.commission)], kit)
    columns = [
        Column(kit.tidy(_("Date")), 34 * scale),
        Column(kit.tidy(_("Order"))),
        Column(kit.tidy(pgettext("paper", "Rule")), 92 * scale),
        Column(kit.tidy(pgettext("paper", "Base")), money, Align.RIGHT),
        Column(kit.tidy(pgettext("paper", "Earned")), money, Align.RIGHT),
    ]
    rows = [
        [
            formats.short_day(each.day),
            kit.tidy(f"{each.order_number}\n{each.document}"),
            kit.tidy(_rule(each.kind, each.permille)),
            base,
            gained,
        ]
        for each, base, gained in zip(form.lines, bases, earned, strict=True)
    ]
    rows.append(["", kit.tidy(_("Total")), "", "", _figure(form.commission)])
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)


def _items(form: PaySheet, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    amounts = [_figure(each.amount) for each in form.items]
    columns = [
        Column(kit.tidy(_("Date")), 34 * scale),
        Column(kit.tidy(pgettext("paper", "Kind")), 50 * scale),
        Column(kit.tidy(_("Reason"))),
        Column(kit.tidy(_("Amount")), money_width(amounts, kit), Align.RIGHT),
    ]
    rows = [
        [
            formats.short_day(each.day),
            kit.tidy(label(each.kind)),
            kit.tidy("\n".join(filter(None, (each.reason, each.order_number)))),
            amount,
        ]
        for each, amount in zip(form.items, amounts, strict=True)
    ]
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)


def _rule(kind: CommissionKind, permille: int) -> str:
    if kind is CommissionKind.JOB:
        return label(kind)
    share = f"{permille // 10}.{permille % 10}".removesuffix(".0")
    return f"{label(kind)} {share} %"


def _figure(amount: Money) -> str:
    return formats.money(amount, sign=False)
