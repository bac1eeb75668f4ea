"""The journal's seals: who has no key cannot write it anew, and this computer knows since when it vouches."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.changes import Kind
from app.core.clock import SetClock, from_microseconds
from app.core.enums import Action, Command, Status
from app.core.rights import FOUNDER, Ctx
from app.model import Setting
from app.store import sealing
from app.store.audit import Broken, Verdict, head_mark, reanchor, verify
from app.store.door import Store, journal_digest
from app.store.sealing import Mark, Note, Seal, note_file
from app.store.secrets import ELSEWHERE, SecretBox, key_file

SHOP = "0190-shop"
ENTRIES = 12


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "keys"
    monkeypatch.setenv(ELSEWHERE, str(place))
    return place


@pytest.fixture
def sealed(store: Store) -> Store:
    """A shop with an id and twelve entries, sealed from the first on."""
    with store.write(Command.FOUND_SHOP, Ctx.gesture(FOUNDER)) as tx:
        tx.session.add(Setting(key="shop_id", value=SHOP))
        tx.changed(Kind.SETTING, 0)
        tx.found(SHOP)
        tx.journal(shop=SHOP)
    for turn in range(1, ENTRIES):
        note(store, turn, 王="丽")
    return store


def note_of(store: Store) -> Path:
    """What this computer remembers of the journal in the store's folder."""
    return note_file(SHOP, store.folder.root)


def note(store: Store, turn: int, **more: Any) -> None:
    with store.write(Command.MOVE_ORDER, Ctx.gesture(FOUNDER)) as tx:
        tx.journal(action=Action.START_DIAGNOSIS, to_status=Status.DIAGNOSING, turn=turn, **more)


def by_hand(store: Store, *statements: str) -> None:
    """What somebody with the file and a tool would do."""
    raw = store.engine.raw_connection()
    cursor = raw.cursor()
    for verb in ("update", "delete"):
        cursor.execute(f"DROP TRIGGER IF EXISTS journal_no_{verb}")
    for statement in statements:
        cursor.execute(statement)
    raw.close()


def written_anew(store: Store, first: int) -> None:
    """The chain worked out again from entry ``first`` on, by somebody who knows the rule and not the key."""
    raw = store.engine.raw_connection()
    cursor = raw.cursor()
    before = b""
    rows = cursor.execute("SELECT * FROM journal ORDER BY id")
    names = [each[0] for each in cursor.description]
    for row in rows.fetchall():
        entry = dict(zip(names, row, strict=True))
        if entry["id"] >= first:
            at, operation = from_microseconds(entry["at"]), UUID(bytes=entry["operation_id"])
            detail = json.loads(entry["detail"])
            said = {**entry, "at": at, "operation_id": operation, "detail": detail}
            entry["digest"] = journal_digest(before, said)
            cursor.execute("UPDATE journal SET digest = ? WHERE id = ?", (entry["digest"], entry["id"]))
        before = entry["digest"]
    raw.close()


def look(store: Store, *heads: Mark) -> Verdict:
    with store.read() as reading:
        return verify(reading, Seal.find(SHOP, store.folder.root), heads=heads)


def test_a_fresh_shop_is_sealed_from_its_first_entry(sealed: Store) -> None:
    assert look(sealed) == Verdict(None, ENTRIES, 1)
    with sealed.read() as reading:
        macs = reading.execute(text("SELECT mac FROM journal")).scalars().all()
    assert len({*macs}) == ENTRIES
    assert {len(each) for each in macs} == {sealing.SEAL_BYTES}


def test_a_chain_written_anew_without_the_key_is_found_by_its_seals_alone(sealed: Store) -> None:
    by_hand(sealed, "UPDATE journal SET actor_id = 99 WHERE id = 5")
    assert look(sealed).broken is Broken.CHAIN
    written_anew(sealed, 5)
    assert look(sealed) == Verdict(Broken.SEAL, 5, 1)
    with sealed.read() as reading:
        assert verify(reading, None).sound  # without the seals nobody would know


@pytest.mark.parametrize(
    "value",
    ["NULL", "x''", "zeroblob(16)", "(SELECT mac FROM journal WHERE id = 2)", "substr(digest, 1, 16)"],
)
def test_a_seal_that_is_missing_or_anothers_is_found(sealed: Store, value: str) -> None:
    by_hand(sealed, f"UPDATE journal SET mac = {value} WHERE id = 7")
    assert look(sealed) == Verdict(Broken.SEAL, 7, 1)


def test_a_journal_cut_behind_a_printed_head_is_found(sealed: Store) -> None:
    with sealed.read() as reading:
        printed = head_mark(reading)
    by_hand(sealed, "DELETE FROM journal WHERE id > 8")
    assert look(sealed).sound  # nothing else tells
    assert look(sealed, printed) == Verdict(Broken.HEAD, printed.entry, 1)
    note(sealed, 9)
    assert look(sealed, printed).broken is Broken.HEAD


def test_a_shop_that_comes_to_another_computer_is_sealed_from_there_on(sealed: Store, keys: Path) -> None:
    keys.rename(keys.with_name("away"))
    assert look(sealed) == Verdict(None, ENTRIES, None)
    sealed.close()
    with_new_key = Store.open(sealed.folder.root, sealed.clock)
    note(with_new_key, 1)
    assert look(with_new_key) == Verdict(None, ENTRIES + 1, ENTRIES + 1)
    with_new_key.close()
    # Back on the first one, what was written elsewhere is said, until the owner seals from there.
    keys.rename(keys.with_name("second"))
    keys.with_name("away").rename(keys)
    back = Store.open(sealed.folder.root, sealed.clock)
    assert look(back) == Verdict(Broken.SEAL, ENTRIES + 1, 1)
    reanchor(back)
    note(back, 2)
    assert look(back) == Verdict(None, ENTRIES + 2, ENTRIES + 2)
    back.close()


def test_older_records_in_the_place_of_those_vouched_for_are_found(sealed: Store) -> None:
    mark = reanchor(sealed)
    assert mark.entry == ENTRIES
    by_hand(sealed, f"DELETE FROM journal WHERE id = {ENTRIES}")
    assert look(sealed) == Verdict(Broken.SINCE, ENTRIES, ENTRIES + 1)
    note(sealed, 99)  # sealed rightly, and still another one than was remembered
    assert look(sealed) == Verdict(Broken.SINCE, ENTRIES, ENTRIES + 1)


@pytest.mark.parametrize("content", ["", "{}", '{"since": [0, ""], "seal": "00"}', '{"since": 3, "seal": 4}'])
def test_what_is_remembered_cannot_be_changed_without_the_key(sealed: Store, content: str) -> None:
    note_of(sealed).write_text(content)
    assert look(sealed).broken is Broken.NOTE
    sealed.close()
    again = Store.open(sealed.folder.root, sealed.clock)
    note(again, 1)
    assert note_of(again).read_text() == content  # not mended in silence
    reanchor(again)
    assert look(again).sound
    again.close()


def test_the_note_of_another_shop_does_not_count(sealed: Store) -> None:
    root = sealed.folder.root
    Seal("other", SecretBox.of_shop(SHOP).journal_keys(), root).begin_anew(Mark(3, b"x"))
    note_file("other", root).replace(note_of(sealed))
    assert Seal.find(SHOP, root).note is Note.STRANGE  # type: ignore[union-attr]


def copied(store: Store, name: str) -> Store:
    """Somebody copies the folder of a shop that is closed."""
    root = store.folder.root
    shutil.copytree(root, root.with_name(name))
    return Store.open(root.with_name(name), store.clock)


def test_each_folder_of_a_shop_is_vouched_for_by_itself(sealed: Store) -> None:
    """A backup is restored into a second folder to look at it: nothing is said of the first for it."""
    sealed.close()
    second = copied(sealed, "second")
    by_hand(second, "DELETE FROM journal WHERE id > 8")
    reanchor(second)  # as after a restore
    note(second, 1)
    assert look(second) == Verdict(None, 9, 9)
    second.close()
    first = Store.open(sealed.folder.root, sealed.clock)
    note(first, 2)
    assert look(first) == Verdict(None, ENTRIES + 1, 1)
    # Each that is copied or moved from there takes what was known of it along.
    reanchor(first)
    for each, entries, since in ((first, ENTRIES + 1, ENTRIES + 2), (second, 9, 9)):
        each.close()
        moved = copied(each, f"{each.folder.root.name}-moved")
        assert look(moved) == Verdict(None, entries, since)
        note(moved, 3)
        assert note_of(moved).exists()
        assert look(moved) == Verdict(None, entries + 1, since)
        moved.close()


def test_folders_that_changed_places_are_alarmed_about_until_each_has_its_own_or_a_new_one(
    sealed: Store,
) -> None:
    """By what lies in it, a folder that took another's place is older records put there: no note may excuse it."""
    sealed.close()
    second = copied(sealed, "second")
    mark = reanchor(second)  # as after a restore; from here on the two go their own ways
    note(second, 1)
    second.close()
    first = Store.open(sealed.folder.root, sealed.clock)
    note(first, 2)
    first_mark = reanchor(first)
    note(first, 3)
    first.close()

    def exchange() -> None:
        aside = first.folder.root.with_name("aside")
        first.folder.root.rename(aside)
        second.folder.root.rename(first.folder.root)
        aside.rename(second.folder.root)

    def found(root: Path) -> Verdict:
        opened = Store.open(root, sealed.clock)
        seen = look(opened)
        opened.close()
        return seen

    exchange()
    assert found(first.folder.root).broken is Broken.SINCE
    assert found(second.folder.root).sound  # the later place knows only what both have in common
    exchange()
    assert found(first.folder.root) == Verdict(None, ENTRIES + 2, first_mark.entry + 1)
    assert found(second.folder.root) == Verdict(None, ENTRIES + 1, mark.entry + 1)
    exchange()
    for root in (first.folder.root, second.folder.root):
        assert found(root.rename(root.with_name(f"{root.name}-new"))).sound


def test_a_folder_that_was_never_known_here_is_no_way_around_what_is(sealed: Store) -> None:
    """Written anew without the key and put beside the known one: it is held against that."""
    mark = reanchor(sealed)
    sealed.close()
    other = copied(sealed, "other")
    by_hand(other, "UPDATE journal SET actor_id = 99 WHERE id = 5")
    written_anew(other, 5)
    for turn in range(2):
        assert look(other) == Verdict(Broken.SINCE, mark.entry, mark.entry + 1)
        note(other, turn)
    assert not note_of(other).exists()
    other.close()


def test_two_stores_begin_once(store: Store, clock: SetClock) -> None:
    with store.write(Command.FOUND_SHOP, Ctx.gesture(FOUNDER)) as tx:
        tx.session.add(Setting(key="shop_id", value=SHOP))
        tx.changed(Kind.SETTING, 0)
    other = store.second()
    assert (store.seal is not None, other.seal is not None) == (True, True)
    note(store, 1)
    note(other, 2)
    # The first entry was written before the shop had an id.
    assert look(store) == Verdict(None, 3, 2)
    other.close()


def test_without_a_key_the_shop_works_on_and_the_seals_are_missed(sealed: Store, keys: Path) -> None:
    sealed.close()
    key_file(SHOP).write_bytes(b"damaged")
    opened = Store.open(sealed.folder.root, sealed.clock)
    note(opened, 1)
    assert opened.seal is None
    opened.close()
    key_file(SHOP).unlink()
    assert look(sealed) == Verdict(None, ENTRIES + 1, None)
