"""Promises.md row 9 for customers, parts, staff and settings: every text field with every bad input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from app.core.enums import Role
from app.core.errors import Reason, Refusal
from app.core.fields import clean_phone
from app.core.money import Money, Quantity
from app.core.rights import FOUNDER
from app.features.customers.service import CustomersService
from app.features.customers.snapshots import CustomerEntry
from app.features.finder.service import FinderService
from app.features.settings.checks import KEYS, clean_hours
from app.features.settings.service import SettingsService
from app.features.staff.pins import PinHasher
from app.features.staff.service import StaffService
from app.features.staff.snapshots import StaffEntry
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry
from tests.bad_inputs import BAD_IDS, BAD_INPUTS, BAD_VALUES, as_line, as_text, prove

if TYPE_CHECKING:
    from tests.features.conftest import Shop

FAST = PinHasher(passes=1, memory_kib=8, lanes=1)


@pytest.fixture(scope="module")
def shop(shared_shop: Shop) -> Shop:
    """One shop for all of them: what is refused leaves no trace, what is kept is replaced by the next."""
    return shared_shop


each_bad_input = pytest.mark.parametrize("bad", BAD_INPUTS, ids=BAD_IDS)


def _phone(typed: str) -> str:
    return clean_phone(typed)


def _upper(typed: str) -> str:
    return as_line(typed).upper()


@each_bad_input
def test_customer(shop: Shop, bad: str) -> None:
    customers = CustomersService(shop.store)
    plain = CustomerEntry("王丽华", "13800138000")
    kept = customers.save(shop.ctx(), None, None, plain)
    for field in ("name", "phone", "phone2", "address", "notes", "tax_number"):

        def attempt(text: str, field: str = field) -> str:
            entry = replace(plain, **{field: text})
            record = customers.save(shop.ctx(), kept.id, None, entry)
            assert customers.record(FOUNDER, record.id) == record
            return str(getattr(record, field))

        forms = (_phone,) if field.startswith("phone") else (as_line, as_text)
        prove(bad, attempt, shop.commits, exactly=forms)


@each_bad_input
def test_part(shop: Shop, bad: str) -> None:
    stock = StockService(shop.store)
    plain = PartEntry("压缩机", "台")
    kept = stock.save_part(shop.ctx(), None, None, plain)
    for field in ("number", "name", "unit", "category", "brand", "fits", "location", "supplier", "barcodes"):

        def attempt(text: str, field: str = field) -> str:
            value = (text,) if field == "barcodes" else text
            card = stock.save_part(shop.ctx(), kept.row.id, None, replace(plain, **{field: value}))
            assert stock.part(card.row.id) == card
            if field == "barcodes":
                return "".join(card.barcodes)
            if field == "number" and not as_line(text):
                return ""  # the number it has stays
            return str(getattr(card if field == "supplier" else card.row, field))

        prove(bad, attempt, shop.commits, exactly=(_upper,) if field == "number" else (as_line,))
    prove(bad, lambda text: stock.receive(shop.ctx(), kept.row.id, Quantity.of(1), Money(1), text).moves.rows[0].note,
          shop.commits)  # fmt: skip
    prove(bad, lambda text: stock.adjust(shop.ctx(), kept.row.id, Quantity(0), text).moves.rows[0].note,
          shop.commits)  # fmt: skip


@each_bad_input
def test_typed_amounts_and_quantities(shop: Shop, bad: str) -> None:
    stock = StockService(shop.store)
    part = stock.save_part(shop.ctx(), None, None, PartEntry("压缩机", "台")).row.id
    prove(bad, lambda text: _plain(stock.receive(shop.ctx(), part, Quantity.parse(text), Money(1)).row.on_hand),
          shop.commits, exactly=(_digits,))  # fmt: skip
    prove(bad, lambda text: _plain(stock.save_part(shop.ctx(), part, None, PartEntry("压缩机", "台",
          sale_price=Money.parse(text))).row.sale_price), shop.commits, exactly=(_digits,))  # fmt: skip
    prove(bad, lambda text: _plain(stock.adjust(shop.ctx(), part, Quantity.parse(text), "盘点").row.on_hand),
          shop.commits, exactly=(_digits,))  # fmt: skip


def _plain(amount: Money | Quantity) -> str:
    return str(amount).removesuffix(".00")


def _digits(typed: str) -> str:
    """A number written with a sign or in another script's digits is that number."""
    try:
        return str(int(typed))
    except ValueError:
        return "refused"


@each_bad_input
def test_staff(shop: Shop, bad: str) -> None:
    staff = StaffService(shop.store, FAST)
    lead = shop.people[Role.LEAD]
    for field in ("name", "phone", "language", "role", "pin"):

        def attempt(text: str, field: str = field) -> str:
            row = staff.save(shop.ctx(), lead.id, replace(StaffEntry("周建国", Role.LEAD), **{field: text}))
            assert staff.row(FOUNDER, row.id) == row
            return text.strip() if field == "pin" else str(getattr(row, field))

        prove(bad, attempt, shop.commits, exactly=(_phone,) if field == "phone" else (as_line,))


@each_bad_input
def test_signing_in(shop: Shop, bad: str) -> None:
    staff = StaffService(shop.store, FAST)
    lead = shop.people[Role.LEAD]
    staff.save(shop.ctx(), lead.id, StaffEntry("周建国", Role.LEAD, pin="2580"))
    for attempt in (lambda: staff.sign_in(lead.id, bad), lambda: staff.sign_in_by_badge(bad)):
        with pytest.raises(Refusal):
            attempt()


@each_bad_input
def test_settings_texts(shop: Shop, bad: str) -> None:
    settings = SettingsService(shop.store, FAST)
    one_line = ("shop_name", "address", "tax_number")
    for key in (*one_line, "terms", "guarantee", "footer", "hotline", "complaint_phone", "hours", "time_zone",
                "language", "theme", "paper_language", "logo"):  # fmt: skip
        forms: tuple[Callable[[str], str], ...] = (as_line, as_text)
        if key in ("hotline", "complaint_phone"):
            forms = (_phone,)
        if key == "hours":
            forms = (clean_hours,)
        prove(
            bad,
            lambda text, key=key: getattr(settings.save(shop.ctx(), {key: text}), key),  # type: ignore[misc]
            shop.commits,
            exactly=forms,
        )
    for key in ("accessories", "shelves", "categories", "damages", "print_at_intake"):
        prove(
            bad,
            lambda text, key=key: "".join(getattr(settings.save(shop.ctx(), {key: [text]}), key)),  # type: ignore[misc]
            shop.commits,
        )
    prove(bad, lambda text: settings.save(shop.ctx(), {"care": {"cooling": text}}).care.get("cooling", ""),
          shop.commits)  # fmt: skip
    prove(
        bad,
        lambda text: next(iter(settings.save(shop.ctx(), {"care": {text: "护理"}}).care)),
        shop.commits,
    )


@pytest.mark.parametrize("value", BAD_VALUES, ids=repr)
def test_settings_of_the_wrong_kind(shop: Shop, value: Any) -> None:
    """A value of another kind is refused, or means the same (an empty list is an empty list)."""
    settings = SettingsService(shop.store, FAST)
    for key in sorted(KEYS):
        before = shop.commits()
        try:
            found = settings.save(shop.ctx(), {key: value})
        except Refusal:
            assert shop.commits() == before
        else:
            kept = getattr(found, key)
            assert not value or kept == value, (key, kept)
            assert shop.store.second().settings == found


@each_bad_input
def test_searching(shop: Shop, bad: str) -> None:
    """Nothing typed into a search box fails, and none of it writes."""
    CustomersService(shop.store).save(shop.ctx(), None, None, CustomerEntry("王丽华", "13800138000"))
    StockService(shop.store).save_part(shop.ctx(), None, None, PartEntry("压缩机", "台"))
    before = shop.commits()
    finder, customers, stock = (
        FinderService(shop.store),
        CustomersService(shop.store),
        StockService(shop.store),
    )
    for search in (
        finder.find, finder.by_name, finder.by_phone, finder.by_serial, finder.by_pinyin, finder.by_number,
        finder.by_model, finder.by_fault, partial(customers.page, FOUNDER), partial(customers.match_phone, FOUNDER),
        stock.parts_page, stock.search, stock.find_by_code,
    ):  # fmt: skip
        search(bad)
    assert shop.commits() == before


def test_the_proof_itself_can_fail(shop: Shop) -> None:
    """Planted bugs: a text changed behind the user's back, a refusal that wrote something, another error."""
    customers = CustomersService(shop.store)

    def writes_and_refuses(text: str) -> str:
        customers.save(shop.ctx(), None, None, CustomerEntry("王丽华"))
        raise Refusal(Reason.BAD_TEXT, field="name")

    def falls_over(text: str) -> str:
        raise ValueError(text)

    with pytest.raises(AssertionError, match="kept as"):
        prove("=cmd", lambda text: text.replace("=", ""), shop.commits)
    with pytest.raises(AssertionError, match="wrote something"):
        prove("x", writes_and_refuses, shop.commits)
    with pytest.raises(ValueError):
        prove("x", falls_over, shop.commits)
