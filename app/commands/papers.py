"""Papers as PDF: ``paper``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.arguments import Parser, common, json_flag
from app.commands.terminal import DONE, WRONG_USE, as_owner, print_json, say, services_of, write_file
from app.core.errors import Reason, Refusal
from app.core.words import Language, _

if TYPE_CHECKING:
    from app.services import Services


def _furnish_paper(parser: Parser) -> None:
    parser.add_argument("kind", nargs="?", metavar="KIND", help=_("which paper"))
    parser.add_argument("number", nargs="?", metavar="NUMBER", help=_("the number it is asked for by"))
    parser.add_argument(
        "--list", action="store_true", help=_("the papers, their sizes and an example of each")
    )
    json_flag(parser)
    parser.add_argument("--size", metavar="SIZE", help=_("one of the paper's sizes; else the shop's own"))
    parser.add_argument("--out", type=Path, metavar="FILE.pdf", help=_("the file to write"))
    parser.add_argument(
        "--reprint", action="store_true", help=_("book it as printed: from the second time on a COPY")
    )
    parser.set_defaults(run=_paper)
    common(parser)


def _paper(options: argparse.Namespace) -> int:
    from app.core.enums import PaperKind, PaperSize
    from app.core.rights import FOUNDER

    if options.list:
        with services_of(options, write=False) as services:
            entries = services.printing.list_papers()
        if options.json:
            print_json(
                [
                    {
                        "kind": each.kind.value,
                        "sizes": [size.value for size in each.sizes],
                        "barcode": each.barcode,
                        "example": each.example,
                    }
                    for each in entries
                ]
            )
        else:
            for each in entries:
                print(
                    f"{each.kind.value}  {' '.join(size.value for size in each.sizes)}  {each.example or '-'}"
                )
        return DONE
    if not (options.kind and options.number and options.out):
        say(_("Say which paper, its number and where to: xiuhu paper KIND NUMBER --out FILE.pdf, or --list."))
        return WRONG_USE
    try:
        kind = PaperKind(options.kind)
    except ValueError:
        raise Refusal(Reason.PAPER_UNKNOWN, kind=options.kind[:40]) from None
    try:
        size = PaperSize(options.size) if options.size else None
    except ValueError:
        from app.papers.forms import SIZES

        sizes = ", ".join(each.value for each in SIZES[kind])
        raise Refusal(
            Reason.PAPER_SIZE_UNKNOWN, kind=kind.value, size=options.size[:20], sizes=sizes
        ) from None
    with services_of(options, write=options.reprint) as services:
        if options.reprint:
            issued = services.printing.issue(as_owner(services), kind, options.number, size)
            pdf = services.printing.pdf(issued, paper_language(options, services))
        else:
            wanted = paper_language(options, services)
            pdf = services.printing.pdf_without_booking(FOUNDER, kind, options.number, size, wanted)
    write_file(options.out, pdf)
    return DONE


def paper_language(options: argparse.Namespace, services: Services) -> Language:
    """As asked for on the command line, else as the shop prints where no window says otherwise."""
    asked: Language | None = options.lang
    return asked or services.printing.language_without_window()


COMMANDS = {"paper": _furnish_paper}
