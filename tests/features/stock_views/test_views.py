"""Views of the stock: each figure against a plain sum, the workbook, the page in both languages, the papers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from app.core.enums import AbcClass, Command, PaperKind, PaperSize, Role, ScrapReason
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity
from app.core.rights import FOUNDER
from app.core.words import Language
from app.features.printing.service import PrintingService
from app.features.stock.ledger import goods_in, goods_out, on_orders
from app.features.stock.ledger.parts import part_to_move
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry
from app.features.stock_views.asking import figures_of, read_number, report_number
from app.features.stock_views.page import StockViewsPage
from app.features.stock_views.service import StockViews
from app.features.stock_views.snapshots import Figures, StockFilter, StockState, View
from app.features.stock_views.workbook import workbook
from app.model import OrderLine
from tests.features.conftest import Shop, open_shop, take_in
from tests.features.page_tools import Papers, desk_of, english_left, speaking_each
from tests.papers.conftest import Proof


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Four parts: used, dear and still, consigned, never there. Two months ago they came, last month one was used."""
    shop = open_shop(tmp_path_factory.mktemp("views") / "shop")
    stock = StockService(shop.store)
    ids = {}
    for name, more in {
        "电容": {
            "category": "cooling",
            "brand": "美的",
            "sale_price": Money.yuan(20),
            "minimum": Quantity.of(9),
        },
        "主板": {"category": "cooling", "brand": "海尔", "sale_price": Money.yuan(400)},
        "铺底板": {"brand": "海尔", "consign_price": Money.yuan(90)},
        "没有": {"minimum": Quantity.of(1)},
    }.items():
        ids[name] = stock.save_part(shop.ctx(), None, None, PartEntry(name, "个", **more)).row.id  # type: ignore[arg-type]
    now = shop.clock.now()
    shop.clock.set(now - timedelta(days=62))
    move(shop, lambda tx, part: goods_in.receive(tx, part, Quantity.of(8), Money(8001)), ids["电容"])
    move(shop, lambda tx, part: goods_in.receive(tx, part, Quantity.of(2), Money.yuan(500)), ids["主板"])
    move(shop, lambda tx, part: goods_in.consign_in(tx, part, Quantity.of(3)), ids["铺底板"])
    shop.clock.set(now - timedelta(days=30))
    order = take_in(shop)
    use(shop, order.id, ids["电容"], 3)
    shop.clock.set(now)
    move(
        shop,
        lambda tx, part: goods_out.scrap(tx, part, Quantity.of(1), ScrapReason.BROKEN, "摔"),
        ids["电容"],
    )
    yield shop
    shop.close()


def move(shop: Shop, act: Callable[[Any, Any], object], part_id: int) -> None:
    with shop.store.write(Command.RECEIVE_PART, shop.ctx()) as tx:
        act(tx, part_to_move(tx, part_id))


def use(shop: Shop, order_id: int, part_id: int, count: int) -> None:
    from app.core.enums import LineKind, Payer

    with shop.store.write(Command.ADD_PART, shop.ctx()) as tx:
        line = OrderLine(
            order_id=order_id,
            kind=LineKind.PART,
            part_id=part_id,
            description="电容",
            quantity=Quantity.of(count),
            unit_price=Money.yuan(20),
            amount=Money.yuan(20 * count),
            payer=Payer.CUSTOMER,
            created_at=tx.now,
        )
        tx.session.add(line)
        tx.session.flush()
        on_orders.use(tx, part_to_move(tx, part_id), Quantity.of(count), order_id, line.id)


@pytest.fixture
def views(stocked: Shop) -> StockViews:
    return StockViews(stocked.store)


def names(figures: Figures) -> list[object]:
    return [row.cells[1] for row in figures.rows]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (StockFilter(), ["没有", "铺底板", "主板", "电容"]),
        (StockFilter(state=StockState.HELD), ["主板", "电容"]),
        (StockFilter(state=StockState.SHORT), ["没有", "电容"]),
        (StockFilter(state=StockState.NONE), ["没有"]),
        (StockFilter(state=StockState.CONSIGNED), ["铺底板"]),
        (StockFilter(category="cooling", brand="海尔"), ["主板"]),
        (StockFilter(place_id=1), ["铺底板", "主板", "电容"]),
        (StockFilter(place_id=99), []),
        (StockFilter(abc=AbcClass.A), []),
    ],
)
def test_the_list_is_filtered_and_summed(views: StockViews, wanted: StockFilter, found: list[str]) -> None:
    figures = views.stock_figures(FOUNDER, wanted)
    assert names(figures) == found
    assert figures.count == len(found)
    for at in (8, 9):
        assert figures.sums[at] == Money(sum(row.cells[at].fen for row in figures.rows))  # type: ignore[union-attr]
    # Page by page it is the same.
    first = views.stock_list(FOUNDER, wanted, limit=1)
    rest = views.stock_list(FOUNDER, wanted, first[-1].id) if first else ()
    assert (*first, *rest) == figures.rows


def test_value_on_a_past_day_is_what_it_was(stocked: Shop, views: StockViews) -> None:
    today = views.today
    assert views.value_on(FOUNDER, date(2020, 1, 1)) == ZERO
    assert views.value_on(FOUNDER, today - timedelta(days=62)) == Money(8001 + 50000)
    # Three of eight at 80.01: 30.00 to the fen; one of the five that were left.
    assert views.value_on(FOUNDER, today - timedelta(days=30)) == Money(8001 - 3000 + 50000)
    assert views.value_on(FOUNDER, today) == Money(5001 - 1000 + 50000)
    assert views.value_on(FOUNDER, today) == views.stock_figures(FOUNDER, StockFilter()).sums[8]


def test_dead_stock_is_what_has_not_moved(views: StockViews) -> None:
    figures = views.dead(FOUNDER, 1)
    assert names(figures) == ["主板"]
    assert figures.sums[5] == Money.yuan(500)
    assert names(views.dead(FOUNDER, 3)) == []
    for months in (0, 61):
        with pytest.raises(Refusal) as refused:
            views.dead(FOUNDER, months)
        assert refused.value.reason is Reason.OUT_OF_RANGE


def test_movers_by_use_and_by_how_long_the_stock_lasts(views: StockViews) -> None:
    fast = views.movers(FOUNDER, View.FAST, 3)
    assert names(fast) == ["电容"]
    assert fast.rows[0].cells[4:] == (Quantity.of(3), Money(3000), Quantity.of(4), Money(4001), 4)
    assert names(views.movers(FOUNDER, View.SLOW, 3)) == ["主板", "电容"]


def test_usage_by_month_names_every_month(stocked: Shop, views: StockViews) -> None:
    figures = views.usage(FOUNDER, 4)
    assert [row.cells[0] for row in figures.rows] == ["2026-08", "2026-09", "2026-10", "2026-11"]
    assert [row.cells[1] for row in figures.rows] == [ZERO, ZERO, Money(3000), ZERO]
    assert [row.cells[2] for row in figures.rows] == [ZERO, Money(58001), ZERO, ZERO]
    assert figures.sums[3] == views.value_on(FOUNDER, views.today)


def test_classes_and_their_curve(views: StockViews) -> None:
    figures = views.abc(FOUNDER)
    assert [row.cells[1] for row in figures.rows] == [1, 0, 3]
    assert figures.rows[0].cells[2:4] == (Money(3000), "100.0 %")
    curve = views.curve(FOUNDER)
    assert (curve.a_to, curve.b_to, curve.total) == (250, 250, Money(3000))
    assert [(point.parts, point.value) for point in curve.points] == [
        (0, 0), (250, 1000), (500, 1000), (750, 1000), (1000, 1000),
    ]  # fmt: skip


def test_an_empty_shop_has_empty_views(shop: Shop) -> None:
    views = StockViews(shop.store)
    for view in View:
        figures = figures_of(views, FOUNDER, view, StockFilter(), 12, whole=True)
        assert all(not isinstance(cell, Money) or cell == ZERO for row in figures.rows for cell in row.cells)
    assert views.curve(FOUNDER).points == ()


@pytest.mark.parametrize("view", list(View))
def test_each_view_is_a_workbook_of_numbers(views: StockViews, view: View) -> None:
    figures = figures_of(views, FOUNDER, view, StockFilter(), 12, whole=True)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook(figures))).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert len(rows) == 1 + len(figures.rows) + (1 if figures.sums else 0)
    for written, row in zip(rows[1:], figures.rows, strict=False):
        for cell, value in zip(written, row.cells, strict=False):
            if isinstance(value, Money):
                assert cell == value.fen / 100


@pytest.mark.parametrize(
    ("view", "wanted"),
    [
        (View.LIST, StockFilter("cooling", "A&B=?", 3, AbcClass.B, StockState.SHORT)),
        (View.LIST, StockFilter()),
        (View.DEAD, StockFilter()),
    ],
)
def test_a_report_is_asked_for_in_a_line(view: View, wanted: StockFilter) -> None:
    assert read_number(report_number(view, wanted, 12)) == (view, wanted, 12)


@pytest.mark.parametrize("text", ["", "stock", "list?abc=Z", "list?place=x", "dead?months=²"])
def test_a_report_that_is_none_is_not_found(text: str) -> None:
    with pytest.raises(Refusal):
        read_number(text)


# -- papers ------------------------------------------------------------------------------------------------


def test_the_stock_report_says_its_lines_and_sums(stocked: Shop) -> None:
    printing = PrintingService(stocked.store)
    for number, says in (("list?state=held", "540.01"), ("abc", "30.00"), ("usage?months=3", "580.01")):
        paper = Proof(
            printing.pdf_without_booking(FOUNDER, PaperKind.STOCK_REPORT, number, None, Language.EN)
        )
        assert says in paper.text
    with pytest.raises(Refusal):
        printing.pdf_without_booking(FOUNDER, PaperKind.STOCK_REPORT, "dead?months=99")


def test_labels_of_several_parts_from_a_place_of_the_sheet(stocked: Shop) -> None:
    printing = PrintingService(stocked.store)
    sheet = Proof(printing.pdf_without_booking(FOUNDER, PaperKind.PART_LABELS, "P00001=20&P00002=2&start=5"))
    # Twenty on the first sheet, two on the second.
    assert len(sheet) == 2
    assert len(sheet.codes()) == 22
    assert len(set(sheet.codes())) == 2
    roll = printing.pdf_without_booking(
        FOUNDER, PaperKind.PART_LABELS, "P00001=2&P00002=1", PaperSize.LABEL_40X30, Language.ZH
    )
    assert len(Proof(roll)) == 3
    for number, reason in (
        ("P00001=0", Reason.NOT_FOUND),
        ("P9=1", Reason.NOT_FOUND),
        ("start=3", Reason.NOT_FOUND),
        ("P00001=1&start=25", Reason.OUT_OF_RANGE),
        ("P00001=9999", Reason.TOO_MANY_ENTRIES),
    ):
        with pytest.raises(Refusal) as refused:
            printing.look(FOUNDER, PaperKind.PART_LABELS, number)
        assert refused.value.reason is reason


# -- the page ----------------------------------------------------------------------------------------------


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


@pytest.fixture
def page(stocked: Shop, qtbot: QtBot, language: Language) -> StockViewsPage:
    stock = StockService(stocked.store)
    papers = Papers()
    made = StockViewsPage(StockViews(stocked.store), stock.catalogue, desk_of(stocked, Role.OWNER, papers))
    qtbot.addWidget(made)
    made.resize(1270, 640)
    made.show()
    made.come_to_front()
    qtbot.waitUntil(lambda: made.figures is not None)
    return made


def show(page: StockViewsPage, qtbot: QtBot, view: View) -> Figures:
    page.view.set_value(view)
    page.refresh()
    qtbot.waitUntil(lambda: page.figures is not None and page.figures.view is view)
    assert page.figures is not None
    return page.figures


def test_every_view_is_shown_in_the_language(page: StockViewsPage, qtbot: QtBot, language: Language) -> None:
    assert page.worth.text()
    for view in View:
        show(page, qtbot, view)
        assert page.sums.text() or view in (View.FAST, View.SLOW, View.DEAD)
        assert not page.grab().isNull()
    if language is Language.ZH:
        assert english_left(page, "ABC Excel A B C P") == []


def test_filters_and_the_report_go_together(page: StockViewsPage, qtbot: QtBot) -> None:
    page.state.set_value(StockState.SHORT)
    page.refresh()
    qtbot.waitUntil(lambda: page.figures is not None and page.figures.count == 2)
    page.print_paper()
    papers = page.desk.papers
    assert isinstance(papers, Papers)
    assert papers.previewed == [(PaperKind.STOCK_REPORT, "list?state=short")]


def test_a_view_is_written_to_excel(
    page: StockViewsPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "库存"
    monkeypatch.setattr("app.ui.saving.QFileDialog.getSaveFileName", lambda *_a: (str(file), ""))
    said: list[object] = []
    page.said.connect(said.append)
    page.export()
    qtbot.waitUntil(lambda: bool(said))
    assert (tmp_path / "库存.xlsx").read_bytes().startswith(b"PK")
