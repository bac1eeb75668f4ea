"""The watches of an open window stand in one list: each is started once, told what changed, and gone at the end."""

from __future__ import annotations

from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from app import watches
from app.core.changes import Changes, Kind
from app.ui.watch import Watch
from app.watches import Post, Watches

_DONE: list[str] = []


class Seen(Watch):
    """Remembers what it was told."""

    def __init__(self, name: str) -> None:
        super().__init__(60_000)
        self.setObjectName(name)

    def start(self) -> None:
        super().start()
        _DONE.append(f"{self.objectName()} starts")

    def changed(self, changes: Changes) -> None:
        _DONE.append(f"{self.objectName()} hears {sorted(kind.value for kind, _id in changes.touched)}")

    def locked(self) -> None:
        _DONE.append(f"{self.objectName()} is left")

    def stop(self) -> None:
        super().stop()
        _DONE.append(f"{self.objectName()} stops")


class Other(Seen):
    """Of another kind."""


def test_a_watch_is_one_line(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: list[bool] = []
    monkeypatch.setattr(
        watches, "WATCHES", (lambda _post: Seen("disk"), lambda _post: Other("push") if wanted else None)
    )
    _DONE.clear()
    standing, post = Watches(), cast(Post, Any)
    standing.changed(Changes(frozenset({(Kind.SETTING, 0)})))
    assert _DONE == [], "before the records are open nothing stands"
    standing.start(post)
    standing.start(post)
    assert standing.find(Other) is None
    wanted.append(True)
    standing.changed(Changes(frozenset({(Kind.ORDER, 1)})))
    assert standing.find(Other) is None
    standing.changed(Changes(frozenset({(Kind.SETTING, 0)})))
    push = standing.find(Other)
    assert push is not None
    assert push._timer.isActive()
    standing.locked()
    standing.stop()
    standing.changed(Changes(frozenset({(Kind.SETTING, 0)})))
    assert not isValid(push)
    assert _DONE == [
        "disk starts",
        "disk hears ['order']",
        "push starts",
        "disk hears ['setting']",
        "push hears ['setting']",
        "disk is left",
        "push is left",
        "disk stops",
        "push stops",
    ]
