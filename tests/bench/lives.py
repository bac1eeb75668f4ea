"""An order's whole life through the services, beside the same rows by bare ORM in as many transactions."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core import codes
from app.core.enums import (
    Action,
    Command,
    CustodyWay,
    JobKind,
    LineKind,
    MoveKind,
    Payer,
    PaymentKind,
    PaymentMethod,
    QuoteState,
    ReceiptProof,
    ServiceType,
    Status,
    Visit,
)
from app.core.ids import uuid7
from app.core.money import ONE, Money, Quantity
from app.core.rights import FOUNDER, Actor, Ctx
from app.core.tenders import Tender
from app.features.handover.snapshots import Settlement
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.orders.snapshots import OrderCard
from app.model import (
    Allocation,
    CustodyEntry,
    Customer,
    Device,
    Gram,
    Invoice,
    InvoiceLine,
    JournalEntry,
    Operation,
    OrderLine,
    Part,
    Payment,
    PickupReceipt,
    Quote,
    RepairOrder,
    StockMove,
    WorkLog,
)
from app.services import Services
from app.store.search import grams_of
from tests.bench.measure import Effort, Figure, figure
from tests.bench.papers import PAPERS, Marks, forms_of
from tests.bench.shops import Shop

_PEOPLE = ("王丽华", "张伟", "李娜", "刘洋", "陈静", "杨帆", "赵敏", "黄磊", "周杰", "吴芳")
NAMES = ("write_order", "order_life", "order_life_papers")
FAULT = "冰箱不制冷，压缩机不启动，有异响"


def measure(shop: Shop, wanted: Callable[[str], bool], effort: Effort) -> Iterator[Figure]:
    """Every figure of this module that is wanted."""
    ours = Lives(shop.services, shop.actor, shop.part_ids)
    floor = BareLives(shop.services, shop.actor, shop.part_ids)
    if wanted("write_order"):
        yield figure(
            "write_order", ours.write_order, floor.write_order, rounds=effort.rounds // 4 + 2, bound=3
        )
    if wanted("order_life"):
        yield figure("order_life", ours.live, floor.live, rounds=effort.lives, bound=2.5)
    if wanted("order_life_papers"):
        yield figure(
            "order_life_papers",
            lambda: ours.live(_printer(shop)),
            _bare_with_papers(shop, floor),
            rounds=effort.lives,
            bound=2,
        )


def _printer(shop: Shop) -> Callable[[str, str], object]:
    """Prints what the counter prints: the receipt when the device comes in, the invoice when it leaves."""

    def print_both(order: str, invoice: str) -> None:
        for (kind, size), number in zip(PAPERS.values(), (order, invoice), strict=True):
            shop.services.printing.pdf_without_booking(FOUNDER, kind, number, size)

    return print_both


def _bare_with_papers(shop: Shop, floor: BareLives) -> Callable[[], object]:
    marks = [Marks.of(forms_of(shop, kind)[0], size) for kind, size in PAPERS.values()]

    def live() -> None:
        floor.live()
        for each in marks:
            each.print()

    return live


class Lives:
    """Whole lives, each of a new customer with a new device."""

    def __init__(self, services: Services, actor: Actor, part_ids: tuple[int, int]) -> None:
        self.services = services
        self.actor = actor
        self.parts = part_ids
        self._turn = itertools.count(1)

    def gesture(self) -> Ctx:
        """A gesture of the one who does everything here."""
        return Ctx.gesture(self.actor)

    def entry(self) -> TakeIn:
        """A visit to the counter that never came before."""
        turn = next(self._turn)
        return TakeIn(
            CustomerEntry(name=_PEOPLE[turn % len(_PEOPLE)], phone=f"139{secrets.randbelow(10**8):08d}"),
            (
                DeviceEntry(
                    category="cooling",
                    brand="海尔",
                    model="BCD-215STPD",
                    serial=f"BENCH{secrets.randbelow(10**9):09d}",
                    fault=FAULT,
                    accessories=("电源线",),
                ),
            ),
        )

    def write_order(self) -> None:
        """One save at the counter."""
        self.services.intake.take_in(self.gesture(), self.entry())

    def in_repair(self) -> OrderCard:
        """A new device whose owner agreed and that somebody works on."""
        bench = self.services.bench
        taken = self.services.intake.take_in(self.gesture(), self.entry()).orders[0]
        card = bench.open_by_code(taken.card_code, self.actor)
        card = bench.go_on(self.gesture(), card.id, card.version)
        card = bench.add_line(
            self.gesture(),
            card.id,
            card.version,
            LineKind.LABOUR,
            "更换压缩机",
            Money.yuan(120),
            reason="not in the list",
        )
        card = bench.done(self.gesture(), card.id, card.version)
        card = bench.answer_quote(self.gesture(), card.id, card.version, agreed=True)
        return bench.go_on(self.gesture(), card.id, card.version)

    def live(self, papers: Callable[[str, str], object] | None = None) -> None:
        """Take in → quote → two parts and labour → check → settled and delivered; ``papers(order, invoice)`` prints."""
        bench, counter = self.services.bench, self.services.handover
        taken = self.services.intake.take_in(self.gesture(), self.entry()).orders[0]
        card = bench.open_by_code(taken.card_code, self.actor)
        card = bench.go_on(self.gesture(), card.id, card.version)
        for part_id in self.parts:
            card = bench.add_part(self.gesture(), card.id, card.version, part_id)
        card = bench.add_line(
            self.gesture(),
            card.id,
            card.version,
            LineKind.LABOUR,
            "更换压缩机",
            Money.yuan(120),
            reason="not in the list",
        )
        card = bench.done(self.gesture(), card.id, card.version)
        card = bench.answer_quote(self.gesture(), card.id, card.version, agreed=True)
        card = bench.go_on(self.gesture(), card.id, card.version)
        card = bench.take_parts(self.gesture(), card.id, card.version)
        card = bench.done(self.gesture(), card.id, card.version)
        card = bench.move(self.gesture(), card.id, card.version, Action.PASS_QC)
        handover = counter.open_by_receipt(taken.receipt_code, self.actor)
        settled = counter.settle(
            self.gesture(),
            Settlement(
                card.id,
                handover.card.version,
                ReceiptProof.SCANNED,
                taken.receipt_code,
                tenders=(Tender(PaymentMethod.CASH, handover.card.due),),
            ),
        )
        assert settled.card.status is Status.DELIVERED
        if papers is not None:
            papers(taken.number, settled.invoice_number)


class BareLives:
    """The floor: the same rows, the same number of transactions, no rules, no search, no answers."""

    def __init__(self, services: Services, actor: Actor, part_ids: tuple[int, int]) -> None:
        self.engine = services.store.engine.execution_options(writing=True)
        self.actor = actor
        self.parts = part_ids
        self.clock = services.store.clock
        self._turn = itertools.count(1)

    def write_order(self) -> int:
        """One transaction: customer, device, order, receipt, custody, journal, operation, index."""
        turn = next(self._turn)
        now = self.clock.now()
        name = _PEOPLE[turn % len(_PEOPLE)]
        digits = secrets.randbelow(10**5)
        with Session(self.engine) as session, session.begin():
            customer = Customer(
                uuid=uuid7(), name=name, phone=f"139{secrets.randbelow(10**8):08d}", created_at=now
            )
            session.add(customer)
            session.flush()
            device = Device(
                uuid=uuid7(),
                customer_id=customer.id,
                category="cooling",
                brand="海尔",
                model="BCD-215STPD",
                serial=f"BARE{secrets.randbelow(10**9):09d}",
                created_at=now,
            )
            session.add(device)
            session.flush()
            # A series of its own, far from the services' numbers.
            code = f"19{secrets.randbelow(10**10):010d}"
            order = RepairOrder(
                uuid=uuid7(),
                number=f"B{code}",
                card_code=code,
                status=Status.RECEIVED,
                customer_id=customer.id,
                device_id=device.id,
                visit=Visit.COUNTER,
                job_kind=JobKind.REPAIR,
                service_type=ServiceType.PAID,
                payer=Payer.CUSTOMER,
                cover={"reason": "no_proof", "until": None},
                fault=FAULT,
                accessories=["电源线"],
                damage="",
                taken_in_at=now,
                taken_in_day=now.date(),
            )
            session.add(order)
            session.flush()
            session.add(PickupReceipt(order_id=order.id, code=codes.new_receipt_code(), issued_at=now))
            session.add(
                CustodyEntry(
                    order_id=order.id, device_id=device.id, way=CustodyWay.IN, at=now, staff_id=self.actor.id
                )
            )
            session.add_all(Gram(gram="n" + gram, record_id=order.id + 10**9) for gram in grams_of(name))
            session.add_all(Gram(gram="N" + gram, record_id=customer.id + 10**9) for gram in grams_of(name))
            session.execute(
                text(
                    "INSERT INTO order_codes (rowid, phone, serial, number, model) VALUES (:i, :p, :s, :n, :m)"
                ),
                {
                    "i": order.id + 10**9,
                    "p": customer.phone,
                    "s": device.serial,
                    "n": str(digits),
                    "m": device.model,
                },
            )
            session.execute(
                text("INSERT INTO order_words (rowid, words) VALUES (:i, :w)"),
                {"i": order.id + 10**9, "w": " ".join(FAULT)},
            )
            self._book(session, order.id, Command.TAKE_IN)
            return order.id

    def live(self) -> None:
        """As many transactions as ``Lives.live`` makes, each with its rows."""
        order_id = self.write_order()
        self._step(order_id, Status.DIAGNOSING, self._clock)
        for part_id in self.parts:
            self._step(
                order_id, None, lambda session, part_id=part_id: self._line(session, order_id, part_id)
            )
        self._step(order_id, None, lambda session: self._line(session, order_id, None))
        self._step(order_id, Status.QUOTED, self._quote)
        self._step(order_id, Status.APPROVED, None)
        self._step(order_id, Status.REPAIRING, self._clock)
        self._step(order_id, None, self._take)
        self._step(order_id, Status.QC, None)
        self._step(order_id, Status.READY, None)
        self._step(order_id, Status.DELIVERED, self._settle)

    def _step(self, order_id: int, status: Status | None, more: Callable[[Session], None] | None) -> None:
        with Session(self.engine) as session, session.begin():
            order = session.get_one(RepairOrder, order_id)
            order.version += 1
            if status is not None:
                order.status = status
            self._order = order
            if more is not None:
                more(session)
            self._book(session, order_id, Command.MOVE_ORDER)

    def _book(self, session: Session, order_id: int, command: Command) -> None:
        now = self.clock.now()
        operation = uuid7()
        session.add(Operation(id=operation, command=command, result={"order_id": order_id}, at=now))
        session.add(
            JournalEntry(
                at=now,
                actor_id=self.actor.id,
                command=command,
                order_id=order_id,
                action=None,
                from_status=None,
                to_status=None,
                detail={},
                operation_id=operation,
                digest=b"0" * 32,
            )
        )

    def _clock(self, session: Session) -> None:
        session.add(WorkLog(order_id=self._order.id, staff_id=self.actor.id, started_at=self.clock.now()))

    def _line(self, session: Session, order_id: int, part_id: int | None) -> None:
        session.add(
            OrderLine(
                order_id=order_id,
                kind=LineKind.PART if part_id else LineKind.LABOUR,
                part_id=part_id,
                description="压缩机",
                unit_price=Money.yuan(120),
                amount=Money.yuan(120),
                payer=Payer.CUSTOMER,
                created_at=self.clock.now(),
            )
        )

    def _lines(self, session: Session) -> list[OrderLine]:
        return list(session.scalars(select(OrderLine).where(OrderLine.order_id == self._order.id)))

    def _quote(self, session: Session) -> None:
        lines = self._lines(session)
        session.add(
            Quote(
                order_id=self._order.id,
                version=1,
                state=QuoteState.OPEN,
                lines={"lines": [line.description for line in lines]},
                total=Money.yuan(360),
                valid_until=self.clock.now().date(),
                made_at=self.clock.now(),
            )
        )

    def _take(self, session: Session) -> None:
        now = self.clock.now()
        for line in self._lines(session):
            if line.part_id is None:
                continue
            part = session.get_one(Part, line.part_id)
            session.add(
                StockMove(
                    part_id=part.id,
                    kind=MoveKind.USE,
                    quantity=Quantity(0),
                    value=Money(0),
                    order_id=self._order.id,
                    line_id=line.id,
                    at=now,
                    day=now.date(),
                    place_id=1,
                )
            )
            # Nothing leaves the shelf, or the two runs would not find the same shop.
            part.version += 1
            line.taken = ONE

    def _settle(self, session: Session) -> None:
        now, order = self.clock.now(), self._order
        invoice = Invoice(
            uuid=uuid7(),
            number=f"B{order.number}",
            order_id=order.id,
            customer_id=order.customer_id,
            payer=Payer.CUSTOMER,
            service_type=ServiceType.PAID,
            total=Money.yuan(360),
            tax=Money(0),
            tax_inclusive=True,
            issued_at=now,
            business_day=now.date(),
            issued_by_id=self.actor.id,
            due_on=now.date(),
        )
        session.add(invoice)
        session.flush()
        for line in self._lines(session):
            session.add(
                InvoiceLine(
                    invoice_id=invoice.id,
                    kind=line.kind,
                    part_id=line.part_id,
                    description=line.description,
                    quantity=line.quantity,
                    unit_price=line.unit_price,
                    amount=line.amount,
                    tax_permille=0,
                    tax=Money(0),
                    order_id=order.id,
                    order_line_id=line.id,
                )
            )
        payment = Payment(
            uuid=uuid7(),
            number=f"B{order.number}",
            kind=PaymentKind.PAYMENT,
            method=PaymentMethod.CASH,
            amount=invoice.total,
            tendered=invoice.total,
            customer_id=order.customer_id,
            order_id=order.id,
            at=now,
            business_day=now.date(),
            staff_id=self.actor.id,
            note={},
        )
        session.add(payment)
        session.flush()
        session.add(
            Allocation(
                payment_id=payment.id,
                invoice_id=invoice.id,
                amount=invoice.total,
                at=now,
                business_day=now.date(),
            )
        )
        session.add(
            CustodyEntry(
                order_id=order.id,
                device_id=order.device_id,
                way=CustodyWay.OUT,
                at=now,
                staff_id=self.actor.id,
            )
        )
        receipt = session.scalars(select(PickupReceipt).where(PickupReceipt.order_id == order.id)).one()
        receipt.voided_at = now
        order.delivered_at, order.delivered_day = now, now.date()
