"""Replaced parts on their way back to the brand (旧件, domain.md §7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import BatchState, OldPartRule, OldPartState
from app.core.money import ZERO, Money, Quantity
from app.model.base import Base


class OldPartPolicy(Base):
    """The rule of a brand for a product line; "" stands for every brand, every line."""

    __tablename__ = "old_part_policy"

    brand: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[OldPartRule]
    #: Parts with a sale price under this are exempt; zero exempts none.
    free_below: Mapped[Money] = mapped_column(default=ZERO)

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own form


class ReturnBatch(Base):
    """Old parts sent to one brand together."""

    __tablename__ = "return_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True)
    brand: Mapped[str]
    state: Mapped[BatchState]
    carrier: Mapped[str] = mapped_column(default="")
    waybill: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class OldPart(Base):
    """What came out of a device and must be accounted for. Its label's barcode is made of its id."""

    __tablename__ = "old_part"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), index=True)
    brand: Mapped[str]
    quantity: Mapped[Quantity]
    rule: Mapped[OldPartRule]
    state: Mapped[OldPartState]
    #: The old piece's own serial number, where it has one.
    serial: Mapped[str] = mapped_column(default="")
    #: Where it lies on the old-part shelf.
    location: Mapped[str] = mapped_column(default="")
    #: What the new part cost the shop: what a lost old one costs it.
    cost: Mapped[Money] = mapped_column(default=ZERO)
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("return_batch.id"), index=True)
    #: Why it was refused, lost or written off.
    reason: Mapped[str] = mapped_column(default="")
    replaced_at: Mapped[datetime]
    shelved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        # The ageing list and the owner's page ask for what is not yet with the brand.
        Index(
            "ix_old_part_open", "brand", "id", sqlite_where=text("state IN ('due', 'on_shelf', 'in_batch')")
        ),
    )


#: States in which an old part is missing: they block the claim (domain.md §7).
MISSING = frozenset({OldPartState.DUE})

#: (brand, category) → (rule, free below)
Policies = Mapping[tuple[str, str], tuple[OldPartRule, Money]]


def rule_of(
    part_rule: OldPartRule | None, policies: Policies, brand: str, category: str, sale_price: Money
) -> OldPartRule:
    """What is asked for a replaced part: the part's own rule, else the most special one of brand × product line;
    parts under its set price are exempt (domain.md §7)."""
    found = OldPartRule.NONE, ZERO
    for key in ((brand, category), (brand, ""), ("", category), ("", "")):
        if key in policies:
            found = policies[key]
            break
    rule = part_rule if part_rule is not None else found[0]
    if rule in (OldPartRule.RETURN, OldPartRule.SWAP) and part_rule is None and sale_price < found[1]:
        return OldPartRule.EXEMPT
    return rule
