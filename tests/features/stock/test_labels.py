"""Labels of several parts at once, asked for by number or barcode."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest
from pytestqt.qtbot import QtBot

from app.core.enums import PaperKind, Role
from app.core.errors import Reason, Refusal
from app.core.money import ONE, Quantity
from app.core.words import Language
from app.features.stock.labels_dialog import labels_number
from app.features.stock.page import PartsPage
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry
from app.ui.form_dialog import FormDialog
from tests.features.conftest import Shop
from tests.features.page_tools import Forms, Papers, desk_of, english_left, speaking_each


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


@pytest.fixture
def stock(shop: Shop) -> StockService:
    made = StockService(shop.store)
    for number, name in (("A*2", "电容"), ("B&=1", "电阻"), ("C-3", "水泵")):
        entry = PartEntry(name, "个", number=number, barcodes=("6901234567892",) if number == "C-3" else ())
        made.save_part(shop.ctx(), None, None, entry)
    return made


def test_numbers_barcodes_and_stars(stock: StockService) -> None:
    asked = labels_number(stock.find_by_code, "a*2\nA*2*3\n\n b&=1 × 2 \n6901234567892*24", Quantity.of(5))
    assert parse_qsl(asked) == [("A*2", "1"), ("A*2", "3"), ("B&=1", "2"), ("C-3", "24"), ("start", "5")]


@pytest.mark.parametrize(
    ("text", "start", "reason"),
    [
        ("Z-9", ONE, Reason.PART_CODE_UNKNOWN),
        ("C-3*0", ONE, Reason.BAD_QUANTITY),
        ("C-3", Quantity.of(25), Reason.OUT_OF_RANGE),
        ("C-3", Quantity(1500), Reason.OUT_OF_RANGE),
    ],
)
def test_what_cannot_be_printed_is_said(
    stock: StockService, text: str, start: Quantity, reason: Reason
) -> None:
    with pytest.raises(Refusal) as refused:
        labels_number(stock.find_by_code, text, start)
    assert refused.value.reason is reason


def test_what_was_looked_for_is_proposed(
    shop: Shop,
    stock: StockService,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    language: Language,
) -> None:
    papers, forms = Papers(), Forms(monkeypatch)
    page = PartsPage(stock, desk_of(shop, Role.COUNTER, papers))
    qtbot.addWidget(page)
    page.show()
    page.come_to_front()
    page.search.set_value("电")
    page.refresh()

    def agree(dialog: FormDialog) -> None:
        if language is Language.ZH:
            assert english_left(dialog, "A B") == []
        dialog.try_it()

    forms.answer(agree)
    page.print_labels()
    ((kind, number),) = papers.previewed
    assert kind is PaperKind.PART_LABELS
    assert parse_qsl(number) == [("B&=1", "1"), ("A*2", "1")]
