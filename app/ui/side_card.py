"""The card beside a list: what the picked row is, its chip, its facts, a body, and what can be done with it.

card = SideCard(_("Choose a tool on the left."), body=table)
self.give = card.button(_("Give to …"), self.give_tool, primary=True)
card.show_record("M0001 Multimeter", [(_("Place"), row.location)], chip)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QMargins, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.chips import Chip, ChipLabel
from app.ui.choices import FlowLayout


class SideCard(QFrame):
    """One picked record. Without one it says what to pick, and offers nothing."""

    def __init__(self, empty: str, body: QWidget | None = None) -> None:
        super().__init__()
        theme.role_of(self, "card")
        self._empty = empty
        self._body = body
        self._buttons: list[QPushButton] = []
        #: Where the keys go when the button that has them is offered no more; ``beside`` sets it to the list.
        self.home: QWidget | None = None
        self.heading = QLabel()
        theme.role_of(self.heading, "heading")
        self.heading.setWordWrap(True)
        self.chip = ChipLabel()
        self.chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignTop)
        self._facts = QWidget()
        self._grid = QGridLayout(self._facts)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(4))
        self._grid.setColumnStretch(1, 1)
        self._deeds = QWidget()
        self._flow = FlowLayout(self._deeds, gap=8)
        box = QVBoxLayout(self)
        margin = theme.px(12)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(8))
        box.addLayout(head)
        self._area = _Facts(self._facts)
        box.addWidget(self._area)
        if body is not None:
            box.addWidget(body, 1)
        box.addStretch(0 if body is not None else 1)
        box.addWidget(self._deeds)
        self.show_nothing()

    def button(
        self,
        text: str,
        act: Callable[[], object],
        *,
        primary: bool = False,
        danger: bool = False,
        key: str = "",
    ) -> QPushButton:
        """A button at the foot; hidden until ``offer`` shows it. ``key`` is its shortcut, and its hint."""
        button = QPushButton(text)
        button.setAutoDefault(False)
        if primary or danger:
            theme.role_of(button, "danger" if danger else "primary")
        if key:
            button.setShortcut(key)
            button.setToolTip(key)
        button.clicked.connect(lambda _on=False: act())
        button.hide()
        self._buttons.append(button)
        self._flow.addWidget(button)
        return button

    def offer(self, *buttons: QPushButton | None) -> None:
        """Show these buttons and no other."""
        focused = any(each.hasFocus() and each not in buttons for each in self._buttons)
        for each in self._buttons:
            each.setVisible(each in buttons)
        if focused and self.home is not None:
            self.home.setFocus(Qt.FocusReason.OtherFocusReason)
        self._fit_deeds()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_deeds()

    def _fit_deeds(self) -> None:
        """What can be done stands whole, in as many lines as it takes: on a low screen the facts and the body give."""
        layout = self.layout()
        sides = QMargins() if layout is None else layout.contentsMargins()
        room = self.contentsRect().width() - sides.left() - sides.right()
        self._deeds.setMinimumHeight(self._flow.heightForWidth(max(room, 1)))
        self._deeds.updateGeometry()

    def show_record(self, heading: str, facts: Sequence[tuple[str, str]], chip: Chip | None = None) -> None:
        """Show a record; facts without a value are left out."""
        self.heading.setText(heading)
        theme.role_of(self.heading, "heading")
        self.chip.show_chip(chip)
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (word, value) in enumerate((word, value) for word, value in facts if value):
            caption = QLabel(word)
            theme.role_of(caption, "caption")
            shown = QLabel(value)
            shown.setWordWrap(True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(shown, row, 1)
        self._area.setVisible(bool(facts))
        self._area.fit()
        if self._body is not None:
            self._body.show()

    def show_nothing(self) -> None:
        """Nothing is picked."""
        self.show_record(self._empty, ())
        if self._body is not None:
            self._body.hide()
        self.offer()


class _Facts(QScrollArea):
    """As tall as the facts are; where the card has not the room they scroll, and no line is squeezed."""

    LEAST = 40

    def __init__(self, inside: QWidget) -> None:
        self._inside = inside
        self._tall = 0
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(inside)

    def fit(self) -> None:
        """The facts changed, or the width that they wrap in."""
        layout, width = self._inside.layout(), self.viewport().width()
        if layout is None:
            return
        layout.activate()
        if layout.geometry() != self._inside.rect():
            # Made smaller while it was being laid out: Qt keeps the rows of before, the last ones cut off.
            layout.setGeometry(self._inside.rect())
        tall = max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height())
        if tall != self._tall:
            self._tall = tall
            self.setMaximumHeight(tall)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._tall)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), min(self._tall, theme.px(self.LEAST)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # New facts count from when Qt shows them, a turn of the loop after they were made.
        if event.type() == QEvent.Type.LayoutRequest and watched is self._inside:
            self.fit()
        return super().eventFilter(watched, event)


def beside(left: QWidget, card: QWidget, *, wide: int = 780, narrow: int = 440) -> QSplitter:
    """A list and the card beside it; ``wide`` and ``narrow`` are their first widths in design pixels."""
    holder = QWidget()
    box = QVBoxLayout(holder)
    box.setContentsMargins(theme.px(12), 0, 0, 0)
    box.addWidget(card)
    split = QSplitter(Qt.Orientation.Horizontal)
    split.addWidget(left)
    if isinstance(card, SideCard):
        card.home = left.findChild(QAbstractItemView)
    split.addWidget(holder)
    split.setStretchFactor(0, wide)
    split.setStretchFactor(1, narrow)
    split.setChildrenCollapsible(False)
    split.setSizes([theme.px(wide), theme.px(narrow)])
    return split
