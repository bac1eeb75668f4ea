"""The journal as it is read: filters, names, right of looking, export, and the owner's seal."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.clock import SetClock
from app.core.enums import Action, Command, Role, Status
from app.core.errors import Reason, Refusal
from app.core.rights import FOUNDER
from app.core.words import Language, speaking
from app.features.journal.detail_words import KEYS, LEFT_OUT
from app.features.journal.page import JournalPage
from app.features.journal.service import Journal
from app.features.journal.snapshots import Asked, JournalRow
from app.features.journal.telling import detail_words, done_words, move_words
from app.features.sheets.files import read_sheet
from app.store.audit import Broken
from app.store.door import Store
from tests.features.billing.conftest import Office, open_office
from tests.features.conftest import LIVELY_NOW, MORNING, Shop, open_shop
from tests.features.page_tools import Papers, desk_of

ROOT = Path(__file__).resolve().parents[3]


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


def test_whatever_a_command_notes_has_a_word() -> None:
    noted: set[str] = set()
    for file in (ROOT / "app").rglob("*.py"):
        for each in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(each, ast.Call)
                and isinstance(each.func, ast.Attribute)
                and each.func.attr == "journal"
            ):
                noted |= {keyword.arg for keyword in each.keywords if keyword.arg is not None}
    noted -= {"order_id", "action", "from_status", "to_status"}
    assert len(noted) > 80
    assert sorted(noted - KEYS.keys() - LEFT_OUT) == []


def test_no_code_is_left_in_the_journal_of_a_shop_that_did_everything(lively: Path, tmp_path: Path) -> None:
    shutil.copytree(lively, tmp_path / "shop")
    store = Store.open(tmp_path / "shop", SetClock(LIVELY_NOW))
    try:
        journal, rows = Journal(store), list[JournalRow]()
        with speaking(Language.ZH):
            while page := journal.page(FOUNDER, Asked(), rows[-1].id if rows else None, 500):
                rows += page
            # The names of parts and brands are whatever somebody typed.
            told = [detail_words(replace(row, named={})) for row in rows]
        left = {said for each in told for said in re.findall(r"[A-Za-z]*[a-z]{2,}[a-z_]*", each)}
        assert len(rows) > 1000
        assert left == set()
    finally:
        store.close()


@pytest.mark.parametrize(
    ("command", "detail", "said"),
    [
        (Command.SIGN_IN, {"staff": 7, "way": "pin"}, "员工: #7 · 方式: 密码"),
        (Command.ANSWER_QUOTE, {"way": "wechat"}, "方式: 微信"),
        (Command.MOVE_CASH, {"reason": "owner"}, "原因: 店主存取"),
        (Command.WRITE_OFF, {"reason": "other"}, "原因: 其他原因"),
        (Command.REPORT_TO_BRAND, {"kind": "monthly"}, "类别: 月度质量反馈表"),
        (Command.SEND_CLAIM, {"state": "sent"}, "状态: 已提交厂家"),
        (Command.SEND_OLD_PARTS, {"state": "sent"}, "状态: 已寄出"),
        (Command.SAVE_ACCOUNTS, {"account": "cash"}, "科目: 库存现金"),
        (Command.REPAIR_RECORDS, {"repaired": "drafts", "rows": 2}, "已修复: 草稿 · 行数: 2"),
        (Command.SAVE_COMMISSION, {"permille": 85}, "比例: 8.5 %"),
        (Command.CLASSIFY_PARTS, {"classes": {"A": 2}}, "分类: A 类: 2"),
        (Command.SAVE_PLACE, {"kind": "of a newer version"}, "类别: of a newer version"),
    ],
)
def test_the_same_key_is_said_as_its_command_means_it(
    journal: Journal, filled: Office, command: Command, detail: dict[str, object], said: str
) -> None:
    row = replace(journal.page(FOUNDER, Asked(), None, 1)[0], command=command, detail=detail, named={})
    with speaking(Language.ZH):
        assert detail_words(row) == said


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
