"""Parts borrowed from and lent to other shops (调借, domain.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable, func, select

from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command, LoanWay, MoveKind, Series
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.money import Money, Quantity
from app.core.rights import Ctx
from app.features.defective.snapshots import LoanRow
from app.features.stock.booking import Moved, Origin
from app.features.stock.ledger import goods_in, goods_out
from app.features.stock.ledger.parts import part_to_move
from app.features.stock.numbering import next_number
from app.features.stock.service import checked_price, checked_quantity
from app.model import Part, PartLoan, Staff
from app.model.stock import value_of_issue
from app.store.door import Store, Tx, repeatable
from app.store.search import NEWEST

_ROW = (
    select(
        PartLoan.id,
        PartLoan.number,
        PartLoan.way,
        PartLoan.part_id,
        Part.number.label("part_number"),
        Part.name.label("part_name"),
        Part.unit,
        PartLoan.shop,
        PartLoan.quantity,
        PartLoan.returned,
        PartLoan.value,
        func.coalesce(Staff.name, "").label("staff"),
        PartLoan.at,
    )
    .join(Part, Part.id == PartLoan.part_id)
    .outerjoin(Staff, Staff.id == PartLoan.staff_id)
)


def _reopen(service: Loans, result: dict[str, Any]) -> LoanRow:
    return service.loan(result["loan"])


class Loans:
    """Loans between shops. Commands answer with the loan as it is then."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def zone(self) -> str:
        """The shop's time zone: moments are shown in it."""
        return self._store.settings.time_zone

    def page(
        self, after_key: int | None = None, limit: int = 50, *, closed: bool = False
    ) -> tuple[LoanRow, ...]:
        """A page of loans, newest first: those still out, or all of them."""
        query = _ROW.where(PartLoan.id < (NEWEST if after_key is None else after_key))
        if not closed:
            query = query.where(PartLoan.returned < PartLoan.quantity)
        with self._store.read() as reading:
            return self._rows(reading, query.order_by(PartLoan.id.desc()).limit(limit))

    def loan(self, loan_id: int) -> LoanRow:
        """One loan. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return self._one(reading, loan_id)

    @repeatable(_reopen)
    def borrow(
        self,
        ctx: Ctx,
        part_id: int,
        quantity: Quantity,
        shop: str,
        value: Money,
        *,
        serials: Sequence[str] = (),
    ) -> LoanRow:
        """Parts of another shop come onto the shelf; ``value`` is what all of them would cost us.

        Raises ``Refusal``: NOT_FOUND, PART_INACTIVE, FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, QUANTITY_NOT_POSITIVE,
        BAD_QUANTITY, AMOUNT_NEGATIVE, BAD_AMOUNT, KIT_NO_STOCK, those of serials.
        """
        checked_price(value)
        with self._store.write(Command.LEND_PART, ctx) as tx:
            part, loan = _new_loan(tx, LoanWay.BORROWED, part_id, quantity, shop)
            goods_in.gain(
                tx, part, MoveKind.BORROW, quantity, value, Origin(loan_id=loan.id), serials=serials
            )
            loan.value = value
            return self._answer(tx, loan)

    @repeatable(_reopen)
    def lend(
        self, ctx: Ctx, part_id: int, quantity: Quantity, shop: str, *, serials: Sequence[str] = ()
    ) -> LoanRow:
        """Parts of ours go to another shop, at moving average. Raises ``Refusal`` as ``borrow``, NOT_IN_PLACE and
        PART_RESERVED."""
        with self._store.write(Command.LEND_PART, ctx) as tx:
            part, loan = _new_loan(tx, LoanWay.LENT, part_id, quantity, shop)
            rows = goods_out.part_with(
                tx, part, MoveKind.LEND, quantity, Origin(loan_id=loan.id), serials=serials
            )
            loan.value = -_worth(rows)
            return self._answer(tx, loan)

    @repeatable(_reopen)
    def give_back(
        self, ctx: Ctx, loan_id: int, quantity: Quantity, *, serials: Sequence[str] = ()
    ) -> LoanRow:
        """Some of a loan, or the rest, is given back: what we lent comes in at the value it left with.

        Raises ``Refusal``: NOT_FOUND, LOAN_CLOSED, LOAN_REST (more than is out), QUANTITY_NOT_POSITIVE,
        BAD_QUANTITY, NOT_IN_PLACE, PART_RESERVED, those of serials.
        """
        checked_quantity(quantity)
        with self._store.write(Command.LEND_PART, ctx) as tx:
            loan = tx.session.get(PartLoan, loan_id)
            if loan is None:
                raise Refusal(Reason.NOT_FOUND)
            rest = loan.quantity - loan.returned
            if not rest:
                raise Refusal(Reason.LOAN_CLOSED)
            if quantity > rest:
                raise Refusal(Reason.LOAN_REST, number=loan.number, quantity=rest)
            part = part_to_move(tx, loan.part_id)
            origin = Origin(loan_id=loan.id)
            if loan.way is LoanWay.BORROWED:
                rows = goods_out.part_with(tx, part, MoveKind.BORROW_BACK, quantity, origin, serials=serials)
                worth = -_worth(rows)
            else:
                worth = value_of_issue(rest, loan.value - loan.returned_value, quantity)
                goods_in.gain(tx, part, MoveKind.LEND_BACK, quantity, worth, origin, serials=serials)
            loan.returned += quantity
            loan.returned_value += worth
            return self._answer(tx, loan, returned_milli=quantity.milli)

    def _answer(self, tx: Tx, loan: PartLoan, **detail: Any) -> LoanRow:
        tx.session.flush()
        tx.journal(
            loan=loan.number, part=loan.part_id, milli=loan.quantity.milli, fen=loan.value.fen, **detail
        )
        tx.changed(Kind.PART, loan.part_id)
        tx.result = {"loan": loan.id}
        return self._one(tx.reading(), loan.id)

    def _one(self, reading: Connection, loan_id: int) -> LoanRow:
        rows = self._rows(reading, _ROW.where(PartLoan.id == loan_id))
        if not rows:
            raise Refusal(Reason.NOT_FOUND)
        return rows[0]

    def _rows(self, reading: Connection, query: Executable) -> tuple[LoanRow, ...]:
        zone = self._store.settings.time_zone
        today = business_day(self._store.clock.now(), zone)
        return tuple(
            LoanRow(**row._mapping, days=(today - business_day(row.at, zone)).days)
            for row in reading.execute(query)
        )


def _new_loan(tx: Tx, way: LoanWay, part_id: int, quantity: Quantity, shop: str) -> tuple[Part, PartLoan]:
    checked_quantity(quantity)
    shop = clean_line("shop_name", shop, most=SHORT, required=True)
    part = part_to_move(tx, part_id)
    if not part.active:
        raise Refusal(Reason.PART_INACTIVE, part=part.name)
    loan = PartLoan(
        number=next_number(tx, Series.PART_LOAN),
        way=way,
        part_id=part.id,
        shop=shop,
        quantity=quantity,
        value=Money(0),
        staff_id=tx.actor.id or None,
        at=tx.now,
    )
    tx.session.add(loan)
    tx.session.flush()
    return part, loan


def _worth(rows: Sequence[Moved]) -> Money:
    return Money(sum(each.value.fen for each in rows))
