"""Backups as files: what they hold, what is refused, which stay."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pysqlite3.dbapi2 as sqlite
import pytest

from app.core.clock import SetClock
from app.core.enums import BackupKind, Command
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.rights import Actor, Ctx
from app.model import Photo, RepairOrder
from app.store.backup import container, snapshot
from app.store.backup.container import DATABASE, MANIFEST, PHOTOS, opened
from app.store.backup.keeping import ALWAYS, Kept, to_drop
from app.store.backup.locked import PIECE, Header, Lock, LockKey, lock_stream, parse_lock, read_header
from app.store.backup.making import Rule, bring_to_second, changed_since, make, make_file
from app.store.backup.manifest import parse_name
from app.store.backup.places import Place
from app.store.backup.restoring import commit, finish, losses, stage, unfinished
from app.store.backup.snapshot import check_copy
from app.store.door import Store, Tx
from app.store.photos import PhotoStore

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
#: Cheap: the real numbers have a test of their own.
QUICK = Lock(b"s" * 16, (1, 64, 1))
KEY = LockKey(QUICK, b"k" * 32)


@pytest.fixture
def filled(store: Store, owner: Actor, new_order: Callable[..., RepairOrder]) -> Store:
    """A shop with two orders and a photo."""
    with store.write(Command.TAKE_IN, Ctx.gesture(owner)) as tx:
        order = new_order(tx)
        new_order(tx)
        _photo(tx, order, store.photos)
    return store


def _photo(tx: Tx, order: RepairOrder, photos: PhotoStore) -> None:
    sha256 = hashlib.sha256(PNG).hexdigest()
    path = photos.path(sha256, ".png")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PNG)
    tx.session.add(Photo(order_id=order.id, sha256=sha256, suffix=".png", staff_id=None, at=tx.now))


def key_for(_header: Header) -> LockKey:
    return KEY


def one(database: Path, question: str) -> Any:
    raw = sqlite.connect(str(database))
    try:
        return raw.execute(question).fetchone()[0]
    finally:
        raw.close()


# what it holds


def test_backup_is_a_zip_that_any_tool_opens(filled: Store, tmp_path: Path) -> None:
    made = make(filled.folder, BackupKind.HOURLY, NOW)
    assert made.path.name == "000001-20261122T030000Z-hourly.xiuhu"
    with zipfile.ZipFile(made.path) as archive:
        assert archive.namelist() == [MANIFEST, PHOTOS, DATABASE]
        archive.extract(DATABASE, tmp_path)
    assert one(tmp_path / DATABASE, "SELECT count(*) FROM repair_order") == 2
    assert one(tmp_path / DATABASE, "PRAGMA journal_mode") == "delete"
    assert (made.manifest.orders, made.manifest.last_order, made.manifest.photos) == (2, "2611-00002", 1)


def test_backup_keeps_no_passcode_not_even_sealed(
    store: Store, owner: Actor, new_order: Callable[..., RepairOrder], tmp_path: Path
) -> None:
    canary = b"\x00CANARY-of-a-passcode" * 3
    with store.write(Command.TAKE_IN, Ctx.gesture(owner)) as tx:
        new_order(tx, passcode=canary)
    assert canary in store.folder.database.read_bytes() + (store.folder.root / "shop.sqlite-wal").read_bytes()
    made = make(store.folder, BackupKind.HOURLY, NOW)
    with opened(made.path) as box:
        box.unpack_database(tmp_path / "out.sqlite")
    assert b"CANARY" not in (tmp_path / "out.sqlite").read_bytes()
    assert one(store.folder.database, "SELECT count(passcode) FROM repair_order") == 1


def test_a_copy_in_steps_is_one_moment_whatever_is_booked_meanwhile(
    filled: Store,
    owner: Actor,
    new_order: Callable[..., RepairOrder],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = []

    def book_one_more(_target: Path) -> None:
        steps.append(1)
        if len(steps) < 12:
            with filled.write(Command.TAKE_IN, Ctx.gesture(owner)) as tx:
                new_order(tx)

    monkeypatch.setattr(snapshot, "_STEP", 20)
    monkeypatch.setattr(snapshot, "settle", book_one_more)
    snapshot.copy_records(filled.folder.database, tmp_path / "copy.sqlite")
    assert len(steps) >= 10
    assert check_copy(tmp_path / "copy.sqlite").orders == 2
    assert one(filled.folder.database, "SELECT count(*) FROM repair_order") > 10


def test_nothing_changed_is_told_by_the_journal(filled: Store, owner: Actor) -> None:
    made = make(filled.folder, BackupKind.HOURLY, NOW)
    assert not changed_since(filled.folder, made.manifest)
    with filled.write(Command.SAVE_SETTINGS, Ctx.gesture(owner)) as tx:
        tx.journal(keys=[])
    assert changed_since(filled.folder, made.manifest)
    assert changed_since(filled.folder, None)


def test_photos_lie_beside_here_and_inside_a_file_to_carry(filled: Store, tmp_path: Path) -> None:
    made = make(filled.folder, BackupKind.HOURLY, NOW)
    with opened(made.path) as box:
        (photo,) = box.photos()
        assert not box.holds_photo(photo)
    beside = filled.folder.backups / "photos" / photo.path
    assert beside.read_bytes() == PNG
    carried = make_file(filled.folder, tmp_path / "out.xiuhu", NOW)
    with opened(carried.path) as box:
        assert box.photo(photo) == PNG


def test_second_place_has_backup_and_photos_locked(filled: Store, tmp_path: Path) -> None:
    made = make(filled.folder, BackupKind.HOURLY, NOW)
    stick = tmp_path / "stick"
    stick.mkdir()
    place = Place.second(stick, "0192-abcdef01")
    path = bring_to_second(filled.folder, made.manifest, place, KEY, Rule())
    assert b"SQLite format" not in path.read_bytes()
    assert b"PK\x03\x04" not in path.read_bytes()
    (photo,) = (each for each in place.root.rglob("*.png.locked"))
    assert PNG[:40] not in photo.read_bytes()
    with opened(path, key_for) as box:
        assert box.manifest == made.manifest
        box.verify()
        header = read_header(path.open("rb"), path.name)
        assert place.photo(box.photos()[0], header, KEY) == PNG


def test_a_stick_that_is_not_there_is_said(filled: Store, tmp_path: Path) -> None:
    made = make(filled.folder, BackupKind.HOURLY, NOW)
    with pytest.raises(EnvironmentFault):
        bring_to_second(filled.folder, made.manifest, Place.second(tmp_path / "gone", "1"), None, Rule())


# what is refused


def test_a_database_cut_short_is_no_backup_although_every_page_is_in_order(tmp_path: Path) -> None:
    cut = tmp_path / "cut.sqlite"
    cut.write_bytes(b"")
    with pytest.raises(EnvironmentFault) as refused:
        check_copy(cut)
    assert refused.value.fault is Fault.BACKUP_UNSOUND


@pytest.mark.parametrize("thorough", [True, False])
def test_a_torn_search_index_keeps_no_records_from_being_backed_up(
    filled: Store, tmp_path: Path, thorough: bool
) -> None:
    """It is made anew from the records; until then every backup would fail, that before the repair too."""
    snapshot.copy_records(filled.folder.database, tmp_path / "copy.sqlite")
    raw = sqlite.connect(str(tmp_path / "copy.sqlite"), isolation_level=None)
    raw.execute("UPDATE order_words_data SET block = x'ffffffffff' WHERE id = 10")
    assert raw.execute("PRAGMA integrity_check").fetchone()[0] != "ok"
    raw.close()
    assert check_copy(tmp_path / "copy.sqlite", thorough=thorough).orders == 2


def test_damaged_records_make_no_backup_and_the_older_one_stays(filled: Store, owner: Actor) -> None:
    made = make(filled.folder, BackupKind.HOURLY, NOW)
    filled.close()
    database = filled.folder.database
    content = bytearray(database.read_bytes())
    for page in range(10, 40):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    database.write_bytes(content)
    with pytest.raises(EnvironmentFault):
        make(filled.folder, BackupKind.HOURLY, NOW)
    assert Place.own(filled.folder).files() == [made.path]
    assert not list(filled.folder.backups.glob(".half*"))


@pytest.mark.parametrize("pages", [1, 3])
def test_records_that_are_no_database_any_more_are_said_to_be_damaged(filled: Store, pages: int) -> None:
    filled.close()
    database = filled.folder.database
    content = database.read_bytes()
    database.write_bytes(bytes(4096 * pages) + content[4096 * pages :])
    with pytest.raises(EnvironmentFault) as refused:
        make(filled.folder, BackupKind.RESTORE, NOW)
    assert refused.value.fault in (Fault.DAMAGED, Fault.BACKUP_UNSOUND)


def test_two_backups_at_once_are_one_too_many(filled: Store) -> None:
    with Place.own(filled.folder).at_work(), pytest.raises(Refusal) as refused:
        make(filled.folder, BackupKind.HOURLY, NOW)
    assert refused.value.reason is Reason.BACKUP_RUNNING


def _rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _outside(parts: dict[str, bytes]) -> None:
    parts["../evil.txt"] = b"x"


def _absolute(parts: dict[str, bytes]) -> None:
    parts["/evil.txt"] = b"x"


def _other_database(parts: dict[str, bytes]) -> None:
    parts[DATABASE] = parts[DATABASE][:-1] + b"?"


def _longer(parts: dict[str, bytes]) -> None:
    parts[DATABASE] += bytes(4096)


def _no_manifest(parts: dict[str, bytes]) -> None:
    del parts[MANIFEST]


def _not_json(parts: dict[str, bytes]) -> None:
    parts[MANIFEST] = b"[" * 50_000


def _huge(parts: dict[str, bytes]) -> None:
    parts[MANIFEST] = json.dumps(json.loads(parts[MANIFEST]) | {"size": 1 << 61}).encode()


@pytest.mark.parametrize(
    "harm", [_outside, _absolute, _other_database, _longer, _no_manifest, _not_json, _huge]
)
def test_a_changed_backup_is_refused(
    filled: Store, harm: Callable[[dict[str, bytes]], None], tmp_path: Path
) -> None:
    made = make(filled.folder, BackupKind.HOURLY, NOW)
    _rewritten(made.path, harm)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(Refusal) as refused:
        stage(filled.folder, made.path)
    assert refused.value.reason is Reason.BACKUP_NOT_WHOLE
    assert sorted(tmp_path.rglob("*")) == before


def test_a_newer_backup_is_refused_by_its_schema(filled: Store) -> None:
    made = make(filled.folder, BackupKind.HOURLY, NOW)

    def newer(parts: dict[str, bytes]) -> None:
        parts[MANIFEST] = json.dumps(json.loads(parts[MANIFEST]) | {"schema": "9999"}).encode()

    _rewritten(made.path, newer)
    with pytest.raises(Refusal) as refused:
        stage(filled.folder, made.path)
    assert refused.value.reason is Reason.BACKUP_NEWER


# locked


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_locked_pieces_come_back_as_they_were(size: int) -> None:
    from app.store.backup.locked import LockedReader

    plain = (b"xiuhu " * (size // 6 + 1))[:size]
    file = io.BytesIO()
    lock_stream(io.BytesIO(plain), size, file, KEY, {})
    reader = LockedReader(file, read_header(file, "x"), KEY, "x")
    assert reader.read() == plain
    reader.seek(size // 2)
    assert reader.read() == plain[size // 2 :]


def _swap(content: bytes, begin: int) -> bytes:
    piece = PIECE + 16
    one, two = content[begin : begin + piece], content[begin + piece : begin + 2 * piece]
    return content[:begin] + two + one + content[begin + 2 * piece :]


@pytest.mark.parametrize("harm", ["flip", "swap", "cut", "longer", "header"])
def test_a_locked_file_that_was_changed_is_refused(harm: str) -> None:
    from app.store.backup.locked import LockedReader

    size = 2 * PIECE + 100
    file = io.BytesIO()
    lock_stream(io.BytesIO(bytes(size)), size, file, KEY, {"number": 1})
    content = file.getvalue()
    begin = read_header(file, "x").begin
    match harm:
        case "flip":
            content = content[:-50] + bytes([content[-50] ^ 1]) + content[-49:]
        case "swap":
            content = _swap(content, begin)
        case "cut":
            content = content[: begin + PIECE + 16]
        case "longer":
            content += b"x"
        case _:
            content = content.replace(b'"number": 1', b'"number": 7')
    changed = io.BytesIO(content)

    def read() -> bytes:
        return LockedReader(changed, read_header(changed, "x"), KEY, "x").read()

    with pytest.raises(Refusal):
        read()


def test_a_backup_that_is_not_there_is_not_called_a_data_folder(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused, opened(tmp_path / "Monday.xiuhu"):
        pass
    assert refused.value.reason is Reason.FILE_NOT_READABLE
    assert refused.value.params == {"path": "Monday.xiuhu", "why": "there is no such file or folder"}


def test_a_backup_replaces_an_older_one_and_nothing_else(filled: Store, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    letter, link, older = desk / "letter.txt", desk / "link.xiuhu", desk / "older.xiuhu"
    letter.write_text("dear", encoding="utf-8")
    link.symlink_to(letter)
    for target in (letter, link, desk):
        with pytest.raises(Refusal) as refused:
            make_file(filled.folder, target, NOW)
        assert refused.value.reason is Reason.BACKUP_OVER_OTHER
    assert letter.read_text(encoding="utf-8") == "dear"
    assert sorted(each.name for each in desk.iterdir()) == ["letter.txt", "link.xiuhu"]
    make_file(filled.folder, older, NOW)
    made = make_file(filled.folder, older, NOW + timedelta(hours=1))
    with opened(older) as box:
        assert box.manifest == made.manifest


def test_a_wrong_password_is_told_from_a_broken_file(filled: Store, tmp_path: Path) -> None:
    made = make_file(filled.folder, tmp_path / "out.xiuhu", NOW, LockKey(QUICK, QUICK.key("geheim 123")))
    with pytest.raises(Refusal) as refused, opened(made.path):
        pass
    assert refused.value.reason is Reason.BACKUP_PASSWORD_NEEDED
    wrong = LockKey(QUICK, QUICK.key("geheim 124"))
    with pytest.raises(Refusal) as refused, opened(made.path, lambda _header: wrong):
        pass
    assert refused.value.reason is Reason.BACKUP_PASSWORD_WRONG
    # A Chinese input method leaves full-width letters.
    right = LockKey(QUICK, QUICK.key("ｇｅｈｅｉｍ 123 "))
    with opened(made.path, lambda _header: right) as box:
        box.verify()


def test_a_lock_that_would_stop_the_computer_is_none() -> None:
    assert parse_lock(QUICK.to_text()) == QUICK
    assert parse_lock(json.dumps({"salt": "00" * 16, "costs": [3, 1 << 40, 1]})) is None
    assert parse_lock(json.dumps({"salt": "00" * 16, "costs": [3, 64]})) is None
    assert parse_lock("[]") is None


# which stay


def _kept(number: int, at: datetime, kind: BackupKind = BackupKind.HOURLY, size: int = 1) -> Kept:
    return Kept(f"{number:06d}", number, at, kind, size)


def _left(found: list[Kept], cap: int = 1 << 40) -> list[Kept]:
    gone = {each.name for each in to_drop(found, SHANGHAI, cap)}
    return [each for each in found if each.name not in gone]


def test_a_year_of_hourly_backups_leaves_hours_days_weeks_and_months() -> None:
    found = [_kept(at, NOW + timedelta(hours=at)) for at in range(24 * 365)]
    left = _left(found)
    assert 24 + 12 + 5 + 9 <= len(left) <= 24 + 14 + 8 + 12
    assert left[-24:] == found[-24:]
    assert _left(left) == left


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-25 * 365), timedelta(days=30 * 365)])
def test_a_clock_that_jumps_throws_nothing_away_early(jump: timedelta) -> None:
    """Promise 17: one backup under a wrong clock costs at most one of each kind."""
    found = _left([_kept(at, NOW + timedelta(hours=at)) for at in range(24 * 60)])
    jumped = [*found, _kept(10_000, NOW + timedelta(days=60) + jump)]
    assert len(_left(jumped)) >= len(jumped) - 4
    back = [*_left(jumped), _kept(10_001, NOW + timedelta(days=60, hours=1))]
    assert {each.number for each in found[-20:]} <= {each.number for each in _left(back)}


def test_too_little_space_takes_the_oldest_hours_first_and_never_the_newest() -> None:
    found = [_kept(at, NOW + timedelta(hours=at), size=10) for at in range(24 * 30)]
    left = _left(found, cap=300)
    assert sum(each.size for each in left) <= 300
    assert left[-1] == found[-1]
    assert any(each.made_at < NOW + timedelta(days=8) for each in left)
    assert len(_left(found, cap=0)) == ALWAYS


def test_what_cannot_be_read_is_not_thrown_away() -> None:
    found = [_kept(at, NOW + timedelta(minutes=at)) for at in range(10)]
    odd = Kept("odd", 0, NOW, BackupKind.HOURLY, 1, good=False)
    assert odd in _left([odd, *found])


def test_backups_before_an_update_stay_beside_the_rule() -> None:
    first = _kept(1, NOW, BackupKind.MIGRATION)
    found = [first, *(_kept(at, NOW + timedelta(minutes=at)) for at in range(2, 60))]
    assert first in _left(found)


def test_names_of_files_tell_age_and_reason() -> None:
    named = parse_name("000007-20261122T030000Z-day_close.xiuhu")
    assert named is not None
    assert (named.number, named.made_at, named.kind) == (7, NOW, BackupKind.DAY_CLOSE)
    assert parse_name("000007-20261322T030000Z-day_close.xiuhu") is None
    assert parse_name("holiday.xiuhu") is None


def test_a_place_is_thinned_with_its_photos(filled: Store, owner: Actor) -> None:
    for hour in range(5):
        make(filled.folder, BackupKind.HOURLY, NOW + timedelta(minutes=hour))
    place = Place.own(filled.folder)
    assert len(place.files()) == ALWAYS
    stray = place.root / "photos" / "ab" / ("ab" + "0" * 62 + ".png")
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    assert place.drop_photos() == 1
    assert not stray.exists()
    assert len(list(place.root.glob("photos/??/*"))) == 1


# putting back


def test_restore_says_what_is_lost_and_keeps_what_it_replaced(
    filled: Store, owner: Actor, new_order: Callable[..., RepairOrder]
) -> None:
    made = make(filled.folder, BackupKind.HOURLY, NOW)
    with filled.write(Command.TAKE_IN, Ctx.gesture(owner)) as tx:
        new_order(tx)
        tx.order(1, None)
    staged = stage(filled.folder, made.path)
    lost = losses(filled.folder, staged)
    assert (lost.orders, lost.order_numbers, lost.moved, lost.readable) == (1, ("2611-00003",), 1, True)
    assert not lost.nothing
    filled.close()
    restored = commit(filled.folder, staged, NOW)
    assert one(filled.folder.database, "SELECT count(*) FROM repair_order") == 2
    assert restored.replaced is not None
    assert one(restored.replaced, "SELECT count(*) FROM repair_order") == 3
    assert not unfinished(filled.folder)


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_a_restore_cut_off_is_finished_at_the_next_start(
    filled: Store, moved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make(filled.folder, BackupKind.HOURLY, NOW)
    staged = stage(filled.folder, made.path)
    filled.close()
    replace = Path.replace
    left = moved

    def cut_off(self: Path, target: Path) -> Path:
        nonlocal left
        if self.name != "plan.half":
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", cut_off)
        with pytest.raises(KeyboardInterrupt):
            commit(filled.folder, staged, NOW)
    assert unfinished(filled.folder)
    with pytest.raises(EnvironmentFault) as refused:
        Store.open(filled.folder.root, SetClock(NOW), exclusive=False)
    assert refused.value.fault is Fault.RESTORE_UNFINISHED
    finish(filled.folder)
    assert one(filled.folder.database, "SELECT count(*) FROM repair_order") == 2
    assert len(list((filled.folder.root / "replaced").iterdir())) == 1


def test_pictures_of_parts_are_photos_too_and_odd_names_are_none(filled: Store, owner: Actor) -> None:
    raw = sqlite.connect(str(filled.folder.database))
    raw.execute(
        "UPDATE photo SET suffix = '/../../../etc/passwd'"  # a hand in the database
    )
    raw.commit()
    raw.close()
    assert make(filled.folder, BackupKind.HOURLY, NOW).manifest.photos == 0


def test_a_shop_that_was_cut_off_while_its_log_was_turned_on_opens(filled: Store, tmp_path: Path) -> None:
    """Found by the kills of promise 13: a restored database has no log yet when the program first opens it."""
    filled.close()
    root = tmp_path / "cut off"
    root.mkdir()
    raw = sqlite.connect(str(filled.folder.database), isolation_level=None)
    raw.execute("PRAGMA journal_mode=DELETE")
    raw.execute("PRAGMA cache_size=2")
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("UPDATE repair_order SET fault = hex(randomblob(20000))")
    for name in ("shop.sqlite", "shop.sqlite-journal"):
        (root / name).write_bytes((filled.folder.root / name).read_bytes())
    raw.close()
    store = Store.open(root, SetClock(NOW))
    with store.read() as reading:
        assert reading.exec_driver_sql("SELECT max(length(fault)) FROM repair_order").scalar_one() < 100
    store.close()


def test_what_goes_is_freed_in_pieces_and_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "copy.sqlite"
    path.write_bytes(bytes(2500))
    sizes: list[int] = []
    monkeypatch.setattr(container, "_SETTLED", 1000)
    monkeypatch.setattr(container.os, "fsync", lambda _file: sizes.append(path.stat().st_size))
    container.drop(path)
    assert (sizes, path.exists()) == ([1500, 500], False)
    container.drop(path)  # nothing is there any more


def test_what_the_disk_will_not_shorten_goes_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "copy.sqlite"
    path.write_bytes(bytes(2500))
    monkeypatch.setattr(container, "_SETTLED", 1000)

    def broken(_file: int) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(container.os, "fsync", broken)
    container.drop(path)
    assert not path.exists()
