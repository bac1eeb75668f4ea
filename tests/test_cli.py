"""The command line as owners and scripts use it: exit codes, JSON on stdout, sentences on stderr."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from app import __version__, bootstrap
from app.cli import main
from app.commands.terminal import DONE, ENVIRONMENT, REFUSED, WRONG_USE
from app.core.clock import SetClock
from app.core.enums import BRAND_PAPERS, PaperKind
from app.core.places import ROOT
from app.core.words import Language, set_language
from app.papers.forms import HAS_BARCODE, SIZES
from tests.features.conftest import MORNING, open_shop
from tests.features.printing.conftest import live
from tests.papers.conftest import Proof

EVENING = MORNING + timedelta(hours=8)
COMMANDS = ("", "demo", "day", "doctor", "report", "report month", "paper", "find", "bench")

#: The sample shop works for no brand: it never hears of their papers.
PAPERS = [kind for kind in PaperKind if kind not in BRAND_PAPERS]


@dataclass(slots=True)
class Said:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object] | list[dict[str, object]]:
        """stdout, which must be one JSON value and nothing else."""
        found = json.loads(self.out)
        assert isinstance(found, dict | list)
        return found


@pytest.fixture(autouse=True)
def evening(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bootstrap, "SystemClock", lambda: SetClock(EVENING))
    yield
    set_language(Language.EN)


class Xiuhu:
    """``xiuhu --data DIR --lang en …`` in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *words: str) -> Said:
        return self.raw("--data", str(self.folder), "--lang", "en", *words)

    def raw(self, *words: str) -> Said:
        self._capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(code, out, err)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with one order's whole life in it, closed again."""
    folder = tmp_path_factory.mktemp("day") / "shop"
    shop = open_shop(folder)
    live(shop)
    shop.close()
    return folder


@pytest.fixture
def xiuhu(day: Path, capsys: pytest.CaptureFixture[str]) -> Xiuhu:
    """On the shared shop: for commands that only read."""
    return Xiuhu(day, capsys)


@pytest.fixture
def own(day: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Xiuhu:
    """On a copy of the shop: for what writes or spoils."""
    folder = tmp_path / "shop"
    shutil.copytree(day, folder)
    return Xiuhu(folder, capsys)


def test_version_is_name_and_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = Xiuhu(tmp_path, capsys).raw("--lang", "en", "--version")
    assert (said.code, said.out, said.err) == (DONE, f"Xiuhu {__version__}\n", "")
    assert Xiuhu(tmp_path, capsys).raw("--lang", "zh", "--version").out == f"修护 {__version__}\n"
    assert not any(tmp_path.iterdir())


# -- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_no_english_sentence_in_chinese(xiuhu: Xiuhu, command: str) -> None:
    said = xiuhu.raw("--lang", "zh", *command.split(), "--help")
    assert said.code == DONE
    # Names of commands and options stay; two Latin words after each other would be a sentence of ours.
    text = re.sub(r"\[[^]]*\]|xiuhu( [a-z]+)*|--lang zh", "", said.out)
    assert not re.search(r"[A-Za-z]{2,} [a-z]{2,}", text), text
    assert "选项" in text


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",), ("find",), ("find", "a", "b"), ("report",), ("report", "year"), ("demo", "--orders", "0"),
        ("demo", "--orders", "viele"), ("demo", "--seed", "x"), ("demo", "--orders", "9" * 5000),
        ("find", "x", "--limit", "-1"), ("day",), ("--data",), ("paper", "invoice"), ("paper", "invoice", "1"),
        ("bench", "--orders", "１２"),
    ],
)  # fmt: skip
def test_wrong_use_is_2_with_one_sentence_in_the_users_language(xiuhu: Xiuhu, words: tuple[str, ...]) -> None:
    for lang, sentence in (("en", r"not understood|Say which paper"), ("zh", r"无法理解|请写明|单据")):
        said = xiuhu.raw("--lang", lang, "--data", str(xiuhu.folder), *words)
        assert said.code == WRONG_USE
        assert said.out == ""
        assert re.search(sentence, said.err.strip().splitlines()[-1])


def test_an_unknown_language_is_wrong_use(xiuhu: Xiuhu) -> None:
    assert xiuhu.raw("--lang", "xx", "doctor").code == WRONG_USE


def test_data_and_language_stand_before_or_after_the_command(xiuhu: Xiuhu) -> None:
    place, find = ("--data", str(xiuhu.folder)), ("find", "王丽华")
    before = xiuhu.raw(*place, "--lang", "zh", *find)
    after = xiuhu.raw(*find, *place, "--lang=zh")
    mixed = xiuhu.raw("--lang", "zh", *find, *place)
    assert before.code == after.code == mixed.code == DONE
    assert before.out == after.out == mixed.out
    assert before.err == after.err == mixed.err
    assert "条" in before.err
    assert "result" in xiuhu.raw(*place, *find, "--lang", "en").err
    month = ("report", "month", "2026-11")
    assert xiuhu.raw(*month, *place, "--lang", "zh").out == xiuhu.raw(*place, "--lang", "zh", *month).out


# -- doctor --------------------------------------------------------------------------------------------------


def test_doctor_finds_a_sound_shop_sound(xiuhu: Xiuhu) -> None:
    said = xiuhu("doctor", "--json")
    assert said.code == DONE
    report = said.json
    assert isinstance(report, dict)
    assert report["sound"] is True
    checks = report["checks"]
    assert isinstance(checks, list)
    assert len(checks) > 10
    assert all(
        {"name", "ok", "detail", "advice", "repairable"} <= set(check) and check["ok"] for check in checks
    )
    assert xiuhu("doctor").code == DONE


def test_doctor_finds_a_sum_that_was_changed_behind_the_programs_back(own: Xiuhu) -> None:
    database = next(path for path in own.folder.iterdir() if path.suffix in (".db", ".sqlite", ".xiuhu"))
    with sqlite.connect(database) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE part SET on_hand = on_hand + 1000")
    connection.close()
    said = own("doctor", "--json")
    assert said.code == REFUSED
    report = said.json
    assert isinstance(report, dict)
    assert report["sound"] is False
    assert any(not check["ok"] and check["detail"] for check in report["checks"])  # type: ignore[attr-defined]


def test_doctor_repairs_what_is_no_money_and_only_when_it_is_told(own: Xiuhu) -> None:
    raw = sqlite.connect(str(own.folder / "shop.sqlite"), isolation_level=None)
    raw.execute("DELETE FROM gram")
    raw.close()
    looked = own("doctor", "--json")
    assert (looked.code, looked.json["repaired"]) == (REFUSED, [])  # type: ignore[call-overload]
    assert "search" in [
        each["name"]
        for each in looked.json["checks"]
        if each["repairable"]  # type: ignore[call-overload]
    ]
    with bootstrap.open_services(own.folder, exclusive=True):
        assert own("doctor", "--repair").code == ENVIRONMENT, "not while the window is open"
    done = own("doctor", "--repair", "--json")
    assert (done.code, done.json["repaired"]) == (DONE, ["search"])  # type: ignore[call-overload]
    assert own("doctor").code == DONE
    assert any((own.folder / "backups").iterdir()), "a backup came first"


def test_damaged_records_are_an_environment_fault_or_a_finding(own: Xiuhu) -> None:
    database = next(path for path in own.folder.iterdir() if path.suffix in (".db", ".sqlite", ".xiuhu"))
    content = bytearray(database.read_bytes())
    content[4096 : len(content) // 2] = bytes(len(content) // 2 - 4096)
    database.write_bytes(content)
    said = own("doctor")
    assert said.code in (REFUSED, ENVIRONMENT)
    assert (said.out + said.err).strip()


def test_no_shop_is_an_environment_fault_and_makes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere"
    for words in (("doctor",), ("find", "x"), ("report", "month", "2026-11"), ("paper", "--list")):
        said = Xiuhu(nowhere, capsys)(*words)
        assert said.code == ENVIRONMENT
        assert str(nowhere) in said.err
        assert said.out == ""
    assert not nowhere.exists() or not any(nowhere.iterdir())


# -- find and report -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("王丽华", {"order", "customer"}), ("丽", {"order", "customer"}), ("wlh", {"order", "customer"}),
        ("8000", {"order", "customer"}), ("SN2150042", {"order"}), ("不制冷", {"order"}), ("化霜", {"part"}),
        ("F2611-00001", {"invoice"}), ("s2611", {"payment"}),
    ],
)  # fmt: skip
def test_find_answers_whatever_one_remembers(xiuhu: Xiuhu, text: str, kinds: set[str]) -> None:
    said = xiuhu("find", text, "--json")
    assert said.code == DONE
    found = said.json
    assert isinstance(found, dict)
    results = found["results"]
    assert isinstance(results, list)
    assert kinds <= {hit["kind"] for hit in results}
    assert all(set(hit) == {"kind", "number", "title", "detail"} for hit in results)


@pytest.mark.parametrize("text", ["没有的人", "", " ", "%", "'; --", "\x00", "😀", "x" * 5000])
def test_finding_nothing_is_no_error(xiuhu: Xiuhu, text: str) -> None:
    said = xiuhu("find", text, "--json")
    assert (said.code, said.json) == (DONE, {"results": []})
    assert "0 results" in xiuhu("find", text).err


def test_find_keeps_its_limit(xiuhu: Xiuhu) -> None:
    found = xiuhu("find", "王丽华", "--json", "--limit", "1").json
    assert isinstance(found, dict)
    assert len(found["results"]) == 1  # type: ignore[arg-type]


def test_the_months_report_adds_up(xiuhu: Xiuhu) -> None:
    said = xiuhu("report", "month", "2026-11", "--json")
    assert said.code == DONE
    report = said.json
    assert isinstance(report, dict)
    assert report["month"] == "2026-11"
    parts = sum(int(str(report[f"{name}_fen"])) for name in ("visit", "labour", "parts", "other"))
    assert report["revenue_fen"] == parts - int(str(report["discount_fen"]))
    for by in ("by_technician", "by_category", "by_brand", "by_service_type"):
        groups = report[by]
        assert isinstance(groups, list)
        assert sum(group["revenue_fen"] for group in groups) == report["revenue_fen"]
    assert sum(each["paid_fen"] for each in report["by_method"]) == 15_000  # type: ignore[attr-defined]
    assert (report["taken_in"], report["delivered"]) == (3, 2)
    lines = xiuhu("report", "month", "2026-11")
    assert lines.code == DONE
    assert "148.52" in lines.out


def test_an_empty_month_is_all_zero(xiuhu: Xiuhu) -> None:
    report = xiuhu("report", "month", "2001-01", "--json").json
    assert isinstance(report, dict)
    assert report["revenue_fen"] == 0


@pytest.mark.parametrize(
    "month",
    [
        "2026",
        "2026-13",
        "2026-00",
        "26-11",
        "2026-1",
        "11-2026",
        "november",
        "",
        "２０２６-１１",
        "2026-11-22",
    ],
)
def test_what_is_no_month_is_refused_with_how_to_write_it(xiuhu: Xiuhu, month: str) -> None:
    said = xiuhu("report", "month", month, "--json")
    assert (said.code, said.out) == (REFUSED, "")
    assert "2026-11" in said.err


# -- paper ---------------------------------------------------------------------------------------------------


def entries(xiuhu: Xiuhu) -> list[dict[str, object]]:
    found = xiuhu("paper", "--list", "--json").json
    assert isinstance(found, list)
    return found


def test_the_list_of_papers_is_what_scripts_rely_on(xiuhu: Xiuhu) -> None:
    listed = entries(xiuhu)
    assert [each["kind"] for each in listed] == [kind.value for kind in PAPERS]
    for each in listed:
        kind = PaperKind(each["kind"])
        assert set(each) == {"kind", "sizes", "barcode", "example"}
        assert each["sizes"] == [size.value for size in SIZES[kind]]
        assert each["barcode"] is (kind in HAS_BARCODE)
        assert isinstance(each["example"], str)
    assert xiuhu("paper", "--list").out.count("\n") == len(PAPERS)


@pytest.mark.parametrize("kind", PAPERS)
def test_the_example_of_each_paper_prints_in_each_size_and_its_bars_scan(
    xiuhu: Xiuhu, kind: PaperKind, tmp_path: Path
) -> None:
    example = next(str(each["example"]) for each in entries(xiuhu) if each["kind"] == kind.value)
    for size in SIZES[kind]:
        for lang in ("zh", "en"):
            file = tmp_path / f"{size.value}-{lang}.pdf"
            said = xiuhu(
                "paper", kind.value, example, "--size", size.value, "--out", str(file), "--lang", lang
            )
            assert (said.code, said.out) == (DONE, "")
            proof = Proof(file.read_bytes())
            assert bool(proof.codes()) >= (kind in HAS_BARCODE)
            # What is about the whole shop has no number to show.
            named = kind not in (PaperKind.COMMAND_SHEET, PaperKind.STOCK_REPORT)
            assert example.replace("-", "") in proof.text.replace("-", "") or not named


@pytest.mark.parametrize(
    ("kind", "number", "more", "says"),
    [
        ("poster", "1", (), "poster"),
        ("invoice", "F9999-99999", (), "does not exist"),
        ("invoice", "", (), ""),
        ("invoice", "F2611-00001", ("--size", "billboard"), "billboard"),
        ("invoice", "F2611-00001", ("--size", "label-40x30"), "a5"),
        ("\ud800", "1", (), ""),
    ],
)
def test_a_paper_that_cannot_be_is_refused_and_no_file_is_left(
    xiuhu: Xiuhu, tmp_path: Path, kind: str, number: str, more: tuple[str, ...], says: str
) -> None:
    file = tmp_path / "out.pdf"
    said = xiuhu("paper", kind, number, "--out", str(file), *more)
    assert said.code in (REFUSED, WRONG_USE)
    assert says.casefold() in said.err.casefold()
    assert not file.exists()


def test_a_place_that_cannot_be_written_is_an_environment_fault(xiuhu: Xiuhu, tmp_path: Path) -> None:
    for out in (tmp_path / "no" / "folder.pdf", tmp_path):
        said = xiuhu("paper", "invoice", "F2611-00001", "--out", str(out))
        assert said.code == ENVIRONMENT
        assert str(out) in said.err


def test_a_file_is_no_print_but_a_reprint_is(own: Xiuhu, tmp_path: Path) -> None:
    texts = []
    for words in ((), (), ("--reprint",), ("--reprint",), ()):
        file = tmp_path / "out.pdf"
        assert own("paper", "invoice", "F2611-00001", "--out", str(file), *words).code == DONE
        texts.append(Proof(file.read_bytes()).text)
    assert ["COPY1" in text for text in texts] == [False, False, False, True, False]
    assert own("doctor").code == DONE


def test_a_paper_speaks_the_shop_s_language_unless_told_otherwise(xiuhu: Xiuhu, tmp_path: Path) -> None:
    """The machine's own language is nobody's choice: cheap PCs come with any."""
    texts = []
    for words in ((), ("--lang", "en"), ("--lang", "zh")):
        file = tmp_path / "out.pdf"
        said = xiuhu.raw(
            "--data", str(xiuhu.folder), *words, "paper", "invoice", "F2611-00001", "--out", str(file)
        )
        assert said.code == DONE
        texts.append(Proof(file.read_bytes()).text)
    assert ["维修发票" in text or "结算单" in text for text in texts] == [True, False, True]


# -- what writes ---------------------------------------------------------------------------------------------


def test_a_second_program_that_writes_is_refused_while_readers_may_look(own: Xiuhu, tmp_path: Path) -> None:
    with bootstrap.open_services(own.folder, exclusive=True):
        file = tmp_path / "out.pdf"
        said = own("paper", "invoice", "F2611-00001", "--out", str(file), "--reprint")
        assert said.code == ENVIRONMENT
        assert "already open" in said.err
        assert not file.exists()
        assert own("find", "王丽华").code == DONE
        assert own("doctor").code == DONE


def test_demo_leaves_a_shop_that_is_there_alone(own: Xiuhu) -> None:
    before = {path: path.read_bytes() for path in own.folder.rglob("*") if path.is_file()}
    said = own("demo", "--orders", "5", "--no-window")
    assert said.code == REFUSED
    assert str(own.folder) in said.err
    assert {path: path.read_bytes() for path in own.folder.rglob("*") if path.is_file()} == before


def test_demo_that_was_killed_leaves_no_shop_and_is_made_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "mine.txt").write_text("keep", encoding="utf-8")
    words = ("--data", str(folder), "--lang", "en", "demo", "--orders", "400", "--no-window")
    with subprocess.Popen(
        [sys.executable, "-m", "app", *words], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as begun:
        assert begun.stderr is not None
        assert "Sample shop" in begun.stderr.readline()
        # In the midst of it: it works on a folder of its own, and keeps others out of this one.
        assert list(folder.glob(".*/shop.sqlite"))
        second = Xiuhu(folder, capsys)("demo", "--orders", "5", "--no-window")
        assert (second.code, "already open" in second.err) == (ENVIRONMENT, True)
        begun.kill()
    assert not (folder / "shop.sqlite").exists()
    demo = Xiuhu(folder, capsys)
    assert demo("doctor").code == ENVIRONMENT
    assert demo("demo", "--orders", "5", "--no-window").code == DONE
    assert demo("doctor").code == DONE
    assert not list(folder.glob(".*"))
    assert (folder / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_demo_that_fails_or_is_stopped_leaves_no_shop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.features.sample import service

    def stopped(*_all: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(service, "fill_stock", stopped)
    folder = tmp_path / "shop"
    said = Xiuhu(folder, capsys)("demo", "--orders", "5", "--no-window")
    assert (said.code, said.err.splitlines()[-1]) == (REFUSED, "Stopped. No shop was made.")
    assert not [path for path in folder.rglob("*") if path.is_file() and path.name != "open.lock"]


@pytest.mark.parametrize("command", ["day", "demo"])
@pytest.mark.parametrize(
    "content",
    [b"id,partner\n1,x\n", b"", b"\xff\xfe\x00", b"PK\x03\x04", "故障\n冰箱\n".encode("gb18030")],
    ids=["columns", "empty", "utf-16", "zip", "gbk"],
)
def test_a_file_that_is_no_ords_leaves_no_shop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, content: bytes
) -> None:
    file, folder = tmp_path / "repairs.csv", tmp_path / "shop"
    file.write_bytes(content)
    words = ("--no-window",) if command == "demo" else ()
    said = Xiuhu(folder, capsys)(command, "--ords", str(file), *words)
    assert said.code == REFUSED
    assert said.err.strip()
    assert not folder.exists() or not any(folder.iterdir())
    assert Xiuhu(folder, capsys)(command, "--ords", str(tmp_path / "none.csv"), *words).code == REFUSED


def test_without_a_screen_one_sentence_and_nothing_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    folder = tmp_path / "shop"
    for words in ((), ("demo",)):
        said = Xiuhu(folder, capsys)(*words)
        assert said.code == ENVIRONMENT
        assert said.err.strip() == "There is no screen to open a window on."
        assert not folder.exists()


def test_what_nobody_foresaw_is_a_sentence_and_goes_to_the_log(
    own: Xiuhu, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.features.finder.service import FinderService

    def broken(*_all: object, **_more: object) -> None:
        raise RuntimeError("13800138000")

    monkeypatch.setattr(FinderService, "find", broken)
    said = own("find", "x")
    assert said.code == ENVIRONMENT
    assert "RuntimeError" in said.err
    assert "13800138000" not in said.err
    assert "RuntimeError" in (own.folder / "log" / "xiuhu.log").read_text(encoding="utf-8")
