"""What a copy is checked for beyond its pages: the shop's own rules and its journal, all at one moment."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.features.checkup.rules import RULES
from app.features.checkup.snapshots import WARNINGS
from app.store.audit import first_broken_entry
from app.store.engine import make_engine

_CHAIN = "journal_chain"
#: Where the money is: asked every hour. All the rest takes some times as long and is asked where there is a reason.
MONEY = frozenset(
    {"invoice_totals", "invoice_lines", "balances", "payments", "allocations", "refunds", "held", "tills"}
)


def examine_money(copy: Path) -> tuple[str, ...]:
    """As ``examine_copy``, the rules of money and the journal only."""
    return examine_copy(copy, MONEY)


def examine_copy(copy: Path, only: frozenset[str] | None = None) -> tuple[str, ...]:
    """Names of the checks (``checkup.snapshots.CHECK_WORDS``) that find something grave in a copy of the records.

    A rule that is broken does not make a copy worthless: it is kept, and says so.
    """
    engine = make_engine(copy, read_only=True)
    broken: list[str] = []
    try:
        with engine.connect() as reading:
            for name, rules in RULES.items():
                if name in WARNINGS or (only is not None and name not in only):
                    continue
                try:
                    found = any(reading.execute(text(rule.sql)).first() is not None for rule in rules)
                except (SQLAlchemyError, ValueError, TypeError):
                    found = True
                if found:
                    broken.append(name)
            try:
                chained = first_broken_entry(reading) is None
            except (SQLAlchemyError, ValueError, TypeError):
                chained = False
            if not chained:
                broken.append(_CHAIN)
    finally:
        engine.dispose()
    return tuple(broken)
