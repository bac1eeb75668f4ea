"""``xiuhu import parts`` and ``xiuhu export parts``: the window's twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import main
from app.commands.terminal import DONE, ENVIRONMENT, REFUSED, WRONG_USE
from tests.features.conftest import open_shop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    open_shop(tmp_path / "shop").close()
    return tmp_path


def run(folder: Path, *words: str) -> int:
    return main(["--data", str(folder / "shop"), "--lang", "en", *words])


def test_dry_run_import_export_and_import_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = folder / "list.csv", folder / "out.xlsx"
    file.write_text("备件编号,备件名称,售价\nA-1,电容,5\nA-2,水泵,66\n", encoding="gb18030")
    assert run(folder, "import", "parts", str(file), "--dry-run") == DONE
    assert "New 2" in capsys.readouterr().out
    assert run(folder, "export", "parts", str(out)) == DONE
    # Dry: nothing was kept, and an empty list is one with nothing to do.
    assert run(folder, "import", "parts", str(out)) == DONE
    assert "Nothing to do" in capsys.readouterr().out
    assert run(folder, "import", "parts", str(file)) == DONE
    assert run(folder, "export", "parts", str(out)) == DONE
    capsys.readouterr()
    assert run(folder, "import", "parts", str(out)) == DONE
    assert "Unchanged 2" in capsys.readouterr().out


def test_a_wrong_line_stops_the_whole_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "list.csv"
    file.write_text("number,name,sale price\nA-1,电容,-5\nA-2,水泵,66\n", encoding="utf-8")
    assert run(folder, "import", "parts", str(file)) == REFUSED
    said = capsys.readouterr()
    assert "Line 2 Sale price" in said.out
    assert "Nothing was changed" in said.err
    file.write_text("number,name\nA-2,水泵\n", encoding="utf-8")
    assert run(folder, "import", "parts", str(file), "--dry-run") == DONE
    assert "New 1" in capsys.readouterr().out


def test_what_is_not_there_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "import", "parts", str(folder / "none.csv")) == REFUSED
    assert run(folder, "export", "parts", str(folder / "no" / "out.csv")) == ENVIRONMENT
    with pytest.raises(SystemExit) as left:
        run(folder, "import", "stars", "x.csv")
    assert left.value.code == WRONG_USE
    assert "Traceback" not in capsys.readouterr().err
