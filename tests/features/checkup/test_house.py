"""What lies around the records, and repairing: each damage is planted, found, repaired, and money is as it was."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from app.core.clock import SetClock
from app.core.enums import Command, Role
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.rights import Actor, Ctx
from app.core.words import Language, speaking
from app.features.checkup import house_looks, repairs
from app.features.checkup.advice import ADVICE, advice
from app.features.checkup.repairing import Repaired, Repairing, plan
from app.features.checkup.repairs import REPAIRS
from app.features.checkup.service import examine
from app.features.checkup.snapshots import CHECK_WORDS, REPAIRABLE, WARNINGS, Check, Finding
from app.store.door import Store
from app.store.folder import DataFolder
from tests.features.checkup.conftest import Hand
from tests.features.conftest import LIVELY_NOW as NOW
from tests.hostile_pictures import JPEG

OWNER = Actor(1, "王丽华", Role.OWNER)
DAY = timedelta(days=1)

#: Tables that a repair may change; every other row of the shop stays byte for byte.
MAY_CHANGE = {
    "search": ("gram", "order_codes", "order_words"),
    "schema": (),
    "triggers": (),
    "settings": ("setting",),
    "stock_months": ("part_month", "stock_day"),
    "passcodes": ("repair_order",),
    "drafts": ("draft",),
    "orphan_photos": (),
    "leftovers": (),
    "folder": (),
}
_ALWAYS = ("journal", "operation")


@pytest.fixture
def at_work(copy: Path) -> Iterator[Callable[[], Store]]:
    """The shop's store, opened when the damage is done."""
    opened: list[Store] = []

    def open_it() -> Store:
        opened.append(Store.open(copy, SetClock(NOW)))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


def broken(store: Store) -> set[str]:
    return {each.name for each in examine(store).checks if not each.ok}


def told(store: Store, name: str) -> Check:
    return next(each for each in examine(store).checks if each.name == name)


def dump(store: Store, without: tuple[str, ...]) -> str:
    """A digest of every row of every table but these."""
    digest = hashlib.sha256()
    with store.read() as reading:
        tables = reading.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY name"
        ).scalars()
        for table in tables.all():
            if table.startswith("sqlite_") or any(table.startswith(each) for each in without):
                continue
            for row in sorted(map(repr, reading.exec_driver_sql(f'SELECT * FROM "{table}"'))):
                digest.update(f"{table} {row}".encode())
    return digest.hexdigest()


def repaired(store: Store, *names: str, backup: Callable[[], object] = lambda: None) -> Repaired:
    return Repairing(store, backup).repair(Ctx.gesture(OWNER), names)


def old(path: Path, age: timedelta = timedelta(days=30)) -> Path:
    moment = (NOW - age).timestamp()
    os.utime(path, (moment, moment))
    return path


def photo_file(root: Path, content: bytes = JPEG) -> Path:
    digest = hashlib.sha256(content).hexdigest()
    path = root / "photos" / digest[:2] / f"{digest}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


# -- every finding has a way out ---------------------------------------------------------------------------


def test_every_check_says_what_to_do_in_both_languages() -> None:
    assert ADVICE.keys() <= CHECK_WORDS.keys()
    assert CHECK_WORDS.keys() >= WARNINGS
    assert REPAIRS.keys() == REPAIRABLE == MAY_CHANGE.keys()
    for name in CHECK_WORDS:
        with speaking(Language.ZH):
            chinese = advice(name)
        assert not chinese.isascii(), name
        assert Check(name).advice == ""
        assert Check(name, (Finding("x"),), 1).advice == advice(name)


# -- damage, found and repaired ----------------------------------------------------------------------------

#: (check, damage by hand): repaired by the program.
REPAIRED = [
    ("search", "DELETE FROM gram WHERE record_id IN (SELECT max(id) FROM repair_order)"),
    ("search", "DELETE FROM order_codes WHERE rowid = 1"),
    ("search", "DELETE FROM order_words_data WHERE id > 10"),
    ("search", "UPDATE order_codes_data SET block = x'ffffffffff' WHERE id = 10"),
    ("schema", "DROP INDEX ix_repair_order_taken_in_day"),
    ("triggers", "DROP TRIGGER payment_no_update"),
    ("settings", "UPDATE setting SET value = '{torn' WHERE key = 'hours'"),
    ("settings", "UPDATE setting SET value = '\"soon\"' WHERE key = 'unclaimed_days'"),
    (
        "stock_months",
        "UPDATE part_month SET used = used + 1000 WHERE part_id = (SELECT min(part_id) FROM part_month)",
    ),
    ("stock_months", "DELETE FROM part_month"),
    (
        "stock_months",
        "UPDATE stock_day SET net_value = net_value + 1 WHERE day = (SELECT min(day) FROM stock_day)",
    ),
    ("stock_months", "INSERT INTO stock_day (day, net_value) VALUES ('2001-01-01', 5)"),
    (
        "passcodes",
        "UPDATE repair_order SET passcode = x'00' WHERE id ="
        " (SELECT max(id) FROM repair_order WHERE status = 'delivered')",
    ),
    (
        "passcodes",
        "UPDATE repair_order SET passcode = x'00', passcode_at = 1 WHERE id ="
        " (SELECT max(id) FROM repair_order WHERE status = 'received')",
    ),
    ("drafts", "INSERT INTO draft (kind, staff_id, content, saved_at) VALUES ('intake', NULL, '{}', 1)"),
    ("drafts", "INSERT INTO draft (kind, staff_id, content, saved_at) VALUES ('intake', 1, '{torn', 1)"),
    ("drafts", "INSERT INTO draft (kind, staff_id, content, saved_at) VALUES ('intake', 1, '[]', 1)"),
]


@pytest.mark.parametrize(
    ("name", "statement"), REPAIRED, ids=[f"{each[0]}-{each[1][:40]}" for each in REPAIRED]
)
def test_damage_is_repaired_and_nothing_else_is_touched(
    copy: Path, hand: Hand, at_work: Callable[[], Store], name: str, statement: str
) -> None:
    if "TRIGGER" in statement:
        raw = sqlite.connect(str(copy / "shop.sqlite"), isolation_level=None)
        raw.execute(statement)
        raw.close()
    else:
        hand(statement)
    store = at_work()
    assert name in broken(store)
    planned = plan(examine(store))
    assert [each.name for each in planned] == [name]
    assert all(each.word for each in planned)
    before = dump(store, (*MAY_CHANGE[name], *_ALWAYS))
    backups: list[bool] = []
    answer = repaired(store, name, backup=lambda: backups.append(True))
    assert backups == [True], "the backup comes first"
    assert answer.complete
    assert answer.done[0][0] == name
    assert broken(store) == set()
    assert dump(store, (*MAY_CHANGE[name], *_ALWAYS)) == before
    with store.read() as reading:
        noted = reading.exec_driver_sql(
            "SELECT count(*) FROM journal WHERE command = 'repair_records' AND actor_id = 1"
        ).scalar_one()
    assert noted >= 1
    again = repaired(store, name)
    assert again.complete, "done twice it changes nothing more"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoice_balance SET credited = credited + 1 WHERE invoice_id = (SELECT max(id) FROM invoice)",
        "UPDATE money_day SET held = held + 1 WHERE day = (SELECT max(day) FROM money_day)",
        "UPDATE part SET value = value - 1 WHERE id = (SELECT max(id) FROM part)",
        "UPDATE journal SET detail = '{}' WHERE id = 40",
    ],
)
def test_money_and_facts_are_never_repaired(hand: Hand, at_work: Callable[[], Store], statement: str) -> None:
    hand(statement)
    store = at_work()
    found = broken(store)
    assert found
    assert plan(examine(store)) == ()
    answer = repaired(store, *found)
    assert answer == Repaired((), (), None)
    assert broken(store) == found


def test_pictures_that_nothing_refers_to(copy: Path, hand: Hand, at_work: Callable[[], Store]) -> None:
    orphan = old(photo_file(copy))
    fresh = photo_file(copy, JPEG + b"1")
    kept = old(photo_file(copy, JPEG + b"2"))
    of_part = old(photo_file(copy, JPEG + b"3"))
    of_draft = old(photo_file(copy, JPEG + b"4"))
    foreign = orphan.with_name("holiday.jpg")
    foreign.write_bytes(JPEG)
    old(foreign)
    hand("INSERT INTO photo (order_id, sha256, suffix, at) VALUES (1, ?, '.jpg', 1)", kept.stem)
    hand("UPDATE part SET picture_sha256 = ?, picture_suffix = '.jpg' WHERE id = 1", of_part.stem)
    hand(
        "INSERT INTO draft (kind, staff_id, content, saved_at) VALUES ('intake', 1, ?, 1)",
        f'{{"devices": [{{"photos": [["{of_draft.stem}", ".jpg"]]}}]}}',
    )
    store = at_work()
    check = told(store, "orphan_photos")
    assert (check.count, check.grave) == (1, False)
    assert repaired(store, "orphan_photos").done == (("orphan_photos", 1),)
    assert not orphan.exists()
    assert all(path.exists() for path in (fresh, kept, of_part, of_draft, foreign)), "what is not ours stays"


def test_files_left_behind_half_written(copy: Path, at_work: Callable[[], Store]) -> None:
    (copy / "photos" / "ab").mkdir(parents=True, exist_ok=True)
    (copy / "backups").mkdir(exist_ok=True)
    left = [copy / ".new-4711.sqlite", copy / "photos" / "ab" / "ab.99.half", copy / ".probe-4711"]
    for path in left:
        path.write_bytes(b"x")
        old(path)
    now = copy / "photos" / "ab" / "cd.98.half"
    now.write_bytes(b"x")
    old(now, timedelta(minutes=5))
    store = at_work()
    assert told(store, "leftovers").count == 3
    assert repaired(store, "leftovers").complete
    assert not any(path.exists() for path in left)
    assert now.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights elsewhere")
def test_a_folder_that_everybody_may_change(copy: Path, at_work: Callable[[], Store]) -> None:
    copy.chmod(0o777)
    store = at_work()
    assert told(store, "folder").count == 1
    assert repaired(store, "folder").complete
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    copy.chmod(0o755)
    assert told(store, "folder").ok
    assert told(store, "folder").remarks


def test_a_draft_of_somebody_who_left(hand: Hand, at_work: Callable[[], Store]) -> None:
    hand("UPDATE staff SET active = 0 WHERE id = 2")
    hand("INSERT INTO draft (kind, staff_id, content, saved_at) VALUES ('intake', 2, '{}', 1)")
    hand("INSERT INTO draft (kind, staff_id, content, saved_at) VALUES ('intake', 1, '{}', 1)")
    store = at_work()
    assert told(store, "drafts").count == 1
    assert repaired(store, "drafts").done == (("drafts", 1),)
    assert store.rows("SELECT staff_id FROM draft", {}) == [(1,)]


# -- warnings without a repair -----------------------------------------------------------------------------


def test_a_clock_that_stands_before_the_newest_entry(copy: Path) -> None:
    for now, ok in ((NOW, True), (NOW - 30 * DAY, False)):
        store = Store.open(copy, SetClock(now))
        check = told(store, "clock")
        assert (check.ok, check.grave) == (ok, False)
        store.close()


def test_a_disk_that_is_almost_full(at_work: Callable[[], Store], monkeypatch: pytest.MonkeyPatch) -> None:
    store = at_work()
    assert told(store, "disk").ok or house_looks.LOW_DISK_MB > 0
    monkeypatch.setattr(house_looks, "LOW_DISK_MB", 1 << 40)
    assert "MB" in told(store, "disk").detail


def test_a_key_that_is_not_here(
    at_work: Callable[[], Store], hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand(
        "UPDATE repair_order SET passcode = x'0011' WHERE id ="
        " (SELECT max(id) FROM repair_order WHERE status = 'received')"
    )
    store = at_work()

    def locked(_shop_id: str) -> None:
        raise EnvironmentFault(Fault.KEY_MISSING)

    monkeypatch.setattr(house_looks.SecretBox, "find", lambda _shop_id: None)
    assert "not on this computer" in told(store, "key").detail
    monkeypatch.setattr(house_looks.SecretBox, "find", locked)
    assert "cannot be read" in told(store, "key").detail


def test_a_network_disk(at_work: Callable[[], Store], monkeypatch: pytest.MonkeyPatch) -> None:
    store = at_work()
    monkeypatch.setattr(house_looks, "on_network", lambda _root: True)
    assert told(store, "folder").count >= 1


# -- how it goes ----------------------------------------------------------------------------------------


def test_only_an_owner_repairs(at_work: Callable[[], Store], hand: Hand) -> None:
    hand("DELETE FROM gram")
    store = at_work()
    for role in set(Role) - {Role.OWNER}:
        with pytest.raises(Refusal) as refused:
            Repairing(store, lambda: None).repair(Ctx.gesture(Actor(2, "李强", role)), ["search"])
        assert refused.value.reason is Reason.NOT_ALLOWED
    assert broken(store) == {"search"}


def test_without_a_backup_nothing_is_touched(at_work: Callable[[], Store], hand: Hand) -> None:
    hand("DELETE FROM gram")
    store = at_work()

    def full() -> None:
        raise EnvironmentFault(Fault.DISK_FULL, path="x")

    before = dump(store, ())
    with pytest.raises(EnvironmentFault):
        repaired(store, "search", backup=full)
    assert dump(store, ()) == before


def test_it_tells_how_far_it_is_and_stops_when_asked(at_work: Callable[[], Store], hand: Hand) -> None:
    hand("DELETE FROM gram")
    store = at_work()
    seen: list[tuple[int, int]] = []
    answer = Repairing(store, lambda: None).repair(
        Ctx.gesture(OWNER), ["search", "drafts"], lambda done, total: seen.append((done, total))
    )
    assert answer.complete
    assert seen == sorted(seen)
    assert seen[-1] == (2000, 2000)
    hand("DELETE FROM gram")
    stopped = Repairing(store, lambda: None).repair(
        Ctx.gesture(OWNER), ["search", "drafts"], cancelled=lambda: True
    )
    assert stopped == Repaired((), (), None)
    assert repaired(store, "search").complete, "begun anew it goes on"


def test_a_repair_that_is_not_possible_leaves_nothing_behind(
    at_work: Callable[[], Store], hand: Hand
) -> None:
    hand("DROP INDEX ix_draft_kind_staff_id")
    for _each in range(2):
        hand("INSERT INTO draft (kind, staff_id, content, saved_at) VALUES ('intake', 1, '{}', 1)")
    store = at_work()
    answer = repaired(store, "schema")
    assert answer.failed == ("schema",)
    assert not answer.complete
    assert broken(store) == {"schema"}


def test_a_repair_that_would_change_money_is_seen_by_these_tests(
    at_work: Callable[[], Store], hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a repair that also writes a balance."""
    hand("DELETE FROM gram")
    store = at_work()

    def also_money(store: Store, ctx: Ctx, tell: repairs.Tell) -> int:
        with store.write(Command.REPAIR_RECORDS, ctx) as tx:
            tx.reading().exec_driver_sql("UPDATE invoice_balance SET due = due + 1")
            tx.journal()
        return 1

    before = dump(store, (*MAY_CHANGE["search"], *_ALWAYS))
    monkeypatch.setattr("app.features.checkup.repairing.REPAIRS", {"search": repairs.Repair("x", also_money)})
    repaired(store, "search")
    assert dump(store, (*MAY_CHANGE["search"], *_ALWAYS)) != before


def test_backups_are_looked_at(copy: Path, at_work: Callable[[], Store]) -> None:
    from app.core.enums import BackupKind
    from app.features.backups.service import Backups

    store = at_work()
    assert told(store, "backups").ok
    assert told(store, "backups").remarks
    Backups(store).make(BackupKind.BY_HAND)
    check = told(store, "backups")
    assert (check.ok, check.remarks) == (True, ())
    backup = next((DataFolder(copy).root / "backups").glob("*.xiuhu*"), None) or next(
        path for path in (copy / "backups").iterdir() if path.stat().st_size > 10_000
    )
    whole = backup.read_bytes()
    backup.write_bytes(whole[: len(whole) // 2])
    assert not told(store, "backups").ok
