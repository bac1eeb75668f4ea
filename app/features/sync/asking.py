"""What a head office is asked beside the push: its claims, a month's statement, the photos it wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import select

from app.core.brand_codes import LinkFault
from app.core.wire.answers import Receipts, Standing, Statement
from app.features.sync.client import HeadOffice, LinkFailure
from app.model import Photo
from app.store.door import Store


def all_standings(office: HeadOffice, stop: Callable[[], bool]) -> list[Standing]:
    """Every claim as the head office has it."""
    found: list[Standing] = []
    after = ""
    while not stop():
        page = office.standings(after)
        found += page.claims
        if not page.more:
            break
        if not page.claims or page.next <= after:
            raise LinkFailure(LinkFault.NOT_OFFICE, "claims")
        after = page.next
    return found


def month_statements(office: HeadOffice, numbers: Iterable[str], month: str) -> list[Statement]:
    """A month's statements by their numbers."""
    found = []
    for number in numbers:
        statement = office.statement(number)
        if (statement.number, statement.month) != (number, month):
            raise LinkFailure(LinkFault.NOT_OFFICE, "statement")
        found.append(statement)
    return found


def bring_photos(store: Store, office: HeadOffice, receipts: Receipts) -> None:
    """Bring the photos that were asked for, before the answer is booked: one that fails is asked for again, when the
    same event is sent once more and known there."""
    wanted = dict.fromkeys(digest for each in receipts.receipts for digest in each.photos)
    if not wanted:
        return
    with store.read() as reading:
        suffixes = dict(
            reading.execute(select(Photo.sha256, Photo.suffix).where(Photo.sha256.in_(wanted))).all()
        )
    for digest in wanted:
        path = store.photos.path(digest, suffixes.get(digest, ""))
        if digest in suffixes and path.exists():
            office.bring_photo(digest, path.read_bytes())
