"""The bench's screen logic, without a screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.core import codes
from app.core.clock import Clock
from app.core.enums import (
    Action,
    ApprovalWay,
    BenchCommand,
    Command,
    LineKind,
    NoteKind,
    PaperKind,
    Role,
    Status,
)
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import ZERO, Money, Quantity
from app.core.rights import Actor, Ctx
from app.features.bench.offers import KEYS, Tool, offers
from app.features.bench.presenter import BenchPresenter
from app.features.bench.snapshots import BagWay, QueueKind
from app.features.bench.view import Diagnosis, Labour, PieceQuestion
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.pricing.snapshots import PriceChoice
from app.features.stock.snapshots import PartEntry
from tests.hostile_pictures import PNG

if TYPE_CHECKING:
    from app.features.orders.snapshots import OrderCard
    from tests.features.bench.conftest import World

    Refused = Callable[[Callable[[], object]], Reason]


@dataclass
class Screen:
    """A view that remembers. ``answer`` is what the person types into the next small form; Esc where there is none."""

    calls: list[tuple[str, Any]] = field(default_factory=list)
    answer: tuple[Any, ...] | None = None
    card: OrderCard | None = None
    printed: list[tuple[PaperKind, str]] = field(default_factory=list)
    adding: Any = None

    def show_card(self, card: OrderCard | None, offered: Any) -> None:
        self.card = card

    def show_queue(self, queue: Any) -> None:
        self.calls.append(("queue", queue))

    def show_times(self, times: int) -> None:
        self.calls.append(("times", times))

    def told(self, text: str) -> None:
        self.calls.append(("told", text))

    def show_passcode(self, text: str) -> None:
        self.calls.append(("passcode", text))

    def switch_user(self) -> None:
        self.calls.append(("switch", None))

    def print_paper_now(self, kind: PaperKind, number: str) -> None:
        self.printed.append((kind, number))

    def open_bag(self, way: BagWay) -> None:
        self.calls.append(("bag", way))

    def offer_pieces(self, question: PieceQuestion, submit: Any) -> None:
        self.calls.append(("pieces", question))
        self.adding = submit

    def offer_reason(self, action: Action, submit: Any) -> None:
        self.calls.append(("offered", action))
        self.adding = submit

    def beside(self, work: Any, done: Any) -> None:
        work(lambda: None)
        done()

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("ask_"):
            raise AttributeError(name)

        def ask(*given: Any) -> None:
            *about, submit = given
            self.calls.append((name, about))
            if self.answer is not None:
                typed, self.answer = self.answer, None
                submit(*typed)

        return ask

    def last(self, name: str) -> Any:
        return next(value for each, value in reversed(self.calls) if each == name)


@dataclass
class At:
    clock: Clock
    actor: Actor

    def gesture(self) -> Ctx:
        return Ctx.gesture(self.actor)


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def at(world: World) -> At:
    return At(world.shop.clock, world.actor())


@pytest.fixture
def bench(world: World, screen: Screen, at: At) -> BenchPresenter:
    return BenchPresenter(world.bench, world.room, screen, at)


def scan(bench: BenchPresenter, text: str | BenchCommand) -> bool:
    code = codes.command_code(text) if isinstance(text, BenchCommand) else text
    return bench.scan(codes.parse(code))


def test_a_scanned_refusal_of_the_work_goes_through_and_its_reason_can_be_added(
    world: World, bench: BenchPresenter, screen: Screen, at: At
) -> None:
    at.actor = world.actor(Role.LEAD)
    scan(bench, world.in_check().card_code)
    scan(bench, BenchCommand.QC_FAIL)
    assert bench.card is not None
    assert bench.card.status is Status.REPAIRING
    assert screen.last("offered") is Action.FAIL_QC
    screen.adding("门封漏气")
    assert (bench.card.notes[-1].kind, bench.card.notes[-1].text) == (NoteKind.NOTE, "门封漏气")
    scan(bench, BenchCommand.UNREPAIRABLE)
    assert bench.card.status is Status.UNREPAIRABLE
    assert screen.last("offered") is Action.GIVE_UP
    # Whoever pressed the key was asked already.
    screen.calls.clear()
    bench.command(BenchCommand.UNDO)
    screen.answer = ("主板烧毁",)
    bench.press(BenchCommand.UNREPAIRABLE)
    assert bench.card.status is Status.UNREPAIRABLE
    assert not [name for name, _about in screen.calls if name == "offered"]


def test_a_whole_repair_by_scanner_alone(world: World, bench: BenchPresenter, screen: Screen, at: At) -> None:
    part = world.part(price=45)
    order = world.take_in()
    scan(bench, order.card_code)
    assert screen.last("told") == "2611-00001 · 海尔 BCD-215 Refrigeration and air conditioning · Received"
    scan(bench, BenchCommand.START)
    scan(bench, BenchCommand.TIMES_2)
    scan(bench, world.label_of(part))
    assert screen.last("told") == "Planned: 启动电容 35µF × 2"
    scan(bench, BenchCommand.DONE)
    assert bench.card is not None
    assert (bench.card.status, bench.card.customer_total) == (Status.QUOTED, Money.yuan(90))
    screen.answer = (QuoteAnswer(ApprovalWay.COUNTER),)
    bench.use(Tool.AGREE)
    scan(bench, BenchCommand.START)
    scan(bench, BenchCommand.TAKE_PARTS)
    scan(bench, BenchCommand.DONE)
    at.actor = world.actor(Role.LEAD)
    bench.reload()
    scan(bench, BenchCommand.QC_PASS)
    assert bench.card.status is Status.READY
    assert world.on_hand(part) == Quantity.of(3)


def test_a_pending_quantity_counts_for_one_part(world: World, bench: BenchPresenter, screen: Screen) -> None:
    part = world.part(on_hand=50)
    card = world.start(world.take_in())
    scan(bench, card.card_code)
    scan(bench, BenchCommand.TIMES_10)
    scan(bench, BenchCommand.TIMES_5)
    assert (bench.times, screen.last("times")) == (5, 5)
    scan(bench, world.label_of(part))
    scan(bench, world.label_of(part))
    assert bench.card is not None
    assert [line.quantity for line in bench.card.lines] == [Quantity.of(5), Quantity.of(1)]
    assert (bench.times, screen.last("times")) == (1, 1)


def test_a_wrong_scan_changes_nothing(world: World, bench: BenchPresenter, refused: Refused) -> None:
    part = world.part()
    card = world.start(world.take_in())
    scan(bench, card.card_code)
    scan(bench, BenchCommand.TIMES_3)
    opened, before = bench.card, world.shop.fingerprint()
    damaged = world.label_of(part)[:-1] + str((int(world.label_of(part)[-1]) + 1) % 10)
    for text, reason in (
        (damaged, Reason.CODE_DAMAGED),
        ("6900000000000", Reason.PART_CODE_UNKNOWN),
        (codes.running_code(codes.CodeKind.PART, 999), Reason.CODE_UNKNOWN),
        (codes.running_code(codes.CodeKind.COMMAND, 999), Reason.CODE_UNKNOWN),
        (codes.command_code(BenchCommand.QC_PASS), Reason.MOVE_NOT_ALLOWED),
        (codes.command_code(BenchCommand.TAKE_PARTS), Reason.LINES_FROZEN),
    ):
        if reason is Reason.MOVE_NOT_ALLOWED:
            reason = Reason.NOT_ALLOWED
            assert refused(lambda text=text: scan(bench, text)) is reason
            before = world.shop.fingerprint()
            continue
        assert refused(lambda text=text: scan(bench, text)) is reason
    assert (bench.card, bench.times, world.shop.fingerprint()) == (opened, 3, before)


def test_without_a_card_parts_and_commands_ask_for_one(
    world: World, bench: BenchPresenter, refused: Refused
) -> None:
    part = world.part()
    for text in (world.label_of(part), BenchCommand.START, BenchCommand.TIMES_2, BenchCommand.PRINT_LABEL):
        assert refused(lambda text=text: scan(bench, text)) is Reason.CARD_FIRST
    for tool in set(Tool) - {Tool.BAG}:
        assert refused(lambda tool=tool: bench.use(tool)) is Reason.CARD_FIRST


def test_what_belongs_elsewhere_is_left_to_the_shell(world: World, bench: BenchPresenter) -> None:
    assert not scan(bench, codes.new_receipt_code())
    assert not scan(bench, codes.running_code(codes.CodeKind.STAFF, 2))
    assert not scan(bench, codes.running_code(codes.CodeKind.LOCATION, 2))


def test_a_maker_s_barcode_is_a_part(world: World, bench: BenchPresenter) -> None:
    part = world.stock.save_part(
        world.ctx(Role.OWNER), None, None, PartEntry("门封条", "条", barcodes=("6901234567892",))
    )
    scan(bench, world.start(world.take_in()).card_code)
    assert scan(bench, "6901234567892")
    assert bench.card is not None
    assert [line.part_id for line in bench.card.lines] == [part.row.id]


def test_keys_ask_for_what_a_scan_cannot(world: World, bench: BenchPresenter, screen: Screen) -> None:
    bench.open(world.repairing().id)
    bench.press(BenchCommand.WAIT_PARTS)
    assert (screen.last("ask_reason"), bench.card and bench.card.status) == (
        [Action.WAIT_PARTS, False],
        Status.REPAIRING,
    )
    screen.answer = ("等货",)
    bench.press(BenchCommand.WAIT_PARTS)
    assert bench.card is not None
    assert (bench.card.status, bench.card.notes[-1].text) == (Status.WAITING_PARTS, "等货")
    screen.answer = ("停产",)
    bench.press(BenchCommand.UNREPAIRABLE)
    assert screen.last("ask_reason") == [Action.GIVE_UP, True]
    screen.answer = (Money.yuan(20),)
    bench.press(BenchCommand.DONE)
    assert screen.last("ask_fee") == [ZERO]
    assert (bench.card.status, bench.card.due) == (Status.READY, Money.yuan(20))


def test_the_fee_of_a_declined_repair_is_the_shop_s(
    world: World, bench: BenchPresenter, screen: Screen
) -> None:
    bench.open(world.agree(world.quoted(), agreed=False).id)
    bench.press(BenchCommand.DONE)
    assert screen.last("ask_fee") == [Money.yuan(50)]  # the list's, for this category


def test_a_key_that_cannot_be_done_says_why(world: World, bench: BenchPresenter, refused: Refused) -> None:
    bench.open(world.take_in().id)
    for command, reason in (
        (BenchCommand.PAUSE, Reason.WORK_NOT_RUNNING),
        (BenchCommand.DONE, Reason.MOVE_NOT_ALLOWED),
        (BenchCommand.TAKE_PARTS, Reason.LINES_FROZEN),
        (BenchCommand.UNDO, Reason.UNDO_IMPOSSIBLE),
    ):
        assert refused(lambda command=command: bench.press(command)) is reason


def test_what_is_offered_is_what_the_command_answers(world: World) -> None:
    for role in Role:
        for status in Status:
            card = world.set_status(world.take_in(), status)
            card = world.open(card.id, role)
            for each in offers(card, world.actor(role)):
                if each.command is BenchCommand.UNDO:
                    continue
                card = world.open(world.set_status(card, status).id, role)
                try:
                    world.bench.command(world.ctx(role), card, each.command)
                except Refusal:
                    assert each.refusal is not None, (role, status, each.command)
                else:
                    assert each.refusal is None, (role, status, each.command)
                    card = world.open(world.set_status(world.take_in(), status).id, role)
    assert sorted(KEYS.values()) == list(range(10))


def test_the_quote_is_shown_then_made_then_printed(
    world: World, bench: BenchPresenter, screen: Screen
) -> None:
    card = world.add(world.start(world.take_in()), world.part())
    bench.open(card.id)
    bench.use(Tool.QUOTE)
    assert bench.card is not None
    assert bench.card.status is Status.DIAGNOSING
    screen.answer = (True,)
    bench.use(Tool.QUOTE)
    assert (bench.card.status, screen.printed) == (Status.QUOTED, [(PaperKind.QUOTE, card.number)])


def test_findings_are_noted_once(world: World, bench: BenchPresenter, screen: Screen) -> None:
    bench.open(world.start(world.take_in()).id)
    screen.answer = (Diagnosis("不启动", "电容老化", ""),)
    bench.use(Tool.DIAGNOSE)
    screen.answer = (Diagnosis("不启动", "电容老化", "换电容"),)
    bench.use(Tool.DIAGNOSE)
    assert screen.last("ask_diagnosis") == [Diagnosis("不启动", "电容老化", "")]
    assert bench.card is not None
    assert [(note.kind, note.text) for note in bench.card.notes] == [
        (NoteKind.FAULT, "不启动"),
        (NoteKind.CAUSE, "电容老化"),
        (NoteKind.FIX, "换电容"),
    ]
    screen.answer = (Diagnosis("不启动", "电容老化", "换电容"),)
    bench.use(Tool.DIAGNOSE)
    assert len(bench.card.notes) == 3


def test_labour_notes_technician_and_photos(world: World, bench: BenchPresenter, screen: Screen) -> None:
    bench.open(world.start(world.take_in()).id)
    bench.use(Tool.LABOUR)
    find, by_hand = screen.last("ask_price")
    assert "更换空调启动电容" in [offer.row.name for offer in find("qddr")]
    screen.answer = (PriceChoice(find("L03")[0].id), None)
    bench.use(Tool.LABOUR)
    screen.answer = (Labour("更换电容", Money.yuan(80), 30, reason="拆机另计"),)
    by_hand()
    screen.answer = (NoteKind.CONTACT, "已电话告知")
    bench.use(Tool.NOTE)
    screen.answer = (None,)
    bench.use(Tool.ASSIGN)
    screen.answer = ([lambda: PNG],)
    bench.use(Tool.PHOTO)
    assert bench.card is not None
    assert [(line.kind, line.minutes) for line in bench.card.lines] == [
        (LineKind.LABOUR, 45),
        (LineKind.LABOUR, 30),
    ]
    assert (bench.card.notes[-1].kind, bench.card.technician_id, len(bench.card.photos)) == (
        NoteKind.CONTACT,
        None,
        1,
    )
    for line in bench.card.lines:
        bench.remove_line(line)
    assert (bench.card.lines, screen.last("told")) == ((), "Taken off: 更换电容")


def test_rarer_moves_ask_for_their_reason(
    world: World, bench: BenchPresenter, screen: Screen, at: At, refused: Refused
) -> None:
    card = world.move(world.in_check(), Action.PASS_QC, who=Role.LEAD)
    bench.open(card.id)
    screen.answer = (Action.REOPEN,)
    assert refused(lambda: bench.use(Tool.MORE)) is Reason.LEAD_ONLY
    at.actor = world.actor(Role.LEAD)
    bench.reload()
    screen.answer = (Action.REOPEN,)
    bench.use(Tool.MORE)
    assert screen.last("ask_reason") == [Action.REOPEN, True]
    screen.answer = (Action.SEND_BACK,)
    bench.use(Tool.MORE)
    assert bench.card is not None
    assert bench.card.status is Status.RETURNING


def test_the_passcode_goes_to_the_screen_and_nowhere_else(
    world: World, bench: BenchPresenter, screen: Screen, refused: Refused
) -> None:
    card = world.take_in(passcode="2580")
    bench.open(card.id)
    assert refused(lambda: bench.use(Tool.PASSCODE)) is Reason.NOT_YOUR_ORDER
    bench.press(BenchCommand.START)
    bench.use(Tool.PASSCODE)
    assert screen.last("passcode") == "2580"
    assert "2580" not in repr(bench.card)


def test_who_was_faster_is_seen_before_it_is_said(
    world: World, bench: BenchPresenter, screen: Screen
) -> None:
    card = world.start(world.take_in())
    bench.open(card.id)
    world.add(card, world.part())
    with pytest.raises(Conflict):
        bench.press(BenchCommand.PAUSE)
    assert screen.card is not None
    assert len(screen.card.lines) == 1
    bench.press(BenchCommand.PAUSE)
    assert screen.card.running_since is None


def test_the_clock_ticks_without_a_database(world: World, bench: BenchPresenter) -> None:
    card = world.start(world.take_in())
    world.later(minutes=10)
    card = world.start(world.bench.pause_work(world.ctx(), card.id, card.version))
    bench.open(card.id)
    world.later(seconds=75)
    world.shop.store.engine.dispose()
    assert bench.worked() == timedelta(minutes=11, seconds=15)
    world.later(hours=-5)
    assert bench.worked() == timedelta(minutes=10)


def test_searching_within_the_queue(world: World, bench: BenchPresenter) -> None:
    one = world.take_in(brand="美的", fault="漏水", shelf="B-01")
    two = world.take_in()
    bench.load_queue()
    for typed, ids in (
        ("", [one.id, two.id]),
        ("美的 漏水", [one.id]),
        ("b-01", [one.id]),
        (two.number[-3:], [two.id]),
        ("13800138000", [one.id, two.id]),
        ("没有", []),
    ):
        assert [row.id for row in bench.rows(QueueKind.FREE, typed)] == ids
    assert bench.neighbour(QueueKind.FREE, "", 1) == one.id
    bench.open(one.id)
    assert bench.neighbour(QueueKind.FREE, "", 1) == two.id
    assert bench.neighbour(QueueKind.FREE, "", -1) is None


def test_the_picker_begins_with_what_fits(world: World, bench: BenchPresenter) -> None:
    world.part("遥控器")
    fits = world.stock.save_part(
        world.ctx(Role.OWNER), None, None, PartEntry("温控器", "个", fits="BCD-215 BCD-186")
    )
    bench.open(world.start(world.take_in(model="BCD-215")).id)
    assert [row.id for row in bench.search_parts(" ")] == [fits.row.id]
    assert [row.name for row in bench.search_parts("遥控")] == ["遥控器"]
    assert [row.name for row in bench.search_parts("wkq")] == ["温控器"]


def test_switch_close_and_print_by_command(world: World, bench: BenchPresenter, screen: Screen) -> None:
    card = world.take_in()
    scan(bench, card.card_code)
    scan(bench, BenchCommand.PRINT_LABEL)
    assert screen.printed == [(PaperKind.DEVICE_LABEL, card.number)]
    scan(bench, BenchCommand.SWITCH_USER)
    assert screen.calls[-1] == ("switch", None)
    scan(bench, BenchCommand.CLOSE_CARD)
    assert (bench.card, screen.card) == (None, None)


def test_undo_is_not_offered_where_it_is_never_possible(world: World) -> None:
    """Every status that the table reaches by final moves only."""
    from app.features.bench.offers import offer
    from app.model.lifecycle import FINAL_ACTIONS, MOVES

    card = world.take_in()
    for status in Status:
        final = all(action in FINAL_ACTIONS for (_from, action), to in MOVES.items() if to is status)
        shown = world.set_status(card, status)
        refusal = offer(shown, world.actor(), BenchCommand.UNDO).refusal
        assert (refusal is not None) == (final and status is not Status.REGISTERED), status


@pytest.mark.parametrize("scanned", [True, False], ids=["scanner", "key"])
def test_a_quoted_charge_is_taken_off_with_a_reason(
    world: World, bench: BenchPresenter, screen: Screen, scanned: bool
) -> None:
    bench.open(world.repairing().id)
    assert bench.card is not None
    line = bench.card.lines[0]

    def take_off() -> None:
        if scanned:
            bench.command(BenchCommand.REMOVE_PART)
        else:
            bench.remove_line(line)

    before = world.shop.fingerprint()
    take_off()
    assert screen.last("ask_why_off") == [line]
    assert world.shop.fingerprint() == before, "without a reason nothing is taken off"
    screen.answer = ("客户自带电容",)
    take_off()
    assert (bench.card.lines, bench.card.notes[-1].kind, bench.card.notes[-1].text) == (
        (),
        NoteKind.REMOVED,
        "启动电容 35µF: 客户自带电容",
    )
    noted = world.shop.journal(Command.REMOVE_LINE)[-1]
    assert (noted["removed"], noted["quoted"], noted["fen"]) == (line.id, True, 4500)


def test_what_nobody_was_told_is_taken_off_without_a_word(
    world: World, bench: BenchPresenter, screen: Screen
) -> None:
    card = world.add(world.repairing(), world.part("密封条", price=20))
    bench.open(card.id)
    bench.remove_line(card.lines[-1])
    assert not [name for name, _about in screen.calls if name == "ask_why_off"]
    # What came to nothing says why by itself.
    now = world.open(card.id)
    now = world.bench.take_parts(world.ctx(), now.id, now.version)
    bench.open(world.move(now, Action.GIVE_UP, "压缩机烧毁").id)
    assert bench.card is not None
    bench.remove_line(bench.card.lines[0])
    assert bench.card.lines == ()
