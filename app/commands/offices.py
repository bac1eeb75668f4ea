"""The brands' head offices: ``sync`` from the shop, ``headoffice`` at the brand."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import Any

from app.commands.arguments import Parser, common, json_flag
from app.commands.terminal import DONE, REFUSED, print_json, say, services_of
from app.core.words import _


def _furnish_sync(parser: Parser) -> None:
    parser.add_argument("--once", action="store_true", help=_("one round, then end"))
    parser.add_argument(
        "--reconcile", action="store_true", help=_("compare every claim with the head office, to the fen")
    )
    parser.add_argument(
        "--statement",
        metavar="2026-11",
        help=_("compare a month's statement with the shop's settlement line by line"),
    )
    json_flag(parser)
    parser.set_defaults(run=_sync)
    common(parser)


def _sync(options: argparse.Namespace) -> int:
    from app.features.sync.telling import as_json, keep_pushing, push_all, round_lines

    if options.reconcile or options.statement:
        return _compare(options)
    with services_of(options, write=True) as services:
        rounds = push_all(services.sync)
        if options.json:
            print_json(as_json(rounds))
        for line in round_lines(rounds):
            say(line)
        if not options.once and rounds:
            with suppress(KeyboardInterrupt):
                keep_pushing(services.sync, say)
    return REFUSED if any(done.fault is not None for _link, done in rounds) else DONE


def _compare(options: argparse.Namespace) -> int:
    """Beside the head office's records: 0 where everything agrees, 1 where something differs or cannot be asked."""
    from app.features.sync.telling import comparison_json, reconcile_lines, statement_json, statement_lines

    told: list[dict[str, Any]] = []
    agrees = True
    with services_of(options, write=True) as services:
        links = [each for each in services.sync.links() if each.active]
        for link in links:
            if options.reconcile:
                found = services.sync.reconcile(link.brand_id)
                agrees &= found.agrees
                told.append(comparison_json(found))
                for line in reconcile_lines(found):
                    say(line)
            if options.statement:
                month = services.sync.statement(link.brand_id, options.statement)
                agrees &= month.agrees
                told.append(statement_json(link.brand, month))
                for line in statement_lines(link.brand, month):
                    say(line)
    if not links:
        say(_("No brand is connected."))
    if options.json:
        print_json({"links": told})
    return DONE if agrees else REFUSED


def _furnish_office(parser: Parser) -> None:
    from app.headoffice.commands import furnish

    for command in (parser, *furnish(parser)):
        common(command)


COMMANDS = {"sync": _furnish_sync, "headoffice": _furnish_office}
