"""Photos beside a form: added from files or by dropping, shown as thumbnails, removed with one key.

A picture may take a second to be read and cleaned: that is done beside the window, one after the other, and each has
its place from the moment it was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMimeData,
    QSize,
    QStandardPaths,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon, QImage, QImageReader, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core import last_resort
from app.core.errors import Reason, Refusal, ShopError
from app.core.incoming import read_incoming
from app.core.sentences import sentence
from app.core.words import _
from app.ui import icons, keep, theme
from app.ui.choices import FlowLayout
from app.ui.tasks import Progress, Tasks

MOST_MB = 20
SUFFIXES = (".jpg", ".jpeg", ".png")
#: As the records take them (``store.pictures``); a file of a few KB can claim gigabytes of dots.
MOST_DOTS = 51_000_000
_MOST_BYTES = MOST_MB * 1024 * 1024
#: What is handed to a decoder, by how the file begins; a vector or a film that is called .png is none of them.
_FORMATS = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"RIFF", "webp"))
_MOST_MEMORY_MB = 384
_PICTURES = (
    QStandardPaths.StandardLocation.PicturesLocation,
    QStandardPaths.StandardLocation.HomeLocation,
)


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it was given: file bytes and suffix (``.jpg`` or ``.png``); ``key`` for one already stored."""

    data: bytes
    suffix: str
    key: str = ""
    #: What is shown of it, where that was made already; ``data`` may then be b"".
    small: QImage | None = field(default=None, compare=False)


@dataclass(eq=False, slots=True)
class Coming:
    """The place of a picture that is still being read."""

    file: Path
    #: Filled with key and suffix when the picture has come: who keeps the place meanwhile keeps this very list.
    name: list[str] = field(default_factory=list)


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


def read_photo(file: Path) -> Photo:
    """Read and check a picture.

    Raises ``Refusal``: BAD_IMAGE, IMAGE_TOO_LARGE, FILE_TOO_LARGE, FILE_NOT_READABLE.
    """
    suffix = file.suffix.lower()
    data = read_incoming(file, _MOST_BYTES)
    if suffix not in SUFFIXES:
        raise Refusal(Reason.BAD_IMAGE)
    reader, _buffer = _reader(data)
    size = reader.size()
    if size.width() * size.height() > MOST_DOTS:
        raise Refusal(Reason.IMAGE_TOO_LARGE, most=MOST_DOTS // 1_000_000)
    if thumbnail(data, 16).isNull():
        raise Refusal(Reason.BAD_IMAGE)
    return Photo(data, ".png" if suffix == ".png" else ".jpg")


def thumbnail(data: bytes, side: int) -> QImage:
    """A small copy, turned upright as the camera says; null if ``data`` is no picture of a size to believe."""
    reader, _buffer = _reader(data)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MOST_DOTS:
        return QImage()
    reader.setAutoTransform(True)
    reader.setScaledSize(
        size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    )
    return reader.read()


def _reader(data: bytes) -> tuple[QImageReader, QBuffer]:
    """A reader that knows one format only, and the buffer it reads from: who lets go of that before the reader is
    done lets it read memory that is not there any more."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    # What is no picture of ours is given to a reader that will not have it.
    kind = next((name for magic, name in _FORMATS if data.startswith(magic)), "png")
    reader = QImageReader(buffer, QByteArray(kind.encode()))
    reader.setAutoDetectImageFormat(False)
    QImageReader.setAllocationLimit(_MOST_MEMORY_MB)
    return reader, buffer


class PhotoStrip(QWidget):
    """Thumbnails with a plus. ``value() -> tuple[Photo, ...]``; drop files anywhere on it; Delete removes one."""

    changed = Signal()
    #: All that were chosen have come: True; or one of them was refused, and its sentence stands here.
    settled = Signal(bool)

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
        self._take, self._tasks = take, tasks
        self._photos: list[Photo | Coming] = []
        #: What is being read and waits for it, shown or not: the form may show another device meanwhile.
        self._queue: list[Coming] = []
        self._reading: Progress | None = None
        self._refusal: ShopError | None = None
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

    def coming(self, name: list[str] | None = None) -> Coming | None:
        """What is still being read: of this ``name``, or the next."""
        return next((each for each in self._queue if name is None or each.name is name), None)

    def finish(self) -> None:
        """Wait until all are read."""
        while self._queue and self._tasks is not None and self._reading is not None:
            first = self._queue[0]
            self._tasks.finish(self._reading)
            if first in self._queue:
                return  # the program ends

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
            # Below the photos is below the edge of a small screen; laid out in the next turn.
            QTimer.singleShot(0, self._error, self._bring_in_sight)

    def _bring_in_sight(self) -> None:
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(self._error)

    def add_files(self, files: list[Path]) -> None:
        """Add what can be read; the first refusal is shown, the others are still added."""
        if not self._queue:
            self._refusal = None
            self.show_error(None)
        added = [Coming(file) for file in files[: max(0, self._most - len(self._photos))]]
        self._photos += added
        self._queue += added
        if self._tasks is None:
            for each in added:
                self._came(each, self._read(each.file))
            return
        self._rebuild()
        self.changed.emit()
        self._read_next(self._tasks)

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

    def _read(self, file: Path) -> Photo | ShopError:
        """A refusal comes back like a photo: a bad picture is no fault of the program."""
        try:
            photo = self._take(file)
        except ShopError as error:
            return error
        small = thumbnail(photo.data, 2 * theme.px(self.SIDE))
        return replace(photo, data=b"" if photo.key else photo.data, small=small)

    def _read_next(self, tasks: Tasks) -> None:
        """One at a time: a picture of fifty million dots takes its memory."""
        if self._reading is None and self._queue:
            first = self._queue[0]
            self._reading = tasks.run(
                lambda _progress: self._read(first.file),
                partial(self._came, first),
                partial(self._broke, first),
                quiet=True,
            )

    def _broke(self, coming: Coming, error: BaseException) -> None:
        self._came(coming, None)
        last_resort.unforeseen(error)

    def _came(self, coming: Coming, got: Photo | ShopError | None) -> None:
        self._queue.remove(coming)
        self._reading = None
        if isinstance(got, Photo):
            coming.name[:] = [got.key, got.suffix]
            self._photos = [got if each is coming else each for each in self._photos]
        else:
            self._photos = [each for each in self._photos if each is not coming]
        if isinstance(got, ShopError):
            self._refusal = self._refusal or got
            self.show_error(sentence(self._refusal))
        self._rebuild()
        self.changed.emit()
        if self._tasks is not None:
            self._read_next(self._tasks)
        if not self._queue:
            self.settled.emit(isinstance(got, Photo) and self._refusal is None)

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
