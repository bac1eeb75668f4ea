"""The shop's logo: chosen from a file, refused at once where it cannot be used, kept as a small picture."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from app.core.errors import Refusal
from app.core.incoming import read_incoming
from app.core.sentences import sentence
from app.core.words import _
from app.features.settings.logo import MAX_BYTES, clean_logo
from app.ui import icons, theme
from app.ui.fields import Field
from app.ui.photo_reading import thumbnail
from app.ui.tall import bring_in_sight


class LogoField(Field):
    """The shop's logo. ``value() -> str``: base64 of a small PNG of our own making, "" without one."""

    def __init__(self, label: str, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(label, hint=hint, parent=parent)
        self._logo = ""
        self.picture = QLabel()
        self.picture.setFixedSize(theme.px(96), theme.px(56))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.role_of(self.picture, "secondary")
        self.choose_button = QPushButton(_("Choose a picture …"))
        self.choose_button.clicked.connect(self.choose)
        self.remove_button = QPushButton(_("Remove"))
        theme.role_of(self.remove_button, "quiet")
        self.remove_button.clicked.connect(lambda: self.put_raw(""))
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.picture)
        row.addWidget(self.choose_button)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        self._put(self.choose_button, holder)
        self._paint()

    def value(self) -> str:
        return self._logo

    def set_value(self, value: Any) -> None:
        self._logo = str(value or "")
        self.mark_clean()
        self._paint()

    def raw(self) -> object:
        return self._logo

    def put_raw(self, raw: Any) -> None:
        """A draft, or another picture."""
        self._logo = str(raw)
        self._paint()
        self._touched()

    def choose(self) -> None:
        """Ask for a file."""
        name, _filter = QFileDialog.getOpenFileName(
            self, _("Choose a picture …"), "", _("Pictures") + " (*.png *.jpg *.jpeg *.PNG *.JPG *.JPEG)"
        )
        if name:
            self.take_file(Path(name))

    def take_file(self, file: Path) -> None:
        """Use a picture file; what cannot be used is refused here, and the old logo stays."""
        try:
            self.put_raw(clean_logo(read_incoming(file, MAX_BYTES)))
        except Refusal as refusal:
            self.show_error(sentence(refusal))
            # It stands below the last field of a long form, whose fields grow as soon as the form scrolls.
            bring_in_sight(self)

    def _paint(self) -> None:
        self.remove_button.setVisible(bool(self._logo))
        if not self._logo:
            self.picture.setPixmap(icons.pixmap("image", "ink_2", 32))
            return
        image = thumbnail(base64.b64decode(self._logo), theme.px(96) * 2)
        room = QSize(self.picture.width(), self.picture.height())
        self.picture.setPixmap(
            QPixmap.fromImage(image).scaled(
                room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        )
