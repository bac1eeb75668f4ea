"""Parts, labour and what hangs on an order: stock to the piece and the fen, passcodes, photos, bad input."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from app.core.codes import order_code
from app.core.enums import Action, BenchCommand, Command, LineKind, MoveKind, Role, Status
from app.core.errors import Reason, Refusal
from app.core.money import MAX_FEN, MAX_MILLI, ZERO, Money, Quantity
from app.core.rights import FOUNDER
from app.features.bench.snapshots import QueueKind
from app.features.stock.snapshots import PartEntry
from app.model import Part
from tests.hostile_pictures import PNG

if TYPE_CHECKING:
    from app.features.orders.snapshots import OrderCard
    from app.features.stock.snapshots import PartRow
    from tests.features.bench.conftest import World

    Refused = Callable[[Callable[[], object]], Reason]


def _sums(world: World, part: PartRow) -> tuple[Quantity, Money]:
    """Stock and value as the moves say."""
    moves = world.stock.part(part.id).moves.rows
    return Quantity(sum(move.quantity.milli for move in moves)), Money(sum(move.value.fen for move in moves))


def _agrees(world: World, part: PartRow) -> bool:
    card = world.stock.part(part.id)
    return _sums(world, part) == (card.row.on_hand, card.value) and card.row.on_hand >= Quantity(0)


# -- parts ---------------------------------------------------------------------------------------------


def test_before_the_repair_parts_are_planned_and_during_it_taken(world: World) -> None:
    part = world.part(on_hand=5)
    card = world.add(world.start(world.take_in()), part, Quantity.of(2))
    assert (card.lines[0].planned, card.lines[0].taken) == (Quantity.of(2), Quantity(0))
    assert world.on_hand(part) == Quantity.of(5)
    card = world.start(world.agree(world.done(card)))
    card = world.add(card, part)
    assert (card.lines[0].planned, card.lines[0].taken) == (Quantity.of(1), Quantity.of(1))
    other = world.part("密封条", price=20)
    card = world.add(card, other, Quantity.of(3))
    assert [(line.description, line.taken) for line in card.lines] == [
        ("启动电容 35µF", Quantity.of(1)),
        ("密封条", Quantity.of(3)),
    ]
    assert world.on_hand(other) == Quantity.of(2)


def test_several_planned_lines_are_filled_in_turn(world: World) -> None:
    part = world.part(on_hand=9)
    card = world.start(world.take_in())
    card = world.add(world.add(card, part, Quantity.of(2)), part, Quantity.of(2))
    card = world.start(world.agree(world.done(card)))
    card = world.add(card, part, Quantity.of(3))
    assert [line.taken for line in card.lines] == [Quantity.of(2), Quantity.of(1)]
    card = world.add(card, part, Quantity.of(2))
    assert [(line.quantity, line.taken) for line in card.lines] == [
        (Quantity.of(2), Quantity.of(2)),
        (Quantity.of(3), Quantity.of(3)),
    ]
    assert (world.on_hand(part), _agrees(world, part)) == (Quantity.of(4), True)


def test_all_planned_parts_are_taken_or_none(world: World, refused: Refused) -> None:
    plenty, scarce = world.part(on_hand=5), world.part("主板", on_hand=1, price=300)
    card = world.start(world.take_in())
    card = world.add(world.add(card, plenty), scarce, Quantity.of(2))
    card = world.start(world.agree(world.done(card)))
    before = world.shop.fingerprint()
    assert refused(lambda: world.bench.take_parts(world.ctx(), card.id, card.version)) is Reason.OUT_OF_STOCK
    assert world.shop.fingerprint() == before
    world.stock.receive(world.ctx(Role.OWNER), scarce.id, Quantity.of(1), Money.yuan(200))
    taken = world.bench.take_parts(world.ctx(), card.id, card.version)
    assert all(not line.planned for line in taken.lines)
    assert (
        refused(lambda: world.bench.take_parts(world.ctx(), card.id, taken.version)) is Reason.NOTHING_PLANNED
    )


def test_stock_never_falls_below_zero(world: World, refused: Refused) -> None:
    part = world.part(on_hand=2)
    card = world.repairing(part)
    with pytest.raises(Refusal) as no:
        world.add(card, part, Quantity.of(3))
    assert (no.value.reason, no.value.params["quantity"]) == (Reason.OUT_OF_STOCK, Quantity.of(2))
    card = world.add(card, part, Quantity.of(2))
    assert refused(lambda: world.add(card, part, Quantity(1))) is Reason.OUT_OF_STOCK
    assert (world.on_hand(part), _agrees(world, part)) == (Quantity(0), True)
    assert world.stock.part(part.id).value == ZERO


def test_parts_come_back_at_the_value_they_left_with(world: World) -> None:
    part = world.part(on_hand=3, cost=1000)
    card = world.repairing(part)
    card = world.bench.take_parts(world.ctx(), card.id, card.version)
    world.stock.receive(world.ctx(Role.OWNER), part.id, Quantity.of(10), Money.yuan(90))
    card = world.bench.remove_line(world.ctx(), card.id, card.version, card.lines[0].id, "客户不换了")
    moves = world.stock.part(part.id).moves.rows
    assert [
        (move.kind, move.quantity, move.value) for move in moves if move.kind is not MoveKind.RECEIVE
    ] == [
        (MoveKind.UNUSE, Quantity.of(1), Money(333)),
        (MoveKind.USE, Quantity.of(-1), Money(-333)),
    ]
    assert (card.lines, _agrees(world, part)) == ((), True)
    assert world.stock.part(part.id).value == Money(1000 + 9000)


def test_the_last_part_comes_back_by_command(world: World, refused: Refused) -> None:
    one, two = world.part(), world.part("密封条", price=20)
    card = world.add(world.add(world.start(world.take_in()), one), two)
    card = world.bench.command(world.ctx(), card, BenchCommand.REMOVE_PART)
    assert [line.description for line in card.lines] == ["启动电容 35µF"]
    card = world.bench.command(world.ctx(), card, BenchCommand.REMOVE_PART)
    assert (
        refused(lambda: world.bench.command(world.ctx(), card, BenchCommand.REMOVE_PART)) is Reason.NO_PARTS
    )


def test_parts_are_found_by_label_ean_and_number(world: World, refused: Refused) -> None:
    part = world.part()
    row = world.stock.part(part.id)
    world.stock.save_part(
        world.ctx(Role.OWNER),
        part.id,
        row.version,
        PartEntry(
            part.name, "个", number=part.number, sale_price=part.sale_price, barcodes=("6901234567892",)
        ),
    )
    card = world.start(world.take_in())
    for code in (world.label_of(part), "6901234567892", part.number, part.number.lower(), f" {part.number} "):
        card = world.bench.add_part_by_code(world.ctx(), card.id, card.version, code)
    assert len(card.lines) == 5
    broken = world.label_of(part)[:-1] + str((int(world.label_of(part)[-1]) + 1) % 10)
    unknown = order_code(world.intake.choices().today, 77)
    for code, reason in (
        (broken, Reason.CODE_DAMAGED),
        (unknown, Reason.CODE_UNKNOWN),
        ("6900000000000", Reason.CODE_FOREIGN),
        ("", Reason.CODE_FOREIGN),
        ("' OR 1=1 --", Reason.CODE_FOREIGN),
        ("9" * 5000, Reason.CODE_FOREIGN),
    ):
        assert (
            refused(lambda code=code: world.bench.add_part_by_code(world.ctx(), card.id, card.version, code))
            is reason
        )


def test_a_part_out_of_use_is_not_used(world: World, refused: Refused) -> None:
    part = world.part()
    with world.shop.store.write(Command.SAVE_PART, world.ctx(Role.OWNER)) as tx:
        tx.session.get_one(Part, part.id).active = False
    card = world.start(world.take_in())
    assert refused(lambda: world.add(card, part)) is Reason.PART_INACTIVE
    assert refused(lambda: world.bench.add_part(world.ctx(), card.id, card.version, 4711)) is Reason.NOT_FOUND


def test_a_charge_of_another_order_is_not_touched(world: World, refused: Refused) -> None:
    one = world.add(world.start(world.take_in()), world.part())
    two = world.start(world.take_in())
    assert (
        refused(lambda: world.bench.remove_line(world.ctx(), two.id, two.version, one.lines[0].id))
        is Reason.NOT_FOUND
    )


def test_counter_staff_use_no_parts(world: World, refused: Refused) -> None:
    card, part = world.start(world.take_in()), world.part()
    assert refused(lambda: world.add(card, part, who=Role.COUNTER)) is Reason.NOT_ALLOWED
    assert world.shop.journal(Command.ADD_PART) == [{"denied": True}]


# -- bad input (promises.md row 9) ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [
        (Quantity(0), Reason.QUANTITY_NOT_POSITIVE),
        (Quantity(-1000), Reason.QUANTITY_NOT_POSITIVE),
        (Quantity(MAX_MILLI + 1), Reason.BAD_QUANTITY),
        (Quantity(10**30), Reason.BAD_QUANTITY),
    ],
)
def test_impossible_quantities(world: World, refused: Refused, quantity: Quantity, reason: Reason) -> None:
    card, part = world.start(world.take_in()), world.part(price=0)
    bench, before = world.bench, world.shop.fingerprint()
    assert refused(lambda: world.add(card, part, quantity)) is reason
    assert (
        refused(
            lambda: bench.add_line(
                world.ctx(),
                card.id,
                card.version,
                LineKind.LABOUR,
                "检查",
                ZERO,
                quantity,
                reason="not in the list",
            )
        )
        is reason
    )
    assert world.shop.fingerprint() == before


def test_impossible_amounts_and_minutes(world: World, refused: Refused) -> None:
    card, bench = world.start(world.take_in()), world.bench

    def labour(price: Money, quantity: Quantity = Quantity.of(1), minutes: int = 0) -> Callable[[], object]:
        return lambda: bench.add_line(
            world.ctx(),
            card.id,
            card.version,
            LineKind.LABOUR,
            "检查",
            price,
            quantity,
            minutes,
            reason="not in the list",
        )

    assert refused(labour(Money(-1))) is Reason.AMOUNT_NEGATIVE
    assert refused(labour(Money(MAX_FEN), Quantity.of(2))) is Reason.BAD_AMOUNT
    assert refused(labour(Money(100), minutes=-1)) is Reason.OUT_OF_RANGE
    assert refused(labour(Money(100), minutes=10**12)) is Reason.OUT_OF_RANGE
    dear = world.part(price=1_000_000)
    assert refused(lambda: world.add(card, dear, Quantity.of(1_000_000))) is Reason.BAD_AMOUNT
    for kind in (LineKind.PART, LineKind.DISCOUNT):
        with pytest.raises(ValueError):
            bench.add_line(world.ctx(), card.id, card.version, kind, "", Money(1), reason="not in the list")


BAD_TEXTS = [("\0", Reason.BAD_TEXT), ("\ud800", Reason.BAD_TEXT), ("很" * 4001, Reason.TEXT_TOO_LONG)]


@pytest.mark.parametrize(("text", "reason"), BAD_TEXTS)
def test_texts_that_cannot_be_kept(world: World, refused: Refused, text: str, reason: Reason) -> None:
    card, bench = world.start(world.take_in()), world.bench
    args = (card.id, card.version)
    before = world.shop.fingerprint()
    for command in (
        lambda: bench.add_note(world.ctx(), card.id, f"a{text}"),
        lambda: bench.diagnose(world.ctx(), *args, f"a{text}", "", ""),
        lambda: bench.diagnose(world.ctx(), *args, "", "", f"a{text}"),
        lambda: bench.move(world.ctx(), *args, Action.GIVE_UP, f"a{text}"),
        lambda: bench.add_line(
            world.ctx(), *args, LineKind.LABOUR, f"a{text}", Money(1), reason="not in the list"
        ),
    ):
        assert refused(command) is reason
    assert world.shop.fingerprint() == before


@pytest.mark.parametrize(
    "text",
    ["O'Brien; DROP TABLE part;--", "换电容🔧👍🏽", "‮abc", "𠮷𡃁 㐀", "{0} {who} %s %(x)s", "a" * 4000],
)
def test_texts_are_kept_as_they_are(world: World, text: str) -> None:
    card = world.start(world.take_in())
    card = world.bench.add_note(world.ctx(), card.id, f"  {text}\n")
    card = world.bench.diagnose(world.ctx(), card.id, card.version, text, text, text)
    assert {note.text for note in card.notes} == {text.strip()}


def test_empty_notes_and_diagnoses_are_refused(world: World, refused: Refused) -> None:
    card = world.start(world.take_in())
    assert refused(lambda: world.bench.add_note(world.ctx(), card.id, " \n\t ")) is Reason.FIELD_REQUIRED
    assert (
        refused(lambda: world.bench.diagnose(world.ctx(), card.id, card.version, " ", "", "\n"))
        is Reason.FIELD_REQUIRED
    )


def test_codes_that_open_no_card(world: World, refused: Refused) -> None:
    card = world.take_in()
    assert world.bench.open_by_code(card.card_code, world.actor()).id == card.id
    for text, reason in (
        (card.card_code[:-1] + str((int(card.card_code[-1]) + 1) % 10), Reason.CODE_DAMAGED),
        (order_code(world.intake.choices().today, 99999), Reason.CODE_UNKNOWN),
        (card.card_code[:-2], Reason.CODE_FOREIGN),
        ("", Reason.CODE_FOREIGN),
        ("我" * 400, Reason.CODE_FOREIGN),
    ):
        assert refused(lambda text=text: world.bench.open_by_code(text, world.actor())) is reason
    assert refused(lambda: world.open(4711)) is Reason.NOT_FOUND
    assert refused(lambda: world.bench.move(world.ctx(), 4711, 1, Action.GIVE_UP)) is Reason.NOT_FOUND


# -- passcode, photos, what was tried before -------------------------------------------------------------


def test_the_passcode_is_shown_to_who_works_on_it_and_noted(world: World, refused: Refused) -> None:
    card = world.take_in(passcode="2580 图案L")
    assert card.has_passcode
    assert refused(lambda: world.bench.reveal_passcode(world.ctx(), card.id)) is Reason.NOT_YOUR_ORDER
    assert (
        refused(lambda: world.bench.reveal_passcode(world.ctx(Role.COUNTER), card.id)) is Reason.NOT_ALLOWED
    )
    world.start(card)
    assert (
        refused(lambda: world.bench.reveal_passcode(world.ctx(world.zhao), card.id)) is Reason.NOT_YOUR_ORDER
    )
    ctx = world.ctx()
    assert world.bench.reveal_passcode(ctx, card.id) == "2580 图案L"
    assert world.bench.reveal_passcode(ctx, card.id) == "2580 图案L"
    assert world.bench.reveal_passcode(world.ctx(Role.LEAD), card.id) == "2580 图案L"
    shown = [each for each in world.shop.journal(Command.REVEAL_PASSCODE) if "passcode" in each]
    assert shown == [{"passcode": "shown"}] * 2
    with world.shop.store.read() as reading:
        kept = reading.exec_driver_sql("SELECT passcode FROM repair_order").scalar_one()
    assert b"2580" not in kept


def test_an_erased_passcode_is_gone(world: World, refused: Refused) -> None:
    card = world.take_in(passcode="2580")
    world.move(card, Action.CANCEL, "不修了", who=Role.COUNTER)
    assert refused(lambda: world.bench.reveal_passcode(world.ctx(Role.LEAD), card.id)) is Reason.PASSCODE_GONE
    assert refused(lambda: world.bench.reveal_passcode(world.ctx(), 4711)) is Reason.NOT_FOUND


def test_photos_are_kept_and_found(world: World, refused: Refused) -> None:
    card = world.take_in()
    card = world.bench.add_photo(world.ctx(), card.id, PNG)
    file = world.bench.photo_file(card.photos[0])
    assert hashlib.sha256(file.read_bytes()).hexdigest() == card.photos[0].sha256
    assert (
        refused(lambda: world.bench.add_photo(world.ctx(), card.id, b"MZ not a picture")) is Reason.BAD_IMAGE
    )
    assert refused(lambda: world.bench.add_photo(world.ctx(), card.id, b"")) is Reason.BAD_IMAGE


def test_the_card_tells_what_was_tried_before(world: World) -> None:
    part = world.part()
    card = world.repairing(part)
    card = world.bench.take_parts(world.ctx(), card.id, card.version)
    card = world.bench.diagnose(world.ctx(), card.id, card.version, "不启动", "电容老化", "更换启动电容")
    world.set_status(card, Status.DELIVERED)
    known = world.intake.known_customer(FOUNDER, card.customer_id)
    from app.features.intake.snapshots import CustomerEntry

    again = world.take_in(device_id=known.devices[0].id, customer=CustomerEntry(id=card.customer_id))
    assert [(each.number, each.cause, each.fix, each.parts) for each in again.earlier] == [
        (card.number, "电容老化", "更换启动电容", "启动电容 35µF")
    ]


# -- the queue -----------------------------------------------------------------------------------------


def test_the_queue_shows_who_is_to_do_what(world: World) -> None:
    free = world.take_in()
    mine = world.start(world.take_in())
    waits = world.quoted()
    check = world.in_check()
    theirs = world.start(world.take_in(), world.zhao)
    queue = world.bench.queue(world.actor())
    ids = {kind: [row.id for row in queue.rows(kind)] for kind in QueueKind}
    assert ids[QueueKind.MINE] == [mine.id]
    assert ids[QueueKind.FREE] == [free.id]
    assert ids[QueueKind.WAITING] == [waits.id, check.id]
    assert ids[QueueKind.LATE] == []
    lead = world.bench.queue(world.actor(Role.LEAD))
    assert [row.id for row in lead.mine] == [check.id]
    assert theirs.id in [row.id for row in world.bench.queue(world.zhao).mine]
    assert queue.counts == {QueueKind.MINE: 1, QueueKind.FREE: 1, QueueKind.WAITING: 2, QueueKind.LATE: 0}


def test_late_orders_stand_first_and_undated_ones_last(world: World) -> None:
    today = world.intake.choices().today
    soon = world.take_in(promised_on=today)
    later = world.take_in()
    undated = world.take_in()
    with world.shop.store.write(Command.EDIT_ORDER, world.ctx(Role.COUNTER)) as tx:
        tx.order(undated.id, None).promised_at = None
    assert [row.id for row in world.bench.queue(world.actor()).free] == [soon.id, later.id, undated.id]
    world.later(days=1)
    queue = world.bench.queue(world.actor())
    assert [(row.id, row.late) for row in queue.free] == [
        (soon.id, True),
        (later.id, False),
        (undated.id, False),
    ]
    assert [row.id for row in queue.late] == [soon.id]


def test_the_queue_reads_open_orders_only(world: World) -> None:
    from app.features.bench.queue import _QUEUE

    plan = [row[3] for row in world.shop.store.rows(f"EXPLAIN QUERY PLAN {_QUEUE}", {})]
    assert any("ix_repair_order_open" in step for step in plan), plan


def test_what_the_small_forms_start_from(world: World) -> None:
    choices = world.bench.choices()
    assert [name for _id, name in choices.technicians] == ["王丽华", "李强", "周建国", "赵明"]
    assert (choices.labour_price, choices.diagnosis_fee) == (Money.yuan(80), Money.yuan(30))


def test_lines_of_a_closed_order_stay(world: World, refused: Refused) -> None:
    card: OrderCard = world.repairing()
    card = world.bench.take_parts(world.ctx(), card.id, card.version)
    for status in (Status.DELIVERED, Status.CANCELLED, Status.DISPOSED):
        closed = world.set_status(card, status)
        assert (
            refused(
                lambda closed=closed: world.bench.remove_line(
                    world.ctx(), closed.id, closed.version, closed.lines[0].id
                )
            )
            is Reason.ORDER_CLOSED
        )
