"""Form rows that only settings need: whole numbers, switches, tables by row, texts by category, the logo.

All of them speak like ``ui.field.Field``: value, set_value, raw, put_raw, is_dirty, show_error, check.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.core.errors import Reason, Refusal
from app.core.sentences import sentence
from app.core.words import _
from app.features.settings.logo import MAX_BYTES, clean_logo
from app.ui import icons, theme
from app.ui.fields import ChipGroup, ComboField, Field, LineField, MoneyField, TextField
from app.ui.photos import thumbnail


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
        case _:
            entry.put_raw(raw)  # type: ignore[attr-defined]


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


class Group(QObject):
    """A table of settings, one field a row: ``value() -> {row: value}``; empty rows are left out.

    Rows of the table that have no field here are kept as they were.
    """

    changed = Signal()

    def __init__(
        self, rows: Mapping[str, Field], parent: QObject | None = None, *, rest: bool = True
    ) -> None:
        super().__init__(parent)
        self.rows = dict(rows)
        self._keeps_rest = rest
        self._rest: dict[str, Any] = {}
        for field in self.rows.values():
            field.changed.connect(self.changed)

    def value(self) -> dict[str, Any]:
        """The whole table."""
        own = {row: field.value() for row, field in self.rows.items()}
        return {**self._rest, **{row: value for row, value in own.items() if value is not None}}

    def set_value(self, value: Mapping[str, Any]) -> None:
        """Show a table."""
        self._rest = (
            {row: each for row, each in value.items() if row not in self.rows} if self._keeps_rest else {}
        )
        for row, field in self.rows.items():
            field.set_value(value.get(row))

    def raw(self) -> object:
        """Everything typed, for drafts."""
        return {row: field.raw() for row, field in self.rows.items()}

    def put_raw(self, raw: Any) -> None:
        """A draft; rows that are no longer there are left out."""
        for row, each in dict(raw).items():
            if row in self.rows:
                put_raw(self.rows[row], each)

    def is_dirty(self) -> bool:
        """Whether any row differs."""
        return any(field.is_dirty() for field in self.rows.values())

    def mark_clean(self) -> None:
        """Take what stands here as saved."""
        for field in self.rows.values():
            field.mark_clean()

    def check(self) -> bool:
        """Whether every row can be used; each says what is wrong with it."""
        checked = [field.check() for field in self.rows.values()]
        return all(checked)

    def show_error(self, text: str | None) -> None:
        """Say it at the first row that was changed: the table was saved without it before."""
        if text is None:
            for field in self.rows.values():
                field.show_error(None)
            return
        self._worst().show_error(text)

    def take_focus(self) -> None:
        """Into the row that is refused."""
        self._worst().take_focus()

    def _worst(self) -> Field:
        rows = list(self.rows.values())
        bad = next((field for field in rows if field.error()), None)
        return bad or next((field for field in rows if field.is_dirty()), rows[0])


class Joined(QObject):
    """One setting typed in two places; their tables are put together."""

    changed = Signal()

    def __init__(self, parts: Sequence[Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.parts = tuple(parts)
        for part in self.parts:
            part.changed.connect(self.changed)

    def value(self) -> dict[str, Any]:
        """The whole table."""
        table: dict[str, Any] = {}
        for part in self.parts:
            table |= part.value()
        return table

    def set_value(self, value: Mapping[str, Any]) -> None:
        """Each part picks what it shows."""
        for part in self.parts:
            part.set_value(value)

    def raw(self) -> object:
        """Everything typed, for drafts."""
        return [part.raw() for part in self.parts]

    def put_raw(self, raw: Any) -> None:
        """A draft."""
        for part, each in zip(self.parts, raw, strict=False):
            put_raw(part, each)

    def is_dirty(self) -> bool:
        """Whether any part differs."""
        return any(part.is_dirty() for part in self.parts)

    def mark_clean(self) -> None:
        """Take what stands here as saved."""
        for part in self.parts:
            part.mark_clean()

    def check(self) -> bool:
        """Whether every part can be used."""
        checked = [part.check() for part in self.parts]
        return all(checked)

    def show_error(self, text: str | None) -> None:
        """Say it at the part that was changed."""
        for part in self.parts:
            part.show_error(text if part is self._worst() else None)

    def take_focus(self) -> None:
        """Into the part that was changed."""
        self._worst().take_focus()

    def _worst(self) -> Any:
        return next((part for part in self.parts if part.is_dirty()), self.parts[0])


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


class LogoField(Field):
    """The shop's logo. ``value() -> str``: base64 of a small PNG of our own making, "" without one."""

    def __init__(self, label: str, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(label, hint=hint, parent=parent)
        self._logo = ""
        self.picture = QLabel()
        self.picture.setFixedSize(theme.px(96), theme.px(56))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.role_of(self.picture, "secondary")
        self.choose_button = QPushButton(_("Choose a picture …"))
        self.choose_button.clicked.connect(self.choose)
        self.remove_button = QPushButton(_("Remove"))
        theme.role_of(self.remove_button, "quiet")
        self.remove_button.clicked.connect(lambda: self.put_raw(""))
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.picture)
        row.addWidget(self.choose_button)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        self._put(self.choose_button, holder)
        self._paint()

    def value(self) -> str:
        return self._logo

    def set_value(self, value: Any) -> None:
        self._logo = str(value or "")
        self.mark_clean()
        self._paint()

    def raw(self) -> object:
        return self._logo

    def put_raw(self, raw: Any) -> None:
        """A draft, or another picture."""
        self._logo = str(raw)
        self._paint()
        self._touched()

    def choose(self) -> None:
        """Ask for a file."""
        name, _filter = QFileDialog.getOpenFileName(
            self, _("Choose a picture …"), "", f"{_('Pictures')} (*.png *.jpg *.jpeg *.PNG *.JPG *.JPEG)"
        )
        if name:
            self.take_file(Path(name))

    def take_file(self, file: Path) -> None:
        """Use a picture file; what cannot be used is refused here, and the old logo stays."""
        try:
            self.put_raw(clean_logo(_read(file)))
        except Refusal as refusal:
            self.show_error(sentence(refusal))

    def _paint(self) -> None:
        self.remove_button.setVisible(bool(self._logo))
        if not self._logo:
            self.picture.setPixmap(icons.pixmap("image", "ink_2", 32))
            return
        image = thumbnail(base64.b64decode(self._logo), theme.px(96) * 2)
        room = QSize(self.picture.width(), self.picture.height())
        self.picture.setPixmap(
            QPixmap.fromImage(image).scaled(
                room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        )


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise Refusal(Reason.FILE_TOO_LARGE, most=MAX_BYTES / 1024 / 1000)
        return file.read_bytes()
    except OSError as error:
        raise Refusal(Reason.FILE_NOT_READABLE, path=file.name, why=error.strerror or "?") from error
