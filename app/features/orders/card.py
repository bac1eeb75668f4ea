"""Building the frozen card from plain queries: a scan must show it within a blink (limits.md), so no ORM here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, exists, func, literal_column, select

from app.core.clock import business_day
from app.core.enums import (
    Action,
    CoverReason,
    LineKind,
    NoteKind,
    Payer,
    QuoteState,
    Role,
    SaleKind,
    Status,
)
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity
from app.core.rights import Actor
from app.features.orders.promises import is_late
from app.features.orders.snapshots import (
    CardLine,
    CardNote,
    CardPhoto,
    CardQuote,
    CardWish,
    Earlier,
    OfferedAction,
    OrderCard,
)
from app.model import (
    Customer,
    Device,
    HeldMoney,
    Invoice,
    InvoiceBalance,
    OrderLine,
    OrderNote,
    Part,
    Photo,
    PurchaseRequest,
    Quote,
    RepairOrder,
    Reservation,
    Sale,
    Staff,
    StockBalance,
    StockPlace,
    WorkLog,
)
from app.model.billing import taxed
from app.model.lifecycle import MOVES, OrderFacts, refusal
from app.model.settings import ShopSettings
from app.store.prepared import Prepared

_ORDER = RepairOrder.__table__.c
_NOTHING = Quantity(0)
_REWORK_OF = RepairOrder.__table__.alias("rework_of")
_BEFORE = RepairOrder.__table__.alias("before")


def _held_on(order_id: Any) -> ColumnElement[Any]:
    held = select(func.coalesce(func.sum(HeldMoney.amount), 0)).where(
        HeldMoney.order_id == order_id, HeldMoney.payer == Payer.CUSTOMER
    )
    return held.scalar_subquery().label("held")


def _has(model: Any, order_id: Any, name: str) -> ColumnElement[bool]:
    return exists().where(model.order_id == order_id).label(name)


_BASE = (
    select(
        RepairOrder.__table__,
        # What an order does not have need not be asked for: most have no photo, quote, payment …
        _held_on(_ORDER.id),
        _has(Sale, _ORDER.id, "has_invoice"),
        _has(Photo, _ORDER.id, "has_photo"),
        _has(Quote, _ORDER.id, "has_quote"),
        _has(WorkLog, _ORDER.id, "has_work"),
        _has(PurchaseRequest, _ORDER.id, "has_wish"),
        exists()
        .where(_BEFORE.c.device_id == _ORDER.device_id, _BEFORE.c.id < _ORDER.id)
        .label("has_earlier"),
        Customer.name.label("customer_name"),
        Customer.phone.label("customer_phone"),
        Customer.address.label("customer_address"),
        Device.category,
        Device.brand,
        Device.model,
        Device.serial,
        Staff.name.label("technician"),
        _REWORK_OF.c.number.label("rework_of"),
    )
    .join(Customer, Customer.id == _ORDER.customer_id)
    .join(Device, Device.id == _ORDER.device_id)
    .outerjoin(Staff, Staff.id == _ORDER.technician_id)
    .outerjoin(_REWORK_OF, _REWORK_OF.c.id == _ORDER.rework_of_id)
)
_BY_ID = Prepared(_BASE.where(_ORDER.id == bindparam("order_id")))
_BY_CODE = Prepared(_BASE.where(_ORDER.card_code == bindparam("card_code")))
# Asked only of parts that are still to be taken: most lines are done, and a scan reads all of them.
_WAITS = "order_line.kind = 'part' AND NOT order_line.removed AND taken + owed < order_line.quantity"
_CARRIED = case(
    (
        and_(literal_column(_WAITS), Part.away > _NOTHING),
        select(func.sum(StockBalance.on_hand))
        .join(StockPlace, StockPlace.id == StockBalance.place_id)
        .where(StockPlace.staff_id == bindparam("staff_id"), StockBalance.part_id == Part.id)
        .correlate(Part)
        .scalar_subquery(),
    )
)
_COMING = (
    f"CASE WHEN {_WAITS} THEN (SELECT sum(l.quantity - l.received - l.cancelled) FROM purchase_line l"
    " JOIN purchase_order o ON o.id = l.purchase_id WHERE l.part_id = order_line.part_id"
    " AND l.received + l.cancelled < l.quantity AND o.state IN ('sent', 'part_received')) END"
)
_ASKED = (
    f"CASE WHEN {_WAITS} THEN EXISTS (SELECT 1 FROM purchase_request r WHERE r.state = 'open'"
    " AND r.part_id = order_line.part_id AND r.order_id = order_line.order_id) END"
)
_LINES = Prepared(
    select(
        OrderLine.__table__,
        Part.number.label("part_number"),
        Part.on_hand,
        Part.consigned,
        Part.reserved,
        Part.away,
        Part.location,
        Part.serialised,
        Reservation.quantity.label("mine"),
        _CARRIED.label("carried"),
        literal_column(_COMING).label("coming"),
        literal_column(_ASKED).label("asked"),
    )
    .outerjoin(Part, Part.id == OrderLine.part_id)
    .outerjoin(
        Reservation,
        and_(Reservation.part_id == OrderLine.part_id, Reservation.order_id == OrderLine.order_id),
    )
    .where(OrderLine.order_id == bindparam("order_id"), OrderLine.removed == False)  # noqa: E712 - SQL
    .order_by(OrderLine.id)
)
_NOTES = Prepared(
    select(OrderNote.kind, OrderNote.text, OrderNote.at, Staff.name)
    .outerjoin(Staff, Staff.id == OrderNote.staff_id)
    .where(OrderNote.order_id == bindparam("order_id"))
    .order_by(OrderNote.id)
)
_PHOTOS = Prepared(
    select(Photo.id, Photo.sha256, Photo.suffix, Photo.at).where(Photo.order_id == bindparam("order_id"))
)
_QUOTE = Prepared(
    select(Quote.id, Quote.version, Quote.state, Quote.total, Quote.valid_until, Quote.answered_way)
    .where(Quote.order_id == bindparam("order_id"))
    .order_by(Quote.id.desc())
    .limit(1)
)
_WORK = Prepared(
    select(WorkLog.started_at, WorkLog.ended_at, WorkLog.staff_id, Staff.name)
    .join(Staff, Staff.id == WorkLog.staff_id)
    .where(WorkLog.order_id == bindparam("order_id"))
)


def _newest_note(kind: NoteKind) -> Any:
    return (
        select(OrderNote.text)
        .where(OrderNote.order_id == _ORDER.id, OrderNote.kind == kind)
        .correlate(RepairOrder.__table__)
        .order_by(OrderNote.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_EARLIER = (
    select(
        _ORDER.id,
        _ORDER.number,
        _ORDER.status,
        _ORDER.fault,
        _ORDER.taken_in_at,
        _ORDER.guarantee_until,
        _newest_note(NoteKind.CAUSE).label("cause"),
        _newest_note(NoteKind.FIX).label("fix"),
        select(func.aggregate_strings(OrderLine.description, ", "))
        .where(
            OrderLine.order_id == _ORDER.id,
            OrderLine.kind == LineKind.PART,
            OrderLine.removed.is_(False),
        )
        .correlate(RepairOrder.__table__)
        .scalar_subquery()
        .label("parts"),
    )
    .where(_ORDER.device_id == bindparam("device_id"), _ORDER.id < bindparam("order_id"))
    .order_by(_ORDER.id.desc())
    .limit(5)
)
_MONEY = Prepared(select(_held_on(bindparam("order_id")), _has(Sale, bindparam("order_id"), "has_invoice")))
# By the rows of the month: an invoice may be of several orders.
_INVOICED = Prepared(
    select(Invoice.number, InvoiceBalance.allocated, InvoiceBalance.due)
    .join(Sale, and_(Sale.invoice_id == Invoice.id, Sale.kind == SaleKind.INVOICE))
    .join(InvoiceBalance, InvoiceBalance.invoice_id == Invoice.id)
    .where(Sale.order_id == bindparam("order_id"), Sale.payer == Payer.CUSTOMER)
    .order_by(Invoice.id)
)
#: What credit notes took off this order alone; those of its invoice may concern other devices.
_CREDITED = Prepared(
    select(
        -func.coalesce(
            func.sum(Sale.visit + Sale.labour + Sale.parts + Sale.other + Sale.discount + Sale.tax), 0
        )
    ).where(
        Sale.order_id == bindparam("order_id"),
        Sale.payer == Payer.CUSTOMER,
        Sale.kind == SaleKind.CREDIT,
    )
)


def card_by_id(
    connection: Connection, settings: ShopSettings, order_id: int, actor: Actor, now: datetime
) -> OrderCard:
    """The card of an order; ``Refusal(NOT_FOUND)``."""
    row = _BY_ID.row(connection, order_id=order_id)
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return _card(connection, settings, row, actor, now)


def card_by_code(
    connection: Connection, settings: ShopSettings, code: str, actor: Actor, now: datetime
) -> OrderCard:
    """The card behind a repair card's barcode; ``Refusal(CODE_UNKNOWN)``."""
    row = _BY_CODE.row(connection, card_code=code)
    if row is None:
        raise Refusal(Reason.CODE_UNKNOWN, text=code)
    return _card(connection, settings, row, actor, now)


def _card(connection: Connection, settings: ShopSettings, row: Any, actor: Actor, now: datetime) -> OrderCard:
    lines = read_lines(connection, settings, row.id, actor.id)
    notes = _NOTES.rows(connection, order_id=row.id)
    quote = _QUOTE.row(connection, order_id=row.id) if row.has_quote else None
    money = _money_of(connection, row.id, lines, row)
    work = _WORK.rows(connection, order_id=row.id) if row.has_work else []
    running = next(
        (each for each in work if each.ended_at is None and each.staff_id == actor.id),
        next((each for each in work if each.ended_at is None), None),
    )
    seconds = sum(int((each.ended_at - each.started_at).total_seconds()) for each in work if each.ended_at)
    waiting = quote is not None and quote.state is QuoteState.OPEN
    facts = facts_of(row, lines, notes, money, quote.valid_until if quote is not None and waiting else None)
    return OrderCard(
        id=row.id,
        version=row.version,
        number=row.number,
        card_code=row.card_code,
        status=row.status,
        visit=row.visit,
        job_kind=row.job_kind,
        service_type=row.service_type,
        payer=row.payer,
        cover_reason=CoverReason(row.cover["reason"]),
        cover_until=date.fromisoformat(row.cover["until"]) if row.cover.get("until") else None,
        cover_who=row.cover.get("who", ""),
        cover_note=row.cover.get("note", ""),
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        customer_phone=row.customer_phone,
        customer_address=row.customer_address,
        device_id=row.device_id,
        category=row.category,
        brand=row.brand,
        model=row.model,
        serial=row.serial,
        fault=row.fault,
        accessories=tuple(row.accessories),
        damage=row.damage,
        shelf=row.shelf,
        estimate=row.estimate,
        spend_limit=row.spend_limit,
        approved_total=row.approved_total,
        has_passcode=row.passcode is not None,
        technician_id=row.technician_id,
        technician=row.technician or "",
        promised_at=row.promised_at,
        late=is_late(row.status, row.promised_at, now),
        taken_in_at=row.taken_in_at,
        ready_at=row.ready_at,
        delivered_at=row.delivered_at,
        guarantee_until=row.guarantee_until,
        rework_of=row.rework_of or "",
        lines=lines,
        notes=tuple(CardNote(each.kind, each.text, each.name or "", each.at) for each in notes),
        photos=tuple(
            CardPhoto(each.id, each.sha256, each.suffix, each.at)
            for each in _PHOTOS.rows(connection, order_id=row.id)
        )
        if row.has_photo
        else (),
        quote=None
        if quote is None
        else CardQuote(
            quote.id,
            quote.version,
            quote.state,
            quote.total,
            quote.valid_until,
            quote.answered_way,
            waiting and quote.valid_until < business_day(now, settings.time_zone),
        ),
        earlier=tuple(
            Earlier(
                each.id,
                each.number,
                each.status,
                each.fault,
                each.taken_in_at,
                each.guarantee_until,
                each.cause or "",
                each.fix or "",
                each.parts or "",
            )
            for each in connection.execute(_EARLIER, {"device_id": row.device_id, "order_id": row.id})
        )
        if row.has_earlier
        else (),
        minutes=(seconds + 30) // 60,
        running_since=running.started_at if running else None,
        running_staff=running.name if running else "",
        running_mine=running is not None and running.staff_id == actor.id,
        customer_total=money.customer_total,
        other_total=money.other_total,
        deposit_held=money.deposit_held,
        paid=money.paid,
        due=money.due,
        credited=money.credited,
        invoice_number=money.invoice_number,
        actions=offered_actions(facts, actor.role, now, settings),
        wishes=_wishes(connection, row.id) if row.has_wish else (),
    )


def _wishes(connection: Connection, order_id: int) -> tuple[CardWish, ...]:
    # Few orders have any: loaded with the first that has.
    from app.features.purchasing.wishes import requests_of

    return tuple(
        CardWish(each.name, each.quantity, each.unit, each.urgent, each.state, each.expected_on)
        for each in requests_of(connection, order_id)
    )


class OrderMoney:
    """Sums of one order: its lines by payer, what is held, what is due."""

    __slots__ = ("credited", "customer_total", "deposit_held", "due", "invoice_number", "other_total", "paid")

    def __init__(
        self, lines: Sequence[CardLine], held: Money, invoices: Sequence[Any], credited: Money = ZERO
    ) -> None:
        self.credited = credited
        self.customer_total = Money(sum(line.gross.fen for line in lines if line.payer is Payer.CUSTOMER))
        self.other_total = Money(sum(line.gross.fen for line in lines if line.payer is not Payer.CUSTOMER))
        self.deposit_held = held
        self.invoice_number = invoices[-1].number if invoices else ""
        if invoices:
            self.paid = Money(sum(each.allocated.fen for each in invoices))
            self.due = Money(sum(each.due.fen for each in invoices))
        else:
            self.paid = ZERO
            self.due = max(self.customer_total - held, ZERO)


def read_money(connection: Connection, order_id: int, lines: Sequence[CardLine]) -> OrderMoney:
    """The sums of an order as they stand."""
    return _money_of(connection, order_id, lines, _MONEY.row(connection, order_id=order_id))


def _money_of(connection: Connection, order_id: int, lines: Sequence[CardLine], there: Any) -> OrderMoney:
    """The sums; ``there`` says what is held and whether there is an invoice."""
    if not there.has_invoice:
        return OrderMoney(lines, _fen(there.held), [])
    credited = _fen(_CREDITED.value(connection, order_id=order_id))
    return OrderMoney(lines, _fen(there.held), _INVOICED.rows(connection, order_id=order_id), credited)


def read_lines(
    connection: Connection, settings: ShopSettings, order_id: int, staff_id: int = 0
) -> tuple[CardLine, ...]:
    """The order's charges, oldest first, without the removed ones; what ``staff_id`` carries he may take."""
    return tuple(
        CardLine(
            id=each.id,
            kind=each.kind,
            part_id=each.part_id,
            part_number=each.part_number or "",
            description=each.description,
            unit=each.unit,
            quantity=each.quantity,
            taken=each.taken,
            on_hand=None if each.on_hand is None else each.on_hand + each.consigned,
            location=each.location or "",
            unit_price=each.unit_price,
            amount=each.amount,
            gross=taxed(each.amount, each.tax_permille, inclusive=settings.tax_inclusive).gross,
            tax_permille=each.tax_permille,
            payer=each.payer,
            minutes=each.minutes,
            owed=each.owed,
            available=_available(each),
            reserved=each.mine or _NOTHING,
            on_shelf=_NOTHING if each.on_hand is None else each.on_hand + each.consigned - each.away,
            on_order=Quantity(each.coming or 0),
            requested=bool(each.asked),
            serialised=bool(each.serialised),
            list_price=each.list_price,
            price_reason=each.price_reason,
            item_code=each.item_code,
        )
        for each in _LINES.rows(connection, order_id=order_id, staff_id=staff_id)
    )


def _available(each: Any) -> Quantity | None:
    if each.on_hand is None:
        return None
    shelf: Quantity = each.on_hand + each.consigned - each.away
    others: Quantity = each.reserved - (each.mine or _NOTHING)
    return (each.carried or _NOTHING) + max(_NOTHING, shelf - others)


def read_facts(connection: Connection, settings: ShopSettings, order: RepairOrder) -> OrderFacts:
    """What the guards need to know, for a command that has the order in its hands."""
    lines = read_lines(connection, settings, order.id)
    notes = _NOTES.rows(connection, order_id=order.id)
    quote_until = None
    if order.status is Status.QUOTED:
        quote = _QUOTE.row(connection, order_id=order.id)
        quote_until = quote.valid_until if quote is not None and quote.state is QuoteState.OPEN else None
    return facts_of(order, lines, notes, read_money(connection, order.id, lines), quote_until)


def facts_of(
    order: Any,
    lines: Sequence[CardLine],
    notes: Sequence[Any],
    money: OrderMoney,
    quote_until: date | None = None,
) -> OrderFacts:
    """Facts for the guards from an order (mapped or row), its lines, notes and sums, and the last day of the quote
    that waits for an answer."""
    kinds = [note.kind for note in notes]
    reminders = sum(
        1
        for note in notes
        if note.kind is NoteKind.CONTACT and order.ready_at is not None and note.at >= order.ready_at
    )
    return OrderFacts(
        status=order.status,
        visit=order.visit,
        due=money.due,
        customer_total=money.customer_total,
        approved_total=order.approved_total,
        quote_until=quote_until,
        spend_limit=order.spend_limit,
        line_count=len(lines),
        covered=order.payer is not Payer.CUSTOMER,
        parts_not_taken=tuple(line.description for line in lines if line.planned > Quantity(0)),
        parts_used=tuple(
            line.description for line in lines if line.kind is LineKind.PART and line.taken > Quantity(0)
        ),
        deposit_held=money.deposit_held,
        diagnosed=NoteKind.FAULT in kinds or NoteKind.FIX in kinds,
        ready_at=order.ready_at,
        reminders=reminders,
    )


def offered_actions(
    facts: OrderFacts, role: Role, now: datetime, settings: ShopSettings
) -> tuple[OfferedAction, ...]:
    """Every move that the status knows, each with its refusal or None."""
    return tuple(
        OfferedAction(action, refusal(facts, action, role, now=now, rules=settings.lifecycle))
        for action in _ACTIONS.get(facts.status, ())
    )


def _fen(value: Any) -> Money:
    return value if isinstance(value, Money) else Money(int(value))


_ACTIONS: dict[Status, tuple[Action, ...]] = {}
for _status, _action in MOVES:
    _ACTIONS[_status] = (*_ACTIONS.get(_status, ()), _action)
