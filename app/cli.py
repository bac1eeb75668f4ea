"""The command line: the window's twin for owners, support and tests (design.md §9).

Exit codes: 0 done, 1 refused or findings, 2 wrong use, 3 environment fault. ``--json`` prints one JSON object on
stdout and nothing else there; progress and sentences go to stderr. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from app import __version__
from app.commands.arguments import Parser, asked_language, common
from app.commands.terminal import DONE, ENVIRONMENT, REFUSED, data_folder, need_display, say
from app.core import last_resort
from app.core.errors import Conflict, ShopError
from app.core.words import N_, _, set_language, system_language

#: What a module of ``app.commands`` knows: how each of its commands is furnished with arguments.
_Commands = Mapping[str, Callable[[Parser], None]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. No traceback reaches the user."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # What goes wrong is said in a sentence; the details go to the shop's log, never to the terminal.
    logging.getLogger().addHandler(logging.NullHandler())
    with last_resort.installed():
        return _run(words)


def _run(words: Sequence[str]) -> int:
    set_language(asked_language(words) or system_language())
    options = _parser().parse_args(words)
    if options.lang:
        set_language(options.lang)
    try:
        return int(options.run(options))
    except (ShopError, Conflict) as error:
        # Loaded when there is something to say: the window's first paint does not wait for it.
        from app.core.sentences import exit_code, sentence

        say(sentence(error))
        return exit_code(error)
    except KeyboardInterrupt:
        say(_("Stopped. What was done so far is kept."))
        return REFUSED
    except BrokenPipeError:
        # The reader of our output went away (head, less): nothing is wrong here.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        from app.core.sentences import unexpected

        _log_failure(data_folder(options) / "log", error)
        say(unexpected(error))
        return ENVIRONMENT


def _log_failure(folder: Path, error: Exception) -> None:
    """Keep kinds and places where support finds them; a shop that cannot be written to keeps none."""
    if folder.is_dir():
        from app.core import logbook

        logbook.open_log(folder)
        last_resort.note(error)
        logbook.close_log()


def _playing() -> _Commands:
    from app.commands.playing import COMMANDS

    return COMMANDS


def _looking() -> _Commands:
    from app.commands.looking import COMMANDS

    return COMMANDS


def _papers() -> _Commands:
    from app.commands.papers import COMMANDS

    return COMMANDS


def _files() -> _Commands:
    from app.commands.files import COMMANDS

    return COMMANDS


def _backups() -> _Commands:
    from app.commands.backups import COMMANDS

    return COMMANDS


def _offices() -> _Commands:
    from app.commands.offices import COMMANDS

    return COMMANDS


#: Every command, in the order of ``--help``: its name, what it does, and who furnishes it once it is given.
_COMMANDS: tuple[tuple[str, str, Callable[[], _Commands]], ...] = (
    ("demo", N_("fill an empty data folder with a lively sample shop and open it"), _playing),
    ("day", N_("play real repairs (ORDS) through the whole counter day"), _playing),
    ("doctor", N_("check that everything agrees"), _looking),
    ("report", N_("the month's totals"), _looking),
    ("paper", N_("make a paper as PDF"), _papers),
    ("find", N_("find orders, customers and parts"), _looking),
    ("import", N_("take records in from a file (.xlsx, .csv)"), _files),
    ("export", N_("write records to a file (.xlsx, .csv)"), _files),
    ("backup", N_("back the shop up, also beside its open window"), _backups),
    ("restore", N_("put a backup in the place of the records"), _backups),
    ("bench", N_("measure the program on this computer"), _playing),
    ("sync", N_("tell the brands' head offices what waits for them"), _offices),
    ("headoffice", N_("a brand's receiver for claims and reports"), _offices),
)


def _parser() -> Parser:
    parser = Parser(prog="xiuhu", description=_("Xiuhu: the working day of a repair shop."))
    common(parser, top=True)
    parser.add_argument(
        "--version",
        action="version",
        version=" ".join((_("Xiuhu"), __version__)),
        help=_("print name and version and leave"),
    )
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(
        title=_("commands"),
        metavar=_("COMMAND"),
        parser_class=Parser,
        description=_("Without one the window opens."),
    )
    for name, told, home in _COMMANDS:
        commands.add_parser(name, help=_(told)).late = partial(_furnish, name, home)
    return parser


def _furnish(name: str, home: Callable[[], _Commands], parser: Parser) -> None:
    home()[name](parser)


def _window(options: argparse.Namespace) -> int:
    need_display()
    from app.bootstrap import open_window

    return open_window(data_folder(options), options.lang)
