"""Device passcodes are kept for a few days only (domain.md §3): the sweep, and writing one down anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from app.core.changes import Kind
from app.core.enums import Command, NoteKind, Role
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.rights import FOUNDER, Ctx
from app.model import OrderNote, RepairOrder
from app.store.door import Store, Tx, repeatable
from app.store.wal import empty_log

#: A passcode that seems to be from the future was written down under a wrong clock.
_FUTURE = timedelta(days=1)
_OVER = (
    select(RepairOrder.id, RepairOrder.passcode_at)
    .where(
        RepairOrder.passcode.is_not(None),
        or_(
            RepairOrder.passcode_at <= bindparam("before"),
            RepairOrder.passcode_at > bindparam("after"),
            RepairOrder.passcode_at.is_(None),
        ),
    )
    .order_by(RepairOrder.id)
)


class Passcodes:
    """Passcodes of all orders."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def sweep(self) -> int:
        """Erase every passcode that was kept for the days of the settings; how many. Asked at the start, at each day
        close and every hour; nothing is erased while the clock cannot be believed (promises.md row 17).

        Afterwards their bytes are neither in the database nor in its log.
        """
        store = self._store
        now = store.clock.now()
        asked = {"before": now - timedelta(days=store.settings.passcode_days), "after": now + _FUTURE}
        with store.read() as reading:
            found = reading.execute(_OVER, asked).all()
        if not found or not store.clock_watch.may_erase():
            return 0
        with store.write(Command.SWEEP_PASSCODES, Ctx.gesture(FOUNDER)) as tx:
            over = [row.id for row in tx.reading().execute(_OVER, asked) if not _ahead(row, asked["after"])]
            wrong = [row.id for row in tx.reading().execute(_OVER, asked) if _ahead(row, asked["after"])]
            for order_id in over:
                forget(tx, order_id)
                tx.session.add(
                    OrderNote(
                        order_id=order_id, kind=NoteKind.PASSCODE_ERASED, text="", staff_id=None, at=tx.now
                    )
                )
                tx.journal(order_id=order_id, passcode="erased", days=tx.settings.passcode_days)
            if wrong:
                # Their days begin now: by that clock they would be kept for years.
                tx.reading().execute(
                    update(RepairOrder).where(RepairOrder.id.in_(wrong)).values(passcode_at=tx.now)
                )
                tx.journal(passcode="dated anew", orders=wrong)
        if over:
            empty_log(store)
        return len(over)

    @repeatable(lambda _self, _result: None)
    def write_down(self, ctx: Ctx, order_id: int, passcode: str) -> None:
        """Write down an order's passcode, the first one or in place of one that was erased or wrong.

        Raises ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, NOT_FOUND, ORDER_CLOSED, NOT_YOUR_ORDER for a
        technician whose order it is not; ``EnvironmentFault(KEY_MISSING)``.
        """
        plain = clean_line("passcode", passcode, most=SHORT, required=True)
        # The key is found before the lock is taken.
        box = self._store.secrets
        dated = self._store.clock_watch.moment()
        with self._store.write(Command.WRITE_PASSCODE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, None)
            if not order.open:
                raise Refusal(Reason.ORDER_CLOSED)
            if tx.actor.role is Role.TECHNICIAN and order.technician_id != tx.actor.id:
                raise Refusal(Reason.NOT_YOUR_ORDER)
            order.passcode = box.seal(plain, order.uuid.bytes)
            order.passcode_at = dated
            tx.journal(order_id=order.id, passcode="written")
            tx.result = {"order_id": order.id}


def forget(tx: Tx, order_id: int) -> None:
    """Erase one order's passcode inside a command."""
    tx.session.flush()
    tx.session.expire_all()
    tx.reading().execute(
        update(RepairOrder)
        .where(RepairOrder.id == order_id)
        .values(passcode=None, passcode_at=None, version=RepairOrder.version + 1)
    )
    tx.changed(Kind.ORDER, order_id)


def _ahead(row: Any, after: Any) -> bool:
    return row.passcode_at is not None and row.passcode_at > after
