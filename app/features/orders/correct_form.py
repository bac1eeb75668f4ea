"""The form that puts right what was written down at intake."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QGridLayout, QWidget

from app.core.labels import category_name
from app.core.words import _
from app.features.orders.snapshots import OrderEntry
from app.ui import theme
from app.ui.date_field import DateField
from app.ui.field import Field
from app.ui.fields import ComboField, LineField, MoneyField, TextField

#: What people put between two accessories, in both scripts.
_SEPARATORS = re.compile(r"[,;，；、\n]+")
_BETWEEN = "、"


class CorrectForm:
    """Filled from what is written down; ``entry()`` is what it should say."""

    def __init__(self, entry: OrderEntry, categories: Sequence[str], today: Callable[[], date]) -> None:
        self.category = ComboField(
            _("Category"), [(each, category_name(each)) for each in categories], required=True
        )
        self.brand = LineField(_("Brand"))
        self.model = LineField(_("Model"))
        self.serial = LineField(_("Serial number"))
        self.fault = TextField(_("Fault"), required=True)
        self.accessories = LineField(_("Accessories"), most=1000)
        self.damage = LineField(_("Visible damage"), most=400)
        self.shelf = LineField(_("Shelf"))
        self.promised = DateField(_("Promised date"), today)
        self.estimate = MoneyField(_("Estimate"))
        self.limit = MoneyField(_("Agreed limit"))
        self._fill(entry)

    def _fill(self, entry: OrderEntry) -> None:
        self.category.set_value(entry.category)
        self.brand.set_value(entry.brand)
        self.model.set_value(entry.model)
        self.serial.set_value(entry.serial)
        self.fault.set_value(entry.fault)
        self.accessories.set_value(_BETWEEN.join(entry.accessories))
        self.damage.set_value(entry.damage)
        self.shelf.set_value(entry.shelf)
        self.promised.set_value(entry.promised_on)
        self.estimate.set_value(entry.estimate)
        self.limit.set_value(entry.spend_limit)

    @property
    def rows(self) -> list[QWidget]:
        """The widgets for a form dialog, three fields a row."""
        grid = QWidget()
        layout = QGridLayout(grid)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(theme.px(12))
        layout.setVerticalSpacing(theme.px(4))
        whole: list[tuple[Field, int, int, int]] = [
            (self.fault, 0, 0, 3),
            (self.category, 1, 0, 1),
            (self.brand, 1, 1, 1),
            (self.model, 1, 2, 1),
            (self.serial, 2, 0, 1),
            (self.shelf, 2, 1, 1),
            (self.promised, 2, 2, 1),
            (self.accessories, 3, 0, 2),
            (self.estimate, 3, 2, 1),
            (self.damage, 4, 0, 2),
            (self.limit, 4, 2, 1),
        ]
        for field, row, column, span in whole:
            layout.addWidget(field, row, column, 1, span)
        for column in range(3):
            layout.setColumnStretch(column, 1)
            layout.setColumnMinimumWidth(column, theme.px(216))
        return [grid]

    def entry(self) -> OrderEntry:
        """What is typed. Raises ``Refusal`` at a field that cannot be read."""
        accessories = [each.strip() for each in _SEPARATORS.split(self.accessories.value())]
        return OrderEntry(
            category=str(self.category.value() or ""),
            brand=self.brand.value(),
            model=self.model.value(),
            serial=self.serial.value(),
            fault=self.fault.value(),
            accessories=tuple(each for each in accessories if each),
            damage=self.damage.value(),
            shelf=self.shelf.value(),
            estimate=self.estimate.value(),
            spend_limit=self.limit.value(),
            promised_on=self.promised.value(),
        )
