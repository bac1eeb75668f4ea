"""The push: connections, one round of it, the queue, the two sides beside each other (design.md §8, §9)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from time import sleep

from app.core.brand_codes import LinkFault, OutboxState
from app.core.changes import Kind
from app.core.clock import Clock
from app.core.enums import Command
from app.core.errors import Reason, Refusal
from app.core.rights import FOUNDER, Ctx
from app.core.wire.answers import Receipt
from app.core.wire.card import Card
from app.features.pay.months import bounds
from app.features.sync import links
from app.features.sync.applying import apply_decisions, apply_receipts
from app.features.sync.asking import all_standings, bring_photos, month_statements
from app.features.sync.client import Address, HeadOffice, LinkFailure
from app.features.sync.comparing import claim_odds, statement_check, statement_numbers
from app.features.sync.queue import put_aside, queue_rows, send_again
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
from app.features.sync.waits import wait_after
from app.model import BrandLink
from app.store.door import Store, repeatable

#: Pages of decisions in one round; a head office that never ends its list must not hold the push.
MOST_PAGES = 200
#: Who waits for his turn looks so often whether he was stopped, in seconds.
_TURN_S = 0.2
#: Between two transactions, where nobody says how else to stand back: who waits for the records gets them.
_BREATH_S = 0.002

Office = Callable[[Address, Callable[[], datetime]], HeadOffice]


class Sync:
    """The push of one shop. ``office``, ``dice`` and ``now`` (the moment of a seal) are replaced by tests."""

    #: So many answers are booked in one transaction: whoever works at the counter waits for no more than that.
    piece = 50
    #: A decision changes its claim, too: fewer of them take as long.
    decided_piece = 20

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
            return links.link_rows(reading)

    def status(self) -> SyncStatus:
        """What the light shows."""
        return links.status_of(self.links(), self._store.settings.sync_paused)

    def queue(
        self, state: OutboxState | None = None, after: int | None = None, limit: int = 50
    ) -> tuple[QueueRow, ...]:
        """A page of events, newest first."""
        with self._store.read() as reading:
            return queue_rows(reading, state, after, limit)

    def due(self) -> tuple[int, ...]:
        """Brands whose head office may be tried now: nothing to wait for, or the wait is over."""
        if self._store.settings.sync_paused:
            return ()
        return links.due_of(self.links(), self._store.clock.now())

    # setting up

    def read_card(self, text: str) -> Card:
        """What a pasted connection card says. ``Refusal(CARD_DAMAGED)``."""
        return links.read_card(text)

    @repeatable(lambda self, _result: self.links())
    def connect(self, ctx: Ctx, brand_id: int, card_text: str) -> tuple[LinkRow, ...]:
        """Take a connection card over: the first, or the next key of the same shop (what waits is kept).

        Raises ``Refusal``: CARD_DAMAGED, NOT_FOUND, CARD_OF_OTHER (``name``: another brand has this head office).
        """
        card = self.read_card(card_text)
        with self._store.write(Command.SAVE_LINK, ctx) as tx:
            links.take_card(tx, self._store.secrets, brand_id, card)
        return self.links()

    @repeatable(lambda self, _result: self.links())
    def set_active(self, ctx: Ctx, brand_id: int, version: int, active: bool) -> tuple[LinkRow, ...]:
        """Stop telling a head office, or go on; what waits stays. ``Refusal(NOT_FOUND)``; ``Conflict``."""
        with self._store.write(Command.SAVE_LINK, ctx) as tx:
            links.set_link_active(tx, brand_id, version, active)
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
        rest: Callable[[], None] | None = None,
    ) -> Pushed:
        """One round with one head office: everything that waits, then what was decided there.

        Not on the window's thread. Never raises for the network's sake: the answer says what happened, and when it is
        tried again stands on the connection. ``rest`` is called between two pieces of work: it comes back when whoever
        is at the window needs nothing.
        """
        stopped = stop or _never
        with self._line(brand_id, stopped) as free:
            if not free:
                return Pushed(left=self._waiting(brand_id))
            return self._push(brand_id, progress, stopped, rest or _breathe)

    def _push(
        self,
        brand_id: int,
        progress: Callable[[int, int], None] | None,
        stopped: Callable[[], bool],
        rest: Callable[[], None],
    ) -> Pushed:
        answered = decided = 0
        try:
            address = self._address(brand_id)
            if address is None:
                return Pushed()
            with self._office(address, self._now) as office:
                total = self._waiting(brand_id)
                while not stopped():
                    rest()
                    with self._store.read() as reading:
                        batch = waiting_batch(reading, brand_id, address)
                    if batch is None:
                        break
                    answer = office.push(batch.body)
                    bring_photos(self._store, office, answer)
                    # What was not in this call was not taken by it, whatever the answer says.
                    meant = [each for each in answer.receipts if each.id in batch.ids]
                    if not meant:
                        # Nothing of it was answered: the same again would go round for ever.
                        raise LinkFailure(LinkFault.NOT_OFFICE, "no receipts")
                    for at in range(0, len(meant), self.piece):
                        rest()
                        answered += self._book(brand_id, meant[at : at + self.piece])
                        if progress is not None:
                            progress(answered, max(total, answered))
                for _page in range(MOST_PAGES):
                    if stopped():
                        break
                    new, more = self._decisions(brand_id, office, rest)
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
            again = send_again(tx, event_ids)
            tx.result = {"again": again}
            return again

    @repeatable(lambda _self, result: result["dropped"])
    def drop(self, ctx: Ctx, event_ids: Sequence[int]) -> int:
        """Somebody looked at what was not taken, and nothing more is to be done. Returns how many."""
        with self._store.write(Command.SEND_CLAIM, ctx) as tx:
            dropped = put_aside(tx, event_ids)
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
                theirs = all_standings(office, stop or _never)
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
                statements = month_statements(office, numbers, month)
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

    # what they share

    def _address(self, brand_id: int, *, even_paused: bool = False) -> Address | None:
        if self._store.settings.sync_paused and not even_paused:
            return None
        with self._store.read() as reading:
            return links.address_of(reading, self._store.secrets, brand_id)

    def _waiting(self, brand_id: int) -> int:
        with self._store.read() as reading:
            return links.counts(reading, OutboxState.WAITING).get(brand_id, 0)

    def _book(self, brand_id: int, receipts: Sequence[Receipt]) -> int:
        with self._store.write(Command.PUSH_EVENTS, Ctx.gesture(FOUNDER)) as tx:
            booked = apply_receipts(tx, brand_id, receipts)
            tx.journal(brand=brand_id, answered=booked)
            return booked

    def _decisions(self, brand_id: int, office: HeadOffice, rest: Callable[[], None]) -> tuple[int, bool]:
        with self._store.read() as reading:
            since = links.cursor_of(reading, brand_id)
        page = office.decisions(since)
        if not page.decisions:
            return 0, False
        numbers = [each.seq for each in page.decisions]
        if page.next != numbers[-1] or page.next <= since or numbers != sorted(set(numbers)):
            # Whoever numbers them so would make this shop skip some for ever.
            raise LinkFailure(LinkFault.NOT_OFFICE, "decisions")
        decided = 0
        for at in range(0, len(numbers), self.decided_piece):
            rest()
            some = page.decisions[at : at + self.decided_piece]
            with self._store.write(Command.PUSH_EVENTS, Ctx.gesture(FOUNDER)) as tx:
                new = apply_decisions(tx, brand_id, some)
                tx.session.get_one(BrandLink, brand_id).cursor = some[-1].seq
                tx.journal(brand=brand_id, decided=new)
            decided += new
        return decided, page.more

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
        return wait_after(failures, failure, self._dice)


def _breathe() -> None:
    sleep(_BREATH_S)


def _never() -> bool:
    return False
