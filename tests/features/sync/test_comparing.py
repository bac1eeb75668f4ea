"""Shop and head office beside each other, over the real receiver: every difference that is planted is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.cli import main
from app.core.brand_codes import ClaimState, LinkFault, OutboxState, SettlementKind
from app.core.changes import Kind
from app.core.enums import Command, Role
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.wire.answers import ClaimState as Theirs
from app.core.wire.answers import DecisionKind, Deduction
from app.core.wire.card import card_to_text
from app.core.words import Language, speaking
from app.features.bench.service import BenchService
from app.features.brands.service import Brands
from app.features.claims.service import Claims
from app.features.handover.service import HandoverService
from app.features.intake.service import IntakeService
from app.features.settling.service import Settlements
from app.features.settling.snapshots import LineEntry
from app.features.sync.service import Sync
from app.features.sync.snapshots import Odd, Reconciled, StatementCheck
from app.features.sync.telling import reconcile_lines, statement_lines
from app.headoffice import deciding
from app.headoffice.deciding import Verdict
from app.model import Setting
from tests.features.claims.conftest import Works
from tests.features.conftest import Mould, Shop, open_shop
from tests.features.handover.conftest import Counter
from tests.headoffice.conftest import identity, new_database, office, postgres
from tests.headoffice.kit import claim

if TYPE_CHECKING:
    from pathlib import Path

    from tests.headoffice.conftest import Office
    from tests.headoffice.kit import ShopSide

__all__ = ["identity", "new_database", "office", "postgres"]

CLAIMS = 4
#: By the fee table of the agreement.
FEE = Money(8000)


def now() -> datetime:
    """The receiver's clock is a real one."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Both:
    """A shop with claims at its head office, and the head office."""

    shop: Shop
    works: Works
    sync: Sync
    brand: int
    office: Office
    side: ShopSide

    def numbers(self) -> list[str]:
        return sorted(row.number for row in self.works.claims.page())

    def hand(self, statement: str, number: str, *values: Any) -> None:
        """Somebody changes the head office's records."""
        with self.office.records() as link:
            link.execute(statement.encode(), (*values, self.side.card.shop, number))

    def decide(self, number: str, kind: DecisionKind, amount: int | None = None) -> None:
        verdict = Verdict(kind, amount, text="" if kind is DecisionKind.ACCEPTED else "照片不清")
        with self.office.records() as link:
            deciding.decide(link, number, verdict, self.side.card.shop)

    def odd(self) -> dict[str, tuple[Odd, ...]]:
        found = self.sync.reconcile(self.brand)
        assert found.fault is None
        assert found.agrees is (not found.odd)
        return {each.claim: each.kinds for each in found.odd}


OF_CLAIM = "FROM shop WHERE shop.no = claim.shop_no AND shop.code = %s AND claim.claim = %s"


def works_in(shop: Shop) -> Works:
    store = shop.store
    desk = Counter(shop, IntakeService(store), BenchService(store), HandoverService(store))
    return Works(shop, desk, Brands(store), Claims(store))


@pytest.fixture(scope="module")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    """A shop with complete claims of one brand, none sent."""
    shop = open_shop(tmp_path_factory.mktemp("comparing") / "shop")
    works = works_in(shop)
    works.brand("格力", names=("gree",))
    for _claim in range(CLAIMS):
        works.complete(works.delivered(brand="格力"))
    return Mould.of(shop)


@pytest.fixture
def both(mould: Mould, office: Office, tmp_path: Path) -> Iterator[Both]:
    shop = mould.shop(tmp_path / "shop")
    works, sync, side = works_in(shop), Sync(shop.store, now=now), office.shop()
    (brand,) = (each.id for each in works.brands.list() if each.name == "格力")
    sync.connect(shop.ctx(), brand, card_to_text(replace(side.card, ca=office.authority)))
    works.claims.send(shop.ctx(), [row.id for row in works.claims.page()])
    made = Both(shop, works, sync, brand, office, side)
    assert sync.push(brand).answered == CLAIMS
    yield made
    shop.close()


def test_both_have_the_same_claims_through_every_answer(both: Both) -> None:
    found = both.sync.reconcile(both.brand)
    assert (found.agrees, found.claims, found.ours, found.theirs) == (
        True,
        CLAIMS,
        Money(32_000),
        Money(32_000),
    )
    assert reconcile_lines(found) == ["格力: 4 claims on both sides, ¥320.00. Everything agrees."]
    first, second, third, fourth = both.numbers()
    both.decide(first, DecisionKind.ACCEPTED, 7_500)
    both.decide(second, DecisionKind.REFUSED)
    both.decide(third, DecisionKind.RETURNED)
    (card,) = (row for row in both.works.claims.page() if row.number == fourth)
    both.works.claims.withdraw(both.shop.ctx(Role.LEAD), card.id, card.version, "重复提交")
    # Decisions that nobody has heard of yet are heard first; what waits is told first.
    found = both.sync.reconcile(both.brand)
    assert (found.agrees, found.waiting, found.claims) == (True, 0, CLAIMS)
    assert (found.ours, found.theirs) == (Money(24_000), Money(24_000)), "without the withdrawn one"
    # Mended, and not sent yet: no difference.
    for row in both.works.claims.page((ClaimState.REFUSED, ClaimState.RETURNED)):
        both.works.complete(row.id)
    assert both.odd() == {}
    both.works.claims.send(both.shop.ctx(), [row.id for row in both.works.claims.page((ClaimState.READY,))])
    assert both.odd() == {}


def test_every_planted_difference_is_named(both: Both) -> None:
    first, second, third, fourth = both.numbers()
    both.hand(f"UPDATE claim SET claimed_fen = claimed_fen + 1 {OF_CLAIM}", first)
    both.hand(f"UPDATE claim SET state = 'accepted', accepted_fen = 8000 {OF_CLAIM}", second)
    both.hand("DELETE FROM claim USING shop WHERE shop.no = shop_no AND shop.code = %s AND claim = %s", third)
    both.hand(f"UPDATE claim SET version = 3 {OF_CLAIM}", fourth)
    both.side.one(claim("P2611-99999"))
    found = both.sync.reconcile(both.brand)
    assert {each.claim: each.kinds for each in found.odd} == {
        first: (Odd.CLAIMED,),
        second: (Odd.STATE,),
        third: (Odd.MISSING_THERE,),
        fourth: (Odd.VERSION,),
        "P2611-99999": (Odd.MISSING_HERE,),
    }
    assert (found.ours, found.theirs, found.agrees) == (Money(24_000), Money(24_001), False)
    assert reconcile_lines(found) == [
        "格力: 5 claims differ. Claimed ¥240.00 here, ¥240.01 there.",
        f"{first}: claimed ¥80.00 here, ¥80.01 there.",
        f'{second}: "With the brand" here, "Accepted by the brand" there.',
        f"{third}: the head office does not have it (¥80.00).",
        f"{fourth}: submission 1 here, 3 there.",
        "P2611-99999: only the head office has it (¥33.00).",
        "What only the head office has was most likely lost when a backup was restored. Look for a newer backup,"
        " or write those repairs down again.",
    ]
    with speaking(Language.ZH):
        assert len(reconcile_lines(found)) == 7
    theirs = {each.claim: each.theirs for each in found.odd}
    side = theirs[second]
    assert side is not None
    assert (side.state, side.accepted) == (Theirs.ACCEPTED, Money(8000))


def test_an_accepted_amount_to_the_fen(both: Both) -> None:
    first, *_rest = both.numbers()
    both.decide(first, DecisionKind.ACCEPTED, 7_500)
    assert both.odd() == {}
    both.hand(f"UPDATE claim SET accepted_fen = 7501 {OF_CLAIM}", first)
    assert both.odd() == {first: (Odd.ACCEPTED,)}


def test_after_a_restored_backup_one_looks_before_the_push_goes_on(both: Both) -> None:
    """The push is paused; the question is asked all the same, and nothing is told."""
    first, *_rest = both.numbers()
    both.works.delivered(brand="格力")
    (draft,) = both.works.claims.page((ClaimState.DRAFT,))
    both.works.complete(draft.id)
    both.works.claims.send(both.shop.ctx(), [draft.id])
    with both.shop.store.write(Command.SAVE_SETTINGS, both.shop.ctx()) as tx:
        tx.session.merge(Setting(key="sync_paused", value=True))
        tx.changed(Kind.SETTING, 0)
    both.decide(first, DecisionKind.ACCEPTED)
    found = both.sync.reconcile(both.brand)
    assert (found.waiting, found.fault) == (1, None)
    assert {each.claim: each.kinds for each in found.odd} == {first: (Odd.STATE,)}
    assert len(both.side.standings()) == CLAIMS


def test_whoever_cannot_be_asked_is_said(both: Both) -> None:
    late = Sync(both.shop.store, now=lambda: now() + timedelta(minutes=9))
    found = late.reconcile(both.brand)
    assert (found.fault, found.agrees, found.claims) == (LinkFault.CLOCK, False, 0)
    assert reconcile_lines(found)[0].startswith("格力: The clock of this computer")
    assert late.statement(both.brand, "2026-11").fault is LinkFault.CLOCK
    for asked in (lambda: both.sync.reconcile(99), lambda: both.sync.statement(99, "2026-11")):
        with pytest.raises(Refusal) as refused:
            asked()
        assert refused.value.reason is Reason.NOT_FOUND
    with pytest.raises(Refusal) as refused:
        both.sync.statement(both.brand, "2026-13")
    assert refused.value.reason is Reason.MONTH_UNKNOWN


# -- the month's statement -----------------------------------------------------------------------------------


def settled(both: Both, amounts: list[int], *deductions: Deduction) -> StatementCheck:
    """The head office accepts claims for these amounts and settles the month they are of."""
    for number, amount in zip(both.numbers(), amounts, strict=False):
        both.decide(number, DecisionKind.ACCEPTED, amount)
    with both.office.records() as link:
        deciding.settle(link, _month(), shop=both.side.card.shop, deductions=deductions)
    return both.sync.statement(both.brand, _month())


def _month() -> str:
    """The receiver settles by its own calendar."""
    return f"{now():%Y-%m}"


def test_a_statement_is_laid_beside_the_own_settlement_line_by_line(both: Both) -> None:
    month = _month()
    both.shop.clock.set(now())
    nothing = both.sync.statement(both.brand, month)
    assert (nothing.statements, nothing.agrees) == ((), False)
    assert statement_lines("格力", nothing) == [f"格力: no statement of {month} has come yet."]
    first, second, third, _fourth = both.numbers()
    # Before the shop has begun its own: what belongs into it stands in for it.
    found = settled(both, [8000, 7500, 6000], Deduction("迟到上门", 2000))
    assert (found.settlement, found.lines, found.odd) == ("", 3, ())
    assert (found.ours, found.theirs, found.agrees) == (Money(21_500), Money(19_500), False)
    services = Settlements(both.shop.store)
    card = services.make(both.shop.ctx(Role.COUNTER), both.brand, month)
    taken = LineEntry(SettlementKind.DEDUCTION, "迟到上门", Money(2000), "协议第 7 条")
    card = services.save_line(both.shop.ctx(Role.COUNTER), card.row.id, card.row.version, None, taken)
    found = both.sync.statement(both.brand, month)
    assert (found.agrees, found.settlement) == (True, card.row.number)
    assert card.says is not None
    assert found.statements == (card.says.statement,)
    assert statement_lines("格力", found) == [f"格力: statement {card.says.statement} agrees, ¥195.00."]
    # The brand's clerk changes a line, takes one out, and the sum is no sum any more.
    both.hand(f"UPDATE claim SET accepted_fen = 7000 {OF_CLAIM}", second)
    both.hand(f"UPDATE claim SET statement = NULL {OF_CLAIM}", third)
    found = both.sync.statement(both.brand, month)
    assert [(each.claim, each.ours, each.theirs) for each in found.odd] == [
        (second, Money(7500), Money(7000)),
        (third, Money(6000), None),
    ]
    assert (found.adds_up, found.agrees) == (False, False)
    lines = statement_lines("格力", found)
    assert lines[1:] == [
        f"{second}: ¥75.00 here, ¥70.00 in the statement.",
        f"{third}: ¥60.00 here, — in the statement.",
        "The statement is not the sum of its own lines: ask the brand.",
        "Taken off by the brand: 迟到上门, ¥20.00.",
        "Taken off in the shop's settlement: 迟到上门, ¥20.00.",
    ]
    both.hand(f"UPDATE claim SET version = 2 {OF_CLAIM}", first)
    assert first in [each.claim for each in both.sync.statement(both.brand, month).odd]


def test_a_month_in_two_statements_is_one_month(both: Both) -> None:
    both.shop.clock.set(now())
    first = settled(both, [8000])
    assert first.agrees
    _first, second, *_rest = both.numbers()
    both.decide(second, DecisionKind.ACCEPTED, 7000)
    with both.office.records() as link:
        deciding.settle(link, _month(), shop=both.side.card.shop)
    found = both.sync.statement(both.brand, _month())
    assert (len(found.statements), found.lines, found.theirs, found.agrees) == (2, 2, Money(15_000), True)
    # The shop's settlement agrees with both, and says so to each.
    services = Settlements(both.shop.store)
    card = services.make(both.shop.ctx(Role.COUNTER), both.brand, _month())
    assert (card.row.payable, card.gap) == (Money(15_000), Money(0))
    both.shop.clock.advance(timedelta(days=40))  # a month is agreed when it is over
    services.agree(both.shop.ctx(Role.COUNTER), card.row.id, card.row.version, leave_out=True)
    waiting = both.sync.queue(OutboxState.WAITING)
    assert sorted(each.subject for each in waiting) == list(found.statements)


def test_the_command_line_compares(both: Both, capsys: pytest.CaptureFixture[str]) -> None:
    root = both.shop.store.folder.root
    both.shop.close()
    assert main(["--data", str(root), "sync", "--reconcile", "--json"]) == 0
    said = capsys.readouterr()
    (link,) = json.loads(said.out)["links"]
    assert (link["agrees"], link["claims"], link["ours_fen"], link["differences"]) == (True, 4, 32_000, [])
    assert "格力" in said.err
    both.side.one(claim("P2611-99999"))
    assert main(["--data", str(root), "sync", "--reconcile", "--json"]) == 1
    (link,) = json.loads(capsys.readouterr().out)["links"]
    assert link["differences"] == [
        {
            "claim": "P2611-99999",
            "kinds": ["missing_here"],
            "ours": None,
            "theirs": {"version": 1, "state": "received", "claimed_fen": 3300, "accepted_fen": None},
        }
    ]
    assert main(["--data", str(root), "sync", "--statement", "2026-11", "--json"]) == 1
    (month,) = json.loads(capsys.readouterr().out)["links"]
    assert (month["statements"], month["agrees"]) == ([], False)
    assert main(["--data", str(root), "sync", "--statement", "x"]) != 0


def test_agreement_is_the_same_claims_and_the_same_sum() -> None:
    """Controls: neither a difference nor another sum counts as agreement."""
    assert Reconciled(1, "x", 1, FEE, FEE).agrees
    assert not Reconciled(1, "x", 1, FEE, Money(8001)).agrees
    assert not Reconciled(1, "x", fault=LinkFault.BUSY).agrees
    assert not StatementCheck("2026-11").agrees
