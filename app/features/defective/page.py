"""Defective goods: register, grade, take apart, sell, give away, dispose of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.codes import Code, CodeKind, Scan
from app.core.enums import Category, Command, DefectGrade, DefectSource, DefectState, PaperKind
from app.core.errors import Reason, Refusal
from app.core.labels import category_name, label
from app.core.money import ONE, ZERO, Quantity
from app.core.words import _
from app.features.defective.service import Defective
from app.features.defective.snapshots import DefectiveEntry, DefectiveRow, Goods, StripEntry
from app.features.stock.service import StockService
from app.features.stock.typed import part_typed
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, LineField, MoneyField, QuantityField
from app.ui.form_dialog import ask
from app.ui.page import KeyHint, Page
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table

_CHIPS: Mapping[DefectState, tuple[Tone, str]] = MappingProxyType(
    {
        DefectState.RECEIVED: (Tone.WAITS, "hourglass"),
        DefectState.GRADED: (Tone.INFO, "tag"),
        DefectState.SOLD: (Tone.DONE, "coins"),
        DefectState.GIVEN_AWAY: (Tone.DONE, "handshake"),
        DefectState.STRIPPED: (Tone.DONE, "scissors"),
        DefectState.DISPOSED: (Tone.CALM, "trash-2"),
    }
)


class DefectivePage(Page):
    """What cannot be sold as it is, and what became of it."""

    key = "defective"

    def __init__(self, defective: Defective, stock: StockService, desk: Desk) -> None:
        super().__init__()
        self._defective = defective
        self._stock = stock
        self.desk = desk
        self.filter = ChipGroup(
            "", [(Goods.OPEN, _("To be dealt with")), (Goods.ALL, _("All"))], single=True, numbers=False
        )
        self.filter.set_value(Goods.OPEN)
        self.filter.changed.connect(lambda: self.run(self._load))
        self.add_button = QPushButton(_("Register goods … (Ctrl+N)"))
        self.add_button.setShortcut("Ctrl+N")
        self.add_button.clicked.connect(self.add)
        top = QHBoxLayout()
        top.addWidget(self.filter, 1)
        top.addWidget(self.add_button)
        self.body.addLayout(top)
        self.list = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=120, bold=True),
                Column("what", _("Goods"), lambda row: row.description, width=180, stretch=True),
                Column("source", _("Where from"), lambda row: label(row.source), width=150, spare=True),
                Column("grade", _("Grade"), lambda row: label(row.grade) if row.grade else "", width=120),
                Column("location", _("Location"), lambda row: row.location, width=84, spare=True),
                Column("state", _("State"), lambda row: label(row.state), width=132, chip=good_chip),
            ],
            name="defective",
            empty=Empty(
                _("No defective goods."), _("Register goods … (Ctrl+N)"), self.add, icon="package-check"
            ),
        )
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.edit())
        self.won = Table(
            [
                Column("number", _("Part number"), lambda row: row.number, width=92),
                Column("name", _("Part name"), lambda row: row.name, width=130, stretch=True),
                Column("quantity", _("Quantity"), lambda row: str(row.quantity), align=RIGHT, width=70),
                Column(
                    "value",
                    _("Value"),
                    lambda row: formats.money(row.value, sign=False),
                    align=RIGHT,
                    width=80,
                ),
            ],
            name="won_parts",
            empty=Empty(_("No parts have been taken out of it."), icon="boxes"),
        )
        self.card = SideCard(_("Choose goods on the left."), self.won)
        card = self.card
        self.grade_button = card.button(_("Grade …"), self.grade, primary=True, key="Ctrl+R")
        self.strip_button = card.button(_("Take a part out …"), self.strip, primary=True)
        self.sell_button = card.button(_("Sold …"), lambda: self.close_as(DefectState.SOLD), primary=True)
        self.give_button = card.button(_("Given away …"), lambda: self.close_as(DefectState.GIVEN_AWAY))
        self.done_button = card.button(_("Nothing more in it"), self.finish)
        self.dispose_button = card.button(_("Disposed of …"), lambda: self.close_as(DefectState.DISPOSED))
        self.label_button = card.button(_("Label …"), self.print_paper)
        self.edit_button = card.button(_("Edit …"), self.edit)
        self.body.addWidget(beside(self.list, card), 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Defective goods")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("Ctrl+N", _("register")),
            KeyHint("↵", _("edit")),
            KeyHint("Ctrl+R", _("grade")),
            KeyHint("Ctrl+P", _("label")),
        )

    def first_focus(self) -> QWidget | None:
        return self.list.view

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.DEFECTIVE)

    def refresh(self) -> None:
        self.add_button.setVisible(self.desk.may(Command.SAVE_DEFECTIVE))
        self._load()

    def take_scan(self, scan: Scan) -> bool:
        if not isinstance(scan, Code) or scan.kind is not CodeKind.DEFECTIVE:
            return False
        row = self._defective.by_scan(scan.digits)
        if row is None:
            raise Refusal(Reason.CODE_UNKNOWN, text=scan.digits)
        self._show(row)
        return True

    def open_with(self, subject: Any) -> None:
        """A scan of its code, or its id."""
        if isinstance(subject, Code):
            self.take_scan(subject)
        else:
            self._show(self._defective.good(int(subject)))

    def print_paper(self) -> None:
        row = self.list.current()
        if row is not None:
            self.desk.papers.preview(PaperKind.DEFECTIVE_LABEL, row.code)

    # -- commands --------------------------------------------------------------------------------------

    def add(self) -> None:
        """Register goods."""
        self._edit(None)

    def edit(self) -> None:
        """Change what is written about the picked goods."""
        row = self.list.current()
        if row is not None and row.open and self.desk.may(Command.SAVE_DEFECTIVE):
            self._edit(row)

    def grade(self) -> None:
        """What the picked goods are."""
        row = self.list.current()
        if row is None:
            return
        grade = ChipGroup(
            _("Grade"), [(each, label(each)) for each in DefectGrade], single=True, required=True
        )
        grade.set_value(row.grade)
        value = MoneyField(_("What the shop puts it at"))
        value.set_value(row.set_value or None)
        ctx = self.desk.gesture()
        self._ask(
            _("Grade {number}").format(number=row.number),
            [grade, value],
            _("Grade"),
            lambda: self._defective.grade(ctx, row.id, row.version, grade.value(), value.value() or ZERO),
        )

    def strip(self) -> None:
        """A usable part of the picked scrap enters stock."""
        row = self.list.current()
        if row is None:
            return
        part = LineField(_("Part: number, barcode or name"), required=True)
        quantity = QuantityField(_("Quantity"), required=True)
        quantity.set_value(ONE)
        value = MoneyField(_("Value of all of them (empty: zero)"))
        serials = LineField(_("Serial numbers, parted by spaces"))
        last = QCheckBox(_("Nothing more is in it"))
        ctx = self.desk.gesture()
        self._ask(
            _("Take a part out of {number}").format(number=row.number),
            [part, quantity, value, serials, last],
            _("Into stock"),
            lambda: self._defective.strip(
                ctx,
                row.id,
                row.version,
                (
                    StripEntry(
                        part_typed(self._stock, part.value()).id,
                        quantity.value() or Quantity(0),
                        value.value() or ZERO,
                        tuple(serials.value().split()),
                    ),
                ),
                finished=last.isChecked(),
            ),
        )

    def finish(self) -> None:
        """Nothing more is in the picked scrap."""
        row = self.list.current()
        if row is not None:
            ctx = self.desk.gesture()
            self.run(lambda: self._defective.strip(ctx, row.id, row.version, ()), self._show)

    def close_as(self, end: DefectState) -> None:
        """Sold, given away or disposed of."""
        row = self.list.current()
        if row is None:
            return
        note = LineField(_("To whom, or how"), required=True)
        price = MoneyField(_("Price"), required=True)
        sold = end is DefectState.SOLD
        ctx = self.desk.gesture()
        self._ask(
            f"{label(end)}: {row.number}",
            [price, note] if sold else [note],
            label(end),
            lambda: self._defective.close(
                ctx, row.id, row.version, end, note.value(), (price.value() or ZERO) if sold else ZERO
            ),
        )

    # -- inside ----------------------------------------------------------------------------------------

    def _ask(self, title: str, fields: Sequence[QWidget], word: str, give: Any) -> None:
        done: list[DefectiveRow] = []
        if ask(title, fields, word, lambda: done.append(give()), parent=self):
            self._load()
            self._show(done[0])
            self.confirm_done(f"{done[0].number} {label(done[0].state)}")

    def _edit(self, row: DefectiveRow | None) -> None:
        what = LineField(_("Goods"), required=True)
        source = ChipGroup(
            _("Where from"), [(each, label(each)) for each in DefectSource], single=True, required=True
        )
        category = ComboField(
            _("Category"), [("", ""), *((each.value, label(each)) for each in Category)], free=True
        )
        brand, model, serial = LineField(_("Brand")), LineField(_("Model")), LineField(_("Serial number"))
        order, location, note = LineField(_("Order no.")), LineField(_("Location")), LineField(_("Note"))
        source.set_value(row.source if row is not None else DefectSource.TRANSPORT)
        if row is not None:
            for field, value in (
                (what, row.description), (category, row.category), (brand, row.brand), (model, row.model),
                (serial, row.serial), (order, row.order_number), (location, row.location), (note, row.note),
            ):  # fmt: skip
                field.set_value(value)
        ctx = self.desk.gesture()
        self._ask(
            _("Defective goods") if row is None else row.number,
            [what, source, _pair(category, brand), _pair(model, serial), _pair(order, location), note],
            _("Save"),
            lambda: self._defective.save(
                ctx,
                row.id if row else None,
                row.version if row else None,
                DefectiveEntry(
                    what.value(), source.value(), category.value() or "", brand.value(), model.value(),
                    serial.value(), order.value(), location.value(), note.value(),
                ),
            ),
        )  # fmt: skip

    def _load(self) -> None:
        shown = self.filter.value() or Goods.OPEN
        self.list.show_source(lambda after, limit: self._defective.page(shown, after, limit))
        if not self.list.rows():
            self.card.show_nothing()

    def _show(self, row: DefectiveRow) -> None:
        if not self.list.select(row.id):
            self.list.view.clearSelection()
        self._picked(row)

    def _picked(self, row: DefectiveRow | None) -> None:
        if row is None:
            self.card.show_nothing()
            return
        self.card.show_record(
            f"{row.number}  {row.description}",
            [
                (_("Where from"), label(row.source)),
                (_("Grade"), label(row.grade) if row.grade else ""),
                (
                    _("Device"),
                    " ".join(
                        part
                        for part in (
                            category_name(row.category) if row.category else "", row.brand, row.model,
                        )
                        if part
                    ),
                ),
                (_("Serial number"), row.serial),
                (_("Order no."), row.order_number),
                (_("Location"), row.location),
                (_("Came in"), formats.moment(row.received_at, self._defective.zone)),
                (_("What the shop puts it at"), formats.money(row.set_value) if row.set_value else ""),
                (_("Sold for"), formats.money(row.sold_for) if row.sold_for is not None else ""),
                (_("Note"), row.note),
            ],
            good_chip(row),
        )  # fmt: skip
        scrap = row.grade is DefectGrade.SCRAP
        self.won.setVisible(scrap)
        if scrap:
            self.won.show_rows(self._defective.won_from(row.id))
        may = self.desk.may
        save, strip = may(Command.SAVE_DEFECTIVE), may(Command.STRIP_DEFECTIVE)
        graded = row.state is DefectState.GRADED
        # One button stands out: what is to be done next.
        theme.role_of(self.grade_button, "" if graded else "primary")
        sellable = graded and save and row.grade in (DefectGrade.SELLABLE, DefectGrade.SAMPLE)
        self.card.offer(
            self.grade_button if row.open and may(Command.GRADE_DEFECTIVE) else None,
            self.strip_button if graded and scrap and strip else None,
            self.done_button if graded and scrap and strip else None,
            self.sell_button if sellable else None,
            self.give_button if sellable and row.grade is DefectGrade.SAMPLE else None,
            self.dispose_button if graded and scrap and save else None,
            self.label_button,
            self.edit_button if row.open and save else None,
        )


def good_chip(row: DefectiveRow) -> Chip:
    """What became of it."""
    tone, icon = _CHIPS[row.state]
    return Chip(label(row.state), tone, icon)


def _pair(left: QWidget, right: QWidget) -> QWidget:
    """Two fields in a row."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(left, 1)
    row.addWidget(right, 1)
    return holder
