"""Settings that are tables: one field a row, or one setting typed in two places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.features.settings.entries import put_raw
from app.ui.fields import Field


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
