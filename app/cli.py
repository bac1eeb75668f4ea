"""The command line: the window's twin for owners, support and tests (design.md §9).

Exit codes: 0 done, 1 refused or findings, 2 wrong use, 3 environment fault. ``--json`` prints one JSON object on
stdout and nothing else there; progress and sentences go to stderr. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from app import __version__
from app.core import last_resort
from app.core.errors import Conflict, EnvironmentFault, Fault, Reason, Refusal, ShopError
from app.core.words import N_, Language, _, ngettext, parse_language, set_language, system_language

if TYPE_CHECKING:
    from app.core.rights import Ctx
    from app.features.backups.exchange import Prepared
    from app.features.backups.snapshots import Report
    from app.services import Services
    from app.store.backup.locked import LockKey

DONE, REFUSED, WRONG_USE, ENVIRONMENT = 0, 1, 2, 3


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
    set_language(_asked_language(words) or system_language())
    options = _parser().parse_args(words)
    if options.lang:
        set_language(options.lang)
    try:
        return int(options.run(options))
    except (ShopError, Conflict) as error:
        # Loaded when there is something to say: the window's first paint does not wait for it.
        from app.core.sentences import exit_code, sentence

        _say(sentence(error))
        return exit_code(error)
    except KeyboardInterrupt:
        _say(_("Stopped. What was done so far is kept."))
        return REFUSED
    except BrokenPipeError:
        # The reader of our output went away (head, less): nothing is wrong here.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        from app.core.sentences import unexpected

        _log_failure(data_folder(options) / "log", error)
        _say(unexpected(error))
        return ENVIRONMENT


def _log_failure(folder: Path, error: Exception) -> None:
    """Keep kinds and places where support finds them; a shop that cannot be written to keeps none."""
    if folder.is_dir():
        from app.core import logbook

        logbook.open_log(folder)
        last_resort.note(error)
        logbook.close_log()


#: What ``import`` and ``export`` know.
_FILE_KINDS = ("parts", "customers")
_EXPORT_KINDS = (*_FILE_KINDS, "books")

#: Why a backup is made; the window says so when it has one made.
_BACKUP_KINDS = ("hourly", "day_close", "by_hand")

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


class _Parser(argparse.ArgumentParser):
    """argparse with its few words in the user's language."""

    #: Adds what a command consists of when it is asked for: the window's start does not wait for it.
    late: Callable[[_Parser], None] | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        late, self.late = self.late, None
        if late is not None:
            late(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        _say(_("This command is not understood: {message}. Try --help.").format(message=message))
        raise SystemExit(WRONG_USE)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="xiuhu", description=_("Xiuhu: the working day of a repair shop."))
    _common(parser, top=True)
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
        parser_class=_Parser,
        description=_("Without one the window opens."),
    )

    demo = commands.add_parser(
        "demo", help=_("fill an empty data folder with a lively sample shop and open it")
    )
    demo.add_argument("--orders", type=_count, default=600, metavar="N", help=_("how many orders"))
    demo.add_argument(
        "--seed", type=_whole, default=1, metavar="N", help=_("another number makes another shop")
    )
    demo.add_argument(
        "--ords",
        type=Path,
        metavar="FILE.csv",
        help=_("take faults and devices from a file of real repairs (ORDS)"),
    )
    demo.add_argument(
        "--brands", action="store_true", help=_("the shop also repairs under brands' warranties")
    )
    demo.add_argument("--no-window", action="store_true", help=_("only fill the folder"))
    demo.set_defaults(run=_demo)

    day = commands.add_parser("day", help=_("play real repairs (ORDS) through the whole counter day"))
    day.add_argument("--ords", type=Path, required=True, metavar="FILE.csv", help=_("the CSV file"))
    day.add_argument("--orders", type=_count, metavar="N", help=_("only the first N"))
    day.add_argument(
        "--seed",
        type=_whole,
        default=1,
        metavar="N",
        help=_("another number makes other customers and prices"),
    )
    day.set_defaults(run=_day)

    doctor = commands.add_parser("doctor", help=_("check that everything agrees"))
    _json(doctor)
    doctor.add_argument(
        "--repair",
        action="store_true",
        help=_(
            "make anew what can be made anew from the records; a backup comes first, money is never changed"
        ),
    )
    doctor.set_defaults(run=_doctor)

    report = commands.add_parser("report", help=_("the month's totals"))
    kinds = report.add_subparsers(metavar=_("COMMAND"), required=True, parser_class=_Parser)
    month = kinds.add_parser("month", help=_("totals of a month"))
    month.add_argument("month", metavar="YYYY-MM")
    given = month.add_mutually_exclusive_group()
    _json(given)
    given.add_argument("--xlsx", type=Path, metavar="FILE", help=_("write an Excel workbook"))
    given.add_argument("--pdf", type=Path, metavar="FILE", help=_("write the paper as PDF"))
    month.set_defaults(run=_report_month)
    _common(month)

    paper = commands.add_parser("paper", help=_("make a paper as PDF"))
    paper.add_argument("kind", nargs="?", metavar="KIND", help=_("which paper"))
    paper.add_argument("number", nargs="?", metavar="NUMBER", help=_("the number it is asked for by"))
    paper.add_argument(
        "--list", action="store_true", help=_("the papers, their sizes and an example of each")
    )
    _json(paper)
    paper.add_argument("--size", metavar="SIZE", help=_("one of the paper's sizes; else the shop's own"))
    paper.add_argument("--out", type=Path, metavar="FILE.pdf", help=_("the file to write"))
    paper.add_argument(
        "--reprint", action="store_true", help=_("book it as printed: from the second time on a COPY")
    )
    paper.set_defaults(run=_paper)

    find = commands.add_parser("find", help=_("find orders, customers and parts"))
    find.add_argument("text", metavar="TEXT", help=_("number, phone, name, pinyin initials, serial, fault …"))
    _json(find)
    find.add_argument("--limit", type=_count, default=50, metavar="N", help=_("at most N results"))
    find.set_defaults(run=_find)

    bring = commands.add_parser("import", help=_("take records in from a file (.xlsx, .csv)"))
    bring.add_argument("kind", choices=_FILE_KINDS, metavar="KIND", help=_("what: parts, customers"))
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.add_argument("--dry-run", action="store_true", help=_("only say what would be done"))
    bring.set_defaults(run=_import)

    give = commands.add_parser("export", help=_("write records to a file (.xlsx, .csv)"))
    give.add_argument("kind", choices=_EXPORT_KINDS, metavar="KIND", help=_("what: parts, customers, books"))
    give.add_argument("month", nargs="?", metavar="YYYY-MM", help=_("the month, for books"))
    give.add_argument("file", type=Path, metavar="FILE")
    give.set_defaults(run=_export)

    backup = commands.add_parser("backup", help=_("back the shop up, also beside its open window"))
    backup.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help=_("one file to carry away, photos inside")
    )
    backup.add_argument("--password", action="store_true", help=_("ask for a password to lock FILE with"))
    backup.add_argument("--kind", choices=_BACKUP_KINDS, default="by_hand", help=argparse.SUPPRESS)
    _json(backup)
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help=_("put a backup in the place of the records"))
    restore.add_argument("file", type=Path, metavar="FILE", help=_("the backup (.xiuhu)"))
    restore.add_argument("--yes", action="store_true", help=_("do it without asking"))
    _json(restore)
    restore.set_defaults(run=_restore)

    bench = commands.add_parser("bench", help=_("measure the program on this computer"))
    bench.add_argument("--orders", type=_count, default=10_000, metavar="N", help=_("how many orders"))
    bench.add_argument("--only", metavar="TEXT", help=_("figures whose names contain this"))
    _json(bench)
    bench.set_defaults(run=_bench)

    sync = commands.add_parser("sync", help=_("tell the brands' head offices what waits for them"))
    sync.add_argument("--once", action="store_true", help=_("one round, then end"))
    sync.add_argument(
        "--reconcile", action="store_true", help=_("compare every claim with the head office, to the fen")
    )
    sync.add_argument(
        "--statement",
        metavar="2026-11",
        help=_("compare a month's statement with the shop's settlement line by line"),
    )
    _json(sync)
    sync.set_defaults(run=_sync)

    office = commands.add_parser("headoffice", help=_("a brand's receiver for claims and reports"))
    office.late = _furnish_office

    for command in (demo, day, doctor, paper, find, bring, give, backup, restore, bench, sync):
        _common(command)
    return parser


def _furnish_office(parser: argparse.ArgumentParser) -> None:
    from app.headoffice.commands import furnish

    for command in (parser, *furnish(parser)):
        _common(command)


def _common(parser: argparse.ArgumentParser, *, top: bool = False) -> None:
    """``--data`` and ``--lang`` may stand before or after the command."""
    unset: Any = None if top else argparse.SUPPRESS
    parser.add_argument("--data", type=Path, metavar="DIR", default=unset, help=_("the shop's data folder"))
    parser.add_argument("--lang", type=_language, metavar="zh|en", default=unset, help=_("language"))


def _json(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--json", action="store_true", help=_("print JSON on stdout and nothing else there"))


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 8 else 0
    if not 1 <= number <= 10_000_000:
        raise argparse.ArgumentTypeError(_("a number from 1 to 10,000,000"))
    return number


def _whole(text: str) -> int:
    """A seed: any whole number of a sane length."""
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 18):
        raise argparse.ArgumentTypeError(_("a whole number"))
    return int(text)


def _language(text: str) -> Language:
    try:
        return parse_language(text)
    except ValueError:
        raise argparse.ArgumentTypeError("zh, en") from None


def _asked_language(words: Sequence[str]) -> Language | None:
    """``--lang`` looked up beforehand, so that help and errors of the parser speak it too."""
    for at, word in enumerate(words):
        value = words[at + 1] if word == "--lang" and at + 1 < len(words) else word.removeprefix("--lang=")
        if word.startswith("--lang") and value != word:
            try:
                return parse_language(value)
            except ValueError:
                return None
    return None


def data_folder(options: argparse.Namespace) -> Path:
    """The folder given, else the platform's place for user data."""
    if options.data is not None:
        return Path(options.data)
    from platformdirs import user_data_path

    return user_data_path("xiuhu", appauthor=False)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


class _Meter:
    """Progress on stderr: on a terminal in one line, in a log every tenth part."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._shown = -1
        self._live = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        share = 100 * done // max(total, 1)
        step = 1 if self._live else 10
        if share // step == self._shown:
            return
        self._shown = share // step
        end = "\r" if self._live and done < total else "\n"
        print(f"{self._title} {done}/{total} ({share} %)", end=end, file=sys.stderr, flush=True)


def _window(options: argparse.Namespace) -> int:
    need_display()
    from app.bootstrap import open_window

    return open_window(data_folder(options), options.lang)


def need_display() -> None:
    """Say in one sentence that there is no screen, instead of Qt's abort."""
    if sys.platform.startswith(("linux", "freebsd")):
        asked = os.environ.get("QT_QPA_PLATFORM", "")
        if asked.split(":")[0] in {"offscreen", "minimal", "vnc", "linuxfb", "eglfs"}:
            return
        if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
            raise EnvironmentFault(Fault.NO_DISPLAY)


def _services(options: argparse.Namespace, *, write: bool) -> Services:
    from app.bootstrap import open_services

    return open_services(data_folder(options), exclusive=write)


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
            tell=_Meter(_("Sample shop")),
            brands=options.brands,
        )
    except KeyboardInterrupt:
        _say(_("Stopped. No shop was made."))
        return REFUSED
    return DONE if options.no_window else open_window(data_folder(options), options.lang)


def _day(options: argparse.Namespace) -> int:
    from app.bootstrap import play_day

    played = play_day(
        data_folder(options),
        options.ords,
        orders=options.orders,
        seed=options.seed,
        tell=_Meter(_("Repairs")),
    )
    for line in played:
        _say(line)
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    from app.features.checkup.service import examine
    from app.features.checkup.telling import report_lines

    done: tuple[tuple[str, int], ...] = ()
    # Repairing writes: it is refused while the window is open.
    with _services(options, write=options.repair) as services:
        report = examine(services.store, _Meter(_("Checks")))
        if options.repair:
            from app.features.checkup.repairing import plan

            names = [each.name for each in plan(report)]
            if names:
                repaired = services.repairing.repair(_owner(services), names, _Meter(_("Repairing records")))
                done, report = repaired.done, repaired.report or report
    if options.json:
        _print_json({**report.to_json(), "repaired": [name for name, _count in done]})
    else:
        for line in report_lines(report):
            print(line)
        if done:
            _say(ngettext("{n} repair was made.", "{n} repairs were made.", len(done)).format(n=len(done)))
        print(_("Everything agrees.") if report.sound else _("There are findings. Nothing was changed."))
    return DONE if report.sound else REFUSED


def _report_month(options: argparse.Namespace) -> int:
    from app.core.rights import FOUNDER
    from app.features.reports.service import parse_month

    # Before the shop is opened: a slip of the pen is not the shop's fault.
    year, month = parse_month(options.month)
    with _services(options, write=False) as services:
        if options.xlsx is not None:
            from app.features.reports.workbook import export_month

            count = export_month(
                services.reports, FOUNDER, options.xlsx, year, month, tell=_Meter(_("Writing"))
            )
            _say(
                ngettext("{n} row written to {file}.", "{n} rows written to {file}.", count).format(
                    n=count, file=options.xlsx
                )
            )
            return DONE
        if options.pdf is not None:
            from app.core.enums import PaperKind

            number = f"{year:04d}-{month:02d}"
            pdf = services.printing.pdf_without_booking(
                FOUNDER, PaperKind.MONTH_REPORT, number, None, _paper_language(options, services)
            )
            _write_file(options.pdf, pdf)
            return DONE
        if options.json:
            _print_json(services.reports.month_json(FOUNDER, year, month))
            return DONE
        look = services.reports.look(FOUNDER, year, month)
    from app.features.reports.text import report_lines

    for line in report_lines(look):
        print(line)
    return DONE


def _paper(options: argparse.Namespace) -> int:
    from app.core.enums import PaperKind, PaperSize
    from app.core.rights import FOUNDER

    if options.list:
        with _services(options, write=False) as services:
            entries = services.printing.list_papers()
        if options.json:
            _print_json(
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
        _say(
            _("Say which paper, its number and where to: xiuhu paper KIND NUMBER --out FILE.pdf, or --list.")
        )
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
    with _services(options, write=options.reprint) as services:
        if options.reprint:
            issued = services.printing.issue(_owner(services), kind, options.number, size)
            pdf = services.printing.pdf(issued, _paper_language(options, services))
        else:
            wanted = _paper_language(options, services)
            pdf = services.printing.pdf_without_booking(FOUNDER, kind, options.number, size, wanted)
    _write_file(options.out, pdf)
    return DONE


def _paper_language(options: argparse.Namespace, services: Services) -> Language:
    asked: Language | None = options.lang
    return asked or services.printing.language_without_window()


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise EnvironmentFault(Fault.FILE_NOT_WRITABLE, path=path, why=why) from None


def _find(options: argparse.Namespace) -> int:
    with _services(options, write=False) as services:
        hits = services.finder.find(options.text, limit=options.limit).hits[: options.limit]
    if options.json:
        _print_json(
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
        _say(ngettext("{n} result", "{n} results", len(hits)).format(n=len(hits)))
    return DONE


def _import(options: argparse.Namespace) -> int:
    from app.features.sheets.telling import plan_lines

    with _services(options, write=not options.dry_run) as services:
        sheets: Any = services.customers.sheets if options.kind == "customers" else services.stock.sheets
        plan = sheets.plan(options.file, _Meter(_("Reading")))
        for line in plan_lines(plan):
            print(line)
        if not plan.sound:
            _say(_("There are findings. Nothing was changed."))
            return REFUSED
        if not options.dry_run and not plan.empty:
            done = sheets.apply(_owner(services), plan, _Meter(_("Applying")))
            _say(_("Imported: {new} new, {changed} changed.").format(new=done.new, changed=done.changed))
    return DONE


def _export(options: argparse.Namespace) -> int:
    if (options.kind == "books") != (options.month is not None):
        _say(_("A month is given for books and for nothing else: xiuhu export books YYYY-MM FILE."))
        return WRONG_USE
    if options.kind == "books":
        return _export_books(options)
    if options.kind == "customers":
        return _export_customers(options)
    with _services(options, write=False) as services:
        count = services.stock.sheets.export(options.file, _Meter(_("Writing")))
    _say(
        ngettext("{n} part written to {file}.", "{n} parts written to {file}.", count).format(
            n=count, file=options.file
        )
    )
    return DONE


def _export_books(options: argparse.Namespace) -> int:
    from app.core.rights import FOUNDER
    from app.features.books.export import export_books

    with _services(options, write=False) as services:
        count = export_books(services.books, FOUNDER, options.month, options.file, _Meter(_("Writing")))
    _say(
        ngettext("{n} line written to {file}.", "{n} lines written to {file}.", count).format(
            n=count, file=options.file
        )
    )
    return DONE


def _export_customers(options: argparse.Namespace) -> int:
    # Opened to write: it is noted who took the list of customers.
    with _services(options, write=True) as services:
        count = services.customers.sheets.export(_owner(services), options.file, _Meter(_("Writing")))
    _say(
        ngettext("{n} customer written to {file}.", "{n} customers written to {file}.", count).format(
            n=count, file=options.file
        )
    )
    return DONE


def _sync(options: argparse.Namespace) -> int:
    from app.features.sync.telling import as_json, keep_pushing, push_all, round_lines

    if options.reconcile or options.statement:
        return _compare(options)
    with _services(options, write=True) as services:
        rounds = push_all(services.sync)
        if options.json:
            _print_json(as_json(rounds))
        for line in round_lines(rounds):
            _say(line)
        if not options.once and rounds:
            with suppress(KeyboardInterrupt):
                keep_pushing(services.sync, _say)
    return REFUSED if any(done.fault is not None for _link, done in rounds) else DONE


def _compare(options: argparse.Namespace) -> int:
    """Beside the head office's records: 0 where everything agrees, 1 where something differs or cannot be asked."""
    from app.features.sync.telling import comparison_json, reconcile_lines, statement_json, statement_lines

    told: list[dict[str, Any]] = []
    agrees = True
    with _services(options, write=True) as services:
        links = [each for each in services.sync.links() if each.active]
        for link in links:
            if options.reconcile:
                found = services.sync.reconcile(link.brand_id)
                agrees &= found.agrees
                told.append(comparison_json(found))
                for line in reconcile_lines(found):
                    _say(line)
            if options.statement:
                month = services.sync.statement(link.brand_id, options.statement)
                agrees &= month.agrees
                told.append(statement_json(link.brand, month))
                for line in statement_lines(link.brand, month):
                    _say(line)
    if not links:
        _say(_("No brand is connected."))
    if options.json:
        _print_json({"links": told})
    return DONE if agrees else REFUSED


def _backup(options: argparse.Namespace) -> int:
    from app.features.backups.telling import report_lines

    try:
        with _services(options, write=False) as services:
            report = _backed_up(options, services)
    except ShopError as error:
        if options.json:
            from app.core.sentences import exit_code, sentence

            _print_json({"fault": error.code.value, "text": sentence(error)})
            _say(sentence(error))
            return exit_code(error)
        raise
    if options.json:
        fault = report.second_fault
        _print_json(
            {
                "file": report.file,
                "number": report.number,
                "kind": report.kind.value,
                "made_at": report.made_at.isoformat(),
                "orders": report.orders,
                "size": report.size,
                "sha256": report.sha256,
                "findings": list(report.findings),
                "second": {
                    "file": report.second_file or None,
                    "fault": fault.code.value if fault is not None else None,
                },
            }
        )
    for line in report_lines(report):
        _say(line)
    return DONE


def _backed_up(options: argparse.Namespace, services: Services) -> Report:
    from app.core.enums import BackupKind

    backups = services.backups
    if options.kind != BackupKind.BY_HAND.value:
        from app.features.backups.worker import be_gentle

        be_gentle()
    if options.file is None:
        return backups.make(BackupKind(options.kind), tell=_Meter(_("Backup")))
    key: LockKey | None
    if options.password:
        from app.store.backup.locked import Lock, LockKey, clean_password

        typed = clean_password(_typed_password(_("Password for this backup: ")))
        if sys.stdin.isatty() and _typed_password(_("Once more: ")) != typed:
            raise Refusal(Reason.BACKUP_PASSWORD_WRONG)
        key = LockKey.of(Lock.new(), typed)
    else:
        key = backups.key()
    return backups.write_file(options.file, key, tell=_Meter(_("Backup")))


def _typed_password(question: str) -> str:
    """From the terminal without showing it, or a line of what is piped in."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(question, sys.stderr)
    return sys.stdin.readline().rstrip("\r\n")


def _restore(options: argparse.Namespace) -> int:
    from app.core.clock import SystemClock
    from app.features.backups.commands import restore_folder
    from app.features.backups.telling import backup_line, loss_lines

    def agree(prepared: Prepared) -> bool:
        for line in (backup_line(prepared.staged.manifest), *loss_lines(prepared.losses)):
            _say(line)
        if options.yes or not sys.stdin.isatty():
            return bool(options.yes)
        print(_("Type yes to restore: "), end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().casefold() in {"yes", "y", "是"}

    outcome = restore_folder(
        data_folder(options),
        options.file,
        SystemClock(),
        password=lambda: _typed_password(_("Password of the backup: ")),
        agree=agree,
        tell=_Meter(_("Unpacking")),
    )
    manifest, replaced = outcome.restored.manifest, outcome.restored.replaced
    if options.json:
        _print_json(
            {
                "number": manifest.number,
                "made_at": manifest.made_at.isoformat(),
                "orders": manifest.orders,
                "sha256": manifest.sha256,
                "replaced": str(replaced) if replaced is not None else None,
                "photos_missing": outcome.photos_missing,
            }
        )
    if outcome.photos_missing:
        n = outcome.photos_missing
        _say(ngettext("{n} photo could not be found.", "{n} photos could not be found.", n).format(n=n))
    if replaced is not None:
        _say(_("What was replaced is kept in {path}.").format(path=replaced.parent))
    _say(_("Restored. Nothing is sent to other shops until the owner confirms it under Backups."))
    return DONE


def _owner(services: Services) -> Ctx:
    """The command line belongs to whoever owns the computer: it acts in the owner's name."""
    from app.core.enums import Role
    from app.core.rights import Actor, Ctx

    owner = next(each for each in services.staff.tiles() if each.role is Role.OWNER)
    return Ctx.gesture(Actor(owner.id, owner.name, owner.role))


def _bench(options: argparse.Namespace) -> int:
    from app.bootstrap import run_bench

    figures = run_bench(options.orders, options.only, _say)
    if options.json:
        _print_json({"orders": options.orders, "figures": figures})
    else:
        for each in figures:
            floor = "" if each["floor_ms"] is None else f"  {each['floor_ms']:9.3f}  {each['ratio']:8.4f}"
            broken = "" if each["held"] else "   " + _("bound not kept")
            print(f"{each['name']:<24}{each['median_ms']:9.3f}  {each['p99_ms']:9.3f}{floor}{broken}")
    return DONE
