"""Choices one sees at once: tick chips with number keys, and exclusive large keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
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
    """Tick chips; the number keys 1–9 tick while one of them has the focus. Choices are ``(code, word)``.

    Tab comes to the group once, arrows, Home and End move inside it: nineteen accessories must not cost nineteen keys.
    The chip that Tab comes to is the one that was used last, else the one that is ticked, else the first.

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
        self._stop: _Chip | None = None
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
        # Chips that come later would be reached behind the whole form: they queue up behind their holder, which is let
        # into the queue for that long.
        self._holder.setFocusProxy(None)  # type: ignore[arg-type]
        self._holder.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        before: QWidget = self._holder
        for number, (code, word) in enumerate(choices, start=1):
            shown = f"{number} {word}" if self._numbers and number <= 9 else word
            chip = _Chip(shown, self)
            chip.setAccessibleName(word)
            chip.setChecked(code in ticked)
            chip.toggled.connect(lambda on, mine=chip: self._toggled(mine, on))
            theme.role_of(chip, "key" if self._large else "chip")
            self._chips.append((code, chip))
            self._flow.addWidget(chip)
            QWidget.setTabOrder(before, chip)
            before = chip
        self._holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stop_at_choice()
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
        self._stop_at_choice()
        self.mark_clean()
        self.changed.emit()

    def raw(self) -> object:
        return frozenset(self._ticked())

    def words(self) -> tuple[str, ...]:
        """The words of what is ticked, in the order shown."""
        return tuple(chip.accessibleName() for _code, chip in self._chips if chip.isChecked())

    def take_focus(self) -> None:
        if self._stop is not None:
            self._stop.setFocus(Qt.FocusReason.TabFocusReason)

    def stop(self) -> QWidget | None:
        """The chip that Tab comes to; None while there is nothing to choose."""
        return self._stop

    def stop_at(self, chip: QWidget) -> None:
        """Let Tab come to ``chip`` and to no other of the group."""
        for _code, each in self._chips:
            mine = each is chip
            each.setFocusPolicy(Qt.FocusPolicy.StrongFocus if mine else Qt.FocusPolicy.ClickFocus)
            if mine:
                self._stop = each
                self._holder.setFocusProxy(each)

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
        return self._walk(event.key())

    def _walk(self, key: int) -> bool:
        """Arrows go round, Home and End to the ends; True if ``key`` is one of them."""
        chips = [chip for _code, chip in self._chips if chip.isEnabled() and not chip.isHidden()]
        at = next((at for at, chip in enumerate(chips) if chip.hasFocus()), 0)
        to = {int(Qt.Key.Key_Home): 0, int(Qt.Key.Key_End): -1}.get(key)
        if to is None and key in _STEPS and chips:
            to = (at + _STEPS[key]) % len(chips)
        if to is None or not chips:
            return False
        chips[to].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _enter(self) -> None:
        """Enter takes the chip it is on where there is one to choose, and goes on."""
        focused = self.window().focusWidget()
        mine = next((chip for _code, chip in self._chips if chip is focused), None)
        if self.single and mine is not None and not mine.isChecked():
            mine.click()
        self.entered.emit()

    def _stop_at_choice(self) -> None:
        """Nobody is in the group: Tab comes to what is ticked, else to the first."""
        chips = [chip for _code, chip in self._chips]
        if any(chip.hasFocus() for chip in chips):
            return
        self._stop = None
        if chips:
            self.stop_at(next((chip for chip in chips if chip.isChecked()), chips[0]))

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

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._group.stop_at(self)
