"""Statutory guarantee: devices in the shop whose customer may ask for another one, and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.enums import PaperKind
from app.core.labels import category_name, claimable_words
from app.core.words import _
from app.features.brands.alarms import AlarmRow, Alarms
from app.features.brands.words import clock_text
from app.ui import theme
from app.ui.desk import Desk
from app.ui.page import KeyHint, Page
from app.ui.side_card import SideCard, beside
from app.ui.tables import Column, Empty, Table


class AlarmsPage(Page):
    """A list to act on: each row opens its order."""

    key = "alarms"

    def __init__(self, alarms: Alarms, desk: Desk) -> None:
        super().__init__()
        self._alarms = alarms
        self.desk = desk
        self.shown: AlarmRow | None = None
        about = QLabel(
            _(
                "In warranty: two repairs that did not hold, more than 30 days here by our delay, more than 90 days "
                "waiting for the maker's parts; or faulty within 15 days of the sale."
            )
        )
        theme.role_of(about, "secondary")
        about.setWordWrap(True)
        self.body.addWidget(about)
        self.list = Table(
            [
                Column("number", _("Order"), lambda row: row.number, width=104, bold=True),
                Column("customer", _("Customer"), lambda row: row.customer, width=90),
                Column("device", _("Device"), _device, width=130, stretch=True, spare=True),
                Column(
                    "since",
                    _("Taken in"),
                    lambda row: formats.short_day(row.taken_in_on),
                    width=84,
                    spare=True,
                ),
                Column("count", _("Statutory guarantee"), lambda row: clock_text(row.clock), width=210),
            ],
            name="alarms",
            key=lambda row: row.order_id,
            empty=Empty(_("No customer may ask for another device."), icon="circle-check"),
        )
        self.list.view.setAccessibleName(_("Guarantee alarms"))
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.open_order())
        self.card = SideCard(_("Choose an order on the left."))
        self.order_button = self.card.button(_("Open the order (↵)"), self.open_order, primary=True)
        self.paper_button = self.card.button(_("Repair record …"), self.print_paper)
        self.body.addWidget(beside(self.list, self.card, wide=720, narrow=480), 1)

    def title(self) -> str:
        return _("Guarantee alarms")

    def keys_here(self) -> Sequence[KeyHint]:
        return (KeyHint("↵", _("open the order")), KeyHint("Ctrl+P", _("repair record")))

    def manual(self) -> str:
        return "claims"

    def first_focus(self) -> QWidget | None:
        return self.list.view

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.ORDER) or changes.has(Kind.CLAIM)

    def refresh(self) -> None:
        rows = self._alarms.rows()
        self.list.show_rows(rows)
        if not rows:
            self._picked(None)

    def open_order(self) -> None:
        """What it is about."""
        if self.shown is not None:
            self.wants.emit("orders", self.shown.order_id)

    def print_paper(self) -> None:
        """The statutory repair record of the picked device."""
        if self.shown is not None:
            self.desk.papers.preview(PaperKind.STATUTORY_RECORD, self.shown.number)

    def _picked(self, row: AlarmRow | None) -> None:
        self.shown = row
        if row is None:
            self.card.show_nothing()
            return
        self.card.show_record(
            f"{row.number}  {row.customer}",
            [
                (_("The law"), claimable_words(row.clock.reasons)),
                (_("Statutory guarantee"), clock_text(row.clock)),
                (_("Device"), f"{row.brand} {_device(row)}".strip()),
                (_("Serial number"), row.serial),
                (_("Phone"), formats.phone(row.phone)),
                (_("Taken in"), formats.day(row.taken_in_on)),
            ],
        )
        self.card.offer(self.order_button, self.paper_button)


def _device(row: AlarmRow) -> str:
    return row.model or category_name(row.category)
