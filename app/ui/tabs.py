"""What every row of tabs needs."""

from __future__ import annotations

from PySide6.QtWidgets import QTabBar, QToolButton

from app.core.words import _


def dress_tabs(bar: QTabBar, name: str) -> None:
    """Give a row of tabs its accessible name, and words of our own to the arrows that Qt puts beside too many tabs."""
    bar.setAccessibleName(name)
    bar.setDrawBase(False)
    words = (_("Earlier tabs"), _("Further tabs"))
    for button, word in zip(bar.findChildren(QToolButton), words, strict=False):
        button.setAccessibleName(word)
        button.setToolTip(word)
