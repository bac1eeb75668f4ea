"""What each photo of a claim shows: its picture, a choice beside it, and more photos from files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.errors import Refusal
from app.core.sentences import sentence
from app.core.wire.events import PhotoOf
from app.core.wire.words import word
from app.core.words import _
from app.features.claims.snapshots import ClaimPhoto, NewPhoto
from app.ui import icons, theme
from app.ui.fields import ComboField, read_photo
from app.ui.photos import ask_pictures, thumbnail
from app.ui.tall import TallArea

_SIDE = 64


class PhotoKinds(QWidget):
    """Rows of picture and kind; ``shows()`` and ``added()`` are what the user decided."""

    def __init__(self, photos: Sequence[ClaimPhoto], wants: Sequence[PhotoOf]) -> None:
        super().__init__()
        self._wants = tuple(wants)
        self._kept: list[tuple[ClaimPhoto, ComboField]] = []
        self._new: list[tuple[bytes, ComboField]] = []
        self.asked = QLabel()
        self.asked.setWordWrap(True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.px(8))
        self.error = QLabel()
        self.error.setWordWrap(True)
        theme.role_of(self.error, "error")
        self.error.hide()
        self.add_button = QPushButton(icons.icon("image-plus", "ink_2"), _("Add photos …"))
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self.choose)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addWidget(self.asked)
        box.addLayout(self._rows)
        box.addWidget(self.error)
        box.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        for photo in photos:
            self._kept.append((photo, self._row(_read(photo.path), photo.shows, photo.path)))
        self._say()

    def shows(self) -> dict[int, PhotoOf]:
        """What each photo of the order shows, of those that were told anew."""
        return {photo.id: kind for photo, field in self._kept if (kind := _kind(field)) is not photo.shows}

    def added(self) -> tuple[NewPhoto, ...]:
        """The pictures that were added."""
        return tuple(NewPhoto(content, _kind(field)) for content, field in self._new)

    def missing(self) -> tuple[PhotoOf, ...]:
        """What the brand asks for and no photo shows."""
        fields = (field for _photo, field in (*self._kept, *self._new))
        shown = {field.value() for field in fields if field.check()}
        return tuple(each for each in self._wants if each not in shown)

    def choose(self) -> None:
        """Ask for files."""
        self.add_files(ask_pictures(self))

    def add_files(self, files: Sequence[Path]) -> None:
        """Add what can be read, each as the next thing that is missing; the first refusal is shown."""
        refusal: Refusal | None = None
        for file in files:
            try:
                content = read_photo(file).data
            except Refusal as error:
                refusal = refusal or error
                continue
            kind = next(iter(self.missing()), PhotoOf.OTHER)
            self._new.append((content, self._row(content, kind, file)))
        self.error.setText(sentence(refusal) if refusal else "")
        self.error.setVisible(refusal is not None)
        self._say()
        area = self.parentWidget()
        while area is not None and not isinstance(area, TallArea):
            area = area.parentWidget()
        if isinstance(area, TallArea):
            area.grow()

    def _row(self, content: bytes, kind: PhotoOf, file: Path) -> ComboField:
        thumb = QToolButton()
        theme.role_of(thumb, "thumb")
        side = theme.px(_SIDE)
        thumb.setIconSize(QSize(side - 8, side - 8))
        image = thumbnail(content, 2 * side) if content else QImage()
        if image.isNull():
            thumb.setIcon(icons.icon("image", "late_ink", 24))
            thumb.setToolTip(_("This picture's file is missing or damaged."))
        else:
            thumb.setIcon(QIcon(QPixmap.fromImage(image)))
            thumb.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))))
        at = len(self._kept) + len(self._new) + 1
        thumb.setAccessibleName(_("Photo {n}").format(n=at))
        first = [each for each in PhotoOf if each in self._wants]
        rest = [each for each in PhotoOf if each not in self._wants]
        field = ComboField(
            _("Photo {n} shows").format(n=at), [(each, word(each)) for each in (*first, *rest)], required=True
        )
        field.set_value(kind)
        field.changed.connect(self._say)
        row = QHBoxLayout()
        row.addWidget(thumb, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(field, 1)
        self._rows.addLayout(row)
        return field

    def _say(self) -> None:
        lacks = self.missing()
        if not self._wants:
            text, role = _("The agreement asks for no photos."), "secondary"
        elif lacks:
            names = formats.joined(word(each) for each in lacks)
            text, role = _("Still missing: {photos}").format(photos=names), "error"
        else:
            text, role = _("All photos that the brand asks for are there."), "secondary"
        self.asked.setText(text)
        theme.role_of(self.asked, role)


def _kind(field: ComboField) -> PhotoOf:
    """The list hands a code back as plain text."""
    return PhotoOf(field.value())


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
