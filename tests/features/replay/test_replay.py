"""Real records through the shop's own services: each comes to the end its status tells, once and for ever."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.core.clock import SetClock
from app.core.enums import Status
from app.core.errors import Reason, Refusal
from app.features.checkup.service import examine
from app.features.intake.service import IntakeService
from app.features.replay import service as replay_service
from app.features.replay.ords import read_ords
from app.features.replay.service import play_file, replay
from app.features.replay.snapshots import OrdsFile, SkipReason
from app.features.replay.telling import retold
from app.features.sample.supplies import Supplies, supplies
from app.features.staff.pins import PinHasher
from app.store.door import Store
from tests.features.replay.test_ords import ORDS, written

FAST = PinHasher(passes=1, memory_kib=8, lanes=1)
MADE_NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
STATUSES = ("Fixed", "Fixed", "Fixed", "Repairable", "End of life", "Unknown")
OUTCOMES = {
    "Fixed": {Status.DELIVERED},
    "Repairable": {Status.DELIVERED, Status.WAITING_PARTS, Status.WAITING_CUSTOMER},
    "End of life": {Status.DELIVERED},
    "Unknown": set(Status) - {Status.DELIVERED, Status.CANCELLED, Status.DISPOSED},
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "shop", SetClock(MADE_NOW))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def few_goods(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two parts of each category instead of a whole stock room: a shop is ready in a moment."""
    monkeypatch.setattr(replay_service, "supplies", small_supplies)


@lru_cache
def small_supplies() -> Supplies:
    whole = supplies()
    seen: Counter[str] = Counter()
    goods = []
    for each in whole.goods:
        seen[each.category] += 1
        if seen[each.category] <= 2:
            goods.append(each)
    return dataclasses.replace(whole, goods=tuple(goods))


def clock_of(store: Store) -> SetClock:
    assert isinstance(store.clock, SetClock)
    return store.clock


def some_records(path: Path, count: int = 18) -> OrdsFile:
    rows = [
        {
            "repair_status": STATUSES[at % len(STATUSES)],
            "event_date": f"2024-03-{16 + at // 6}",
            "repair_barrier_if_end_of_life": "Spare parts not available" if at % 6 == 4 else "",
        }
        for at in range(count)
    ]
    return read_ords(written(path, *rows))


def rows_of(store: Store, query: str) -> list[tuple[object, ...]]:
    with store.read() as reading:
        return [tuple(row) for row in reading.exec_driver_sql(query)]


def content(store: Store) -> Counter[str]:
    """How many rows each table has, and a digest of the orders' fate: equal where nothing was added."""
    with store.read() as reading:
        return Counter({name: _count(reading, name) for name in _tables(reading)})


def _tables(reading: Connection) -> list[str]:
    return [
        str(name)
        for (name,) in reading.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        )
    ]


def _count(reading: Connection, table: str) -> int:
    return int(reading.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one())


def fate(store: Store) -> dict[object, tuple[object, ...]]:
    """What each record came to: status, who, which parts, how much was invoiced and paid."""
    found = rows_of(
        store,
        "SELECT o.source_ref, o.status, c.name, c.phone, d.model, o.fault,"
        " (SELECT group_concat(part_id) FROM order_line l WHERE l.order_id = o.id AND NOT removed),"
        " (SELECT sum(total) FROM invoice i WHERE i.order_id = o.id),"
        " (SELECT sum(amount) FROM payment p WHERE p.order_id = o.id)"
        " FROM repair_order o JOIN customer c ON c.id = o.customer_id JOIN device d ON d.id = o.device_id",
    )
    return {row[0]: row[1:] for row in found}


def test_every_record_ends_as_its_status_says(store: Store, tmp_path: Path) -> None:
    file = some_records(tmp_path)
    done = replay(store, clock_of(store), file, hasher=FAST)
    assert (done.played, done.earlier, done.skipped, done.cancelled) == (18, 0, (), False)
    ended = dict(rows_of(store, "SELECT source_ref, status FROM repair_order"))
    for at, record in enumerate(file.records):
        assert ended[record.ref] in {each.value for each in OUTCOMES[STATUSES[at % 6]]}, record.ref
    unrepaired = "SELECT count(*) FROM journal WHERE action = 'return_unrepaired'"
    assert rows_of(store, unrepaired)[0][0] >= 3
    barrier = "SELECT count(*) FROM order_note WHERE text = 'Spare parts not available'"
    assert rows_of(store, barrier) == [(3,)]
    paid = rows_of(
        store,
        "SELECT count(*) FROM invoice i WHERE total > 0 AND order_id NOT IN (SELECT order_id FROM payment)",
    )
    assert paid == [(0,)]
    assert examine(store).sound


def test_the_clock_follows_the_file(store: Store, tmp_path: Path) -> None:
    file = some_records(tmp_path)
    replay(store, clock_of(store), file, hasher=FAST)
    days = dict(rows_of(store, "SELECT source_ref, taken_in_day FROM repair_order"))
    assert days == {record.ref: record.day.isoformat() for record in file.records}
    moments = [row[0] for row in rows_of(store, "SELECT at FROM journal ORDER BY id")]
    assert moments == sorted(moments)


def test_a_second_run_adds_nothing(store: Store, tmp_path: Path) -> None:
    file = some_records(tmp_path)
    replay(store, clock_of(store), file, hasher=FAST)
    before = content(store), fate(store)
    again = replay(store, clock_of(store), file, hasher=FAST)
    assert (again.played, again.earlier, again.papers) == (18, 18, 0)
    assert (content(store), fate(store)) == before


@pytest.mark.parametrize("steps", [(1, 3, 5), (17, 20, 31, 2)])
def test_cut_off_after_any_step_it_goes_on_to_the_same_end(
    store: Store, tmp_path: Path, steps: tuple[int, ...]
) -> None:
    file = some_records(tmp_path)
    torn = Store.open(tmp_path / "torn", SetClock(MADE_NOW))
    for count in steps:
        left = iter(range(count))
        part = replay(
            torn, clock_of(torn), file, hasher=FAST, cancelled=lambda left=left: next(left, None) is None
        )
        assert part.cancelled
    assert replay(torn, clock_of(torn), file, hasher=FAST).played == 18
    replay(store, clock_of(store), file, hasher=FAST)
    assert fate(torn) == fate(store)
    assert examine(torn).sound
    torn.close()


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from app.core.clock import SetClock
from app.features.replay.service import play_file
from app.features.sample.supplies import Supplies, supplies
from app.features.staff.pins import PinHasher
from app.store.door import Store
clock = SetClock(datetime(2026, 11, 22, 2, 0, tzinfo=UTC))
store = Store.open(Path(sys.argv[1]), clock)
print("open", flush=True)
play_file(store, clock, Path(sys.argv[2]), hasher=PinHasher(1, 8, 1))
print("done", flush=True)
"""


def test_killed_at_any_moment_it_goes_on(tmp_path: Path) -> None:
    some_records(tmp_path, 12)
    command = [sys.executable, "-c", KILLED, str(tmp_path / "shop"), str(tmp_path / "ords.csv")]
    root = Path(__file__).resolve().parents[3]
    for wait in (0.2, 0.5):
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    store = Store.open(tmp_path / "shop", SetClock(MADE_NOW))
    done = replay(store, clock_of(store), read_ords(tmp_path / "ords.csv"), hasher=FAST)
    assert done.played == 12
    assert rows_of(store, "SELECT count(*), count(DISTINCT source_ref) FROM repair_order") == [(12, 12)]
    report = examine(store)
    assert report.sound, [(each.name, each.detail) for each in report.checks if not each.ok]
    store.close()


def test_a_long_text_is_kept_whole(store: Store, tmp_path: Path) -> None:
    problem = " ".join(f"word{at}" for at in range(1200))
    product = "a very long description of a product " * 5
    file = read_ords(
        written(tmp_path, {"problem": problem, "partner_product_category": f"Electrical ~ {product}"})
    )
    replay(store, clock_of(store), file, hasher=FAST)
    fault = str(rows_of(store, "SELECT fault FROM repair_order")[0][0])
    notes = [str(row[0]) for row in rows_of(store, "SELECT text FROM order_note ORDER BY id")]
    pieces = [fault, *(note.removeprefix("（续）") for note in notes if note.startswith("（续）"))]
    assert len(pieces) == 3
    assert " ".join(piece.removesuffix("…") for piece in pieces).split() == problem.split()
    assert product.strip() in notes


def test_a_row_that_the_shop_refuses_is_listed_and_the_others_are_played(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = some_records(tmp_path, 6)
    take_in = IntakeService.take_in

    def refusing(self: IntakeService, ctx: object, visit: object) -> object:
        if visit.source_refs == ("x_2",):  # type: ignore[attr-defined]
            raise Refusal(Reason.FIELD_REQUIRED, field="fault")
        return take_in(self, ctx, visit)  # type: ignore[arg-type]

    monkeypatch.setattr(IntakeService, "take_in", refusing)
    done = replay(store, clock_of(store), file, hasher=FAST)
    assert done.played == 5
    assert [(each.line, each.ref, each.reason) for each in done.skipped] == [(4, "x_2", SkipReason.REFUSED)]
    assert done.skipped[0].sentence()


def test_the_papers_of_a_sample_are_written(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.features.replay.telling.PAPERS_EVERY", 1)
    file = some_records(tmp_path, 2)
    done = replay(store, clock_of(store), file, hasher=FAST, papers=tmp_path / "papers")
    names = sorted(path.name for path in (tmp_path / "papers").iterdir())
    assert done.papers == len(names) == 6
    assert {name.rsplit("-", maxsplit=3)[0] for name in names} == {"pickup-receipt", "repair-card", "invoice"}
    assert all((tmp_path / "papers" / name).read_bytes().startswith(b"%PDF") for name in names)


def test_a_file_that_is_refused_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("id,brand\n1,x\n")
    before = content(store)
    with pytest.raises(Refusal) as caught:
        play_file(store, clock_of(store), path, hasher=FAST)
    assert caught.value.reason is Reason.COLUMNS_MISSING
    assert content(store) == before


def test_only_the_first_orders_are_played(store: Store, tmp_path: Path) -> None:
    file = some_records(tmp_path, 6)
    assert replay(store, clock_of(store), file, orders=2, hasher=FAST).played == 2
    assert replay(store, clock_of(store), file, orders=0, hasher=FAST).played == 0
    seen: list[tuple[int, int]] = []
    rest = replay(store, clock_of(store), file, hasher=FAST, progress=lambda a, b: seen.append((a, b)))
    assert (rest.played, rest.earlier) == (6, 2)
    assert seen == [(at, 4) for at in range(1, 5)]


def test_customers_come_back_with_other_devices(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.features.replay.telling.PEOPLE", 3)
    replay(store, clock_of(store), some_records(tmp_path, 12), hasher=FAST)
    assert rows_of(store, "SELECT count(*) <= 3 FROM customer") == [(1,)]


def test_a_slice_of_the_real_file(store: Store) -> None:
    path = ORDS / "OpenRepairData_v0.3_RepairCafeWales_202507.csv"
    if not path.is_file():
        pytest.skip("the folder of real repair records is not beside the project")
    done = play_file(store, clock_of(store), path, orders=40, hasher=FAST)
    assert (done.played, done.skipped) == (40, ())
    report = examine(store)
    assert report.sound, [(each.name, each.detail) for each in report.checks if not each.ok]


def test_real_repairs_fill_a_sample_shop(store: Store, tmp_path: Path) -> None:
    from app.features.sample.service import fill
    from app.features.sample.stories import SHOWPIECES

    told = retold(some_records(tmp_path, len(SHOWPIECES) + 6).records, seed=3, now=MADE_NOW)
    fill(store, clock_of(store), now=MADE_NOW, seed=3, stories=told, hasher=FAST)
    refs = [str(row[0]) for row in rows_of(store, "SELECT source_ref FROM repair_order")]
    assert sum(ref.startswith("x_") for ref in refs) == 6
    assert sum(ref.startswith("demo-") for ref in refs) == len(SHOWPIECES)
