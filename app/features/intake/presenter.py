"""The intake form without its window: what is typed, who is known, what is advised, what will be saved.

The page writes what is typed into ``visit`` and calls the verbs below; everything it shows comes back as frozen
snapshots. Texts are kept exactly as typed until ``take_in`` reads them, so that nothing is lost on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from app.core import formats
from app.core.clock import Clock
from app.core.enums import CoverReason, Payer, Role, ServiceType, Visit
from app.core.errors import Reason, Refusal
from app.core.labels import category_name
from app.core.money import ZERO
from app.core.rights import Actor
from app.features.intake.doors import Advice, Customers, Intake, Match
from app.features.intake.entries import deposit_of, entry_so_far, method_of, placed, whole_entry
from app.features.intake.snapshots import (
    PAYERS,
    CustomerEntry,
    IntakeWarning,
    KnownCustomer,
    KnownDevice,
    KnownSerial,
    TakeIn,
)
from app.features.intake.typed import TypedCustomer, TypedDevice, TypedVisit, empty, from_draft, to_draft
from app.papers.forms_of_orders import DeviceBlock, PickupReceipt

#: A number is looked up from three digits on (its beginning), its end from four.
FEWEST_DIGITS = 3
_LEADS = (Role.LEAD, Role.OWNER)


class IntakePresenter:
    """One form at the counter."""

    def __init__(
        self, intake: Intake, customers: Customers, clock: Clock, at_work: Callable[[], Actor]
    ) -> None:
        self._intake = intake
        self._customers = customers
        self._clock = clock
        self._at_work = at_work
        self.choices = intake.choices()
        self.visit = TypedVisit()
        self.known: KnownCustomer | None = None
        self.matches: tuple[Match, ...] = ()

    @property
    def customer(self) -> TypedCustomer:
        """The customer's fields."""
        return self.visit.customer

    @property
    def device(self) -> TypedDevice:
        """The fields of the device shown."""
        return self.visit.device

    def reload(self) -> None:
        """Settings, the day or the customer's record may have changed."""
        self.choices = self._intake.choices()
        if self.known is not None:
            self.known = self._known_or_none(self.known.id)

    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return empty(self.visit)

    def clear(self) -> None:
        """An empty form for the next customer."""
        self.visit, self.known, self.matches = TypedVisit(), None, ()

    # -- who is it? ------------------------------------------------------------------------------------

    def type_phone(self, text: str, digits: str) -> None:
        """The phone field changed: another number means another customer, unless the known one had none."""
        self.customer.phone = text
        if self.known is not None and self.known.phone:
            if digits == self.known.phone:
                return
            self.drop_customer(keep_phone=True)
        enough = self.known is None and len(digits.lstrip("+")) >= FEWEST_DIGITS
        self.matches = tuple(self._customers.match_phone(self._at_work(), digits)) if enough else ()

    def exact_match(self, digits: str) -> Match | None:
        """The one customer whose whole number was typed."""
        exact = [each for each in self.matches if digits and digits in (each.phone, each.phone2)]
        return exact[0] if len(exact) == 1 else None

    def take_customer(self, customer_id: int) -> None:
        """Take a known customer over; a second number and an address typed before stay."""
        self.known = known = self._intake.known_customer(self._at_work(), customer_id)
        typed = self.customer
        self.visit.customer = TypedCustomer(
            id=known.id,
            phone=known.phone or typed.phone,
            name=known.name,
            phone2=known.phone2 or typed.phone2,
            address=typed.address.strip() or known.address,
        )
        self.matches = ()

    def drop_customer(self, *, keep_phone: bool = False) -> None:
        """It is somebody else: what came from the record goes, what was typed beside it stays."""
        known, typed = self.known, self.customer
        self.known = None
        if known is not None:
            typed.name = "" if typed.name == known.name else typed.name
            typed.phone2 = "" if typed.phone2 == known.phone2 else typed.phone2
            typed.address = "" if typed.address == known.address else typed.address
            if not keep_phone:
                typed.phone = ""
            for device in self.visit.devices:
                device.device_id, device.same_fault_as, device.new_fault = None, None, []
        typed.id = None

    # -- which device? ---------------------------------------------------------------------------------

    def take_device(self, device_id: int) -> None:
        """Take a device of the known customer over; the fault and all that was typed about today stays."""
        found = self.known.device(device_id) if self.known is not None else None
        if found is None:
            raise Refusal(Reason.NOT_FOUND)
        device = self.device
        if device.device_id not in (None, found.id):
            # What stands here is the record of the device chosen by mistake before, not what was typed.
            device.serial = device.outdoor_serial = device.purchased_on = device.produced_on = ""
            device.proof_seen = False
        device.device_id, device.category = found.id, found.category
        device.brand, device.model = found.brand, found.model
        device.serial = found.serial or device.serial
        if found.purchased_on is not None:
            device.purchased_on = formats.day(found.purchased_on)
        device.proof_seen = found.proof_seen or device.proof_seen
        if found.produced_on is not None:
            device.produced_on = formats.day(found.produced_on)
        device.outdoor_serial = found.outdoor_serial or device.outdoor_serial
        device.same_fault_as, device.new_fault = None, []

    def new_device(self) -> None:
        """Another device of the customer than the one taken over: an empty one in its place."""
        if self.device.device_id is not None:
            fault, photos = self.device.fault, self.device.photos
            self.visit.devices[self.visit.at] = TypedDevice(fault=fault, photos=photos)

    def take_serial(self, serial: str) -> KnownSerial | None:
        """A serial number was scanned or typed. A device the shop knows is taken over, with its owner where no
        customer stands in the form yet; the answer says whose it is, None if unknown."""
        self.device.serial = serial
        found = self._intake.known_serial(serial)
        if found is None:
            return None
        if self.known is None and empty(self.customer):
            self.take_customer(found.customer_id)
        if self.known is not None and self.known.device(found.device_id) is not None:
            if self.device.device_id != found.device_id:
                self.take_device(found.device_id)
            self.device.serial = serial
        return found

    def take_owner(self, warning: IntakeWarning) -> None:
        """Take over the device of a same-serial warning together with its owner."""
        self.take_customer(warning.customer_id)
        self.take_device(warning.device_id)

    def add_device(self) -> None:
        """A second device of the same customer; an empty one that is there already is used."""
        blank = next((at for at, each in enumerate(self.visit.devices) if empty(each)), None)
        if blank is None:
            self.visit.devices.append(TypedDevice())
            blank = len(self.visit.devices) - 1
        self.visit.at = blank

    def remove_device(self, at: int) -> None:
        """Take a device out of this visit."""
        if 0 <= at < len(self.visit.devices):
            del self.visit.devices[at]
        if not self.visit.devices:
            self.visit.devices.append(TypedDevice())
        self.visit.at = min(self.visit.at - (1 if at < self.visit.at else 0), len(self.visit.devices) - 1)

    def show_device(self, at: int) -> None:
        """Go to another device of this visit; beyond the last comes the first."""
        self.visit.at = at % len(self.visit.devices)

    def known_devices(self) -> tuple[KnownDevice, ...]:
        """The customer's devices that are not in this visit already."""
        taken = {each.device_id for each in self.visit.devices if each is not self.device}
        return tuple(each for each in self.known.devices if each.id not in taken) if self.known else ()

    def device_words(self, at: int) -> str:
        """A device in a word or two, for its tab; "" while nothing is known."""
        device = self.visit.devices[at]
        return " ".join(part for part in (device.brand.strip(), category_name(device.category)) if part)

    # -- what to know before saving --------------------------------------------------------------------

    def advice(self) -> Advice:
        """Cover, warnings and history of the device shown, from what can be read so far."""
        entry = entry_so_far(self.device, self.choices.today)
        cover = self._intake.found_cover(entry)
        device_id = entry.device_id
        return Advice(
            cover=cover,
            service_type=entry.service_type or cover.service_type,
            payer=entry.payer or cover.payer,
            warnings=tuple(
                each for each in self._intake.warnings(entry) if each.order_id not in self.device.new_fault
            ),
            history=self._intake.history(device_id) if device_id is not None else (),
        )

    def plan_begin(self) -> date:
        """When a plan sold with this device would begin: the day after the maker's warranty, where that is known."""
        cover = self._intake.found_cover(entry_so_far(self.device, self.choices.today))
        by_maker = cover.until is not None and cover.reason is not CoverReason.OWN_GUARANTEE
        return cover.until + timedelta(days=1) if by_maker and cover.until else self.choices.today

    def same_fault(self, order_id: int, *, same: bool | None) -> None:
        """The clerk's answer: the repair did not hold (rework), it is a new fault, or None = ask again."""
        device = self.device
        device.same_fault_as = order_id if same else None
        device.new_fault = [each for each in device.new_fault if each != order_id]
        if same is False:
            device.new_fault.append(order_id)

    def covers(self, role: Role) -> tuple[tuple[ServiceType, Payer], ...]:
        """Who may be made to pay by this person: anybody may make the customer pay, a lead everybody."""
        pairs = [(letter, payer) for letter, payers in PAYERS.items() for payer in payers]
        return tuple(pair for pair in pairs if role in _LEADS or pair == (ServiceType.PAID, Payer.CUSTOMER))

    def default_promise(self, device: TypedDevice) -> date | None:
        """When the shop promises a device of this category unless told otherwise."""
        return self.choices.promised_on.get(device.category)

    # -- reading what is typed -------------------------------------------------------------------------

    def take_in(self) -> TakeIn:
        """The visit as it will be saved. Raises ``Refusal`` with ``field`` and, for a device, ``at``."""
        visit = self.visit
        entries = []
        for place in self._typed_places():
            device = visit.devices[place]
            found = [self._intake.kept_photo(photo) for photo in device.kept_photos]
            photos = tuple(content for content in found if content is not None)
            with placed(place):
                entries.append(whole_entry(device, photos, self.choices.today))
        customer = visit.customer
        if not customer.name.strip():
            raise Refusal(Reason.FIELD_REQUIRED, field="name")
        on_site = any(each.visit is Visit.ON_SITE for each in entries)
        if on_site and not customer.address.strip():
            # Nobody finds the way to a customer whose address is not known.
            raise Refusal(Reason.FIELD_REQUIRED, field="address")
        return TakeIn(
            customer=CustomerEntry(
                customer.id, customer.name, customer.phone, customer.phone2, customer.address
            ),
            devices=tuple(entries),
            deposit=deposit_of(visit),
            deposit_method=method_of(visit),
        )

    def place_of(self, refusal: Refusal) -> int:
        """Which device of the form a refusal concerns; the one shown where it concerns none or all."""
        place, at, typed = refusal.params.get("place"), refusal.params.get("at"), self._typed_places()
        if isinstance(at, int) and 0 <= at < len(typed):
            # The service counts the devices it was given: empty ones are left out.
            return typed[at]
        return place if isinstance(place, int) and place < len(self.visit.devices) else self.visit.at

    def _typed_places(self) -> list[int]:
        return [place for place, each in enumerate(self.visit.devices) if not empty(each)] or [0]

    def receipt(self) -> PickupReceipt:
        """The pickup receipt of the device shown as it would print now; what cannot be read yet is left out."""
        visit, choices = self.visit, self.choices
        entry = entry_so_far(visit.device, choices.today)
        cover = self._intake.found_cover(entry)
        deposit = ZERO
        with suppress(Refusal):
            deposit = deposit_of(visit) if visit.at == self._typed_places()[0] else ZERO
        promised = entry.promised_on or self.default_promise(visit.device)
        return PickupReceipt(
            shop=choices.shop,
            number="",
            receipt_code="",
            taken_in_at=self._clock.now(),
            device=DeviceBlock(entry.category, entry.brand, entry.model, entry.serial),
            fault=entry.fault.strip(),
            customer_name=visit.customer.name.strip(),
            customer_phone=visit.customer.phone.strip(),
            accessories="、".join(entry.accessories),
            damage=entry.damage,
            service=entry.service_type or cover.service_type,
            estimate=entry.estimate,
            limit=entry.spend_limit,
            deposit=deposit,
            promised_at=self._intake.promised_moment(promised) if promised else None,
            terms=choices.terms,
            care=choices.care.get(entry.category, ""),
        )

    # -- drafts ----------------------------------------------------------------------------------------

    def draft(self, *, secrets: bool = False) -> dict[str, Any] | None:
        """What is typed as JSON, None when empty; ``secrets`` only for memory, never for the disk."""
        return None if self.is_empty() else to_draft(self.visit, secrets=secrets)

    def restore(self, content: Mapping[str, Any]) -> None:
        """Go on with a draft; a customer or device that is no longer known stays as typed."""
        self.visit, self.matches = from_draft(content), ()
        self.known = known = self._known_or_none(self.customer.id)
        self.customer.id = known.id if known else None
        for device in self.visit.devices:
            if known is None or known.device(device.device_id) is None:
                device.device_id, device.same_fault_as = None, None

    def _known_or_none(self, customer_id: int | None) -> KnownCustomer | None:
        with suppress(Refusal):
            return None if customer_id is None else self._intake.known_customer(self._at_work(), customer_id)
        return None
