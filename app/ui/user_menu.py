"""The menu under the name of the person at work: switch, lock, look, text size, language, sounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.core import words
from app.core.words import N_, Language, _
from app.ui import keep, sounds, theme

if TYPE_CHECKING:
    from app.ui.shell import Shell

_THEMES = (
    (theme.Mode.SYSTEM, N_("Like the system")),
    (theme.Mode.LIGHT, N_("Light")),
    (theme.Mode.DARK, N_("Dark")),
)
#: A language is written in itself, so that whoever ended up in the wrong one finds home.
_LANGUAGES = ((Language.ZH, "中文"), (Language.EN, "English"))


class UserMenu(QMenu):
    """Filled when it opens, so that it says what is so then."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Build the entries anew."""
        shell = self._shell
        self.clear()
        if shell.doors.sign_in is not None:
            self.addAction(_("Switch person"), "F12", shell.switch_user)
            self.addAction(_("Lock"), "Ctrl+L", shell.lock)
            self.addSeparator()
        self._choices(_("Look"), [(_(word), mode) for mode, word in _THEMES], theme.mode(), self.use_mode)
        self._choices(_("Text size"), [(f"{s} %", s) for s in theme.SCALES], theme.scale(), self.use_scale)
        languages = [(word, language) for language, word in _LANGUAGES]
        self._choices(_("Language"), languages, words.language(), shell.use_language)
        sound = self.addAction(_("Sounds"))
        sound.setCheckable(True)
        sound.setChecked(not sounds.silent())
        sound.toggled.connect(lambda on: sounds.set_silent(not on))
        self.addAction(_("Full screen"), "F11", shell.full_screen)
        for title, keys, action in shell.doors.extra_menu:
            self.addAction(_(title), QKeySequence(keys), action)
        self.addSeparator()
        self.addAction(_("Quit"), lambda: shell.window().close())

    def use_mode(self, mode: theme.Mode) -> None:
        """Light, dark or like the system; kept."""
        keep.put("theme", mode.value)
        theme.use(mode=mode)
        self._shell.rebuild()

    def use_scale(self, scale: int) -> None:
        """Text scale in per cent; kept."""
        keep.put("scale", scale)
        theme.use(scale=scale)
        self._shell.rebuild()

    def _choices(
        self, title: str, choices: Iterable[tuple[str, Any]], now: Any, use: Callable[[Any], None]
    ) -> None:
        under = self.addMenu(title)
        group = QActionGroup(under)
        for word, value in choices:
            action = under.addAction(word)
            action.setCheckable(True)
            action.setChecked(value == now)
            action.triggered.connect(lambda _on=False, wanted=value: use(wanted))
            group.addAction(action)
