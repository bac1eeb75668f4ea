"""质量申诉、质量周报、月度反馈表、月度自评表: what a brand reads about quality, on A4; all of one grid."""

from __future__ import annotations

from collections.abc import Sequence

from app.core import formats
from app.core.labels import category_name, label
from app.core.money import Money
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside, Block
from app.papers.flow import Layout
from app.papers.forms_of_quality import AssessedRow, AssessmentSheet, FeedbackSheet, NoticeSheet, WeekSheet
from app.papers.kit import Kit, percent
from app.papers.shop_block import ShopBlock
from app.papers.tables import Column, Table

Facts = Sequence[tuple[str, str]]
QualitySheet = NoticeSheet | WeekSheet | FeedbackSheet | AssessmentSheet


def lay_out_notice(form: NoticeSheet, kit: Kit) -> Layout:
    """The notice with the repairs behind it, and room for the brand's answer."""
    title = _("Quality notice")
    rows = [
        *_about(form),
        (_("Device"), f"{category_name(form.category)} {form.model}".strip()),
        (_("Fault"), f"{form.fault_code} {form.fault}".strip()),
        (pgettext("quality", "Repairs"), str(len(form.cases))),
        (_("Period"), f"{formats.day(form.first_on)} – {formats.day(form.last_on)}"),
        (_("Note"), form.note),
    ]
    scale = kit.page.body / 9.5
    columns = [
        Column(kit.tidy(_("Order")), 84 * scale),
        Column(kit.tidy(_("Taken in")), 76 * scale),
        Column(kit.tidy(_("Serial number"))),
        Column(kit.tidy(_("Claim")), 84 * scale),
    ]
    cases = [
        [each.order_number, formats.day(each.taken_in_on), kit.tidy(each.serial), each.claim]
        for each in form.cases
    ]
    body: list[Block] = [
        kit.pairs(rows, strong=(_("Brand"), _("Fault"))),
        kit.gap(),
        kit.heading(_("Repairs with this fault")),
        _table(columns, cases, kit),
        kit.gap(),
        kit.text(_("We ask the brand to look into it and to answer us."), kit.page.body),
    ]
    return _sheet(form, title, [(_("Date"), formats.moment(form.raised_at, kit.zone))], body, kit)


def lay_out_week(form: WeekSheet, kit: Kit) -> Layout:
    """The week by model and fault, the most frequent first."""
    scale = kit.page.body / 9.5
    columns = [
        Column(kit.tidy(_("Device"))),
        Column(kit.tidy(_("Fault code")), 60 * scale),
        *(
            Column(kit.tidy(each), 52 * scale, Align.RIGHT)
            for each in (pgettext("quality", "Repairs"), _("In warranty"), _("Parts"), _("Unsolved"))
        ),
    ]
    rows = [
        [
            kit.tidy(f"{each.model}\n{category_name(each.category)}".strip()),
            kit.tidy(each.fault_code or "–"),
            *map(str, (each.repairs, each.in_warranty, each.parts, each.unsolved)),
        ]
        for each in form.lines
    ]
    sums = [
        (pgettext("quality", "Repairs"), sum(each.repairs for each in form.lines)),
        (_("In warranty"), sum(each.in_warranty for each in form.lines)),
        (_("Parts fitted"), sum(each.parts for each in form.lines)),
        (_("Unsolved"), sum(each.unsolved for each in form.lines)),
    ]
    days = f"{formats.day(form.first_on)} – {formats.day(form.last_on)}"
    body: list[Block] = [
        kit.pairs([*_about(form), (_("Week"), days)], strong=(_("Brand"),)),
        kit.gap(),
        _table(columns, rows, kit) if rows else kit.text(_("Nothing was repaired this week."), kit.page.body),
        kit.gap(0.5),
        kit.pairs([(name, str(count)) for name, count in sums]),
    ]
    return _sheet(form, _("Week's quality summary"), _made(form, kit), body, kit, form.made_by)


def lay_out_feedback(form: FeedbackSheet, kit: Kit) -> Layout:
    """The month's figures, the self-assessment, and what the shop suggests."""
    rows = [
        *_about(form),
        (_("Month"), form.number),
    ]
    figures = [
        (_("Repairs handed over"), str(form.repairs)),
        (_("Of them in warranty"), str(form.in_warranty)),
        (_("Late visits"), str(form.late_visits)),
        (_("Repeat repairs"), str(form.reworks)),
        (_("Customers called afterwards"), str(form.followed_up)),
        (_("Complaints"), str(form.complaints)),
        (_("Satisfied customers"), percent(form.satisfied_permille)),
    ]
    body: list[Block] = [
        kit.pairs(rows, strong=(_("Brand"),)),
        kit.heading(_("Figures of the month")),
        kit.pairs(figures),
    ]
    if form.assessed:
        body += [kit.heading(_("Self-assessment")), _assessed(form.assessed, kit)]
    body += [
        kit.heading(_("Suggestions to the brand")),
        kit.text(form.suggestions or pgettext("paper", "None"), kit.page.body),
    ]
    return _sheet(form, _("Month's feedback form"), _made(form, kit), body, kit, form.made_by)


def lay_out_assessment(form: AssessmentSheet, kit: Kit) -> Layout:
    """The whole table with the month's marks, then each entry; yuan and points apart."""
    scale = kit.page.body / 9.5
    columns = [
        Column(kit.tidy(_("Item"))),
        Column(kit.tidy(_("Each time")), 74 * scale, Align.RIGHT),
        Column(kit.tidy(_("Points of the item")), 96 * scale, Align.RIGHT),
        Column(kit.tidy(_("Times")), 44 * scale, Align.RIGHT),
        Column(kit.tidy(_("Amount")), 74 * scale, Align.RIGHT),
        Column(kit.tidy(_("Points")), 50 * scale, Align.RIGHT),
    ]
    rows = [
        [
            kit.tidy(label(each.kind)),
            _signed(each.each) if each.each else kit.tidy(_("10 × the amount")),
            f"{each.most_points:+d}",
            str(each.times or "–"),
            _signed(each.amount) if each.times else "–",
            f"{each.points:+d}" if each.times else "–",
        ]
        for each in form.items
    ]
    praise = "" if form.praised else _("No praise in the media this year: without one no award.")
    body: list[Block] = [
        kit.pairs([*_about(form), (_("Month"), form.number), (_("Award"), praise)], strong=(_("Brand"),)),
        kit.gap(),
        _table(columns, rows, kit),
        kit.gap(0.5),
        kit.amounts(
            [
                (_("Sum"), _signed(form.amount)),
                (_("Points"), f"{form.points} / {form.full_points}"),
            ],
            strong=(_("Points"),),
        ),
    ]
    if form.notes:
        body += [kit.heading(_("Entries")), _notes(form, kit)]
    return _sheet(form, _("Month's self-assessment"), [], body, kit)


def _notes(form: AssessmentSheet, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    columns = [
        Column(kit.tidy(_("Day")), 70 * scale),
        Column(kit.tidy(_("Item")), 100 * scale),
        Column(kit.tidy(_("Order")), 76 * scale),
        Column(kit.tidy(_("Note"))),
        Column(kit.tidy(_("Amount")), 66 * scale, Align.RIGHT),
        Column(kit.tidy(_("Points")), 44 * scale, Align.RIGHT),
    ]
    rows = [
        [
            formats.day(each.noted_on),
            kit.tidy(label(each.kind)),
            each.order_number,
            kit.tidy(each.note),
            _signed(each.amount),
            f"{each.points:+d}",
        ]
        for each in form.notes
    ]
    return _table(columns, rows, kit)


def _assessed(rows: Sequence[AssessedRow], kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    columns = [
        Column(kit.tidy(_("Item"))),
        Column(kit.tidy(_("Times")), 56 * scale, Align.RIGHT),
        Column(kit.tidy(_("Amount")), 86 * scale, Align.RIGHT),
        Column(kit.tidy(_("Points")), 56 * scale, Align.RIGHT),
    ]
    cells = [
        [kit.tidy(label(each.kind)), str(each.times), _signed(each.amount), f"{each.points:+d}"]
        for each in rows
    ]
    return _table(columns, cells, kit)


def _about(form: QualitySheet) -> list[tuple[str, str]]:
    return [(_("Brand"), form.brand), (_("Our number with the brand"), form.shop_code)]


def _made(form: WeekSheet | FeedbackSheet, kit: Kit) -> Facts:
    return [(_("Date"), formats.moment(form.made_at, kit.zone))]


def _sheet(
    form: QualitySheet, title: str, facts: Facts, body: list[Block], kit: Kit, made_by: str = ""
) -> Layout:
    shop: ShopBlock = form.shop
    signing = [kit.signing(_("For the shop"), name=made_by), kit.signing(_("For the brand"))]
    blocks = [
        *kit.head(shop, title, form.number, facts),
        *body,
        kit.gap(1.5),
        Beside(signing, (0.5, 0.5), gap=20),
    ]
    layout = Layout(f"{title} {form.number}", shop.name, blocks)
    layout.running = kit.running(shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(shop)
    return layout


def _signed(amount: Money) -> str:
    return formats.money(amount, sign=False)


def _table(columns: list[Column], rows: list[list[str]], kit: Kit) -> Table:
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)
