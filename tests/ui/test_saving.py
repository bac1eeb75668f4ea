"""What file is meant by what was typed and chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ui.saving import meant


@pytest.mark.parametrize(
    ("typed", "kind", "file"),
    [
        ("a", "Excel (*.xlsx)", "a.xlsx"),
        ("a.JSON", "Excel (*.xlsx)", "a.JSON"),
        ("a.xlsx", "JSON (*.json)", "a.xlsx"),
        ("a.2026", "JSON (*.json)", "a.2026.json"),
        ("a", "", "a.xlsx"),
    ],
)
def test_a_typed_ending_says_more_than_the_kind(typed: str, kind: str, file: str) -> None:
    assert meant(typed, kind, [".xlsx", ".json"]) == Path(file)
