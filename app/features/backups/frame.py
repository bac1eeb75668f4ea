"""How the dialogs of backups stand: a heading, what is to be said, the matter, and the buttons below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from app.ui import frame, theme
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
    for button in (*left, *right):
        button.setAutoDefault(False)
    frame.lay_out(dialog, heading, banner, matter, tall=matter, left=left, right=right)
