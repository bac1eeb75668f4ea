"""Parts at the bench: where a planned one stands, reserved, requested, owed, kits, bags, pieces with serial numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from app.core import codes
from app.core.enums import BenchCommand, Command, LineKind, PlaceKind, RequestState, Role, SerialState
from app.core.errors import Reason, Refusal
from app.core.money import ONE, Money, Quantity
from app.core.words import Language
from app.features.bench.bag_dialog import BagDialog
from app.features.bench.lines_view import state
from app.features.bench.offers import Tool
from app.features.bench.part_dialog import PartDialog
from app.features.bench.pieces_dialog import PiecesDialog
from app.features.bench.presenter import BenchPresenter
from app.features.bench.snapshots import BagWay
from app.features.stock.scans import serial_code
from app.features.stock.snapshots import KitEntry, PartEntry, PartRow
from tests.features.bench.test_presenter import At, Screen, scan
from tests.features.page_tools import Papers, desk_of, speaking_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from app.features.orders.snapshots import CardLine, OrderCard
    from app.features.stock.shelf_snapshots import PieceRow
    from tests.features.bench.conftest import World

TWO = Quantity.of(2)


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def at(world: World) -> At:
    return At(world.shop.clock, world.actor())


@pytest.fixture
def bench(world: World, screen: Screen, at: At) -> BenchPresenter:
    return BenchPresenter(world.bench, world.room, screen, at)


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


def serialised(world: World, *serials: str) -> PartRow:
    """A part with serial numbers, these pieces of it on the shelf."""
    part = world.stock.save_part(
        world.ctx(Role.OWNER),
        None,
        None,
        PartEntry("变频板", "块", sale_price=Money.yuan(260), serialised=True, warranty_months=6),
    ).row
    world.stock.receive(
        world.ctx(Role.OWNER), part.id, Quantity.of(len(serials)), Money.yuan(300), serials=serials
    )
    return part


def reason_of(call: Callable[[], object]) -> Reason:
    """Why a command is refused."""
    with pytest.raises(Refusal) as error:
        call()
    return error.value.reason


def pieces(world: World, part: PartRow) -> dict[str, PieceRow]:
    return {each.serial: each for each in world.shelf.pieces(part.id)}


def line_of(card: OrderCard, part: PartRow) -> CardLine:
    return next(line for line in card.lines if line.part_id == part.id)


def planned(world: World, part: PartRow) -> OrderCard:
    return world.add(world.start(world.take_in()), part)


def test_a_planned_part_says_where_it_stands(world: World) -> None:
    part = world.part(on_hand=1)
    mine, other = planned(world, part), planned(world, part)
    assert state(line_of(mine, part)).text == "Planned · 1 free"
    world.shelf.reserve(world.ctx(), other.id, part.id, ONE)
    assert state(line_of(world.open(other.id), part)).text == "Reserved"
    assert state(line_of(world.open(mine.id), part)).text == "Reserved for others"
    world.room.requests().ask(world.ctx(), ONE, part_id=part.id, order_id=mine.id)
    assert state(line_of(world.open(mine.id), part)).text == "Short · requested"
    gone = world.part("主板", on_hand=0)
    assert state(line_of(planned(world, gone), gone)).text == "Out of stock"


def test_what_a_technician_carries_only_he_may_take(world: World) -> None:
    part = world.part(on_hand=1)
    card = planned(world, part)
    world.shelf.take_out(world.ctx(), part.id, ONE)
    assert line_of(world.open(card.id), part).available == ONE
    assert line_of(world.open(card.id, Role.LEAD), part).available == Quantity(0)


def test_a_key_reserves_and_releases_a_planned_part(
    world: World, bench: BenchPresenter, screen: Screen
) -> None:
    part = world.part(on_hand=3)
    bench.open(planned(world, part).id)
    bench.use_line(Tool.RESERVE, None)
    assert bench.card is not None
    assert line_of(bench.card, part).reserved == ONE
    assert "Reserved" in screen.last("told")
    bench.use_line(Tool.RESERVE, line_of(bench.card, part))
    assert line_of(bench.card, part).reserved == Quantity(0)
    # The keys go on working: the card on the screen is the newest one.
    bench.remove_line(line_of(bench.card, part))
    assert reason_of(lambda: bench.use_line(Tool.RESERVE, None)) is Reason.NOTHING_PLANNED


def test_a_missing_part_is_requested_once(world: World, bench: BenchPresenter) -> None:
    part = world.part(on_hand=0)
    bench.open(planned(world, part).id)
    bench.use_line(Tool.REQUEST, None)
    (row,) = world.room.requests().waiting()
    assert bench.card is not None
    assert (row.part_id, row.order_id, row.quantity) == (part.id, bench.card.id, ONE)
    assert row.state is RequestState.OPEN
    assert reason_of(lambda: bench.use_line(Tool.REQUEST, None)) is Reason.REQUESTED_ALREADY
    assert len(world.room.requests().waiting()) == 1


def test_only_a_lead_uses_and_owes(world: World, bench: BenchPresenter, at: At) -> None:
    part = world.part(on_hand=1)
    card = world.repairing(part)
    world.stock.adjust(world.ctx(Role.OWNER), part.id, Quantity(0), "找不到")
    bench.open(card.id)
    assert reason_of(lambda: bench.use_line(Tool.OWE, None)) is Reason.NOT_ALLOWED
    at.actor = world.actor(Role.LEAD)
    bench.use_line(Tool.OWE, None)
    assert bench.card is not None
    assert line_of(bench.card, part).owed == ONE
    assert state(line_of(bench.card, part)).text == "Owed: 1 to book in"
    world.stock.receive(world.ctx(Role.OWNER), part.id, TWO, Money.yuan(20))
    bench.reload()
    assert (line_of(bench.card, part).owed, line_of(bench.card, part).taken) == (Quantity(0), ONE)
    assert world.on_hand(part) == ONE


# -- kits --------------------------------------------------------------------------------------------------


def kit_of(world: World, *lines: tuple[PartRow, int]) -> PartRow:
    entry = PartEntry(
        "压缩机大修包",
        "套",
        kit=True,
        kit_labour=Money.yuan(120),
        kit_minutes=90,
        kit_lines=tuple(KitEntry(part.id, Quantity.of(many)) for part, many in lines),
    )
    return world.stock.save_part(world.ctx(Role.OWNER), None, None, entry).row


def test_a_kit_adds_its_parts_and_its_labour(world: World) -> None:
    start, gas = world.part("启动器"), world.part("冷媒", on_hand=9)
    kit = kit_of(world, (start, 1), (gas, 2))
    card = world.repairing(world.part("密封条"))
    card = world.add(card, kit, TWO)
    assert (line_of(card, start).taken, line_of(card, gas).taken) == (TWO, Quantity.of(4))
    labour = card.lines[-1]
    assert (labour.kind, labour.amount, labour.minutes) == (LineKind.LABOUR, Money.yuan(240), 180)
    assert (world.on_hand(start), world.on_hand(gas)) == (Quantity.of(3), Quantity.of(5))
    # Each is a charge like any other.
    card = world.bench.remove_line(world.ctx(), card.id, card.version, line_of(card, gas).id)
    assert world.on_hand(gas) == Quantity.of(9)


def test_a_kit_that_lacks_a_part_adds_nothing(world: World) -> None:
    start, gone = world.part("启动器"), world.part("冷媒", on_hand=1)
    kit = kit_of(world, (start, 1), (gone, 2))
    card = world.repairing(world.part("密封条"))
    before = world.shop.fingerprint()
    assert reason_of(lambda: world.add(card, kit)) is Reason.OUT_OF_STOCK
    assert reason_of(lambda: world.add(card, kit, Quantity(1500))) is Reason.BAD_QUANTITY
    assert world.shop.fingerprint() == before


def test_pieces_of_a_kit_are_planned(world: World) -> None:
    board, start = serialised(world, "SN-1"), world.part("启动器")
    card = world.add(world.repairing(world.part("密封条")), kit_of(world, (board, 1), (start, 1)))
    assert (line_of(card, board).planned, line_of(card, start).taken) == (ONE, ONE)
    code = serial_code(pieces(world, board)["SN-1"].id)
    card = world.bench.add_part_by_code(world.ctx(), card.id, card.version, code)
    assert line_of(card, board).taken == ONE


# -- pieces ------------------------------------------------------------------------------------------------


def test_a_scanned_piece_is_built_in_and_comes_back(world: World, bench: BenchPresenter) -> None:
    part = serialised(world, "SN-1", "SN-2")
    second = pieces(world, part)["SN-2"].id
    bench.open(world.repairing(world.part()).id)
    assert scan(bench, serial_code(second))
    assert bench.card is not None
    card = world.shelf.piece(second)
    assert (card.state, card.order_number) == (SerialState.USED, bench.card.number)
    assert card.warranty_until is not None
    # The maker's own number on the piece does as well.
    assert scan(bench, "SN-1")
    assert pieces(world, part) == {}
    for line in [each for each in bench.card.lines if each.part_id == part.id]:
        bench.remove_line(line)
    assert set(pieces(world, part)) == {"SN-1", "SN-2"}
    assert world.shelf.piece(second).order_id is None


def test_the_label_of_the_drawer_asks_which_piece(
    world: World, bench: BenchPresenter, screen: Screen
) -> None:
    part = serialised(world, "SN-1", "SN-2")
    bench.open(world.repairing(world.part()).id)
    scan(bench, world.label_of(part))
    assert [each.serial for each in screen.last("pieces").pieces] == ["SN-1", "SN-2"]
    screen.adding(("SN-2",))
    assert set(pieces(world, part)) == {"SN-1"}


def test_the_key_that_takes_planned_parts_asks_for_pieces(
    world: World, bench: BenchPresenter, screen: Screen
) -> None:
    part = serialised(world, "SN-1", "SN-2")
    bench.open(world.repairing(part).id)
    assert reason_of(lambda: scan(bench, BenchCommand.TAKE_PARTS)) is Reason.SERIAL_NEEDED
    assert reason_of(lambda: bench.press(BenchCommand.TAKE_PARTS)) is Reason.SERIAL_NEEDED
    screen.answer = (("SN-2",),)
    bench.press(BenchCommand.TAKE_PARTS)
    assert set(pieces(world, part)) == {"SN-1"}


def test_a_piece_scanned_without_a_card_is_for_its_own_page(world: World, bench: BenchPresenter) -> None:
    part = serialised(world, "SN-1")
    assert not scan(bench, serial_code(pieces(world, part)["SN-1"].id))


def test_the_question_takes_a_scan_and_says_what_is_wrong(
    world: World, bench: BenchPresenter, qtbot: QtBot, language: Language
) -> None:
    part = serialised(world, "SN-1", "SN-2", "SN-3")
    given: list[tuple[str, ...]] = []
    form = PiecesDialog(bench.parts.which(part.id, part.name, TWO), lambda each: given.append(tuple(each)))
    qtbot.addWidget(form)
    form.show()
    assert form.take_scan(codes.parse("SN-2"))
    assert form.take_scan(codes.parse("SN-2"))
    assert "SN-2" in form.banner.text()
    assert [row.serial for row in form.table.rows()] == ["SN-1", "SN-3"]
    form.take_scan(codes.parse(serial_code(pieces(world, part)["SN-3"].id)))
    assert given == [("SN-2", "SN-3")]
    assert not form.isVisible()


# -- bags --------------------------------------------------------------------------------------------------


def bag(world: World, role: Role, qtbot: QtBot) -> BagDialog:
    form = BagDialog(world.room, desk_of(world.shop, role, Papers()), BagWay.TAKE)
    qtbot.addWidget(form)
    form.show()
    return form


def test_a_bag_by_scanner_alone(world: World, qtbot: QtBot, language: Language) -> None:
    part = world.part(on_hand=1)
    form = bag(world, Role.TECHNICIAN, qtbot)
    label = codes.parse(world.label_of(part))
    form.take_scan(label)
    (row,) = form.table.rows()
    assert (row.part_id, row.place.kind, row.on_hand) == (part.id, PlaceKind.PERSON, ONE)
    form.take_scan(label)
    assert part.name in form.banner.text()
    form.take_scan(codes.parse(codes.command_code(BenchCommand.GIVE_BACK)))
    form.take_scan(label)
    assert form.table.rows() == []
    form.take_scan(codes.parse("4006381333931"))
    assert "4006381333931" in form.banner.text()
    form.take_scan(codes.parse(codes.command_code(BenchCommand.CLOSE_CARD)))
    assert not form.isVisible()


def test_a_technician_sees_his_bag_and_a_lead_all(world: World, qtbot: QtBot) -> None:
    part, board = world.part(on_hand=3), serialised(world, "SN-1")
    world.shelf.take_out(world.ctx(), part.id, TWO)
    world.shelf.take_out(world.ctx(world.zhao), board.id, ONE, serials=("SN-1",))
    assert [row.part_id for row in bag(world, Role.TECHNICIAN, qtbot).table.rows()] == [part.id]
    form = bag(world, Role.LEAD, qtbot)
    assert {row.part_id for row in form.table.rows()} == {part.id, board.id}
    # The one piece in a bag needs no naming.
    form.give_back(next(row for row in form.table.rows() if row.part_id == board.id))
    assert pieces(world, board)["SN-1"].place.main


def test_another_scan_closes_the_bag_and_goes_on(world: World, qtbot: QtBot) -> None:
    form = bag(world, Role.TECHNICIAN, qtbot)
    order = codes.parse(world.take_in().card_code)
    with qtbot.waitSignal(form.passed_on) as passed:
        form.take_scan(order)
    assert passed.args == [order]
    assert not form.isVisible()


# -- the picker --------------------------------------------------------------------------------------------


def picker(world: World, bench: BenchPresenter, part: PartRow, qtbot: QtBot) -> PartDialog:
    form = PartDialog(bench, bench._picked, typed=part.number)
    qtbot.addWidget(form)
    form.show()
    form.table.select(part.id)
    return form


def test_the_picker_offers_substitutes_where_nothing_is_free(
    world: World, bench: BenchPresenter, qtbot: QtBot, language: Language
) -> None:
    gone, instead = world.part("压缩机", on_hand=0), world.part("压缩机 代用", on_hand=2)
    world.stock.catalogue.add_substitute(world.ctx(Role.OWNER), gone.id, instead.id)
    bench.open(world.start(world.take_in()).id)
    form = picker(world, bench, gone, qtbot)
    assert [row.id for row in form.stock.substitutes.rows()] == [instead.id]
    form.stock.take.click()
    assert bench.card is not None
    assert [line.part_id for line in bench.card.lines] == [instead.id]


def test_the_picker_reserves_what_is_there_and_requests_the_rest(
    world: World, bench: BenchPresenter, qtbot: QtBot
) -> None:
    part = world.part(on_hand=2)
    bench.open(world.start(world.take_in()).id)
    form = picker(world, bench, part, qtbot)
    form.quantity.set_value(Quantity.of(3))
    form.stock.reserve.click()
    assert bench.card is not None
    assert (line_of(bench.card, part).planned, line_of(bench.card, part).reserved) == (Quantity.of(3), TWO)
    form.quantity.set_value(ONE)
    form.stock.request.click()
    assert line_of(bench.card, part).requested
    form.stock.request.click()
    assert part.name in form.banner.text()
    assert form.stock.owe.isHidden()


def test_nobody_without_the_right_moves_parts(world: World) -> None:
    part = world.part()
    assert Command.OWE_PART not in {each for each in Command if world.actor().may(each)}
    card = world.repairing(part)
    with pytest.raises(Refusal) as error:
        world.shelf.owe(world.ctx(), card.id, card.version, part.id, ONE)
    assert error.value.reason is Reason.NOT_ALLOWED


# -- substitutes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("taken", "left"), [(1, (Quantity.of(2), Quantity.of(2))), (3, None), (5, None)])
def test_a_substitute_leaves_so_many_fewer_planned_held_and_asked_for(
    world: World, taken: int, left: tuple[Quantity, Quantity] | None
) -> None:
    gone, instead = world.part("压缩机", on_hand=3), world.part("压缩机 代用", on_hand=5)
    card = world.add(world.start(world.take_in()), gone, Quantity.of(3))
    world.shelf.reserve(world.ctx(), card.id, gone.id, Quantity.of(3))
    requests = world.room.requests()
    requests.ask(world.ctx(), ONE, part_id=gone.id, order_id=card.id)
    card = world.open(card.id)
    card = world.bench.add_part(
        world.ctx(), card.id, card.version, instead.id, Quantity.of(taken), instead_of=gone.id
    )
    assert line_of(card, instead).quantity == Quantity.of(taken)
    found = [(line.planned, line.reserved) for line in card.lines if line.part_id == gone.id]
    assert found == ([left] if left else [])
    assert len(requests.waiting()) == (1 if left else 0)
    assert world.shelf.stock_of(gone.id).free == Quantity.of(min(taken, 3))
    if left:
        line = line_of(card, gone)
        assert line.amount == line.unit_price.times(line.quantity)


def test_what_was_taken_already_stays_when_a_substitute_makes_up_the_rest(world: World) -> None:
    part, instead = world.part("风扇电机", on_hand=1), world.part("风扇电机 代用", on_hand=2)
    card = world.done(world.add(world.start(world.take_in()), part, TWO))
    card = world.add(world.start(world.agree(card)), part)
    card = world.bench.add_part(world.ctx(), card.id, card.version, instead.id, ONE, instead_of=part.id)
    assert {line.part_id: line.taken for line in card.lines} == {part.id: ONE, instead.id: ONE}


def test_the_picker_marks_a_request_as_urgent(
    world: World, bench: BenchPresenter, qtbot: QtBot, language: Language
) -> None:
    part = world.part(on_hand=0)
    bench.open(world.start(world.take_in()).id)
    form = picker(world, bench, part, qtbot)
    assert not form.stock.urgent.isChecked()
    form.stock.urgent.click()
    form.stock.request.click()
    (row,) = world.room.requests().waiting()
    assert row.urgent


@pytest.mark.parametrize("by_scan", [True, False])
def test_several_pieces_go_into_the_bag_and_back_at_once(world: World, qtbot: QtBot, by_scan: bool) -> None:
    part = world.part(on_hand=5)
    form = bag(world, Role.TECHNICIAN, qtbot)
    label = codes.parse(world.label_of(part))

    def three() -> None:
        if by_scan:
            form.take_scan(codes.parse(codes.command_code(BenchCommand.TIMES_3)))
        else:
            qtbot.keyClicks(form, "3")

    three()
    form.take_scan(label)
    assert [row.on_hand for row in form.table.rows()] == [Quantity.of(3)]
    form.take_scan(label)
    assert [row.on_hand for row in form.table.rows()] == [Quantity.of(4)]
    three()
    form.give_back(form.table.rows()[0])
    assert [row.on_hand for row in form.table.rows()] == [ONE]
    three()
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert form.isVisible()
    assert form.times == 1


def test_so_many_named_pieces_are_asked_for(
    world: World, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = serialised(world, "SN-1", "SN-2", "SN-3")
    form = bag(world, Role.TECHNICIAN, qtbot)
    asked = []
    monkeypatch.setattr(PiecesDialog, "open", lambda dialog: asked.append(dialog))
    form.set_times(2)
    form.take_scan(codes.parse(world.label_of(part)))
    asked[0]._submit(["SN-1", "SN-3"])
    assert [row.on_hand for row in form.table.rows()] == [TWO]
