"""Keeping the shop: ``backup`` and ``restore``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.arguments import Parser, common, json_flag
from app.commands.terminal import DONE, Meter, data_folder, print_json, say, services_of
from app.core.errors import Reason, Refusal, ShopError
from app.core.words import _, ngettext

if TYPE_CHECKING:
    from app.features.backups.exchange import Prepared
    from app.features.backups.snapshots import Report
    from app.services import Services
    from app.store.backup.locked import LockKey

#: Why a backup is made; the window says so when it has one made.
_BACKUP_KINDS = ("hourly", "day_close", "by_hand")


def _furnish_backup(parser: Parser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help=_("one file to carry away, photos inside")
    )
    parser.add_argument("--password", action="store_true", help=_("ask for a password to lock FILE with"))
    parser.add_argument("--kind", choices=_BACKUP_KINDS, default="by_hand", help=argparse.SUPPRESS)
    json_flag(parser)
    parser.set_defaults(run=_backup)
    common(parser)


def _backup(options: argparse.Namespace) -> int:
    from app.features.backups.telling import report_lines

    try:
        with services_of(options, write=False) as services:
            report = _backed_up(options, services)
    except ShopError as error:
        if options.json:
            from app.core.sentences import exit_code, sentence

            print_json({"fault": error.code.value, "text": sentence(error)})
            say(sentence(error))
            return exit_code(error)
        raise
    if options.json:
        fault = report.second_fault
        print_json(
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
        say(line)
    return DONE


def _backed_up(options: argparse.Namespace, services: Services) -> Report:
    from app.core.enums import BackupKind

    backups = services.backups
    if options.kind != BackupKind.BY_HAND.value:
        from app.features.backups.worker import be_gentle

        be_gentle()
    if options.file is None:
        return backups.make(BackupKind(options.kind), tell=Meter(_("Backup")))
    key: LockKey | None
    if options.password:
        from app.store.backup.locked import Lock, LockKey, clean_password

        typed = clean_password(_typed_password(_("Password for this backup: ")))
        if sys.stdin.isatty() and _typed_password(_("Once more: ")) != typed:
            raise Refusal(Reason.BACKUP_PASSWORD_WRONG)
        key = LockKey.of(Lock.new(), typed)
    else:
        key = backups.key()
    return backups.write_file(options.file, key, tell=Meter(_("Backup")))


def _furnish_restore(parser: Parser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=_("the backup (.xiuhu)"))
    parser.add_argument("--yes", action="store_true", help=_("do it without asking"))
    json_flag(parser)
    parser.set_defaults(run=_restore)
    common(parser)


def _restore(options: argparse.Namespace) -> int:
    from app.core.clock import SystemClock
    from app.features.backups.commands import restore_folder
    from app.features.backups.telling import backup_line, loss_lines

    def agree(prepared: Prepared) -> bool:
        for line in (backup_line(prepared.staged.manifest), *loss_lines(prepared.losses)):
            say(line)
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
        tell=Meter(_("Unpacking")),
    )
    manifest, replaced = outcome.restored.manifest, outcome.restored.replaced
    if options.json:
        print_json(
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
        say(ngettext("{n} photo could not be found.", "{n} photos could not be found.", n).format(n=n))
    if replaced is not None:
        say(_("What was replaced is kept in {path}.").format(path=replaced.parent))
    say(_("Restored."))
    return DONE


def _typed_password(question: str) -> str:
    """From the terminal without showing it, or a line of what is piped in."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(question, sys.stderr)
    return sys.stdin.readline().rstrip("\r\n")


COMMANDS = {"backup": _furnish_backup, "restore": _furnish_restore}
