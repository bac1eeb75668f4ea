"""Pictures from files: read, checked and made small within bounds, beside the window and one after the other.

A picture may take a second to be read and cleaned: each has its place (``Coming``) from the moment it was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader
from shiboken6 import isValid

from app.core import last_resort
from app.core.errors import Reason, Refusal, ShopError
from app.core.incoming import read_incoming
from app.ui.tasks import Progress, Tasks

MOST_MB = 20
SUFFIXES = (".jpg", ".jpeg", ".png")
#: As the records take them (``store.pictures``); a file of a few KB can claim gigabytes of dots.
MOST_DOTS = 51_000_000
_MOST_BYTES = MOST_MB * 1024 * 1024
#: What is handed to a decoder, by how the file begins; a vector or a film that is called .png is none of them.
_FORMATS = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"RIFF", "webp"))
_MOST_MEMORY_MB = 384


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it was given: file bytes and suffix (``.jpg`` or ``.png``); ``key`` for one already stored."""

    data: bytes
    suffix: str
    key: str = ""
    #: What is shown of it, where that was made already; ``data`` may then be b"".
    small: QImage | None = field(default=None, compare=False)
    #: What whoever read it has made of it meanwhile, for himself.
    made: object = field(default=None, compare=False)


@dataclass(eq=False, slots=True)
class Coming:
    """The place of a picture that is still being read."""

    file: Path
    #: Filled with key and suffix when the picture has come: who keeps the place meanwhile keeps this very list.
    name: list[str] = field(default_factory=list)


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


class Reading(QObject):
    """Reads what was chosen. A child of the widget that shows it: a form waits for those inside it before it saves."""

    #: The place of a picture, and the ``Photo``, the ``ShopError`` that refused it, or None for a fault of the program.
    came = Signal(object, object)
    #: All that were chosen have come: True; or one of them was refused.
    settled = Signal(bool)

    def __init__(
        self,
        take: Callable[[Path], Photo],
        side: int,
        tasks: Tasks | None,
        parent: QObject,
    ) -> None:
        """``take`` makes a photo of a file, raising ``ShopError``: in a worker of ``tasks``; at once without. ``side``
        in pixels is how large it is shown."""
        super().__init__(parent)
        self._take, self._side, self._tasks = take, side, tasks
        #: What is being read and waits for it, shown or not: the form may show another device meanwhile.
        self._queue: list[Coming] = []
        self._now: Progress | None = None
        #: The first refusal since nothing was left to be read.
        self.refusal: ShopError | None = None

    def begin(self, files: Iterable[Path]) -> tuple[Coming, ...]:
        """Places for the files, not yet read: show them, then ``go_on``."""
        if not self._queue:
            self.refusal = None
        added = tuple(Coming(file) for file in files)
        self._queue += added
        return added

    def go_on(self) -> None:
        """Read the next. One at a time: a picture of fifty million dots takes its memory."""
        if self._tasks is None:
            while self._queue:
                self._came(self._queue[0], self._read(self._queue[0].file))
        elif self._now is None and self._queue:
            first = self._queue[0]
            self._now = self._tasks.run(
                lambda _progress: self._read(first.file),
                partial(self._came, first),
                partial(self._broke, first),
                quiet=True,
            )

    def coming(self, name: list[str] | None = None) -> Coming | None:
        """What is still being read: of this ``name``, or the next."""
        return next((each for each in self._queue if name is None or each.name is name), None)

    def finish(self) -> None:
        """Wait until all are read."""
        while self._queue and self._tasks is not None and self._now is not None:
            first = self._queue[0]
            self._tasks.finish(self._now)
            if first in self._queue:
                return  # the program ends

    def _read(self, file: Path) -> Photo | ShopError:
        """A refusal comes back like a photo: a bad picture is no fault of the program."""
        try:
            photo = self._take(file)
        except ShopError as error:
            return error
        small = thumbnail(photo.data, self._side)
        return replace(photo, data=b"" if photo.key else photo.data, small=small)

    def _broke(self, coming: Coming, error: BaseException) -> None:
        self._came(coming, None)
        last_resort.unforeseen(error)

    def _came(self, coming: Coming, got: Photo | ShopError | None) -> None:
        if not isValid(self):
            return  # the form was left and is gone
        self._queue.remove(coming)
        self._now = None
        if isinstance(got, ShopError):
            self.refusal = self.refusal or got
        self.came.emit(coming, got)
        if self._tasks is not None:
            self.go_on()
        if not self._queue:
            self.settled.emit(isinstance(got, Photo) and self.refusal is None)
