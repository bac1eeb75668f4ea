"""The one catalogue of words for window, papers, exports and command line (design.md §7).

English source strings through gettext. Look words up at the edge, never at import time::

    _("Take in")        ngettext("{n} part", "{n} parts", n).format(n=n)        N_("Received")  # only marks
"""

from __future__ import annotations

import gettext as _gettext
import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path

from app.core.places import RESOURCES


class Language(StrEnum):
    """The languages the program is complete in."""

    ZH = "zh_CN"
    EN = "en"


_STRAIGHT = str.maketrans({"“": '"', "”": '"'})


class _English(_gettext.NullTranslations):
    """The source strings as they are read: the fonts that are shipped draw curly quotes as wide as a Chinese character,
    which is right in Chinese and leaves holes in English."""

    def gettext(self, message: str) -> str:
        # argparse asks for the word of a description that is not there.
        return message and message.translate(_STRAIGHT)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return (msgid1 if n == 1 else msgid2).translate(_STRAIGHT)

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - the signature of gettext
        return message.translate(_STRAIGHT)


_catalogue: _gettext.NullTranslations = _English()
_language = Language.EN
#: What ``speaking`` put in force here: a paper printed in the background must not change the window's words.
_spoken: ContextVar[tuple[Language, _gettext.NullTranslations] | None] = ContextVar("spoken", default=None)


def set_language(language: Language) -> None:
    """Switch every later look-up to ``language``; a missing catalogue leaves the English words."""
    global _catalogue, _language
    _language = language
    _catalogue = _load(language)


def language() -> Language:
    """The language in force."""
    spoken = _spoken.get()
    return spoken[0] if spoken else _language


@contextmanager
def speaking(wanted: Language) -> Iterator[None]:
    """Use ``wanted`` inside the block and this thread: for a paper in another language than the window."""
    before = _spoken.set((wanted, _load(wanted)))
    try:
        yield
    finally:
        _spoken.reset(before)


def system_language() -> Language:
    """Chinese where the system's language is Chinese, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return Language.ZH if value.lower().startswith("zh") else Language.EN
    try:
        tag = locale.getlocale()[0] or ""
    except ValueError:
        tag = ""
    return Language.ZH if tag.lower().startswith(("zh", "chinese")) else Language.EN


def parse_language(text: str) -> Language:
    """``zh``, ``zh_CN``, ``en``, ``en-GB`` …; ``ValueError`` otherwise."""
    head = text.replace("-", "_").split("_", maxsplit=1)[0].lower()
    match head:
        case "zh":
            return Language.ZH
        case "en":
            return Language.EN
        case _:
            raise ValueError(text)


def _(text: str) -> str:
    """The word in the user's language."""
    return _words().gettext(text)


def ngettext(one: str, many: str, n: int) -> str:
    """The form for ``n`` of something, in the user's language."""
    return _words().ngettext(one, many, n)


def pgettext(context: str, text: str) -> str:
    """A word that needs its context told apart (``pgettext("paper", "Total")``)."""
    return _words().pgettext(context, text)


def N_(text: str) -> str:
    """Mark a word for the catalogue; it is looked up later with ``_``."""
    return text


def _words() -> _gettext.NullTranslations:
    spoken = _spoken.get()
    return spoken[1] if spoken else _catalogue


def _load(language: Language) -> _gettext.NullTranslations:
    if language is Language.EN:
        return _English()
    folder: Path = RESOURCES / "i18n"
    return _gettext.translation("xiuhu", folder, [language.value], fallback=True)
