"""Reading: the card behind a scan, the finder, the first and the next page of lists.

The finder's floor is the scan with ``LIKE '%text%'`` over the same joined column, read to its end: a frequent text
would let it stop early, but what people type at a counter is mostly rare, and an ERP that sorts its list by anything
but the key reads all of it too.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.rights import FOUNDER
from app.features.finder.service import NEWEST_ROWS
from app.features.finder.snapshots import OrderHit
from app.features.orders.snapshots import OrderFilter
from app.features.staff.pins import PinHasher
from app.model import (
    Customer,
    Device,
    OrderLine,
    OrderNote,
    Payment,
    Photo,
    Quote,
    RepairOrder,
    Staff,
    WorkLog,
)
from tests.bench.measure import Effort, Figure, figure
from tests.bench.shops import SEED, Shop

Wanted = Callable[[str], bool]

FINDERS = (
    "find_name1",
    "find_name2",
    "find_name3",
    "find_phone4",
    "find_serial",
    "find_pinyin",
    "find_number",
)
NAMES = ("scan_to_card", *FINDERS, "find_fault", "list_first_page", "list_next_page", "pin_check")
#: A PIN is checked as slowly as nobody minds, and no guesser likes.
PIN_MS = (150, 400)
#: Lists beside the plain one: the looks of the orders page, the customers, the bench queue.
LISTS = (
    "list_open",
    "list_at_counter",
    "list_late",
    "list_unclaimed",
    "list_customers",
    "list_customers_next",
    "list_parts",
    "list_queue",
)

_PAGE = 50
_RARE_NEEDLES = 24
_LIKE = (
    "SELECT o.id, o.number, o.status, c.name, c.phone, d.category, d.brand, d.model, d.serial, o.fault, o.taken_in_day"
    " FROM repair_order o JOIN customer c ON c.id = o.customer_id JOIN device d ON d.id = o.device_id {join}"
    # The sign keeps the scan from stopping early (see above).
    f" WHERE {{where}} ORDER BY +o.id DESC LIMIT {NEWEST_ROWS}"
)
_FLOORS = {
    "find_name1": ("", "c.name LIKE :x"),
    "find_name2": ("", "c.name LIKE :x"),
    "find_name3": ("", "c.name LIKE :x"),
    "find_phone4": ("", "c.phone LIKE :x OR c.phone2 LIKE :x"),
    "find_serial": ("", "d.serial LIKE :x"),
    "find_pinyin": ("JOIN floor.reading r ON r.customer_id = c.id", "r.initials LIKE :x"),
    "find_number": ("", "o.number LIKE :x"),
    "find_fault": ("JOIN floor.told t ON t.order_id = o.id", "t.words LIKE :x"),
}

#: Four digits that nobody has do not exist in a large shop: the most frequent groups of three stand for them.
_NOBODYS = {"find_phone4": "0000", "find_pinyin": "vvv", "find_number": "99-99999"}


class RowsDiffer(AssertionError):
    """The finder and the scan did not give the same rows."""


def measure(shop: Shop, wanted: Wanted, effort: Effort) -> Iterator[Figure]:
    """Every figure of this module that is wanted."""
    if wanted("scan_to_card"):
        yield _card(shop, effort)
    if wanted("pin_check"):
        hasher = PinHasher()
        kept = hasher.keep("2580")
        rounds = effort.rounds // 10 + 2
        least, most = PIN_MS
        yield figure(
            "pin_check",
            lambda: hasher.matches(kept, "1357"),
            rounds=rounds,
            median_bound_ms=most,
            median_least_ms=least,
        )
    with _plain(shop) as plain:
        for name in (*FINDERS, "find_fault"):
            if wanted(name):
                yield _find(shop, plain, name, effort)
    if wanted("list_first_page"):
        yield _list(shop, "list_first_page", effort)
    if wanted("list_next_page"):
        yield _list(shop, "list_next_page", effort)
    for name, page, floor in _other_lists(shop):
        if wanted(name):
            yield figure(name, page, floor, rounds=effort.rounds, bound=2, p99_bound_ms=50)


@contextmanager
def _plain(shop: Shop) -> Iterator[Any]:
    """A raw connection with the program's own cache, for scans."""
    plain = sqlite.connect(
        f"{shop.services.store.folder.database.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None
    )
    plain.execute("PRAGMA cache_size=-65536")
    plain.execute("ATTACH ? AS floor", (f"{shop.floor_database.absolute().as_uri()}?mode=ro",))
    try:
        yield plain
    finally:
        plain.close()


# The card


def _card(shop: Shop, effort: Effort) -> Figure:
    chance = Random(SEED)
    with shop.services.store.read() as reading:
        found = [
            reading.exec_driver_sql(
                "SELECT card_code FROM repair_order WHERE id = ?", (chance.randrange(shop.orders) + 1,)
            ).scalar_one()
            for _turn in range(min(effort.rounds, 500))
        ]
    ours, floor = itertools.cycle(found), itertools.cycle(found)
    engine = shop.services.store.engine
    return figure(
        "scan_to_card",
        lambda: shop.services.bench.open_by_code(next(ours), shop.actor),
        lambda: bare_card(Session(engine), next(floor)),
        rounds=effort.rounds,
        bound=2,
        p99_bound_ms=16,
    )


def bare_card(session: Session, code: str) -> list[Any]:
    """The same objects by bare ORM, as a tutorial would load them."""
    with session:
        order = session.scalars(select(RepairOrder).where(RepairOrder.card_code == code)).one()
        objects: list[Any] = [
            order,
            session.get_one(Customer, order.customer_id),
            session.get_one(Device, order.device_id),
        ]
        if order.technician_id is not None:
            objects.append(session.get_one(Staff, order.technician_id))
        for kind in (OrderLine, OrderNote, Quote, WorkLog, Payment, Photo):
            objects += session.scalars(select(kind).where(kind.order_id == order.id))
        earlier = select(RepairOrder).where(
            RepairOrder.device_id == order.device_id, RepairOrder.id < order.id
        )
        objects += session.scalars(earlier.order_by(RepairOrder.id.desc()).limit(5))
        return objects


# The finder


def _find(shop: Shop, plain: Any, name: str, effort: Effort) -> Figure:
    needles = list(_needles(shop, name))
    ours = _asked(shop, name)
    scan = partial(_scan, plain, name)
    for needle in needles[: effort.compared]:
        found = [hit.id for hit in ours(needle)]
        if found != scan(needle):
            raise RowsDiffer(name, ascii(needle), len(found))
    turn, floor_turn = itertools.cycle(needles), itertools.cycle(needles)
    return figure(
        name,
        lambda: ours(next(turn)),
        lambda: scan(next(floor_turn)),
        rounds=effort.rounds,
        floor_rounds=effort.scans,
        # A scan of ten thousand rows is over in a few milliseconds: the ratio is promised for a million.
        bound=0.01 if shop.orders >= 1_000_000 and name != "find_fault" else None,
        p99_bound_ms=50 if name == "find_fault" else 15,
    )


def _asked(shop: Shop, name: str) -> Callable[[str], Sequence[OrderHit]]:
    finder = shop.services.finder
    return {
        "find_name1": finder.by_name,
        "find_name2": finder.by_name,
        "find_name3": finder.by_name,
        "find_phone4": finder.by_phone,
        "find_serial": finder.by_serial,
        "find_pinyin": finder.by_pinyin,
        "find_number": finder.by_number,
        "find_fault": finder.by_fault,
    }[name]


def _scan(plain: Any, name: str, needle: str) -> list[int]:
    join, where = _FLOORS[name]
    rows = plain.execute(_LIKE.format(join=join, where=where), {"x": f"%{needle}%"}).fetchall()
    return [row[0] for row in rows]


def _needles(shop: Shop, name: str) -> Iterator[str]:
    """What is typed: parts of what random orders hold, frequent and rare alike, and one that no order holds."""
    chance = Random(f"{SEED}{name}")
    with shop.services.store.read() as reading:
        for _turn in range(_RARE_NEEDLES):
            row = None
            while row is None or not (needle := _part(name, row, chance)):
                row = reading.exec_driver_sql(
                    "SELECT c.name, c.phone, d.serial, o.number, o.fault FROM repair_order o"
                    " JOIN customer c ON c.id = o.customer_id JOIN device d ON d.id = o.device_id WHERE o.id = ?",
                    (chance.randrange(shop.orders) + 1,),
                ).one()
            yield needle
    yield _NOBODYS.get(name, "鬱鬱鬱"[: _length(name)])


def _length(name: str) -> int:
    return int(name[-1]) if name[-1].isdigit() else 3


def _part(name: str, row: Any, chance: Random) -> str:
    match name:
        case "find_name1" | "find_name2" | "find_name3":
            size = _length(name)
            at = chance.randrange(max(len(row.name) - size, 0) + 1)
            return row.name[at : at + size] if len(row.name) >= size else ""
        case "find_phone4":
            return row.phone[-4:]
        case "find_serial":
            return row.serial[3:9]
        case "find_pinyin":
            from app.store.pinyin import initials

            reading = next(iter(initials(row.name)), "")
            return reading if reading.isascii() else ""
        case "find_number":
            return row.number if chance.random() < 0.5 else row.number[5:]
        case _:
            return phrase(row.fault, chance)


def phrase(fault: str, chance: Random) -> str:
    """Two to four characters that stand together."""
    said = "".join(sign if "\u4e00" <= sign <= "\u9fff" else " " for sign in fault).split()
    words = [each for each in said if len(each) >= 2]
    if not words:
        return ""
    word, size = chance.choice(words), chance.randrange(2, 5)
    at = chance.randrange(max(len(word) - size, 0) + 1)
    return word[at : at + size]


# Lists


def _list(shop: Shop, name: str, effort: Effort) -> Figure:
    """``list_next_page`` goes on from anywhere, the oldest orders too."""
    chance = Random(SEED)
    keys = [
        None if name == "list_first_page" else chance.randrange(shop.orders // 2, shop.orders)
        for _ in range(97)
    ]
    ours, floor = itertools.cycle(keys), itertools.cycle(keys)
    return figure(
        name,
        lambda: shop.services.orders.page(OrderFilter.ALL, next(ours), _PAGE),
        lambda: _bare_page(shop, next(floor)),
        rounds=effort.rounds,
        bound=2,
    )


def _bare_page(shop: Shop, after: int | None) -> list[Any]:
    with Session(shop.services.store.engine) as session:
        page = (
            select(RepairOrder, Customer, Device, Staff)
            .join(Customer, Customer.id == RepairOrder.customer_id)
            .join(Device, Device.id == RepairOrder.device_id)
            .outerjoin(Staff, Staff.id == RepairOrder.technician_id)
            .order_by(RepairOrder.id.desc())
            .limit(_PAGE)
        )
        if after is not None:
            page = page.where(RepairOrder.id < after)
        return list(session.execute(page))


def _other_lists(shop: Shop) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    services, customers = shop.services, int(shop.orders * 0.3)
    floor = partial(_bare_page, shop, None)
    for look in (OrderFilter.OPEN, OrderFilter.AT_COUNTER, OrderFilter.LATE, OrderFilter.UNCLAIMED):
        yield f"list_{look}", partial(services.orders.page, look, None, _PAGE), floor
    yield "list_customers", partial(services.customers.page, FOUNDER, "", None, _PAGE), floor
    yield "list_customers_next", partial(services.customers.page, FOUNDER, "", customers // 2, _PAGE), floor
    yield "list_parts", partial(services.stock.parts_page, "", None, _PAGE), floor
    yield "list_queue", partial(services.bench.queue, shop.actor), floor
