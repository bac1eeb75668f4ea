"""The price list in Settings, the pickers at bench and counter, the answer and the differences: both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from app.core.enums import Action, ApprovalWay, LineKind, PriceUse, Role
from app.core.errors import Reason, Refusal
from app.core.money import Money, Quantity
from app.core.rights import Actor
from app.core.words import Language, set_language
from app.features.bench.offers import Tool
from app.features.bench.page import BenchPage
from app.features.handover.page import HandoverPage
from app.features.handover.service import HandoverService
from app.features.orders.answer_dialog import AnswerDialog
from app.features.orders.difference_view import DifferenceDialog
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.orders.service import OrdersService
from app.features.orders.snapshots import OrderCard
from app.features.pricing.price_dialog import PriceDialog, ask_new_price
from app.features.pricing.service import PriceList
from app.features.pricing.snapshots import PriceChoice
from app.features.settings.price_form import PriceForm
from app.features.settings.price_list_section import PriceHistory
from app.ui.approval import ApprovalDialog, ApprovalDoors, Second
from app.ui.form_dialog import FormDialog
from tests.features.page_tools import Forms, Papers, desk_of, english_left, fill, speaking_each
from tests.features.pricing.conftest import World


@pytest.fixture(autouse=True)
def plain(dressed: None) -> Iterator[None]:
    set_language(Language.EN)
    yield
    set_language(Language.EN)


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


@pytest.fixture
def prices(world: World) -> PriceList:
    return PriceList(world.shop.store)


def picker(world: World, card: OrderCard, taken: list[PriceChoice]) -> PriceDialog:
    def take(choice: PriceChoice) -> None:
        world.bench.add_listed(world.ctx(), card.id, world.open(card.id).version, choice)
        taken.append(choice)

    return PriceDialog(lambda typed: world.bench.price_offers(card.id, typed), take, by_hand=True)


def test_work_is_found_by_initials_and_added_by_enter(world: World, qtbot: QtBot) -> None:
    card = world.start(world.take_in())
    taken: list[PriceChoice] = []
    dialog = picker(world, card, taken)
    qtbot.addWidget(dialog)
    qtbot.keyClicks(dialog.search.line, "bxysj")  # 冰箱压缩机
    qtbot.keyClick(dialog.search.line, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    line = world.open(card.id).lines[0]
    assert (line.description, line.gross) == ("更换冰箱压缩机", Money.yuan(300))


def test_another_price_is_refused_until_it_has_a_reason(world: World, qtbot: QtBot) -> None:
    card = world.start(world.take_in())
    taken: list[PriceChoice] = []
    dialog = picker(world, card, taken)
    qtbot.addWidget(dialog)
    dialog.search.set_value("L03")
    dialog.price.set_value(Money.yuan(199))
    assert not dialog.add()
    assert dialog.banner.message() is not None
    assert world.open(card.id).lines == ()
    dialog.reason.set_value("老顾客")
    assert dialog.add(stay=True)
    line = world.open(card.id).lines[0]
    assert (line.unit_price, line.price_reason) == (Money.yuan(199), "老顾客")
    assert dialog.search.raw() == ""


def test_the_standard_minutes_grow_with_the_quantity(world: World, qtbot: QtBot) -> None:
    card = world.start(world.take_in())
    dialog = picker(world, card, [])
    qtbot.addWidget(dialog)
    dialog.search.set_value("L52")
    dialog.quantity.set_value(Quantity.of(2))
    assert dialog.add()
    assert world.open(card.id).lines[0].minutes == 120


def test_the_picker_and_its_kin_speak(
    world: World, prices: PriceList, language: Language, qtbot: QtBot
) -> None:
    card = world.start(world.take_in())
    desk = desk_of(world.shop, Role.OWNER, Papers())
    package = prices.rows("T01")[0]
    shown = [
        picker(world, card, []),
        AnswerDialog(Money.yuan(45), True, lambda _given: None),
        AnswerDialog(Money.yuan(45), False, lambda _given: None),
        PriceForm(prices, world.stock, desk, package, ()).dialog,
        PriceHistory(prices, package, "Asia/Shanghai"),
    ]
    for dialog in shown:
        qtbot.addWidget(dialog)
        if language is Language.ZH:
            assert not english_left(dialog, "R", "L01", "hp", "Shift", *_codes(prices)), dialog.windowTitle()


def _codes(prices: PriceList) -> list[str]:
    return [f"{row.code} {row.name} {row.zone} {row.unit}" for row in prices.rows(retired=True)]


def test_an_entry_is_changed_in_its_form(world: World, prices: PriceList, qtbot: QtBot) -> None:
    desk = desk_of(world.shop, Role.OWNER, Papers())
    row = prices.rows("L07")[0]
    form = PriceForm(prices, world.stock, desk, row, ())
    qtbot.addWidget(form.dialog)
    form.price.set_value(Money.yuan(320))
    form.dialog.try_it()
    assert form.saved is not None
    now = prices.row(row.id)
    assert (now.price, now.name, now.category, now.job_kind, now.minutes) == (
        Money.yuan(320),
        row.name,
        row.category,
        row.job_kind,
        row.minutes,
    )


def test_a_wrong_price_in_the_form_keeps_what_was_typed(
    world: World, prices: PriceList, qtbot: QtBot
) -> None:
    desk = desk_of(world.shop, Role.OWNER, Papers())
    form = PriceForm(prices, world.stock, desk, None, ())
    qtbot.addWidget(form.dialog)
    form.name.set_value("修门铃")
    form.code.set_value("L07")
    form.price.set_value(Money.yuan(20))
    before = world.shop.fingerprint()
    form.dialog.try_it()
    assert (form.saved, world.shop.fingerprint()) == (None, before)
    assert form.dialog.banner.message() is not None
    form.code.set_value("")
    form.dialog.try_it()
    assert form.saved is not None
    assert form.saved.name == "修门铃"


def test_a_package_is_put_together(
    world: World, prices: PriceList, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(world.shop, Role.OWNER, Papers())
    part = world.part(price=45)
    form = PriceForm(prices, world.stock, desk, None, ())
    qtbot.addWidget(form.dialog)
    form.use.set_value(PriceUse.PACKAGE)
    form.name.set_value("换机套餐")

    def choose(dialog: PriceDialog) -> int:
        dialog.search.set_value("L07")
        dialog.price.set_value(Money.yuan(280))
        dialog.add()
        return 1

    monkeypatch.setattr(PriceDialog, "exec", choose)
    forms = Forms(monkeypatch)
    form.lines.add_work()
    forms.answer(lambda dialog: (fill(dialog, part.number), dialog.try_it()))
    form.lines.add_part()
    assert form.price.value() == Money.yuan(325), "the sum is told at once"
    form.dialog.try_it()
    assert form.saved is not None
    assert form.saved.price == Money.yuan(325)
    assert [line.kind for line in form.saved.lines] == [LineKind.LABOUR, LineKind.PART]


def test_a_new_price_of_a_charge(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    card = world.start(world.take_in())
    card = world.bench.add_line(
        world.ctx(), card.id, card.version, LineKind.LABOUR, "焊接", Money.yuan(80), reason="not in the list"
    )
    forms = Forms(monkeypatch)
    given: list[Any] = []
    forms.answer(lambda dialog: (fill(dialog, "60", "快"), dialog.try_it()))
    assert ask_new_price(card.lines[0], lambda price, reason: given.append((price, reason)))
    assert given == [(Money.yuan(60), "快")]


def test_the_answer_is_one_key(qtbot: QtBot) -> None:
    given: list[QuoteAnswer] = []
    dialog = AnswerDialog(Money.yuan(45), True, given.append)
    qtbot.addWidget(dialog)
    dialog.name.set_value("他太太")
    dialog.limit.set_value(Money.yuan(100))
    qtbot.keyClick(dialog, Qt.Key.Key_3)
    assert given == [QuoteAnswer(ApprovalWay.WECHAT, "他太太", "", Money.yuan(100))]


def test_a_refused_answer_stays(qtbot: QtBot) -> None:
    def refuse(_given: QuoteAnswer) -> None:
        raise Refusal(Reason.LIMIT_TOO_LOW, amount=Money.yuan(45))

    dialog = AnswerDialog(Money.yuan(45), True, refuse)
    qtbot.addWidget(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_1)
    assert dialog.banner.message() is not None
    assert dialog.result() == QDialog.DialogCode.Rejected


# -- the counter -----------------------------------------------------------------------------------------


@pytest.fixture
def counter(world: World, qtbot: QtBot) -> HandoverPage:
    desk = desk_of(world.shop, Role.COUNTER, Papers())
    page = HandoverPage(HandoverService(world.shop.store), OrdersService(world.shop.store), desk)
    qtbot.addWidget(page)
    return page


def ready(world: World) -> OrderCard:
    card = world.bench.take_parts(world.ctx(), *_of(world.repairing()))
    return world.move(world.done(card), Action.PASS_QC, who=Role.LEAD)


def _of(card: OrderCard) -> tuple[int, int]:
    return card.id, card.version


def test_a_fee_beyond_the_agreement_asks_the_customer_first(
    world: World, counter: HandoverPage, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    card = ready(world)
    counter.open_order(card.id)

    def choose(dialog: PriceDialog) -> int:
        dialog.search.set_value("O05")
        assert dialog.add()
        return 1

    monkeypatch.setattr(PriceDialog, "exec", choose)
    counter.forms.add_fee()
    handover = counter.presenter.handover
    assert handover is not None
    assert Reason.OVER_APPROVED in [block.reason for block in counter.presenter.blocks()]
    assert handover.explained is not None
    dialog = DifferenceDialog(handover.explained, "Asia/Shanghai", counter)
    assert [row.said.description for row in dialog.table.rows()] == ["加急费"]
    if language is Language.ZH:
        assert not english_left(dialog, "F")

    def agree(asked: AnswerDialog) -> int:
        asked.answer(ApprovalWay.COUNTER)
        return asked.result()

    monkeypatch.setattr(AnswerDialog, "exec", agree)
    counter.forms.agree_total()
    assert Reason.OVER_APPROVED not in [block.reason for block in counter.presenter.blocks()]


def test_a_discount_above_the_limit_is_given_with_the_owner(
    world: World, counter: HandoverPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = ready(world)
    counter.open_order(card.id)
    owner = world.actor(Role.OWNER)
    counter.desk.approval = lambda: ApprovalDoors(
        lambda: [Second(owner.id, owner.name, owner.role)], _any_pin(owner), lambda _code: owner
    )
    asked: list[ApprovalDialog] = []

    def confirm(dialog: ApprovalDialog) -> int:
        asked.append(dialog)
        for sign in "2580\r":
            dialog.pad.press(sign)
        return dialog.result()

    monkeypatch.setattr(ApprovalDialog, "exec", confirm)
    forms = Forms(monkeypatch)
    forms.answer(_type_discount("20"))
    counter.forms.set_discount()
    assert len(asked) == 1
    now = counter.presenter.handover
    assert now is not None
    assert now.card.customer_total == Money.yuan(25)
    forms.answer(_type_discount("1"))
    counter.forms.set_discount()
    assert len(asked) == 1, "within the limit nobody is asked"


def test_a_price_below_the_limit_is_given_with_the_owner_at_the_bench(
    world: World, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = world.actor(Role.OWNER)
    desk = desk_of(world.shop, Role.TECHNICIAN, Papers())
    desk.approval = lambda: ApprovalDoors(
        lambda: [Second(owner.id, owner.name, owner.role)], _any_pin(owner), lambda _code: owner
    )
    asked: list[str] = []

    def confirm(dialog: ApprovalDialog) -> int:
        asked.extend(each.text() for each in dialog.findChildren(QLabel))
        for sign in "2580\r":
            dialog.pad.press(sign)
        return dialog.result()

    monkeypatch.setattr(ApprovalDialog, "exec", confirm)
    page = BenchPage(world.bench, world.room, desk)
    qtbot.addWidget(page)
    page.open_with(world.start(world.take_in()).id)

    def cheap(dialog: PriceDialog) -> int:
        dialog.search.set_value("L07")
        dialog.price.set_value(Money.yuan(200))
        dialog.reason.set_value("老顾客")
        assert dialog.add()
        return 1

    monkeypatch.setattr(PriceDialog, "exec", cheap)
    page.presenter.use(Tool.LABOUR)
    card = page.presenter.card
    assert card is not None
    assert card.lines[0].unit_price == Money.yuan(200)
    assert any("0 % below the list" in text for text in asked)
    asked.clear()
    forms = Forms(monkeypatch)
    forms.answer(lambda dialog: (fill(dialog, "150", "老顾客"), dialog.try_it()))
    page.presenter.reprice(card.lines[0])
    assert page.presenter.card is not None
    assert page.presenter.card.lines[0].unit_price == Money.yuan(150)
    assert asked


def _any_pin(who: Actor) -> Callable[[int, str], Actor]:
    return lambda _staff, _pin: who


def _type_discount(text: str) -> Callable[[FormDialog], object]:
    return lambda dialog: (fill(dialog, text), dialog.try_it())
