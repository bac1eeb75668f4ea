"""The journal as it is read: filters, names, right of looking, export, and the owner's seal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.enums import Action, Command, Role, Status
from app.core.errors import Reason, Refusal
from app.core.words import Language, speaking
from app.features.journal.page import JournalPage
from app.features.journal.service import Journal
from app.features.journal.snapshots import Asked, JournalRow
from app.features.journal.telling import detail_words, done_words, move_words
from app.features.sheets.files import read_sheet
from app.store.audit import Broken
from tests.features.billing.conftest import Office, open_office
from tests.features.conftest import MORNING, Shop, open_shop
from tests.features.page_tools import Papers, desk_of


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A shop with one repair a day for three days, and one who tried what he may not."""
    shop = open_shop(tmp_path_factory.mktemp("journal") / "shop")
    office = open_office(shop)
    for _day in range(3):
        office.sold()
        with pytest.raises(Refusal), shop.store.write(Command.SAVE_STAFF, shop.ctx(Role.TECHNICIAN)):
            pass
        shop.clock.advance(timedelta(days=1))
    yield office
    shop.close()


@pytest.fixture
def journal(filled: Office) -> Journal:
    return Journal(filled.shop.store)


def all_of(filled: Office, journal: Journal, asked: Asked, limit: int = 7) -> list[JournalRow]:
    """Page by page, as a table asks."""
    owner, rows = filled.shop.people[Role.OWNER], list[JournalRow]()
    while True:
        page = journal.page(owner, asked, rows[-1].id if rows else None, limit)
        rows += page
        if len(page) < limit:
            return rows


def test_it_is_read_newest_first_and_every_entry_once(filled: Office, journal: Journal) -> None:
    rows = all_of(filled, journal, Asked())
    assert [row.id for row in rows] == list(range(len(rows), 0, -1))
    assert all(row.sealed for row in rows[:-1])


@pytest.mark.parametrize(
    "narrow",
    [
        lambda filled: Asked(command=Command.SETTLE),
        lambda filled: Asked(staff_id=filled.shop.people[Role.TECHNICIAN].id),
        lambda filled: Asked(denied=True),
        lambda filled: Asked(order="2611-00002"),
        lambda filled: Asked(first=MORNING.date() + timedelta(days=1)),
        lambda filled: Asked(last=MORNING.date()),
        lambda filled: Asked(first=MORNING.date() + timedelta(days=1), last=MORNING.date() + timedelta(days=1)),
        lambda filled: Asked(staff_id=0),
        lambda filled: Asked(order="nobody's"),
    ],
)  # fmt: skip
def test_each_filter_gives_what_it_says(filled: Office, journal: Journal, narrow: object) -> None:
    asked: Asked = narrow(filled)  # type: ignore[operator]
    zone_day = timedelta(hours=8)
    wanted = [
        row
        for row in all_of(filled, journal, Asked(), 500)
        if (asked.command is None or row.command is asked.command)
        and (not asked.denied or row.denied)
        and (not asked.order or row.order == asked.order)
        and (asked.first is None or (row.at + zone_day).date() >= asked.first)
        and (asked.last is None or (row.at + zone_day).date() <= asked.last)
    ]
    found = all_of(filled, journal, asked)
    if asked.staff_id is not None:
        names = {each.id: each.name for each in journal.people(filled.shop.people[Role.OWNER])}
        wanted = [row for row in wanted if row.who == names.get(asked.staff_id, "")]
    assert [row.id for row in found] == [row.id for row in wanted]
    assert (found == []) is (asked.order == "nobody's")


@pytest.mark.parametrize("language", list(Language))
def test_every_entry_is_said_in_words(filled: Office, journal: Journal, language: Language) -> None:
    with speaking(language):
        for row in all_of(filled, journal, Asked(), 500):
            assert done_words(row)
            assert "None" not in detail_words(row)
            assert "{" not in detail_words(row)
            if row.after is not None:
                assert "→" in move_words(row)


def test_a_move_says_from_where_to_where(filled: Office, journal: Journal) -> None:
    rows = all_of(filled, journal, Asked(order="2611-00001"))
    row = next(each for each in rows if each.action is Action.PASS_QC)
    with speaking(Language.EN):
        assert (row.before, row.after) == (Status.QC, Status.READY)
        assert done_words(row).endswith("pass") or done_words(row)
    settled = next(each for each in rows if each.command is Command.SETTLE)
    with speaking(Language.EN):
        assert detail_words(settled)
    strange = replace(settled, command="of a newer version", detail={"strange": {"a": 1}, "x": [1, 2]})
    assert done_words(strange).startswith("of a newer version")
    assert detail_words(strange)


def test_who_may_look(filled: Office, journal: Journal, tmp_path: Path) -> None:
    people = filled.shop.people
    assert journal.page(people[Role.LEAD], Asked())
    for role in (Role.COUNTER, Role.TECHNICIAN):
        for look in (
            lambda role=role: journal.page(people[role], Asked()),
            lambda role=role: journal.people(people[role]),
            lambda role=role: journal.verdict(people[role]),
        ):
            with pytest.raises(Refusal) as refused:
                look()
            assert refused.value.reason is Reason.NOT_ALLOWED
    for role in (Role.COUNTER, Role.TECHNICIAN, Role.LEAD):
        with pytest.raises(Refusal):
            journal.export(filled.shop.ctx(role), Asked(), tmp_path / "x.csv")
        with pytest.raises(Refusal):
            journal.seal_here(filled.shop.ctx(role))
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_was_found_goes_into_a_file_and_that_into_the_journal(
    filled: Office, journal: Journal, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"日志.{suffix}"
    asked = Asked(order="2611-00003")
    with speaking(Language.ZH):
        count = journal.export(filled.shop.ctx(), asked, file)
    rows = read_sheet(file).rows
    assert len(rows) == count + 1 == len(all_of(filled, journal, asked)) + 1
    assert filled.shop.journal(Command.EXPORT_JOURNAL)[-1] == {"kind": suffix}


def test_the_owner_seals_from_here_on(shop: Shop) -> None:
    journal, owner = Journal(shop.store), shop.people[Role.OWNER]
    open_office(shop).sold()
    assert journal.verdict(owner).sound
    raw = shop.store.engine.raw_connection()
    raw.cursor().execute("DROP TRIGGER journal_no_update")
    raw.cursor().execute("UPDATE journal SET mac = zeroblob(16) WHERE id = (SELECT max(id) FROM journal)")
    raw.close()
    found = journal.verdict(owner)
    assert found.broken is Broken.SEAL
    first = journal.seal_here(shop.ctx())
    again = journal.verdict(owner)
    assert (again.broken, again.sealed_from, again.entry) == (None, first, first - 1)
    assert shop.journal(Command.SEAL_JOURNAL) == [{"sealed_from": first}]


def test_a_shop_that_begins_to_work_for_brands_can_ask_for_their_commands(
    qtbot: QtBot, filled: Office, journal: Journal
) -> None:
    brands: list[bool] = []
    desk = desk_of(filled.shop, Role.OWNER, Papers())
    page = JournalPage(journal, "Asia/Shanghai", desk, lambda: bool(brands))
    qtbot.addWidget(page)
    page.come_to_front()
    assert page.what.combo.findData(Command.SEND_CLAIM) < 0 <= page.what.combo.findData(Command.SETTLE)
    page.what.set_value(Command.SETTLE)
    brands.append(True)
    page.refresh()
    assert page.what.combo.findData(Command.SEND_CLAIM) >= 0
    assert page.what.value() == Command.SETTLE
    page.first.set_value(None)
    page.refresh()
    assert page.list.rows()
    assert {row.command for row in page.list.rows()} == {Command.SETTLE}
