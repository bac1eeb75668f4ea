"""Goods behind corrections (domain.md §7, §8): a credited part goes back to the shelf, another comes in exchange, and
what was used before it was booked in costs the month of its receipt. Stock, sums and the month's report agree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QCheckBox

from app.core.codes import parse
from app.core.enums import Action, CreditKind, CreditReason, LineKind, PaymentMethod, Role, Status
from app.core.errors import Reason, Refusal
from app.core.money import ONE, ZERO, Money, Quantity
from app.core.rights import FOUNDER
from app.core.tenders import Tender
from app.features.billing.page import InvoicesPage
from app.features.billing.part_given import PartGiven
from app.features.billing.snapshots import BilledInvoice, CreditAsked, ExchangeAsked, NewLine
from app.features.reports.service import ReportService
from app.features.stock.service import StockService
from app.features.stock.shelf import Shelf
from app.features.stock.snapshots import PartEntry, PartRow
from app.ui.fields import ComboField, LineField, MoneyField
from app.ui.form_dialog import FormDialog
from tests.features.billing.conftest import Office
from tests.features.billing.test_correcting import refused
from tests.features.billing.test_pages import desk_of, field, offices_of, pays
from tests.features.page_tools import Forms, Papers

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.features.orders.snapshots import OrderCard

YUAN = Money.yuan
CASH = PaymentMethod.CASH


@dataclass(slots=True)
class Room:
    """An office with a stock room behind it."""

    office: Office
    stock: StockService
    shelf: Shelf

    def part(
        self, name: str, *, price: int, cost: int = 0, many: int = 0, serials: tuple[str, ...] = ()
    ) -> PartRow:
        """A part, ``many`` pieces of it bought for ``cost`` yuan each."""
        ctx = self.office.shop.ctx
        entry = PartEntry(name, "个", sale_price=YUAN(price), serialised=bool(serials))
        row = self.stock.save_part(ctx(), None, None, entry).row
        if many:
            self.receive(row, cost * many, many, serials)
        return row

    def receive(self, part: PartRow, cost: int, many: int, serials: tuple[str, ...] = ()) -> None:
        self.stock.receive(self.office.shop.ctx(), part.id, Quantity.of(many), YUAN(cost), serials=serials)

    def repairing(self, **device: Any) -> OrderCard:
        """A device on the bench, its repair agreed to."""
        counter, ctx = self.office.counter, self.office.shop.ctx
        card = counter.bench.go_on(ctx(Role.TECHNICIAN), (it := counter.take_in(**device)).id, it.version)
        card = counter.bench.add_line(
            ctx(Role.TECHNICIAN),
            card.id,
            card.version,
            LineKind.LABOUR,
            "更换",
            YUAN(100),
            reason="not in the list",
        )
        card = counter.bench.done(ctx(Role.TECHNICIAN), card.id, card.version)
        card = counter.bench.go_on(ctx(Role.TECHNICIAN), card.id, card.version)
        assert card.status is Status.REPAIRING
        return card

    def handed_over(self, card: OrderCard) -> BilledInvoice:
        """Finished, checked, paid in cash."""
        counter, ctx = self.office.counter, self.office.shop.ctx
        card = counter.bench.done(ctx(Role.TECHNICIAN), card.id, card.version)
        card = counter.bench.move(ctx(Role.LEAD), card.id, card.version, Action.PASS_QC)
        settled = counter.settle(card, Tender(CASH, card.due))
        return self.office.invoice(settled.invoice_number or settled.other_invoices[0])

    def sold(self, part: PartRow, many: int = 1, serials: tuple[str, ...] = ()) -> BilledInvoice:
        """A repair with this part, handed over."""
        card = self.repairing()
        ctx = self.office.shop.ctx(Role.TECHNICIAN)
        card = self.office.counter.bench.add_part(
            ctx, card.id, card.version, part.id, Quantity.of(many), serials
        )
        return self.handed_over(card)

    def lies(self, part: PartRow) -> tuple[Quantity, Money]:
        """How much of a part is here, and its value."""
        card = self.stock.part(part.id)
        return card.row.on_hand, card.value

    def month(self, year: int = 2026, month: int = 11) -> Any:
        return ReportService(self.office.shop.store).month_report(FOUNDER, year, month)


@pytest.fixture
def room(office: Office) -> Room:
    store = office.shop.store
    return Room(office, StockService(store), Shelf(store))


def part_line(invoice: BilledInvoice) -> Any:
    return next(each for each in invoice.lines if each.kind is LineKind.PART)


def credit_of(invoice: BilledInvoice, amount: Money = ZERO, *, restock: bool = True) -> CreditAsked:
    line = part_line(invoice)
    return CreditAsked(
        invoice.id, CreditKind.LINES, CreditReason.NOT_DONE, "没用上", ((line.id, amount),),
        restock=(line.id,) if restock else (),
    )  # fmt: skip


def test_a_credited_part_goes_back_at_the_value_it_left_with(room: Room) -> None:
    part = room.part("压缩机", price=300, cost=120, many=3)
    invoice = room.sold(part, 2)
    assert room.lies(part) == (Quantity.of(1), YUAN(120))
    before = room.month()
    # Bought dearer meanwhile: what comes back has its own value.
    room.receive(part, 200, 1)
    room.office.corrections.credit(room.office.shop.ctx(), credit_of(invoice))
    assert room.lies(part) == (Quantity.of(4), YUAN(120 + 200 + 240))
    after = room.month()
    assert (before.parts_cost, after.parts_cost) == (YUAN(240), ZERO)
    assert after.parts == ZERO
    assert after.gross_profit == after.revenue
    assert after.stock_value == YUAN(560)
    line = part_line(room.office.invoice(invoice.number))
    assert (line.rest, line.returnable) == (ZERO, False)


def test_a_part_that_is_credited_and_stays_out_keeps_its_cost(room: Room) -> None:
    part = room.part("压缩机", price=300, cost=120, many=1)
    invoice = room.sold(part)
    room.office.corrections.credit(room.office.shop.ctx(), credit_of(invoice, restock=False))
    assert room.lies(part) == (Quantity(0), ZERO)
    assert room.month().parts_cost == YUAN(120)


def test_no_part_goes_back_twice_nor_for_half_its_price(room: Room) -> None:
    part = room.part("压缩机", price=300, cost=120, many=1)
    invoice = room.sold(part)
    credit = room.office.corrections.credit
    before = room.office.shop.fingerprint()
    with refused(Reason.BAD_CHOICE):
        credit(room.office.shop.ctx(), credit_of(invoice, YUAN(100)))
    labour = next(each for each in invoice.lines if each.kind is LineKind.LABOUR)
    asked = CreditAsked(
        invoice.id, CreditKind.LINES, CreditReason.NOT_DONE, "x", ((labour.id, ZERO),), restock=(labour.id,)
    )
    with refused(Reason.BAD_CHOICE):
        credit(room.office.shop.ctx(), asked)
    assert room.office.shop.fingerprint() == before
    ctx = room.office.shop.ctx()
    first = credit(ctx, credit_of(invoice))
    assert credit(ctx, credit_of(invoice)).number == first.number, "the same gesture twice is once"
    with pytest.raises(Refusal):
        credit(room.office.shop.ctx(), credit_of(invoice))
    assert room.lies(part) == (ONE, YUAN(120))


def test_a_piece_that_goes_back_is_the_piece_that_was_built_in(room: Room) -> None:
    part = room.part("主板", price=400, cost=150, many=2, serials=("A1", "A2"))
    invoice = room.sold(part, 1, ("A2",))
    assert [each.serial for each in room.shelf.pieces(part.id)] == ["A1"]
    room.office.corrections.credit(room.office.shop.ctx(), credit_of(invoice))
    assert {each.serial for each in room.shelf.pieces(part.id)} == {"A1", "A2"}


def test_a_part_in_exchange_leaves_the_shelf_and_costs_the_month(room: Room) -> None:
    old, new = (
        room.part("国产压缩机", price=300, cost=120, many=1),
        room.part("原装压缩机", price=450, cost=260, many=2),
    )
    invoice = room.sold(old)
    asked = ExchangeAsked(
        CreditAsked(
            invoice.id, CreditKind.EXCHANGE, CreditReason.EXCHANGE, "客户要原装",
            ((part_line(invoice).id, ZERO),), restock=(part_line(invoice).id,),
        ),
        (NewLine(LineKind.PART, "", YUAN(430), ONE, new.id),),
        (Tender(CASH, YUAN(130)),),
    )  # fmt: skip
    ctx = room.office.shop.ctx()
    done = room.office.corrections.exchange(ctx, asked)
    assert room.office.corrections.exchange(ctx, asked).invoice_number == done.invoice_number
    assert (done.invoice.total, done.invoice.due) == (YUAN(430), ZERO)
    assert done.invoice.lines[0].description == "原装压缩机"
    assert room.lies(old) == (ONE, YUAN(120))
    assert room.lies(new) == (ONE, YUAN(260))
    report = room.month()
    assert report.parts_cost == YUAN(260)
    assert report.stock_value == YUAN(380)
    # It can be taken back like any other.
    room.office.corrections.credit(room.office.shop.ctx(), credit_of(done.invoice))
    assert room.lies(new) == (Quantity.of(2), YUAN(520))
    assert room.month().parts_cost == ZERO


def test_an_exchange_for_what_is_not_there_changes_nothing(room: Room) -> None:
    old = room.part("国产压缩机", price=300, cost=120, many=1)
    new = room.part("原装压缩机", price=450)
    board = room.part("主板", price=400, cost=150, many=1, serials=("A1",))
    invoice = room.sold(old)
    credit = credit_of(invoice)
    before = room.office.shop.fingerprint()
    for line, reason in (
        (NewLine(LineKind.PART, "", YUAN(450), ONE, new.id), Reason.OUT_OF_STOCK),
        (NewLine(LineKind.PART, "", YUAN(400), ONE, board.id), Reason.SERIAL_NEEDED),
        (NewLine(LineKind.PART, "", YUAN(400), ONE, board.id, ("A9",)), Reason.SERIAL_UNKNOWN),
        (NewLine(LineKind.PART, "", YUAN(400), ONE, 10**9), Reason.NOT_FOUND),
        (NewLine(LineKind.PART, "", Money(-1), ONE, old.id), Reason.AMOUNT_NOT_POSITIVE),
        (NewLine(LineKind.PART, "", YUAN(400), Quantity(0), old.id), Reason.QUANTITY_NOT_POSITIVE),
    ):
        asked = ExchangeAsked(credit, (line,), (Tender(CASH, YUAN(150)),))
        with refused(reason):
            room.office.corrections.exchange(room.office.shop.ctx(), asked)
    assert room.office.shop.fingerprint() == before


# -- used before it was booked in ----------------------------------------------------------------------------


def owed(room: Room, part: PartRow, **device: Any) -> BilledInvoice:
    """A part that is not booked in yet was used, and the device is gone."""
    card = room.repairing(**device)
    room.shelf.owe(room.office.shop.ctx(Role.LEAD), card.id, card.version, part.id, ONE)
    return room.handed_over(room.office.counter.card(card.id))


def turn_to_december(room: Room) -> None:
    room.office.shop.clock.set(datetime(2026, 12, 3, 2, 0, tzinfo=UTC))


def test_a_late_cost_falls_in_the_month_of_the_receipt(room: Room) -> None:
    part = room.part("压缩机", price=300)
    invoice = owed(room, part)
    november = room.month()
    assert (november.parts, november.parts_cost) == (part_line(invoice).amount - part_line(invoice).tax, ZERO)
    turn_to_december(room)
    room.receive(part, 120 * 3, 3)
    # One of the three left at once with the order that owed it.
    assert room.lies(part) == (Quantity.of(2), YUAN(240))
    told = replace(room.month(), days=november.days)
    assert told == november, "the month that was told stays as it was told"
    december = room.month(2026, 12)
    assert (december.parts_cost, december.revenue) == (YUAN(120), ZERO)
    assert december.gross_profit == -YUAN(120)
    line = next(each for each in room.office.counter.card(card_of(invoice)).lines if each.part_id == part.id)
    assert (line.owed, line.taken) == (Quantity(0), ONE)


def card_of(invoice: BilledInvoice) -> int:
    return invoice.orders[0][0]


def test_a_debt_is_settled_in_parts_and_once(room: Room) -> None:
    part = room.part("制冷剂", price=60)
    card = room.repairing()
    room.shelf.owe(room.office.shop.ctx(Role.LEAD), card.id, card.version, part.id, Quantity.of(3))
    room.handed_over(room.office.counter.card(card.id))
    room.receive(part, 20, 2)
    assert (room.lies(part), room.month().parts_cost) == ((Quantity(0), ZERO), YUAN(20))
    room.receive(part, 30, 2)
    assert (room.lies(part), room.month().parts_cost) == ((ONE, YUAN(15)), YUAN(35))
    room.receive(part, 10, 1)
    assert (room.lies(part), room.month().parts_cost) == ((Quantity.of(2), YUAN(25)), YUAN(35))


def test_a_debt_of_the_brand_s_repair_is_its_cost(room: Room) -> None:
    part = room.part("压缩机", price=300)
    owed(room, part, purchased_on=date(2026, 3, 1), proof_seen=True)
    room.receive(part, 120, 1)
    assert room.month().parts_cost == YUAN(120)


def test_a_part_that_came_late_can_be_credited_and_put_back(room: Room) -> None:
    part = room.part("压缩机", price=300)
    invoice = owed(room, part)
    with refused(Reason.BAD_CHOICE):  # nothing of it was ever booked
        room.office.corrections.credit(room.office.shop.ctx(), credit_of(invoice))
    turn_to_december(room)
    room.receive(part, 120, 1)
    room.office.corrections.credit(room.office.shop.ctx(), credit_of(invoice))
    assert room.lies(part) == (ONE, YUAN(120))
    assert room.month(2026, 12).parts_cost == ZERO


# -- the form ------------------------------------------------------------------------------------------------


@pytest.fixture
def page(office: Office, qtbot: QtBot) -> InvoicesPage:
    made = InvoicesPage(offices_of(office), desk_of(office.shop, Role.OWNER, Papers()))
    qtbot.addWidget(made)
    made.resize(1270, 640)
    made.show()
    return made


def test_the_form_gives_a_part_and_asks_which_piece(
    room: Room, page: InvoicesPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = room.part("国产主板", price=300, cost=120, many=1)
    board = room.part("原装主板", price=450, cost=200, many=2, serials=("A1", "A2"))
    invoice = room.sold(old)
    page.come_to_front()
    page.open_with(invoice.id)
    forms = Forms(monkeypatch)
    seen: list[Any] = []

    def answer(dialog: FormDialog) -> None:
        [given] = dialog.findChildren(PartGiven)
        line = next(each for each in dialog.findChildren(QCheckBox) if "国产主板" in each.text())
        line.setChecked(True)
        assert not given.isVisibleTo(dialog)
        field(dialog, ComboField).set_value(LineKind.PART)
        field(dialog, ComboField).changed.emit()
        assert given.isVisibleTo(dialog)
        assert not field(dialog, LineField).isVisibleTo(dialog), "its name is the part's"
        field(dialog, LineField, 2).set_value("客户要原装")
        price = next(each for each in dialog._fields if isinstance(each, MoneyField) and each.required)
        price.set_value(YUAN(1))
        given.part.line.setText("没有的件")
        dialog.try_it()
        assert dialog.banner.message() is not None
        given.part.line.setText(board.number)
        seen.append((price.value(), list(given.pieces)))
        # No piece is ticked: refused, and nothing was booked.
        before = room.office.shop.fingerprint()
        pays({CASH: "150"})(dialog)
        assert (dialog.banner.message() is not None, room.office.shop.fingerprint()) == (True, before)
        given.pieces["A2"].setChecked(True)
        dialog.try_it()

    forms.answer(answer)
    page.exchange()
    assert seen == [(YUAN(450), ["A1", "A2"])]
    assert [each.serial for each in room.shelf.pieces(board.id)] == ["A1"]
    after = room.office.invoice(room.office.invoice(invoice.number).replaced_by)
    assert (after.total, after.due, after.lines[0].description) == (YUAN(450), ZERO, "原装主板")


def test_the_label_of_a_piece_names_it(room: Room, qtbot: QtBot) -> None:
    from app.core.codes import CodeKind, running_code

    board = room.part("原装主板", price=450, cost=200, many=2, serials=("A1", "A2"))
    piece = next(each for each in room.shelf.pieces(board.id) if each.serial == "A2")
    given = PartGiven(lambda: room.stock, lambda: room.shelf)
    qtbot.addWidget(given)
    given.show()
    assert given.part.take_scan(parse(running_code(CodeKind.SERIAL_PART, piece.id)))
    assert (given.meant().id, given.serials(), given.many()) == (board.id, ("A2",), ONE)
    assert not given.part.take_scan(parse(running_code(CodeKind.STAFF, 1)))
    plain = room.part("电容", price=45, cost=10, many=5)
    given.part.line.setText("电容")
    assert (given.meant().id, given.pieces, given.serials()) == (plain.id, {}, ())
