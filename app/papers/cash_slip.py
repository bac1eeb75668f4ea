"""现金收支单: cash that went into a drawer or out of it and is no customer's payment."""

from __future__ import annotations

from app.core import formats
from app.core.enums import TillMoveKind
from app.core.labels import label
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside, Framed, Stack
from app.papers.flow import Layout
from app.papers.forms_of_money import CashSlip
from app.papers.kit import Kit


def lay_out(form: CashSlip, kit: Kit) -> Layout:
    """The slip on a roll or A5; whoever gave and whoever took sign it."""
    title = _title(form)
    when = formats.moment(form.at, kit.zone)
    rows = [
        (pgettext("paper", "For"), label(form.reason)),
        (_("Till"), form.till or _("Main till")),
        (_("Other till"), _(form.other_till) if form.other_till else ""),
        (_("Shift"), form.session_number),
        (_("Their receipt no."), form.receipt),
        (_("Note"), form.note),
        (_("Approved by"), form.approved_by),
    ]
    facts = [(_("Date"), when), (pgettext("paper", "By"), form.staff)]
    if kit.page.thermal:
        rows += facts
    words, numerals = kit.in_words(form.amount)
    figures = kit.text(
        formats.money(form.amount), kit.page.number * 1.2, bold=True, align=Align.CENTRE, leading=1.25
    )
    spelt = [
        kit.text(words, kit.page.small, align=Align.CENTRE),
        kit.text(numerals, kit.page.body + 1, bold=True, align=Align.CENTRE),
    ]
    amount = (
        Framed(Stack([figures, *spelt]), padding=6, thick=1.1)
        if kit.page.thermal
        else Framed(Beside([figures, Stack(spelt)], (0.45, 0.55), middle=True), padding=8, thick=1.1)
    )
    signing = [
        kit.signing(pgettext("cash", "Received by") if form.outgoing else _("Handed over by")),
        kit.signing(_("For the till"), name=form.staff),
    ]
    blocks = [
        *kit.head(form.shop, title, form.number, facts),
        kit.gap(0.5),
        amount,
        kit.gap(0.75),
        kit.pairs(rows, strong=(pgettext("paper", "For"),)),
        kit.gap(1.5),
        *(signing if kit.page.thermal else [Beside(signing, (0.5, 0.5), gap=20)]),
    ]
    layout = Layout(f"{title} {form.number}", form.shop.name, blocks)
    if not kit.page.thermal:
        layout.running = kit.running(form.shop, title, form.number)
        layout.footer, layout.footer_height = kit.sheet_foot(form.shop, inside=True)
    return layout


def _title(form: CashSlip) -> str:
    if form.kind is TillMoveKind.HAND_IN:
        return _("Cash handed in")
    return _("Cash paid out") if form.outgoing else _("Cash paid in")
