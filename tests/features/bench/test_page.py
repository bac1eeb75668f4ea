"""The bench page in both languages: a repair by scans only, keys, small forms, what is refused and how it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from app.core import codes
from app.core.enums import BenchCommand, PaperKind, PaperSize, Payer, Role, ServiceType, Status
from app.core.money import Money, Quantity
from app.core.rights import FOUNDER
from app.core.words import Language, _, set_language
from app.features.bench.actions_bar import ActionKey
from app.features.bench.choice_dialog import ChoiceDialog
from app.features.bench.forms import QuoteDialog
from app.features.bench.offers import Tool
from app.features.bench.page import BenchPage
from app.features.bench.part_dialog import PartDialog
from app.features.bench.snapshots import QueueKind
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.orders.record_view import cover_text, history_text
from app.features.orders.service import OrdersService
from app.features.printing.service import PrintingService
from app.features.staff.service import StaffService
from app.features.stock.snapshots import PartEntry
from app.model import Staff
from app.papers.forms_of_orders import RepairCard
from app.ui import keep, theme
from app.ui.desk import Desk
from app.ui.form_dialog import FormDialog
from app.ui.messages import Message, Mood
from app.ui.shell import PageEntry, Shell, ShellDoors
from app.ui.sign_in import SignInDoors
from app.ui.tasks import Tasks
from tests.ui.test_scanner import Counter

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.core.rights import Actor
    from tests.features.bench.conftest import World


@dataclass
class Papers:
    printed: list[tuple[PaperKind, str]] = field(default_factory=list)

    def print_now(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        self.printed.append((kind, number))

    def preview(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        self.printed.append((kind, number))


@dataclass
class Window:
    """The page in its window, as the composition root puts them together."""

    world: World
    desk: Desk
    shell: Shell
    page: BenchPage
    papers: Papers
    said: list[Message]
    bot: QtBot

    def scan(self, code: str | BenchCommand) -> None:
        text = codes.command_code(code) if isinstance(code, BenchCommand) else code
        self.shell.take_scan(codes.parse(text))

    def badge(self, role: Role) -> None:
        with self.world.shop.store.read() as reading:
            table = Staff.__table__
            code = (
                reading.execute(table.select().where(table.c.id == self.world.actor(role).id))
                .one()
                .badge_code
            )
        self.shell.take_scan(codes.parse(code))

    def key(self, key: Any) -> None:
        self.bot.keyClick(self.page, key)

    def last(self) -> Message:
        return self.said[-1]

    def answering(self, answer: Callable[[Any], object], give: Callable[[], object]) -> None:
        """``give`` opens a small form; ``answer`` is done to it, and what it leaves open is left with Esc."""
        opened: list[QWidget] = []

        def act() -> None:
            form = QApplication.activeModalWidget()
            assert isinstance(form, QDialog)
            opened.append(form)
            try:
                answer(form)
            finally:
                if form.isVisible():
                    form.reject()

        QTimer.singleShot(0, act)
        give()
        assert opened, "no form was opened"


@pytest.fixture
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Language]:
    """English, or what the test asks for by ``indirect``."""
    keep.open_file(None)
    spoken: Language = getattr(request, "param", Language.EN)
    set_language(spoken)
    yield spoken
    set_language(Language.EN)


IN_BOTH = pytest.mark.parametrize("language", list(Language), indirect=True)


def _window(world: World, bot: QtBot) -> Window:
    papers, said = Papers(), []
    desk = Desk(world.shop.clock, Tasks(), papers, world.actor())
    pages: list[BenchPage] = []

    def build() -> BenchPage:
        pages.append(BenchPage(world.bench, world.room, desk))
        pages[-1].said.connect(said.append)
        return pages[-1]

    staff = StaffService(world.shop.store)

    def signed(actor: Actor | None) -> None:
        if actor is not None:
            desk.switch(actor)

    doors = ShellDoors(
        sign_in=SignInDoors(
            tuple, lambda _id, _pin: world.actor(), lambda code: staff.sign_in_by_badge(code.digits)
        ),
        signed=signed,
    )
    shell = Shell([PageEntry("bench", "Bench", "wrench", build, frozenset(Role), "F4")], doors)
    bot.addWidget(shell)
    unsubscribe = world.shop.store.changes.subscribe(shell.changed)
    shell.destroyed.connect(lambda: unsubscribe())
    shell.resize(1366, 768)
    shell.show()
    shell.sign_in_as(world.actor())
    shell.show_page("bench")
    QApplication.processEvents()
    pages[-1].queue.view.setFocus()
    return Window(world, desk, shell, pages[-1], papers, said, bot)


@pytest.fixture
def window(world: World, qtbot: QtBot, language: Language) -> Window:
    return _window(world, qtbot)


@IN_BOTH
def test_a_complete_repair_by_scans(window: Window, qtbot: QtBot) -> None:
    world = window.world
    page, part = window.page, world.part(price=45)
    order = world.take_in()
    window.scan(order.card_code)
    assert page.presenter.card is not None
    for step in (BenchCommand.START, world.label_of(part), BenchCommand.DONE):
        window.scan(step)
        assert window.last().mood is Mood.OK
    assert page.presenter.card.status is Status.QUOTED
    # At the counter: the customer stands there and says yes.
    window.badge(Role.COUNTER)
    window.answering(lambda form: qtbot.keyClick(form, Qt.Key.Key_1), lambda: window.key(Qt.Key.Key_A))
    window.badge(Role.TECHNICIAN)
    for step in (BenchCommand.START, BenchCommand.TAKE_PARTS, BenchCommand.DONE):
        window.scan(step)
        assert window.last().mood is Mood.OK
    window.scan(BenchCommand.QC_PASS)
    assert window.last().mood is Mood.ERROR
    assert page.presenter.card.status is Status.QC
    window.badge(Role.LEAD)
    assert not page.card.check.isHidden()
    window.scan(BenchCommand.QC_PASS)
    assert page.presenter.card.status is Status.READY
    assert (world.on_hand(part), world.open(order.id).due) == (Quantity.of(4), Money.yuan(45))


def test_after_a_scanned_failed_check_the_reason_is_asked_for_and_in_nobody_s_way(window: Window) -> None:
    world, page = window.world, window.page
    window.badge(Role.LEAD)
    window.scan(world.in_check().card_code)
    window.scan(BenchCommand.QC_FAIL)
    assert page.banner.mood() is Mood.WARN
    assert "no reason was given" in page.banner.text()

    def answer(form: FormDialog) -> None:
        form._fields[0].set_value("门封漏气")
        form.try_it()

    window.answering(answer, page.banner._action.click)
    assert page.presenter.card is not None
    assert page.presenter.card.notes[-1].text == "门封漏气"
    assert page.banner.text() == ""
    window.scan(BenchCommand.UNREPAIRABLE)
    assert page.banner.mood() is Mood.WARN
    window.scan(BenchCommand.UNDO)
    assert page.presenter.card.status is Status.REPAIRING
    assert page.banner.text() == ""


def test_a_wrong_scan_is_red_and_changes_nothing(window: Window) -> None:
    world, page = window.world, window.page
    window.scan(world.start(world.take_in()).card_code)
    before, version = page.presenter.card, world.shop.fingerprint()
    for code in (
        "6900000000000",
        codes.running_code(codes.CodeKind.PART, 99),
        codes.command_code(BenchCommand.TAKE_PARTS),
    ):
        window.scan(code)
        assert window.last().mood is Mood.ERROR
        assert (page.banner.mood(), page.banner.text()) == (Mood.ERROR, window.last().text)
    assert (page.presenter.card, world.shop.fingerprint()) == (before, version)
    window.scan(BenchCommand.PAUSE)
    assert (window.last().mood, page.banner.text()) == (Mood.OK, "")


def test_maker_s_barcode_and_pending_quantity(window: Window) -> None:
    world, page = window.world, window.page
    world.stock.save_part(
        world.ctx(Role.OWNER), None, None, PartEntry("门封条", "条", barcodes=("6901234567892",))
    )
    window.scan(world.start(world.take_in()).card_code)
    window.scan(BenchCommand.TIMES_5)
    assert not page.keys.times.isHidden()
    window.scan("6901234567892")
    assert page.keys.times.isHidden()
    assert page.presenter.card is not None
    assert [line.quantity for line in page.presenter.card.lines] == [Quantity.of(5)]
    assert window.last().text == "Planned: 门封条 × 5"


@pytest.fixture
def scanner(window: Window, qapp: QApplication) -> Iterator[Counter]:
    made = Counter(qapp)
    window.shell.attach(made.scanner)
    window.shell.activateWindow()
    QApplication.processEvents()
    yield made
    made.scanner.remove()


def test_a_maker_s_barcode_comes_to_the_card_before_the_field_that_has_the_cursor(
    window: Window, scanner: Counter
) -> None:
    world, page = window.world, window.page
    seal = PartEntry("门封条", "条", barcodes=("6901234567892", "HX-77B/2"))
    world.stock.save_part(world.ctx(Role.OWNER), None, None, seal)
    field = page.queue.search
    field.setFocus()
    # No card is open: nothing here takes parts.
    scanner.burst(field, "6901234567892")
    scanner.wait(1)
    assert page.queue.typed() == "6901234567892"
    field.clear()
    window.scan(world.start(world.take_in()).card_code)
    window.scan(BenchCommand.TIMES_3)
    for code in ("6901234567892\n", "HX-77B/2\n"):
        field.setFocus()
        scanner.burst(field, code)
        scanner.wait(1)
    assert page.presenter.card is not None
    assert [line.quantity for line in page.presenter.card.lines] == [Quantity.of(3), Quantity.of(1)]
    assert page.queue.typed() == ""
    # Known to nobody: the field's where one waits, else said in red.
    scanner.burst(field, "4006381333931")
    scanner.wait(1)
    assert (page.queue.typed(), window.last().mood) == ("4006381333931", Mood.OK)
    field.clear()
    page.queue.view.setFocus()
    scanner.burst(page.queue.view, "4006381333931\n")
    assert window.last().mood is Mood.ERROR
    assert 'No part has the barcode "4006381333931"' in window.last().text
    assert page.banner.mood() is Mood.ERROR


def test_number_keys_give_commands_unless_one_types(window: Window, qtbot: QtBot) -> None:
    world, page = window.world, window.page
    page.open_with(world.take_in().id)
    page.queue.search.setFocus()
    qtbot.keyClicks(page.queue.search, "12 u")
    assert page.presenter.card is not None
    assert (page.queue.typed(), page.presenter.card.status) == ("12 u", Status.RECEIVED)
    page.queue.search.clear()
    page.queue.view.setFocus()
    qtbot.keyClick(page.queue.view, Qt.Key.Key_1)
    assert page.presenter.card.status is Status.DIAGNOSING
    qtbot.keyClick(page.queue.view, Qt.Key.Key_U)
    assert page.presenter.card.status is Status.RECEIVED
    qtbot.keyClick(page.card.lines.table.view, Qt.Key.Key_1)
    assert page.presenter.card.status is Status.DIAGNOSING


def test_a_key_that_is_refused_says_why(window: Window, qtbot: QtBot) -> None:
    page = window.page
    page.open_with(window.world.take_in().id)
    key = page.keys.key(BenchCommand.PAUSE)
    why = "The clock is not running on this order."
    assert (key.toolTip(), key.accessibleDescription()) == (why, why)
    key.pointed.emit()
    assert page.keys.why.text() == why
    qtbot.mouseClick(key, Qt.MouseButton.LeftButton)
    assert (page.banner.text(), window.last().mood) == (why, Mood.ERROR)
    assert page.keys.key(BenchCommand.START).reason == ""
    assert page.keys.key(BenchCommand.START).text() == "Start diagnosis"


def test_who_works_here_decides_what_is_offered(window: Window) -> None:
    page, world = window.page, window.world
    card = world.in_check()
    page.open_with(card.id)
    assert page.keys.key(BenchCommand.QC_PASS).reason
    assert page.card.check.isHidden()
    window.badge(Role.LEAD)
    assert not page.keys.key(BenchCommand.QC_PASS).reason
    assert not page.card.check.isHidden()
    assert [row.id for row in page.presenter.rows(QueueKind.MINE)] == [card.id]


def test_a_changed_cover_reads_with_the_name_of_who_changed_it(window: Window) -> None:
    world, page = window.world, window.page
    free = DeviceEntry(
        category="cooling",
        fault="不制冷",
        service_type=ServiceType.FREE,
        payer=Payer.SHOP,
        cover_note="老顾客",
    )
    given = TakeIn(CustomerEntry(name="王丽华", phone="13800138000"), (free,))
    page.open_with(world.intake.take_in(world.ctx(Role.LEAD), given).orders[0].order_id)
    assert page.presenter.card is not None
    said = f"Set by {world.actor(Role.LEAD).name}: 老顾客"
    assert page.card.facts._cover.text() == said
    assert cover_text(page.presenter.card) == f"Shop: {said}"


def test_a_device_in_repair_mode_says_that_no_passcode_is_needed(window: Window) -> None:
    world, page = window.world, window.page
    card = world.take_in(repair_mode=True)
    page.open_with(card.id)
    said = "Repair mode is on, no passcode needed"
    assert page.card.facts.passcode.isVisible()
    assert page.card.facts.passcode.text() == said
    page.go_to_back()
    assert page.card.facts.passcode.text() == said
    told = OrdersService(world.shop.store).history(card.id)
    assert [history_text(entry) for entry in told if entry.note is not None] == [said]
    form = PrintingService(world.shop.store).look(FOUNDER, PaperKind.REPAIR_CARD, card.number).form
    assert isinstance(form, RepairCard)
    assert (form.repair_mode, form.has_passcode) == (True, False)
    page.open_with(world.take_in().id)
    assert not page.card.facts.passcode.isVisible()


def test_the_passcode_is_covered_again(window: Window, qtbot: QtBot) -> None:
    page, world = window.page, window.world
    page.open_with(world.take_in(passcode="2580").id)
    assert "2580" not in page.card.facts.passcode.text()
    window.key(Qt.Key.Key_W)
    assert window.last().mood is Mood.ERROR
    window.key(Qt.Key.Key_1)
    window.key(Qt.Key.Key_W)
    assert page.card.facts.passcode.text() == "2580"
    page.card.facts._hide.timeout.emit()
    assert "2580" not in page.card.facts.passcode.text()
    window.key(Qt.Key.Key_W)
    page.go_to_back()
    assert "2580" not in page.card.facts.passcode.text()


def test_a_part_is_found_typed_and_added(window: Window, qtbot: QtBot) -> None:
    world, page = window.world, window.page
    part, other = world.part("温控器 WDF-25"), world.part("温度保险丝")
    page.open_with(world.start(world.take_in()).id)

    def answer(form: PartDialog) -> None:
        qtbot.keyClicks(form.search.line, "wdb")
        assert [row.id for row in form.table.rows()] == [other.id]
        form.search.line.clear()
        form.search.line.insert("温")
        assert {row.id for row in form.table.rows()} == {part.id, other.id}
        first = form.table.current().id
        qtbot.keyClick(form.search.line, Qt.Key.Key_Down)
        assert form.table.current().id != first
        form.table.select(part.id)
        form.quantity.set_value(Quantity.of(3))
        qtbot.keyClick(form.search.line, Qt.Key.Key_Return)

    window.answering(answer, lambda: window.key(Qt.Key.Key_Slash))
    assert page.presenter.card is not None
    assert [(line.part_id, line.quantity) for line in page.presenter.card.lines] == [
        (part.id, Quantity.of(3))
    ]


def test_a_part_scanned_into_its_form(window: Window, qtbot: QtBot) -> None:
    world, page = window.world, window.page
    part, gone = world.part(on_hand=9), world.part("主板", on_hand=0)
    page.open_with(world.repairing(world.part("密封条")).id)

    def answer(form: PartDialog) -> None:
        window.scan(world.label_of(gone))
        assert (form.isVisible(), form.banner.mood()) == (True, Mood.ERROR)
        window.scan(BenchCommand.DONE)
        assert form.isVisible()
        window.shell.take_foreign("4006381333931")
        assert "4006381333931" in form.banner.text()
        window.scan(world.label_of(part))
        assert not form.isVisible()

    window.answering(
        answer, lambda: window.page.letter_key(_press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier))
    )
    assert page.presenter.card is not None
    assert (page.presenter.card.status, world.on_hand(part)) == (Status.REPAIRING, Quantity.of(8))


def _press(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Any:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers)


def by_hand(page: BenchPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the price list for the form of what is not in it."""
    monkeypatch.setattr(page, "ask_price", lambda _find, typed, _submit: typed())


def test_labour_by_keyboard(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    world, page = window.world, window.page
    page.open_with(world.start(world.take_in()).id)
    world.later(minutes=25)

    def answer(form: FormDialog) -> None:
        _kind, what, spent, price, reason = form._fields
        assert (what.editor.hasFocus() or not form.isActiveWindow(), spent.value(), price.value()) == (
            True,
            Quantity.of(25),
            Money.yuan(80),
        )
        qtbot.keyClick(what.editor, Qt.Key.Key_Return)
        qtbot.keyClick(spent.editor, Qt.Key.Key_Return)
        qtbot.keyClick(price.editor, Qt.Key.Key_Return)
        qtbot.keyClick(reason.editor, Qt.Key.Key_Return)
        assert (form.isVisible(), form.banner.mood()) == (True, Mood.ERROR)
        what.editor.insert("清洗冷凝器")
        qtbot.keyClick(reason.editor, Qt.Key.Key_Return)
        assert (form.isVisible(), reason.editor.hasFocus() or not form.isActiveWindow()) == (True, True)
        reason.editor.insert("表里没有")
        qtbot.keyClick(reason.editor, Qt.Key.Key_Return)

    by_hand(page, monkeypatch)
    window.answering(answer, lambda: window.key(Qt.Key.Key_L))
    assert page.presenter.card is not None
    assert [(line.description, line.minutes, line.gross) for line in page.presenter.card.lines] == [
        ("清洗冷凝器", 25, Money.yuan(80))
    ]
    page.card.lines.table.select_first()
    qtbot.keyClick(page.card.lines.table.view, Qt.Key.Key_Delete)
    assert page.presenter.card.lines == ()


def test_a_conflict_in_a_form_keeps_what_was_typed(window: Window, qtbot: QtBot) -> None:
    world, page = window.world, window.page
    card = world.start(world.take_in())
    page.open_with(card.id)

    def answer(form: FormDialog) -> None:
        fault, _cause, fix = form._fields
        fault.editor.insert("不启动")
        # A colleague at another place was faster; this window has not heard of it.
        page.presenter.giving = True
        world.add(world.open(card.id), world.part())
        page.presenter.giving = False
        qtbot.keyClick(fix.editor, Qt.Key.Key_Return)
        assert (form.isVisible(), form.banner.mood(), fault.value()) == (True, Mood.ERROR, "不启动")
        form.try_it()

    window.answering(answer, lambda: window.key(Qt.Key.Key_D))
    assert [note.text for note in world.open(card.id).notes] == ["不启动"]


def test_the_quote_is_made_and_printed_by_enter(window: Window, qtbot: QtBot) -> None:
    world, page = window.world, window.page
    card = world.add(world.start(world.take_in()), world.part())
    page.open_with(card.id)
    window.answering(
        lambda form: qtbot.keyClick(form.printed, Qt.Key.Key_Return), lambda: window.key(Qt.Key.Key_Q)
    )
    assert page.presenter.card is not None
    assert (page.presenter.card.status, window.papers.printed) == (
        Status.QUOTED,
        [(PaperKind.QUOTE, card.number)],
    )
    window.key(Qt.Key.Key_K)
    page.print_paper()
    assert window.papers.printed[1:] == [
        (PaperKind.DEVICE_LABEL, card.number),
        (PaperKind.REPAIR_CARD, card.number),
    ]


def test_unrepairable_asks_why(window: Window, qtbot: QtBot) -> None:
    world, page = window.world, window.page
    page.open_with(world.start(world.take_in()).id)

    def answer(form: FormDialog) -> None:
        (reason,) = form._fields
        qtbot.keyClick(reason.editor, Qt.Key.Key_Return)
        assert form.isVisible()
        reason.editor.insert("压缩机停产")
        qtbot.keyClick(reason.editor, Qt.Key.Key_Return)

    window.answering(answer, lambda: window.key(Qt.Key.Key_9))
    assert page.presenter.card is not None
    assert (page.presenter.card.status, page.presenter.card.notes[-1].text) == (
        Status.UNREPAIRABLE,
        "压缩机停产",
    )


@IN_BOTH
def test_esc_leaves_every_form_without_a_trace(window: Window, qtbot: QtBot) -> None:
    world = window.world
    page = window.page
    page.open_with(world.quoted().id)
    kinds: list[type] = []

    def leave(form: QWidget) -> None:
        assert form.windowTitle()
        assert all("{" not in label.text() for label in form.findChildren(QLabel))
        kinds.append(type(form))
        qtbot.keyClick(form, Qt.Key.Key_Escape)
        assert not form.isVisible()

    before = world.shop.fingerprint()
    for tool in (Tool.QUOTE, Tool.AGREE, Tool.DECLINE, Tool.DIAGNOSE, Tool.LABOUR, Tool.PART, Tool.NOTE):
        window.answering(leave, lambda tool=tool: page._use(tool))
    for tool in (Tool.ASSIGN, Tool.MORE):
        window.answering(leave, lambda tool=tool: page._use(tool))
    window.answering(leave, lambda: page._press(BenchCommand.UNREPAIRABLE))
    assert world.shop.fingerprint() == before
    assert {QuoteDialog, ChoiceDialog, FormDialog, PartDialog} <= set(kinds)


def test_esc_puts_the_card_away(window: Window) -> None:
    page, world = window.page, window.world
    window.scan(world.start(world.take_in()).card_code)
    window.scan(BenchCommand.TIMES_2)
    assert page.back()
    assert (page.presenter.times, page.presenter.card is not None) == (1, True)
    assert page.back()
    assert page.presenter.card is None
    assert not page.back()


def test_the_queue_is_walked_and_searched(window: Window, qtbot: QtBot) -> None:
    page, world = window.page, window.world
    ids = [world.take_in().id, world.take_in(brand="美的").id, world.take_in().id]
    page.stale()
    page.queue.look(QueueKind.FREE)
    view = page.queue.view
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert page.presenter.card is not None
    assert page.presenter.card.id == ids[0]
    window.key(Qt.Key.Key_PageDown)
    assert page.presenter.card.id == ids[1]
    page.queue.search.setText("美的")
    assert [page.queue.model.row(at).id for at in range(page.queue.model.rowCount())] == [ids[1]]  # type: ignore[union-attr]
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert page.queue.kind() is QueueKind.WAITING


def test_a_look_that_is_rebuilt_keeps_its_place(window: Window) -> None:
    page, world = window.page, window.world
    card = world.take_in()
    page.open_with(card.id)
    page.queue.look(QueueKind.LATE)
    window.shell.rebuild()
    again = window.shell.page()
    assert isinstance(again, BenchPage)
    assert again is not page
    assert again.presenter.card is not None
    assert (again.presenter.card.id, again.queue.kind()) == (card.id, QueueKind.LATE)
    window.desk.switch(world.actor(Role.LEAD))
    assert again.presenter.queue is not None


def test_the_labour_clock_ticks(window: Window) -> None:
    page, world = window.page, window.world
    page.open_with(world.start(world.take_in()).id)
    world.later(minutes=61, seconds=5)
    page._tick()
    assert page.card.clock.text() == "1:01:05"
    window.key(Qt.Key.Key_2)
    assert page.card.clock.text() == "1:01"


def test_earlier_repairs_open_by_their_number(window: Window) -> None:
    from app.features.intake.snapshots import CustomerEntry

    page, world = window.page, window.world
    card = world.set_status(world.repairing(), Status.DELIVERED)
    known = world.intake.known_customer(FOUNDER, card.customer_id)
    again = world.take_in(device_id=known.devices[0].id, customer=CustomerEntry(id=card.customer_id))
    page.open_with(again.id)
    assert not page.card.earlier.isHidden()
    page.card.earlier.text.linkActivated.emit(str(card.id))
    assert page.presenter.card is not None
    assert page.presenter.card.id == card.id


@IN_BOTH
@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize(("size", "scale"), [((1024, 640), 100), ((1366, 768), 125), ((1920, 1080), 150)])
def test_nothing_is_cut_off(
    world: World, qtbot: QtBot, qapp: QApplication, language: Language, size: tuple[int, int], scale: int
) -> None:
    theme.use(scale=scale)
    window = _window(world, qtbot)
    window.shell.resize(*size)
    window.page.open_with(world.quoted().id)
    qapp.processEvents()
    inside = window.page.card.widget()
    assert inside.minimumSizeHint().width() <= window.page.card.viewport().width()
    for key in window.page.keys.findChildren(ActionKey):
        assert not key.isVisible() or key.height() >= key.minimumSizeHint().height()


def test_every_word_of_the_keys_is_translated() -> None:
    from app.core.words import speaking
    from app.features.bench.offers import TOOL_WORDS

    with speaking(Language.ZH):
        assert all(_(word) != word for word in TOOL_WORDS.values())
