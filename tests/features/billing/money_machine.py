"""The identities of domain.md §8 after every step of a random counter, against a plain dictionary (promises.md row 6).

The dictionary knows nothing of the program: it decides by itself what must be refused and what is due, held and in the
drawer afterwards. ``tests/promises/test_identities.py`` runs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from app.core.enums import (
    CashReason,
    Command,
    CreditKind,
    CreditReason,
    LineKind,
    PaymentKind,
    PaymentMethod,
    Role,
    Status,
    TillMoveKind,
    WriteOffReason,
)
from app.core.errors import Refusal
from app.core.money import ONE, Money
from app.core.rights import FOUNDER, Ctx
from app.core.tenders import Tender
from app.features.billing.snapshots import CreditAsked, RefundAsked
from app.features.checkup.service import examine
from app.features.handover.settling import issue_invoices, open_charges, use_deposits
from app.features.orders.lines import add_plain_line
from app.features.till.booking import book_payment
from app.features.till.customer_money import held_on
from app.features.till.snapshots import MoveAsked
from app.store.engine import relaxed
from tests.features.billing.conftest import open_office
from tests.features.conftest import take_in

if TYPE_CHECKING:
    from tests.features.conftest import Shop

CASH, WECHAT = PaymentMethod.CASH, PaymentMethod.WECHAT
METHODS = st.sampled_from([CASH, WECHAT])
FEN = st.sampled_from([1, 99, 333, 1000, 2500, 9_999, 25_000])
MAIN = 1
#: The checks of money; the orders themselves are made by hand here, without custody or receipts.
MONEY = {
    "invoice_totals", "invoice_lines", "invoiced", "balances", "credit_notes", "sales", "payments", "allocations",
    "refunds", "held", "money_days", "tills", "closes", "numbers", "foreign_keys", "journal_chain",
}  # fmt: skip


@dataclass
class Bill:
    """An invoice as the dictionary has it."""

    total: int
    paid: int = 0
    credited: int = 0
    written_off: int = 0

    @property
    def due(self) -> int:
        return self.total - self.paid - self.credited - self.written_off


@dataclass
class Plain:
    """The shop's money as a dictionary, in fen."""

    bills: dict[int, Bill] = field(default_factory=dict)
    #: Credit by method; deposits of open orders: order → (method → fen).
    credit: dict[PaymentMethod, int] = field(default_factory=lambda: {CASH: 0, WECHAT: 0})
    #: What stands as paid on bills, by method: what a credit note can set free.
    used: dict[PaymentMethod, int] = field(default_factory=lambda: {CASH: 0, WECHAT: 0})
    deposits: dict[int, int] = field(default_factory=dict)
    received: int = 0
    drawer: int = 0
    revenue: int = 0

    @property
    def held(self) -> int:
        return sum(self.credit.values()) + sum(self.deposits.values())

    @property
    def due(self) -> int:
        return sum(bill.due for bill in self.bills.values())


class MoneyMachine(RuleBasedStateMachine):
    """One customer, one till, any number of orders; every money command of the program."""

    shop: ClassVar[Any]
    office: ClassVar[Any]
    customers: ClassVar[int] = 0

    @initialize()
    def begin(self) -> None:
        self.plain = Plain()
        self.last: tuple[Callable[[Ctx], Any], Ctx] | None = None
        self.session: int | None = None
        order = take_in(self.shop, name="客户", phone="")
        self.customer = order.customer_id
        self.before = self._sums()
        MoneyMachine.customers += 1

    def ctx(self) -> Ctx:
        return Ctx.gesture(self.shop.people[Role.OWNER])

    def done(self, command: Callable[[Ctx], Any], *, refused: bool) -> Any:
        """Give a command; it must be refused exactly where the dictionary says so, and then change nothing."""
        ctx = self.ctx()
        try:
            found = command(ctx)
        except Refusal:
            if not refused:
                raise
            return None
        assert not refused, "this should have been refused"
        self.last = (command, ctx)
        return found

    def in_drawer(self, method: PaymentMethod, fen: int) -> None:
        if method is CASH:
            self.plain.drawer += fen

    @rule(fen=FEN, deposit=st.sampled_from([0, 0, 500, 30_000]), rate=st.sampled_from([0, 10, 60, 130]))
    def sell(self, fen: int, deposit: int, rate: int) -> None:
        """An order is invoiced on account; its deposit (WeChat) is used first."""
        order = take_in(self.shop, customer_id=self.customer)

        def command(ctx: Ctx) -> int:
            with self.shop.store.write(Command.SETTLE, ctx) as tx:
                mine = tx.order(order.id, None)
                line = add_plain_line(tx, mine, LineKind.LABOUR, "维修", Money(fen), ONE)
                line.tax_permille = rate
                if deposit:
                    book_payment(
                        tx, customer_id=self.customer, order_id=order.id, kind=PaymentKind.DEPOSIT, method=WECHAT,
                        amount=Money(deposit),
                    )  # fmt: skip
                mine.status, mine.delivered_at, mine.delivered_day = Status.DELIVERED, tx.now, tx.today
                mine.finished_day = tx.today
                lines = open_charges(tx, mine)
                (invoice,) = issue_invoices(tx, [(mine, lines)], tx.today)
                use_deposits(tx, held_on(tx.reading(), order.id), invoice)
                return invoice.id

        invoice_id = self.done(command, refused=False)
        self.last = None  # a door without an answer to repeat
        used = min(deposit, fen)
        self.plain.bills[invoice_id] = Bill(fen, paid=used)
        self.plain.received += deposit
        self.plain.used[WECHAT] += used
        self.plain.credit[WECHAT] += deposit - used
        self.plain.revenue += fen

    def some_bills(self, data: st.DataObject) -> list[int]:
        return data.draw(
            st.lists(st.sampled_from(sorted(self.plain.bills)), min_size=1, max_size=3, unique=True)
        )

    @precondition(lambda self: self.plain.bills)
    @rule(data=st.data(), method=METHODS, fen=FEN, keep=st.booleans())
    def pay(self, data: st.DataObject, method: PaymentMethod, fen: int, keep: bool) -> None:
        ids = self.some_bills(data)
        bills = [self.plain.bills[each] for each in ids]
        due = sum(bill.due for bill in bills)
        refused = any(not bill.due for bill in bills) or (not keep and method is WECHAT and fen > due)
        self.done(
            lambda ctx: self.office.billing.pay_invoices(
                ctx, self.customer, ids, [Tender(method, Money(fen))], keep_rest=keep
            ),
            refused=refused,
        )
        if refused:
            return
        kept = fen if keep else min(fen, due)
        self.plain.received += kept
        self.in_drawer(method, kept)
        left = kept
        for bill in bills:
            take = min(left, bill.due)
            bill.paid += take
            left -= take
        self.plain.used[method] += kept - left
        self.plain.credit[method] += left

    @precondition(lambda self: self.plain.bills)
    @rule(data=st.data(), fen=FEN, whole=st.booleans())
    def credit(self, data: st.DataObject, fen: int, whole: bool) -> None:
        invoice_id = data.draw(st.sampled_from(sorted(self.plain.bills)))
        bill = self.plain.bills[invoice_id]
        rest = bill.total - bill.credited - bill.written_off
        amount = bill.total - bill.credited if whole else fen
        refused = rest <= 0 or amount > rest
        kind = CreditKind.WHOLE if whole else CreditKind.AMOUNT
        done = self.done(
            lambda ctx: self.office.corrections.credit(
                ctx, CreditAsked(invoice_id, kind, CreditReason.GOODWILL, "让利", amount=Money(amount))
            ),
            refused=refused,
        )
        if refused:
            return
        freed = max(amount - bill.due, 0)
        assert done.freed.fen == freed
        bill.credited += amount
        bill.paid -= freed
        self.plain.revenue -= amount
        # The newest payment comes free first; which method that was, the program says and the sums must bear out.
        self.free(freed)

    def free(self, freed: int) -> None:
        held = {CASH: 0, WECHAT: 0}
        for row in self.office.billing.held(FOUNDER, self.customer):
            held[row.method] += row.amount.fen
        for method in (CASH, WECHAT):
            gained = held[method] - self.plain.credit[method]
            assert 0 <= gained <= self.plain.used[method]
            self.plain.used[method] -= gained
            self.plain.credit[method] += gained
            freed -= gained
        assert freed == 0

    @rule(method=METHODS, fen=FEN)
    def refund(self, method: PaymentMethod, fen: int) -> None:
        """By the counter: never more by a method than was paid by it."""
        refused = fen > self.plain.credit[method] or fen > sum(self.plain.credit.values())
        refused = refused or (method is CASH and self.session is not None and fen > self.plain.drawer)
        person = Ctx.gesture(self.shop.people[Role.COUNTER])
        self.done(
            lambda _ctx: self.office.billing.refund(
                person, RefundAsked(self.customer, method, Money(fen), "退款")
            ),
            refused=refused,
        )
        self.last = None
        if not refused:
            self.plain.credit[method] -= fen
            self.plain.received -= fen
            self.in_drawer(method, -fen)

    @precondition(lambda self: self.plain.bills)
    @rule(data=st.data(), fen=FEN, back=st.booleans())
    def write_off(self, data: st.DataObject, fen: int, back: bool) -> None:
        invoice_id = data.draw(st.sampled_from(sorted(self.plain.bills)))
        bill = self.plain.bills[invoice_id]
        refused = fen > (bill.written_off if back else bill.due)
        if back:
            self.done(
                lambda ctx: self.office.corrections.take_up_again(ctx, invoice_id, Money(fen), "还了"),
                refused=refused,
            )
        else:
            self.done(
                lambda ctx: self.office.corrections.write_off(
                    ctx, invoice_id, Money(fen), WriteOffReason.TOO_OLD, "太久"
                ),
                refused=refused,
            )
        if not refused:
            bill.written_off += -fen if back else fen

    @precondition(lambda self: self.plain.bills)
    @rule(data=st.data())
    def use_credit(self, data: st.DataObject) -> None:
        ids = self.some_bills(data)
        bills = [self.plain.bills[each] for each in ids]
        there = sum(self.plain.credit.values())
        refused = any(not bill.due for bill in bills) or not there
        self.done(
            lambda ctx: self.office.billing.pay_invoices(ctx, self.customer, ids, [], use_credit=True),
            refused=refused,
        )
        if refused:
            return
        left = there
        for bill in bills:
            take = min(left, bill.due)
            bill.paid += take
            left -= take
        held = {CASH: 0, WECHAT: 0}
        for row in self.office.billing.held(FOUNDER, self.customer):
            held[row.method] += row.amount.fen
        assert sum(held.values()) == left
        for method in (CASH, WECHAT):
            self.plain.used[method] += self.plain.credit[method] - held[method]
            self.plain.credit[method] = held[method]

    @rule(fen=FEN, out=st.booleans())
    def move_cash(self, fen: int, out: bool) -> None:
        if self.session is None:
            return
        kind = TillMoveKind.PAY_OUT if out else TillMoveKind.PAY_IN
        refused = out and fen > self.plain.drawer
        session = self.session
        self.done(
            lambda ctx: self.office.tills.move(
                ctx, MoveAsked(session, kind, CashReason.OTHER, Money(fen), "周转")
            ),
            refused=refused,
        )
        if not refused:
            self.plain.drawer += -fen if out else fen

    @rule(missing=st.sampled_from([0, 0, 5]), kept=st.sampled_from([0, 1_000]))
    def close_everything(self, missing: int, kept: int) -> None:
        """Count, close the till, close the day, begin the next one with a counted float."""
        tills = self.office.tills
        row = tills.tills(FOUNDER)[0]
        if row.session_id is not None:
            counted = max(self.plain.drawer - missing, 0)
            yuan, fen = divmod(counted, 100)
            told = tills.count(self.ctx(), row.session_id, {100: yuan, 1: fen})
            assert told.expected.fen == self.plain.drawer
            stays = min(kept, counted)
            card = tills.session(FOUNDER, row.session_id)
            tills.close(self.ctx(), card.id, card.version, kept=Money(stays), reason="清点")
            self.plain.drawer = stays
        day = self.office.closing.day(FOUNDER).day
        self.shop.clock.set(max(self.shop.clock.now(), _noon(day)))
        z = self.office.closing.close(self.ctx())
        paid = sum(each["paid"] - each["refunded"] for each in z.content["payments"]["by_method"])
        assert z.content["at_end"]["held"] - self.before["held"] == self.plain.held
        assert isinstance(paid, int)
        self.shop.clock.advance(timedelta(hours=1))
        self.session = tills.open(self.ctx(), MAIN, Money(self.plain.drawer)).id

    @precondition(lambda self: self.last is not None)
    @rule()
    def give_the_last_command_again(self) -> None:
        """A double key, a retry after a reported failure: answered, and not booked twice."""
        command, ctx = self.last  # type: ignore[misc]
        command(ctx)

    @invariant()
    def everything_agrees(self) -> None:
        if not hasattr(self, "plain"):
            return
        now = self._sums()
        plain = self.plain
        assert {key: now[key] - self.before[key] for key in ("held", "due", "received", "revenue")} == {
            "held": plain.held,
            "due": plain.due,
            "received": plain.received,
            "revenue": plain.revenue,
        }
        # allocated − refunded + due = total − credited − written off, over all of it
        assert (
            now["received"] - now["held"] + now["due"] == now["billed"] - now["credited"] - now["written_off"]
        )
        for invoice_id, bill in plain.bills.items():
            row = self._one(
                f"SELECT allocated, credited, written_off, due FROM invoice_balance WHERE invoice_id = {invoice_id}"
            )
            assert row == (bill.paid, bill.credited, bill.written_off, bill.due)
        if self.session is not None or plain.drawer:
            assert self.office.tills.cash_now(FOUNDER).fen == plain.drawer

    def _sums(self) -> dict[str, int]:
        names = {
            "held": "SELECT coalesce(sum(amount), 0) FROM held_money",
            "due": "SELECT coalesce(sum(due), 0) FROM invoice_balance",
            "received": "SELECT coalesce(sum(amount), 0) FROM payment",
            "revenue": "SELECT coalesce(sum(visit + labour + parts + other + discount + tax), 0) FROM sale",
            "billed": "SELECT coalesce(sum(total), 0) FROM invoice",
            "credited": "SELECT coalesce(sum(total), 0) FROM credit_note",
            "written_off": "SELECT coalesce(sum(amount), 0) FROM write_off",
        }
        with self.shop.store.read() as reading:
            return {key: int(reading.execute(text(sql)).scalar_one()) for key, sql in names.items()}

    def _one(self, sql: str) -> tuple[Any, ...]:
        with self.shop.store.read() as reading:
            return tuple(reading.execute(text(sql)).one())

    def teardown(self) -> None:
        """The next example begins with an empty drawer, and the whole shop must be sound now and then."""
        tills = self.office.tills
        row = tills.tills(FOUNDER)[0]
        if row.session_id is not None:
            expected = tills.session(FOUNDER, row.session_id).expected.fen
            yuan, fen = divmod(max(expected, 0), 100)
            tills.count(self.ctx(), row.session_id, {100: yuan, 1: fen})
            card = tills.session(FOUNDER, row.session_id)
            tills.close(self.ctx(), card.id, card.version, kept=Money(0), reason="结束")
        if MoneyMachine.customers % 50 == 1:
            report = examine(self.shop.store)
            assert [
                (each.name, each.detail) for each in report.checks if each.name in MONEY and not each.ok
            ] == []


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC)


def run(
    shop: Shop, examples: int, steps: int, *, seeded: int, phases: tuple[Phase, ...] = tuple(Phase)
) -> None:
    """So many random days at the counter of ``shop``, which all come from the seed."""
    MoneyMachine.shop = shop
    MoneyMachine.office = open_office(shop)
    with relaxed(shop.store.engine):
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            seed(seeded)(MoneyMachine),
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
                phases=phases,
            ),
        )
