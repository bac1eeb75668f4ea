"""Taking devices in: one command saves the visit whole (domain.md §3)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.core.clock import business_day
from app.core.enums import Command, PaperKind, PaymentKind, Role
from app.core.errors import Reason, Refusal
from app.core.money import MAX_FEN, ZERO
from app.core.rights import Actor, Ctx, Sight, seen_by
from app.features.intake import reading as asked
from app.features.intake.saving import DRAFT_KIND, put_draft, receive_device, save_customer, take_in_one
from app.features.intake.snapshots import (
    DeviceEntry,
    FoundCover,
    IntakeChoices,
    IntakeWarning,
    KeptPhoto,
    KnownCustomer,
    KnownOrder,
    KnownSerial,
    TakeIn,
    TakenIn,
    TakenInOrder,
)
from app.features.orders.promises import closing_time
from app.features.printing.forms_of_shop import shop_block
from app.features.till.booking import book_payment
from app.model import Device, Draft, Staff
from app.store.door import Store, repeatable

__all__ = ["MOST_DEVICES", "MOST_PHOTOS", "IntakeService", "receive_device"]

MOST_DEVICES = 20
MOST_PHOTOS = 12
_TECHNICIANS = (
    select(Staff.id, Staff.name)
    .where(Staff.active, Staff.role.in_([Role.TECHNICIAN, Role.LEAD, Role.OWNER]))
    .order_by(Staff.id)
)
_PAPERS = {kind.value: kind for kind in PaperKind}


class IntakeService:
    """Commands and queries of the intake page."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def choices(self) -> IntakeChoices:
        """What the form offers today."""
        settings = self.store.settings
        today = self.today()
        with self.store.read() as reading:
            technicians = reading.execute(_TECHNICIANS).all()
        return IntakeChoices(
            categories=settings.all_categories(),
            quick_faults={key: tuple(value) for key, value in settings.quick_faults.items()},
            accessories=settings.accessories,
            damages=settings.damages,
            shelves=settings.shelves,
            technicians=tuple((each.id, each.name) for each in technicians),
            promised_on={each: today + settings.promised_after(each) for each in settings.all_categories()},
            today=today,
            time_zone=settings.time_zone,
            shop=shop_block(settings),
            terms=settings.terms,
            care=dict(settings.care),
            paper_language=settings.paper_language,
            prints=tuple(_PAPERS[each] for each in settings.print_at_intake if each in _PAPERS),
        )

    def today(self) -> date:
        """The shop's business day."""
        return business_day(self.store.clock.now(), self.store.settings.time_zone)

    def promised_moment(self, day: date) -> datetime:
        """When a promised day ends for the customer: the shop closes."""
        return closing_time(day, self.store.settings)

    @seen_by(Sight.CUSTOMERS)
    def known_customer(self, _actor: Actor, customer_id: int) -> KnownCustomer:
        """A customer with his devices, newest first; a merged record answers with the one it became.

        Raises ``Refusal(NOT_FOUND)``.
        """
        with self.store.read() as reading:
            return asked.known_customer(reading, customer_id)

    def known_serial(self, serial: str) -> KnownSerial | None:
        """Whose device has this serial number; None where the shop has not seen it."""
        with self.store.read() as reading:
            return asked.known_serial(reading, serial)

    def history(self, device_id: int) -> tuple[KnownOrder, ...]:
        """What was done on a device before, newest first."""
        with self.store.read() as reading:
            return asked.history(reading, device_id)

    def found_cover(self, device: DeviceEntry) -> FoundCover:
        """Who would pay for this device as typed so far (domain.md §5)."""
        with self.store.read() as reading:
            cover = asked.cover_of(reading, self.store.settings, device, self.today())
            produced, outdoor = asked.asked_of(reading, self.store.settings, device, self.today())
        return FoundCover(cover.service_type, cover.payer, cover.reason, cover.until, produced, outdoor)

    def warnings(self, device: DeviceEntry) -> tuple[IntakeWarning, ...]:
        """Same serial number at somebody else's or still in the shop; a repair of ours that may not have held."""
        with self.store.read() as reading:
            found = asked.find_warnings(reading, device, self.today())
            alarm = asked.statutory_warning(reading, self.store.settings, device, self.today())
        return found if alarm is None else (*found, alarm)

    def brands(self, typed: str, limit: int = 8) -> tuple[str, ...]:
        """Brands known to the shop that begin with ``typed``, the most used first."""
        with self.store.read() as reading:
            return asked.completions(reading, Device.brand, typed, limit)

    def models(self, brand: str, typed: str, limit: int = 8) -> tuple[str, ...]:
        """Models of a brand that begin with ``typed``."""
        with self.store.read() as reading:
            return asked.completions(reading, Device.model, typed, limit, brand)

    def draft(self, actor: Actor) -> dict[str, Any] | None:
        """What this person typed and did not save."""
        with self.store.read() as reading:
            return reading.execute(
                select(Draft.content).where(Draft.kind == DRAFT_KIND, Draft.staff_id == actor.id)
            ).scalar_one_or_none()

    def save_draft(self, actor: Actor, content: Mapping[str, Any] | None) -> None:
        """Keep what is typed so far, or drop it (None). A passcode is never kept in a draft."""
        with self.store.write(Command.SAVE_DRAFT, Ctx.gesture(actor)) as tx:
            put_draft(tx, content)

    def keep_photo(self, content: bytes) -> KeptPhoto:
        """Put a picture on the disk before its order is saved, so that a draft can name it.

        Raises ``Refusal``: BAD_IMAGE, FILE_TOO_LARGE.
        """
        kept = self.store.photos.put(content)
        return KeptPhoto(kept.sha256, kept.suffix)

    def kept_photo(self, photo: KeptPhoto) -> bytes | None:
        """A picture that a draft names; None where its file is gone."""
        named = (
            len(photo.sha256) == 64 and photo.sha256.isalnum() and photo.suffix in (".jpg", ".png", ".webp")
        )
        try:
            return self.store.photos.path(photo.sha256, photo.suffix).read_bytes() if named else None
        except OSError:
            return None

    @repeatable(lambda _self, result: _taken_in(result))
    def take_in(self, ctx: Ctx, visit: TakeIn) -> TakenIn:
        """Save a visit: customer, devices, orders, receipts, custody, deposit, all or nothing.

        Raises ``Refusal`` for what cannot be kept as typed, with ``field`` and, for what concerns one of
        several devices, ``at`` (its place, from 0). The draft is dropped when the visit is saved.
        """
        if not visit.devices:
            raise Refusal(Reason.FIELD_REQUIRED, field="device")
        if len(visit.devices) > MOST_DEVICES:
            raise Refusal(Reason.TOO_MANY_ENTRIES, field="device", most=MOST_DEVICES)
        if visit.deposit < ZERO:
            raise Refusal(Reason.AMOUNT_NEGATIVE, field="deposit")
        if visit.deposit.fen > MAX_FEN:
            raise Refusal(Reason.BAD_AMOUNT, text=str(visit.deposit)[:40], field="deposit")
        # The files first, the rows after: a row never points at a picture that is not there.
        photos = []
        for at, device in enumerate(visit.devices):
            try:
                if len(device.photos) > MOST_PHOTOS:
                    raise Refusal(Reason.TOO_MANY_ENTRIES, field="photos", most=MOST_PHOTOS)
                photos.append(tuple(self.store.photos.put(content) for content in device.photos))
            except Refusal as refusal:
                raise Refusal(refusal.reason, **{**refusal.params, "field": "photos", "at": at}) from None
        with self.store.write(Command.TAKE_IN, ctx) as tx:
            customer = save_customer(tx, visit.customer)
            orders = []
            for at, device in enumerate(visit.devices):
                ref = visit.source_refs[at] if at < len(visit.source_refs) else None
                try:
                    orders.append(take_in_one(tx, self.store, customer, device, photos[at], ref))
                except Refusal as refusal:
                    raise Refusal(refusal.reason, **{**refusal.params, "at": at}) from None
            payment = ""
            if visit.deposit:
                payment = book_payment(
                    tx,
                    customer_id=customer.id,
                    order_id=orders[0].order_id,
                    kind=PaymentKind.DEPOSIT,
                    method=visit.deposit_method,
                    amount=visit.deposit,
                    tendered=visit.deposit,
                ).number
                tx.journal(order_id=orders[0].order_id, deposit_fen=visit.deposit.fen, payment=payment)
            put_draft(tx, None)
            taken = TakenIn(customer.id, tuple(orders), payment)
            tx.result = dataclasses.asdict(taken)
            return taken


def _taken_in(result: dict[str, Any]) -> TakenIn:
    orders = tuple(TakenInOrder(**order) for order in result["orders"])
    return TakenIn(result["customer_id"], orders, result["payment_number"])
