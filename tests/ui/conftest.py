"""Every window test starts in English, in the light theme, with an empty window memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.core import words
from app.core.words import Language
from app.ui import keep


@pytest.fixture(autouse=True)
def plain_window(dressed: None) -> Iterator[None]:
    keep.open_file(None)
    words.set_language(Language.EN)
    yield
    words.set_language(Language.EN)
