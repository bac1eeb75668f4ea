"""What stands in the intake form, exactly as typed, readable or not: kept when one changes devices, and in drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from app.core.enums import JobKind, PaymentMethod, Visit
from app.features.intake.snapshots import KeptPhoto


@dataclass(slots=True)
class TypedCustomer:
    """The customer's fields; ``id`` when a known one was taken over."""

    id: int | None = None
    phone: str = ""
    name: str = ""
    phone2: str = ""
    address: str = ""


class PasscodeWay(StrEnum):
    """How who repairs a device gets into it; what nobody has to know is not asked for (domain.md §3)."""

    NOT_NEEDED = "not_needed"
    REPAIR_MODE = "repair_mode"
    WRITTEN = "written"


@dataclass(slots=True)
class TypedDevice:
    """One device's fields. Days and amounts are texts here; ``promised_on`` "" is the category's default."""

    device_id: int | None = None
    category: str = ""
    brand: str = ""
    model: str = ""
    serial: str = ""
    outdoor_serial: str = ""
    purchased_on: str = ""
    proof_seen: bool = False
    produced_on: str = ""
    user_damage: bool = False
    #: ``kind``, ``underwriter``, ``number``, ``starts_on``, ``ends_on`` (ISO days) of a plan that was shown; or empty.
    plan: dict[str, str] = field(default_factory=dict)
    job_kind: str = JobKind.REPAIR.value
    visit: str = Visit.COUNTER.value
    fault: str = ""
    accessories: list[str] = field(default_factory=list)
    other_accessories: str = ""
    damages: list[str] = field(default_factory=list)
    other_damage: str = ""
    #: How the device is opened (``PasscodeWay``).
    passcode_way: str = PasscodeWay.NOT_NEEDED.value
    passcode: str = ""
    shelf: str = ""
    technician_id: int | None = None
    #: ``C/shop``: service letter and payer of an override; "" = as found.
    cover: str = ""
    cover_note: str = ""
    estimate: str = ""
    limit: str = ""
    promised_on: str = ""
    #: The earlier order whose fault is back; ``new_fault`` names those of which the clerk said it is not.
    same_fault_as: int | None = None
    new_fault: list[int] = field(default_factory=list)
    #: ``[sha256, suffix]`` of each picture on the disk; ``[]`` is the place of one that is still being read.
    photos: list[list[str]] = field(default_factory=list)

    @property
    def kept_photos(self) -> tuple[KeptPhoto, ...]:
        """The pictures by the names of their files."""
        return tuple(KeptPhoto(each[0], each[1]) for each in self.photos if len(each) == 2)


@dataclass(slots=True)
class TypedVisit:
    """The whole form. ``at`` is the device shown."""

    customer: TypedCustomer = field(default_factory=TypedCustomer)
    devices: list[TypedDevice] = field(default_factory=lambda: [TypedDevice()])
    at: int = 0
    deposit: str = ""
    method: str = PaymentMethod.CASH.value

    @property
    def device(self) -> TypedDevice:
        """The device shown."""
        return self.devices[self.at]


def empty(typed: Any) -> bool:
    """Whether nothing was typed into a customer, a device or the whole visit."""
    if isinstance(typed, TypedVisit):
        return not typed.deposit.strip() and empty(typed.customer) and all(map(empty, typed.devices))
    return all(
        (value.strip() if isinstance(value, str) else value) == default
        for value, default in zip(asdict(typed).values(), asdict(type(typed)()).values(), strict=True)
    )


def to_draft(visit: TypedVisit, *, secrets: bool = False) -> dict[str, Any]:
    """As plain JSON; ``secrets`` keeps the passcodes, for memory only."""
    kept = asdict(visit)
    for device in kept["devices"]:
        device["photos"] = [each for each in device["photos"] if each]
    if not secrets:
        for device in kept["devices"]:
            del device["passcode"]
    return kept


def from_draft(content: Mapping[str, Any]) -> TypedVisit:
    """A draft of this or another version: what does not fit is left away, not refused."""
    customer, devices = content.get("customer"), content.get("devices")
    visit = TypedVisit(customer=_filled(TypedCustomer(), customer))
    if isinstance(devices, list) and devices:
        visit.devices = [_filled(TypedDevice(), each) for each in devices]
    at = content.get("at")
    visit.at = at if isinstance(at, int) and 0 <= at < len(visit.devices) else 0
    _fill(visit, content, {"deposit", "method"})
    return visit


def _filled(blank: Any, content: object) -> Any:
    if isinstance(content, Mapping):
        _fill(blank, content, {each.name for each in fields(blank)})
    return blank


_IDS = {"id", "device_id", "technician_id", "same_fault_as"}


def _fill(blank: Any, content: Mapping[str, Any], names: set[str]) -> None:
    for name in names & content.keys():
        value = content[name]
        wanted = (int, type(None)) if name in _IDS else type(getattr(blank, name))
        if isinstance(value, wanted) and not (name in _IDS and isinstance(value, bool)):
            setattr(blank, name, value)
