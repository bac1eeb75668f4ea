"""Who pays, as papers say it."""

from __future__ import annotations

from app.core.enums import Payer
from app.core.labels import label


def payer_words(payer: Payer, name: str) -> str:
    """A third party's name, else what it is; nothing where the customer pays. A paper that named nobody looked like the
    customer's own debt."""
    return name or ("" if payer is Payer.CUSTOMER else label(payer))
