"""Staff: who works here, in which role, with which PIN or badge (domain.md §1)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import Role
from app.core.rights import Actor
from app.model.base import Base


class Staff(Base):
    """One member of staff. Never deleted: journal rows point here; who left is inactive."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role]
    phone: Mapped[str] = mapped_column(default="")
    #: The badge's barcode (``core.codes``, kind STAFF).
    badge_code: Mapped[str] = mapped_column(unique=True)
    #: argon2id; None signs in without a PIN ("only me, no PIN").
    pin_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    failed_pins: Mapped[int] = mapped_column(default=0)
    #: No PIN is tried before this moment (back-off that survives a restart).
    locked_until: Mapped[datetime | None]
    #: The technician who trains this one; at most three trainees each (domain.md §9).
    trainer_id: Mapped[int | None]
    language: Mapped[str | None]
    created_at: Mapped[datetime]

    def actor(self) -> Actor:
        """This person as the giver of commands."""
        return Actor(self.id, self.name, self.role)
