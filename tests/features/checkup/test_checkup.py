"""Each kind of damage is planted by hand and found by its own check, and by no other."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pysqlite3.dbapi2 as sqlite
import pytest

from app.core.clock import SetClock
from app.core.words import Language, speaking
from app.features.checkup.service import examine
from app.features.checkup.snapshots import CHECK_WORDS, Finding, Report
from app.store.door import Store, journal_digest
from app.store.sealing import Seal
from tests.features.checkup.conftest import Hand
from tests.features.conftest import LIVELY_NOW as NOW

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)

SOME_ORDER = "(SELECT max(id) FROM repair_order WHERE status = 'delivered')"
#: A part on the main shelf alone, without serial numbers.
PLAIN_PART = "(SELECT max(id) FROM part WHERE on_hand > 0 AND serialised = 0 AND away = 0)"
SOME_INVOICE = (
    "(SELECT max(i.id) FROM invoice i WHERE i.payer = 'customer' AND i.total > 1000"
    " AND EXISTS (SELECT 1 FROM allocation a WHERE a.invoice_id = i.id))"
)


def looked_at(root: Path) -> Report:
    store = Store.open(root, SetClock(NOW))
    try:
        return examine(store)
    finally:
        store.close()


def failed(root: Path) -> set[str]:
    report = looked_at(root)
    broken = [each for each in report.checks if not each.ok]
    assert all(each.detail and each.count for each in broken)
    assert report.sound is (not broken)
    with speaking(Language.ZH):
        assert all(each.detail and each.word for each in broken)
    return {each.name for each in broken}


def test_a_shop_as_its_services_leave_it_is_sound(copy: Path) -> None:
    assert failed(copy) == set()
    assert [each.name for each in looked_at(copy).checks] == list(CHECK_WORDS)


def test_an_empty_shop_is_sound(tmp_path: Path) -> None:
    assert failed(tmp_path / "new") == set()


#: (checks that must fail, the damage); one statement each.
DAMAGE = [
    (
        {"foreign_keys"},
        "UPDATE customer SET merged_into_id = 99999 WHERE id = (SELECT max(id) FROM customer)",
    ),
    ({"schema"}, "DROP INDEX ix_repair_order_taken_in_day"),
    ({"settings"}, "UPDATE setting SET value = '\"soon\"' WHERE key = 'unclaimed_days'"),
    ({"settings"}, "UPDATE setting SET value = '{torn' WHERE key = 'hours'"),
    ({"settings"}, "UPDATE setting SET value = '\"\"' WHERE key = 'shop_id'"),
    ({"journal_chain"}, "UPDATE journal SET actor_id = actor_id + 1 WHERE id = 40"),
    ({"journal_chain"}, "UPDATE journal SET at = at - 60000000 WHERE id = 40"),
    ({"journal_chain"}, "UPDATE journal SET detail = '{\"part\":1}' WHERE id = 40"),
    (
        {"journal_booked"},
        "DELETE FROM operation WHERE id = (SELECT operation_id FROM journal WHERE id = 30)",
    ),
    (
        {"order_status"},
        "UPDATE repair_order SET status = 'diagnosing' WHERE id ="
        " (SELECT max(id) FROM repair_order WHERE status = 'repairing')",
    ),
    ({"order_dates"}, f"UPDATE repair_order SET delivered_day = NULL WHERE id = {SOME_ORDER}"),
    ({"order_dates"}, "UPDATE repair_order SET ready_at = NULL WHERE status = 'ready'"),
    (
        {"order_dates"},
        f"INSERT INTO work_log (order_id, staff_id, started_at) VALUES ({SOME_ORDER}, 2, 1)",
    ),
    (
        {"invoice_totals", "balances", "money_days"},
        f"UPDATE invoice SET total = total + 1 WHERE id = {SOME_INVOICE}",
    ),
    ({"balances"}, f"UPDATE invoice_balance SET credited = credited + 1 WHERE invoice_id = {SOME_INVOICE}"),
    ({"balances"}, f"UPDATE invoice_balance SET due_on = '2030-01-01' WHERE invoice_id = {SOME_INVOICE}"),
    ({"balances"}, f"DELETE FROM invoice_balance WHERE invoice_id = {SOME_INVOICE}"),
    (
        {"sales"},
        "UPDATE sale SET labour = labour + 1, parts = parts - 1 WHERE id ="
        f" (SELECT min(id) FROM sale WHERE invoice_id = {SOME_INVOICE})",
    ),
    (
        {"sales"},
        f"UPDATE sale SET cost = cost + 1 WHERE id = (SELECT min(id) FROM sale WHERE invoice_id = {SOME_INVOICE})",
    ),
    (
        {"sales"},
        "UPDATE sale SET business_day = '2020-01-01' WHERE id ="
        f" (SELECT min(id) FROM sale WHERE invoice_id = {SOME_INVOICE})",
    ),
    (
        {"held"},
        "UPDATE held_money SET amount = amount + 1 WHERE payment_id = (SELECT min(payment_id) FROM held_money)",
    ),
    ({"held"}, "DELETE FROM held_money WHERE payment_id = (SELECT max(payment_id) FROM held_money)"),
    (
        {"held"},
        "UPDATE held_money SET order_id = NULL WHERE payment_id = (SELECT max(payment_id) FROM held_money)",
    ),
    ({"money_days"}, "UPDATE money_day SET held = held + 1 WHERE day = (SELECT max(day) FROM money_day)"),
    (
        {"money_days"},
        "UPDATE money_day SET due_other = due_other + 1 WHERE day = (SELECT min(day) FROM money_day)",
    ),
    (
        {"tills"},
        "UPDATE payment SET till_session_id = NULL WHERE id = (SELECT max(id) FROM payment WHERE method = 'cash')",
    ),
    (
        {"tills"},
        "UPDATE till_session SET state = 'closed', closed_at = 1, closed_day = opened_day, expected = 1, counted = 1,"
        " difference = 0, kept = 0 WHERE id = (SELECT max(id) FROM till_session)",
    ),
    ({"prices"}, "UPDATE price_item SET price = price + 1 WHERE code = 'L01'"),
    ({"prices"}, "UPDATE package_line SET price = price + 1 WHERE id = (SELECT min(id) FROM package_line)"),
    ({"prices"}, "INSERT INTO member_price (item_id, level, price) VALUES (1, 'x', 1)"),
    (
        {"prices"},
        "UPDATE order_line SET item_code = 'L01', list_price = unit_price + 1 WHERE id ="
        " (SELECT max(id) FROM order_line WHERE kind = 'labour')",
    ),
    (
        {"quotes"},
        "INSERT INTO quote (order_id, version, state, lines, total, valid_until, made_at, answered_name, answer_note)"
        " SELECT order_id, version + 2, 'replaced', lines, total, valid_until, made_at, '', '' FROM quote LIMIT 1",
    ),
    (
        {"quotes"},
        "UPDATE quote SET spend_limit = total - 1 WHERE id = (SELECT max(id) FROM quote)",
    ),
    ({"invoice_totals"}, f"UPDATE invoice SET tax = tax + 1 WHERE id = {SOME_INVOICE}"),
    (
        {"invoice_lines", "invoice_totals", "sales"},
        "UPDATE invoice_line SET amount = amount + 1, tax = 0, tax_permille = 0 WHERE id ="
        f" (SELECT min(id) FROM invoice_line WHERE invoice_id = {SOME_INVOICE})",
    ),
    (
        {"invoice_lines"},
        "UPDATE invoice_line SET unit_price = unit_price + 100 WHERE id ="
        f" (SELECT min(id) FROM invoice_line WHERE invoice_id = {SOME_INVOICE})",
    ),
    (
        {"invoice_lines"},
        "UPDATE invoice_line SET tax_permille = 130 WHERE id ="
        f" (SELECT min(id) FROM invoice_line WHERE invoice_id = {SOME_INVOICE})",
    ),
    (
        {"invoiced"},
        "UPDATE order_line SET payer = 'underwriter' WHERE id = (SELECT min(l.id) FROM order_line l"
        f" WHERE l.order_id = {SOME_ORDER} AND l.removed = 0)",
    ),
    (
        {"payments"},
        "UPDATE payment SET tendered = tendered + 1 WHERE id ="
        " (SELECT max(id) FROM payment WHERE method = 'wechat')",
    ),
    (
        {"payments"},
        "UPDATE payment SET kind = 'refund' WHERE id = (SELECT max(id) FROM payment WHERE amount > 0)",
    ),
    (
        {"allocations", "balances", "held", "money_days"},
        "UPDATE allocation SET amount = amount + 1 WHERE id ="
        f" (SELECT min(id) FROM allocation WHERE invoice_id = {SOME_INVOICE})",
    ),
    (
        {"allocations", "balances", "held", "money_days"},
        "UPDATE allocation SET amount = -amount WHERE id ="
        f" (SELECT min(id) FROM allocation WHERE invoice_id = {SOME_INVOICE})",
    ),
    (
        {"numbers"},
        "UPDATE number_series SET last = last + 1 WHERE series = 'order' AND period = '2611'",
    ),
    ({"numbers"}, "INSERT INTO number_series (series, period, last) VALUES ('invoice', '3001', 4)"),
    ({"numbers"}, "UPDATE repair_order SET card_code = '999999999999' WHERE id = 1"),
    (
        {"stock_sums"},
        "UPDATE part SET on_hand = on_hand + 1000 WHERE id = (SELECT max(id) FROM part)",
    ),
    ({"stock_sums"}, "UPDATE part SET value = value - 1 WHERE id = (SELECT max(id) FROM part)"),
    (
        {"stock_lines"},
        "UPDATE order_line SET taken = taken + 1000 WHERE id ="
        " (SELECT max(id) FROM order_line WHERE kind = 'part' AND taken > 0)",
    ),
    (
        {"stock_lines", "sales"},
        "UPDATE stock_move SET order_id = 1 WHERE id = (SELECT max(id) FROM stock_move WHERE order_id > 1)",
    ),
    ({"stock_sums"}, "UPDATE part SET consigned = consigned + 1000 WHERE id = (SELECT max(id) FROM part)"),
    (
        {"stock_places"},
        f"UPDATE stock_balance SET on_hand = on_hand + 1000 WHERE part_id = {PLAIN_PART}",
    ),
    ({"stock_places"}, f"DELETE FROM stock_balance WHERE part_id = {PLAIN_PART}"),
    ({"stock_places"}, f"UPDATE part SET away = 1000 WHERE id = {PLAIN_PART}"),
    ({"stock_places"}, "UPDATE stock_place SET main = 0"),
    ({"stock_months"}, "UPDATE part_month SET used = used + 1000 WHERE part_id = 1"),
    ({"stock_months"}, "UPDATE part_month SET net_value = net_value - 1 WHERE part_id = 2"),
    ({"stock_months"}, "DELETE FROM part_month WHERE part_id = 3"),
    (
        {"stock_months"},
        "UPDATE stock_day SET net_value = net_value + 1 WHERE day = (SELECT min(day) FROM stock_day)",
    ),
    ({"reservations"}, "UPDATE part SET reserved = 1000 WHERE id = 1"),
    (
        {"reservations"},
        f"INSERT INTO reservation (part_id, order_id, quantity, since) VALUES (1, {SOME_ORDER}, 1000, 1)",
    ),
    (
        {"serials"},
        "INSERT INTO part_serial (part_id, serial, state, consigned, place_id, received_on)"
        " VALUES (1, 'SN1', 'in_stock', 0, 1, '2026-11-01')",
    ),
    ({"serials"}, f"UPDATE part SET serialised = 1 WHERE id = {PLAIN_PART}"),
    ({"stock_lines"}, "UPDATE order_line SET owed = 1000 WHERE id = 1"),
    (
        {"stock_lines"},
        "INSERT INTO stock_owed (part_id, order_id, line_id, quantity, settled, cancelled, at)"
        " SELECT 1, order_id, id, 1000, 0, 0, 1 FROM order_line WHERE id = 1",
    ),
    (
        {"consigned", "numbers"},
        "INSERT INTO consign_settlement (number, brand, total, note, at) VALUES ('L', '', 5, '', 1)",
    ),
    (
        {"part_loans", "numbers"},
        "INSERT INTO part_loan (number, way, part_id, shop, quantity, value, returned, returned_value, at)"
        " VALUES ('J', 'lent', 1, '', 1000, 5, 0, 0, 1)",
    ),
    (
        {"purchases", "numbers"},
        "INSERT INTO goods_receipt (uuid, number, consigned, delivery_note, total, at, day)"
        " VALUES (randomblob(16), 'R', 0, '', 5, 1, '2026-11-01')",
    ),
    (
        {"old_parts"},
        "INSERT INTO old_part (uuid, version, order_id, part_id, brand, quantity, rule, state, serial, location, cost,"
        " reason, replaced_at) VALUES (randomblob(16), 1, 1, 1, '', 1000, 'return', 'sent', '', '', 0, '', 1)",
    ),
    (
        {"old_parts"},
        "INSERT INTO old_part (uuid, version, order_id, line_id, part_id, brand, quantity, rule, state, serial,"
        " location, cost, reason, replaced_at) SELECT randomblob(16), 1, order_id, id, part_id, '', taken + 1,"
        " 'return', 'due', '', '', 0, '', 1 FROM order_line WHERE kind = 'part' AND taken > 0 LIMIT 1",
    ),
    (
        {"old_parts"},
        "UPDATE old_part SET brand = 'X' WHERE id = (SELECT max(id) FROM old_part WHERE batch_id > 0)",
    ),
    ({"tools"}, "UPDATE tool SET state = 'ok' WHERE id = (SELECT max(id) FROM tool WHERE state = 'broken')"),
    (
        {"custody"},
        "INSERT INTO custody_entry (order_id, device_id, way, at, note) SELECT order_id, device_id, 'in', at,"
        " '' FROM custody_entry WHERE order_id = (SELECT max(id) FROM repair_order WHERE status = 'ready')",
    ),
    (
        {"custody"},
        "INSERT INTO custody_entry (order_id, device_id, way, at, note) SELECT order_id, device_id, 'out', at,"
        " '' FROM custody_entry WHERE order_id = (SELECT max(id) FROM repair_order WHERE status = 'ready')",
    ),
    (
        {"custody"},
        "DELETE FROM custody_entry WHERE way = 'out' AND order_id ="
        " (SELECT order_id FROM custody_entry WHERE way = 'out' LIMIT 1)",
    ),
    (
        {"receipts"},
        "UPDATE pickup_receipt SET voided_at = NULL WHERE order_id ="
        " (SELECT max(order_id) FROM pickup_receipt WHERE voided_at IS NOT NULL)",
    ),
    (
        {"receipts"},
        "UPDATE pickup_receipt SET voided_at = 1 WHERE order_id ="
        " (SELECT max(id) FROM repair_order WHERE status = 'ready')",
    ),
    ({"passcodes", "key"}, f"UPDATE repair_order SET passcode = x'00' WHERE id = {SOME_ORDER}"),
    ({"search"}, "DELETE FROM order_words WHERE rowid = 3"),
    ({"search"}, "DELETE FROM gram WHERE record_id = 3 AND gram LIKE 'n%'"),
    (
        {"photos"},
        f"INSERT INTO photo (order_id, sha256, suffix, at) VALUES (1, '{'ab' * 32}', '.png', 1)",
    ),
]


@pytest.mark.parametrize(("checks", "statement"), DAMAGE, ids=[each[1][:60] for each in DAMAGE])
def test_damage_is_found_by_its_check_alone(copy: Path, hand: Hand, checks: set[str], statement: str) -> None:
    hand(statement)
    assert failed(copy) == checks


def test_a_stocktake_whose_differences_are_not_booked_is_found(copy: Path, hand: Hand) -> None:
    hand("INSERT INTO number_series (series, period, last) VALUES ('stock_count', '2501', 1)")
    hand(
        "INSERT INTO stock_count (uuid, version, number, kind, scope, place_id, blind, state, note, opened_at)"
        " VALUES (randomblob(16), 1, 'K2501-00001', 'all', '', 1, 1, 'approved', '', 1)"
    )
    hand(
        "INSERT INTO count_line (count_id, part_id, place_id, consigned, expected, counted, serials, recounts)"
        " SELECT max(id), 1, 1, 0, 2000, 1000, '[]', 0 FROM stock_count"
    )
    assert failed(copy) == {"counts"}
    hand("UPDATE stock_count SET state = 'cancelled' WHERE number = 'K2501-00001'")
    assert failed(copy) == set()


def test_a_tool_in_other_hands_than_its_moves_say_is_found(copy: Path, hand: Hand) -> None:
    hand("INSERT INTO tool_kind (version, name, wanted, note, active) VALUES (1, '示波器', 1, '', 1)")
    hand(
        "INSERT INTO tool (uuid, version, kind_id, name, location, price, state, holder_id, since, note)"
        " VALUES (randomblob(16), 1, 1, '示波器', '', 0, 'ok', 1, 1, '')"
    )
    assert failed(copy) == {"tools"}
    hand(
        "INSERT INTO tool_move (tool_id, action, holder_id, note, at)"
        " SELECT max(id), 'take', 1, '', 1 FROM tool"
    )
    assert failed(copy) == set()


def test_every_check_can_fail() -> None:
    here = {name for checks, _statement in DAMAGE for name in checks}
    elsewhere = {"counts", "tools", "database", "triggers", "journal_moves", "refunds", "part_pictures"}
    elsewhere |= {"credit_notes", "closes"}
    # Each with its planted damage in ``test_house.py``.
    elsewhere |= {
        "orphan_photos",
        "drafts",
        "key",
        "backups",
        "leftovers",
        "folder",
        "disk",
        "clock",
        "sqlite",
    }
    # In ``test_brands.py``, on a shop that works for brands.
    elsewhere |= {"claims", "settlements", "push"}
    assert here | elsewhere == set(CHECK_WORDS)


def test_a_refund_of_money_that_is_used_already_is_found(copy: Path, hand: Hand) -> None:
    hand(
        "INSERT INTO payment (uuid, number, kind, method, amount, tendered, customer_id, order_id, at,"
        " business_day, staff_id, note) SELECT randomblob(16),"
        " printf('S%s-%05d', period, last + 1), 'refund', 'cash', -100, -100, customer_id, order_id, at,"
        " business_day, staff_id, '{}' FROM payment p JOIN number_series s"
        " ON s.series = 'payment' AND s.period = substr(p.number, 2, 4)"
        f" WHERE p.order_id = (SELECT order_id FROM invoice WHERE id = {SOME_INVOICE}) LIMIT 1"
    )
    hand(
        "UPDATE number_series SET last = last + 1 WHERE series = 'payment' AND period ="
        " (SELECT substr(number, 2, 4) FROM payment ORDER BY id DESC LIMIT 1)"
    )
    # Its day is closed already: the frozen sums no longer agree either.
    assert failed(copy) == {"refunds", "money_days", "tills", "closes"}


def test_a_credit_note_that_is_not_its_lines_is_found(copy: Path, hand: Hand) -> None:
    hand(
        "INSERT INTO credit_note (uuid, number, invoice_id, customer_id, payer, kind, reason, note, total, tax,"
        " issued_at, business_day, issued_by_id) SELECT randomblob(16), 'H2611-00001', id, customer_id, payer,"
        f" 'amount', 'goodwill', '', 100, 1, issued_at, business_day, 1 FROM invoice WHERE id = {SOME_INVOICE}"
    )
    hand("INSERT INTO number_series (series, period, last) VALUES ('credit_note', '2611', 1)")
    assert failed(copy) == {"credit_notes", "balances", "money_days", "sales"}


def test_a_close_whose_totals_or_days_were_changed_is_found(copy: Path, hand: Hand) -> None:
    newest = "WHERE id = (SELECT max(id) FROM day_close)"
    with Store.open(copy, SetClock(NOW), exclusive=False).read() as reading:
        content, closed_at, day = reading.exec_driver_sql(
            f"SELECT content, closed_at, day FROM day_close {newest}"
        ).one()
    hand(f"UPDATE day_close SET content = CAST(content || ' ' AS BLOB) {newest}")
    assert failed(copy) == {"closes"}
    hand(f"UPDATE day_close SET content = ?, closed_at = 1 {newest}", content)
    assert failed(copy) == {"closes"}
    hand(f"UPDATE day_close SET closed_at = ?, day = date(day, '+1 day') {newest}", closed_at)
    assert failed(copy) == {"closes"}
    hand(f"UPDATE day_close SET day = ? {newest}", day)
    assert failed(copy) == set()


def test_a_file_that_is_marked_as_another_programs_while_open_is_found(copy: Path, hand: Hand) -> None:
    store = Store.open(copy, SetClock(NOW))
    hand("PRAGMA application_id = 17", protected=True)
    assert {each.name for each in examine(store).checks if not each.ok} == {"schema"}
    store.close()


def test_a_missing_trigger_is_found(copy: Path, hand: Hand) -> None:
    hand("DROP TRIGGER payment_no_update", protected=True)
    assert failed(copy) == {"triggers"}


def test_a_trigger_that_protects_nothing_is_found(copy: Path, hand: Hand) -> None:
    hand("DROP TRIGGER payment_no_update", protected=True)
    hand("CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment BEGIN SELECT 1; END", protected=True)
    assert failed(copy) == {"triggers"}


def test_a_damaged_page_is_found(copy: Path) -> None:
    path = copy / "shop.sqlite"
    raw = sqlite.connect(str(path), isolation_level=None)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_payment_order_id'").fetchone()
    raw.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 + 8 : page * 4096] = bytes(4096 - 8)
    path.write_bytes(content)
    assert "database" in failed(copy)


def test_entries_cut_off_the_journals_end_are_found(copy: Path, hand: Hand) -> None:
    last = "(SELECT operation_id FROM journal ORDER BY id DESC LIMIT 1)"
    hand(f"DELETE FROM journal WHERE operation_id = {last}")
    assert "journal_booked" in failed(copy)


def test_an_entry_taken_out_of_the_middle_is_found(copy: Path, hand: Hand) -> None:
    hand("DELETE FROM journal WHERE id = 30")
    assert failed(copy) == {"journal_chain", "journal_booked"}


def test_a_move_that_the_lifecycle_does_not_know_is_found_though_the_chain_is_sound(
    copy: Path, hand: Hand
) -> None:
    hand(
        "UPDATE journal SET action = 'deliver' WHERE id ="
        " (SELECT max(id) FROM journal WHERE action = 'pass_qc')"
    )
    chain_anew(copy, hand, None)
    assert failed(copy) == {"journal_chain", "journal_moves"}
    store = Store.open(copy, SetClock(NOW), exclusive=False)
    shop_id = store.settings.shop_id
    store.close()
    chain_anew(copy, hand, Seal.find(shop_id, copy))
    # What the day closes printed is left: on paper nobody can forge it.
    assert failed(copy) == {"journal_chain", "journal_moves"}
    hand("UPDATE day_close SET journal_head = (SELECT digest FROM journal WHERE id = journal_id)")
    assert failed(copy) == {"journal_moves"}


def chain_anew(root: Path, hand: Hand, seal: Seal | None) -> None:
    """Forge the chain: what an insider with the program's source could do, and one with the computer's key as well."""
    raw = sqlite.connect(str(root / "shop.sqlite"))
    raw.row_factory = sqlite.Row
    rows = [dict(row) for row in raw.execute("SELECT * FROM journal ORDER BY id")]
    raw.close()
    digest = b""
    forged: list[tuple[int, str, str]] = []
    for row in rows:
        row["at"] = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row["at"])
        row["detail"] = json.loads(row["detail"])
        row["operation_id"] = UUID(bytes=row["operation_id"])
        digest = journal_digest(digest, row)
        mac = row["mac"] if seal is None else seal.of(digest)
        forged.append((row["id"], digest.hex(), mac.hex()))
    hand(
        "UPDATE journal SET digest = unhex(each.value ->> 1), mac = unhex(each.value ->> 2)"
        " FROM json_each(?) AS each WHERE journal.id = each.value ->> 0",
        json.dumps(forged),
    )


def test_a_photo_that_was_changed_is_found_and_a_whole_one_is_not(copy: Path, hand: Hand) -> None:
    digest = hashlib.sha256(PNG).hexdigest()
    path = copy / "photos" / digest[:2] / f"{digest}.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(PNG)
    hand("INSERT INTO photo (order_id, sha256, suffix, at) VALUES (1, ?, '.png', 1)", digest)
    assert failed(copy) == set()
    path.write_bytes(PNG + b"x")
    assert failed(copy) == {"photos"}


def test_a_part_picture_without_its_file_is_told_and_the_shop_is_sound(copy: Path, hand: Hand) -> None:
    digest = hashlib.sha256(PNG).hexdigest()
    path = copy / "photos" / digest[:2] / f"{digest}.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(PNG)
    hand("UPDATE part SET picture_sha256 = ?, picture_suffix = '.png' WHERE id = 1", digest)
    assert warned(copy) is None
    path.write_bytes(PNG + b"x")
    assert warned(copy) == "damaged"
    path.unlink()
    assert warned(copy) == "missing"


def warned(root: Path) -> str | None:
    """The last word of what is said of the parts' pictures; whatever it is, the shop is sound."""
    report = looked_at(root)
    assert report.sound
    check = next(each for each in report.checks if each.name == "part_pictures")
    assert not check.grave
    return check.detail.split()[-1].rstrip(".") if check.count else None


def test_many_findings_are_counted_and_the_first_told(copy: Path, hand: Hand) -> None:
    hand("UPDATE part SET value = value + 1")
    check = next(each for each in looked_at(copy).checks if each.name == "stock_sums")
    assert len(check.findings) == 5
    assert check.count > 100
    assert str(check.count - 5) in check.detail


def test_progress_and_cancel(copy: Path) -> None:
    store = Store.open(copy, SetClock(NOW))
    seen: list[tuple[int, int]] = []
    report = examine(store, lambda done, total: seen.append((done, total)), lambda: len(seen) == 3)
    assert seen == [(at, len(CHECK_WORDS)) for at in (1, 2, 3)]
    assert not report.complete
    assert not report.sound
    store.close()


def test_the_report_reads_beside_an_open_window(copy: Path) -> None:
    window = Store.open(copy, SetClock(NOW))
    beside = Store.open(copy, SetClock(NOW), exclusive=False)
    found = examine(beside).to_json()
    assert found["sound"] is True
    assert {tuple(each) for each in found["checks"]} == {
        ("name", "ok", "detail", "count", "advice", "repairable")
    }
    beside.close()
    window.close()


def test_findings_say_amounts_and_quantities_as_the_shop_writes_them() -> None:
    paid = Finding(
        "Payment {number}: {tendered:fen} given for {amount:fen}.",
        {"number": "S1", "tendered": 20000, "amount": 25000},
    )
    held = Finding(
        "{on_hand:milli} on hand, {moved:milli}, {value:fen}", {"on_hand": -1500, "moved": None, "value": "x"}
    )
    assert paid.text() == "Payment S1: ¥200.00 given for ¥250.00."
    assert held.text() == "-1.5 on hand, None, x"  # damaged records hold anything
