"""The manual: a chapter for every page, equal in both languages, with links and keys that exist."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from app.core import words
from app.core.places import RESOURCES
from app.core.words import Language
from app.ui.bars import HelpPanel

FOLDER = RESOURCES / "manual"
CHAPTERS = (
    "index",
    "intake",
    "handover",
    "bench",
    "orders",
    "parts",
    "purchase",
    "old_parts",
    "counting",
    "tools",
    "defective",
    "others",
    "views",
    "customers",
    "till",
    "invoices",
    "receivables",
    "owner",
    "pay",
    "claims",
    "quality",
    "settlements",
    "brands",
    "sync",
    "backups",
    "checkup",
    "journal",
    "privacy",
    "security",
    "books",
    "settings",
    "trouble",
    "faults",
    "headoffice",
)
_LINK = re.compile(r"\]\(([a-z_]+)\.md\)")


def chapter(language: Language, name: str) -> str:
    return (FOLDER / language.value / f"{name}.md").read_text(encoding="utf-8")


def shape(text: str) -> list[tuple[str, int]]:
    """What kind of line follows which, and how many cells a table's row has: equal content has equal shape."""
    kinds = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        mark = re.match(r"#+|- |\d+\. |\||", line)
        assert mark is not None
        kinds.append((mark.group().rstrip("0123456789. ") or mark.group()[-2:], line.count("|")))
    return kinds


@pytest.mark.parametrize("language", list(Language))
def test_the_chapters_are_all_there_and_no_other(language: Language) -> None:
    assert {file.stem for file in (FOLDER / language.value).glob("*.md")} == set(CHAPTERS)


@pytest.mark.parametrize("name", CHAPTERS)
def test_both_languages_say_the_same(name: str) -> None:
    chinese, english = (chapter(language, name) for language in Language)
    assert shape(chinese) == shape(english)
    assert _LINK.findall(chinese) == _LINK.findall(english)
    assert set(_LINK.findall(english)) <= set(CHAPTERS)
    for key in (r"Ctrl\+[A-Z0-9]\w*", r"\bF\d+\b"):
        assert sorted(re.findall(key, chinese)) == sorted(re.findall(key, english))


@pytest.mark.parametrize("language", list(Language))
def test_help_opens_every_chapter_and_follows_its_links(qtbot: QtBot, language: Language) -> None:
    words.set_language(language)
    panel = HelpPanel()
    qtbot.addWidget(panel)
    for name in CHAPTERS:
        panel.show_chapter(name)
        heading = chapter(language, name).splitlines()[0].removeprefix("# ")
        assert panel.browser.toPlainText().startswith(heading)
    panel.browser.anchorClicked.emit(QUrl("trouble.md"))
    assert panel.browser.toPlainText().startswith(
        chapter(language, "trouble").splitlines()[0].removeprefix("# ")
    )


def test_a_shop_without_a_room_reads_nothing_of_it(qtbot: QtBot) -> None:
    panel = HelpPanel()
    qtbot.addWidget(panel)
    panel.show_chapter("index")
    assert "Settlements" in panel.browser.toPlainText()
    panel.without = frozenset({"brands"})
    panel.show_chapter("index")
    text = panel.browser.toPlainText()
    assert "Receivables" in text
    for word in ("Settlements", "Claims", "brands", "Head office", "<!--"):
        assert word not in text
