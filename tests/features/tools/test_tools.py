"""Tools: who has which, what is missing goes on the purchase list (domain.md §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.core.enums import Role, ToolAction, ToolState
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import Money
from app.features.checkup.service import examine
from app.features.tools.service import Tools
from app.features.tools.snapshots import ToolEntry, ToolRow
from tests.bad_inputs import BAD_IDS, BAD_INPUTS, prove

if TYPE_CHECKING:
    from tests.features.conftest import Shop

TECHNICIAN, COUNTER = Role.TECHNICIAN, Role.COUNTER


@pytest.fixture
def tools(shop: Shop) -> Tools:
    return Tools(shop.store)


def meter(shop: Shop, tools: Tools, name: str = "万用表1") -> ToolRow:
    entry = ToolEntry("万用表", name, "工具墙", Money.yuan(150), "福禄克")
    return tools.save_tool(shop.ctx(COUNTER), None, None, entry)


def reason(caught: pytest.ExceptionInfo[Refusal]) -> Reason:
    return caught.value.reason


def test_a_tool_is_given_out_and_taken_back(shop: Shop, tools: Tools) -> None:
    tool = meter(shop, tools)
    assert (tool.kind, tool.state, tool.holder, tool.price) == ("万用表", ToolState.OK, "", Money.yuan(150))
    person = shop.people[TECHNICIAN].id
    assert tools.by_scan(tool.code) == tool
    held = tools.give(shop.ctx(TECHNICIAN), tool.id, person)
    assert (held.holder, tools.held_by(person)) == ("李强", (held,))
    with pytest.raises(Refusal) as caught:
        tools.give(shop.ctx(TECHNICIAN), tool.id, person)
    assert reason(caught) is Reason.TOOL_HELD
    # From hand to hand.
    lead = shop.people[Role.LEAD]
    assert tools.give(shop.ctx(TECHNICIAN), tool.id, lead.id).holder == lead.name
    back = tools.take_back(shop.ctx(TECHNICIAN), tool.id)
    assert (back.holder_id, tools.held_by(lead.id)) == (None, ())
    with pytest.raises(Refusal) as caught:
        tools.take_back(shop.ctx(TECHNICIAN), tool.id)
    assert reason(caught) is Reason.TOOL_NOT_HELD
    assert [each.action for each in tools.moves(tool.id)] == [
        ToolAction.GIVE_BACK,
        ToolAction.TAKE,
        ToolAction.TAKE,
        ToolAction.ADD,
    ]
    assert all(each.ok for each in examine(shop.store).checks if each.name == "tools")


def test_missing_and_broken_ones_must_be_bought(shop: Shop, tools: Tools) -> None:
    first, second, third = (meter(shop, tools, f"万用表{at}") for at in range(3))
    (kind,) = tools.kinds()
    assert (kind.usable, kind.to_buy, tools.to_buy()) == (3, 0, ())
    tools.save_kind(shop.ctx(COUNTER), kind.id, kind.version, kind.name, 3)
    tools.give(shop.ctx(), first.id, shop.people[TECHNICIAN].id)
    gone = tools.report(shop.ctx(TECHNICIAN), first.id, ToolAction.MISS, "落在客户家")
    assert (gone.state, gone.holder_id) == (ToolState.MISSING, None)
    tools.report(shop.ctx(TECHNICIAN), second.id, ToolAction.BREAK, "摔了")
    (kind,) = tools.to_buy()
    assert (kind.to_buy, kind.missing, kind.broken, kind.price) == (2, 1, 1, Money.yuan(150))
    with pytest.raises(Refusal) as caught:
        tools.give(shop.ctx(), first.id, shop.people[TECHNICIAN].id)
    assert reason(caught) is Reason.TOOL_STATE
    tools.report(shop.ctx(TECHNICIAN), first.id, ToolAction.FIND)
    tools.report(shop.ctx(TECHNICIAN), second.id, ToolAction.MEND)
    assert tools.to_buy() == ()
    with pytest.raises(Refusal) as caught:
        tools.report(shop.ctx(), third.id, ToolAction.RETIRE, " ")
    assert reason(caught) is Reason.FIELD_REQUIRED
    tools.report(shop.ctx(), third.id, ToolAction.RETIRE, "老旧")
    assert tools.to_buy()[0].to_buy == 1
    assert len(tools.page()) == 2
    assert len(tools.page(all_of_them=True)) == 3
    with pytest.raises(Refusal) as caught:
        tools.report(shop.ctx(), third.id, ToolAction.FIND)
    assert reason(caught) is Reason.TOOL_STATE
    with pytest.raises(Refusal) as caught:
        tools.report(shop.ctx(), first.id, ToolAction.TAKE)
    assert reason(caught) is Reason.BAD_CHOICE


def test_a_kind_that_nobody_wants_any_more_is_not_bought(shop: Shop, tools: Tools) -> None:
    (kind,) = tools.save_kind(shop.ctx(), None, None, "焊台", 2)
    assert kind.to_buy == 2
    with pytest.raises(Refusal) as caught:
        tools.save_kind(shop.ctx(), None, None, "焊台", 1)
    assert reason(caught) is Reason.TOOL_KIND_TAKEN
    with pytest.raises(Conflict):
        tools.save_kind(shop.ctx(), kind.id, kind.version + 1, "焊台", 1)
    for wanted in (-1, 10_000, 2**70):
        with pytest.raises(Refusal) as caught:
            tools.save_kind(shop.ctx(), kind.id, kind.version, "焊台", wanted)
        assert reason(caught) is Reason.OUT_OF_RANGE
    tools.save_kind(shop.ctx(), kind.id, kind.version, "焊台", 2, active=False)
    assert tools.to_buy() == ()
    with pytest.raises(Refusal) as caught:
        tools.save_kind(shop.ctx(TECHNICIAN), None, None, "扳手", 1)
    assert reason(caught) is Reason.NOT_ALLOWED


def test_the_list_by_pages_and_words(shop: Shop, tools: Tools) -> None:
    for name in ("乙", "甲", "50%"):
        meter(shop, tools, name)
    names = [each.name for each in tools.page()]
    assert names == sorted(names)
    first = tools.page(limit=1)
    assert [each.name for each in tools.page(after_key=first[0].key)] == names[1:]
    assert [each.name for each in tools.page("0%")] == ["50%"]
    assert tools.page("_") == ()
    assert len(tools.page("工具墙")) == 3


def test_a_changed_tool(shop: Shop, tools: Tools) -> None:
    tool = meter(shop, tools)
    changed = tools.save_tool(shop.ctx(), tool.id, tool.version, ToolEntry("钳形表", "", "B墙"))
    assert (changed.kind, changed.name, changed.location) == ("钳形表", "钳形表", "B墙")
    with pytest.raises(Conflict):
        tools.save_tool(shop.ctx(), tool.id, tool.version, ToolEntry("钳形表"))
    with pytest.raises(Refusal) as caught:
        tools.save_tool(shop.ctx(), 99, 1, ToolEntry("钳形表"))
    assert reason(caught) is Reason.NOT_FOUND
    assert tools.people()[0][1] == "王丽华"


def test_two_take_the_same_tool(shop: Shop, tools: Tools) -> None:
    tool = meter(shop, tools)
    other = Tools(shop.store.second())
    ctx = shop.ctx(TECHNICIAN)
    first = tools.give(ctx, tool.id, shop.people[TECHNICIAN].id)
    # The same gesture again, through the other store, is answered and not done twice.
    assert other.give(ctx, tool.id, shop.people[TECHNICIAN].id) == first
    assert len(tools.moves(tool.id)) == 2


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=BAD_IDS)
def test_bad_words(shared_shop: Shop, bad: str) -> None:
    tools = Tools(shared_shop.store)
    ctx = shared_shop.ctx
    tool = tools.save_tool(ctx(), None, None, ToolEntry("扳手", "扳手"))
    prove(bad, lambda text: tools.save_tool(ctx(), None, None, ToolEntry(text)).kind, shared_shop.commits)
    prove(
        bad,
        lambda text: tools.save_tool(ctx(), None, None, ToolEntry("扳手", "x", location=text)).location,
        shared_shop.commits,
    )

    def broken(text: str) -> str:
        tools.report(ctx(), tool.id, ToolAction.BREAK, text)
        return tools.moves(tool.id)[0].note

    prove(bad, broken, shared_shop.commits)
    tools.page(bad)
    assert tools.by_scan(bad) is None
