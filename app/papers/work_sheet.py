"""技师日报: what a technician did on a day, with minutes by type, parts, and what is carried to tomorrow."""

from __future__ import annotations

from collections.abc import Sequence

from app.core import formats
from app.core.enums import Status
from app.core.labels import label
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside, Block
from app.papers.flow import Layout
from app.papers.forms_of_pay import CarriedRow, TypeMinutes, UsedRow, WorkedRow, WorkSheet
from app.papers.kit import Kit
from app.papers.tables import Column, Table


def lay_out(form: WorkSheet, kit: Kit) -> Layout:
    """The report on A5 or A4."""
    title = _("Technician's day report")
    facts = [(_("Printed"), formats.moment(form.made_at, kit.zone))]
    done = sum(each.finished for each in form.jobs)
    about = [
        (_("Technician"), form.name),
        (_("Jobs done"), str(done)),
        *minutes_rows(form.minutes),
    ]
    blocks: list[Block] = [
        *kit.head(form.shop, title, form.number, facts),
        kit.pairs(about, strong=(_("Technician"),)),
        kit.gap(),
        kit.heading(_("Jobs")),
        _jobs(form.jobs, kit) if form.jobs else kit.text(_("Nothing was worked on."), kit.page.body),
    ]
    if form.parts:
        blocks += [kit.gap(0.5), kit.heading(_("Parts used")), _parts(form.parts, kit)]
    if form.carried:
        blocks += [kit.gap(0.5), kit.heading(_("Carried to tomorrow")), carried_table(form.carried, kit)]
    signing = [kit.signing(_("Technician"), name=form.name), kit.signing(_("Lead technician"))]
    blocks += [kit.gap(1.5), Beside(signing, (0.5, 0.5), gap=20)]
    layout = Layout(f"{title} {form.number}", form.shop.name, blocks)
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop, inside=True)
    return layout


def minutes_rows(minutes: Sequence[TypeMinutes]) -> list[tuple[str, str]]:
    """Working time in all and by type, as pairs; hours and minutes."""
    if not minutes:
        return [(_("Working time"), formats.minutes(0))]
    by_type = "  ".join(f"{each.service.value} {formats.minutes(each.minutes)}" for each in minutes)
    whole = formats.minutes(sum(each.minutes for each in minutes))
    return [(_("Working time"), f"{whole}  ({by_type})")]


def carried_table(rows: Sequence[CarriedRow], kit: Kit, *, technicians: bool = False) -> Table:
    """Orders that go on tomorrow: what they wait for, and the promised day."""
    scale = kit.page.body / 9.5
    columns = [
        Column(kit.tidy(_("Order")), 64 * scale),
        Column(kit.tidy(_("Device"))),
        *([Column(kit.tidy(_("Technician")), 62 * scale)] if technicians else []),
        Column(kit.tidy(_("State")), 84 * scale),
        Column(kit.tidy(_("Promised")), 52 * scale),
    ]
    return _table(
        columns,
        [
            [
                each.number,
                kit.tidy(each.device),
                *([kit.tidy(each.technician or _("Nobody"))] if technicians else []),
                kit.tidy(label(Status(each.status))),
                _promised(each, kit),
            ]
            for each in rows
        ],
        kit,
    )


def _promised(row: CarriedRow, kit: Kit) -> str:
    if row.promised_on is None:
        return "–"
    day = formats.short_day(row.promised_on)
    return kit.tidy(_("{day} late").format(day=day)) if row.late else day


def _jobs(rows: Sequence[WorkedRow], kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    columns = [
        Column(kit.tidy(_("Order")), 64 * scale),
        Column(kit.tidy(_("Device"))),
        Column(kit.tidy(pgettext("paper", "Type")), 32 * scale),
        Column(kit.tidy(_("State")), 78 * scale),
        Column(kit.tidy(_("Time")), 44 * scale, Align.RIGHT),
    ]
    return _table(
        columns,
        [
            [
                each.number,
                kit.tidy(each.device),
                each.service.value,
                kit.tidy(_("Done") if each.finished else label(Status(each.status))),
                kit.tidy(formats.minutes(each.minutes) + (" +" if each.running else "")),
            ]
            for each in rows
        ],
        kit,
    )


def _parts(rows: Sequence[UsedRow], kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    columns = [
        Column(kit.tidy(_("Part number")), 64 * scale),
        Column(kit.tidy(_("Part name"))),
        Column(kit.tidy(_("Order")), 64 * scale),
        Column(kit.tidy(_("Quantity")), 56 * scale, Align.RIGHT),
    ]
    return _table(
        columns,
        [
            [
                kit.tidy(each.number),
                kit.tidy(each.name),
                each.order_number,
                kit.tidy(" ".join(filter(None, (formats.quantity(each.quantity), each.unit)))),
            ]
            for each in rows
        ],
        kit,
    )


def _table(columns: list[Column], rows: list[list[str]], kit: Kit) -> Table:
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)
