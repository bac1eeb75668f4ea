"""What was written down at intake is put right: checked as at intake, found by its new words, told in the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core.enums import Command, PaperKind, Role, Status
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER
from app.features.finder.service import FinderService
from app.features.orders.correcting import Correcting, entry_of
from app.features.orders.service import OrdersService
from app.features.orders.snapshots import OrderCard
from app.features.printing.service import PrintingService
from tests.features.conftest import Shop, take_in


def card_of(shop: Shop, order_id: int) -> OrderCard:
    return OrdersService(shop.store).card(order_id, shop.people[Role.COUNTER])


def correct(shop: Shop, card: OrderCard, role: Role = Role.COUNTER, **changed: Any) -> OrderCard:
    entry = replace(entry_of(card, zone(shop)), **changed)
    return Correcting(shop.store).correct(shop.ctx(role), card.id, card.version, entry)


def zone(shop: Shop) -> str:
    return shop.store.settings.time_zone


def found(shop: Shop, text: str) -> set[int]:
    return {each.id for each in FinderService(shop.store).find(text).orders}


def test_every_field_is_put_right_and_found_by_its_new_words(shop: Shop) -> None:
    card = card_of(shop, take_in(shop, serial="SN0000111", fault="不通电").id)
    promised = shop.store.clock.now().date() + timedelta(days=9)
    after = correct(
        shop,
        card,
        category="kitchen",
        brand="美的",
        model="MB-FB40",
        serial="SN0000777",
        fault="按键失灵",
        accessories=("电源线", "内胆"),
        damage="外壳划痕",
        shelf="B7",
        estimate=Money.yuan(88),
        spend_limit=Money.yuan(120),
        promised_on=promised,
    )
    assert (after.category, after.brand, after.model, after.serial) == (
        "kitchen",
        "美的",
        "MB-FB40",
        "SN0000777",
    )
    assert (after.fault, after.accessories, after.damage, after.shelf) == (
        "按键失灵",
        ("电源线", "内胆"),
        "外壳划痕",
        "B7",
    )
    assert (after.estimate, after.spend_limit) == (Money.yuan(88), Money.yuan(120))
    assert entry_of(after, zone(shop)).promised_on == promised
    assert after.version == card.version + 1
    assert found(shop, "SN0000777") == {card.id}
    assert found(shop, "SN0000111") == set()
    assert found(shop, "按键失灵") == {card.id}
    assert found(shop, "不通电") == set()


def test_a_corrected_fault_alone_is_found_by_its_new_words(shop: Shop) -> None:
    card = card_of(shop, take_in(shop, fault="不通电").id)
    correct(shop, card, fault="按键失灵")
    assert (found(shop, "按键失灵"), found(shop, "不通电")) == ({card.id}, set())


def test_the_journal_names_the_fields_and_not_what_stood_in_them(shop: Shop) -> None:
    card = card_of(shop, take_in(shop, fault="不通电").id)
    correct(shop, card, fault="王女士说不制冷")
    with shop.store.read() as reading:
        detail = reading.exec_driver_sql(
            "SELECT detail FROM journal WHERE command = 'edit_order'"
        ).scalar_one()
    assert "fault" in detail
    assert "王女士" not in detail


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"fault": " "}, Reason.FIELD_REQUIRED),
        ({"category": "spaceships"}, Reason.BAD_CHOICE),
        ({"serial": "x" * 200}, Reason.TEXT_TOO_LONG),
        ({"damage": "a\0b"}, Reason.BAD_TEXT),
        ({"estimate": Money(-1)}, Reason.AMOUNT_NEGATIVE),
        ({"spend_limit": Money(10**15)}, Reason.BAD_AMOUNT),
        ({"accessories": tuple(f"a{at}" for at in range(99))}, Reason.TOO_MANY_ENTRIES),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(
    shop: Shop, changed: dict[str, Any], reason: Reason
) -> None:
    card = card_of(shop, take_in(shop).id)
    with pytest.raises(Refusal) as refused:
        correct(shop, card, **changed)
    assert refused.value.reason is reason
    now = card_of(shop, card.id)
    assert (entry_of(now, zone(shop)), now.version) == (entry_of(card, zone(shop)), card.version)


def test_a_promise_in_the_past_is_refused_but_an_old_one_may_stand(shop: Shop) -> None:
    card = card_of(shop, take_in(shop).id)
    shop.clock.advance(timedelta(days=60))
    late = card_of(shop, card.id)
    assert correct(shop, late, shelf="A1").promised_at == card.promised_at
    with pytest.raises(Refusal) as refused:
        correct(shop, card_of(shop, card.id), promised_on=shop.store.clock.now().date() - timedelta(days=1))
    assert refused.value.reason is Reason.BAD_DATE


def test_a_closed_order_stays_as_it_was_and_a_technician_may_not(
    shop: Shop,
) -> None:
    gone = take_in(shop)
    with shop.store.write(Command.EDIT_ORDER, shop.ctx()) as tx:
        tx.order(gone.id, None).status = Status.DELIVERED
    card = card_of(shop, gone.id)
    with pytest.raises(Refusal) as refused:
        correct(shop, card, fault="something else")
    assert refused.value.reason is Reason.ORDER_CLOSED
    with pytest.raises(Refusal) as denied:
        correct(shop, card_of(shop, take_in(shop).id), Role.TECHNICIAN, fault="something else")
    assert denied.value.reason is Reason.NOT_ALLOWED


def test_somebody_elses_change_is_not_written_over(shop: Shop) -> None:
    card = card_of(shop, take_in(shop).id)
    correct(shop, card, shelf="A1")
    with pytest.raises(Conflict):
        correct(shop, card, shelf="A2")


def test_a_receipt_printed_after_a_correction_is_a_new_one_and_not_a_copy(shop: Shop) -> None:
    papers = PrintingService(shop.store)
    order = take_in(shop, fault="不通电")
    first = papers.issue(shop.ctx(), PaperKind.PICKUP_RECEIPT, order.number)
    shop.clock.advance(timedelta(minutes=1))
    assert papers.issue(shop.ctx(), PaperKind.PICKUP_RECEIPT, order.number).copy == 1
    correct(shop, card_of(shop, order.id), fault="按键失灵")
    shop.clock.advance(timedelta(minutes=1))
    assert papers.look(FOUNDER, PaperKind.PICKUP_RECEIPT, order.number).copy == 0
    again = papers.issue(shop.ctx(), PaperKind.PICKUP_RECEIPT, order.number)
    assert (again.copy, again.issue_id != first.issue_id) == (0, True)
    assert "按键失灵" in repr(again.form)
    shop.clock.advance(timedelta(minutes=1))
    assert papers.issue(shop.ctx(), PaperKind.PICKUP_RECEIPT, order.number).copy == 1
