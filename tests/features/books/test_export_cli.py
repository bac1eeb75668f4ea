"""``xiuhu export books YYYY-MM FILE``: the window's twin."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.cli import main
from app.commands.terminal import DONE, ENVIRONMENT, REFUSED, WRONG_USE


def run(folder: Path, *words: str) -> int:
    return main(["--data", str(folder), "--lang", "en", *words])


def test_a_month_is_written_and_balances(
    lively: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "books.csv"
    assert run(lively, "export", "books", "2026-11", str(file)) == DONE
    said = capsys.readouterr()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        _head, *rows = csv.reader(lines)
    assert f"{len(rows)} lines written" in said.err
    assert said.out == ""
    debit, credit = (sum(round(float(row[at]) * 100) for row in rows if row[at]) for at in (6, 7))
    assert debit == credit > 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("books", "out.csv"), WRONG_USE),
        (("parts", "2026-11", "out.csv"), WRONG_USE),
        (("books", "2026-13", "out.csv"), REFUSED),
        (("books", "2026-11", "out.txt"), REFUSED),
        (("books", "2026-11", "no/where/out.csv"), ENVIRONMENT),
    ],
)
def test_what_cannot_be_is_said_and_writes_nothing(
    lively: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int
) -> None:
    *before, file = words
    assert run(lively, "export", *before, str(tmp_path / file)) == code
    said = capsys.readouterr()
    assert said.err.strip()
    assert "Traceback" not in said.err
    assert not list(tmp_path.iterdir())
