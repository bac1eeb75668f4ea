"""Columns and the model behind every table: rows are frozen snapshots, pages come by key, never by OFFSET."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.core.errors import Conflict, ShopError
from app.ui.chips import Chip

log = logging.getLogger(__name__)

LEFT, RIGHT, CENTRE = (
    Qt.AlignmentFlag.AlignLeft,
    Qt.AlignmentFlag.AlignRight,
    Qt.AlignmentFlag.AlignHCenter,
)
#: Rows asked for at a time: three screens, so that scrolling meets rows that are already there.
PAGE = 100
SORT_ROLE = Qt.ItemDataRole.UserRole + 1
Fetch = Callable[[Any, int], Sequence[Any]]
AnyIndex = QModelIndex | QPersistentModelIndex
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ROW = int(Qt.ItemDataRole.UserRole)
#: Put together once: joining flags costs microseconds, and the view asks for every cell it paints.
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``display(row)`` is its text; ``sort(row)`` a native value (9 before 10), default the text.

    ``chip(row)`` paints a chip instead of the text, ``icon(row)`` an icon's name before it, ``tone(row)`` a text
    token (``"late_ink"``, ``"ink_2"``) or None. ``width`` in design pixels; one column of a table may ``stretch``.
    ``spare`` columns step aside, the last one first, before the stretching one gets narrower than its ``width``.
    """

    key: str
    title: str
    display: Callable[[Any], str]
    sort: Callable[[Any], Any] | None = None
    align: Qt.AlignmentFlag = LEFT
    width: int = 120
    stretch: bool = False
    spare: bool = False
    chip: Callable[[Any], Chip | None] | None = None
    icon: Callable[[Any], str] | None = None
    tone: Callable[[Any], str | None] | None = None
    bold: bool = False


class RowsModel(QAbstractTableModel):
    """A complete list (``set_rows``) or one fed by key (``set_source``)."""

    #: The source failed: the exception. What was loaded stays.
    failed = Signal(object)

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[Any] = []
        self._fetch: Fetch | None = None
        self._key: Callable[[Any], Any] = lambda row: row.id
        self._more = False
        self._sorted: tuple[int, bool] | None = None

    # -- rows ------------------------------------------------------------------------------------------

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show a complete list, in the order the user chose by a header, else as given."""
        self.beginResetModel()
        self._fetch, self._more = None, False
        # A list is taken as it is: copying a long one would cost its length again.
        self._rows = rows if isinstance(rows, list) else list(rows)
        if self._sorted is not None:
            self._rows = self._in_order(*self._sorted)
        self.endResetModel()

    def set_source(self, fetch: Fetch, key: Callable[[Any], Any]) -> None:
        """Show the first page of ``fetch(after_key, limit)``; further ones come as the view scrolls."""
        self._fetch, self._key, self._sorted = fetch, key, None
        self._load(PAGE)

    def reload(self) -> None:
        """Ask the source again for as many rows as are shown now."""
        if self._fetch is not None:
            self._load(max(PAGE, len(self._rows)))

    def rows(self) -> Sequence[Any]:
        """What is loaded, as shown."""
        return self._rows

    def row(self, at: int) -> Any:
        """The snapshot at ``at``; None outside."""
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def position(self, key: Any, key_of: Callable[[Any], Any]) -> int:
        """Where the row with this key stands; -1 if it is not loaded."""
        return next((at for at, row in enumerate(self._rows) if key_of(row) == key), -1)

    def row_text(self, at: int) -> str:
        """The row's cells parted by tabs."""
        row = self._rows[at]
        return "\t".join(column.display(row) for column in self.columns)

    # -- sorting ---------------------------------------------------------------------------------------

    def can_sort(self, section: int) -> bool:
        """Only a list that is complete can be sorted here: half a list sorted would lie."""
        return self._fetch is None or not self._more if 0 <= section < len(self.columns) else False

    def sorted_by(self) -> tuple[int, bool] | None:
        """(column, descending), or None as given."""
        return self._sorted

    def sort_rows(self, section: int, descending: bool) -> None:
        """Order by a column's native values; rows without a value come last."""
        self.beginResetModel()
        self._sorted = (section, descending)
        self._rows = self._in_order(section, descending)
        self.endResetModel()

    def _in_order(self, section: int, descending: bool) -> list[Any]:
        column = self.columns[section]
        value = column.sort or column.display
        known = [row for row in self._rows if value(row) is not None]
        unknown = [row for row in self._rows if value(row) is None]
        return sorted(known, key=value, reverse=descending) + unknown

    # -- paging ----------------------------------------------------------------------------------------

    def canFetchMore(self, parent: AnyIndex = _NOWHERE) -> bool:
        return self._more and not parent.isValid()

    def fetchMore(self, _parent: AnyIndex = _NOWHERE) -> None:
        if not self._more or self._fetch is None or not self._rows:
            return
        rows = self._ask(self._key(self._rows[-1]), PAGE)
        if rows is None:
            return
        self._more = len(rows) == PAGE
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def _load(self, limit: int) -> None:
        rows = self._ask(None, limit)
        if rows is None:
            return
        self.beginResetModel()
        self._rows = list(rows)
        self._more = len(rows) == limit
        self.endResetModel()

    def _ask(self, after: Any, limit: int) -> Sequence[Any] | None:
        assert self._fetch is not None
        try:
            return self._fetch(after, limit)
        except (ShopError, Conflict) as error:
            self._more = False
            self.failed.emit(error)
        except Exception as error:
            log.exception("a list could not be loaded")
            self._more = False
            self.failed.emit(error)
        return None

    # -- Qt's questions --------------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = _DISPLAY) -> Any:
        row = self.row(index.row())
        if row is None:
            return None
        column = self.columns[index.column()]
        if role in (_DISPLAY, Qt.ItemDataRole.AccessibleTextRole):
            return column.display(row)
        if role == _ROW:
            return row
        if role == SORT_ROLE:
            return (column.sort or column.display)(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(column.align | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            chip = column.chip(row) if column.chip else None
            return chip.hint or chip.text if chip is not None else column.display(row)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == _DISPLAY:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(self.columns[section].align | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, _index: AnyIndex) -> Qt.ItemFlag:
        return _FLAGS
