"""Examining a shop: every check in one reading of the records, none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.core.errors import EnvironmentFault, Fault, UnreadableValue
from app.core.words import N_
from app.features.checkup.house_looks import HOUSE_LOOKS
from app.features.checkup.looks import LOOKS
from app.features.checkup.rule import Rule
from app.features.checkup.rules import RULES
from app.features.checkup.snapshots import CHECK_WORDS, Check, Finding, Report
from app.store.door import Store

#: Findings of a check that are told one by one; the rest is counted.
TOLD = 5
#: What reading damaged pages, or a value that is none of its kind, raises.
_UNREADABLE = (SQLAlchemyError, OSError, UnreadableValue, ValueError, TypeError, KeyError, EnvironmentFault)
_OF_THE_FILE = frozenset({Fault.DAMAGED, Fault.INDEX_DAMAGED, Fault.DISK_ERROR})

Progress = Callable[[int, int], None]


def examine(
    store: Store,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Report:
    """Make every check; ``progress(done, total)`` counts checks. Writes nothing.

    May run beside an open window on a store opened with ``exclusive=False``.
    """
    checks: list[Check] = []
    for name in CHECK_WORDS:
        if cancelled is not None and cancelled():
            return Report(tuple(checks), complete=False)
        checks.append(_check(store, name))
        if progress is not None:
            progress(len(checks), len(CHECK_WORDS))
    return Report(tuple(checks))


def _check(store: Store, name: str) -> Check:
    told: list[Finding] = []
    remarks: list[Finding] = []
    count = 0
    try:
        # Each check in a reading of its own: a long one must not keep the log of changes from being cleared.
        with store.engine.connect() as reading:
            for finding in _findings(store, reading, name):
                if finding.remark:
                    remarks.append(finding)
                    continue
                count += 1
                if len(told) < TOLD:
                    told.append(finding)
    except _UNREADABLE as error:
        if isinstance(error, EnvironmentFault) and error.fault not in _OF_THE_FILE:
            raise
        # Damaged pages, or a value that is not what it must be: that too is a finding.
        kind = type(error.__cause__ or error).__name__
        told.append(Finding(N_("Records that this check needs cannot be read ({kind})."), {"kind": kind}))
        count += 1
    return Check(name, tuple(told), count, tuple(remarks))


def _findings(store: Store, reading: Connection, name: str) -> Iterator[Finding]:
    for looks in (LOOKS, HOUSE_LOOKS):
        look = looks.get(name)
        if look is not None:
            yield from look(store, reading)
    for rule in RULES.get(name, ()):
        yield from _broken(reading, rule)


def _broken(reading: Connection, rule: Rule) -> Iterator[Finding]:
    for row in reading.execute(text(rule.sql)).mappings():
        yield Finding(rule.sentence, dict(row), rule.remark)
