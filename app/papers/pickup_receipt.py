"""取机凭证: what the customer holds while the shop holds the device."""

from __future__ import annotations

from app.core import formats
from app.core.labels import label
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside, Block, Framed, Rule, Squares, Stack
from app.papers.flow import Layout
from app.papers.forms_of_orders import PickupReceipt
from app.papers.kit import Kit


def lay_out(form: PickupReceipt, kit: Kit) -> Layout:
    """The receipt on a roll or on A5."""
    title = _("Pickup receipt")
    layout = Layout(f"{title} {form.number}", form.shop.name, _roll(form, kit, title))
    if not kit.page.thermal:
        layout.blocks = _sheet(form, kit, title)
        layout.running = kit.running(form.shop, title, form.number)
        layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _roll(form: PickupReceipt, kit: Kit, title: str) -> list[Block]:
    page = kit.page
    blocks = kit.head(form.shop, title, form.number)
    blocks += [kit.gap(), kit.bars(form.receipt_code, 12), kit.gap(0.5), Rule(0.6, 1), kit.gap(0.3)]
    blocks.append(
        kit.pairs([*_customer(form, kit), *_device(form, kit)], strong=(_("Customer"), _("Device")))
    )
    money = _money(form)
    if money:
        blocks += [kit.gap(0.4), Rule(0.4, 1.5, dotted=True), kit.amounts(money, strong=(_("Deposit"),))]
    if form.promised_at:
        blocks += [
            kit.gap(),
            kit.big(_("Promised date"), formats.moment(form.promised_at, kit.zone), page.title),
        ]
    blocks += _small_print(form, kit)
    blocks += [kit.gap(), kit.signing(_("Customer's signature")), kit.gap(), _scan(form, kit)]
    return blocks + kit.roll_end(form.shop)


def _sheet(form: PickupReceipt, kit: Kit, title: str) -> list[Block]:
    page = kit.page
    taken_in = formats.moment(form.taken_in_at, kit.zone)
    blocks = kit.head(form.shop, title, form.number, [(_("Taken in"), taken_in)])
    left = Stack(
        [
            kit.heading(_("Customer")),
            kit.pairs(
                [
                    (pgettext("paper", "Name"), form.customer_name),
                    (_("Phone"), kit.phone(form.customer_phone)),
                ]
            ),
            kit.heading(_("Device")),
            kit.pairs(_device(form, kit)[:2], strong=(_("Device"),)),
        ]
    )
    squares = Squares(form.receipt_code, 4)
    shares = (page.inner * 0.48 - 30 - squares.side(), squares.side())
    codes = Beside([kit.bars(form.receipt_code, 12), squares], shares, gap=2, middle=True)
    code = Framed(Stack([codes, kit.gap(0.5), _hint(kit)]), padding=6)
    blocks += [Beside([left, code], (0.52, 0.48), gap=14, middle=True), kit.gap(0.5)]
    blocks += [kit.heading(pgettext("paper", "Condition")), kit.pairs(_device(form, kit)[2:])]
    agreed: list[Block] = [
        kit.heading(pgettext("paper", "Agreed")),
        kit.amounts([(pgettext("paper", "Service"), label(form.service)), *_money(form)]),
    ]
    facts: list[Block] = [Stack(agreed)]
    if form.promised_at:
        when = formats.moment(form.promised_at, kit.zone)
        facts.append(Stack([kit.gap(2), kit.big(_("Promised date"), when, kit.page.title)]))
        blocks.append(Beside(facts, (0.52, 0.48), gap=14))
    else:
        blocks += facts
    blocks += _small_print(form, kit)
    signing = [kit.signing(_("Customer's signature")), kit.signing(_("For the shop"), name=form.taken_by)]
    return [*blocks, Beside(signing, (0.5, 0.5), gap=20)]


def _customer(form: PickupReceipt, kit: Kit) -> list[tuple[str, str]]:
    return [
        (_("Customer"), form.customer_name),
        (_("Phone"), kit.phone(form.customer_phone)),
        (_("Taken in"), formats.moment(form.taken_in_at, kit.zone)),
        (pgettext("paper", "By"), form.taken_by),
        (pgettext("paper", "Service"), label(form.service)),
    ]


def _device(form: PickupReceipt, kit: Kit) -> list[tuple[str, str]]:
    return [
        (_("Device"), kit.device(form.device)),
        (pgettext("paper", "Serial no."), form.device.serial),
        (_("Fault"), form.fault),
        (_("Accessories"), form.accessories or pgettext("paper", "None")),
        (pgettext("paper", "Damage"), form.damage or pgettext("paper", "None")),
    ]


def _money(form: PickupReceipt) -> list[tuple[str, str]]:
    rows = [
        (_("Estimate"), form.estimate),
        (_("Agreed limit"), form.limit),
        (_("Deposit"), form.deposit or None),
    ]
    return [(key, formats.money(amount)) for key, amount in rows if amount is not None]


def _small_print(form: PickupReceipt, kit: Kit) -> list[Block]:
    return [*kit.small_print(_("Terms"), form.terms), *kit.small_print(pgettext("paper", "Care"), form.care)]


def _hint(kit: Kit) -> Block:
    return kit.text(_("Bring this receipt to collect the device."), kit.page.small, align=Align.CENTRE)


def _scan(form: PickupReceipt, kit: Kit) -> Block:
    """The same code for a phone or a scanner that reads squares, with what it is for."""
    squares = Squares(form.receipt_code, 4)
    side = squares.side()
    words = Stack(
        [
            kit.text(_("Pickup code"), kit.page.small, bold=True),
            kit.text(_("Bring this receipt to collect the device."), kit.page.small),
        ]
    )
    return Beside([squares, words], (side, kit.page.inner - side - 4), gap=4, middle=True)
