"""Checks of what lies around the records: folder, files, backups, drafts, passcodes, clock, disk, key."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.core.clock import from_microseconds, to_microseconds
from app.core.errors import EnvironmentFault, Refusal, ShopError
from app.core.sentences import sentence
from app.core.words import N_
from app.features.checkup.snapshots import Finding
from app.store.backup.places import Place
from app.store.door import Store
from app.store.folder import on_network
from app.store.secrets import SecretBox

#: A picture that no record names may belong to somebody's half-typed intake of today.
ORPHAN_AGE = timedelta(days=7)
#: What another program of ours may be writing at this moment is younger.
LEFTOVER_AGE = timedelta(hours=1)
#: With less free space backups and imports begin to fail.
LOW_DISK_MB = 512
#: So long without a new backup, although something was booked.
BACKUP_AGE = timedelta(days=3)
#: Clocks of one computer differ from themselves by so much when the network sets them.
CLOCK_SLACK = timedelta(minutes=5)

_LEFTOVERS = (
    ".new-*.sqlite*",
    ".probe-*",
    "window.new",
    "photos/*/*.half",
    "papers/.*.half",
    "backups/*.half",
)
_PICTURE_SUFFIXES = frozenset({".jpg", ".png", ".webp"})
_DIGEST_LENGTH = 64
_MB = 1024 * 1024


def _sqlite(_store: Store, reading: Connection) -> Iterator[Finding]:
    mode = str(reading.exec_driver_sql("PRAGMA journal_mode").scalar_one())
    if mode != "wal":
        yield Finding(N_("The database does not keep its log beside it (“{mode}”)."), {"mode": mode})
    version = str(reading.exec_driver_sql("SELECT sqlite_version()").scalar_one())
    yield Finding(N_("SQLite {version}."), {"version": version}, remark=True)


def _folder(store: Store, _reading: Connection) -> Iterator[Finding]:
    root = store.folder.root
    if on_network(root):
        yield Finding(N_("The data folder lies on another computer's disk: records get damaged there."))
    if sys.platform == "win32":
        return
    mode = root.stat().st_mode
    if mode & stat.S_IWOTH:
        yield Finding(N_("Everybody on this computer may change the data folder."))
    elif mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(N_("Other people on this computer may look into the data folder."), remark=True)


def _disk(store: Store, _reading: Connection) -> Iterator[Finding]:
    free = shutil.disk_usage(store.folder.root).free // _MB
    if free < LOW_DISK_MB:
        yield Finding(N_("Only {free} MB are free on the disk."), {"free": free})


def _clock(store: Store, reading: Connection) -> Iterator[Finding]:
    now = store.clock.now()
    newest = reading.execute(text("SELECT at FROM journal ORDER BY id DESC LIMIT 1")).scalar()
    if newest is not None and from_microseconds(newest) > now + CLOCK_SLACK:
        yield Finding(
            N_("The clock says {now}, but the newest entry was made at {newest}."),
            {"now": now, "newest": from_microseconds(newest)},
        )


def _key(_store: Store, reading: Connection) -> Iterator[Finding]:
    """Passcodes that nobody can read any more. Makes no key: looking must not change anything."""
    kept = reading.execute(
        text("SELECT number, uuid, passcode FROM repair_order WHERE passcode IS NOT NULL ORDER BY id")
    ).all()
    if not kept:
        return
    shop_id = json.loads(
        reading.exec_driver_sql("SELECT value FROM setting WHERE key = 'shop_id'").scalar() or '""'
    )
    try:
        box = SecretBox.find(shop_id)
    except EnvironmentFault as fault:
        yield Finding(N_("The key of the passcodes cannot be read: {why}"), {"why": sentence(fault)})
        return
    if box is None:
        yield Finding(
            N_("The key of the passcodes is not on this computer: {count} of them cannot be read."),
            {"count": len(kept)},
        )
        return
    for number, uuid, sealed in kept:
        try:
            box.open(bytes(sealed), bytes(uuid))
        except EnvironmentFault:
            yield Finding(N_("The passcode of order {number} cannot be read."), {"number": number})


def _passcodes(store: Store, reading: Connection) -> Iterator[Finding]:
    if not store.clock_watch.may_erase():
        return
    try:
        days = store.settings.passcode_days
    except (SQLAlchemyError, ValueError):
        # Settings that cannot be read are a finding of their own.
        return
    before = to_microseconds(passcode_limit(store, store.clock.now()))
    late = text(
        "SELECT number FROM repair_order WHERE passcode IS NOT NULL AND passcode_at < :before ORDER BY id"
    )
    for number in reading.execute(late, {"before": before}).scalars():
        yield Finding(
            N_("The passcode of order {number} is kept for more than {days} days."),
            {"number": number, "days": days},
        )


def passcode_limit(store: Store, now: datetime) -> datetime:
    """Older passcodes should be gone: the program erases them by itself within the day after."""
    return now - timedelta(days=store.settings.passcode_days + 1)


def _drafts(_store: Store, reading: Connection) -> Iterator[Finding]:
    for row, why in bad_drafts(reading):
        yield Finding(why, {"id": row})


def bad_drafts(reading: Connection) -> Iterator[tuple[int, str]]:
    """Drafts that nobody will go on with, with the sentence why."""
    rows = text(
        "SELECT d.id, d.content, s.id AS owner, s.active FROM draft d"
        " LEFT JOIN staff s ON s.id = d.staff_id ORDER BY d.id"
    )
    for row, content, owner, active in reading.execute(rows):
        try:
            known = isinstance(json.loads(content), dict)
        except ValueError:
            known = False
        if not known:
            yield row, N_("Draft {id} cannot be read.")
        elif owner is None:
            yield row, N_("Draft {id} belongs to nobody.")
        elif not active:
            yield row, N_("Draft {id} belongs to somebody who does not work here any more.")


def _orphan_photos(store: Store, reading: Connection) -> Iterator[Finding]:
    for path in orphan_photos(store, reading):
        yield Finding(N_("No record names the picture {name}."), {"name": path.name[:12]})


def orphan_photos(store: Store, reading: Connection) -> Iterator[Path]:
    """Files of pictures that no order, part or draft names, and that are old enough to be nobody's any more."""
    if not store.folder.photos.is_dir():
        return
    named = _named_pictures(reading)
    limit = (store.clock.now() - ORPHAN_AGE).timestamp()
    for path in sorted(store.folder.photos.glob("*/*")):
        if path.suffix not in _PICTURE_SUFFIXES or len(path.stem) != _DIGEST_LENGTH or path.stem in named:
            continue
        if not path.is_symlink() and path.stat().st_mtime < limit:
            yield path


def _named_pictures(reading: Connection) -> set[str]:
    named = set(reading.exec_driver_sql("SELECT sha256 FROM photo").scalars())
    named |= set(reading.exec_driver_sql("SELECT picture_sha256 FROM part").scalars())
    drafts = " ".join(reading.exec_driver_sql("SELECT content FROM draft").scalars())
    return named | {word for word in drafts.replace('"', " ").split() if len(word) == _DIGEST_LENGTH}


def _leftovers(store: Store, _reading: Connection) -> Iterator[Finding]:
    for path in leftovers(store):
        yield Finding(N_("The file {name} was left behind half written."), {"name": path.name})


def leftovers(store: Store) -> Iterator[Path]:
    """Half-written files of a program that was cut off; not what is being written now."""
    own = f".{os.getpid()}."
    limit = (store.clock.now() - LEFTOVER_AGE).timestamp()
    for pattern in _LEFTOVERS:
        for path in sorted(store.folder.root.glob(pattern)):
            if own not in path.name and path.is_file() and path.stat().st_mtime < limit:
                yield path


def _backups(store: Store, reading: Connection) -> Iterator[Finding]:
    found = Place.own(store.folder).found()
    for each in found:
        if each.trouble is not None and not each.locked:
            yield Finding(
                N_("The backup {name} is not whole: {why}"),
                {"name": each.path.name, "why": _told(each.trouble)},
            )
    good = [each for each in found if each.good]
    if not good:
        yield Finding(N_("There is no backup of this shop yet."), remark=True)
        return
    newest = max(good, key=lambda each: each.number)
    last = reading.execute(text("SELECT at FROM journal ORDER BY id DESC LIMIT 1")).scalar()
    if last is not None and from_microseconds(last) - newest.made_at > BACKUP_AGE:
        yield Finding(N_("The newest backup is of {when}."), {"when": newest.made_at})
    if newest.manifest is not None and newest.manifest.findings:
        yield Finding(
            N_("The backup {name} was made of records with findings."),
            {"name": newest.path.name},
            remark=True,
        )


def _told(error: ShopError) -> str:
    return sentence(error) if isinstance(error, Refusal | EnvironmentFault) else type(error).__name__


HOUSE_LOOKS: Mapping[str, Callable[[Store, Connection], Iterator[Finding]]] = MappingProxyType(
    {
        "passcodes": _passcodes,
        "orphan_photos": _orphan_photos,
        "drafts": _drafts,
        "key": _key,
        "backups": _backups,
        "leftovers": _leftovers,
        "folder": _folder,
        "disk": _disk,
        "clock": _clock,
        "sqlite": _sqlite,
    }
)
