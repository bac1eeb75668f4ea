"""The one style sheet, written from the tokens. Parts are chosen by the dynamic properties ``role`` and ``tone``."""

from __future__ import annotations

from collections.abc import Callable

from app.core.places import RESOURCES
from app.ui.tokens import Tokens

#: Meanings a banner, chip or light may carry; each has ``<tone>_ink`` and ``<tone>_soft`` tokens.
TONES = ("done", "waits", "late", "info", "calm")


def style_sheet(t: Tokens, px: Callable[[int], int]) -> str:
    """The sheet for one theme and text scale; ``px`` turns design pixels into screen pixels."""
    return "".join(
        (_base(t, px), _inputs(t, px), _buttons(t, px), _lists(t, px), _shell(t, px), _tones(t, px))
    )


def _base(t: Tokens, px: Callable[[int], int]) -> str:
    return f"""
QWidget {{ color: {t.ink}; }}
QMainWindow, QDialog, QWidget[role="ground"] {{ background: {t.ground}; }}
QWidget[role="surface"], QFrame[role="surface"] {{ background: {t.surface}; }}
QFrame[role="card"] {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 6px; }}
QFrame[role="line"] {{ background: {t.line}; border: none; }}
QLabel {{ background: transparent; }}
QLabel:disabled {{ color: {t.ink_off}; }}
QLabel[role="secondary"], QLabel[role="caption"] {{ color: {t.ink_2}; font-size: {px(12)}px; }}
QLabel[role="label"] {{ color: {t.ink_2}; font-size: {px(12)}px; }}
QLabel[role="error"] {{ color: {t.late_ink}; font-size: {px(12)}px; }}
QLabel[role="heading"] {{ font-size: {px(20)}px; font-weight: 700; }}
QLabel[role="title"] {{ font-size: {px(28)}px; font-weight: 700; }}
QLabel[role="strong"] {{ font-weight: 700; }}
QLabel[role="big"] {{ font-size: {px(40)}px; font-weight: 700; }}
QLabel[role="key"] {{ color: {t.ink}; background: {t.surface}; border: 1px solid {t.edge}; border-radius: 3px;
  padding: 0 {px(4)}px; font-size: {px(12)}px; }}
QToolTip {{ background: {t.ink}; color: {t.surface}; border: none; padding: {px(4)}px {px(8)}px; }}
QMenu {{ background: {t.surface}; border: 1px solid {t.line}; padding: {px(4)}px; }}
QMenu::item {{ padding: {px(6)}px {px(16)}px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.accent_soft}; color: {t.ink}; }}
QMenu::item:disabled {{ color: {t.ink_off}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: {px(4)}px 0; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: {px(12)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(12)}px; margin: 0; }}
QScrollBar::handle {{ background: {t.edge}; border-radius: {px(4)}px; margin: {px(2)}px; }}
QScrollBar::handle:vertical {{ min-height: {px(32)}px; }}
QScrollBar::handle:horizontal {{ min-width: {px(32)}px; }}
QScrollBar::handle:hover {{ background: {t.ink_2}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: none; border: none; width: 0; height: 0; }}
QSplitter::handle {{ background: {t.line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QProgressBar {{ background: {t.sunken}; border: none; border-radius: {px(3)}px; max-height: {px(6)}px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: {px(3)}px; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {t.line}; }}
QTabBar::tab {{ color: {t.ink_2}; padding: {px(8)}px {px(12)}px; border: none; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {t.accent_ink}; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:hover {{ background: {t.hover}; }}
QTabBar:focus {{ border: 2px solid {t.accent}; }}
"""


def _inputs(t: Tokens, px: Callable[[int], int]) -> str:
    boxes = "QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox"
    # The ring is two pixels and the plain edge one; the padding gives the pixel back, so nothing jumps.
    focus = ", ".join(f"{box}:focus" for box in boxes.split(", "))
    off = ", ".join(f"{box}:disabled" for box in boxes.split(", "))
    bad = ", ".join(f'{box}[bad="true"]' for box in boxes.split(", "))
    return f"""
{boxes} {{ background: {t.surface}; color: {t.ink}; border: 1px solid {t.edge}; border-radius: 6px;
  padding: {px(5)}px {px(8)}px; selection-background-color: {t.accent_fill};
  selection-color: {t.on_accent}; placeholder-text-color: {t.ink_2}; }}
{bad} {{ border: 1px solid {t.late_fill}; }}
{focus} {{ border: 2px solid {t.accent}; padding: {px(5) - 1}px {px(8) - 1}px; }}
{off} {{ background: {t.sunken}; color: {t.ink_off}; border-color: {t.line}; }}
QLineEdit[readOnly="true"], QPlainTextEdit[readOnly="true"] {{ background: {t.sunken}; border-color: {t.line}; }}
QLineEdit[role="big"] {{ font-size: {px(28)}px; font-weight: 700; padding: {px(4)}px {px(10)}px; }}
QComboBox::drop-down {{ border: none; width: {px(24)}px; }}
QComboBox QLineEdit {{ border: none; padding: 0; background: transparent; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: {px(20)}px; border: none; }}
QCheckBox, QRadioButton {{ spacing: {px(8)}px; padding: {px(4)}px; border: 2px solid transparent;
  border-radius: 6px; background: transparent; }}
QCheckBox:focus, QRadioButton:focus {{ border: 2px solid {t.accent}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {t.ink_off}; }}
QCheckBox::indicator {{ width: {px(16)}px; height: {px(16)}px; background: {t.surface};
  border: 1px solid {t.edge}; border-radius: 4px; }}
QCheckBox::indicator:checked {{ background: {t.accent_fill}; border-color: {t.accent_fill};
  image: url("{_tick(t)}"); }}
QCheckBox::indicator:disabled {{ background: {t.sunken}; border-color: {t.line}; }}
QCalendarWidget QWidget {{ alternate-background-color: {t.sunken}; }}
QCalendarWidget QAbstractItemView {{ selection-background-color: {t.accent_fill};
  selection-color: {t.on_accent}; background: {t.surface}; }}
QCalendarWidget QToolButton {{ color: {t.ink}; background: transparent; border: none; padding: {px(4)}px; }}
"""


def _tick(t: Tokens) -> str:
    """The tick in ``on_accent``: a style sheet takes files only, and cannot colour them."""
    return (RESOURCES / "icons" / f"check-on-{t.name}.svg").as_posix()


def _buttons(t: Tokens, px: Callable[[int], int]) -> str:
    pad, wide = px(5), px(12)
    return f"""
QPushButton, QToolButton {{ background: {t.surface}; color: {t.ink}; border: 1px solid {t.edge};
  border-radius: 6px; padding: {pad}px {wide}px; min-height: {px(20)}px; }}
QToolButton {{ padding: {pad}px; }}
QPushButton:hover, QToolButton:hover {{ background: {t.hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {t.accent_soft}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {t.accent}; padding: {pad - 1}px {wide - 1}px; }}
QToolButton:focus {{ padding: {pad - 1}px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {t.ink_off}; background: {t.sunken};
  border-color: {t.line}; }}
QPushButton:checked, QToolButton:checked {{ background: {t.accent_soft}; color: {t.accent_ink};
  border-color: {t.accent}; }}
QPushButton::menu-indicator, QToolButton::menu-indicator {{ image: none; width: 0; }}
QPushButton[role="primary"] {{ background: {t.accent_fill}; color: {t.on_accent}; border-color: {t.accent_fill};
  font-weight: 700; }}
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:pressed {{ background: {t.accent_fill_hover}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {t.ink}; }}
QPushButton[role="primary"]:disabled {{ background: {t.sunken}; color: {t.ink_off}; border-color: {t.line}; }}
QPushButton[role="danger"] {{ background: {t.late_fill}; color: {t.on_late}; border-color: {t.late_fill};
  font-weight: 700; }}
QPushButton[role="danger"]:focus {{ border: 2px solid {t.ink}; }}
QPushButton[role="danger"]:disabled {{ background: {t.sunken}; color: {t.ink_off}; border-color: {t.line}; }}
QPushButton[role="quiet"], QToolButton[role="quiet"] {{ background: transparent; border-color: transparent; }}
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {{ background: {t.hover}; }}
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus {{ border: 2px solid {t.accent}; }}
QPushButton[role="quiet"]:disabled, QToolButton[role="quiet"]:disabled {{ background: transparent; }}
QPushButton[role="link"] {{ background: transparent; border-color: transparent; color: {t.accent_ink};
  padding: {pad}px {px(4)}px; text-align: left; }}
QPushButton[role="link"]:hover {{ text-decoration: underline; }}
QPushButton[role="link"]:focus {{ border: 2px solid {t.accent}; padding: {pad - 1}px {px(4) - 1}px; }}
QPushButton[role="key"] {{ font-size: {px(16)}px; min-height: {px(40)}px; text-align: left;
  padding: {px(4)}px {px(12)}px; }}
QPushButton[role="key"]:focus {{ padding: {px(4) - 1}px {px(12) - 1}px; }}
QPushButton[role="pad"] {{ font-size: {px(24)}px; min-width: {px(56)}px; min-height: {px(48)}px; }}
QLineEdit QToolButton, QLineEdit QToolButton:hover, QLineEdit QToolButton:pressed {{ background: transparent;
  border: none; padding: 0; min-height: 0; }}
QPushButton[role="pad_ok"] {{ background: {t.accent_fill}; border-color: {t.accent_fill};
  min-width: {px(56)}px; min-height: {px(48)}px; }}
QPushButton[role="pad_ok"]:hover {{ background: {t.accent_fill_hover}; }}
QPushButton[role="pad_ok"]:disabled {{ background: {t.sunken}; border-color: {t.line}; }}
QToolButton[role="thumb"], QToolButton[role="thumb"]:focus {{ padding: 0; min-width: {px(68)}px; max-width: {px(68)}px;
  min-height: {px(68)}px; max-height: {px(68)}px; }}
QPushButton[role="tile"] {{ font-size: {px(16)}px; min-height: {px(56)}px; text-align: left;
  padding: {px(8)}px {px(16)}px; }}
QPushButton[role="chip"] {{ border-color: {t.edge}; border-radius: {px(12) - 1}px; padding: {px(3)}px {px(10)}px;
  min-height: {px(18)}px; }}
QPushButton[role="chip"]:focus {{ border: 2px solid {t.accent}; padding: {px(3) - 1}px {px(10) - 1}px; }}
"""


def _lists(t: Tokens, px: Callable[[int], int]) -> str:
    return f"""
QAbstractItemView {{ background: {t.surface}; color: {t.ink}; border: none; outline: none;
  selection-background-color: {t.accent_soft}; selection-color: {t.ink}; }}
QTableView {{ border: 2px solid transparent; gridline-color: {t.line}; }}
QTableView:focus, QListView:focus, QTreeView:focus {{ border: 2px solid {t.accent}; }}
QListView, QTreeView {{ border: 2px solid transparent; }}
QListView::item {{ padding: {px(4)}px {px(8)}px; }}
QListView::item:selected, QTreeView::item:selected {{ background: {t.accent_soft}; color: {t.ink}; }}
QComboBox QAbstractItemView {{ border: 1px solid {t.line}; padding: {px(4)}px; }}
QHeaderView {{ background: {t.sunken}; border: none; }}
QHeaderView::section {{ background: {t.sunken}; color: {t.ink_2}; font-size: {px(12)}px; border: none;
  border-bottom: 1px solid {t.line}; padding: {px(5)}px {px(8)}px; }}
QHeaderView::section:hover {{ color: {t.ink}; }}
QTextBrowser {{ background: {t.surface}; border: none; padding: {px(12)}px; }}
QTextBrowser:focus {{ border: 2px solid {t.accent}; }}
"""


def _shell(t: Tokens, px: Callable[[int], int]) -> str:
    return f"""
QFrame#rail {{ background: {t.sunken}; border: none; border-right: 1px solid {t.line}; }}
QFrame#top_bar {{ background: {t.surface}; border: none; border-bottom: 1px solid {t.line}; }}
QFrame#bottom_line {{ background: {t.surface}; border: none; border-top: 1px solid {t.line}; }}
QToolButton[role="rail"] {{ background: transparent; color: {t.ink_2}; border: 2px solid transparent;
  border-left: 3px solid transparent; border-radius: 0; padding: {px(6)}px {px(2)}px; font-size: {px(12)}px; }}
QToolButton[role="rail"][tight="true"] {{ padding: 0 {px(2)}px; }}
QToolButton[role="rail"]:hover {{ background: {t.hover}; color: {t.ink}; }}
QToolButton[role="rail"]:checked {{ background: {t.surface}; color: {t.accent_ink};
  border-left: 3px solid {t.accent}; }}
QToolButton[role="rail"]:focus {{ border: 2px solid {t.accent}; border-left: 3px solid {t.accent}; }}
QFrame[role="popup"] {{ background: {t.surface}; border: 1px solid {t.edge}; border-radius: 6px; }}
QFrame[role="panel"] {{ background: {t.surface}; border: none; border-left: 1px solid {t.line}; }}
"""


def _tones(t: Tokens, px: Callable[[int], int]) -> str:
    parts = []
    for tone in TONES:
        ink, soft = getattr(t, f"{tone}_ink"), getattr(t, f"{tone}_soft")
        parts.append(
            f"""
QFrame[role="tinted"][tone="{tone}"] {{ background: {soft}; border: none; border-radius: 6px; }}
QLabel[tone="{tone}"] {{ color: {ink}; }}
QLabel[role="chip"][tone="{tone}"] {{ background: {soft}; border-radius: {px(10)}px;
  padding: {px(1)}px {px(8)}px; font-size: {px(12)}px; }}
QFrame[role="tinted"][tone="{tone}"] QLabel {{ color: {ink}; }}
QFrame[role="tinted"][tone="{tone}"] QToolButton {{ color: {ink}; }}"""
        )
    return "".join(parts)
