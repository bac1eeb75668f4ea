"""What the customer reads: the version and the limit of a quote, and how the invoice differs from it."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest

from app.core.enums import ApprovalWay, LineKind, PaperKind, Role
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER
from app.core.words import Language
from app.features.handover.service import HandoverService
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.orders.service import OrdersService
from app.features.printing.forms_of_orders import quote as quote_form
from app.features.printing.service import PrintingService
from app.features.settings.service import SettingsService
from tests.features.handover.test_settle import PNG
from tests.features.pricing.conftest import World
from tests.features.pricing.test_quotes import answered, ready, settled


def text_of(content: bytes) -> str:
    document = pdfium.PdfDocument(io.BytesIO(content))
    return "".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize(("speech", "words"), [(Language.ZH, "授权限额"), (Language.EN, "Agreed limit")])
def test_the_quote_says_version_limit_and_who_agreed(world: World, speech: Language, words: str) -> None:
    card = world.quoted()
    card = world.bench.add_line(
        world.ctx(), card.id, card.version, LineKind.LABOUR, "清洗", Money.yuan(80), reason="not in the list"
    )
    card = world.bench.quote(world.ctx(), card.id, card.version)
    card = answered(world, card, QuoteAnswer(ApprovalWay.WECHAT, "他太太", "周六前要", Money.yuan(200)))
    printing = PrintingService(world.shop.store)
    newest = text_of(printing.pdf_without_booking(FOUNDER, PaperKind.QUOTE, card.number, wanted=speech))
    for each in (words, "200.00", "他太太", "周六前要", "125.00", "清洗"):
        assert each in newest, each
    older = text_of(printing.pdf_without_booking(FOUNDER, PaperKind.QUOTE, f"{card.number}/1", wanted=speech))
    assert "45.00" in older
    assert "清洗" not in older
    with pytest.raises(Refusal) as refused:
        printing.look(FOUNDER, PaperKind.QUOTE, f"{card.number}/9")
    assert refused.value.reason is Reason.NOT_FOUND


def test_a_signature_stands_on_the_version_that_was_signed(world: World) -> None:
    """Before: version 1 was signed, version 2 agreed to by phone, and its paper bore the signature of version 1."""
    store = world.shop.store
    given = QuoteAnswer(ApprovalWay.SIGNATURE, signature_png=PNG)
    card = answered(world, world.quoted(), given)
    world.later(minutes=5)
    card = HandoverService(store).agree_total(
        world.ctx(Role.COUNTER), card.id, card.version, QuoteAnswer(ApprovalWay.PHONE, "他太太")
    )
    with store.read() as reading:
        first, _id = quote_form(reading, store, f"{card.number}/1")
        second, _id = quote_form(reading, store, f"{card.number}/2")
    assert (first.signature is not None, second.signature) == (True, None)


def test_a_printed_quote_remembers_when(world: World) -> None:
    card = world.quoted()
    orders = OrdersService(world.shop.store)
    assert orders.quotes(card.id)[0].printed_at is None
    PrintingService(world.shop.store).issue(world.ctx(Role.COUNTER), PaperKind.QUOTE, card.number)
    assert orders.quotes(card.id)[0].printed_at == world.shop.clock.now()


@pytest.mark.parametrize("wanted", [True, False])
def test_the_invoice_explains_the_quote_where_the_shop_wants_it(world: World, wanted: bool) -> None:
    SettingsService(world.shop.store).save(world.ctx(Role.OWNER), {"quote_on_invoice": wanted})
    card = world.start(answered(world, world.quoted(), QuoteAnswer(limit=Money.yuan(500))))
    card = world.bench.add_line(
        world.ctx(), card.id, card.version, LineKind.LABOUR, "焊接", Money.yuan(80), reason="not in the list"
    )
    card = world.bench.change_price(
        world.ctx(), card.id, card.version, card.lines[0].id, Money.yuan(50), "换大容量"
    )
    number = settled(world, HandoverService(world.shop.store), ready(world, card))
    said = text_of(
        PrintingService(world.shop.store).pdf_without_booking(
            FOUNDER, PaperKind.INVOICE, number, wanted=Language.ZH
        )
    )
    assert ("与报价的差额" in said) is wanted
    assert ("换大容量" in said) is wanted
    assert "130.00" in said
