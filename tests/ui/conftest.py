"""Every window test starts in English, in the light theme, with an empty window memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.core import words
from app.core.words import Language
from app.ui import keep, theme


@pytest.fixture(autouse=True)
def plain_window(qapp: QApplication) -> Iterator[None]:
    if qapp.property("dressed") is None:
        theme.start(qapp, theme.Mode.LIGHT)
        qapp.setProperty("dressed", True)
    keep.open_file(None)
    words.set_language(Language.EN)
    yield
    words.set_language(Language.EN)
