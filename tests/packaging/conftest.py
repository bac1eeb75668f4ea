"""The two tools of packaging/ as modules; they are scripts and on nobody's path."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parent.parent.parent / "packaging"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"xiuhu_{name}", PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def set_up() -> ModuleType:
    """packaging/set_up.py."""
    return _load("set_up")


@pytest.fixture(scope="session")
def words_tool() -> ModuleType:
    """packaging/words.py."""
    return _load("words")
