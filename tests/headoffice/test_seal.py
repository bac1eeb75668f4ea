"""The seal: RFC 9421's own example, an independent library's judgement, and what is not a seal."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures.exceptions import InvalidSignature as FoundFalse

from app.core.wire import seal
from app.core.wire.seal import NoSeal

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)

#: RFC 9421, B.1.4 and B.2.6.
_RFC_KEY = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
"""
_RFC_BASE = b"""\
"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length")\
;created=1618884473;keyid="test-key-ed25519\""""
_RFC_SIGNATURE = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="


def test_our_arithmetic_makes_the_signature_of_the_standard() -> None:
    key = load_pem_private_key(_RFC_KEY, None)
    assert isinstance(key, Ed25519PrivateKey)
    assert base64.b64encode(key.sign(_RFC_BASE)).decode() == _RFC_SIGNATURE


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self.key = key

    def resolve_public_key(self, key_id: str) -> object:
        assert key_id == "k1"
        return self.key.public_key()

    def resolve_private_key(self, key_id: str) -> object:
        raise NotImplementedError


class _Message:
    """A request as the library wants it."""

    def __init__(self, method: str, url: str, headers: dict[str, str]) -> None:
        self.method, self.url, self.headers = method, url, headers


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("POST", "/v1/events", "", b"[]"),
        ("GET", "/v1/decisions", "since=7&limit=5", b""),
        ("PUT", "/v1/photos/" + "a" * 64, "", b"\xff\xd8\xff"),
    ],
)
def test_an_independent_library_finds_our_seal_true(method: str, path: str, query: str, body: bytes) -> None:
    key = Ed25519PrivateKey.generate()
    headers = seal.sealed(
        key.sign,
        key_id="k1",
        shop="S1",
        method=method,
        path=path,
        query=query,
        body=body,
        now=datetime.now(UTC),
    )
    url = f"https://office.example{path}" + (f"?{query}" if query else "")
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(key))
    (found,) = verifier.verify(_Message(method, url, headers))
    covered = {name.strip('"') for name in found.covered_components}
    assert covered >= {"@method", "@path", "@query", "content-digest", "xiuhu-shop"}
    with pytest.raises(FoundFalse):
        verifier.verify(_Message(method, url, headers | {"Xiuhu-Shop": "S2"}))


def _headers() -> dict[str, str]:
    key = Ed25519PrivateKey.generate()
    made = seal.sealed(
        key.sign, key_id="k1", shop="S1", method="POST", path="/v1/events", query="", body=b"[]", now=NOW
    )
    return {name.lower(): value for name, value in made.items()}


def test_what_is_sealed_is_read_back() -> None:
    found = seal.seal_in(_headers())
    assert (found.shop, found.key_id, found.created) == ("S1", "k1", NOW)
    assert found.digest == seal.content_digest(b"[]")
    assert len(found.signature) == 64


def test_no_two_seals_are_alike() -> None:
    assert _headers()["signature-input"] != _headers()["signature-input"]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("signature-input", "", ""),
        ("signature-input", '"@query" ', ""),
        ("signature-input", "ed25519", "hmac-sha256"),
        ("signature-input", "xiuhu-v1", "xiuhu-v2"),
        ("signature-input", "xiuhu=", "other="),
        ("signature-input", ";created=", ";created=9999999999999"),
        ("signature-input", 'keyid="k1"', 'keyid="k1\n"'),
        ("signature", "xiuhu=:", "xiuhu=:!"),
        ("signature", "", ""),
        ("xiuhu-shop", "S1", "S1\n"),
        ("xiuhu-shop", "S1", ""),
    ],
)
def test_what_is_no_seal_of_ours(name: str, old: str, new: str) -> None:
    headers = _headers()
    headers[name] = headers[name].replace(old, new) if old else ""
    with pytest.raises(NoSeal):
        seal.seal_in(headers)


@pytest.mark.parametrize("part", ["method", "path", "query", "digest", "shop", "parameters"])
def test_everything_sealed_counts(part: str) -> None:
    key = Ed25519PrivateKey.generate()
    fields = {
        "method": "POST",
        "path": "/v1/events",
        "query": "",
        "digest": "d",
        "shop": "S1",
        "parameters": "()",
    }
    signature = key.sign(seal.base(**fields))
    key.public_key().verify(signature, seal.base(**fields))
    with pytest.raises(InvalidSignature):
        key.public_key().verify(signature, seal.base(**fields | {part: "x"}))
