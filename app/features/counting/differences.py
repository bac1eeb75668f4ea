"""What a stocktake found, the dearest first: count again, or approve and book it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from app.core import formats
from app.core.enums import Command, CountState
from app.core.errors import Conflict, ShopError
from app.core.sentences import sentence
from app.core.words import _, ngettext
from app.features.counting.service import Counting
from app.features.counting.snapshots import CountLineRow, Differences
from app.features.counting.words import difference_text, difference_tone, part_text, value_text
from app.ui import theme
from app.ui.desk import Desk
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood
from app.ui.tables import RIGHT, Column, Empty, Table


class DifferencesDialog(QDialog):
    """The lines that do not agree, with their worth, and the deed that books them."""

    def __init__(
        self, counting: Counting, desk: Desk, found: Differences, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._counting = counting
        self._desk = desk
        self._ctx = desk.gesture()
        self.found = found
        self.setWindowTitle(_("Differences"))
        self.setModal(True)
        self.setMinimumSize(theme.px(720), theme.px(460))
        self.heading = QLabel()
        theme.role_of(self.heading, "heading")
        self.sums = QLabel()
        self.rest = QLabel()
        self.rest.setWordWrap(True)
        theme.role_of(self.rest, "secondary")
        self.banner = Banner()
        self.table = Table(
            [
                Column("location", _("Location"), lambda row: row.location, width=84),
                Column("name", _("Part name"), _named, width=170, stretch=True),
                Column("expected", _("Expected"), lambda row: str(row.expected), align=RIGHT, width=80),
                Column("counted", _("Counted"), lambda row: str(row.counted), align=RIGHT, width=80),
                Column(
                    "difference", _("Difference"), difference_text, align=RIGHT, width=84, tone=difference_tone,
                    bold=True,
                ),
                Column(
                    "value", _("Value"), value_text, sort=lambda row: row.value, align=RIGHT, width=96,
                    tone=difference_tone,
                ),
            ],
            name="count_differences",
            key=lambda row: row.key,
            empty=Empty(_("Everything that was counted agrees."), icon="circle-check"),
        )  # fmt: skip
        self.again = QPushButton(_("Count again"))
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self.count_again)
        close = QPushButton(_("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        self.approve_button = QPushButton(_("Approve and book"))
        theme.role_of(self.approve_button, "primary")
        self.approve_button.clicked.connect(self.approve)
        parts = (self.heading, self.banner, self.sums, self.rest, self.table)
        lay_out(self, *parts, tall=self.table, left=[self.again], right=[close, self.approve_button])
        self._show()

    def count_again(self) -> None:
        """The picked line is counted from the start."""
        row = self.table.current()
        if row is not None and self._try(lambda: self._counting.recount(self._desk.gesture(), row.id)):
            self.found = self._counting.differences(self._desk.actor, self.found.count.id)
            self._show()

    def approve(self) -> None:
        """Book the differences."""
        count = self.found.count
        if self._try(lambda: self._counting.approve(self._ctx, count.id, count.version)):
            self.accept()

    def _try(self, give: Callable[[], object]) -> bool:
        try:
            give()
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
            if isinstance(error, Conflict):
                self.found = self._counting.differences(self._desk.actor, self.found.count.id)
                self._show()
            return False
        return True

    def _show(self) -> None:
        found = self.found
        count = found.count
        self.heading.setText(_("Differences of {number}").format(number=count.number))
        self.sums.setText(
            _("Found {surplus} · missing {missing} · together {net}").format(
                surplus=formats.money(found.surplus),
                missing=formats.money(found.missing),
                net=formats.money(found.net),
            )
        )
        left = count.lines - count.counted
        self.rest.setText(
            ngettext(
                "{n} line is not counted; it stays as it is.",
                "{n} lines are not counted; they stay as they are.",
                left,
            ).format(n=left)
            if left
            else ""
        )
        self.rest.setVisible(bool(left))
        self.table.show_rows(found.rows)
        open_one = count.state is CountState.OPEN
        self.again.setVisible(open_one and self._desk.may(Command.COUNT_STOCK))
        self.approve_button.setVisible(open_one and self._desk.may(Command.APPROVE_COUNT))
        self.approve_button.setEnabled(bool(count.counted))


def _named(row: CountLineRow) -> str:
    return f"{row.number}  {part_text(row)}"
