"""Papers from real records: frozen when issued, COPY n afterwards, labels always fresh, refusals in words."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from app.core.codes import CodeKind, parse
from app.core.enums import (
    BRAND_PAPERS,
    Command,
    CoverReason,
    LineKind,
    PaperKind,
    PaperSize,
    PaymentMethod,
    Role,
)
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER
from app.core.sentences import sentence
from app.core.words import Language
from app.features.printing.service import PAPER_SIGHTS
from app.model import PaperIssue
from app.papers.forms import HAS_BARCODE, SIZES
from app.papers.forms_of_money import (
    CashSlip,
    CloseSheet,
    CreditSheet,
    ReminderSheet,
    StatementSheet,
    TillSheet,
    WriteOffSheet,
)
from app.papers.forms_of_orders import (
    DeviceLabel,
    InvoiceSheet,
    PaymentReceipt,
    PickupReceipt,
    QuoteSheet,
    RepairCard,
)
from app.papers.forms_of_shelves import (
    CountSheet,
    DefectiveLabel,
    OldPartLabel,
    PackingList,
    PlaceLabel,
    ToolLabel,
)
from app.papers.forms_of_stock import PurchaseSheet, ReceiptSheet
from app.papers.forms_of_views import PartLabel, PartLabels
from app.papers.frozen import freeze
from tests.features.conftest import Shop, take_in
from tests.features.printing.conftest import TERMS, Press
from tests.papers.conftest import Proof

DOCUMENTS = (PaperKind.PICKUP_RECEIPT, PaperKind.QUOTE, PaperKind.INVOICE, PaperKind.PAYMENT_RECEIPT)
#: Documents too, of suppliers: no customer's name stands on them.
SUPPLIERS = (PaperKind.GOODS_RECEIPT, PaperKind.CONSIGN_SETTLEMENT)
#: What a brand was told, frozen as it was told.
BRANDS = (PaperKind.WEEKLY_SUMMARY, PaperKind.FEEDBACK_FORM, PaperKind.INCIDENT_REPORT)
#: Documents of the shop's money: frozen like the others, customers are not always named on them.
MONEY = (
    PaperKind.CREDIT_NOTE,
    PaperKind.WRITE_OFF,
    PaperKind.CASH_SLIP,
    PaperKind.TILL_COUNT,
    PaperKind.DAY_CLOSE,
)
FRESH = tuple(kind for kind in PaperKind if kind not in (*DOCUMENTS, *SUPPLIERS, *MONEY, *BRANDS))


def issues(shop: Shop) -> int:
    with shop.store.read() as reading:
        return int(reading.execute(select(func.count()).select_from(PaperIssue)).scalar_one())


@pytest.mark.parametrize("kind", list(PaperKind))
def test_every_paper_is_issued_from_real_records(press: Press, kind: PaperKind) -> None:
    role = Role.OWNER if kind in PAPER_SIGHTS else Role.COUNTER
    issued = press.printing.issue(press.shop.ctx(role), kind, press.numbers[kind])
    assert (issued.copy, issued.number) == (0, press.numbers[kind])
    assert press.printing.pdf(issued).startswith(b"%PDF")
    journal = press.shop.journal(Command.ISSUE_PAPER)[-1]
    assert (journal["paper"], journal["copy"]) == (kind.value, 0)
    # The journal holds codes and ids: no name, no phone.
    assert "王" not in json.dumps(journal, ensure_ascii=False)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_reprint_says_copy_and_shows_what_was_handed_out(press: Press, kind: PaperKind) -> None:
    number = press.numbers[kind]
    first = press.printing.issue(press.shop.ctx(), kind, number)
    press.rename_customer("赵敏")
    press.change_shop(terms="新的条款", guarantee="新的保修", shop_name="新的店名")
    press.shop.clock.set(press.shop.clock.now().replace(year=2027))
    second = press.printing.issue(press.shop.ctx(), kind, number)
    third = press.printing.issue(press.shop.ctx(), kind, number)
    assert (second.copy, third.copy) == (1, 2)
    assert second.form == third.form == first.form
    text = Proof(press.printing.pdf(third, Language.EN)).text
    assert "COPY2" in text
    assert "王丽华" in text
    assert "赵敏" not in text
    assert "新的店名" not in text
    assert issues(press.shop) == 1


@pytest.mark.parametrize("kind", FRESH)
def test_labels_and_cards_are_no_documents_and_always_fresh(press: Press, kind: PaperKind) -> None:
    press.printing.issue(press.shop.ctx(), kind, press.numbers[kind])
    press.rename_customer("赵敏")
    again = press.printing.issue(press.shop.ctx(), kind, press.numbers[kind])
    assert again.copy == 0
    if isinstance(again.form, RepairCard | DeviceLabel):
        assert again.form.customer_name == "赵敏"
    assert "COPY" not in Proof(press.printing.pdf(again, Language.EN)).text


@pytest.mark.parametrize("kind", [*DOCUMENTS, *SUPPLIERS, *BRANDS])
def test_a_second_gesture_is_a_copy_but_a_repeated_one_is_not(press: Press, kind: PaperKind) -> None:
    ctx = press.shop.ctx()
    number = press.numbers[kind]
    first = press.printing.issue(ctx, kind, number)
    again = press.printing.issue(ctx, kind, number)
    assert again == first
    assert press.printing.issue(press.shop.ctx(), kind, number).copy == 1


def test_looking_writes_nothing_and_says_which_copy_comes_next(press: Press) -> None:
    number = press.numbers[PaperKind.INVOICE]
    before = press.shop.fingerprint()
    looked = press.printing.look(FOUNDER, PaperKind.INVOICE, number)
    press.printing.pdf(looked)
    press.printing.pdf_without_booking(FOUNDER, PaperKind.INVOICE, number)
    assert (looked.copy, looked.issue_id) == (0, 0)
    assert press.shop.fingerprint() == before
    press.printing.issue(press.shop.ctx(), PaperKind.INVOICE, number)
    assert press.printing.look(FOUNDER, PaperKind.INVOICE, number).copy == 1
    file = press.printing.pdf_without_booking(FOUNDER, PaperKind.INVOICE, number, wanted=Language.EN)
    assert "COPY" not in Proof(file).text


def test_a_new_version_of_a_quote_is_a_paper_of_its_own(press: Press) -> None:
    number = press.numbers[PaperKind.QUOTE]
    first = press.printing.issue(press.shop.ctx(), PaperKind.QUOTE, number)
    with press.shop.store.write(Command.QUOTE, press.shop.ctx()) as tx:
        from app.model import Quote

        old = tx.session.scalars(select(Quote).where(Quote.order_id == press.card.id)).one()
        tx.session.add(
            Quote(
                order_id=old.order_id, version=old.version + 1, state=old.state, total=old.total,
                lines=old.lines, made_at=tx.now, made_by_id=old.made_by_id, valid_until=old.valid_until,
            )
        )  # fmt: skip
    second = press.printing.issue(press.shop.ctx(), PaperKind.QUOTE, number)
    assert isinstance(first.form, QuoteSheet)
    assert isinstance(second.form, QuoteSheet)
    assert (first.form.version, second.form.version) == (1, 2)
    assert second.copy == 0
    assert press.printing.issue(press.shop.ctx(), PaperKind.QUOTE, number).copy == 1


@pytest.mark.parametrize("kind", [kind for kind in PaperKind if kind is not PaperKind.COMMAND_SHEET])
@pytest.mark.parametrize("number", ["", "9999-99999", "0", "x" * 3000, "'; DROP TABLE staff"])
def test_a_number_without_this_paper_is_refused(shared_press: Press, kind: PaperKind, number: str) -> None:
    before = shared_press.shop.commits()
    for ask in (shared_press.printing.look, shared_press.printing.pdf_without_booking):
        with pytest.raises(Refusal) as refused:
            ask(FOUNDER, kind, number)
        assert refused.value.reason is Reason.NOT_FOUND
    with pytest.raises(Refusal):
        shared_press.printing.issue(shared_press.shop.ctx(), kind, number)
    assert shared_press.shop.commits() == before


def test_an_order_has_no_quote_and_no_invoice_before_they_are_made(shop: Shop) -> None:
    from app.features.printing.service import PrintingService

    printing = PrintingService(shop.store)
    order = take_in(shop)
    assert [kind for kind, _number in printing.numbers_of_order(order.id)] == [
        PaperKind.PICKUP_RECEIPT,
        PaperKind.REPAIR_CARD,
        PaperKind.DEVICE_LABEL,
    ]
    for kind in (PaperKind.QUOTE, PaperKind.INVOICE):
        with pytest.raises(Refusal):
            printing.look(FOUNDER, kind, order.number)
    with pytest.raises(Refusal):
        printing.numbers_of_order(404)


@pytest.mark.parametrize("kind", list(PaperKind))
def test_a_size_that_is_not_the_papers_is_refused_with_the_possible_ones(
    shared_press: Press, kind: PaperKind
) -> None:
    for size in set(PaperSize) - set(SIZES[kind]):
        with pytest.raises(Refusal) as refused:
            shared_press.printing.look(FOUNDER, kind, shared_press.numbers[kind], size)
        assert refused.value.reason is Reason.PAPER_SIZE_UNKNOWN
        assert SIZES[kind][0].value in sentence(refused.value)


@pytest.mark.parametrize("speech", list(Language))
@pytest.mark.parametrize("kind", list(PaperKind))
def test_real_papers_scan_in_both_languages(shared_press: Press, kind: PaperKind, speech: Language) -> None:
    looked = shared_press.printing.look(FOUNDER, kind, shared_press.numbers[kind])
    found = Proof(shared_press.printing.pdf(looked, speech)).codes()
    card = shared_press.card
    expected = {
        PaperKind.REPAIR_CARD: card.card_code,
        PaperKind.DEVICE_LABEL: card.card_code,
        PaperKind.QUOTE: card.card_code,
        PaperKind.INVOICE: card.card_code,
    }
    match kind:
        case PaperKind.PICKUP_RECEIPT:
            assert isinstance(looked.form, PickupReceipt)
            assert found == [looked.form.receipt_code] * 2
            assert parse(found[0]).kind is CodeKind.RECEIPT  # type: ignore[union-attr]
        case PaperKind.PART_LABEL:
            assert isinstance(looked.form, PartLabel)
            assert found == [looked.form.barcode]
        case PaperKind.PART_LABELS:
            assert isinstance(looked.form, PartLabels)
            assert found == [looked.form.labels[0].barcode] * 2
        case PaperKind.COMMAND_SHEET:
            assert len(found) == len(set(found)) > 10
        case (
            PaperKind.OLD_PART_LABEL
            | PaperKind.RETURN_PACKING_LIST
            | PaperKind.COUNT_LIST
            | PaperKind.TOOL_LABEL
            | PaperKind.PLACE_LABEL
            | PaperKind.DEFECTIVE_LABEL
        ):
            assert isinstance(
                looked.form,
                OldPartLabel | PackingList | CountSheet | ToolLabel | PlaceLabel | DefectiveLabel,
            )
            assert found == [looked.form.code]
        case PaperKind.TECHNICIAN_DAY | PaperKind.LEAD_DAY | PaperKind.PAY_STATEMENT:
            assert found == []
        case PaperKind.PURCHASE_ORDER | PaperKind.GOODS_RECEIPT:
            assert isinstance(looked.form, PurchaseSheet | ReceiptSheet)
            assert found == [looked.form.code]
            assert parse(found[0]).kind is CodeKind.PURCHASE  # type: ignore[union-attr]
        case PaperKind.CREDIT_NOTE:
            assert isinstance(looked.form, CreditSheet)
            assert found == [looked.form.card_code]
            assert parse(found[0]).kind is CodeKind.ORDER  # type: ignore[union-attr]
        case (
            PaperKind.PAYMENT_RECEIPT
            | PaperKind.STOCK_REPORT
            | PaperKind.MONTH_REPORT
            | PaperKind.CONSIGN_SETTLEMENT
            | PaperKind.WRITE_OFF
            | PaperKind.CASH_SLIP
            | PaperKind.TILL_COUNT
            | PaperKind.DAY_CLOSE
            | PaperKind.STATEMENT
            | PaperKind.PAYMENT_REMINDER
            | PaperKind.BRAND_SETTLEMENT
            | PaperKind.QUALITY_NOTICE
            | PaperKind.WEEKLY_SUMMARY
            | PaperKind.FEEDBACK_FORM
            | PaperKind.SELF_ASSESSMENT
            | PaperKind.INCIDENT_REPORT
            | PaperKind.STATUTORY_RECORD
        ):
            assert found == []
        case _:
            assert found == [expected[kind]]
    assert bool(found) or kind not in HAS_BARCODE


def test_the_receipt_says_what_was_handed_in_and_agreed(shared_press: Press) -> None:
    form = shared_press.printing.look(
        FOUNDER, PaperKind.PICKUP_RECEIPT, shared_press.numbers[PaperKind.PICKUP_RECEIPT]
    ).form
    assert isinstance(form, PickupReceipt)
    assert (form.accessories, form.damage, form.terms) == ("隔板 2 块、说明书", "左门划痕", TERMS)
    assert form.deposit == Money.yuan(50)
    assert form.taken_by == shared_press.shop.people[Role.COUNTER].name


def test_the_card_says_who_pays_and_why_in_the_papers_language(shared_press: Press) -> None:
    number = shared_press.numbers[PaperKind.REPAIR_CARD]
    looked = shared_press.printing.look(FOUNDER, PaperKind.REPAIR_CARD, number)
    assert isinstance(looked.form, RepairCard)
    assert looked.form.cover_reason is CoverReason.NO_PROOF
    assert "Noproofofpurchase" in Proof(shared_press.printing.pdf(looked, Language.EN)).text
    assert "客户付费" in Proof(shared_press.printing.pdf(looked, Language.ZH)).text
    # It hangs in sight of others.
    assert "13800138000" not in Proof(shared_press.printing.pdf(looked, Language.ZH)).text


def test_an_override_is_on_the_card_with_its_note(shop: Shop) -> None:
    from app.features.printing.service import PrintingService

    order = take_in(shop)
    with shop.store.write(Command.EDIT_ORDER, shop.ctx()) as tx:
        tx.order(order.id, None).cover = {
            "reason": "overridden", "until": "2027-01-31", "who": "周建国", "note": "老客户照顾",
        }  # fmt: skip
    printing = PrintingService(shop.store)
    text = Proof(printing.pdf(printing.look(FOUNDER, PaperKind.REPAIR_CARD, order.number), Language.ZH)).text
    assert "周建国" in text
    assert "老客户照顾" in text


def test_what_was_looked_at_and_printed_is_what_is_kept(shop: Shop) -> None:
    from app.features.printing.service import PrintingService

    order, printing = take_in(shop), PrintingService(shop.store)
    looked = printing.look(FOUNDER, PaperKind.PICKUP_RECEIPT, order.number)
    # While the preview stood open somebody corrected the record.
    with shop.store.write(Command.EDIT_ORDER, shop.ctx()) as tx:
        tx.order(order.id, None).fault = "漏水"
    issued = printing.issue(shop.ctx(), PaperKind.PICKUP_RECEIPT, order.number, looked=looked)
    assert issued.form == looked.form
    again = printing.issue(shop.ctx(), PaperKind.PICKUP_RECEIPT, order.number)
    assert (again.form, again.copy) == (looked.form, 1)


def test_the_invoice_adds_up_and_so_do_its_payments(shared_press: Press) -> None:
    form = shared_press.printing.look(
        FOUNDER, PaperKind.INVOICE, shared_press.numbers[PaperKind.INVOICE]
    ).form
    assert isinstance(form, InvoiceSheet)
    assert form.total == Money(sum(line.amount.fen for line in form.lines)) == Money.yuan(150)
    assert {line.kind for line in form.lines} == {LineKind.PART, LineKind.LABOUR}
    assert form.deposit_used == Money.yuan(50)
    assert [paid.amount for paid in form.payments] == [Money.yuan(40), Money.yuan(60)]
    assert (form.due, form.on_account) == (Money(0), Money(0))
    assert form.work_done == "更换加热管"
    assert form.subtotal + form.tax == form.total


def test_a_payment_receipt_says_what_was_still_due_then(shared_press: Press) -> None:
    with shared_press.shop.store.read() as reading:
        from app.model import Payment

        numbers = list(
            reading.execute(
                select(Payment.number).where(Payment.order_id == shared_press.card.id).order_by(Payment.id)
            ).scalars()
        )
    forms = [
        shared_press.printing.look(FOUNDER, PaperKind.PAYMENT_RECEIPT, number).form for number in numbers
    ]
    assert all(isinstance(form, PaymentReceipt) for form in forms)
    # Invoice 150: after the deposit 100, after WeChat 60, after cash nothing.
    assert [form.due for form in forms if isinstance(form, PaymentReceipt)] == [
        Money.yuan(100), Money.yuan(60), Money(0),
    ]  # fmt: skip


def test_a_deposit_before_any_charge_says_nothing_of_a_due_sum(shop: Shop) -> None:
    from app.features.bench.service import BenchService
    from app.features.handover.service import HandoverService
    from app.features.printing.service import PrintingService

    order = take_in(shop)
    handover, printing = HandoverService(shop.store), PrintingService(shop.store)
    bench = BenchService(shop.store)
    card = bench.open_card(order.id, shop.people[Role.LEAD])
    deposit = handover.take_deposit(
        shop.ctx(), order.id, card.version, PaymentMethod.CASH, Money.yuan(30)
    ).number
    form = printing.look(FOUNDER, PaperKind.PAYMENT_RECEIPT, deposit).form
    assert isinstance(form, PaymentReceipt)
    assert form.due is None
    card = bench.go_on(
        shop.ctx(Role.LEAD), order.id, bench.open_card(order.id, shop.people[Role.LEAD]).version
    )
    bench.add_line(
        shop.ctx(Role.LEAD),
        order.id,
        card.version,
        LineKind.LABOUR,
        "检测",
        Money.yuan(80),
        reason="not in the list",
    )
    charged = printing.look(FOUNDER, PaperKind.PAYMENT_RECEIPT, deposit).form
    assert isinstance(charged, PaymentReceipt)
    assert charged.due == Money.yuan(50)
    refund = handover.refund_deposit(
        shop.ctx(), order.id, bench.open_card(order.id, shop.people[Role.LEAD]).version,
        PaymentMethod.CASH, Money.yuan(10), "多收",
    )  # fmt: skip
    back = printing.look(FOUNDER, PaperKind.PAYMENT_RECEIPT, refund.number).form
    assert isinstance(back, PaymentReceipt)
    assert (back.due, back.amount) == (None, Money.yuan(10))


def test_the_list_names_an_example_of_each_that_prints(press: Press) -> None:
    # A shop without brands sees none of their papers.
    entries = press.printing.list_papers()
    assert {*PaperKind} - {entry.kind for entry in entries} == BRAND_PAPERS
    press.change_shop(brands=True)
    entries = press.printing.list_papers()
    assert [entry.kind for entry in entries] == list(PaperKind)
    for entry in entries:
        assert entry.example is not None
        assert press.printing.look(FOUNDER, entry.kind, entry.example).form


def test_an_empty_shop_has_examples_of_what_it_can_print(shop: Shop) -> None:
    from app.features.printing.service import PrintingService

    entries = PrintingService(shop.store).list_papers()
    assert {entry.kind for entry in entries if entry.example is not None} == {
        PaperKind.COMMAND_SHEET,
        PaperKind.STOCK_REPORT,
        PaperKind.PLACE_LABEL,  # the shelf that every shop has
    }


def test_a_shops_size_is_used_where_the_paper_has_it(press: Press) -> None:
    press.change_shop(paper_sizes={PaperKind.INVOICE.value: PaperSize.A4.value})
    assert press.printing.size_of(PaperKind.INVOICE) is PaperSize.A4
    assert (
        press.printing.look(FOUNDER, PaperKind.INVOICE, press.numbers[PaperKind.INVOICE]).size is PaperSize.A4
    )


def test_what_was_issued_is_listed_by_order(press: Press) -> None:
    for _time in range(3):
        press.printing.issue(press.shop.ctx(), PaperKind.INVOICE, press.numbers[PaperKind.INVOICE])
    press.printing.issue(press.shop.ctx(), PaperKind.QUOTE, press.card.number)
    press.printing.issue(press.shop.ctx(), PaperKind.REPAIR_CARD, press.card.number)
    assert press.printing.papers_of_order(press.card.id) == (
        (PaperKind.REPAIR_CARD, press.card.number, 0),
        (PaperKind.QUOTE, press.card.number, 0),
        (PaperKind.INVOICE, press.numbers[PaperKind.INVOICE], 2),
    )


def test_frozen_forms_hold_no_translated_words(press: Press) -> None:
    """The same form prints in either language: what is frozen is what people typed, codes and sums."""
    english = {}
    papers = (
        *DOCUMENTS,
        *SUPPLIERS,
        *BRANDS,
        PaperKind.COUNT_LIST,
        PaperKind.PLACE_LABEL,
        PaperKind.DEFECTIVE_LABEL,
    )
    for kind in papers:
        english[kind] = freeze(press.printing.look(FOUNDER, kind, press.numbers[kind]).form)
    from app.core.words import speaking

    with speaking(Language.ZH):
        for kind in papers:
            assert freeze(press.printing.look(FOUNDER, kind, press.numbers[kind]).form) == english[kind]


def test_a_retry_of_the_same_operation_after_more_copies_is_still_its_own(press: Press) -> None:
    number = press.numbers[PaperKind.INVOICE]
    ctx = press.shop.ctx()
    first = press.printing.issue(ctx, PaperKind.INVOICE, number)
    press.printing.issue(press.shop.ctx(), PaperKind.INVOICE, number)
    assert press.printing.issue(ctx, PaperKind.INVOICE, number).copy == first.copy == 0


def test_papers_of_money_say_what_was_booked(shared_press: Press) -> None:
    def form(kind: PaperKind) -> object:
        return shared_press.printing.look(FOUNDER, kind, shared_press.numbers[kind]).form

    credit, lost, slip = form(PaperKind.CREDIT_NOTE), form(PaperKind.WRITE_OFF), form(PaperKind.CASH_SLIP)
    assert isinstance(credit, CreditSheet)
    assert (credit.total, credit.freed, credit.invoice_total) == (Money.yuan(5), Money(0), Money.yuan(30))
    assert isinstance(lost, WriteOffSheet)
    assert (lost.amount, lost.due, lost.note) == (Money.yuan(10), Money.yuan(15), "不值得追")
    assert isinstance(slip, CashSlip)
    assert (slip.amount, slip.outgoing, slip.receipt) == (Money.yuan(15), True, "SF123")
    count, close = form(PaperKind.TILL_COUNT), form(PaperKind.DAY_CLOSE)
    assert isinstance(count, TillSheet)
    # 60 in cash came in, 15 went out.
    assert (count.taken, count.paid_out, count.expected) == (Money.yuan(60), Money.yuan(-15), Money.yuan(45))
    assert count.difference == Money(0)
    assert isinstance(close, CloseSheet)
    assert (close.invoices, close.invoiced, close.credited) == (2, Money.yuan(180), Money.yuan(5))
    taken = sum(each.taken.fen - each.refunded.fen for each in close.methods)
    assert taken == sum(each.taken.fen for each in close.people) == Money.yuan(150).fen
    assert close.revenue == Money(sum(each.revenue.fen for each in close.services))
    assert close.tax == Money(sum(each.tax.fen for each in close.taxes))
    assert close.due_customers == Money.yuan(15)
    assert close.head
    assert [each.number for each in close.tills] == [count.number]
    account, reminder = form(PaperKind.STATEMENT), form(PaperKind.PAYMENT_REMINDER)
    assert isinstance(account, StatementSheet)
    assert account.closing == account.opening + Money(
        sum(each.charged.fen - each.paid.fen for each in account.entries)
    )
    assert (account.closing, account.due, account.held) == (Money.yuan(15), Money.yuan(15), Money(0))
    assert isinstance(reminder, ReminderSheet)
    assert reminder.total == Money.yuan(15)


def test_a_close_is_printed_again_as_it_was_frozen(press: Press) -> None:
    number = press.numbers[PaperKind.DAY_CLOSE]
    first = press.printing.issue(press.shop.ctx(), PaperKind.DAY_CLOSE, number)
    press.change_shop(shop_name="新的店名")
    again = press.printing.issue(press.shop.ctx(), PaperKind.DAY_CLOSE, number)
    assert (again.copy, again.form) == (1, first.form)
