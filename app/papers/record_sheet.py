"""三包维修记录: what the statutory guarantee's clock counts for one device, and every repair behind it."""

from __future__ import annotations

from app.core import formats
from app.core.labels import claimable_words
from app.core.words import _, ngettext, pgettext
from app.papers.blocks import Beside, Block, Framed
from app.papers.flow import Layout
from app.papers.forms_of_cover import RecordedRepair, RecordSheet
from app.papers.forms_of_orders import DeviceBlock
from app.papers.kit import Kit
from app.papers.tables import Column, Table


def lay_out(form: RecordSheet, kit: Kit) -> Layout:
    """The record on A4 or A5: the device, its repairs, the counts, what the customer may ask for."""
    title = _("Statutory repair record")
    device = DeviceBlock(form.category, form.brand, form.model, form.serial)
    bought = formats.day(form.purchased_on) if form.purchased_on else ""
    proof = _("Proof seen") if bought and form.proof_seen else ""
    whose = [
        (_("Customer"), form.customer_name),
        (_("Phone"), kit.phone(form.customer_phone)),
        (_("Device"), kit.device(device)),
        (pgettext("paper", "Serial no."), form.serial),
    ]
    covered = [
        (_("Outdoor unit"), form.outdoor_serial),
        (_("Purchase date"), " · ".join(filter(None, (bought, proof)))),
        (_("Production date"), formats.day(form.produced_on) if form.produced_on else ""),
        (_("Warranty until"), _until(form)),
    ]
    halves = [kit.pairs(whose, strong=(_("Customer"),)), kit.pairs(covered, strong=(_("Warranty until"),))]
    blocks: list[Block] = [
        *kit.head(form.shop, title, form.number, [(_("As of"), formats.day(form.as_of))]),
        Beside(halves, (0.5, 0.5), gap=14),
        kit.heading(pgettext("statutory", "Repairs of this device")),
        _repairs(form, kit),
        kit.gap(),
        kit.pairs(
            [
                (_("Repairs that did not hold"), _of(form.failed_repairs, 2)),
                (_("Days in repair by our delay"), _of(form.repair_days, 30)),
                (_("Days of waiting for the maker's parts"), _of(form.part_days, 90)),
            ]
        ),
        kit.gap(0.5),
        Framed(kit.text(_conclusion(form), kit.page.body, bold=True), padding=6),
        *kit.small_print(
            pgettext("statutory", "What counts"),
            _(
                "Within the warranty: two repairs of the same fault that did not hold, more than 30 days in repair by "
                "the repairer's delay, or more than 90 days of waiting for the maker's parts entitle to another "
                "device. Days in repair lengthen the warranty."
            ),
        ),
        kit.gap(1.5),
    ]
    signing = [kit.signing(_("For the shop")), kit.signing(_("Customer's signature"))]
    layout = Layout(f"{title} {form.number}", form.shop.name, [*blocks, Beside(signing, (0.5, 0.5), gap=20)])
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _repairs(form: RecordSheet, kit: Kit) -> Block:
    scale = kit.page.body / 9.5
    columns = [
        Column(kit.tidy(_("Order")), 62 * scale),
        Column(kit.tidy(_("In – ready")), 64 * scale),
        Column(kit.tidy(_("Days")), 46 * scale),
        Column(kit.tidy(_("Fault"))),
        Column(kit.tidy(_("What was done"))),
    ]
    rows = [
        [
            each.order_number,
            _stay(each),
            _days(each, kit),
            kit.tidy(each.fault),
            kit.tidy(_outcome(each)),
        ]
        for each in form.repairs
    ]
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)


def _stay(repair: RecordedRepair) -> str:
    ready = _("still here") if repair.ended_on is None else formats.day(repair.ended_on)
    return f"{formats.day(repair.began_on)}\n{ready}"


def _days(repair: RecordedRepair, kit: Kit) -> str:
    if not repair.counts:
        return "–"
    waited = _("parts {n}").format(n=repair.waited_days) if repair.waited_days else ""
    return kit.tidy(f"{repair.days}\n{waited}")


def _outcome(repair: RecordedRepair) -> str:
    marks = [
        repair.done or ("" if repair.ended_on is None else _("Returned unrepaired")),
        _("Did not hold: the same fault came again.") if repair.failed else "",
        "" if repair.counts else _("Not within the warranty: not counted."),
    ]
    return "\n".join(filter(None, marks))


def _until(form: RecordSheet) -> str:
    if form.until is None:
        return _("Nothing shows when it began: nothing is counted.")
    day = formats.day(form.until)
    if not form.longer_days:
        return day
    longer = ngettext("{n} day longer for repairs", "{n} days longer for repairs", form.longer_days)
    return f"{day} ({longer.format(n=form.longer_days)})"


def _conclusion(form: RecordSheet) -> str:
    return claimable_words(form.may_ask) or _(
        "So far the law gives a right to repair, not to another device."
    )


def _of(count: int, most: int) -> str:
    return f"{count} / {most}"
