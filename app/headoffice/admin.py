"""What the brand's administrator does: set the office up, let shops in, change keys, look at claims."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.errors import Reason, Refusal
from app.core.wire.answers import ClaimState
from app.core.wire.card import Card
from app.core.wire.events import PhotoOf
from app.headoffice.records import Connection, migrate

_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the brand's agreements ask for."""

    full_customer: bool = False
    photos: tuple[PhotoOf, ...] = ()
    purchase_date: bool = False


def set_up(link: Connection, brand: str, name: str, wishes: Wishes) -> int:
    """Make or renew the office of one brand; returns how many steps the schema took.

    Raises ``Refusal`` if the database belongs to another brand.
    """
    steps = migrate(link)
    row = link.execute("SELECT brand FROM office").fetchone()
    if row is not None and row[0] != brand:
        raise Refusal(Reason.OFFICE_OTHER_BRAND, brand=row[0])
    link.execute(
        "INSERT INTO office (brand, name, full_customer, photos_wanted, purchase_date_wanted)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (one) DO UPDATE SET name = excluded.name,"
        " full_customer = excluded.full_customer, photos_wanted = excluded.photos_wanted,"
        " purchase_date_wanted = excluded.purchase_date_wanted",
        (brand, name, wishes.full_customer, [each.value for each in wishes.photos], wishes.purchase_date),
    )
    return steps


def new_reader_password(link: Connection) -> str:
    """A new password for the page and the metrics; only its hash is kept. It is long enough to need no salt."""
    password = secrets.token_urlsafe(18)
    link.execute("UPDATE office SET reader_hash = %s", (hashlib.sha256(password.encode()).digest(),))
    return password


def new_key() -> tuple[str, bytes]:
    """A private key as a card holds it, and its public key."""
    key = Ed25519PrivateKey.generate()
    return base64.b64encode(key.private_bytes_raw()).decode(), key.public_key().public_bytes_raw()


def public_key_of(text: str) -> bytes:
    """A shop's own public key, as it was typed. Raises ``Refusal``."""
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise Refusal(Reason.OFFICE_KEY_BAD)
    return raw


def add_shop(link: Connection, code: str, name: str, public_key: bytes) -> str:
    """Let a shop in; returns the id of its key. Raises ``Refusal``."""
    if not _CODE.fullmatch(code):
        raise Refusal(Reason.OFFICE_SHOP_CODE, text=code)
    added = link.execute(
        "INSERT INTO shop (code, name) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING no", (code, name)
    ).fetchone()
    if added is None:
        raise Refusal(Reason.OFFICE_SHOP_TAKEN, shop=code)
    return _add_key(link, added[0], public_key)


def rotate_key(link: Connection, code: str, public_key: bytes, retires_at: datetime) -> str:
    """A new key for a shop; the old ones are good until ``retires_at``. Returns the new key's id."""
    shop_no = _shop_no(link, code)
    link.execute(
        "UPDATE shop_key SET retires_at = least(coalesce(retires_at, %s), %s) WHERE shop_no = %s",
        (retires_at, retires_at, shop_no),
    )
    return _add_key(link, shop_no, public_key)


def open_shop(link: Connection, code: str, *, is_open: bool) -> None:
    """Close a shop's access, or open it again. Raises ``Refusal``."""
    link.execute("UPDATE shop SET open = %s WHERE no = %s", (is_open, _shop_no(link, code)))


def card(link: Connection, code: str, *, key_id: str, secret: str, url: str, authority: str = "") -> Card:
    """The connection card of a shop. ``authority``: PEM of the certificate authority to pin, or ""."""
    row = link.execute(
        "SELECT office.brand, office.name, shop.name FROM office, shop WHERE shop.code = %s", (code,)
    ).fetchone()
    if row is None:
        raise Refusal(Reason.OFFICE_SHOP_UNKNOWN, shop=code)
    return Card(url.rstrip("/"), row[0], row[1], code, key_id, secret, row[2], authority)


def _shop_no(link: Connection, code: str) -> int:
    row = link.execute("SELECT no FROM shop WHERE code = %s FOR NO KEY UPDATE", (code,)).fetchone()
    if row is None:
        raise Refusal(Reason.OFFICE_SHOP_UNKNOWN, shop=code)
    return int(row[0])


def _add_key(link: Connection, shop_no: int, public_key: bytes) -> str:
    key_id = secrets.token_hex(8)
    link.execute(
        "INSERT INTO shop_key (key_id, shop_no, public_key) VALUES (%s, %s, %s)",
        (key_id, shop_no, public_key),
    )
    return key_id


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """One line of the clerk's list; the amount in fen."""

    shop: str
    claim: str
    version: int
    state: ClaimState
    model: str
    fault_code: str
    claimed_fen: int
    received_at: datetime


def claims(link: Connection, states: Sequence[ClaimState], limit: int) -> tuple[OpenClaim, ...]:
    """Claims in some states, the oldest first."""
    rows = link.execute(
        "SELECT shop.code, claim, version, state, model, fault_code, claimed_fen, claim.received_at"
        " FROM claim JOIN shop ON shop.no = claim.shop_no"
        " WHERE state = ANY(%s) ORDER BY claim.received_at, claim LIMIT %s",
        ([each.value for each in states], limit),
    ).fetchall()
    return tuple(OpenClaim(row[0], row[1], row[2], ClaimState(row[3]), *row[4:]) for row in rows)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of the records: ``wrong`` counts what does not agree."""

    name: str
    wrong: int


_CHECKS = {
    "shop counts": """
        SELECT count(*) FROM shop LEFT JOIN (
            SELECT shop_no, count(*) FILTER (WHERE state = 'received') AS received,
                   count(*) FILTER (WHERE state = 'returned') AS returned,
                   count(*) FILTER (WHERE state = 'accepted') AS accepted,
                   count(*) FILTER (WHERE state = 'refused') AS refused,
                   count(*) FILTER (WHERE state = 'settled') AS settled,
                   count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn
            FROM claim GROUP BY shop_no) found ON found.shop_no = shop.no
        WHERE (shop.received, shop.returned, shop.accepted, shop.refused, shop.settled, shop.withdrawn)
           <> (coalesce(found.received, 0), coalesce(found.returned, 0), coalesce(found.accepted, 0),
               coalesce(found.refused, 0), coalesce(found.settled, 0), coalesce(found.withdrawn, 0))""",
    "events counted": """
        SELECT count(*) FROM shop LEFT JOIN (SELECT shop_no, count(*) AS events FROM event GROUP BY shop_no) found
        ON found.shop_no = shop.no WHERE shop.events <> coalesce(found.events, 0)""",
    "claims have their event": """
        SELECT count(*) FROM claim LEFT JOIN event
        ON event.shop_no = claim.shop_no AND event.id = claim.event_id WHERE event.id IS NULL""",
    "statements add up": """
        SELECT count(*) FROM statement WHERE total_fen <>
            (SELECT coalesce(sum(accepted_fen), 0) FROM claim
             WHERE claim.shop_no = statement.shop_no AND claim.statement = statement.number)
            - (SELECT coalesce(sum((each ->> 'amount_fen')::bigint), 0)
               FROM jsonb_array_elements(statement.deductions) each)""",
    "decisions without gaps": """
        SELECT count(*) FROM shop LEFT JOIN (
            SELECT shop_no, count(*) AS given, max(seq) AS last FROM decision GROUP BY shop_no) found
        ON found.shop_no = shop.no
        WHERE shop.decisions <> coalesce(found.given, 0) OR shop.decisions <> coalesce(found.last, 0)""",
    "photos are what they say": """
        SELECT count(*) FROM photo WHERE body IS NOT NULL AND sha256(body) <> digest""",
}


def check(link: Connection) -> tuple[Finding, ...]:
    """Whether everything in the office agrees."""
    found = []
    for name, question in _CHECKS.items():
        row = link.execute(question.encode()).fetchone()
        found.append(Finding(name, int(row[0]) if row is not None else 0))
    return tuple(found)


#: Old keys stay good this long after a change, so that a shop that is offline finds its way back.
OVERLAP = timedelta(days=30)
