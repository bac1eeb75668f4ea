"""How much waits for somebody in each part of the stock room: the counts beside the names of its tabs.

Every question is answered by an index of what is open, which holds few rows whatever the years brought.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, text

from app.core.clock import business_day
from app.core.enums import CLOSED
from app.core.formats import joined
from app.core.waiting import Waiting
from app.core.words import ngettext
from app.model.base import DayType, UtcDateTime
from app.store.door import Store

_ENDED = ", ".join(f"'{each}'" for each in sorted(CLOSED))
_DRAFTS = text("SELECT count(*) FROM purchase_order WHERE state = 'draft'")
_LATE = text(
    "SELECT count(*) FROM purchase_order WHERE state IN ('sent', 'part_received') AND expected_on < :today"
).bindparams(bindparam("today", type_=DayType()))
_REQUESTS = text(
    "SELECT count(*) AS all_of_them, coalesce(sum(r.urgent), 0) AS urgent FROM purchase_request r"
    " LEFT JOIN repair_order o ON o.id = r.order_id WHERE r.state = 'open'"
    f" AND (o.id IS NULL OR o.status NOT IN ({_ENDED}))"
    " AND NOT EXISTS (SELECT 1 FROM purchase_line l JOIN purchase_order b ON b.id = l.purchase_id"
    " WHERE l.request_id = r.id AND b.state != 'cancelled' AND l.cancelled < l.quantity)"
)
_OLD_PARTS = text(
    "SELECT count(*) AS all_of_them, coalesce(sum(replaced_at < :since), 0) AS overdue FROM old_part"
    " WHERE state IN ('due', 'on_shelf', 'in_batch')"
).bindparams(bindparam("since", type_=UtcDateTime()))
_COUNTS = text("SELECT count(*) FROM stock_count WHERE state = 'open'")
_UNGRADED = text(
    "SELECT count(*) FROM defective_good WHERE state IN ('received', 'graded') AND grade IS NULL"
)


class Waits:
    """One answer for each tab where something can wait; None where nothing does."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def purchase(self) -> Waiting | None:
        """Drafts to send, requests to order, deliveries that should be here."""
        today = business_day(self._store.clock.now(), self._store.settings.time_zone)
        with self._store.read() as reading:
            drafts = int(reading.execute(_DRAFTS).scalar_one())
            late = int(reading.execute(_LATE, {"today": today}).scalar_one())
            asked = reading.execute(_REQUESTS).one()
        wanted = asked.all_of_them
        words = []
        if late:
            words.append(ngettext("{n} late delivery", "{n} late deliveries", late).format(n=late))
        if wanted:
            words.append(ngettext("{n} part requested", "{n} parts requested", wanted).format(n=wanted))
        if drafts:
            words.append(ngettext("{n} draft to send", "{n} drafts to send", drafts).format(n=drafts))
        return _waiting(late + wanted + drafts, words, late=bool(late or asked.urgent))

    def old_parts(self) -> Waiting | None:
        """Old parts that are not with their brand yet."""
        settings = self._store.settings
        since = self._store.clock.now() - timedelta(days=settings.old_part_days)
        with self._store.read() as reading:
            found = reading.execute(_OLD_PARTS, {"since": since}).one()
        count = found.all_of_them
        words = [ngettext("{n} old part to return", "{n} old parts to return", count).format(n=count)]
        if found.overdue:
            overdue = ngettext("{n} overdue", "{n} overdue", found.overdue).format(n=found.overdue)
            words.append(overdue)
        return _waiting(count, words, late=bool(found.overdue))

    def counting(self) -> Waiting | None:
        """Stocktakes that are not approved."""
        with self._store.read() as reading:
            count = int(reading.execute(_COUNTS).scalar_one())
        return _waiting(count, [ngettext("{n} open stocktake", "{n} open stocktakes", count).format(n=count)])

    def defective(self) -> Waiting | None:
        """Goods that nobody has graded."""
        with self._store.read() as reading:
            count = int(reading.execute(_UNGRADED).scalar_one())
        return _waiting(count, [ngettext("{n} piece to grade", "{n} pieces to grade", count).format(n=count)])


def _waiting(count: int, words: list[str], *, late: bool = False) -> Waiting | None:
    return Waiting(count, joined(words), late) if count else None
