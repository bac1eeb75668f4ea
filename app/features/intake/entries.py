"""From what is typed to what is saved: reading days, amounts and lists, with the field a refusal concerns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from typing import Any

from app.core.brand_codes import CoverPlanKind
from app.core.days import read_day
from app.core.enums import JobKind, Payer, PaymentMethod, ServiceType, Visit
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.money import ZERO, Money
from app.features.brands.snapshots import PlanEntry
from app.features.intake.snapshots import DeviceEntry
from app.features.intake.typed import PasscodeWay, TypedDevice, TypedVisit

_SEPARATORS = re.compile(r"[,，;；、\n]+")


def whole_entry(device: TypedDevice, photos: tuple[bytes, ...], today: date) -> DeviceEntry:
    """The device as it will be saved. Raises ``Refusal`` with ``field`` for what is missing or cannot be read."""
    for field, value in (("category", device.category), ("fault", device.fault)):
        if not value.strip():
            raise Refusal(Reason.FIELD_REQUIRED, field=field)
    with _field("purchased_on"):
        bought = _day(device.purchased_on, today, past=True)
    with _field("produced_on"):
        produced = _day(device.produced_on, today, past=True)
    with _field("promised_at"):
        promised = _day(device.promised_on, today)
    with _field("estimate"):
        estimate = _money(device.estimate)
    with _field("limit"):
        limit = _money(device.limit)
    if device.passcode_way == PasscodeWay.WRITTEN:
        # Who chose to write one down and did not, or whose draft came back without it, is asked for it.
        clean_line("passcode", device.passcode, most=SHORT, required=True)
    return replace(
        _plain_entry(device),
        purchased_on=bought,
        produced_on=produced,
        promised_on=promised,
        estimate=estimate,
        spend_limit=limit,
        photos=photos,
    )


def entry_so_far(device: TypedDevice, today: date) -> DeviceEntry:
    """The device as far as it can be read; never raises."""
    found: dict[str, Any] = {}
    with suppress(Refusal):
        found["purchased_on"] = _day(device.purchased_on, today, past=True)
    with suppress(Refusal):
        found["produced_on"] = _day(device.produced_on, today, past=True)
    with suppress(Refusal):
        found["promised_on"] = _day(device.promised_on, today)
    with suppress(Refusal):
        found["estimate"] = _money(device.estimate)
    with suppress(Refusal):
        found["spend_limit"] = _money(device.limit)
    return replace(_plain_entry(device), **found)


def deposit_of(visit: TypedVisit) -> Money:
    """The deposit; ``Refusal`` with ``field``."""
    with _field("deposit"):
        return _money(visit.deposit) or ZERO


def method_of(visit: TypedVisit) -> PaymentMethod:
    """How the deposit is paid."""
    method: PaymentMethod = _code(PaymentMethod, visit.method, PaymentMethod.CASH)
    return method


@contextmanager
def placed(place: int) -> Iterator[None]:
    """Say which device a refusal concerns: ``place`` among those in the form."""
    try:
        yield
    except Refusal as refusal:
        raise Refusal(refusal.reason, **{**refusal.params, "place": place}) from None


def _plain_entry(device: TypedDevice) -> DeviceEntry:
    letter, _slash, payer = device.cover.partition("/")
    more = [each.strip() for each in _SEPARATORS.split(device.other_accessories)]
    damage = [*device.damages, device.other_damage.strip()]
    return DeviceEntry(
        device_id=device.device_id,
        category=device.category,
        brand=device.brand,
        model=device.model,
        serial=device.serial,
        proof_seen=device.proof_seen,
        fault=device.fault,
        accessories=tuple(dict.fromkeys(each for each in (*device.accessories, *more) if each)),
        damage="、".join(each for each in damage if each),
        passcode=device.passcode if device.passcode_way == PasscodeWay.WRITTEN else "",
        repair_mode=device.passcode_way == PasscodeWay.REPAIR_MODE,
        shelf=device.shelf,
        job_kind=_code(JobKind, device.job_kind, JobKind.REPAIR),
        visit=_code(Visit, device.visit, Visit.COUNTER),
        same_fault_as=device.same_fault_as,
        service_type=_code(ServiceType, letter, None),
        payer=_code(Payer, payer, None),
        cover_note=device.cover_note if device.cover else "",
        technician_id=device.technician_id,
        outdoor_serial=device.outdoor_serial,
        user_damage=device.user_damage,
        plan=plan_of(device.plan),
    )


def plan_of(typed: Mapping[str, str]) -> PlanEntry | None:
    """The plan that was written down; None where there is none, or a draft of another version cannot be read."""
    try:
        return PlanEntry(
            CoverPlanKind(typed["kind"]),
            typed["underwriter"],
            typed["number"],
            date.fromisoformat(typed["starts_on"]),
            date.fromisoformat(typed["ends_on"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def kept_plan(plan: PlanEntry) -> dict[str, str]:
    """The plan as the form and its drafts keep it."""
    return {
        "kind": plan.kind.value,
        "underwriter": plan.underwriter,
        "number": plan.number,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat(),
    }


def _code(codes: Any, value: str, default: Any) -> Any:
    try:
        return codes(value)
    except ValueError:
        return default


def _money(text: str) -> Money | None:
    if not text.strip():
        return None
    amount = Money.parse(text)
    if amount < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    return amount


def _day(text: str, today: date, *, past: bool = False) -> date | None:
    return read_day(text, today, past=past) if text.strip() else None


@contextmanager
def _field(name: str) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise Refusal(refusal.reason, **{**refusal.params, "field": name}) from None
