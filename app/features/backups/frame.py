"""How the dialogs of backups stand: a heading, what is to be said, the matter, and the buttons below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.messages import Banner


def lay_out(
    dialog: QDialog,
    title: str,
    banner: Banner,
    matter: QWidget,
    *,
    left: Sequence[QPushButton] = (),
    right: Sequence[QPushButton] = (),
) -> None:
    """Fill ``dialog``. No button is pressed by an Enter that was meant for something else."""
    dialog.setWindowTitle(title)
    dialog.setModal(True)
    heading = QLabel(title)
    theme.role_of(heading, "heading")
    buttons = QHBoxLayout()
    for button in (*left, *right):
        button.setAutoDefault(False)
    for button in left:
        buttons.addWidget(button)
    buttons.addStretch(1)
    for button in right:
        buttons.addWidget(button)
    box = QVBoxLayout(dialog)
    margin = theme.px(20)
    box.setContentsMargins(margin, margin, margin, margin)
    box.setSpacing(theme.px(12))
    box.addWidget(heading)
    box.addWidget(banner)
    box.addWidget(matter, 1)
    box.addLayout(buttons)
