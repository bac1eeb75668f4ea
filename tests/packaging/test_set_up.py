"""The set-up: when it is done, what it says when the machine lacks something. No network, no package is touched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def project(tmp_path: Path, set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A checkout with an environment that looks made, in a folder with a space and Chinese characters."""
    root = tmp_path / "修 护"
    packages = root / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (root / ".venv" / "bin").mkdir()
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (root / ".venv" / "pyvenv.cfg").write_text("version = 3.11.7\n")
    (root / "packaging").mkdir()
    (root / "packaging" / "requirements.lock").write_text("segno==1.6.6\n")
    (root / ".setup").mkdir()
    monkeypatch.setattr(set_up, "missing_needs", lambda for_tests: [])
    return set_up.Project(root)


@pytest.fixture
def steps(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a set-up did; nothing of it is really done."""
    done: list[str] = []

    def note(name: str) -> Callable[[object], None]:
        return lambda project: done.append(name)

    monkeypatch.setattr(set_up.Project, "make_venv", note("venv"))
    monkeypatch.setattr(set_up.Project, "install_lock", note("install"))
    monkeypatch.setattr(set_up.Project, "usable_venv", lambda project: not project.unfinished.exists())
    return done


def test_second_set_up_does_nothing(project: Any, steps: list[str]) -> None:
    project.set_up(for_tests=False)
    assert steps == ["install"]
    project.set_up(for_tests=False)
    assert steps == ["install"]


def test_program_is_found_from_any_folder(project: Any, steps: list[str]) -> None:
    project.set_up(for_tests=False)
    (path_file,) = project.venv.glob("lib/python3*/site-packages/xiuhu.pth")
    assert (path_file.parent / path_file.read_text().strip()).resolve() == project.root.resolve()


def test_another_lock_or_python_sets_up_again(project: Any, steps: list[str]) -> None:
    project.set_up(for_tests=False)
    project.lock_list.write_text("segno==1.6.7\n")
    project.set_up(for_tests=False)
    assert steps == ["install", "install"]
    (project.venv / "pyvenv.cfg").write_text("version = 3.12.1\n")
    project.set_up(for_tests=False)
    assert steps == ["install"] * 3


def test_cut_off_set_up_begins_anew(project: Any, steps: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(_project: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(project), "install_lock", cut)
        with pytest.raises(KeyboardInterrupt):
            project.set_up(for_tests=False)
    assert project.stamp() == {}
    project.set_up(for_tests=False)
    assert steps == ["venv", "install"]
    assert project.stamp()


@pytest.mark.skipif(os.name == "nt", reason="flock")
def test_lock_stays_with_the_child_of_a_killed_set_up(project: Any, set_up: ModuleType) -> None:
    """A pip that outlives its set-up still writes into .venv: the next set-up waits for it."""
    with project.locked():
        child = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"],
            stdin=subprocess.PIPE,
            pass_fds=project.held,
        )
    with (project.state / "lock").open("a+b") as next_one:
        assert not set_up.try_lock(next_one)
        child.communicate()
        assert set_up.try_lock(next_one)


def test_damaged_stamp_is_no_stamp(project: Any, steps: list[str]) -> None:
    project.set_up(for_tests=False)
    project.stamp_file.write_text('{"key": ')
    assert project.stamp() == {}


def test_tests_want_their_packages_after_a_run(
    project: Any, steps: list[str], set_up: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(set_up, "missing_needs", lambda for_tests: asked.append(for_tests) or [])
    project.set_up(for_tests=False)
    project.set_up(for_tests=True)
    project.set_up(for_tests=True)
    project.set_up(for_tests=False)
    assert asked == [False, True]


@pytest.fixture
def without_rights(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up, "root_prefix", lambda: None)
    monkeypatch.setattr(set_up, "present", lambda need: False)


@pytest.mark.usefixtures("without_rights")
def test_missing_for_the_window_is_said_and_goes_on(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking = [need for need in set_up.NEEDS if need.probe in ("libxcb-cursor.so.0", "Xvfb")]
    monkeypatch.setattr(set_up, "missing_needs", lambda for_tests: lacking)
    assert set_up.set_up_packages(for_tests=True) == lacking
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "Missing system packages, which only an administrator can install "
        "(to open its window: libxcb-cursor0; for the tests: xvfb).\n"
    )


@pytest.mark.usefixtures("without_rights")
def test_missing_for_the_start_stops(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = [need for need in set_up.NEEDS if need.probe == "libGL.so.1"]
    monkeypatch.setattr(set_up, "missing_needs", lambda for_tests: lacking)
    with pytest.raises(set_up.SetUpError, match=r"\(to start: libgl1\)"):
        set_up.set_up_packages(for_tests=False)


@pytest.mark.usefixtures("without_rights")
def test_what_stays_missing_is_said_again_but_not_tried_again(
    project: Any,
    steps: list[str],
    set_up: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lacking = [need for need in set_up.NEEDS if need.probe == "libxcb-cursor.so.0"]
    monkeypatch.setattr(set_up, "missing_needs", lambda for_tests: lacking)
    project.set_up(for_tests=False)
    project.set_up(for_tests=False)
    assert steps == ["install"]
    assert capsys.readouterr().err.count("libxcb-cursor0") == 2
    monkeypatch.setattr(set_up, "present", lambda need: True)  # the administrator did it
    monkeypatch.setattr(set_up, "missing_needs", lambda for_tests: [])
    project.set_up(for_tests=False)
    assert project.stamp()["missing"] == []


def test_old_python_is_told(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up.sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(set_up.shutil, "which", lambda name: None)
    with pytest.raises(set_up.SetUpError, match=r"needs Python 3\.11 or newer; this is 3\.9"):
        set_up.find_newer_python()


def test_child_is_not_led_astray(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PYTHONHOME", "elsewhere")
    monkeypatch.setenv("HOME", "")
    monkeypatch.setenv("PIP_INDEX_URL", "kept")
    environment = set_up.child_environment()
    assert environment.keys().isdisjoint({"PYTHONPATH", "PYTHONHOME", "HOME"})
    assert environment["PIP_INDEX_URL"] == "kept"


def test_newer_package_name_is_chosen_where_it_exists(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(command: list[str], **_more: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, 0, b"Package: x" if command[-1] in here else b"")

    monkeypatch.setattr(set_up.subprocess, "run", shown)
    here = {"libcups2t64"}
    assert set_up.known_package(("libcups2t64", "libcups2")) == "libcups2t64"
    here = set()
    assert set_up.known_package(("libcups2t64", "libcups2")) == "libcups2"


@pytest.mark.skipif(os.name == "nt", reason="the shell scripts are for Linux")
def test_wrong_use_is_one_line_on_stderr(set_up: ModuleType) -> None:
    done = subprocess.run(
        [sys.executable, "-B", str(set_up.__file__), "dance"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
