"""The price list a new shop starts from: usual prices of a small town, in the shop's own language; from then on they
are the shop's."""

from __future__ import annotations

import json
from typing import Any

from app.core.changes import Kind
from app.core.enums import JobKind, PriceUse
from app.core.ids import uuid7
from app.core.money import ZERO, Money
from app.core.places import RESOURCES
from app.core.words import Language
from app.features.pricing.reading import KINDS
from app.model import PackageLine, PriceItem, PriceItemChange
from app.store.door import Tx


def default_prices(language: Language) -> dict[str, list[dict[str, Any]]]:
    """The list as the program brings it: ``items``, and ``packages`` of (code, price in fen)."""
    path = RESOURCES / "defaults" / f"prices_{language.value}.json"
    found: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def len_of_default_prices(language: Language) -> int:
    """How many entries the list has, packages counted."""
    found = default_prices(language)
    return len(found["items"]) + len(found["packages"])


def put_default_prices(tx: Tx, language: Language) -> int:
    """Write the usual list into a shop that has none yet; how many entries. All in a few statements: a new shop waits
    for it."""
    found = default_prices(language)
    items = {each["code"]: _item(each) for each in found["items"]}
    packages = {each["code"]: _item({**each, "use": PriceUse.PACKAGE}) for each in found["packages"]}
    tx.session.add_all([*items.values(), *packages.values()])
    tx.session.flush()
    for each in found["packages"]:
        package = packages[each["code"]]
        for code, fen in each["lines"]:
            inner = items[code]
            tx.session.add(
                PackageLine(
                    package_id=package.id,
                    kind=inner.kind,
                    item_id=inner.id,
                    description=inner.name,
                    price=Money(fen),
                )
            )
            package.price += Money(fen)
    made = [*items.values(), *packages.values()]
    tx.session.add_all(
        PriceItemChange(item_id=each.id, level="", old=None, new=each.price, staff_id=None, at=tx.now)
        for each in made
    )
    tx.changed(Kind.PRICE, 0)
    return len(made)


def _item(each: dict[str, Any]) -> PriceItem:
    use = PriceUse(each["use"])
    return PriceItem(
        uuid=uuid7(),
        code=each["code"],
        use=use,
        kind=KINDS[use],
        name=each["name"],
        price=Money(each["price"]) if "price" in each else ZERO,
        category=each.get("category", ""),
        job_kind=JobKind(each["job_kind"]) if "job_kind" in each else None,
        zone=each.get("zone", ""),
        unit=each.get("unit", ""),
        minutes=each.get("minutes", 0),
    )
