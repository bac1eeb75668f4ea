"""The right column: the receipt as it will print, and what was agreed: estimate, limit, deposit, promised date."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import PaymentMethod
from app.core.labels import label
from app.core.words import _
from app.features.intake.binding import put, raw_of
from app.features.intake.presenter import IntakePresenter
from app.features.intake.receipt_view import ReceiptView
from app.features.intake.ticks import Ticks, adopt
from app.ui import icons, theme
from app.ui.fields import DateField, Field, MoneyField


class AgreedBlock(QWidget):
    """Reads and writes the money and the promise of ``presenter.device`` and the visit's deposit."""

    edited = Signal()
    saving = Signal()

    def __init__(self, presenter: IntakePresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._loading = False
        choices = presenter.choices
        self.receipt = ReceiptView(choices.time_zone, choices.paper_language)
        self.estimate = MoneyField(_("Estimate"))
        self.limit = MoneyField(
            _("Agreed limit"), hint=_("Up to here the customer agrees without being asked again")
        )
        self.deposit = MoneyField(_("Deposit"))
        self.promised_on = DateField(_("Promised date"), lambda: presenter.choices.today)
        self.method = Ticks(
            _("Deposit paid by"), [(each.value, label(each)) for each in PaymentMethod], single=True
        )
        self.save = QPushButton(_("Save and print") + "  F9")
        theme.role_of(self.save, "primary")
        self.save.setAutoDefault(True)
        self.save.setIcon(icons.icon("printer", "on_accent", 18))
        self.save.setAccessibleName(_("Save and print"))
        self.save.setMinimumHeight(theme.px(40))
        self._of_device = {"estimate": self.estimate, "limit": self.limit, "promised_on": self.promised_on}
        self._of_visit = {"deposit": self.deposit, "method": self.method}
        self._build()
        self._connect()

    def fields(self) -> dict[str, Field]:
        """Fields by the names that refusals use."""
        return {
            "estimate": self.estimate,
            "limit": self.limit,
            "deposit": self.deposit,
            "promised_at": self.promised_on,
        }

    def load(self) -> None:
        """Show what the presenter holds."""
        self._loading = True
        for name, row in self._of_device.items():
            put(row, getattr(self._presenter.device, name))
        for name, row in self._of_visit.items():
            put(row, getattr(self._presenter.visit, name))
        self._loading = False
        self.show_defaults()

    def show_defaults(self) -> None:
        """The promise that goes without saying, and the method only once there is a deposit."""
        default = self._presenter.default_promise(self._presenter.device)
        self.promised_on.line.setPlaceholderText(formats.short_day(default) if default else _("by category"))
        self.method.setVisible(bool(self.deposit.line.text().strip()))

    def print_anew(self) -> None:
        """Let the receipt follow what is typed."""
        self.receipt.show_form(self._presenter.receipt())

    def _build(self) -> None:
        adopt(self, self.estimate, self.limit, self.deposit, self.method, self.promised_on, self.save)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(6))
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.estimate, 0, 0, top)
        grid.addWidget(self.limit, 0, 1, top)
        grid.addWidget(self.deposit, 1, 0, top)
        grid.addWidget(self.promised_on, 1, 1, top)
        grid.addWidget(self.method, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addWidget(self.receipt, 1)
        box.addLayout(grid)
        box.addWidget(self.save)

    def _connect(self) -> None:
        for name, row in {**self._of_device, **self._of_visit}.items():
            row.changed.connect(lambda mine=name: self._changed(mine))
        self.save.clicked.connect(self.saving)

    def _changed(self, name: str) -> None:
        if self._loading:
            return
        if name in self._of_device:
            setattr(self._presenter.device, name, raw_of(self._of_device[name]))
        else:
            value = raw_of(self._of_visit[name])
            if value is None:
                # Money came somehow: unticking the method there is ticks it again.
                value = self._presenter.visit.method
                put(self.method, value)
            setattr(self._presenter.visit, name, value)
        self.show_defaults()
        self.edited.emit()
