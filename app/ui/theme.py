"""The look, set in one place: Fusion, palette, style sheet, fonts, text scale; switched while the program runs.

``theme.start(app)`` once; then ``theme.current()`` is the look in force, ``theme.px(14)`` a size in the user's
text scale, ``theme.use(mode=…, scale=…)`` switches, ``theme.watch().changed`` tells painters to look again.

Widgets choose their part in the style sheet by a dynamic property, never by a sheet of their own::

    role_of(button, "primary")      # primary | danger | quiet | key (large) | tile
    role_of(label, "secondary")     # secondary | heading | title | big | error | caption
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLibraryInfo, QLocale, QObject, Qt, QTranslator, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.core.places import RESOURCES
from app.core.words import _
from app.ui.tokens import DARK, LIGHT, Tokens

if TYPE_CHECKING:
    from app.core.words import Language

FAMILY = "Noto Sans SC"
#: Where the program's own font is missing the window still opens with what the system has.
FALLBACKS = [FAMILY, "Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei"]
BASE, SECONDARY, HEADING, TITLE, BENCH = 14, 12, 20, 28, 40
SCALES = (100, 110, 125, 150, 175, 200)


class Mode(StrEnum):
    """What the user chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class _Watch(QObject):
    """Tells whoever paints by hand that colours or sizes changed."""

    changed = Signal()


_watch: _Watch | None = None
_mode = Mode.SYSTEM
_scale = 100
_tokens = LIGHT
#: The application that wears ``_tokens`` at ``_scale``: dressing thousands of widgets anew takes a second.
_dressed: QApplication | None = None
_translator: QTranslator | None = None
_gaps: QTranslator | None = None


def current() -> Tokens:
    """The tokens in force."""
    return _tokens


def mode() -> Mode:
    """What the user chose: system, light or dark."""
    return _mode


def scale() -> int:
    """The text scale in per cent, 100 to 200."""
    return _scale


def watch() -> _Watch:
    """The object whose ``changed`` signal follows every switch of colours or sizes."""
    global _watch
    if _watch is None:
        _watch = _Watch()
    return _watch


def px(size: int) -> int:
    """``size`` (design pixels, on the 4 px grid) in the user's text scale."""
    return round(size * _scale / 100)


def colour(name: str) -> QColor:
    """A token as a ``QColor``."""
    return QColor(getattr(_tokens, name))


def font(size: int = BASE, *, bold: bool = False) -> QFont:
    """The program's font at ``size`` design pixels, with figures of equal width."""
    made = QFont(FALLBACKS)
    made.setPixelSize(px(size))
    made.setBold(bold)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def role_of(widget: QWidget, role: str) -> None:
    """Give ``widget`` a part in the style sheet (``[role="primary"]``), also after it was shown."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    restyle(widget)


def restyle(widget: QWidget) -> None:
    """Let the style sheet look at the dynamic properties of ``widget`` again."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    # A frame measures its padding anew only when it is told that its style changed.
    QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))


def load_fonts() -> None:
    """Register the shipped fonts. A missing file is no fault here: ``missing_font`` says so afterwards."""
    for file in sorted((RESOURCES / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))


def missing_font() -> bool:
    """Whether Chinese would print as boxes: neither our font nor one of the fallbacks is there."""
    return not any(QFontDatabase.hasFamily(family) for family in FALLBACKS)


def start(app: QApplication, mode: Mode = Mode.SYSTEM, scale: int = 100) -> None:
    """Dress the application. Call once, before the first widget."""
    app.setStyle("Fusion")
    load_fonts()
    watch()
    app.styleHints().colorSchemeChanged.connect(_system_changed)
    use(mode=mode, scale=scale)


def use(*, mode: Mode | None = None, scale: int | None = None) -> None:
    """Switch theme and/or text scale at once, in every open window."""
    global _mode, _scale, _tokens
    _mode = _mode if mode is None else mode
    before = (_scale, _tokens)
    _scale = _scale if scale is None else min(200, max(100, scale))
    _tokens = _wanted()
    app = QApplication.instance()
    if isinstance(app, QApplication) and (_dressed is not app or before != (_scale, _tokens)):
        _apply(app)
        watch().changed.emit()


def speak(app: QApplication, language: Language) -> None:
    """Load Qt's own words (file dialog, context menus) in ``language``; ours come from the catalogue."""
    global _translator, _gaps
    if _translator is not None:
        app.removeTranslator(_translator)
        _translator = None
    QLocale.setDefault(QLocale(language.value))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language.value}", folder):
        if _gaps is None:
            _gaps = _Gaps(app)
            # The first that is installed is asked last.
            app.installTranslator(_gaps)
        app.installTranslator(translator)
        _translator = translator


class _Gaps(QTranslator):
    """The words of the file dialog that Qt's own Chinese lacks."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, sourceText: str, _disambiguation: str | None = None, _n: int = -1
    ) -> str | None:
        """None for whatever is not missing: the source then stands as it is."""
        if context != "QFileDialog":
            return None
        match sourceText:
            case "&Look in:":
                return _("&Look in:")
            case "Files of &type:":
                return _("Files of &type:")
            case _other:
                return None


def _wanted() -> Tokens:
    if _mode is Mode.SYSTEM:
        hints = QApplication.styleHints() if QApplication.instance() is not None else None
        dark = hints is not None and hints.colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if _mode is Mode.DARK else LIGHT


def _system_changed() -> None:
    if _mode is Mode.SYSTEM and _wanted() is not _tokens:
        use()


def _apply(app: QApplication) -> None:
    from app.ui.sheet import style_sheet

    global _dressed
    _dressed = app
    app.setFont(font())
    app.setPalette(_palette(_tokens))
    app.setStyleSheet(style_sheet(_tokens, px))


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: tokens.ground,
        role.WindowText: tokens.ink,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.sunken,
        role.Text: tokens.ink,
        role.PlaceholderText: tokens.ink_2,
        role.Button: tokens.surface,
        role.ButtonText: tokens.ink,
        role.BrightText: tokens.on_late,
        role.ToolTipBase: tokens.ink,
        role.ToolTipText: tokens.surface,
        role.Highlight: tokens.accent_fill,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent_ink,
        role.LinkVisited: tokens.accent_ink,
        role.Accent: tokens.accent,
        role.Light: tokens.surface,
        role.Midlight: tokens.line,
        role.Mid: tokens.edge,
        role.Dark: tokens.edge,
        role.Shadow: tokens.line,
    }
    for which, value in pairs.items():
        palette.setColor(which, QColor(value))
    off = QPalette.ColorGroup.Disabled
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(off, which, QColor(tokens.ink_off))
    palette.setColor(off, role.Highlight, QColor(tokens.line))
    return palette
