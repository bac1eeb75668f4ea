"""The head office on the net: routes, answers, and what holds an instance together. It keeps nothing of its own.

Several instances may run behind a balancer over one database: locks, unique keys and used numbers are there.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from app.core.clock import Clock, SystemClock
from app.core.wire import envelope
from app.core.wire.answers import Problem, Receipts, Trouble
from app.core.wire.checks import Demands
from app.core.wire.envelope import BATCH_TYPE, MOST_BYTES, MOST_EVENTS, MOST_PHOTO, PROBLEM_TYPE, TooDeep
from app.core.wire.events import PhotoOf
from app.core.wire.form import moment_text, plain
from app.core.wire.seal import Seal
from app.core.words import Language
from app.headoffice import feeds, openapi, page
from app.headoffice.booking import AsyncLink, Replayed, book
from app.headoffice.door import Call, Pace, TurnedAway, admit, body_of, seal_of
from app.headoffice.metrics import Counts
from app.headoffice.records import SESSION, newest
from app.headoffice.sorting import Office, Sorted, sort_batch

log = logging.getLogger(__name__)

_STATUS: dict[Problem, int] = {
    Problem.UNSIGNED: 401,
    Problem.BAD_SIGNATURE: 401,
    Problem.BAD_DIGEST: 400,
    Problem.UNKNOWN_KEY: 401,
    Problem.KEY_RETIRED: 401,
    Problem.KEY_OF_OTHER_SHOP: 403,
    Problem.SHOP_CLOSED: 403,
    Problem.CLOCK: 401,
    Problem.REPLAYED: 409,
    Problem.TOO_LARGE: 413,
    Problem.TOO_MANY_EVENTS: 413,
    Problem.TOO_DEEP: 400,
    Problem.BAD_MEDIA_TYPE: 415,
    Problem.NOT_JSON: 400,
    Problem.NOT_A_BATCH: 400,
    Problem.BAD_QUESTION: 400,
    Problem.TOO_SLOW: 408,
    Problem.TOO_OFTEN: 429,
    Problem.BUSY: 503,
    Problem.NOT_FOUND: 404,
    Problem.NOT_ALLOWED: 405,
    Problem.INTERNAL: 500,
}
_TITLES: dict[Problem, str] = {problem: problem.value.replace("_", " ").capitalize() for problem in Problem}
_SAFE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Setting:
    """How an instance runs. ``database``: a libpq address. ``pooler``: it is reached through PgBouncer."""

    database: str
    connections: int = 8
    calls_per_second: float = 20.0
    calls_at_once: float = 200.0
    #: How long a call waits for a connection to the database, in seconds.
    patience_s: float = 10.0
    pooler: bool = False
    clock: Clock = field(default_factory=SystemClock)


class Site:
    """One instance."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.clock = setting.clock
        self.counts = Counts()
        self._pace = Pace(setting.calls_per_second, setting.calls_at_once)
        self._known: tuple[float, Office] | None = None
        self._pool: AsyncConnectionPool[AsyncLink] = AsyncConnectionPool(
            setting.database,
            min_size=1,
            max_size=setting.connections,
            max_waiting=1000,
            timeout=setting.patience_s,
            open=False,
            kwargs=_session(setting),
        )

    def application(self) -> Starlette:
        """The ASGI application."""
        routes = [
            self._route(envelope.EVENTS, self._events, "POST"),
            self._route(envelope.DECISIONS, self._decisions, "GET"),
            self._route(envelope.CLAIMS, self._claims, "GET"),
            self._route(f"{envelope.STATEMENTS}/{{number}}", self._statement, "GET"),
            self._route(f"{envelope.PHOTOS}/{{digest}}", self._photo, "PUT"),
            self._route(envelope.HELLO, self._hello, "GET"),
            self._route(envelope.OPENAPI, self._openapi, "GET"),
            self._route("/health", self._health, "GET"),
            self._route("/metrics", self._metrics, "GET"),
            self._route("/", self._page, "GET"),
        ]
        return Starlette(
            routes=routes,
            lifespan=self._life,
            exception_handlers={HTTPException: self._no_route},
        )

    @asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncIterator[None]:
        await self._pool.open()
        try:
            yield
        finally:
            await self._pool.close()

    def _route(self, path: str, serve: Callable[[Request], Awaitable[Response]], method: str) -> Route:
        async def endpoint(request: Request) -> Response:
            began = self.clock.monotonic()
            response = await self._guarded(serve, request)
            self.counts.called(path, response.status_code, self.clock.monotonic() - began)
            return response

        return Route(path, endpoint, methods=[method])

    async def _guarded(self, serve: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
        """Whatever happens has an answer that a shop's program can read."""
        try:
            response = await serve(request)
        except TurnedAway as error:
            response = self._problem(error.problem, error.detail, error.retry_s)
        except (PoolTimeout, TooManyRequests, psycopg.OperationalError) as error:
            log.warning("busy: %s", type(error).__name__)
            response = self._problem(Problem.BUSY, retry_s=15)
        except Exception:
            log.exception("a call failed")
            response = self._problem(Problem.INTERNAL, retry_s=60)
        for name, value in _SAFE.items():
            response.headers.setdefault(name, value)
        return response

    async def _no_route(self, _request: Request, error: Exception) -> Response:
        missing = isinstance(error, HTTPException) and error.status_code == 404
        return self._problem(Problem.NOT_FOUND if missing else Problem.NOT_ALLOWED)

    def _problem(self, problem: Problem, detail: str = "", retry_s: int | None = None) -> Response:
        trouble = Trouble(
            _STATUS[problem], problem, _TITLES[problem], detail[:2000], self.clock.now(), retry_s
        )
        headers = {"Retry-After": str(retry_s)} if retry_s is not None else {}
        if detail == _ASK_READER:
            headers["WWW-Authenticate"] = 'Basic realm="head office", charset="UTF-8"'
        return JSONResponse(
            plain(trouble), status_code=trouble.status, media_type=PROBLEM_TYPE, headers=headers
        )

    # -- sealed calls ----------------------------------------------------------------------------------------

    async def _heard(self, request: Request, most: int) -> tuple[Seal, bytes]:
        """Seal and body, before a connection is taken: a slow sender must not hold one."""
        seal = seal_of(request, self.clock.now())
        return seal, await body_of(request, most)

    async def _admit(self, link: AsyncLink, request: Request, seal: Seal, body: bytes) -> Call:
        call = await admit(link, request, seal, body, self.clock)
        wait = self._pace.wait_s(call.sender.code, self.clock.monotonic())
        if wait:
            raise TurnedAway(Problem.TOO_OFTEN, retry_s=max(1, round(wait)))
        return call

    async def _office(self, link: AsyncLink) -> Office:
        """The brand's wishes; looked up again after a few seconds."""
        now = self.clock.monotonic()
        if self._known is None or not 0 <= now - self._known[0] < _OFFICE_S:
            row = await (await link.execute(_OFFICE)).fetchone()
            if row is None:
                raise TurnedAway(Problem.BUSY, "no office", retry_s=60)
            demands = Demands(frozenset(PhotoOf(each) for each in row[3]), row[4])
            self._known = now, Office(row[0], row[1], row[2], demands)
        return self._known[1]

    async def _events(self, request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != BATCH_TYPE:
            raise TurnedAway(Problem.BAD_MEDIA_TYPE, BATCH_TYPE)
        seal, body = await self._heard(request, MOST_BYTES)
        async with self._pool.connection() as link:
            call = await self._admit(link, request, seal, body)
            office = await self._office(link)
        # Read without a connection and, if it is much, beside the other calls.
        read = partial(_read_batch, body, shop=call.sender.code, office=office, now=self.clock.now())
        batch = await asyncio.to_thread(read) if len(body) > _MUCH else read()
        async with self._pool.connection() as link:
            try:
                receipts = await book(link, call.sender, office, seal, batch)
            except Replayed:
                raise TurnedAway(Problem.REPLAYED) from None
        self.counts.answered(receipts)
        return JSONResponse(plain(Receipts(tuple(receipts))))

    async def _asked(self, request: Request) -> Call:
        """A sealed question; its body is empty. Reading twice does no harm, so no number is used up."""
        seal, body = await self._heard(request, 0)
        async with self._pool.connection() as link:
            return await self._admit(link, request, seal, body)

    async def _decisions(self, request: Request) -> Response:
        call = await self._asked(request)
        since = _whole(request, "since", 0, 2**62, 0)
        limit = _whole(request, "limit", 1, feeds.MOST_A_PAGE, feeds.MOST_A_PAGE)
        async with self._pool.connection() as link:
            return JSONResponse(plain(await feeds.decisions(link, call.sender.no, since, limit)))

    async def _claims(self, request: Request) -> Response:
        call = await self._asked(request)
        after = _word(request.query_params.get("after", ""))
        limit = _whole(request, "limit", 1, feeds.MOST_A_PAGE, feeds.MOST_A_PAGE)
        async with self._pool.connection() as link:
            return JSONResponse(plain(await feeds.standings(link, call.sender.no, after, limit)))

    async def _statement(self, request: Request) -> Response:
        call = await self._asked(request)
        number = _word(request.path_params["number"])
        async with self._pool.connection() as link:
            return JSONResponse(plain(await feeds.statement(link, call.sender.no, number)))

    async def _hello(self, request: Request) -> Response:
        call = await self._asked(request)
        async with self._pool.connection() as link:
            office = await self._office(link)
            return JSONResponse(plain(await feeds.hello(link, call, office, self.clock.now())))

    async def _photo(self, request: Request) -> Response:
        digest = request.path_params["digest"]
        if not _DIGEST.fullmatch(digest):
            raise TurnedAway(Problem.NOT_FOUND, "photo")
        seal, body = await self._heard(request, MOST_PHOTO)
        async with self._pool.connection() as link:
            call = await self._admit(link, request, seal, body)
            await feeds.take_photo(link, call.sender.no, digest, body)
        return Response(status_code=204)

    # -- open calls ------------------------------------------------------------------------------------------

    async def _openapi(self, _request: Request) -> Response:
        return JSONResponse(_document(), headers={"Cache-Control": "public, max-age=3600"})

    async def _health(self, _request: Request) -> Response:
        """For balancers, and for a shop that asks what time it is here."""
        schema, well = 0, False
        try:
            async with self._pool.connection(timeout=3.0) as link:
                row = await (await link.execute("SELECT max(number) FROM schema_step")).fetchone()
                schema = row[0] if row is not None else 0
                well = schema == newest()
        except (psycopg.Error, PoolTimeout, TooManyRequests):
            log.warning("no database")
        answer = {"ok": well, "schema": schema, "time": moment_text(self.clock.now())}
        return JSONResponse(answer, status_code=200 if well else 503)

    async def _metrics(self, request: Request) -> Response:
        async with self._pool.connection() as link:
            await self._reader(link, request)
            row = await (await link.execute(_GAUGES)).fetchone()
        names = ("shops", "shops_silent", "events_kept", "claims_open", "clashes")
        gauges = dict(zip(names, (float(each or 0) for each in row or ()), strict=False))
        for name, value in self._pool.get_stats().items():
            gauges[f"pool_{name}"] = float(value)
        return Response(self.counts.text(gauges), media_type="text/plain; version=0.0.4")

    async def _page(self, request: Request) -> Response:
        spoken = request.query_params.get("lang") or request.headers.get("accept-language", "")
        language = Language.ZH if spoken.lower().startswith("zh") else Language.EN
        async with self._pool.connection() as link:
            await self._reader(link, request)
            office = await self._office(link)
            overview = await page.overview(link, self.clock.now())
        return HTMLResponse(page.html(office, overview, language))

    async def _reader(self, link: AsyncLink, request: Request) -> None:
        """Basic authentication of those who may look. Raises ``HTTPException``."""
        row = await (await link.execute("SELECT reader_hash FROM office")).fetchone()
        expected = bytes(row[0]) if row is not None and row[0] is not None else None
        scheme, _blank, given = request.headers.get("authorization", "").partition(" ")
        try:
            _name, _colon, word = b64decode(given, validate=True).partition(b":")
        except (NoBase64, ValueError):
            word = b""
        hashed = hashlib.sha256(word).digest()
        if scheme.lower() != "basic" or expected is None or not hmac.compare_digest(hashed, expected):
            raise TurnedAway(Problem.UNSIGNED, _ASK_READER)


_ASK_READER = "reader"
#: Bodies above this are read in a thread of their own, in bytes.
_MUCH = 32 * 1024
_OFFICE_S = 5.0
_OFFICE = "SELECT brand, name, full_customer, photos_wanted, purchase_date_wanted FROM office"
_GAUGES = """
SELECT count(*), count(*) FILTER (WHERE last_contact < now() - interval '2 days'), sum(events),
       sum(received + returned + accepted), (SELECT count(*) FROM clash) FROM shop WHERE open
"""


def _session(setting: Setting) -> dict[str, Any]:
    shared: dict[str, Any] = {"autocommit": True, "application_name": "xiuhu-headoffice"}
    if setting.pooler:
        # One session serves many: it knows no statements prepared before, and takes no options. The limits of
        # ``SESSION`` then belong to the role (ALTER ROLE … SET lock_timeout = '5s' …).
        return shared | {"prepare_threshold": None}
    return shared | {"options": SESSION}


@cache
def _document() -> dict[str, Any]:
    return openapi.document()


def _read_batch(body: bytes, *, shop: str, office: Office, now: datetime) -> Sorted:
    try:
        values = envelope.loads(body)
    except TooDeep:
        raise TurnedAway(Problem.TOO_DEEP) from None
    except (ValueError, RecursionError):
        raise TurnedAway(Problem.NOT_JSON) from None
    if not isinstance(values, list):
        raise TurnedAway(Problem.NOT_A_BATCH)
    if len(values) > MOST_EVENTS:
        raise TurnedAway(Problem.TOO_MANY_EVENTS, str(MOST_EVENTS))
    return sort_batch(values, shop=shop, office=office, now=now)


def _whole(request: Request, name: str, low: int, high: int, otherwise: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and low <= int(text) <= high):
        raise TurnedAway(Problem.BAD_QUESTION, name)
    return int(text)


def _word(text: str) -> str:
    """A number that is looked for; PostgreSQL knows no NUL."""
    if len(text) > 64 or not (text.isprintable() or not text):
        raise TurnedAway(Problem.BAD_QUESTION)
    return text


def create(setting: Setting) -> Starlette:
    """The application of one instance, for any ASGI server."""
    return Site(setting).application()
