"""What the operating system says is said in the user's language."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from app.core.errors import Reason, Refusal
from app.core.incoming import read_incoming
from app.core.os_words import os_words
from app.core.sentences import sentence
from app.core.words import Language, speaking

#: What reading and writing files answers on a shop's computer.
USUAL = (
    "ENOENT EACCES EPERM EROFS ENOSPC EIO EISDIR ENOTDIR EEXIST ENAMETOOLONG EINVAL EBUSY ENODEV EFBIG ELOOP"
    " ETIMEDOUT EADDRINUSE EADDRNOTAVAIL EMFILE ENOMEM ENOTEMPTY EHOSTUNREACH"
)


@pytest.mark.parametrize("language", list(Language))
def test_what_is_usual_has_words_in_both_languages(language: Language) -> None:
    with speaking(language):
        for name in USUAL.split():
            number = getattr(errno, name)
            said = os_words(OSError(number, os.strerror(number)))
            assert said != os.strerror(number), name
            assert said.isascii() is (language is Language.EN), name


def test_a_file_that_another_program_holds_on_windows_is_no_missing_right() -> None:
    held = OSError(errno.EACCES, "The process cannot access the file")
    held.winerror = 32  # type: ignore[attr-defined]
    assert os_words(held) == "another program is using it"


def test_what_is_rare_stays_in_the_systems_words() -> None:
    assert os_words(OSError(errno.EPROTO, "Protocol error")) == "Protocol error"
    assert os_words(OSError()) == "OSError"


def test_a_file_that_is_not_there_is_said_in_chinese(tmp_path: Path) -> None:
    with speaking(Language.ZH), pytest.raises(Refusal) as refused:
        read_incoming(tmp_path / "价目.xlsx", 100)
    assert refused.value.reason is Reason.FILE_NOT_READABLE
    with speaking(Language.ZH):
        assert sentence(refused.value) == "文件 价目.xlsx 无法读取：没有这个文件或文件夹。"
