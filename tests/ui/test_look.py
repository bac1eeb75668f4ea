"""Colours that can be read, icons that exist, and the guard against the PySide6 reference fault."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.core.enums import Status
from app.core.words import Language, speaking
from app.ui import chips, icons, theme
from app.ui.tokens import DARK, LIGHT, LINE_PAIRS, PAIRS, Tokens, contrast

UI = Path(__file__).resolve().parents[2] / "app" / "ui"


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), LINE_PAIRS)
def test_rings_and_edges_can_be_seen(tokens: Tokens, line: str, ground: str) -> None:
    assert contrast(getattr(tokens, line), getattr(tokens, ground)) >= 3


def test_every_icon_named_in_the_kit_is_shipped() -> None:
    named = set(chips.icon_names())
    for file in UI.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        named |= set(re.findall(r'icons\.(?:icon|pixmap)\(\s*"([a-z0-9-]+)"', text))
        named |= set(re.findall(r'_tool\(\s*"([a-z0-9-]+)"', text))
    assert named
    assert [name for name in sorted(named) if not icons.exists(name)] == []


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_chip_with_word_and_icon(status: Status) -> None:
    chip = chips.status_chip(status)
    assert chip.text
    assert icons.exists(chip.icon)


def test_the_file_dialog_speaks_chinese_to_its_last_word(qapp: QApplication, qtbot: QtBot) -> None:
    with speaking(Language.ZH):
        theme.speak(qapp, Language.ZH)
        try:
            dialog = QFileDialog()
            qtbot.addWidget(dialog)
            dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
            words = [label.text() for label in dialog.findChildren(QLabel) if label.text()]
        finally:
            theme.speak(qapp, Language.EN)
    assert len(words) == 3
    assert [word for word in words if re.search("[a-z]", word)] == []


def test_theme_and_scale_switch_while_the_program_runs(qtbot: QtBot, qapp: QApplication) -> None:
    theme.use(mode=theme.Mode.LIGHT, scale=100)
    line = QLineEdit("text")
    qtbot.addWidget(line)
    line.show()
    small, light = line.sizeHint().height(), qapp.palette().window().color().name()
    theme.use(mode=theme.Mode.DARK, scale=200)
    QApplication.processEvents()
    try:
        assert qapp.palette().window().color().name() == DARK.ground != light
        assert line.sizeHint().height() > small * 1.5
        assert theme.px(14) == 28
    finally:
        theme.use(mode=theme.Mode.LIGHT, scale=100)


def test_pyside_keeps_its_references() -> None:
    before = sys.getrefcount(None)
    for _attempt in range(500):
        QObject().setObjectName("x")
    assert sys.getrefcount(None) > before - 100


def test_the_first_frame_needs_nothing_but_qt_and_its_colours() -> None:
    """What the curtain imports is what the user waits for (limits.md "Start to first paint")."""
    code = "import sys, app.ui.curtain, app.ui.tokens; print(' '.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=UI.parents[1]
    ).stdout.split()
    ours = {name for name in loaded if name.startswith("app.")}
    assert ours == {"app.ui", "app.ui.curtain", "app.ui.keep", "app.ui.tokens"}
    assert not {"sqlalchemy", "reportlab", "pypdfium2", "pypinyin", "PySide6.QtPrintSupport"} & set(loaded)


def test_the_kit_imports_neither_records_nor_papers() -> None:
    code = (
        "import sys, app.ui.shell, app.ui.tables, app.ui.fields, app.ui.scanner, app.ui.sign_in;"
        "print(' '.join(sys.modules))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=UI.parents[1]
    ).stdout.split()
    assert not {"sqlalchemy", "reportlab", "pypdfium2", "pypinyin", "app.model", "app.store"} & set(loaded)
