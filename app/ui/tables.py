"""The one table: typed columns over frozen snapshots, fed page by page, sorted by value, painted once per cell.

table = Table([Column("number", _("Number"), lambda row: row.number),
               Column("due", _("Due"), lambda row: money(row.due), sort=lambda row: row.due, align=RIGHT)],
              name="orders", empty=Empty(_("No orders yet."), _("Take in a device"), self.take_in))
table.show_rows(rows)                                  # a small list: complete, sortable by its headers
table.show_source(fetch, key=lambda row: row.id)       # any list: fetch(after_key, limit) -> rows, by key
table.opened.connect(self._open)                       # Enter or double click, with the row
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import Conflict, ShopError
from app.core.words import _
from app.ui import icons, keep, theme
from app.ui.cells import CellPainter
from app.ui.columns import CENTRE, LEFT, PAGE, RIGHT, Column, Fetch, RowsModel

log = logging.getLogger(__name__)

__all__ = ["CENTRE", "LEFT", "PAGE", "RIGHT", "Column", "Empty", "Fetch", "RowsModel", "Table"]


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says: what belongs there, and the one action that fills it."""

    text: str
    action: str = ""
    on_action: Callable[[], object] | None = None
    icon: str = "list"


class _View(QTableView):
    """Keys of a list: Enter opens, Home/End first and last, Ctrl+C copies the row."""

    enter = Signal()
    copy = Signal()
    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = event.key()
        model = self.model()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.enter.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and plain and model.rowCount():
            # In a list Home and End mean the first and last row, not the first and last column.
            self.setCurrentIndex(model.index(0 if key == Qt.Key.Key_Home else model.rowCount() - 1, 0))
        elif len(event.text()) == 1 and event.text().isdecimal():
            # Digits belong to the page's number keys, not to a search for rows that begin with them.
            event.ignore()
        else:
            super().keyPressEvent(event)


class Table(QWidget):
    """A list with its loading, empty and error faces. Signals carry the row (the frozen snapshot)."""

    opened = Signal(object)
    #: The current row changed; None when there is none.
    picked = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        name: str = "",
        empty: Empty | None = None,
        key: Callable[[Any], Any] | None = None,
        row_height: int = 32,
        parent: QWidget | None = None,
    ) -> None:
        """``name`` keeps the column widths under it; ``key`` identifies a row across reloads (default ``row.id``)."""
        super().__init__(parent)
        self._name = name
        self._empty = empty or Empty(_("Nothing here yet."))
        self._key: Callable[[Any], Any] = key or (lambda row: row.id)
        self.model = RowsModel(columns, self)
        self.view = _View()
        self._dress_view(row_height)
        self._columns = tuple(columns)
        self._stretch = next((at for at, column in enumerate(columns) if column.stretch), None)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.view)
        self._pane = _Pane()
        self._stack.addWidget(self._pane)
        self.setFocusProxy(self.view)
        self.model.failed.connect(self.show_error)
        self.view.enter.connect(self._open_current)
        self.view.copy.connect(self.copy_row)
        self.view.resized.connect(self._make_room)
        self.view.doubleClicked.connect(lambda _index: self._open_current())
        self.view.selectionModel().currentRowChanged.connect(self._current_changed)
        self.model.modelReset.connect(self._was_reset)
        self.model.rowsInserted.connect(self._face)
        self._restore_widths()
        header = self.view.horizontalHeader()
        header.sectionResized.connect(self._width_changed)
        header.sectionClicked.connect(self._sort_by)
        self._widths_timer = QTimer(self)
        self._widths_timer.setSingleShot(True)
        self._widths_timer.setInterval(500)
        self._widths_timer.timeout.connect(self._keep_widths)
        self._face()

    # -- what is shown ---------------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show a complete small list; the current row stays current if it is still there."""
        self._keeping_place(lambda: self.model.set_rows(rows))

    def show_source(self, fetch: Fetch, key: Callable[[Any], Any] | None = None) -> None:
        """Show a list of any length: ``fetch(after_key, limit)`` gives the next rows (``after_key`` None = first)."""
        self._key = key or self._key
        self._keeping_place(lambda: self.model.set_source(fetch, self._key))

    def reload(self) -> None:
        """Ask the source again for as many rows as are shown."""
        self._keeping_place(self.model.reload)

    def show_loading(self) -> None:
        """Say that rows are on their way. Who was in the list is in it again when they are there."""
        self._pane.show_loading()
        if self.view.hasFocus():
            self._pane.setFocus()
        self._stack.setCurrentWidget(self._pane)

    def show_error(self, error: object, retry: Callable[[], object] | None = None) -> None:
        """Say why there are no rows; ``error`` is an exception or a sentence."""
        self._pane.show_text(
            _sentence(error), "triangle-alert", _("Try again"), retry or self.reload, tone="late_ink"
        )
        self._stack.setCurrentWidget(self._pane)

    def set_empty(self, empty: Empty) -> None:
        """Change what an empty list says (another filter is on)."""
        self._empty = empty
        self._face()

    # -- the current row -------------------------------------------------------------------------------

    def current(self) -> Any:
        """The current row's snapshot, or None."""
        return self.model.row(self.view.currentIndex().row())

    def select(self, key: Any) -> bool:
        """Make the row with this key current; False if it is not loaded."""
        at = self.model.position(key, self._key)
        if at < 0:
            return False
        self._go(at)
        return True

    def select_first(self) -> None:
        """Make the first row current."""
        if self.model.rowCount():
            self._go(0)

    def rows(self) -> Sequence[Any]:
        """The rows loaded so far, as shown."""
        return self.model.rows()

    def copy_row(self) -> None:
        """Put the current row on the clipboard, its cells parted by tabs."""
        at = self.view.currentIndex().row()
        if at >= 0:
            QGuiApplication.clipboard().setText(self.model.row_text(at))

    # -- inside ----------------------------------------------------------------------------------------

    def _dress_view(self, row_height: int) -> None:
        view = self.view
        view.setModel(self.model)
        self._painter = CellPainter(self.model, view)
        view.setItemDelegate(self._painter)
        # Painting the row header of a million rows costs a third of the frame (limits.md).
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(theme.px(row_height))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setCornerButtonEnabled(False)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(theme.px(40))
        header.setFixedHeight(theme.px(30))
        header.setSortIndicatorShown(False)
        view.setAccessibleName(_("List"))

    def _keeping_place(self, load: Callable[[], object]) -> None:
        row = self.current()
        wanted = None if row is None else self._key(row)
        had_focus_row = self.view.currentIndex().row()
        load()
        if wanted is None or not self.select(wanted):
            count = self.model.rowCount()
            if wanted is not None and count:
                # The row left the list: stay where the eyes are.
                self._go(min(max(0, had_focus_row), count - 1))
            elif not count:
                self.picked.emit(None)

    def _go(self, at: int) -> None:
        index = self.model.index(at, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.view.selectionModel().setCurrentIndex(index, flags)
        self.view.scrollTo(index)

    def _face(self) -> None:
        if self.model.rowCount():
            waited = self._pane.hasFocus()
            self._stack.setCurrentWidget(self.view)
            if waited:
                self.view.setFocus()
            return
        empty = self._empty
        self._pane.show_text(empty.text, empty.icon, empty.action, empty.on_action)
        self._stack.setCurrentWidget(self._pane)

    def _was_reset(self) -> None:
        # A reset forgets the current row without saying so.
        self._painter.current = self.view.currentIndex().row()
        self._face()

    def _open_current(self) -> None:
        row = self.current()
        if row is not None:
            self.opened.emit(row)

    def _current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        self._painter.current = now.row()
        # The whole rows, not only the two current cells: the painter marks a row.
        self.view.viewport().update()
        self.picked.emit(self.model.row(now.row()))

    def _sort_by(self, section: int) -> None:
        header = self.view.horizontalHeader()
        if not self.model.can_sort(section):
            return
        descending = self.model.sorted_by() == (section, False)
        self._keeping_place(lambda: self.model.sort_rows(section, descending))
        header.setSortIndicatorShown(True)
        header.setSortIndicator(
            section, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        )

    def _restore_widths(self) -> None:
        header = self.view.horizontalHeader()
        kept = keep.numbers(f"widths/{self._name}") if self._name else []
        widths = kept if len(kept) == len(self._columns) else [column.width for column in self._columns]
        self._widths = [theme.px(width) for width in widths]
        for at, width in enumerate(self._widths):
            header.resizeSection(at, width)
        if self._stretch is not None:
            header.setSectionResizeMode(self._stretch, QHeaderView.ResizeMode.Stretch)
        else:
            header.setStretchLastSection(True)

    def _width_changed(self, at: int, _old: int, new: int) -> None:
        if at == self._stretch or not new:
            # The stretching column has what the others leave; one that stepped aside keeps its width.
            return
        self._widths[at] = new
        if self._name and self.isVisible():
            self._widths_timer.start()

    def _keep_widths(self) -> None:
        # In design pixels, so that another text scale does not multiply them.
        keep.put(f"widths/{self._name}", [round(width * 100 / theme.scale()) for width in self._widths])

    def _make_room(self) -> None:
        """Let spare columns step aside or come back, so that the stretching one stays readable."""
        if self._stretch is None:
            return
        room = self.view.viewport().width()
        needed = (
            sum(self._widths) - self._widths[self._stretch] + theme.px(self._columns[self._stretch].width)
        )
        for at in reversed(range(len(self._columns))):
            if self._columns[at].spare:
                aside = needed > room
                needed -= self._widths[at] if aside else 0
                self.view.setColumnHidden(at, aside)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.view.viewport().update()


class _Pane(QWidget):
    """What stands where rows would stand: icon, sentence, one button; or a moving bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "surface")
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setMinimumWidth(theme.px(200))
        self._text.setMaximumWidth(theme.px(560))
        theme.role_of(self._text, "secondary")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(theme.px(160))
        self.button = QPushButton()
        theme.role_of(self.button, "primary")
        self.button.clicked.connect(self._act)
        self._do: Callable[[], object] | None = None
        box = QVBoxLayout(self)
        box.setSpacing(theme.px(12))
        centre = Qt.AlignmentFlag.AlignHCenter
        box.addStretch(2)
        # Beside stretches, not aligned: an aligned text that wraps is given the height of one line.
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(self._text, 8)
        across.addStretch(1)
        box.addWidget(self._icon, 0, centre)
        box.addLayout(across)
        for widget in (self._bar, self.button):
            box.addWidget(widget, 0, centre)
        box.addStretch(3)

    def show_text(
        self,
        text: str,
        icon: str,
        action: str = "",
        on_action: Callable[[], object] | None = None,
        *,
        tone: str = "ink_2",
    ) -> None:
        self._icon.setPixmap(icons.pixmap(icon, tone, 40))
        self._icon.show()
        self._text.setText(text)
        self._bar.hide()
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self._do = on_action
        self.setAccessibleName(text)

    def show_loading(self) -> None:
        self._icon.hide()
        self._text.setText(_("Loading …"))
        self.button.hide()
        self._bar.show()

    def _act(self) -> None:
        if self._do is not None:
            self._do()


def _sentence(error: object) -> str:
    if isinstance(error, ShopError | Conflict):
        from app.core.sentences import sentence

        return sentence(error)
    if isinstance(error, BaseException):
        from app.core.sentences import unexpected

        return unexpected(error)
    return str(error)
