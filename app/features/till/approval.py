"""A second person's word (domain.md §8): who may not do a thing alone does it with somebody who may.

The second person is an ``Actor`` that the staff service answered for a PIN or a badge (``StaffService.vouch``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.enums import Command, Role
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.rights import Actor


def approved(actor: Actor, approver: Actor | None, command: Command) -> bool:
    """Whether one of both may."""
    return actor.may(command) or (approver is not None and approver.may(command))


def require(actor: Actor, approver: Actor | None, command: Command, role: Role = Role.OWNER) -> None:
    """``Refusal(APPROVAL_NEEDED)`` naming ``role`` where neither may."""
    if not approved(actor, approver, command):
        raise Refusal(Reason.APPROVAL_NEEDED, role=role)


def limit_of(role: Role, limits: Mapping[str, int]) -> Money | None:
    """The highest amount a role may decide alone; None is any."""
    return None if role is Role.OWNER else Money(limits.get(role.value, 0))


def within(actor: Actor, approver: Actor | None, limits: Mapping[str, int], amount: Money) -> bool:
    """Whether ``amount`` is within the limit of one of both."""
    for person in (actor, approver):
        if person is not None:
            limit = limit_of(person.role, limits)
            if limit is None or amount <= limit:
                return True
    return False


def needed_for(limits: Mapping[str, int], amount: Money) -> Role:
    """The first role upwards that may decide ``amount``."""
    lead = limit_of(Role.LEAD, limits)
    return Role.LEAD if lead is not None and amount <= lead else Role.OWNER


def approver_id(actor: Actor, approver: Actor | None) -> int | None:
    """The second person's id for the record; nobody vouches for himself."""
    return approver.id if approver is not None and approver.id != actor.id else None


def vouched(actor: Actor, approver: Actor | None) -> dict[str, Any]:
    """The second person as the journal notes him; nothing without one."""
    second = approver_id(actor, approver)
    return {} if second is None else {"approved_by": second}
