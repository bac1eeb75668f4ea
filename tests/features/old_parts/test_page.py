"""The pages of old parts, stocktakes, tools, defective goods and goods of others, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.changes import Changes, Kind
from app.core.codes import CodeKind, parse, running_code
from app.core.enums import (
    BatchState,
    Command,
    CountKind,
    CountState,
    DefectGrade,
    DefectSource,
    DefectState,
    LoanWay,
    OldPartRule,
    OldPartState,
    PaperKind,
    Payer,
    Role,
    Status,
    ToolAction,
    ToolState,
)
from app.core.errors import Reason, Refusal
from app.core.money import ONE, Money, Quantity
from app.core.words import Language
from app.features.counting.differences import DifferencesDialog
from app.features.counting.page import CountingPage
from app.features.defective.others_page import LOANS, SETTLED, OthersPage
from app.features.defective.page import DefectivePage
from app.features.defective.snapshots import DefectiveEntry
from app.features.handover.page import HandoverPage
from app.features.old_parts.forms import PolicyDialog
from app.features.old_parts.labels import print_new
from app.features.old_parts.page import BATCHES, OldPartsPage
from app.features.old_parts.snapshots import PolicyRow
from app.features.stock.ledger import goods_in
from app.features.stock.snapshots import PartEntry
from app.features.tools.page import KINDS, TO_BUY, ToolsPage
from app.model import Part
from app.services import Services
from app.ui.form_dialog import FormDialog
from app.ui.page import Page
from tests.features.conftest import Shop, take_in
from tests.features.page_tools import Forms, Papers, desk_of, english_left, fill, speaking_each

TYPED = ("KFR-35GW", "E24", "SF99", "SN1")


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


@pytest.fixture
def services(shop: Shop) -> Services:
    return Services(shop.store)


@pytest.fixture
def papers() -> Papers:
    return Papers()


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Forms:
    return Forms(monkeypatch)


def shown(page: Page, qtbot: QtBot) -> None:
    qtbot.addWidget(page)
    page.resize(1180, 640)
    page.show()
    page.come_to_front()


def all_chinese(widget: QWidget, language: Language) -> bool:
    return language is not Language.ZH or english_left(widget, *TYPED) == []


def part_of(shop: Shop, services: Services, pieces: int = 5) -> int:
    entry = PartEntry("压缩机", "台", sale_price=Money.yuan(420), location="甲1", brand="海尔")
    part = services.stock.save_part(shop.ctx(), None, None, entry).row.id
    services.stock.receive(shop.ctx(), part, Quantity.of(pieces), Money.yuan(300))
    return part


def brand_order(shop: Shop) -> int:
    order = take_in(shop)
    with shop.store.write(Command.MOVE_ORDER, shop.ctx()) as tx:
        found = tx.order(order.id, None)
        found.status, found.payer = Status.REPAIRING, Payer.BRAND
    return order.id


def use(shop: Shop, services: Services, order: int, part: int) -> None:
    card = services.bench.open_card(order, shop.people[Role.TECHNICIAN])
    services.bench.add_part(shop.ctx(Role.TECHNICIAN), order, card.version, part, ONE)


def test_the_counter_is_told_of_old_parts_that_are_not_back(
    shop: Shop, services: Services, papers: Papers, qtbot: QtBot, language: Language
) -> None:
    services.old_parts.save_policies(shop.ctx(), (PolicyRow("海尔", "", OldPartRule.RETURN),))
    order = brand_order(shop)
    use(shop, services, order, part_of(shop, services))
    assert services.handover.open(order, shop.people[Role.COUNTER]).old_parts_missing == 1
    page = HandoverPage(services.handover, services.orders, desk_of(shop, Role.COUNTER, papers))
    shown(page, qtbot)
    page.open_order(order)
    said = " ".join(each.text() for each in page.findChildren(QLabel))
    assert ("旧件" if language is Language.ZH else "old part") in said
    (row,) = services.old_parts.of_order(order)
    services.old_parts.shelve(shop.ctx(), row.id)
    assert services.handover.open(order, shop.people[Role.COUNTER]).old_parts_missing == 0


def test_old_parts_from_the_scan_to_the_brand(
    shop: Shop, services: Services, papers: Papers, forms: Forms, qtbot: QtBot, language: Language
) -> None:
    old = services.old_parts
    old.save_policies(shop.ctx(), (PolicyRow("海尔", "", OldPartRule.RETURN),))
    part, order = part_of(shop, services), brand_order(shop)
    heard: list[Changes] = []
    shop.store.changes.subscribe(heard.append)
    use(shop, services, order, part)
    (row,) = old.of_order(order)
    # The label comes out of the printer as the part is replaced, and only then.
    print_new(heard[-1], old, papers)
    assert papers.printed == [(PaperKind.OLD_PART_LABEL, row.code)]
    shop.clock.advance(timedelta(days=20))
    page = OldPartsPage(old, services.stock, desk_of(shop, Role.OWNER, papers))
    shown(page, qtbot)
    assert [each.id for each in page.list.rows()] == [row.id]
    page.list.select_first()
    assert page.overdue.isVisible()
    assert page.shelve_button.isVisible()
    assert all_chinese(page, language)
    page.place.set_value("旧1")
    assert page.take_scan(parse(row.code))
    now = old.old_part(row.id)
    assert (now.state, now.location) == (OldPartState.ON_SHELF, "旧1")
    print_new(heard[-1], old, papers)
    assert len(papers.printed) == 1
    with pytest.raises(Refusal) as caught:
        page.take_scan(parse(row.code))
    assert caught.value.reason is Reason.OLD_PART_STATE
    assert page.pack_button.isVisible()
    page.print_paper()
    assert papers.previewed == [(PaperKind.OLD_PART_LABEL, row.code)]
    page.filter.set_value(BATCHES)
    assert page.take_scan(parse(row.code))
    batches = page.batches
    assert batches.shown is not None
    number = batches.shown.row.number
    assert all_chinese(page, language)

    def send(dialog: FormDialog) -> None:
        fill(dialog, "顺丰", "SF99")
        dialog.try_it()

    forms.answer(send)
    batches.send()
    assert batches.shown.row.state is BatchState.SENT
    assert papers.previewed[-1] == (PaperKind.RETURN_PACKING_LIST, number)
    batches.refresh()
    batches.parts.select_first()
    assert batches.accept_one.isVisible()
    batches.accept()
    assert old.old_part(row.id).state is OldPartState.ACCEPTED
    assert page.take_scan(parse(batches.shown.row.code))
    assert not page.take_scan(parse(running_code(CodeKind.TOOL, 1)))


def test_an_old_part_is_handed_in_before_its_new_one(
    shop: Shop, services: Services, papers: Papers, forms: Forms, qtbot: QtBot, language: Language
) -> None:
    services.old_parts.save_policies(shop.ctx(), (PolicyRow("海尔", "", OldPartRule.SWAP),))
    part, order = part_of(shop, services), brand_order(shop)
    number = services.bench.open_card(order, shop.people[Role.OWNER]).number
    page = OldPartsPage(services.old_parts, services.stock, desk_of(shop, Role.TECHNICIAN, papers))
    shown(page, qtbot)
    assert not page.rules_button.isVisible()

    def hand_in(dialog: FormDialog) -> None:
        fill(dialog, "2611-99999", "压缩机", None, "SN1", "旧2")
        dialog.try_it()
        assert dialog.result() == 0
        fill(dialog, number)
        dialog.try_it()

    forms.answer(hand_in)
    page.hand_in()
    (row,) = services.old_parts.of_order(order)
    assert (row.state, row.serial, row.location) == (OldPartState.ON_SHELF, "SN1", "旧2")
    assert papers.printed == [(PaperKind.OLD_PART_LABEL, row.code)]
    use(shop, services, order, part)
    assert services.old_parts.missing_for_order(order) == ()


def test_the_rules_are_edited_as_a_table(
    shop: Shop, services: Services, papers: Papers, forms: Forms, qtbot: QtBot, language: Language
) -> None:
    dialog = PolicyDialog(services.old_parts, desk_of(shop, Role.OWNER, papers))
    qtbot.addWidget(dialog)
    dialog.show()

    def rule(brand: str, below: str) -> object:
        def type_it(form: FormDialog) -> None:
            fill(form, brand, None, below)
            form.try_it()

        return type_it

    forms.answer(rule("美的", "15"), rule("美的", "20"))  # type: ignore[arg-type]
    dialog.add()
    dialog.add()
    dialog.save()
    assert dialog.result() == 0
    dialog.table.select_first()
    dialog.remove()
    assert all_chinese(dialog, language)
    dialog.save()
    assert [each.free_below for each in services.old_parts.policies()] == [Money.yuan(20)]


def test_a_stocktake_by_scanner(
    shop: Shop, services: Services, papers: Papers, forms: Forms, qtbot: QtBot, language: Language
) -> None:
    part, other = part_of(shop, services), part_of(shop, services, 2)
    page = CountingPage(services.counting, services.shelf, desk_of(shop, Role.LEAD, papers))
    shown(page, qtbot)
    assert not page.take_scan(parse(running_code(CodeKind.PART, part)))
    forms.answer(lambda dialog: dialog.try_it())
    page.open_count()
    (count,) = services.counting.page()
    assert (count.kind, count.blind) == (CountKind.ALL, True)
    page.refresh()
    page.times.set_value(Quantity.of(3))
    assert page.take_scan(parse(running_code(CodeKind.PART, part)))
    assert page.take_scan(parse(running_code(CodeKind.PART, part)))
    assert services.counting.lines(count.id)[0].counted == Quantity.of(4)
    page.refresh()
    assert all_chinese(page, language)
    page.lines.select(services.counting.lines(count.id)[1].key)

    def type_it(dialog: FormDialog) -> None:
        fill(dialog, "2")
        dialog.try_it()

    forms.answer(type_it)
    page.type_count()
    page.print_paper()
    assert papers.previewed == [(PaperKind.COUNT_LIST, count.number)]
    found = services.counting.differences(shop.people[Role.LEAD], count.id)
    dialog = DifferencesDialog(services.counting, page.desk, found)
    qtbot.addWidget(dialog)
    dialog.show()
    assert [each.part_id for each in dialog.table.rows()] == [part]
    assert all_chinese(dialog, language)
    dialog.approve()
    assert services.counting.count(count.id).state is CountState.APPROVED
    assert services.stock.part(part).row.on_hand == Quantity.of(4)
    assert services.stock.part(other).row.on_hand == Quantity.of(2)
    page.refresh()
    assert not page.type_button.isVisible()


def test_whoever_counts_blind_sees_no_differences(
    shop: Shop, services: Services, papers: Papers, qtbot: QtBot
) -> None:
    part_of(shop, services)
    count = services.counting.open(shop.ctx(), CountKind.ALL)
    page = CountingPage(services.counting, services.shelf, desk_of(shop, Role.COUNTER, papers))
    shown(page, qtbot)
    assert page.take_scan(parse(count.code))
    assert page.shown is not None
    assert not page.difference_button.isVisible()


def test_tools_by_scan(
    shop: Shop, services: Services, papers: Papers, forms: Forms, qtbot: QtBot, language: Language
) -> None:
    page = ToolsPage(services.tools, desk_of(shop, Role.OWNER, papers))
    shown(page, qtbot)

    def add(dialog: FormDialog) -> None:
        fill(dialog, "万用表", "万用表1", "墙上", "150")
        dialog.try_it()

    forms.answer(add)
    page.add()
    (tool,) = services.tools.page()
    assert (tool.name, tool.price) == ("万用表1", Money.yuan(150))
    assert papers.printed == [(PaperKind.TOOL_LABEL, tool.code)]
    forms.answer(lambda dialog: dialog.try_it())
    assert page.take_scan(parse(tool.code))
    assert services.tools.tool(tool.id).holder == "王丽华"
    page.refresh()
    assert all_chinese(page, language)
    assert page.take_scan(parse(tool.code))
    assert services.tools.tool(tool.id).holder_id is None

    def why(dialog: FormDialog) -> None:
        fill(dialog, "找不到")
        dialog.try_it()

    page.list.select_first()
    forms.answer(why)
    page.report(ToolAction.MISS)
    assert services.tools.tool(tool.id).state is ToolState.MISSING
    page.view.set_value(KINDS)
    kind = page.kinds.rows()[0]

    def two(dialog: FormDialog) -> None:
        fill(dialog, None, "2")
        dialog.try_it()

    forms.answer(two)
    page.edit_kind(kind)
    page.view.set_value(TO_BUY)
    assert [each.to_buy for each in page.kinds.rows()] == [2]
    assert all_chinese(page, language)
    with pytest.raises(Refusal) as caught:
        page.take_scan(parse(tool.code))
    assert caught.value.reason is Reason.TOOL_STATE


def test_defective_goods(
    shop: Shop, services: Services, papers: Papers, forms: Forms, qtbot: QtBot, language: Language
) -> None:
    part = part_of(shop, services)
    entry = DefectiveEntry("空调外机", DefectSource.TRANSPORT, "cooling", "海尔", "KFR-35GW")
    row = services.defective.save(shop.ctx(), None, None, entry)
    row = services.defective.grade(shop.ctx(), row.id, row.version, DefectGrade.SCRAP, Money.yuan(50))
    page = DefectivePage(services.defective, services.stock, desk_of(shop, Role.OWNER, papers))
    shown(page, qtbot)
    page.list.select_first()
    assert page.strip_button.isVisible()
    assert not page.sell_button.isVisible()

    def part_out(dialog: FormDialog) -> None:
        fill(dialog, running_code(CodeKind.PART, part), "1", "5")
        dialog.try_it()

    forms.answer(part_out)
    page.strip()
    assert services.stock.part(part).row.on_hand == Quantity.of(6)
    assert all_chinese(page, language)
    page.list.select_first()
    page.finish()
    assert services.defective.good(row.id).state is DefectState.STRIPPED
    assert page.take_scan(parse(row.code))


def test_goods_of_others(
    shop: Shop, services: Services, papers: Papers, forms: Forms, qtbot: QtBot, language: Language
) -> None:
    part = part_of(shop, services, 1)
    with shop.store.write(Command.CONSIGN_PART, shop.ctx()) as tx:
        found = tx.session.get_one(Part, part)
        found.consign_price = Money.yuan(70)
        goods_in.consign_in(tx, found, Quantity.of(2))
    use(shop, services, brand_order(shop), part)
    page = OthersPage(services.consigned, services.loans, services.stock, desk_of(shop, Role.LEAD, papers))
    shown(page, qtbot)
    page.owed.select_first()
    assert page.settle_button.isVisible()
    assert all_chinese(page, language)
    forms.answer(lambda dialog: dialog.try_it())
    page.settle()
    assert services.consigned.settlements()[0].total == Money.yuan(70)
    page.view.set_value(SETTLED)
    page.settlements.select_first()
    assert all_chinese(page, language)

    def lend(dialog: FormDialog) -> None:
        fill(dialog, "压缩机", "1", "老张家电")
        dialog.try_it()

    forms.answer(lend, lambda dialog: dialog.try_it())
    page.new_loan(LoanWay.LENT)
    assert page.view.value() == LOANS
    assert all_chinese(page, language)
    page.give_back()
    assert services.loans.page() == ()


def test_pages_listen_to_their_own_records(
    shop: Shop, services: Services, papers: Papers, qtbot: QtBot
) -> None:
    desk = desk_of(shop, Role.OWNER, papers)
    pages: dict[Kind, Page] = {
        Kind.OLD_PART: OldPartsPage(services.old_parts, services.stock, desk),
        Kind.STOCK_COUNT: CountingPage(services.counting, services.shelf, desk),
        Kind.TOOL: ToolsPage(services.tools, desk),
        Kind.DEFECTIVE: DefectivePage(services.defective, services.stock, desk),
        Kind.PART: OthersPage(services.consigned, services.loans, services.stock, desk),
    }
    for kind, page in pages.items():
        qtbot.addWidget(page)
        assert page.concerns(Changes(frozenset({(kind, 1)})))
        assert not page.concerns(Changes(frozenset({(Kind.CUSTOMER, 1)})))
