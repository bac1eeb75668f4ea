"""Photos beside a form: added from files or by dropping, shown as thumbnails, removed with one key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon, QImage, QImageReader, QKeyEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.core.errors import Reason, Refusal
from app.core.sentences import sentence
from app.core.words import _
from app.ui import icons, theme
from app.ui.choices import FlowLayout

MOST_MB = 20
SUFFIXES = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it was given: file bytes and suffix (``.jpg`` or ``.png``); ``key`` for one already stored."""

    data: bytes
    suffix: str
    key: str = ""


def read_photo(file: Path) -> Photo:
    """Read and check a picture. Raises ``Refusal`` (BAD_IMAGE, FILE_TOO_LARGE, FILE_NOT_READABLE)."""
    suffix = file.suffix.lower()
    try:
        if file.stat().st_size > MOST_MB * 1_000_000:
            raise Refusal(Reason.FILE_TOO_LARGE, most=MOST_MB)
        data = file.read_bytes()
    except OSError as error:
        raise Refusal(Reason.FILE_NOT_READABLE, path=file.name, why=error.strerror or "?") from error
    if suffix not in SUFFIXES or thumbnail(data, 16).isNull():
        raise Refusal(Reason.BAD_IMAGE)
    return Photo(data, ".png" if suffix == ".png" else ".jpg")


def thumbnail(data: bytes, side: int) -> QImage:
    """A small copy, turned upright as the camera says; null if ``data`` is no picture."""
    array = QByteArray(data)
    buffer = QBuffer(array)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class PhotoStrip(QWidget):
    """Thumbnails with a plus. ``value() -> tuple[Photo, ...]``; drop files anywhere on it; Delete removes one."""

    changed = Signal()

    SIDE = 72

    def __init__(self, label: str = "", most: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self._photos: list[Photo] = []
        self._clean: tuple[Photo, ...] = ()
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
        """The photos, in order."""
        return tuple(self._photos)

    def set_value(self, photos: tuple[Photo, ...]) -> None:
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

    def add_files(self, files: list[Path]) -> None:
        """Add what can be read; the first refusal is shown, the others are still added."""
        refusal: Refusal | None = None
        for file in files:
            if len(self._photos) >= self._most:
                break
            try:
                self._photos.append(read_photo(file))
            except Refusal as error:
                refusal = refusal or error
        self.show_error(sentence(refusal) if refusal else None)
        self._rebuild()
        self.changed.emit()

    def remove(self, at: int) -> None:
        """Take one photo away."""
        if 0 <= at < len(self._photos):
            del self._photos[at]
            self._rebuild()
            self.changed.emit()

    def choose(self) -> None:
        """Ask for files."""
        pattern = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in SUFFIXES)
        names, _filter = QFileDialog.getOpenFileNames(
            self, _("Add photos"), "", _("Pictures") + f" ({pattern})"
        )
        if names:
            self.add_files([Path(name) for name in names])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = _files(event.mimeData())
        if files:
            self.add_files(files)
            event.acceptProposedAction()

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

    def __init__(self, photo: Photo, at: int, strip: PhotoStrip) -> None:
        super().__init__()
        self._at = at
        self._strip = strip
        side = theme.px(PhotoStrip.SIDE)
        theme.role_of(self, "thumb")
        self.setIcon(QIcon(QPixmap.fromImage(thumbnail(photo.data, side * 2))))
        self.setIconSize(QSize(side - 8, side - 8))
        self.setAccessibleName(_("Photo {n}").format(n=at + 1))
        self.setToolTip(_("Photo {n}: Delete removes it").format(n=at + 1))
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
