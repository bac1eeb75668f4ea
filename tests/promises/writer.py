"""The program that is killed: takes in orders as fast as it can and says so in a file, order by order.

Reads lines ``FOLDER ACKS SEED MODE`` and answers each with the id of a process that works on it until it is
killed. Forking saves the second that loading everything takes, so that a test can kill hundreds of times.

Modes: ``honest``; ``early`` says "done" before the commit; ``pieces`` writes an order in two transactions and says
"done" after the first. The last two are planted bugs: the test must find them.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app.core.clock import SetClock
from app.core.enums import (
    Command,
    JobKind,
    LineKind,
    Payer,
    PaymentKind,
    PaymentMethod,
    Role,
    Series,
    ServiceType,
    Status,
    Visit,
)
from app.core.ids import uuid7
from app.core.money import Money
from app.core.rights import Actor, Ctx
from app.model import Customer, Device, OrderLine, Payment, RepairOrder, Staff
from app.store.door import Store, Tx

CLERK = Actor(1, "", Role.OWNER)
LINES = 3


def found(store: Store) -> None:
    """Whoever gives the commands must be on record."""
    with store.write(Command.FOUND_SHOP, Ctx.gesture(CLERK)) as tx:
        if tx.session.get(Staff, 1) is None:
            clerk = Staff(id=1, uuid=uuid7(), name="店主", role=Role.OWNER, badge_code="1", created_at=tx.now)
            tx.session.add(clerk)


def add_order(tx: Tx) -> RepairOrder:
    customer = Customer(uuid=uuid7(), name="王丽华", phone="13800138000", created_at=tx.now)
    tx.session.add(customer)
    tx.session.flush()
    device = Device(uuid=uuid7(), customer_id=customer.id, category="cooling", created_at=tx.now)
    tx.session.add(device)
    tx.session.flush()
    number = f"2611-{tx.next_number(Series.ORDER, '2611'):05d}"
    order = RepairOrder(
        uuid=uuid7(),
        number=number,
        card_code=number,
        status=Status.RECEIVED,
        customer_id=customer.id,
        device_id=device.id,
        visit=Visit.COUNTER,
        job_kind=JobKind.REPAIR,
        service_type=ServiceType.PAID,
        payer=Payer.CUSTOMER,
        cover={},
        fault="不制冷",
        accessories=[],
        damage="",
        taken_in_at=tx.now,
        taken_in_day=tx.today,
    )
    tx.session.add(order)
    tx.session.flush()
    tx.journal(order_id=order.id, to_status=Status.RECEIVED)
    return order


def add_money(tx: Tx, order: RepairOrder, dice: random.Random) -> None:
    """Three charges and a deposit of the same amount."""
    prices = [Money(dice.randrange(1, 100_000)) for _ in range(LINES)]
    for price in prices:
        line = OrderLine(
            order_id=order.id,
            kind=LineKind.LABOUR,
            description="x" * dice.randrange(4000),
            unit_price=price,
            amount=price,
            payer=Payer.CUSTOMER,
            created_at=tx.now,
        )
        tx.session.add(line)
    paid = Money(sum(price.fen for price in prices))
    deposit = Payment(
        uuid=uuid7(),
        number=f"P{tx.next_number(Series.PAYMENT, '2611')}",
        kind=PaymentKind.DEPOSIT,
        method=PaymentMethod.CASH,
        amount=paid,
        tendered=paid,
        customer_id=order.customer_id,
        order_id=order.id,
        at=tx.now,
        business_day=tx.today,
        staff_id=1,
    )
    tx.session.add(deposit)


def work(folder: Path, acks: Path, seed: int, mode: str) -> None:
    """Until killed."""
    dice = random.Random(seed)
    said = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    store = Store.open(folder, SetClock(datetime(2026, 11, 22, 3, tzinfo=UTC)))
    found(store)

    def say(order: RepairOrder) -> None:
        os.write(said, f"{order.number}\n".encode())

    while True:
        with store.write(Command.TAKE_IN, Ctx.gesture(CLERK)) as tx:
            order = add_order(tx)
            if mode == "early":
                say(order)
            if mode != "pieces":
                add_money(tx, order, dice)
        if mode != "early":
            say(order)
        if mode == "pieces":
            with store.write(Command.TAKE_DEPOSIT, Ctx.gesture(CLERK)) as tx:
                add_money(tx, order, dice)


def warm_up() -> None:
    """Load and map everything once, before the forks."""
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder), SetClock(datetime(2026, 11, 22, 3, tzinfo=UTC)))
        found(store)
        with store.write(Command.TAKE_IN, Ctx.gesture(CLERK)) as tx:
            add_money(tx, add_order(tx), random.Random(1))
        store.close()


def main() -> None:
    warm_up()
    for line in sys.stdin:
        folder, acks, seed, mode = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            try:
                work(Path(folder), Path(acks), int(seed), mode)
            finally:
                os._exit(70)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _pid, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
