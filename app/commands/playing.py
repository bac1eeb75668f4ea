"""Shops that are played: ``demo``, ``day`` and ``bench``."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.arguments import Parser, common, how_many, json_flag, whole
from app.commands.terminal import DONE, REFUSED, Meter, data_folder, need_display, print_json, say
from app.core.words import _


def _furnish_demo(parser: Parser) -> None:
    parser.add_argument("--orders", type=how_many, default=600, metavar="N", help=_("how many orders"))
    parser.add_argument(
        "--seed", type=whole, default=1, metavar="N", help=_("another number makes another shop")
    )
    parser.add_argument(
        "--ords",
        type=Path,
        metavar="FILE.csv",
        help=_("take faults and devices from a file of real repairs (ORDS)"),
    )
    parser.add_argument(
        "--brands", action="store_true", help=_("the shop also repairs under brands' warranties")
    )
    parser.add_argument("--no-window", action="store_true", help=_("only fill the folder"))
    parser.set_defaults(run=_demo)
    common(parser)


def _demo(options: argparse.Namespace) -> int:
    from app.bootstrap import fill_demo, open_window

    if not options.no_window:
        need_display()
    try:
        fill_demo(
            data_folder(options),
            orders=options.orders,
            seed=options.seed,
            ords=options.ords,
            tell=Meter(_("Sample shop")),
            brands=options.brands,
        )
    except KeyboardInterrupt:
        say(_("Stopped. No shop was made."))
        return REFUSED
    return DONE if options.no_window else open_window(data_folder(options), options.lang)


def _furnish_day(parser: Parser) -> None:
    parser.add_argument("--ords", type=Path, required=True, metavar="FILE.csv", help=_("the CSV file"))
    parser.add_argument("--orders", type=how_many, metavar="N", help=_("only the first N"))
    parser.add_argument(
        "--seed",
        type=whole,
        default=1,
        metavar="N",
        help=_("another number makes other customers and prices"),
    )
    parser.set_defaults(run=_day)
    common(parser)


def _day(options: argparse.Namespace) -> int:
    from app.bootstrap import play_day

    played = play_day(
        data_folder(options),
        options.ords,
        orders=options.orders,
        seed=options.seed,
        tell=Meter(_("Repairs")),
    )
    for line in played:
        say(line)
    return DONE


def _furnish_bench(parser: Parser) -> None:
    parser.add_argument("--orders", type=how_many, default=10_000, metavar="N", help=_("how many orders"))
    parser.add_argument("--only", metavar="TEXT", help=_("figures whose names contain this"))
    json_flag(parser)
    parser.set_defaults(run=_bench)
    common(parser)


def _bench(options: argparse.Namespace) -> int:
    from app.bootstrap import run_bench

    figures = run_bench(options.orders, options.only, say)
    if options.json:
        print_json({"orders": options.orders, "figures": figures})
    else:
        for each in figures:
            floor = "" if each["floor_ms"] is None else f"  {each['floor_ms']:9.3f}  {each['ratio']:8.4f}"
            asked = f"   {each['bounds']}" if each["bounds"] else ""
            broken = "" if each["held"] else "   " + _("bound not kept")
            print(f"{each['name']:<24}{each['median_ms']:9.3f}  {each['p99_ms']:9.3f}{floor}{asked}{broken}")
    return DONE


COMMANDS = {"demo": _furnish_demo, "day": _furnish_day, "bench": _furnish_bench}
