"""From a wish to goods on the shelf: suppliers, orders, partial receipts, and who can go on (domain.md §7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from app.core.enums import Command, PaperKind, PurchaseState, RequestState, Role, Status
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import ONE, ZERO, Money, Quantity
from app.core.rights import FOUNDER, Ctx
from app.features.bench.service import BenchService
from app.features.checkup.service import examine
from app.features.printing.service import PrintingService
from app.features.purchasing.receiving import Receiving
from app.features.purchasing.service import Purchasing
from app.features.purchasing.snapshots import (
    Arrived,
    HeadEntry,
    LineEntry,
    PurchaseCard,
    Received,
    SupplierEntry,
    Wanted,
)
from app.features.purchasing.suppliers import Suppliers
from app.features.purchasing.wishes import Requests
from app.features.stock.service import StockService
from app.features.stock.shelf import Shelf
from app.features.stock.snapshots import PartEntry
from app.model import Part
from app.papers.forms_of_stock import PurchaseSheet, ReceiptSheet
from tests.bad_inputs import BAD_IDS, BAD_INPUTS, as_line, prove
from tests.features.conftest import take_in

if TYPE_CHECKING:
    from tests.features.conftest import Shop

COUNTER, LEAD, TECHNICIAN = Role.COUNTER, Role.LEAD, Role.TECHNICIAN


def of(count: int) -> Quantity:
    return Quantity.of(count)


@dataclass(slots=True)
class Office:
    """The shop's purchasing with its neighbours."""

    shop: Shop
    suppliers: Suppliers
    purchasing: Purchasing
    receiving: Receiving
    requests: Requests
    stock: StockService
    shelf: Shelf
    supplier: int = 0
    made: int = 0

    def part(self, name: str = "压缩机", **fields: object) -> int:
        self.made += 1
        part = self.stock.save_part(
            self.shop.ctx(), None, None, PartEntry(f"{name} {self.made}", "台")
        ).row.id
        if fields:
            with self.shop.store.write(Command.SAVE_PART, self.shop.ctx()) as tx:
                for key, value in fields.items():
                    setattr(tx.session.get_one(Part, part), key, value)
        return part

    def order(self, status: Status = Status.WAITING_PARTS) -> int:
        order = take_in(self.shop)
        with self.shop.store.write(Command.MOVE_ORDER, self.shop.ctx()) as tx:
            tx.order(order.id, None).status = status
        return order.id

    def draft(self, *lines: LineEntry, head: HeadEntry | None = None) -> PurchaseCard:
        return self.purchasing.create(self.shop.ctx(COUNTER), head or HeadEntry(self.supplier), lines)

    def sent(self, *lines: LineEntry, head: HeadEntry | None = None) -> PurchaseCard:
        card = self.draft(*lines, head=head)
        return self.purchasing.send(self.shop.ctx(COUNTER), card.id, card.version)

    def receive(
        self, card: PurchaseCard, *pieces: int, who: Role = COUNTER, more: bool = False, price: int = 100
    ) -> Received:
        """So many pieces of each line from the first; 0 leaves a line out."""
        arrived = [
            Arrived(line.id, of(count), Money.yuan(price))
            for line, count in zip(card.lines, pieces, strict=False)
            if count
        ]
        return self.receiving.receive(
            self.shop.ctx(who), card.id, card.version, arrived, "D-1", accept_more=more
        )


@pytest.fixture(scope="module")
def office(shared_shop: Shop) -> Office:
    store = shared_shop.store
    made = Office(
        shared_shop,
        Suppliers(store),
        Purchasing(store),
        Receiving(store),
        Requests(store),
        StockService(store),
        Shelf(store),
    )
    made.supplier = made.suppliers.save(
        shared_shop.ctx(), None, None, SupplierEntry("义乌配件行", "张", "057685551234", lead_days=5)
    ).id
    return made


@pytest.fixture(scope="module", autouse=True)
def sound(office: Office) -> Iterator[None]:
    """Whatever the tests of this module did, every sum is that of its moves."""
    yield
    names = {
        "stock_sums",
        "stock_places",
        "stock_months",
        "reservations",
        "serials",
        "consigned",
        "purchases",
    }
    checks = [each for each in examine(office.shop.store).checks if each.name in names]
    assert len(checks) == len(names)
    assert [each.name for each in checks if not each.ok] == []


def refused(reason: Reason, call: Callable[[], object], **params: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    assert caught.value.reason is reason
    for key, value in params.items():
        assert caught.value.params[key] == value
    return caught.value


# -- suppliers -----------------------------------------------------------------------------------------------


def test_a_supplier_is_kept_changed_and_taken_out_of_use(office: Office) -> None:
    ctx = office.shop.ctx(COUNTER)
    row = office.suppliers.save(ctx, None, None, SupplierEntry("德力西", lead_days=2))
    assert office.suppliers.save(ctx, None, None, SupplierEntry("德力西", lead_days=2)) == row
    changed = office.suppliers.save(
        office.shop.ctx(), row.id, row.version, SupplierEntry("德力西电气", "李", active=False)
    )
    assert (changed.name, changed.contact, changed.active, changed.lead_days) == (
        "德力西电气",
        "李",
        False,
        3,
    )
    assert office.suppliers.all()[-1] == changed
    with pytest.raises(Conflict):
        office.suppliers.save(office.shop.ctx(), row.id, row.version, SupplierEntry("德力西"))
    refused(Reason.SUPPLIER_INACTIVE, lambda: office.draft(head=HeadEntry(row.id)), name="德力西电气")


def test_two_suppliers_do_not_share_a_name(office: Office) -> None:
    refused(
        Reason.SUPPLIER_NAME_TAKEN,
        lambda: office.suppliers.save(office.shop.ctx(), None, None, SupplierEntry("义乌配件行")),
    )


# -- writing -------------------------------------------------------------------------------------------------


def test_a_draft_is_written_and_sent(office: Office) -> None:
    one, other = office.part(), office.part()
    card = office.draft(LineEntry(of(3), one, unit_price=Money.yuan(50)))
    assert (card.state, card.draft, card.supplier.name) == (PurchaseState.DRAFT, True, "义乌配件行")
    card = office.purchasing.add_line(
        office.shop.ctx(), card.id, card.version, LineEntry(ONE, other, unit_price=Money(1999))
    )
    card = office.purchasing.add_line(office.shop.ctx(), card.id, card.version, LineEntry(of(2), one))
    assert [(line.quantity, line.unit_price) for line in card.lines] == [
        (of(5), Money.yuan(50)),
        (ONE, Money(1999)),
    ]
    assert card.total == Money(26999)
    card = office.purchasing.change_line(
        office.shop.ctx(), card.id, card.version, card.lines[0].id, of(4), Money.yuan(49), "Y-77"
    )
    assert (card.lines[0].quantity, card.lines[0].supplier_number) == (of(4), "Y-77")
    card = office.purchasing.remove_line(office.shop.ctx(), card.id, card.version, card.lines[1].id)
    assert len(card.lines) == 1
    assert office.shelf.stock_of(one).on_order == Quantity(0)
    card = office.purchasing.send(office.shop.ctx(COUNTER), card.id, card.version)
    assert (card.state, card.expected_on) == (PurchaseState.SENT, date(2026, 11, 22) + timedelta(days=5))
    assert office.shelf.stock_of(one).on_order == of(4)
    row = office.purchasing.rows()[0]
    assert (row.number, row.lines, row.total, row.late) == (card.number, 1, Money.yuan(196), False)
    assert office.purchasing.by_code(card.code) == card == office.purchasing.by_code(card.number)


def test_what_is_sent_is_no_longer_edited(office: Office) -> None:
    card = office.sent(LineEntry(of(3), office.part()))
    line = card.lines[0].id
    add = LineEntry(ONE, office.part())
    for call in (
        lambda: office.purchasing.add_line(office.shop.ctx(), card.id, card.version, add),
        lambda: office.purchasing.change_line(office.shop.ctx(), card.id, card.version, line, ONE, ZERO),
        lambda: office.purchasing.remove_line(office.shop.ctx(), card.id, card.version, line),
        lambda: office.purchasing.send(office.shop.ctx(), card.id, card.version),
        lambda: office.purchasing.change(
            office.shop.ctx(), card.id, card.version, HeadEntry(office.supplier, consigned=True)
        ),
    ):
        refused(Reason.PURCHASE_STATE, call, number=card.number, state=PurchaseState.SENT)
    head = HeadEntry(office.supplier, urgent=True, note="催一下", expected_on=date(2026, 12, 1))
    card = office.purchasing.change(office.shop.ctx(), card.id, card.version, head)
    assert (card.urgent, card.note, card.expected_on) == (True, "催一下", date(2026, 12, 1))


def test_what_cannot_be_ordered(office: Office) -> None:
    card = office.draft()
    refused(
        Reason.NOTHING_ORDERED,
        lambda: office.purchasing.send(office.shop.ctx(), card.id, card.version),
    )
    part, order = office.part(), office.order(Status.DELIVERED)
    for reason, entry in (
        (Reason.QUANTITY_NOT_POSITIVE, LineEntry(Quantity(0), part)),
        (Reason.BAD_QUANTITY, LineEntry(of(10**9), part)),
        (Reason.AMOUNT_NEGATIVE, LineEntry(ONE, part, unit_price=Money(-1))),
        (Reason.BAD_AMOUNT, LineEntry(of(1000), part, unit_price=Money.yuan(10**7))),
        (Reason.FIELD_REQUIRED, LineEntry(ONE)),
        (Reason.NOT_FOUND, LineEntry(ONE, 10**9)),
        (Reason.PART_INACTIVE, LineEntry(ONE, office.part(active=False))),
        (Reason.KIT_NO_STOCK, LineEntry(ONE, office.part(kit=True))),
        (Reason.ORDER_CLOSED, LineEntry(ONE, part, order_id=order)),
        (Reason.NOT_FOUND, LineEntry(ONE, part, order_id=10**9)),
    ):
        refused(reason, lambda entry=entry: office.draft(entry))


def test_a_chosen_proposal_becomes_an_order_for_each_supplier(office: Office) -> None:
    other = office.suppliers.save(office.shop.ctx(), None, None, SupplierEntry("上海仓")).id
    one, two, three = office.part(purchase_price=Money(1234)), office.part(), office.part()
    ctx = office.shop.ctx(COUNTER)
    wanted = [
        Wanted(office.supplier, of(2), one),
        Wanted(other, ONE, two, unit_price=Money.yuan(9)),
        Wanted(office.supplier, of(4), three),
    ]
    cards = office.purchasing.order(ctx, wanted)
    assert [(card.supplier.id, len(card.lines)) for card in cards] == [(office.supplier, 2), (other, 1)]
    assert cards[0].lines[0].unit_price == Money(1234)
    assert office.purchasing.order(ctx, wanted) == cards
    refused(Reason.NOTHING_ORDERED, lambda: office.purchasing.order(office.shop.ctx(), []))


def test_calling_off_lets_requests_wait_again(office: Office) -> None:
    part, order = office.part(), office.order()
    office.requests.ask(office.shop.ctx(TECHNICIAN), part_id=part, order_id=order)
    request = office.requests.of_order(order)[0]
    wanted = Wanted(office.supplier, ONE, part, request_id=request.id)
    card = office.purchasing.order(office.shop.ctx(), [wanted])[0]
    assert card.lines[0].order_id == order
    assert request not in office.requests.waiting()
    refused(Reason.REQUEST_ORDERED, lambda: office.purchasing.order(office.shop.ctx(), [wanted]))
    refused(Reason.REQUEST_ORDERED, lambda: office.requests.drop(office.shop.ctx(), request.id))
    card = office.purchasing.send(office.shop.ctx(), card.id, card.version)
    row = office.requests.of_order(order)[0]
    assert (row.state, row.purchase_number, row.expected_on) == (
        RequestState.ORDERED,
        card.number,
        card.expected_on,
    )
    card = office.purchasing.cancel(office.shop.ctx(COUNTER), card.id, card.version)
    assert card.state is PurchaseState.CANCELLED
    assert request in office.requests.waiting()
    assert office.shelf.stock_of(part).on_order == Quantity(0)
    refused(Reason.PURCHASE_STATE, lambda: office.purchasing.cancel(office.shop.ctx(), card.id, card.version))
    assert office.requests.drop(office.shop.ctx(TECHNICIAN), request.id) == ()


# -- goods in ------------------------------------------------------------------------------------------------


def test_what_comes_in_two_deliveries_closes_the_order(office: Office) -> None:
    one, two = office.part(), office.part()
    card = office.sent(LineEntry(of(5), one), LineEntry(of(2), two))
    first = office.receive(card, 3, 0, price=10)
    assert first.purchase.state is PurchaseState.PART_RECEIVED
    assert [line.open for line in first.purchase.lines] == [of(2), of(2)]
    assert (first.receipt.total, first.receipt.delivery_note) == (Money.yuan(30), "D-1")
    assert (office.shelf.stock_of(one).on_hand, office.shelf.stock_of(one).on_order) == (of(3), of(2))
    second = office.receive(first.purchase, 2, 2, price=12)
    assert second.purchase.state is PurchaseState.CLOSED
    assert [each.number for each in second.purchase.receipts] == [second.receipt.number, first.receipt.number]
    assert office.stock.part(one).value == Money.yuan(54)
    assert office.receiving.awaited() == tuple(
        each for each in office.receiving.awaited() if each.id != card.id
    )
    refused(Reason.PURCHASE_STATE, lambda: office.receive(second.purchase, 1))


def test_a_gesture_is_received_once(office: Office) -> None:
    card = office.sent(LineEntry(of(2), office.part()))
    ctx = office.shop.ctx(COUNTER)
    arrived = [Arrived(card.lines[0].id, ONE, Money.yuan(1))]
    first = office.receiving.receive(ctx, card.id, card.version, arrived)
    assert office.receiving.receive(ctx, card.id, card.version, arrived) == first
    assert first.purchase.lines[0].received == ONE


def test_more_than_ordered_is_a_leads_to_accept(office: Office) -> None:
    part = office.part()
    card = office.sent(LineEntry(of(2), part))
    before = office.shop.fingerprint()
    refused(Reason.MORE_THAN_ORDERED, lambda: office.receive(card, 3), open=of(2), quantity=of(3))
    assert office.shop.fingerprint() == before
    refused(Reason.NOT_ALLOWED, lambda: office.receive(card, 3, more=True))
    done = office.receive(card, 3, who=LEAD, more=True)
    assert done.purchase.state is PurchaseState.CLOSED
    assert (done.purchase.lines[0].received, office.shelf.stock_of(part).on_hand) == (of(3), of(3))


def test_twice_the_same_line_is_still_no_more_than_ordered(office: Office) -> None:
    card = office.sent(LineEntry(of(2), office.part()))
    line = card.lines[0].id
    twice = [Arrived(line, of(2), ZERO), Arrived(line, ONE, ZERO)]
    refused(
        Reason.MORE_THAN_ORDERED,
        lambda: office.receiving.receive(office.shop.ctx(), card.id, card.version, twice),
        open=Quantity(0),
    )


def test_what_cannot_be_received(office: Office) -> None:
    card = office.sent(LineEntry(of(2), office.part(), unit_price=Money.yuan(3)))
    foreign = office.sent(LineEntry(of(2), office.part())).lines[0].id
    line = card.lines[0].id
    for reason, arrived in (
        (Reason.NOTHING_RECEIVED, []),
        (Reason.NOT_FOUND, [Arrived(foreign, ONE, ZERO)]),
        (Reason.QUANTITY_NOT_POSITIVE, [Arrived(line, Quantity(0), ZERO)]),
        (Reason.AMOUNT_NEGATIVE, [Arrived(line, ONE, Money(-1))]),
        (Reason.SERIAL_NOT_SERIALISED, [Arrived(line, ONE, ZERO, ("X1",))]),
    ):
        refused(
            reason,
            lambda arrived=arrived: office.receiving.receive(
                office.shop.ctx(), card.id, card.version, arrived
            ),
        )
    draft = office.draft(LineEntry(ONE, office.part()))
    refused(Reason.PURCHASE_STATE, lambda: office.receive(draft, 1))


def test_pieces_come_with_their_serial_numbers(office: Office) -> None:
    part = office.part(serialised=True)
    card = office.sent(LineEntry(of(2), part))
    line = card.lines[0].id
    refused(Reason.SERIAL_NEEDED, lambda: office.receive(card, 2))
    done = office.receiving.receive(
        office.shop.ctx(), card.id, card.version, [Arrived(line, of(2), Money.yuan(5), ("A1", "A2"))]
    )
    assert done.purchase.state is PurchaseState.CLOSED
    piece = office.shelf.piece_by_scan("A2")
    assert piece is not None
    assert piece.part_id == part


def test_consigned_goods_come_without_a_price(office: Office) -> None:
    part = office.part(consign_price=Money.yuan(80))
    head = HeadEntry(office.supplier, consigned=True)
    refused(Reason.CONSIGN_PRICE_MISSING, lambda: office.draft(LineEntry(ONE, office.part()), head=head))
    done = office.receive(office.sent(LineEntry(of(2), part), head=head), 2, price=70)
    stock = office.shelf.stock_of(part)
    assert (done.receipt.total, stock.on_hand, stock.consigned) == (ZERO, Quantity(0), of(2))


def test_something_that_is_no_part_comes_and_moves_nothing(office: Office) -> None:
    card = office.sent(LineEntry(ONE, description="万用表", unit_price=Money.yuan(120)))
    done = office.receive(card, 1, price=118)
    assert (done.purchase.state, done.receipt.total) == (PurchaseState.CLOSED, Money.yuan(118))


def test_a_back_order_is_called_off(office: Office) -> None:
    part, other = office.part(), office.part()
    card = office.receive(office.sent(LineEntry(of(5), part), LineEntry(ONE, other)), 3).purchase
    card = office.purchasing.call_off_line(office.shop.ctx(), card.id, card.version, card.lines[0].id)
    assert (card.state, card.lines[0].cancelled) == (PurchaseState.PART_RECEIVED, of(2))
    assert office.shelf.stock_of(part).on_order == Quantity(0)
    card = office.purchasing.cancel(office.shop.ctx(), card.id, card.version)
    assert card.state is PurchaseState.CLOSED


def test_two_stores_receive_at_once_and_one_wins(office: Office) -> None:
    part = office.part()
    card = office.sent(LineEntry(of(2), part))
    second = office.shop.store.second()
    try:
        there = Receiving(second)
        arrived = [Arrived(card.lines[0].id, of(2), Money.yuan(1))]
        there.receive(Ctx.gesture(office.shop.people[COUNTER]), card.id, card.version, arrived)
        with pytest.raises(Conflict):
            office.receive(card, 2)
    finally:
        second.close()
    assert office.shelf.stock_of(part).on_hand == of(2)


# -- who waits for it ----------------------------------------------------------------------------------------


def test_a_special_order_is_held_for_its_repair_which_can_go_on(office: Office) -> None:
    part, order = office.part(), office.order()
    card = office.sent(LineEntry(of(2), part, order_id=order))
    first = office.receive(card, 1)
    assert first.can_go_on == ()
    assert office.shelf.reserved_for(order)[0].quantity == ONE
    done = office.receive(first.purchase, 1)
    assert [each.id for each in done.can_go_on] == [order]
    assert office.shelf.reserved_for(order)[0].quantity == of(2)
    assert order in [each.id for each in office.receiving.can_go_on()]


def test_who_asked_without_an_order_is_served_first_come_urgent_first(office: Office) -> None:
    part = office.part()
    calm, hurried = office.order(), office.order()
    office.requests.ask(office.shop.ctx(TECHNICIAN), part_id=part, order_id=calm)
    office.requests.ask(office.shop.ctx(TECHNICIAN), part_id=part, order_id=hurried, urgent=True)
    card = office.sent(LineEntry(of(2), part))
    first = office.receive(card, 1)
    assert [each.id for each in first.can_go_on] == [hurried]
    assert office.requests.of_order(hurried)[0].state is RequestState.RECEIVED
    assert office.requests.of_order(calm)[0].state is RequestState.OPEN
    assert [each.id for each in office.receive(first.purchase, 1).can_go_on] == [calm]


def test_an_order_that_lacks_another_part_waits_on(office: Office) -> None:
    one, two, order = office.part(), office.part(), office.order()
    card = office.sent(LineEntry(ONE, one, order_id=order), LineEntry(ONE, two, order_id=order))
    first = office.receive(card, 1, 0)
    assert first.can_go_on == ()
    assert [each.id for each in office.receive(first.purchase, 0, 1).can_go_on] == [order]


def test_something_in_words_is_here_when_its_line_came(office: Office) -> None:
    order = office.order()
    office.requests.ask(office.shop.ctx(TECHNICIAN), description="专用螺丝一套", order_id=order)
    request = office.requests.of_order(order)[0]
    wanted = Wanted(office.supplier, ONE, description=request.name, request_id=request.id)
    card = office.purchasing.order(office.shop.ctx(), [wanted], urgent=True)[0]
    assert card.urgent
    card = office.purchasing.send(office.shop.ctx(), card.id, card.version)
    assert [each.id for each in office.receive(card, 1).can_go_on] == [order]


@pytest.mark.parametrize("urgent", [True, False])
def test_an_order_with_an_urgent_request_is_urgent(office: Office, urgent: bool) -> None:
    part = office.part()
    office.requests.ask(office.shop.ctx(TECHNICIAN), part_id=part, order_id=office.order(), urgent=urgent)
    (request,) = office.requests.waiting()
    lines = [
        Wanted(office.supplier, ONE, office.part()),
        Wanted(office.supplier, ONE, part, request_id=request.id),
    ]
    assert office.purchasing.order(office.shop.ctx(), lines)[0].urgent is urgent


def test_what_can_go_on_is_work_again_on_top_of_the_bench(office: Office) -> None:
    bench, technician = BenchService(office.shop.store), office.shop.people[TECHNICIAN]
    part, order = office.part(), office.order()
    with office.shop.store.write(Command.MOVE_ORDER, office.shop.ctx()) as tx:
        tx.order(order, None).technician_id = technician.id
    other = take_in(office.shop)
    with office.shop.store.write(Command.MOVE_ORDER, office.shop.ctx()) as tx:
        found = tx.order(other.id, None)
        found.technician_id, found.promised_at = technician.id, tx.now
    card = office.sent(LineEntry(ONE, part, order_id=order))
    queue = bench.queue(technician)
    assert order in [row.id for row in queue.waiting]
    office.receive(card, 1)
    queue = bench.queue(technician)
    assert order not in [row.id for row in queue.waiting]
    assert (queue.mine[0].id, queue.mine[0].arrived) == (order, True)
    assert other.id in [row.id for row in queue.mine]


def test_goods_for_a_closed_repair_stay_free(office: Office) -> None:
    part, order = office.part(), office.order()
    card = office.sent(LineEntry(ONE, part, order_id=order))
    with office.shop.store.write(Command.MOVE_ORDER, office.shop.ctx()) as tx:
        tx.order(order, None).status = Status.CANCELLED
    assert office.receive(card, 1).can_go_on == ()
    assert office.shelf.stock_of(part).free == ONE


def test_what_is_free_is_promised_once(office: Office) -> None:
    """Two repairs wait for the same part and one comes: one can go on."""
    part = office.part()
    orders = [office.order(), office.order()]
    for order in orders:
        office.requests.ask(office.shop.ctx(TECHNICIAN), part_id=part, order_id=order)
    office.stock.receive(office.shop.ctx(), part, ONE, Money.yuan(1))
    ready = {each.id for each in office.receiving.can_go_on()}
    assert ready & set(orders) == {orders[0]}


# -- papers --------------------------------------------------------------------------------------------------


def test_the_papers_are_those_of_the_records(office: Office) -> None:
    printing = PrintingService(office.shop.store)
    part, order = office.part(supplier_number="YW-7"), office.order()
    card = office.draft(LineEntry(of(5), part, unit_price=Money.yuan(8), order_id=order))
    draft = printing.issue(office.shop.ctx(), PaperKind.PURCHASE_ORDER, card.number).form
    assert isinstance(draft, PurchaseSheet)
    assert (draft.draft, draft.total, draft.code) == (True, Money.yuan(40), card.code)
    assert [(line.supplier_number, line.quantity) for line in draft.lines] == [("YW-7", of(5))]
    card = office.purchasing.send(office.shop.ctx(), card.id, card.version)
    sent = printing.issue(office.shop.ctx(), PaperKind.PURCHASE_ORDER, card.number).form
    assert isinstance(sent, PurchaseSheet)
    assert (sent.draft, sent.expected_on) == (False, card.expected_on)
    done = office.receive(card, 3, price=7)
    paper = printing.issue(office.shop.ctx(), PaperKind.GOODS_RECEIPT, done.receipt.number)
    receipt = paper.form
    assert isinstance(receipt, ReceiptSheet)
    assert (receipt.total, receipt.purchase_number, receipt.delivery_note) == (
        Money.yuan(21),
        card.number,
        "D-1",
    )
    assert [(line.quantity, line.open) for line in receipt.lines] == [(of(3), of(2))]
    assert receipt.lines[0].order_number
    office.receive(done.purchase, 2)
    again = printing.issue(office.shop.ctx(), PaperKind.GOODS_RECEIPT, done.receipt.number)
    assert (again.copy, again.form) == (1, receipt)
    assert printing.pdf(again).startswith(b"%PDF")
    for kind in (PaperKind.PURCHASE_ORDER, PaperKind.GOODS_RECEIPT):
        refused(Reason.NOT_FOUND, lambda kind=kind: printing.look(FOUNDER, kind, "X2611-00001"))


# -- bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=BAD_IDS)
def test_whatever_is_typed_is_kept_or_refused(office: Office, bad: str) -> None:
    shop = office.shop
    plain = SupplierEntry("王家电子")
    known = next((each for each in office.suppliers.all() if each.note == "bad"), None)
    row = known or office.suppliers.save(shop.ctx(), None, None, replace(plain, note="bad"))
    for field in ("name", "contact", "address"):
        prove(
            bad,
            lambda text, field=field: getattr(
                office.suppliers.save(shop.ctx(), row.id, None, replace(plain, note="bad", **{field: text})),
                field,
            ),
            shop.commits,
        )
    part = office.part()
    card = office.sent(LineEntry(of(2), part))
    line = card.lines[0].id
    for attempt in (
        lambda text: office.draft(LineEntry(ONE, description=text)).lines[0].description,
        lambda text: office.draft(head=HeadEntry(office.supplier, note=text)).note,
        lambda text: (
            office.draft(LineEntry(ONE, part, supplier_number=text)).lines[0].supplier_number
            if as_line(text)
            else ""
        ),
        lambda text: (
            office.receiving.receive(
                shop.ctx(), card.id, card.version, [Arrived(line, ONE, ZERO)], text
            ).receipt.delivery_note
        ),
        lambda text: max(office.requests.ask(shop.ctx(), description=text), key=lambda each: each.id).name,
    ):
        prove(bad, attempt, shop.commits)


@pytest.mark.parametrize("days", [-1, 366, 10**9])
def test_no_supplier_takes_longer_than_a_year(office: Office, days: int) -> None:
    refused(
        Reason.OUT_OF_RANGE,
        lambda: office.suppliers.save(office.shop.ctx(), None, None, SupplierEntry("慢", lead_days=days)),
        field="lead_days",
    )
