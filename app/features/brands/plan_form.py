"""A plan or an extension of one device, as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtWidgets import QWidget

from app.core.brand_codes import CoverPlanKind
from app.core.labels import label
from app.core.words import _
from app.features.brands.plans import checked_plan
from app.features.brands.snapshots import PlanEntry
from app.model.cover import add_months
from app.ui.date_field import DateField
from app.ui.fields import ChipGroup, LineField

#: Plans are sold for whole years, five at most (domain.md §5.2).
YEARS = (1, 2, 3, 4, 5)


class PlanForm:
    """The rows of the form; a number of years fills in the last day."""

    def __init__(self, today: Callable[[], date], begin: date) -> None:
        self.kind = ChipGroup(
            _("What it is"), [(each, label(each)) for each in CoverPlanKind], single=True, numbers=False
        )
        self.kind.set_value(CoverPlanKind.EXTENDED)
        self.underwriter = LineField(_("Who pays: insurer or brand"), required=True, most=80)
        self.number = LineField(_("Number of the plan or of the brand's approval"), required=True, most=80)
        self.starts_on = DateField(_("Begins on"), today, required=True)
        self.starts_on.set_value(begin)
        self.years = ChipGroup(_("Years"), [(each, str(each)) for each in YEARS], single=True, numbers=False)
        self.ends_on = DateField(_("Last day"), today, required=True)
        self.years.changed.connect(self._fill_end)
        self.years.set_value(1)
        self._fill_end()

    @property
    def rows(self) -> list[QWidget]:
        """The form's rows from top to bottom."""
        return [self.kind, self.underwriter, self.number, self.starts_on, self.years, self.ends_on]

    def entry(self) -> PlanEntry:
        """What was typed. ``Refusal``: FIELD_REQUIRED, BAD_DATE, BAD_TEXT with the field."""
        start, end = self.starts_on.value(), self.ends_on.value()
        assert start is not None  # required
        assert end is not None
        return checked_plan(
            PlanEntry(self.kind.value(), self.underwriter.value(), self.number.value(), start, end)
        )

    def _fill_end(self) -> None:
        start, years = self.starts_on.value(), self.years.value()
        if start is not None and years:
            self.ends_on.set_value(add_months(start, 12 * years) - timedelta(days=1))
