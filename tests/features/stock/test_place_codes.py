"""A place's label scanned: on the parts list, in the form that moves a part, at a stocktake, and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.core.codes import CodeKind, parse, running_code
from app.core.enums import CountKind, PlaceKind, Role
from app.core.errors import Reason, Refusal
from app.core.money import Money, Quantity
from app.core.words import Language
from app.features.counting.page import CountingPage
from app.features.counting.service import Counting
from app.features.stock.page import PartsPage
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry, PartRow
from app.ui.form_dialog import FormDialog
from tests.features.conftest import Shop
from tests.features.page_tools import Forms, Papers, desk_of, speaking_each

TWO = Quantity.of(2)


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Forms:
    return Forms(monkeypatch)


@pytest.fixture
def stock(shop: Shop) -> StockService:
    return StockService(shop.store)


def part(shop: Shop, stock: StockService, name: str) -> PartRow:
    row = stock.save_part(shop.ctx(), None, None, PartEntry(name, "只")).row
    return stock.receive(shop.ctx(), row.id, Quantity.of(5), Money.yuan(10)).row


def van(shop: Shop, stock: StockService) -> int:
    places = stock.shelf.save_place(shop.ctx(), None, PlaceKind.VAN, "面包车")
    return next(each.id for each in places if each.kind is PlaceKind.VAN)


def code(place_id: int) -> str:
    return running_code(CodeKind.LOCATION, place_id)


def test_the_parts_list_shows_what_lies_there(
    shop: Shop, stock: StockService, qtbot: QtBot, language: Language
) -> None:
    away, here = part(shop, stock, "压缩机"), part(shop, stock, "风扇")
    place = van(shop, stock)
    stock.shelf.transfer(shop.ctx(), away.id, Quantity.of(5), 1, place)
    page = PartsPage(stock, desk_of(shop, Role.OWNER, Papers()))
    qtbot.addWidget(page)
    page.show()
    page.come_to_front()
    page.search.set_value("风")
    assert page.take_scan(parse(code(place)))
    assert [row.id for row in page.list.rows()] == [away.id]
    assert "面包车" in page.place_chip.text()
    assert not page.search.value()
    assert page.take_scan(parse(code(1)))
    assert [row.id for row in page.list.rows()] == [here.id]
    assert page.back()
    assert len(page.list.rows()) == 2
    assert page.place_chip.isHidden()
    page.take_scan(parse(code(place)))
    page.search.set_value("风扇")
    page._load()
    assert [row.id for row in page.list.rows()] == [here.id]
    with pytest.raises(Refusal):
        page.take_scan(parse(code(99)))


def test_pages_of_a_place_go_on_where_they_ended(shop: Shop, stock: StockService) -> None:
    rows = [part(shop, stock, f"件{at}") for at in range(3)]
    first = stock.parts_there(1, limit=2)
    assert [row.id for row in first.rows] == [rows[2].id, rows[1].id]
    rest = stock.parts_there(1, first.next_key, 2)
    assert ([row.id for row in rest.rows], rest.next_key) == ([rows[0].id], None)


def test_a_scanned_place_is_where_the_part_goes(
    shop: Shop, stock: StockService, qtbot: QtBot, forms: Forms, language: Language
) -> None:
    row, place = part(shop, stock, "压缩机"), van(shop, stock)
    gone = max(each.id for each in stock.shelf.save_place(shop.ctx(), None, PlaceKind.SHELF, "旧架"))
    stock.shelf.save_place(shop.ctx(), gone, PlaceKind.SHELF, "旧架", active=False)
    page = PartsPage(stock, desk_of(shop, Role.OWNER, Papers()))
    qtbot.addWidget(page)
    page.part.show_part(row.id)

    def answer(form: FormDialog) -> None:
        assert form.take_scan(parse(code(gone)))
        assert form.banner.text()
        assert form.take_scan(parse(code(place)))
        assert not form.banner.text()
        assert not form.take_scan(parse(running_code(CodeKind.TOOL, 1)))
        form.try_it()

    forms.answer(answer)
    page.goods.transfer()
    lies = {each.place.id for each in stock.shelf.stock_of(row.id).places}
    assert lies == {1, place}


def test_a_stocktake_of_the_scanned_place_is_opened_or_begun(
    shop: Shop, stock: StockService, qtbot: QtBot, forms: Forms, language: Language
) -> None:
    row, place = part(shop, stock, "压缩机"), van(shop, stock)
    stock.shelf.transfer(shop.ctx(), row.id, TWO, 1, place)
    counting = Counting(shop.store)
    page = CountingPage(counting, stock.shelf, desk_of(shop, Role.LEAD, Papers()))
    qtbot.addWidget(page)
    page.come_to_front()
    forms.answer(lambda form: form.try_it())
    assert page.take_scan(parse(code(place)))
    assert page.shown is not None
    assert (page.shown.kind, page.shown.place, page.shown.lines) == (CountKind.PLACE, "面包车", 1)
    assert page.take_scan(parse(code(place)))
    assert len(counting.page()) == 1
    helper = CountingPage(counting, stock.shelf, desk_of(shop, Role.TECHNICIAN, Papers()))
    qtbot.addWidget(helper)
    with pytest.raises(Refusal) as refused:
        helper.take_scan(parse(code(1)))
    assert refused.value.reason is Reason.PLACE_CODE
