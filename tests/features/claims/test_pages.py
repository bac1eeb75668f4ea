"""The rooms of the work for brands, in both languages: a claim filled in by its form, sent by F9, answered; a brand's
agreement; a connection that does not work yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.core.brand_codes import ClaimState, CodeList, LinkFault, OutboxState
from app.core.enums import Role
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.sentences import sentence
from app.core.wire.card import card_to_text
from app.core.wire.events import PhotoOf
from app.core.words import Language
from app.features.brands.agreement_form import AgreementForm
from app.features.brands.page import BrandsPage
from app.features.brands.snapshots import AgreementEntry, CodeEntry
from app.features.claims.page import ClaimsPage
from app.features.claims.photo_kinds import PhotoKinds
from app.features.sync.page import SyncPage
from app.features.sync.service import Sync
from app.features.sync.snapshots import Step, StepResult
from app.ui.form_dialog import FormDialog
from tests.features.claims.conftest import TERMS
from tests.features.page_tools import Forms, Papers, desk_of, english_left, speaking_each
from tests.hostile_pictures import picture
from tests.promises.test_push import CARD

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.features.claims.conftest import Works


@pytest.fixture(params=[Language.EN, Language.ZH])
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


def claims_page(qtbot: QtBot, works: Works, role: Role = Role.OWNER) -> ClaimsPage:
    page = ClaimsPage(works.claims, works.brands, desk_of(works.shop, role, Papers()))
    qtbot.addWidget(page)
    page.come_to_front()
    return page


def test_a_claim_is_filled_in_sent_and_answered(
    qtbot: QtBot, works: Works, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    brand = works.brand().row.id
    works.brands.save_codes(
        works.shop.ctx(),
        brand,
        [
            CodeEntry(CodeList.FAULT, "F01", "不制冷"),
            CodeEntry(CodeList.CAUSE, "C02", "老化"),
            CodeEntry(CodeList.FIX, "R03", "更换"),
        ],
    )
    claim_id = works.delivered()
    page = claims_page(qtbot, works)
    forms = Forms(monkeypatch)
    page.list.select(claim_id)
    assert page.shown is not None
    assert page.shown.lacks

    def fill(form: FormDialog) -> None:
        fault, cause, fix, serial, _produced, unsigned, _note = form._fields
        fault.set_value("F01")
        cause.set_value("C02")
        fix.set_value("R03")
        serial.set_value("HR1")
        unsigned.set_value("由家人代取")
        form.try_it()

    forms.scripts.append(fill)
    page.complete()
    assert works.claims.card(claim_id).row.state is ClaimState.READY
    page.save_and_print()
    assert works.claims.card(claim_id).row.state is ClaimState.SENT
    page.open_with(claim_id)

    def accept(form: FormDialog) -> None:
        _which, amount, _why = form._fields
        amount.set_value(Money.yuan(70))
        form.try_it()

    forms.scripts.append(accept)
    page.answer()
    assert works.claims.card(claim_id).row.accepted == Money.yuan(70)
    if language is Language.ZH:
        assert english_left(page, "BCD HR F R C HA brand example https S k") == []


def test_a_photo_is_added_as_what_is_missing(
    qtbot: QtBot, works: Works, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: Language
) -> None:
    works.brand(terms=replace(TERMS, photos=("serial_plate", "fault")))
    claim_id = works.delivered()
    works.complete(claim_id)
    page = claims_page(qtbot, works)
    page.open_with(claim_id)
    file = tmp_path / "plate.png"
    file.write_bytes(picture())
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    forms = Forms(monkeypatch)

    def fill(form: FormDialog) -> None:
        (kinds,) = form.findChildren(PhotoKinds)
        kinds.add_files([file, bad])
        # Read and cleaned beside the window: saving waits, and stops where one was refused.
        assert kinds.added() == ()
        form.try_it()
        assert not form.result()
        assert form.banner.isVisibleTo(form)
        assert not kinds.error.text()
        kinds.reading.finish()
        assert not form.result()
        assert kinds.error.text() == sentence(Refusal(Reason.BAD_IMAGE))
        assert kinds.missing() == (PhotoOf.FAULT,)
        # The wrong one, and one that is still being read: both go, and what is missing is missing again.
        for read in (True, False):
            kinds.add_files([file])
            if read:
                kinds.reading.finish()
            assert kinds.missing() == ()
            kinds.remove(1)
            kinds.reading.finish()
            assert (len(kinds.added()), kinds.missing()) == (1, (PhotoOf.FAULT,))
        if language is Language.ZH:
            assert english_left(form, "P JPEG PNG") == []
        form.try_it()

    forms.scripts.append(fill)
    # Photos are all that is missing: Enter asks for them.
    page.complete()
    assert [each.shows for each in works.claims.card(claim_id).photos] == [PhotoOf.SERIAL_PLATE]


def test_what_a_role_may_not_do_is_not_offered(qtbot: QtBot, works: Works) -> None:
    works.brand()
    card = works.sent()
    page = claims_page(qtbot, works, Role.TECHNICIAN)
    page.open_with(card.row.id)
    assert not page.withdraw_button.isVisibleTo(page)
    assert not page.answer_button.isVisibleTo(page)
    assert not page.send_all_button.isVisibleTo(page)


def test_an_agreement_is_typed_and_refused_in_its_form(
    qtbot: QtBot, works: Works, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    brand = works.brand().row.id
    page = BrandsPage(works.brands, desk_of(works.shop, Role.OWNER, Papers()))
    qtbot.addWidget(page)
    page.come_to_front()
    page.open_with(brand)
    (row,) = works.brands.card(brand).agreements
    done: list[AgreementEntry] = []

    def give(entry: AgreementEntry) -> None:
        done.append(entry)

    form = AgreementForm(row, works.brands.categories(), works.brands.today, give, page)
    qtbot.addWidget(form)
    form.try_it()
    # What is shown is what was kept: nothing changes by opening and saving.
    assert form.entry().terms.kept() == row.terms.kept()
    assert (done[0].number, done[0].valid_from, done[0].valid_to) == ("HA-1", row.valid_from, None)
    form.report_day.set_value("无")
    form.try_it()
    assert len(done) == 1
    assert form.banner.isVisibleTo(form)
    if language is Language.ZH:
        assert english_left(page, "BCD HR F R C HA brand example https S k") == []


def test_a_card_is_tested_before_it_is_kept(
    qtbot: QtBot, works: Works, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    brand = works.brand().row.id
    sync = Sync(works.shop.store)
    steps = (StepResult(Step.NAME), StepResult(Step.REACH, LinkFault.REFUSED))
    monkeypatch.setattr(sync, "test", lambda _card: steps)
    page = SyncPage(sync, works.brands, desk_of(works.shop, Role.OWNER, Papers()))
    qtbot.addWidget(page)
    page.come_to_front()
    forms = Forms(monkeypatch)

    def paste(form: FormDialog) -> None:
        which, text = form._fields
        which.set_value(brand)
        text.set_value(card_to_text(CARD))
        form.try_it()

    forms.scripts.append(paste)
    page.connect_brand()
    qtbot.waitUntil(lambda: bool(sync.links()))
    (link,) = sync.links()
    assert (link.brand, link.active, link.waiting) == ("海尔", True, 0)
    # What was connected is what one looks at now.
    qtbot.waitUntil(lambda: page.links.current() == link)
    assert sync.queue(OutboxState.WAITING) == ()
    assert date(2026, 11, 22) == works.brands.today()
    if language is Language.ZH:
        assert english_left(page, "BCD HR F R C HA brand example https S k") == []
