"""Incidents: on record at once, told to the brand in the same transaction, without a customer's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.core.brand_codes import IncidentKind
from app.core.enums import Role
from app.core.errors import Reason, Refusal
from app.core.wire.events import EventType, IncidentReported, PhotoOf
from app.core.wire.form import read
from app.features.brands.incident_form import IncidentForm
from app.features.brands.incidents import IncidentEntry, Incidents
from app.features.claims.snapshots import NewPhoto
from tests.features.brands.test_quality import events, link
from tests.hostile_pictures import picture

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.features.claims.conftest import Works


def test_an_incident_is_told_at_once_and_by_nobodys_name(works: Works) -> None:
    shop = works.shop
    link(shop, works.brand().row.id)
    card = works.counter.take_in(serial="HR-7")
    incidents, now = Incidents(shop.store), shop.clock.now()
    entry = IncidentEntry(
        card.number, IncidentKind.FIRE, now - timedelta(hours=2), "插头冒烟起火", 1, "清水镇"
    )
    gesture = shop.ctx(Role.TECHNICIAN)
    row = incidents.record(gesture, entry)
    assert incidents.record(gesture, entry) == row, "the retry of a gesture is the same gesture"
    assert (row.number[0], row.order_number, row.brand, row.serial) == ("E", card.number, "海尔", "HR-7")
    ((kind, subject, body),) = events(shop)
    assert (kind, subject) == (EventType.INCIDENT_REPORTED.value, row.number)
    told = read(IncidentReported, body)
    assert (told.kind, told.injured, told.town, told.order) == ("fire", 1, "清水镇", card.number)
    assert told.device.brand == "H"
    assert card.customer_name not in str(body)
    assert card.customer_phone not in str(body)
    # A brand that is not connected, or none at all, is told on paper.
    other = works.counter.take_in(brand="西门子")
    incidents.record(shop.ctx(), replace(entry, order_number=other.number))
    assert len(events(shop)) == 1


def test_the_orders_photos_go_along_only_where_somebody_says_so(works: Works) -> None:
    shop = works.shop
    link(shop, works.brand().row.id)
    claim = works.claims.card(works.delivered()).row
    added = (NewPhoto(picture(), PhotoOf.FAULT),)
    works.claims.show_photos(shop.ctx(Role.TECHNICIAN), claim.id, claim.version, {}, added)
    entry = IncidentEntry(claim.order_number, IncidentKind.FIRE, shop.clock.now(), "插头冒烟起火")
    for wanted in (False, True):
        Incidents(shop.store).record(shop.ctx(), replace(entry, photos=wanted))
    without, along = (read(IncidentReported, body) for _kind, _subject, body in events(shop))
    assert without.photos == ()
    assert [each.shows for each in along.photos] == [PhotoOf.FAULT]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"order_number": "2611-99999"}, Reason.NOT_FOUND),
        ({"order_number": " "}, Reason.FIELD_REQUIRED),
        ({"told": ""}, Reason.FIELD_REQUIRED),
        ({"told": "火\x00"}, Reason.BAD_TEXT),
        ({"injured": -1}, Reason.OUT_OF_RANGE),
        ({"injured": 10_000}, Reason.OUT_OF_RANGE),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    works: Works, wrong: dict[str, object], reason: Reason
) -> None:
    shop = works.shop
    card = works.counter.take_in()
    entry = IncidentEntry(card.number, IncidentKind.GAS, shop.clock.now(), "漏气")
    before = shop.fingerprint()
    with pytest.raises(Refusal) as refused:
        Incidents(shop.store).record(shop.ctx(), replace(entry, **wrong))
    assert refused.value.reason is reason
    late = replace(entry, happened_at=shop.clock.now() + timedelta(minutes=1))
    with pytest.raises(Refusal) as refused:
        Incidents(shop.store).record(shop.ctx(), late)
    assert refused.value.reason is Reason.BAD_DATE
    assert shop.fingerprint() == before


def test_the_form_reads_the_time_on_the_shops_wall(qtbot: QtBot, works: Works) -> None:
    incidents = Incidents(works.shop.store)
    form = IncidentForm(incidents.zone, incidents.now(), incidents.today, "2611-00001")
    for row in form.rows:
        qtbot.addWidget(row)
    form.kind.set_value(IncidentKind.GAS)
    form.time.set_value("9：05")
    form.told.set_value("漏气")
    entry = form.entry()
    assert (f"{entry.happened_at:%H:%M%z}", entry.order_number) == ("09:05+0800", "2611-00001")
    for bad in ("25:00", "早上", "9"):
        form.time.set_value(bad)
        with pytest.raises(Refusal):
            form.entry()
