"""Questions about old parts, their batches and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, and_, func, or_, select, text

from app.core.clock import business_day
from app.core.enums import BatchState, OldPartState
from app.core.errors import Reason, Refusal
from app.core.money import ZERO
from app.features.old_parts.snapshots import (
    BatchCard,
    BatchRow,
    OldPartRow,
    OldPartTally,
    PolicyRow,
    Shown,
)
from app.model import Device, OldPart, OldPartPolicy, Part, RepairOrder, ReturnBatch, Staff
from app.model.old_parts import MISSING
from app.model.settings import ShopSettings
from app.store.door import Store

#: Written out, so that the partial index answers.
_OPEN = text("old_part.state IN ('due', 'on_shelf', 'in_batch')")
_WHERE: Mapping[Shown, ColumnElement[bool] | Any] = MappingProxyType(
    {
        Shown.OPEN: _OPEN,
        Shown.DUE: and_(_OPEN, OldPart.state == OldPartState.DUE),
        Shown.ON_SHELF: and_(_OPEN, OldPart.state == OldPartState.ON_SHELF),
        Shown.SENT: OldPart.state == OldPartState.SENT,
        Shown.REFUSED: OldPart.state == OldPartState.REFUSED,
    }
)
_ROW = (
    select(
        OldPart.id,
        OldPart.version,
        OldPart.state,
        OldPart.rule,
        OldPart.brand,
        OldPart.part_id,
        Part.number,
        Part.name,
        Part.unit,
        OldPart.quantity,
        OldPart.serial,
        OldPart.location,
        OldPart.order_id,
        RepairOrder.number.label("order_number"),
        Device.model,
        Staff.name.label("technician"),
        OldPart.cost,
        OldPart.reason,
        OldPart.replaced_at,
        OldPart.batch_id,
        ReturnBatch.number.label("batch_number"),
        OldPart.line_id.is_not(None).label("issued"),
    )
    .join(Part, Part.id == OldPart.part_id)
    .join(RepairOrder, RepairOrder.id == OldPart.order_id)
    .outerjoin(Device, Device.id == RepairOrder.device_id)
    .outerjoin(Staff, Staff.id == OldPart.technician_id)
    .outerjoin(ReturnBatch, ReturnBatch.id == OldPart.batch_id)
)
_BATCH = (
    select(
        ReturnBatch,
        func.count(OldPart.id).label("pieces"),
        func.count(OldPart.id)
        .filter(OldPart.state.in_([OldPartState.IN_BATCH, OldPartState.SENT]))
        .label("open_ones"),
    )
    .outerjoin(OldPart, OldPart.batch_id == ReturnBatch.id)
    .group_by(ReturnBatch.id)
)


class Register:
    """Queries over one open connection, with the shop's days in hand."""

    def __init__(self, store: Store, reading: Connection) -> None:
        self._reading = reading
        self._settings: ShopSettings = store.settings
        self._now = store.clock.now()
        self._today = business_day(self._now, self._settings.time_zone)

    def page(self, shown: Shown, brand: str, after: int | None, limit: int) -> tuple[OldPartRow, ...]:
        """A page of the list, the longest out first; everything ever replaced is newest first."""
        query = _ROW
        if brand:
            query = query.where(OldPart.brand == brand)
        if shown is Shown.ALL:
            query = query.order_by(OldPart.id.desc())
            if after is not None:
                query = query.where(OldPart.id < after)
        else:
            query = query.where(_WHERE[shown]).order_by(OldPart.id)
            if after is not None:
                query = query.where(OldPart.id > after)
        return self._rows(query.limit(limit))

    def one(self, old_part_id: int) -> OldPartRow:
        """One old part. ``Refusal(NOT_FOUND)``."""
        rows = self._rows(_ROW.where(OldPart.id == old_part_id))
        if not rows:
            raise Refusal(Reason.NOT_FOUND)
        return rows[0]

    def of_order(self, order_id: int, *, missing: bool) -> tuple[OldPartRow, ...]:
        """The old parts of an order, or those of them that are still to come."""
        query = _ROW.where(OldPart.order_id == order_id, OldPart.state != OldPartState.VOID)
        if missing:
            query = query.where(OldPart.state.in_(MISSING))
        return self._rows(query.order_by(OldPart.id))

    def tally(self) -> OldPartTally:
        """How many wait for somebody."""
        due = OldPart.state == OldPartState.DUE
        overdue = OldPart.replaced_at < self._now - timedelta(days=self._settings.old_part_days)
        found = self._reading.execute(
            select(
                func.count().filter(due),
                func.count().filter(OldPart.state == OldPartState.ON_SHELF),
                func.count().filter(OldPart.state == OldPartState.IN_BATCH),
                func.count().filter(overdue),
            )
            .select_from(OldPart)
            .where(_OPEN)
        ).one()
        refused = self._reading.execute(
            select(func.count()).where(OldPart.state == OldPartState.REFUSED)
        ).scalar_one()
        lost = self._reading.execute(
            select(func.sum(OldPart.cost)).where(OldPart.state.in_([OldPartState.LOST, OldPartState.CHARGED]))
        ).scalar_one()
        return OldPartTally(found[0], found[1], found[2], refused, found[3], lost or ZERO)

    def brands(self) -> tuple[str, ...]:
        """The brands that have old parts to come or to be answered, in alphabetical order."""
        waiting = or_(_OPEN, OldPart.state.in_([OldPartState.SENT, OldPartState.REFUSED]))
        return tuple(
            self._reading.execute(
                select(OldPart.brand).where(waiting).distinct().order_by(OldPart.brand)
            ).scalars()
        )

    def batches(self, before: int | None, limit: int) -> tuple[BatchRow, ...]:
        """A page of batches, newest first."""
        query = _BATCH.order_by(ReturnBatch.id.desc()).limit(limit)
        if before is not None:
            query = query.where(ReturnBatch.id < before)
        return self._batch_rows(query)

    def batch(self, batch_id: int) -> BatchCard:
        """A batch and what lies in it. ``Refusal(NOT_FOUND)``."""
        rows = self._batch_rows(_BATCH.where(ReturnBatch.id == batch_id))
        if not rows:
            raise Refusal(Reason.NOT_FOUND)
        return BatchCard(rows[0], self._rows(_ROW.where(OldPart.batch_id == batch_id).order_by(OldPart.id)))

    def open_batch_of(self, brand: str) -> int | None:
        """The batch that is being packed for a brand."""
        return self._reading.execute(
            select(ReturnBatch.id).where(ReturnBatch.brand == brand, ReturnBatch.state == BatchState.OPEN)
        ).scalar_one_or_none()

    def policies(self) -> tuple[PolicyRow, ...]:
        """The rules, by brand, then product line."""
        rows = self._reading.execute(
            select(
                OldPartPolicy.brand, OldPartPolicy.category, OldPartPolicy.rule, OldPartPolicy.free_below
            ).order_by(OldPartPolicy.brand, OldPartPolicy.category)
        )
        return tuple(PolicyRow(each.brand, each.category, each.rule, each.free_below) for each in rows)

    def _rows(self, query: Executable) -> tuple[OldPartRow, ...]:
        rows = []
        for each in self._reading.execute(query):
            days = (self._today - business_day(each.replaced_at, self._settings.time_zone)).days
            waits = each.state in (OldPartState.DUE, OldPartState.ON_SHELF, OldPartState.IN_BATCH)
            rows.append(
                OldPartRow(
                    **{
                        **each._mapping,
                        "technician": each.technician or "",
                        "model": each.model or "",
                        "batch_number": each.batch_number or "",
                    },
                    days=days,
                    overdue=waits and days > self._settings.old_part_days,
                )
            )
        return tuple(rows)

    def _batch_rows(self, query: Executable) -> tuple[BatchRow, ...]:
        # Columns, not the mapped class: a connection gives the columns of the entity one by one.
        return tuple(
            BatchRow(
                id=each.id,
                version=each.version,
                number=each.number,
                brand=each.brand,
                state=each.state,
                carrier=each.carrier,
                waybill=each.waybill,
                note=each.note,
                made_at=each.made_at,
                sent_at=each.sent_at,
                pieces=each.pieces,
                open_ones=each.open_ones,
            )
            for each in self._reading.execute(query)
        )
