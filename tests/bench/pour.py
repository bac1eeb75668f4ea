"""Years of orders as rows: customers, devices, lines, stock, invoices, payments, journal and search index.

What is written of each order is what the services write (a test lets ``doctor`` look at it); the search index goes
through the same functions (``finder.indexing.order_words``, ``store.search.grams_of`` …), so it cannot drift from them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from random import Random
from typing import Any

from app.core import codes
from app.core.clock import business_day
from app.core.enums import (
    AT_COUNTER,
    Action,
    Command,
    CoverReason,
    CustodyWay,
    JobKind,
    LineKind,
    MoveKind,
    NoteKind,
    Payer,
    PaymentKind,
    PaymentMethod,
    ReceiptProof,
    ServiceType,
    Status,
    Visit,
)
from app.core.money import Money
from app.features.finder.indexing import order_words
from app.features.sample.people import person
from app.features.sample.supplies import Trade, supplies
from app.store.pinyin import initials
from app.store.search import Field, fold, grams_of, words_of

CHUNK = 10_000
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAX = 10
_TAKEN = 1000
#: Days from taking in to ready, and from ready to delivered: fixed, so that numbers of invoices follow each other.
_READY_AFTER, _DELIVERED_AFTER = 2 * _DAY, 3 * _DAY
_OPEN_SHARE, _OPEN_MOST = 0.03, 300
_CANCELLED_EVERY, _UNCLAIMED_EVERY, _BACK_EVERY = 37, 40, 25
_OPEN = (
    Status.RECEIVED,
    Status.DIAGNOSING,
    Status.WAITING_CUSTOMER,
    Status.RECEIVED,
    Status.READY,
    Status.QC,
    Status.DIAGNOSING,
    Status.READY,
)
_SIDES = (
    "",
    "，上门看过一次没修好",
    "，去年也坏过一次",
    "，着急用",
    "，客户说是雷雨以后开始的",
    "，搬家以后就这样",
)
# Looked up once: an enum's ``value`` costs as much as a row.
_COUNTER = Visit.COUNTER.value
_REPAIR = JobKind.REPAIR.value
_PAID = ServiceType.PAID.value
_CUSTOMER = Payer.CUSTOMER.value
_PART = LineKind.PART.value
_LABOUR = LineKind.LABOUR.value
_USE = MoveKind.USE.value
_CAUSE = NoteKind.CAUSE.value
_FIX = NoteKind.FIX.value
_IN = CustodyWay.IN.value
_OUT = CustodyWay.OUT.value
_SCANNED = ReceiptProof.SCANNED.value
_PAYMENT, _DEPOSIT = PaymentKind.PAYMENT.value, PaymentKind.DEPOSIT.value
_CASH = PaymentMethod.CASH.value
_METHODS = tuple(each.value for each in (PaymentMethod.WECHAT, PaymentMethod.ALIPAY, PaymentMethod.CASH))
_COVER = json.dumps(
    {"reason": CoverReason.NO_PROOF.value, "until": None}, sort_keys=True, separators=(",", ":")
)


@dataclass(frozen=True, slots=True)
class _Gesture:
    """One gesture on an order: microseconds after taking in, its command, and each move as the journal has it:
    action, from, to, and the three as JSON."""

    after: int
    command: str
    moves: tuple[tuple[str | None, str | None, str, str], ...]


def _gesture(after: int, command: Command, *walk: Action | Status) -> _Gesture:
    """``walk``: status, action, status, action, status …"""
    steps = [(walk[at + 1], walk[at], walk[at + 2]) for at in range(0, len(walk) - 2, 2)]
    return _Gesture(
        after,
        command.value,
        tuple(
            (action.value, before.value, then.value, f'"{action.value}","{before.value}","{then.value}"')
            for action, before, then in steps
        ),
    )


_TAKE_IN = _Gesture(0, Command.TAKE_IN.value, ((None, None, "received", 'null,null,"received"'),))
_TO_DIAGNOSIS = _gesture(_DAY, Command.MOVE_ORDER, Status.RECEIVED, Action.START_DIAGNOSIS, Status.DIAGNOSING)
_TO_REPAIR = _gesture(
    _DAY,
    Command.MOVE_ORDER,
    *(Status.DIAGNOSING, Action.APPROVE_AT_ONCE, Status.APPROVED, Action.START_REPAIR, Status.REPAIRING),
)
_WAIT = _gesture(_DAY, Command.MOVE_ORDER, Status.REPAIRING, Action.WAIT_CUSTOMER, Status.WAITING_CUSTOMER)
_TO_CHECK = _gesture(_DAY, Command.MOVE_ORDER, Status.REPAIRING, Action.SEND_TO_QC, Status.QC)
_TO_READY = _gesture(_READY_AFTER, Command.CHECK_QUALITY, Status.QC, Action.PASS_QC, Status.READY)
_LEFT_BEHIND = _gesture(
    _DELIVERED_AFTER, Command.LEAD_MOVE, Status.READY, Action.MARK_UNCLAIMED, Status.UNCLAIMED
)
_HOME = _gesture(_DELIVERED_AFTER, Command.SETTLE, Status.READY, Action.DELIVER, Status.DELIVERED)
_CANCEL = _gesture(_DELIVERED_AFTER, Command.MOVE_ORDER, Status.RECEIVED, Action.CANCEL, Status.CANCELLED)
_REPAIRED = (_TO_DIAGNOSIS, _TO_REPAIR, _TO_CHECK)
#: The gestures that lead to a status.
_GESTURES: dict[Status, tuple[_Gesture, ...]] = {
    Status.DIAGNOSING: (_TO_DIAGNOSIS,),
    Status.WAITING_CUSTOMER: (_TO_DIAGNOSIS, _TO_REPAIR, _WAIT),
    Status.QC: _REPAIRED,
    Status.READY: (*_REPAIRED, _TO_READY),
    Status.UNCLAIMED: (*_REPAIRED, _TO_READY, _LEFT_BEHIND),
    Status.DELIVERED: (*_REPAIRED, _TO_READY, _HOME),
    Status.CANCELLED: (_CANCEL,),
}

_COLUMNS = {
    "customer": "id, uuid, version, name, phone, phone2, address, notes, tax_number, created_at",
    "device": "id, uuid, customer_id, category, brand, model, serial, proof_seen, created_at",
    "repair_order": "id, uuid, version, number, card_code, status, customer_id, device_id, technician_id, visit,"
    " job_kind, service_type, payer, cover, fault, accessories, damage, shelf, approved_total, promised_at,"
    " taken_in_at, taken_in_day, ready_at, finished_day, delivered_at, delivered_day, guarantee_until",
    "order_line": "id, order_id, kind, part_id, description, unit, quantity, taken, unit_price, amount, tax_permille,"
    " payer, staff_id, minutes, removed, created_at",
    "stock_move": "part_id, kind, quantity, value, order_id, line_id, staff_id, note, at, day,"
    " place_id, consigned, reserved, owed_value",
    "work_log": "order_id, staff_id, started_at, ended_at",
    "order_note": "order_id, kind, text, staff_id, at",
    "pickup_receipt": "order_id, code, issued_at, voided_at",
    "custody_entry": "order_id, device_id, way, at, staff_id, proof, note",
    "invoice": "id, uuid, number, order_id, customer_id, payer, service_type, technician_id, total, tax,"
    " tax_inclusive, issued_at, business_day, issued_by_id, due_on",
    "invoice_line": "invoice_id, kind, part_id, description, unit, quantity, unit_price, amount, tax_permille, tax,"
    " order_id, order_line_id, technician_id, cost",
    "till_session": "id, uuid, version, float_reason, reason, number, till_id, state, previous_id, holder_id,"
    " opened_at, opened_day, opened_by_id, by_itself, float_amount, float_expected, closed_at, closed_day,"
    " closed_by_id, kept",
    "payment": "id, uuid, number, kind, method, amount, tendered, customer_id, order_id, at, business_day, staff_id,"
    " note, till_session_id",
    "allocation": "payment_id, invoice_id, amount, at, business_day",
    "journal": "at, actor_id, command, order_id, action, from_status, to_status, detail, operation_id, digest",
    "operation": "id, command, result, at",
    "gram": "gram, record_id",
    "order_codes": "rowid, phone, serial, number, model",
    "order_words": "rowid, words",
}


_MAIN_SHELF = 1
_MAIN_TILL = 1
#: Orders delivered on account and not paid yet; open orders with a deposit on them.
_OWED_EVERY, _DEPOSIT_EVERY = 997, 5
_DEPOSIT_FEN = 5000
#: What the ledger keeps beside its moves, worked out once for all that was poured in.
STOCK_SUMS = (
    "UPDATE part SET last_moved_on = (SELECT max(day) FROM stock_move m WHERE m.part_id = part.id),"
    " last_used_on = (SELECT max(day) FROM stock_move m WHERE m.part_id = part.id AND kind = 'use')",
    "UPDATE stock_balance SET on_hand = (SELECT p.on_hand FROM part p WHERE p.id = stock_balance.part_id)",
    "DELETE FROM part_month",
    "INSERT INTO part_month (part_id, month, used, used_value, received, received_value, net, net_value)"
    " SELECT part_id, CAST(substr(day, 1, 4) || substr(day, 6, 2) AS INTEGER) AS month,"
    " sum(CASE WHEN kind = 'use' THEN -quantity ELSE 0 END), sum(CASE WHEN kind = 'use' THEN -value ELSE 0 END),"
    " sum(CASE WHEN kind = 'receive' THEN quantity ELSE 0 END),"
    " sum(CASE WHEN kind = 'receive' THEN value ELSE 0 END), sum(quantity), sum(value)"
    " FROM stock_move GROUP BY part_id, month",
    "DELETE FROM stock_day",
    "INSERT INTO stock_day (day, net_value) SELECT day, sum(value) FROM stock_move GROUP BY day",
)
#: What the booking path keeps beside its rows, worked out once for all: balances, rows of the month, money held, days,
#: counts of the drawers.
MONEY_SUMS = (
    "INSERT INTO invoice_balance (invoice_id, customer_id, payer, business_day, due_on, allocated, credited,"
    " written_off, due) SELECT i.id, i.customer_id, i.payer, i.business_day, i.due_on, coalesce(a.amount, 0), 0, 0,"
    " i.total - coalesce(a.amount, 0) FROM invoice i LEFT JOIN allocation a ON a.invoice_id = i.id ORDER BY i.id",
    "INSERT INTO sale (kind, business_day, invoice_id, order_id, customer_id, payer, service_type, job_kind,"
    " technician_id, category, brand, visit, labour, parts, other, discount, tax, cost)"
    " SELECT 'invoice', i.business_day, i.id, i.order_id, i.customer_id, i.payer, i.service_type, o.job_kind,"
    " i.technician_id, d.category, d.brand, 0, sum(CASE l.kind WHEN 'labour' THEN l.amount - l.tax ELSE 0 END),"
    " sum(CASE l.kind WHEN 'part' THEN l.amount - l.tax ELSE 0 END), 0, 0, sum(l.tax), sum(l.cost)"
    " FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id JOIN repair_order o ON o.id = i.order_id"
    " JOIN device d ON d.id = o.device_id GROUP BY i.id ORDER BY i.id",
    "INSERT INTO held_money (payment_id, customer_id, order_id, method, amount, since)"
    " SELECT id, customer_id, order_id, method, amount, business_day FROM payment WHERE kind = 'deposit'",
    "INSERT INTO money_day (day, held, due_customer, due_other) SELECT day, sum(held), sum(due), 0 FROM ("
    " SELECT business_day AS day, amount AS held, 0 AS due FROM payment"
    " UNION ALL SELECT business_day, -amount, -amount FROM allocation"
    " UNION ALL SELECT business_day, 0, total FROM invoice) GROUP BY day",
    "UPDATE till_session SET expected = (SELECT sum(amount) FROM payment WHERE till_session_id = till_session.id)"
    " WHERE state = 'closed'",
    "UPDATE till_session SET counted = expected, difference = 0 WHERE state = 'closed'",
)


class Pour:
    """Fills one founded, empty shop through a raw connection; ``floor`` is a database that only floors read."""

    def __init__(self, raw: Any, floor: Any, orders: int, seed: int, say: Callable[[str], None]) -> None:
        self._raw = raw
        self._floor = floor
        self._orders = orders
        self._say = say
        self._chance = Random(seed)
        self._stuff = supplies()
        self._seed = seed
        self._trades: tuple[Trade, ...] = tuple(self._stuff.trades.values())
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._floor_words: list[tuple[int, str]] = []
        self._customers: list[tuple[str, str, str]] = []
        #: (customer, device, its words) of the last orders, for those that come back.
        self._lately: list[tuple[int, int, tuple[str, str, str, str]]] = []
        #: (kind, part, description, unit, fen, charge, cost) of the order at hand.
        self._charged: list[tuple[Any, ...]] = []
        self._devices = 0
        self._lines = 0
        self._invoices = 0
        self._payments = 0
        #: The drawer's sessions by their day.
        self._drawers: dict[str, int] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._staff = dict(raw.execute("SELECT role, max(id) FROM staff GROUP BY role").fetchall())
        self._owner = self._staff["owner"]
        self._parts = raw.execute(
            "SELECT id, name, unit, sale_price, value / (on_hand / 1000) FROM part"
        ).fetchall()
        self._digest = bytes(raw.execute("SELECT digest FROM journal ORDER BY id DESC LIMIT 1").fetchone()[0])
        days = 365 if orders <= 10_000 else 3 * 365 if orders <= 100_000 else 10 * 365
        self._end = (datetime.now(UTC) - _EPOCH) // timedelta(microseconds=1) - 3600 * _SECOND
        self._start = self._end - days * _DAY
        self._grams_of_name = lru_cache(maxsize=None)(_grams_of_name)

    def all(self) -> None:
        """Everything, chunk by chunk."""
        self._floor.execute("CREATE TABLE reading (customer_id INTEGER PRIMARY KEY, initials TEXT NOT NULL)")
        self._floor.execute("CREATE TABLE told (order_id INTEGER PRIMARY KEY, words TEXT NOT NULL)")
        step = (self._end - self._start) / max(self._orders, 1)
        open_from = self._orders - min(int(self._orders * _OPEN_SHARE), _OPEN_MOST)
        for order_id in range(1, self._orders + 1):
            self._order(order_id, self._start + int(step * order_id), closed=order_id <= open_from)
            if order_id % CHUNK == 0 or order_id == self._orders:
                self._write()
                if order_id % (CHUNK * 10) == 0:
                    self._say(f"poured {order_id} of {self._orders}")
        self._finish()

    def _order(self, order_id: int, taken_in: int, *, closed: bool) -> None:
        chance = self._chance
        customer_id, device_id, (category, brand, model, serial) = self._who_and_what(order_id, taken_in)
        name, phone, phone2 = self._customers[customer_id - 1]
        status = self._status(order_id, taken_in, closed=closed)
        delivered = status is Status.DELIVERED
        done = delivered or status in AT_COUNTER or status is Status.QC
        ready = taken_in + _READY_AFTER if delivered or status in AT_COUNTER else None
        left = taken_in + _DELIVERED_AFTER if delivered or status is Status.CANCELLED else None
        trouble = chance.choice(self._stuff.trades[category].troubles)
        fault = (
            trouble.fault
            + chance.choice(_SIDES)
            + (f"，{chance.randrange(1, 60)} 天了" if order_id % 3 else "")
        )
        technician = self._staff["technician"]
        day = _day(taken_in)
        code = codes.order_code(_date(day), self._next("order", taken_in))
        number = codes.order_number(code)
        total = self._charges(order_id, taken_in, technician, trouble.price.fen) if done else None
        self._rows["repair_order"].append(
            (
                order_id, self._uuid(taken_in), 9 if delivered else 2, number, code, status.value, customer_id,
                device_id, technician if done else None, _COUNTER, _REPAIR,
                _PAID, _CUSTOMER, _COVER, fault, '["电源线"]', "",
                f"A{order_id % 40}", total, taken_in + 3 * _DAY, taken_in, day,
                ready, None if ready is None else _day(ready), left if delivered else None,
                _day(left) if delivered and left else None, _day(left + 90 * _DAY) if delivered and left else None,
            )
        )  # fmt: skip
        findings = ""
        if done:
            findings = f"{trouble.cause} {trouble.fix}"
            self._rows["order_note"] += [
                (order_id, _CAUSE, trouble.cause, technician, taken_in + _DAY),
                (order_id, _FIX, trouble.fix, technician, taken_in + _DAY),
            ]
            self._rows["work_log"].append(
                (order_id, technician, taken_in + _DAY, taken_in + _DAY + trouble.minutes * 60 * _SECOND)
            )
        receipt = f"20{chance.randrange(10**13):013d}"
        self._rows["pickup_receipt"].append((order_id, receipt + codes.check_digit(receipt), taken_in, left))
        self._rows["custody_entry"].append(
            (order_id, device_id, _IN, taken_in, self._staff["counter"], None, "")
        )
        self._journal(order_id, status, taken_in)
        if left is not None:
            self._rows["custody_entry"].append(
                (
                    order_id,
                    device_id,
                    _OUT,
                    left,
                    self._staff["counter"],
                    _SCANNED,
                    "",
                )
            )
        if delivered and left is not None:
            self._settle(order_id, customer_id, technician, left)
        elif not closed and order_id % _DEPOSIT_EVERY == 0:
            self._pay(order_id, customer_id, taken_in, _DEPOSIT, _METHODS[0], _DEPOSIT_FEN)
        words = order_words(brand=brand, category=category, model=model, fault=fault, findings=findings)
        self._rows["gram"] += [(gram, order_id) for gram in self._grams_of_name(name)[0]]
        phones = " ".join(each for each in (phone, phone2) if each)
        self._rows["order_codes"].append((order_id, phones, fold(serial), number, fold(model)))
        self._rows["order_words"].append((order_id, words_of(words)))
        self._floor_words.append((order_id, words))

    def _who_and_what(self, order_id: int, at: int) -> tuple[int, int, tuple[str, str, str, str]]:
        chance = self._chance
        if order_id % _BACK_EVERY == 0 and len(self._lately) >= 10:
            found = self._lately[-10]
            self._lately.append(found)
            return found
        known = len(self._customers)
        if known < order_id * 0.3:
            customer_id = known + 1
            entry = person(self._stuff, self._seed, customer_id)
            self._customers.append((entry.name, entry.phone, entry.phone2))
            self._rows["customer"].append(
                (
                    customer_id,
                    self._uuid(at),
                    1,
                    entry.name,
                    entry.phone,
                    entry.phone2,
                    entry.address,
                    "",
                    "",
                    at,
                )
            )
            self._rows["gram"] += [(gram, customer_id) for gram in self._grams_of_name(entry.name)[1]]
        else:
            customer_id = chance.randrange(known) + 1
        trade = chance.choice(self._trades)
        make = chance.choice(trade.makes)
        self._devices += 1
        serial = f"{chance.choice('ABCDEFGHKLMN')}{chance.randrange(36**5):05X}{chance.randrange(10**7):07d}"
        what = (
            trade.category,
            chance.choice(make.brands),
            chance.choice(make.models) if make.models else "",
            serial if order_id % 10 < 7 else "",
        )
        self._rows["device"].append((self._devices, self._uuid(at), customer_id, *what, 0, at))
        found = (customer_id, self._devices, what)
        self._lately.append(found)
        if len(self._lately) > 200:
            del self._lately[:-20]
        return found

    def _status(self, order_id: int, taken_in: int, *, closed: bool) -> Status:
        if not closed:
            return _OPEN[order_id % len(_OPEN)] if taken_in + _READY_AFTER < self._end else Status.RECEIVED
        if self._orders >= _UNCLAIMED_EVERY and order_id % (self._orders // _UNCLAIMED_EVERY) == 0:
            return Status.UNCLAIMED
        return Status.CANCELLED if order_id % _CANCELLED_EVERY == 0 else Status.DELIVERED

    def _charges(self, order_id: int, at: int, technician: int, labour: int) -> int:
        """Two parts from stock and the labour; returns their sum in fen."""
        chance, day = self._chance, _day(at + _DAY)
        self._charged = []
        total = 0
        for part_id, name, unit, price, cost in chance.sample(self._parts, 2):
            self._lines += 1
            self._rows["order_line"].append(
                (
                    self._lines, order_id, _PART, part_id, name, unit, 1000, _TAKEN, price, price, _TAX,
                    _CUSTOMER, technician, 0, 0, at + _DAY,
                )
            )  # fmt: skip
            self._rows["stock_move"].append(
                (
                    part_id,
                    _USE,
                    -1000,
                    -cost,
                    order_id,
                    self._lines,
                    technician,
                    "",
                    at + _DAY,
                    day,
                    _MAIN_SHELF,
                    0,
                    0,
                    0,
                )
            )
            self._charged.append((_PART, part_id, name, unit, price, self._lines, cost))
            total += price
        self._lines += 1
        self._rows["order_line"].append(
            (
                self._lines, order_id, _LABOUR, None, "维修工时", "", 1000, 0, labour, labour, _TAX,
                _CUSTOMER, technician, 40, 0, at + _DAY,
            )
        )  # fmt: skip
        self._charged.append((_LABOUR, None, "维修工时", "", labour, self._lines, 0))
        return total + labour

    def _settle(self, order_id: int, customer_id: int, technician: int, at: int) -> None:
        """Invoice with its lines, and the payment of it; one in a thousand is owed."""
        day, period = _day(at), _period(at)
        self._invoices += 1
        invoice_id, clerk = self._invoices, self._staff["counter"]
        taxes = [_tax(each[4]) for each in self._charged]
        total = sum(each[4] for each in self._charged)
        self._rows["invoice"].append(
            (
                invoice_id, self._uuid(at), f"F{period}-{self._next('invoice', at):05d}", order_id, customer_id,
                _CUSTOMER, _PAID, technician, total, sum(taxes), 1, at, day, clerk, day,
            )
        )  # fmt: skip
        self._rows["invoice_line"] += [
            (
                invoice_id, kind, part_id, name, unit, 1000, price, price, _TAX, tax, order_id, line_id, technician,
                cost,
            )
            for (kind, part_id, name, unit, price, line_id, cost), tax in zip(self._charged, taxes, strict=True)
        ]  # fmt: skip
        if order_id % _OWED_EVERY:
            method = self._chance.choice(_METHODS)
            payment_id = self._pay(order_id, customer_id, at, _PAYMENT, method, total)
            self._rows["allocation"].append((payment_id, invoice_id, total, at, day))

    def _pay(self, order_id: int, customer_id: int, at: int, kind: str, method: str, fen: int) -> int:
        self._payments += 1
        day, clerk = _day(at), self._staff["counter"]
        self._rows["payment"].append(
            (
                self._payments, self._uuid(at), f"S{_period(at)}-{self._next('payment', at):05d}", kind, method, fen,
                fen, customer_id, order_id, at, day, clerk, "{}", self._drawer(day, at) if method == _CASH else None,
            )
        )  # fmt: skip
        return self._payments

    def _drawer(self, day: str, at: int) -> int:
        """The session that cash of this day goes through: opened by the first of it, emptied at its end; the newest
        day's is open."""
        found = self._drawers.get(day)
        if found is not None:
            return found
        session = self._drawers[day] = len(self._drawers) + 1
        clerk, closed = self._staff["counter"], day != _day(self._end)
        number = f"T{_period(at)}-{self._next('till_session', at):05d}"
        ending = (at + _DAY // 3, day, clerk, 0) if closed else (None, None, None, None)
        self._rows["till_session"].append(
            (
                session, self._uuid(at), 1, "", "", number, _MAIN_TILL, "closed" if closed else "open",
                session - 1 or None, clerk, at, day, clerk, 1, 0, 0, *ending,
            )
        )  # fmt: skip
        return session

    def _journal(self, order_id: int, status: Status, taken_in: int) -> None:
        """The moves to where the order stands, in as few gestures as the counter could make."""
        self._book(taken_in, _TAKE_IN, order_id)
        for gesture in _GESTURES.get(status, ()):
            self._book(taken_in + gesture.after, gesture, order_id)

    def _book(self, at: int, gesture: _Gesture, order_id: int) -> None:
        """One operation with its journal entries. The digest is ``store.door.chained``'s, spelt out: six entries an
        order make it a third of the whole pouring; ``doctor`` computes it the other way."""
        operation, command, owner = self._uuid(at), gesture.command, self._owner
        moment = (_EPOCH + timedelta(microseconds=at)).isoformat(timespec="microseconds")
        self._rows["operation"].append((operation, command, f'{{"order_id":{order_id}}}', at))
        journal = self._rows["journal"]
        for action, before, after, encoded in gesture.moves:
            said = f'["{moment}",{owner},"{command}",{order_id},{encoded},{{}},"{operation.hex()}"]'
            self._digest = sha256(self._digest + said.encode("ascii")).digest()
            journal.append(
                (at, owner, command, order_id, action, before, after, "{}", operation, self._digest)
            )

    def _next(self, series: str, at: int) -> int:
        key = (series, _period(at))
        self._numbers[key] = self._numbers.get(key, 0) + 1
        return self._numbers[key]

    def _uuid(self, at: int) -> bytes:
        noise = self._chance.getrandbits(74)
        value = at // 1000 << 80 | 0x7 << 76 | noise >> 62 << 64 | 0b10 << 62 | noise & (1 << 62) - 1
        return value.to_bytes(16, "big")

    def _write(self) -> None:
        self._raw.execute("BEGIN IMMEDIATE")
        # In the order of the tree: a shop writes them one by one and finds the pages in its cache all the same.
        self._rows["gram"] = sorted(set(self._rows["gram"]))
        for table, columns in _COLUMNS.items():
            marks = ",".join("?" * (columns.count(",") + 1))
            self._raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", self._rows[table])
        self._raw.execute("COMMIT")
        self._rows.clear()
        self._floor.execute("BEGIN")
        self._floor.executemany("INSERT INTO told VALUES (?, ?)", self._floor_words)
        self._floor.execute("COMMIT")
        self._floor_words.clear()

    def _finish(self) -> None:
        """Number series, running sums of the stock, readings for the floor of the pinyin search."""
        self._raw.execute("BEGIN IMMEDIATE")
        self._raw.executemany(
            "INSERT INTO number_series (series, period, last) VALUES (?, ?, ?)",
            [(series, period, last) for (series, period), last in self._numbers.items()],
        )
        self._raw.execute(
            "UPDATE part SET on_hand = (SELECT sum(quantity) FROM stock_move m WHERE m.part_id = part.id),"
            " value = (SELECT sum(value) FROM stock_move m WHERE m.part_id = part.id)"
        )
        for statement in STOCK_SUMS + MONEY_SUMS:
            self._raw.execute(statement)
        self._raw.execute("COMMIT")
        self._floor.execute("BEGIN")
        self._floor.executemany("INSERT INTO reading VALUES (?, ?)", self._readings())
        self._floor.execute("COMMIT")

    def _readings(self) -> Iterator[tuple[int, str]]:
        for customer_id, (name, _phone, _phone2) in enumerate(self._customers, start=1):
            yield customer_id, " ".join(initials(name))


def _grams_of_name(name: str) -> tuple[list[str], list[str]]:
    """The grams of a name and its readings, for an order's row and for a customer's."""
    letters = {gram for reading in initials(name) for gram in grams_of(reading)}
    return (
        [Field.ORDER_NAME + gram for gram in grams_of(name)]
        + [Field.ORDER_PINYIN + gram for gram in letters],
        [Field.CUSTOMER_NAME + gram for gram in grams_of(name)]
        + [Field.CUSTOMER_PINYIN + gram for gram in letters],
    )


@lru_cache(maxsize=8192)
def _tax(fen: int) -> int:
    return Money(fen).tax_within(_TAX).fen


@lru_cache(maxsize=100_000)
def _day_of_hour(hours: int) -> str:
    # The shop's zone is whole hours from UTC.
    return business_day(_EPOCH + timedelta(hours=hours)).isoformat()


def _day(at: int) -> str:
    return _day_of_hour(at // (3600 * _SECOND))


def _period(at: int) -> str:
    day = _day(at)
    return day[2:4] + day[5:7]


@lru_cache(maxsize=8192)
def _date(day: str) -> Any:
    return datetime.fromisoformat(day).date()
