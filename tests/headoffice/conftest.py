"""A real PostgreSQL of our own, and a head office answering on a real HTTPS socket."""

from __future__ import annotations

import shutil
import ssl
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest

from app.core.wire.card import Card
from app.headoffice import admin
from app.headoffice.certificates import Identity, make_identity
from app.headoffice.cluster import cluster, commands
from app.headoffice.records import Connection, connected
from app.headoffice.serve import Place, serving
from app.headoffice.site import Setting
from tests.headoffice.kit import BRAND, BRAND_NAME, ShopSide

_names = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a cluster that is ours alone; ``fsync`` is on."""
    if commands() is None:
        pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
    # Not below pytest's folder: PostgreSQL's user may not enter it.
    folder = Path(tempfile.mkdtemp(prefix="xiuhu-postgres-"))
    try:
        with cluster(folder) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_database(postgres: str) -> Callable[[], str]:
    """Makes an empty database and gives its address."""

    def make() -> str:
        name = f"office{next(_names)}"
        with psycopg.connect(postgres, autocommit=True) as link:
            link.execute(f"CREATE DATABASE {name}".encode())
        return f"{postgres.rpartition('dbname=')[0]}dbname={name}"

    return make


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """Certificates of localhost."""
    folder = tmp_path_factory.mktemp("certificates")
    return make_identity(folder, ("localhost", "127.0.0.1"), now=datetime.now(UTC))


@dataclass(slots=True)
class Office:
    """A head office that answers."""

    database: str
    url: str
    authority: str
    _shops: list[ShopSide] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=lambda: count(1))

    def shop(self, code: str = "") -> ShopSide:
        """A shop that was let in just now."""
        named = code or f"S{next(self._number):03d}"
        with self.records() as link:
            secret, public = admin.new_key()
            key_id = admin.add_shop(link, named, "小王家电维修", public)
            return self.side(admin.card(link, named, key_id=key_id, secret=secret, url=self.url))

    def side(self, card: Card) -> ShopSide:
        """The shop that holds a card."""
        made = ShopSide(card, verify=self.trust())
        self._shops.append(made)
        return made

    def trust(self) -> ssl.SSLContext:
        """Trusts the office's own authority and nobody else."""
        return ssl.create_default_context(cadata=self.authority)

    def records(self) -> Iterator[Connection]:
        """The records, for the brand's clerk."""
        return connected(self.database)  # type: ignore[return-value]

    def close(self) -> None:
        for each in self._shops:
            each.http.close()


@pytest.fixture(scope="module")
def office(new_database: Callable[[], str], identity: Identity) -> Iterator[Office]:
    """One for the tests of a module; each test lets its own shops in."""
    database = new_database()
    with connected(database) as link:
        admin.set_up(link, BRAND, BRAND_NAME, admin.Wishes())
    setting = Setting(database, calls_per_second=1000, calls_at_once=10_000)
    place = Place("127.0.0.1", 0, identity.certificate, identity.key)
    with serving(setting, place) as port:
        authority = identity.authority.read_text(encoding="ascii")
        made = Office(database, f"https://localhost:{port}", authority)
        yield made
        made.close()


@pytest.fixture
def shop(office: Office) -> ShopSide:
    """A shop of its own for every test."""
    return office.shop()
