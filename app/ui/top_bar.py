"""The line above every page: the finder, the status lights, and who works here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from app.core.words import _
from app.ui import icons, theme
from app.ui.bars import Light

if TYPE_CHECKING:
    from app.ui.finder_box import FinderHit


class TopBar(QFrame):
    """``find`` answers the finder while one types; ``menu`` opens below the person's name."""

    def __init__(self, find: Callable[[str], Sequence[FinderHit]], menu: Callable[[QWidget], QMenu]) -> None:
        from app.ui.finder_box import FinderBox

        super().__init__()
        self.setObjectName("top_bar")
        self.setFixedHeight(theme.px(52))
        self.finder = FinderBox(find)
        self.finder.setMinimumWidth(theme.px(240))
        self.finder.setMaximumWidth(theme.px(640))
        self.finder.setToolTip("Ctrl+K")
        self.lights: dict[str, Light] = {}
        self._light_row = QHBoxLayout()
        self._light_row.setSpacing(theme.px(12))
        self._person = QToolButton()
        theme.role_of(self._person, "quiet")
        self._person.setIcon(icons.icon("circle-user", "ink", 20))
        self._person.setIconSize(QSize(theme.px(20), theme.px(20)))
        self._person.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._person.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._person.setAccessibleName(_("Person at work"))
        self._person.setMenu(menu(self._person))
        bar = QHBoxLayout(self)
        bar.setContentsMargins(theme.px(16), 0, theme.px(8), 0)
        bar.setSpacing(theme.px(16))
        bar.addWidget(self.finder, 3)
        bar.addStretch(1)
        bar.addLayout(self._light_row)
        bar.addWidget(self._person)

    def show_person(self, name: str | None) -> None:
        """Who works here; None hides it."""
        self._person.setVisible(name is not None)
        self._person.setText(name or "")

    def set_light(self, name: str, text: str | None, tone: str, hint: str) -> None:
        """Show or change a status light; ``text`` None takes it away."""
        if text is None:
            gone = self.lights.pop(name, None)
            if gone is not None:
                gone.hide()
                gone.deleteLater()
            return
        light = self.lights.get(name)
        if light is None:
            light = self.lights[name] = Light()
            self._light_row.addWidget(light)
        light.set_state(text, tone, hint)
