"""Numbers of the stock room's papers: a letter, year and month, a running number without gaps (``C2611-00007``)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.enums import Series
from app.store.door import Tx

#: One letter a series, as ``doctor`` reads them; I and S are the invoices' and payments'.
LETTERS: Mapping[Series, str] = MappingProxyType(
    {
        Series.PURCHASE: "C",
        Series.GOODS_RECEIPT: "R",
        Series.RETURN_BATCH: "B",
        Series.STOCK_COUNT: "K",
        Series.DEFECTIVE: "D",
        Series.CONSIGN_SETTLEMENT: "L",
        Series.PART_LOAN: "J",
    }
)


def next_number(tx: Tx, series: Series) -> str:
    """The next number of a paper, given inside the transaction."""
    period = f"{tx.today:%y%m}"
    return f"{LETTERS[series]}{period}-{tx.next_number(series, period):05d}"
