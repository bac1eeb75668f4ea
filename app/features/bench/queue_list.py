"""The queue at the left of the bench: four looks with their counts, a search, rows to be read from a step away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.words import N_, _
from app.features.bench.names import device_name
from app.features.bench.snapshots import QueueKind
from app.features.orders.snapshots import OrderRow
from app.ui import icons, theme
from app.ui.chips import Chip, Tone, status_chip

AnyIndex = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_TITLES = {
    QueueKind.MINE: N_("Mine"),
    QueueKind.FREE: N_("Free"),
    QueueKind.WAITING: N_("Waiting"),
    QueueKind.LATE: N_("Late"),
}
_EMPTY = {
    QueueKind.MINE: N_("Nothing on your bench. Scan a card, or take a free one."),
    QueueKind.FREE: N_("No free orders. What is taken in appears here."),
    QueueKind.WAITING: N_("Nothing waits for customers, parts or the check."),
    QueueKind.LATE: N_("Nothing is late."),
}


class QueueList(QWidget):
    """Tabs, search and rows. ``opened(order_id)`` on Enter or click; ``looked`` when look or search change."""

    opened = Signal(int)
    looked = Signal()

    def __init__(self, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs: dict[QueueKind, _Tab] = {}
        self._group = QButtonGroup(self)
        tabs = QHBoxLayout()
        tabs.setSpacing(0)
        for kind in QueueKind:
            tab = _Tab(_(_TITLES[kind]), late=kind is QueueKind.LATE)
            self._tabs[kind] = tab
            self._group.addButton(tab)
            tabs.addWidget(tab, 1)
            tab.toggled.connect(lambda on: self.looked.emit() if on else None)
        self._tabs[QueueKind.MINE].setChecked(True)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search in the queue"))
        self.search.setAccessibleName(_("Search in the queue"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icons.icon("search", "ink_2", 16), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(lambda _text: self.looked.emit())
        self.search.installEventFilter(self)
        self.model = _Rows(self)
        self.view = _View()
        self.view.setModel(self.model)
        self._painter = _RowPainter(zone, self.view)
        self.view.setItemDelegate(self._painter)
        self.view.setAccessibleName(_("Queue"))
        self.view.chosen.connect(self._chosen)
        self.view.sideways.connect(self._sideways)
        self._nothing = QLabel()
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.role_of(self._nothing, "secondary")
        self._faces = QStackedLayout()
        self._faces.addWidget(self.view)
        self._faces.addWidget(self._nothing)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addLayout(tabs)
        box.addWidget(self.search)
        box.addLayout(self._faces, 1)
        self.setFocusProxy(self.view)

    def kind(self) -> QueueKind:
        """The look that is chosen."""
        return next(kind for kind, tab in self._tabs.items() if tab.isChecked())

    def look(self, kind: QueueKind) -> None:
        """Choose a look."""
        self._tabs[kind].setChecked(True)

    def typed(self) -> str:
        """What is searched for within the look."""
        return self.search.text()

    def show_rows(
        self, rows: Sequence[OrderRow], counts: Mapping[QueueKind, int], open_id: int | None
    ) -> None:
        """Show a look; the open order is marked and stays in sight."""
        for kind, tab in self._tabs.items():
            tab.show_count(counts.get(kind, 0))
        self.model.set_rows(rows)
        self.mark(open_id)
        text = _("Nothing in this look matches.") if self.typed().strip() else _(_EMPTY[self.kind()])
        self._nothing.setText(text)
        self._faces.setCurrentIndex(0 if rows else 1)

    def mark(self, open_id: int | None) -> None:
        """Mark the open order."""
        before, self._painter.open_id = self._painter.open_id, open_id
        at = self.model.place(open_id)
        if at >= 0:
            self.view.setCurrentIndex(self.model.index(at))
        # Only the rows that change their look: painting all of them costs as much as the card.
        for place in {at, self.model.place(before)} - {-1}:
            self.view.update(self.model.index(place))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.model.rowCount():
                self.view.setFocus(Qt.FocusReason.OtherFocusReason)
                if not self.view.currentIndex().isValid():
                    self.view.setCurrentIndex(self.model.index(0))
                if key != Qt.Key.Key_Down and self.model.rowCount() == 1:
                    self._chosen(self.model.index(0))
                return True
            if key == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _chosen(self, index: QModelIndex) -> None:
        row = self.model.row(index.row())
        if row is not None:
            self.opened.emit(row.id)

    def _sideways(self, step: int) -> None:
        kinds = list(QueueKind)
        self.look(kinds[(kinds.index(self.kind()) + step) % len(kinds)])


class _Tab(QAbstractButton):
    """A look: its count to be read from afar, its word below."""

    def __init__(self, word: str, *, late: bool) -> None:
        super().__init__()
        self._late = late
        self._count = 0
        self.setText(word)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_count(0)

    def show_count(self, count: int) -> None:
        """Change the count."""
        self._count = count
        self.setAccessibleName(f"{self.text()} {count}")
        self.update()

    def sizeHint(self) -> QSize:
        word = QFontMetrics(theme.font(theme.SECONDARY)).horizontalAdvance(self.text())
        return QSize(word + theme.px(16), theme.px(52))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse():
            painter.fillRect(self.rect(), theme.colour("hover"))
        red = self._late and self._count
        ink = "late_ink" if red else "accent_ink" if self.isChecked() else "ink" if self._count else "ink_2"
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.font(theme.HEADING, bold=True))
        half = self.height() // 2 + theme.px(4)
        painter.drawText(
            QRect(0, 0, self.width(), half),
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom,
            str(self._count),
        )
        painter.setFont(theme.font(theme.SECONDARY))
        painter.setPen(theme.colour(ink if red or self.isChecked() else "ink_2"))
        painter.drawText(
            QRect(0, half, self.width(), self.height() - half - theme.px(4)),
            Qt.AlignmentFlag.AlignCenter,
            self.text(),
        )
        thick = theme.px(3) if self.isChecked() else 1
        painter.fillRect(
            0,
            self.height() - thick,
            self.width(),
            thick,
            theme.colour("accent" if self.isChecked() else "line"),
        )
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)


class _Rows(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[OrderRow, ...] = ()

    def set_rows(self, rows: Sequence[OrderRow]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row(self, at: int) -> OrderRow | None:
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def place(self, order_id: int | None) -> int:
        return next((at for at, row in enumerate(self._rows) if row.id == order_id), -1)

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        row = self.row(index.row())
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.number
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (row.fault, row.customer_name, row.technician, row.shelf)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            chip = _chip(row)
            words = [row.number, chip.hint or chip.text, device_name(row), row.fault]
            return ", ".join([_("late"), *words] if row.late else words)
        return None


class _View(QListView):
    """Arrows go up and down, left and right change the look; letters and digits belong to the page."""

    chosen = Signal(QModelIndex)
    sideways = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.clicked.connect(self.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.chosen.emit(self.currentIndex())
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.sideways.emit(1 if key == Qt.Key.Key_Right else -1)
        elif len(event.text()) == 1 and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)


class _RowPainter(QStyledItemDelegate):
    """Number and promised day, device, fault, status; a red edge and a sign where it is late."""

    def __init__(self, zone: str, view: QListView) -> None:
        super().__init__(view)
        self._zone = zone
        self.open_id: int | None = None
        self._number = theme.font(16, bold=True)
        self._text = theme.font()
        self._small = theme.font(theme.SECONDARY)
        self._small_metrics = QFontMetrics(self._small)
        self._text_metrics = QFontMetrics(self._text)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(theme.px(200), theme.px(84))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        model = index.model()
        row = model.row(index.row()) if isinstance(model, _Rows) else None
        if row is None:
            return
        rect: QRect = option.rect
        view = self.parent()
        current = isinstance(view, QListView) and view.currentIndex().row() == index.row()
        if row.id == self.open_id:
            painter.fillRect(rect, theme.colour("accent_soft"))
            painter.fillRect(rect.x(), rect.y(), theme.px(4), rect.height(), theme.colour("accent"))
        elif row.late:
            painter.fillRect(rect.x(), rect.y(), theme.px(4), rect.height(), theme.colour("late_fill"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        inner = rect.adjusted(theme.px(12), theme.px(6), -theme.px(8), -theme.px(6))
        self._first_line(painter, inner, row)
        middle = QRect(inner.x(), inner.y() + theme.px(24), inner.width(), theme.px(22))
        painter.setFont(self._text)
        painter.setPen(theme.colour("ink"))
        self._line(painter, middle, self._text_metrics, device_name(row))
        below = QRect(inner.x(), inner.y() + theme.px(48), inner.width(), theme.px(22))
        taken = self._status(painter, below, row)
        painter.setFont(self._small)
        painter.setPen(theme.colour("ink_2"))
        rest = below.adjusted(taken + theme.px(8), 0, 0, 0)
        self._line(painter, rest, self._small_metrics, row.fault.replace("\n", " "))
        if current and isinstance(view, QListView) and view.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -2))

    def _first_line(self, painter: QPainter, inner: QRect, row: OrderRow) -> None:
        top = QRect(inner.x(), inner.y(), inner.width(), theme.px(22))
        painter.setFont(self._number)
        painter.setPen(theme.colour("ink"))
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, row.number)
        if row.promised_at is None:
            return
        painter.setFont(self._small)
        painter.setPen(theme.colour("late_ink" if row.late else "ink_2"))
        due = _due(row.promised_at, self._zone)
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, due)
        if row.late:
            sign = icons.pixmap("triangle-alert", "late_ink", 16)
            left = top.right() - self._small_metrics.horizontalAdvance(due) - theme.px(22)
            painter.drawPixmap(left, top.y() + theme.px(3), sign)

    def _status(self, painter: QPainter, place: QRect, row: OrderRow) -> int:
        chip = _chip(row)
        width = self._small_metrics.horizontalAdvance(chip.text) + theme.px(34)
        height = self._small_metrics.height() + theme.px(4)
        top = place.y() + (place.height() - height) // 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(f"{chip.tone}_soft"))
        painter.drawRoundedRect(place.x(), top, width, height, height / 2, height / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawPixmap(
            place.x() + theme.px(8),
            top + (height - theme.px(14)) // 2,
            icons.pixmap(chip.icon, f"{chip.tone}_ink", 14),
        )
        painter.setFont(self._small)
        painter.setPen(theme.colour(f"{chip.tone}_ink"))
        painter.drawText(
            QRect(place.x() + theme.px(26), top, width, height), Qt.AlignmentFlag.AlignVCenter, chip.text
        )
        return width

    @staticmethod
    def _line(painter: QPainter, place: QRect, metrics: QFontMetrics, text: str) -> None:
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _chip(row: OrderRow) -> Chip:
    if row.arrived:
        return Chip(_("Part arrived"), Tone.DONE, "package-check")
    return status_chip(row.status)


def _due(moment: datetime, zone: str) -> str:
    return formats.short_moment(moment, zone)
