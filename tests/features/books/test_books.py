"""The bookkeeper's journal: every voucher is zero, accounts agree with the shop's own sums, files come back equal."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from app.core.clock import SetClock
from app.core.enums import CreditKind, CreditReason, PaymentMethod, Role, WriteOffReason
from app.core.errors import EnvironmentFault, Reason
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER
from app.core.tenders import Tender
from app.core.words import Language, set_language
from app.features.billing.snapshots import CreditAsked, RefundAsked
from app.features.books.export import export_books
from app.features.books.service import Books
from app.features.books.snapshots import AccountEntry, VoucherKind
from app.model.accounts import STANDARD, AccountKey
from app.store.door import Store
from tests.features.billing.test_correcting import refused
from tests.features.conftest import LIVELY_NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.features.billing.conftest import Office
    from tests.features.conftest import Shop

YUAN = Money.yuan
NOVEMBER = "2026-11"


def balances(books: Books, *months: str) -> dict[AccountKey, int]:
    """Debit less credit by account, in fen."""
    found: dict[AccountKey, int] = defaultdict(int)
    for month in months:
        for voucher in books.vouchers(FOUNDER, month):
            for key, fen in voucher.entries.items():
                found[key] += fen
    return found


def entries(books: Books, kind: VoucherKind) -> list[dict[AccountKey, int]]:
    return [
        {key: fen for key, fen in each.entries.items() if fen}
        for each in books.vouchers(FOUNDER, NOVEMBER)
        if each.kind is kind
    ]


@pytest.fixture(scope="module")
def lively_books(lively: Path) -> Iterator[tuple[Store, Books, list[str]]]:
    """The sample shop's books, and every month in which it booked anything."""
    store = Store.open(lively, SetClock(LIVELY_NOW), exclusive=False)
    with store.read() as reading:
        days = reading.execute(
            text(
                "SELECT min(day), max(day) FROM (SELECT day FROM stock_move UNION SELECT business_day FROM sale)"
            )
        ).one()
    first, last = (date.fromisoformat(each) for each in days)
    months = [
        f"{year}-{month:02d}"
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if f"{first:%Y-%m}" <= f"{year}-{month:02d}" <= f"{last:%Y-%m}"
    ]
    yield store, Books(store), months
    store.close()


# -- a lively shop -----------------------------------------------------------------------------------------


def test_every_voucher_of_every_month_is_zero_and_so_is_the_whole(
    lively_books: tuple[Store, Books, list[str]],
) -> None:
    _store, books, months = lively_books
    seen = 0
    for month in months:
        journal = books.journal(FOUNDER, month)
        seen += journal.vouchers
        by_voucher: dict[int, int] = defaultdict(int)
        for line in journal.lines:
            assert (line.debit == ZERO) != (line.credit == ZERO)
            assert line.debit >= ZERO
            assert line.credit >= ZERO
            assert f"{line.day:%Y-%m}" == month
            by_voucher[line.voucher] += line.debit.fen - line.credit.fen
        assert set(by_voucher.values()) <= {0}
        assert sorted(by_voucher) == list(range(1, journal.vouchers + 1))
        assert journal.debit == journal.credit
    assert seen > 100


def test_the_accounts_agree_with_what_the_shop_itself_says(
    lively_books: tuple[Store, Books, list[str]],
) -> None:
    store, books, months = lively_books
    found = balances(books, *months)
    with store.read() as reading:

        def fen(query: str) -> int:
            return int(reading.execute(text(query)).scalar() or 0)

        assert found[AccountKey.STOCK] == fen("SELECT sum(value) FROM stock_move")
        assert found[AccountKey.DUE_CUSTOMER] == fen(
            "SELECT sum(due) FROM invoice_balance WHERE payer = 'customer'"
        )
        assert found[AccountKey.DUE_OTHER] == fen(
            "SELECT sum(due) FROM invoice_balance WHERE payer != 'customer'"
        )
        assert -found[AccountKey.HELD] == fen("SELECT sum(amount) FROM held_money")
        revenue = sum(-found[AccountKey(key)] for key in ("visit", "labour", "parts", "other", "discount"))
        assert revenue == fen("SELECT sum(visit + labour + parts + other + discount) FROM sale")
        assert -found[AccountKey.TAX] == fen("SELECT sum(tax) FROM sale")
        assert found[AccountKey.COST] == fen("SELECT sum(cost) FROM sale WHERE payer != 'shop'")
        assert found[AccountKey.GUARANTEE] == fen("SELECT sum(cost) FROM sale WHERE payer = 'shop'")
        assert found[AccountKey.WECHAT] == fen("SELECT sum(amount) FROM payment WHERE method = 'wechat'")
        owed = fen("SELECT sum(owed_value) FROM stock_move") - fen(
            "SELECT sum(total) FROM consign_settlement"
        )
        assert -found[AccountKey.CONSIGNED] == owed
        assert found[AccountKey.CASH] == (
            fen("SELECT sum(amount) FROM payment WHERE method = 'cash'")
            + fen("SELECT sum(amount) FROM till_move")
            + fen("SELECT sum(difference) FROM till_session WHERE difference IS NOT NULL")
        )


@pytest.mark.parametrize("language", list(Language), ids=lambda each: each.value)
def test_csv_and_workbook_come_back_with_every_fen(
    lively_books: tuple[Store, Books, list[str]], tmp_path: Path, language: Language
) -> None:
    _store, books, months = lively_books
    month = months[-1]
    told: list[int] = []
    set_language(language)
    try:
        journal = books.journal(FOUNDER, month)
        lines = export_books(
            books, FOUNDER, month, tmp_path / "books.csv", lambda done, _total: told.append(done)
        )
        export_books(books, FOUNDER, month, tmp_path / "books.xlsx")
    finally:
        set_language(Language.EN)
    assert lines == len(journal.lines)
    assert told == sorted(told)
    raw = (tmp_path / "books.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert head[6:8] == (
        ["借方金额", "贷方金额"] if language is Language.ZH else ["Debit amount", "Credit amount"]
    )
    debit = sum(Money.parse(row[6]).fen for row in rows if row[6])
    credit = sum(Money.parse(row[7]).fen for row in rows if row[7])
    assert debit == credit == journal.debit.fen
    book = CalamineWorkbook.from_path(tmp_path / "books.xlsx")
    assert len(book.sheet_names) == 2
    _head, *cells, total = book.get_sheet_by_index(0).to_python()
    assert [(row[3], round(100 * (float(row[6] or 0) - float(row[7] or 0)))) for row in cells] == [
        (line.number, line.debit.fen - line.credit.fen) for line in journal.lines
    ]
    assert cells[0][0] == journal.lines[0].day
    assert round(float(total[6]) * 100) == round(float(total[7]) * 100) == journal.debit.fen


# -- one thing after another -------------------------------------------------------------------------------


def test_a_sale_is_due_until_it_is_paid_and_the_advance_is_used(shop: Shop, office: Office) -> None:
    books = Books(shop.store)
    card = office.counter.ready(deposit=YUAN(50), price=YUAN(100))
    office.counter.settle(card, Tender(PaymentMethod.WECHAT, card.due))
    found = balances(books, NOVEMBER)
    assert found[AccountKey.DUE_CUSTOMER] == found[AccountKey.HELD] == 0
    assert (found[AccountKey.CASH], found[AccountKey.WECHAT]) == (5000, 5000)
    assert found[AccountKey.LABOUR] + found[AccountKey.TAX] == -10000
    [invoice] = entries(books, VoucherKind.INVOICE)
    assert invoice[AccountKey.DUE_CUSTOMER] == 10000


def test_a_deposit_of_an_earlier_day_is_an_advance_until_then(shop: Shop, office: Office) -> None:
    books = Books(shop.store)
    card = office.counter.ready(deposit=YUAN(50), price=YUAN(100))
    assert entries(books, VoucherKind.PAYMENT) == [{AccountKey.CASH: 5000, AccountKey.HELD: -5000}]
    shop.clock.set(shop.clock.now().replace(day=24))
    card = office.counter.card(card.id)
    office.counter.settle(card, Tender(PaymentMethod.WECHAT, card.due))
    assert entries(books, VoucherKind.ADVANCE_USED) == [
        {AccountKey.HELD: 5000, AccountKey.DUE_CUSTOMER: -5000}
    ]


def test_corrections_refunds_debts_and_cash_each_have_their_voucher(shop: Shop, office: Office) -> None:
    books = Books(shop.store)
    invoice = office.sold(YUAN(100))
    office.corrections.credit(shop.ctx(), office.credit(invoice, YUAN(30)))
    office.billing.refund(shop.ctx(), RefundAsked(invoice.customer_id, PaymentMethod.CASH, YUAN(30), "多收"))
    [credit] = entries(books, VoucherKind.CREDIT)
    assert credit[AccountKey.DUE_CUSTOMER] == -3000
    assert credit[AccountKey.LABOUR] > 0
    [refund] = entries(books, VoucherKind.REFUND)
    assert refund == {AccountKey.CASH: -3000, AccountKey.HELD: 3000}
    found = balances(books, NOVEMBER)
    assert (found[AccountKey.CASH], found[AccountKey.DUE_CUSTOMER], found[AccountKey.HELD]) == (7000, 0, 0)


def test_bad_debt_is_an_expense_and_comes_back_when_it_is_paid_after_all(shop: Shop, office: Office) -> None:
    books = Books(shop.store)
    invoice = office.on_account(YUAN(80))
    office.corrections.write_off(shop.ctx(), invoice.id, YUAN(80), WriteOffReason.UNREACHABLE, "搬走了")
    [voucher] = entries(books, VoucherKind.WRITE_OFF)
    assert voucher == {AccountKey.BAD_DEBT: 8000, AccountKey.DUE_CUSTOMER: -8000}


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["sell", "account", "credit", "credit_all", "refund"]), st.integers(1, 30_000)
        ),
        max_size=7,
    )
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sold_credited_and_given_back_the_books_balance(
    shared_shop: Shop, shared_office: Office, steps: list[tuple[str, int]]
) -> None:
    office, shop = shared_office, shared_shop
    books = Books(shop.store)
    invoice = office.sold(YUAN(10))
    for step, fen in steps:
        amount = Money(fen)
        match step:
            case "sell":
                invoice = office.sold(amount)
            case "account":
                invoice = office.on_account(amount)
            case "credit" | "credit_all":
                now = office.invoice(invoice.number)
                kind = CreditKind.WHOLE if step == "credit_all" else CreditKind.AMOUNT
                if now.creditable:
                    office.corrections.credit(
                        shop.ctx(),
                        CreditAsked(
                            now.id,
                            kind,
                            CreditReason.GOODWILL,
                            "客户不满意",
                            amount=min(amount, now.creditable) if kind is CreditKind.AMOUNT else ZERO,
                        ),
                    )
            case _:
                held = Money(
                    sum(each.amount.fen for each in office.billing.held(FOUNDER, invoice.customer_id))
                )
                if held:
                    office.billing.refund(
                        shop.ctx(),
                        RefundAsked(invoice.customer_id, PaymentMethod.CASH, min(held, amount), "多收"),
                    )
    assert all(not sum(each.entries.values()) for each in books.vouchers(FOUNDER, NOVEMBER))
    found = balances(books, NOVEMBER)
    with shop.store.read() as reading:
        due = reading.execute(text("SELECT coalesce(sum(due), 0) FROM invoice_balance")).scalar_one()
        held = reading.execute(text("SELECT coalesce(sum(amount), 0) FROM held_money")).scalar_one()
    assert found[AccountKey.DUE_CUSTOMER] == due
    assert -found[AccountKey.HELD] == held


# -- accounts ----------------------------------------------------------------------------------------------


def test_accounts_are_the_standards_until_the_owner_says_otherwise(shop: Shop, office: Office) -> None:
    books = Books(shop.store)
    assert [row.key for row in books.accounts(FOUNDER)] == list(AccountKey)
    assert not any(row.changed for row in books.accounts(FOUNDER))
    office.sold(YUAN(10))
    books.save_accounts(
        shop.ctx(),
        [AccountEntry(AccountKey.LABOUR, "6001.02", "维修收入"), AccountEntry(AccountKey.CASH, "", "")],
    )
    changed = {row.key: row for row in books.accounts(FOUNDER) if row.changed}
    assert list(changed) == [AccountKey.LABOUR]
    assert ("6001.02", "维修收入") in {
        (line.number, line.name) for line in books.journal(FOUNDER, NOVEMBER).lines
    }
    books.save_accounts(shop.ctx(), [AccountEntry(AccountKey.LABOUR, "", "")])
    assert not any(row.changed for row in books.accounts(FOUNDER))


@pytest.mark.parametrize(
    ("number", "name", "reason"),
    [
        ("=1+1", "x", Reason.BAD_CHOICE),
        ("10 01", "x", Reason.BAD_CHOICE),
        ("1" * 40, "x", Reason.BAD_CHOICE),
        ("1001", "x" * 61, Reason.TEXT_TOO_LONG),
        ("1001", "a\0b", Reason.BAD_TEXT),
    ],
)
def test_account_numbers_that_are_none_are_refused(
    shared_shop: Shop, number: str, name: str, reason: Reason
) -> None:
    before = shared_shop.fingerprint()
    with refused(reason):
        Books(shared_shop.store).save_accounts(
            shared_shop.ctx(), [AccountEntry(AccountKey.CASH, number, name)]
        )
    assert shared_shop.fingerprint() == before


def test_only_the_owner_changes_accounts(shared_shop: Shop) -> None:
    with refused(Reason.NOT_ALLOWED):
        Books(shared_shop.store).save_accounts(shared_shop.ctx(Role.LEAD), [])


def test_every_kind_of_money_has_a_standard_account() -> None:
    assert set(STANDARD) == set(AccountKey)


def test_a_month_or_file_that_is_none_is_refused(shared_shop: Shop, tmp_path: Path) -> None:
    books = Books(shared_shop.store)
    for month in ("2026-13", "26-11", "2026-11-01", "", "x" * 200):
        with refused(Reason.MONTH_UNKNOWN):
            books.journal(FOUNDER, month)
    with refused(Reason.FILE_KIND):
        export_books(books, FOUNDER, NOVEMBER, tmp_path / "books.pdf")
    with pytest.raises(EnvironmentFault):
        export_books(books, FOUNDER, NOVEMBER, tmp_path / "nowhere" / "books.csv")
    assert not list(tmp_path.iterdir())


def test_a_cancelled_export_leaves_the_file_as_it_was(shared_shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "books.csv"
    file.write_text("old")

    class Stopped(Exception):
        pass

    def stop(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        export_books(Books(shared_shop.store), FOUNDER, NOVEMBER, file, stop)
    assert file.read_text() == "old"
