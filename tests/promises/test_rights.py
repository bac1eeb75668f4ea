"""Promise 19: every role × every command; denied is a refusal, no write and an entry in the journal; a new command
without a rule fails here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.core import rights
from app.core.enums import Command, Role
from app.core.errors import Reason, Refusal
from app.core.rights import RIGHTS, SIGHTS, Actor, Ctx, Sight
from app.store import door
from tests.features.conftest import Shop, open_shop
from tests.promises.doors import (
    Method,
    methods_of,
    methods_under,
    named,
    past_the_door,
    without_rule,
)

if TYPE_CHECKING:
    from tests.promises.conftest import Promise

pytestmark = pytest.mark.promise(19)

APP = Path(rights.__file__).parents[1]
#: The program's own doings: no person gives them, so no role is asked. Each with its reason.
AS_PROGRAM = {
    "FOUND_SHOP": "there is nobody yet",
    "SIGN_IN": "who typed a wrong PIN is not known",
    "SWEEP_PASSCODES": "by the hour",
    "NOTE_LOOKS": "by the minute",
    "ERASE_CUSTOMER": "again, after a restore",
    "IMPORT": "the index is made anew",
    "PUSH_EVENTS": "what a head office answered",
    "NOTE_CONTACT": "when a head office was reached",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = open_shop(tmp_path_factory.mktemp("rights") / "shop")
    yield made
    made.close()


@pytest.fixture(scope="module")
def methods() -> list[Method]:
    return methods_under(APP)


def test_every_command_method_asks_a_right(methods: list[Method], promise: Promise) -> None:
    assert without_rule(methods, named(RIGHTS)) == []
    counted = [each for each in methods if each.public and each.takes_ctx]
    assert len(counted) > 150
    promise.tried(len(counted))


def test_every_command_has_a_rule() -> None:
    assert set(RIGHTS) == set(Command)
    assert set(SIGHTS) == set(Sight)
    assert all(roles for roles in RIGHTS.values())
    # The owner may do everything: nobody could give it to him.
    assert all(Role.OWNER in roles for roles in (*RIGHTS.values(), *SIGHTS.values()))


def test_nothing_writes_past_the_door() -> None:
    found = [each for each in past_the_door(APP) if not each.startswith(("store/backup/", "headoffice/"))]
    assert found == []


def test_the_program_itself_does_few_things(methods: list[Method]) -> None:
    own = set().union(*(each.as_program for each in methods)) - {"?"}
    assert own <= AS_PROGRAM.keys()


def test_every_role_and_every_command(shop: Shop, promise: Promise) -> None:
    """At the door of a real shop: what is denied writes nothing but its entry, what is allowed gets in."""
    store, tried = shop.store, 0
    for role, actor in shop.people.items():
        for command in Command:
            tried += 1
            if actor.may(command):
                assert role in RIGHTS[command]
                continue
            _denied(shop, actor, command)
    assert tried == len(Role) * len(Command)
    promise.tried(tried)
    with store.read() as reading:
        entries = reading.exec_driver_sql(
            "SELECT count(*) FROM journal WHERE detail = '{\"denied\":true}'"
        ).scalar_one()
    assert entries == sum(not actor.may(each) for actor in shop.people.values() for each in Command)


def _denied(shop: Shop, actor: Actor, command: Command) -> None:
    before = _tables(shop)
    with pytest.raises(Refusal) as refused, shop.store.write(command, Ctx.gesture(actor)):
        pytest.fail("it got in")
    assert refused.value.reason is Reason.NOT_ALLOWED
    after = _tables(shop)
    # Also of a command that leaves no trace otherwise.
    assert {name for name in after if after[name] != before[name]} == {"journal", "operation"}
    assert after["journal"] == before["journal"] + 1
    assert after["operation"] == before["operation"] + 1


def _tables(shop: Shop) -> dict[str, int]:
    """Rows of every table; a denied command changes no row, the test of the door compares their contents."""
    with shop.store.read() as reading:
        names = reading.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'order\\_%' ESCAPE '\\'"
        ).scalars()
        asked = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names.all())
        return dict(reading.exec_driver_sql(asked).all())  # type: ignore[arg-type]


# -- controls ----------------------------------------------------------------------------------------------

_PLANTED = """
class Planted:
    def refund_all(self, ctx: Ctx, amount: Money) -> None:
        with self._store.read() as reading:
            reading.execute(text("DELETE FROM invoice"))

    def other(self, ctx: Ctx) -> None:
        with self._store.write(Command.NEW_AND_FORGOTTEN, ctx) as tx:
            tx.journal()

    def through_another(self, ctx: Ctx) -> None:
        self._really(Ctx.gesture(ctx.actor))

    def _really(self, ctx: Ctx) -> None:
        with self._store.write(Command.SETTLE, ctx) as tx:
            tx.journal()
"""


def test_a_command_without_a_rule_is_noticed(methods: list[Method], promise: Promise) -> None:
    planted = list(methods_of(_PLANTED, "features/planted/service.py"))
    wrong = without_rule([*planted], named(RIGHTS))
    assert wrong == [
        "features/planted/service.py: Planted.refund_all takes a ctx and asks no right",
        "features/planted/service.py: Planted.other gives NEW_AND_FORGOTTEN, which has no rule",
    ]
    promise.caught("a command method without a door")
    promise.caught("a command without a rule")


def test_a_door_that_lets_in_is_noticed(
    shop: Shop, promise: Promise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Actor, "may", lambda _self, _command: True)
    with pytest.raises(BaseException, match="it got in"):
        _denied(shop, shop.people[Role.TECHNICIAN], Command.SAVE_STAFF)
    promise.caught("a door that asks nobody")


def test_a_denial_without_an_entry_is_noticed(
    shop: Shop, promise: Promise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_given: Any) -> None:
        """Nothing is written down."""

    monkeypatch.setattr(door.Store, "_journal_denied", silent)
    with pytest.raises(AssertionError):
        _denied(shop, shop.people[Role.TECHNICIAN], Command.SAVE_STAFF)
    promise.caught("a denial that leaves no entry")


def test_a_file_that_writes_past_the_door_is_noticed(tmp_path: Path, promise: Promise) -> None:
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "sly.py").write_text("engine.execution_options(writing=True).begin()")
    assert past_the_door(tmp_path) == ["features/sly.py"]
    promise.caught("a transaction past the door")
