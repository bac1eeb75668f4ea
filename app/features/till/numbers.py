"""Numbers of the papers of money: one letter, year and month of the business day, a running number without gaps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.enums import Series
from app.store.door import Tx

#: One letter a series, as ``doctor`` reads them; the stock room has B, C, D, J, K, L and R.
LETTERS: Mapping[Series, str] = MappingProxyType(
    {
        Series.INVOICE: "F",
        Series.PAYMENT: "S",
        Series.CREDIT_NOTE: "H",
        Series.WRITE_OFF: "W",
        Series.TILL_SESSION: "T",
        Series.TILL_MOVE: "Y",
        Series.DAY_CLOSE: "Z",
    }
)


def next_number(tx: Tx, series: Series) -> str:
    """The next number, given inside the transaction. ``Refusal(CLOCK_BEFORE_CLOSE)``."""
    period = f"{tx.money_day:%y%m}"
    return f"{LETTERS[series]}{period}-{tx.next_number(series, period):05d}"
