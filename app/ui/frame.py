"""How dialogs stand that are no form: what is to be said above, the matter that takes the room, the buttons below.

    lay_out(self, heading, self.banner, self.table, tall=self.table, left=[self.again], right=[close, self.approve])

Forms stand in ``form_dialog``.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme


def lay_out(
    dialog: QDialog,
    *parts: QWidget | QLayout,
    tall: QWidget | QLayout | None = None,
    left: Sequence[QWidget] = (),
    right: Sequence[QPushButton] = (),
) -> None:
    """Fill ``dialog`` from the top; ``tall`` of the ``parts`` takes the room that is left, without one it stays free
    above the buttons. A label among ``left`` may break its lines over all the room beside the buttons."""
    box = QVBoxLayout(dialog)
    margin = theme.px(20)
    box.setContentsMargins(margin, margin, margin, margin)
    box.setSpacing(theme.px(10))
    for part in parts:
        _add(box, part, 1 if part is tall else 0)
    if tall is None:
        box.addStretch(1)
    buttons = QHBoxLayout()
    for widget in left:
        buttons.addWidget(widget, 1 if isinstance(widget, QLabel) else 0)
    if not any(isinstance(widget, QLabel) for widget in left):
        buttons.addStretch(1)
    for button in right:
        buttons.addWidget(button)
    box.addLayout(buttons)


def _add(box: QBoxLayout, part: QWidget | QLayout, stretch: int) -> None:
    if isinstance(part, QWidget):
        box.addWidget(part, stretch)
    else:
        box.addLayout(part, stretch)
