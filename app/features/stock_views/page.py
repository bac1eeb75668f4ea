"""Views of the stock: choose one, filter it, read the sums, write it to Excel or on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.enums import AbcClass, Command, PaperKind
from app.core.labels import category_name, label
from app.core.money import Money, Quantity
from app.core.words import _, ngettext
from app.features.sheets.writing import write_whole
from app.features.stock.catalogue import Catalogue
from app.features.stock_views.asking import cell_text, figures_of, report_number, sums_text
from app.features.stock_views.curve import AbcCurveView
from app.features.stock_views.service import StockViews
from app.features.stock_views.snapshots import (
    STATE_WORDS,
    VIEW_WORDS,
    AbcCurve,
    FigureRow,
    Figures,
    Head,
    StockFilter,
    StockState,
    View,
)
from app.features.stock_views.workbook import workbook
from app.ui import theme
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, DateField
from app.ui.page import KeyHint, Page
from app.ui.room import InTab
from app.ui.saving import ask_where
from app.ui.tables import LEFT, RIGHT, Column, Empty, Table

_MONTHS = (3, 6, 12, 24)
#: Lines on paper: more is for the workbook.
_ALL: list[tuple[object, str]] = [("", "")]


class StockViewsPage(Page):
    """One view at a time; rankings are worked out beside the window."""

    key = "stock_views"

    def __init__(self, views: StockViews, catalogue: Catalogue, desk: Desk) -> None:
        super().__init__()
        self._views = views
        self._catalogue = catalogue
        self.desk = desk
        self._asked = 0
        self.figures: Figures | None = None
        self.view = ChipGroup(
            "", [(view, _(word)) for view, word in VIEW_WORDS.items()], single=True, numbers=False
        )
        self.view.set_value(View.LIST)
        self.view.changed.connect(self.refresh)
        self.state = ComboField(_("State"), [(each, _(word)) for each, word in STATE_WORDS.items()])
        self.category = ComboField(_("Category"), _ALL)
        self.brand = ComboField(_("Brand"), _ALL)
        self.place = ComboField(_("Place"), _ALL)
        self.abc = ComboField(_("Class"), [("", _("All")), *((each, label(each)) for each in AbcClass)])
        self.months = ComboField(
            _("Months"), [(n, ngettext("{n} month", "{n} months", n).format(n=n)) for n in _MONTHS]
        )
        self.months.set_value(12)
        self.day = DateField(_("Stock value on"), lambda: views.today)
        self.day.set_value(views.today)
        self.worth = QLabel()
        theme.role_of(self.worth, "heading")
        self.state.set_value(StockState.HELD)
        self.abc.set_value("")
        self._filters = (self.state, self.category, self.brand, self.place, self.abc)
        for field in (*self._filters, self.months):
            field.changed.connect(self._load)
        self.day.changed.connect(self._show_worth)
        top = QHBoxLayout()
        top.addWidget(self.view, 1)
        self.classify_button = QPushButton(_("Work out the classes"))
        self.classify_button.clicked.connect(self.classify)
        self.excel_button = QPushButton(_("Excel … (Ctrl+E)"))
        self.excel_button.setShortcut("Ctrl+E")
        self.excel_button.clicked.connect(self.export)
        self.paper_button = QPushButton(_("Paper …"))
        self.paper_button.clicked.connect(self.print_paper)
        for button in (self.classify_button, self.excel_button, self.paper_button):
            top.addWidget(button)
        self.body.addLayout(top)
        narrow = QHBoxLayout()
        for field in (*self._filters, self.months):
            field.setMaximumWidth(theme.px(170))
            narrow.addWidget(field)
        narrow.addStretch(1)
        narrow.addWidget(self.day)
        narrow.addWidget(self.worth)
        self.body.addLayout(narrow)
        self.curve = AbcCurveView()
        self.curve.hide()
        self.body.addWidget(self.curve, 2)
        self._tables: dict[View, Table] = {}
        self._holder = QHBoxLayout()
        self.body.addLayout(self._holder, 3)
        self.sums = QLabel()
        theme.role_of(self.sums, "strong")
        self.body.addWidget(self.sums)

    def title(self) -> str:
        return _("Stock views")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("Ctrl+E", _("Excel")),
            KeyHint("Ctrl+P", _("paper")),
            KeyHint("↵", _("open the part")),
        )

    def manual(self) -> str:
        return "views"

    def first_focus(self) -> QWidget | None:
        return self.view

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.PART)

    def refresh(self) -> None:
        view = self._view()
        choices = self._views.choices()
        _refill(self.category, [(each, category_name(each)) for each in choices.categories])
        _refill(self.brand, [(each, each) for each in choices.brands])
        _refill(self.place, [(each.id, each.name) for each in choices.places])
        for field in self._filters:
            field.setVisible(view is View.LIST)
        self.months.setVisible(view in (View.DEAD, View.FAST, View.SLOW, View.USAGE))
        self.curve.setVisible(view is View.ABC)
        self.classify_button.setVisible(view is View.ABC and self.desk.may(Command.CLASSIFY_PARTS))
        self._show_worth()
        self._load()

    def print_paper(self) -> None:
        """The view in front as it is filtered."""
        self.desk.papers.preview(
            PaperKind.STOCK_REPORT, report_number(self._view(), self._wanted(), self._span())
        )

    def classify(self) -> None:
        """Give each part its class anew."""
        ctx = self.desk.gesture()
        self.desk.tasks.run(
            lambda _progress: self._catalogue.classify(ctx), self._classified, self.failed, _("Classes")
        )

    def export(self) -> None:
        """The whole view as a workbook."""
        view, wanted, months, actor = self._view(), self._wanted(), self._span(), self.desk.actor
        file = ask_where(self, _("Save as Excel"), _(VIEW_WORDS[view]))
        if file is None:
            return

        def work(_progress: object) -> Path:
            write_whole(file, workbook(figures_of(self._views, actor, view, wanted, months, whole=True)))
            return file

        self.desk.tasks.run(
            work,
            lambda done: self.confirm_done(_("Saved: {name}").format(name=done.name)),
            self.failed,
            _("Save as Excel"),
        )

    # -- inside ----------------------------------------------------------------------------------------

    def _view(self) -> View:
        return View(self.view.value() or View.LIST)

    def _wanted(self) -> StockFilter:
        abc = self.abc.value()
        place = self.place.value()
        return StockFilter(
            category=self.category.value() or "",
            brand=self.brand.value() or "",
            place_id=int(place) if place else None,
            abc=AbcClass(abc) if abc else None,
            state=StockState(self.state.value() or StockState.ALL),
        )

    def _span(self) -> int:
        return int(self.months.value() or 12)

    def _load(self) -> None:
        self.run(self._load_view)

    def _load_view(self) -> None:
        view, wanted, months, actor = self._view(), self._wanted(), self._span(), self.desk.actor
        self._asked += 1
        asked = self._asked

        def show(found: tuple[Figures, AbcCurve | None]) -> None:
            # What was asked for before is no longer wanted.
            if asked == self._asked:
                self._show(*found)

        def work(_progress: object) -> tuple[Figures, AbcCurve | None]:
            figures = figures_of(self._views, actor, view, wanted, months, whole=False)
            return figures, self._views.curve(actor) if view is View.ABC else None

        self.desk.tasks.run(work, show, self.failed, quiet=True)

    def _show(self, figures: Figures, curve: AbcCurve | None) -> None:
        self.figures = figures
        if curve is not None:
            self.curve.show_curve(curve)
        table = self._table(figures)
        for other in self._tables.values():
            other.setVisible(other is table)
        if figures.view is View.LIST:
            wanted = self._wanted()
            table.show_source(
                lambda after, limit: self._views.stock_list(self.desk.actor, wanted, after, limit)
            )
        else:
            table.show_rows(figures.rows)
        self.sums.setText(sums_text(figures))

    def _table(self, figures: Figures) -> Table:
        table = self._tables.get(figures.view)
        if table is None:
            table = Table(
                [_column(head, at) for at, head in enumerate(figures.heads)],
                name=f"stock_view_{figures.view.value}",
                empty=Empty(
                    _("Nothing here: choose other filters, or receive goods first."), icon="chart-column"
                ),
            )
            if figures.view not in (View.USAGE, View.ABC):
                table.opened.connect(lambda row: self.wants.emit("parts", InTab("parts", row.id)))
            self._tables[figures.view] = table
            self._holder.addWidget(table)
        return table

    def _show_worth(self) -> None:
        day = self.day.value() if self.day.check() else None
        self.worth.setText(
            formats.money(self._views.value_on(self.desk.actor, day)) if isinstance(day, date) else ""
        )

    def _classified(self, changed: int) -> None:
        self.confirm_done(
            ngettext("{n} part changed its class.", "{n} parts changed their class.", changed).format(
                n=changed
            )
        )
        self.refresh()


def _column(head: Head, at: int) -> Column:
    def display(row: FigureRow) -> str:
        return cell_text(row.cells[at])

    def sort(row: FigureRow) -> object:
        cell = row.cells[at]
        match cell:
            case Money():
                return cell.fen
            case Quantity():
                return cell.milli
            case None:
                return -1
            case _:
                return cell

    return Column(
        f"c{at}",
        _(head.title),
        display,
        sort=sort,
        align=RIGHT if head.figures else LEFT,
        width=head.width,
        stretch=head.width >= 180 or (at == 0 and head.width < 100),
        bold=at == 0,
    )


def _refill(field: ComboField, choices: list[tuple[object, str]]) -> None:
    chosen = field.value()
    field.blockSignals(True)
    field.set_choices([("", _("All")), *choices])
    field.set_value(chosen if chosen in {code for code, _word in choices} else "")
    field.blockSignals(False)
