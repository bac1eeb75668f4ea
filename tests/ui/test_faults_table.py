"""The manual's table "What happens when …" says what the program says, word for word."""

from __future__ import annotations

import re

import pytest

from app.core.errors import Fault, Reason
from app.core.places import RESOURCES
from app.core.sentence_table import SENTENCES
from app.core.words import Language, _, speaking

#: What must stand in the table; every other fault may.
FAULTS = {
    Fault.DISK_LOW, Fault.DISK_FULL, Fault.DISK_ERROR, Fault.READ_ONLY, Fault.FILE_GONE, Fault.ALREADY_OPEN,
    Fault.CLOCK_BEHIND, Fault.CLOCK_AHEAD, Fault.NEWER_VERSION, Fault.DAMAGED, Fault.NETWORK_SHARE,
    Fault.FOLDER_UNUSABLE, Fault.NO_PRINTER, Fault.PRINTER, Fault.BUSY, Reason.CLOCK_BEFORE_CLOSE,
    Reason.CLOCK_SKIPPED,
}  # fmt: skip
#: What the pages say by themselves, without a refusal or a fault.
OF_PAGES = ("Not finished: {what}",)
_PLACEHOLDER = re.compile(r"\{\w+\}")


def rows(language: Language) -> list[list[str]]:
    """The cells of the table's rows."""
    text = (RESOURCES / "manual" / language.value / "faults.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| **")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def said(sentence: str) -> str:
    """A sentence as the manual quotes it."""
    return _("“{}”").format(_PLACEHOLDER.sub("…", _(sentence)))


@pytest.mark.parametrize("language", list(Language))
def test_every_sentence_is_the_one_that_is_said(language: Language) -> None:
    with speaking(language):
        possible = {said(SENTENCES[each]) for each in SENTENCES} | {said(each) for each in OF_PAGES}
        wanted = {said(SENTENCES[each]) for each in FAULTS}
    quoted = [cells[1] for cells in rows(language)]
    assert [each for each in quoted if each not in possible] == []
    assert wanted <= set(quoted)


@pytest.mark.parametrize("language", list(Language))
def test_every_row_says_what_is_safe_and_what_to_do(language: Language) -> None:
    found = rows(language)
    assert len(found) >= 15
    assert all(len(cells) == 4 and all(cells) for cells in found)
