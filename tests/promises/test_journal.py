"""Promise 21: whatever is done to the journal by somebody without the key is found, up to the newest printed head."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.core.clock import from_microseconds
from app.core.enums import PaymentMethod, Role
from app.store import audit
from app.store.audit import Broken, Verdict, head_mark, verify
from app.store.door import Store, journal_digest
from app.store.sealing import Mark, Seal
from tests.features.billing.conftest import open_office
from tests.features.conftest import open_shop

if TYPE_CHECKING:
    from tests.promises.conftest import Promise

pytestmark = pytest.mark.promise(21)

COLUMNS = (
    *("id", "at", "actor_id", "command", "order_id", "action", "from_status", "to_status", "detail"),
    *("operation_id", "digest", "mac"),
)
Entry = dict[str, Any]
#: What is done to the entries; the list is written back as it stands afterwards.
Deed = Callable[[list[Entry], random.Random, int], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A shop with some days in its journal, and the heads that hang printed on its wall."""

    store: Store
    seal: Seal
    printed: tuple[Mark, ...]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    shop = open_shop(tmp_path_factory.mktemp("journal") / "shop")
    office = open_office(shop)
    printed = []
    for _day in range(4):
        office.sold(method=PaymentMethod.WECHAT)
        office.closing.close(shop.ctx(Role.OWNER))
        with shop.store.read() as reading:
            printed.append(head_mark(reading))
        shop.clock.advance(timedelta(days=1))
    office.sold(method=PaymentMethod.WECHAT)
    seal = shop.store.seal
    assert seal is not None
    yield Kept(shop.store, seal, tuple(printed))
    shop.close()


# -- what somebody with the file and a tool can do ---------------------------------------------------------


def edit(entries: list[Entry], dice: random.Random, first: int) -> None:
    entry = entries[dice.randrange(first, len(entries))]
    column = dice.choice(COLUMNS[1:10])
    old = entry[column]
    while entry[column] == old:
        entry[column] = _another(column, old, dice)


def delete(entries: list[Entry], dice: random.Random, first: int) -> None:
    """One or several in the middle; their numbers are given to those behind them, or left open."""
    at = dice.randrange(first, len(entries) - 1)
    del entries[at : min(at + dice.randint(1, 5), len(entries) - 1)]
    if dice.random() < 0.7:
        _number(entries)


def swap(entries: list[Entry], dice: random.Random, first: int) -> None:
    one, other = dice.sample(range(first, len(entries)), 2)
    entries[one], entries[other] = entries[other], entries[one]
    _number(entries)


def insert(entries: list[Entry], dice: random.Random, first: int) -> None:
    """One that never was, made of another."""
    made = {**entries[dice.randrange(first, len(entries))], "operation_id": dice.randbytes(16)}
    entries.insert(dice.randrange(first, len(entries)), made)
    _number(entries)


def append(entries: list[Entry], dice: random.Random, first: int) -> None:
    made = {**entries[dice.randrange(first, len(entries))], "operation_id": dice.randbytes(16)}
    entries.append(made)
    _number(entries)


DEEDS: tuple[Deed, ...] = (edit, delete, swap, insert, append)


def _number(entries: list[Entry]) -> None:
    for at, entry in enumerate(entries, 1):
        entry["id"] = at


def _another(column: str, old: Any, dice: random.Random) -> Any:
    match column:
        case "at":
            return old + dice.choice((-1, 1)) * dice.randrange(1, 10**12)
        case "actor_id":
            return dice.randrange(0, 9)
        case "order_id":
            return dice.choice((None, 1, 2, 3))
        case "detail":
            return json.dumps({"fen": dice.randrange(10**6)}, separators=(",", ":"))
        case "operation_id":
            return dice.randbytes(16)
        case "command":
            return dice.choice(("settle", "refund", "sign_in", "take_in"))
        case "action":
            return dice.choice((None, "deliver", "cancel", "pass_qc"))
        case _:
            return dice.choice((None, "received", "ready", "delivered", "cancelled"))


def worked_out_again(entries: list[Entry], dice: random.Random) -> None:
    """The chain as the rule says, by somebody who read the program; the seals are left, dropped, moved or guessed."""
    seals = dice.choice(("left", "dropped", "guessed", "moved"))
    before = b""
    for entry in entries:
        said = {
            **entry,
            "at": from_microseconds(entry["at"]),
            "detail": json.loads(entry["detail"]),
            "operation_id": UUID(bytes=entry["operation_id"]),
        }
        now = journal_digest(before, said)
        if now != entry["digest"]:
            entry["digest"] = now
            if seals != "left":
                entry["mac"] = {
                    "dropped": None, "guessed": dice.randbytes(16), "moved": dice.choice(entries)["mac"]
                }[seals]  # fmt: skip
        before = now


@contextmanager
def tampered(kept: Kept, entries: list[Entry], *, without_close: bool = False) -> Iterator[Connection]:
    """The records with these entries in the journal's place; given back as they were."""
    with kept.store.engine.connect() as connection:
        connection.begin()
        for table in ("journal", "day_close"):
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{verb}")
        connection.exec_driver_sql("DELETE FROM journal")
        if without_close:
            connection.exec_driver_sql("DELETE FROM day_close WHERE journal_id > ?", (len(entries),))
        places = ", ".join("?" for _column in COLUMNS)
        if not entries:
            yield connection
            connection.rollback()
            return
        connection.exec_driver_sql(
            f"INSERT INTO journal ({', '.join(COLUMNS)}) VALUES ({places})",
            [tuple(entry[column] for column in COLUMNS) for entry in entries],
        )
        yield connection
        connection.rollback()


def entries_of(kept: Kept) -> list[Entry]:
    with kept.store.read() as reading:
        rows = reading.exec_driver_sql(f"SELECT {', '.join(COLUMNS)} FROM journal ORDER BY id").all()
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def one_tampering(kept: Kept, whole: list[Entry], dice: random.Random, seal: Seal | None) -> Verdict:
    """One deed, before the newest printed head or after it, with or without the chain worked out again."""
    entries = [dict(entry) for entry in whole]
    if dice.random() < 0.2:
        # Cut off before a head that hangs on the wall; its day close goes with it.
        del entries[dice.randrange(kept.printed[-1].entry) :]
        without_close = True
    else:
        dice.choice(DEEDS)(entries, dice, 0)
        if dice.random() < 0.7:
            worked_out_again(entries, dice)
        without_close = dice.random() < 0.3
    with tampered(kept, entries, without_close=without_close) as connection:
        return verify(connection, seal, heads=kept.printed)


def test_every_tampering_is_found(kept: Kept, promise: Promise) -> None:
    whole = entries_of(kept)
    with tampered(kept, whole) as connection:
        assert verify(connection, kept.seal, heads=kept.printed).sound
    seen = set()
    for each in promise.rounds(share=120, full=1_000):
        try:
            found = one_tampering(kept, whole, each.dice, kept.seal)
        except IntegrityError:  # the schema itself refuses it
            continue
        assert found.broken is not None, each.seed
        seen.add(found.broken)
    assert seen >= {Broken.CHAIN, Broken.SEAL, Broken.HEAD}
    assert entries_of(kept) == whole


@pytest.mark.parametrize("deed", DEEDS)
def test_without_the_seals_a_chain_worked_out_again_would_pass(
    kept: Kept, promise: Promise, deed: Deed
) -> None:
    """Control: the check with its seals off finds nothing behind the last printed head; with them it does."""
    whole, dice = entries_of(kept), random.Random(7)
    behind = kept.printed[-1].entry
    for _turn in range(5):
        entries = [dict(entry) for entry in whole]
        deed(entries, dice, behind)
        _number(entries)
        worked_out_again(entries, dice)
        with tampered(kept, entries) as connection:
            assert verify(connection, None, heads=kept.printed).sound
            assert verify(connection, kept.seal, heads=kept.printed).broken is Broken.SEAL
    promise.caught("seals are not looked at")


def test_without_the_printed_heads_a_cut_would_pass(kept: Kept, promise: Promise) -> None:
    """Control: what is left of a journal that was cut off is sound in itself."""
    whole = entries_of(kept)
    cut = whole[: kept.printed[1].entry]
    with tampered(kept, cut, without_close=True) as connection:
        assert verify(connection, kept.seal).sound
        assert verify(connection, kept.seal, heads=kept.printed).broken is Broken.HEAD
    # The day close that stands in the records tells it by itself.
    with tampered(kept, cut) as connection:
        assert verify(connection, kept.seal).broken is Broken.HEAD
    promise.caught("heads are not looked at")


def test_without_the_chain_an_edit_would_pass(
    kept: Kept, promise: Promise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a check that believes each entry's own digest finds no edit."""
    whole, dice = entries_of(kept), random.Random(3)
    entries = [dict(entry) for entry in whole]
    edit(entries, dice, 0)
    with tampered(kept, entries) as connection:
        assert verify(connection, kept.seal, heads=kept.printed).broken is Broken.CHAIN
        monkeypatch.setattr(audit, "_quick", lambda *_entry: _Believed())
        assert verify(connection, kept.seal, heads=kept.printed).sound
    promise.caught("the chain is not followed")


class _Believed:
    def __eq__(self, _other: object) -> bool:
        return True

    def __ne__(self, _other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]
