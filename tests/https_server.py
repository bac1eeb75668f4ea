"""A socket on this machine that answers as a test tells it, over TLS or plainly, and notes every byte it was told.

``Authority`` makes certificates that are right, or wrong in one way.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

_DAY = timedelta(days=1)
_HANDSHAKE, _ALERT = 22, 21
_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Told:
    """A request as it arrived; names of headers in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


#: What is sent back, piece by piece; None cuts the connection off.
Answer = Callable[[Told], "Iterable[bytes] | None"]


class Listener:
    """One port. A context manager; once it is left, ``heard`` and ``told`` are all there ever was.

    ``heard``: of TLS what was decrypted, of a plain socket every byte.
    """

    def __init__(self, answer: Answer | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.heard = bytearray()
        self.told: list[Told] = []
        self._answer = answer or (lambda _told: None)
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="listener", daemon=True)

    @property
    def url(self) -> str:
        """Its address over TLS."""
        return f"https://localhost:{self.port}"

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(_PATIENCE_S)
        self._socket.close()
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while True:
            try:
                raw, _address = self._socket.accept()
            except OSError:
                return
            raw.settimeout(_PATIENCE_S)
            with raw:
                try:
                    if self._tls is None:
                        self._listen(raw)
                    else:
                        with self._tls.wrap_socket(raw, server_side=True) as secure:
                            self._listen(secure)
                except OSError:
                    continue  # the other side hung up: as it should, or as it likes

    def _listen(self, line: socket.socket) -> None:
        kept = b""
        while True:
            piece = line.recv(65536)
            if not piece:
                return
            self.heard += piece
            kept += piece
            told, kept = _request(kept)
            if told is None:
                if self._tls is None and kept[:1] == bytes((_HANDSHAKE,)):
                    line.sendall(
                        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    )
                    line.shutdown(socket.SHUT_WR)
                continue
            self.told.append(told)
            pieces = self._answer(told)
            if pieces is None:
                return
            for each in pieces:
                line.sendall(each)


def _request(kept: bytes) -> tuple[Told | None, bytes]:
    head, blank, rest = kept.partition(b"\r\n\r\n")
    if not blank:
        return None, kept
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _colon, value in (x.partition(":") for x in lines)
    }
    size = int(headers.get("content-length", "0"))
    if len(rest) < size:
        return None, kept
    method, target, _version = first.split(" ", 2)
    path, _mark, query = target.partition("?")
    return Told(method, path, query, headers, rest[:size]), rest[size:]


def answered(
    body: bytes = b"", media: str = "application/json", status: str = "200 OK", **headers: str
) -> tuple[bytes, ...]:
    """A whole HTTP answer; underscores in the names of headers become hyphens."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode()
        + body,
    )


def beyond_greeting(heard: bytes) -> bytes:
    """What a plain socket heard beside the greetings and alerts of TLS, which hold nothing of anybody's."""
    rest = bytes(heard)
    while len(rest) >= 5 and rest[0] in (_HANDSHAKE, _ALERT):
        rest = rest[5 + int.from_bytes(rest[3:5], "big") :]
    return rest


class Authority:
    """Vouches for servers. ``pem`` is what a client pins."""

    def __init__(self, folder: Path, *, name: str = "test authority") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._number = 0
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        certificate = (
            _builder(self._name, self._name, self._key.public_key(), now - 10_000 * _DAY, now + 10_000 * _DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = certificate.public_bytes(Encoding.PEM).decode("ascii")

    def server(
        self,
        names: Iterable[str] = ("localhost",),
        *,
        since: timedelta = -_DAY,
        until: timedelta = 365 * _DAY,
        usage: ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
        self_signed: bool = False,
    ) -> ssl.SSLContext:
        """The TLS of a server with a certificate for ``names``, good from ``since`` to ``until`` of now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        issuer, signer = (subject, key) if self_signed else (self._name, self._key)
        now = datetime.now(UTC)
        certificate = (
            _builder(subject, issuer, key.public_key(), now + since, now + until)
            .add_extension(x509.SubjectAlternativeName([_general(each) for each in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(
                # Two authorities of one name on one card are told apart by it.
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                critical=False,
            )
            .sign(signer, hashes.SHA256())
        )
        self._number += 1
        file = self._folder / f"{self._number}.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
