"""Signing in and the staff list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.core.codes import CodeKind, parse
from app.core.enums import Command, Role
from app.core.errors import Reason, Refusal
from app.core.rights import FOUNDER, Actor, Ctx
from app.features.staff.pins import (
    LONGEST_WAIT,
    PinHasher,
    clean_pin,
    seconds_left,
    wait_after,
)
from app.features.staff.service import StaffService
from app.features.staff.snapshots import StaffEntry
from app.model import Staff

if TYPE_CHECKING:
    from tests.features.conftest import Shop

FAST = PinHasher(passes=1, memory_kib=8, lanes=1)


@pytest.fixture
def staff(shop: Shop) -> StaffService:
    return StaffService(shop.store, FAST)


def refused(call: object, *args: object) -> Refusal:
    with pytest.raises(Refusal) as raised:
        call(*args)  # type: ignore[operator]
    return raised.value


def with_pin(shop: Shop, staff: StaffService, pin: str = "2580") -> Actor:
    """Somebody with a PIN."""
    row = staff.save(shop.ctx(), None, StaffEntry("孙悦", Role.COUNTER, "13800138000", pin))
    return Actor(row.id, row.name, row.role)


def test_tiles_show_who_works_here(shop: Shop, staff: StaffService) -> None:
    sun = with_pin(shop, staff)
    assert [(tile.name, tile.has_pin) for tile in staff.tiles()][-1] == ("孙悦", True)
    staff.save(shop.ctx(), sun.id, StaffEntry("孙悦", Role.COUNTER, active=False))
    assert sun.id not in [tile.id for tile in staff.tiles()]
    assert staff.list(FOUNDER)[-1].id == sun.id


def test_right_pin_signs_in_also_in_full_width(shop: Shop, staff: StaffService) -> None:
    sun = with_pin(shop, staff)
    assert staff.sign_in(sun.id, "2580") == sun
    assert staff.sign_in(sun.id, "２５８０") == sun
    assert shop.journal(Command.SIGN_IN)[-1] == {"staff": sun.id, "way": "pin"}


def test_without_pin_one_tap_is_enough(shop: Shop, staff: StaffService) -> None:
    owner = shop.people[Role.OWNER]
    assert staff.sign_in(owner.id, None) == owner
    assert refused(staff.sign_in, 99, None).reason is Reason.STAFF_UNKNOWN


def test_wrong_pins_cost_time_that_a_restart_does_not_shorten(shop: Shop, staff: StaffService) -> None:
    sun = with_pin(shop, staff)
    for _ in range(2):
        assert refused(staff.sign_in, sun.id, "1397").reason is Reason.WRONG_PIN
    third = refused(staff.sign_in, sun.id, "1397")
    # Said by the very PIN that begins the wait, not only by the next.
    assert (third.reason, third.params) == (Reason.PIN_LOCKED, {"seconds": 5})
    again = StaffService(shop.store.second(), FAST)
    locked = refused(again.sign_in, sun.id, "2580")
    assert (locked.reason, locked.params["seconds"]) == (Reason.PIN_LOCKED, 5)
    shop.clock.advance(timedelta(seconds=5))
    for _ in range(2):
        assert refused(again.sign_in, sun.id, "1397").params["seconds"] == 10
    shop.clock.advance(timedelta(seconds=10))
    assert again.sign_in(sun.id, "2580") == sun
    assert refused(again.sign_in, sun.id, "1397").reason is Reason.WRONG_PIN
    assert again.sign_in(sun.id, "2580") == sun
    failed = [entry["failed"] for entry in shop.journal(Command.SIGN_IN) if "failed" in entry]
    assert failed == [1, 2, 3, 4, 1]


def test_waits_grow_and_end() -> None:
    waits = [wait_after(failed).total_seconds() for failed in range(12)]
    assert waits == [0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert wait_after(10_000) == LONGEST_WAIT


def test_clock_put_back_by_years_does_not_lock_the_shop_out() -> None:
    set_at = datetime(2026, 11, 22, tzinfo=UTC)
    until = set_at + wait_after(3)
    assert seconds_left(3, until, set_at) == 5
    assert seconds_left(3, until, set_at + timedelta(seconds=4.5)) == 1
    assert seconds_left(3, until, until) == 0
    # Put back: the whole wait once more, and no more than that.
    assert seconds_left(3, until, set_at - timedelta(days=25 * 365)) == 5


def locked(shop: Shop, staff: StaffService) -> int:
    """Somebody whose PIN was guessed at three times; his id."""
    sun = with_pin(shop, staff)
    for reason in (Reason.WRONG_PIN, Reason.WRONG_PIN, Reason.PIN_LOCKED):
        assert refused(staff.sign_in, sun.id, "1357").reason is reason
    return sun.id


def test_starting_the_program_again_shortens_no_wait(shop: Shop, staff: StaffService) -> None:
    sun = locked(shop, staff)
    again = StaffService(shop.store, FAST)
    for ask in (again.sign_in, again.vouch, staff.vouch):
        found = refused(ask, sun, "2468")
        assert (found.reason, found.params["seconds"]) == (Reason.PIN_LOCKED, 5)
    shop.clock.advance(timedelta(seconds=5))
    assert refused(again.vouch, sun, "1357").params["seconds"] == 10  # an approval is counted, too
    assert refused(again.sign_in, sun, "2468").params["seconds"] == 10


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-25 * 365)])
def test_a_clock_that_is_put_back_begins_the_wait_again_and_it_ends(
    shop: Shop, staff: StaffService, jump: timedelta
) -> None:
    sun = locked(shop, staff)
    before = shop.clock.now()
    shop.clock.set(before + jump)
    again = StaffService(shop.store, FAST)
    assert refused(again.sign_in, sun, "2468").params["seconds"] == 5
    shop.clock.advance(timedelta(seconds=5))
    assert refused(again.sign_in, sun, "1357").params["seconds"] == 10
    shop.clock.set(before)


def test_a_clock_that_is_put_forward_shortens_nothing_while_the_program_runs(
    shop: Shop, staff: StaffService, monkeypatch: pytest.MonkeyPatch
) -> None:
    sun, still = locked(shop, staff), shop.clock.monotonic()
    monkeypatch.setattr(type(shop.clock), "monotonic", lambda _self: still + 2.0)
    before = shop.clock.now()
    shop.clock.set(before + timedelta(days=1))
    assert refused(staff.sign_in, sun, "2468").params["seconds"] == 3
    shop.clock.set(before)


def test_missing_pin_is_asked_for_and_not_counted(shop: Shop, staff: StaffService) -> None:
    sun = with_pin(shop, staff)
    before = shop.fingerprint()
    for pin in (None, ""):
        assert refused(staff.sign_in, sun.id, pin).reason is Reason.FIELD_REQUIRED
    assert shop.fingerprint() == before


@pytest.mark.parametrize("pin", ["\ud800", "a" * 1_000_000, "2580\0", "王", " ", "25８"])
def test_strange_pins_are_wrong_pins(shop: Shop, staff: StaffService, pin: str) -> None:
    sun = with_pin(shop, staff)
    assert refused(staff.sign_in, sun.id, pin).reason is Reason.WRONG_PIN


@pytest.mark.parametrize(
    "pin",
    [
        "123",
        "1" * 13,
        "0000",
        "1234",
        "4321",
        "567890",
        "9876",
        "0123456789",
        "12a4",
        "",
        "-123",
        "１２３４",
        "一二三四",
        "²⁵⁸⁰",
        "②⑤⑧⓪",
        "١٢٣٤",
    ],
)
def test_simple_pins_are_refused(pin: str) -> None:
    assert refused(clean_pin, pin).reason is Reason.PIN_TOO_SIMPLE


@pytest.mark.parametrize("pin", ["2580", "1357", "１３５７", "121212121212", " 2580 ", "٢٥٨٠", "२५८०"])
def test_other_pins_are_taken(pin: str) -> None:
    assert clean_pin(pin).isascii()


def test_a_pin_is_the_same_in_every_scripts_digits_and_no_other() -> None:
    """Set on an Arabic keyboard, typed on the pad; what only looks like digits opens nothing."""
    for way in ("2580", "２５８０", "٢٥٨٠", "२५८०"):
        kept = FAST.keep(clean_pin(way))
        assert all(FAST.matches(kept, typed) for typed in ("2580", "２５８０", "٢٥٨٠", " ۲۵۸۰ "))
        assert not any(FAST.matches(kept, typed) for typed in ("²⁵⁸⁰", "②⑤⑧⓪", "٢٥٨١", "25800", "২৫৮১"))


def test_badge_signs_in_until_it_is_replaced(shop: Shop, staff: StaffService) -> None:
    row = staff.row(FOUNDER, shop.people[Role.LEAD].id)
    assert staff.sign_in_by_badge(row.badge_code).name == row.name
    assert shop.journal(Command.SIGN_IN)[-1] == {"staff": row.id, "way": "badge"}
    other = staff.new_badge(shop.ctx(), row.id)
    assert refused(staff.sign_in_by_badge, row.badge_code).reason is Reason.STAFF_UNKNOWN
    assert staff.sign_in_by_badge(other.badge_code).id == row.id
    torn = other.badge_code[:-1] + str((int(other.badge_code[-1]) + 1) % 10)
    assert refused(staff.sign_in_by_badge, torn).reason is Reason.CODE_DAMAGED
    assert refused(staff.sign_in_by_badge, "6901234567892").reason is Reason.CODE_FOREIGN
    staff.save(shop.ctx(), row.id, StaffEntry(row.name, row.role, active=False))
    assert refused(staff.sign_in_by_badge, other.badge_code).reason is Reason.STAFF_UNKNOWN


def test_badges_cannot_be_counted_up(shop: Shop, staff: StaffService) -> None:
    codes = [parse(row.badge_code) for row in staff.list(FOUNDER)]
    numbers = [code.number for code in codes if getattr(code, "kind", None) is CodeKind.STAFF]  # type: ignore[union-attr]
    assert len(numbers) == 4
    assert min(numbers) > 4  # one in 50 million that this fails by chance


def test_pin_is_kept_as_argon2id_with_the_real_numbers(shop: Shop) -> None:
    staff = StaffService(shop.store)
    sun = with_pin(shop, staff)
    with shop.store.read() as reading:
        kept = reading.execute(select(Staff.pin_hash).where(Staff.id == sun.id)).scalar_one()
    assert kept is not None
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert staff.sign_in(sun.id, "2580") == sun


def test_pin_kept_with_old_numbers_is_kept_anew_at_sign_in(shop: Shop, staff: StaffService) -> None:
    sun = with_pin(shop, staff)
    stronger = StaffService(shop.store, PinHasher(passes=2, memory_kib=16, lanes=1))
    assert stronger.sign_in(sun.id, "2580") == sun
    with shop.store.read() as reading:
        kept = reading.execute(select(Staff.pin_hash).where(Staff.id == sun.id)).scalar_one()
    assert "m=16,t=2" in (kept or "")
    assert stronger.sign_in(sun.id, "2580") == sun


def test_pin_stays_unless_it_is_given_and_is_never_journaled(shop: Shop, staff: StaffService) -> None:
    sun = with_pin(shop, staff)
    staff.save(shop.ctx(), sun.id, StaffEntry("孙悦", Role.LEAD))
    assert staff.sign_in(sun.id, "2580").role is Role.LEAD
    staff.save(shop.ctx(), sun.id, StaffEntry("孙悦", Role.LEAD, pin=""))
    assert staff.sign_in(sun.id, None).id == sun.id
    assert "2580" not in str(shop.journal(Command.SAVE_STAFF))
    assert "孙悦" not in str(shop.journal(Command.SAVE_STAFF))


def test_new_pin_ends_a_lock(shop: Shop, staff: StaffService) -> None:
    sun = with_pin(shop, staff)
    for _ in range(3):
        refused(staff.sign_in, sun.id, "1397")
    staff.save(shop.ctx(), sun.id, StaffEntry("孙悦", Role.COUNTER, pin="8642"))
    assert staff.sign_in(sun.id, "8642") == sun


def test_two_of_one_name_cannot_be_told_apart(shop: Shop, staff: StaffService) -> None:
    sun = with_pin(shop, staff)
    assert (
        refused(staff.save, shop.ctx(), None, StaffEntry("孙悦", Role.LEAD)).reason is Reason.STAFF_NAME_TAKEN
    )
    staff.save(shop.ctx(), sun.id, StaffEntry("孙悦", Role.COUNTER, active=False))
    staff.save(shop.ctx(), None, StaffEntry("孙悦", Role.LEAD))
    back = refused(staff.save, shop.ctx(), sun.id, StaffEntry("孙悦", Role.COUNTER))
    assert back.reason is Reason.STAFF_NAME_TAKEN


def test_last_owner_stays(shop: Shop, staff: StaffService) -> None:
    owner = shop.people[Role.OWNER]
    for entry in (StaffEntry(owner.name, Role.LEAD), StaffEntry(owner.name, Role.OWNER, active=False)):
        assert refused(staff.save, shop.ctx(), owner.id, entry).reason is Reason.LAST_OWNER
    staff.save(shop.ctx(), None, StaffEntry("店主二", Role.OWNER))
    staff.save(shop.ctx(), owner.id, StaffEntry(owner.name, Role.LEAD))


def test_three_trainees_and_no_more(shop: Shop, staff: StaffService) -> None:
    trainer = shop.people[Role.TECHNICIAN]
    made = [
        staff.save(shop.ctx(), None, StaffEntry(f"学徒{at}", Role.TECHNICIAN, trainer_id=trainer.id))
        for at in range(3)
    ]
    fourth = StaffEntry("学徒三", Role.TECHNICIAN, trainer_id=trainer.id)
    assert refused(staff.save, shop.ctx(), None, fourth).reason is Reason.TRAINEES_FULL
    gone = StaffEntry(made[0].name, Role.TECHNICIAN, active=False, trainer_id=trainer.id)
    staff.save(shop.ctx(), made[0].id, gone)
    assert staff.save(shop.ctx(), None, fourth).trainer == trainer.name
    himself = StaffEntry(trainer.name, Role.TECHNICIAN, trainer_id=trainer.id)
    assert refused(staff.save, shop.ctx(), trainer.id, himself).reason is Reason.BAD_CHOICE


def test_only_the_owner_changes_the_staff_list(shop: Shop, staff: StaffService) -> None:
    for role in (Role.COUNTER, Role.TECHNICIAN, Role.LEAD):
        call = refused(staff.save, shop.ctx(role), None, StaffEntry("谁", Role.OWNER))
        assert call.reason is Reason.NOT_ALLOWED
    assert len(staff.list(FOUNDER)) == 4


def test_everybody_chooses_his_own_language(shop: Shop, staff: StaffService) -> None:
    assert staff.speak(shop.ctx(Role.TECHNICIAN), "en").language == "en"
    assert staff.speak(shop.ctx(Role.TECHNICIAN), "").language == ""
    assert refused(staff.speak, shop.ctx(Role.TECHNICIAN), "fr").reason is Reason.BAD_CHOICE


def test_repeated_gesture_takes_on_one_person(shop: Shop, staff: StaffService) -> None:
    ctx = Ctx.gesture(shop.people[Role.OWNER])
    entry = StaffEntry("孙悦", Role.COUNTER)
    assert staff.save(ctx, None, entry) == staff.save(ctx, None, entry)
    assert len(staff.list(FOUNDER)) == 5
