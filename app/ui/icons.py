"""Icons: SVGs drawn in a token's colour, cached by name, colour, size and screen.

``icon("wrench")`` for buttons (follows the theme when asked again), ``pixmap(...)`` for delegates.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from app.core.places import RESOURCES
from app.ui import theme

_pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}


def icon(name: str, token: str = "ink", size: int = 20, *, on: str = "accent_ink") -> QIcon:
    """An icon of ``size`` design pixels in the colour ``token``; ``on`` colours its checked state."""
    made = QIcon()
    made.addPixmap(pixmap(name, token, size), QIcon.Mode.Normal, QIcon.State.Off)
    made.addPixmap(pixmap(name, on, size), QIcon.Mode.Normal, QIcon.State.On)
    made.addPixmap(pixmap(name, "ink_off", size), QIcon.Mode.Disabled, QIcon.State.Off)
    return made


def pixmap(name: str, token: str = "ink", size: int = 20) -> QPixmap:
    """The icon as a pixmap of ``size`` design pixels, sharp on the present screen. A missing file is empty."""
    colour = getattr(theme.current(), token)
    ratio = _ratio()
    pixels = theme.px(size)
    key = (name, colour, pixels, ratio)
    found = _pixmaps.get(key)
    if found is None:
        found = _pixmaps[key] = _draw(name, colour, pixels, ratio)
    return found


def exists(name: str) -> bool:
    """Whether the icon's file is there (a test asks for every name in use)."""
    return bool(_source(name))


def _draw(name: str, colour: str, pixels: int, ratio: float) -> QPixmap:
    side = max(1, round(pixels * ratio))
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    source = _source(name)
    if source:
        # QtSvg is loaded by the first icon, not by the import of this module.
        from PySide6.QtSvg import QSvgRenderer

        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
    made = QPixmap.fromImage(image)
    made.setDevicePixelRatio(ratio)
    return made


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    try:
        return (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    except OSError:
        return ""


def _ratio() -> float:
    app = QApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QApplication) else 1.0
