"""What a customer may ask for: his data handed out and erased, passcodes that end, who looked, and a restore."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.core.enums import (
    Action,
    Command,
    ErasureCause,
    LineKind,
    LookKind,
    NoteKind,
    PaperKind,
    Role,
    Status,
)
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER
from app.core.words import Language, speaking
from app.features.bench.service import BenchService
from app.features.finder.service import FinderService
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.printing.service import PrintingService
from app.features.privacy.personal import NAMELESS
from app.features.privacy.service import ERASED_FILE, Privacy, housekeep, replay_erasures
from app.features.settings.service import SettingsService
from app.model import Customer, Erasure, Look, RepairOrder
from app.store.door import Store
from tests.features.billing.conftest import Office, open_office
from tests.features.conftest import MORNING, Shop
from tests.promises.canaries import found_under

NAME, PHONE, PHONE2, ADDRESS = "欧阳雪莲", "13871265309", "15912740638", "人民路七百零三号"
SERIAL, CODE = "SNX7Q2290417", "geheim-8713-zq"
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)


@pytest.fixture
def office(shop: Shop) -> Iterator[Office]:
    made = open_office(shop)
    yield made
    made.sound()


@pytest.fixture
def privacy(shop: Shop) -> Privacy:
    return Privacy(shop.store)


def refusal(action: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        action()  # type: ignore[operator]
    return caught.value


def visited(office: Office, **device: object) -> int:
    """An order of our customer with everything that is written about people; its id."""
    entry = DeviceEntry(
        category="cooling", brand="海尔", model="KFR-35", serial=SERIAL, fault=f"{NAME}说不制冷", damage="左侧划痕",
        accessories=("遥控器",), passcode=CODE, spend_limit=Money.yuan(5000), **device,  # type: ignore[arg-type]
    )  # fmt: skip
    person = CustomerEntry(office.counter.customer_id, NAME, PHONE, PHONE2, ADDRESS)
    shop = office.shop
    taken = office.counter.intake.take_in(shop.ctx(Role.COUNTER), TakeIn(person, (entry,)))
    order_id = taken.orders[0].order_id
    bench = BenchService(shop.store)
    bench.add_note(shop.ctx(Role.COUNTER), order_id, f"打 {PHONE2} 找{NAME}", NoteKind.CONTACT)
    bench.add_photo(shop.ctx(Role.TECHNICIAN), order_id, PNG)
    printing = PrintingService(shop.store)
    for kind in (PaperKind.PICKUP_RECEIPT, PaperKind.REPAIR_CARD, PaperKind.DEVICE_LABEL):
        printing.issue(shop.ctx(Role.COUNTER), kind, taken.orders[0].number)
    office.counter.customer_id = office.counter.card(order_id).customer_id
    return order_id


def delivered(office: Office, order_id: int) -> None:
    """Declined, and given back with the identity checked, paid and signed."""
    bench, ctx = office.counter.bench, office.shop.ctx
    card = office.counter.card(order_id)
    card = bench.go_on(ctx(Role.TECHNICIAN), card.id, card.version)
    card = bench.add_line(
        ctx(Role.TECHNICIAN),
        card.id,
        card.version,
        LineKind.LABOUR,
        "加氟",
        Money.yuan(80),
        reason="not in the list",
    )
    card = bench.done(ctx(Role.TECHNICIAN), card.id, card.version)
    card = bench.go_on(ctx(Role.TECHNICIAN), card.id, card.version)
    card = bench.done(ctx(Role.TECHNICIAN), card.id, card.version)
    card = bench.move(ctx(Role.LEAD), card.id, card.version, Action.PASS_QC)
    settled = office.counter.settle(card, signature_png=PNG)
    printing = PrintingService(office.shop.store)
    printing.issue(ctx(Role.COUNTER), PaperKind.INVOICE, settled.invoice_number)


def put_draft(office: Office) -> None:
    office.counter.intake.save_draft(
        office.shop.people[Role.COUNTER], {"customer": {"name": NAME, "phone": PHONE}}
    )


def customer_id(office: Office) -> int:
    assert office.counter.customer_id is not None
    return office.counter.customer_id


def test_erasing_leaves_the_books_and_nobody_in_them(office: Office, privacy: Privacy) -> None:
    shop, owner = office.shop, office.shop.people[Role.OWNER]
    order_id = visited(office)
    delivered(office, order_id)
    put_draft(office)
    canaries = (NAME, PHONE, PHONE2, ADDRESS, SERIAL, CODE)
    root = shop.store.folder.root
    assert found_under(root, canaries[:5])  # it is all there before
    with shop.store.read() as reading:
        books = {
            table: reading.execute(text(f"SELECT * FROM {table}")).all()
            for table in ("invoice_line", "order_line", "stock_move", "allocation", "journal")
        }
    done = privacy.erase(shop.ctx(), customer_id(office), None)
    assert (done.orders, done.photos) == (1, 1)
    assert found_under(root, canaries) == {}
    with shop.store.read() as reading:
        for table, rows in books.items():
            assert reading.execute(text(f"SELECT * FROM {table}")).all()[: len(rows)] == rows
        row = reading.execute(select(Customer.name, Customer.phone)).one()
        assert tuple(row) == (NAMELESS, "")
        assert reading.execute(select(Erasure.actor_id, Erasure.cause)).one() == (
            owner.id,
            ErasureCause.ASKED,
        )
    assert not any(path.is_file() for path in shop.store.folder.photos.rglob("*"))
    assert shop.journal(Command.ERASE_CUSTOMER) == [
        {"customer": customer_id(office), "erased": "asked", "orders": 1, "photos": 1}
    ]
    assert not FinderService(shop.store).find("欧阳").hits
    # What is frozen prints on, without him.
    with speaking(Language.ZH):
        number = office.counter.card(order_id).number
        form = PrintingService(shop.store).look(FOUNDER, PaperKind.PICKUP_RECEIPT, number).form
    assert getattr(form, "customer_name") == ""  # noqa: B009 - forms differ
    assert [row.number for row in privacy.erasures(owner)] == [
        str(json.loads((root / ERASED_FILE).read_text())[0])[-8:]
    ]
    assert (
        refusal(lambda: privacy.erase(shop.ctx(), customer_id(office), None)).reason is Reason.CUSTOMER_ERASED
    )


def test_facts_are_locked_again_after_an_erasure(office: Office, privacy: Privacy) -> None:
    delivered(office, visited(office))
    privacy.erase(office.shop.ctx(), customer_id(office), None)
    raw = office.shop.store.engine.raw_connection()
    for statement in (
        "UPDATE order_note SET text = 'x'",
        "DELETE FROM signature",
        "DELETE FROM custody_entry",
    ):
        if "signature" in statement:
            continue  # all of them went
        with pytest.raises(Exception, match="append-only"):
            raw.cursor().execute(statement)
    raw.close()


def test_nothing_is_erased_while_an_order_or_money_is_open(office: Office, privacy: Privacy) -> None:
    shop = office.shop
    visited(office)
    before = shop.fingerprint()
    found = refusal(lambda: privacy.erase(shop.ctx(), customer_id(office), None))
    assert found.reason is Reason.CUSTOMER_ORDERS_OPEN
    assert found.params["name"] == NAME
    assert shop.fingerprint() == before
    for role in (Role.COUNTER, Role.TECHNICIAN, Role.LEAD):
        assert refusal(lambda role=role: privacy.erase(shop.ctx(role), 1, None)).reason is Reason.NOT_ALLOWED


def test_who_owes_is_not_erased(office: Office, privacy: Privacy) -> None:
    office.on_account(Money.yuan(100))
    found = refusal(lambda: privacy.erase(office.shop.ctx(), customer_id(office), None))
    assert found.reason is Reason.CUSTOMER_MONEY_OPEN
    assert found.params["amount"] == Money.yuan(100)


def test_what_the_user_saw_is_compared(office: Office, privacy: Privacy) -> None:
    delivered(office, visited(office))
    with pytest.raises(Conflict):
        privacy.erase(office.shop.ctx(), customer_id(office), 99)


def test_all_that_is_held_is_handed_out_but_no_passcode(
    office: Office, privacy: Privacy, tmp_path: Path
) -> None:
    shop = office.shop
    delivered(office, visited(office))
    visited(office)  # a second one that still has its passcode
    file = tmp_path / "他的.zip"
    with speaking(Language.ZH):
        privacy.hand_out(shop.ctx(), customer_id(office), file)
    content = file.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        held = json.loads(archive.read("customer.json"))
    assert {"customer.xlsx", "customer.json"} <= set(names)
    assert sum(name.startswith("photos/") for name in names) == 1
    assert sum(name.startswith("signatures/") for name in names) == 1
    assert held["customer"][0]["phone"] == PHONE
    assert len(held["repair_order"]) == 2
    assert held["invoice"]
    assert held["payment"]
    assert all("passcode" not in row for row in held["repair_order"])
    assert found_under(tmp_path, [CODE], leave=list((tmp_path / "shop").rglob("*"))) == {}
    assert found_under(tmp_path, [PHONE, SERIAL], leave=list((tmp_path / "shop").rglob("*")))
    assert shop.journal(Command.EXPORT_PERSON) == [{"customer": customer_id(office)}]
    assert refusal(lambda: privacy.hand_out(shop.ctx(Role.LEAD), 1, file)).reason is Reason.NOT_ALLOWED


def test_older_records_that_are_restored_know_who_was_erased(
    office: Office, privacy: Privacy, tmp_path: Path
) -> None:
    shop = office.shop
    delivered(office, visited(office))
    office.counter.customer_id = None
    other = office.sold()
    shop.store.engine.dispose()
    older = tmp_path / "older.sqlite"
    shutil.copy(shop.store.folder.database, older)
    first = int(shop.store.rows("SELECT id FROM customer WHERE phone = :phone", {"phone": PHONE})[0][0])
    privacy.erase(shop.ctx(), first, None)
    root, replaced = shop.store.folder.root, tmp_path / "replaced.sqlite"
    shop.store.close()
    for gone in root.glob("shop.sqlite-*"):
        gone.unlink()
    shutil.copy(shop.store.folder.database, replaced)
    shutil.copy(older, shop.store.folder.database)
    (root / ERASED_FILE).unlink()  # lost too: the replaced records still know
    store = Store.open(root, shop.clock)
    assert found_under(root, [PHONE])
    assert replay_erasures(store, replaced) == 1
    assert found_under(root, [PHONE, NAME, ADDRESS]) == {}
    assert (root / ERASED_FILE).exists()
    assert replay_erasures(store, None) == 0
    with store.read() as reading:
        assert reading.execute(select(Erasure.actor_id)).scalars().all() == [0]
        assert reading.execute(text("SELECT count(*) FROM customer WHERE phone != ''")).scalar_one() == 1
    store.close()
    shop.store = Store.open(root, shop.clock)
    assert other.number


# -- passcodes -------------------------------------------------------------------------------------------


def passcode(office: Office, order_id: int) -> bytes | None:
    with office.shop.store.read() as reading:
        return reading.execute(select(RepairOrder.passcode).where(RepairOrder.id == order_id)).scalar_one()


def test_a_passcode_ends_after_its_days_and_not_before(office: Office, privacy: Privacy) -> None:
    shop = office.shop
    order_id = visited(office)
    shop.clock.advance(timedelta(days=7, seconds=-1))
    assert privacy.passcodes.sweep() == 0
    shop.clock.advance(timedelta(seconds=1))
    assert privacy.passcodes.sweep() == 1
    assert passcode(office, order_id) is None
    card = office.counter.card(order_id)
    assert (card.has_passcode, card.passcode_ended) == (False, True)
    assert shop.journal(Command.SWEEP_PASSCODES) == [{"passcode": "erased", "days": 7}]
    assert privacy.passcodes.sweep() == 0
    # The customer said it again.
    privacy.passcodes.write_down(shop.ctx(Role.COUNTER), order_id, "2468")
    card = office.counter.card(order_id)
    assert (card.has_passcode, card.passcode_ended) == (True, False)
    assert office.counter.bench.reveal_passcode(shop.ctx(Role.LEAD), order_id) == "2468"


def test_the_owner_says_for_how_many_days(office: Office, privacy: Privacy) -> None:
    SettingsService(office.shop.store).save(office.shop.ctx(), {"passcode_days": 2})
    order_id = visited(office)
    office.shop.clock.advance(timedelta(days=2))
    housekeep(privacy)
    assert passcode(office, order_id) is None


@pytest.mark.parametrize("jump", [timedelta(days=30 * 365), timedelta(days=90), -timedelta(days=25 * 365)])
def test_a_clock_that_cannot_be_believed_erases_nothing(
    office: Office, privacy: Privacy, jump: timedelta
) -> None:
    order_id = visited(office)
    assert office.shop.store.clock_watch.may_erase()
    office.shop.clock.advance(jump)
    housekeep(privacy)
    assert passcode(office, order_id) is not None
    assert privacy.lost(office.shop.people[Role.OWNER]) == ()
    if jump > timedelta(0):
        office.shop.store.clock_watch.confirm()
        housekeep(privacy)
        assert passcode(office, order_id) is None
    office.shop.clock.set(MORNING)


def test_one_written_down_under_a_clock_ahead_is_not_kept_for_years(office: Office, privacy: Privacy) -> None:
    shop = office.shop
    assert shop.store.clock_watch.may_erase()
    shop.clock.advance(timedelta(days=400))
    order_id = visited(office)
    shop.clock.set(MORNING)
    shop.store.clock_watch.confirm()
    assert privacy.passcodes.sweep() == 0  # dated anew
    assert passcode(office, order_id) is not None
    shop.clock.advance(timedelta(days=7))
    shop.store.clock_watch.confirm()
    assert privacy.passcodes.sweep() == 1


def test_a_technician_writes_down_for_his_own_orders_only(office: Office, privacy: Privacy) -> None:
    shop = office.shop
    order_id = visited(office)
    ask = shop.ctx(Role.TECHNICIAN)
    assert refusal(lambda: privacy.passcodes.write_down(ask, order_id, "1")).reason is Reason.NOT_YOUR_ORDER
    card = office.counter.card(order_id)
    office.counter.bench.go_on(shop.ctx(Role.TECHNICIAN), card.id, card.version)
    privacy.passcodes.write_down(shop.ctx(Role.TECHNICIAN), order_id, "1357")
    delivered_id = visited(office)
    card = office.counter.card(delivered_id)
    with shop.store.write(Command.IMPORT, shop.ctx()) as tx:
        tx.session.get_one(RepairOrder, delivered_id).status = Status.CANCELLED
        tx.session.get_one(RepairOrder, delivered_id).passcode = None
    found = refusal(lambda: privacy.passcodes.write_down(shop.ctx(), delivered_id, "1"))
    assert found.reason is Reason.ORDER_CLOSED
    with shop.store.write(Command.IMPORT, shop.ctx()) as tx:
        tx.session.get_one(RepairOrder, delivered_id).status = Status.RECEIVED


# -- who looked ------------------------------------------------------------------------------------------


def test_looks_are_counted_by_day_and_person(office: Office, privacy: Privacy) -> None:
    shop, looks = office.shop, privacy.looks
    order_id = visited(office)
    people = shop.people
    commits = shop.commits()
    for _turn in range(3):
        looks.saw(people[Role.COUNTER], LookKind.CUSTOMER, customer_id(office))
    looks.saw(people[Role.TECHNICIAN], LookKind.ORDER, order_id)
    assert shop.commits() == commits  # a look waits for no disk
    rows = looks.of_customer(people[Role.OWNER], customer_id(office))
    assert sorted((row.who, row.kind, row.times) for row in rows) == sorted(
        [
            (people[Role.COUNTER].name, LookKind.CUSTOMER, 3),
            (people[Role.TECHNICIAN].name, LookKind.ORDER, 1),
        ]
    )
    looks.saw(people[Role.COUNTER], LookKind.CUSTOMER, customer_id(office))
    assert looks.flush() == 1
    assert looks.flush() == 0
    first = looks.of_customer(people[Role.OWNER], customer_id(office))
    assert max(row.times for row in first) == 4
    assert refusal(lambda: looks.of_customer(people[Role.LEAD], 1)).reason is Reason.NOT_ALLOWED
    assert shop.journal(Command.NOTE_LOOKS) == []


def test_looks_of_a_year_ago_are_swept(office: Office, privacy: Privacy) -> None:
    shop = office.shop
    privacy.looks.saw(shop.people[Role.LEAD], LookKind.CUSTOMER, 1)
    privacy.looks.flush()
    shop.clock.advance(timedelta(days=367))
    assert privacy.looks.sweep() == 0  # a year's jump is not believed
    shop.store.clock_watch.confirm()
    assert privacy.looks.sweep() == 1
    with shop.store.read() as reading:
        assert reading.execute(select(Look.id)).all() == []
    shop.clock.set(MORNING)


# -- the rule of years -----------------------------------------------------------------------------------


def test_who_did_not_come_for_years_is_put_before_the_owner(office: Office, privacy: Privacy) -> None:
    shop = office.shop
    owner = shop.people[Role.OWNER]
    delivered(office, visited(office))
    old = customer_id(office)
    assert privacy.lost(owner) == ()
    shop.clock.advance(timedelta(days=3 * 366 + 1))
    shop.store.clock_watch.confirm()
    found = privacy.lost(owner)
    assert [(each.id, each.name, each.orders) for each in found] == [(old, NAME, 1)]
    assert refusal(lambda: privacy.lost(shop.people[Role.LEAD])).reason is Reason.NOT_ALLOWED
    SettingsService(shop.store).save(shop.ctx(), {"retention_years": 0})
    assert privacy.lost(owner) == ()
    SettingsService(shop.store).save(shop.ctx(), {"retention_years": 3})
    assert privacy.erase_lost(shop.ctx(), [old, 999]) == 1
    assert privacy.lost(owner) == ()
    assert [row.cause for row in privacy.erasures(owner)] == [ErasureCause.RETENTION]
