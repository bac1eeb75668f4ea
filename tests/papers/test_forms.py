"""Papers are frozen when they are issued and thaw to the same form years later."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, replace
from datetime import datetime

import pytest

from app.core import codes
from app.core.enums import PaperKind
from app.core.money import Money
from app.core.words import Language, speaking
from app.papers.forms import FORMS, sample
from app.papers.forms_of_orders import PickupReceipt
from app.papers.forms_of_views import PartLabel
from app.papers.frozen import freeze, thaw


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("speech", list(Language))
@pytest.mark.parametrize("kind", list(PaperKind))
def test_freezing_and_thawing_gives_the_same_form(kind: PaperKind, speech: Language, long: bool) -> None:
    with speaking(speech):
        form = sample(kind, long=long)
    assert thaw(kind, json.loads(json.dumps(freeze(form)))) == form


@pytest.mark.parametrize("kind", list(PaperKind))
def test_forms_frozen_before_a_field_existed_take_its_default(kind: PaperKind) -> None:
    form = sample(kind)
    needed = [item.name for item in fields(FORMS[kind]) if item.default is MISSING]
    old = {name: value for name, value in freeze(form).items() if name in needed}
    thawed = thaw(kind, {**old, "field_of_a_newer_version": 1})
    for item in fields(FORMS[kind]):
        wanted = getattr(form, item.name) if item.name in needed else item.default
        assert getattr(thawed, item.name) == wanted


@pytest.mark.parametrize(
    "spoil",
    [
        {"number": 5},
        {"deposit": 1.5},
        {"deposit": "12"},
        {"device": "fridge"},
        {"taken_in_at": "yesterday"},
        {"service": "Z"},
        {"shop": None},
    ],
)
def test_data_that_is_no_receipt_is_refused(spoil: dict[str, object]) -> None:
    frozen = {**freeze(sample(PaperKind.PICKUP_RECEIPT)), **spoil}
    with pytest.raises(ValueError):
        thaw(PaperKind.PICKUP_RECEIPT, frozen)


def test_a_receipt_without_its_number_is_refused() -> None:
    frozen = freeze(sample(PaperKind.PICKUP_RECEIPT))
    del frozen["number"]
    with pytest.raises(ValueError):
        thaw(PaperKind.PICKUP_RECEIPT, frozen)


def test_moments_without_a_zone_are_not_frozen() -> None:
    form = sample(PaperKind.PICKUP_RECEIPT)
    assert isinstance(form, PickupReceipt)
    with pytest.raises(ValueError):
        freeze(replace(form, taken_in_at=datetime(2026, 11, 21, 10, 0)))


def test_money_is_frozen_in_fen() -> None:
    label = PartLabel(number="P1", barcode="300000001287", name="x", price=Money(8505))
    assert freeze(label)["price"] == 8505
    assert freeze(replace(label, price=None))["price"] is None


def test_sample_codes_are_sound() -> None:
    receipt = sample(PaperKind.PICKUP_RECEIPT)
    assert isinstance(receipt, PickupReceipt)
    assert isinstance(codes.parse(receipt.receipt_code), codes.Code)
    part = sample(PaperKind.PART_LABEL)
    assert isinstance(part, PartLabel)
    assert isinstance(codes.parse(part.barcode), codes.Code)
    assert codes.order_number("102611000428") == receipt.number
