"""Checks that are one question to the database each: rows that break the rule, with a sentence for them.

A query's columns fill the places of its sentence. Set questions over indexes: a million orders take seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.enums import AT_COUNTER, CLOSED, Series
from app.core.words import N_
from app.features.checkup.rule import Rule, codes
from app.features.checkup.stock_rules import STOCK_RULES

_CLOSED = codes(CLOSED)
_COUNTER = codes(AT_COUNTER)
_HALF_UP = (
    "CASE WHEN {n} < 0 THEN -((-2 * ({n}) + {d}) / (2 * ({d}))) ELSE (2 * ({n}) + {d}) / (2 * ({d})) END"
)
#: A line's price for its quantity, and the tax it must hold, by the one rounding rule (domain.md §8).
_PRICE = _HALF_UP.format(n="(l.unit_price * l.quantity)", d="1000")
_TAX_WITHIN = _HALF_UP.format(n="(l.amount * l.tax_permille)", d="(1000 + l.tax_permille)")
_TAX_ON_TOP = _HALF_UP.format(n="((l.amount - l.tax) * l.tax_permille)", d="1000")


def _numbers(table: str, series: str, gap: str, lost: str) -> tuple[Rule, ...]:
    """Running numbers of each month begin at 1, have no gap, and reach what the series gave last."""
    # Order numbers begin with year and month, the others with a letter before them.
    skip = 0 if series == "order" else 1
    period, running = f"substr(number, {skip + 1}, 4)", f"substr(number, {skip + 6})"
    return (
        Rule(
            gap,
            f"SELECT '{table}' AS \"table\", n.period, count(*) AS count,"
            " min(n.running) AS first, max(n.running) AS last,"
            f" coalesce(s.last, 0) AS given FROM (SELECT {period} AS period,"
            f" CAST({running} AS INTEGER) AS running FROM {table}) n"
            f" LEFT JOIN number_series s ON s.series = '{series}' AND s.period = n.period GROUP BY n.period"
            " HAVING min(n.running) != 1 OR max(n.running) != count(*) OR given != count(*)",
        ),
        Rule(
            lost,
            f"SELECT '{table}' AS \"table\", s.period, s.last AS given FROM number_series s WHERE s.series = '{series}'"
            f" AND s.last > 0 AND NOT EXISTS (SELECT 1 FROM {table} WHERE {period} = s.period)",
        ),
    )


#: Papers of the stock room: one letter before the month and the running number.
_STOCK_SERIES = (
    ("purchase_order", Series.PURCHASE),
    ("goods_receipt", Series.GOODS_RECEIPT),
    ("return_batch", Series.RETURN_BATCH),
    ("stock_count", Series.STOCK_COUNT),
    ("defective_good", Series.DEFECTIVE),
    ("consign_settlement", Series.CONSIGN_SETTLEMENT),
    ("part_loan", Series.PART_LOAN),
)

RULES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "order_dates": (
            Rule(
                N_("Order {number} is delivered without a date."),
                "SELECT number FROM repair_order WHERE status = 'delivered'"
                " AND (delivered_at IS NULL OR delivered_day IS NULL)",
            ),
            Rule(
                N_("Order {number} waits at the counter without a date."),
                f"SELECT number FROM repair_order WHERE status IN ({_COUNTER})"
                " AND (ready_at IS NULL OR finished_day IS NULL)",
            ),
            Rule(
                N_("The clock still runs on order {number}, which is closed."),
                "SELECT o.number FROM work_log w JOIN repair_order o ON o.id = w.order_id"
                f" WHERE w.ended_at IS NULL AND o.status IN ({_CLOSED})",
            ),
        ),
        "invoice_totals": (
            Rule(
                N_("Invoice {number}: its total is {total} fen, its lines make {lines}."),
                "SELECT i.number, i.total, coalesce((SELECT sum(l.amount) FROM invoice_line l"
                " WHERE l.invoice_id = i.id), 0) AS lines FROM invoice i WHERE i.total != lines",
            ),
            Rule(
                N_("Invoice {number}: its tax is {tax} fen, its lines make {lines}."),
                "SELECT i.number, i.tax, coalesce((SELECT sum(l.tax) FROM invoice_line l"
                " WHERE l.invoice_id = i.id), 0) AS lines FROM invoice i WHERE i.tax != lines",
            ),
        ),
        "invoice_lines": (
            Rule(
                N_("Invoice {number}, line {line}: price times quantity is {wanted} fen, not {amount}."),
                f"SELECT i.number, l.id AS line, {_PRICE} AS wanted,"
                " CASE WHEN i.tax_inclusive THEN l.amount ELSE l.amount - l.tax END AS amount"
                " FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id WHERE wanted != amount",
            ),
            Rule(
                N_("Invoice {number}, line {line}: its tax should be {wanted} fen, not {tax}."),
                f"SELECT i.number, l.id AS line, l.tax,"
                f" CASE WHEN i.tax_inclusive THEN {_TAX_WITHIN} ELSE {_TAX_ON_TOP} END AS wanted"
                " FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id WHERE wanted != l.tax",
            ),
        ),
        "invoiced": (
            Rule(
                N_("Order {number} was delivered, but what “{payer}” pays is not invoiced."),
                "SELECT DISTINCT o.number, l.payer FROM repair_order o JOIN order_line l ON l.order_id = o.id"
                " WHERE o.status = 'delivered' AND l.removed = 0 AND l.payer != 'shop' AND NOT EXISTS"
                " (SELECT 1 FROM invoice i WHERE i.order_id = o.id AND i.payer = l.payer)",
            ),
            Rule(
                N_("Invoice {number} belongs to order {order_number}, which is not delivered."),
                "SELECT i.number, o.number AS order_number FROM invoice i"
                " JOIN repair_order o ON o.id = i.order_id WHERE o.status != 'delivered'",
            ),
        ),
        "payments": (
            Rule(
                N_("Payment {number}: {amount} fen do not fit a “{kind}”."),
                "SELECT number, amount, kind FROM payment WHERE amount = 0 OR (amount < 0) != (kind = 'refund')",
            ),
            Rule(
                N_("Payment {number}: {tendered} fen given for {amount}."),
                "SELECT number, tendered, amount FROM payment"
                " WHERE tendered < amount OR (tendered > amount AND method != 'cash')",
            ),
        ),
        "allocations": (
            Rule(
                N_("Payment {number} of {amount} fen is used for {used}."),
                "SELECT p.number, p.amount, (SELECT sum(a.amount) FROM allocation a"
                " WHERE a.payment_id = p.id) AS used FROM payment p WHERE used > max(p.amount, 0)",
            ),
            Rule(
                N_("Invoice {number} of {total} fen has {paid} paid on it."),
                "SELECT i.number, i.total, (SELECT sum(a.amount) FROM allocation a"
                " WHERE a.invoice_id = i.id) AS paid FROM invoice i WHERE paid > i.total",
            ),
            Rule(
                N_("Invoice {number}: an amount of {amount} fen was used for it."),
                "SELECT i.number, a.amount FROM allocation a JOIN invoice i ON i.id = a.invoice_id"
                " WHERE a.amount <= 0",
            ),
        ),
        "refunds": (
            Rule(
                N_("Order {number}: {received} fen received and not given back, {used} used."),
                "SELECT o.number, r.received, coalesce((SELECT sum(a.amount) FROM payment p"
                " JOIN allocation a ON a.payment_id = p.id WHERE p.order_id = r.order_id), 0) AS used"
                " FROM (SELECT order_id, sum(amount) AS received FROM payment"
                " WHERE order_id IS NOT NULL GROUP BY order_id) r JOIN repair_order o ON o.id = r.order_id"
                " WHERE r.received < used",
            ),
            Rule(
                N_("Customer {customer}: more was given back than received, by {missing} fen."),
                "SELECT customer_id AS customer, -sum(amount) AS missing FROM payment"
                " WHERE order_id IS NULL GROUP BY customer_id HAVING sum(amount) < 0",
            ),
        ),
        "numbers": (
            *_numbers(
                "repair_order",
                "order",
                N_("Order numbers of {period}: {count} of them from {first} to {last}, {given} given."),
                N_("Order numbers of {period}: {given} given, none there."),
            ),
            *_numbers(
                "invoice",
                "invoice",
                N_("Invoice numbers of {period}: {count} of them from {first} to {last}, {given} given."),
                N_("Invoice numbers of {period}: {given} given, none there."),
            ),
            *_numbers(
                "payment",
                "payment",
                N_("Payment numbers of {period}: {count} of them from {first} to {last}, {given} given."),
                N_("Payment numbers of {period}: {given} given, none there."),
            ),
            *(
                rule
                for table, series in _STOCK_SERIES
                for rule in _numbers(
                    table,
                    series.value,
                    N_("Numbers of {table} in {period}: {count} from {first} to {last}, {given} given."),
                    N_("Numbers of {table} in {period}: {given} given, none there."),
                )
            ),
            Rule(
                N_("Order {number}: its barcode {code} is another number's."),
                "SELECT number, card_code AS code FROM repair_order"
                " WHERE number != substr(card_code, 3, 4) || '-' || substr(card_code, 7, 5)",
            ),
        ),
        **STOCK_RULES,
        "custody": (
            Rule(
                N_("Order {number}: the register's entry {entry} does not follow the one before it."),
                "SELECT o.number, c.id AS entry FROM (SELECT id, order_id, way, lag(way, 1, 'out') OVER"
                " (PARTITION BY order_id ORDER BY id) AS earlier FROM custody_entry) c"
                " JOIN repair_order o ON o.id = c.order_id WHERE c.way = c.earlier",
            ),
            Rule(
                N_("Order {number} is open, but its device is not in the register."),
                "SELECT o.number FROM repair_order o"
                f" WHERE o.status NOT IN ({_CLOSED}) AND ("
                " coalesce((SELECT c.way FROM custody_entry c WHERE c.order_id = o.id"
                " ORDER BY c.id DESC LIMIT 1), CASE o.visit WHEN 'counter' THEN '' ELSE 'in' END) != 'in')",
            ),
            Rule(
                N_("Order {number} is closed, but its device is still in the register."),
                "SELECT o.number FROM repair_order o"
                f" WHERE o.status IN ({_CLOSED}) AND (SELECT c.way FROM custody_entry c"
                " WHERE c.order_id = o.id ORDER BY c.id DESC LIMIT 1) = 'in'",
            ),
        ),
        "receipts": (
            Rule(
                N_("Order {number} is closed, but a pickup receipt of it still holds."),
                "SELECT DISTINCT o.number FROM pickup_receipt r JOIN repair_order o ON o.id = r.order_id"
                f" WHERE r.voided_at IS NULL AND o.status IN ({_CLOSED})",
            ),
            Rule(
                N_("The shop holds the device of order {number}, but no pickup receipt holds."),
                "SELECT o.number FROM repair_order o"
                f" WHERE o.status NOT IN ({_CLOSED}) AND EXISTS"
                " (SELECT 1 FROM custody_entry c WHERE c.order_id = o.id)"
                " AND NOT EXISTS (SELECT 1 FROM pickup_receipt r"
                " WHERE r.order_id = o.id AND r.voided_at IS NULL)",
            ),
        ),
        "passcodes": (
            Rule(
                N_("Order {number} is closed, but its passcode is still kept."),
                f"SELECT number FROM repair_order WHERE passcode IS NOT NULL AND status IN ({_CLOSED})",
            ),
        ),
    }
)
