"""Promise 8: eight stores write at once: no change is lost, nobody waits longer than 5 s, then a plain message."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from app.core.enums import Command, Series
from app.core.errors import EnvironmentFault, Fault
from app.core.rights import Ctx
from app.core.sentences import sentence
from app.core.words import Language, speaking
from app.store.audit import first_broken_entry
from app.store.door import Store
from tests.promises.money import at_work, owner, write_shop

if TYPE_CHECKING:
    from tests.promises.conftest import Promise

pytestmark = pytest.mark.promise(8)

STORES = 8
SECONDS = 5.0
PERIOD = "9912"
COUNT = "SELECT last FROM number_series WHERE period = '9912'"

Change = Callable[[Store, Ctx], int]


def by_the_door(store: Store, ctx: Ctx) -> int:
    """One more, counted inside the transaction."""
    with store.write(Command.IMPORT, ctx) as tx:
        return tx.next_number(Series.ORDER, PERIOD)


def beside_the_door(store: Store, ctx: Ctx) -> int:
    """The planted bug: what was read before the transaction is written in it."""
    with store.read() as reading:
        now = int(reading.exec_driver_sql(COUNT).scalar() or 0)
    with store.write(Command.IMPORT, ctx) as tx:
        tx.reading().exec_driver_sql(
            "INSERT INTO number_series (series, period, last) VALUES ('order', ?, ?)"
            " ON CONFLICT (series, period) DO UPDATE SET last = excluded.last",
            (PERIOD, now + 1),
        )
    return now + 1


@dataclass
class Crowd:
    """Eight threads, each with a store of its own."""

    change: Change
    each: int
    given: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    busy: int = 0
    broken: list[BaseException] = field(default_factory=list)

    def run(self, store: Store) -> None:
        """Until every store has made its changes; one that was refused as busy is tried again, as a user would."""
        gate = Barrier(STORES)
        threads = [Thread(target=self._work, args=(store.second(), gate)) for _store in range(STORES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, store: Store, gate: Barrier) -> None:
        try:
            gate.wait()
            for _change in range(self.each):
                ctx = Ctx.gesture(owner())
                while not self._done(store, ctx):
                    self.busy += 1
        except BaseException as error:
            self.broken.append(error)
        finally:
            store.close()

    def _done(self, store: Store, ctx: Ctx) -> bool:
        began = time.monotonic()
        try:
            self.given.append(self.change(store, ctx))
        except EnvironmentFault as fault:
            if fault.fault is not Fault.BUSY:
                raise
            return False
        finally:
            self.waits.append(time.monotonic() - began)
        return True


def test_eight_stores_lose_nothing(promise: Promise, tmp_path: Path) -> None:
    write_shop(tmp_path / "shop")
    with at_work(tmp_path / "shop") as office:
        store = office.shop.store
        crowd = Crowd(by_the_door, promise.of(25, 1_000))
        crowd.run(store)
        assert crowd.broken == []
        total = STORES * crowd.each
        assert sorted(crowd.given) == list(range(1, total + 1)), "a number was given twice or not at all"
        with store.read() as reading:
            assert reading.exec_driver_sql(COUNT).scalar() == total
            assert first_broken_entry(reading) is None
        # The wait is SQLite's; the rest is the machine's, which may have other work.
        assert max(crowd.waits) < SECONDS + 3
        assert crowd.busy <= total // 100
    promise.tried(total)


def test_reading_before_the_transaction_loses_changes(promise: Promise, tmp_path: Path) -> None:
    """Control."""
    write_shop(tmp_path / "shop")
    with at_work(tmp_path / "shop") as office:
        crowd = Crowd(beside_the_door, 25)
        crowd.run(office.shop.store)
        assert crowd.broken == []
        with office.shop.store.read() as reading:
            assert reading.exec_driver_sql(COUNT).scalar() < STORES * crowd.each
    promise.caught("read before the transaction")


def test_who_waits_too_long_is_told_plainly(tmp_path: Path) -> None:
    write_shop(tmp_path / "shop")
    with at_work(tmp_path / "shop") as office:
        store = office.shop.store
        second = store.second()
        with store.write(Command.IMPORT, Ctx.gesture(owner())) as tx:
            tx.next_number(Series.ORDER, PERIOD)
            began = time.monotonic()
            with pytest.raises(EnvironmentFault) as told:
                by_the_door(second, Ctx.gesture(owner()))
            waited = time.monotonic() - began
        second.close()
    assert told.value.fault is Fault.BUSY
    assert SECONDS - 1 < waited < SECONDS + 2
    with speaking(Language.EN):
        assert sentence(told.value) == "The records are busy just now. Nothing was saved; please try again."
