"""What can be read of a shop before SQLAlchemy is loaded, and afterwards in the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from app.core.clock import Clock
from app.model.settings import ShopSettings


class Records(Protocol):
    """A ``Store``, or a ``Glance`` at the same folder until the store is open.

    For the few questions whose answers the window shows first. They are asked in plain SQL: SQLAlchemy takes longer
    to load than everything else up to the first list (limits.md).
    """

    @property
    def clock(self) -> Clock:
        """Where services take the time from."""
        ...

    @property
    def settings(self) -> ShopSettings:
        """The shop's settings."""
        ...

    def rows(self, sql: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows that a query with ``:named`` values finds, as they are stored."""
        ...
