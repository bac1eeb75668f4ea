"""Old parts on their way back to the brand: hand in, shelve, pack, send, answer, write off (domain.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from app.core.changes import Kind
from app.core.codes import Code, CodeKind, parse
from app.core.enums import BatchState, Command, OldPartRule, OldPartState, Payer, Role, Series
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line
from app.core.ids import uuid7
from app.core.money import Quantity
from app.core.rights import Ctx
from app.features.finder.orders import id_of_number
from app.features.old_parts.reading import Register
from app.features.old_parts.register import brand_and_rule, new_old_part
from app.features.old_parts.snapshots import (
    BatchCard,
    BatchRow,
    OldPartRow,
    OldPartTally,
    PolicyRow,
    Shown,
    old_part_code,
)
from app.features.stock.ledger.parts import part_to_move
from app.features.stock.numbering import next_number
from app.features.stock.service import checked_price, checked_quantity
from app.model import OldPart, OldPartPolicy, RepairOrder, ReturnBatch
from app.store.door import Store, Tx, repeatable

MOST_POLICIES = 500
#: From where an old part may come to lie on the shelf: back from the technician, from the brand, or found again.
_TO_SHELF = frozenset({OldPartState.DUE, OldPartState.REFUSED, OldPartState.LOST})
#: What may end as the shop's loss.
_TO_LOSS = frozenset({OldPartState.DUE, OldPartState.ON_SHELF, OldPartState.IN_BATCH, OldPartState.SENT,
                      OldPartState.REFUSED})  # fmt: skip
_LEADS = frozenset({Role.LEAD, Role.OWNER})


def _reopen(service: OldParts, result: dict[str, Any]) -> OldPartRow:
    return service.old_part(result["old_part"])


def _reopen_batch(service: OldParts, result: dict[str, Any]) -> BatchCard:
    return service.batch(result["batch"])


def _reopen_policies(service: OldParts, _result: dict[str, Any]) -> tuple[PolicyRow, ...]:
    return service.policies()


class OldParts:
    """The register of old parts. Commands answer with the record as it is then."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def zone(self) -> str:
        """The shop's time zone: moments are shown in it."""
        return self._store.settings.time_zone

    # queries

    def page(
        self, shown: Shown = Shown.OPEN, brand: str = "", after_key: int | None = None, limit: int = 50
    ) -> tuple[OldPartRow, ...]:
        """A page of old parts, those out longest first (all of them: newest first)."""
        with self._store.read() as reading:
            return Register(self._store, reading).page(shown, brand, after_key, limit)

    def old_part(self, old_part_id: int) -> OldPartRow:
        """One old part. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return Register(self._store, reading).one(old_part_id)

    def by_scan(self, text: str) -> OldPartRow | None:
        """The old part behind a scan of its label; None where it is no such label."""
        found = parse(text)
        if not isinstance(found, Code) or found.kind is not CodeKind.OLD_PART:
            return None
        with self._store.read() as reading:
            rows = Register(self._store, reading)
            known = reading.execute(select(OldPart.id).where(OldPart.id == found.number)).first()
            return rows.one(found.number) if known else None

    def order_typed(self, text: str) -> int:
        """The order that a number or a scan of its card names. ``Refusal(NOT_FOUND)``."""
        found = parse(text)
        with self._store.read() as reading:
            if isinstance(found, Code) and found.kind is CodeKind.ORDER:
                query = select(RepairOrder.id).where(RepairOrder.card_code == found.digits)
                order_id = reading.execute(query).scalar_one_or_none()
            else:
                order_id = id_of_number(reading, text)
        if order_id is None:
            raise Refusal(Reason.NOT_FOUND)
        return order_id

    def of_order(self, order_id: int) -> tuple[OldPartRow, ...]:
        """The old parts of an order, wherever they are now."""
        with self._store.read() as reading:
            return Register(self._store, reading).of_order(order_id, missing=False)

    def missing_for_order(self, order_id: int) -> tuple[OldPartRow, ...]:
        """The old parts of an order that are not back: they block its claim (domain.md §7)."""
        with self._store.read() as reading:
            return Register(self._store, reading).of_order(order_id, missing=True)

    def tally(self) -> OldPartTally:
        """How many wait for somebody: the count on the tab, the owner's page."""
        with self._store.read() as reading:
            return Register(self._store, reading).tally()

    def brands(self) -> tuple[str, ...]:
        """Brands that wait for old parts."""
        with self._store.read() as reading:
            return Register(self._store, reading).brands()

    def batches(self, after_key: int | None = None, limit: int = 50) -> tuple[BatchRow, ...]:
        """A page of return batches, newest first."""
        with self._store.read() as reading:
            return Register(self._store, reading).batches(after_key, limit)

    def batch(self, batch_id: int) -> BatchCard:
        """A batch and what lies in it. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return Register(self._store, reading).batch(batch_id)

    def policies(self) -> tuple[PolicyRow, ...]:
        """The rules per brand and product line."""
        with self._store.read() as reading:
            return Register(self._store, reading).policies()

    # the rules

    @repeatable(_reopen_policies)
    def save_policies(self, ctx: Ctx, rows: Sequence[PolicyRow]) -> tuple[PolicyRow, ...]:
        """Make the table of rules what was typed.

        Raises ``Refusal``: BAD_TEXT, TEXT_TOO_LONG, AMOUNT_NEGATIVE, BAD_AMOUNT, TOO_MANY_ENTRIES, BAD_CHOICE (the
        same brand and product line twice).
        """
        wanted: dict[tuple[str, str], OldPartPolicy] = {}
        if len(rows) > MOST_POLICIES:
            raise Refusal(Reason.TOO_MANY_ENTRIES, field="brand", most=MOST_POLICIES)
        for row in rows:
            brand = clean_line("brand", row.brand, most=SHORT)
            category = clean_line("category", row.category, most=SHORT)
            key = (brand.casefold(), category)
            if key in wanted:
                raise Refusal(Reason.BAD_CHOICE, field="brand", text=f"{brand} {category}".strip())
            wanted[key] = OldPartPolicy(
                brand=brand,
                category=category,
                rule=OldPartRule(row.rule),
                free_below=checked_price(row.free_below),
            )
        with self._store.write(Command.SAVE_OLD_PART_RULE, ctx) as tx:
            tx.session.execute(delete(OldPartPolicy))
            tx.session.add_all(wanted.values())
            tx.journal(rules=len(wanted))
            tx.changed(Kind.OLD_PART, 0)
            return Register(self._store, tx.reading()).policies()

    # to the shelf

    @repeatable(_reopen)
    def hand_in(
        self,
        ctx: Ctx,
        order_id: int,
        part_id: int,
        quantity: Quantity,
        *,
        serial: str = "",
        location: str = "",
    ) -> OldPartRow:
        """An old part comes in before the new one is issued: old for new (domain.md §7).

        Raises ``Refusal``: NOT_FOUND, ORDER_CLOSED, OLD_PART_NOT_BRAND, QUANTITY_NOT_POSITIVE,
        BAD_QUANTITY, BAD_TEXT, TEXT_TOO_LONG.
        """
        with self._store.write(Command.SHELVE_OLD_PART, ctx, order_id=order_id) as tx:
            made = _before_issue(tx, order_id, part_id, quantity)
            made.serial = clean_line("serial", serial, most=SHORT)
            _shelve(tx, made, clean_line("location", location, most=SHORT))
            return self._answer(tx, made, made.order_id)

    @repeatable(_reopen)
    def waive(self, ctx: Ctx, order_id: int, part_id: int, quantity: Quantity, reason: str) -> OldPartRow:
        """A lead lets a new one be issued although the old one is not there yet; the old one stays due.

        Raises ``Refusal`` as ``hand_in``, and FIELD_REQUIRED.
        """
        reason = clean_line("reason", reason, most=LINE, required=True)
        with self._store.write(Command.WRITE_OFF_OLD_PART, ctx, order_id=order_id) as tx:
            made = _before_issue(tx, order_id, part_id, quantity)
            made.reason = reason
            return self._answer(tx, made, made.order_id, without_old=True)

    @repeatable(_reopen)
    def shelve(self, ctx: Ctx, old_part_id: int, location: str = "", serial: str | None = None) -> OldPartRow:
        """An old part lies on the shelf now: its label was scanned.

        Raises ``Refusal``: NOT_FOUND, OLD_PART_STATE (on the shelf already, packed, sent: returned twice), LEAD_ONLY
        (one that was written off is found again), BAD_TEXT, TEXT_TOO_LONG.
        """
        location = clean_line("location", location, most=SHORT)
        number = None if serial is None else clean_line("serial", serial, most=SHORT)
        with self._store.write(Command.SHELVE_OLD_PART, ctx) as tx:
            found = _old_part(tx, old_part_id, _TO_SHELF)
            if found.state is OldPartState.LOST and tx.actor.role not in _LEADS:
                raise Refusal(Reason.LEAD_ONLY, field="reason")
            if number is not None:
                found.serial = number
            _shelve(tx, found, location)
            return self._answer(tx, found, found.order_id, location=bool(location))

    @repeatable(_reopen)
    def take_back(self, ctx: Ctx, old_part_id: int) -> OldPartRow:
        """What was handed in and never swapped goes back to the technician. ``Refusal``: NOT_FOUND,
        OLD_PART_STATE."""
        with self._store.write(Command.SHELVE_OLD_PART, ctx) as tx:
            found = _old_part(tx, old_part_id, frozenset({OldPartState.DUE, OldPartState.ON_SHELF}))
            if found.line_id is not None:
                raise Refusal(Reason.OLD_PART_STATE, code=old_part_code(found.id), state=found.state)
            found.state, found.closed_at = OldPartState.VOID, tx.now
            return self._answer(tx, found, found.order_id)

    @repeatable(_reopen)
    def move(self, ctx: Ctx, old_part_id: int, location: str) -> OldPartRow:
        """It lies somewhere else on the shelf. ``Refusal``: NOT_FOUND, OLD_PART_STATE, BAD_TEXT, TEXT_TOO_LONG."""
        location = clean_line("location", location, most=SHORT)
        with self._store.write(Command.SHELVE_OLD_PART, ctx) as tx:
            found = _old_part(tx, old_part_id, frozenset({OldPartState.ON_SHELF, OldPartState.IN_BATCH}))
            found.location = location
            return self._answer(tx, found, found.order_id)

    # batches

    @repeatable(_reopen_batch)
    def pack(self, ctx: Ctx, brand: str) -> BatchCard:
        """Everything of a brand that lies on the shelf goes into the batch being packed for it; a new one is made
        where there is none. ``Refusal``: OLD_PART_NONE (nothing on the shelf)."""
        brand = clean_line("brand", brand, most=SHORT)
        with self._store.write(Command.SEND_OLD_PARTS, ctx) as tx:
            lying = tx.session.scalars(
                select(OldPart)
                .where(
                    OldPart.brand == brand,
                    OldPart.state == OldPartState.ON_SHELF,
                    # What waits for its new one is not the brand's yet.
                    OldPart.line_id.is_not(None),
                )
                .order_by(OldPart.id)
            ).all()
            if not lying:
                raise Refusal(Reason.OLD_PART_NONE, brand=brand)
            batch = _open_batch(tx, brand)
            for each in lying:
                _put_in(tx, each, batch)
            return self._batch_answer(tx, batch, packed=len(lying))

    @repeatable(_reopen_batch)
    def pack_one(self, ctx: Ctx, old_part_id: int, batch_id: int | None = None) -> BatchCard:
        """A scanned old part goes into the batch of its brand, or into this one.

        One that is due is shelved by the same scan. Raises ``Refusal``: NOT_FOUND, OLD_PART_STATE, OLD_PART_BRAND,
        BATCH_STATE.
        """
        with self._store.write(Command.SEND_OLD_PARTS, ctx) as tx:
            found = _old_part(tx, old_part_id, frozenset({OldPartState.DUE, OldPartState.ON_SHELF}))
            if found.line_id is None:
                raise Refusal(Reason.OLD_PART_STATE, code=old_part_code(found.id), state=found.state)
            if batch_id is None:
                batch = _open_batch(tx, found.brand)
            else:
                batch = _batch(tx, batch_id, None, BatchState.OPEN)
                if batch.brand != found.brand:
                    raise Refusal(Reason.OLD_PART_BRAND, code=old_part_code(found.id), brand=found.brand)
            if found.state is OldPartState.DUE:
                found.shelved_at = tx.now
            _put_in(tx, found, batch)
            return self._batch_answer(tx, batch, old_part=found.id)

    @repeatable(_reopen_batch)
    def unpack(self, ctx: Ctx, old_part_id: int) -> BatchCard:
        """An old part comes out of the batch that is being packed. ``Refusal``: NOT_FOUND, OLD_PART_STATE."""
        with self._store.write(Command.SEND_OLD_PARTS, ctx) as tx:
            found = _old_part(tx, old_part_id, frozenset({OldPartState.IN_BATCH}))
            batch = tx.session.get_one(ReturnBatch, found.batch_id)
            batch.version += 1
            found.state, found.batch_id = OldPartState.ON_SHELF, None
            return self._batch_answer(tx, batch, unpacked=found.id)

    @repeatable(_reopen_batch)
    def send(
        self, ctx: Ctx, batch_id: int, version: int, carrier: str, waybill: str, note: str = ""
    ) -> BatchCard:
        """The batch leaves the shop. Raises ``Conflict`` and ``Refusal``: NOT_FOUND, BATCH_STATE, BATCH_EMPTY,
        FIELD_REQUIRED (the waybill number), BAD_TEXT, TEXT_TOO_LONG."""
        carrier = clean_line("carrier", carrier, most=SHORT)
        waybill = clean_line("waybill", waybill, most=SHORT, required=True)
        note = clean_line("note", note)
        with self._store.write(Command.SEND_OLD_PARTS, ctx) as tx:
            batch = _batch(tx, batch_id, version, BatchState.OPEN)
            parts = _in_batch(tx, batch, OldPartState.IN_BATCH)
            if not parts:
                raise Refusal(Reason.BATCH_EMPTY, number=batch.number)
            batch.state, batch.sent_at = BatchState.SENT, tx.now
            batch.carrier, batch.waybill, batch.note = carrier, waybill, note
            for each in parts:
                _become(tx, each, OldPartState.SENT)
            return self._batch_answer(tx, batch, sent=len(parts))

    @repeatable(_reopen_batch)
    def cancel_batch(self, ctx: Ctx, batch_id: int, version: int) -> BatchCard:
        """A batch that is not sent is called off; its parts lie on the shelf again. ``Conflict``; ``Refusal``:
        NOT_FOUND, BATCH_STATE."""
        with self._store.write(Command.SEND_OLD_PARTS, ctx) as tx:
            batch = _batch(tx, batch_id, version, BatchState.OPEN)
            for each in _in_batch(tx, batch, OldPartState.IN_BATCH):
                each.batch_id = None
                _become(tx, each, OldPartState.ON_SHELF)
            batch.state, batch.closed_at = BatchState.CANCELLED, tx.now
            return self._batch_answer(tx, batch, cancelled=True)

    # the brand's answer

    @repeatable(_reopen_batch)
    def accept_batch(self, ctx: Ctx, batch_id: int, version: int) -> BatchCard:
        """The brand accepts everything in the batch that it has not answered yet. ``Conflict``; ``Refusal``:
        NOT_FOUND, BATCH_STATE."""
        with self._store.write(Command.JUDGE_OLD_PART, ctx) as tx:
            batch = _batch(tx, batch_id, version, BatchState.SENT)
            parts = _in_batch(tx, batch, OldPartState.SENT)
            for each in parts:
                each.closed_at = tx.now
                _become(tx, each, OldPartState.ACCEPTED)
            _close_if_answered(tx, batch)
            return self._batch_answer(tx, batch, accepted=len(parts))

    @repeatable(_reopen)
    def judge(
        self, ctx: Ctx, old_part_id: int, version: int, *, accepted: bool, reason: str = ""
    ) -> OldPartRow:
        """The brand's answer to one old part; a refusal has its reason. The batch closes with the last answer.

        Raises ``Conflict`` and ``Refusal``: NOT_FOUND, OLD_PART_STATE, FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG.
        """
        reason = clean_line("reason", reason, most=LINE, required=not accepted)
        with self._store.write(Command.JUDGE_OLD_PART, ctx) as tx:
            found = _old_part(tx, old_part_id, frozenset({OldPartState.SENT}), version)
            found.state = OldPartState.ACCEPTED if accepted else OldPartState.REFUSED
            found.reason, found.closed_at = reason, tx.now
            batch = tx.session.get_one(ReturnBatch, found.batch_id)
            batch.version += 1
            _close_if_answered(tx, batch)
            return self._answer(tx, found, found.order_id, batch=batch.id)

    @repeatable(_reopen)
    def write_off(self, ctx: Ctx, old_part_id: int, version: int, reason: str, *, lost: bool) -> OldPartRow:
        """The shop pays: the old part is lost, or the brand charges it. The cost stands in the journal.

        Raises ``Conflict`` and ``Refusal``: NOT_FOUND, OLD_PART_STATE, FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG.
        """
        reason = clean_line("reason", reason, most=LINE, required=True)
        with self._store.write(Command.WRITE_OFF_OLD_PART, ctx) as tx:
            found = _old_part(tx, old_part_id, _TO_LOSS, version)
            if found.batch_id is not None:
                batch = tx.session.get_one(ReturnBatch, found.batch_id)
                batch.version += 1
                if found.state is OldPartState.IN_BATCH:
                    found.batch_id = None
            else:
                batch = None
            found.state = OldPartState.LOST if lost else OldPartState.CHARGED
            found.reason, found.closed_at = reason, tx.now
            if batch is not None and batch.state is BatchState.SENT:
                _close_if_answered(tx, batch)
            return self._answer(tx, found, found.order_id, cost_fen=found.cost.fen)

    # inside

    def _answer(self, tx: Tx, found: OldPart, order_id: int, **detail: Any) -> OldPartRow:
        found.version += 1
        tx.changed(Kind.OLD_PART, found.id)
        tx.changed(Kind.ORDER, order_id)
        tx.journal(order_id=order_id, old_part=found.id, state=found.state.value, **detail)
        tx.result = {"old_part": found.id}
        return Register(self._store, tx.reading()).one(found.id)

    def _batch_answer(self, tx: Tx, batch: ReturnBatch, **detail: Any) -> BatchCard:
        tx.changed(Kind.OLD_PART, 0)
        tx.journal(batch=batch.number, state=batch.state.value, **detail)
        tx.result = {"batch": batch.id}
        return Register(self._store, tx.reading()).batch(batch.id)


def _old_part(
    tx: Tx, old_part_id: int, allowed: frozenset[OldPartState], version: int | None = None
) -> OldPart:
    found = tx.session.get(OldPart, old_part_id)
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    if version is not None and found.version != version:
        raise Conflict(Kind.OLD_PART, old_part_id)
    if found.state not in allowed:
        raise Refusal(Reason.OLD_PART_STATE, code=old_part_code(found.id), state=found.state)
    return found


def _become(tx: Tx, found: OldPart, state: OldPartState) -> None:
    found.state = state
    found.version += 1
    tx.changed(Kind.OLD_PART, found.id)


def _shelve(tx: Tx, found: OldPart, location: str) -> None:
    found.state, found.batch_id = OldPartState.ON_SHELF, None
    found.shelved_at, found.closed_at = tx.now, None
    if location:
        found.location = location


def _before_issue(tx: Tx, order_id: int, part_id: int, quantity: Quantity) -> OldPart:
    """An old part that no new one stands against yet."""
    checked_quantity(quantity)
    if not quantity:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    order = tx.session.get(RepairOrder, order_id)
    if order is None:
        raise Refusal(Reason.NOT_FOUND)
    if not order.open:
        raise Refusal(Reason.ORDER_CLOSED)
    if order.payer is not Payer.BRAND:
        raise Refusal(Reason.OLD_PART_NOT_BRAND)
    part = part_to_move(tx, part_id)
    brand, rule = brand_and_rule(tx, order, part)
    if rule in (OldPartRule.NONE, OldPartRule.EXEMPT):
        rule = OldPartRule.RETURN
    return new_old_part(tx, order.id, part.id, brand, quantity, rule)


def _batch(tx: Tx, batch_id: int, version: int | None, state: BatchState) -> ReturnBatch:
    batch = tx.session.get(ReturnBatch, batch_id)
    if batch is None:
        raise Refusal(Reason.NOT_FOUND)
    if version is not None and batch.version != version:
        raise Conflict(Kind.OLD_PART, batch_id)
    if batch.state is not state:
        raise Refusal(Reason.BATCH_STATE, number=batch.number, state=batch.state)
    batch.version += 1
    return batch


def _open_batch(tx: Tx, brand: str) -> ReturnBatch:
    batch = tx.session.scalars(
        select(ReturnBatch).where(ReturnBatch.brand == brand, ReturnBatch.state == BatchState.OPEN)
    ).first()
    if batch is None:
        batch = ReturnBatch(
            uuid=uuid7(),
            number=next_number(tx, Series.RETURN_BATCH),
            brand=brand,
            state=BatchState.OPEN,
            made_at=tx.now,
            made_by_id=tx.actor.id or None,
        )
        tx.session.add(batch)
        tx.session.flush()
    else:
        batch.version += 1
    return batch


def _put_in(tx: Tx, found: OldPart, batch: ReturnBatch) -> None:
    found.batch_id = batch.id
    _become(tx, found, OldPartState.IN_BATCH)


def _in_batch(tx: Tx, batch: ReturnBatch, state: OldPartState) -> list[OldPart]:
    return list(
        tx.session.scalars(
            select(OldPart).where(OldPart.batch_id == batch.id, OldPart.state == state).order_by(OldPart.id)
        )
    )


def _close_if_answered(tx: Tx, batch: ReturnBatch) -> None:
    tx.session.flush()
    if not _in_batch(tx, batch, OldPartState.SENT):
        batch.state, batch.closed_at = BatchState.CLOSED, tx.now
