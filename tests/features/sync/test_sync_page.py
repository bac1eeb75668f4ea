"""The head office's tab compares: what agrees is said in the status line, what differs in a dialog of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.core.brand_codes import ClaimState, LinkFault
from app.core.enums import Role
from app.core.money import Money
from app.core.wire.answers import ClaimState as Theirs
from app.core.wire.card import card_to_text
from app.core.words import Language, speaking
from app.features.brands.service import Brands
from app.features.brands.snapshots import BrandEntry
from app.features.sync.comparison_dialog import ComparisonDialog
from app.features.sync.page import SyncPage
from app.features.sync.service import Sync
from app.features.sync.snapshots import (
    ClaimOdd,
    ClaimSide,
    Odd,
    Pushed,
    Reconciled,
    StatementCheck,
    StatementOdd,
    Step,
    StepResult,
    TakenOff,
)
from app.ui.fields import ComboField, TextField
from tests.features.page_tools import Forms, Papers, desk_of, english_left
from tests.promises.test_push import CARD

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.ui.form_dialog import FormDialog
    from tests.features.conftest import Shop

OURS = ClaimSide(1, ClaimState.SENT, Money(8000), None)
THEIRS = ClaimSide(1, Theirs.ACCEPTED, Money(8001), Money(7500))
ODD = (
    ClaimOdd("P2611-00001", (Odd.CLAIMED, Odd.STATE), OURS, THEIRS),
    ClaimOdd("P2611-00002", (Odd.MISSING_THERE,), OURS, None),
    ClaimOdd("P2611-00003", (Odd.MISSING_HERE,), None, THEIRS),
    ClaimOdd("P2611-00004", (Odd.VERSION,), OURS, THEIRS),
    ClaimOdd("P2611-00005", (Odd.ACCEPTED,), OURS, THEIRS),
)
STATEMENT = StatementCheck(
    month="2026-11",
    statements=("2026-11-0001",),
    ours=Money(9000),
    theirs=Money(8000),
    odd=(
        StatementOdd("P2611-00001", Money(5000), Money(4000)),
        StatementOdd("P2611-00002", None, Money(5000)),
        StatementOdd("P2611-00003", Money(5000), None),
        StatementOdd("P2611-00004", Money(1), Money(1)),
    ),
    taken_there=(TakenOff("迟到上门", Money(1000)),),
    adds_up=False,
)


@pytest.mark.parametrize("language", list(Language))
def test_what_differs_is_shown_and_what_agrees_is_said(
    language: Language, shop: Shop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, brands = Sync(shop.store), Brands(shop.store)
    brand = brands.save(shop.ctx(), None, BrandEntry("海尔")).row.id
    sync.connect(shop.ctx(), brand, card_to_text(CARD))
    found: list[object] = [
        Reconciled(brand, "海尔", 3, Money(24_000), Money(24_001), odd=ODD),
        Reconciled(brand, "海尔", 3, Money(24_000), Money(24_000)),
        Reconciled(brand, "海尔", fault=LinkFault.BUSY),
        STATEMENT,
        StatementCheck("2026-10"),
    ]
    monkeypatch.setattr(sync, "reconcile", lambda _brand, _stop: found.pop(0))
    monkeypatch.setattr(sync, "statement", lambda _brand, _month: found.pop(0))
    shown: list[ComparisonDialog] = []
    monkeypatch.setattr(ComparisonDialog, "exec", lambda dialog: shown.append(dialog))
    forms = Forms(monkeypatch)
    said: list[str] = []
    with speaking(language):
        page = SyncPage(sync, brands, desk_of(shop, Role.OWNER, Papers()))
        qtbot.addWidget(page)
        page.said.connect(lambda message: said.append(message.text))
        page.come_to_front()
        page.links.select(brand)
        for left in (4, 3, 2):
            page.compare()
            qtbot.waitUntil(lambda left=left: len(found) == left and page._asking is None)
        for left in (1, 0):
            forms.scripts.append(lambda form: form.try_it())
            page.compare_statement()
            qtbot.waitUntil(lambda left=left: len(found) == left and page._asking is None)
        claims, statement = shown
        qtbot.addWidget(claims)
        qtbot.addWidget(statement)
        assert claims.table.model.rowCount() == 6
        assert statement.table.model.rowCount() == 4
        assert [text[:2] for text in said] == ["海尔"] * 3
        if language is Language.ZH:
            for each in shown:
                assert english_left(each, "P") == []
    page.close()


def test_a_round_says_what_went_and_what_came(shop: Shop, qtbot: QtBot) -> None:
    page = SyncPage(Sync(shop.store), Brands(shop.store), desk_of(shop, Role.OWNER, Papers()))
    qtbot.addWidget(page)
    said: list[str] = []
    page.said.connect(lambda message: said.append(message.text))
    for done in (Pushed(), Pushed(answered=1), Pushed(decided=2), Pushed(answered=3, decided=1)):
        page._pushed([done])
    page.close()
    assert said == [
        "Nothing waits.",
        "1 message arrived.",
        "2 answers came.",
        "3 messages arrived. 1 answer came.",
    ]


def test_a_card_that_does_not_work_is_corrected_where_it_was_pasted(
    shop: Shop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, brands = Sync(shop.store), Brands(shop.store)
    brand = brands.save(shop.ctx(), None, BrandEntry("海尔")).row.id
    tried = [(StepResult(Step.NAME, LinkFault.NAME),), (StepResult(Step.KEY),)]
    monkeypatch.setattr(sync, "test", lambda _card: tried.pop(0))
    forms = Forms(monkeypatch)
    pasted = card_to_text(CARD)

    def paste(form: FormDialog) -> None:
        which, text = _fields(form)
        assert text.text.placeholderText()
        assert which.value() == brand  # the only one there is
        text.set_value(pasted)
        forms.yes = False
        form.try_it()

    def again(form: FormDialog) -> None:
        which, text = _fields(form)
        assert (which.value(), text.value()) == (brand, pasted)
        assert sync.links() == ()
        assert page.banner.text()
        forms.yes = True
        form.try_it()

    forms.answer(paste, again)
    page = SyncPage(sync, brands, desk_of(shop, Role.OWNER, Papers()))
    qtbot.addWidget(page)
    page.connect_brand()
    qtbot.waitUntil(lambda: len(sync.links()) == 1)
    failed, worked = forms.questions
    assert failed.no.isDefault()
    assert worked.yes.isDefault()
    page.close()


def _fields(form: FormDialog) -> tuple[ComboField, TextField]:
    which, text = form.findChildren(ComboField)[0], form.findChildren(TextField)[0]
    return which, text
