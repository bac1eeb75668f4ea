"""Pairs of records that may be one customer, and merging them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import Command
from app.core.words import N_, _
from app.features.customers.service import CustomersService
from app.features.customers.snapshots import Alike, CustomerRow, DuplicatePair
from app.ui import theme
from app.ui.messages import confirm
from app.ui.tables import Column, Empty, Table

if TYPE_CHECKING:
    from app.features.customers.page import CustomersPage

_WHY = {
    Alike.SAME_PHONE: N_("same phone"),
    Alike.SAME_NAME_SIMILAR_PHONE: N_("same name, similar phone"),
    Alike.SAME_NAME_SAME_ADDRESS: N_("same name and address"),
}


class DoublesView(QWidget):
    """The list of pairs; merging is asked for, because it is not taken back."""

    def __init__(self, customers: CustomersService, page: CustomersPage) -> None:
        super().__init__()
        self._customers = customers
        self._page = page
        self.list = Table(
            [
                Column("keep", _("Stays"), lambda pair: _who(pair.keep), width=190, bold=True),
                Column(
                    "drop", _("Becomes one with it"), lambda pair: _who(pair.drop), width=190, stretch=True
                ),
                Column("why", _("Why"), lambda pair: _(_WHY[pair.why]), width=150),
            ],
            name="doubles",
            key=lambda pair: (pair.keep.id, pair.drop.id),
            empty=Empty(_("No two records look like one customer."), icon="circle-check"),
        )
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _pair: self.merge())
        self.merge_button = QPushButton(_("Merge …"))
        theme.role_of(self.merge_button, "primary")
        self.merge_button.clicked.connect(self.merge)
        row = QHBoxLayout()
        row.addWidget(self.merge_button)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.list, 1)
        box.addLayout(row)

    def load(self) -> None:
        """Look for pairs beside the window: many customers take a second or two."""
        self.list.show_loading()
        self.merge_button.setEnabled(False)
        actor = self._page.desk.actor
        self._page.desk.tasks.run(
            lambda _progress: self._customers.duplicates(actor),
            self._show,
            self._page.failed,
            _("Looking for doubles"),
        )

    def merge(self) -> None:
        """Make one customer of the picked pair, after asking."""
        pair: DuplicatePair | None = self.list.current()
        if pair is None or not self._page.desk.may(Command.MERGE_CUSTOMERS):
            return
        if not confirm(
            _("Make one customer of “{drop}” and “{keep}”?").format(
                drop=_who(pair.drop), keep=_who(pair.keep)
            ),
            _("Merge"),
            danger=True,
            detail=_("Devices and orders go over to “{keep}”. This cannot be undone.").format(
                keep=pair.keep.name
            ),
            parent=self,
        ):
            return
        ctx = self._page.desk.gesture()

        def done(_record: object) -> None:
            self._page.confirm_done(_("Merged into {name}.").format(name=pair.keep.name))
            self.load()

        self._page.run(
            lambda: self._customers.merge(
                ctx, pair.keep.id, pair.keep.version, pair.drop.id, pair.drop.version
            ),
            done,
        )

    def _show(self, pairs: tuple[DuplicatePair, ...]) -> None:
        self.list.show_rows(pairs)
        self.merge_button.setEnabled(bool(pairs) and self._page.desk.may(Command.MERGE_CUSTOMERS))

    def _picked(self, pair: DuplicatePair | None) -> None:
        if pair is not None:
            self._page.run(lambda: self._page.customer.show_customer(pair.drop.id))


def _who(row: CustomerRow) -> str:
    return f"{row.name}  {formats.phone(row.phone)}"
