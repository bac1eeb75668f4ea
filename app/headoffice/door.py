"""Who may come in: a call's size, type, seal, stamp, key and pace are looked at before anything else is done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.requests import ClientDisconnect, Request

from app.core.clock import Clock
from app.core.wire import seal as seals
from app.core.wire.answers import Problem
from app.core.wire.seal import NoSeal, Seal
from app.headoffice.booking import AsyncLink, Sender

#: A body that takes longer than this to arrive is given up, in seconds.
SLOWEST_BODY_S = 30.0


class TurnedAway(Exception):
    """The call is not served; becomes an ``application/problem+json`` answer."""

    def __init__(self, problem: Problem, detail: str = "", *, retry_s: int | None = None) -> None:
        super().__init__(problem.value, detail)
        self.problem = problem
        self.detail = detail
        self.retry_s = retry_s


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose seal is true."""

    sender: Sender
    seal: Seal
    body: bytes
    key_retires_at: datetime | None


@dataclass(slots=True)
class Pace:
    """A bucket per shop: so many calls at once, so many a second after that. Each instance counts for itself."""

    per_second: float
    burst: float
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait_s(self, shop: str, now: float) -> float:
        """Take one call out of the shop's bucket; 0, or seconds until one will be in it. ``now``: monotonic."""
        left, last = self._left.get(shop, (self.burst, now))
        left = min(self.burst, left + (now - last) * self.per_second)
        if left < 1:
            self._left[shop] = (left, now)
            return (1 - left) / self.per_second
        self._left[shop] = (left - 1, now)
        return 0.0


async def body_of(request: Request, most: int) -> bytes:
    """The body, never more of it than ``most`` bytes. Raises ``TurnedAway``."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise TurnedAway(Problem.BAD_MEDIA_TYPE, "content-encoding")
    announced = request.headers.get("content-length", "0")
    if announced.isascii() and announced.isdigit() and int(announced[:12]) > most:
        raise TurnedAway(Problem.TOO_LARGE, str(most))
    try:
        async with asyncio.timeout(SLOWEST_BODY_S):
            return await _read(request, most)
    except TimeoutError:
        raise TurnedAway(Problem.TOO_SLOW, retry_s=60) from None
    except ClientDisconnect:
        raise TurnedAway(Problem.TOO_SLOW) from None


async def _read(request: Request, most: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:  # whatever the header said
            raise TurnedAway(Problem.TOO_LARGE, str(most))
        pieces.append(piece)
    return b"".join(pieces)


def seal_of(request: Request, now: datetime) -> Seal:
    """The seal, its stamp looked at: a call too old or too new is not worth a question to the records."""
    try:
        seal = seals.seal_in(request.headers)
    except (NoSeal, ValueError, OverflowError):
        raise TurnedAway(Problem.UNSIGNED) from None
    if abs(now - seal.created) > timedelta(seconds=seals.WINDOW_S):
        raise TurnedAway(Problem.CLOCK, f"{int((seal.created - now).total_seconds())}")
    return seal


_KEY = """
SELECT s.no, s.code, s.name, s.open, k.public_key, k.retires_at
FROM shop_key k JOIN shop s ON s.no = k.shop_no WHERE k.key_id = %s
"""


async def admit(link: AsyncLink, request: Request, seal: Seal, body: bytes, clock: Clock) -> Call:
    """The call, if its key is known and its seal true. Raises ``TurnedAway``."""
    if seal.digest != seals.content_digest(body):
        raise TurnedAway(Problem.BAD_DIGEST)
    row = await (await link.execute(_KEY, (seal.key_id,))).fetchone()
    if row is None:
        raise TurnedAway(Problem.UNKNOWN_KEY)
    no, code, name, is_open, public_key, retires_at = row
    path = request.scope["raw_path"].decode("ascii", "replace")
    query = request.scope["query_string"].decode("ascii", "replace")
    signed = seals.base(request.method, path, query, seal.digest, seal.shop, seal.parameters)
    try:
        _key(bytes(public_key)).verify(seal.signature, signed)
    except InvalidSignature:
        raise TurnedAway(Problem.BAD_SIGNATURE) from None
    # What follows is said only to who holds the key.
    if code != seal.shop:
        raise TurnedAway(Problem.KEY_OF_OTHER_SHOP)
    if retires_at is not None and retires_at <= clock.now():
        raise TurnedAway(Problem.KEY_RETIRED)
    if not is_open:
        raise TurnedAway(Problem.SHOP_CLOSED)
    return Call(Sender(no, code, name), seal, body, retires_at)


@lru_cache(maxsize=4096)
def _key(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)
