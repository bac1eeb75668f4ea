"""The tills on screen: float, pay-outs, the guided close of a shift and of the day; in both languages."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit

from app.core.codes import Code, CodeKind
from app.core.enums import CashReason, PaperKind, Role, TillMoveKind, TillState
from app.core.errors import EnvironmentFault, Fault, Refusal
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER, Actor
from app.core.words import Language
from app.features.printing.drawer import PULSE, kick
from app.features.till.close_dialog import READ_FIRST, CloseDialog
from app.features.till.count_field import PIECES, CountField
from app.features.till.drawer_desk import DrawerDesk
from app.features.till.page import DAYS, SHIFTS, TillPage
from app.features.till.snapshots import TillEntry
from app.ui import approval
from app.ui.approval import ApprovalDoors, Second
from app.ui.fields import ChipGroup, ComboField, LineField, MoneyField
from app.ui.form_dialog import FormDialog
from tests.features.page_tools import Forms, Papers, desk_of, english_left, speaking_each

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.ui.desk import Desk
    from tests.features.billing.conftest import Office

YUAN = Money.yuan
MAIN = 1

language = pytest.fixture(params=[Language.ZH, Language.EN])(speaking_each)


@pytest.fixture
def papers() -> Papers:
    return Papers()


@pytest.fixture
def desk(office: Office, papers: Papers) -> Desk:
    return desk_of(office.shop, Role.OWNER, papers)


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Forms:
    return Forms(monkeypatch)


@pytest.fixture
def page(office: Office, desk: Desk, qtbot: QtBot) -> TillPage:
    made = TillPage(office.tills, office.closing, desk, lambda: "Asia/Shanghai")
    qtbot.addWidget(made)
    made.resize(1270, 640)
    made.show()
    made.come_to_front()
    return made


def field(dialog: FormDialog, kind: type, at: int = 0) -> Any:
    return [each for each in dialog._fields if isinstance(each, kind)][at]


def twice(dialog: FormDialog) -> None:
    dialog.try_it()
    dialog.try_it()


def counts(pieces: dict[int, int], reason: str = "") -> Callable[[FormDialog], None]:
    def answer(dialog: FormDialog) -> None:
        field(dialog, CountField).set_value(pieces)
        field(dialog, LineField).set_value(reason)
        twice(dialog)

    return answer


def moves(reason: CashReason, amount: str, note: str = "顺丰") -> Callable[[FormDialog], None]:
    def answer(dialog: FormDialog) -> None:
        field(dialog, MoneyField).line.setText(amount)
        field(dialog, ChipGroup).set_value(reason)
        field(dialog, LineField).set_value(note)
        twice(dialog)

    return answer


def guided(monkeypatch: pytest.MonkeyPatch, script: Callable[[CloseDialog], object]) -> list[CloseDialog]:
    """Let ``script`` go through the guided sheet; the sheets that were shown stay to be looked at."""
    shown: list[CloseDialog] = []

    def run(dialog: CloseDialog) -> int:
        shown.append(dialog)
        script(dialog)
        return dialog.result()

    monkeypatch.setattr(CloseDialog, "exec", run)
    return shown


def test_the_count_is_keys_only_and_sums_as_one_types(qtbot: QtBot) -> None:
    made = CountField("count")
    qtbot.addWidget(made)
    made.show()
    made.take_focus()
    done: list[bool] = []
    made.entered.connect(lambda: done.append(True))
    for fen in PIECES:
        line = made.lines[fen]
        line.setFocus()
        line.setText("2")
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert done == [True]
    assert made.value() == dict.fromkeys(PIECES, 2)
    assert made.counted() == made.sum.value() == Money(2 * sum(PIECES))
    made.lines[10_000].setText("-1")
    assert not made.check()
    with pytest.raises(Refusal):
        made.value()
    made.lines[10_000].setText("1.5")
    assert not made.check()
    made.set_value(None)
    QTest.keyClicks(made.lines[10_000], "-1a2.e3")
    assert made.value() == {10_000: 123}


@pytest.mark.usefixtures("language")
def test_opened_with_a_counted_float_and_only_once(page: TillPage, office: Office, forms: Forms) -> None:
    forms.answer(counts({10_000: 2}, "备用金"))
    page.open_till()
    row = office.tills.tills(FOUNDER)[0]
    assert row.session_id is not None
    session = office.tills.session(FOUNDER, row.session_id)
    assert (session.float_amount, session.by_itself) == (YUAN(200), False)
    assert len(office.tills.sessions(FOUNDER)) == 1
    assert not page.open_button.isVisibleTo(page)
    assert page.count_button.isVisibleTo(page)


@pytest.mark.usefixtures("language")
def test_paid_out_with_its_slip_once(page: TillPage, office: Office, forms: Forms, papers: Papers) -> None:
    office.tills.open(office.shop.ctx(), MAIN, YUAN(200), "备用金")
    page.refresh()
    forms.answer(moves(CashReason.CARRIER, "15"))
    page.move_cash(TillMoveKind.PAY_OUT)
    assert papers.printed == [(PaperKind.CASH_SLIP, "Y2611-00001")]
    assert office.tills.cash_now(FOUNDER) == YUAN(185)
    assert [row.number for row in page.moves.rows()] == ["Y2611-00001"]


def test_more_than_there_is_negative_and_huge_are_one_sentence(
    page: TillPage, office: Office, forms: Forms
) -> None:
    office.tills.open(office.shop.ctx(), MAIN, YUAN(20), "备用金")
    page.refresh()
    before = office.shop.fingerprint()
    for text in ("21", "-3", "0", "99999999999999999999999", "x"):
        forms.answer(moves(CashReason.CARRIER, text))
        page.move_cash(TillMoveKind.PAY_OUT)
        dialog = forms.shown[-1]
        assert dialog.banner.text() or field(dialog, MoneyField).error()
    assert office.shop.fingerprint() == before


@pytest.mark.usefixtures("language")
def test_the_day_in_one_sheet(
    page: TillPage, office: Office, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.tills.open(office.shop.ctx(), MAIN, YUAN(200), "备用金")
    office.sold(YUAN(100))
    page.refresh()

    def script(dialog: CloseDialog) -> None:
        # Nothing tells what should be there before it is counted.
        assert not any("300" in line.text() for line in dialog.findChildren(QLineEdit))
        assert not dialog.should.isVisibleTo(dialog)
        dialog.pieces.set_value({10_000: 2, 5_000: 1})
        dialog.go_on()
        assert dialog.count_row is not None
        assert (dialog.count_row.expected, dialog.count_row.difference) == (YUAN(300), YUAN(-50))
        dialog.go_on()
        assert not dialog.closed  # a difference has its reason
        dialog.reason.set_value("找错零")
        dialog.kept.set_value(YUAN(200))
        dialog.go_on()
        assert dialog.closed == ["T2611-00001"]
        dialog.go_on()
        dialog.go_on()  # once more, as an impatient hand does

    sheets = guided(monkeypatch, script)
    page.save_and_print()
    assert sheets[0].day_number == "Z2611-00001"
    assert len(office.closing.closes(FOUNDER)) == 1
    assert papers.printed == [
        (PaperKind.TILL_COUNT, "T2611-00001"),
        (PaperKind.DAY_CLOSE, "Z2611-00001"),
    ]
    session = office.tills.sessions(FOUNDER)[0]
    assert (session.difference, session.kept, session.reason) == (YUAN(-50), YUAN(200), "找错零")
    assert page.filter.value() == DAYS
    page.print_paper()
    assert papers.previewed == [(PaperKind.DAY_CLOSE, "Z2611-00001")]


def test_the_day_is_closed_by_enter_alone_and_not_by_a_double_one(
    page: TillPage, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.tills.open(office.shop.ctx(), MAIN, YUAN(200), "备用金")
    page.refresh()

    def script(dialog: CloseDialog) -> None:
        dialog.show()
        dialog.pieces.set_value({10_000: 2})
        QTest.keyClick(dialog.pieces.lines[PIECES[-1]], Qt.Key.Key_Return)
        QTest.keyClick(dialog.kept.line, Qt.Key.Key_Return)
        assert dialog.closed == ["T2611-00001"]
        assert dialog.focusWidget() is dialog.yes
        QTest.keyClick(dialog.yes, Qt.Key.Key_Return)
        assert not dialog.day_number
        office.shop.clock.advance(timedelta(seconds=READ_FIRST))
        QTest.keyClick(dialog.yes, Qt.Key.Key_Return)

    sheets = guided(monkeypatch, script)
    page.save_and_print()
    assert sheets[0].day_number == "Z2611-00001"


def test_a_shift_and_a_day_that_the_finder_found_are_shown_with_their_paper(
    page: TillPage, office: Office, papers: Papers
) -> None:
    session = office.tills.open(office.shop.ctx(), MAIN, ZERO)
    office.tills.count(office.shop.ctx(), session.id, {})
    version = office.tills.session(FOUNDER, session.id).version
    office.tills.close(office.shop.ctx(), session.id, version, kept=ZERO)
    closed = office.closing.close(office.shop.ctx())
    page.refresh()
    page.open_with((PaperKind.DAY_CLOSE, closed.number))
    assert (page.filter.value(), page.days.current().number) == (DAYS, closed.number)
    page.open_with((PaperKind.TILL_COUNT, session.number))
    assert (page.filter.value(), page.shifts.current().number) == (SHIFTS, session.number)
    assert papers.previewed == [
        (PaperKind.DAY_CLOSE, closed.number),
        (PaperKind.TILL_COUNT, session.number),
    ]


def test_a_difference_keeps_the_keys_until_its_reason_is_said(
    page: TillPage, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.tills.open(office.shop.ctx(), MAIN, YUAN(200), "备用金")
    page.refresh()

    def script(dialog: CloseDialog) -> None:
        dialog.show()
        dialog.pieces.set_value({10_000: 1})
        dialog.go_on()
        QTest.keyClick(dialog.reason.line, Qt.Key.Key_Return)
        assert dialog.reason.error()
        assert dialog.focusWidget() is dialog.reason.line
        dialog.reason.line.setText("找错零")
        QTest.keyClick(dialog.reason.line, Qt.Key.Key_Return)
        assert dialog.focusWidget() is dialog.kept.line

    guided(monkeypatch, script)
    page.close_shift()


def test_left_in_the_middle_what_was_counted_stays(
    page: TillPage, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.tills.open(office.shop.ctx(), MAIN, YUAN(200), "备用金")
    page.refresh()

    def script(dialog: CloseDialog) -> None:
        dialog.pieces.set_value({10_000: 2})
        dialog.go_on()
        dialog.again.click()
        dialog.pieces.set_value({10_000: 1})
        dialog.go_on()
        dialog.reject()

    guided(monkeypatch, script)
    page.close_shift()
    session = office.tills.sessions(FOUNDER)[0]
    card = office.tills.session(FOUNDER, session.id)
    assert card.state is TillState.OPEN
    assert [each.counted for each in card.counts] == [YUAN(200), YUAN(100)]


def test_a_large_difference_needs_a_second_person(
    page: TillPage, office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.switch(office.shop.people[Role.COUNTER])
    asked: list[Refusal] = []

    def confirmed(_desk: object, why: Refusal, give: Callable[[Actor], object], _parent: object) -> bool:
        asked.append(why)
        give(office.shop.people[Role.LEAD])
        return True

    monkeypatch.setattr(approval, "ask_approval", confirmed)
    desk.approval = lambda: ApprovalDoors(
        list, lambda _id, _pin: pytest.fail("no pin"), lambda _code: pytest.fail("no badge")
    )
    office.tills.open(office.shop.ctx(Role.COUNTER), MAIN, YUAN(500), "备用金")
    page.refresh()

    def script(dialog: CloseDialog) -> None:
        dialog.pieces.set_value({10_000: 1})
        dialog.go_on()
        dialog.reason.set_value("不知道")
        dialog.go_on()

    guided(monkeypatch, script)
    page.close_shift()
    assert len(asked) == 1
    assert office.tills.sessions(FOUNDER)[0].difference == YUAN(-400)


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("by_badge", [False, True])
def test_the_till_goes_to_the_next_shift(
    page: TillPage, office: Office, desk: Desk, forms: Forms, papers: Papers, by_badge: bool
) -> None:
    lead, technician = office.shop.people[Role.LEAD], office.shop.people[Role.TECHNICIAN]
    badges = {"1": lead, "2": technician}
    desk.approval = lambda: ApprovalDoors(
        lambda: [Second(lead.id, lead.name, lead.role)], lambda _id, _pin: lead, badges.__getitem__
    )
    office.tills.open(office.shop.ctx(), MAIN, YUAN(200), "备用金")
    page.refresh()

    def count(dialog: FormDialog) -> None:
        field(dialog, CountField).set_value({10_000: 2})
        twice(dialog)

    def over(dialog: FormDialog) -> None:
        if by_badge:
            # He may not take a till: said here, and nobody stands in the field.
            assert dialog.take_badge(Code(CodeKind.STAFF, "2", 2))
            assert (field(dialog, ComboField).value(), dialog.banner.isHidden()) == (None, False)
            assert dialog.take_badge(Code(CodeKind.STAFF, "1", 1))
            assert (field(dialog, ComboField).value(), dialog.banner.isHidden()) == (lead.id, True)
        else:
            field(dialog, ComboField).set_value(lead.id)
            field(dialog, LineField).set_value("2580")
        twice(dialog)

    forms.answer(count, over)
    page.hand_over()
    row = office.tills.tills(FOUNDER)[0]
    assert (row.holder, len(office.tills.sessions(FOUNDER))) == (lead.name, 2)
    assert papers.printed == [(PaperKind.TILL_COUNT, "T2611-00001")]


@pytest.mark.usefixtures("language")
def test_a_second_till_is_set_up_and_cash_handed_in(
    page: TillPage, office: Office, forms: Forms, papers: Papers
) -> None:
    def named(dialog: FormDialog) -> None:
        field(dialog, LineField).set_value("前台二号")
        twice(dialog)

    forms.answer(named)
    page.add()
    rows = office.tills.tills(FOUNDER)
    assert [row.name for row in rows] == ["", "前台二号"]
    office.tills.open(office.shop.ctx(), rows[1].id, YUAN(100), "备用金")
    page.refresh()
    page.list.select(rows[1].id)

    def give(dialog: FormDialog) -> None:
        field(dialog, MoneyField).line.setText("60")
        twice(dialog)

    forms.answer(give)
    page.hand_in()
    assert [kind for kind, _number in papers.printed] == [PaperKind.CASH_SLIP]
    assert office.tills.cash_now(FOUNDER) == YUAN(100)
    # Either drawer's list says where the cash went or came from.
    for till_id, said in ((rows[1].id, "Handed in to Main till"), (MAIN, "Handed in from 前台二号")):
        page.list.select(till_id)
        assert page.moves.view.model().index(0, 1).data() == said


@pytest.mark.parametrize("language", [Language.ZH], indirect=True)
@pytest.mark.usefixtures("language")
def test_no_english_word_is_left_in_chinese(page: TillPage, office: Office, qtbot: QtBot) -> None:
    office.tills.open(office.shop.ctx(), MAIN, YUAN(200), "备用金")
    page.refresh()
    assert english_left(page, "T2611") == []
    dialog = CloseDialog(office.tills, office.tills.tills(FOUNDER), page.desk, office.closing, page)
    qtbot.addWidget(dialog)
    assert english_left(dialog) == []


def test_what_one_may_not_is_not_offered(
    page: TillPage, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.ui.desk import Desk

    monkeypatch.setattr(Desk, "may", lambda _self, command: office.shop.people[Role.TECHNICIAN].may(command))
    page.refresh()
    assert not page.day_button.isVisibleTo(page)
    assert not page.new_button.isVisibleTo(page)
    assert not page.open_button.isVisibleTo(page)


# -- the drawer --------------------------------------------------------------------------------------------


def test_the_pulse_goes_to_a_network_printer() -> None:
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def listen() -> None:
            wire, _where = server.accept()
            with wire:
                got.append(wire.recv(16))

        thread = Thread(target=listen)
        thread.start()
        kick(f"net:127.0.0.1:{port}")
        thread.join(5)
    assert got == [PULSE]


def test_the_pulse_goes_to_a_device(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.write_bytes(b"")
    kick(f"file:{device}")
    assert device.read_bytes() == PULSE


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("", Fault.NO_PRINTER),
        ("net:", Fault.NO_PRINTER),
        ("serial:COM1", Fault.NO_PRINTER),
        ("net:127.0.0.1:1", Fault.PRINTER),
        ("net:127.0.0.1:x", Fault.PRINTER),
        ("net:127.0.0.1:99999999", Fault.PRINTER),
        ("file:/nowhere/at/all", Fault.PRINTER),
    ],
)
def test_a_drawer_that_is_not_there_is_one_fault(address: str, fault: Fault) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        kick(address)
    assert caught.value.fault is fault


class _Usb:
    """python-escpos as it answers: a printer by its numbers, or none there."""

    opened: ClassVar[list[tuple[int, int, int]]] = []

    def __init__(self, vendor: int, product: int) -> None:
        if vendor != 0x04B8:
            raise OSError("no such device")
        self._numbers = vendor, product

    def cashdraw(self, pin: int) -> None:
        self.opened.append((*self._numbers, pin))

    def close(self) -> None:
        pass


def test_the_pulse_goes_to_a_usb_printer_where_the_package_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    printers = ModuleType("escpos.printer")
    printers.Usb = _Usb  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "escpos", ModuleType("escpos"))
    monkeypatch.setitem(sys.modules, "escpos.printer", printers)
    kick("usb:04b8:0202")
    assert _Usb.opened == [(0x04B8, 0x0202, 2)]
    for gone in ("usb:1234:0001", "usb:x:y", "usb:04b8"):
        with pytest.raises(EnvironmentFault) as caught:
            kick(gone)
        assert caught.value.fault is Fault.PRINTER


@pytest.mark.usefixtures("language")
def test_without_the_package_the_set_up_says_so(
    page: TillPage, forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "escpos", None)
    monkeypatch.setitem(sys.modules, "escpos.printer", None)
    with pytest.raises(EnvironmentFault) as caught:
        kick("usb:04b8:0202")
    assert caught.value.fault is Fault.NO_USB_PRINTING
    monkeypatch.setattr("app.features.till.forms.speaks_usb", lambda: False)
    seen: list[list[str]] = []

    def look(dialog: FormDialog) -> None:
        drawer = dialog.findChildren(LineField)[1]
        for address in ("net:192.168.1.9", "usb:04b8:0202"):
            drawer.line.setText(address)
            seen.append([each.text() for each in dialog.findChildren(QLabel) if each.isVisibleTo(dialog)])

    forms.answer(look)
    page.refresh()
    page.list.select_first()
    page.edit()
    by_net, by_usb = seen
    assert not any("python-escpos" in text for text in by_net)
    assert any("python-escpos[usb]" in text for text in by_usb)


def test_a_drawer_that_fails_is_said_and_no_more(
    office: Office, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    said: list[str] = []
    drawer = DrawerDesk(lambda: office.tills, desk, lambda message: said.append(message.text))
    drawer.open()
    drawer.open(MAIN)
    assert said == []  # no drawer there: nothing to say
    office.tills.save(office.shop.ctx(), MAIN, TillEntry("", drawer=f"file:{tmp_path / 'gone'}"))
    drawer.open()
    qtbot.waitUntil(lambda: bool(said), timeout=3000)
    assert len(said) == 1
    desk.tasks.stop()


def test_an_open_dialog_is_left_by_esc(page: TillPage, office: Office, qtbot: QtBot) -> None:
    office.tills.open(office.shop.ctx(), MAIN, ZERO)
    dialog = CloseDialog(office.tills, office.tills.tills(FOUNDER), page.desk, None, page)
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.result() == QDialog.DialogCode.Rejected
    assert office.tills.tills(FOUNDER)[0].session_id is not None


def test_the_sheet_scrolls_where_the_screen_is_low_and_keeps_its_buttons(
    page: TillPage, office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.tills.open(office.shop.ctx(), MAIN, YUAN(100), "备用金")
    low = QRect(0, 0, 800, 330)
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: low)
    dialog = CloseDialog(office.tills, office.tills.tills(FOUNDER), page.desk, office.closing, page)
    qtbot.addWidget(dialog)
    dialog.show()
    for row in (dialog.no, dialog.yes):
        assert row.mapTo(dialog, QPoint(0, row.height())).y() <= dialog.height() <= low.height()
    qtbot.waitUntil(dialog.isActiveWindow)
    last = dialog.pieces.lines[PIECES[-1]]
    dialog.pieces.lines[PIECES[-2]].setFocus()
    QTest.keyClick(dialog.pieces.lines[PIECES[-2]], Qt.Key.Key_Return)
    foot = last.mapTo(dialog, QPoint(0, last.height())).y()
    assert 0 < foot <= dialog.yes.mapTo(dialog, QPoint(0, 0)).y(), "where the keys go is in sight"
