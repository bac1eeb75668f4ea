"""交接班点钞单: what should be in the drawer, what was counted, and who has it now."""

from __future__ import annotations

from app.core import formats
from app.core.money import ZERO, Money
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside, Block, Framed, Rule, Stack
from app.papers.flow import Layout
from app.papers.forms_of_money import TillSheet
from app.papers.kit import Kit


def lay_out(form: TillSheet, kit: Kit) -> Layout:
    """The sheet on a roll or A5."""
    title = _("Till count")
    facts = [
        (pgettext("paper", "From"), formats.moment(form.opened_at, kit.zone)),
        (pgettext("paper", "Until"), formats.moment(form.closed_at, kit.zone)),
    ]
    rows = [
        (_("Till"), form.till or _("Main till")),
        (pgettext("paper", "Held by"), form.holder),
        (pgettext("paper", "Counted by"), form.closed_by),
        (pgettext("paper", "Handed over to"), form.next_holder),
    ]
    if kit.page.thermal:
        rows = [*facts, *rows]
    blocks = [*kit.head(form.shop, title, form.number, facts), kit.gap(0.5), kit.pairs(rows), kit.gap(0.5)]
    moved, counted = _moved(form, kit), _counted(form, kit)
    if kit.page.thermal:
        blocks += [*moved, kit.gap(0.5), *counted]
    else:
        blocks.append(Beside([Stack(moved), Stack(counted)], (0.5, 0.5), gap=16))
    blocks += [kit.gap(0.75), *_difference(form, kit), kit.gap(1.5)]
    signing = [
        kit.signing(pgettext("paper", "Counted by"), name=form.closed_by),
        kit.signing(_("Taken over by"), name=form.next_holder),
    ]
    blocks += signing if kit.page.thermal else [Beside(signing, (0.5, 0.5), gap=20)]
    layout = Layout(f"{title} {form.number}", form.shop.name, blocks)
    if not kit.page.thermal:
        layout.running = kit.running(form.shop, title, form.number)
        layout.footer, layout.footer_height = kit.sheet_foot(form.shop, inside=True)
    return layout


def _moved(form: TillSheet, kit: Kit) -> list[Block]:
    rows = [
        (_("Float"), form.float_amount),
        (_("Cash from customers"), form.taken),
        (_("Refunded in cash"), form.given),
        (_("Paid in"), form.paid_in),
        (_("Paid out"), form.paid_out),
        (_("Handed in"), form.handed_in),
    ]
    shown = [(word, formats.money(amount)) for word, amount in rows if amount or word == _("Float")]
    expected = _("Should be there")
    return [
        kit.heading(_("By the books")),
        kit.amounts([*shown, (expected, formats.money(form.expected))], strong=(expected,)),
    ]


def _counted(form: TillSheet, kit: Kit) -> list[Block]:
    size = kit.page.body
    blocks: list[Block] = [kit.heading(_("By the count"))]
    for each in form.pieces:
        if each.pieces:
            left = kit.text(f"{formats.money(Money(each.fen))} × {each.pieces}", size)
            right = kit.text(formats.money(Money(each.fen * each.pieces)), size, align=Align.RIGHT)
            blocks.append(Beside([left, right], (0.58, 0.42), gap=4))
    word = pgettext("paper", "Counted")
    rows = [(word, formats.money(form.counted))]
    if form.counts > 1:
        rows.append((_("Times counted"), str(form.counts)))
    return [*blocks, Rule(0.5, 1.5), kit.amounts(rows, strong=(word,))]


def _difference(form: TillSheet, kit: Kit) -> list[Block]:
    gone = form.difference
    word = _("No difference")
    if gone:
        word = pgettext("money", "Missing") if gone < ZERO else _("Too much")
    blocks: list[Block] = [Framed(kit.grand(word, -gone if gone < ZERO else gone), padding=5, thick=1.1)]
    taken_out = form.counted - form.kept
    rows = [
        (_("Reason"), form.reason),
        (
            _("Float differs"),
            formats.joined([formats.money(form.float_off), form.float_reason]) if form.float_off else "",
        ),
        (_("Stays in the drawer"), formats.money(form.kept)),
        (_("Taken out"), formats.money(taken_out) if taken_out else ""),
    ]
    return [*blocks, kit.gap(0.5), kit.pairs(rows)]
