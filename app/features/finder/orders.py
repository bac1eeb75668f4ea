"""Order ids by what is known of them, and the rows shown for ids. Everything uses an index at a million
orders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, bindparam, select, text

from app.core.enums import Category, Series, Status
from app.core.labels import label
from app.core.words import Language, speaking
from app.features.finder.checked import find_checked
from app.features.finder.indexing import category_word
from app.features.finder.snapshots import OrderHit
from app.model import Customer, NumberSeries, RepairOrder
from app.store.pinyin import initials
from app.store.search import CodeColumn, Field, find_codes, find_words, fold

#: A trigram index finds nothing below three characters, silently.
SHORTEST_CODE = 3
#: An order's number is year and month, a dash, and so many digits.
RUNNING_DIGITS = 5
#: One or two digits of a number are looked for in so many of the newest orders: they stand in nearly all.
NEWEST_LOOKED_AT = 20_000

_NOISE = re.compile(r"[\s\-‐–—()（）.·/+]")

# Plain columns without the model's types: a list of 50 is read for every letter typed.
_ROWS = text(
    "SELECT o.id, o.number, o.status, o.customer_id, c.name, c.phone, d.category, d.brand, d.model, d.serial,"
    " o.fault, o.taken_in_day"
    " FROM repair_order o JOIN customer c ON c.id = o.customer_id JOIN device d ON d.id = o.device_id"
    " WHERE o.id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_STATUSES = {status.value: status for status in Status}
_NAMES = (
    select(RepairOrder.id, Customer.name)
    .join(Customer, Customer.id == RepairOrder.customer_id)
    .where(RepairOrder.id.in_(bindparam("ids", expanding=True)))
)
_NUMBERS = select(RepairOrder.id, RepairOrder.number).where(
    RepairOrder.id.in_(bindparam("ids", expanding=True))
)
_PERIODS = select(NumberSeries.period).where(NumberSeries.series == Series.ORDER)
_BY_NUMBER = select(RepairOrder.id).where(RepairOrder.number == bindparam("number"))
_AMONG_NEWEST = text(
    "SELECT id FROM repair_order WHERE id > (SELECT coalesce(max(id), 0) FROM repair_order) - :looked_at"
    " AND instr(number, :typed) > 0 ORDER BY id DESC LIMIT :most"
)


def hits(connection: Connection, ids: Sequence[int]) -> tuple[OrderHit, ...]:
    """The rows of ``ids``, in their order."""
    if not ids:
        return ()
    found = {}
    for row in connection.execute(_ROWS, {"ids": list(ids)}):
        key, number, status, customer_id, name, phone, category, brand, model, serial, fault, day = row
        found[key] = OrderHit(
            id=key,
            number=number,
            status=_STATUSES[status],
            customer_id=customer_id,
            customer=name,
            phone=phone,
            category=category,
            brand=brand,
            model=model,
            serial=serial,
            fault=fault,
            taken_in=date.fromisoformat(day),
        )
    return tuple(found[each] for each in ids if each in found)


def digits_of(typed: str) -> str:
    """The digits of a typed number without what people write between them; "" when there is anything else."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", typed))
    return plain if plain.isascii() and plain.isdigit() else ""


def ids_by_name(connection: Connection, typed: str, limit: int) -> list[int]:
    """Orders of customers with ``typed`` in their name; one Chinese character is enough."""
    return find_checked(connection, Field.ORDER_NAME, typed, limit, _names)


def ids_by_pinyin(connection: Connection, typed: str, limit: int) -> list[int]:
    """Orders of customers with ``typed`` in the initials of their name (``wlh`` for 王丽华)."""
    return find_checked(connection, Field.ORDER_PINYIN, typed, limit, _readings)


def ids_by_phone(connection: Connection, typed: str, limit: int) -> list[int]:
    """Orders of customers with these digits (three and more) anywhere in a phone number."""
    digits = digits_of(typed)
    return find_codes(connection, digits, limit, (CodeColumn.PHONE,)) if digits else []


def ids_by_serial(connection: Connection, typed: str, limit: int) -> list[int]:
    """Orders of devices with ``typed`` (three characters and more) in their serial number."""
    return find_codes(connection, typed, limit, (CodeColumn.SERIAL,))


def ids_by_model(connection: Connection, typed: str, limit: int) -> list[int]:
    """Orders of devices with ``typed`` (three characters and more) in their model."""
    return find_codes(connection, typed, limit, (CodeColumn.MODEL,))


def ids_by_number(connection: Connection, typed: str, limit: int) -> list[int]:
    """Orders with ``typed`` in their number, with or without the dash.

    Five digits and fewer are looked for in the running number or in the year and month, not across the dash:
    ``1100`` is order …-01100, not all the first hundred of November.
    """
    typed = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed))
    if not typed or not typed.replace("-", "").isdigit():
        return []
    if len(typed) < SHORTEST_CODE:
        found = connection.execute(
            _AMONG_NEWEST, {"typed": typed, "most": limit, "looked_at": NEWEST_LOOKED_AT}
        )
        return [row.id for row in found]
    whole = id_of_number(connection, typed) if typed.find("-") in (-1, 4) else None
    if whole is not None:
        return [whole]
    if "-" not in typed and len(typed) == RUNNING_DIGITS:
        # Five digits can only be the running number: one look-up a month is quicker than the long lists of
        # frequent groups of three.
        return ids_by_running_number(connection, typed, connection.execute(_PERIODS).scalars().all(), limit)
    if "-" in typed or len(typed) < RUNNING_DIGITS:
        return find_codes(connection, typed, limit, (CodeColumn.NUMBER,))
    dashed = [f"{typed[:at]}-{typed[at:]}" for at in range(max(len(typed) - 5, 1), min(len(typed), 5))]
    found_ids: set[int] = set()
    for each in dashed:
        found_ids.update(find_codes(connection, each, limit, (CodeColumn.NUMBER,)))
    return sorted(found_ids, reverse=True)[:limit]


def id_of_number(connection: Connection, typed: str) -> int | None:
    """The one order with exactly this number, with or without the dash."""
    digits = digits_of(typed)
    if len(digits) != 9:
        return None
    found: int | None = connection.execute(_BY_NUMBER, {"number": f"{digits[:4]}-{digits[4:]}"}).scalar()
    return found


def ids_by_running_number(
    connection: Connection, typed: str, periods: Sequence[str], limit: int
) -> list[int]:
    """Orders whose running number is exactly the typed one to five digits, of the given months."""
    if not 1 <= len(typed) <= 5:
        return []
    numbers = [f"{period}-{int(typed):05d}" for period in periods]
    found = connection.execute(
        select(RepairOrder.id).where(RepairOrder.number.in_(bindparam("numbers", expanding=True))),
        {"numbers": numbers},
    )
    return sorted((row.id for row in found), reverse=True)[:limit]


def ids_by_words(connection: Connection, typed: str, limit: int) -> list[int]:
    """Orders with all the typed words among fault, findings, brand, model and kind of device."""
    return find_words(connection, with_categories(typed), limit)


def with_categories(typed: str) -> str:
    """``typed`` with the names of built-in categories, in every language of the program, as they are indexed."""
    folded = fold(typed)
    for name, code in _category_names().items():
        if name in folded:
            folded = folded.replace(name, f" {category_word(code)} ")
    return folded


_NAMES_OF_CATEGORIES: dict[str, str] = {}


def _category_names() -> Mapping[str, str]:
    if not _NAMES_OF_CATEGORIES:
        for each in Language:
            with speaking(each):
                _NAMES_OF_CATEGORIES.update({fold(label(code)): code.value for code in Category})
    return _NAMES_OF_CATEGORIES


def _names(connection: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    return {row.id: (row.name,) for row in connection.execute(_NAMES, {"ids": list(ids)})}


def _readings(connection: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    return {row.id: initials(row.name) for row in connection.execute(_NAMES, {"ids": list(ids)})}
