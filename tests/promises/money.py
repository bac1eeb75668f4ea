"""Twelve commands that move money, each on a shop that waits for it, and what must have come of each."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from app.core.enums import CashReason, PaymentMethod, Role, TillMoveKind, WriteOffReason
from app.core.errors import Refusal
from app.core.money import Money
from app.core.rights import FOUNDER, Actor, Ctx
from app.core.tenders import Tender
from app.features.billing.snapshots import RefundAsked
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.till.snapshots import MoveAsked
from app.store.door import Store
from tests.features.billing.conftest import Office, open_office
from tests.features.conftest import MORNING, Mould, Shop, open_shop

CASH, WECHAT = PaymentMethod.CASH, PaymentMethod.WECHAT
HUNDRED, TEN = Money.yuan(100), Money.yuan(10)


@dataclass(frozen=True, slots=True)
class Given:
    """What lies ready in the shop, by its ids."""

    customer: int
    on_account: tuple[int, ...]
    paid: int
    waiting: int
    second_waiting: int
    with_deposit: int
    session: int


Step = Callable[[Office, Given, Ctx], Any]


def _take_in(office: Office, _given: Given, ctx: Ctx) -> Any:
    device = DeviceEntry(category="cooling", brand="海尔", fault="不制冷")
    visit = TakeIn(CustomerEntry(name="赵敏", phone="13900139000"), (device,), deposit=TEN)
    return office.counter.intake.take_in(ctx, visit)


def _take_deposit(office: Office, given: Given, ctx: Ctx) -> Any:
    card = office.counter.card(given.with_deposit)
    return office.counter.handover.take_deposit(ctx, card.id, card.version, WECHAT, TEN)


def _refund_deposit(office: Office, given: Given, ctx: Ctx) -> Any:
    card = office.counter.card(given.with_deposit)
    return office.counter.handover.refund_deposit(ctx, card.id, card.version, WECHAT, TEN, "不修了")


def _settle(office: Office, given: Given, ctx: Ctx) -> Any:
    card = office.counter.card(given.waiting)
    return office.counter.handover.settle(ctx, office.counter.settlement(card, Tender(CASH, card.due)))


def _settle_on_account(office: Office, given: Given, ctx: Ctx) -> Any:
    card = office.counter.card(given.second_waiting)
    settlement = office.counter.settlement(card, on_account=True)
    return office.counter.handover.settle(ctx, replace(settlement, tenders=()))


def _pay(office: Office, given: Given, ctx: Ctx) -> Any:
    return office.billing.pay_invoices(ctx, given.customer, given.on_account[2:], [Tender(CASH, HUNDRED)])


def _pay_with_credit(office: Office, given: Given, ctx: Ctx) -> Any:
    return office.billing.pay_invoices(ctx, given.customer, given.on_account[:1], [], use_credit=True)


def _credit(office: Office, given: Given, ctx: Ctx) -> Any:
    invoice = office.billing.invoice(given.paid, office.shop.people[Role.OWNER])
    return office.corrections.credit(ctx, office.credit(invoice, TEN))


def _refund(office: Office, given: Given, ctx: Ctx) -> Any:
    return office.billing.refund(ctx, RefundAsked(given.customer, WECHAT, TEN, "退款"))


def _write_off(office: Office, given: Given, ctx: Ctx) -> Any:
    return office.corrections.write_off(ctx, given.on_account[1], TEN, WriteOffReason.TOO_OLD, "太久")


def _move_cash(office: Office, given: Given, ctx: Ctx) -> Any:
    asked = MoveAsked(given.session, TillMoveKind.PAY_IN, CashReason.OTHER, TEN, "找零")
    return office.tills.move(ctx, asked)


def _close_till(office: Office, given: Given, ctx: Ctx) -> Any:
    card = office.tills.session(FOUNDER, given.session)
    return office.tills.close(ctx, card.id, card.version, kept=TEN, reason="清点")


#: Twelve of them (promises.md row 3).
STEPS: dict[str, Step] = {
    "take_in": _take_in,
    "take_deposit": _take_deposit,
    "refund_deposit": _refund_deposit,
    "settle": _settle,
    "settle_on_account": _settle_on_account,
    "pay": _pay,
    "pay_with_credit": _pay_with_credit,
    "credit": _credit,
    "refund": _refund,
    "write_off": _write_off,
    "move_cash": _move_cash,
    "close_till": _close_till,
}


def _prepare(office: Office) -> Given:
    """Everything the steps need, by the services."""
    counter, ctx = office.counter, office.shop.ctx
    session = office.tills.open(ctx(), 1, TEN, "换零钱").id
    owed = tuple(office.on_account().id for _each in range(3))
    paid = office.sold(method=WECHAT).id
    customer = counter.customer_id
    assert customer is not None
    office.billing.pay_invoices(ctx(), customer, [], [Tender(WECHAT, Money.yuan(50))], keep_rest=True)
    waiting, second = counter.ready(price=HUNDRED), counter.ready(price=HUNDRED)
    held = counter.take_in()
    counter.handover.take_deposit(ctx(), held.id, held.version, WECHAT, HUNDRED)
    office.tills.count(ctx(), session, {100: 10})
    return Given(customer, owed, paid, waiting.id, second.id, held.id, session)


@cache
def _mould() -> tuple[Mould, Given]:
    with tempfile.TemporaryDirectory() as place:
        shop = open_shop(Path(place) / "shop")
        given = _prepare(open_office(shop))
        return Mould.of(shop), given


def write_shop(folder: Path) -> Given:
    """A shop in which every step can be done once, as closed files in ``folder``."""
    mould, given = _mould()
    folder.mkdir(parents=True)
    (folder / "shop.sqlite").write_bytes(mould.content)
    return given


@contextmanager
def at_work(folder: Path) -> Iterator[Office]:
    """The shop in ``folder``, opened as the program does it."""
    from app.core.clock import SetClock

    clock = SetClock(MORNING)
    store = Store.open(folder, clock)
    try:
        yield open_office(Shop(store, clock, dict(_mould()[0].people)))
    finally:
        store.close()


def owner() -> Actor:
    """Who gives the commands."""
    return _mould()[0].people[Role.OWNER]


#: Of each table how many rows, and the sums of what is money: enough to tell before, after, half and twice.
_SUMS = (
    "SELECT coalesce(sum(amount), 0) FROM payment",
    "SELECT coalesce(sum(total), 0) FROM invoice",
    "SELECT coalesce(sum(total), 0) FROM credit_note",
    "SELECT coalesce(sum(amount), 0) FROM write_off",
    "SELECT coalesce(sum(amount), 0) FROM held_money",
    "SELECT coalesce(sum(due), 0) FROM invoice_balance",
    "SELECT coalesce(sum(last), 0) FROM number_series",
    "SELECT coalesce(sum(version), 0) FROM repair_order",
)


def state(store: Store) -> tuple[int, ...]:
    """What the shop holds, in numbers."""
    with store.read() as reading:
        tables = reading.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY name"
        ).scalars()
        counts = [
            int(reading.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one())
            for table in tables.all()
        ]
        return (*counts, *(int(reading.exec_driver_sql(sql).scalar_one()) for sql in _SUMS))


@cache
def outcome(step: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """``state`` before and after the step, on a disk that does not fail."""
    with tempfile.TemporaryDirectory() as place:
        given = write_shop(Path(place) / "shop")
        with at_work(Path(place) / "shop") as office:
            before = state(office.shop.store)
            STEPS[step](office, given, Ctx.gesture(owner()))
            office.sound()
            return before, state(office.shop.store)


def refused(action: Callable[[], Any]) -> bool:
    """Whether a rule says no."""
    try:
        action()
    except Refusal:
        return True
    return False
