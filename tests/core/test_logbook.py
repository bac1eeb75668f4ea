"""The log and what is written at the very end: codes and places, never people (promises.md row 20)."""

from __future__ import annotations

import ast
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core import last_resort, logbook
from app.core.enums import Command
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.places import ROOT

CANARIES = (
    "王丽华",
    "13800138000",
    "Wang Lihua",
    "wang.lihua@example.com",
    "2580",
    "金鱼街 12 号",
    "屏幕碎了",
    "a1b2c3",
)
log = logging.getLogger("app.features.some.page")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Path]:
    before = logging.getLogger().level
    logbook.open_log(tmp_path)
    yield tmp_path / logbook.NAME
    logbook.close_log()
    logging.getLogger().setLevel(before)


def leaks(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


def fails(message: object) -> Exception:
    """An error behind an error, both about a customer, raised with him in the locals."""
    try:
        customer = {"name": message}
        try:
            raise KeyError(customer["name"])
        except KeyError as first:
            raise ValueError(message) from first
    except ValueError as error:
        return error


@pytest.mark.parametrize("canary", CANARIES)
def test_no_way_of_logging_lets_a_person_through(book: Path, canary: str) -> None:
    log.warning("a text: %s, quoted %r", canary, canary)
    log.warning("kept beside: %(name)s", {"name": canary})
    log.error("an error: %s", fails(canary))
    log.exception("a trace", exc_info=fails(canary))
    for wrong in ("too few places", "no number: %d"):
        record = log.makeRecord(log.name, logging.ERROR, __file__, 1, wrong, (canary,), None)
        assert leaks(logbook.Sieve().format(record)) == []
    log.warning("a path: %s", Path("/home") / canary / "shop.sqlite")
    log.error("refused: %s", Refusal(Reason.BAD_PHONE, text=canary))
    logging.getLogger("sqlalchemy.engine").error("INSERT INTO customer VALUES (%s)", canary)
    logging.getLogger("somebody").warning(f"about {canary}")
    last_resort.note(fails(canary))
    said = book.read_text(encoding="utf-8")
    assert leaks(said) == []
    assert "ValueError" in said
    assert "tests" not in said.split("test_logbook.py")[0], "folders above may name a person"
    assert "Refusal bad_phone" in said


def test_what_helps_gets_through(book: Path) -> None:
    log.warning("tab %r of page %r: %s, %d rows", "old_parts", "parts", Command.SAVE_PART, 140)
    log.error("a file", exc_info=PermissionError(13, "denied", "/home/wang/shop"))
    log.error("a fault: %s", EnvironmentFault(Fault.DISK_FULL, path="/home/wang"))
    said = book.read_text(encoding="utf-8")
    assert "tab 'old_parts' of page 'parts': save_part, 140 rows" in said
    assert "PermissionError EACCES" in said
    assert "EnvironmentFault disk_full" in said


def test_the_sieve_is_what_keeps_them_out(book: Path) -> None:
    """The control: with an ordinary formatter the same lines do leak."""
    handler = next(each for each in logging.getLogger().handlers if isinstance(each.formatter, logbook.Sieve))
    sieve = handler.formatter
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.exception("a trace of %s", CANARIES[0], exc_info=fails(CANARIES[1]))
    said = book.read_text(encoding="utf-8")
    assert leaks(said) == ["王丽华", "13800138000"]
    handler.setFormatter(sieve)


def test_a_number_long_enough_for_a_phone_is_masked(book: Path) -> None:
    log.warning("%d and %d", 13800138000, 42)
    assert "-1 and 42" in book.read_text(encoding="utf-8")


def test_the_log_turns_over_and_stays_small(book: Path) -> None:
    handler = next(each for each in logging.getLogger().handlers if isinstance(each.formatter, logbook.Sieve))
    assert (handler.maxBytes, handler.backupCount) == (1_000_000, 4)  # type: ignore[attr-defined]
    handler.maxBytes = 2_000  # type: ignore[attr-defined]
    for number in range(400):
        log.warning("line %d", number)
    files = sorted(book.parent.glob("xiuhu.log*"))
    assert len(files) == 5
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert logbook.newest_lines(book.parent, 1)[0].endswith("line 399")


def test_opening_again_writes_every_line_once(book: Path) -> None:
    logbook.open_log(book.parent)
    log.warning("once")
    assert book.read_text(encoding="utf-8").count("once") == 1


def test_a_log_that_cannot_be_written_stops_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    logbook.open_log(tmp_path / "file")
    log.warning("nowhere to go")
    logbook.close_log()
    assert capsys.readouterr().err == ""


def test_only_what_is_slow_in_the_window_is_noted(book: Path) -> None:
    ticks = iter((0.0, 0.049, 0.0, 0.2, 0.0, 0.2))
    with logbook.timed(log, "find", clock=lambda: next(ticks)):
        pass
    with logbook.timed(log, "save_part", clock=lambda: next(ticks)):
        pass

    def worker() -> None:
        with logbook.timed(log, "import_parts", clock=lambda: next(ticks)):
            pass

    thread = threading.Thread(target=worker)
    thread.start()
    thread.join()
    lines = book.read_text(encoding="utf-8").splitlines()
    assert [line.split(": ", 1)[1] for line in lines] == ["save_part took 200 ms"]


def test_every_message_of_ours_is_a_constant() -> None:
    """A name put into the message itself would pass the sieve: no f-string, no sum, in any log call."""
    wrong = []
    for path in (ROOT / "app").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        # Most modules have no log; reading all of them takes seconds.
        for node in ast.walk(ast.parse(source if "log." in source.lower() else "")):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id.lower().strip("_") == "log"
                and not (node.args and isinstance(node.args[0], ast.Constant))
            ):
                wrong.append(f"{path}:{node.lineno}")
    assert wrong == []


# -- the last resort -----------------------------------------------------------------------------------


def test_errors_of_every_kind_end_in_the_log(book: Path) -> None:
    shown: list[BaseException] = []

    class Half:
        def __del__(self) -> None:
            raise ValueError(CANARIES[0])

    def dies() -> None:
        raise OSError(CANARIES[1])

    with last_resort.installed():
        last_resort.show_with(shown.append)
        try:
            error = fails(CANARIES[0])
            sys.excepthook(type(error), error, error.__traceback__)
            thread = threading.Thread(target=dies)
            thread.start()
            thread.join()
            made: Any = Half()
            del made
        finally:
            last_resort.show_with(None)
    said = book.read_text(encoding="utf-8")
    assert shown == [error]
    assert said.count("unexpected error") == 3
    assert "in a thread" in said
    assert "while clearing away" in said
    assert leaks(said) == []


CRASHES = """
import sys
from pathlib import Path
from app.core import last_resort
print(repr(last_resort.watch(Path(sys.argv[1]))), flush=True)  # who dies flushes nothing
if sys.argv[2] == "die":
    def in_the_middle():
        import ctypes
        ctypes.string_at(0)
    in_the_middle()
if sys.argv[2] == "rest":
    last_resort.rest()
"""


def start(folder: Path, end: str) -> tuple[str, int]:
    done = subprocess.run(
        [sys.executable, "-c", CRASHES, str(folder), end],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return ast.literal_eval(done.stdout), done.returncode


def test_the_next_start_tells_what_the_last_one_died_of(tmp_path: Path) -> None:
    folder = tmp_path / "王丽华"
    folder.mkdir()
    assert start(folder, "die")[0] == ""
    report, _code = start(folder, "rest")
    assert "Fatal Python error" in report or "Windows fatal exception" in report
    assert "in_the_middle" in report
    assert str(tmp_path) not in report
    assert leaks(report) == []
    assert start(folder, "rest") == ("", 0), "it is told once"
    assert not (folder / last_resort.CRASH_FILE).exists()


def test_what_somebody_else_wrote_there_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / last_resort.CRASH_FILE).write_text(
        "Fatal Python error: Aborted\n王丽华 13800138000\n"
        '  File "/home/wanglihua/app/ui/page.py", line 3 in run\n' + "x" * 1_000_000,
        encoding="utf-8",
    )
    report = last_resort.watch(tmp_path)
    last_resort.rest()
    assert report == "Fatal Python error: Aborted\n  app/ui/page.py:3 run"
