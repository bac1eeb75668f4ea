"""修护卡: hangs on the device; read across the bench, ticked and written on when the power is out."""

from __future__ import annotations

from app.core import formats
from app.core.labels import cover_words, label
from app.core.words import _, pgettext
from app.papers.barcodes import bars_width
from app.papers.blocks import Align, Beside, Block, Framed, Rule, Stack, Ticks
from app.papers.flow import Layout
from app.papers.forms_of_orders import RepairCard
from app.papers.kit import Kit
from app.papers.pages import MM
from app.papers.tables import Ruled


def lay_out(form: RepairCard, kit: Kit) -> Layout:
    """The card on A6 or on a roll."""
    title = _("Repair card")
    blocks = _roll_top(form, kit, title) if kit.page.thermal else _card_top(form, kit, title)
    blocks += [kit.gap(0.5), *_facts(form, kit), kit.gap(0.75)]
    layout = Layout(f"{title} {form.number}", form.shop.name, blocks, last=_bench(kit))
    layout.running = kit.running(form.shop, title, form.number)
    return layout


def _card_top(form: RepairCard, kit: Kit, title: str) -> list[Block]:
    page = kit.page
    wide = bars_width(form.card_code) or page.inner * 0.35
    room = page.inner - wide - 4
    name: Block = kit.text(f"{title}  {form.shop.name}", page.small, leading=1.3)
    if mark := kit.copy_mark(page.small):
        name = Beside([kit.text(title, page.small, bold=True), mark], (0.6, 0.4), gap=6, middle=True)
    number = Stack([name, kit.fitted(form.number, page.number, room)])
    top = Beside([number, kit.bars(form.card_code, 11, Align.RIGHT)], (room, wide), gap=4, middle=True)
    return [top, Rule(1, page.gap * 0.4), _afar(form, kit)]


def _roll_top(form: RepairCard, kit: Kit, title: str) -> list[Block]:
    page = kit.page
    blocks: list[Block] = [
        kit.band(title, form.shop.name),
        kit.gap(0.5),
        kit.fitted(form.number, page.number * 1.6, page.inner, Align.CENTRE),
        kit.bars(form.card_code, 14),
        kit.gap(0.75),
    ]
    if mark := kit.copy_mark():
        blocks[1:1] = [kit.gap(0.5), mark]
    return [*blocks, _afar(form, kit)]


def _afar(form: RepairCard, kit: Kit) -> Block:
    """Shelf, promised date and technician, framed and large."""
    size = kit.page.body + 2
    promised = formats.short_moment(form.promised_at, kit.zone) if form.promised_at else ""
    boxes = [
        kit.big(_("Shelf"), form.shelf, size),
        kit.big(_("Promised date"), promised, size),
        kit.big(_("Technician"), form.technician, size),
    ]
    return Beside(boxes, (0.26, 0.4, 0.34), gap=4)


def _facts(form: RepairCard, kit: Kit) -> list[Block]:
    # The card hangs where other customers see it: never the whole phone number, never the passcode.
    customer = " ".join(
        part for part in (form.customer_name, formats.masked_phone(form.customer_phone)) if part.strip("*")
    )
    strong = (_("Device"), _("Fault"))
    above = [
        (_("Device"), kit.device(form.device)),
        (pgettext("paper", "Serial no."), form.device.serial),
        (_("Fault"), form.fault),
        (_("Accessories"), form.accessories),
        (pgettext("paper", "Damage"), form.damage),
    ]
    below = [
        (pgettext("paper", "Service"), label(form.service)),
        (_("Taken in"), formats.short_moment(form.taken_in_at, kit.zone)),
        (_("Agreed limit"), formats.money(form.limit) if form.limit else ""),
        (_("Passcode"), _passcode(form)),
    ]
    who = [(pgettext("paper", "Cover"), _cover(form)), (_("Customer"), customer)]
    if kit.page.thermal:
        return [kit.pairs([*above, *below[:1], *who, *below[1:]], strong=strong, leading=1.3)]
    below = [pair for pair in below if pair[1].strip()]
    half = (len(below) + 1) // 2
    two = Beside([kit.pairs(below[:half], leading=1.3), kit.pairs(below[half:], leading=1.3)], (0.5, 0.5))
    return [kit.pairs([*above, *who], strong=strong, leading=1.3), two]


def _passcode(form: RepairCard) -> str:
    if form.has_passcode:
        return _("In the program")
    return _("not needed (repair mode)") if form.repair_mode else ""


def _cover(form: RepairCard) -> str:
    if form.cover_reason is None:
        return ""
    return cover_words(form.cover_reason, form.cover_until, who=form.cover_who, note=form.cover_note)


def _bench(kit: Kit) -> list[Block]:
    page = kit.page
    checks = (
        _("Fault cured"),
        _("Functions tested"),
        _("Electrical safety"),
        _("Cleaned"),
        _("Accessories complete"),
    )
    heads = (
        _("Date"),
        pgettext("paper", "Start"),
        pgettext("paper", "End"),
        _("Work and parts"),
        pgettext("paper", "Sign"),
    )
    quality = Stack(
        [
            kit.text(_("Quality check"), page.small, bold=True, leading=1.4),
            Ticks([kit.tidy(word) for word in checks], kit.faces.regular, page.small, gap=7),
        ]
    )
    lines = Ruled(
        [kit.tidy(head) for head in heads],
        (0.14, 0.13, 0.13, 0.44, 0.16),
        kit.faces.regular,
        page.small - 0.5,
        2,
        6.25 * MM,
    )
    return [Framed(quality, padding=3.5), kit.gap(0.75), lines]
