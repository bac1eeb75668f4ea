"""What the intake presenter asks of the services, so that it can be tried without them, and its advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from app.core.enums import Payer, ServiceType
from app.core.rights import Actor
from app.features.intake.snapshots import (
    DeviceEntry,
    FoundCover,
    IntakeChoices,
    IntakeWarning,
    KeptPhoto,
    KnownCustomer,
    KnownOrder,
    KnownSerial,
    Warn,
)


class Intake(Protocol):
    """What the presenter asks of ``IntakeService``."""

    def choices(self) -> IntakeChoices: ...
    def promised_moment(self, day: date) -> datetime: ...
    def known_customer(self, actor: Actor, customer_id: int) -> KnownCustomer: ...
    def known_serial(self, serial: str) -> KnownSerial | None: ...
    def history(self, device_id: int) -> tuple[KnownOrder, ...]: ...
    def found_cover(self, device: DeviceEntry) -> FoundCover: ...
    def warnings(self, device: DeviceEntry) -> tuple[IntakeWarning, ...]: ...
    def kept_photo(self, photo: KeptPhoto) -> bytes | None: ...


class Match(Protocol):
    """A customer found by the digits typed (``features.customers.snapshots.CustomerRow``)."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def phone2(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def orders(self) -> int: ...
    @property
    def last_order(self) -> date | None: ...


class Customers(Protocol):
    """What the presenter asks of ``CustomersService``."""

    def match_phone(self, actor: Actor, digits: str, limit: int = 8) -> Sequence[Match]: ...


class Completions(Protocol):
    """Words that complete while one types."""

    def brands(self, typed: str, limit: int = 8) -> tuple[str, ...]: ...
    def models(self, brand: str, typed: str, limit: int = 8) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Advice:
    """What the form knows about the device shown, as typed so far."""

    cover: FoundCover
    #: Who pays after an override; ``cover`` again where there is none.
    service_type: ServiceType
    payer: Payer
    warnings: tuple[IntakeWarning, ...]
    history: tuple[KnownOrder, ...]

    @property
    def question(self) -> IntakeWarning | None:
        """The guarantee that asks whether it is the same fault again."""
        return next((each for each in self.warnings if each.kind is Warn.REWORK), None)
