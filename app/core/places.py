"""Where the program's own files lie, from a checkout or from a frozen bundle."""

from __future__ import annotations

import sys
from pathlib import Path

#: The folder that holds ``resources/`` and ``db/``: the project's root, or the bundle's data folder.
ROOT = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[2]))
RESOURCES = ROOT / "resources"
MIGRATIONS = ROOT / "db" / "migrations"


def own_command() -> list[str]:
    """How this program is started once more, beside itself or after its end; run it in ``ROOT`` unless frozen."""
    return [sys.executable] if frozen() else [sys.executable, "-m", "app"]


def frozen() -> bool:
    """Whether this is a bundle and not a checkout."""
    return hasattr(sys, "_MEIPASS")
