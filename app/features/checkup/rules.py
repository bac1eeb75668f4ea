"""Checks that are one question to the database each: rows that break the rule, with a sentence for them.

A query's columns fill the places of its sentence. Set questions over indexes: a million orders take seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.enums import AT_COUNTER, CLOSED, Series
from app.core.words import N_
from app.features.checkup.brand_rules import BRAND_RULES
from app.features.checkup.money_rules import MONEY_RULES
from app.features.checkup.price_rules import PRICE_RULES
from app.features.checkup.rule import Rule, codes
from app.features.checkup.stock_rules import STOCK_RULES

_CLOSED = codes(CLOSED)
_COUNTER = codes(AT_COUNTER)


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


#: Papers with one letter before the month and the running number.
_LETTERED = (
    ("purchase_order", Series.PURCHASE),
    ("goods_receipt", Series.GOODS_RECEIPT),
    ("return_batch", Series.RETURN_BATCH),
    ("stock_count", Series.STOCK_COUNT),
    ("defective_good", Series.DEFECTIVE),
    ("consign_settlement", Series.CONSIGN_SETTLEMENT),
    ("part_loan", Series.PART_LOAN),
    ("credit_note", Series.CREDIT_NOTE),
    ("write_off", Series.WRITE_OFF),
    ("till_session", Series.TILL_SESSION),
    ("till_move", Series.TILL_MOVE),
    ("day_close", Series.DAY_CLOSE),
    ("claim", Series.CLAIM),
    ("settlement", Series.SETTLEMENT),
    ("quality_notice", Series.QUALITY_NOTICE),
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
        **MONEY_RULES,
        **PRICE_RULES,
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
                for table, series in _LETTERED
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
        **BRAND_RULES,
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
