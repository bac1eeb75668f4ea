"""The orders page in both languages: looks, pages by key, the record with its history and papers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.core import formats
from app.core.codes import parse
from app.core.enums import Command, PaperKind, Role, Status
from app.core.labels import label
from app.core.money import Money
from app.core.words import Language, _
from app.features.orders.correcting import Correcting
from app.features.orders.listing import OrderList
from app.features.orders.page import OrdersPage
from app.features.orders.service import OrdersService
from app.features.orders.snapshots import OrderFilter
from app.features.printing.service import PrintingService
from app.ui.form_dialog import FormDialog
from tests.features.conftest import Shop, take_in
from tests.features.handover.conftest import Counter, counter  # noqa: F401
from tests.features.page_tools import Papers, desk_of, english_left, speaking_each


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


def page_of(shop: Shop, qtbot: QtBot, papers: Papers, role: Role = Role.COUNTER) -> OrdersPage:
    page = OrdersPage(
        OrderList(lambda: shop.store),
        lambda: OrdersService(shop.store),
        lambda: Correcting(shop.store),
        lambda: PrintingService(shop.store),
        desk_of(shop, role, papers),
    )
    qtbot.addWidget(page)
    page.resize(1270, 640)
    page.show()
    page.come_to_front()
    QApplication.processEvents()
    return page


@pytest.fixture
def papers() -> Papers:
    return Papers()


@pytest.fixture
def page(shop: Shop, papers: Papers, qtbot: QtBot, language: Language) -> OrdersPage:
    return page_of(shop, qtbot, papers)


def texts(page: OrdersPage) -> str:
    QApplication.processEvents()  # the record is shown behind the list
    return "\n".join(each.text() for each in page.record.findChildren(QLabel))


def button(page: OrdersPage, word: str) -> QPushButton:
    QApplication.processEvents()
    return next(each for each in page.findChildren(QPushButton) if each.text() == word)


def test_each_look_has_a_key_and_an_empty_face_of_its_own(page: OrdersPage, qtbot: QtBot) -> None:
    page.list.setFocus()
    said = set()
    for key in "12345":
        qtbot.keyClick(page.list.view, key)
        said |= {each.text() for each in page.list.findChildren(QLabel) if each.isVisible() and each.text()}
    assert len(said) == 5


def test_a_number_key_shows_the_look_and_marks_its_button(page: OrdersPage, shop: Shop, qtbot: QtBot) -> None:
    open_one = take_in(shop, status=Status.REPAIRING)
    gone = take_in(shop, status=Status.DELIVERED)
    page.refresh()
    assert [row.id for row in page.list.rows()] == [open_one.id]
    qtbot.keyClick(page, Qt.Key.Key_5)
    assert [row.id for row in page.list.rows()] == [gone.id, open_one.id]
    assert [each.text()[0] for each in page.findChildren(QPushButton) if each.isChecked()] == ["5"]
    page.show_look(OrderFilter.OPEN)
    assert [each.text()[0] for each in page.findChildren(QPushButton) if each.isChecked()] == ["1"]


def test_further_rows_come_by_key_as_the_list_is_scrolled(shop: Shop, qtbot: QtBot) -> None:
    for _at in range(130):
        take_in(shop)
    page = page_of(shop, qtbot, Papers())
    assert len(page.list.rows()) == 100
    page.list.view.scrollToBottom()
    qtbot.waitUntil(lambda: len(page.list.rows()) == 130)
    ids = [row.id for row in page.list.rows()]
    assert ids == sorted(set(ids), reverse=True)


def test_the_record_tells_who_what_and_what_happened(
    page: OrdersPage,
    counter: Counter,  # noqa: F811
) -> None:
    card = counter.ready(deposit=Money.yuan(100))
    page.show_look(OrderFilter.OPEN)
    page.list.select_first()
    said = texts(page)
    for expected in (
        card.number,
        "王丽华",
        "138 0013 8000",
        "不制冷",
        "更换压缩机",
        formats.money(Money.yuan(420)),
        formats.money(Money.yuan(320)),
        label(Status.READY),
        _("History"),
        counter.shop.people[Role.TECHNICIAN].name,
    ):
        assert expected in said, expected


def test_moments_are_the_shops_own(shop: Shop, qtbot: QtBot) -> None:
    order = take_in(shop)
    with shop.store.write(Command.EDIT_ORDER, shop.ctx()) as tx:
        # 23:30 UTC is the next morning in the shop.
        tx.order(order.id, None).promised_at = tx.now.replace(hour=23, minute=30)
    page = page_of(shop, qtbot, Papers())
    assert "11-23" in page.list.model.row_text(0)
    page.list.select_first()
    assert "2026-11-23 07:30" in texts(page)


def test_going_on_leads_to_the_room_where_the_work_is(page: OrdersPage, shop: Shop, qtbot: QtBot) -> None:
    rooms: list[tuple[str, int]] = []
    page.wants.connect(lambda key, order_id: rooms.append((key, order_id)))
    ready, working = take_in(shop, status=Status.READY), take_in(shop, status=Status.REPAIRING)
    page.refresh()
    page.list.select_first()
    qtbot.keyClick(page.list.view, Qt.Key.Key_Return)
    page.open_with(ready.id)
    button(page, _("Go on with it")).click()
    assert rooms == [("bench", working.id), ("handover", ready.id)]


@pytest.mark.parametrize(
    ("role", "status", "visible"),
    [
        (Role.COUNTER, Status.READY, True),
        (Role.TECHNICIAN, Status.READY, False),
        (Role.TECHNICIAN, Status.REPAIRING, True),
        (Role.OWNER, Status.DELIVERED, False),
    ],
)
def test_nobody_is_led_to_a_room_he_may_not_enter(
    shop: Shop, qtbot: QtBot, role: Role, status: Status, visible: bool
) -> None:
    order = take_in(shop, status=status)
    page = page_of(shop, qtbot, Papers(), role)
    page.open_with(order.id)
    assert button(page, _("Go on with it")).isVisible() is visible


def test_the_menu_offers_every_paper_the_order_has(
    page: OrdersPage,
    counter: Counter,  # noqa: F811
    papers: Papers,
) -> None:
    card = counter.ready(deposit=Money.yuan(100))
    counter.settle(card)
    page.open_with(card.id)
    menu = page.record.papers_menu()
    for action in menu.actions():
        action.trigger()
    kinds = [kind for kind, _number in papers.previewed]
    assert kinds == [
        PaperKind.PICKUP_RECEIPT,
        PaperKind.REPAIR_CARD,
        PaperKind.DEVICE_LABEL,
        PaperKind.INVOICE,
        PaperKind.PAYMENT_RECEIPT,
        PaperKind.PAYMENT_RECEIPT,
    ]
    assert all(label(kind) in action.text() for kind, action in zip(kinds, menu.actions(), strict=True))


def test_a_scanned_card_is_picked_if_the_list_shows_it(page: OrdersPage, shop: Shop) -> None:
    order, other = take_in(shop), take_in(shop, status=Status.DELIVERED)
    page.refresh()
    assert page.take_scan(parse(order.card_code))
    assert page.list.current().id == order.id
    # What the list does not show is the shell's to route.
    assert not page.take_scan(parse(other.card_code))


def test_an_order_that_is_gone_is_said_in_the_banner(page: OrdersPage) -> None:
    assert not page.run(lambda: page.record.show_order(404))
    assert page.banner.text()


def test_an_order_that_was_asked_for_stays_shown_whether_the_list_has_it_or_not(
    page: OrdersPage, shop: Shop
) -> None:
    """The finder opens a page and gives it the focus: a list that gets it picks its first row."""
    gone = take_in(shop, status=Status.DELIVERED)
    older = take_in(shop)
    newest = take_in(shop)
    page.refresh()

    def opened(order_id: int) -> str:
        page.open_with(order_id)
        focus = page.first_focus()
        if focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        return texts(page)

    assert page.list.current() is None or page.list.current().id == newest.id
    assert gone.number in opened(gone.id)
    assert (page.first_focus(), page.list.current()) == (None, None)
    assert older.number in opened(older.id)
    assert page.first_focus() is page.list.view
    assert page.list.current().id == older.id
    assert gone.number in opened(gone.id)
    # Who then goes into the list picks again.
    page.list.select_first()
    assert newest.number in texts(page)
    assert page.first_focus() is page.list.view


def test_another_hands_move_is_shown_without_losing_the_place(page: OrdersPage, shop: Shop) -> None:
    take_in(shop)
    order = take_in(shop, status=Status.RECEIVED)
    take_in(shop)
    page.refresh()
    page.list.select(order.id)
    shop.clock.advance(timedelta(minutes=1))
    with shop.store.write(Command.EDIT_ORDER, shop.ctx()) as tx:
        tx.order(order.id, None).status = Status.REPAIRING
    page.stale()
    assert page.list.current().id == order.id
    assert label(Status.REPAIRING) in texts(page)


def test_no_english_is_left_in_chinese(page: OrdersPage, counter: Counter, language: Language) -> None:  # noqa: F811
    counter.settle(counter.ready(deposit=Money.yuan(100)))
    page.show_look(OrderFilter.ALL)
    page.list.select_first()
    QApplication.processEvents()
    if language is Language.ZH:
        menu = page.record.papers_menu()
        assert english_left(page) == []
        assert english_left(menu) == []
        assert not any(set("abcdefghij") & set(action.text()) for action in menu.actions())


@pytest.mark.parametrize("width", [1024, 1270])
def test_the_device_column_stays_readable(page: OrdersPage, shop: Shop, width: int, qtbot: QtBot) -> None:
    take_in(shop)
    page.resize(width, 640)
    page.refresh()
    at = [column.key for column in page.list.model.columns].index("device")
    qtbot.waitUntil(lambda: page.list.view.columnWidth(at) >= 150)
    assert page.list.view.horizontalScrollBar().maximum() == 0


def test_what_was_written_down_is_put_right_from_the_record(
    shop: Shop, qtbot: QtBot, papers: Papers, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    order = take_in(shop, fault="不通电")
    page = page_of(shop, qtbot, papers)
    page.open_with(order.id)
    asked: list[FormDialog] = []

    def fill_in(dialog: FormDialog) -> bool:
        asked.append(dialog)
        qtbot.addWidget(dialog)
        dialog.show()
        assert not english_left(dialog) or language is Language.EN
        fault = dialog.findChild(QPlainTextEdit)
        assert fault is not None
        fault.setPlainText("按键失灵")
        dialog.try_it()
        return bool(dialog.result())

    monkeypatch.setattr(FormDialog, "exec", fill_in)
    page.record.correct()
    page.refresh()
    assert len(asked) == 1
    assert "按键失灵" in texts(page)


def test_only_the_counter_corrects_and_only_what_is_open(shop: Shop, qtbot: QtBot, papers: Papers) -> None:
    order = take_in(shop)
    page_of(shop, qtbot, papers).open_with(order.id)
    bench = page_of(shop, qtbot, papers, Role.TECHNICIAN)
    bench.open_with(order.id)
    assert not button(bench, _("Correct …")).isVisible()
