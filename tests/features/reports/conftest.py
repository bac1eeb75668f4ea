"""A lively shop whose invoices were corrected, refunded and written off, over three months."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from app.core.clock import SetClock
from app.core.enums import CreditKind, CreditReason, LineKind, PaymentMethod, Role, WriteOffReason
from app.core.money import Money
from app.core.rights import FOUNDER, Actor
from app.features.billing.correcting import Correcting
from app.features.billing.service import Billing
from app.features.billing.snapshots import CreditAsked, ExchangeAsked, NewLine, RefundAsked
from app.features.reports.service import ReportService
from app.features.till.closing import Closing
from app.features.till.service import Tills
from app.model.till import DENOMINATIONS
from app.store.door import Store
from app.store.folder import DataFolder
from tests.features.conftest import LIVELY_NOW, Shop

#: The newest invoices with something left to credit, and the oldest that are owed.
_PAID = (
    "SELECT b.invoice_id FROM invoice_balance b WHERE b.payer = 'customer' AND b.due = 0 AND b.allocated > 0"
    " ORDER BY b.invoice_id DESC LIMIT 5"
)
_OWED = "SELECT invoice_id FROM invoice_balance WHERE due > 0 ORDER BY invoice_id LIMIT 2"
#: Two repairs did not hold.
_REWORK = (
    "UPDATE repair_order SET rework_of_id = id - 9 WHERE id IN"
    " (SELECT id FROM repair_order WHERE delivered_day IS NOT NULL AND id > 9 ORDER BY id DESC LIMIT 2)"
)
#: Three weeks on: the corrections of November's invoices are December's.
DECEMBER = LIVELY_NOW + timedelta(days=20)


def open_corrected(folder: Path, lively: Path) -> Shop:
    """A copy of the lively shop, with its clock in December and its invoices corrected in both months."""
    shutil.copytree(lively, folder)
    raw = sqlite.connect(str(DataFolder(folder).database), isolation_level=None)
    raw.execute(_REWORK)
    raw.close()
    clock = SetClock(LIVELY_NOW)
    store = Store.open(folder, clock)
    with store.read() as reading:
        people = reading.exec_driver_sql("SELECT id, name, role FROM staff ORDER BY id").all()
    shop = Shop(store, clock, {Role(role): Actor(key, name, Role(role)) for key, name, role in people})
    _correct(shop)
    return shop


def close_day(shop: Shop) -> None:
    """Count the drawers, whatever is in them, and close the day."""
    tills = Tills(shop.store)
    for till in tills.tills(FOUNDER):
        if till.session_id is not None:
            # The first count tells what should be there, the second finds it.
            pieces, rest = {}, tills.count(shop.ctx(), till.session_id, {}).expected.fen
            for fen in DENOMINATIONS:
                pieces[fen], rest = divmod(rest, fen)
            tills.count(shop.ctx(), till.session_id, pieces)
            version = tills.session(FOUNDER, till.session_id).version
            tills.close(shop.ctx(), till.session_id, version, kept=Money(0))
    Closing(shop.store).close(shop.ctx(), sure=shop.people[Role.OWNER])


def _correct(shop: Shop) -> None:
    with shop.store.read() as reading:
        paid = list(reading.exec_driver_sql(_PAID).scalars())
        owed = list(reading.exec_driver_sql(_OWED).scalars())
    correcting, billing = Correcting(shop.store), Billing(shop.store)
    owner = shop.people[Role.OWNER]
    first = billing.invoice(paid[0], owner)
    _amount(correcting, shop, paid[0], Money(777))
    correcting.write_off(shop.ctx(), owed[0], Money(500), WriteOffReason.TOO_SMALL, "零头不收")
    shop.clock.set(DECEMBER)
    whole = correcting.credit(
        shop.ctx(), CreditAsked(paid[1], CreditKind.WHOLE, CreditReason.COMPLAINT, "没修好，全退")
    )
    cash = RefundAsked(whole.invoice.customer_id, PaymentMethod.CASH, Money(1000), "退一部分")
    billing.refund(shop.ctx(), cash)
    line = billing.invoice(paid[2], owner).lines[0]
    asked = CreditAsked(
        paid[2], CreditKind.LINES, CreditReason.WRONG_PRICE, "价格写错", ((line.id, line.rest),),
        restock=(line.id,) if line.returnable else (),
    )  # fmt: skip
    correcting.credit(shop.ctx(), asked)
    line = billing.invoice(paid[3], owner).lines[-1]
    new = NewLine(LineKind.LABOUR, "重新调试", Money(96600))
    asked = CreditAsked(
        paid[3], CreditKind.EXCHANGE, CreditReason.EXCHANGE, "换项目", ((line.id, line.rest),)
    )
    correcting.exchange(shop.ctx(), ExchangeAsked(asked, (new,), on_account=True))
    correcting.write_off(shop.ctx(), owed[1], Money(300), WriteOffReason.OTHER, "协商减免")
    correcting.take_up_again(shop.ctx(), owed[0], Money(200), "又付了")
    assert first.id == paid[0]


def _amount(correcting: Correcting, shop: Shop, invoice_id: int, amount: Money) -> None:
    asked = CreditAsked(invoice_id, CreditKind.AMOUNT, CreditReason.GOODWILL, "老客户优惠", amount=amount)
    correcting.credit(shop.ctx(), asked)


@pytest.fixture(scope="module")
def corrected(lively: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The corrected shop, to read."""
    shop = open_corrected(tmp_path_factory.mktemp("corrected") / "shop", lively)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def reports(corrected: Shop) -> ReportService:
    """Its reports."""
    return ReportService(corrected.store)


#: Every month of it, and an empty one before.
MONTHS = [(2025, 10), (2025, 11), (2025, 12), *((2026, month) for month in range(1, 13))]
assert DECEMBER.astimezone(UTC) < datetime(2026, 12, 31, tzinfo=UTC)
