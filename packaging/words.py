"""The catalogue tool: what is said in English in the code and in Chinese in the catalogue.

    words.py extract       app/ → resources/i18n/messages.pot (git-ignored, for looking at)
    words.py update        bring the Chinese catalogue to what the code says: new words in, dead ones out
    words.py add FILE      merge {"English": "中文", "one part|{n} parts": "中文 of a plural pair",
                           "context\\u0004English": "中文"}, also words that are not yet in the code; refused where
                           the catalogue says another word: that is another meaning and wants another English text
                           or a context (pgettext), unless ``--change`` means all its places
    words.py compile       write the binary catalogue the program reads
    words.py check         fail on missing, untranslated, fuzzy, stale words and differing placeholders

Catalogues carry no dates, no line numbers and are sorted, so that a change shows only the words it changed.
Several people may call ``add`` at once: the file is changed under a lock and replaced whole.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import IO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = "xiuhu"
LOCALE = "zh_CN"
CONTEXT_MARK = "\x04"
KEYWORDS: dict[str, object] = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
LOCK_PATIENCE_S = 20.0

Key = tuple[str | None, str]


class WordsError(Exception):
    """Something the caller can mend; its text is one sentence."""


class Words:
    """The catalogues of one project folder."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.source = root / "app"
        self.folder = root / "resources" / "i18n"
        self.template_file = self.folder / "messages.pot"
        self.po_file = self.folder / LOCALE / "LC_MESSAGES" / f"{DOMAIN}.po"
        self.mo_file = self.po_file.with_suffix(".mo")

    # -- reading ---------------------------------------------------------------------------------------

    def extracted(self) -> Catalog:
        """What the code says now: its marked words, without places."""
        template = Catalog(project=DOMAIN, fuzzy=False)
        found = extract_from_dir(
            self.source,
            method_map=[("**.py", "python")],
            options_map={"**.py": {"encoding": "utf-8"}},
            keywords=KEYWORDS,  # type: ignore[arg-type]
            comment_tags=("Words:",),
            strip_comment_tags=True,
        )
        for _file, _line, message, comments, context in found:
            if not message:
                continue
            template.add(message, auto_comments=comments, context=context)
        return template

    def chinese(self) -> Catalog:
        """The Chinese catalogue; an empty one where there is none yet. ``WordsError`` if it is damaged."""
        if not self.po_file.exists():
            return self._fresh()
        try:
            with self.po_file.open("rb") as file:
                return read_po(file, locale=LOCALE, domain=DOMAIN, abort_invalid=True)
        except (ValueError, UnicodeDecodeError, OSError) as error:
            raise WordsError(f"{self.po_file.relative_to(self.root)} cannot be read: {error}.") from error

    def _fresh(self) -> Catalog:
        return Catalog(locale=LOCALE, domain=DOMAIN, project=DOMAIN, fuzzy=False)

    # -- writing ---------------------------------------------------------------------------------------

    def extract(self) -> int:
        """Write the template; the number of words."""
        template = self.extracted()
        self.folder.mkdir(parents=True, exist_ok=True)
        _replace(self.template_file, _po_bytes(template))
        return len(template)

    def update(self) -> tuple[int, int]:
        """Add the code's new words untranslated, drop those it no longer says: (added, dropped)."""
        with self._locked():
            template, old = self.extracted(), self.chinese()
            merged, known = self._fresh(), _by_key(old)
            wanted = _by_key(template)
            for key, message in wanted.items():
                before = known.get(key)
                _put(
                    merged,
                    message.id,
                    before.string if before and _same_shape(before, message) else "",
                    key[0],
                )
            self._write(merged)
        return len(wanted.keys() - known.keys()), len(known.keys() - wanted.keys())

    def add(self, pairs: dict[str, str], *, change: bool = False) -> int:
        """Merge translations; how many were new or changed.

        ``WordsError`` for unsound pairs, and where a word would change that others rely on, unless ``change``.
        """
        with self._locked():
            catalog = self.chinese()
            known = _by_key(catalog)
            changed = 0
            others: list[str] = []
            for english, chinese in pairs.items():
                context, text = english.split(CONTEXT_MARK, 1) if CONTEXT_MARK in english else (None, english)
                ids: str | tuple[str, ...] = self._plural_ids(text, context, known)
                if not text or not chinese.strip():
                    raise WordsError(f"{english!r} has no translation.")
                before = known.get((context, ids if isinstance(ids, str) else ids[0]))
                plural_before = before.id if before and isinstance(before.id, tuple) else None
                if plural_before and isinstance(ids, str):
                    ids = plural_before  # the singular's form of a word that is a plural pair
                string: str | tuple[str, ...] = chinese if isinstance(ids, str) else (chinese,)
                if before and before.id == ids and before.string == string and not before.fuzzy:
                    continue
                if before:
                    if before.id == ids and before.string and before.string != string:
                        others.append(f"{english!r} is {before.string!r} already, not {chinese!r}")
                    catalog.delete(before.id, context)
                _put(catalog, ids, string, context)
                changed += 1
            if others and not change:
                raise WordsError("\n".join([*others, "Nothing was added. See --change."]))
            if changed or not self.po_file.exists():
                self._write(catalog)
        return changed

    @staticmethod
    def _plural_ids(text: str, context: str | None, known: dict[Key, Message]) -> str | tuple[str, str]:
        """``one|many`` is a plural pair, unless the catalogue has the text with its bar as a plain word."""
        if text.count("|") != 1 or (context, text) in known:
            return text
        one, many = text.split("|")
        return (one, many) if one.strip() and many.strip() else text

    def compile(self) -> bool:
        """Write the binary catalogue; False where there is no catalogue yet."""
        if not self.po_file.exists():
            return False
        buffer = io.BytesIO()
        write_mo(buffer, self.chinese(), use_fuzzy=False)
        _replace(self.mo_file, buffer.getvalue())
        return True

    def stale(self) -> bool:
        """Whether the binary catalogue is missing or older than its source."""
        if not self.po_file.exists():
            return False
        return not self.mo_file.exists() or self.mo_file.stat().st_mtime_ns < self.po_file.stat().st_mtime_ns

    def _write(self, catalog: Catalog) -> None:
        self.po_file.parent.mkdir(parents=True, exist_ok=True)
        _replace(self.po_file, _po_bytes(catalog))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One change at a time, also between processes; the system frees the lock of a killed one."""
        folder = self.root / ".setup"
        folder.mkdir(exist_ok=True)
        with (folder / "words.lock").open("a+b") as file:
            deadline = time.monotonic() + LOCK_PATIENCE_S
            while not _try_lock(file):
                if time.monotonic() > deadline:
                    raise WordsError("Another process holds the catalogue; try again when it has ended.")
                time.sleep(0.05)
            yield

    # -- checking --------------------------------------------------------------------------------------

    def findings(self) -> list[str]:
        """Everything wrong with the Chinese catalogue, one line each; empty = complete."""
        template, catalog = _by_key(self.extracted()), _by_key(self.chinese())
        lines: list[str] = []
        for key, message in template.items():
            known = catalog.get(key)
            if known is None:
                lines.append(f"missing        {_show(message)}")
            elif not _same_shape(known, message):
                lines.append(f"plural differs {_show(message)}")
        for key, message in catalog.items():
            if key not in template:
                lines.append(f"stale          {_show(message)}")
            if message.fuzzy:
                lines.append(f"fuzzy          {_show(message)}")
            if not _translated(message):
                lines.append(f"untranslated   {_show(message)}")
            elif difference := _placeholder_difference(message):
                lines.append(f"placeholders   {_show(message)}: {difference}")
        return sorted(lines)


def _by_key(catalog: Catalog) -> dict[Key, Message]:
    return {(m.context, m.id if isinstance(m.id, str) else m.id[0]): m for m in catalog if m.id}


def _same_shape(one: Message, other: Message) -> bool:
    return one.id == other.id


def _put(
    catalog: Catalog, ids: str | list[str] | tuple[str, ...], string: object, context: str | None
) -> None:
    """Add one word as it is: the catalogue's own merging would keep an older plural form beside it."""
    identity: str | tuple[str, ...] = ids if isinstance(ids, str) else tuple(ids)
    value: str | tuple[str, ...]
    if isinstance(identity, tuple):
        value = (string,) if isinstance(string, str) else tuple(string)  # type: ignore[arg-type]
    else:
        value = str(string)
    catalog.add(identity, value, context=context)


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _translated(message: Message) -> bool:
    strings = _strings(message)
    return bool(strings) and all(text and text.strip() for text in strings)


def _placeholders(text: str) -> set[str]:
    """The names in ``{…}``; raises ``ValueError`` for a lone brace."""
    return {
        name.split(".")[0].split("[")[0] for _t, name, _s, _c in Formatter().parse(text) if name is not None
    }


def _placeholder_difference(message: Message) -> str:
    """What ``.format()`` would stumble over, or an empty string.

    A text without a sound English format is taken literally: it is never given to ``.format()``. A Chinese
    plural says its number, so it must have what the English plural has.
    """
    english = message.id if isinstance(message.id, str) else message.id[-1]
    try:
        wanted = _placeholders(english)
    except ValueError:
        return ""
    for chinese in _strings(message):
        try:
            found = _placeholders(chinese)
        except ValueError as error:
            return f"the Chinese is not a sound format ({error})"
        if found != wanted:
            return f"English has {_names(wanted)}, Chinese has {_names(found)}"
    return ""


def _names(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def _show(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else "|".join(message.id)
    return json.dumps(f"{message.context}: {text}" if message.context else text, ensure_ascii=False)


def _po_bytes(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(
        buffer, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True
    )
    header = [
        'msgid ""',
        'msgstr ""',
        f'"Project-Id-Version: {DOMAIN}\\n"',
        f'"Language: {LOCALE}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        '"Plural-Forms: nplurals=1; plural=0;\\n"',
        "",
        "",
    ]
    return "\n".join(header).encode() + buffer.getvalue()


def _replace(file: Path, content: bytes) -> None:
    """Write a file whole or not at all; leave it alone where nothing changed."""
    if file.exists() and file.read_bytes() == content:
        file.touch()
        return
    scratch = file.with_name(f".{file.name}.{os.getpid()}")
    scratch.write_bytes(content)
    scratch.replace(file)


def _try_lock(file: IO[bytes]) -> bool:
    """Take the lock without waiting; False if another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read_pairs(file: Path) -> dict[str, str]:
    try:
        data = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise WordsError(f"{file} cannot be read: {error}.") from error
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise WordsError(f'{file} must be one JSON object {{"English": "中文"}}.')
    return data


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 findings or a fault, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="words.py", description="Xiuhu's catalogue of words.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("extract", "update", "compile", "check"):
        commands.add_parser(name)
    adding = commands.add_parser("add")
    adding.add_argument("file", type=Path)
    adding.add_argument("--change", action="store_true", help="also words that say something else now")
    options = parser.parse_args(arguments)
    words = Words()
    try:
        match options.command:
            case "extract":
                print(f"{words.extract()} words in {words.template_file.relative_to(words.root)}")
            case "update":
                added, dropped = words.update()
                words.compile()
                print(f"{added} words added untranslated, {dropped} dropped")
            case "add":
                print(f"{words.add(_read_pairs(options.file), change=options.change)} words new or changed")
                words.compile()
            case "compile":
                words.compile()
            case _:
                findings = words.findings()
                print("\n".join(findings) if findings else f"{len(words.chinese())} words, complete")
                return 1 if findings else 0
    except WordsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
