"""What the papers share: one head, one way to show pairs, sums, terms, signatures and the shop's phones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

from app.core import formats
from app.core.enums import LineKind
from app.core.labels import category_name, label
from app.core.money import ONE, Money
from app.core.words import _, pgettext
from app.papers.barcodes import bars_width
from app.papers.blocks import (
    Align,
    Band,
    Bars,
    Beside,
    Block,
    Framed,
    Heading,
    Image,
    Pair,
    Pairs,
    Rule,
    Signing,
    Space,
    Stack,
    Text,
)
from app.papers.capitals import capitals
from app.papers.flow import PageFooter
from app.papers.fonts import Faces
from app.papers.forms_of_orders import ChargeLine, DeviceBlock
from app.papers.lines import clip_lines
from app.papers.pages import MM, Page
from app.papers.pen import Pen
from app.papers.pictures import Picture, picture
from app.papers.shop_block import ShopBlock
from app.papers.tables import Column, Table

_LOGO_HEIGHT = {True: 13 * MM, False: 16 * MM}
_TAX_DIGITS = 10
#: A shop's name may shrink to this share of its size before it takes a second line.
_SMALLER = 0.78


class Sums(Protocol):
    """What quote and invoice have in common below their lines."""

    @property
    def subtotal(self) -> Money: ...
    @property
    def tax(self) -> Money: ...
    @property
    def tax_included(self) -> bool: ...
    @property
    def discount(self) -> Money: ...
    @property
    def total(self) -> Money: ...


@dataclass(slots=True)
class Kit:
    """Builds blocks for one paper: its page, its faces, the shop's zone and the copy's number."""

    page: Page
    faces: Faces
    zone: str
    copy: int = 0
    missing: set[str] = field(default_factory=set)

    @property
    def shop_zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.zone)

    # -- texts ---------------------------------------------------------------------------------------------

    def tidy(self, text: str) -> str:
        """A text as it can be printed, without blank ends."""
        return self.faces.tidy(text.strip(), self.missing)

    def line(self, text: str) -> str:
        """A text as it can be printed on one line."""
        return " ".join(self.tidy(text).split())

    def text(
        self, text: str, size: float, *, bold: bool = False, align: Align = Align.LEFT, leading: float = 1.36
    ) -> Text:
        """A paragraph."""
        return Text(self.tidy(text), self.faces.bold if bold else self.faces.regular, size, align, leading)

    def few_lines(
        self, text: str, width: float, most: int, *, bold: bool = False, align: Align = Align.LEFT
    ) -> Text:
        """Small text that may not grow, as it stands on every page: cut with a visible ellipsis."""
        face = self.faces.bold if bold else self.faces.regular
        lines = clip_lines(self.tidy(text), face, self.page.small, width, most)
        return Text("\n".join(lines), face, self.page.small, align)

    def fitted(self, text: str, size: float, width: float, align: Align = Align.LEFT) -> Text:
        """A bold line made smaller until it fits: for numbers that are read from afar."""
        text = self.line(text)
        wide = self.faces.bold.width(text, size)
        fitting = min(size, size * width / wide) if wide else size
        return self.text(text, fitting, bold=True, align=align, leading=1.14)

    def pairs(
        self,
        pairs: Iterable[tuple[str, str] | None],
        *,
        size: float | None = None,
        strong: Sequence[str] = (),
        leading: float = 1.4,
    ) -> Pairs:
        """Labels and values; what is empty is left out. Labels in ``strong`` have bold values."""
        kept = [
            Pair(self.tidy(pair[0]), self.tidy(pair[1]), pair[0] in strong)
            for pair in pairs
            if pair is not None and pair[1].strip()
        ]
        return Pairs(
            kept,
            self.faces.regular,
            self.faces.bold,
            size or self.page.body,
            min(self.page.small, size or self.page.body),
            leading=leading,
        )

    def amounts(self, pairs: Iterable[tuple[str, str] | None], *, strong: Sequence[str] = ()) -> Pairs:
        """Labels on the left, amounts set to the right edge."""
        block = self.pairs(pairs, strong=strong)
        block.align = Align.RIGHT
        return block

    def heading(self, text: str) -> Block:
        """A section's name."""
        size = self.page.small + 0.5
        return Heading([Space(self.page.gap), self.text(text, size, bold=True), Rule(0.6, 1)], whole=True)

    def gap(self, steps: float = 1) -> Space:
        """Steps of the grid."""
        return Space(self.page.gap * steps)

    # -- values --------------------------------------------------------------------------------------------

    def phone(self, number: str) -> str:
        """A phone number in its groups."""
        return formats.phone(number)

    def device(self, device: DeviceBlock, *, brief: bool = False) -> str:
        """``美的 BCD-516 制冷空调器具``; ``brief`` leaves the category out where brand or model say enough."""
        names = (device.brand, device.model, category_name(device.category))
        if brief and (device.brand.strip() or device.model.strip()):
            names = (device.brand, device.model, "")
        return " ".join(name.strip() for name in names if name.strip())

    # -- the head ------------------------------------------------------------------------------------------

    def logo(self, shop: ShopBlock, most_width: float) -> Picture | None:
        """The shop's logo ready for this paper."""
        if not shop.logo:
            return None
        thermal = self.page.thermal
        return picture(shop.logo, most_width, _LOGO_HEIGHT[thermal], thermal=thermal)

    def head(
        self,
        shop: ShopBlock,
        title: str,
        number: str,
        facts: Sequence[tuple[str, str]] = (),
        *,
        with_tax: bool = False,
    ) -> list[Block]:
        """The shop, the paper's name and its number: centred on rolls, left and right on sheets."""
        if self.page.thermal:
            return self._roll_head(shop, title, number)
        return self._sheet_head(shop, title, number, facts, with_tax)

    def _roll_head(self, shop: ShopBlock, title: str, number: str) -> list[Block]:
        page = self.page
        blocks: list[Block] = []
        if logo := self.logo(shop, page.inner * 0.7):
            blocks += [Image(logo), self.gap(0.6)]
        blocks.append(self.shop_name(shop, page.inner, Align.CENTRE))
        if shop.address.strip():
            blocks.append(self.text(shop.address, page.small, align=Align.CENTRE))
        blocks += [self.gap(0.7), self.band(title, number)]
        if mark := self.copy_mark():
            blocks += [self.gap(0.5), mark]
        return blocks

    def shop_name(self, shop: ShopBlock, width: float, align: Align = Align.LEFT) -> Text:
        """The shop's name, a little smaller rather than on two lines."""
        size = self.page.shop
        wide = self.faces.bold.width(self.line(shop.name), size)
        if 1 < wide / width < 1 / _SMALLER:
            size *= width / wide * 0.999
        return self.text(shop.name, size, bold=True, align=align, leading=1.24)

    def _sheet_head(
        self, shop: ShopBlock, title: str, number: str, facts: Sequence[tuple[str, str]], with_tax: bool
    ) -> list[Block]:
        page = self.page
        room = page.inner * 0.58 - 8
        logo = self.logo(shop, page.inner * 0.18)
        name: list[Block] = [self.shop_name(shop, room - (logo.width + 8 if logo else 0))]
        for line in (shop.address, self.seller_number(shop) if with_tax else ""):
            if line.strip():
                name += [Space(1), self.text(line, page.small)]
        seller: Block = Stack(name)
        if logo:
            parts = (logo.width, room - logo.width - 8)
            seller = Beside([Image(logo, Align.LEFT), seller], parts, gap=8, middle=True)
        digits: Block = self.text(number, page.number, bold=True, align=Align.RIGHT, leading=1.3)
        if mark := self.copy_mark():  # beside the number, so that a copy is laid out like the first print
            digits = Beside([mark, digits], (0.38, 0.62), gap=2, middle=True)
        right = [self.text(title, page.title, bold=True, align=Align.RIGHT, leading=1.2), digits]
        right += [self.text(f"{key} {value}", page.small, align=Align.RIGHT) for key, value in facts if value]
        return [Beside([seller, Stack(right)], (0.58, 0.42), gap=4), Rule(1.2, page.gap * 0.7)]

    def seller_number(self, shop: ShopBlock) -> str:
        """The shop's tax number with its label."""
        number = shop.tax_number.strip()
        return _("Tax number") + f" {number}" if number else ""

    def band(self, title: str, number: str) -> Band:
        """The paper's name and number, white on black."""
        return Band(self.line(title), self.line(number), self.faces.bold, self.page.title, self.page.title)

    def copy_mark(self, size: float | None = None) -> Block | None:
        """``补打 n`` in a frame, for every print after the first."""
        if not self.copy:
            return None
        size = size or self.page.body
        text = self.text(self.copy_words(), size, bold=True, align=Align.CENTRE, leading=1.25)
        return Framed(text, padding=size * 0.22, thick=1)

    def copy_words(self) -> str:
        """``补打 2`` / ``COPY 2``."""
        return _("COPY {n}").format(n=self.copy)

    def running(self, shop: ShopBlock, title: str, number: str) -> list[Block]:
        """The head of every page after the first."""
        words = f"{title} {number}" + (f"  {self.copy_words()}" if self.copy else "")
        left = self.few_lines(shop.name, self.page.inner * 0.48, 1, bold=True)
        right = self.few_lines(words, self.page.inner * 0.48, 1, bold=True, align=Align.RIGHT)
        return [Beside([left, right], (0.5, 0.5)), Rule(0.8, 2), self.gap(0.5)]

    # -- parts ---------------------------------------------------------------------------------------------

    def bars(self, code: str, millimetres: float, align: Align = Align.CENTRE) -> Bars:
        """A barcode that many millimetres tall."""
        return Bars(code, self.faces.regular, self.page.small, millimetres * MM, align)

    def big(self, key: str, value: str, size: float) -> Block:
        """A framed fact that is read from afar: its label small above it."""
        inside = Stack(
            [self.text(key, self.page.small, leading=1.2), self.text(value, size, bold=True, leading=1.2)]
        )
        return Framed(inside, padding=3.5)

    def small_print(self, title: str, text: str) -> list[Block]:
        """Terms, care and guarantee texts; nothing if the shop wrote none."""
        if not text.strip():
            return []
        size = self.page.small
        return [
            self.gap(0.75),
            self.text(title, size, bold=True, leading=1.45),
            self.text(text, size, leading=1.4),
        ]

    def signing(self, words: str, signature: str | None = None, name: str = "") -> Signing:
        """A line to sign on; the captured signature or a name stands on it if there is one."""
        page = self.page
        given = picture(signature, page.inner * 0.3, 11 * MM, thermal=page.thermal) if signature else None
        tall = given.height + 3 if given else 8 * MM
        return Signing(self.line(words), self.faces.regular, page.body, tall, given, self.line(name))

    def contacts(self, shop: ShopBlock) -> list[tuple[str, str]]:
        """The shop's phones and hours, as every customer's paper carries them (domain.md §3)."""
        rows = (
            (_("Hotline"), shop.phone),
            (pgettext("paper", "Complaints"), shop.complaint_phone),
            (pgettext("paper", "Hours"), shop.hours),
        )
        return [(key, value.strip()) for key, value in rows if value.strip()]

    def roll_end(self, shop: ShopBlock) -> list[Block]:
        """The foot of a roll: phones, hours and the shop's own line."""
        blocks: list[Block] = []
        contacts = self.contacts(shop)
        if contacts or shop.footer.strip():
            blocks.append(Rule(0.8, self.page.gap * 0.6))
        if contacts:
            blocks.append(self.pairs(contacts))
        if shop.footer.strip():
            blocks += [
                self.gap(0.6),
                self.text(shop.footer, self.page.small + 0.5, bold=True, align=Align.CENTRE),
            ]
        return blocks

    def sheet_foot(self, shop: ShopBlock, *, inside: bool = False) -> tuple[PageFooter, float]:
        """(drawer, height) of the foot of every sheet: phones, hours, the shop's line, page i/n. What stays ``inside``
        the shop does not thank its customers."""
        page = self.page
        phones = [(key, value) for key, value in self.contacts(shop) if value != shop.hours.strip()]
        hours = [(key, value) for key, value in self.contacts(shop) if value == shop.hours.strip()]
        called = "   ".join(f"{key} {value}" for key, value in phones)
        wide = page.inner * 0.6
        left = [self.few_lines(called, wide, 2)]
        left += [self.few_lines(f"{key} {value}", wide, 2) for key, value in hours]
        own = self.few_lines("" if inside else shop.footer, page.inner * 0.36, 4, align=Align.RIGHT)
        foot = Beside([Stack(left), own], (0.62, 0.38), gap=4)
        rule = Rule(0.6, 2.5)
        number_high = page.small * 1.36
        high = rule.height(page.inner) + max(
            foot.height(page.inner), own.height(page.inner * 0.38) + number_high
        )

        def draw(pen: Pen, sheet: Page, number: int, count: int) -> None:
            top = (sheet.height or 0) - sheet.bottom - high
            rule.draw(pen, sheet.side, top, sheet.inner)
            foot.draw(pen, sheet.side, top + rule.height(sheet.inner), sheet.inner)
            if count > 1:
                words = self.text(f"{number}/{count}", sheet.small, align=Align.RIGHT)
                words.draw(pen, sheet.side, top + high - number_high, sheet.inner)

        return draw, high + page.gap

    def parties(
        self, device: DeviceBlock, name: str, phone: str, code: str, more: Sequence[tuple[str, str]] = ()
    ) -> list[Block]:
        """Customer and device on the left, the order's barcode on the right of a sheet."""
        rows = [
            (_("Customer"), name),
            (_("Phone"), self.phone(phone)),
            *more,
            (_("Device"), self.device(device)),
            (pgettext("paper", "Serial no."), device.serial),
        ]
        facts = self.pairs(rows, strong=(_("Customer"), _("Device")))
        if not code:
            return [facts]
        wide = bars_width(code) or 0
        bars = self.bars(code, 10, Align.RIGHT)
        return [Beside([facts, bars], (self.page.inner - wide - 8, wide), gap=8)]

    # -- money ---------------------------------------------------------------------------------------------

    def in_words(self, amount: Money) -> tuple[str, str]:
        """The amount in capital numerals with its label, in both languages: the figures' guard."""
        return _("Amount in words"), capitals(amount)

    def totals(self, sums: Sums, beside: Block | None = None, *, due: Money | None = None) -> list[Block]:
        """Subtotal, tax and total, in figures and capital numerals; ``beside`` stands left of them on sheets."""
        page = self.page
        rows: list[tuple[str, str]] = []
        if sums.tax:
            rows.append((_("Before tax"), formats.money(sums.subtotal)))
            rows.append((_("Tax included") if sums.tax_included else _("Tax added"), formats.money(sums.tax)))
        if sums.discount:
            rows.append((_("You save"), formats.money(sums.discount)))
        figures: list[Block] = [self.amounts(rows)] if rows else []
        figures += [Rule(0.8, 2), self.grand(_("Total"), sums.total)]
        if due is not None:
            key = pgettext("paper", "Due")
            figures.append(self.amounts([(key, formats.money(due))], strong=(key,) if due else ()))
        words = self.pairs([self.in_words(sums.total)], strong=(self.in_words(sums.total)[0],))
        if page.thermal:
            return [Stack([*figures, words], whole=True)]
        both = Beside([beside or Space(0), Stack(figures)], (0.5, 0.5), gap=20)
        return [Stack([both, Space(3), Framed(words, padding=4)], whole=True)]

    def grand(self, words: str, amount: Money) -> Block:
        """The one sum that is read first."""
        size = self.page.body
        parts = [
            self.text(words, size + 1.5, bold=True),
            self.text(formats.money(amount), size + 4, bold=True, align=Align.RIGHT, leading=1.2),
        ]
        return Beside(parts, (0.34, 0.66), gap=4, middle=True)

    def charges(self, lines: Sequence[ChargeLine]) -> list[Block]:
        """The charge lines: a table on sheets, two rows a line on rolls."""
        return self._roll_charges(lines) if self.page.thermal else [self._charge_table(lines)]

    def _charge_table(self, lines: Sequence[ChargeLine]) -> Table:
        page, scale = self.page, self.page.body / 9.5
        discounted = any(line.discount for line in lines)
        taxed = any(line.tax_permille for line in lines)
        figures = [formats.money(line.amount, sign=False) for line in lines]
        figures += [formats.money(line.price, sign=False) for line in lines]
        money = max([self.faces.regular.width(figure, page.body) for figure in figures], default=0)
        money = max(money + 1, 46 * scale)
        columns = [
            Column(pgettext("paper", "Item")),
            Column(_("Quantity"), 42 * scale, Align.RIGHT),
            Column(_("Unit price"), money, Align.RIGHT),
        ]
        if discounted:
            columns.append(Column(pgettext("paper", "Off"), 40 * scale, Align.RIGHT))
        if taxed:
            columns.append(Column(pgettext("rate", "Tax"), 27 * scale, Align.RIGHT))
        columns.append(Column(_("Amount"), money, Align.RIGHT))
        rows = []
        for line in lines:
            row = [
                self.described(line),
                self.tidy(f"{formats.quantity(line.quantity)} {line.unit}"),
                formats.money(line.price, sign=False),
            ]
            if discounted:
                row.append(formats.money(-line.discount, sign=False) if line.discount else "")
            if taxed:
                row.append(percent(line.tax_permille))
            rows.append([*row, formats.money(line.amount, sign=False)])
        for column in columns:
            column.head = self.tidy(column.head)
        return Table(columns, rows, self.faces.regular, self.faces.bold, page.body, page.small)

    def described(self, line: ChargeLine) -> str:
        """The line's text with the word of its kind before it: the split of the charge (domain.md §4)."""
        words = self.tidy(line.description)
        kind = label(line.kind)
        said = kind if not words or words == kind else _("{kind}: {text}").format(kind=kind, text=words)
        return f"{said}\n{self.tidy(line.order_number)}" if line.order_number else said

    def _roll_charges(self, lines: Sequence[ChargeLine]) -> list[Block]:
        blocks: list[Block] = []
        for line in lines:
            words = self.text(self.described(line), self.page.body)
            amount = self.text(formats.money(line.amount, sign=False), self.page.body, align=Align.RIGHT)
            once = line.quantity == ONE and not line.discount
            if once or line.kind is LineKind.DISCOUNT:
                blocks.append(Beside([words, amount], (0.7, 0.3), gap=4))
            else:
                unit = f" {line.unit.strip()}" if line.unit.strip() else ""
                sums = f"{formats.quantity(line.quantity)}{unit} × {formats.money(line.price, sign=False)}"
                if line.discount:
                    sums += f" − {formats.money(line.discount, sign=False)}"
                blocks += [
                    words,
                    Beside([self.text(sums, self.page.small), amount], (0.64, 0.36), gap=4, middle=True),
                ]
            blocks.append(Rule(0.4, 1.5, dotted=True))
        return blocks


def percent(permille: int) -> str:
    """``13%`` for 130, ``0.5%`` for 5."""
    whole, rest = divmod(permille, _TAX_DIGITS)
    return f"{whole}.{rest}%" if rest else f"{whole}%"
