"""A shop as the head office sees it: claims to send, a sealed client over real HTTPS, and the brand's clerk."""

from __future__ import annotations

import base64
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.ids import uuid7
from app.core.wire import envelope, seal
from app.core.wire.answers import (
    Decision,
    Decisions,
    Problem,
    Receipt,
    Receipts,
    Standing,
    Standings,
    Statement,
    Trouble,
)
from app.core.wire.card import Card
from app.core.wire.checks import masked
from app.core.wire.envelope import BATCH_TYPE, Event, batch_to_bytes
from app.core.wire.events import (
    Amounts,
    ClaimPart,
    ClaimSubmitted,
    CoverKind,
    CoverShown,
    Device,
    EventBody,
    Labour,
    OldPart,
    OldPartStand,
    Signature,
    Supply,
    Visit,
    VisitKind,
)
from app.core.wire.form import read
from app.headoffice.certificates import Identity

ROOT = Path(__file__).resolve().parents[2]
BRAND, BRAND_NAME = "gree", "格力"
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
_numbers = count(1)


def claim(number: str | None = None, version: int = 1, **changes: Any) -> ClaimSubmitted:
    """A complete claim of 33.00 yuan; the keywords replace its fields."""
    made = ClaimSubmitted(
        claim=number or f"C{next(_numbers):06d}",
        version=version,
        order="260000000015",
        device=Device("air", BRAND_NAME, "KFR-35GW", "4A1234567890", True, "4A9876543210"),
        cover=CoverShown(CoverKind.MAKER),
        customer=masked("王小明", "13800138000"),
        visit=Visit(VisitKind.ON_SITE, NOON, 1, "town", NOON, NOON, NOON),
        labour=Labour(45, "L02", "T8"),
        signature=Signature(True, "ab" * 32),
        amounts=Amounts(1000, 2000, 300, 0, 3300),
        fault_code="E6",
        cause_code="C3",
        fix_code="X1",
        parts=(part(),),
    )
    return replace(made, **changes)


def part(stand: OldPartStand = OldPartStand.ON_SHELF, label: str = "") -> ClaimPart:
    """A capacitor of 3.00 yuan."""
    shown = label or f"OP{next(_numbers):06d}"
    return ClaimPart("P-100", "电容 35μF", 1000, 300, Supply.OWN, OldPart(stand, shown))


@dataclass(slots=True)
class TurnedAway(Exception):
    """The whole call was turned away."""

    trouble: Trouble
    headers: Any

    @property
    def code(self) -> Problem:
        """Why."""
        return self.trouble.code


class ShopSide:
    """What a shop's program does, in its shortest form."""

    def __init__(self, card: Card, *, verify: ssl.SSLContext | None = None) -> None:
        self.card = card
        self.key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(card.secret))
        self._verify = verify or ssl.create_default_context(cadata=card.ca)
        self.http = httpx2.Client(base_url=card.url, verify=self._verify, timeout=30, trust_env=False)
        self._sequence = count(1)

    def event(self, body: EventBody, event_id: UUID | None = None, **changes: Any) -> Event:
        """An event about ``body``."""
        made = Event(event_id or uuid7(), self.card.shop, self.card.brand, next(self._sequence), NOON, body)
        return replace(made, **changes)

    def headers(
        self, method: str, path: str, query: str = "", body: bytes = b"", **changes: Any
    ) -> dict[str, str]:
        """The seal of a call made now; keywords change what is sealed."""
        fields: dict[str, Any] = {
            "key_id": self.card.key_id,
            "shop": self.card.shop,
            "method": method,
            "path": path,
            "query": query,
            "body": body,
            "now": datetime.now(UTC),
        }
        return seal.sealed(self.key.sign, **(fields | changes))

    def call(
        self, method: str, path: str, query: str = "", body: bytes = b"", media: str = "", **changes: Any
    ) -> Any:
        """A sealed call; its JSON, or ``TurnedAway``."""
        headers = self.headers(method, path, query, body, **changes)
        if media:
            headers["Content-Type"] = media
        url = f"{path}?{query}" if query else path
        return answer(self.http.request(method, url, content=body, headers=headers))

    def post(self, body: bytes, **changes: Any) -> tuple[Receipt, ...]:
        """Bytes as a batch."""
        return read(Receipts, self.call("POST", envelope.EVENTS, "", body, BATCH_TYPE, **changes)).receipts

    def send(self, *bodies: EventBody | Event) -> tuple[Receipt, ...]:
        """A batch of events."""
        events = [each if isinstance(each, Event) else self.event(each) for each in bodies]
        return self.post(batch_to_bytes(events))

    def one(self, body: EventBody | Event) -> Receipt:
        """One event."""
        (receipt,) = self.send(body)
        return receipt

    def decisions(self, since: int = 0, limit: int = 500) -> tuple[Decision, ...]:
        """All decisions after a number, page by page."""
        found: list[Decision] = []
        while True:
            page = read(Decisions, self.call("GET", envelope.DECISIONS, f"since={since}&limit={limit}"))
            found += page.decisions
            since = page.next
            if not page.more:
                return tuple(found)

    def standings(self, limit: int = 500) -> dict[str, Standing]:
        """All claims as head office has them."""
        found: dict[str, Standing] = {}
        after = ""
        while True:
            page = read(Standings, self.call("GET", envelope.CLAIMS, f"after={after}&limit={limit}"))
            found |= {each.claim: each for each in page.claims}
            after = page.next
            if not page.more:
                return found

    def statement(self, number: str) -> Statement:
        """A month's statement."""
        return read(Statement, self.call("GET", f"{envelope.STATEMENTS}/{number}"))

    def bring(self, picture: bytes, digest: str) -> None:
        """A photo."""
        self.call("PUT", f"{envelope.PHOTOS}/{digest}", "", picture, "image/jpeg")


def answer(response: httpx2.Response) -> Any:
    """The JSON of an answer; raises ``TurnedAway``."""
    if response.status_code >= 400:
        assert response.headers["content-type"] == envelope.PROBLEM_TYPE
        trouble = read(Trouble, response.json())
        assert trouble.status == response.status_code
        raise TurnedAway(trouble, response.headers)
    return response.json() if response.content else None


@contextmanager
def turned_away(code: Problem) -> Iterator[None]:
    """The call inside is turned away for this reason."""
    with pytest.raises(TurnedAway) as caught:
        yield
    assert caught.value.code is code, caught.value.trouble


@contextmanager
def instance(database: str, identity: Identity, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """``xiuhu headoffice serve`` in a process of its own; killed at the end."""
    command = [sys.executable, "-m", "app", "headoffice", "serve", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--cert", str(identity.certificate), "--key", str(identity.key)]
    environment = os.environ | {"XIUHU_HEADOFFICE_DATABASE": database, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        assert b"%d" % port in process.stderr.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


def rows(database: str, question: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the head office's records say."""
    with psycopg.connect(database) as link:
        return link.execute(question.encode(), values).fetchall()


def raw_batch(values: Iterable[Any]) -> bytes:
    """JSON that nobody checked."""
    return json.dumps(list(values)).encode()
