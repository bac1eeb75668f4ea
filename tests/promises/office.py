"""A head office in memory and a network that loses, doubles, delays and breaks: for thousands of schedules of the push.

The office keeps the contract's rule (``core.wire``): an event id is booked once, the same id with another body is a
conflict, decisions are numbered and may be fetched again and again. The real receiver is tested over HTTPS with
PostgreSQL in ``tests/headoffice`` and ``tests/features/sync``.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.core.brand_codes import LinkFault
from app.core.wire.answers import Decision, DecisionKind, Decisions, Receipt, Receipts, Refused, Result
from app.core.wire.form import fingerprint
from app.features.sync.client import LinkFailure

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


class ShopKilled(BaseException):
    """The shop's program ends here, whatever it was doing."""


@dataclass(slots=True)
class MemoryOffice:
    """What arrived and what was decided. ``unique=False`` is the planted bug: ids are not looked at."""

    unique: bool = True
    known: dict[str, tuple[bytes, Result]] = field(default_factory=dict)
    #: Submissions as they were booked: (claim, version), in the order of their coming.
    booked: list[tuple[str, int]] = field(default_factory=list)
    conflicts: int = 0
    decided: list[Decision] = field(default_factory=list)

    def take(self, batch: bytes) -> Receipts:
        """Book a batch, all of it or nothing."""
        return Receipts(tuple(self._one(each) for each in json.loads(batch)))

    def decide(self, claim: str, version: int, kind: DecisionKind) -> None:
        number = len(self.decided) + 1
        amount = 5000 if kind is DecisionKind.ACCEPTED else None
        self.decided.append(
            Decision(
                seq=number,
                id=f"D{number}",
                kind=kind,
                decided_at=NOON,
                claim=claim,
                version=version,
                amount_fen=amount,
                reason="" if amount else "incomplete",
            )
        )

    def after(self, since: int, page: int) -> Decisions:
        found = tuple(self.decided[since : since + page])
        return Decisions(found, since + len(found), since + len(found) < len(self.decided))

    def _one(self, event: dict[str, Any]) -> Receipt:
        digest = fingerprint(event["data"])
        before = self.known.get(event["id"])
        if before is not None and self.unique:
            if before[0] != digest:
                self.conflicts += 1
                return Receipt(event["id"], Result.CONFLICT, reason=Refused.OTHER_CONTENT)
            return Receipt(event["id"], Result.DUPLICATE, first=before[1])
        self.known[event["id"]] = (digest, Result.ACCEPTED)
        self.booked.append((event.get("subject", ""), event["data"].get("version", 0)))
        return Receipt(event["id"], Result.ACCEPTED)


class Network:
    """Between one shop and one office. Every call may be lost, broken, doubled or come late."""

    def __init__(self, office: MemoryOffice, dice: random.Random, *, bad: float) -> None:
        self.office = office
        self.dice = dice
        self.bad = bad
        self._late: list[bytes] = []

    def connect(self, _address: object, _now: Callable[[], datetime]) -> Line:
        """As ``HeadOffice``."""
        return Line(self)

    def calm(self) -> None:
        """From here on everything arrives, also what was on its way all the time."""
        self.bad = 0.0
        for batch in self._late:
            self.office.take(batch)
        self._late.clear()

    def send(self, batch: bytes) -> Receipts:
        if self._late and self.dice.random() < 0.5:
            # What was held back arrives after what was sent later.
            self.office.take(self._late.pop())
        if self.dice.random() >= self.bad:
            return self.office.take(batch)
        fate = self.dice.randrange(6)
        if fate == 0:
            raise LinkFailure(LinkFault.TIMEOUT)  # never arrived
        if fate == 1:
            self.office.take(batch)
            raise LinkFailure(LinkFault.TIMEOUT)  # the reply was lost
        if fate == 2:
            self.office.take(batch)
            return self.office.take(batch)  # doubled on its way
        if fate == 3:
            self._late.append(batch)
            raise LinkFailure(LinkFault.BROKEN)
        if fate == 4:
            raise LinkFailure(LinkFault.BUSY, "503", self.dice.choice((None, 1, 3600)))
        self.office.take(batch)
        raise ShopKilled

    def ask(self, since: int) -> Decisions:
        if self.dice.random() < self.bad:
            if self.dice.random() < 0.3:
                raise ShopKilled
            raise LinkFailure(LinkFault.BROKEN)
        # Sometimes from before what is known: a page fetched again.
        back = self.dice.randrange(3) if self.bad else 0
        page = self.office.after(max(since - back, 0), self.dice.choice((1, 2, 500)))
        return page if page.next > since else self.office.after(since, 500)


class Line:
    """One connection; what ``HeadOffice`` offers to the push."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def push(self, batch: bytes) -> Receipts:
        return self._network.send(batch)

    def decisions(self, since: int) -> Decisions:
        return self._network.ask(since)

    def bring_photo(self, _digest: str, _picture: bytes) -> None:
        return None


def event_ids(office: MemoryOffice) -> set[UUID]:
    """The ids that the office booked."""
    return {UUID(each) for each in office.known}
