"""Between a form row and the text kept of it: what stands in the row, readable or not, and back again."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.features.intake.ticks import Ticks, Toggle
from app.ui.fields import ComboField, DateField, Field, LineField, MoneyField, TextField


def raw_of(row: QWidget) -> Any:
    """What stands in ``row``: the code of a choice where there is one, the text as typed where not."""
    match row:
        case ComboField():
            text = row.combo.currentText().strip()
            return next((code for code, word in choices_of(row) if word == text), text)
        case Ticks():
            return row.value() if row.single else row.ticked()
        case TextField():
            return row.text.toPlainText()
        case LineField() | MoneyField() | DateField():
            return row.line.text()
        case Toggle():
            return row.isChecked()
        case _:
            raise TypeError(type(row).__name__)


def put(row: QWidget, value: Any) -> None:
    """Show ``value`` in ``row`` as it was typed, without an old reproach and without telling anybody."""
    row.blockSignals(True)
    match row:
        case ComboField():
            word = next((word for code, word in choices_of(row) if code == value), value)
            row.combo.blockSignals(True)
            row.combo.setEditText(str(word or ""))
            row.line.setCursorPosition(0)
            row.combo.blockSignals(False)
        case Ticks():
            row.set_value(value)
        case TextField():
            if row.text.toPlainText() != value:
                row.set_value(value)
        case LineField() | MoneyField() | DateField():
            if row.line.text() != value:
                row.line.setText(value)
                row.line.setCursorPosition(0)
        case Toggle():
            row.setChecked(bool(value))
        case _:
            raise TypeError(type(row).__name__)
    row.blockSignals(False)
    if isinstance(row, Field):
        row.show_error(None)
        row.mark_clean()


def choices_of(row: ComboField) -> list[tuple[Any, str]]:
    """The codes and words a combo offers."""
    return [(row.combo.itemData(at), row.combo.itemText(at)) for at in range(row.combo.count())]
