"""Photos beside a form: added from files or by dropping, shown as thumbnails, removed with one key.

They are read beside the window (``photo_reading``); each has its place from the moment it was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import ShopError
from app.core.sentences import sentence
from app.core.words import _
from app.ui import icons, keep, theme
from app.ui.choices import FlowLayout
from app.ui.photo_reading import SUFFIXES, Coming, Photo, Reading, read_photo, thumbnail
from app.ui.tall import bring_in_sight
from app.ui.tasks import Tasks

_PICTURES = (
    QStandardPaths.StandardLocation.PicturesLocation,
    QStandardPaths.StandardLocation.HomeLocation,
)


def ask_pictures(parent: QWidget) -> list[Path]:
    """Ask for pictures where the last ones were found: the telephone's folder is a long way from the program's."""
    known = (keep.text("pictures"), *map(QStandardPaths.writableLocation, _PICTURES))
    start = next((each for each in known if each and Path(each).is_dir()), "")
    pattern = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in SUFFIXES)
    names, _filter = QFileDialog.getOpenFileNames(
        parent, _("Add photos"), start, _("Pictures") + f" ({pattern})"
    )
    if names:
        keep.put("pictures", str(Path(names[0]).parent))
    return [Path(name) for name in names]


class PhotoStrip(QWidget):
    """Thumbnails with a plus. ``value() -> tuple[Photo, ...]``; drop files anywhere on it; Delete removes one."""

    changed = Signal()

    SIDE = 72

    def __init__(
        self,
        label: str = "",
        most: int = 12,
        parent: QWidget | None = None,
        *,
        take: Callable[[Path], Photo] = read_photo,
        tasks: Tasks | None = None,
    ) -> None:
        """``take`` makes a photo of a file, raising ``ShopError``: in a worker of ``tasks``; at once without."""
        super().__init__(parent)
        self._most = most
        self._photos: list[Photo | Coming] = []
        self.reading = Reading(take, 2 * theme.px(self.SIDE), tasks, self)
        self.reading.came.connect(self._came)
        self._clean: tuple[Photo | Coming, ...] = ()
        self.setAcceptDrops(True)
        self._label = QLabel(label or _("Photos"))
        theme.role_of(self._label, "label")
        self._error = QLabel()
        self._error.setWordWrap(True)
        theme.role_of(self._error, "error")
        self._error.hide()
        self._holder = QWidget()
        self._flow = FlowLayout(self._holder)
        self._add = QToolButton()
        self._add.setIcon(icons.icon("image-plus", "ink_2", 24))
        self._add.setIconSize(QSize(theme.px(24), theme.px(24)))
        theme.role_of(self._add, "thumb")
        self._add.setAccessibleName(_("Add photos"))
        self._add.setToolTip(_("Add photos, or drop them here"))
        self._add.clicked.connect(self.choose)
        self.setFocusProxy(self._add)
        self._flow.addWidget(self._add)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(2))
        box.addWidget(self._label)
        box.addWidget(self._holder)
        box.addWidget(self._error)
        box.addStretch(1)

    def value(self) -> tuple[Photo, ...]:
        """The photos, in order, without those that are still being read."""
        return tuple(each for each in self._photos if isinstance(each, Photo))

    def places(self) -> tuple[Photo | Coming, ...]:
        """The photos, in order, with those that are still being read."""
        return tuple(self._photos)

    def set_value(self, photos: Sequence[Photo | Coming]) -> None:
        """Show these photos as the clean state."""
        self._photos = list(photos)
        self._clean = tuple(photos)
        self._rebuild()
        self.changed.emit()

    def is_dirty(self) -> bool:
        """Whether photos were added or removed."""
        return tuple(self._photos) != self._clean

    def show_error(self, sentence: str | None) -> None:
        """Show why a picture was refused."""
        self._error.setText(sentence or "")
        self._error.setVisible(bool(sentence))
        if sentence and not self.visibleRegion().isEmpty():
            # Below the photos is below the edge of a small screen.
            bring_in_sight(self._error)

    def add_files(self, files: list[Path]) -> None:
        """Add what can be read; the first refusal is shown, the others are still added."""
        if self.reading.coming() is None:
            self.show_error(None)
        self._photos += self.reading.begin(files[: max(0, self._most - len(self._photos))])
        self._rebuild()
        self.changed.emit()
        self.reading.go_on()

    def remove(self, at: int) -> None:
        """Take one photo away."""
        if 0 <= at < len(self._photos):
            del self._photos[at]
            self._rebuild()
            self.changed.emit()

    def choose(self) -> None:
        """Ask for files."""
        files = ask_pictures(self)
        if files:
            self.add_files(files)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = _files(event.mimeData())
        if files:
            self.add_files(files)
            event.acceptProposedAction()

    def _came(self, coming: Coming, got: Photo | ShopError | None) -> None:
        if isinstance(got, Photo):
            coming.name[:] = [got.key, got.suffix]
            self._photos = [got if each is coming else each for each in self._photos]
        else:
            self._photos = [each for each in self._photos if each is not coming]
        if self.reading.refusal is not None:
            self.show_error(sentence(self.reading.refusal))
        self._rebuild()
        self.changed.emit()

    def _rebuild(self) -> None:
        while self._flow.count() > 1:
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        plus = self._flow.takeAt(0)
        for at, photo in enumerate(self._photos):
            self._flow.addWidget(_Thumb(photo, at, self))
        if plus is not None:
            self._flow.addItem(plus)
        self._add.setVisible(len(self._photos) < self._most)
        self._holder.updateGeometry()


class _Thumb(QToolButton):
    """One photo; Delete or a click on it and then Delete removes it."""

    def __init__(self, photo: Photo | Coming, at: int, strip: PhotoStrip) -> None:
        super().__init__()
        self._at = at
        self._strip = strip
        side = theme.px(PhotoStrip.SIDE)
        theme.role_of(self, "thumb")
        self.setAccessibleName(_("Photo {n}").format(n=at + 1))
        self.setToolTip(_("Photo {n}: Delete removes it").format(n=at + 1))
        if isinstance(photo, Coming):
            self.setIcon(icons.icon("hourglass", "ink_2", 24))
            self.setIconSize(QSize(theme.px(24), theme.px(24)))
            self.setAccessibleName(_("Photo {n} is being read").format(n=at + 1))
        else:
            small = thumbnail(photo.data, side * 2) if photo.small is None else photo.small
            self.setIcon(QIcon(QPixmap.fromImage(small)))
            self.setIconSize(QSize(side - 8, side - 8))
        cross = QToolButton(self)
        cross.setIcon(icons.icon("x", "late_ink", 12))
        cross.setAccessibleName(_("Remove photo {n}").format(n=at + 1))
        cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        cross.setFixedSize(theme.px(20), theme.px(20))
        cross.setStyleSheet("padding: 0; min-height: 0;")
        cross.clicked.connect(lambda: strip.remove(at))
        corner = QHBoxLayout(self)
        corner.setContentsMargins(2, 2, 2, 2)
        corner.addWidget(cross, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._strip.remove(self._at)
        else:
            super().keyPressEvent(event)


def _files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
