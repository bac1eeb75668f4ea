"""The base of every section of the settings page: entries by key, loaded, checked and saved together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.core.errors import Refusal
from app.features.settings.entries import Entry, put_raw
from app.ui import theme
from app.ui.page import KeyHint


def _as_it_is(value: Any) -> Any:
    return value


class Section(QWidget):
    """One form of the settings page. Subclasses build into ``body`` and ``add`` their entries."""

    key: ClassVar[str] = ""
    icon: ClassVar[str] = "settings"
    #: Something was typed, or is as it was again.
    touched = Signal()

    def __init__(self, *, scrolls: bool = True) -> None:
        super().__init__()
        self.entries: dict[str, Entry] = {}
        self._loaded = False
        self._show: dict[str, Callable[[Any], Any]] = {}
        self._keep: dict[str, Callable[[Any], Any]] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        if not scrolls:
            self.body = outer
            self.body.setSpacing(theme.px(12))
            return
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, theme.px(12), 0)
        self.body.setSpacing(theme.px(12))
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(area)

    # -- what subclasses say ---------------------------------------------------------------------------

    @classmethod
    def title(cls) -> str:
        """Its name in the list."""
        raise NotImplementedError

    def about(self) -> str:
        """One sentence under the heading."""
        return ""

    def hints(self) -> Sequence[KeyHint]:
        """Keys that only work in this section."""
        return ()

    def saves(self) -> bool:
        """Whether there is anything to save with F9."""
        return bool(self.entries)

    def first_focus(self) -> QWidget:
        """Where the cursor goes first."""
        first = next(iter(self.entries.values()), None)
        editor = getattr(first, "editor", None)
        return editor if isinstance(editor, QWidget) else self

    def shown(self) -> None:
        """The section came to the front."""

    def refresh(self) -> None:
        """Records changed that are not settings."""

    # -- building --------------------------------------------------------------------------------------

    def add(
        self,
        key: str,
        entry: Entry,
        *,
        show: Callable[[Any], Any] = _as_it_is,
        keep: Callable[[Any], Any] = _as_it_is,
    ) -> None:
        """Let ``entry`` stand for a setting; ``show`` and ``keep`` turn the setting into its value and back."""
        self.entries[key] = entry
        self._show[key], self._keep[key] = show, keep
        entry.changed.connect(self.touched)

    def card(self, title: str, *rows: Sequence[QWidget]) -> QFrame:
        """A titled card with rows of one to three fields; also adds it to the body."""
        frame = QFrame()
        theme.role_of(frame, "card")
        grid = QGridLayout(frame)
        margin = theme.px(16)
        grid.setContentsMargins(margin, theme.px(12), margin, margin)
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(10))
        start = 0
        if title:
            word = QLabel(title)
            theme.role_of(word, "strong")
            grid.addWidget(word, 0, 0, 1, 6)
            start = 1
        for at, row in enumerate(rows, start=start):
            span = 6 // len(row)
            for column, widget in enumerate(row):
                grid.addWidget(widget, at, column * span, 1, span)
        for column in range(6):
            grid.setColumnStretch(column, 1)
        self.body.addWidget(frame)
        return frame

    # -- what the page does ----------------------------------------------------------------------------

    def load(self, values: Mapping[str, Any], *, over_typed: bool = False) -> None:
        """Show the settings; what is typed stays unless ``over_typed``."""
        for key, entry in self.entries.items():
            if not over_typed and (entry.is_dirty() or self._shows(key, values[key])):
                continue
            entry.set_value(self._show[key](values[key]))
            entry.show_error(None)
        self._loaded = True

    def _shows(self, key: str, value: Any) -> bool:
        """Whether it stands there already: writing it again would take the cursor from where it is."""
        if not self._loaded:
            return False
        try:
            return bool(self._keep[key](self.entries[key].value()) == value)
        except Refusal:
            return False

    def is_dirty(self) -> bool:
        """Whether anything typed here is not saved."""
        return any(entry.is_dirty() for entry in self.entries.values())

    def check(self) -> bool:
        """Whether everything can be read; each entry says what cannot, the cursor goes to the first."""
        bad = [entry for entry in self.entries.values() if not entry.check()]
        if bad:
            bad[0].take_focus()
        return not bad

    def changes(self) -> dict[str, Any]:
        """What differs from the settings, by key."""
        return {
            key: self._keep[key](entry.value()) for key, entry in self.entries.items() if entry.is_dirty()
        }

    def refuse(self, key: str, sentence: str) -> None:
        """Say at the entry why it is not saved."""
        self.entries[key].show_error(sentence)
        self.entries[key].take_focus()

    def mark_clean(self) -> None:
        """Everything here is saved."""
        for entry in self.entries.values():
            entry.mark_clean()

    def draft(self) -> dict[str, Any]:
        """What is typed and not saved."""
        return {key: entry.raw() for key, entry in self.entries.items() if entry.is_dirty()}

    def restore(self, draft: Mapping[str, Any]) -> None:
        """Put a draft back."""
        for key, raw in draft.items():
            if key in self.entries:
                put_raw(self.entries[key], raw)
