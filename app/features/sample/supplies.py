"""What invented shops are made of: ``resources/sample/zh_CN.json`` as typed, frozen values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.core.enums import Category, Role
from app.core.money import Money
from app.core.places import RESOURCES


@dataclass(frozen=True, slots=True)
class Goods:
    """A part of the sample shop. ``cost`` is the purchase price, ``price`` the sale price of one unit."""

    number: str
    category: str
    name: str
    unit: str
    cost: Money
    price: Money
    brand: str
    fits: str
    #: Whole units bought when the shop opened, and again whenever it runs out.
    stock: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault as a customer says it, and how it is mended. ``parts`` are part numbers, one unit each."""

    fault: str
    cause: str
    fix: str
    price: Money
    minutes: int
    parts: tuple[str, ...]
    #: Kinds of devices that have it.
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Make:
    """A kind of device with its brands, models and new price in yuan (low, high)."""

    kind: str
    brands: tuple[str, ...]
    models: tuple[str, ...]
    price: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Trade:
    """One device category: how busy each month is, what comes in and what is wrong with it."""

    category: str
    months: tuple[int, ...]
    makes: tuple[Make, ...]
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class Hand:
    """A member of the sample shop's staff; ``trainer`` is a name."""

    name: str
    role: Role
    phone: str
    trainer: str


@dataclass(frozen=True, slots=True)
class Supplies:
    """Everything in the file."""

    surnames: str
    rare_surnames: tuple[str, ...]
    given: tuple[str, ...]
    rare_given: tuple[str, ...]
    firms: tuple[str, ...]
    town: str
    streets: tuple[str, ...]
    villages: tuple[str, ...]
    shop: Mapping[str, Any]
    staff: tuple[Hand, ...]
    suppliers: tuple[str, ...]
    says: Mapping[str, str]
    goods: tuple[Goods, ...]
    trades: Mapping[str, Trade]
    unrepairable: tuple[str, ...]
    accessories: tuple[str, ...]
    damages: tuple[str, ...]

    def goods_for(self, category: str) -> tuple[Goods, ...]:
        """Parts that are used in a category, the general ones included."""
        return tuple(each for each in self.goods if each.category in (category, ""))


@lru_cache(maxsize=1)
def supplies() -> Supplies:
    """The sample data that is shipped with the program."""
    path = RESOURCES / "sample" / "zh_CN.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Supplies(
        surnames=found["surnames"],
        rare_surnames=tuple(found["rare_surnames"]),
        given=tuple(found["given"]),
        rare_given=tuple(found["rare_given"]),
        firms=tuple(found["firms"]),
        town=found["town"],
        streets=tuple(found["streets"]),
        villages=tuple(found["villages"]),
        shop=found["shop"],
        staff=tuple(
            Hand(each["name"], Role(each["role"]), each["phone"], each.get("trainer", ""))
            for each in found["staff"]
        ),
        suppliers=tuple(found["suppliers"]),
        says=found["says"],
        goods=tuple(
            Goods(
                each["number"],
                each["category"],
                each["name"],
                each["unit"],
                Money(each["cost_fen"]),
                Money(each["price_fen"]),
                each["brand"],
                each["fits"],
                each["stock"],
            )
            for each in found["parts"]
        ),
        trades={code: _trade(code, each) for code, each in found["categories"].items()},
        unrepairable=tuple(found["endings_unrepairable"]),
        accessories=tuple(found["accessories"]),
        damages=tuple(found["damages"]),
    )


def _trade(code: str, found: Mapping[str, Any]) -> Trade:
    return Trade(
        category=Category(code).value,
        months=tuple(found["months"]),
        makes=tuple(
            Make(kind, tuple(brands), tuple(models), (low, high))
            for kind, brands, models, (low, high) in found["devices"]
        ),
        troubles=tuple(
            Trouble(
                each["fault"],
                each["cause"],
                each["fix"],
                Money(each["price_fen"]),
                each["minutes"],
                tuple(each["parts"]),
                tuple(each["kinds"]),
            )
            for each in found["faults"]
        ),
    )
