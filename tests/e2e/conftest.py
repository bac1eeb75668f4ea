"""A screen for the session, and a window for a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.screen import MISSING, Screen


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs an X server."""
    for item in items:
        if "e2e" not in item.path.parts:
            continue
        item.add_marker(pytest.mark.x11)
        if MISSING:
            item.add_marker(
                pytest.mark.skip(reason=f"missing: {', '.join(MISSING)} (apt-get install xvfb xdotool)")
            )


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """One screen of 1366×768 for all tests."""
    made = Screen()
    yield made
    made.close()
