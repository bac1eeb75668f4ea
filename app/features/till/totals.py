"""The totals of a day (domain.md §8), as they are shown while it is open and frozen when it is closed: plain codes,
numbers and fen, the same bytes for the same rows."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

#: Grows when the content's form changes; old closes keep theirs.
FORM = 1

_SPAN = "BETWEEN :first AND :last"
_BILLED = text(
    "SELECT payer, count(*) AS count, coalesce(sum(total), 0) AS total, coalesce(sum(tax), 0) AS tax,"
    f" min(number) AS first, max(number) AS last FROM invoice WHERE business_day {_SPAN} GROUP BY payer ORDER BY payer"
)
_CREDITED = text(
    "SELECT count(*) AS count, coalesce(sum(total), 0) AS total, coalesce(sum(tax), 0) AS tax,"
    f" min(number) AS first, max(number) AS last FROM credit_note WHERE business_day {_SPAN}"
)
_WRITTEN_OFF = text(
    "SELECT count(*) AS count, coalesce(sum(amount), 0) AS total, min(number) AS first, max(number) AS last"
    f" FROM write_off WHERE business_day {_SPAN}"
)
_BY_METHOD = text(
    "SELECT method, count(*) AS count, coalesce(sum(CASE WHEN amount > 0 THEN amount END), 0) AS paid,"
    " coalesce(sum(CASE WHEN amount < 0 THEN -amount END), 0) AS refunded"
    f" FROM payment WHERE business_day {_SPAN} GROUP BY method ORDER BY method"
)
_BY_PERSON = text(
    "SELECT s.id, s.name, p.method, sum(p.amount) AS total FROM payment p JOIN staff s ON s.id = p.staff_id"
    f" WHERE p.business_day {_SPAN} GROUP BY s.id, p.method ORDER BY s.id, p.method"
)
_PAID_NUMBERS = text(
    "SELECT count(*) AS count, min(number) AS first, max(number) AS last,"
    " coalesce(sum(CASE kind WHEN 'deposit' THEN amount END), 0) AS deposits"
    f" FROM payment WHERE business_day {_SPAN}"
)
_REVENUE = (
    "coalesce(sum(visit), 0) AS visit, coalesce(sum(labour), 0) AS labour, coalesce(sum(parts), 0) AS parts,"
    " coalesce(sum(other), 0) AS other, coalesce(sum(discount), 0) AS discount, coalesce(sum(tax), 0) AS tax,"
    " coalesce(sum(CASE WHEN payer != 'shop' THEN cost END), 0) AS cost"
)
_SOLD = text(f"SELECT {_REVENUE} FROM sale WHERE business_day {_SPAN}")
_BY_SERVICE = text(
    f"SELECT service_type, count(DISTINCT order_id) AS orders, {_REVENUE} FROM sale"
    f" WHERE business_day {_SPAN} AND payer != 'shop' GROUP BY service_type ORDER BY service_type"
)
_BY_TECHNICIAN = text(
    f"SELECT technician_id, coalesce(p.name, '') AS name, count(DISTINCT order_id) AS orders, {_REVENUE} FROM sale"
    f" LEFT JOIN staff p ON p.id = technician_id WHERE business_day {_SPAN} AND payer != 'shop'"
    " GROUP BY technician_id ORDER BY technician_id"
)
# By rate: what was invoiced less what was credited, each line with its own tax.
_BY_TAX = text(
    "SELECT tax_permille, sum(net) AS net, sum(tax) AS tax FROM ("
    " SELECT l.tax_permille, l.amount - l.tax AS net, l.tax FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id"
    f" WHERE i.business_day {_SPAN}"
    " UNION ALL SELECT l.tax_permille, k.tax - k.amount, -k.tax FROM credit_note c"
    " JOIN credit_line k ON k.credit_id = c.id JOIN invoice_line l ON l.id = k.invoice_line_id"
    f" WHERE c.business_day {_SPAN}) GROUP BY tax_permille ORDER BY tax_permille"
)
_SESSIONS = text(
    "SELECT s.number, t.name AS till, h.name AS holder, s.float_amount, s.float_expected, s.float_reason, s.expected,"
    " s.counted, s.difference, s.reason, s.kept FROM till_session s JOIN till t ON t.id = s.till_id"
    f" JOIN staff h ON h.id = s.holder_id WHERE s.closed_day {_SPAN} ORDER BY s.id"
)
_MOVES = text(
    "SELECT kind, reason, count(*) AS count, sum(amount) AS total, min(number) AS first, max(number) AS last"
    f" FROM till_move WHERE business_day {_SPAN} GROUP BY kind, reason ORDER BY kind, reason"
)
_ORDERS = text(
    f"SELECT (SELECT count(*) FROM repair_order WHERE taken_in_day {_SPAN}) AS taken_in,"
    f" (SELECT count(*) FROM repair_order WHERE finished_day {_SPAN}) AS finished,"
    f" (SELECT count(*) FROM repair_order WHERE delivered_day {_SPAN}) AS delivered"
)
_AT_END = text(
    "SELECT coalesce(sum(held), 0) AS held, coalesce(sum(due_customer), 0) AS due_customer,"
    " coalesce(sum(due_other), 0) AS due_other FROM money_day WHERE day <= :last"
)
_HEAD = text("SELECT id, digest FROM journal ORDER BY id DESC LIMIT 1")


def totals(reading: Connection, first: date, last: date) -> dict[str, Any]:
    """Everything that is printed of the business days ``first`` to ``last``; amounts in fen."""
    span = {"first": first.isoformat(), "last": last.isoformat()}

    def rows(query: Any) -> list[dict[str, Any]]:
        return [dict(each) for each in reading.execute(query, span).mappings()]

    sold = rows(_SOLD)[0]
    return {
        "form": FORM,
        "first": span["first"],
        "last": span["last"],
        "invoices": rows(_BILLED),
        "credit_notes": rows(_CREDITED)[0],
        "write_offs": rows(_WRITTEN_OFF)[0],
        "payments": {**rows(_PAID_NUMBERS)[0], "by_method": rows(_BY_METHOD), "by_person": rows(_BY_PERSON)},
        "revenue": {**sold, "revenue": revenue_of(sold)},
        "by_service_type": [{**each, "revenue": revenue_of(each)} for each in rows(_BY_SERVICE)],
        "by_technician": [{**each, "revenue": revenue_of(each)} for each in rows(_BY_TECHNICIAN)],
        "by_tax": rows(_BY_TAX),
        "tills": rows(_SESSIONS),
        "till_moves": rows(_MOVES),
        "orders": rows(_ORDERS)[0],
        "at_end": rows(_AT_END)[0],
    }


def revenue_of(row: dict[str, Any]) -> int:
    """Visit + labour + parts + other − discount (which is negative here), in fen."""
    return int(row["visit"] + row["labour"] + row["parts"] + row["other"] + row["discount"])


def canonical(content: dict[str, Any]) -> bytes:
    """The one way to write a content: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def journal_head(reading: Connection) -> tuple[int, bytes]:
    """The newest journal entry and its digest; (0, b"") of an empty journal."""
    found = reading.execute(_HEAD).one_or_none()
    return (0, b"") if found is None else (int(found.id), bytes(found.digest))
