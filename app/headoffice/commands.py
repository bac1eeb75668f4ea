"""``xiuhu headoffice …``: for the brand's administrator. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from app.core import formats
from app.core.clock import SystemClock
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.money import Money
from app.core.os_words import os_words
from app.core.wire.answers import ClaimState, DecisionKind, Gap
from app.core.wire.events import PhotoOf
from app.core.wire.words import word
from app.core.words import _, ngettext
from app.headoffice import typed

if TYPE_CHECKING:
    from app.core.wire.card import Card

#: Where the database's address stands if it is not given: an address with a password does not belong in a command.
DATABASE = "XIUHU_HEADOFFICE_DATABASE"
_NEEDED = ("starlette", "uvicorn", "psycopg", "psycopg_pool")

Run = Callable[[argparse.Namespace], int]


def furnish(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Add the head office's own commands to ``xiuhu headoffice``; returns them."""
    made: list[argparse.ArgumentParser] = []
    parser.add_argument("--demo", action="store_true", help=_("a sandbox: own database, brand and shop"))
    parser.add_argument("--port", type=typed.port, default=8443, metavar="PORT", help=_("where it answers"))
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help=_("address it listens on"))
    parser.set_defaults(run=_demo)
    commands = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"), parser_class=type(parser))

    def command(name: str, told: str, run: Run) -> argparse.ArgumentParser:
        new = commands.add_parser(name, help=told)
        new.set_defaults(run=run)
        new.add_argument("--database", metavar="ADDRESS", help=_("PostgreSQL: a libpq address"))
        made.append(new)
        return new

    init = command("init", _("make the head office in an empty database, or bring it up to date"), _init)
    init.add_argument("--brand", required=True, metavar="CODE", help=_("the brand's code"))
    init.add_argument("--name", metavar="NAME", help=_("the brand's name as on its devices"))
    init.add_argument("--full-customer", action="store_true", help=_("agreements ask for name and phone"))
    init.add_argument("--purchase-date", action="store_true", help=_("claims need the date of purchase"))
    init.add_argument("--photos", type=typed.photos, default=(), metavar="A,B", help=", ".join(PhotoOf))

    serving = command("serve", _("answer shops until stopped"), _serve)
    serving.add_argument("--host", default="0.0.0.0", metavar="HOST", help=_("address it listens on"))
    serving.add_argument("--port", type=typed.port, default=8443, metavar="PORT", help=_("where it answers"))
    serving.add_argument("--cert", type=Path, metavar="FILE", help=_("certificate with its chain, PEM"))
    serving.add_argument("--key", type=Path, metavar="FILE", help=_("the certificate's key, PEM"))
    serving.add_argument(
        "--behind-balancer", action="store_true", help=_("plain HTTP: the balancer has the certificate")
    )
    serving.add_argument("--pooler", action="store_true", help=_("the database is reached through PgBouncer"))
    serving.add_argument("--connections", type=typed.count, default=8, metavar="N", help=_("to the database"))

    add = command("add-shop", _("let a shop in and print its connection card"), _add_shop)
    add.add_argument("shop", metavar="CODE")
    add.add_argument("name", metavar="NAME")
    _keyed(add)

    rotate = command("rotate-key", _("give a shop a new key; the old one stays good for a while"), _rotate)
    rotate.add_argument("shop", metavar="CODE")
    rotate.add_argument("--overlap-days", type=typed.days, default=30, metavar="N", help=_("0: at once"))
    _keyed(rotate)

    close = command("close-shop", _("turn a shop away from now on"), _close_shop)
    close.add_argument("shop", metavar="CODE")
    close.add_argument("--reopen", action="store_true", help=_("let it in again"))

    command("password", _("a new password for the page and the metrics"), _password)

    listing = command("claims", _("claims that wait, the oldest first"), _claims)
    listing.add_argument(
        "--state", type=typed.state, action="append", metavar="STATE", help=", ".join(ClaimState)
    )
    listing.add_argument("--limit", type=typed.count, default=100, metavar="N", help=_("at most N results"))
    listing.add_argument("--json", action="store_true", help=_("print JSON on stdout and nothing else there"))

    deciding = command("decide", _("accept, refuse or return a claim, or press for it"), _decide)
    deciding.add_argument("claim", metavar="CLAIM")
    deciding.add_argument("verdict", choices=("accepted", "refused", "returned", "urged"))
    deciding.add_argument("--shop", metavar="CODE", help=_("if several shops have the number"))
    deciding.add_argument(
        "--amount", type=typed.money, metavar="YUAN", help=_("accepted, if not what was claimed")
    )
    deciding.add_argument("--reason", default="", metavar="CODE", help=_("the brand's own code"))
    deciding.add_argument("--text", default="", metavar="TEXT", help=_("what the shop reads"))
    deciding.add_argument("--missing", type=typed.gaps, default=(), metavar="A,B", help=", ".join(Gap))

    settling = command("settle", _("make the month's statement of every shop"), _settle)
    settling.add_argument("month", type=typed.month, metavar="YYYY-MM")
    settling.add_argument("--shop", metavar="CODE", help=_("this shop only"))
    settling.add_argument(
        "--deduct",
        type=typed.deduction,
        action="append",
        default=[],
        metavar="REASON=YUAN",
        help=_("taken off"),
    )

    check = command("check", _("check that the records agree"), _check)
    check.add_argument("--json", action="store_true", help=_("print JSON on stdout and nothing else there"))
    return made


def _keyed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", metavar="URL", help=_("where shops reach the head office"))
    parser.add_argument("--ca", type=Path, metavar="FILE", help=_("own authority to pin, PEM"))
    parser.add_argument(
        "--public-key", metavar="BASE64", help=_("the shop made its key itself; no card is printed")
    )


# -- the commands --------------------------------------------------------------------------------------------


def _demo(options: argparse.Namespace) -> int:
    if not options.demo:
        raise Refusal(Reason.FIELD_REQUIRED, field=_("COMMAND"))
    _need_packages()
    from app.headoffice.sandbox import run, sandbox
    from app.headoffice.serve import listen

    clock = SystemClock()
    signal.signal(signal.SIGTERM, _stop)
    # First of all: who took a port that is in use hears it now, not after the database was made.
    with listen(options.host, options.port) as listener:
        port = listener.getsockname()[1]
        with sandbox("demo", _("Sample brand"), options.host, port, clock) as made:
            run(made, options.host, listener, clock, _print)
    return 0


def _init(options: argparse.Namespace) -> int:
    from app.headoffice import admin

    wishes = admin.Wishes(options.full_customer, options.photos, options.purchase_date)
    with _records(options) as link:
        steps = admin.set_up(link, options.brand, options.name or options.brand, wishes)
    _say(
        ngettext("Head office ready; {n} step made.", "Head office ready; {n} steps made.", steps).format(
            n=steps
        )
    )
    return 0


def _serve(options: argparse.Namespace) -> int:
    _need_packages()
    if not options.behind_balancer and (options.cert is None or options.key is None):
        raise Refusal(Reason.FIELD_REQUIRED, field="--cert, --key")
    from app.headoffice.serve import Place, serve
    from app.headoffice.site import Setting

    setting = Setting(_database(options), connections=options.connections, pooler=options.pooler)
    secure = not options.behind_balancer
    place = Place(
        options.host,
        options.port,
        options.cert if secure else None,
        options.key if secure else None,
    )
    serve(setting, place, lambda port: _say(_("Answering on port {port}.").format(port=port)))
    return 0


def _add_shop(options: argparse.Namespace) -> int:
    from app.headoffice import admin

    def let_in(link: Any, public: bytes) -> str:
        return admin.add_shop(link, options.shop, options.name, public)

    return _with_new_key(options, let_in)


def _rotate(options: argparse.Namespace) -> int:
    from datetime import timedelta

    from app.headoffice import admin

    retires_at = SystemClock().now() + timedelta(days=options.overlap_days)

    def change(link: Any, public: bytes) -> str:
        return admin.rotate_key(link, options.shop, public, retires_at)

    return _with_new_key(options, change)


def _with_new_key(options: argparse.Namespace, book: Callable[[Any, bytes], str]) -> int:
    """Book a key the shop made, or make one and print the card that holds it."""
    from app.headoffice import admin

    if options.public_key is None and options.url is None:
        raise Refusal(Reason.FIELD_REQUIRED, field="--url")
    authority = _authority(options.ca)
    card: Card | None = None
    with _records(options) as link:
        if options.public_key is not None:
            key_id = book(link, admin.public_key_of(options.public_key))
        else:
            secret, public = admin.new_key()
            key_id = book(link, public)
            card = admin.card(
                link, options.shop, key_id=key_id, secret=secret, url=options.url, authority=authority
            )
    _say(_("Key {key} of shop {shop}.").format(key=key_id, shop=options.shop))
    if card is not None:
        from app.core.wire.card import card_to_text

        _say(
            _(
                "The connection card below holds the shop's key. It is shown once: hand it over like a password."
            )
        )
        _print(card_to_text(card))
    return 0


def _authority(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        why = os_words(error) if isinstance(error, OSError) else type(error).__name__
        raise EnvironmentFault(Fault.CERTIFICATE_UNUSABLE, path=file, why=why) from None


def _close_shop(options: argparse.Namespace) -> int:
    from app.headoffice import admin

    with _records(options) as link:
        admin.open_shop(link, options.shop, is_open=options.reopen)
    return 0


def _password(options: argparse.Namespace) -> int:
    from app.headoffice import admin

    with _records(options) as link:
        password = admin.new_reader_password(link)
    _say(_("Password for the page and the metrics, with any name. It is shown once:"))
    _print(password)
    return 0


def _claims(options: argparse.Namespace) -> int:
    from app.headoffice import admin

    states = options.state or [ClaimState.RECEIVED]
    with _records(options) as link:
        found = admin.claims(link, states, options.limit)
    if options.json:
        lines = [
            {
                "shop": each.shop,
                "claim": each.claim,
                "version": each.version,
                "state": each.state.value,
                "model": each.model,
                "fault_code": each.fault_code,
                "claimed_fen": each.claimed_fen,
                "received_at": each.received_at.isoformat(),
            }
            for each in found
        ]
        _print(json.dumps({"claims": lines}, ensure_ascii=False))
        return 0
    for each in found:
        amount = formats.money(Money(each.claimed_fen))
        moment = formats.moment(each.received_at)
        cells = (moment, each.shop, f"{each.claim} v{each.version}", word(each.state))
        _print("  ".join((*cells, each.model, each.fault_code, amount)))
    return 0


def _decide(options: argparse.Namespace) -> int:
    from app.headoffice.deciding import Verdict, decide

    kind = DecisionKind(options.verdict)
    if kind is not DecisionKind.ACCEPTED and not (options.text or options.reason or options.missing):
        raise Refusal(Reason.FIELD_REQUIRED, field="--text")
    verdict = Verdict(kind, options.amount, options.reason, options.text, options.missing)
    with _records(options) as link:
        seq = decide(link, options.claim, verdict, options.shop)
    _say(_("{decision}: {claim}, decision {n}").format(decision=word(kind), claim=options.claim, n=seq))
    return 0


def _settle(options: argparse.Namespace) -> int:
    from app.headoffice.deciding import settle

    if options.deduct and not options.shop:
        raise Refusal(Reason.FIELD_REQUIRED, field="--shop")
    with _records(options) as link:
        for each in settle(link, options.month, shop=options.shop, deductions=options.deduct):
            claims = ngettext("{n} claim", "{n} claims", each.claims).format(n=each.claims)
            _print("  ".join((each.shop, each.number, claims, formats.money(Money(each.total_fen)))))
    return 0


def _check(options: argparse.Namespace) -> int:
    from app.headoffice import admin

    with _records(options) as link:
        found = admin.check(link)
    sound = not any(each.wrong for each in found)
    if options.json:
        checks = [{"name": each.name, "ok": not each.wrong, "wrong": each.wrong} for each in found]
        _print(json.dumps({"sound": sound, "checks": checks}))
    else:
        for each in found:
            _print(f"{'ok ' if not each.wrong else each.wrong}  {each.name}")
    return 0 if sound else 1


# -- the rest ------------------------------------------------------------------------------------------------


def _records(options: argparse.Namespace) -> Any:
    _need_packages()
    from app.headoffice.records import connected

    return connected(_database(options))


def _database(options: argparse.Namespace) -> str:
    address = options.database or os.environ.get(DATABASE, "")
    if not address:
        raise Refusal(Reason.FIELD_REQUIRED, field=f"--database, {DATABASE}")
    return str(address)


def _need_packages() -> None:
    for name in _NEEDED:
        if importlib.util.find_spec(name) is None:
            raise EnvironmentFault(Fault.OFFICE_NOT_INSTALLED, name=name)


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print(text: str) -> None:
    print(text, flush=True)
