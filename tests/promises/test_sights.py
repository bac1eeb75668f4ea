"""Promise 19, for looking: every role × every query of money, pay or people; a new one that asks nobody fails here."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

from app.core.enums import PaperKind, PaperSize, Role
from app.core.errors import Reason, Refusal
from app.core.rights import SIGHTS, Actor, Ctx, Sight
from app.features.printing.service import PAPER_SIGHTS
from app.papers.forms import SIZES
from app.services import Services
from tests.features.conftest import Shop, open_shop

if TYPE_CHECKING:
    from tests.promises.conftest import Promise

pytestmark = pytest.mark.promise(19)

#: Services whose queries everybody at work may ask, and why. Everything else asks a sight, query by query.
OPEN = {
    "intake": "words to choose from, one's own drafts, a device's history; the customer is asked for by a sight",
    "bench": "the order in hand",
    "handover": "the order in hand; what else its customer owes is asked for by a sight",
    "orders": "orders are everybody's work",
    "finder": "finds orders; what is behind a hit is asked for by its own service",
    "stock": "parts and prices are everybody's work",
    "shelf": "where parts lie",
    "old_parts": "shelves",
    "suppliers": "whom to order from",
    "planning": "what to order",
    "requests": "what the bench waits for",
    "purchasing": "what is on its way",
    "receiving": "what is on its way",
    "waits": "how much waits, no amounts",
    "counting": "counted blind; differences ask the actor",
    "tools": "tools",
    "defective": "goods",
    "consigned": "goods of brands",
    "loans": "parts lent and borrowed",
    "prices": "the price list hangs in the shop",
    "brands": "agreements and codes the bench works by",
    "quality": "notices about devices",
    "claims": "claims the bench completes",
    "incidents": "what happened with a device",
    "alarms": "how devices stand with their guarantee",
    "sync": "what waits to be sent, no content",
    "settings": "the shop's own papers say them",
    "printing": "papers of orders; PAPER_SIGHTS asks for the others",
}
#: Queries of services that ask, which anybody may ask, and why.
PUBLIC = {
    "billing.invoice": "one invoice in hand",
    "billing.invoice_by_number": "one invoice in hand",
    "customers.levels": "words to choose from",
    "staff.tiles": "names to sign in by",
    "staff.sign_in": "asks the PIN",
    "staff.sign_in_by_badge": "asks the badge",
    "staff.vouch": "asks the PIN",
    "staff.vouch_by_badge": "asks the badge",
    "stock_views.choices": "words to choose from",
    "settlements.today": "the day",
    "pay.categories": "words to choose from",
    "pay.people": "names at work",
    "pay.month": "who may not see all finds himself alone in it",
    "pay.statement": "one's own, else by a sight",
    "pay.statement_bytes": "one's own, else by a sight",
    "pay.technician_day": "one's own, else by a sight",
    "privacy.clear_index": "the program's own",
    "backups.status": "the light at the top is everybody's",
    "backups.changed": "the program's own",
    "backups.confirm_damage": "the program's own",
    "backups.file": "a file somebody holds already",
    "backups.kept_key_for": "the program's own",
    "backups.key": "the program's own",
    "backups.lock": "the program's own",
    "backups.make": "the program's own, by the hour",
    "backups.second": "the program's own",
    "backups.stop_writing": "the program's own",
    "backups.write_file": "behind save_file, which asks; the command line acts for the owner",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = open_shop(tmp_path_factory.mktemp("sights") / "shop")
    yield made
    made.close()


def _services() -> Mapping[str, type]:
    """Every service by its name, read from the composition's own annotations."""
    sources = inspect.getsource(importlib.import_module("app.services"))
    found: dict[str, type] = {}
    for name, door in vars(Services).items():
        if isinstance(door, cached_property):
            shown = door.func.__annotations__["return"]
            line = next(
                each.split()
                for each in sources.splitlines()
                if each.startswith("    from ") and each.split()[-1] == shown
            )
            found[name] = getattr(importlib.import_module(line[1]), line[3])
    return found


def _queries(service: type) -> Iterator[tuple[str, Any]]:
    for name, query in inspect.getmembers(service, inspect.isfunction):
        given = inspect.signature(query).parameters.values()
        if not name.startswith("_") and not any(each.annotation == "Ctx" for each in given):
            yield name, query


def _asking(services: Mapping[str, type]) -> dict[str, Sight]:
    return {
        f"{name}.{query}": found.sight
        for name, service in services.items()
        for query, found in _queries(service)
        if hasattr(found, "sight")
    }


def _asks_nobody(services: Mapping[str, type]) -> list[str]:
    return [
        f"{name}.{query}"
        for name, service in services.items()
        for query, found in _queries(service)
        if not hasattr(found, "sight") and name not in OPEN and f"{name}.{query}" not in PUBLIC
    ]


def test_every_query_asks_a_sight_or_says_why_not(promise: Promise) -> None:
    services = _services()
    assert _asks_nobody(services) == []
    asking = _asking(services)
    assert PUBLIC.keys().isdisjoint(asking)
    assert len(asking) > 50
    promise.tried(len(asking))

    class Planted:
        def profit_of(self, _year: int) -> int:
            return 0

    assert _asks_nobody({**services, "planted": Planted}) == ["planted.profit_of"]
    promise.caught("a query that asks nobody")


def _denied(services: Services, query: str, actor: Actor) -> None:
    service, name = query.split(".")
    with pytest.raises(Refusal) as refused:
        getattr(getattr(services, service), name)(actor)
    assert (refused.value.reason, type(refused.value.params["command"])) == (Reason.NOT_ALLOWED, Sight)


def test_every_role_and_every_sight(shop: Shop, promise: Promise, monkeypatch: pytest.MonkeyPatch) -> None:
    """Denied before anything is read: no argument but who asks is given."""
    services, asking = Services(shop.store), _asking(_services())
    for query, sight in asking.items():
        for role, actor in shop.people.items():
            if role in SIGHTS[sight]:
                actor.must_see(sight)
            else:
                _denied(services, query, actor)
    promise.tried(len(asking) * len(Role))
    monkeypatch.setattr(Actor, "must_see", lambda _self, _sight: None)
    with pytest.raises((TypeError, pytest.fail.Exception)):
        _denied(services, "books.journal", shop.people[Role.TECHNICIAN])
    promise.caught("a guard that lets in")


def test_papers_say_no_more_than_the_screen(shop: Shop, promise: Promise) -> None:
    printing, tried = Services(shop.store).printing, 0
    for kind, sight in PAPER_SIGHTS.items():
        for role, actor in shop.people.items():
            tried += 1
            if role in SIGHTS[sight]:
                continue
            with pytest.raises(Refusal) as looked:
                printing.look(actor, kind, "2026-11")
            with pytest.raises(Refusal) as issued:
                printing.issue(Ctx.gesture(actor), kind, "2026-11", SIZES[kind][0])
            assert looked.value.reason is issued.value.reason is Reason.NOT_ALLOWED
    promise.tried(tried)
    # One's own is one's own.
    technician = shop.people[Role.TECHNICIAN]
    own = printing.look(technician, PaperKind.TECHNICIAN_DAY, f"2026-11-20-{technician.id}", PaperSize.A4)
    assert own.kind is PaperKind.TECHNICIAN_DAY
