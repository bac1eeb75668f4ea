"""The whole main job in the real window: taken in by keyboard, repaired by scanner, handed over, paid. No mouse.

``XIUHU_SHOTS=FOLDER`` keeps a picture of every step.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.codes import command_code
from app.core.enums import BenchCommand
from app.features.checkup.service import examine
from tests.e2e.screen import Program, Screen, running
from tests.e2e.shop import prepare, services

_STATUS = "SELECT 1 FROM repair_order WHERE id = ? AND status = ?"


def take_in(program: Program) -> tuple[int, str, str]:
    """A new customer with a new device; id, card and receipt of the order."""
    program.keys("F2")
    program.type("13500001111")
    program.keys("Tab")
    program.type("Zhao Min")
    program.walk("Tab", "_Combo")
    program.keys("Down", "Tab")
    program.type("Midea")
    program.walk("Tab", "QPlainTextEdit")
    program.type("does not cool")
    program.walk("Tab", "_AmountLine")
    program.type("200")
    program.keys("Tab")
    program.type("500")
    program.screen.shoot("2 take in, typed")
    program.skip_log()
    program.keys("F9")
    sql = """SELECT o.id, o.card_code, r.code FROM repair_order o JOIN pickup_receipt r ON r.order_id = o.id
             WHERE o.fault = 'does not cool'"""
    ((order_id, card, receipt),) = program.wait_rows(sql)
    # Nobody can print here: saved all the same, and said.
    program.wait_lines("said ok", "said warn")
    program.screen.shoot("3 taken in, no printer")
    return int(order_id), str(card), str(receipt)


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.full)])
def test_a_device_goes_through_the_shop_by_keys_and_scans_alone(
    screen: Screen, tmp_path: Path, language: str
) -> None:
    codes = prepare(tmp_path)
    with running(screen, tmp_path, language) as program:
        screen.shoot("1 first page")
        order_id, card, receipt = take_in(program)

        program.scan(card)
        program.wait_line("page bench")
        screen.shoot("4 card on the bench")
        for command, status in (
            (BenchCommand.START, "diagnosing"),
            (None, "diagnosing"),
            (BenchCommand.DONE, "approved"),
            (BenchCommand.START, "repairing"),
            (BenchCommand.TAKE_PARTS, "repairing"),
            (BenchCommand.DONE, "qc"),
            (BenchCommand.QC_PASS, "ready"),
        ):
            program.skip_log()
            program.scan(command_code(command) if command else codes.part)
            program.wait_rows(_STATUS, order_id, status)
            program.wait_line("said ok")
            screen.shoot(f"5 {status} {command or 'part'}")

        program.skip_log()
        program.scan(receipt)
        program.wait_lines("page handover", "said ok")
        screen.shoot("6 hand over, receipt scanned")
        program.keys("1")
        program.wait_line("focus _AmountLine")
        screen.shoot("7 hand over, cash")
        program.keys("F9")
        program.wait_rows(_STATUS, order_id, "delivered")
        screen.shoot("8 handed over")
        ((paid,),) = program.rows("SELECT sum(amount) FROM payment WHERE order_id = ?", order_id)
        assert paid == 38_00
    with services(tmp_path) as shop:
        report = examine(shop.store)
    assert report.sound, [check for check in report.checks if not check.ok]
