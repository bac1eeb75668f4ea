"""Choices one sees at once: tick chips with number keys, and exclusive large keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QPushButton, QWidget

from app.ui import theme
from app.ui.field import Field

_STEPS = {int(Qt.Key.Key_Right): 1, int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Left): -1, int(Qt.Key.Key_Up): -1}


class FlowLayout(QLayout):
    """Lays widgets out in lines, like words in a paragraph."""

    def __init__(self, parent: QWidget | None = None, gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = theme.px(gap)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, place=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins: QMargins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _lay(self, rect: QRect, *, place: bool) -> int:
        left, top, tallest = rect.x(), rect.y(), 0
        for item in self._items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            size = item.sizeHint()
            if left > rect.x() and left + size.width() > rect.right() + 1:
                left, top, tallest = rect.x(), top + tallest + self._gap, 0
            if place:
                item.setGeometry(QRect(QPoint(left, top), size))
            left += size.width() + self._gap
            tallest = max(tallest, size.height())
        return top + tallest - rect.y()


class ChipGroup(Field):
    """Tick chips; the number keys 1–9 tick while one of them has the focus, arrows move. Choices are ``(code, word)``.

    ``value() -> frozenset`` of codes; with ``single`` at most one is ticked and ``value()`` is that code or None; where
    it is ``required`` too, the one that is ticked goes only for another.
    """

    def __init__(
        self,
        label: str,
        choices: Sequence[tuple[Any, str]] = (),
        *,
        single: bool = False,
        required: bool = False,
        numbers: bool = True,
        large: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, required=required, hint=hint, parent=parent)
        self.single = single
        self._numbers = numbers
        self._large = large
        self._chips: list[tuple[Any, _Chip]] = []
        self._holder = QWidget()
        self._flow = FlowLayout(self._holder, gap=6)
        self._put(self._holder, grows=True)
        self.set_choices(choices)
        self.mark_clean()

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Offer other chips; ticks of codes that are still offered stay."""
        ticked = self._ticked()
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._chips = []
        for number, (code, word) in enumerate(choices, start=1):
            shown = f"{number} {word}" if self._numbers and number <= 9 else word
            chip = _Chip(shown, self)
            chip.setAccessibleName(word)
            chip.setChecked(code in ticked)
            chip.toggled.connect(lambda on, mine=chip: self._toggled(mine, on))
            theme.role_of(chip, "key" if self._large else "chip")
            self._chips.append((code, chip))
            self._flow.addWidget(chip)
        if self._chips:
            self._holder.setFocusProxy(self._chips[0][1])
        self._holder.updateGeometry()

    def value(self) -> Any:
        ticked = self._ticked()
        if self.single:
            return next(iter(ticked), None)
        return frozenset(ticked)

    def set_value(self, value: Any) -> None:
        wanted = {value} if self.single and value is not None else set(value or ())
        for code, chip in self._chips:
            chip.blockSignals(True)
            chip.setChecked(code in wanted)
            chip.blockSignals(False)
        self.mark_clean()
        self.changed.emit()

    def raw(self) -> object:
        return frozenset(self._ticked())

    def words(self) -> tuple[str, ...]:
        """The words of what is ticked, in the order shown."""
        return tuple(chip.accessibleName() for _code, chip in self._chips if chip.isChecked())

    def take_focus(self) -> None:
        if self._chips:
            self._chips[0][1].setFocus(Qt.FocusReason.TabFocusReason)

    def press(self, number: int) -> bool:
        """Tick or untick the ``number``-th chip (from 1); False if there is none."""
        if not 1 <= number <= len(self._chips):
            return False
        chip = self._chips[number - 1][1]
        if not chip.isEnabled():
            return False
        chip.setFocus()
        chip.click()
        return True

    def key(self, event: QKeyEvent) -> bool:
        """A key pressed in one of the chips; True if it was used."""
        if self._numbers and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            text = event.text()
            if len(text) == 1 and text in "123456789":
                return self.press(int(text))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
            return True
        step = _STEPS.get(event.key())
        if step is None:
            return False
        at = next((at for at, (_code, chip) in enumerate(self._chips) if chip.hasFocus()), 0)
        self._chips[(at + step) % len(self._chips)][1].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _enter(self) -> None:
        """Enter takes the chip it is on where there is one to choose, and goes on."""
        focused = self.window().focusWidget()
        mine = next((chip for _code, chip in self._chips if chip is focused), None)
        if self.single and mine is not None and not mine.isChecked():
            mine.click()
        self.entered.emit()

    def _ticked(self) -> list[Any]:
        return [code for code, chip in self._chips if chip.isChecked()]

    def _toggled(self, chip: _Chip, on: bool) -> None:
        if not on and self.single and self.required and not self._ticked():
            # Pressed once more, the one that is chosen stays chosen: there is no page without a view.
            chip.blockSignals(True)
            chip.setChecked(True)
            chip.blockSignals(False)
            chip.update()
            return
        if on and self.single:
            for _code, other in self._chips:
                if other is not chip and other.isChecked():
                    other.blockSignals(True)
                    other.setChecked(False)
                    other.blockSignals(False)
                    other.update()
        self._touched()


class _Chip(QPushButton):
    def __init__(self, text: str, group: ChipGroup) -> None:
        super().__init__(text.replace("&", "&&"))
        self._group = group
        self.setCheckable(True)
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._group.key(event):
            super().keyPressEvent(event)
