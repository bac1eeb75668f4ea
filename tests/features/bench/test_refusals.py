"""Every status × every command of the bench: done, or refused with a sentence in both languages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from pysqlite3 import (
    dbapi2 as sqlite3,
)  # the same library as the store: two would drop each other's file locks

from app.core.enums import Action, BenchCommand, LineKind, Role, Status
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.sentences import sentence
from app.core.words import Language, speaking
from app.features.bench.service import _OWN_COMMANDS
from app.model.lifecycle import MOVES

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.features.orders.snapshots import OrderCard
    from tests.features.bench.conftest import World

_PAGES_OWN = {
    BenchCommand.PRINT_LABEL,
    BenchCommand.TIMES_2,
    BenchCommand.TIMES_3,
    BenchCommand.TIMES_5,
    BenchCommand.TIMES_10,
    BenchCommand.CLOSE_CARD,
    BenchCommand.SWITCH_USER,
    BenchCommand.TAKE_OUT,
    BenchCommand.GIVE_BACK,
}
#: (status, command) of the sheet that a technician can do with a planned part on the order.
_DONE = {
    *((status, BenchCommand.START) for status in (Status.RECEIVED, Status.APPROVED, Status.DISPATCHED)),
    *((status, BenchCommand.START) for status in (Status.WAITING_PARTS, Status.WAITING_CUSTOMER)),
    *((status, BenchCommand.START) for status in (Status.DIAGNOSING, Status.REPAIRING, Status.ON_SITE)),
    *((status, BenchCommand.DONE) for status in (Status.DIAGNOSING, Status.DECLINED, Status.UNREPAIRABLE)),
    *((status, BenchCommand.WAIT_PARTS) for status in (Status.APPROVED, Status.REPAIRING, Status.ON_SITE)),
    (Status.REPAIRING, BenchCommand.WAIT_CUSTOMER),
    (Status.DIAGNOSING, BenchCommand.UNDO),
    *((status, BenchCommand.TAKE_PARTS) for status in (Status.REPAIRING, Status.ON_SITE)),
    *((status, BenchCommand.UNREPAIRABLE) for status in Status if (status, Action.GIVE_UP) in MOVES),
    *(
        (status, BenchCommand.REMOVE_PART)
        for status in (
            Status.DIAGNOSING,
            Status.QUOTED,
            Status.APPROVED,
            Status.REPAIRING,
            Status.WAITING_PARTS,
            Status.WAITING_CUSTOMER,
            Status.ON_SITE,
        )
    ),
}
_DONE |= {(status, BenchCommand.RESUME) for status, command in _DONE if command is BenchCommand.START}


_HEARD: set[Reason] = set()


def _said(error: Refusal) -> None:
    """One clear sentence in both languages, nothing left unfilled, no code shown."""
    if error.reason in _HEARD:
        return
    _HEARD.add(error.reason)
    said = []
    for language in Language:
        with speaking(language):
            said.append(sentence(error))
    for text in said:
        assert text
        assert "{" not in text
        assert "_" not in text
    assert said[0] != said[1], f"not translated: {said[0]}"
    assert not said[0].isascii()


class _Watch:
    """Tells whether anybody else wrote to the shop's file since it was asked last."""

    def __init__(self, world: World) -> None:
        self._connection = sqlite3.connect(world.shop.store.folder.database)
        self._seen = self._version()

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def written(self) -> bool:
        before, self._seen = self._seen, self._version()
        return self._seen != before

    def __enter__(self) -> _Watch:
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()


def _refusal(command: Callable[[], object]) -> Refusal | None:
    try:
        command()
    except Refusal as error:
        return error
    return None


@pytest.fixture
def planned(world: World) -> OrderCard:
    return _planned(world)


def _planned(world: World) -> OrderCard:
    """An order being diagnosed, a part planned, no clock running."""
    card = world.add(world.start(world.take_in()), world.part())
    return world.bench.pause_work(world.ctx(), card.id, card.version)


def test_every_command_of_the_sheet_in_every_status(world: World, planned: OrderCard) -> None:
    with _Watch(world) as watch:
        for status in Status:
            card = world.set_status(planned, status)
            for command in set(BenchCommand) - _PAGES_OWN:
                watch.written()
                error = _refusal(partial(world.bench.command, world.ctx(), card, command))
                assert (error is None) == ((status, command) in _DONE), (status, command, error)
                if error is None:
                    planned = _planned(world)
                    card = world.set_status(planned, status)
                else:
                    _said(error)
                    # One for want of a right is in the journal, every other leaves everything as it was.
                    assert watch.written() == (error.reason is Reason.NOT_ALLOWED), (status, command)


def test_what_belongs_to_the_page_is_not_booked(world: World, planned: OrderCard) -> None:
    for command in _PAGES_OWN:
        with pytest.raises(ValueError):
            world.bench.command(world.ctx(), planned, command)


@pytest.mark.parametrize("role", Role)
def test_every_move_and_command_in_every_status(world: World, planned: OrderCard, role: Role) -> None:
    bench = world.bench
    part = world.part()
    commands: list[Callable[[OrderCard], object]] = [
        *(
            lambda card, action=action: bench.move(world.ctx(role), card.id, card.version, action, "因为")
            for action in Action
            if action not in _OWN_COMMANDS
        ),
        lambda card: bench.undo(world.ctx(role), card.id, card.version),
        lambda card: bench.assign(world.ctx(role), card.id, card.version, world.zhao.id),
        lambda card: bench.start_work(world.ctx(role), card.id, card.version),
        lambda card: bench.pause_work(world.ctx(role), card.id, card.version),
        lambda card: bench.diagnose(world.ctx(role), card.id, card.version, "坏", "", ""),
        lambda card: bench.add_part(world.ctx(role), card.id, card.version, part.id),
        lambda card: bench.take_parts(world.ctx(role), card.id, card.version),
        lambda card: bench.add_line(
            world.ctx(role), card.id, card.version, LineKind.LABOUR, "a", Money(1), reason="not in the list"
        ),
        lambda card: bench.remove_line(world.ctx(role), card.id, card.version, planned.lines[0].id),
        lambda card: bench.quote(world.ctx(role), card.id, card.version),
        lambda card: bench.answer_quote(world.ctx(role), card.id, card.version, agreed=True),
        lambda card: bench.answer_quote(world.ctx(role), card.id, card.version, agreed=False),
    ]
    for status in Status:
        card = world.set_status(planned, status)
        for command in commands:
            error = _refusal(partial(command, card))
            if error is not None:
                # The next command is given with the same version: a refusal that changed anything would show.
                _said(error)
            else:
                card = world.set_status(card, status)


@pytest.mark.parametrize("role", Role)
def test_the_card_offers_what_the_command_answers(world: World, planned: OrderCard, role: Role) -> None:
    for status, action in MOVES:
        if action in _OWN_COMMANDS:
            continue
        card = world.set_status(planned, status)
        offered = world.open(card.id, role).refusal(action)
        got = _refusal(partial(world.bench.move, world.ctx(role), card.id, card.version, action, "因为"))
        assert (got is None) == (offered is None), (role, status, action)
        if got is not None and offered is not None and got.reason is not Reason.NOT_ALLOWED:
            assert offered.reason is got.reason
        if got is None:
            planned = _planned(world)
