"""Stocktakes: open a list, count by scanner or by typing, look at what differs, approve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.codes import Code, CodeKind, Foreign, Scan
from app.core.enums import Command, CountKind, CountState, PaperKind
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.money import ONE, Quantity
from app.core.words import _
from app.features.counting.differences import DifferencesDialog
from app.features.counting.service import Counting
from app.features.counting.snapshots import CountLineRow, CountRow, Lines
from app.features.counting.words import (
    count_chip,
    difference_text,
    difference_tone,
    part_text,
    progress_text,
    scope_text,
)
from app.features.stock.place_field import PlaceField
from app.features.stock.shelf import Shelf
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, LineField, QuantityField
from app.ui.form_dialog import ask
from app.ui.messages import confirm
from app.ui.page import KeyHint, Page
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table


class CountingPage(Page):
    """The stocktakes on the left, the lines of the picked one on the right. Scans count."""

    key = "counting"

    def __init__(self, counting: Counting, shelf: Shelf, desk: Desk) -> None:
        super().__init__()
        self._counting = counting
        self._shelf = shelf
        self.desk = desk
        self.shown: CountRow | None = None
        self.open_button = QPushButton(_("New stocktake … (Ctrl+N)"))
        self.open_button.setShortcut("Ctrl+N")
        self.open_button.clicked.connect(lambda: self.open_count())
        self.filter = ChipGroup(
            "",
            [
                (Lines.ALL, _("All lines")),
                (Lines.TO_COUNT, _("To count")),
                (Lines.COUNTED, _("Counted ones")),
            ],
            single=True,
            numbers=False,
        )
        self.filter.set_value(Lines.ALL)
        self.filter.changed.connect(self._load_lines)
        self.times = QuantityField(_("Pieces a scan"))
        self.times.set_value(ONE)
        self.consigned = QCheckBox(_("Goods of others"))
        top = QHBoxLayout()
        top.addWidget(self.open_button)
        top.addStretch(1)
        self.body.addLayout(top)
        self.list = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=120, bold=True),
                Column("scope", _("What is counted"), scope_text, width=110, stretch=True),
                Column("done", _("Progress"), progress_text, align=RIGHT, width=84),
                Column("state", _("State"), lambda row: label(row.state), width=104, chip=count_chip),
            ],
            name="stock_counts",
            empty=Empty(
                _("No stocktakes yet. Nobody has to close the shop for one."),
                _("New stocktake … (Ctrl+N)"),
                self.open_count,
                icon="clipboard-check",
            ),
        )
        self.list.picked.connect(self._picked)
        self.lines = Table(
            [
                Column("location", _("Location"), lambda row: row.location, width=78),
                Column("number", _("Part number"), lambda row: row.number, width=92, spare=True),
                Column("name", _("Part name"), part_text, width=140, stretch=True),
                Column("expected", _("Expected"), _expected, align=RIGHT, width=70, spare=True),
                Column("counted", _("Counted"), _counted, align=RIGHT, width=70, bold=True),
                Column(
                    "difference",
                    _("Difference"),
                    difference_text,
                    align=RIGHT,
                    width=76,
                    tone=difference_tone,
                    spare=True,
                ),
                Column("by", _("By"), lambda row: row.counted_by, width=72, spare=True),
            ],
            name="count_lines",
            key=lambda row: row.key,
            empty=Empty(_("Nothing on this list. Scan what lies here all the same."), icon="scan-barcode"),
        )
        self.lines.opened.connect(lambda _row: self.type_count())
        self.lines.picked.connect(lambda _row: self._offer())
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 0, 0)
        tools = QHBoxLayout()
        tools.addWidget(self.filter, 1)
        tools.addWidget(self.consigned)
        tools.addWidget(self.times)
        inside.addLayout(tools)
        inside.addWidget(self.lines, 1)
        self.card = SideCard(_("Choose a stocktake on the left, or scan its list."), body)
        card = self.card
        self.type_button = card.button(_("Type the number … (Enter)"), self.type_count, primary=True)
        self.piece_button = card.button(_("Serial number …"), self.type_piece)
        self.again_button = card.button(_("Count again"), self.count_again)
        self.difference_button = card.button(_("Differences …"), self.show_differences, key="Ctrl+D")
        self.list_button = card.button(_("Count list …"), self.print_paper)
        self.cancel_button = card.button(_("Call the stocktake off …"), self.cancel)
        self.body.addWidget(beside(self.list, card, wide=480, narrow=740), 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Stocktake")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("Ctrl+N", _("new stocktake")),
            KeyHint("↵", _("type the number")),
            KeyHint("Ctrl+D", _("differences")),
            KeyHint("Ctrl+P", _("count list")),
        )

    def first_focus(self) -> QWidget | None:
        return self.lines.view if self.shown is not None else self.list.view

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.STOCK_COUNT)

    def refresh(self) -> None:
        self.open_button.setVisible(self.desk.may(Command.OPEN_COUNT))
        self.list.show_source(self._counting.page)
        if self.shown is not None:
            self._show(self.shown.id)

    def take_scan(self, scan: Scan) -> bool:
        if isinstance(scan, Code) and scan.kind in (CodeKind.STOCK_COUNT, CodeKind.LOCATION):
            found = self._counting.by_scan(scan.digits)
            if found is None and scan.kind is CodeKind.LOCATION:
                place = self._shelf.place(scan.number)
                if not self.desk.may(Command.OPEN_COUNT) or not place.active:
                    raise Refusal(Reason.PLACE_CODE, place=place.title)
                self.open_count(place.id)
                return True
            if found is None:
                raise Refusal(Reason.CODE_UNKNOWN, text=scan.digits)
            self._go_to(found)
            self.confirm_done(_("Stocktake {number}: {place}").format(number=found.number, place=found.place))
            return True
        if isinstance(scan, Code) and scan.kind not in (CodeKind.PART, CodeKind.SERIAL_PART):
            return False
        count = self._open_one()
        if count is None:
            return False
        text = scan.text if isinstance(scan, Foreign) else scan.digits
        times = self.times.value() or ONE
        row = self._counting.scan(
            self.desk.gesture(), count.id, text, times, consigned=self.consigned.isChecked()
        )
        # Many at once are told before one scan, not before all that follow.
        self.times.set_value(ONE)
        self._counted(row)
        return True

    def takes_parts(self) -> bool:
        return self._open_one() is not None

    def knows_part(self, text: str) -> bool:
        return self._open_one() is not None and self._counting.knows_part(text)

    def open_with(self, subject: Any) -> None:
        """A scan of a count list or a place, or a stocktake's id."""
        if isinstance(subject, Code):
            self.take_scan(subject)
        else:
            self._go_to(self._counting.count(int(subject)))

    def print_paper(self) -> None:
        if self.shown is not None:
            self.desk.papers.preview(PaperKind.COUNT_LIST, self.shown.number)

    # -- commands --------------------------------------------------------------------------------------

    def open_count(self, place_id: int | None = None) -> None:
        """A new stocktake: what, where (the main shelf, unless a place was scanned), blind or not."""
        kind = ChipGroup(
            _("What is counted"), [(each, label(each)) for each in CountKind], single=True, required=True
        )
        kind.set_value(CountKind.ALL if place_id is None else CountKind.PLACE)
        scope = LineField(
            _("Class, or beginning of the locations"),
            placeholder=_("A, B, C or the beginning of the locations"),
        )
        places = [each for each in self._shelf.places() if each.active]
        place = PlaceField(_("Place"), places)
        place.set_value(place_id or next((each.id for each in places if each.main), None))
        blind = QCheckBox(_("Blind: whoever counts does not see what should be there"))
        blind.setChecked(True)
        note = LineField(_("Note"))
        ctx = self.desk.gesture()
        made: list[CountRow] = []
        if ask(
            _("New stocktake"),
            [kind, scope, place, blind, note],
            _("Begin"),
            lambda: made.append(
                self._counting.open(
                    ctx, kind.value(), scope.value(), place_id=place.value(), blind=blind.isChecked(),
                    note=note.value(),
                )
            ),
            text=_("The shop goes on working: what is expected is taken at the moment of counting."),
            parent=self,
        ):  # fmt: skip
            self.list.reload()
            self._go_to(made[0])
            self.confirm_done(_("Stocktake {number} begun.").format(number=made[0].number))

    def type_count(self) -> None:
        """The number of the picked line, typed; an earlier one is replaced."""
        count, row = self._open_one(), self.lines.current()
        if count is None or row is None or not self.desk.may(Command.COUNT_STOCK):
            return
        counted = QuantityField(_("Counted"), required=True, zero=True)
        ctx = self.desk.gesture()
        done: list[CountLineRow] = []
        again = row.counted is not None
        text = ""
        if again:
            text = _("Counted already: {quantity}. The new number replaces it.").format(
                quantity=formats.quantity(row.counted)
            )
        if ask(
            f"{row.number}  {part_text(row)}",
            [counted],
            _("Count again") if again else _("Take over"),
            lambda: done.append(
                self._counting.enter(
                    ctx, count.id, row.part_id, counted.value() or Quantity(0), consigned=row.consigned,
                    again=again,
                )
            ),
            text=text,
            parent=self,
        ):  # fmt: skip
            self._counted(done[0])

    def type_piece(self) -> None:
        """A piece without a label lies there: its serial number."""
        count, row = self._open_one(), self.lines.current()
        if count is None or row is None:
            return
        serial = LineField(_("Serial number"), required=True)
        ctx = self.desk.gesture()
        done: list[CountLineRow] = []
        if ask(
            f"{row.number}  {part_text(row)}",
            [serial],
            _("Take over"),
            lambda: done.append(self._counting.enter_piece(ctx, count.id, row.part_id, serial.value())),
            parent=self,
        ):
            self._counted(done[0])

    def count_again(self) -> None:
        """The picked line begins anew."""
        row = self.lines.current()
        if row is not None:
            ctx = self.desk.gesture()
            self.run(lambda: self._counting.recount(ctx, row.id), self._counted)

    def show_differences(self) -> None:
        """What does not agree, and its approval."""
        if self.shown is None:
            return
        count_id = self.shown.id
        self.run(
            lambda: self._counting.differences(self.desk.actor, count_id),
            lambda found: DifferencesDialog(self._counting, self.desk, found, self).exec(),
        )

    def cancel(self) -> None:
        """Call the stocktake off: nothing is booked."""
        if self.shown is None:
            return
        row, ctx = self.shown, self.desk.gesture()
        if confirm(
            _("Call off stocktake {number}? What was counted is not booked.").format(number=row.number),
            _("Call the stocktake off"),
            danger=True,
            parent=self,
        ):
            self.run(lambda: self._counting.cancel(ctx, row.id, row.version))

    # -- inside ----------------------------------------------------------------------------------------

    def _open_one(self) -> CountRow | None:
        return self.shown if self.shown is not None and self.shown.state is CountState.OPEN else None

    def _counted(self, row: CountLineRow) -> None:
        self.lines.select(row.key)
        if row.counted is None:
            self.confirm_done(_("To be counted again: {part}").format(part=part_text(row)))
            return
        said = _("{part}: {quantity}").format(
            part=part_text(row), quantity=f"{row.counted} {row.unit}".strip()
        )
        self.confirm_done(said)

    def _go_to(self, row: CountRow) -> None:
        if not self.list.select(row.id):
            self._show(row.id)

    def _picked(self, row: CountRow | None) -> None:
        if row is not None and (self.shown is None or self.shown.id != row.id):
            self.run(lambda: self._show(row.id))
        elif row is None and self.shown is None:
            self.card.show_nothing()

    def _show(self, count_id: int) -> None:
        row = self._counting.count(count_id)
        self.shown = row
        zone = self._counting.zone
        self.card.show_record(
            f"{row.number}  {scope_text(row)}",
            [
                (_("Place"), row.place),
                (_("Progress"), progress_text(row)),
                (_("Opened"), f"{formats.moment(row.opened_at, zone)} {row.opened_by}"),
                (_("Closed"), formats.moment(row.closed_at, zone) if row.closed_at else ""),
                (_("Note"), row.note),
            ],
            count_chip(row),
        )
        self._load_lines()

    def _load_lines(self) -> None:
        if self.shown is None:
            return
        count_id, shown = self.shown.id, self.filter.value() or Lines.ALL
        self.lines.show_source(
            lambda after, limit: self._counting.lines(count_id, shown, after, limit), key=lambda row: row.key
        )
        self._offer()

    def _offer(self) -> None:
        count, row = self._open_one(), self.lines.current()
        may = self.desk.may
        counting = count is not None and may(Command.COUNT_STOCK)
        self.times.setVisible(counting)
        self.consigned.setVisible(counting)
        picked = counting and row is not None
        shown = self.shown
        sees = shown is not None and (not shown.hides_expected or may(Command.APPROVE_COUNT))
        self.card.offer(
            self.type_button if picked and not row.serialised else None,
            self.piece_button if picked and row.serialised else None,
            self.again_button if picked and row.counted is not None else None,
            self.difference_button if sees else None,
            self.list_button if shown is not None else None,
            self.cancel_button if count is not None and may(Command.OPEN_COUNT) else None,
        )


def _expected(row: CountLineRow) -> str:
    return "" if row.expected is None else formats.quantity(row.expected)


def _counted(row: CountLineRow) -> str:
    return "" if row.counted is None else formats.quantity(row.counted)
