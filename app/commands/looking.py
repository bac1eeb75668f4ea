"""What the records say: ``doctor``, ``report`` and ``find``."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.arguments import Parser, common, how_many, json_flag
from app.commands.papers import paper_language
from app.commands.terminal import DONE, REFUSED, Meter, as_owner, print_json, say, services_of, write_file
from app.core.words import _, ngettext


def _furnish_doctor(parser: Parser) -> None:
    json_flag(parser)
    parser.add_argument(
        "--repair",
        action="store_true",
        help=_(
            "make anew what can be made anew from the records; a backup comes first, money is never changed"
        ),
    )
    parser.set_defaults(run=_doctor)
    common(parser)


def _doctor(options: argparse.Namespace) -> int:
    from app.features.checkup.service import examine
    from app.features.checkup.telling import report_lines

    done: tuple[tuple[str, int], ...] = ()
    # Repairing writes: it is refused while the window is open.
    with services_of(options, write=options.repair) as services:
        report = examine(services.store, Meter(_("Checks")))
        if options.repair:
            from app.features.checkup.repairing import plan

            names = [each.name for each in plan(report)]
            if names:
                repaired = services.repairing.repair(as_owner(services), names, Meter(_("Repairing records")))
                done, report = repaired.done, repaired.report or report
    if options.json:
        print_json({**report.to_json(), "repaired": [name for name, _count in done]})
    else:
        for line in report_lines(report):
            print(line)
        if done:
            say(ngettext("{n} repair was made.", "{n} repairs were made.", len(done)).format(n=len(done)))
        if report.sound:
            print(_("Everything agrees."))
        elif done:
            print(_("The findings above are left."))
        else:
            print(_("There are findings. Nothing was changed."))
    return DONE if report.sound else REFUSED


def _furnish_report(parser: Parser) -> None:
    kinds = parser.add_subparsers(metavar=_("COMMAND"), required=True, parser_class=Parser)
    month = kinds.add_parser("month", help=_("totals of a month"))
    month.add_argument("month", metavar="YYYY-MM")
    given = month.add_mutually_exclusive_group()
    json_flag(given)
    given.add_argument("--xlsx", type=Path, metavar="FILE", help=_("write an Excel workbook"))
    given.add_argument("--pdf", type=Path, metavar="FILE", help=_("write the paper as PDF"))
    month.set_defaults(run=_report_month)
    common(month)


def _report_month(options: argparse.Namespace) -> int:
    from app.core.rights import FOUNDER
    from app.features.reports.service import parse_month

    # Before the shop is opened: a slip of the pen is not the shop's fault.
    year, month = parse_month(options.month)
    with services_of(options, write=False) as services:
        if options.xlsx is not None:
            from app.features.reports.workbook import export_month

            count = export_month(
                services.reports, FOUNDER, options.xlsx, year, month, tell=Meter(_("Writing"))
            )
            say(
                ngettext("{n} row written to {file}.", "{n} rows written to {file}.", count).format(
                    n=count, file=options.xlsx
                )
            )
            return DONE
        if options.pdf is not None:
            from app.core.enums import PaperKind

            number = f"{year:04d}-{month:02d}"
            pdf = services.printing.pdf_without_booking(
                FOUNDER, PaperKind.MONTH_REPORT, number, None, paper_language(options, services)
            )
            write_file(options.pdf, pdf)
            return DONE
        if options.json:
            print_json(services.reports.month_json(FOUNDER, year, month))
            return DONE
        look = services.reports.look(FOUNDER, year, month)
    from app.features.reports.text import report_lines

    for line in report_lines(look):
        print(line)
    return DONE


def _furnish_find(parser: Parser) -> None:
    parser.add_argument(
        "text", metavar="TEXT", help=_("number, phone, name, pinyin initials, serial, fault …")
    )
    json_flag(parser)
    parser.add_argument("--limit", type=how_many, default=50, metavar="N", help=_("at most N results"))
    parser.set_defaults(run=_find)
    common(parser)


def _find(options: argparse.Namespace) -> int:
    with services_of(options, write=False) as services:
        hits = services.finder.find(options.text, limit=options.limit).hits[: options.limit]
    if options.json:
        print_json(
            {
                "results": [
                    {
                        "kind": each.kind.value,
                        "number": each.number,
                        "title": each.title,
                        "detail": each.detail,
                    }
                    for each in hits
                ]
            }
        )
    else:
        for each in hits:
            print(f"{each.number}  {each.title}  {each.detail}")
        say(ngettext("{n} result", "{n} results", len(hits)).format(n=len(hits)))
    return DONE


COMMANDS = {"doctor": _furnish_doctor, "report": _furnish_report, "find": _furnish_find}
