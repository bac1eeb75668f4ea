"""The data folder, its lock, and what the system's errors mean."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy.exc import OperationalError

from app.core.clock import SetClock
from app.core.errors import EnvironmentFault, Fault
from app.core.places import ROOT
from app.core.sentences import sentence
from app.store import engine, faults, folder
from app.store.door import Store
from app.store.faults import meaning_of, translated
from app.store.file_faults import fault_of_file
from app.store.folder import DataFolder, FolderLock, filesystem_of, on_network

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from app.core.clock import SetClock
from app.store.door import Store
store = Store.open(Path(sys.argv[1]), SetClock(datetime(2026, 11, 22, 3, tzinfo=UTC)))
print("open", flush=True)
time.sleep(60)
"""


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of mounts in place of the system's."""
    made = tmp_path / "mounts"
    monkeypatch.setattr(folder, "_MOUNTS", made)
    return made


def test_a_second_program_is_refused_at_once_and_told_who_was_first(shop: Path, clock: SetClock) -> None:
    first = Store.open(shop, clock)
    started = time.monotonic()
    with pytest.raises(EnvironmentFault) as refused:
        Store.open(shop, clock)
    assert time.monotonic() - started < 2
    assert refused.value.fault is Fault.ALREADY_OPEN
    assert str(os.getpid()) in sentence(refused.value)
    assert "2026-11-22 11:00" in sentence(refused.value)
    first.close()
    Store.open(shop, clock).close()


def test_another_process_is_named_and_after_kill_9_nothing_needs_cleaning(
    shop: Path, clock: SetClock
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, shop], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(EnvironmentFault) as refused:
            Store.open(shop, clock)
        assert f"(PID {holder.pid})" in sentence(refused.value)
        beside = Store.open(shop, clock, exclusive=False)  # reading beside it goes
        assert beside.settings.shop_name == ""
        beside.close()
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert holder.stdout is not None
    holder.stdout.close()
    Store.open(shop, clock).close()


def test_a_refused_open_gives_the_lock_back(shop: Path, clock: SetClock) -> None:
    shop.mkdir()
    (shop / "shop.sqlite").touch()
    with pytest.raises(EnvironmentFault):
        Store.open(shop, clock)
    (shop / "shop.sqlite").unlink()
    Store.open(shop, clock).close()


def test_a_lock_note_that_is_garbage_still_refuses(shop: Path) -> None:
    place = DataFolder(shop)
    place.prepare()
    held = FolderLock(place, NOW)
    for note in (b"", b"\xff\xfe", b"[]", b'{"pid": 1}', b"x" * 1000):
        place.lock.write_bytes(note)
        with pytest.raises(EnvironmentFault) as refused:
            FolderLock(place, NOW)
        assert refused.value.params["owner"] == "?"
    held.release()
    FolderLock(place, NOW).release()
    assert json.loads(place.lock.read_bytes())["pid"] == os.getpid()


@pytest.mark.parametrize(
    "kind",
    ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.davfs2", "fuse.rclone", "fuse.gvfsd-fuse"],
)
def test_a_folder_on_a_network_share_is_refused(shop: Path, clock: SetClock, mounts: Path, kind: str) -> None:
    shop.mkdir()
    mounts.write_text(
        f"/dev/sda1 / ext4 rw 0 0\nserver:/x {str(shop).replace(' ', chr(92) + '040')} {kind} rw 0 0\n"
    )
    with pytest.raises(EnvironmentFault) as refused:
        Store.open(shop, clock)
    assert refused.value.fault is Fault.NETWORK_SHARE
    assert not (shop / "shop.sqlite").exists()


def test_the_nearest_mount_counts(tmp_path: Path, mounts: Path) -> None:
    near = tmp_path / "near"
    near.mkdir()
    mounts.write_text(
        f"server:/ / nfs4 rw 0 0\n/dev/sdb1 {tmp_path} ext4 rw 0 0\nserver:/n {tmp_path}/nea cifs rw 0 0\n"
    )
    assert filesystem_of(near) == "ext4"
    assert not on_network(near)
    assert on_network(tmp_path.parent)
    (tmp_path / "link").symlink_to(tmp_path.parent)
    assert on_network(tmp_path / "link")
    mounts.write_text(f"/dev/sda1 {tmp_path} ext4 rw 0 0\nover {tmp_path} nfs rw 0 0\n")
    assert on_network(near)  # mounted over


def test_a_system_without_a_list_of_mounts_says_nothing(tmp_path: Path, mounts: Path) -> None:
    assert filesystem_of(tmp_path) == ""
    assert not on_network(tmp_path)


def test_a_file_in_the_folders_place(shop: Path, clock: SetClock) -> None:
    shop.write_text("a file")
    with pytest.raises(EnvironmentFault) as refused:
        Store.open(shop, clock)
    assert refused.value.fault is Fault.FOLDER_UNUSABLE
    assert sentence(refused.value)
    assert shop.read_text() == "a file"


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.EROFS, Fault.READ_ONLY),
        (errno.EACCES, Fault.READ_ONLY),
        (errno.EPERM, Fault.READ_ONLY),
        (errno.ENOSPC, Fault.DISK_FULL),
        (errno.EDQUOT, Fault.DISK_FULL),
        (errno.EIO, Fault.DISK_ERROR),
        (errno.ENAMETOOLONG, Fault.FOLDER_UNUSABLE),
    ],
)
def test_a_folder_that_cannot_be_written_is_refused(
    shop: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch, number: int, fault: Fault
) -> None:
    def refuse(_path: Path, _content: bytes) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(EnvironmentFault) as refused:
        Store.open(shop, clock)
    assert refused.value.fault is fault
    assert sentence(refused.value)
    assert not (shop / "shop.sqlite").exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused_and_left_alone(shop: Path, clock: SetClock) -> None:
    Store.open(shop, clock).close()
    shop.chmod(0o500)
    try:
        with pytest.raises(EnvironmentFault) as refused:
            Store.open(shop, clock)
    finally:
        shop.chmod(0o700)
    assert refused.value.fault is Fault.READ_ONLY


def test_a_disk_that_fails_while_the_shop_is_made(
    shop: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(EnvironmentFault) as refused:
        Store.open(shop, clock)
    assert refused.value.fault is Fault.DISK_ERROR
    monkeypatch.undo()
    Store.open(shop, clock).close()


# -- SQLite's own errors ---------------------------------------------------------------------------------


def of_code(code: int) -> sqlite.OperationalError:
    error = sqlite.OperationalError("words are not looked at")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (5, Fault.BUSY),
        (517, Fault.BUSY),  # SQLITE_BUSY_SNAPSHOT
        (6, Fault.BUSY),
        (8, Fault.READ_ONLY),
        (1032, Fault.FILE_GONE),  # SQLITE_READONLY_DBMOVED
        (10, Fault.DISK_ERROR),
        (1546, Fault.DISK_ERROR),  # SQLITE_IOERR_TRUNCATE
        (11, Fault.DAMAGED),
        (26, Fault.DAMAGED),
        (13, Fault.DISK_FULL),
        (14, Fault.READ_ONLY),
        (1, None),
        (19, None),
        (2067, None),  # SQLITE_CONSTRAINT_UNIQUE
        (21, None),
    ],
)
def test_result_codes(tmp_path: Path, code: int, fault: Fault | None) -> None:
    path = tmp_path / "shop.sqlite"
    path.touch()
    for error in (of_code(code), OperationalError("SELECT", {}, of_code(code))):
        meaning = meaning_of(error, path)
        assert (meaning.fault if meaning else None) is fault


def test_an_io_error_on_a_full_disk_is_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_free", lambda _folder: 0)
    meaning = meaning_of(of_code(4874), tmp_path / "shop.sqlite")  # SQLITE_IOERR_SHMSIZE
    assert meaning is not None
    assert meaning.fault is Fault.DISK_FULL


def test_a_file_that_cannot_be_opened_because_it_is_gone(tmp_path: Path) -> None:
    meaning = meaning_of(of_code(14), tmp_path / "gone.sqlite")
    assert meaning is not None
    assert meaning.fault is Fault.FILE_GONE


def test_errors_that_are_not_the_databases_pass(tmp_path: Path) -> None:
    with pytest.raises(KeyError), translated(tmp_path / "x"):
        raise KeyError
    assert fault_of_file(OSError(), tmp_path / "x").fault is Fault.FOLDER_UNUSABLE


def test_an_old_sqlite_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.sqlite, "sqlite_version", "3.40.1")
    with pytest.raises(EnvironmentFault) as refused:
        engine.check_sqlite()
    assert refused.value.fault is Fault.SQLITE_TOO_OLD
    assert "3.40.1" in sentence(refused.value)
