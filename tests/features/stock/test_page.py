"""The parts page in both languages: search, record, add, edit, goods in, count, label, scans."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.core import formats
from app.core.codes import parse
from app.core.enums import PaperKind, Role
from app.core.money import Money, Quantity
from app.core.words import Language, _
from app.features.stock.page import PartsPage
from app.features.stock.part_form import PartForm
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartCard, PartEntry
from app.ui.form_dialog import FormDialog
from tests.features.conftest import Shop
from tests.features.page_tools import Forms, Papers, desk_of, english_left, fill, speaking_each


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


@pytest.fixture
def stock(shop: Shop) -> StockService:
    return StockService(shop.store)


@pytest.fixture
def papers() -> Papers:
    return Papers()


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Forms:
    return Forms(monkeypatch)


def page_of(shop: Shop, stock: StockService, qtbot: QtBot, papers: Papers, role: Role) -> PartsPage:
    page = PartsPage(stock, desk_of(shop, role, papers))
    qtbot.addWidget(page)
    page.resize(1270, 640)
    page.show()
    page.come_to_front()
    return page


@pytest.fixture
def page(shop: Shop, stock: StockService, papers: Papers, qtbot: QtBot, language: Language) -> PartsPage:
    return page_of(shop, stock, qtbot, papers, Role.OWNER)


def add(shop: Shop, stock: StockService, name: str = "压缩机", **more: object) -> PartCard:
    return stock.save_part(shop.ctx(), None, None, PartEntry(name, "只", **more))  # type: ignore[arg-type]


def banner(dialog: FormDialog) -> str:
    return dialog.banner.text()


def texts(page: PartsPage) -> str:
    return "\n".join(each.text() for each in page.part.findChildren(QLabel))


def test_an_empty_list_offers_the_first_part(page: PartsPage, forms: Forms, stock: StockService) -> None:
    offer = next(each for each in page.list.findChildren(QPushButton) if each.isVisible())

    def type_it(dialog: FormDialog) -> None:
        fill(dialog, "启动电容", None, "个", "18.5")
        dialog.try_it()

    forms.answer(type_it)
    offer.click()
    (row,) = stock.parts_page().rows
    assert (row.name, row.unit, row.sale_price, row.number) == ("启动电容", "个", Money(1850), "P00001")
    # What was added is what one goes on with.
    assert page.part.card is not None
    assert page.part.card.row.id == row.id


def test_what_a_form_lacks_is_said_in_it_and_typed_text_stays(
    page: PartsPage, forms: Forms, stock: StockService
) -> None:
    def wrong_then_right(dialog: FormDialog) -> None:
        fill(dialog, "  ", "X-1", "", "abc")
        dialog.try_it()
        assert dialog.result() == 0
        assert stock.parts_page().rows == ()
        fill(dialog, "水泵", None, "台", "66")
        dialog.try_it()

    forms.answer(wrong_then_right)
    page.add_part()
    assert [(row.name, row.number) for row in stock.parts_page().rows] == [("水泵", "X-1")]


def test_a_taken_number_is_refused_in_the_form(
    page: PartsPage, shop: Shop, forms: Forms, stock: StockService
) -> None:
    add(shop, stock, number="A-1")
    said: list[str] = []

    def type_it(dialog: FormDialog) -> None:
        fill(dialog, "水泵", "a-1", "台")
        dialog.try_it()
        said.append(banner(dialog))

    forms.answer(type_it)
    page.add_part()
    assert "A-1" in said[0]
    assert len(stock.parts_page().rows) == 1


def test_enter_walks_through_every_field_and_saves_at_the_end(
    page: PartsPage, forms: Forms, stock: StockService, qtbot: QtBot
) -> None:
    def walk(dialog: FormDialog) -> None:
        dialog.show()
        fill(dialog, "门封条", None, "根")
        count = len(dialog.findChildren(QLineEdit))
        for _step in range(count + 2):
            if dialog.result():
                break
            focus = dialog.focusWidget()
            assert focus is not None
            qtbot.keyClick(focus, Qt.Key.Key_Return)

    forms.answer(walk)
    page.add_part()
    assert [row.name for row in stock.parts_page().rows] == ["门封条"]


def test_editing_starts_from_what_is_kept(
    page: PartsPage, shop: Shop, forms: Forms, stock: StockService
) -> None:
    card = add(
        shop, stock, number="A-1", sale_price=Money(1234), location="乙4", minimum=Quantity.of(2),
        category="cooling", barcodes=("6901234567892",),
    )  # fmt: skip
    page.open_with(card.row.id)
    forms.answer(lambda dialog: dialog.try_it())
    page.edit_part()
    after = stock.part(card.row.id)
    assert after.row == card.row
    assert after.barcodes == card.barcodes


def test_two_hands_on_one_part_do_not_overwrite_each_other(
    page: PartsPage, shop: Shop, forms: Forms, stock: StockService
) -> None:
    card = add(shop, stock)
    page.open_with(card.row.id)
    said: list[str] = []

    def late(dialog: FormDialog) -> None:
        stock.save_part(shop.ctx(), card.row.id, card.version, PartEntry("别的名字", "只"))
        fill(dialog, "我的名字")
        dialog.try_it()
        said.append(banner(dialog))

    forms.answer(late)
    page.edit_part()
    assert said[0]
    assert stock.part(card.row.id).row.name == "别的名字"


def test_goods_in_and_count(page: PartsPage, shop: Shop, forms: Forms, stock: StockService) -> None:
    card = add(shop, stock)
    page.open_with(card.row.id)

    def receive(dialog: FormDialog) -> None:
        fill(dialog, "4", "100", "送货单 7")
        dialog.try_it()

    def count_without_a_reason(dialog: FormDialog) -> None:
        fill(dialog, "3", "")
        dialog.try_it()
        assert not dialog.result()
        fill(dialog, "3", "少一只")
        dialog.try_it()

    forms.answer(receive, count_without_a_reason)
    page.goods.receive()
    assert stock.part(card.row.id).row.on_hand == Quantity.of(4)
    assert formats.money(Money.yuan(25)) in texts(page)
    page.goods.count()
    after = stock.part(card.row.id)
    assert (after.row.on_hand, after.value) == (Quantity.of(3), Money.yuan(75))
    assert [move.note for move in after.moves.rows] == ["少一只", "送货单 7"]
    assert len(page.part.moves.rows()) == 2


def test_nothing_received_is_refused_and_nothing_moves(
    page: PartsPage, shop: Shop, forms: Forms, stock: StockService
) -> None:
    card = add(shop, stock)
    page.open_with(card.row.id)
    before = shop.fingerprint()

    def nothing(dialog: FormDialog) -> None:
        fill(dialog, "0", "0")
        dialog.try_it()
        assert not dialog.result()

    forms.answer(nothing)
    page.goods.receive()
    assert shop.fingerprint() == before


def test_search_as_one_types_and_enter_goes_to_the_first(
    page: PartsPage, shop: Shop, stock: StockService, qtbot: QtBot
) -> None:
    pump = add(shop, stock, "水泵", number="SB-9")
    add(shop, stock, "压缩机", number="YS-1")
    page.refresh()
    qtbot.keyClicks(page.search.line, "sb")
    qtbot.waitUntil(lambda: [row.id for row in page.list.rows()] == [pump.row.id])
    qtbot.keyClick(page.search.line, Qt.Key.Key_Return)
    assert page.part.card is not None
    assert page.part.card.row.id == pump.row.id
    assert page.back()
    assert len(page.list.rows()) == 2
    assert not page.back()


def test_nothing_found_says_what_was_looked_for(page: PartsPage, shop: Shop, stock: StockService) -> None:
    add(shop, stock)
    page.search.set_value("没有的")
    page._load()
    assert any("没有的" in each.text() for each in page.list.findChildren(QLabel) if each.isVisible())


def test_further_rows_come_by_key(shop: Shop, stock: StockService, qtbot: QtBot) -> None:
    for at in range(120):
        add(shop, stock, f"备件{at}")
    page = page_of(shop, stock, qtbot, Papers(), Role.COUNTER)
    assert len(page.list.rows()) == 100
    page.list.view.scrollToBottom()
    qtbot.waitUntil(lambda: len(page.list.rows()) == 120)


def test_our_label_and_a_makers_barcode_open_the_part(
    page: PartsPage, shop: Shop, stock: StockService
) -> None:
    card = add(shop, stock, barcodes=("6901234567892",))
    other = add(shop, stock, "别的")
    assert page.take_scan(parse(card.own_code))
    assert page.part.card is not None
    assert page.part.card.row.id == card.row.id
    assert page.take_scan(parse(other.own_code))
    assert page.take_scan(parse("6901234567892"))
    assert page.part.card.row.id == card.row.id
    assert not page.banner.text()


def test_a_foreign_code_is_refused_and_the_record_stays(
    page: PartsPage, shop: Shop, stock: StockService
) -> None:
    card = add(shop, stock)
    page.open_with(card.row.id)
    assert page.take_scan(parse("4006381333931"))
    assert "4006381333931" in page.banner.text()
    assert page.part.card is not None
    assert page.part.card.row.id == card.row.id


def test_an_orders_code_is_left_to_the_shell(page: PartsPage) -> None:
    from app.core.codes import order_code
    from tests.features.conftest import MORNING

    assert not page.take_scan(parse(order_code(MORNING.date(), 7)))


def test_the_label_is_previewed(page: PartsPage, shop: Shop, stock: StockService, papers: Papers) -> None:
    page.print_paper()
    assert papers.previewed == []
    card = add(shop, stock)
    page.open_with(card.row.id)
    page.print_paper()
    assert papers.previewed == [(PaperKind.PART_LABEL, card.row.number)]


@pytest.mark.parametrize(
    ("role", "visible"),
    [(Role.TECHNICIAN, [False] * 3), (Role.COUNTER, [True, True, False]), (Role.LEAD, [True] * 3)],
)
def test_nobody_sees_what_his_role_may_not_do(
    shop: Shop, stock: StockService, qtbot: QtBot, role: Role, visible: list[bool]
) -> None:
    card = add(shop, stock)
    page = page_of(shop, stock, qtbot, Papers(), role)
    page.open_with(card.row.id)
    shown = {each.text(): each.isVisible() for each in page.part.findChildren(QPushButton)}
    assert [shown[_("Goods in …")], shown[_("Edit …")], shown[_("Count …")]] == visible
    assert page.add_button.isVisible() is (role is not Role.TECHNICIAN)


def test_too_little_stock_is_marked_in_words(page: PartsPage, shop: Shop, stock: StockService) -> None:
    add(shop, stock, minimum=Quantity.of(1))
    add(shop, stock, active=False)
    page.refresh()
    assert _("Not in use") in page.list.model.row_text(0)
    assert _("Below minimum") in page.list.model.row_text(1)


def test_no_english_is_left_in_chinese(
    page: PartsPage, shop: Shop, stock: StockService, forms: Forms, language: Language
) -> None:
    card = add(shop, stock)
    stock.receive(shop.ctx(), card.row.id, Quantity.of(2), Money.yuan(3))
    page.refresh()
    page.open_with(card.row.id)
    forms.answer(*[lambda dialog: dialog.reject()] * 3)
    page.edit_part()
    page.goods.receive()
    page.goods.count()
    if language is Language.ZH:
        assert english_left(page) == []
        for dialog in forms.shown:
            assert english_left(dialog) == []


def test_the_form_reads_from_left_to_right(qtbot: QtBot, language: Language) -> None:
    form = PartForm(None)
    dialog = FormDialog("", form.rows, "", lambda: None)
    qtbot.addWidget(dialog)
    dialog.show()
    walked = [form.name.line]
    line = walked[0]
    while True:
        following = line.nextInFocusChain()
        while not isinstance(following, QLineEdit) or not takes_keys(following):
            following = following.nextInFocusChain()
        if following is walked[0]:
            break
        walked.append(following)
        line = following
    places = [each.mapTo(dialog, each.rect().topLeft()) for each in walked]
    half_a_field = walked[0].height() // 2
    for before, after in pairwise(places):
        same_row = abs(after.y() - before.y()) < half_a_field
        # In one row to the right, else to a row below: an editable list stands a pixel or two off its neighbours.
        assert after.x() > before.x() if same_row else after.y() > before.y()
    assert len(walked) >= 10


def takes_keys(line: QLineEdit) -> bool:
    """Fields of a kit are hidden in the form of a plain part."""
    return line.isVisible() and line.focusPolicy() != Qt.FocusPolicy.NoFocus
