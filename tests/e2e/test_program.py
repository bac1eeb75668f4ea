"""The program as a process: a second copy, the power cut, the first run, the size of the window."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.e2e.screen import HEIGHT, ROOT, WIDTH, Program, Screen, running, until
from tests.e2e.shop import prepare


def test_what_was_typed_lives_through_a_power_cut_and_a_second_copy_is_refused(
    screen: Screen, tmp_path: Path
) -> None:
    prepare(tmp_path)
    with running(screen, tmp_path, "zh") as program:
        assert _inside(program)
        program.type("1380013")
        program.walk("Tab", "QPlainTextEdit")
        program.type("noise at night")
        program.wait_rows("SELECT 1 FROM draft WHERE content LIKE '%noise at night%'")

        began = time.monotonic()
        second = subprocess.Popen(
            [sys.executable, "-m", "app", "--data", str(tmp_path), "--lang", "en"],
            cwd=ROOT,
            env=screen.environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        assert second.stderr is not None
        with second.stderr:
            said = second.stderr.readline()
            took = time.monotonic() - began - _imports()
            assert f"PID {program.process.pid}" in said
            assert took < 2, f"{took:.1f} s beside the machine's own pace"
            window = until(
                lambda: screen.xdotool(
                    "search", "--all", "--onlyvisible", "--pid", str(second.pid), "--name", ".*"
                ),
                "the dialog of the second copy",
            ).split()[-1]
            screen.shoot("second copy")
            screen.xdotool("windowfocus", "--sync", window)
            screen.xdotool("key", "Return")
            assert second.wait(20) == 3
        program.kill()

    with running(screen, tmp_path, "zh") as program:
        assert _inside(program)
        screen.shoot("draft offered")
        program.keys("ctrl+g")
        program.wait_line("focus QPlainTextEdit")
        program.keys("ctrl+End", "exclam")
        ((content,),) = program.wait_rows("SELECT content FROM draft WHERE content LIKE '%noise at night!%'")
        assert json.loads(content)["customer"]["phone"].replace(" ", "") == "1380013"


def test_the_first_run_is_a_wizard_and_skipping_it_gives_a_working_shop(
    screen: Screen, tmp_path: Path
) -> None:
    with running(screen, tmp_path, "zh", ready="") as program:
        program.wait_for_dialog()
        screen.shoot("wizard")
        program.keys("F9")
        program.wait_line("page intake")
        program.wait_rows("SELECT 1 FROM staff")
        screen.shoot("first run, skipped")


def _inside(program: Program) -> bool:
    """Whether the whole window stands on the screen, its bottom line too."""
    shape = program.screen.xdotool("getwindowgeometry", "--shell", program.windows()[-1])
    place = {key: int(value) for key, value in (line.split("=") for line in shape.split())}
    right, bottom = place["X"] + place["WIDTH"], place["Y"] + place["HEIGHT"]
    return min(place["X"], place["Y"]) >= 0 and right <= WIDTH and bottom <= HEIGHT


def _imports() -> float:
    """What it costs here and now to start Python with a bare Qt: nothing at rest, seconds on a loaded machine."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import PySide6.QtWidgets"], check=True)
    return time.monotonic() - began
