"""Writing one visit to the counter: customer, devices, orders, receipts, custody (domain.md §3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.core.changes import Kind
from app.core.codes import new_receipt_code, order_code, order_number
from app.core.enums import CoverReason, CustodyWay, NoteKind, Payer, Role, Series, Status, Visit
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line, clean_phone, clean_text
from app.core.ids import uuid7
from app.features.brands.plans import book_plan
from app.features.finder.indexing import (
    index_customer,
    index_order,
    orders_of_device,
    reindex_order,
    rename_orders,
)
from app.features.intake.reading import cover_of, family, followed, is_id
from app.features.intake.snapshots import PAYERS, CustomerEntry, DeviceEntry, TakenInOrder
from app.features.orders.entries import (
    checked_accessories,
    checked_amount,
    checked_category,
    checked_promise,
)
from app.features.orders.moves import add_note
from app.features.orders.promises import closing_time
from app.model import CustodyEntry, Customer, Device, Draft, Photo, PickupReceipt, RepairOrder, Staff
from app.model.cover import Cover
from app.store.door import Store, Tx
from app.store.photos import StoredPhoto

DRAFT_KIND = "intake"
_WORKERS = (Role.TECHNICIAN, Role.LEAD, Role.OWNER)


def save_customer(tx: Tx, entry: CustomerEntry) -> Customer:
    """The customer of a visit: a new record, or the known one with its gaps filled."""
    phone = clean_phone(entry.phone)
    phone2 = clean_phone(entry.phone2, field="phone2")
    address = clean_line("address", entry.address, most=LINE)
    if entry.id is None:
        name = clean_line("name", entry.name, most=SHORT, required=True)
        customer = Customer(
            uuid=uuid7(), name=name, phone=phone, phone2=phone2, address=address, notes="", created_at=tx.now
        )
        tx.session.add(customer)
        tx.session.flush()
        index_customer(tx.reading(), customer.id, name)
        tx.journal(customer_id=customer.id)
    else:
        customer = tx.session.get_one(Customer, followed(tx.reading(), entry.id))
        _fill_gaps(tx, customer, phone, phone2, address)
    tx.changed(Kind.CUSTOMER, customer.id)
    return customer


def _fill_gaps(tx: Tx, customer: Customer, phone: str, phone2: str, address: str) -> None:
    """Intake fills gaps and corrects the address; a name and a phone that are there are changed on the
    customer's own page."""
    changed: list[str] = []
    if address and address != customer.address:
        customer.address = address
        changed.append("address")
    if phone and not customer.phone:
        customer.phone = phone
        changed.append("phone")
    if phone2 and not customer.phone2:
        customer.phone2 = phone2
        changed.append("phone2")
    if not changed:
        return
    customer.version += 1
    if changed != ["address"]:
        orders = tx.reading().execute(select(RepairOrder.id).where(RepairOrder.customer_id == customer.id))
        rename_orders(tx.reading(), orders.scalars().all(), customer.name)
    tx.journal(customer_id=customer.id, changed=changed)


def take_in_one(
    tx: Tx,
    store: Store,
    customer: Customer,
    entry: DeviceEntry,
    photos: tuple[StoredPhoto, ...],
    source_ref: str | None,
) -> TakenInOrder:
    """One device and its order. Raises ``Refusal`` with the field it concerns."""
    fault = clean_text("fault", entry.fault, required=True)
    damage = clean_text("damage", entry.damage, most=LINE * 2)
    accessories = checked_accessories(entry.accessories)
    shelf = clean_line("shelf", entry.shelf, most=SHORT)
    passcode = clean_line("passcode", entry.passcode, most=SHORT)
    estimate = checked_amount("estimate", entry.estimate)
    spend_limit = checked_amount("limit", entry.spend_limit)
    promised_on = checked_promise(
        entry.promised_on or tx.today + tx.settings.promised_after(entry.category), tx.today
    )
    technician_id = _technician(tx, entry.technician_id)
    device = _save_device(tx, customer, entry)
    if entry.plan is not None:
        # Who takes devices in may write their plans down too (``core.rights``).
        tx.session.flush()
        book_plan(tx, device.id, entry.plan)
    cover, frozen = _decide_cover(tx, device, entry)
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
        technician_id=technician_id,
        rework_of_id=entry.same_fault_as,
        visit=entry.visit,
        job_kind=entry.job_kind,
        service_type=cover.service_type,
        payer=cover.payer,
        cover=frozen,
        fault=fault,
        accessories=accessories,
        damage=damage,
        shelf=shelf,
        estimate=estimate,
        spend_limit=spend_limit,
        promised_at=closing_time(promised_on, tx.settings),
        taken_in_at=tx.now,
        taken_in_day=tx.today,
        source_ref=clean_line("code", source_ref, most=LINE) if source_ref else None,
    )
    if passcode:
        order.passcode = store.secrets.seal(passcode, order.uuid.bytes)
        order.passcode_at = store.clock_watch.moment()
    tx.session.add(order)
    tx.session.flush()
    receipt = "" if on_site else receive_device(tx, order)
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
    if entry.repair_mode:
        add_note(tx, order, NoteKind.REPAIR_MODE, "")
    if entry.cover_note.strip():
        add_note(tx, order, NoteKind.NOTE, clean_text("reason", entry.cover_note, most=LINE))
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


def put_draft(tx: Tx, content: Mapping[str, Any] | None) -> None:
    """Keep what is typed so far for this person, or drop it (None)."""
    draft = tx.session.scalar(select(Draft).where(Draft.kind == DRAFT_KIND, Draft.staff_id == tx.actor.id))
    if content is None:
        if draft is not None:
            tx.session.delete(draft)
        return
    kept = _keepable(content)
    if draft is None:
        tx.session.add(Draft(kind=DRAFT_KIND, staff_id=tx.actor.id, content=kept, saved_at=tx.now))
    else:
        draft.content, draft.saved_at = kept, tx.now


def _keepable(content: Any) -> Any:
    """A draft without passcodes, and with what no file can hold (lone surrogates) shown as a question mark."""
    if isinstance(content, Mapping):
        return {str(key): _keepable(value) for key, value in content.items() if key != "passcode"}
    if isinstance(content, list | tuple):
        return [_keepable(each) for each in content]
    if isinstance(content, str):
        return content.encode("utf-8", "replace").decode("utf-8")
    return content


def _technician(tx: Tx, technician_id: int | None) -> int | None:
    if technician_id is None:
        return None
    found = tx.session.get(Staff, technician_id) if is_id(technician_id) else None
    if found is None or not found.active or found.role not in _WORKERS:
        raise Refusal(Reason.BAD_CHOICE, text=str(technician_id)[:40], field="technician")
    return technician_id


def _save_device(tx: Tx, customer: Customer, entry: DeviceEntry) -> Device:
    category = checked_category(tx.settings, entry.category)
    brand = clean_line("brand", entry.brand, most=SHORT)
    model = clean_line("model", entry.model, most=SHORT)
    serial = clean_line("serial", entry.serial, most=SHORT)
    outdoor = clean_line("outdoor_serial", entry.outdoor_serial, most=SHORT)
    for field, day in (("purchased_on", entry.purchased_on), ("produced_on", entry.produced_on)):
        if day is not None and day > tx.today:
            raise Refusal(Reason.BAD_DATE, text=day.isoformat(), field=field)
    ids = family(tx.reading(), customer.id)
    known: Device | None = None
    if entry.device_id is not None:
        known = tx.session.get(Device, entry.device_id) if is_id(entry.device_id) else None
        if known is None or known.customer_id not in ids:
            raise Refusal(Reason.NOT_FOUND, field="device")
    elif serial:
        # The same serial number at the same customer is the same device: its history stays in one piece.
        known = tx.session.scalar(
            select(Device)
            .where(Device.serial == serial, Device.customer_id.in_(ids))
            .order_by(Device.id.desc())
            .limit(1)
        )
    if known is None:
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
            produced_on=entry.produced_on,
            outdoor_serial=outdoor,
        )
        tx.session.add(device)
        return device
    before = (known.category, known.brand, known.model, known.serial)
    known.category, known.brand, known.model = category, brand or known.brand, model or known.model
    known.serial = serial or known.serial
    known.purchased_on = entry.purchased_on or known.purchased_on
    known.proof_seen = entry.proof_seen or known.proof_seen
    known.produced_on = entry.produced_on or known.produced_on
    known.outdoor_serial = outdoor or known.outdoor_serial
    if before != (known.category, known.brand, known.model, known.serial):
        # Earlier orders of this device are found by what it is called now.
        for order_id in orders_of_device(tx.reading(), known.id):
            reindex_order(tx.reading(), order_id)
    return known


def _decide_cover(tx: Tx, device: Device, entry: DeviceEntry) -> tuple[Cover, dict[str, Any]]:
    """Who pays, and how that is kept on the order (domain.md §5); an override needs a note, and a lead unless
    it makes the customer pay."""
    tx.session.flush()
    if entry.same_fault_as is not None:
        earlier = tx.session.get(RepairOrder, entry.same_fault_as) if is_id(entry.same_fault_as) else None
        if earlier is None or earlier.device_id != device.id:
            raise Refusal(Reason.NOT_FOUND, field="device")
    cover = cover_of(tx.reading(), tx.settings, replace(entry, device_id=device.id, plan=None), tx.today)
    service_type = entry.service_type or cover.service_type
    payer = entry.payer or cover.payer
    if (service_type, payer) == (cover.service_type, cover.payer):
        return cover, cover.frozen()
    if payer not in PAYERS.get(service_type, ()):
        raise Refusal(Reason.BAD_CHOICE, text=f"{service_type} {payer}", field="reason")
    note = clean_line("reason", entry.cover_note, most=LINE)
    if payer is not Payer.CUSTOMER and tx.actor.role not in (Role.LEAD, Role.OWNER):
        # Making the customer pay needs no lead; making the shop or a brand pay does.
        raise Refusal(Reason.LEAD_ONLY, field="reason")
    if not note:
        raise Refusal(Reason.NOTE_REQUIRED, field="reason")
    changed = Cover(service_type, payer, CoverReason.OVERRIDDEN, cover.until)
    return changed, {**changed.frozen(), "note": note, "who": tx.actor.name}
