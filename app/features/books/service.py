"""The journal of a month and the accounts it is booked on (domain.md §8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select

from app.core.changes import Kind
from app.core.clock import business_day, day_bounds, to_microseconds
from app.core.enums import Command
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, clean_line
from app.core.money import ZERO, Money
from app.core.rights import Actor, Ctx, Sight, seen_by
from app.core.words import _
from app.features.books import money_vouchers, stock_vouchers
from app.features.books.snapshots import (
    VOUCHER_WORDS,
    AccountEntry,
    AccountRow,
    AccountSum,
    Journal,
    JournalLine,
    Tell,
    Voucher,
    tell_nobody,
)
from app.features.pay.months import bounds
from app.model import Account
from app.model.accounts import STANDARD, AccountKey
from app.store.door import Store, repeatable

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,23}")
_NAME_MOST = 60
_Source = Callable[[Connection, Mapping[str, Any]], Iterator[Voucher]]
_SOURCES: tuple[_Source, ...] = (
    stock_vouchers.goods_in,
    stock_vouchers.moves,
    money_vouchers.sales,
    money_vouchers.payments,
    money_vouchers.write_offs,
    money_vouchers.cash,
    stock_vouchers.settlements,
)
_STEP = 2000


class Books:
    """The bookkeeper's side of the shop."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def today(self) -> date:
        """The shop's calendar day."""
        return business_day(self._store.clock.now(), self._store.settings.time_zone)

    # queries

    @seen_by(Sight.BOOKS)
    def accounts(self, _actor: Actor) -> tuple[AccountRow, ...]:
        """Every account with the number and name in force, in the standard's order."""
        return self._all_accounts()

    @seen_by(Sight.BOOKS)
    def vouchers(self, _actor: Actor, month: str, tell: Tell = tell_nobody) -> tuple[Voucher, ...]:
        """What was booked in a month, in its order. Raises ``Refusal(MONTH_UNKNOWN)``."""
        with self._store.read() as reading:
            return self._vouchers(reading, month, tell)

    @seen_by(Sight.BOOKS)
    def journal(self, _actor: Actor, month: str, tell: Tell = tell_nobody) -> Journal:
        """A month as double-entry lines. Raises ``Refusal(MONTH_UNKNOWN)``.

        Numbers of vouchers begin at 1 each month; those of a month that is over never change.
        """
        with self._store.read() as reading:
            accounts = {row.key: row for row in _accounts(reading)}
            vouchers = self._vouchers(reading, month, tell)
        lines: list[JournalLine] = []
        sums: dict[tuple[str, str], list[int]] = {}
        for at, voucher in enumerate(vouchers, 1):
            if at % _STEP == 0:
                tell(len(_SOURCES), len(_SOURCES) + 1)
            lines += _lines(at, voucher, accounts)
        for line in lines:
            found = sums.setdefault((line.number, line.name), [0, 0])
            found[0] += line.debit.fen
            found[1] += line.credit.fen
        tell(1, 1)
        return Journal(
            month,
            tuple(lines),
            tuple(
                AccountSum(number, name, Money(debit), Money(credit))
                for (number, name), (debit, credit) in sorted(sums.items())
            ),
            len(vouchers),
        )

    # commands

    @repeatable(lambda self, _result: self._all_accounts())
    def save_accounts(self, ctx: Ctx, entries: Sequence[AccountEntry]) -> tuple[AccountRow, ...]:
        """Book on other accounts from now on, months gone by included: the journal is written anew each time.

        Raises ``Refusal``: BAD_CHOICE for a number that is none, TEXT_TOO_LONG, BAD_TEXT.
        """
        wanted = []
        for entry in entries:
            number = clean_line("account", entry.number, most=LINE)
            name = clean_line("account_name", entry.name, most=_NAME_MOST)
            if number and not _NUMBER.fullmatch(number):
                raise Refusal(Reason.BAD_CHOICE, field="account", text=number[:40])
            wanted.append((entry.key, number, name))
        with self._store.write(Command.SAVE_ACCOUNTS, ctx) as tx:
            for key, number, name in wanted:
                standard = STANDARD[key]
                tx.session.execute(delete(Account).where(Account.key == key.value))
                kept = "" if name == _(standard.name) else name
                if (number or standard.number) != standard.number or kept:
                    tx.session.add(Account(key=key.value, number=number or standard.number, name=kept))
                tx.journal(account=key.value, number=number or standard.number)
            tx.changed(Kind.SETTING, 0)
            tx.result = {"accounts": len(wanted)}
        return self._all_accounts()

    # inside

    def _all_accounts(self) -> tuple[AccountRow, ...]:
        with self._store.read() as reading:
            return _accounts(reading)

    def _vouchers(self, reading: Connection, month: str, tell: Tell) -> tuple[Voucher, ...]:
        first, after = bounds(month)
        zone = self._store.settings.time_zone
        span = {
            "first": first.isoformat(),
            "after": after.isoformat(),
            "begin": to_microseconds(day_bounds(first, zone)[0]),
            "end": to_microseconds(day_bounds(after, zone)[0]),
            "zone": zone,
        }
        found: list[Voucher] = []
        for at, source in enumerate(_SOURCES):
            tell(at, len(_SOURCES) + 1)
            found += (voucher for voucher in source(reading, span) if any(voucher.entries.values()))
        found.sort(key=lambda each: each.place)
        for voucher in found:
            if sum(voucher.entries.values()):
                # Books that do not balance must not leave the shop.
                raise ValueError(f"voucher of {voucher.document or voucher.kind} does not balance")
        return tuple(found)


def _accounts(reading: Connection) -> tuple[AccountRow, ...]:
    chosen = {row.key: row for row in reading.execute(select(Account.__table__))}
    found = []
    for key, standard in STANDARD.items():
        own = chosen.get(key.value)
        number = standard.number if own is None else own.number
        name = _(standard.name) if own is None or not own.name else own.name
        found.append(AccountRow(key, _(standard.purpose), number, name, standard.number, _(standard.name)))
    return tuple(found)


def _lines(number: int, voucher: Voucher, accounts: Mapping[AccountKey, AccountRow]) -> Iterator[JournalLine]:
    said = (_(VOUCHER_WORDS[voucher.kind]), _(voucher.word) if voucher.word else "", voucher.detail)
    text = " ".join(filter(None, said))
    booked = [(key, fen) for key, fen in voucher.entries.items() if fen]
    # As bookkeepers write it: debits first.
    booked.sort(key=lambda each: each[1] < 0)
    for position, (key, fen) in enumerate(booked, 1):
        account = accounts[key]
        yield JournalLine(
            voucher.day,
            number,
            position,
            account.number,
            account.name,
            text,
            Money(fen) if fen > 0 else ZERO,
            Money(-fen) if fen < 0 else ZERO,
            voucher.document,
        )
