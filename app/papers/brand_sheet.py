"""品牌结算单: a month's claims with a brand, the differences line by line, and what it pays; both sides sign it."""

from __future__ import annotations

from app.core import formats
from app.core.brand_codes import SettlementKind, SettlementState
from app.core.labels import category_name, label
from app.core.money import Money
from app.core.words import _, ngettext, pgettext
from app.papers.blocks import Align, Beside, Block
from app.papers.flow import Layout
from app.papers.forms_of_brands import BrandSheet, SettledLine
from app.papers.kit import Kit
from app.papers.purchase_order import money_width
from app.papers.tables import Column, Table


def lay_out(form: BrandSheet, kit: Kit) -> Layout:
    """The settlement on A4."""
    title = _("Brand settlement")
    facts = [(_("Month"), form.month), (_("Date"), formats.moment(form.made_at, kit.zone))]
    claims = [line for line in form.lines if line.kind is SettlementKind.CLAIM]
    count = ngettext("{n} claim", "{n} claims", len(claims)).format(n=len(claims))
    differing = sum(1 for line in claims if line.paid != line.claimed)
    left = ngettext(
        "{n} claim is not answered yet; it comes into the next settlement.",
        "{n} claims are not answered yet; they come into the next settlement.",
        form.left_out,
    ).format(n=form.left_out)
    rows = [
        (_("Brand"), form.brand),
        (_("Claims"), count),
        (_("Of them paid otherwise"), str(differing) if differing else ""),
        (pgettext("settlement", "Left out"), left if form.left_out else ""),
        (_("State"), "" if form.state is SettlementState.POSTED else label(form.state)),
        (_("Note"), form.note),
    ]
    blocks: list[Block] = [
        *kit.head(form.shop, title, form.number, facts, with_tax=True),
        kit.pairs(rows, strong=(_("Brand"),)),
        kit.gap(),
        _table(form, kit),
        kit.gap(0.5),
        kit.amounts(_sums(form)),
        kit.grand(pgettext("settlement", "The brand pays"), form.payable),
        kit.gap(1.5),
    ]
    signing = [kit.signing(_("For the shop"), name=form.made_by), kit.signing(_("For the brand"))]
    layout = Layout(f"{title} {form.number}", form.shop.name, [*blocks, Beside(signing, (0.5, 0.5), gap=20)])
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _sums(form: BrandSheet) -> list[tuple[str, str] | None]:
    lost = form.claimed - form.accepted
    return [
        (_("Claimed by the fee table"), formats.money(form.claimed)),
        (_("Not accepted"), formats.money(-lost)) if lost else None,
        (_("Bonuses less deductions"), formats.money(-form.deducted)) if form.deducted else None,
    ]


def _table(form: BrandSheet, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    figures = [_figures(line) for line in form.lines]
    money = money_width([each for row in figures for each in row], kit)
    columns = [
        Column(kit.tidy(_("Claim")), 66 * scale),
        Column(kit.tidy(pgettext("settlement", "Delivered")), 58 * scale),
        Column(kit.tidy(pgettext("paper", "Item"))),
        Column(kit.tidy(pgettext("settlement", "Claimed")), money, Align.RIGHT),
        Column(kit.tidy(pgettext("settlement", "Paid by the brand")), money, Align.RIGHT),
        Column(kit.tidy(_("Difference")), money, Align.RIGHT),
    ]
    rows = [
        [
            kit.tidy(line.claim or label(line.kind)),
            "" if line.delivered_on is None else formats.day(line.delivered_on),
            _item(line, kit),
            *its,
        ]
        for line, its in zip(form.lines, figures, strict=True)
    ]
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)


def _figures(line: SettledLine) -> tuple[str, str, str]:
    difference = line.paid - line.claimed
    return (
        _figure(line.claimed) if line.kind is SettlementKind.CLAIM else "",
        _figure(line.paid),
        _figure(difference) if difference else "",
    )


def _figure(amount: Money) -> str:
    return formats.money(amount, sign=False)


def _item(line: SettledLine, kit: Kit) -> str:
    device = " ".join(filter(None, (category_name(line.category) if line.category else "", line.model)))
    numbers = "  ".join(filter(None, (line.order_number, line.serial)))
    words = (line.description, device, numbers, line.reason)
    return "\n".join(filter(None, map(kit.tidy, words)))
