"""One shop's calls to one head office: sealed anew for every attempt, over TLS that the card's authority vouches for.

Nothing is sent before the certificate was checked; redirects are not followed; what is no head office is never
believed. Every failure becomes a ``LinkFailure`` with a code that has a sentence.
"""

from __future__ import annotations

import base64
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from app.core.brand_codes import LinkFault
from app.core.wire import envelope, seal
from app.core.wire.answers import PASSING, Decisions, Hello, Problem, Receipts, Standings, Statement, Trouble
from app.core.wire.form import Misfit, read

T = TypeVar("T")

CONNECT_S, ANSWER_S = 10.0, 30.0
#: A whole answer, however slowly its pieces come: somebody who sends a byte now and then must not hold the push.
WHOLE_S = 120.0
#: No answer of the contract is longer; a captive portal may send anything.
MOST_ANSWER = 32 * 1024 * 1024

_KEY_PROBLEMS = frozenset(
    {Problem.UNKNOWN_KEY, Problem.KEY_RETIRED, Problem.KEY_OF_OTHER_SHOP, Problem.BAD_SIGNATURE}
)
_HOST_MISMATCH = frozenset({62, 64})  # a name, an address
_OUT_OF_TIME = frozenset({9, 10})  # not yet, no longer
_OLD_TLS = frozenset({"TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "DH_KEY_TOO_SMALL"})
_PLAIN = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST"})


class LinkFailure(Exception):
    """The head office could not be told; ``retry_s`` is its own wish when to try again."""

    def __init__(self, fault: LinkFault, detail: str = "", retry_s: int | None = None) -> None:
        super().__init__(fault)
        self.fault = fault
        self.detail = detail
        self.retry_s = retry_s


@dataclass(frozen=True, slots=True)
class Address:
    """Where and as whom: what a connection card says. ``secret`` is the Ed25519 private key."""

    url: str
    shop: str
    brand: str
    key_id: str
    secret: bytes
    authority: str = ""


class HeadOffice:
    """A head office; a context manager that closes its connections."""

    def __init__(self, address: Address, now: Callable[[], datetime]) -> None:
        import httpx2
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if urlsplit(address.url).scheme.lower() != "https":
            raise LinkFailure(LinkFault.PLAIN, "no https")
        self._address = address
        self._now = now
        self._sign = Ed25519PrivateKey.from_private_bytes(address.secret).sign
        self._http = httpx2.Client(
            base_url=address.url,
            verify=trusting(address.authority),
            timeout=httpx2.Timeout(ANSWER_S, connect=CONNECT_S),
            # A proxy set for somebody's browser must not read along.
            trust_env=False,
            follow_redirects=False,
        )

    def __enter__(self) -> HeadOffice:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def hello(self) -> Hello:
        """Who answers, and what time it is there."""
        return self._read(Hello, self._call("GET", envelope.HELLO))

    def push(self, batch: bytes) -> Receipts:
        """Hand over a batch of events; one receipt for each."""
        return self._read(
            Receipts, self._call("POST", envelope.EVENTS, body=batch, media=envelope.BATCH_TYPE)
        )

    def decisions(self, since: int) -> Decisions:
        """A page of what was decided after ``since``."""
        return self._read(Decisions, self._call("GET", envelope.DECISIONS, f"since={since}&limit=500"))

    def standings(self, after: str = "") -> Standings:
        """A page of the claims as the head office has them."""
        return self._read(
            Standings, self._call("GET", envelope.CLAIMS, f"after={quote(after, safe='')}&limit=500")
        )

    def statement(self, number: str) -> Statement:
        """A month's statement."""
        return self._read(Statement, self._call("GET", f"{envelope.STATEMENTS}/{quote(number, safe='')}"))

    def bring_photo(self, digest: str, picture: bytes) -> None:
        """A photo that the head office asked for."""
        self._call("PUT", f"{envelope.PHOTOS}/{digest}", body=picture, media="image/jpeg")

    def _read(self, kind: type[T], value: Any) -> T:
        try:
            return read(kind, value)
        except Misfit as misfit:
            raise LinkFailure(LinkFault.NOT_OFFICE, str(misfit)[:200]) from None

    def _call(self, method: str, path: str, query: str = "", body: bytes = b"", media: str = "") -> Any:
        headers = seal.sealed(
            self._sign,
            key_id=self._address.key_id,
            shop=self._address.shop,
            method=method,
            path=path,
            query=query,
            body=body,
            now=self._now(),
        )
        if media:
            headers["Content-Type"] = media
        status, answered, content = self._exchange(
            method, f"{path}?{query}" if query else path, body, headers
        )
        if status == 204:
            return None
        kind = answered.get("content-type", "").partition(";")[0].strip().lower()
        if 200 <= status < 300 and kind == "application/json":
            return _json(content)
        if kind == envelope.PROBLEM_TYPE:
            raise _turned_away(self._read(Trouble, _json(content)))
        if status == 429 or status >= 500:
            # A balancer in front of it speaks no contract of ours.
            raise LinkFailure(LinkFault.BUSY, str(status))
        raise LinkFailure(LinkFault.NOT_OFFICE, str(status))

    def _exchange(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        import httpx2

        until = time.monotonic() + WHOLE_S
        try:
            with self._http.stream(method, url, content=body, headers=dict(headers)) as response:
                content = bytearray()
                for piece in response.iter_bytes():
                    content += piece
                    if len(content) > MOST_ANSWER:
                        raise LinkFailure(LinkFault.NOT_OFFICE, "too long")
                    if time.monotonic() > until:
                        raise LinkFailure(LinkFault.TIMEOUT, "too slow")
                lowered = {name.lower(): value for name, value in response.headers.items()}
                return response.status_code, lowered, bytes(content)
        except httpx2.ConnectTimeout:
            raise LinkFailure(LinkFault.TIMEOUT) from None
        except httpx2.ConnectError as error:
            raise LinkFailure(*_why_unreachable(error)) from None
        except httpx2.TimeoutException:
            raise LinkFailure(LinkFault.TIMEOUT) from None
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise LinkFailure(LinkFault.BROKEN, type(error).__name__) from None


def trusting(authority: str) -> ssl.SSLContext:
    """TLS that believes the card's authority alone, or, without one, those that the system believes."""
    context = ssl.create_default_context() if not authority else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not authority:
        return context
    try:
        context.load_verify_locations(cadata=authority)
    except (ssl.SSLError, ValueError):
        raise LinkFailure(LinkFault.CERTIFICATE, "authority") from None
    return context


def host_of(url: str) -> tuple[str, int]:
    """Host and port of a head office."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 443


def check_name(url: str) -> str:
    """The first address behind the name. Raises ``LinkFailure(NAME)``."""
    host, port = host_of(url)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise LinkFailure(LinkFault.NAME, host) from None
    return str(found[0][4][0])


def check_reach(url: str) -> None:
    """Whether somebody answers there. Raises ``LinkFailure``: REFUSED, TIMEOUT."""
    host, port = host_of(url)
    try:
        socket.create_connection((host, port), CONNECT_S).close()
    except TimeoutError:
        raise LinkFailure(LinkFault.TIMEOUT, host) from None
    except OSError:
        raise LinkFailure(LinkFault.REFUSED, host) from None


def check_certificate(url: str, authority: str) -> None:
    """Whether who answers is who the card says. Raises ``LinkFailure``: CERTIFICATE, HOST, EXPIRED, OLD_TLS,
    PLAIN, BROKEN."""
    host, port = host_of(url)
    context = trusting(authority)
    try:
        with (
            socket.create_connection((host, port), CONNECT_S) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            return
    except ssl.SSLError as error:
        raise LinkFailure(_tls_fault(error), host) from None
    except OSError:
        raise LinkFailure(LinkFault.BROKEN, host) from None


def secret_of(card_secret: str) -> bytes:
    """The private key on a card. ``ValueError`` where it is none."""
    raw = base64.b64decode(card_secret, validate=True)
    if len(raw) != 32:
        raise ValueError("no Ed25519 key")
    return raw


def _json(content: bytes) -> Any:
    try:
        return envelope.loads(content)
    except (ValueError, RecursionError):
        raise LinkFailure(LinkFault.NOT_OFFICE, "no JSON") from None


def _turned_away(trouble: Trouble) -> LinkFailure:
    if trouble.code is Problem.CLOCK:
        return LinkFailure(LinkFault.CLOCK, trouble.server_time.isoformat() if trouble.server_time else "")
    if trouble.code in _KEY_PROBLEMS:
        return LinkFailure(LinkFault.KEY, trouble.code.value)
    if trouble.code is Problem.SHOP_CLOSED:
        return LinkFailure(LinkFault.SHOP_CLOSED)
    if trouble.code in PASSING:
        return LinkFailure(LinkFault.BUSY, trouble.code.value, trouble.retry_s)
    return LinkFailure(LinkFault.REJECTED, trouble.code.value)


def _why_unreachable(error: BaseException) -> tuple[LinkFault, str]:
    """httpx wraps what the sockets said; what they said is what helps."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return _tls_fault(cause), ""
        if isinstance(cause, socket.gaierror):
            return LinkFault.NAME, ""
        if isinstance(cause, ConnectionRefusedError):
            return LinkFault.REFUSED, ""
        cause = cause.__cause__ or cause.__context__
    return LinkFault.REFUSED, ""


def _tls_fault(error: ssl.SSLError) -> LinkFault:
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _HOST_MISMATCH:
            return LinkFault.HOST
        if error.verify_code in _OUT_OF_TIME:
            return LinkFault.EXPIRED
        return LinkFault.CERTIFICATE
    if error.reason in _OLD_TLS:
        return LinkFault.OLD_TLS
    if error.reason in _PLAIN:
        return LinkFault.PLAIN
    return LinkFault.BROKEN
