"""Signing in, and the staff list (domain.md §1, §9)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from math import ceil
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import aliased

from app.core.changes import Kind
from app.core.codes import Code, CodeKind, DamagedCode, parse, running_code
from app.core.enums import Command, Role
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line, clean_phone
from app.core.ids import uuid7
from app.core.rights import FOUNDER, Actor, Ctx, Sight, seen_by
from app.core.words import Language
from app.features.staff.pins import PinHasher, astray, clean_pin, seconds_left, wait_after
from app.features.staff.snapshots import StaffEntry, StaffRow, StaffTile
from app.features.staff.tiles import staff_tiles
from app.model import Staff
from app.store.door import Store, Tx, repeatable
from app.store.search import fold

MOST_TRAINEES = 3

_Trainer = aliased(Staff)
_ROWS = select(
    Staff.id,
    Staff.name,
    Staff.role,
    Staff.phone,
    Staff.badge_code,
    Staff.pin_hash.is_not(None).label("has_pin"),
    Staff.active,
    Staff.trainer_id,
    _Trainer.name.label("trainer"),
    Staff.language,
).outerjoin(_Trainer, _Trainer.id == Staff.trainer_id)
_ALL_ROWS = _ROWS.order_by(Staff.active.desc(), Staff.id)
_ONE_ROW = _ROWS.where(Staff.id == bindparam("staff_id"))
_BY_BADGE = select(Staff.id).where(Staff.badge_code == bindparam("code"), Staff.active)
_OTHER_NAMES = select(Staff.name).where(Staff.id != bindparam("staff_id"), Staff.active)
_OTHER_OWNERS = select(func.count()).where(
    Staff.id != bindparam("staff_id"), Staff.active, Staff.role == Role.OWNER
)
_TRAINEES = select(func.count()).where(
    Staff.trainer_id == bindparam("trainer_id"), Staff.active, Staff.id != bindparam("staff_id")
)


def _reopen(service: StaffService, result: dict[str, Any]) -> StaffRow:
    with service._store.read() as reading:
        return _read_row(reading, result["staff"])


class StaffService:
    """Who works here and who is at the counter now."""

    def __init__(self, store: Store, hasher: PinHasher | None = None) -> None:
        self._store = store
        self._hasher = hasher or PinHasher()
        #: By the clock that nobody sets: when a PIN may be tried again.
        self._not_before: dict[int, float] = {}

    def tiles(self) -> tuple[StaffTile, ...]:
        """The active staff, for the sign-in screen."""
        return staff_tiles(self._store)

    @seen_by(Sight.STAFF)
    def list(self, _actor: Actor) -> tuple[StaffRow, ...]:
        """All staff, who left last."""
        with self._store.read() as reading:
            return tuple(_row(each) for each in reading.execute(_ALL_ROWS))

    @seen_by(Sight.STAFF)
    def row(self, _actor: Actor, staff_id: int) -> StaffRow:
        """One member of staff. Raises ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return _read_row(reading, staff_id)

    def sign_in(self, staff_id: int, pin: str | None) -> Actor:
        """Sign in by PIN, or without one who has none.

        Raises ``Refusal``: STAFF_UNKNOWN, FIELD_REQUIRED, WRONG_PIN, PIN_LOCKED (``seconds``; already by the wrong PIN
        that begins the wait). Wrong PINs are counted in the records, so that starting the program again does not
        shorten the wait.
        """
        with self._store.read() as reading:
            found = reading.execute(
                select(
                    Staff.id, Staff.name, Staff.role, Staff.pin_hash, Staff.failed_pins, Staff.locked_until
                ).where(Staff.id == staff_id, Staff.active)
            ).one_or_none()
        if found is None:
            raise Refusal(Reason.STAFF_UNKNOWN)
        actor = Actor(found.id, found.name, found.role)
        if found.pin_hash is None:
            return self._signed_in(actor, "none")
        if not pin:
            raise Refusal(Reason.FIELD_REQUIRED, field="pin")
        clock = self._store.clock
        if astray(found.failed_pins, found.locked_until, clock.now()):
            self._lock_anew(staff_id)
        left = seconds_left(found.failed_pins, found.locked_until, clock.now())
        # A clock that was put forward shortens nothing while the program runs.
        not_before = self._not_before.get(staff_id)
        if found.failed_pins and not_before is not None:
            left = max(left, ceil(not_before - clock.monotonic()))
        if left > 0:
            raise Refusal(Reason.PIN_LOCKED, seconds=left)
        # Outside the write door: it takes a tenth of a second and 64 MiB.
        if not self._hasher.matches(found.pin_hash, pin):
            wait = self._count_wrong_pin(staff_id)
            if wait:
                raise Refusal(Reason.PIN_LOCKED, seconds=ceil(wait.total_seconds()))
            raise Refusal(Reason.WRONG_PIN)
        kept_anew = self._hasher.keep(clean_pin(pin)) if self._hasher.outdated(found.pin_hash) else None
        return self._signed_in(actor, "pin", kept_anew)

    def sign_in_by_badge(self, code: str) -> Actor:
        """Sign in by scanning a badge.

        Raises ``Refusal``: CODE_DAMAGED, CODE_FOREIGN, STAFF_UNKNOWN (nobody's, or of somebody who left).
        """
        scan = parse(code)
        if isinstance(scan, DamagedCode):
            raise Refusal(Reason.CODE_DAMAGED, text=scan.digits)
        if not isinstance(scan, Code) or scan.kind is not CodeKind.STAFF:
            raise Refusal(Reason.CODE_FOREIGN, text=code.strip()[:40])
        with self._store.read() as reading:
            staff_id = reading.execute(_BY_BADGE, {"code": scan.digits}).scalar()
            if staff_id is None:
                raise Refusal(Reason.STAFF_UNKNOWN)
            row = _read_row(reading, staff_id)
        return self._signed_in(Actor(row.id, row.name, row.role), "badge")

    def vouch(self, staff_id: int, pin: str | None) -> Actor:
        """A second person confirms with a PIN what the first may not do alone; nobody is signed in by it. The answer is
        handed to the command as its ``approver``. Raises ``Refusal`` as ``sign_in``, and FIELD_REQUIRED of somebody
        without a PIN: anybody could be him."""
        with self._store.read() as reading:
            has_pin = reading.execute(
                select(Staff.pin_hash.is_not(None)).where(Staff.id == staff_id, Staff.active)
            ).scalar()
        if has_pin is not None and not has_pin:
            raise Refusal(Reason.FIELD_REQUIRED, field="pin")
        return self.sign_in(staff_id, pin)

    def vouch_by_badge(self, code: str) -> Actor:
        """A second person confirms with his badge; raises ``Refusal`` as ``sign_in_by_badge``."""
        return self.sign_in_by_badge(code)

    @repeatable(_reopen)
    def save(self, ctx: Ctx, staff_id: int | None, entry: StaffEntry) -> StaffRow:
        """Take somebody on, or change what is on record.

        Raises ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, BAD_PHONE, BAD_CHOICE, PIN_TOO_SIMPLE,
        STAFF_NAME_TAKEN, LAST_OWNER, TRAINEES_FULL, NOT_FOUND.
        """
        name = clean_line("name", entry.name, most=SHORT, required=True)
        phone = clean_phone(entry.phone)
        role = clean_role(entry.role)
        language = clean_language(entry.language)
        kept = self._hasher.keep(clean_pin(entry.pin)) if entry.pin else None
        with self._store.write(Command.SAVE_STAFF, ctx) as tx:
            if staff_id is None:
                staff = new_staff(tx, name, role)
            else:
                staff = _staff(tx, staff_id)
            _check_name(tx, staff, name, entry.active)
            _check_owner_left(tx, staff, role, entry.active)
            _check_trainer(tx, staff, entry)
            before = (staff.name, staff.role, staff.phone, staff.active, staff.trainer_id, staff.language)
            staff.name, staff.role, staff.phone, staff.active = name, role, phone, entry.active
            staff.trainer_id, staff.language = entry.trainer_id, language or None
            if entry.pin is not None:
                staff.pin_hash, staff.failed_pins, staff.locked_until = kept, 0, None
            after = (staff.name, staff.role, staff.phone, staff.active, staff.trainer_id, staff.language)
            keys = ("name", "role", "phone", "active", "trainer", "language")
            changed = [key for key, old, new in zip(keys, before, after, strict=True) if old != new]
            tx.journal(
                staff=staff.id,
                new=staff_id is None,
                keys=changed + (["pin"] if entry.pin is not None else []),
                role=role,
                active=entry.active,
            )
            tx.changed(Kind.STAFF, staff.id)
            tx.result = {"staff": staff.id}
            return _read_row(tx.reading(), staff.id)

    @repeatable(_reopen)
    def new_badge(self, ctx: Ctx, staff_id: int) -> StaffRow:
        """Give another badge in place of a lost one, which opens nothing from now on."""
        with self._store.write(Command.SAVE_STAFF, ctx) as tx:
            staff = _staff(tx, staff_id)
            staff.badge_code = _fresh_badge()
            tx.journal(staff=staff.id, keys=["badge"])
            tx.changed(Kind.STAFF, staff.id)
            tx.result = {"staff": staff.id}
            return _read_row(tx.reading(), staff.id)

    @repeatable(_reopen)
    def speak(self, ctx: Ctx, language: str) -> StaffRow:
        """One's own language of the window; "" follows the shop's."""
        language = clean_language(language)
        with self._store.write(Command.SAVE_OWN_SETTINGS, ctx) as tx:
            staff = _staff(tx, ctx.actor.id)
            staff.language = language or None
            tx.journal(staff=staff.id, keys=["language"])
            tx.changed(Kind.STAFF, staff.id)
            tx.result = {"staff": staff.id}
            return _read_row(tx.reading(), staff.id)

    def _signed_in(self, actor: Actor, way: str, kept_anew: str | None = None) -> Actor:
        with self._store.write(Command.SIGN_IN, Ctx.gesture(actor)) as tx:
            staff = _staff(tx, actor.id)
            if way == "pin":
                staff.failed_pins, staff.locked_until = 0, None
                self._not_before.pop(actor.id, None)
            if kept_anew is not None:
                staff.pin_hash = kept_anew
            tx.journal(staff=actor.id, way=way)
        return actor

    def _count_wrong_pin(self, staff_id: int) -> timedelta:
        """Count one; how long no PIN is tried from now on."""
        # The program's own doing: whoever typed a wrong PIN is not known to be this person.
        with self._store.write(Command.SIGN_IN, Ctx.gesture(FOUNDER)) as tx:
            staff = _staff(tx, staff_id)
            staff.failed_pins += 1
            wait = wait_after(staff.failed_pins)
            staff.locked_until = tx.now + wait if wait else None
            self._not_before[staff_id] = self._store.clock.monotonic() + wait.total_seconds()
            tx.journal(staff=staff_id, failed=staff.failed_pins)
        return wait

    def _lock_anew(self, staff_id: int) -> None:
        """The clock was put back since somebody was locked out: his whole wait begins again, and ends."""
        with self._store.write(Command.SIGN_IN, Ctx.gesture(FOUNDER)) as tx:
            staff = _staff(tx, staff_id)
            staff.locked_until = tx.now + wait_after(staff.failed_pins)
            tx.journal(staff=staff_id, clock="back")


def new_staff(tx: Tx, name: str, role: Role) -> Staff:
    """A new member of staff with a badge, added to the transaction and given an id."""
    staff = Staff(
        uuid=uuid7(),
        name=name,
        role=role,
        phone="",
        badge_code=_fresh_badge(),
        pin_hash=None,
        active=True,
        failed_pins=0,
        locked_until=None,
        trainer_id=None,
        language=None,
        created_at=tx.now,
    )
    tx.session.add(staff)
    tx.session.flush()
    return staff


def clean_role(value: Role | str) -> Role:
    """A role, also given as its code."""
    try:
        return Role(value)
    except ValueError:
        raise Refusal(Reason.BAD_CHOICE, field="role", text=str(value)[:40]) from None


def clean_language(value: str) -> str:
    """The code of a language the program speaks, or ""."""
    if value and value not in set(Language):
        raise Refusal(Reason.BAD_CHOICE, field="language", text=value[:40])
    return str(value)


def _fresh_badge() -> str:
    # At random, not by the id: a badge number that can be guessed is no better than no PIN.
    return running_code(CodeKind.STAFF, secrets.randbelow(10**9))


def _staff(tx: Tx, staff_id: int) -> Staff:
    staff = tx.session.get(Staff, staff_id)
    if staff is None:
        raise Refusal(Reason.NOT_FOUND)
    return staff


def _check_name(tx: Tx, staff: Staff, name: str, active: bool) -> None:
    others = tx.reading().execute(_OTHER_NAMES, {"staff_id": staff.id}).scalars()
    if active and fold(name) in {fold(other) for other in others}:
        raise Refusal(Reason.STAFF_NAME_TAKEN, name=name)


def _check_owner_left(tx: Tx, staff: Staff, role: Role, active: bool) -> None:
    if role is Role.OWNER and active:
        return
    if not tx.reading().execute(_OTHER_OWNERS, {"staff_id": staff.id}).scalar_one():
        raise Refusal(Reason.LAST_OWNER)


def _check_trainer(tx: Tx, staff: Staff, entry: StaffEntry) -> None:
    if entry.trainer_id is None or (entry.trainer_id == staff.trainer_id and entry.active == staff.active):
        return
    trainer = tx.session.get(Staff, entry.trainer_id)
    if trainer is None or not trainer.active or trainer.id == staff.id or trainer.role is Role.COUNTER:
        raise Refusal(Reason.BAD_CHOICE, field="trainer", text=trainer.name if trainer else "?")
    trainees = tx.reading().execute(_TRAINEES, {"trainer_id": trainer.id, "staff_id": staff.id}).scalar_one()
    if entry.active and trainees >= MOST_TRAINEES:
        raise Refusal(Reason.TRAINEES_FULL, name=trainer.name)


def _read_row(reading: Connection, staff_id: int) -> StaffRow:
    found = reading.execute(_ONE_ROW, {"staff_id": staff_id}).one_or_none()
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    return _row(found)


def _row(each: Any) -> StaffRow:
    return StaffRow(
        id=each.id,
        name=each.name,
        role=each.role,
        phone=each.phone,
        badge_code=each.badge_code,
        has_pin=bool(each.has_pin),
        active=each.active,
        trainer_id=each.trainer_id,
        trainer=each.trainer or "",
        language=each.language or "",
    )
