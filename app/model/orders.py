"""The repair order and what hangs on it (domain.md §2, §3). Moves are ruled by ``model.lifecycle``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import (
    CLOSED,
    ApprovalWay,
    CustodyWay,
    JobKind,
    LineKind,
    NoteKind,
    PaperKind,
    Payer,
    QuoteState,
    ReceiptProof,
    ServiceType,
    Status,
    Visit,
)
from app.core.money import ONE, Money, Quantity
from app.model.base import Base

_OPEN = text("status NOT IN ({})".format(", ".join(f"'{status}'" for status in sorted(CLOSED))))

_FINISHED = text("finished_day IS NOT NULL")
_DELIVERED = text("delivered_day IS NOT NULL")


class RepairOrder(Base):
    """One device, one job, one or more visits; everything hangs on it."""

    __tablename__ = "repair_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    #: Grows with every command; what the user saw is compared with it (design.md §3).
    version: Mapped[int] = mapped_column(default=1)
    #: ``2611-00042``; the card's barcode holds the same digits.
    number: Mapped[str] = mapped_column(unique=True)
    card_code: Mapped[str] = mapped_column(unique=True)
    status: Mapped[Status]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), index=True)
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    #: The order whose repair did not hold, when this is rework.
    rework_of_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"))
    visit: Mapped[Visit]
    job_kind: Mapped[JobKind]
    service_type: Mapped[ServiceType]
    payer: Mapped[Payer]
    #: Why the payer pays, as a code with parameters (``model.cover``); shown in the user's language.
    cover: Mapped[dict[str, Any]]
    fault: Mapped[str]
    accessories: Mapped[list[str]]
    damage: Mapped[str]
    shelf: Mapped[str] = mapped_column(default="")
    estimate: Mapped[Money | None]
    #: Up to here the customer agreed beforehand.
    spend_limit: Mapped[Money | None]
    #: What the customer agreed to pay; None before any agreement.
    approved_total: Mapped[Money | None]
    #: AES-GCM; erased at delivery.
    passcode: Mapped[bytes | None]
    promised_at: Mapped[datetime | None]
    taken_in_at: Mapped[datetime]
    taken_in_day: Mapped[date]
    ready_at: Mapped[datetime | None]
    finished_day: Mapped[date | None]
    delivered_at: Mapped[datetime | None]
    delivered_day: Mapped[date | None]
    guarantee_until: Mapped[date | None]
    #: Where a played or imported order came from (``fixitclinic_1690``); each comes in once.
    source_ref: Mapped[str | None] = mapped_column(unique=True)
    #: When the passcode was written down: it is kept for a few days only, whatever happens to the order.
    passcode_at: Mapped[datetime | None]

    __table_args__ = (
        # The queues read open orders only: keep them apart from the millions of closed ones.
        Index(
            "ix_repair_order_open",
            "status",
            "id",
            sqlite_where=_OPEN,
        ),
        # What a month asks of orders that came, were finished and delivered, read without their rows.
        Index("ix_repair_order_taken_in_day", "taken_in_day", "customer_id", "visit", "technician_id"),
        Index("ix_repair_order_finished", "finished_day", "taken_in_at", "ready_at", sqlite_where=_FINISHED),
        Index(
            "ix_repair_order_delivered", "delivered_day", "finished_day", "taken_in_at", "ready_at", "promised_at",
            "delivered_at", "rework_of_id", "technician_id", "service_type", "payer", "job_kind", "device_id",
            "customer_id",
            sqlite_where=_DELIVERED,
        ),
        # The few orders that hold a passcode now: each is to be erased on its day.
        Index("ix_repair_order_passcode", "passcode_at", sqlite_where=text("passcode IS NOT NULL")),
        # Rework by the order it goes back to.
        Index("ix_repair_order_rework_of_id", "rework_of_id", sqlite_where=text("rework_of_id IS NOT NULL")),
    )  # fmt: skip

    @property
    def open(self) -> bool:
        """Whether the shop still has something to do."""
        return self.status not in CLOSED


class OrderLine(Base):
    """One charge. Removed lines stay and say so; parts on them are counted by their stock moves."""

    __tablename__ = "order_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    kind: Mapped[LineKind]
    part_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"))
    description: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Quantity] = mapped_column(default=ONE)
    #: For parts: how much of ``quantity`` has left the stock; the rest is only planned.
    taken: Mapped[Quantity] = mapped_column(default=Quantity(0))
    #: Tax-inclusive or exclusive as the shop's setting says; discounts are negative.
    unit_price: Mapped[Money]
    amount: Mapped[Money]
    tax_permille: Mapped[int] = mapped_column(default=0)
    payer: Mapped[Payer]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    minutes: Mapped[int] = mapped_column(default=0)
    removed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    #: For parts: used before their receipt was booked (``StockOwed``); neither planned nor yet taken.
    owed: Mapped[Quantity] = mapped_column(default=Quantity(0), server_default=text("0"))
    #: The entry of the price list it was taken from (``PriceItem.code``), also of the package it came with; of a kit's
    #: labour the kit's number.
    item_code: Mapped[str] = mapped_column(default="", server_default=text("''"))
    #: What the list said for a unit; None where there is no list price.
    list_price: Mapped[Money | None]
    #: Why ``unit_price`` is another one.
    price_reason: Mapped[str] = mapped_column(default="", server_default=text("''"))


class WorkLog(Base):
    """A stretch of working time on an order; open while ``ended_at`` is None."""

    __tablename__ = "work_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        # A month of everybody is a month of each person: found without years of the others.
        Index("ix_work_log_staff_id", "staff_id", "started_at"),
        # Each start asks which clock of this person runs: not through years of ended ones.
        Index(
            "ix_work_log_running",
            "staff_id",
            sqlite_where=text("ended_at IS NULL"),
        ),
    )


class OrderNote(Base):
    """A dated remark: a note, a finding, a contact with the customer. Never edited."""

    __tablename__ = "order_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    kind: Mapped[NoteKind]
    text: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class Photo(Base):
    """A picture of the device; the file is named by its content under DIR/photos."""

    __tablename__ = "photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    sha256: Mapped[str]
    suffix: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    #: What it shows, where a brand asks for it (``wire.events.PhotoOf``); "" for whatever it is.
    shows: Mapped[str] = mapped_column(default="", server_default=text("''"))


class Signature(Base):
    """A customer's signature drawn on the screen, for one paper. Append-only."""

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    paper: Mapped[PaperKind]
    png: Mapped[bytes]
    at: Mapped[datetime]


class PickupReceipt(Base):
    """What the customer holds while the shop holds the device; voided at return (domain.md §1)."""

    __tablename__ = "pickup_receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]


class CustodyEntry(Base):
    """One movement of a device in or out of the shop's hands (进出登记簿). Append-only."""

    __tablename__ = "custody_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), index=True)
    way: Mapped[CustodyWay]
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    #: How the receiver proved himself, for OUT.
    proof: Mapped[ReceiptProof | None]
    note: Mapped[str] = mapped_column(default="")


class Quote(Base):
    """A quote as it was shown to the customer; its lines are frozen. A newer version replaces it."""

    __tablename__ = "quote"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    version: Mapped[int]
    state: Mapped[QuoteState]
    lines: Mapped[dict[str, Any]]
    total: Mapped[Money]
    valid_until: Mapped[date]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]
    answered_way: Mapped[ApprovalWay | None]
    #: Who noted the answer.
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    #: Who gave it, where it was not the customer himself (``他太太``).
    answered_name: Mapped[str] = mapped_column(default="")
    #: Why the customer declined, or what he asked for.
    answer_note: Mapped[str] = mapped_column(default="")
    #: Up to here the customer agreed at once, whatever is found; None without a limit.
    spend_limit: Mapped[Money | None]
    #: First time it was printed; None while it was only told.
    printed_at: Mapped[datetime | None]
