"""Promise 9: every field of every command takes what breaks programs: refused in a sentence, or kept as typed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest

from app.core import fields
from app.core.clock import SetClock
from app.core.errors import Reason, Refusal
from app.core.places import ROOT
from app.features.customers import service as customers
from app.features.customers.service import CustomersService
from app.features.customers.snapshots import CustomerEntry
from app.features.sample.service import fill
from app.features.sample.stories import SHOWPIECES
from app.features.staff.pins import PinHasher
from app.store.door import Store
from tests.features.conftest import Shop, open_shop
from tests.promises.conftest import FULL, Promise
from tests.promises.typed_fields import Tried, services, trying

pytestmark = pytest.mark.promise(9)

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
#: Bad inputs of a field that are tried in the default run; all of them in a full one.
_SHARE = 2

#: Those that show the planted faults.
_TELLING = frozenset({"formula", "nul", "nfd", "emoji", "long_line", "lone_high_surrogate"})

#: Texts that do not stand in the records as typed, and why. (``method field``)
NOT_KEPT = {
    "IntakeService.take_in visit.devices[0].passcode": "kept encrypted",
    "SettingsService.found_shop first.pin": "kept as its hash",
    "StaffService.save entry.pin": "kept as its hash",
    "Purchasing.add_line entry.description": "the part's own where a part is named",
    "Purchasing.add_line entry.unit": "the part's own where a part is named",
    "Purchasing.order wanted[0].description": "the part's own where a part is named",
    "Backups.set_password password": "kept as its key",
    "BenchService.add_listed choice.reason": "only where the price is not the list's",
    "BenchService.remove_line reason": "behind the line's own words",
    "Billing.refund wanted.payer_name": "whose money it is, asked of the records",
    "Counting.open scope": "nothing where the whole place is counted",
    "HandoverService.add_listed choice.reason": "only where the price is not the list's",
    "IntakeService.save_draft actor.name": "who signed in, not what somebody typed",
    "IntakeService.save_draft content[customer][name]": "kept as JSON",
    "Journal.export asked.order": "what is asked for, never written",
    "Passcodes.write_down passcode": "kept encrypted",
    "PriceList.save entry.code": "in half-width capitals, as codes are",
    "PriceSheets.apply plan.changed[0].entry.code": "in half-width capitals, as codes are",
    "PriceSheets.apply plan.lines[0].name": "shown before it is read in, never written",
    "PriceSheets.apply plan.lines[0].number": "shown before it is read in, never written",
    "PriceSheets.apply plan.lines[0].wrong[0].column": "shown before it is read in, never written",
    "PriceSheets.apply plan.new[0].entry.code": "in half-width capitals, as codes are",
    "Purchasing.create lines[0].description": "the part's own where a part is named",
    "Purchasing.create lines[0].unit": "the part's own where a part is named",
    "Quality.report entry.suggestions": "kept in the report, as JSON",
    "Quality.report row.about": "shown in the list that is reported from, never written",
    "Quality.report row.brand": "shown in the list that is reported from, never written",
    "Quality.report row.period": "shown in the list that is reported from, never written",
    "Tills.hand_over next_holder.name": "who signed in, not what somebody typed",
    "Consigned.settle owed.owner.brand": "shown to who settles; one line, as all brands are",
    "Consigned.settle owed.name": "shown to who settles, never written",
}
#: Commands that neither the sample shop nor a service's test gives with a text, a number or a day.
WITHOUT_FIELDS: dict[str, str] = {
    "Sync.drop": "the marked ones of a list",
    "Sync.set_active": "on or off",
}


def _some(dice: random.Random, bad: list[Any]) -> list[Any]:
    return bad if FULL else dice.sample(bad, min(_SHARE, len(bad)))


def sound(tried: Tried) -> None:
    """Nothing fell over, wrote before it refused, or changed what was typed."""
    assert tried.failures == []
    changed = {where: bad for where, bad in tried.changed.items() if where not in NOT_KEPT}
    assert changed == {}, "kept otherwise than typed"


def test_every_field_of_the_sample_shops_commands(promise: Promise, tmp_path: Path) -> None:
    clock = SetClock(NOW)
    store = Store.open(tmp_path / "shop", clock)
    tried = Tried()
    with trying(_some, tried):
        fill(store, clock, now=NOW, orders=len(SHOWPIECES) + 10, seed=4, hasher=PinHasher(1, 8, 1))
    store.close()
    promise.tried(tried.count)
    sound(tried)
    assert tried.refused > 50
    assert tried.accepted > 50
    assert len(tried.methods) >= 40


@pytest.mark.skipif(not FULL, reason="runs the services' own tests with every field made bad: minutes")
def test_every_field_of_the_commands_that_the_services_tests_give(promise: Promise, tmp_path: Path) -> None:
    """The tests themselves may fail, tried at as they are; what is asked is what became of each try."""
    out = tmp_path / "tried.json"
    subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "-p",
                "tests.promises.typed_fields",
            ),
            *("tests/features", "-k", "not page and not window and not machine and not bad_"),
        ],
        cwd=ROOT,
        env={**os.environ, "XIUHU_TRIED": str(out)},
        capture_output=True,
        check=False,
    )
    found = json.loads(out.read_text(encoding="utf-8"))
    tried = Tried(**{**found, "methods": set(found["methods"])})
    promise.tried(tried.count)
    sound(tried)
    there = {f"{owner.__name__}.{name}" for owner, name in services()}
    assert there - tried.methods - WITHOUT_FIELDS.keys() == set(), "commands that no test gives"


# -- the check itself can fail -----------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return open_shop(tmp_path / "shop")


def tried_at(shop: Shop) -> Tried:
    """One customer saved, with every field of his made bad."""
    tried = Tried()
    with trying(lambda _dice, bad: [each for each in bad if FULL or each.name in _TELLING], tried):
        CustomersService(shop.store).save(shop.ctx(), None, None, CustomerEntry("王丽华", "13800138000"))
    shop.close()
    return tried


def test_a_customer_is_kept_or_refused(promise: Promise, shop: Shop) -> None:
    tried = tried_at(shop)
    sound(tried)
    promise.tried(tried.count)
    assert tried.accepted > 5
    assert tried.refused > 5


@pytest.mark.parametrize(
    ("control", "harm"),
    [
        ("a sign dropped", lambda text: text.replace("=", "")),
        ("cut off in silence", lambda text: text[:5]),
        ("made one form of Unicode", lambda text: unicodedata.normalize("NFC", text)),
    ],
)
def test_a_cleaner_that_changes_what_was_typed_is_found(
    promise: Promise, shop: Shop, monkeypatch: pytest.MonkeyPatch, control: str, harm: Callable[[str], str]
) -> None:
    plain = fields.clean_line
    monkeypatch.setattr(
        customers, "clean_line", lambda *all_, **more: harm(plain(*all_, **more)), raising=False
    )
    assert tried_at(shop).changed, control
    promise.caught(control)


def test_a_command_that_falls_over_is_found(
    promise: Promise, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = CustomersService.save

    def save(self: Any, ctx: Any, customer_id: Any, version: Any, entry: CustomerEntry) -> Any:
        if "\0" in entry.name:
            raise ValueError(entry.name)
        return plain(self, ctx, customer_id, version, entry)

    monkeypatch.setattr(CustomersService, "save", save)
    assert any("ValueError" in each for each in tried_at(shop).failures)
    promise.caught("another error than a refusal")


def test_a_command_that_writes_before_it_refuses_is_found(
    promise: Promise, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = CustomersService.save

    def save(self: Any, ctx: Any, customer_id: Any, version: Any, entry: CustomerEntry) -> Any:
        if "\0" in entry.name:
            raw = sqlite.connect(str(shop.store.folder.database))
            raw.execute("UPDATE customer SET notes = notes || 'x'")
            raw.execute("INSERT INTO number_series (series, period, last) VALUES ('x', 'y', 1)")
            raw.commit()
            raw.close()
            raise Refusal(Reason.BAD_TEXT, field="name")
        return plain(self, ctx, customer_id, version, entry)

    monkeypatch.setattr(CustomersService, "save", save)
    assert any("something was written" in each for each in tried_at(shop).failures)
    promise.caught("written before refused")
