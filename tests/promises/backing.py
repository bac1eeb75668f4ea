"""The processes that promises 12 to 16 kill: one that writes, one that backs up, restores or migrates.

Reads lines ``DEED FOLDER ARGUMENT`` and answers each with the id of a process that does it; a line ``wait PID`` is
answered with how that one ended. Forking saves the second that loading everything takes. Deeds: ``write`` takes in
orders until it is killed, ``backup`` makes one backup, ``restore`` puts ARGUMENT in place, ``migrate`` opens the shop.
``careless_*`` are planted bugs: the backup is written in its place, the restore copies over the records, the migration
commits table by table.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pysqlite3.dbapi2 as sqlite

from app.core.clock import SetClock
from app.core.enums import BackupKind, Command
from app.core.rights import Ctx
from app.features.backups.commands import restore_folder
from app.features.backups.verifying import examine_copy
from app.store.backup import making, snapshot
from app.store.backup.container import pack
from app.store.backup.places import Place
from app.store.door import Store
from app.store.folder import DataFolder
from tests.promises.writer import CLERK, add_money, add_order, found

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def write(folder: Path, argument: str) -> None:
    """Orders with charges and a deposit, each said in ``FOLDER.acks`` when it is booked, until killed; ``argument``
    ends it after so many."""
    dice = random.Random(str(folder))
    said = os.open(folder.with_name(f"{folder.name}.acks"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    store = Store.open(folder, SetClock(NOW))
    found(store)
    for _at in range(int(argument or 1 << 30)):
        with store.write(Command.TAKE_IN, Ctx.gesture(CLERK)) as tx:
            order = add_order(tx)
            add_money(tx, order, dice)
        os.write(said, f"{order.number}\n".encode())
    os.close(said)
    store.close()


def backup(folder: Path, _argument: str) -> None:
    making.make(DataFolder(folder), BackupKind.HOURLY, NOW, examine=examine_copy)


def careless_backup(folder: Path, _argument: str) -> None:
    """Writes the copy and the file under their last names: what is cut off lies there like a backup."""
    data = DataFolder(folder)
    place = Place.own(data)
    place.root.mkdir(exist_ok=True)
    copy = place.root / "copy.sqlite"
    target = place.root / "000001-20261122T030000Z-hourly.xiuhu"
    snapshot.copy_records(data.database, copy)
    records = snapshot.check_copy(copy)
    manifest = making._manifest(1, BackupKind.HOURLY, NOW, records, copy, (), data)
    target.write_bytes(b"")
    pack(target, manifest, copy, records.photos, None)


def restore(folder: Path, argument: str) -> None:
    restore_folder(folder, Path(argument), SetClock(NOW), password=str, agree=lambda _prepared: True)


def careless_restore(folder: Path, argument: str) -> None:
    """Copies the database over the records, as a helpful neighbour would: the log beside it stays."""
    from app.store.backup.container import opened

    half = folder / "neighbour.sqlite"
    with opened(Path(argument)) as box:
        box.unpack_database(half)
    with half.open("rb") as source, DataFolder(folder).database.open("r+b") as target:
        target.truncate(0)
        shutil.copyfileobj(source, target, 4096)


def migrate(folder: Path, _argument: str) -> None:
    Store.open(folder, SetClock(NOW)).close()


def careless_migrate(folder: Path, _argument: str) -> None:
    """Statement by statement: each is a transaction of its own."""
    raw = sqlite.connect(str(DataFolder(folder).database), isolation_level=None)
    for number in range(200):
        raw.execute(f"CREATE TABLE half_way_{number} (id INTEGER PRIMARY KEY) STRICT")
    raw.execute("UPDATE alembic_version SET version_num = '0099'")
    raw.close()


DEEDS = {
    each.__name__: each
    for each in (write, backup, careless_backup, restore, careless_restore, migrate, careless_migrate)
}


def warm_up() -> None:
    """Load and map everything once, before the forks."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "shop"
        write(folder, "1")
        backup(folder, "")
        restore(folder, str(Place.own(DataFolder(folder)).files()[0]))


def main() -> None:
    warm_up()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        deed, folder, argument = line.rstrip("\n").split("\t")
        if deed == "wait":
            _pid, status = os.waitpid(int(folder), 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if answer == 0:
                _do(deed, Path(folder), argument)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _do(deed: str, folder: Path, argument: str) -> None:
    try:
        DEEDS[deed](folder, argument)
        os._exit(0)
    finally:
        os._exit(70)


if __name__ == "__main__":
    main()
