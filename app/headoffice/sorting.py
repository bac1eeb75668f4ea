"""A batch looked at before the records are: every event read, judged by itself, refused or passed on. No database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.core.wire.answers import Receipt, Refused, Result
from app.core.wire.checks import Demands, fault_in
from app.core.wire.envelope import Event, UnknownType, event_from_json
from app.core.wire.events import ClaimSubmitted, Device, IncidentReported
from app.core.wire.form import Misfit, canonical, plain

#: An event may be weeks old, but not from tomorrow: such a clock would put it out of every order.
FUTURE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Office:
    """What the brand asks for, as the row ``office`` says."""

    brand: str
    name: str
    full_customer: bool
    demands: Demands


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event that may be booked; ``at`` is its place in the batch.

    ``digest``: of all that was sent. ``data``: its fields as JSON in the canonical form, to be kept; ``content``:
    their digest, by which the same claim under another id is known.
    """

    at: int
    event: Event
    digest: bytes
    data: str
    content: bytes
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sorted:
    """The batch: what may be booked, and the receipts of what may not (by place)."""

    incoming: tuple[Incoming, ...]
    refused: dict[int, Receipt]


def sort_batch(values: list[Any], *, shop: str, office: Office, now: datetime) -> Sorted:
    """Judge every event of a batch (decoded JSON) that ``shop`` has sealed."""
    incoming: list[Incoming] = []
    refused: dict[int, Receipt] = {}
    for at, value in enumerate(values):
        try:
            event, ignored = event_from_json(value)
        except UnknownType as error:
            refused[at] = _refusal(value, Refused.UNKNOWN_TYPE, str(error))
            continue
        except Misfit as error:
            inside = error.path.startswith("data")
            refused[at] = _refusal(value, Refused.BAD_FIELD if inside else Refused.BAD_ENVELOPE, str(error))
            continue
        fault = _fault(event, shop, office, now)
        if fault is not None:
            refused[at] = _refusal(value, *fault)
        else:
            incoming.append(_incoming(at, event, value, ignored))
    return Sorted(tuple(incoming), refused)


def _incoming(at: int, event: Event, value: dict[str, Any], ignored: tuple[str, ...]) -> Incoming:
    sent = canonical(value["data"])
    outside = canonical({name: each for name, each in value.items() if name != "data"})
    digest = hashlib.sha256(outside + b"\0" + sent).digest()
    # What is not listed is not kept: only then the fields are written anew, which costs more than all the rest.
    kept = canonical(plain(event.body)) if ignored else sent
    return Incoming(at, event, digest, kept.decode(), hashlib.sha256(kept).digest(), ignored)


def _fault(event: Event, shop: str, office: Office, now: datetime) -> tuple[Refused, str] | None:
    if event.shop != shop:
        return Refused.FOREIGN_SHOP, event.shop
    if event.brand != office.brand:
        return Refused.FOREIGN_BRAND, event.brand
    if event.time > now + FUTURE:
        return Refused.FROM_THE_FUTURE, "time"
    body = event.body
    if isinstance(body, ClaimSubmitted) and not body.customer.masked and not office.full_customer:
        return Refused.UNMASKED, "data.customer"
    if isinstance(body, ClaimSubmitted | IncidentReported) and not _is_device_of(body.device, office):
        return Refused.FOREIGN_BRAND, "data.device.brand"
    return fault_in(body)


def _is_device_of(device: Device, office: Office) -> bool:
    """The device names its brand as the office does: by code, or by name."""
    return device.brand in (office.brand, office.name)


def _refusal(value: object, reason: Refused, text: str) -> Receipt:
    given = value.get("id") if isinstance(value, dict) else None
    named = given if isinstance(given, str) and len(given) <= 64 and given.isprintable() else ""
    return Receipt(named, Result.REFUSED, reason=reason, text=text[:2000])
