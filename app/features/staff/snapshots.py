"""What pages hold of the staff: frozen, without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.enums import Role


@dataclass(frozen=True, slots=True)
class StaffTile:
    """One tile of the sign-in screen."""

    id: int
    name: str
    role: Role
    has_pin: bool


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One row of the staff list."""

    id: int
    name: str
    role: Role
    phone: str
    badge_code: str
    has_pin: bool
    active: bool
    trainer_id: int | None
    trainer: str
    #: ``zh_CN``, ``en`` or "" for the shop's.
    language: str


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """What is typed about a member of staff."""

    name: str
    role: Role
    phone: str = ""
    #: None leaves the PIN as it is, "" takes it away, digits set it.
    pin: str | None = None
    active: bool = True
    trainer_id: int | None = None
    language: str = ""
