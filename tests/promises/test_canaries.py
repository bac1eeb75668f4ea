"""Promise 20: passcodes are nowhere but sealed in their row, and a person who was erased is neither in the database
nor in its log. Looked for byte by byte, in every surface that the program writes."""

from __future__ import annotations

import logging
import random
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.core import logbook
from app.core.enums import Action, BackupKind, LineKind, NoteKind, PaperKind, PaymentMethod, Role
from app.core.errors import Refusal, ShopError
from app.core.money import Money
from app.core.tenders import Tender
from app.core.words import Language
from app.features.backups.service import Backups
from app.features.customers.sheets.service import CustomerSheets
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.journal.service import Journal
from app.features.journal.snapshots import Asked
from app.features.printing.service import PrintingService
from app.features.privacy.service import Privacy
from app.papers import press
from app.papers.forms import SIZES
from app.ui.crash import crash_report
from tests.features.billing.conftest import Office, open_office
from tests.features.conftest import Shop, open_shop
from tests.promises.canaries import found_in, found_under

if TYPE_CHECKING:
    from tests.promises.conftest import Promise, Round

pytestmark = pytest.mark.promise(20)

_SYLLABLES = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往"


def passcode_of(dice: random.Random) -> str:
    """One that nothing else looks like: digits, letters, or what Chinese customers write."""
    kind = dice.randrange(3)
    if kind == 0:
        return "".join(dice.choices("0123456789", k=14))
    if kind == 1:
        return "".join(dice.choices("abcdefghjkmnpqrstuvwxyzABCDEFGHJK!?-", k=12))
    return "图案" + "".join(dice.sample(_SYLLABLES, 6)) + str(dice.randrange(1000, 9999))


def phone_of(dice: random.Random) -> str:
    return f"1{dice.choice('35789')}{dice.randrange(10**9):09d}"


class Person:
    """Somebody with a device, a passcode and two numbers that are nobody else's."""

    def __init__(self, dice: random.Random) -> None:
        self.codes = (passcode_of(dice), passcode_of(dice))
        self.phones = (phone_of(dice), phone_of(dice))
        self.name = "上官" + "".join(dice.sample(_SYLLABLES, 2))

    @property
    def private(self) -> tuple[str, ...]:
        """What an erasure must take away."""
        return (*self.codes, *self.phones, self.name)


def lived(office: Office, person: Person, out: Path) -> int:
    """A whole visit: everything that the program writes about it, on every surface; the customer's id."""
    shop = office.shop
    entry = DeviceEntry(category="it", brand="联想", fault="开不了机", passcode=person.codes[0],
                        spend_limit=Money.yuan(5000))  # fmt: skip
    customer = CustomerEntry(None, person.name, *person.phones, address="河边路 8 号")
    draft = {"customer": {"name": person.name, "phone": person.phones[0]},
             "devices": [{"passcode": person.codes[0], "fault": "开不了机"}]}  # fmt: skip
    intake, bench, ctx = office.counter.intake, office.counter.bench, shop.ctx
    intake.save_draft(shop.people[Role.COUNTER], draft)
    taken = intake.take_in(ctx(Role.COUNTER), TakeIn(customer, (entry,)))
    order_id, number = taken.orders[0].order_id, taken.orders[0].number
    intake.save_draft(shop.people[Role.LEAD], draft)
    assert bench.reveal_passcode(ctx(Role.LEAD), order_id) == person.codes[0]
    bench.add_note(ctx(Role.COUNTER), order_id, f"回电 {person.phones[1]}", NoteKind.CONTACT)
    card = bench.go_on(ctx(Role.TECHNICIAN), order_id, office.counter.card(order_id).version)
    privacy = Privacy(shop.store)
    privacy.passcodes.write_down(ctx(Role.TECHNICIAN), order_id, person.codes[1])
    _papers(shop, number, out, PaperKind.PICKUP_RECEIPT, PaperKind.REPAIR_CARD, PaperKind.DEVICE_LABEL)
    _stumbled(shop, person)
    card = office.counter.card(order_id)
    card = bench.add_line(
        ctx(Role.TECHNICIAN),
        card.id,
        card.version,
        LineKind.LABOUR,
        "换电源",
        Money.yuan(60),
        reason="not in the list",
    )
    for _step in range(3):
        card = office.counter.card(order_id)
        card = bench.done(ctx(Role.TECHNICIAN), card.id, card.version) if _step != 1 else bench.go_on(
            ctx(Role.TECHNICIAN), card.id, card.version)  # fmt: skip
    return card.customer_id


def handed_over(office: Office, order_id: int, out: Path) -> None:
    from app.core.enums import Action

    ctx = office.shop.ctx
    card = office.counter.card(order_id)
    card = office.counter.bench.move(ctx(Role.LEAD), card.id, card.version, Action.PASS_QC)
    settled = office.counter.settle(card, Tender(PaymentMethod.WECHAT, card.due))
    _papers(office.shop, settled.invoice_number, out, PaperKind.INVOICE)


def taken_out(shop: Shop, customer_id: int, out: Path) -> None:
    """Everything that leaves the shop as a file."""
    CustomerSheets(shop.store).export(shop.ctx(), out / "customers.xlsx")
    CustomerSheets(shop.store).export(shop.ctx(), out / "customers.csv")
    Journal(shop.store).export(shop.ctx(), Asked(), out / "journal.csv")
    Privacy(shop.store).hand_out(shop.ctx(), customer_id, out / "person.zip")
    backups = Backups(shop.store)
    backups.make(BackupKind.HOURLY)
    backups.save_file(shop.ctx(), out / "shop.xiuhu")


def _papers(shop: Shop, number: str, out: Path, *kinds: PaperKind) -> None:
    printing = PrintingService(shop.store)
    for kind in kinds:
        issued = printing.issue(shop.ctx(Role.COUNTER), kind, number)
        for size in SIZES[kind][:1]:
            content = press.render(issued.form, size, language=Language.ZH)
            (out / f"{kind.value}-{number}.pdf").write_bytes(content)


def _stumbled(shop: Shop, person: Person) -> None:
    """Errors that carry it on their way: into the log, into a crash report that the user may send on."""
    log = logging.getLogger("app.features.intake")
    try:
        raise ValueError(f"cannot seal {person.codes[0]} of {person.phones[0]}")
    except ValueError as error:
        log.exception("unexpected: %s %s", person.codes[0], person.phones[0])
        report = crash_report(error)
    assert found_in(report.encode(), [*person.codes, *person.phones]) == set()
    (shop.store.folder.log / "report.txt").write_text(report, encoding="utf-8")
    for wrong in ("x" * 500 + person.codes[0], person.codes[0] + "\0"):
        with pytest.raises((Refusal, ShopError)) as refused:
            Privacy(shop.store).passcodes.write_down(shop.ctx(), 1, wrong)
        log.warning("refused: %s", refused.value)


def opened(tmp_path: Path, each: Round) -> tuple[Office, Path]:
    shop = open_shop(tmp_path / f"shop{each.number}")
    out = tmp_path / f"out{each.number}"
    out.mkdir()
    logbook.open_log(shop.store.folder.log)
    return open_office(shop), out


def test_no_passcode_is_anywhere_and_who_was_erased_is_in_no_record(tmp_path: Path, promise: Promise) -> None:
    for each in promise.rounds(share=3, full=60):
        office, out = opened(tmp_path, each)
        shop, person = office.shop, Person(each.dice)
        root = shop.store.folder.root
        try:
            customer_id = lived(office, person, out)
            order_id = int(shop.store.rows("SELECT max(id) FROM repair_order", {})[0][0])
            taken_out(shop, customer_id, out)
            assert found_under(tmp_path, person.codes) == {}, each.seed
            assert found_under(root, person.phones)  # they are looked for where they are
            handed_over(office, order_id, out)
            if each.dice.random() < 0.5:
                shop.clock.advance(timedelta(days=8))
            assert found_under(tmp_path, person.codes) == {}, each.seed
            Privacy(shop.store).erase(shop.ctx(), customer_id, None)
            # Backups of yesterday still know him: they are thinned out, and a restore erases him again.
            backups = list((root / "backups").rglob("*"))
            assert found_under(root, person.private, leave=backups) == {}, each.seed
            assert found_under(root, person.codes) == {}, each.seed
        finally:
            logbook.close_log()
            shop.close()


def terms_of(shop: Shop) -> bytes:
    """The search index as it lies on the disk, whatever is struck off in it."""
    with shop.store.read() as reading:
        blocks = reading.exec_driver_sql(
            "SELECT block FROM order_codes_data UNION ALL SELECT block FROM order_words_data"
        ).scalars()
        return b"\n".join(bytes(each) for each in blocks)


def test_who_was_erased_is_in_no_trigram_of_the_search_index(tmp_path: Path, promise: Promise) -> None:
    """The index keeps no text, but the trigrams of what was deleted, with their places: a number can be put together
    from them. Two people, one after the other: what is merged already is merged again."""
    shop = open_shop(tmp_path / "shop")
    office, out = open_office(shop), tmp_path / "out"
    out.mkdir()
    privacy = Privacy(shop.store)
    people = {"zqjxkwvpyu": "xqzzt", "vwzqyxkjqz": "qvvkz"}
    for serial, word in people.items():
        person = Person(random.Random(serial))
        lived(office, person, out)
        order_id = int(shop.store.rows("SELECT max(id) FROM repair_order", {})[0][0])
        handed_over(office, order_id, out)
        device = DeviceEntry(category="it", brand="联想", serial=serial, fault=f"{word} 作响")
        card = office.counter.intake.take_in(
            shop.ctx(Role.COUNTER), TakeIn(CustomerEntry(None, person.name, person.phones[0]), (device,))
        )
        office.counter.bench.move(
            shop.ctx(Role.LEAD), card.orders[0].order_id, 1, Action.CANCEL, "客户不修了"
        )
        before = terms_of(shop)
        assert serial[:3].encode() in before
        assert word[1:].encode() in before
        customer_id = int(shop.store.rows("SELECT max(customer_id) FROM repair_order", {})[0][0])
        privacy.erase(shop.ctx(), customer_id, None)
        assert serial[:3].encode() in terms_of(shop), "struck off only (control)"
        assert privacy.waiting
        privacy.clear_index()
        after = terms_of(shop)
        for at in range(len(serial) - 2):
            assert serial[at : at + 3].encode() not in after, serial
        assert word[1:].encode() not in after
        assert not privacy.waiting
    promise.caught("trigrams that are struck off")
    assert Privacy(shop.store).waiting, "a program that was killed before looks once more"
    shop.close()


@pytest.mark.parametrize("form", ["utf-8", "utf-16-le", "utf-16-be", "base64"])
@pytest.mark.parametrize("ahead", [0, 1, 2, 5])
def test_a_planted_one_is_found_in_every_form(form: str, ahead: int, promise: Promise) -> None:
    import base64
    import zipfile
    import zlib
    from io import BytesIO

    for text in ("图案天地玄黄1234", "kq7-Zw!x?rT", "48151623420815"):
        plain = b"\x01" * ahead + (text.encode(form) if form != "base64" else text.encode()) + b"tail"
        content = base64.b64encode(plain) if form == "base64" else plain
        assert found_in(b"before " + content + b" after", [text]) == {text}
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inside.txt", content * 3)
        assert content not in packed.getvalue()
        assert found_in(packed.getvalue(), [text]) == {text}
        assert found_in(zlib.compress(content), [text]) == set()  # no archive: nobody could read it either
        assert found_in(content, ["图案天地玄青1234", "kq7-Zv!x?rT", "48151633420815"]) == set()
    promise.caught(f"planted as {form}")


@pytest.mark.parametrize(
    ("where", "plant"),
    [
        ("a draft that keeps it", "INSERT INTO draft (kind, content, saved_at) VALUES ('x', json_quote(?), 0)"),
        ("a passcode in plain text", "UPDATE repair_order SET passcode = CAST(? AS BLOB)"),
        ("a journal that names it", "UPDATE journal SET detail = json_object('passcode', ?) WHERE id = 3"),
        ("a note", "UPDATE order_note SET text = ? WHERE id = 1"),
    ],
)  # fmt: skip
def test_a_place_that_keeps_it_is_noticed(tmp_path: Path, promise: Promise, where: str, plant: str) -> None:
    shop = open_shop(tmp_path / "shop")
    office, person = open_office(shop), Person(random.Random(5))
    out = tmp_path / "out"
    out.mkdir()
    lived(office, person, out)
    root = shop.store.folder.root
    assert found_under(root, person.codes) == {}
    raw: Any = shop.store.engine.raw_connection()
    for table in ("journal", "order_note"):
        raw.cursor().execute(f"DROP TRIGGER {table}_no_update")
    raw.cursor().execute(plant, (person.codes[0],))
    raw.close()
    assert any(person.codes[0] in found for found in found_under(root, person.codes).values())
    promise.caught(where)
    shop.close()


def test_an_erasure_that_leaves_the_log_is_noticed(
    tmp_path: Path, promise: Promise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: without the end of the log the old pages are still there to be read."""
    monkeypatch.setattr("app.features.privacy.service.empty_log", lambda _store: True)
    shop = open_shop(tmp_path / "shop")
    office, person = open_office(shop), Person(random.Random(6))
    out = tmp_path / "out"
    out.mkdir()
    customer_id = lived(office, person, out)
    handed_over(office, int(shop.store.rows("SELECT max(id) FROM repair_order", {})[0][0]), out)
    Privacy(shop.store).erase(shop.ctx(), customer_id, None)
    found = found_under(shop.store.folder.root, person.phones)
    assert any(name.startswith("shop.sqlite") for name in found)
    promise.caught("the log is left as it is")
    shop.close()
