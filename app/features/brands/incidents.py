"""Incidents: injury, fire, gas; written down at once and told to the brand at once (domain.md §11, 事故)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from app.core.brand_codes import IncidentKind
from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command, Series
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, LONG, clean_line, clean_text
from app.core.ids import uuid7
from app.core.rights import Ctx
from app.core.wire.events import Device as WireDevice
from app.core.wire.events import EventType, IncidentReported
from app.core.wire.events import IncidentKind as WireKind
from app.core.wire.events import Photo as WirePhoto
from app.core.wire.form import plain
from app.features.brands.quality import linked
from app.features.brands.reading import brand_named
from app.features.claims.facts import order_photos
from app.model import BrandLink, Device, Incident, RepairOrder, Staff
from app.store.door import Store, Tx, repeatable

INCIDENT_LETTER = "E"
MOST_INJURED = 9999

_ROWS = (
    select(
        Incident.id,
        Incident.number,
        Incident.kind,
        Incident.brand_id,
        Incident.happened_at,
        Incident.injured,
        Incident.town,
        Incident.text,
        Incident.done,
        Incident.recorded_at,
        Staff.name.label("recorded_by"),
        RepairOrder.id.label("order_id"),
        RepairOrder.number.label("order_number"),
        Device.category,
        Device.brand,
        Device.model,
        Device.serial,
    )
    .join(RepairOrder, RepairOrder.id == Incident.order_id)
    .join(Device, Device.id == RepairOrder.device_id)
    .outerjoin(Staff, Staff.id == Incident.recorded_by_id)
)


@dataclass(frozen=True, slots=True)
class IncidentEntry:
    """What is written down. ``happened_at`` is aware; ``town`` is without street and name."""

    order_number: str
    kind: IncidentKind
    happened_at: datetime
    told: str
    injured: int = 0
    town: str = ""
    done: str = ""
    #: The order's photos go to the brand with it.
    photos: bool = False


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident as it was written down; nobody changes it afterwards."""

    id: int
    number: str
    kind: IncidentKind
    brand_id: int | None
    happened_at: datetime
    injured: int
    town: str
    told: str
    done: str
    recorded_at: datetime
    recorded_by: str
    order_id: int
    order_number: str
    category: str
    brand: str
    model: str
    serial: str


class Incidents:
    """Writes incidents down and reads them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def zone(self) -> str:
        """The shop's time zone."""
        return self._store.settings.time_zone

    def now(self) -> datetime:
        """This moment on the shop's clock on the wall."""
        return self._store.clock.now().astimezone(ZoneInfo(self.zone))

    def today(self) -> date:
        """The shop's day."""
        return business_day(self._store.clock.now(), self.zone)

    def one(self, number: str) -> IncidentRow:
        """An incident by its number. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return incident_by_number(reading, number)

    @repeatable(lambda self, result: self.one(result["incident"]))
    def record(self, ctx: Ctx, entry: IncidentEntry) -> IncidentRow:
        """Write an incident down; a linked brand hears of it in the same transaction.

        Raises ``Refusal``: FIELD_REQUIRED (order, what happened), NOT_FOUND (order), BAD_DATE (still to come),
        OUT_OF_RANGE (injured), BAD_TEXT, TEXT_TOO_LONG.
        """
        number = clean_line("order", entry.order_number, most=LINE, required=True)
        told = clean_text("told", entry.told, most=LONG // 2, required=True)
        done = clean_text("done", entry.done, most=LONG // 2)
        town = clean_line("town", entry.town, most=LINE)
        if isinstance(entry.injured, bool) or not 0 <= entry.injured <= MOST_INJURED:
            raise Refusal(Reason.OUT_OF_RANGE, field="injured", low=0, high=MOST_INJURED)
        with self._store.write(Command.REPORT_INCIDENT, ctx) as tx:
            if entry.happened_at > tx.now:
                raise Refusal(Reason.BAD_DATE, text=entry.happened_at.isoformat(), field="happened_at")
            order = tx.session.scalar(select(RepairOrder).where(RepairOrder.number == number))
            if order is None:
                raise Refusal(Reason.NOT_FOUND, field="order")
            device = tx.session.get_one(Device, order.device_id)
            period = f"{tx.today:%y%m}"
            incident = Incident(
                uuid=uuid7(),
                number=f"{INCIDENT_LETTER}{period}-{tx.next_number(Series.INCIDENT, period):05d}",
                order_id=order.id,
                brand_id=brand_named(tx.reading(), device.brand),
                kind=entry.kind,
                happened_at=entry.happened_at,
                injured=entry.injured,
                town=town,
                text=told,
                done=done,
                recorded_at=tx.now,
                recorded_by_id=tx.actor.id,
            )
            tx.session.add(incident)
            tx.session.flush()
            if incident.brand_id is not None and linked(tx.reading(), incident.brand_id):
                shown = order_photos(tx.reading(), self._store.photos, order.id) if entry.photos else ()
                _tell(tx, incident, device, order.number, shown)
            tx.journal(order_id=order.id, incident=incident.id, kind=incident.kind)
            tx.changed(Kind.ORDER, order.id)
            tx.changed(Kind.CLAIM, 0)
            tx.result = {"incident": incident.number}
            return incident_by_number(tx.reading(), incident.number)


def incident_by_number(reading: Connection, number: str) -> IncidentRow:
    """An incident by its number. ``Refusal(NOT_FOUND)``."""
    row = reading.execute(_ROWS.where(Incident.number == number)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return _row(row)


def newest_incidents(reading: Connection, most: int) -> tuple[IncidentRow, ...]:
    """Incidents, the newest first."""
    return tuple(_row(each) for each in reading.execute(_ROWS.order_by(Incident.id.desc()).limit(most)))


def _row(each: object) -> IncidentRow:
    return IncidentRow(*(getattr(each, name) for name in _NAMES))


_NAMES = (
    "id", "number", "kind", "brand_id", "happened_at", "injured", "town", "text", "done", "recorded_at", "recorded_by",
    "order_id", "order_number", "category", "brand", "model", "serial",
)  # fmt: skip


def _name_there(tx: Tx, brand_id: int | None) -> str:
    """How the head office calls its brand."""
    code = select(BrandLink.brand_code).where(BrandLink.brand_id == brand_id)
    return tx.reading().execute(code).scalar() or ""


def _tell(
    tx: Tx, incident: Incident, device: Device, order_number: str, photos: tuple[WirePhoto, ...]
) -> None:
    body = IncidentReported(
        incident=incident.number,
        kind=WireKind(incident.kind.value),
        happened_at=incident.happened_at,
        device=WireDevice(
            category=device.category or "-",
            brand=_name_there(tx, incident.brand_id) or device.brand or "-",
            model=device.model[:64] or "-",
            serial=device.serial[:64],
            outdoor_serial=device.outdoor_serial[:64],
            purchased_on=device.purchased_on if device.proof_seen else None,
            produced_on=device.produced_on,
        ),
        injured=incident.injured,
        town=incident.town,
        told=incident.text,
        done=incident.done,
        order=order_number,
        photos=photos,
    )
    assert incident.brand_id is not None
    tx.outbox(incident.brand_id, EventType.INCIDENT_REPORTED.value, incident.number, plain(body))
    tx.changed(Kind.SYNC, 0)
