"""What is indexed of an order, a customer and a part, said once; making the whole index anew; checking it.

Every function takes the transaction's connection (``tx.reading()`` in a command), never a store: the index
is written in the same transaction as the record it finds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, text

from app.core.enums import Category, Command, NoteKind
from app.core.rights import FOUNDER, Actor, Ctx
from app.store.pinyin import initials
from app.store.search import (
    Field,
    drop_grams,
    field_grams,
    fold,
    grams_of,
    put_grams,
    put_order,
    put_order_words,
)

if TYPE_CHECKING:
    from app.store.door import Store

#: Records a transaction of ``rebuild``: about 0.3 s of lock.
BATCH = 500

#: Before the code of a built-in category in the words index: a letter (ogham) that nobody types by chance.
#: Without it every order of a category would be found by the English word of its code.
_CATEGORY_MARK = "\u1681"
_ORDERS_OF_DEVICE = text("SELECT id FROM repair_order WHERE device_id = :device_id")
_BUILT_IN = frozenset(category.value for category in Category)


def index_order(
    connection: Connection,
    *,
    order_id: int,
    number: str,
    customer_name: str,
    phones: Sequence[str],
    serial: str,
    model: str,
    brand: str,
    category: str,
    fault: str,
    findings: str = "",
) -> None:
    """Index one order, or index it anew after a change of anything but the customer's name.

    For a changed name call ``rename_orders`` instead, which takes the old name out. The barcodes of card and
    receipt are not here: they are looked up whole, by their unique indexes.
    """
    put_grams(connection, Field.ORDER_NAME, order_id, [customer_name])
    put_grams(connection, Field.ORDER_PINYIN, order_id, initials(customer_name))
    put_order(
        connection,
        order_id,
        phones=[phone for phone in phones if phone],
        serial=serial,
        number=number,
        model=model,
        words=order_words(brand=brand, category=category, model=model, fault=fault, findings=findings),
    )


def order_words(*, brand: str, category: str, model: str, fault: str, findings: str = "") -> str:
    """The free text of an order, in the order people say it: brand, kind of device, model, what is wrong."""
    return " ".join(filter(None, (brand, category_word(category), model, fault, findings)))


def category_word(category: str) -> str:
    """How a category stands in the words index: a mark and its code, or the owner's own name as it is."""
    return _CATEGORY_MARK + category.replace("_", "") if category in _BUILT_IN else category


def orders_of_device(connection: Connection, device_id: int) -> list[int]:
    """The orders that are found by what their device is called."""
    return list(connection.execute(_ORDERS_OF_DEVICE, {"device_id": device_id}).scalars())


def reindex_order(connection: Connection, order_id: int) -> None:
    """Index one order from what is on record: after a diagnosis, after another model or serial was entered.

    The customer's name must be the one it was indexed by.
    """
    for row in _order_rows(connection, [order_id]):
        _put_order_row(connection, row)


def reindex_words(connection: Connection, order_id: int) -> None:
    """Only the free text of one order, from what is on record: after a note of fault, cause or fix."""
    for row in _order_rows(connection, [order_id]):
        put_order_words(connection, order_id, _words_of_row(row))


def rename_orders(connection: Connection, order_ids: Iterable[int], old_name: str) -> None:
    """Index orders from what is on record after their customer's name, phone or person changed."""
    for row in _order_rows(connection, order_ids):
        if row.name != old_name:
            drop_grams(connection, Field.ORDER_NAME, row.id, [old_name])
            drop_grams(connection, Field.ORDER_PINYIN, row.id, initials(old_name))
        _put_order_row(connection, row)


def index_customer(connection: Connection, customer_id: int, name: str, *, old_name: str = "") -> None:
    """Index a customer's name and its initials, in place of the old one's."""
    _rename(connection, customer_id, name, old_name, Field.CUSTOMER_NAME, Field.CUSTOMER_PINYIN)


def drop_customer(connection: Connection, customer_id: int, name: str) -> None:
    """Take a customer out of the index: merged into another."""
    _rename(connection, customer_id, "", name, Field.CUSTOMER_NAME, Field.CUSTOMER_PINYIN)


def index_part(
    connection: Connection,
    part_id: int,
    *,
    number: str,
    name: str,
    fits: str,
    old: tuple[str, str, str] | None = None,
) -> None:
    """Index a part's name, number and the models it fits, and the initials of its name.

    ``old`` is ``(number, name, fits)`` as it was indexed before. A space keeps the texts apart, and no typed
    text holds one at its end, so that nothing is found across two of them.
    """
    if old is not None:
        drop_grams(connection, Field.PART_NAME, part_id, old)
        drop_grams(connection, Field.PART_PINYIN, part_id, initials(old[1]))
    put_grams(connection, Field.PART_NAME, part_id, (number, name, fits))
    put_grams(connection, Field.PART_PINYIN, part_id, initials(name))


def part_grams(number: str, name: str, fits: str) -> set[str]:
    """All grams that the index holds of a part, for those who write many parts at once."""
    return field_grams(Field.PART_NAME, (number, name, fits)) | field_grams(Field.PART_PINYIN, initials(name))


def customer_grams(name: str) -> set[str]:
    """All grams that the index holds of a customer."""
    return field_grams(Field.CUSTOMER_NAME, (name,)) | field_grams(Field.CUSTOMER_PINYIN, initials(name))


def rebuild(
    store: Store,
    command: Command = Command.IMPORT,
    actor: Actor = FOUNDER,
    tell: Callable[[int, int], None] | None = None,
) -> int:
    """Make the whole index anew, in short transactions; returns how many records were indexed.

    While it runs the finder finds what is done so far. Cut off in the middle it is simply run again: until
    then ``check`` says what is missing.
    """
    with store.write(command, Ctx.gesture(actor)) as tx:
        connection = tx.reading()
        for statement in _WIPE:
            connection.exec_driver_sql(statement)
        last = {name: int(connection.exec_driver_sql(top).scalar_one()) for name, top in _LAST_ID.items()}
        tx.journal(rebuild="wiped")
    done, at, total = 0, 0, sum(last.values())
    for name, put in (("order", _put_orders), ("customer", _put_customers), ("part", _put_parts)):
        for low in range(0, last[name], BATCH):
            if tell is not None:
                tell(at + low, total)
            with store.write(command, Ctx.gesture(actor)) as tx:
                done += put(tx.reading(), low, min(low + BATCH, last[name]))
                tx.journal(rebuild=name, after=low)
        at += last[name]
    return done


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What ``check`` found; all empty when the index is sound."""

    #: Orders that cannot be found by number, phone or words.
    orders_missing: tuple[int, ...]
    #: Indexed ids without an order.
    orders_strange: tuple[int, ...]
    #: Records, of those looked at, that lack grams of their names: ``("order" | "customer" | "part", id)``.
    names_missing: tuple[tuple[str, int], ...]

    @property
    def sound(self) -> bool:
        """Whether everything can be found."""
        return not (self.orders_missing or self.orders_strange or self.names_missing)


def check(connection: Connection, *, most: int = 20, sample: int = 1000) -> IndexReport:
    """Compare the index with the records; at most ``most`` ids of each kind of fault.

    Codes and words are checked for every order; names for ``sample`` records of each kind, spread evenly with
    the newest among them (all of them would be twenty look-ups for each of a million).
    """
    missing = [row[0] for row in connection.execute(_MISSING, {"most": most})]
    strange = [row[0] for row in connection.execute(_STRANGE, {"most": most})]
    nameless: list[tuple[str, int]] = []
    for kind, query, fields in _NAMES:
        last = int(connection.exec_driver_sql(_LAST_ID[kind]).scalar_one())
        step = max(last // sample, 1)
        for record_id, name in connection.execute(query, {"step": step, "rest": last % step}):
            wanted = {fields[0].value + gram for gram in grams_of(name)}
            for reading in initials(name):
                wanted |= {fields[1].value + gram for gram in grams_of(reading)}
            if (
                len(nameless) < most
                and connection.exec_driver_sql(
                    _LACKS_GRAM, (json.dumps(list(wanted)), record_id)
                ).scalar_one()
            ):
                nameless.append((kind, record_id))
    return IndexReport(tuple(missing), tuple(strange), tuple(nameless))


_WIPE = (
    "DELETE FROM gram",
    "INSERT INTO order_codes (order_codes) VALUES ('delete-all')",
    "INSERT INTO order_words (order_words) VALUES ('delete-all')",
)
_LAST_ID = {
    "order": "SELECT coalesce(max(id), 0) FROM repair_order",
    "customer": "SELECT coalesce(max(id), 0) FROM customer",
    "part": "SELECT coalesce(max(id), 0) FROM part",
}
# The shadow tables that hold one row for each indexed record: the only cheap way to ask an FTS5 table
# without content which records it knows.
_MISSING = text(
    "SELECT id FROM repair_order WHERE id NOT IN (SELECT id FROM order_codes_docsize)"
    " OR id NOT IN (SELECT id FROM order_words_docsize) ORDER BY id LIMIT :most"
)
_STRANGE = text(
    "SELECT id FROM order_codes_docsize WHERE id NOT IN (SELECT id FROM repair_order)"
    " UNION SELECT id FROM order_words_docsize WHERE id NOT IN (SELECT id FROM repair_order)"
    " ORDER BY id LIMIT :most"
)
_LACKS_GRAM = (
    "SELECT EXISTS (SELECT 1 FROM json_each(?) AS wanted WHERE NOT EXISTS"
    " (SELECT 1 FROM gram WHERE gram.gram = wanted.value AND gram.record_id = ?))"
)
_NAMES = (
    (
        "order",
        text(
            "SELECT o.id, c.name FROM repair_order o JOIN customer c ON c.id = o.customer_id"
            " WHERE o.id % :step = :rest"
        ),
        (Field.ORDER_NAME, Field.ORDER_PINYIN),
    ),
    (
        "customer",
        text("SELECT id, name FROM customer WHERE id % :step = :rest AND merged_into_id IS NULL"),
        (Field.CUSTOMER_NAME, Field.CUSTOMER_PINYIN),
    ),
    (
        "part",
        text("SELECT id, name FROM part WHERE id % :step = :rest"),
        (Field.PART_NAME, Field.PART_PINYIN),
    ),
)

_ORDER_COLUMNS = (
    "SELECT o.id, o.number, o.fault, c.name, c.phone, c.phone2, d.serial, d.model, d.brand, d.category,"
    " (SELECT group_concat(n.text, ' ') FROM order_note n"
    f" WHERE n.order_id = o.id AND n.kind IN ('{NoteKind.FAULT}', '{NoteKind.CAUSE}', '{NoteKind.FIX}'))"
    " AS findings"
    " FROM repair_order o JOIN customer c ON c.id = o.customer_id JOIN device d ON d.id = o.device_id"
)
_ORDER_BY_ID = text(f"{_ORDER_COLUMNS} WHERE o.id = :id")
_ORDER_RANGE = text(f"{_ORDER_COLUMNS} WHERE o.id > :low AND o.id <= :high")
_CUSTOMER_RANGE = text(
    "SELECT id, name FROM customer WHERE id > :low AND id <= :high AND merged_into_id IS NULL"
)
_PART_RANGE = text("SELECT id, number, name, fits FROM part WHERE id > :low AND id <= :high")


def _order_rows(connection: Connection, order_ids: Iterable[int]) -> Iterator[Row[Any]]:
    for order_id in order_ids:
        yield connection.execute(_ORDER_BY_ID, {"id": order_id}).one()


def _put_order_row(connection: Connection, row: Row[Any]) -> None:
    index_order(
        connection,
        order_id=row.id,
        number=row.number,
        customer_name=row.name,
        phones=(row.phone, row.phone2),
        serial=row.serial,
        model=row.model,
        brand=row.brand,
        category=row.category,
        fault=row.fault,
        findings=row.findings or "",
    )


def _words_of_row(row: Row[Any]) -> str:
    return order_words(
        brand=row.brand,
        category=row.category,
        model=row.model,
        fault=row.fault,
        findings=row.findings or "",
    )


def _rename(
    connection: Connection, record_id: int, name: str, old_name: str, names: Field, readings: Field
) -> None:
    if old_name and fold(old_name) != fold(name):
        drop_grams(connection, names, record_id, [old_name])
        drop_grams(connection, readings, record_id, initials(old_name))
    put_grams(connection, names, record_id, [name])
    put_grams(connection, readings, record_id, initials(name))


def _put_orders(connection: Connection, low: int, high: int) -> int:
    rows = connection.execute(_ORDER_RANGE, {"low": low, "high": high}).all()
    for row in rows:
        _put_order_row(connection, row)
    return len(rows)


def _put_customers(connection: Connection, low: int, high: int) -> int:
    rows = connection.execute(_CUSTOMER_RANGE, {"low": low, "high": high}).all()
    for row in rows:
        index_customer(connection, row.id, row.name)
    return len(rows)


def _put_parts(connection: Connection, low: int, high: int) -> int:
    rows = connection.execute(_PART_RANGE, {"low": low, "high": high}).all()
    for row in rows:
        index_part(connection, row.id, number=row.number, name=row.name, fits=row.fits)
    return len(rows)
