"""Who may sign in: asked before the store is open, so nothing here may load SQLAlchemy."""

from __future__ import annotations

from app.core.enums import Role
from app.features.staff.snapshots import StaffTile
from app.store.records import Records

_TILES = "SELECT id, name, role, pin_hash IS NOT NULL FROM staff WHERE active = 1 ORDER BY id"


def staff_tiles(records: Records) -> tuple[StaffTile, ...]:
    """The active staff, for the sign-in screen."""
    return tuple(
        StaffTile(key, name, Role(role), bool(has_pin))
        for key, name, role, has_pin in records.rows(_TILES, {})
    )


def works_alone(tiles: tuple[StaffTile, ...]) -> StaffTile | None:
    """The only person who works here, if he has no PIN: asking who is there would be a question with one answer."""
    return tiles[0] if len(tiles) == 1 and not tiles[0].has_pin else None
