"""What an import of customers would do, as it is applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.features.sheets.snapshots import Plan


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to be added; ``values`` by column, as the records keep them."""

    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChangedCustomer:
    """A customer to be changed that the user saw as ``version``."""

    customer_id: int
    version: int
    #: New values of the columns that change.
    values: dict[str, Any]
    #: By which he and his orders are found now.
    old_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPlan(Plan[NewCustomer, ChangedCustomer]):
    """An import of customers that was checked and not applied."""

    #: The last id and the sum of all versions when it was checked: who is new was looked for among these.
    last_id: int
    versions: int
