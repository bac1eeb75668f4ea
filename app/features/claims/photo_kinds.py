"""What each photo of a claim shows: its picture, a choice beside it, and more photos from files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.errors import ShopError
from app.core.sentences import sentence
from app.core.wire.events import PhotoOf
from app.core.wire.words import word
from app.core.words import _
from app.features.claims.snapshots import ClaimPhoto, NewPhoto
from app.store.pictures import CleanPicture, clean_picture
from app.ui import icons, theme
from app.ui.fields import ComboField, read_photo
from app.ui.photo_reading import Coming, Photo, Reading, thumbnail
from app.ui.photos import ask_pictures
from app.ui.tall import TallArea
from app.ui.tasks import Tasks

_SIDE = 64


@dataclass(eq=False, slots=True)
class _New:
    """A photo that was added; ``clean`` comes when it was read."""

    coming: Coming
    row: _Row
    clean: CleanPicture | None = None


class PhotoKinds(QWidget):
    """Rows of picture and kind; ``shows()`` and ``added()`` are what the user decided. New ones are read and cleaned
    beside the window, by ``tasks``; at once without."""

    def __init__(
        self, photos: Sequence[ClaimPhoto], wants: Sequence[PhotoOf], tasks: Tasks | None = None
    ) -> None:
        super().__init__()
        self._wants = tuple(wants)
        self._kept: list[tuple[ClaimPhoto, _Row]] = []
        self._new: list[_New] = []
        self.reading = Reading(_take, 2 * theme.px(_SIDE), tasks, self)
        self.reading.came.connect(self._came)
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
            row = self._row(photo.shows)
            row.show_picture(_small(photo.path), photo.path)
            self._kept.append((photo, row))
        self._count()

    def shows(self) -> dict[int, PhotoOf]:
        """What each photo of the order shows, of those that were told anew."""
        return {photo.id: kind for photo, row in self._kept if (kind := row.kind()) is not photo.shows}

    def added(self) -> tuple[NewPhoto, ...]:
        """The pictures that were added, without those that are still being read."""
        return tuple(NewPhoto(each.clean, each.row.kind()) for each in self._new if each.clean is not None)

    def missing(self) -> tuple[PhotoOf, ...]:
        """What the brand asks for and no photo shows."""
        shown = {row.field.value() for row in self._all() if row.field.check()}
        return tuple(each for each in self._wants if each not in shown)

    def choose(self) -> None:
        """Ask for files."""
        self.add_files(ask_pictures(self))

    def add_files(self, files: Sequence[Path]) -> None:
        """Add what can be read, each as the next thing that is missing; the first refusal is shown."""
        if self.reading.coming() is None:
            self._refuse(None)
        for coming in self.reading.begin(files):
            new = _New(coming, self._row(next(iter(self.missing()), PhotoOf.OTHER)))
            new.row.let_go(partial(self._take_out, new))
            self._new.append(new)
        self._count()
        self.reading.go_on()

    def _came(self, coming: Coming, got: Photo | ShopError | None) -> None:
        new = next((each for each in self._new if each.coming is coming), None)
        if new is None:
            return  # taken out while it was read
        if isinstance(got, Photo) and isinstance(got.made, CleanPicture):
            new.clean = got.made
            new.row.show_picture(got.small or QImage(), coming.file)
            return
        self._refuse(self.reading.refusal)
        self._take_out(new)

    def remove(self, at: int) -> None:
        """Take the ``at``-th of the added photos out again; those of the order stay."""
        self._take_out(self._new[at])

    def _take_out(self, new: _New) -> None:
        self._new.remove(new)
        self._rows.removeWidget(new.row)
        new.row.hide()
        new.row.deleteLater()
        self._count()

    def _refuse(self, refusal: ShopError | None) -> None:
        self.error.setText(sentence(refusal) if refusal else "")
        self.error.setVisible(refusal is not None)

    def _row(self, kind: PhotoOf) -> _Row:
        row = _Row(kind, self._wants)
        row.field.changed.connect(self._say)
        self._rows.addWidget(row)
        return row

    def _all(self) -> Iterable[_Row]:
        yield from (row for _photo, row in self._kept)
        yield from (each.row for each in self._new)

    def _count(self) -> None:
        for at, row in enumerate(self._all(), 1):
            row.number(at)
        self._say()
        area = self.parentWidget()
        while area is not None and not isinstance(area, TallArea):
            area = area.parentWidget()
        if isinstance(area, TallArea):
            area.grow()

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


class _Row(QWidget):
    """A picture, an hourglass until it was read, and what it shows."""

    def __init__(self, kind: PhotoOf, wants: Sequence[PhotoOf]) -> None:
        super().__init__()
        self._cross: QToolButton | None = None
        self._thumb = QToolButton()
        theme.role_of(self._thumb, "thumb")
        side = theme.px(_SIDE)
        self._thumb.setIconSize(QSize(side - 8, side - 8))
        self._thumb.setIcon(icons.icon("hourglass", "ink_2", 24))
        first = [each for each in PhotoOf if each in wants]
        rest = [each for each in PhotoOf if each not in wants]
        self.field = ComboField("", [(each, word(each)) for each in (*first, *rest)], required=True)
        self.field.set_value(kind)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(self._thumb, 0, Qt.AlignmentFlag.AlignBottom)
        across.addWidget(self.field, 1)

    def let_go(self, take_out: Callable[[], None]) -> None:
        """It is new and can be taken out again."""
        self._cross = QToolButton(self._thumb)
        self._cross.setIcon(icons.icon("x", "late_ink", 12))
        self._cross.setFixedSize(theme.px(20), theme.px(20))
        self._cross.setStyleSheet("padding: 0; min-height: 0;")
        self._cross.clicked.connect(take_out)
        corner = QHBoxLayout(self._thumb)
        corner.setContentsMargins(2, 2, 2, 2)
        corner.addWidget(self._cross, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)

    def kind(self) -> PhotoOf:
        """The list hands a code back as plain text."""
        return PhotoOf(self.field.value())

    def number(self, at: int) -> None:
        """Which of the photos it is."""
        self._thumb.setAccessibleName(_("Photo {n}").format(n=at))
        if self._cross is not None:
            self._cross.setAccessibleName(_("Remove photo {n}").format(n=at))
            self._cross.setToolTip(_("Remove photo {n}").format(n=at))
        self.field.set_label(_("Photo {n} shows").format(n=at))

    def show_picture(self, image: QImage, file: Path) -> None:
        """The picture was read; a click opens ``file``. A null image is one whose file is gone."""
        if image.isNull():
            self._thumb.setIcon(icons.icon("image", "late_ink", 24))
            self._thumb.setToolTip(_("This picture's file is missing or damaged."))
        else:
            self._thumb.setIcon(QIcon(QPixmap.fromImage(image)))
            self._thumb.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))))


def _take(file: Path) -> Photo:
    """In a worker: what is saved is what the form shows."""
    clean = clean_picture(read_photo(file).data)
    return Photo(clean.content, clean.suffix, made=clean)


def _small(file: Path) -> QImage:
    try:
        return thumbnail(file.read_bytes(), 2 * theme.px(_SIDE))
    except OSError:
        return QImage()
