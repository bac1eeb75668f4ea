"""Connections with head offices as they are kept: read, set up, stopped (design.md §8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from app.core.brand_codes import LinkFault, OutboxState
from app.core.changes import Kind
from app.core.errors import Conflict, EnvironmentFault, Reason, Refusal
from app.core.wire.card import BadCard, Card, card_from_text
from app.features.sync.client import Address, LinkFailure, secret_of
from app.features.sync.snapshots import LinkRow, SyncStatus
from app.features.sync.waits import LONGEST_WAIT
from app.model import Brand, BrandLink, OutboxEvent
from app.store.door import Tx
from app.store.secrets import SecretBox

_PURPOSE = b"head office key"


def link_rows(reading: Connection) -> tuple[LinkRow, ...]:
    """Every head office that was set up, and how it stands with it."""
    waiting = counts(reading, OutboxState.WAITING)
    dead = counts(reading, OutboxState.DEAD)
    rows = reading.execute(
        select(BrandLink.__table__, Brand.name)
        .join(Brand, Brand.id == BrandLink.brand_id)
        .order_by(Brand.name)
    )
    return tuple(
        LinkRow(
            row.brand_id,
            row.version,
            row.name,
            row.url,
            row.shop,
            row.key_id,
            row.active,
            waiting.get(row.brand_id, 0),
            dead.get(row.brand_id, 0),
            row.last_contact_at,
            _fault(row.last_fault),
            row.failures,
            row.next_try_at,
        )
        for row in rows
    )


def counts(reading: Connection, state: OutboxState) -> dict[int, int]:
    """Events in that state, by brand."""
    return dict(
        reading.execute(
            select(OutboxEvent.brand_id, func.count())
            .where(OutboxEvent.state == state)
            .group_by(OutboxEvent.brand_id)
        ).all()
    )


def status_of(rows: Iterable[LinkRow], paused: bool) -> SyncStatus:
    """What the light shows."""
    links = [each for each in rows if each.active]
    contacts = [each.last_contact_at for each in links if each.last_contact_at is not None]
    return SyncStatus(
        links=len(links),
        waiting=sum(each.waiting for each in links),
        dead=sum(each.dead for each in links),
        fault=next((each.fault for each in links if each.fault is not None), None),
        last_contact_at=min(contacts, default=None) if len(contacts) == len(links) else None,
        paused=paused,
    )


def due_of(rows: Iterable[LinkRow], now: datetime) -> tuple[int, ...]:
    """Brands whose head office may be tried now: nothing to wait for, or the wait is over."""
    # A wait that is longer than any means that the clock was put back: it does not hold.
    return tuple(
        each.brand_id
        for each in rows
        if each.active
        and (each.next_try_at is None or not timedelta(0) < each.next_try_at - now <= LONGEST_WAIT * 2)
    )


def read_card(text: str) -> Card:
    """What a pasted connection card says. ``Refusal(CARD_DAMAGED)``."""
    try:
        card = card_from_text(text)
        secret_of(card.secret)
    except (BadCard, ValueError):
        raise Refusal(Reason.CARD_DAMAGED, field="card") from None
    if not card.url.lower().startswith("https://"):
        raise Refusal(Reason.CARD_DAMAGED, field="card")
    return card


def take_card(tx: Tx, secrets: SecretBox, brand_id: int, card: Card) -> None:
    """Keep a card's connection: the first, or the next key of the same shop (what waits is kept).

    ``Refusal``: NOT_FOUND, CARD_OF_OTHER (``name``: another brand has this head office).
    """
    brand = tx.session.get(Brand, brand_id)
    if brand is None:
        raise Refusal(Reason.NOT_FOUND)
    other = tx.session.scalar(
        select(BrandLink).where(
            BrandLink.brand_id != brand_id, BrandLink.url == card.url, BrandLink.shop == card.shop
        )
    )
    if other is not None:
        raise Refusal(Reason.CARD_OF_OTHER, name=tx.session.get_one(Brand, other.brand_id).name, field="card")
    found = tx.session.get(BrandLink, brand_id)
    if found is None:
        found = BrandLink(brand_id=brand_id, version=0, cursor=0)
        tx.session.add(found)
    elif (found.url, found.shop) != (card.url, card.shop):
        found.cursor = 0  # another office counts its own decisions
    found.url, found.brand_code, found.shop = card.url, card.brand, card.shop
    found.key_id, found.authority = card.key_id, card.ca
    found.key = secrets.seal(card.secret, _PURPOSE + brand.uuid.bytes)
    found.active, found.failures, found.last_fault, found.next_try_at = True, 0, "", None
    found.version += 1
    tx.journal(brand=brand_id, link="connected", key=card.key_id)
    tx.changed(Kind.SYNC, brand_id)
    tx.changed(Kind.BRAND, brand_id)


def set_link_active(tx: Tx, brand_id: int, version: int, active: bool) -> None:
    """Stop telling a head office, or go on; what waits stays. ``Refusal(NOT_FOUND)``; ``Conflict``."""
    found = tx.session.get(BrandLink, brand_id)
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    if found.version != version:
        raise Conflict(Kind.SYNC, brand_id)
    found.active, found.next_try_at = active, None
    found.version += 1
    tx.journal(brand=brand_id, link="active" if active else "stopped")
    tx.changed(Kind.SYNC, brand_id)


def address_of(reading: Connection, secrets: SecretBox, brand_id: int) -> Address | None:
    """Where and with which key; None where there is no active connection. ``LinkFailure(OWN_KEY)``."""
    row = reading.execute(
        select(BrandLink.__table__, Brand.uuid)
        .join(Brand, Brand.id == BrandLink.brand_id)
        .where(BrandLink.brand_id == brand_id, BrandLink.active)
    ).one_or_none()
    if row is None:
        return None
    try:
        secret = secret_of(secrets.open(bytes(row.key), _PURPOSE + row.uuid.bytes))
    except (EnvironmentFault, ValueError):
        raise LinkFailure(LinkFault.OWN_KEY) from None
    return Address(row.url, row.shop, row.brand_code, row.key_id, secret, row.authority)


def cursor_of(reading: Connection, brand_id: int) -> int:
    """The number of the last decision that was heard."""
    return reading.execute(select(BrandLink.cursor).where(BrandLink.brand_id == brand_id)).scalar() or 0


def _fault(kept: str) -> LinkFault | None:
    try:
        return LinkFault(kept)
    except ValueError:
        return None
