"""The stock room's figures: a tenth as many parts as orders and three moves an order, over ten years.

Asked for at 100,000 parts and 3,000,000 moves, which is ``xiuhu bench --orders 1000000``. The rows are made by SQL
and keep the ledger's identities: value in less value out is the value on hand.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from app.core.clock import SystemClock, business_day
from app.core.codes import CodeKind, running_code
from app.core.enums import PlanKind, Role
from app.core.money import Quantity
from app.core.rights import FOUNDER, Actor, Ctx
from app.services import Services
from app.store.door import Store
from tests.bench.lives import Lives
from tests.bench.measure import Effort, Figure, figure
from tests.bench.pour import STOCK_SUMS
from tests.bench.shops import FAST, Say, found

Wanted = Callable[[str], bool]

NAMES = (
    "stock_scan_part",
    "stock_on_hand",
    "stock_reserve",
    "stock_proposal_month",
    "stock_proposal_base",
    "stock_value_past",
    "stock_import",
)
_MOVES_A_PART = 30
_DAYS = 3650
_LEAST_PARTS = 300

_PARTS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :parts)
INSERT INTO part (uuid, version, number, name, category, brand, fits, unit, sale_price, location, minimum, active,
  on_hand, value, created_at, supplier_number, purchase_price, serialised, warranty_months, condition, season, kit,
  kit_labour, kit_minutes, picture_sha256, picture_suffix, consign_price, consigned, reserved, away)
SELECT randomblob(16), 1, printf('K%06d', i), '备件 ' || i, 'kitchen', '', '', '只', 3000 + i % 997, '',
  CASE WHEN i % 50 = 0 THEN 5000 ELSE 0 END, 1, 0, 0, :now, '', 1000 + i % 499, 0, 0, 'new', '', 0, 0, 0, '', '', 0,
  0, 0, 0
FROM n
"""
# Ten come in at the part's price, nine go out one by one, three times; so the average is always that price.
_MOVES = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :each - 1)
INSERT INTO stock_move (part_id, kind, quantity, value, note, at, day, place_id, consigned, reserved, owed_value)
SELECT p.id, CASE i % 10 WHEN 0 THEN 'receive' ELSE 'use' END,
  CASE i % 10 WHEN 0 THEN 10000 ELSE -1000 END,
  CASE i % 10 WHEN 0 THEN 10 * p.purchase_price ELSE -p.purchase_price END, '', :now,
  date(:today, printf('-%d days', :days - (i * :days + p.id % :days) / :each)), 1, 0, 0, 0
FROM n, part p WHERE p.number LIKE 'K%' ORDER BY i, p.id
"""
_BALANCES = """
INSERT INTO stock_balance (part_id, place_id, consigned, on_hand, since)
SELECT id, 1, 0, on_hand, created_at FROM part WHERE number LIKE 'K%'
"""


def measure(orders: int, wanted: Wanted, effort: Effort, say: Say) -> Iterator[Figure]:
    """Every figure of this module that is wanted, in a shop of its own."""
    if not any(map(wanted, NAMES)):
        return
    with _filled(max(_LEAST_PARTS, orders // 10), say) as (services, actor):
        yield from _bench(services, actor, wanted, effort)
        yield from _whole(services, wanted, effort)
        # It writes to every part: last.
        yield from _import(services, actor, wanted)


def _bench(services: Services, actor: Actor, wanted: Wanted, effort: Effort) -> Iterator[Figure]:
    with services.store.read() as reading:
        parts = [row.id for row in reading.exec_driver_sql("SELECT id FROM part WHERE number LIKE 'K%'")]
    step = max(1, len(parts) // 997)
    lives = Lives(services, actor, (parts[0], parts[1]))
    spread = [parts[(at * step) % len(parts)] for at in range(len(parts))]
    if wanted("stock_scan_part"):
        card = lives.in_repair()
        at = iter(range(10**9))

        def scan() -> None:
            nonlocal card
            code = running_code(CodeKind.PART, spread[next(at) % len(spread)])
            card = services.bench.add_part_by_code(Ctx.gesture(actor), card.id, card.version, code)
            if len(card.lines) > _LINES_OF_A_LONG_REPAIR:
                card = lives.in_repair()

        yield figure(
            "stock_scan_part",
            scan,
            lambda: _one_commit(services),
            rounds=effort.rounds,
            median_bound_ms=5,
        )
    if wanted("stock_reserve"):
        order_id = lives.in_repair().id
        turn = iter(range(10**9))

        def reserve() -> None:
            part_id = spread[next(turn) % len(spread)]
            services.shelf.reserve(Ctx.gesture(actor), order_id, part_id, Quantity.of(1))
            services.shelf.release(Ctx.gesture(actor), order_id, part_id)

        yield figure("stock_reserve", reserve, rounds=effort.rounds // 4, median_bound_ms=1000)


#: Parts on one order; nobody's repair has more.
_LINES_OF_A_LONG_REPAIR = 8


def _one_commit(services: Services) -> None:
    """The floor of any command: one row changed and flushed to the disk."""
    with services.store.engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE part SET version = version + 1 WHERE id = 1")


def _whole(services: Services, wanted: Wanted, effort: Effort) -> Iterator[Figure]:
    """What looks at every part."""
    scans = effort.scans
    if wanted("stock_on_hand"):
        yield figure("stock_on_hand", lambda: _all_on_hand(services), rounds=scans, median_bound_ms=1000)
    for name, plan in (("stock_proposal_month", PlanKind.MONTHLY), ("stock_proposal_base", PlanKind.BASE)):
        if wanted(name):
            yield figure(
                name,
                lambda plan=plan: services.planning.proposal(plan),  # type: ignore[misc]
                rounds=scans,
                median_bound_ms=1000,
            )
    if wanted("stock_value_past"):
        today = _today(services)
        days = [today - timedelta(days=at * 97 % _DAYS) for at in range(scans)]
        turn = iter(days * 4)
        yield figure(
            "stock_value_past",
            lambda: services.stock_views.value_on(FOUNDER, next(turn)),
            rounds=scans,
            median_bound_ms=200,
        )


def _import(services: Services, actor: Actor, wanted: Wanted) -> Iterator[Figure]:
    """A new price for every part, read from a file, checked and applied."""
    if not wanted("stock_import"):
        return
    with services.store.read() as reading:
        rows = reading.exec_driver_sql("SELECT number, sale_price + 100 AS price FROM part").all()
    file = services.store.folder.root / "prices.csv"
    lines = [f"{each.number},{each.price // 100}.{each.price % 100:02d}" for each in rows]
    file.write_text("\n".join(["备件编号,售价", *lines]), encoding="utf-8")

    def take_in() -> None:
        plan = services.stock.sheets.plan(file)
        services.stock.sheets.apply(Ctx.gesture(actor), plan)

    yield figure("stock_import", take_in, rounds=1, warm=0, median_bound_ms=60_000)


def _today(services: Services) -> date:
    return business_day(services.store.clock.now(), services.store.settings.time_zone)


def _all_on_hand(services: Services) -> int:
    with services.store.read() as reading:
        rows = reading.exec_driver_sql("SELECT id, on_hand, consigned, reserved, away, value FROM part").all()
    return len(rows)


@contextmanager
def _filled(parts: int, say: Say) -> Iterator[tuple[Services, Actor]]:
    with tempfile.TemporaryDirectory(prefix="xiuhu-bench-") as temporary:
        root = Path(temporary) / "stock"
        with Services(Store.open(root, SystemClock())) as services:
            found(services)
            database = services.store.folder.database
            today = _today(services).isoformat()
        say(f"filling a stock room with {parts} parts and {parts * _MOVES_A_PART} moves …")
        _pour(database, parts, today)
        with Services(Store.open(root, SystemClock())) as services:
            with services.store.read() as reading:
                owner = reading.exec_driver_sql("SELECT id, name FROM staff WHERE role = 'owner'").one()
            yield services, Actor(owner.id, owner.name, Role.OWNER)


def _pour(database: Path, parts: int, today: str) -> None:
    raw = sqlite.connect(str(database), isolation_level=None)
    known: dict[str, Any] = {
        "parts": parts,
        "each": _MOVES_A_PART,
        "days": _DAYS,
        "today": today,
        "now": 1_700_000_000_000_000,
    }
    try:
        for pragma in FAST:
            raw.execute(pragma)
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(_PARTS, known)
        ids = raw.execute("SELECT id FROM part WHERE number LIKE 'K%'").fetchall()
        raw.executemany(
            "INSERT INTO part_barcode (part_id, code, own) VALUES (?, ?, 1)",
            ((part_id, running_code(CodeKind.PART, part_id)) for (part_id,) in ids),
        )
        raw.execute(_MOVES, known)
        raw.execute(
            "UPDATE part SET on_hand = (SELECT sum(quantity) FROM stock_move m WHERE m.part_id = part.id),"
            " value = (SELECT sum(value) FROM stock_move m WHERE m.part_id = part.id)"
        )
        raw.execute(_BALANCES)
        for statement in STOCK_SUMS:
            raw.execute(statement)
        raw.execute("COMMIT")
        raw.execute("ANALYZE")
        raw.execute("PRAGMA locking_mode=NORMAL")
        raw.execute("PRAGMA journal_mode=WAL")
    finally:
        raw.close()
