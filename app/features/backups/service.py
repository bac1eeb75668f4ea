"""Backups of an open shop: make them, list them, bring them to a second place, lock them (issue: "Backups")."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from app.core.changes import Kind
from app.core.enums import BackupKind, Command
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal, ShopError
from app.core.rights import Actor, Ctx, Sight, seen_by
from app.features.backups.snapshots import (
    NAG_AFTER,
    OLD_AFTER,
    BackupRow,
    BackupStatus,
    Report,
    SecondPlace,
    Where,
)
from app.features.backups.verifying import examine_copy, examine_money
from app.model import Setting
from app.store.backup.container import Tell, quiet
from app.store.backup.locked import Header, Lock, LockKey, clean_password, keep_key, kept_key, parse_lock
from app.store.backup.making import GIGABYTE, Made, Rule, bring_to_second, changed_since, make, make_file
from app.store.backup.manifest import Manifest
from app.store.backup.places import Found, Place, look
from app.store.door import AlreadyBooked, Store, repeatable
from app.store.faults import UNREADABLE, meaning_of
from app.store.folder import DataFolder
from app.store.search import speaks_of_index

_NOTE = "second.json"
#: What keeps a file from being looked at without saying anything of its pages.
_NO_DAMAGE = frozenset({Fault.FILE_GONE, Fault.BUSY})
#: A file up to this many bytes goes to the second place every time, a larger one once a day: sticks wear out.
_EACH_TIME = 64 << 20
_A_DAY = 20 * 3600


class Backups:
    """Everything about backups but putting one back (``exchange``)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.folder = store.folder

    # queries

    @property
    def zone(self) -> str:
        """The shop's time zone: moments are shown in it."""
        return self._store.settings.time_zone

    @property
    def rule(self) -> Rule:
        """How backups are kept."""
        settings = self._store.settings
        return Rule(settings.time_zone, settings.backup_cap_gb * GIGABYTE)

    def lock(self) -> Lock | None:
        """How backups that leave the data folder are locked; None where they are not."""
        return parse_lock(self._store.settings.backup_lock)

    def key(self) -> LockKey | None:
        """The key they are locked with; None without a password. ``Refusal(BACKUP_PASSWORD_NEEDED)`` on a computer that
        has lost it: nothing leaves unlocked because of that."""
        lock = self.lock()
        if lock is None:
            return None
        key = kept_key(self._store.settings.shop_id, lock)
        if key is None:
            raise Refusal(Reason.BACKUP_PASSWORD_NEEDED)
        return key

    def second(self) -> Place | None:
        """The second place; None where none was chosen."""
        settings = self._store.settings
        return Place.second(Path(settings.backup_place), settings.shop_id) if settings.backup_place else None

    def _second_root(self) -> Path | None:
        place = self.second()
        return place.root if place is not None else None

    @seen_by(Sight.BACKUPS)
    def rows(self, _actor: Actor) -> tuple[BackupRow, ...]:
        """The backups here and at the second place, newest first."""
        found = own_rows(self.folder)
        second = self.second()
        if second is not None:
            found += second_rows(second.root, self.kept_key_for)
        return tuple(sorted(found, key=lambda row: (row.number, row.where is Where.HERE), reverse=True))

    def file(self, path: Path) -> BackupRow:
        """A file that may be a backup, from anywhere."""
        return _row(look(path, self.kept_key_for), Where.FILE)

    def kept_key_for(self, header: Header) -> LockKey:
        """The key that this computer remembers. ``Refusal(BACKUP_PASSWORD_WRONG)`` where it is another one's."""
        key = kept_key(self._store.settings.shop_id, header.lock)
        if key is None:
            raise Refusal(Reason.BACKUP_PASSWORD_WRONG)
        return key

    def status(self) -> BackupStatus:
        """How well the shop is backed up now."""
        settings, now = self._store.settings, self._store.clock.now()
        own = Place.own(self.folder)
        newest = own.newest()
        copied_at = self._copied_at()
        reachable = bool(settings.backup_place) and Path(settings.backup_place).is_dir()
        lock = self.lock()
        second = SecondPlace(
            settings.backup_place,
            copied_at,
            reachable,
            lock is not None and kept_key(settings.shop_id, lock) is None,
        )
        since = copied_at or self._first_at(own)
        manifest = newest.manifest if newest is not None else None
        return BackupStatus(
            newest_at=newest.made_at if newest else None,
            newest_number=newest.number if newest else 0,
            findings=manifest.findings if manifest else (),
            second=second,
            nag_since=since if since is not None and now - since > NAG_AFTER else None,
            old=newest is None or (now - newest.made_at > OLD_AFTER and self.changed()),
            locked=lock is not None,
        )

    def changed(self) -> bool:
        """Whether anything was booked since the newest backup here."""
        newest = Place.own(self.folder).newest()
        return changed_since(self.folder, newest.manifest if newest else None)

    def _first_at(self, own: Place) -> datetime | None:
        files = own.files()
        return look(files[0]).made_at if files else None

    # making

    def make(self, kind: BackupKind, *, tell: Tell = quiet) -> Report:
        """Make a backup here, and a copy of it at the second place where one is due.

        The second place never fails the backup: what went wrong there is in the report. Raises ``EnvironmentFault``,
        ``Refusal(BACKUP_RUNNING)``.
        """
        examine = examine_money if kind is BackupKind.HOURLY else examine_copy
        made = make(self.folder, kind, self._store.clock.now(), rule=self.rule, examine=examine, tell=tell)
        file, fault = self._bring(made)
        return _report(made, str(made.path), file, fault)

    def _bring(self, made: Made) -> tuple[str, ShopError | None]:
        place = self.second()
        if place is None or not self._due_there(made):
            return "", None
        try:
            path = bring_to_second(self.folder, made.manifest, place, self.key(), self.rule)
            self._note(made.manifest)
        except ShopError as error:
            return "", error
        return str(path), None

    def _due_there(self, made: Made) -> bool:
        if made.manifest.kind in (BackupKind.BY_HAND, BackupKind.DAY_CLOSE):
            return True
        copied = self._copied_at()
        # A clock that was put back must not stop the copies.
        age = abs((self._store.clock.now() - copied).total_seconds()) if copied else _A_DAY
        return age >= _A_DAY or made.path.stat().st_size <= _EACH_TIME

    def _note(self, manifest: Manifest) -> None:
        """Remember when the last copy went out: the stick that has it may not be here when it is asked."""
        now = self._store.clock.now().astimezone(UTC)
        note = {
            "at": now.isoformat(),
            "file": manifest.file_name,
            "place": self._store.settings.backup_place,
            "root": str(self._second_root()),
        }
        path = self.folder.backups / _NOTE
        with suppress(OSError):
            half = path.with_suffix(f".{os.getpid()}.half")
            half.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
            half.replace(path)

    def _copied_at(self) -> datetime | None:
        try:
            note = json.loads((self.folder.backups / _NOTE).read_text(encoding="utf-8"))
            at = datetime.fromisoformat(note["at"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return (
            at if at.tzinfo is not None and note.get("place") == self._store.settings.backup_place else None
        )

    # commands

    def save_file(self, ctx: Ctx, target: Path, password: str | None = None, *, tell: Tell = quiet) -> Report:
        """Save one file with everything, photos inside, to carry away; locked with ``password``, else with the shop's.

        Booked first: all that the shop knows leaves the computer. Raises ``Refusal``: NOT_ALLOWED,
        BACKUP_PASSWORD_SHORT, BACKUP_PASSWORD_NEEDED, BACKUP_RUNNING; ``EnvironmentFault``.
        """
        key = self.key() if password is None else LockKey.of(Lock.new(), clean_password(password))
        with suppress(AlreadyBooked), self._store.write(Command.EXPORT_BACKUP, ctx) as tx:
            tx.journal(locked=key is not None)
        return self.write_file(target, key, tell=tell)

    def write_file(self, target: Path, key: LockKey | None, *, tell: Tell = quiet) -> Report:
        """As ``save_file``, for the command line beside an open window, which books nothing."""
        now = self._store.clock.now()
        made = make_file(self.folder, target, now, key, examine=examine_copy, tell=tell)
        return _report(made, str(target))

    @repeatable(lambda self, _result: self.status())
    def set_place(self, ctx: Ctx, folder: str) -> BackupStatus:
        """Choose the second place; "" has none. Raises ``Refusal(BACKUP_PLACE)`` for a folder that cannot be written or
        lies in the data folder itself."""
        if folder:
            chosen = Path(folder)
            wrong = Refusal(Reason.BACKUP_PLACE, path=folder)
            probe = chosen / f".xiuhu-{os.getpid()}"
            try:
                if not chosen.is_dir() or chosen.resolve().is_relative_to(self.folder.root.resolve()):
                    raise wrong
                probe.write_bytes(b"x")
                probe.unlink()
            except (OSError, ValueError):
                raise wrong from None
        with self._store.write(Command.SAVE_SETTINGS, ctx) as tx:
            tx.session.merge(Setting(key="backup_place", value=folder))
            tx.journal(keys=["backup_place"])
            tx.changed(Kind.SETTING, 0)
        return self.status()

    @repeatable(lambda self, _result: self.status())
    def set_password(self, ctx: Ctx, password: str | None) -> BackupStatus:
        """Lock what leaves the data folder from now on; None locks nothing more. Backups that are there keep theirs.

        Raises ``Refusal(BACKUP_PASSWORD_SHORT)``, ``EnvironmentFault`` where the key cannot be kept.
        """
        text = ""
        if password is not None:
            lock = Lock.new()
            keep_key(self._store.settings.shop_id, LockKey.of(lock, clean_password(password)))
            text = lock.to_text()
        with self._store.write(Command.SAVE_SETTINGS, ctx) as tx:
            tx.session.merge(Setting(key="backup_lock", value=text))
            tx.journal(keys=["backup_lock"])
            tx.changed(Kind.SETTING, 0)
        return self.status()

    @repeatable(lambda _self, _result: None)
    def resume_sync(self, ctx: Ctx) -> None:
        """The owner looked at what was restored: the brands' head offices may hear from it again."""
        with self._store.write(Command.SAVE_SETTINGS, ctx) as tx:
            tx.session.merge(Setting(key="sync_paused", value=False))
            tx.journal(keys=["sync_paused"])
            tx.changed(Kind.SETTING, 0)

    @property
    def sync_paused(self) -> bool:
        """Whether nothing is sent since a restore: of interest to a shop that works for brands."""
        settings = self._store.settings
        return settings.brands and settings.sync_paused

    def confirm_damage(self) -> ShopError | None:
        """Look at every page of the open records, over a connection of its own: a disk that stuttered once is not yet
        damage. What is wrong, or None. A file that was taken away is not damaged: whoever writes next says that it is
        gone, and that it be put back, where a restore would lose what was done since the backup."""
        address = f"{self.folder.database.absolute().as_uri()}?mode=ro"
        try:
            raw = sqlite.connect(address, uri=True, isolation_level=None)
            try:
                found = [line for (line,) in raw.execute("PRAGMA quick_check(10)")]
            finally:
                raw.close()
        except UNREADABLE as error:
            fault = meaning_of(error, self.folder.database)
            if fault is not None and fault.fault in _NO_DAMAGE:
                return None
            found = ["?"]
        # The check-up makes a torn search index anew, which it could not where nothing may be written.
        whole = all(line == "ok" or speaks_of_index(line) for line in found)
        return None if whole else EnvironmentFault(Fault.DAMAGED, path=self.folder.root)

    def stop_writing(self, fault: EnvironmentFault) -> None:
        """The records are damaged: nothing more is saved in them."""
        self._store.stop_writing(fault)


def own_rows(folder: DataFolder) -> list[BackupRow]:
    """The backups in the data folder; asked before a shop can be opened, too."""
    return [_row(each, Where.HERE) for each in Place.own(folder).found()]


def second_rows(root: Path, key_for: Callable[[Header], LockKey] | None = None) -> list[BackupRow]:
    """The backups at a second place."""
    return [_row(each, Where.SECOND) for each in Place(root).found(key_for)]


def _row(found: Found, where: Where) -> BackupRow:
    said = found.manifest
    row = BackupRow(
        found.path,
        where,
        found.number,
        found.made_at,
        found.kind,
        found.size,
        found.locked,
        found.good,
        found.trouble,
    )
    if said is None:
        return row
    return replace(
        row,
        shop_name=said.shop_name,
        schema=said.schema,
        orders=said.orders,
        last_order=said.last_order,
        payments=said.payments,
        invoices=said.invoices,
        photos=said.photos,
        findings=said.findings,
    )


def _report(made: Made, file: str, second: str = "", fault: ShopError | None = None) -> Report:
    manifest = made.manifest
    return Report(
        file,
        manifest.number,
        manifest.kind,
        manifest.made_at,
        manifest.orders,
        made.path.stat().st_size,
        manifest.sha256,
        manifest.findings,
        second,
        fault,
    )
