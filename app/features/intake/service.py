"""Taking devices in: one command saves the visit whole (domain.md §3)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from app.core.changes import Kind
from app.core.codes import new_receipt_code, order_code, order_number
from app.core.enums import (
    CLOSED,
    Command,
    CoverReason,
    CustodyWay,
    NoteKind,
    Payer,
    PaymentKind,
    Role,
    Series,
    ServiceType,
    Status,
    Visit,
)
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line, clean_phone, clean_text
from app.core.ids import uuid7
from app.core.money import ZERO
from app.core.rights import Actor, Ctx
from app.features.finder.indexing import index_customer, index_order
from app.features.intake.snapshots import (
    CustomerEntry,
    DeviceEntry,
    FoundCover,
    IntakeChoices,
    IntakeWarning,
    KnownCustomer,
    KnownDevice,
    TakeIn,
    TakenIn,
    TakenInOrder,
)
from app.features.orders.card import closing_time
from app.features.orders.moves import add_note
from app.features.till.booking import book_payment
from app.model import (
    CustodyEntry,
    Customer,
    Device,
    Draft,
    Photo,
    PickupReceipt,
    RepairOrder,
    Staff,
)
from app.model.cover import Cover, find_cover
from app.store.door import Store, Tx, repeatable
from app.store.photos import StoredPhoto

DRAFT_KIND = "intake"
MOST_DEVICES = 20

_CUSTOMER = select(
    Customer.id, Customer.name, Customer.phone, Customer.phone2, Customer.address, Customer.notes
).where(Customer.id == bindparam("customer_id"))
_DEVICES = (
    select(Device.__table__)
    .where(Device.customer_id == bindparam("customer_id"))
    .order_by(Device.id.desc())
    .limit(50)
)
_ORDER = RepairOrder.__table__.c
_LAST_ORDER = (
    select(_ORDER.id, _ORDER.number, _ORDER.status, _ORDER.fault, _ORDER.taken_in_at, _ORDER.guarantee_until)
    .where(_ORDER.device_id == bindparam("device_id"))
    .order_by(_ORDER.id.desc())
    .limit(1)
)
_OPEN_ORDERS = select(func.count()).where(
    _ORDER.customer_id == bindparam("customer_id"), _ORDER.status.not_in(sorted(CLOSED))
)
_SAME_SERIAL = (
    select(_ORDER.id, _ORDER.number, _ORDER.status, Customer.name, Device.id.label("device_id"))
    .join(Device, Device.id == _ORDER.device_id)
    .join(Customer, Customer.id == _ORDER.customer_id)
    .where(Device.serial == bindparam("serial"))
    .order_by(_ORDER.id.desc())
    .limit(5)
)


class IntakeService:
    """Commands and queries of the intake page."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def choices(self) -> IntakeChoices:
        """What the form offers today."""
        settings = self.store.settings
        today = self._today()
        with self.store.read() as reading:
            technicians = reading.execute(
                select(Staff.id, Staff.name)
                .where(Staff.active, Staff.role.in_([Role.TECHNICIAN, Role.LEAD, Role.OWNER]))
                .order_by(Staff.id)
            ).all()
        return IntakeChoices(
            categories=settings.all_categories(),
            quick_faults={key: tuple(value) for key, value in settings.quick_faults.items()},
            accessories=settings.accessories,
            damages=settings.damages,
            shelves=settings.shelves,
            technicians=tuple((each.id, each.name) for each in technicians),
            promised_on={each: today + settings.promised_after(each) for each in settings.all_categories()},
            today=today,
        )

    def known_customer(self, customer_id: int) -> KnownCustomer:
        """A customer with his devices, newest first; ``Refusal(NOT_FOUND)``."""
        with self.store.read() as reading:
            row = reading.execute(_CUSTOMER, {"customer_id": customer_id}).one_or_none()
            if row is None:
                raise Refusal(Reason.NOT_FOUND)
            devices = tuple(
                _known_device(reading, device)
                for device in reading.execute(_DEVICES, {"customer_id": customer_id}).all()
            )
            open_orders = reading.execute(_OPEN_ORDERS, {"customer_id": customer_id}).scalar_one()
        return KnownCustomer(
            row.id, row.name, row.phone, row.phone2, row.address, row.notes, int(open_orders), devices
        )

    def found_cover(self, device: DeviceEntry) -> FoundCover:
        """Who would pay for this device as typed so far (domain.md §5)."""
        with self.store.read() as reading:
            cover = _cover(reading, self.store, device, self._today())
        return FoundCover(cover.service_type, cover.payer, cover.reason, cover.until)

    def warnings(self, device: DeviceEntry) -> tuple[IntakeWarning, ...]:
        """Same serial number at somebody else's or still in the shop; a repair of ours that may not have held."""
        found: list[IntakeWarning] = []
        with self.store.read() as reading:
            serial = device.serial.strip()
            if serial:
                for row in reading.execute(_SAME_SERIAL, {"serial": serial}):
                    if row.status not in CLOSED:
                        found.append(IntakeWarning("open_order", row.id, row.number, row.name))
                    elif row.device_id != device.device_id:
                        found.append(IntakeWarning("same_serial", row.id, row.number, row.name))
            if device.device_id is not None:
                last = reading.execute(_LAST_ORDER, {"device_id": device.device_id}).one_or_none()
                if last is not None:
                    if last.status not in CLOSED and all(each.order_id != last.id for each in found):
                        found.append(IntakeWarning("open_order", last.id, last.number, ""))
                    elif last.guarantee_until is not None and last.guarantee_until >= self._today():
                        found.append(IntakeWarning("rework", last.id, last.number, "", last.guarantee_until))
        return tuple(found[:3])

    def brands(self, typed: str, limit: int = 8) -> tuple[str, ...]:
        """Brands known to the shop that begin with ``typed``, the newest first."""
        return self._completions(Device.brand, typed, limit)

    def models(self, brand: str, typed: str, limit: int = 8) -> tuple[str, ...]:
        """Models of a brand that begin with ``typed``."""
        return self._completions(Device.model, typed, limit, brand)

    def draft(self, actor: Actor) -> dict[str, Any] | None:
        """What this person typed and did not save."""
        with self.store.read() as reading:
            return reading.execute(
                select(Draft.content).where(Draft.kind == DRAFT_KIND, Draft.staff_id == actor.id)
            ).scalar_one_or_none()

    def save_draft(self, actor: Actor, content: Mapping[str, Any] | None) -> None:
        """Keep what is typed so far, or drop it (None). A passcode is never kept in a draft."""
        with self.store.write(Command.SAVE_DRAFT, Ctx.gesture(actor)) as tx:
            _put_draft(tx, content)

    @repeatable(lambda _self, result: _taken_in(result))
    def take_in(self, ctx: Ctx, visit: TakeIn) -> TakenIn:
        """Save a visit: customer, devices, orders, receipts, custody, deposit, all or nothing.

        Raises ``Refusal`` for what cannot be kept as typed; the draft is dropped when the visit is saved.
        """
        if not visit.devices:
            raise Refusal(Reason.FIELD_REQUIRED, field="device")
        if len(visit.devices) > MOST_DEVICES:
            raise Refusal(Reason.TEXT_TOO_LONG, field="device", most=MOST_DEVICES)
        if visit.deposit < ZERO:
            raise Refusal(Reason.AMOUNT_NEGATIVE)
        # The files first, the rows after: a row never points at a picture that is not there.
        photos = [
            tuple(self.store.photos.put(content) for content in device.photos) for device in visit.devices
        ]
        with self.store.write(Command.TAKE_IN, ctx) as tx:
            customer = _save_customer(tx, visit.customer)
            orders = []
            for at, device in enumerate(visit.devices):
                ref = visit.source_refs[at] if at < len(visit.source_refs) else None
                orders.append(_take_in_one(tx, self.store, customer, device, photos[at], ref))
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
            _put_draft(tx, None)
            taken = TakenIn(customer.id, tuple(orders), payment)
            tx.result = dataclasses.asdict(taken)
            return taken

    def _completions(self, column: Any, typed: str, limit: int, brand: str = "") -> tuple[str, ...]:
        typed = typed.strip()
        # The newest few thousand devices hold what comes in again; a whole scan would cost more than it finds.
        newest = select(column.label("word"), Device.id).order_by(Device.id.desc()).limit(3000)
        if brand:
            newest = newest.where(Device.brand == brand)
        rows = newest.subquery()
        query = (
            select(rows.c.word, func.count().label("uses"))
            .where(rows.c.word != "", rows.c.word.istartswith(typed, autoescape=True))
            .group_by(rows.c.word)
            .order_by(func.count().desc(), rows.c.word)
            .limit(limit)
        )
        with self.store.read() as reading:
            return tuple(row.word for row in reading.execute(query))

    def _today(self) -> date:
        from app.core.clock import business_day

        return business_day(self.store.clock.now(), self.store.settings.time_zone)


def _taken_in(result: dict[str, Any]) -> TakenIn:
    orders = tuple(TakenInOrder(**order) for order in result["orders"])
    return TakenIn(result["customer_id"], orders, result["payment_number"])


def _known_device(reading: Connection, device: Any) -> KnownDevice:
    last = reading.execute(_LAST_ORDER, {"device_id": device.id}).one_or_none()
    return KnownDevice(
        id=device.id,
        category=device.category,
        brand=device.brand,
        model=device.model,
        serial=device.serial,
        purchased_on=device.purchased_on,
        proof_seen=device.proof_seen,
        last_order_id=last.id if last else None,
        last_number=last.number if last else "",
        last_status=last.status if last else None,
        last_fault=last.fault if last else "",
        last_taken_in_at=last.taken_in_at if last else None,
        guarantee_until=last.guarantee_until if last else None,
    )


def _cover(reading: Connection, store: Store, device: DeviceEntry, today: date) -> Cover:
    guarantee = None
    if device.same_fault_as is not None:
        guarantee = reading.execute(
            select(_ORDER.guarantee_until).where(_ORDER.id == device.same_fault_as)
        ).scalar_one_or_none()
    return find_cover(
        store.settings,
        today=today,
        job_kind=device.job_kind,
        brand=device.brand.strip(),
        category=device.category,
        purchased_on=device.purchased_on,
        proof_seen=device.proof_seen,
        same_fault_guarantee_until=guarantee,
    )


def _save_customer(tx: Tx, entry: CustomerEntry) -> Customer:
    name = clean_line("name", entry.name, most=SHORT, required=True)
    phone = clean_phone(entry.phone)
    phone2 = clean_phone(entry.phone2, field="phone2")
    address = clean_line("address", entry.address, most=LINE)
    if entry.id is None:
        customer = Customer(
            uuid=uuid7(), name=name, phone=phone, phone2=phone2, address=address, notes="", created_at=tx.now
        )
        tx.session.add(customer)
        index_customer(tx.reading(), customer.id, name)
        tx.journal(customer_id=customer.id)
    else:
        found = tx.session.get(Customer, entry.id)
        if found is None:
            raise Refusal(Reason.NOT_FOUND)
        customer = found
        if customer.merged_into_id is not None:
            customer = tx.session.get_one(Customer, customer.merged_into_id)
        # Intake fills gaps and corrects the address; name and phone are changed on the customer's own page,
        # where all his orders are indexed anew.
        if address and address != customer.address:
            customer.address = address
            customer.version += 1
        if phone2 and not customer.phone2:
            customer.phone2 = phone2
            customer.version += 1
    tx.changed(Kind.CUSTOMER, customer.id)
    return customer


def _save_device(tx: Tx, customer: Customer, entry: DeviceEntry) -> Device:
    category = clean_line("category", entry.category, most=SHORT, required=True)
    if category not in tx.settings.all_categories():
        raise Refusal(Reason.BAD_CHOICE, text=category[:40], field="category")
    brand = clean_line("brand", entry.brand, most=SHORT)
    model = clean_line("model", entry.model, most=SHORT)
    serial = clean_line("serial", entry.serial, most=SHORT)
    if entry.purchased_on is not None and entry.purchased_on > tx.today:
        raise Refusal(Reason.BAD_DATE, text=entry.purchased_on.isoformat())
    if entry.device_id is None:
        device = Device(
            uuid=uuid7(),
            customer_id=customer.id,
            category=category,
            brand=brand,
            model=model,
            serial=serial,
            purchased_on=entry.purchased_on,
            proof_seen=entry.proof_seen,
            created_at=tx.now,
        )
        tx.session.add(device)
        return device
    found = tx.session.get(Device, entry.device_id)
    if found is None or found.customer_id != customer.id:
        raise Refusal(Reason.NOT_FOUND)
    found.category, found.brand, found.model = category, brand, model
    found.serial = serial or found.serial
    found.purchased_on = entry.purchased_on or found.purchased_on
    found.proof_seen = entry.proof_seen or found.proof_seen
    return found


def _take_in_one(
    tx: Tx,
    store: Store,
    customer: Customer,
    entry: DeviceEntry,
    photos: tuple[StoredPhoto, ...],
    source_ref: str | None,
) -> TakenInOrder:
    fault = clean_text("fault", entry.fault, required=True)
    damage = clean_text("damage", entry.damage, most=LINE * 2)
    accessories = [clean_line("accessories", each, most=SHORT) for each in entry.accessories[:40]]
    shelf = clean_line("shelf", entry.shelf, most=SHORT)
    passcode = clean_line("passcode", entry.passcode, most=SHORT)
    for amount in (entry.estimate, entry.spend_limit):
        if amount is not None and amount < ZERO:
            raise Refusal(Reason.AMOUNT_NEGATIVE)
    promised_on = entry.promised_on or tx.today + tx.settings.promised_after(entry.category)
    if promised_on < tx.today:
        raise Refusal(Reason.BAD_DATE, text=promised_on.isoformat())
    device = _save_device(tx, customer, entry)
    cover, cover_frozen = _decide_cover(tx, store, entry)
    on_site = entry.visit is Visit.ON_SITE
    card_code = order_code(tx.today, tx.next_number(Series.ORDER, f"{tx.today:%y%m}"))
    if len(card_code) != 12:
        raise Refusal(Reason.SERIES_FULL)
    tx.session.flush()
    order = RepairOrder(
        uuid=uuid7(),
        number=order_number(card_code),
        card_code=card_code,
        status=Status.REGISTERED if on_site else Status.RECEIVED,
        customer_id=customer.id,
        device_id=device.id,
        technician_id=entry.technician_id,
        rework_of_id=entry.same_fault_as,
        visit=entry.visit,
        job_kind=entry.job_kind,
        service_type=cover.service_type,
        payer=cover.payer,
        cover=cover_frozen,
        fault=fault,
        accessories=[each for each in accessories if each],
        damage=damage,
        shelf=shelf,
        estimate=entry.estimate,
        spend_limit=entry.spend_limit,
        promised_at=closing_time(promised_on, tx.settings),
        taken_in_at=tx.now,
        taken_in_day=tx.today,
        source_ref=source_ref,
    )
    if passcode:
        order.passcode = store.secrets.seal(passcode, order.uuid.bytes)
    tx.session.add(order)
    tx.session.flush()
    receipt = ""
    if not on_site:
        receipt = receive_device(tx, order)
    for photo in photos:
        tx.session.add(
            Photo(
                order_id=order.id,
                sha256=photo.sha256,
                suffix=photo.suffix,
                staff_id=tx.actor.id or None,
                at=tx.now,
            )
        )
    if entry.cover_note.strip():
        add_note(tx, order, NoteKind.NOTE, clean_text("note", entry.cover_note, most=LINE))
    index_order(
        tx.reading(),
        order_id=order.id,
        number=order.number,
        customer_name=customer.name,
        phones=(customer.phone, customer.phone2),
        serial=device.serial,
        model=device.model,
        brand=device.brand,
        category=device.category,
        fault=fault,
    )
    tx.journal(order_id=order.id, to_status=order.status, service_type=order.service_type, payer=order.payer)
    tx.changed(Kind.ORDER, order.id)
    return TakenInOrder(order.id, order.version, order.number, card_code, receipt)


def receive_device(tx: Tx, order: RepairOrder) -> str:
    """The device comes into the shop's hands: custody register and a fresh pickup receipt; returns its code."""
    receipt = PickupReceipt(order_id=order.id, code=new_receipt_code(), issued_at=tx.now)
    tx.session.add(receipt)
    tx.session.add(
        CustodyEntry(
            order_id=order.id,
            device_id=order.device_id,
            way=CustodyWay.IN,
            at=tx.now,
            staff_id=tx.actor.id or None,
        )
    )
    return receipt.code


def _decide_cover(tx: Tx, store: Store, entry: DeviceEntry) -> tuple[Cover, dict[str, Any]]:
    cover = _cover(tx.reading(), store, entry, tx.today)
    wanted_type = entry.service_type or cover.service_type
    wanted_payer = entry.payer or cover.payer
    if (wanted_type, wanted_payer) == (cover.service_type, cover.payer):
        return cover, cover.frozen()
    if wanted_type is ServiceType.INTERNAL:
        raise Refusal(Reason.BAD_CHOICE, text=wanted_type.value, field="reason")
    note = clean_line("reason", entry.cover_note, most=LINE)
    towards_customer = wanted_payer is Payer.CUSTOMER
    if not towards_customer and tx.actor.role not in (Role.LEAD, Role.OWNER):
        # Making the customer pay needs no lead; making the shop or a brand pay does (domain.md §5).
        raise Refusal(Reason.LEAD_ONLY)
    if not note:
        raise Refusal(Reason.NOTE_REQUIRED)
    changed = Cover(wanted_type, wanted_payer, CoverReason.OVERRIDDEN, cover.until)
    return changed, {**changed.frozen(), "note": note, "who": tx.actor.name}


def _put_draft(tx: Tx, content: Mapping[str, Any] | None) -> None:
    draft = tx.session.scalar(select(Draft).where(Draft.kind == DRAFT_KIND, Draft.staff_id == tx.actor.id))
    if content is None:
        if draft is not None:
            tx.session.delete(draft)
        return
    kept = _without_passcodes(content)
    if draft is None:
        tx.session.add(Draft(kind=DRAFT_KIND, staff_id=tx.actor.id, content=kept, saved_at=tx.now))
    else:
        draft.content, draft.saved_at = kept, tx.now


def _without_passcodes(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {key: _without_passcodes(value) for key, value in content.items() if key != "passcode"}
    if isinstance(content, list | tuple):
        return [_without_passcodes(each) for each in content]
    return content
