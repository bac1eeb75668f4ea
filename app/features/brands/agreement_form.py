"""An agreement with a brand, as it is typed: when it holds, the warranty, the fees, what the brand wants to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.brand_codes import FeeRule, PartsRule, WarrantyStart
from app.core.errors import Conflict, Reason, Refusal, ShopError
from app.core.labels import category_name, label
from app.core.money import ZERO, Money
from app.core.sentences import sentence
from app.core.wire.events import PhotoOf
from app.core.wire.words import word
from app.core.words import _
from app.features.brands.snapshots import AgreementEntry, AgreementRow
from app.model.agreements import Terms
from app.ui import theme
from app.ui.date_field import DateField
from app.ui.field import Field
from app.ui.fields import ChipGroup, LineField, MoneyField, TextField, check_all
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood

_PHOTOS = tuple(each for each in PhotoOf if each is not PhotoOf.OTHER)


class AgreementForm(QDialog):
    """The terms under each other; months and fees as lines ``cooling 72`` (the first without a name is for all)."""

    def __init__(
        self,
        row: AgreementRow | None,
        categories: Sequence[str],
        today: Callable[[], date],
        give: Callable[[AgreementEntry], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        title = _("New agreement") if row is None else _("Agreement {number}").format(number=row.number)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(theme.px(560))
        self._give = give
        self._names = {category_name(each).casefold(): each for each in categories}
        self.banner = Banner()
        terms = row.terms if row is not None else Terms()
        self.number = LineField(_("Agreement's number"), most=80)
        self.start = DateField(_("Holds from"), today, required=True)
        self.end = DateField(_("Until (empty: open)"), today)
        self.categories = ChipGroup(
            _("Product lines (none: all)"),
            [(each, category_name(each)) for each in categories],
            numbers=False,
        )
        self.months = TextField(
            _("Warranty in months"), lines=2, hint=_("A line for all, then one a category: 12, cooling 36")
        )
        self.counted = ChipGroup(
            _("The warranty counts"),
            [(each, label(each)) for each in WarrantyStart],
            single=True,
            numbers=False,
        )
        self.production = LineField(_("Without proof: production date and so many days"), most=4)
        self.rule = ChipGroup(
            _("The brand pays"), [(each, label(each)) for each in FeeRule], single=True, numbers=False
        )
        self.repair_fee = TextField(
            _("Fee for a repair (yuan)"), lines=2, hint=_("80, or a line a category: cooling 120")
        )
        self.visit_fee = TextField(
            _("Fee for a visit (yuan)"), lines=2, hint=_("20, or a line a zone: far 50")
        )
        self.percent = LineField(_("Percent of our price list"), most=6)
        self.parts = ChipGroup(
            _("Parts"), [(each, label(each)) for each in PartsRule], single=True, numbers=False
        )
        self.free_parts = MoneyField(_("Parts under this price need not come back"))
        self.hours = LineField(_("Arrival within hours"), most=4)
        self.follow_up = LineField(_("Percent of repairs to be called afterwards"), most=4)
        self.report_day = LineField(_("Day of the month for the quality form"), most=2)
        self.photos = ChipGroup(
            _("Photos the brand asks for"), [(each.value, word(each)) for each in _PHOTOS], numbers=False
        )
        self.purchase_date = QCheckBox(_("A claim needs the date of purchase"))
        self.share = QCheckBox(_("The brand gets the customer's name and phone in full"))
        self.note = TextField(_("Note"), lines=2)
        self._fill(row, terms)
        inside = QWidget()
        box = QVBoxLayout(inside)
        box.setSpacing(theme.px(10))
        for widget in self._widgets():
            box.addWidget(widget)
        box.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        heading = QLabel(title)
        theme.role_of(heading, "heading")
        parts: list[QWidget | QLayout] = [heading, self.banner]
        if row is not None and row.used:
            words = QLabel(_("Claims were made under it: only its end and its note can be changed."))
            words.setWordWrap(True)
            theme.role_of(words, "secondary")
            parts.append(words)
        self.no = QPushButton(_("Cancel"))
        self.no.setAutoDefault(False)
        self.no.clicked.connect(self.reject)
        self.yes = QPushButton(_("Save (F9)"))
        self.yes.setShortcut("F9")
        theme.role_of(self.yes, "primary")
        self.yes.clicked.connect(self.try_it)
        lay_out(self, *parts, scroll, tall=scroll, right=[self.no, self.yes])
        self.resize(theme.px(620), theme.px(640))
        self.number.take_focus()

    def try_it(self) -> None:
        """Check what was typed and save it; close when it was done."""
        fields = [each for each in self._widgets() if isinstance(each, Field)]
        if not check_all(fields):
            return
        try:
            self._give(self.entry())
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
            return
        self.accept()

    def entry(self) -> AgreementEntry:
        """What was typed. ``Refusal``: OUT_OF_RANGE, BAD_AMOUNT with the field."""
        start = self.start.value()
        assert start is not None  # required
        return AgreementEntry(
            valid_from=start,
            valid_to=self.end.value(),
            number=self.number.value(),
            categories=tuple(self.categories.value() or ()),
            terms=Terms(
                warranty_months=self._months(),
                warranty_start=self.counted.value(),
                production_days=_whole("production_days", self.production.value()),
                fee_rule=self.rule.value(),
                repair_fee=self._fees("repair_fee", self.repair_fee.value(), self._names),
                visit_fee=self._fees("visit_fee", self.visit_fee.value(), {}),
                percent_permille=_permille(self.percent.value()),
                parts=self.parts.value(),
                free_part_limit=self.free_parts.value() or ZERO,
                response_hours=_whole("response_hours", self.hours.value()),
                follow_up_percent=_whole("follow_up_percent", self.follow_up.value()),
                report_day=_whole("report_day", self.report_day.value()),
                share_customer=self.share.isChecked(),
                photos=tuple(self.photos.value() or ()),
                purchase_date=self.purchase_date.isChecked(),
            ),
            note=self.note.value(),
        )

    def _widgets(self) -> tuple[QWidget, ...]:
        return (
            self.number, self.start, self.end, self.categories, self.months, self.counted, self.production, self.rule,
            self.repair_fee, self.visit_fee, self.percent, self.parts, self.free_parts, self.hours, self.follow_up,
            self.report_day, self.photos, self.purchase_date, self.share, self.note,
        )  # fmt: skip

    def _fill(self, row: AgreementRow | None, terms: Terms) -> None:
        if row is not None:
            self.number.set_value(row.number)
            self.start.set_value(row.valid_from)
            self.end.set_value(row.valid_to)
            self.categories.set_value(list(row.categories))
            self.note.set_value(row.note)
        self.months.set_value(_lines({key: str(value) for key, value in terms.warranty_months.items()}))
        self.counted.set_value(terms.warranty_start)
        self.production.set_value(str(terms.production_days))
        self.rule.set_value(terms.fee_rule)
        self.repair_fee.set_value(_lines(_yuan(terms.repair_fee)))
        self.visit_fee.set_value(_lines(_yuan(terms.visit_fee), plain=True))
        self.percent.set_value(f"{terms.percent_permille / 10:g}")
        self.parts.set_value(terms.parts)
        self.free_parts.set_value(terms.free_part_limit or None)
        self.hours.set_value(str(terms.response_hours))
        self.follow_up.set_value(str(terms.follow_up_percent))
        self.report_day.set_value(str(terms.report_day))
        self.photos.set_value(list(terms.photos))
        self.purchase_date.setChecked(terms.purchase_date)
        self.share.setChecked(terms.share_customer)

    def _months(self) -> dict[str, int]:
        return {
            key: _whole("warranty_months", value)
            for key, value in _table("warranty_months", self.months.value(), self._names).items()
        }

    def _fees(self, field: str, text: str, names: Mapping[str, str]) -> dict[str, int]:
        return {key: Money.parse(value).fen for key, value in _table(field, text, names).items()}


def _table(field: str, text: str, names: Mapping[str, str]) -> dict[str, str]:
    """``12`` and ``cooling 36`` by line or comma: the value by its name, "" for all."""
    found: dict[str, str] = {}
    for line in text.replace("，", "\n").replace(",", "\n").replace("；", "\n").splitlines():
        if not line.strip():
            continue
        name, _space, value = line.strip().rpartition(" ")
        key = names.get(name.strip().casefold(), name.strip())
        if key in found:
            raise Refusal(Reason.BAD_CHOICE, text=line.strip()[:40], field=field)
        found[key] = value
    return found


def _lines(table: Mapping[str, str], *, plain: bool = False) -> str:
    return "\n".join(
        f"{key if plain else category_name(key)} {value}".strip() if key else value
        for key, value in table.items()
    )


def _yuan(table: Mapping[str, int]) -> dict[str, str]:
    return {key: formats.money(Money(fen), sign=False).replace(",", "") for key, fen in table.items()}


def _whole(field: str, text: str) -> int:
    try:
        return int(text.strip() or "0")
    except ValueError:
        raise Refusal(Reason.OUT_OF_RANGE, field=field, low=0, high=9999) from None


def _permille(text: str) -> int:
    """``65.5`` percent as 655 permille."""
    whole, _dot, rest = (text.strip() or "0").replace("．", ".").partition(".")
    if not (whole.isdecimal() and (not rest or (rest.isdecimal() and len(rest) == 1))):
        raise Refusal(Reason.OUT_OF_RANGE, field="percent", low=0, high=1000)
    return int(whole) * 10 + int(rest or "0")
