"""The purchase page in both languages: from the proposal to the receipt, by keys and scans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.core.codes import parse
from app.core.enums import Command, PaperKind, PurchaseState, Role, Status
from app.core.money import ONE, Money, Quantity
from app.core.words import Language
from app.features.purchasing.offices import Offices
from app.features.purchasing.page import ORDERS, PROPOSAL, RECEIVE, PurchasePage
from app.features.purchasing.planning import Planning
from app.features.purchasing.receiving import Receiving
from app.features.purchasing.service import Purchasing
from app.features.purchasing.snapshots import HeadEntry, LineEntry, PurchaseCard, SupplierEntry
from app.features.purchasing.suppliers import Suppliers
from app.features.purchasing.wishes import Requests
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry
from app.model import Part
from app.ui.form_dialog import FormDialog
from tests.features.conftest import Shop, take_in
from tests.features.page_tools import Forms, Papers, desk_of, english_left, fill, speaking_each


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


@pytest.fixture
def offices(shop: Shop) -> Offices:
    store = shop.store
    return Offices(
        Suppliers(store),
        Planning(store),
        Requests(store),
        Purchasing(store),
        Receiving(store),
        StockService(store),
    )


@pytest.fixture
def papers() -> Papers:
    return Papers()


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Forms:
    return Forms(monkeypatch)


def page_of(
    shop: Shop, offices: Offices, qtbot: QtBot, papers: Papers, role: Role = Role.COUNTER
) -> PurchasePage:
    page = PurchasePage(offices, desk_of(shop, role, papers))
    qtbot.addWidget(page)
    page.resize(1270, 640)
    page.show()
    page.come_to_front()
    return page


@pytest.fixture
def page(shop: Shop, offices: Offices, papers: Papers, qtbot: QtBot, language: Language) -> PurchasePage:
    return page_of(shop, offices, qtbot, papers)


def part_of(shop: Shop, offices: Offices, name: str, **fields: object) -> int:
    part = offices.stock.save_part(
        shop.ctx(),
        None,
        None,
        PartEntry(name, "个", supplier="义乌配件行", barcodes=(f"69{len(name)}0000{name}",)),
    ).row.id
    with shop.store.write(Command.SAVE_PART, shop.ctx()) as tx:
        for key, value in fields.items():
            setattr(tx.session.get_one(Part, part), key, value)
    return part


def sent(shop: Shop, offices: Offices, *lines: LineEntry) -> PurchaseCard:
    supplier = next((each for each in offices.suppliers.all()), None)
    if supplier is None:
        supplier = offices.suppliers.save(shop.ctx(), None, None, SupplierEntry("义乌配件行"))
    card = offices.purchasing.create(shop.ctx(), HeadEntry(supplier.id), lines)
    return offices.purchasing.send(shop.ctx(), card.id, card.version)


def scan_part(page: PurchasePage, offices: Offices, part: int) -> None:
    assert page.take_scan(parse(offices.stock.part(part).own_code))


def typed(*texts: str | None) -> Callable[[FormDialog], None]:
    """A script that types into a form and gives its command."""

    def type_it(dialog: FormDialog) -> None:
        fill(dialog, *texts)
        dialog.try_it()

    return type_it


def loaded(page: PurchasePage, qtbot: QtBot, rows: int) -> None:
    qtbot.waitUntil(lambda: len(page.proposal.table.rows()) == rows)


def test_a_proposal_becomes_a_draft_is_sent_and_printed(
    shop: Shop, offices: Offices, qtbot: QtBot, papers: Papers, language: Language, forms: Forms
) -> None:
    part = part_of(shop, offices, "启动电容", minimum=Quantity.of(3), purchase_price=Money(850))
    order = take_in(shop)
    offices.requests.ask(shop.ctx(Role.TECHNICIAN), description="专用螺丝", order_id=order.id, urgent=True)
    page = page_of(shop, offices, qtbot, papers)
    loaded(page, qtbot, 2)
    request, row = page.proposal.table.rows()
    assert (request.taken, row.taken, row.quantity) == (False, True, Quantity.of(3))
    page.proposal.table.select(row.id)
    assert "3" in page.proposal.working.text()
    forms.answer(typed("5", "8"))
    page.proposal.edit(row)
    changed = page.proposal.table.current()
    assert (changed.quantity, changed.price) == (Quantity.of(5), Money(800))
    qtbot.keyClick(page.proposal.table.view, Qt.Key.Key_Space)
    assert not page.proposal.table.current().taken
    qtbot.keyClick(page.proposal.table.view, Qt.Key.Key_Space)
    page.save_and_print()
    assert page.look() == ORDERS
    card = page.orders.card
    assert card is not None
    assert [(line.part_id, line.quantity, line.unit_price) for line in card.lines] == [
        (part, Quantity.of(5), Money(800))
    ]
    page.save_and_print()
    assert page.orders.card is not None
    assert page.orders.card.state is PurchaseState.SENT
    assert papers.previewed == [(PaperKind.PURCHASE_ORDER, card.number)]
    if language is Language.ZH:
        assert english_left(page, "Del", "Ins", "KFR-35GW") == []


def test_a_request_without_supplier_is_not_ordered_before_one_is_chosen(
    shop: Shop, offices: Offices, qtbot: QtBot, papers: Papers, language: Language, forms: Forms
) -> None:
    offices.suppliers.save(shop.ctx(), None, None, SupplierEntry("上海仓"))
    offices.requests.ask(shop.ctx(Role.TECHNICIAN), description="热风枪")
    page = page_of(shop, offices, qtbot, papers)
    loaded(page, qtbot, 1)
    page.proposal.table.select_first()
    page.proposal.toggle()
    page.save_and_print()
    assert page.banner.text()
    assert offices.purchasing.rows() == ()

    forms.answer(typed(None, "120", "上海仓"))
    page.proposal.edit(page.proposal.table.current())
    page.save_and_print()
    assert page.orders.card is not None
    assert page.orders.card.lines[0].description == "热风枪"


def test_a_new_order_is_filled_by_scanning(
    shop: Shop, offices: Offices, page: PurchasePage, forms: Forms
) -> None:
    part = part_of(shop, offices, "压缩机")
    forms.answer(typed("义乌配件行"))
    page._new()
    assert page.look() == ORDERS
    scan_part(page, offices, part)
    scan_part(page, offices, part)
    card = page.orders.card
    assert card is not None
    assert [(line.part_id, line.quantity) for line in card.lines] == [(part, Quantity.of(2))]
    repair = take_in(shop)
    forms.answer(typed("专用支架", "1", "30", repair.number))
    page.orders.add_line()
    line = page.orders.card.lines[1] if page.orders.card else None
    assert line is not None
    assert (line.description, line.order_number) == ("专用支架", repair.number)
    page.orders.lines.select(line.id)
    page._remove()
    assert page.orders.card is not None
    assert len(page.orders.card.lines) == 1


def test_goods_come_in_by_scan_and_the_waiting_repair_is_shown(
    shop: Shop, offices: Offices, page: PurchasePage, papers: Papers, qtbot: QtBot, language: Language
) -> None:
    one, two = part_of(shop, offices, "压缩机"), part_of(shop, offices, "排水泵")
    repair = take_in(shop, status=Status.WAITING_PARTS)
    card = sent(
        shop,
        offices,
        LineEntry(Quantity.of(3), one, unit_price=Money.yuan(200), order_id=repair.id),
        LineEntry(Quantity.of(5), two, unit_price=Money.yuan(30)),
    )
    assert page.take_scan(parse(card.code))
    assert page.look() == RECEIVE
    page.receiving.press_digit(3)
    scan_part(page, offices, one)
    scan_part(page, offices, two)
    line, other = page.receiving.card.lines if page.receiving.card else ()
    assert page.receiving.counting.of(line).quantity == Quantity.of(3)
    assert page.receiving.counting.of(other).quantity == ONE
    page.save_and_print()
    now = offices.purchasing.card(card.id)
    assert now.state is PurchaseState.PART_RECEIVED
    assert [each.open for each in now.lines] == [Quantity(0), Quantity.of(4)]
    assert [each.id for each in page.receiving.ready.rows()] == [repair.id]
    assert page.receiving.ready.isVisible()
    with qtbot.waitSignal(page.wants) as asked:
        page.receiving.ready.opened.emit(page.receiving.ready.current())
    assert asked.args == ["bench", repair.id]
    page.print_paper()
    assert papers.previewed[-1] == (PaperKind.GOODS_RECEIPT, now.receipts[0].number)
    if language is Language.ZH:
        assert english_left(page, "Del", "Ins", "KFR-35GW") == []


def test_a_part_of_another_order_is_told_and_not_counted(
    shop: Shop, offices: Offices, page: PurchasePage
) -> None:
    one, stranger = part_of(shop, offices, "压缩机"), part_of(shop, offices, "排水泵")
    card = sent(shop, offices, LineEntry(ONE, one))
    page.take_scan(parse(card.code))
    scan_part(page, offices, stranger)
    assert "排水泵" in page.banner.text()
    assert page.receiving.counting.counted == {}
    assert page.take_scan(parse("6901234567892"))
    assert page.banner.text()


def test_more_than_ordered_is_refused_to_the_counter_and_asked_of_a_lead(
    shop: Shop, offices: Offices, papers: Papers, qtbot: QtBot, language: Language, forms: Forms
) -> None:
    part = part_of(shop, offices, "压缩机")
    card = sent(shop, offices, LineEntry(ONE, part, unit_price=Money.yuan(9)))
    for role, booked in ((Role.COUNTER, 0), (Role.LEAD, 2)):
        page = page_of(shop, offices, qtbot, papers, role)
        page.take_scan(parse(card.code))
        scan_part(page, offices, part)
        scan_part(page, offices, part)
        page.save_and_print()
        assert offices.stock.part(part).row.on_hand == Quantity.of(booked)
        assert bool(page.banner.text()) is (role is Role.COUNTER)
    assert len(forms.questions) == 1


def test_pieces_are_counted_with_their_numbers(
    shop: Shop, offices: Offices, page: PurchasePage, forms: Forms
) -> None:
    part = part_of(shop, offices, "主板", serialised=True)
    card = sent(shop, offices, LineEntry(Quantity.of(2), part, unit_price=Money.yuan(9)))
    page.take_scan(parse(card.code))
    assert page.knows_part("SN-001")
    scan_part(page, offices, part)
    page.take_scan(parse("SN-001"))
    page.take_scan(parse("SN-002"))
    page.take_scan(parse("SN-002"))
    assert page.banner.text()
    page.save_and_print()
    assert offices.purchasing.card(card.id).state is PurchaseState.CLOSED
    assert offices.stock.part(part).row.on_hand == Quantity.of(2)


def test_a_line_is_typed_and_what_was_counted_lives_through_a_change_of_language(
    shop: Shop, offices: Offices, papers: Papers, qtbot: QtBot, page: PurchasePage, forms: Forms
) -> None:
    part = part_of(shop, offices, "铜管")
    card = sent(shop, offices, LineEntry(Quantity.of(10), part, unit_price=Money.yuan(9)))
    page.take_scan(parse(card.code))
    forms.answer(typed("7.5", "8.8"))
    page.receiving.edit(card.lines[0])
    other = page_of(shop, offices, qtbot, papers)
    other.restore(page.draft())
    other.save_and_print()
    now = offices.purchasing.card(card.id)
    assert (now.lines[0].received, now.receipts[0].total) == (Quantity(7500), Money(6600))
    assert other.draft() is None


def test_an_order_is_exported_and_called_off(
    shop: Shop,
    offices: Offices,
    page: PurchasePage,
    forms: Forms,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part = part_of(shop, offices, "=压缩机")
    card = sent(shop, offices, LineEntry(ONE, part, unit_price=Money.yuan(9), supplier_number="007"))
    page.open_with(card.id)
    for name in ("order.xlsx", "order.csv"):
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *_args, name=name: (str(tmp_path / name), "")
        )
        page.orders.export_file()
    csv = (tmp_path / "order.csv").read_bytes().decode("utf-8-sig")
    assert "007" in csv
    assert "'=压缩机" in csv
    assert (tmp_path / "order.xlsx").read_bytes()[:2] == b"PK"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "no" / "order.csv"), "")
    )
    page.orders.export_file()
    assert page.banner.text()
    page.orders.cancel()
    assert offices.purchasing.card(card.id).state is PurchaseState.CANCELLED


def test_suppliers_and_season_factors_are_kept(
    shop: Shop, offices: Offices, page: PurchasePage, forms: Forms
) -> None:
    from app.features.purchasing.dialogs import SuppliersDialog

    dialog = SuppliersDialog(page)
    forms.answer(typed("德力西", "李", "13957985001", "义乌", "4"))
    dialog.edit(None)
    (row,) = offices.suppliers.all()
    assert (row.name, row.contact, row.lead_days) == ("德力西", "李", 4)
    forms.answer(typed("德力西电气"))
    dialog.edit(row)
    assert offices.suppliers.all()[0].name == "德力西电气"
    forms.answer(typed("heating", *(["90"] * 12)))
    page.proposal.edit_season()
    assert [each.percents for each in offices.planning.seasons()] == [(90,) * 12]


def test_a_technician_sees_and_changes_nothing(
    shop: Shop, offices: Offices, papers: Papers, qtbot: QtBot, language: Language
) -> None:
    page = page_of(shop, offices, qtbot, papers, Role.TECHNICIAN)
    assert not page.proposal.order_button.isVisible()
    assert page.look() == PROPOSAL
    page.looks.setCurrentIndex(ORDERS)
    assert not page.orders.new_button.isVisible()
