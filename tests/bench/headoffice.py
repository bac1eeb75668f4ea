"""The head office's receiver under load: its own PostgreSQL (fsync on), its own process, HTTPS, many shops at once.

``python -m tests.bench.headoffice [EVENTS]`` prints more: batches of several sizes, and what it costs the receiver.
The events are made beforehand; sealing and sending them is done in this process and takes its share of the machine.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg

from app.core.wire.answers import Result
from app.core.wire.card import Card
from app.core.wire.envelope import batch_to_bytes
from app.headoffice import admin
from app.headoffice.certificates import make_identity
from app.headoffice.cluster import cluster, commands, free_port
from app.headoffice.records import connected
from tests.bench.measure import Effort, Figure, percentile
from tests.headoffice.kit import BRAND, BRAND_NAME, ShopSide, claim, instance

NAMES = ("headoffice_events", "headoffice_half")

#: The issue's figures: at least 1,000 durable events a second; at half of that no call above 250 ms (p99).
EVENTS_A_SECOND = 1000
HALF_P99_MS = 250.0
#: A shop on an ordinary day, and one that was offline for weeks.
BATCH, LARGE = 50, 200
SHOPS = 8


@dataclass(frozen=True, slots=True)
class Load:
    """What one run found. Processor time for one event: of the receiver, of PostgreSQL, of the shops (this process).

    Other work on a busy machine hardly touches these, and hence they tell what a free one can do.
    """

    events: int
    seconds: float
    calls_ms: tuple[float, ...]
    cpu_ms: float
    records_cpu_ms: float
    shops_cpu_ms: float

    @property
    def a_second(self) -> float:
        """Events answered in a second."""
        return self.events / self.seconds


class Field:
    """A running head office and the shops that send to it."""

    def __init__(self, database: str, pid: int, postmaster: int, sides: list[ShopSide]) -> None:
        self.database = database
        self._pid = pid
        self._postmaster = postmaster
        self._sides = sides
        self._numbers = count(1)

    @property
    def cards(self) -> tuple[Card, ...]:
        """The connection cards of its shops."""
        return tuple(each.card for each in self._sides)

    def flat_out(self, events: int, batch: int) -> Load:
        """Every shop sends as fast as it is answered."""
        share = max(1, events // (len(self._sides) * batch))
        bodies = [self._bodies(side, share, batch) for side in self._sides]
        calls: list[float] = []

        def send(side: ShopSide, own: list[bytes]) -> None:
            for body in own:
                began = time.perf_counter()
                _check(side, body)
                calls.append((time.perf_counter() - began) * 1000)

        return self._run(send, bodies, calls, batch)

    def paced(self, events: int, batch: int, a_second: float) -> Load:
        """Calls at fixed moments; each is timed from the moment it was due, so that no queue goes unseen."""
        share = max(1, events // (len(self._sides) * batch))
        bodies = [self._bodies(side, share, batch) for side in self._sides]
        gap = batch * len(self._sides) / a_second
        start = time.perf_counter() + 0.2
        calls: list[float] = []

        def send(side: ShopSide, own: list[bytes]) -> None:
            offset = self._sides.index(side) * gap / len(self._sides)
            for at, body in enumerate(own):
                due = start + offset + at * gap
                time.sleep(max(0.0, due - time.perf_counter()))
                _check(side, body)
                calls.append((time.perf_counter() - due) * 1000)

        return self._run(send, bodies, calls, batch)

    def _bodies(self, side: ShopSide, share: int, batch: int) -> list[bytes]:
        chance = random.Random(next(self._numbers))
        models = [f"KFR-{size}GW" for size in (26, 35, 50, 72)]
        made = []
        for _each in range(share):
            events = []
            for _one in range(batch):
                body = claim(f"B{next(self._numbers):08d}", fault_code=f"E{chance.randint(1, 9)}")
                device = replace(body.device, model=chance.choice(models))
                events.append(side.event(replace(body, device=device)))
            made.append(batch_to_bytes(events))
        return made

    def _run(
        self,
        send: Callable[[ShopSide, list[bytes]], None],
        bodies: list[list[bytes]],
        calls: list[float],
        batch: int,
    ) -> Load:
        threads = [
            threading.Thread(target=send, args=(side, own))
            for side, own in zip(self._sides, bodies, strict=True)
        ]
        used, used_there, used_here = _cpu_s(self._pid), _family_cpu_s(self._postmaster), time.process_time()
        began = time.perf_counter()
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        seconds = time.perf_counter() - began
        sent = sum(map(len, bodies)) * batch
        if len(calls) * batch != sent:
            raise RuntimeError("a shop gave up: see its error above")
        return Load(
            sent,
            seconds,
            tuple(calls),
            (_cpu_s(self._pid) - used) * 1000 / sent,
            (_family_cpu_s(self._postmaster) - used_there) * 1000 / sent,
            (time.process_time() - used_here) * 1000 / sent,
        )


def _check(side: ShopSide, body: bytes) -> None:
    if any(each.result is not Result.ACCEPTED for each in side.post(body)):
        raise RuntimeError("an event was not accepted")


def _cpu_s(pid: int) -> float:
    """Processor time of another process; 0 where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


def _family_cpu_s(pid: int) -> float:
    """Processor time of a process and its children that run."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        children = []
    return _cpu_s(pid) + sum(_cpu_s(int(each)) for each in children)


@contextmanager
def field(shops: int = SHOPS) -> Iterator[Field]:
    """Cluster, receiver and shops, all gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="xiuhu-bench-office-"))
    folder.chmod(0o711)
    (folder / "records").mkdir()
    with ExitStack() as leaving:
        leaving.callback(shutil.rmtree, folder, ignore_errors=True)
        identity = make_identity(folder, ("localhost", "127.0.0.1"), now=datetime.now(UTC))
        database = leaving.enter_context(cluster(folder / "records"))
        port = free_port()
        process = leaving.enter_context(instance(database, identity, port))
        sides = []
        with connected(database) as link:
            admin.set_up(link, BRAND, BRAND_NAME, admin.Wishes())
            for number in range(shops):
                secret, public = admin.new_key()
                code = f"S{number:05d}"
                key_id = admin.add_shop(link, code, code, public)
                authority = identity.authority.read_text(encoding="ascii")
                url = f"https://localhost:{port}"
                card = admin.card(link, code, key_id=key_id, secret=secret, url=url, authority=authority)
                sides.append(ShopSide(card))
        for side in sides:
            leaving.callback(side.http.close)
        with psycopg.connect(database) as link:
            assert link.execute("SHOW fsync").fetchone() == ("on",)
            assert link.execute("SHOW synchronous_commit").fetchone() == ("on",)
        lines = (folder / "records" / "cluster" / "postmaster.pid").read_text(encoding="utf-8")
        yield Field(database, process.pid, int(lines.split()[0]), sides)


def measure(wanted: Callable[[str], bool], effort: Effort) -> Iterator[Figure]:
    """The figures of ``xiuhu bench``; none where PostgreSQL is not installed."""
    if not any(map(wanted, NAMES)) or commands() is None:
        return
    quick = effort != Effort()
    with field(2 if quick else SHOPS) as made:
        made.flat_out(BATCH * 2 if quick else 800, BATCH)
        if wanted(NAMES[0]):
            load = made.flat_out(LARGE * 2 if quick else 16_000, LARGE)
            # Milliseconds for an event: under one are more than a thousand a second. The processor time is the
            # receiver's, which one core serves.
            each = 1000 / load.a_second
            yield Figure(NAMES[0], each, each, cpu_ms=load.cpu_ms, median_bound_ms=1000 / EVENTS_A_SECOND)
        if wanted(NAMES[1]):
            load = made.paced(BATCH * 2 if quick else 8000, BATCH, EVENTS_A_SECOND / 2)
            calls = sorted(load.calls_ms)
            yield Figure(NAMES[1], percentile(calls, 50), percentile(calls, 99), p99_bound_ms=HALF_P99_MS)


def main(arguments: list[str]) -> None:
    """Several sizes of batches, and where the rows lie."""
    events = int(arguments[0]) if arguments else 8000
    with field() as made:
        made.flat_out(800, BATCH)
        for batch in (1, 10, BATCH, LARGE):
            load = made.flat_out(min(events, 800 * batch), batch)
            calls = sorted(load.calls_ms)
            print(
                f"batches of {batch:3d}: {load.a_second:7.0f} events/s   call p50 {percentile(calls, 50):7.1f} ms"
                f"  p99 {percentile(calls, 99):7.1f} ms   cpu ms/event: receiver {load.cpu_ms:.2f}"
                f" PostgreSQL {load.records_cpu_ms:.2f} shops {load.shops_cpu_ms:.2f}"
            )
        load = made.paced(events, BATCH, EVENTS_A_SECOND / 2)
        calls = sorted(load.calls_ms)
        middle, late = percentile(calls, 50), percentile(calls, 99)
        print(f"at {EVENTS_A_SECOND // 2} events/s: call p50 {middle:.1f} ms  p99 {late:.1f} ms")
        _print_sizes(made.database)


_SIZES = """
SELECT parent.relname, sum(pg_relation_size(part.oid))::float, sum(pg_indexes_size(part.oid))::float,
    sum(part.reltuples)
FROM pg_inherits JOIN pg_class parent ON parent.oid = inhparent JOIN pg_class part ON part.oid = inhrelid
WHERE parent.relkind = 'p' GROUP BY 1 HAVING sum(part.reltuples) > 0 ORDER BY 2 DESC
"""


def _print_sizes(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as link:
        link.execute("VACUUM ANALYZE")
        for name, table, indexes, tuples in link.execute(_SIZES):
            print(
                f"{name:10s} {tuples:9.0f} rows   {table / tuples:7.0f} B a row   indexes {indexes / tuples:5.0f} B"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
