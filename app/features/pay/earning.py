"""What a month's invoices and credit notes earned whom (domain.md §9): by line, with the rule of the invoice's day.

Whatever a credit note takes off a line, it takes the commission with it that the line had earned, to the fen; it counts
in the month of the credit note.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Integer, Text, select, text

from app.core.enums import CommissionKind, LineKind
from app.core.money import ZERO, Money
from app.features.pay.snapshots import EarnedLine
from app.model import CommissionRule
from app.model.base import DayType
from app.model.commission import COUNTED, Rule, RuleBook, share_of, share_taken_back

_CATEGORY = (
    "coalesce((SELECT s.category FROM sale s WHERE s.invoice_id = i.id AND s.order_id = l.order_id"
    " AND s.kind = 'invoice' LIMIT 1), '')"
)
_INVOICED = text(
    "SELECT i.business_day AS day, i.business_day AS invoiced_on, i.number AS document, l.order_id, l.kind,"
    " l.technician_id, l.amount - l.tax AS net, 0 AS before, o.number AS order_number,"
    f" {_CATEGORY} AS category FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id"
    " JOIN repair_order o ON o.id = l.order_id"
    " WHERE i.business_day >= :first AND i.business_day < :after AND l.technician_id IS NOT NULL ORDER BY l.id"
)
_CREDITED = text(
    "SELECT n.business_day AS day, i.business_day AS invoiced_on, n.number AS document, l.order_id, l.kind,"
    " l.technician_id, c.amount - c.tax AS net,"
    " (SELECT coalesce(sum(b.amount - b.tax), 0) FROM credit_line b"
    "   WHERE b.invoice_line_id = c.invoice_line_id AND b.id < c.id) AS before,"
    f" o.number AS order_number, {_CATEGORY} AS category"
    " FROM credit_note n JOIN credit_line c ON c.credit_id = n.id"
    " JOIN invoice_line l ON l.id = c.invoice_line_id JOIN invoice i ON i.id = l.invoice_id"
    " JOIN repair_order o ON o.id = l.order_id"
    " WHERE n.business_day >= :first AND n.business_day < :after AND l.technician_id IS NOT NULL ORDER BY c.id"
)
#: The whole billed life of every order that the month invoiced or credited: what was billed before decides.
_BILLED = text(
    "SELECT s.order_id, s.business_day AS day, s.technician_id, s.category, o.number AS order_number,"
    " s.visit + s.labour + s.parts + s.other + s.discount + s.tax AS gross, coalesce(n.number, i.number) AS document"
    " FROM sale s JOIN repair_order o ON o.id = s.order_id LEFT JOIN invoice i ON i.id = s.invoice_id"
    " LEFT JOIN credit_note n ON n.id = s.credit_id"
    " WHERE s.kind != 'cost' AND s.business_day < :after AND s.order_id IN (SELECT order_id FROM sale"
    "  WHERE business_day >= :first AND business_day < :after AND kind != 'cost')"
    " ORDER BY s.order_id, s.id"
)
_RULES = select(
    CommissionRule.id,
    CommissionRule.staff_id,
    CommissionRule.kind,
    CommissionRule.category,
    CommissionRule.permille,
    CommissionRule.amount,
    CommissionRule.valid_from,
    CommissionRule.as_everybody,
)
_TYPES: Mapping[str, Any] = {
    "day": DayType(),
    "invoiced_on": DayType(),
    "document": Text,
    "order_id": Integer,
    "kind": Text,
    "technician_id": Integer,
    "net": Integer,
    "before": Integer,
    "order_number": Text,
    "category": Text,
}


def rule_book(reading: Connection) -> RuleBook:
    """All rules there are."""
    return RuleBook(
        Rule(
            row.id,
            row.staff_id,
            row.kind,
            row.category,
            row.permille,
            row.amount,
            row.valid_from,
            row.as_everybody,
        )
        for row in reading.execute(_RULES)
    )


@dataclass(slots=True)
class _Sum:
    day: date
    order_number: str
    category: str
    permille: int
    base: int = 0
    earned: int = 0


class Earned:
    """What a span of days earned: lines by person, and how many jobs."""

    def __init__(self) -> None:
        self._sums: dict[int, dict[tuple[int, str, CommissionKind], _Sum]] = defaultdict(dict)

    def add(
        self, staff_id: int, row: Any, kind: CommissionKind, permille: int, base: Money, earned: Money
    ) -> None:
        """Add to the line of this order, document and kind."""
        found = self._sums[staff_id].setdefault(
            (row.order_id, row.document, kind), _Sum(row.day, row.order_number, row.category, permille)
        )
        found.base += base.fen
        found.earned += earned.fen

    def of(self, staff_id: int) -> tuple[EarnedLine, ...]:
        """The lines of one person, by day and order."""
        lines = [
            EarnedLine(
                its.day,
                order_id,
                its.order_number,
                document,
                kind,
                its.category,
                Money(its.base),
                its.permille,
                Money(its.earned),
            )
            for (order_id, document, kind), its in self._sums.get(staff_id, {}).items()
            if its.base or its.earned
        ]
        return tuple(sorted(lines, key=lambda each: (each.day, each.order_id, each.document, each.kind)))

    def people(self) -> frozenset[int]:
        """Who earned anything."""
        return frozenset(self._sums)


def earned_between(reading: Connection, first: date, after: date, book: RuleBook) -> Earned:
    """What everybody earned from ``first`` up to, not including, ``after``."""
    found = Earned()
    span = {"first": first.isoformat(), "after": after.isoformat()}
    kinds = book.kinds
    if not kinds:
        return found
    for row in _rows(reading, _INVOICED, span):
        net = Money(row.net)
        for kind, rule in _rules_for(book, row):
            found.add(row.technician_id, row, kind, rule.permille, net, share_of(net, rule.permille))
    for row in _rows(reading, _CREDITED, span):
        net, before = Money(row.net), Money(row.before)
        for kind, rule in _rules_for(book, row):
            back = share_taken_back(before, net, rule.permille)
            found.add(row.technician_id, row, kind, rule.permille, -net, back)
    if CommissionKind.JOB in kinds:
        _add_jobs(reading, first, span, book, found)
    return found


def _rows(reading: Connection, query: Any, span: Mapping[str, str]) -> Sequence[Any]:
    return reading.execute(query.columns(**_TYPES), span).all()


def _rules_for(book: RuleBook, row: Any) -> Iterable[tuple[CommissionKind, Rule]]:
    line_kind = LineKind(row.kind)
    for kind, counted in COUNTED.items():
        if line_kind in counted:
            rule = book.find(row.technician_id, kind, row.category, row.invoiced_on)
            if rule is not None:
                yield kind, rule


def _add_jobs(
    reading: Connection, first: date, span: Mapping[str, str], book: RuleBook, found: Earned
) -> None:
    """A job counts once, when its order is first billed, and no more once everything of it was credited. Whose it is
    and what it pays, the first invoice says."""
    query = _BILLED.columns(
        order_id=Integer,
        day=DayType(),
        technician_id=Integer,
        category=Text,
        order_number=Text,
        gross=Integer,
        document=Text,
    )
    by_order: dict[int, list[Any]] = defaultdict(list)
    for row in reading.execute(query, span):
        by_order[row.order_id].append(row)
    for rows in by_order.values():
        origin = rows[0]
        if origin.technician_id is None:
            continue
        before = sum(row.gross for row in rows if row.day < first)
        now = sum(row.gross for row in rows)
        change = int(now > 0) - int(before > 0)
        if not change:
            continue
        rule = book.find(origin.technician_id, CommissionKind.JOB, origin.category, origin.day)
        if rule is not None:
            earned = rule.amount if change > 0 else -rule.amount
            found.add(origin.technician_id, rows[-1], CommissionKind.JOB, 0, earned, earned)


def jobs_of(lines: Iterable[EarnedLine]) -> int:
    """How many orders earned something, less those that were taken back."""
    net: dict[int, int] = defaultdict(int)
    for each in lines:
        net[each.order_id] += each.earned.fen
    return sum(fen > ZERO.fen for fen in net.values())
