"""Records from a file and to a file: ``import`` and ``export``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.commands.arguments import Parser, common
from app.commands.terminal import DONE, REFUSED, WRONG_USE, Meter, as_owner, say, services_of
from app.core.words import _, ngettext

_FILE_KINDS = ("parts", "customers")
_EXPORT_KINDS = (*_FILE_KINDS, "books")


def _furnish_import(parser: Parser) -> None:
    parser.add_argument("kind", choices=_FILE_KINDS, metavar="KIND", help=_("what: parts, customers"))
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would be done"))
    parser.set_defaults(run=_import)
    common(parser)


def _import(options: argparse.Namespace) -> int:
    from app.features.sheets.telling import plan_lines

    with services_of(options, write=not options.dry_run) as services:
        sheets: Any = services.customers.sheets if options.kind == "customers" else services.stock.sheets
        plan = sheets.plan(options.file, Meter(_("Reading")))
        for line in plan_lines(plan):
            print(line)
        if not plan.sound:
            say(_("There are findings. Nothing was changed."))
            return REFUSED
        if not options.dry_run and not plan.empty:
            done = sheets.apply(as_owner(services), plan, Meter(_("Applying")))
            say(_("Imported: {new} new, {changed} changed.").format(new=done.new, changed=done.changed))
    return DONE


def _furnish_export(parser: Parser) -> None:
    parser.add_argument(
        "kind", choices=_EXPORT_KINDS, metavar="KIND", help=_("what: parts, customers, books")
    )
    parser.add_argument("month", nargs="?", metavar="YYYY-MM", help=_("the month, for books"))
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.set_defaults(run=_export)
    common(parser)


def _export(options: argparse.Namespace) -> int:
    if (options.kind == "books") != (options.month is not None):
        say(_("A month is given for books and for nothing else: xiuhu export books YYYY-MM FILE."))
        return WRONG_USE
    if options.kind == "books":
        return _export_books(options)
    if options.kind == "customers":
        return _export_customers(options)
    with services_of(options, write=False) as services:
        count = services.stock.sheets.export(options.file, Meter(_("Writing")))
    say(
        ngettext("{n} part written to {file}.", "{n} parts written to {file}.", count).format(
            n=count, file=options.file
        )
    )
    return DONE


def _export_books(options: argparse.Namespace) -> int:
    from app.core.rights import FOUNDER
    from app.features.books.export import export_books

    with services_of(options, write=False) as services:
        count = export_books(services.books, FOUNDER, options.month, options.file, Meter(_("Writing")))
    say(
        ngettext("{n} line written to {file}.", "{n} lines written to {file}.", count).format(
            n=count, file=options.file
        )
    )
    return DONE


def _export_customers(options: argparse.Namespace) -> int:
    # Opened to write: it is noted who took the list of customers.
    with services_of(options, write=True) as services:
        count = services.customers.sheets.export(as_owner(services), options.file, Meter(_("Writing")))
    say(
        ngettext("{n} customer written to {file}.", "{n} customers written to {file}.", count).format(
            n=count, file=options.file
        )
    )
    return DONE


COMMANDS = {"import": _furnish_import, "export": _furnish_export}
