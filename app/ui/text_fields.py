"""Form rows for text, phone numbers, money, quantities and choices that complete while one types."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QPlainTextEdit, QWidget

from app.core import formats
from app.core.errors import Reason, Refusal
from app.core.money import Money, Quantity
from app.ui import icons, theme
from app.ui.field import Field


def cleaned(text: str, field: str, most: int) -> str:
    """``text`` trimmed and in order to be kept. Raises ``Refusal`` for control characters and beyond ``most``."""
    text = text.strip()
    if any((ord(sign) < 32 and sign not in "\n\t") or 0xD800 <= ord(sign) <= 0xDFFF for sign in text):
        raise Refusal(Reason.BAD_TEXT, field=field)
    if len(text) > most:
        raise Refusal(Reason.TEXT_TOO_LONG, field=field, most=most)
    return text


class LineField(Field):
    """One line of text. ``value() -> str``, trimmed."""

    def __init__(
        self,
        label: str,
        *,
        required: bool = False,
        hint: str = "",
        placeholder: str = "",
        most: int = 200,
        secret: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, required=required, hint=hint, parent=parent)
        self.most = most
        self._words: QStringListModel | None = None
        self.line = QLineEdit()
        self.line.setPlaceholderText(placeholder)
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.textChanged.connect(self._touched)
        self.line.returnPressed.connect(self.entered)
        self._put(self.line)
        self.line.editingFinished.connect(self._left)

    def value(self) -> str:
        return cleaned(self.line.text(), self.label_text, self.most)

    def set_value(self, value: str | None) -> None:
        self.line.setText(value or "")
        self.line.setCursorPosition(0)
        self.mark_clean()

    def raw(self) -> object:
        return self.line.text()

    def set_read_only(self, on: bool) -> None:
        """Show without letting it be changed; still selectable for copying."""
        self.line.setReadOnly(on)
        theme.restyle(self.line)

    def suggest(self, words: Sequence[str]) -> None:
        """Complete from ``words`` while one types (any part of a word matches); free text stays possible."""
        if self._words is None:
            completer = QCompleter(self.line)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            self._words = QStringListModel(completer)
            completer.setModel(self._words)
            self.line.setCompleter(completer)
        self._words.setStringList(list(words))

    def _left(self) -> None:
        if self.line.text().strip():
            self.check()


class TextField(Field):
    """Several lines. Tab leaves the field; Ctrl+Enter is ``entered``. ``value() -> str``, trimmed."""

    def __init__(
        self,
        label: str,
        *,
        required: bool = False,
        hint: str = "",
        placeholder: str = "",
        lines: int = 3,
        most: int = 2000,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, required=required, hint=hint, parent=parent)
        self.most = most
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(placeholder)
        height = QFontMetrics(theme.font()).lineSpacing() * lines + theme.px(20)
        self.text.setMinimumHeight(height)
        self.text.setMaximumHeight(height if lines <= 3 else 16_777_215)
        self.text.textChanged.connect(self._touched)
        self.text.installEventFilter(self)
        self._put(self.text, grows=lines > 3)

    def value(self) -> str:
        return cleaned(self.text.toPlainText(), self.label_text, self.most)

    def set_value(self, value: str | None) -> None:
        self.text.setPlainText(value or "")
        self.mark_clean()

    def raw(self) -> object:
        return self.text.toPlainText()

    def add_phrase(self, phrase: str) -> None:
        """Append a quick phrase, with a comma where something stands already; Ctrl+Z takes it back."""
        cursor = self.text.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        before = self.text.toPlainText().rstrip()
        cursor.insertText(f"，{phrase}" if before and before[-1] not in "，。,.;；\n" else phrase)
        self.text.setTextCursor(cursor)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.entered.emit()
                return True
        return super().eventFilter(watched, event)


#: 13 to 19 begins a mobile number, and that has eleven digits; no landline begins so. Short codes are shorter.
_MISTYPED_MOBILE = re.compile(r"1[3-9](\d{5,8}|\d{10,})$")


class PhoneField(LineField):
    """A phone number, grouped 3-4-4 while it is typed. ``value() -> str`` has digits only (a leading + stays)."""

    #: Digits as they are typed, for looking customers up.
    typed = Signal(str)

    def __init__(
        self, label: str, *, required: bool = False, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(label, required=required, hint=hint, most=40, parent=parent)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)
        self.line.textEdited.connect(self._group)

    def digits(self) -> str:
        """The digits typed so far, readable as a number or not."""
        return _digits(self.line.text())

    def value(self) -> str:
        text = self.line.text().strip()
        digits = _digits(text)
        if not text:
            return ""
        if len(digits.lstrip("+")) not in range(5, 21) or any(sign.isalpha() for sign in text):
            raise Refusal(Reason.BAD_PHONE, text=text[:40])
        if _MISTYPED_MOBILE.match(digits):
            raise Refusal(Reason.MOBILE_LENGTH, text=text[:40], count=len(digits))
        return digits

    def set_value(self, value: str | None) -> None:
        super().set_value(_grouped(value or ""))

    def _group(self, text: str) -> None:
        at = self.line.cursorPosition()
        before = len(_digits(text[:at]))
        shaped = _grouped(_digits(text)) if not any(sign.isalpha() for sign in text) else text
        if shaped != text:
            self.line.setText(shaped)
            self.line.setCursorPosition(_place(shaped, before))
        self.typed.emit(_digits(shaped))


def _digits(text: str) -> str:
    plus = "+" if text.strip().startswith(("+", "＋")) else ""
    return plus + "".join(str(int(sign)) for sign in text if sign.isdecimal())


def _grouped(digits: str) -> str:
    """``1380013`` → ``138 0013``; only what can be a mobile number is grouped."""
    if digits[:1] != "1" or not digits.isdecimal() or len(digits) > 11:
        return digits
    return " ".join(part for part in (digits[:3], digits[3:7], digits[7:]) if part)


def _place(text: str, count: int) -> int:
    """The position behind the ``count``-th character that is no blank."""
    seen = 0
    for at, sign in enumerate(text):
        if seen == count:
            return at
        seen += sign != " "
    return len(text)


_BY_HAND = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.MouseFocusReason,
)


class _AmountLine(QLineEdit):
    """Selects everything when it is entered: one types over an amount more often than into it."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _BY_HAND:
            QTimer.singleShot(0, self.selectAll)


class _NumberField(Field):
    """What money and quantity share: right-aligned, read and written in one shape when the field is left."""

    def __init__(self, label: str, *, required: bool, hint: str, parent: QWidget | None) -> None:
        super().__init__(label, required=required, hint=hint, parent=parent)
        self.line = _AmountLine()
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.line.setMaxLength(40)
        self.line.textChanged.connect(self._touched)
        self.line.returnPressed.connect(self.entered)
        self._put(self.line)
        self.line.editingFinished.connect(self._left)

    def raw(self) -> object:
        return self.line.text().strip()

    def take_focus(self) -> None:
        """Put the cursor here with everything selected: what is typed next replaces the amount."""
        super().take_focus()
        self.line.selectAll()

    def _left(self) -> None:
        if self.check():
            value = self.value()
            if value is not None and self.line.text() != self._write(value):
                # Only the writing changes here, not the amount: no new reproach, no dirty mark.
                was_clean = not self.is_dirty()
                self.line.blockSignals(True)
                self.line.setText(self._write(value))
                self.line.blockSignals(False)
                if was_clean:
                    self.mark_clean()

    def _write(self, value: Any) -> str:
        raise NotImplementedError


class MoneyField(_NumberField):
    """An amount. ``value() -> Money | None`` (None = empty); refuses negative ones unless told otherwise."""

    def __init__(
        self,
        label: str,
        *,
        required: bool = False,
        hint: str = "",
        negative: bool = False,
        big: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, required=required, hint=hint, parent=parent)
        self.negative = negative
        if big:
            theme.role_of(self.line, "big")

    def value(self) -> Money | None:
        text = self.line.text().strip()
        if not text:
            return None
        amount = Money.parse(text)
        if amount.fen < 0 and not self.negative:
            raise Refusal(Reason.AMOUNT_NEGATIVE)
        return amount

    def set_value(self, value: Money | None) -> None:
        self.line.setText("" if value is None else self._write(value))
        self.mark_clean()

    def _write(self, value: Any) -> str:
        return formats.money(value, sign=False)


class QuantityField(_NumberField):
    """A quantity. ``value() -> Quantity | None``; must be greater than zero unless ``zero`` allows it."""

    def __init__(
        self,
        label: str,
        *,
        required: bool = False,
        hint: str = "",
        zero: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, required=required, hint=hint, parent=parent)
        self.zero = zero

    def value(self) -> Quantity | None:
        text = self.line.text().strip()
        if not text:
            return None
        amount = Quantity.parse(text)
        if amount.milli < 0 or (amount.milli == 0 and not self.zero):
            raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
        return amount

    def set_value(self, value: Quantity | None) -> None:
        self.line.setText("" if value is None else self._write(value))
        self.mark_clean()

    def _write(self, value: Any) -> str:
        return formats.quantity(value)


class ComboField(Field):
    """A choice that completes while one types. Choices are ``(code, word)``.

    ``value()`` is the code; with ``free`` any typed text is a value of its own (a brand nobody has heard of).
    Without ``free`` a text that is no choice is refused with ``BAD_CHOICE``.
    """

    def __init__(
        self,
        label: str,
        choices: Sequence[tuple[Any, str]] = (),
        *,
        required: bool = False,
        free: bool = False,
        hint: str = "",
        placeholder: str = "",
        most: int = 100,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, required=required, hint=hint, parent=parent)
        self.free = free
        self.most = most
        self.combo = _Combo()
        self.combo.setEditable(True)
        self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.combo.setMaxVisibleItems(12)
        line = self.combo.lineEdit()
        assert line is not None
        self.line = line
        line.setPlaceholderText(placeholder)
        completer = self.combo.completer()
        assert completer is not None
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.combo.editTextChanged.connect(self._touched)
        self.combo.activated.connect(self._show_beginning)
        line.returnPressed.connect(self.entered)
        self._put(self.combo)
        line.setAccessibleName(self.label_text)
        line.editingFinished.connect(self._left)
        self.set_choices(choices)
        self.set_value(None)

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Offer other choices; what is typed stays."""
        text = self.combo.currentText()
        was_clean = not self.is_dirty()
        self.combo.blockSignals(True)
        self.combo.clear()
        for code, word in choices:
            self.combo.addItem(word, code)
        self.combo.setCurrentIndex(-1)
        self.combo.setEditText(text)
        self.combo.blockSignals(False)
        if was_clean:
            self.mark_clean()

    def value(self) -> Any:
        text = cleaned(self.combo.currentText(), self.label_text, self.most)
        if not text:
            return "" if self.free else None
        at = self._find(text)
        if at >= 0:
            return self.combo.itemData(at)
        if self.free:
            return text
        raise Refusal(Reason.BAD_CHOICE, text=text[:40], field=self.label_text)

    def set_value(self, value: Any) -> None:
        at = next((at for at in range(self.combo.count()) if self.combo.itemData(at) == value), -1)
        self.combo.setCurrentIndex(at)
        if at < 0:
            self.combo.setEditText(str(value) if self.free and value else "")
        self._show_beginning()
        self.mark_clean()

    def raw(self) -> object:
        return self.combo.currentText().strip()

    def _show_beginning(self) -> None:
        # Where a word is longer than its field, its beginning says more than its end.
        self.line.setCursorPosition(0)

    def on_pick(self, call: Callable[[Any], None]) -> None:
        """Call with the code whenever one of the choices is picked from the list."""
        self.combo.activated.connect(lambda at: call(self.combo.itemData(at)))

    def _find(self, text: str) -> int:
        wanted = text.casefold()
        return next(
            (at for at in range(self.combo.count()) if self.combo.itemText(at).casefold() == wanted), -1
        )

    def _left(self) -> None:
        self._show_beginning()
        text = self.combo.currentText().strip()
        if not text or self.free:
            return
        if self._find(text) < 0:
            # One match is what was meant: "ref" and Tab choose "Refrigerator".
            near = [
                at
                for at in range(self.combo.count())
                if text.casefold() in self.combo.itemText(at).casefold()
            ]
            if len(near) == 1:
                self.combo.setCurrentIndex(near[0])
                self._show_beginning()
        self.check()


class _Combo(QComboBox):
    """A combo box that the wheel does not change while one only scrolls past it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def showPopup(self) -> None:
        # The field may be narrow; the list is read whole: two choices that begin alike must not look alike.
        list_ = self.view()
        words = max(
            (list_.sizeHintForIndex(self.model().index(at, 0)).width() for at in range(self.count())),
            default=0,
        )
        list_.setMinimumWidth(min(words + theme.px(32), theme.px(480)))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        # A style sheet takes the arrow away, and an image in the sheet could not follow the theme.
        super().paintEvent(event)
        side = theme.px(16)
        painter = QPainter(self)
        painter.drawPixmap(
            self.width() - side - theme.px(6),
            (self.height() - side) // 2,
            icons.pixmap("chevron-down", "ink_2" if self.isEnabled() else "ink_off", 16),
        )

    def wheelEvent(self, event: Any) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
