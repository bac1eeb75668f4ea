"""日结单 (Z): the day as it was frozen: sums by method, person, service and tax, the tills, the numbers, the journal's
head."""

from __future__ import annotations

from app.core import formats
from app.core.labels import label
from app.core.money import ZERO, Money
from app.core.words import _, ngettext, pgettext
from app.papers.blocks import Beside, Block, Framed, Stack
from app.papers.flow import Layout
from app.papers.forms_of_money import CloseSheet
from app.papers.kit import Kit, percent

#: Signs of a digest that are printed in one group.
_GROUP = 8


def lay_out(form: CloseSheet, kit: Kit) -> Layout:
    """The close on a roll, A5 or A4."""
    title = _("Day close")
    facts = [
        (_("Business day"), _days(form)),
        (pgettext("paper", "Closed at"), formats.moment(form.closed_at, kit.zone)),
        (pgettext("paper", "By"), form.closed_by),
    ]
    blocks = kit.head(form.shop, title, form.number, facts, with_tax=True)
    if kit.page.thermal:
        blocks += [kit.gap(0.5), kit.pairs(facts, strong=(_("Business day"),))]
    sections = [*_sales(form, kit), *_money(form, kit), *_tills(form, kit)]
    others = [
        *_moves(form, kit),
        *_people(form, kit),
        *_services(form, kit),
        *_taxes(form, kit),
        *_standing(form, kit),
    ]
    if kit.page.thermal:
        blocks += [*sections, *others]
    else:
        blocks.append(Beside([Stack(sections), Stack(others)], (0.5, 0.5), gap=18))
    blocks += [*_numbers(form, kit), *_journal(form, kit), kit.gap(1.5)]
    signing = [kit.signing(_("Closed by"), name=form.closed_by), kit.signing(_("Checked by"))]
    blocks += signing if kit.page.thermal else [Beside(signing, (0.5, 0.5), gap=20)]
    layout = Layout(f"{title} {form.number}", form.shop.name, blocks)
    if not kit.page.thermal:
        layout.running = kit.running(form.shop, title, form.number)
        layout.footer, layout.footer_height = kit.sheet_foot(form.shop, inside=True)
    return layout


def _days(form: CloseSheet) -> str:
    last = formats.day(form.day)
    if form.first_day is None or form.first_day == form.day:
        return last
    return f"{formats.day(form.first_day)} – {last}"


def _sales(form: CloseSheet, kit: Kit) -> list[Block]:
    total = _("Revenue without tax")
    rows = [
        (_named(_("Invoices"), form.invoices), formats.money(form.invoiced)),
        (_named(_("Credit notes"), form.credits), formats.money(-form.credited)) if form.credited else None,
        (_("Written off"), formats.money(-form.written_off)) if form.written_off else None,
        *((word, formats.money(amount)) for word, amount in _split(form) if amount),
        (total, formats.money(form.revenue)),
        (_("Tax"), formats.money(form.tax)),
    ]
    return [kit.heading(_("Sales")), kit.amounts(rows, strong=(total,))]


def _split(form: CloseSheet) -> list[tuple[str, Money]]:
    return [
        (_("Visit fees"), form.visit),
        (_("Labour"), form.labour),
        (_("Parts"), form.parts),
        (_("Other charges"), form.other),
        (_("Discounts"), form.discount),
    ]


def _named(word: str, count: int) -> str:
    return f"{word} ({count})" if count else word


def _money(form: CloseSheet, kit: Kit) -> list[Block]:
    total = _("Received in all")
    rows: list[tuple[str, str]] = []
    for each in form.methods:
        rows.append((_named(label(each.method), each.count), formats.money(each.taken)))
        if each.refunded:
            rows.append(
                (_("{method}, given back").format(method=label(each.method)), formats.money(-each.refunded))
            )
    got = Money(sum(each.taken.fen - each.refunded.fen for each in form.methods))
    rows.append((total, formats.money(got)))
    return [kit.heading(_("Money by method")), kit.amounts(rows, strong=(total,))]


def _tills(form: CloseSheet, kit: Kit) -> list[Block]:
    if not form.tills:
        return []
    blocks: list[Block] = [kit.heading(_("Tills"))]
    for each in form.tills:
        off = each.counted - each.expected
        name = " ".join(filter(None, (each.till or _("Main till"), each.number, each.holder)))
        rows = [
            (_("Should be there"), formats.money(each.expected)),
            (pgettext("paper", "Counted"), formats.money(each.counted)),
            (_("Difference"), formats.money(off)) if off else None,
            (_("Stays in the drawer"), formats.money(each.kept)),
        ]
        blocks += [kit.text(name, kit.page.small, bold=True), kit.amounts(rows, strong=(_("Difference"),))]
        if off and each.reason:
            blocks.append(kit.pairs([(_("Reason"), each.reason)]))
        if each.float_off:
            word = formats.joined([formats.money(each.float_off), each.float_reason])
            blocks.append(kit.pairs([(_("Float differs"), word)]))
    gone = form.difference
    if gone:
        word = pgettext("money", "Missing") if gone < ZERO else _("Too much")
        blocks += [kit.gap(0.5), Framed(kit.grand(word, -gone if gone < ZERO else gone), padding=4)]
    return blocks


def _moves(form: CloseSheet, kit: Kit) -> list[Block]:
    rows = [
        (
            _named(formats.joined([label(each.kind), label(each.reason)]), each.count),
            formats.money(each.amount),
        )
        for each in form.moves
    ]
    return [kit.heading(_("Cash paid in and out")), kit.amounts(rows)] if rows else []


def _people(form: CloseSheet, kit: Kit) -> list[Block]:
    rows: list[tuple[str, str]] = []
    for each in form.people:
        name = each.name or _("Nobody")
        rows.append((name, formats.money(each.taken)))
        if each.refunded:
            rows.append((_("{name}, given back").format(name=name), formats.money(-each.refunded)))
    return [kit.heading(_("Money by person")), kit.amounts(rows)] if rows else []


def _services(form: CloseSheet, kit: Kit) -> list[Block]:
    rows = [(_named(label(each.service), each.orders), formats.money(each.revenue)) for each in form.services]
    return [kit.heading(_("Revenue by service")), kit.amounts(rows)] if rows else []


def _taxes(form: CloseSheet, kit: Kit) -> list[Block]:
    rows: list[tuple[str, str]] = []
    for each in form.taxes:
        rate = percent(each.permille)
        rows.append((_("Net at {rate}").format(rate=rate), formats.money(each.net)))
        rows.append((_("Tax at {rate}").format(rate=rate), formats.money(each.tax)))
    return [kit.heading(_("Tax by rate")), kit.amounts(rows)] if rows else []


def _standing(form: CloseSheet, kit: Kit) -> list[Block]:
    rows = [
        (_("Customers' money held"), formats.money(form.held)),
        (_("Customers owe"), formats.money(form.due_customers)),
        (_("Brands and others owe"), formats.money(form.due_others)) if form.due_others else None,
    ]
    return [kit.heading(_("At the end of the day")), kit.amounts(rows)]


def _numbers(form: CloseSheet, kit: Kit) -> list[Block]:
    rows: list[tuple[str, str]] = []
    for each in form.numbers:
        many = ngettext("{n} number", "{n} numbers", each.count).format(n=each.count)
        span = each.first if each.first == each.last else f"{each.first} – {each.last}"
        rows.append((label(each.series), f"{span}  ({many})"))
    return [kit.heading(_("Numbers given")), kit.pairs(rows)] if rows else []


def _journal(form: CloseSheet, kit: Kit) -> list[Block]:
    if not form.head:
        return []
    rows = [
        (_("Journal up to entry"), str(form.journal_id)),
        (_("Its digest"), _grouped(form.head)),
        (_("Digest of this close"), _grouped(form.digest)),
    ]
    return [kit.heading(_("Audit journal")), kit.pairs(rows, size=kit.page.small)]


def _grouped(digest: str) -> str:
    return " ".join(digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP))
