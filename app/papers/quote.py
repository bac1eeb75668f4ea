"""报价单: what the repair would cost, shown to the customer before work."""

from __future__ import annotations

from app.core import formats
from app.core.labels import label
from app.core.words import _, pgettext
from app.papers.blocks import Beside, Block, Framed, Stack, Ticks
from app.papers.flow import Layout
from app.papers.forms_of_orders import QuoteSheet
from app.papers.kit import Kit


def lay_out(form: QuoteSheet, kit: Kit) -> Layout:
    """The quote on A5 or A4."""
    title = pgettext("paper", "Quote")
    number = form.number if form.version == 1 else f"{form.number} / {form.version}"
    facts = [
        (_("Date"), formats.moment(form.quoted_at, kit.zone)),
        _valid(form),
    ]
    blocks = kit.head(form.shop, title, number, facts)
    blocks += kit.parties(form.device, form.customer_name, form.customer_phone, form.card_code)
    blocks.append(kit.pairs([(_("Fault"), form.fault), (_("Diagnosis"), form.diagnosis)]))
    blocks += [kit.gap(), *kit.charges(form.lines), kit.gap(0.5)]
    blocks += kit.totals(form)
    blocks += kit.small_print(_("Terms"), form.terms)
    blocks += [kit.gap(), _answer(form, kit)]
    layout = Layout(f"{title} {number}", form.shop.name, blocks, kit.running(form.shop, title, number))
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _valid(form: QuoteSheet) -> tuple[str, str]:
    """Until when, and of which version: one line, for an A5 page is soon full."""
    version = _("version {n}").format(n=form.version) if form.version > 1 else ""
    if form.valid_until is None:
        return pgettext("paper", "Quote"), version
    return _("Valid until"), " · ".join(filter(None, (formats.day(form.valid_until), version)))


def _answer(form: QuoteSheet, kit: Kit) -> Block:
    """How the customer agreed, or the place to agree on paper."""
    size = kit.page.body
    rows: list[Block] = [kit.text(_("The customer's answer"), kit.page.small, bold=True)]
    if form.replaced:
        rows.append(kit.text(_("A newer version of this quote stands in its place."), size))
    elif form.declined:
        rows.append(kit.pairs([(_("Declined"), form.answer_note or form.answered_name)]))
    elif form.approval:
        when = formats.moment(form.approved_at, kit.zone) if form.approved_at else ""
        how = [(_("Agreed how"), label(form.approval)), (_("Agreed on"), when)]
        more = [
            (_("Agreed by"), form.answered_name),
            (_("Agreed limit"), formats.money(form.limit) if form.limit is not None else ""),
            (_("Note"), form.answer_note),
        ]
        rows.append(kit.pairs([*how, *more, (_("Quoted by"), form.quoted_by)]))
        if form.signature:
            rows.append(kit.signing(_("Customer's signature"), form.signature))
    else:
        choices = (_("Please repair"), _("Please do not repair"))
        rows.append(Ticks([kit.tidy(choice) for choice in choices], kit.faces.regular, size, gap=24))
        lines = [kit.signing(_("Customer's signature"), form.signature), kit.signing(_("Date"))]
        rows.append(Beside(lines, (0.62, 0.38), gap=14))
    if form.quoted_by and not form.approval:
        rows.append(kit.pairs([(_("Quoted by"), form.quoted_by)]))
    return Stack([Framed(Stack(rows), padding=6)], whole=True)
