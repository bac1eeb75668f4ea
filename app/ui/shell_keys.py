"""The shell's own keys: those that work on every page (screens.md "Shell")."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from app.ui.page import Page
    from app.ui.shell import Shell


class ShellKeys:
    """Binds the keys once; what they do is the shell's or the page's."""

    def __init__(self, shell: Shell, openers: dict[str, str]) -> None:
        """``openers``: key → page."""
        self._shell = shell
        own: list[tuple[str, Callable[[], object]]] = [
            ("F1", shell.toggle_help),
            ("F5", self._refresh),
            ("F9", lambda: self._on_page(lambda page: page.save_and_print())),
            ("F11", shell.full_screen),
            ("F12", shell.switch_user),
            ("Ctrl+K", shell.finder_asked),
            ("Ctrl+P", lambda: self._on_page(lambda page: page.print_paper())),
            ("Ctrl+L", shell.lock),
            ("Esc", shell.step_back),
        ]
        own += [(keys, self._opener(page)) for keys, page in openers.items()]
        own += [(f"Alt+{number}", self._nth(number)) for number in range(1, 10)]
        given = [keys for keys, _action in own]
        if len(set(given)) < len(given):
            # Qt would call the key ambiguous and do nothing.
            raise ValueError(f"a key does two things: {sorted(given)}")
        for keys, action in own:
            shortcut = QShortcut(QKeySequence(keys), shell)
            shortcut.setAutoRepeat(False)
            # Esc also leaves a quick switch of persons; everything else needs somebody at work.
            shortcut.activated.connect(action if keys == "Esc" else self._when_working(action))

    def _when_working(self, action: Callable[[], object]) -> Callable[[], None]:
        def act() -> None:
            if not self._shell.locked():
                action()

        return act

    def _opener(self, page: str) -> Callable[[], object]:
        return lambda: self._shell.show_page(page)

    def _nth(self, number: int) -> Callable[[], object]:
        def show() -> None:
            keys = self._shell.rooms()
            if number <= len(keys):
                self._shell.show_page(keys[number - 1])

        return show

    def _on_page(self, action: Callable[[Page], object]) -> None:
        page = self._shell.page()
        if page is None:
            return
        # A field that still has the cursor must have told its value before the page reads it.
        focus = QApplication.focusWidget()
        if focus is not None and page.isAncestorOf(focus):
            focus.clearFocus()
            focus.setFocus()
        page.run(lambda: action(page))

    def _refresh(self) -> None:
        page = self._shell.page()
        if page is not None:
            page.stale()
