"""A second person's word: asked only where one is missing, by PIN or badge; nobody vouches for himself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.core.clock import SetClock
from app.core.codes import Code, CodeKind
from app.core.enums import Role
from app.core.errors import Reason, Refusal
from app.core.rights import Actor
from app.core.words import Language, speaking
from app.ui.approval import ApprovalDialog, ApprovalDoors, Second, with_approval
from app.ui.desk import Desk
from app.ui.tasks import Tasks
from tests.features.conftest import MORNING
from tests.features.page_tools import Papers

COUNTER = Actor(1, "陈静", Role.COUNTER)
LEAD = Actor(2, "周建国", Role.LEAD)
OWNER = Actor(3, "王丽华", Role.OWNER)
PEOPLE = (
    Second(1, "陈静", Role.COUNTER),
    Second(2, "周建国", Role.LEAD),
    Second(3, "王丽华", Role.OWNER),
    Second(4, "没有密码", Role.LEAD, has_pin=False),
)


def _by_pin(staff_id: int, pin: str) -> Actor:
    if pin != "2580":
        raise Refusal(Reason.WRONG_PIN)
    return {2: LEAD, 3: OWNER}[staff_id]


def _by_badge(code: str) -> Actor:
    if code != "9":
        return COUNTER
    return LEAD


DOORS = ApprovalDoors(lambda: PEOPLE, _by_pin, _by_badge)


class Scripted:
    """Answers the question with a script instead of a person."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[ApprovalDialog] = []
        self.script: Callable[[ApprovalDialog], object] = lambda dialog: dialog.reject()
        monkeypatch.setattr(ApprovalDialog, "exec", self._exec_of())

    def _exec_of(self) -> Callable[[ApprovalDialog], int]:
        def play(dialog: ApprovalDialog) -> int:
            self.shown.append(dialog)
            self.script(dialog)
            return dialog.result()

        return play


@pytest.fixture
def question(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Scripted:
    return Scripted(monkeypatch)


@pytest.fixture
def desk() -> Desk:
    return Desk(SetClock(MORNING), Tasks(), Papers(), COUNTER, approval=lambda: DOORS)


def _discount(second: Actor | None) -> str:
    """A command as services have them: only the owner may, or somebody with him."""
    if second is None or second.role is not Role.OWNER:
        raise Refusal(Reason.DISCOUNT_OVER_LIMIT, percent=5, role=Role.LEAD)
    return f"with {second.name}"


def _names(dialog: ApprovalDialog) -> list[str]:
    return [button.text() for button in dialog.findChildren(QPushButton) if button.isCheckable()]


def _type(dialog: ApprovalDialog, at: int, pin: str) -> None:
    dialog.choose(at)
    for sign in pin + "\r":
        dialog.pad.press(sign)


def test_nobody_is_asked_where_one_may_alone(question: Scripted, desk: Desk) -> None:
    assert with_approval(desk, lambda second: second) is None
    assert not question.shown


def test_the_owner_confirms_by_pin(question: Scripted, desk: Desk) -> None:
    question.script = lambda dialog: _type(dialog, 1, "2580")
    assert with_approval(desk, _discount) == "with 王丽华"
    # Neither himself, nor who has no PIN, nor a role that may no more than he.
    assert [text.split("\n")[0] for text in _names(question.shown[0])] == ["周建国", "王丽华"]


def test_a_wrong_pin_and_a_role_that_may_not_stay_in_the_question(question: Scripted, desk: Desk) -> None:
    said: list[str] = []

    def script(dialog: ApprovalDialog) -> None:
        for at, pin in ((1, "1111"), (0, "2580")):
            _type(dialog, at, pin)
            message = dialog.banner.message()
            assert message is not None
            said.append(message.text)
        dialog.reject()

    question.script = script
    with pytest.raises(Refusal) as refused:
        with_approval(desk, _discount)
    assert refused.value.reason is Reason.DISCOUNT_OVER_LIMIT
    assert len(set(said)) == 2
    assert all(said)


def test_what_nobodys_word_lifts_ends_the_question_and_is_said_where_it_was_asked(
    question: Scripted, desk: Desk
) -> None:
    def empty_drawer(second: Actor | None) -> None:
        raise (
            Refusal(Reason.APPROVAL_NEEDED, role=Role.OWNER)
            if second is None
            else Refusal(Reason.TILL_NOT_ENOUGH)
        )

    question.script = lambda dialog: _type(dialog, 0, "2580")
    with pytest.raises(Refusal) as refused:
        with_approval(desk, empty_drawer)
    assert refused.value.reason is Reason.TILL_NOT_ENOUGH
    assert len(question.shown) == 1


def test_a_badge_confirms_and_ones_own_does_not(question: Scripted, desk: Desk) -> None:
    tries: list[Any] = []

    def script(dialog: ApprovalDialog) -> None:
        dialog.take_badge(Code(CodeKind.STAFF, "1", 1))
        tries.append(dialog.result())
        dialog.take_badge(Code(CodeKind.STAFF, "9", 9))
        tries.append(dialog.result())

    question.script = script

    def lead_may(second: Actor | None) -> str:
        if second is None:
            raise Refusal(Reason.APPROVAL_NEEDED, role=Role.LEAD)
        return second.name

    assert with_approval(desk, lead_may) == "周建国"
    assert tries == [QDialog.DialogCode.Rejected, QDialog.DialogCode.Accepted]


def test_where_only_the_owner_may_only_he_is_offered(question: Scripted, desk: Desk) -> None:
    def owner_may(second: Actor | None) -> None:
        raise Refusal(Reason.APPROVAL_NEEDED, role=Role.OWNER)

    with pytest.raises(Refusal):
        with_approval(desk, owner_may)
    assert [text.split("\n")[0] for text in _names(question.shown[0])] == ["王丽华"]


def test_another_refusal_passes_through_unasked(question: Scripted, desk: Desk) -> None:
    def too_large(_second: Actor | None) -> None:
        raise Refusal(Reason.DISCOUNT_TOO_LARGE)

    with pytest.raises(Refusal) as refused:
        with_approval(desk, too_large)
    assert refused.value.reason is Reason.DISCOUNT_TOO_LARGE
    assert not question.shown


def test_ones_wait_is_counted_down_and_holds_up_nobody_else(question: Scripted) -> None:
    """After three wrong PINs: the other one of two types at once, and the first sees how long it still takes."""
    said: list[tuple[str, bool]] = []

    def locked(staff_id: int, pin: str) -> Actor:
        if staff_id == LEAD.id:
            raise Refusal(Reason.PIN_LOCKED, seconds=75)
        return _by_pin(staff_id, pin)

    def script(dialog: ApprovalDialog) -> None:
        def look() -> None:
            said.append((dialog.banner.text(), dialog.pad.isEnabled()))

        _type(dialog, 0, "1111")
        look()
        dialog.choose(1)
        look()
        dialog.choose(0)
        look()
        dialog._wait.forget()
        dialog._wait.ticked.emit()
        look()
        _type(dialog, 1, "2580")

    question.script = script
    doors = ApprovalDoors(lambda: PEOPLE, locked, _by_badge)
    desk = Desk(SetClock(MORNING), Tasks(), Papers(), COUNTER, approval=lambda: doors)
    with speaking(Language.EN):
        assert with_approval(desk, _discount) == "with 王丽华"
    assert said == [
        ("Too many wrong PINs. Wait 1 min 15 s.", False),
        ("", True),
        ("Too many wrong PINs. Wait 1 min 15 s.", False),
        ("", True),
    ]
