"""主任日报: the technicians' days together, what was taken by method, and what is carried to tomorrow."""

from __future__ import annotations

from app.core import formats
from app.core.enums import ServiceType
from app.core.labels import label
from app.core.money import Money
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside, Block
from app.papers.flow import Layout
from app.papers.forms_of_pay import LeadSheet, TechnicianSum
from app.papers.kit import Kit
from app.papers.purchase_order import money_width
from app.papers.tables import Column, Table
from app.papers.work_sheet import carried_table


def lay_out(form: LeadSheet, kit: Kit) -> Layout:
    """The report on A4 or A5."""
    title = _("Lead's day report")
    facts = [(_("Printed"), formats.moment(form.made_at, kit.zone))]
    about = [
        (_("Devices taken in that day"), str(form.taken_in)),
        (_("Devices handed over"), str(form.delivered)),
        (_("Jobs done"), str(sum(each.done for each in form.technicians))),
        (_("Nobody's yet"), str(form.free)),
    ]
    blocks: list[Block] = [
        *kit.head(form.shop, title, form.number, facts),
        kit.pairs(about),
        kit.gap(),
        kit.heading(_("Technicians")),
        _technicians(form, kit),
    ]
    if form.takings:
        blocks += [kit.gap(0.5), kit.heading(_("Takings")), _takings(form, kit)]
    if form.carried:
        blocks += [
            kit.gap(0.5),
            kit.heading(_("Carried to tomorrow")),
            carried_table(form.carried, kit, technicians=True),
        ]
    signing = [kit.signing(_("Lead technician")), kit.signing(_("Owner"))]
    blocks += [kit.gap(1.5), Beside(signing, (0.5, 0.5), gap=20)]
    layout = Layout(f"{title} {form.number}", form.shop.name, blocks)
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop, inside=True)
    return layout


def _technicians(form: LeadSheet, kit: Kit) -> Table:
    """The minutes of all are the sum of each one's, internal work included (domain.md §9)."""
    scale = kit.page.body / 9.5
    narrow = 34 * scale
    columns = [
        Column(kit.tidy(_("Technician"))),
        Column(kit.tidy(_("Done")), narrow, Align.RIGHT),
        *(Column(service.value, narrow, Align.RIGHT) for service in ServiceType),
        Column(kit.tidy(_("Time")), 40 * scale, Align.RIGHT),
        Column(kit.tidy(_("Parts")), narrow, Align.RIGHT),
        Column(kit.tidy(pgettext("paper", "Open")), narrow, Align.RIGHT),
    ]
    rows = [_row(each.name, (each,), kit) for each in form.technicians]
    rows.append(_row(_("Total"), form.technicians, kit))
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)


def _row(name: str, of: tuple[TechnicianSum, ...], kit: Kit) -> list[str]:
    by_type = dict.fromkeys(ServiceType, 0)
    for each in of:
        for one in each.minutes:
            by_type[one.service] += one.minutes
    return [
        kit.tidy(name),
        str(sum(each.done for each in of)),
        *(formats.minutes(minutes) if minutes else "–" for minutes in by_type.values()),
        formats.minutes(sum(by_type.values())),
        str(sum(each.parts for each in of)),
        str(sum(each.carried for each in of)),
    ]


def _takings(form: LeadSheet, kit: Kit) -> Table:
    taken = Money(sum(each.taken.fen for each in form.takings))
    refunded = Money(sum(each.refunded.fen for each in form.takings))
    rows = [[kit.tidy(label(each.method)), *_figures(each.taken, each.refunded)] for each in form.takings]
    rows.append([kit.tidy(_("Total")), *_figures(taken, refunded)])
    money = money_width([cell for row in rows for cell in row[1:]], kit)
    columns = [
        Column(kit.tidy(_("Method"))),
        Column(kit.tidy(pgettext("paper", "Taken")), money, Align.RIGHT),
        Column(kit.tidy(pgettext("paper", "Refunded")), money, Align.RIGHT),
        Column(kit.tidy(pgettext("paper", "Remains")), money, Align.RIGHT),
    ]
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)


def _figures(taken: Money, refunded: Money) -> tuple[str, str, str]:
    return (
        formats.money(taken, sign=False),
        formats.money(refunded, sign=False),
        formats.money(taken - refunded, sign=False),
    )
