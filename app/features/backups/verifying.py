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


def examine_copy(copy: Path) -> tuple[str, ...]:
    """Names of the checks (``checkup.snapshots.CHECK_WORDS``) that find something grave in a copy of the records.

    A rule that is broken does not make a copy worthless: it is kept, and says so.
    """
    engine = make_engine(copy, read_only=True)
    broken: list[str] = []
    try:
        with engine.connect() as reading:
            for name, rules in RULES.items():
                if name in WARNINGS:
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
