"""Form rows that only settings need: whole numbers, switches, lines that are read, texts by category.

All of them speak like ``ui.field.Field``: value, set_value, raw, put_raw, is_dirty, show_error, check.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from app.core.errors import Reason, Refusal
from app.ui import theme
from app.ui.fields import ChipGroup, ComboField, Field, LineField, MoneyField, TextField


class Entry(Protocol):
    """What a section asks of one setting's place on the screen."""

    #: Qt's signal: the user changed something.
    changed: Any

    def value(self) -> Any: ...
    def set_value(self, value: Any) -> None: ...
    def raw(self) -> object: ...
    def is_dirty(self) -> bool: ...
    def mark_clean(self) -> None: ...
    def check(self) -> bool: ...
    def show_error(self, sentence: str | None) -> None: ...
    def take_focus(self) -> None: ...


def put_raw(entry: Entry, raw: Any) -> None:
    """Put back what ``raw()`` read, as typed: a draft that survived a change of language."""
    own = getattr(entry, "put_raw", None)
    if own is not None:
        own(raw)
        return
    match entry:
        case LineField() | MoneyField():
            entry.line.setText(str(raw))
        case TextField():
            entry.text.setPlainText(str(raw))
        case ComboField():
            entry.combo.setEditText(str(raw))
        case ChipGroup():
            clean = entry.raw()
            if raw != clean:
                entry.set_value(next(iter(raw), None) if entry.single else raw)


class NumberField(Field):
    """A whole number with its unit. ``value() -> int | None`` (None = empty). Refuses what is not in its range."""

    def __init__(
        self,
        label: str,
        low: int,
        high: int,
        *,
        unit: str = "",
        required: bool = False,
        hint: str = "",
        name: str = "",
        placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, required=required, hint=hint, parent=parent)
        self.low, self.high = low, high
        self.label_text = name or self.label_text
        self.line = QLineEdit()
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.line.setMaxLength(9)
        self.line.setFixedWidth(theme.px(84))
        self.line.setPlaceholderText(placeholder)
        self.line.textChanged.connect(self._touched)
        self.line.returnPressed.connect(self.entered)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self.line)
        if unit:
            word = QLabel(unit)
            theme.role_of(word, "secondary")
            row.addWidget(word)
        row.addStretch(1)
        self._put(self.line, holder)
        self.line.editingFinished.connect(self.check)

    def value(self) -> int | None:
        text = unicodedata.normalize("NFKC", self.line.text()).strip()
        if not text:
            return None
        if not text.isdecimal() or not self.low <= int(text) <= self.high:
            raise Refusal(Reason.OUT_OF_RANGE, field=self.label_text, low=self.low, high=self.high)
        return int(text)

    def set_value(self, value: int | None) -> None:
        self.line.setText("" if value is None else str(value))
        self.mark_clean()

    def raw(self) -> object:
        return self.line.text().strip()

    def put_raw(self, raw: Any) -> None:
        """A draft."""
        self.line.setText(str(raw))


class SwitchField(Field):
    """Yes or no. ``value() -> bool``."""

    def __init__(self, word: str, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", hint=hint, parent=parent)
        self.label_text = word
        self.box = QCheckBox(word.replace("&", "&&"))
        self.box.toggled.connect(self._touched)
        self._put(self.box)

    def value(self) -> bool:
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        self.box.setChecked(bool(value))
        self.mark_clean()

    def raw(self) -> object:
        return self.box.isChecked()

    def put_raw(self, raw: Any) -> None:
        """A draft."""
        self.box.setChecked(bool(raw))


class ReadLines(TextField):
    """Several lines that are read into something: phrases, a table. ``read`` raises ``Refusal``."""

    def __init__(
        self,
        label: str,
        read: Callable[[str], Any],
        write: Callable[[Any], str],
        *,
        lines: int = 6,
        hint: str = "",
        placeholder: str = "",
    ) -> None:
        self._read, self._write = read, write
        super().__init__(label, lines=lines, most=20_000, hint=hint, placeholder=placeholder)

    def value(self) -> Any:
        return self._read(super().value())

    def set_value(self, value: Any) -> None:
        super().set_value(self._write(value))


class ByCategory(TextField):
    """One text a category, chosen above it. ``value() -> {category: text}``; empty texts are left out."""

    #: Another category is shown: its code.
    turned = Signal(str)

    def __init__(
        self,
        label: str,
        choices: Sequence[tuple[str, str]],
        *,
        lines: int = 6,
        hint: str = "",
        placeholder: str = "",
        count: Callable[[str], str] = lambda _text: "",
    ) -> None:
        self._choices = tuple(choices)
        self._texts: dict[str, str] = {}
        self._count = count
        self.code = self._choices[0][0]
        self._turning = False
        self.chooser = ComboField(label, self._choices)
        super().__init__("", lines=lines, most=20_000, hint=hint, placeholder=placeholder)
        self.label_text = label
        self.editor.setAccessibleName(label)
        self._box.insertWidget(0, self.chooser)
        self._box.setSpacing(theme.px(6))
        self.chooser.set_value(self.code)
        self.chooser.changed.connect(self._turn)
        self._name_choices()

    def value(self) -> Any:
        super().value()
        return {code: text for code, text in self._all().items() if text.strip()}

    def set_value(self, value: Any) -> None:
        self._texts = dict(value)
        self._turning = True
        self.text.setPlainText(self._texts.get(self.code, ""))
        self._turning = False
        self.mark_clean()
        self._name_choices()

    def raw(self) -> object:
        return {code: text for code, text in self._all().items() if text}

    def put_raw(self, raw: Any) -> None:
        """A draft."""
        self._texts = dict(raw)
        self._turning = True
        self.text.setPlainText(self._texts.get(self.code, ""))
        self._turning = False
        self._touched()

    def show_category(self, code: str) -> None:
        """Show the text of another category; what is typed stays."""
        self.chooser.set_value(code)
        self._turn()

    def _all(self) -> dict[str, str]:
        return {**self._texts, self.code: self.text.toPlainText()}

    def _turn(self) -> None:
        try:
            code = self.chooser.value()
        except Refusal:
            return  # a category half typed
        if code is None or code == self.code:
            return
        self._texts = self._all()
        self.code = code
        self._turning = True
        self.text.setPlainText(self._texts.get(code, ""))
        self._turning = False
        self.turned.emit(code)

    def _touched(self) -> None:
        if not self._turning:
            super()._touched()

    def _name_choices(self) -> None:
        texts = self._all()
        self.chooser.combo.blockSignals(True)
        for at, (code, word) in enumerate(self._choices):
            count = self._count(texts.get(code, ""))
            self.chooser.combo.setItemText(at, f"{word}  {count}" if count else word)
        self.chooser.combo.blockSignals(False)
        self.chooser.set_value(self.code)
