"""What a technician asks purchasing for: in words where no part matches, and seen on the card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.core.enums import PurchaseState, RequestState, Role
from app.core.money import ONE, Quantity
from app.core.words import Language
from app.features.bench.card_facts import FactsView
from app.features.bench.part_dialog import PartDialog
from app.features.bench.presenter import BenchPresenter
from app.features.purchasing.service import Purchasing
from app.features.purchasing.snapshots import SupplierEntry, Wanted
from app.features.purchasing.suppliers import Suppliers
from app.features.purchasing.wishes import Requests
from app.ui.form_dialog import FormDialog
from tests.features.page_tools import Forms, desk_of, fill, speaking_each
from tests.features.page_tools import Papers as NoPapers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from unittest.mock import Mock

    from pytestqt.qtbot import QtBot

    from tests.features.bench.conftest import World


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


def test_a_wish_and_how_far_it_is_stand_on_the_card(world: World, qtbot: QtBot, language: Language) -> None:
    order = world.start(world.take_in())
    requests, purchasing = Requests(world.shop.store), Purchasing(world.shop.store)
    requests.ask(world.ctx(), Quantity.of(2), description="专用螺丝", order_id=order.id, urgent=True)
    (wish,) = world.bench.open_card(order.id, world.actor()).wishes
    assert (wish.name, wish.quantity, wish.urgent, wish.state) == (
        "专用螺丝",
        Quantity.of(2),
        True,
        RequestState.OPEN,
    )
    supplier = Suppliers(world.shop.store).save(
        world.ctx(Role.COUNTER), None, None, SupplierEntry("义乌配件行")
    )
    (row,) = requests.waiting()
    wanted = Wanted(supplier.id, Quantity.of(2), description="专用螺丝", request_id=row.id)
    (card,) = purchasing.order(world.ctx(Role.COUNTER), [wanted])
    card = purchasing.send(world.ctx(Role.COUNTER), card.id, card.version)
    assert card.state is PurchaseState.SENT
    shown = world.bench.open_card(order.id, world.actor())
    assert (shown.wishes[0].state, shown.wishes[0].expected_on) == (RequestState.ORDERED, card.expected_on)
    facts = FactsView("Asia/Shanghai")
    qtbot.addWidget(facts)
    facts.show_card(shown, world.actor())
    assert "专用螺丝 × 2" in facts._wishes.text()
    assert not facts._wishes.isHidden()
    facts.show_card(world.start(world.take_in()), world.actor())
    assert facts._wishes.isHidden()


def test_what_no_part_matches_is_requested_in_words(
    world: World, qtbot: QtBot, language: Language, monkeypatch: pytest.MonkeyPatch, mocked_view: Mock
) -> None:
    order = world.start(world.take_in())
    presenter = BenchPresenter(
        world.bench, world.room, mocked_view, desk_of(world.shop, Role.TECHNICIAN, NoPapers())
    )
    presenter.open(order.id)
    dialog = PartDialog(presenter, lambda _row, _many: None)
    qtbot.addWidget(dialog)
    dialog.search.line.setText("没有的件")
    forms = Forms(monkeypatch)

    def type_it(form: FormDialog) -> None:
        fill(form, None, "3")
        form.try_it()

    forms.answer(type_it)
    dialog.request_words()
    (wish,) = world.bench.open_card(order.id, world.actor()).wishes
    assert (wish.name, wish.quantity) == ("没有的件", Quantity.of(3))
    assert wish.quantity > ONE


@pytest.fixture
def mocked_view() -> Mock:
    from unittest.mock import MagicMock

    return MagicMock()
