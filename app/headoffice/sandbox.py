"""A head office to try things on: its own PostgreSQL, certificate, brand and shop, gone when it is stopped.

It also plays the brand's clerk: what a shop sends is decided after a moment, every fifth claim refused and every
seventh sent back, so that all of it can be seen at the shop.
"""

from __future__ import annotations

import logging
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import ShopError
from app.core.wire.answers import ClaimState, DecisionKind, Gap
from app.core.wire.card import Card, card_to_text
from app.core.words import _
from app.headoffice import admin
from app.headoffice.certificates import Identity, make_identity
from app.headoffice.cluster import cluster
from app.headoffice.deciding import Verdict, decide
from app.headoffice.records import connected
from app.headoffice.serve import Place, serve
from app.headoffice.site import Setting

log = logging.getLogger(__name__)

SHOP = "demo-shop"
_DECIDE_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What a set-up screen needs, and what a person looks at."""

    card: Card
    database: str
    password: str
    identity: Identity


@contextmanager
def sandbox(brand: str, name: str, host: str, port: int, clock: Clock) -> Iterator[Sandbox]:
    """Make everything in a temporary folder; nothing of it is left afterwards. Raises ``EnvironmentFault``."""
    folder = Path(tempfile.mkdtemp(prefix="xiuhu-headoffice-"))
    try:
        names = list(dict.fromkeys(("localhost", "127.0.0.1", host)))
        identity = make_identity(folder, names, now=clock.now())
        records = folder / "records"
        records.mkdir()
        folder.chmod(0o711)  # PostgreSQL's user passes through to its own folder
        with cluster(records) as database:
            with connected(database) as link:
                admin.set_up(link, brand, name, admin.Wishes())
                password = admin.new_reader_password(link)
                secret, public = admin.new_key()
                key_id = admin.add_shop(link, SHOP, _("Sample shop"), public)
                authority = identity.authority.read_text(encoding="ascii")
                url = f"https://{'localhost' if host == '127.0.0.1' else host}:{port}"
                card = admin.card(link, SHOP, key_id=key_id, secret=secret, url=url, authority=authority)
            yield Sandbox(card, database, password, identity)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(made: Sandbox, host: str, listener: socket.socket, clock: Clock, tell: Callable[[str], None]) -> None:
    """Serve a sandbox until it is stopped, and decide what comes in. ``tell`` gets what to type where."""
    stop = threading.Event()
    clerk = threading.Thread(target=_play_clerk, args=(made.database, stop), name="clerk", daemon=True)

    def ready(_port: int) -> None:
        for line in instructions(made):
            tell(line)
        clerk.start()

    place = Place(host, listener.getsockname()[1], made.identity.certificate, made.identity.key)
    try:
        serve(Setting(made.database, clock=clock), place, ready, listener)
    finally:
        stop.set()
        if clerk.is_alive():
            clerk.join(timeout=10)


def instructions(made: Sandbox) -> tuple[str, ...]:
    """What a person reads who started the sandbox."""
    return (
        _("The sandbox head office of {brand} answers at {url}.").format(
            brand=made.card.brand_name, url=made.card.url
        ),
        "",
        _("At the shop: Claims (Shift+F8), Head office, Ctrl+N: paste this connection card:"),
        card_to_text(made.card),
        "",
        _("In a browser: {url} with any name and the password {password}").format(
            url=made.card.url, password=made.password
        ),
        _("Claims are decided after a few seconds; every fifth is refused, every seventh sent back."),
        _("Ctrl+C ends it; nothing is kept."),
    )


def _play_clerk(database: str, stop: threading.Event) -> None:
    seen = 0
    while not stop.wait(_DECIDE_EVERY_S):
        try:
            with connected(database) as link:
                for claim in admin.claims(link, (ClaimState.RECEIVED,), 200):
                    seen += 1
                    decide(link, claim.claim, _verdict(seen), claim.shop)
        except ShopError as error:
            log.warning("the clerk rests: %s", error)


def _verdict(number: int) -> Verdict:
    if number % 7 == 0:
        return Verdict(
            DecisionKind.RETURNED, missing=(Gap.OTHER,), text=_("Please say more about the fault.")
        )
    if number % 5 == 0:
        return Verdict(DecisionKind.REFUSED, text=_("Refused by the sandbox."))
    return Verdict(DecisionKind.ACCEPTED)
