"""The number on a paper of money finds the paper, and opens where it is looked at."""

from __future__ import annotations

import pytest

from app.core.enums import CashReason, PaymentMethod, Role, TillMoveKind, WriteOffReason
from app.core.money import Money
from app.core.rights import FOUNDER
from app.core.tenders import Tender
from app.core.words import Language, set_language
from app.features.billing.snapshots import BilledInvoice, RefundAsked
from app.features.finder.hits import shell_hits
from app.features.finder.service import FinderService
from app.features.finder.snapshots import FinderHit, HitKind
from app.features.pricing.snapshots import PriceChoice
from app.features.till.snapshots import MoveAsked
from tests.features.billing.conftest import Office, open_office
from tests.features.conftest import Shop

YUAN = Money.yuan


@pytest.fixture(scope="module")
def office(shared_shop: Shop) -> Office:
    return open_office(shared_shop)


@pytest.fixture(scope="module")
def finder(shared_shop: Shop) -> FinderService:
    return FinderService(shared_shop.store)


@pytest.fixture(scope="module")
def invoice(office: Office) -> BilledInvoice:
    """Paid, credited by 30 and refunded; another of 50 on account and written off; 20 in advance; a deposit of 5."""
    sold = office.sold(YUAN(100))
    office.corrections.credit(office.shop.ctx(), office.credit(sold, YUAN(30)))
    office.billing.refund(
        office.shop.ctx(), RefundAsked(sold.customer_id, PaymentMethod.CASH, YUAN(30), "多收")
    )
    lost = office.on_account(YUAN(50))
    office.corrections.write_off(office.shop.ctx(), lost.id, YUAN(50), WriteOffReason.UNREACHABLE, "联系不上")
    office.billing.pay_invoices(
        office.shop.ctx(), sold.customer_id, [], [Tender(PaymentMethod.WECHAT, YUAN(20))], keep_rest=True
    )
    card = office.counter.take_in(deposit=YUAN(5))
    card = office.counter.bench.go_on(office.shop.ctx(Role.TECHNICIAN), card.id, card.version)
    part = office.counter.bench.price_offers(card.id)[0]
    ctx = office.shop.ctx(Role.TECHNICIAN)
    card = office.counter.bench.add_listed(ctx, card.id, card.version, PriceChoice(part.id))
    office.counter.bench.quote(office.shop.ctx(Role.TECHNICIAN), card.id, card.version)
    return sold


def exact(finder: FinderService, typed: str) -> FinderHit:
    found = finder.find(typed)
    assert found.exact is not None, typed
    assert found.hits[0] == found.exact
    return found.exact


def test_an_invoice_is_found_however_its_number_is_typed(
    finder: FinderService, invoice: BilledInvoice
) -> None:
    for typed in (
        invoice.number,
        invoice.number.lower(),
        invoice.number.replace("-", ""),
        f" {invoice.number} ",
        "Ｆ２６１１-００００１",
    ):
        hit = exact(finder, typed)
        assert (hit.kind, hit.opens, hit.id) == (HitKind.INVOICE, HitKind.INVOICE, invoice.id)
        assert "王丽华" in hit.title
        assert "100.00" in hit.detail


def test_part_of_a_number_lists_the_newest_first(finder: FinderService, invoice: BilledInvoice) -> None:
    found = finder.find("F2611")
    assert [each.number for each in found.papers] == ["F2611-00002", "F2611-00001"]
    assert found.exact is None
    assert [each.number for each in finder.find("F2611-0", limit=1).papers] == ["F2611-00002"]
    for typed in ("F", "F9912", "F2611-00099", "X2611-00001", "F26-00001"):
        assert finder.find(typed).papers == (), typed


def test_what_corrects_an_invoice_opens_it(
    finder: FinderService, invoice: BilledInvoice, office: Office
) -> None:
    note = exact(finder, "H2611-00001")
    assert (note.kind, note.opens, note.id) == (HitKind.CREDIT_NOTE, HitKind.INVOICE, invoice.id)
    off = exact(finder, "W2611-00001")
    assert (off.kind, off.opens) == (HitKind.WRITE_OFF, HitKind.INVOICE)
    assert office.billing.invoice(off.id, office.shop.people[Role.OWNER]).written_off == YUAN(50)


def test_papers_of_the_till_are_found_by_their_numbers(
    finder: FinderService, invoice: BilledInvoice, office: Office
) -> None:
    shift = exact(finder, "T2611-00001")
    assert (shift.kind, shift.opens) == (HitKind.SHIFT, None)
    session = office.tills.session(FOUNDER, shift.id)
    assert (session.number, shift.title) == ("T2611-00001", session.holder)
    move = MoveAsked(session.id, TillMoveKind.PAY_IN, CashReason.CHANGE, YUAN(1), "换零钱")
    slip = office.tills.move(office.shop.ctx(), move).moves[-1]
    assert (exact(finder, slip.number).kind, exact(finder, slip.number).id) == (HitKind.CASH_SLIP, slip.id)
    assert "¥1.00" in exact(finder, slip.number).detail


def test_a_payment_opens_what_it_paid(finder: FinderService, invoice: BilledInvoice) -> None:
    paid, refund, advance, deposit = (exact(finder, f"S2611-0000{at}") for at in (1, 2, 3, 4))
    assert (paid.opens, paid.id) == (HitKind.INVOICE, invoice.id)
    assert (refund.opens, refund.id) == (HitKind.INVOICE, invoice.id)
    assert (advance.opens, advance.id) == (HitKind.CUSTOMER, invoice.customer_id)
    assert deposit.opens is HitKind.ORDER
    assert "30.00" in refund.detail


def test_a_quote_opens_its_order(finder: FinderService, invoice: BilledInvoice) -> None:
    assert invoice
    hit = exact(finder, "2611-00003/1")
    assert (hit.kind, hit.opens, hit.number) == (HitKind.QUOTE, HitKind.ORDER, "2611-00003/1")
    assert exact(finder, "261100003/1") == hit
    assert finder.find("2611-00003/9").papers == ()


def test_the_groups_speak(finder: FinderService, invoice: BilledInvoice) -> None:
    set_language(Language.ZH)
    try:
        said = [shell_hits(finder.find(each))[0] for each in ("F2611-00001", "H2611-00001", "S2611-00001")]
    finally:
        set_language(Language.EN)
    assert [each.group for each in said] == ["结算单", "红字单", "收款"]
    assert {(each.kind, each.id) for each in said} == {("invoice", invoice.id)}
