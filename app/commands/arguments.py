"""The command line's parser in the user's language, and the arguments that several commands take."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from app.commands.terminal import WRONG_USE, say
from app.core.words import N_, Language, _, parse_language

#: What argparse itself says to our users; it looks its words up by the name ``_`` in its own module.
_ARGPARSE_WORDS = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("expected one argument"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("ignored explicit argument %r"),
)
vars(argparse)["_"] = _


#: Signs of what argparse says that are repeated.
_LONGEST_REPEATED = 300


class Parser(argparse.ArgumentParser):
    """argparse with its few words in the user's language."""

    #: Adds what a command consists of when it is asked for: the window's start does not wait for it.
    late: Callable[[Parser], None] | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        late, self.late = self.late, None
        if late is not None:
            late(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        if len(message) > _LONGEST_REPEATED:
            # What was given by mistake, a whole list perhaps, stands in the middle.
            half = _LONGEST_REPEATED // 2
            message = f"{message[:half]} … {message[-half:]}"
        say(_("This command is not understood: {message}. Try --help.").format(message=message))
        raise SystemExit(WRONG_USE)


def common(parser: argparse.ArgumentParser, *, top: bool = False) -> None:
    """``--data`` and ``--lang`` may stand before or after the command."""
    unset: Any = None if top else argparse.SUPPRESS
    parser.add_argument("--data", type=Path, metavar="DIR", default=unset, help=_("the shop's data folder"))
    parser.add_argument("--lang", type=language, metavar="zh|en", default=unset, help=_("language"))


def json_flag(parser: argparse._ActionsContainer) -> None:
    """``--json``, where a command knows it."""
    parser.add_argument("--json", action="store_true", help=_("print JSON on stdout and nothing else there"))


def how_many(text: str) -> int:
    """A number of orders, results …: from one to ten million."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 8 else 0
    if not 1 <= number <= 10_000_000:
        raise argparse.ArgumentTypeError(_("a number from 1 to 10,000,000"))
    return number


def whole(text: str) -> int:
    """A seed: any whole number of a sane length."""
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 18):
        raise argparse.ArgumentTypeError(_("a whole number"))
    return int(text)


def language(text: str) -> Language:
    """A language the program speaks."""
    try:
        return parse_language(text)
    except ValueError:
        raise argparse.ArgumentTypeError("zh, en") from None


def asked_language(words: Sequence[str]) -> Language | None:
    """``--lang`` looked up beforehand, so that help and errors of the parser speak it too."""
    for at, word in enumerate(words):
        value = words[at + 1] if word == "--lang" and at + 1 < len(words) else word.removeprefix("--lang=")
        if word.startswith("--lang") and value != word:
            try:
                return parse_language(value)
            except ValueError:
                return None
    return None
