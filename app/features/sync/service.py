"""The push: connections, one round of it, the queue and what to do with what was not taken (design.md §8, §9)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from time import sleep

from sqlalchemy import Connection, func, select

from app.core.brand_codes import LinkFault, OutboxState
from app.core.changes import Kind
from app.core.clock import Clock
from app.core.enums import Command
from app.core.errors import Conflict, EnvironmentFault, Reason, Refusal
from app.core.rights import FOUNDER, Ctx
from app.core.wire.answers import Receipt, Receipts, Standing, Statement
from app.core.wire.card import BadCard, Card, card_from_text
from app.features.pay.months import bounds
from app.features.sync.applying import apply_decisions, apply_receipts
from app.features.sync.client import Address, HeadOffice, LinkFailure, secret_of
from app.features.sync.comparing import claim_odds, statement_check, statement_numbers
from app.features.sync.sending import waiting_batch
from app.features.sync.snapshots import (
    LinkRow,
    Pushed,
    QueueRow,
    Reconciled,
    StatementCheck,
    StepResult,
    SyncStatus,
)
from app.features.sync.trying import try_connection
from app.model import Brand, BrandLink, OutboxEvent, Photo
from app.store.door import Store, Tx, repeatable

#: The first wait after a failure, doubled each time, and the longest.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=1)
#: Waits are spread by so much of themselves: a brand's shops must not all come back in one second.
SPREAD = 0.2
#: Failures that no waiting mends: tried as seldom as may be, until somebody did something.
_WANTS_SOMEBODY = frozenset(
    {
        LinkFault.KEY,
        LinkFault.SHOP_CLOSED,
        LinkFault.CERTIFICATE,
        LinkFault.HOST,
        LinkFault.OLD_TLS,
        LinkFault.REJECTED,
        LinkFault.OWN_KEY,
    }
)
#: Pages of decisions in one round; a head office that never ends its list must not hold the push.
MOST_PAGES = 200
#: Who waits for his turn looks so often whether he was stopped, in seconds.
_TURN_S = 0.2
#: Between two transactions: who waits for the records gets them.
_BREATH_S = 0.002
_PURPOSE = b"head office key"

Office = Callable[[Address, Callable[[], datetime]], HeadOffice]


class Sync:
    """The push of one shop. ``office``, ``dice`` and ``now`` (the moment of a seal) are replaced by tests."""

    #: So many answers are booked in one transaction: whoever works at the counter waits for no more than that.
    piece = 100

    def __init__(
        self,
        store: Store,
        office: Office = HeadOffice,
        dice: random.Random | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._store = store
        self._office = office
        self._now = now or store.clock.now
        self._dice = dice or random.Random()
        self._lines: dict[int, Lock] = {}

    @property
    def clock(self) -> Clock:
        """The shop's clock."""
        return self._store.clock

    @property
    def zone(self) -> str:
        """The shop's time zone."""
        return self._store.settings.time_zone

    # queries

    def links(self) -> tuple[LinkRow, ...]:
        """Every head office that was set up, and how it stands with it."""
        with self._store.read() as reading:
            waiting = _counts(reading, OutboxState.WAITING)
            dead = _counts(reading, OutboxState.DEAD)
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

    def status(self) -> SyncStatus:
        """What the light shows."""
        links = [each for each in self.links() if each.active]
        contacts = [each.last_contact_at for each in links if each.last_contact_at is not None]
        return SyncStatus(
            links=len(links),
            waiting=sum(each.waiting for each in links),
            dead=sum(each.dead for each in links),
            fault=next((each.fault for each in links if each.fault is not None), None),
            last_contact_at=min(contacts, default=None) if len(contacts) == len(links) else None,
            paused=self._store.settings.sync_paused,
        )

    def queue(
        self, state: OutboxState | None = None, after: int | None = None, limit: int = 50
    ) -> tuple[QueueRow, ...]:
        """A page of events, newest first."""
        query = (
            select(
                OutboxEvent.id,
                Brand.name,
                OutboxEvent.kind,
                OutboxEvent.subject,
                OutboxEvent.made_at,
                OutboxEvent.state,
                OutboxEvent.attempts,
                OutboxEvent.result,
                OutboxEvent.reason,
            )
            .join(Brand, Brand.id == OutboxEvent.brand_id)
            .order_by(OutboxEvent.id.desc())
            .limit(limit)
        )
        if state is not None:
            query = query.where(OutboxEvent.state == state)
        if state in (OutboxState.WAITING, OutboxState.DEAD):
            # By name of the brands, so that the small index of these is used and not years of what arrived.
            query = query.where(OutboxEvent.brand_id.in_(select(BrandLink.brand_id)))
        if after is not None:
            query = query.where(OutboxEvent.id < after)
        with self._store.read() as reading:
            return tuple(QueueRow(*row) for row in reading.execute(query))

    def due(self) -> tuple[int, ...]:
        """Brands whose head office may be tried now: nothing to wait for, or the wait is over."""
        if self._store.settings.sync_paused:
            return ()
        now = self._store.clock.now()
        # A wait that is longer than any means that the clock was put back: it does not hold.
        return tuple(
            each.brand_id
            for each in self.links()
            if each.active
            and (each.next_try_at is None or not timedelta(0) < each.next_try_at - now <= LONGEST_WAIT * 2)
        )

    # setting up

    def read_card(self, text: str) -> Card:
        """What a pasted connection card says. ``Refusal(CARD_DAMAGED)``."""
        try:
            card = card_from_text(text)
            secret_of(card.secret)
        except (BadCard, ValueError):
            raise Refusal(Reason.CARD_DAMAGED, field="card") from None
        if not card.url.lower().startswith("https://"):
            raise Refusal(Reason.CARD_DAMAGED, field="card")
        return card

    @repeatable(lambda self, _result: self.links())
    def connect(self, ctx: Ctx, brand_id: int, card_text: str) -> tuple[LinkRow, ...]:
        """Take a connection card over: the first, or the next key of the same shop (what waits is kept).

        Raises ``Refusal``: CARD_DAMAGED, NOT_FOUND, CARD_OF_OTHER (``name``: another brand has this head office).
        """
        card = self.read_card(card_text)
        with self._store.write(Command.SAVE_LINK, ctx) as tx:
            brand = tx.session.get(Brand, brand_id)
            if brand is None:
                raise Refusal(Reason.NOT_FOUND)
            other = tx.session.scalar(
                select(BrandLink).where(
                    BrandLink.brand_id != brand_id, BrandLink.url == card.url, BrandLink.shop == card.shop
                )
            )
            if other is not None:
                raise Refusal(
                    Reason.CARD_OF_OTHER, name=tx.session.get_one(Brand, other.brand_id).name, field="card"
                )
            found = tx.session.get(BrandLink, brand_id)
            if found is None:
                found = BrandLink(brand_id=brand_id, version=0, cursor=0)
                tx.session.add(found)
            elif (found.url, found.shop) != (card.url, card.shop):
                found.cursor = 0  # another office counts its own decisions
            found.url, found.brand_code, found.shop = card.url, card.brand, card.shop
            found.key_id, found.authority = card.key_id, card.ca
            found.key = self._store.secrets.seal(card.secret, _PURPOSE + brand.uuid.bytes)
            found.active, found.failures, found.last_fault, found.next_try_at = True, 0, "", None
            found.version += 1
            tx.journal(brand=brand_id, link="connected", key=card.key_id)
            tx.changed(Kind.SYNC, brand_id)
            tx.changed(Kind.BRAND, brand_id)
        return self.links()

    @repeatable(lambda self, _result: self.links())
    def set_active(self, ctx: Ctx, brand_id: int, version: int, active: bool) -> tuple[LinkRow, ...]:
        """Stop telling a head office, or go on; what waits stays. ``Refusal(NOT_FOUND)``; ``Conflict``."""
        with self._store.write(Command.SAVE_LINK, ctx) as tx:
            found = tx.session.get(BrandLink, brand_id)
            if found is None:
                raise Refusal(Reason.NOT_FOUND)
            if found.version != version:
                raise Conflict(Kind.SYNC, brand_id)
            found.active, found.next_try_at = active, None
            found.version += 1
            tx.journal(brand=brand_id, link="active" if active else "stopped")
            tx.changed(Kind.SYNC, brand_id)
        return self.links()

    def test(self, card: Card, tell: Callable[[StepResult], None] | None = None) -> tuple[StepResult, ...]:
        """Try a connection step by step and say at which it fails. Sends nothing of the shop's but its name.

        Takes up to half a minute: not on the window's thread.
        """
        return try_connection(card, self._office, self._now, tell)

    # the round

    def push(
        self,
        brand_id: int,
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Pushed:
        """One round with one head office: everything that waits, then what was decided there.

        Not on the window's thread. Never raises for the network's sake: the answer says what happened, and when it is
        tried again stands on the connection.
        """
        stopped = stop or _never
        with self._line(brand_id, stopped) as free:
            if not free:
                return Pushed(left=self._waiting(brand_id))
            return self._push(brand_id, progress, stopped)

    def _push(
        self, brand_id: int, progress: Callable[[int, int], None] | None, stopped: Callable[[], bool]
    ) -> Pushed:
        answered = decided = 0
        try:
            address = self._address(brand_id)
            if address is None:
                return Pushed()
            with self._office(address, self._now) as office:
                total = self._waiting(brand_id)
                while not stopped():
                    with self._store.read() as reading:
                        batch = waiting_batch(reading, brand_id, address)
                    if batch is None:
                        break
                    receipts = self._bring_photos(office, office.push(batch.body))
                    # What was not in this call was not taken by it, whatever the answer says.
                    meant = [each for each in receipts if each.id in batch.ids]
                    if not meant:
                        # Nothing of it was answered: the same again would go round for ever.
                        raise LinkFailure(LinkFault.NOT_OFFICE, "no receipts")
                    for at in range(0, len(meant), self.piece):
                        answered += self._book(brand_id, meant[at : at + self.piece])
                        if progress is not None:
                            progress(answered, max(total, answered))
                        sleep(_BREATH_S)
                for _page in range(MOST_PAGES):
                    if stopped():
                        break
                    new, more = self._decisions(brand_id, office)
                    decided += new
                    if not more:
                        break
        except LinkFailure as failure:
            self._failed(brand_id, failure)
            return Pushed(answered, decided, self._waiting(brand_id), failure.fault, failure.detail)
        self._went_well(brand_id)
        return Pushed(answered, decided, self._waiting(brand_id))

    @contextmanager
    def _line(self, brand_id: int, stopped: Callable[[], bool]) -> Iterator[bool]:
        """One round at a time with one head office: F9 while the program pushes by itself waits for its turn. False if
        it was stopped before."""
        line = self._lines.setdefault(brand_id, Lock())
        taken = False
        while not taken and not stopped():
            taken = line.acquire(timeout=_TURN_S)
        try:
            yield taken
        finally:
            if taken:
                line.release()

    @repeatable(lambda _self, result: result["again"])
    def try_again(self, ctx: Ctx, event_ids: Sequence[int]) -> int:
        """What was not taken goes out once more, under a new id (the old one is known there with its refusal). Returns
        how many."""
        with self._store.write(Command.SEND_CLAIM, ctx) as tx:
            again = 0
            for event in _dead(tx, event_ids):
                tx.outbox(event.brand_id, event.kind, event.subject, event.body)
                event.state = OutboxState.DONE
                again += 1
            tx.journal(again=again)
            tx.changed(Kind.SYNC, 0)
            tx.result = {"again": again}
            return again

    @repeatable(lambda _self, result: result["dropped"])
    def drop(self, ctx: Ctx, event_ids: Sequence[int]) -> int:
        """Somebody looked at what was not taken, and nothing more is to be done. Returns how many."""
        with self._store.write(Command.SEND_CLAIM, ctx) as tx:
            dropped = 0
            for event in _dead(tx, event_ids):
                event.state = OutboxState.DONE
                dropped += 1
            tx.journal(dropped=dropped)
            tx.changed(Kind.SYNC, 0)
            tx.result = {"dropped": dropped}
            return dropped

    # the two sides beside each other

    def reconcile(self, brand_id: int, stop: Callable[[], bool] | None = None) -> Reconciled:
        """The same set of claims on both sides, amounts to the fen? What waits is pushed first, unless the push is
        paused: after a restored backup one looks before one lets it go on.

        Not on the window's thread. Never raises for the network's sake. ``Refusal(NOT_FOUND)``: no connection.
        """
        found = Reconciled(brand_id, self._link_name(brand_id))
        try:
            address = self._told_first(brand_id, stop)
            with self._office(address, self._now) as office:
                theirs = self._standings(office, stop)
        except LinkFailure as failure:
            return replace(found, waiting=self._waiting(brand_id), fault=failure.fault)
        with self._store.read() as reading:
            both, here, there, odd = claim_odds(reading, brand_id, theirs)
        return replace(found, claims=both, ours=here, theirs=there, odd=odd, waiting=self._waiting(brand_id))

    def statement(self, brand_id: int, month: str) -> StatementCheck:
        """A month's statement, fetched from the head office and laid beside the shop's settlement line by line.

        ``month`` is ``2026-11``. Not on the window's thread. Never raises for the network's sake. ``Refusal``:
        NOT_FOUND (no connection), MONTH_UNKNOWN.
        """
        bounds(month)
        self._link_name(brand_id)
        try:
            address = self._told_first(brand_id, None)
            with self._store.read() as reading:
                numbers = statement_numbers(reading, brand_id, month)
            with self._office(address, self._now) as office:
                statements = [_statement(office, number, month) for number in numbers]
        except LinkFailure as failure:
            return StatementCheck(month, fault=failure.fault)
        with self._store.read() as reading:
            return statement_check(reading, brand_id, month, statements)

    def _link_name(self, brand_id: int) -> str:
        found = next((each for each in self.links() if each.brand_id == brand_id and each.active), None)
        if found is None:
            raise Refusal(Reason.NOT_FOUND)
        return found.brand

    def _told_first(self, brand_id: int, stop: Callable[[], bool] | None) -> Address:
        """Where to ask, after what waits was told and what was decided was heard."""
        if not self._store.settings.sync_paused:
            done = self.push(brand_id, stop=stop)
            if done.fault is not None:
                raise LinkFailure(done.fault, done.detail)
        address = self._address(brand_id, even_paused=True)
        if address is None:
            raise Refusal(Reason.NOT_FOUND)
        return address

    @staticmethod
    def _standings(office: HeadOffice, stop: Callable[[], bool] | None) -> list[Standing]:
        found: list[Standing] = []
        after = ""
        while not (stop is not None and stop()):
            page = office.standings(after)
            found += page.claims
            if not page.more:
                break
            if not page.claims or page.next <= after:
                raise LinkFailure(LinkFault.NOT_OFFICE, "claims")
            after = page.next
        return found

    # what they share

    def _address(self, brand_id: int, *, even_paused: bool = False) -> Address | None:
        with self._store.read() as reading:
            row = reading.execute(
                select(BrandLink.__table__, Brand.uuid)
                .join(Brand, Brand.id == BrandLink.brand_id)
                .where(BrandLink.brand_id == brand_id, BrandLink.active)
            ).one_or_none()
        if row is None or (self._store.settings.sync_paused and not even_paused):
            return None
        try:
            secret = secret_of(self._store.secrets.open(bytes(row.key), _PURPOSE + row.uuid.bytes))
        except (EnvironmentFault, ValueError):
            raise LinkFailure(LinkFault.OWN_KEY) from None
        return Address(row.url, row.shop, row.brand_code, row.key_id, secret, row.authority)

    def _waiting(self, brand_id: int) -> int:
        with self._store.read() as reading:
            return _counts(reading, OutboxState.WAITING).get(brand_id, 0)

    def _bring_photos(self, office: HeadOffice, receipts: Receipts) -> Sequence[Receipt]:
        """Bring the photos that were asked for before the answer is booked: one that fails is asked for again, when the
        same event is sent once more and known there."""
        wanted = dict.fromkeys(digest for each in receipts.receipts for digest in each.photos)
        if wanted:
            with self._store.read() as reading:
                suffixes = dict(
                    reading.execute(select(Photo.sha256, Photo.suffix).where(Photo.sha256.in_(wanted))).all()
                )
            for digest in wanted:
                path = self._store.photos.path(digest, suffixes.get(digest, ""))
                if digest in suffixes and path.exists():
                    office.bring_photo(digest, path.read_bytes())
        return receipts.receipts

    def _book(self, brand_id: int, receipts: Sequence[Receipt]) -> int:
        with self._store.write(Command.PUSH_EVENTS, Ctx.gesture(FOUNDER)) as tx:
            booked = apply_receipts(tx, brand_id, receipts)
            tx.journal(brand=brand_id, answered=booked)
            return booked

    def _decisions(self, brand_id: int, office: HeadOffice) -> tuple[int, bool]:
        with self._store.read() as reading:
            since = (
                reading.execute(select(BrandLink.cursor).where(BrandLink.brand_id == brand_id)).scalar() or 0
            )
        page = office.decisions(since)
        if not page.decisions:
            return 0, False
        numbers = [each.seq for each in page.decisions]
        if page.next != numbers[-1] or page.next <= since or numbers != sorted(set(numbers)):
            # Whoever numbers them so would make this shop skip some for ever.
            raise LinkFailure(LinkFault.NOT_OFFICE, "decisions")
        with self._store.write(Command.PUSH_EVENTS, Ctx.gesture(FOUNDER)) as tx:
            new = apply_decisions(tx, brand_id, page.decisions)
            tx.session.get_one(BrandLink, brand_id).cursor = page.next
            tx.journal(brand=brand_id, decided=new)
        return new, page.more

    def _failed(self, brand_id: int, failure: LinkFailure) -> None:
        with self._store.write(Command.NOTE_CONTACT, Ctx.gesture(FOUNDER)) as tx:
            link = tx.session.get(BrandLink, brand_id)
            if link is None:
                return
            link.failures += 1
            link.last_fault = failure.fault.value
            link.next_try_at = tx.now + self._wait(link.failures, failure)
            tx.changed(Kind.SYNC, brand_id)

    def _went_well(self, brand_id: int) -> None:
        with self._store.write(Command.NOTE_CONTACT, Ctx.gesture(FOUNDER)) as tx:
            link = tx.session.get_one(BrandLink, brand_id)
            link.failures, link.last_fault, link.next_try_at, link.last_contact_at = 0, "", None, tx.now
            tx.changed(Kind.SYNC, brand_id)

    def _wait(self, failures: int, failure: LinkFailure) -> timedelta:
        """How long to leave it alone; never above an hour, so that a shop back on the net is back soon."""
        if failure.fault in _WANTS_SOMEBODY:
            wait = LONGEST_WAIT
        else:
            wait = min(FIRST_WAIT * (1 << min(failures - 1, 20)), LONGEST_WAIT)
        if failure.retry_s is not None:
            wait = min(max(wait, timedelta(seconds=failure.retry_s)), LONGEST_WAIT)
        return wait * (1 - SPREAD * self._dice.random())


def _never() -> bool:
    return False


def _statement(office: HeadOffice, number: str, month: str) -> Statement:
    found = office.statement(number)
    if (found.number, found.month) != (number, month):
        raise LinkFailure(LinkFault.NOT_OFFICE, "statement")
    return found


def _counts(reading: Connection, state: OutboxState) -> dict[int, int]:
    return dict(
        reading.execute(
            select(OutboxEvent.brand_id, func.count())
            .where(OutboxEvent.state == state)
            .group_by(OutboxEvent.brand_id)
        ).all()
    )


def _dead(tx: Tx, event_ids: Sequence[int]) -> list[OutboxEvent]:
    return list(
        tx.session.scalars(
            select(OutboxEvent).where(OutboxEvent.id.in_(event_ids), OutboxEvent.state == OutboxState.DEAD)
        )
    )


def _fault(kept: str) -> LinkFault | None:
    try:
        return LinkFault(kept)
    except ValueError:
        return None
