"""The sections about the shop itself: who and when, prices and tax, promises and guarantee."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import available_timezones

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from app.core.enums import LineKind, Role
from app.core.labels import label
from app.core.money import Money
from app.core.words import Language, _
from app.features.settings.checks import TAX_RATES
from app.features.settings.entries import NumberField, ReadLines, SwitchField
from app.features.settings.presenter import brand_lines, category_words, read_brand_lines, zone_words
from app.features.settings.sections import Section
from app.features.settings.tables import Group, Joined
from app.ui import theme
from app.ui.fields import ComboField, LineField, MoneyField, PhoneField


class ShopSection(Section):
    """Name, address, phones, hours: what stands on every paper."""

    key = "shop"
    icon = "store"

    def __init__(self) -> None:
        super().__init__()
        self.name = LineField(_("Shop name"), required=True, most=80)
        self.address = LineField(_("Address"))
        self.hotline = PhoneField(_("Hotline"), hint=_("Printed on the customer's papers."))
        self.complaints = PhoneField(_("Complaint phone"))
        self.tax_number = LineField(_("Tax number"), most=30)
        self.hours = LineField(_("Opening hours"), placeholder="08:30-12:00, 14:00-19:00")
        self.zone = ComboField(_("Time zone"), zone_words(sorted(available_timezones())), required=True)
        languages = [(Language.ZH.value, "中文"), (Language.EN.value, "English")]
        self.language = ComboField(_("Language of the shop"), [("", _("Like the system")), *languages])
        self.paper_language = ComboField(
            _("Language of papers"), [("", _("Like the window")), *languages], required=False
        )
        self.lock = NumberField(
            _("Screen locks after"),
            0,
            480,
            unit=_("minutes (0: never)"),
            required=True,
            name=_("Minutes until the screen locks"),
        )
        self.add("shop_name", self.name)
        self.add("address", self.address)
        self.add("hotline", self.hotline)
        self.add("complaint_phone", self.complaints)
        self.add("tax_number", self.tax_number)
        self.add("hours", self.hours)
        self.add("time_zone", self.zone)
        self.add("language", self.language, keep=lambda code: code or "")
        self.add("paper_language", self.paper_language, keep=lambda code: code or "")
        self.add("idle_lock_minutes", self.lock)
        self.card(
            _("On every paper"),
            [self.name],
            [self.address],
            [self.hotline, self.complaints, self.tax_number],
        )
        self.card(_("When and where"), [self.hours, self.zone])
        self.card(_("Language and lock"), [self.language, self.paper_language, self.lock])
        self.brands = SwitchField(_("We repair under brands' warranties: claims, agreements, head office"))
        self.add("brands", self.brands)
        self.card(_("Work for brands"), [self.brands])
        self.body.addStretch(1)

    @classmethod
    def title(cls) -> str:
        return _("Shop")

    def about(self) -> str:
        return _("Name, address, phones and opening hours; they stand on every paper.")


class PricesSection(Section):
    """What is charged unless somebody types another price, and the tax in it."""

    key = "prices"
    icon = "coins"

    def __init__(self) -> None:
        super().__init__()
        self.labour = MoneyField(_("Labour price"), required=True)
        self.visit = MoneyField(_("Visit fee"), required=True)
        self.diagnosis = MoneyField(_("Diagnosis fee"), required=True)
        self.valid = NumberField(_("A quote is valid for"), 1, 365, unit=_("days"), required=True)
        for key, field in (
            ("labour_price", self.labour),
            ("visit_fee", self.visit),
            ("diagnosis_fee", self.diagnosis),
        ):
            self.add(key, field, show=Money)
        self.add("quote_valid_days", self.valid)
        self.on_invoice = SwitchField(_("Print on the invoice what differs from the quote"))
        self.add("quote_on_invoice", self.on_invoice)
        self.card(
            _("Usual prices (¥)"),
            [self.labour, self.visit, self.diagnosis],
            [self.valid],
            [self.on_invoice],
        )
        rates = [(rate, _("{percent} %").format(percent=rate // 10)) for rate in TAX_RATES]
        kinds = [kind for kind in LineKind if kind is not LineKind.DISCOUNT]
        self.inclusive = SwitchField(_("Prices include tax"))
        self.rates = Group(
            {kind.value: ComboField(label(kind), rates, required=True) for kind in kinds}, self
        )
        self.add("tax_inclusive", self.inclusive)
        self.add("tax_permille", self.rates)
        self.card(_("Tax"), [self.inclusive], *_pairs(list(self.rates.rows.values())))
        self.discounts = Group(
            {role.value: NumberField(label(role), 0, 100, unit="%", required=True) for role in Role}, self
        )
        self.add("discount_limit", self.discounts)
        self.card(_("Highest discount by role"), *_pairs(list(self.discounts.rows.values())))
        self.body.addStretch(1)

    @classmethod
    def title(cls) -> str:
        return _("Prices & tax")

    def about(self) -> str:
        return _("What is charged unless another price is typed. Papers already issued never change.")


class PromisesSection(Section):
    """How long a repair takes, how long it is guaranteed, how long a device waits."""

    key = "promises"
    icon = "shield-check"

    def __init__(self, own_categories: Sequence[str] = ()) -> None:
        super().__init__()
        rows = [("", _("Every category")), *category_words(own_categories)]
        columns = (
            ("promise_days", _("Promised within"), _("days"), 365),
            ("guarantee_days", _("Own guarantee"), _("days"), 3650),
            ("warranty_months", _("Maker's warranty"), _("months"), 240),
        )
        table = QFrame()
        theme.role_of(table, "card")
        grid = QGridLayout(table)
        margin = theme.px(16)
        grid.setContentsMargins(margin, theme.px(12), margin, margin)
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(4))
        for at, (_code, word) in enumerate(rows, start=1):
            name = QLabel(word)
            theme.role_of(name, "strong" if at == 1 else "")
            grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(0, 1)
        self.tables: dict[str, Group] = {}
        for column, (key, title, unit, high) in enumerate(columns, start=1):
            head = QLabel(title)
            theme.role_of(head, "secondary")
            grid.addWidget(head, 0, column)
            fields = {}
            for at, (code, word) in enumerate(rows, start=1):
                # An empty row follows the first one, and says so in grey.
                fields[code] = NumberField(
                    "",
                    0,
                    high,
                    unit=unit,
                    required=not code,
                    name=f"{title}, {word}",
                    placeholder="—" if code else "",
                )
                grid.addWidget(fields[code], at, column)
            self.tables[key] = Group(fields, self, rest=key != "warranty_months")
            if key != "warranty_months":
                self.add(key, self.tables[key])
        self.brands = ReadLines(
            _("Other months for a brand (one per line: brand / category = months)"),
            lambda text: read_brand_lines(text, own_categories),
            lambda table: brand_lines(table, own_categories),
            lines=3,
            placeholder=_("Haier / Refrigeration and air conditioning = 36"),
        )
        self.add("warranty_months", Joined([self.tables["warranty_months"], self.brands], self))
        self.days = NumberField(_("Unclaimed after"), 1, 3650, unit=_("days"), required=True)
        self.reminders = NumberField(_("and after"), 0, 20, unit=_("reminders"), required=True)
        self.diagnosis = SwitchField(_("A repair needs a recorded diagnosis before the check"))
        self.old_parts = NumberField(_("Old parts are overdue after"), 1, 3650, unit=_("days"), required=True)
        self.add("unclaimed_days", self.days)
        self.add("unclaimed_reminders", self.reminders)
        self.add("diagnosis_required", self.diagnosis)
        self.add("old_part_days", self.old_parts)
        self.body.addWidget(table)
        self.card("", [self.brands])
        self.card(_("Devices nobody collects, and the check"), [self.days, self.reminders], [self.diagnosis])
        self.card(_("Old parts that a brand wants back"), [self.old_parts])
        self.body.addStretch(1)

    @classmethod
    def title(cls) -> str:
        return _("Promises & guarantee")

    def about(self) -> str:
        return _("Days and months by category; a row left empty follows the first one.")

    def first_focus(self) -> QWidget:
        return self.tables["promise_days"].rows[""].editor


def _pairs(fields: Sequence[QWidget]) -> list[list[QWidget]]:
    """Four in a row do not fit on a small screen; two do."""
    return [list(fields[at : at + 2]) for at in range(0, len(fields), 2)]
