"""What every test stands on: no real screen, and the catalogue as its source says."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent


def pytest_sessionstart() -> None:
    """Compile the catalogue before the first test asks for a word, once, in the process that leads."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    place = ROOT / "packaging" / "words.py"
    spec = importlib.util.spec_from_file_location("catalogue_words", place)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{place} is missing")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    words = module.Words(ROOT)
    if words.stale():
        words.compile()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Closed windows go with the test that opened them. Nobody turns the event loop between tests, so that they
    would stay, and every change of theme would dress thousands of dead widgets again."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if len(widgets.QApplication.topLevelWidgets()) > _MANY:
        gc.collect()


#: Windows, menus and popups of one page; more of them hang in reference cycles.
_MANY = 40
