"""The catalogue tool finds what would show English, or nothing, to a Chinese shop."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

CODE = """
from app.core.words import N_, _, ngettext, pgettext
_("Take in")
N_("Received")
_("{n} of {total}")
ngettext("one part", "{n} parts", 2)
pgettext("verb", "Open")
"""
GOOD = {
    "Take in": "收件",
    "Received": "已收",
    "{n} of {total}": "共 {total}，第 {n}",
    "one part|{n} parts": "{n} 个零件",
    "verb\x04Open": "打开",
}


@pytest.fixture
def words(tmp_path: Path, words_tool: ModuleType) -> Any:
    root = tmp_path / "修 护"
    (root / "app").mkdir(parents=True)
    (root / "app" / "page.py").write_text(CODE, encoding="utf-8")
    return words_tool.Words(root)


def test_complete_catalogue_has_no_findings(words: Any) -> None:
    assert words.add(GOOD) == len(GOOD)
    assert words.findings() == []
    assert words.add(GOOD) == 0


def test_word_without_entry_is_missing(words: Any) -> None:
    words.add({english: chinese for english, chinese in GOOD.items() if english != "Take in"})
    assert words.findings() == ['missing        "Take in"']


def test_update_adds_untranslated_and_drops_dead_words(words: Any) -> None:
    words.add(GOOD | {"No longer said": "不再说"})
    assert words.findings() == ['stale          "No longer said"']
    (words.source / "page.py").write_text(CODE + '_("New")\n', encoding="utf-8")
    assert words.update() == (1, 1)
    assert words.findings() == ['untranslated   "New"']
    assert "不再说" not in words.po_file.read_text(encoding="utf-8")


def test_fuzzy_entry_fails(words: Any) -> None:
    words.add(GOOD)
    text = words.po_file.read_text(encoding="utf-8")
    words.po_file.write_text(text.replace('msgid "Take in"', '#, fuzzy\nmsgid "Take in"'), encoding="utf-8")
    assert words.findings() == ['fuzzy          "Take in"']


@pytest.mark.parametrize(
    "chinese", ["共 {total}", "共 {total}，第 {m}", "{n}{total}{other}", "共 {total}，第 {n"]
)
def test_placeholders_must_agree(words: Any, chinese: str) -> None:
    words.add(GOOD | {"{n} of {total}": chinese})
    (finding,) = words.findings()
    assert finding.startswith('placeholders   "{n} of {total}"')


def test_plural_needs_the_number(words: Any) -> None:
    words.add(GOOD | {"one part|{n} parts": "几个零件"})
    (finding,) = words.findings()
    assert finding.startswith("placeholders")


def test_catalogue_is_stable_and_names_no_place(words: Any) -> None:
    words.add(dict(reversed(GOOD.items())))
    first = words.po_file.read_bytes()
    words.update()
    assert words.po_file.read_bytes() == first
    assert b"page.py" not in first
    assert b"Date" not in first


def test_compiled_words_are_found_by_gettext(words: Any) -> None:
    import gettext

    words.add(GOOD)
    assert words.stale()
    assert words.compile()
    assert not words.stale()
    chinese = gettext.translation("xiuhu", words.folder, ["zh_CN"])
    assert chinese.gettext("Take in") == "收件"
    assert chinese.ngettext("one part", "{n} parts", 3) == "{n} 个零件"
    assert chinese.pgettext("verb", "Open") == "打开"


def test_two_at_once_lose_nothing(words: Any, words_tool: ModuleType) -> None:
    program = (
        "import importlib.util, pathlib, sys\n"
        "spec = importlib.util.spec_from_file_location('w', sys.argv[1])\n"
        "w = importlib.util.module_from_spec(spec); sys.modules['w'] = w; spec.loader.exec_module(w)\n"
        "for n in range(8): w.Words(pathlib.Path(sys.argv[2])).add({f'{sys.argv[3]} {n}': '字'})\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(words_tool.__file__), str(words.root), name])
        for name in ("left", "right")
    ]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    text = words.po_file.read_text(encoding="utf-8")
    assert text.count("left ") == 8
    assert text.count("right ") == 8


def test_unsound_pairs_are_refused_and_nothing_is_written(words: Any, words_tool: ModuleType) -> None:
    with pytest.raises(words_tool.WordsError, match="no translation"):
        words.add({"Take in": "  "})
    assert not words.po_file.exists()


def test_damaged_catalogue_is_one_sentence(words: Any, words_tool: ModuleType) -> None:
    words.add(GOOD)
    words.po_file.write_bytes(b'msgid "Take in\nmsgstr \xff')
    with pytest.raises(words_tool.WordsError, match=r"cannot be read"):
        words.findings()


def test_a_word_that_others_rely_on_is_not_changed_by_the_way(words: Any) -> None:
    words.add(GOOD)
    with pytest.raises(Exception, match="already"):
        words.add({"Take in": "收货", "Hand over the till": "交接"})
    assert words.add(GOOD) == 0, "nothing of the refused pairs was kept"
    assert words.add({"Take in": "收货"}, change=True) == 1
