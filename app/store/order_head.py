"""What a command needs of an order that it adds to without changing it: a plain row (limits.md: a mapped one costs
ten times as much)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, bindparam, select, update

from app.core.enums import CLOSED, Payer, Status
from app.core.errors import Reason, Refusal
from app.model import RepairOrder
from app.store.prepared import Prepared


class AnyOrder(Protocol):
    """What charges and parts ask of an order: a mapped one or an ``OrderHead``."""

    @property
    def id(self) -> int: ...
    @property
    def status(self) -> Status: ...
    @property
    def payer(self) -> Payer: ...
    @property
    def device_id(self) -> int: ...
    @property
    def open(self) -> bool: ...


class AnyLine(Protocol):
    """What a used part asks of its charge: a mapped one or one that was just written."""

    @property
    def id(self) -> int: ...
    @property
    def payer(self) -> Payer: ...


@dataclass(frozen=True, slots=True)
class OrderHead:
    """The head of an order as it stands in this transaction."""

    id: int
    version: int
    status: Status
    payer: Payer
    device_id: int

    @property
    def open(self) -> bool:
        """Whether the shop still has something to do."""
        return self.status not in CLOSED


_HEAD = Prepared(
    select(
        RepairOrder.id, RepairOrder.version, RepairOrder.status, RepairOrder.payer, RepairOrder.device_id
    ).where(RepairOrder.id == bindparam("order_id"))
)
_GROW = Prepared(
    update(RepairOrder.__table__)  # type: ignore[arg-type]
    .where(RepairOrder.id == bindparam("order_id"))
    .values(version=bindparam("grown"))
)


def read_head(connection: Connection, order_id: int) -> OrderHead:
    """The head of an order. Raises ``Refusal(NOT_FOUND)``."""
    row = _HEAD.row(connection, order_id=order_id)
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return OrderHead(*row)


def grow(connection: Connection, head: OrderHead) -> None:
    """Count one more command on the order."""
    _GROW.run(connection, order_id=head.id, grown=head.version + 1)
