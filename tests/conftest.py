"""What every test stands on: no real screen, and the catalogue as its source says."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

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
