"""The window as it is painted first: its frame in the right colours, before anything else is loaded.

app = QApplication(argv)
curtain = Curtain()                      # knows nothing but Qt: painted in 1.1 × a bare window's time
curtain.painted.connect(furnish)         # then load theme, fonts, records, and
curtain.adopt(shell)                     # put the shell into the same window
"""

from __future__ import annotations

from typing import TYPE_CHECKING

# ``Qt`` itself is not imported here, nor anything asked that answers with one of its thousand enumerators
# (``colorScheme()``): making them costs 40 ms, a fifth of a bare window's start. Event classes cost 10.
from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QMainWindow, QWidget

from app.ui import keep

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

RAIL, TOP, BOTTOM = 76, 52, 36
#: What the system's own title above the window takes, about.
_TITLE = 32


class Curtain(QMainWindow):
    """The program's one window. Geometry is kept between starts."""

    #: Once, after the first frame stands on the screen.
    painted = Signal()
    #: The window closes for good (after every page agreed).
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        # On a smaller screen, or one whose system draws all larger, pages scroll; the bottom line stays in sight.
        room = self.screen().availableGeometry().size() - QSize(0, _TITLE)
        self.setMinimumSize(QSize(1024, 640).boundedTo(room))
        self.resize(1366, 768)
        kept = keep.text("geometry")
        if kept:
            from PySide6.QtCore import QByteArray

            self.restoreGeometry(QByteArray.fromBase64(QByteArray(kept.encode())))
        self._content: QWidget | None = None
        self._sketch = _Sketch(self)
        self._sketch.painted.connect(self.painted)
        self.setCentralWidget(self._sketch)

    def adopt(self, content: QWidget) -> None:
        """Put the shell (or the first-run wizard) into the window; what was there before is dropped."""
        self._content = content
        title = content.windowTitle()
        self.setCentralWidget(content)
        if title:
            self.setWindowTitle(title)

    def closeEvent(self, event: QCloseEvent) -> None:
        may_close = getattr(self._content, "may_close", None)
        if may_close is not None and not may_close():
            event.ignore()
            return
        keep.put("geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        event.accept()
        self.closing.emit()


class _Sketch(QWidget):
    """Rail, top bar, page and bottom line as empty areas. No text: fonts are the dearest part of a first frame."""

    painted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._told = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        from app.ui.tokens import DARK, LIGHT

        tokens = DARK if _dark() else LIGHT
        scale = keep.number("scale", 100) / 100
        rail, top, bottom = (round(size * scale) for size in (RAIL, TOP, BOTTOM))
        width, height = self.width(), self.height()
        painter = QPainter(self)
        _fill(painter, tokens.ground, 0, 0, width, height)
        _fill(painter, tokens.sunken, 0, 0, rail, height)
        _fill(painter, tokens.surface, rail, 0, width - rail, top)
        _fill(painter, tokens.surface, rail, height - bottom, width - rail, bottom)
        _fill(painter, tokens.line, rail - 1, 0, 1, height)
        _fill(painter, tokens.line, rail, top - 1, width - rail, 1)
        _fill(painter, tokens.line, rail, height - bottom, width - rail, 1)
        painter.end()
        if not self._told:
            self._told = True
            # After this frame has reached the screen, not before.
            QTimer.singleShot(0, self.painted.emit)


def _fill(painter: QPainter, colour: str, x: int, y: int, width: int, height: int) -> None:
    """An even area. One stretched pixel: choosing among the overloads of ``fillRect`` makes every enumerator of Qt
    (56 ms of processor time, a quarter of a bare window's start), this takes a tenth of a millisecond."""
    pixel = QPixmap(1, 1)
    pixel.fill(QColor(colour))
    painter.drawPixmap(x, y, width, height, pixel)


def _dark() -> bool:
    mode = keep.text("theme", "system")
    if mode == "system":
        return QGuiApplication.palette().window().color().lightness() < 128
    return mode == "dark"
