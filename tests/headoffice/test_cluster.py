"""A cluster of our own that cannot be made says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import EnvironmentFault, Fault
from app.headoffice import cluster


def test_a_system_without_the_user_postgres_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_path: Path, user: str) -> None:
        raise LookupError(f"no such user: {user!r}")

    monkeypatch.setattr(cluster, "commands", lambda: tmp_path)
    monkeypatch.setattr(cluster.os, "geteuid", lambda: 0)
    monkeypatch.setattr(cluster.shutil, "chown", unknown)
    with pytest.raises(EnvironmentFault) as caught, cluster.cluster(tmp_path):
        pytest.fail("it must not start")
    assert caught.value.code is Fault.POSTGRES_FAILED
    assert "postgres" in caught.value.params["why"]
