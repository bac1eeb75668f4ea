"""Goods of a part on its page: pieces by number, places, moves between them, scrap, returns; the card of a piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.core import codes
from app.core.codes import CodeKind, running_code
from app.core.enums import MoveKind, PaperKind, PlaceKind, Role, ScrapReason, SerialState
from app.core.errors import Reason, Refusal
from app.core.money import ONE, Money, Quantity
from app.core.words import Language
from app.features.printing.forms_of_shelves import place_label
from app.features.printing.forms_of_shop import part_label
from app.features.stock.page import PartsPage
from app.features.stock.piece_view import PieceView, where_words
from app.features.stock.places_dialog import PlacesDialog
from app.features.stock.scans import serial_code
from app.features.stock.service import StockService
from app.features.stock.snapshots import KitEntry, PartEntry, PartRow
from app.ui.fields import ChipGroup, TextField
from tests.features.page_tools import Forms, Papers, desk_of, fill, speaking_each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from app.ui.form_dialog import FormDialog
    from tests.features.conftest import Shop

TWO = Quantity.of(2)


@pytest.fixture
def stock(shop: Shop) -> StockService:
    return StockService(shop.store)


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Forms:
    return Forms(monkeypatch)


def part_of(shop: Shop, stock: StockService, *serials: str, on_hand: int = 0) -> PartRow:
    entry = PartEntry("变频板", "块", sale_price=Money.yuan(260), serialised=bool(serials))
    row = stock.save_part(shop.ctx(), None, None, entry).row
    many = len(serials) or on_hand
    if many:
        stock.receive(shop.ctx(), row.id, Quantity.of(many), Money.yuan(100 * many), serials=serials)
    return row


def page_of(shop: Shop, stock: StockService, qtbot: QtBot, papers: Papers | None = None) -> PartsPage:
    page = PartsPage(stock, desk_of(shop, Role.OWNER, papers or Papers()))
    qtbot.addWidget(page)
    return page


def test_pieces_are_received_by_their_numbers(
    shop: Shop, stock: StockService, qtbot: QtBot, forms: Forms, language: Language
) -> None:
    row = part_of(shop, stock, "SN-1")
    page = page_of(shop, stock, qtbot)
    page.open_with(row.id)

    def answer(dialog: FormDialog) -> None:
        (numbers,) = dialog.findChildren(TextField)
        numbers.set_value("SN-2\nSN-1")
        fill(dialog, "200")
        dialog.try_it()
        assert "SN-1" in dialog.banner.text()
        numbers.set_value("SN-2\n SN-3 \n")
        dialog.try_it()

    forms.answer(answer)
    page.goods.receive()
    assert {each.serial for each in stock.shelf.pieces(row.id)} == {"SN-1", "SN-2", "SN-3"}
    assert stock.part(row.id).value == Money.yuan(300)


def test_a_count_of_pieces_finds_the_missing_one(shop: Shop, stock: StockService) -> None:
    row = part_of(shop, stock, "SN-1", "SN-2")
    with pytest.raises(Refusal) as error:
        stock.adjust(shop.ctx(), row.id, ONE, "", serials=("SN-2",))
    assert error.value.reason is Reason.NOTE_REQUIRED
    stock.adjust(shop.ctx(), row.id, ONE, "找不到", serials=("SN-2",))
    (gone, _here) = sorted(stock.shelf.all_pieces(row.id), key=lambda each: each.serial)
    assert (gone.serial, gone.state) == ("SN-1", SerialState.LOST)


def test_the_card_of_a_scanned_piece(
    shop: Shop, stock: StockService, qtbot: QtBot, language: Language
) -> None:
    row = part_of(shop, stock, "SN-1")
    (piece,) = stock.shelf.pieces(row.id)
    papers = Papers()
    page = page_of(shop, stock, qtbot, papers)
    assert page.take_scan(codes.parse(serial_code(piece.id)))
    assert page.part.card is not None
    assert page.part.card.row.id == row.id
    view = page.findChild(PieceView)
    assert view is not None
    card = stock.shelf.piece(piece.id)
    assert view.now.text() == where_words(card, stock.zone)
    assert [each.kind for each in card.moves] == [MoveKind.RECEIVE]
    view.print_label()
    assert papers.previewed[-1] == (PaperKind.PART_LABEL, card.code)
    view.close()


def test_labels_of_pieces_and_places(shop: Shop, stock: StockService) -> None:
    row = part_of(shop, stock, "SN-1")
    (piece,) = stock.shelf.pieces(row.id)
    with shop.store.read() as reading:
        label, _order = part_label(reading, shop.store, serial_code(piece.id))
        assert (label.number, label.barcode) == ("SN-1", serial_code(piece.id))
        place, _order = place_label(reading, shop.store, running_code(CodeKind.LOCATION, 1))
        assert (place.code, place.kind, place.main) == (
            running_code(CodeKind.LOCATION, 1),
            PlaceKind.SHELF,
            True,
        )
        with pytest.raises(Refusal):
            place_label(reading, shop.store, running_code(CodeKind.LOCATION, 9999))
        with pytest.raises(Refusal):
            part_label(reading, shop.store, serial_code(9999))


def test_places_are_added_renamed_and_put_out_of_use(
    shop: Shop, stock: StockService, qtbot: QtBot, forms: Forms, language: Language
) -> None:
    dialog = PlacesDialog(stock.shelf, desk_of(shop, Role.OWNER, Papers()))
    qtbot.addWidget(dialog)
    forms.answer(lambda form: (fill(form, "面包车"), form.try_it()))
    dialog.add()
    assert dialog.table.current().title == "面包车"
    forms.answer(lambda form: (fill(form, "小货车"), form.try_it()))
    dialog.rename()
    dialog.turn()
    row = dialog.table.current()
    assert (row.title, row.active) == ("小货车", False)
    dialog.table.select_first()
    dialog.turn()
    assert dialog.banner.text()
    assert dialog.table.current().active


def test_goods_move_are_scrapped_and_go_back(
    shop: Shop, stock: StockService, qtbot: QtBot, forms: Forms, language: Language
) -> None:
    row = part_of(shop, stock, on_hand=5)
    stock.shelf.save_place(shop.ctx(), None, PlaceKind.VAN, "面包车")
    page = page_of(shop, stock, qtbot)
    page.open_with(row.id)
    forms.answer(
        lambda form: (fill(form, None, "面包车", "2"), form.try_it()),
        lambda form: (_choose(form, ScrapReason.BROKEN), fill(form, None, None, "1"), form.try_it()),
        lambda form: (fill(form, None, "1", "退 2611"), form.try_it()),
    )
    page.goods.transfer()
    lies = {each.place.title: each.on_hand for each in stock.shelf.stock_of(row.id).places}
    assert lies["面包车"] == TWO
    page.goods.scrap()
    page.goods.send_back()
    assert stock.part(row.id).row.on_hand == Quantity.of(3)
    assert stock.part(row.id).value == Money.yuan(300)
    kinds = [each.kind for each in stock.moves(row.id).rows]
    assert kinds[:2] == [MoveKind.RETURN, MoveKind.SCRAP]
    assert {each.place.title for each in page.part.lies.rows()} >= {"面包车"}


def test_nothing_on_a_shelf_opens_no_form(
    shop: Shop, stock: StockService, qtbot: QtBot, forms: Forms, language: Language
) -> None:
    row = part_of(shop, stock)
    page = page_of(shop, stock, qtbot)
    page.open_with(row.id)
    for deed in (page.goods.transfer, page.goods.scrap, page.goods.send_back):
        deed()
    assert row.name in page.banner.text()


def _choose(form: FormDialog, reason: ScrapReason) -> None:
    (chips,) = form.findChildren(ChipGroup)
    chips.set_value(reason)


def test_a_kits_label_has_no_price(shop: Shop, stock: StockService) -> None:
    part = part_of(shop, stock, on_hand=1)
    entry = PartEntry("保养套件", "套", kit=True, kit_lines=(KitEntry(part.id, Quantity.of(1)),))
    kit = stock.save_part(shop.ctx(), None, None, entry).row
    with shop.store.read() as reading:
        assert part_label(reading, shop.store, kit.number)[0].price is None
        assert part_label(reading, shop.store, part.number)[0].price is not None
