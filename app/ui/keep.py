"""What a window remembers between two starts: geometry, column widths, theme, scale, sounds. No shop data.

``keep.open_file(DIR / "window.json")`` once; without it everything is remembered until the program ends (tests).
"""

from __future__ import annotations

import logging
from pathlib import Path

log = logging.getLogger(__name__)

Kept = str | int | bool | list[int]

_values: dict[str, Kept] = {}
_file: Path | None = None


def open_file(file: Path | None) -> None:
    """Read what was kept; a missing or damaged file is an empty memory, not a fault."""
    global _file
    _file = file
    _values.clear()
    if file is None or not file.exists():
        return
    import json  # the first frame of a first start needs none

    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        log.warning("window memory unreadable, starting afresh: %s", error)
        return
    if isinstance(data, dict):
        _values.update(
            {str(key): value for key, value in data.items() if isinstance(value, str | int | list)}
        )


def text(key: str, default: str = "") -> str:
    """A kept text."""
    value = _values.get(key)
    return value if isinstance(value, str) else default


def number(key: str, default: int = 0) -> int:
    """A kept whole number (or switch)."""
    value = _values.get(key)
    return value if isinstance(value, int) else default


def numbers(key: str) -> list[int]:
    """A kept list of whole numbers; empty if there is none."""
    value = _values.get(key)
    return [item for item in value if isinstance(item, int)] if isinstance(value, list) else []


def put(key: str, value: Kept) -> None:
    """Keep ``value``; a folder that cannot be written to costs only the memory."""
    if _values.get(key) == value:
        return
    _values[key] = value
    if _file is None:
        return
    import json

    scratch = _file.with_suffix(".new")
    try:
        scratch.write_text(json.dumps(_values, ensure_ascii=False, indent=1), encoding="utf-8")
        scratch.replace(_file)
    except OSError as error:
        log.warning("window memory not written: %s", error)
