"""Tools: keep the list, give them out and take them back by scan, say what is missing or broken (domain.md §7)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from app.core.changes import Kind
from app.core.codes import Code, CodeKind, parse
from app.core.enums import Command, ToolAction, ToolState
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.ids import uuid7
from app.core.rights import Ctx
from app.features.finder.checked import to_look_for
from app.features.stock.service import checked_price
from app.features.tools import reading as asked
from app.features.tools.snapshots import KindRow, ToolEntry, ToolMoveRow, ToolRow
from app.model import Staff, Tool, ToolKind, ToolMove
from app.store.door import Store, Tx, repeatable

MOST_WANTED = 9_999
MOVES_SHOWN = 50
#: What an action asks of a tool, and what it makes of it. Giving and taking change who has it.
_STATES: Mapping[ToolAction, tuple[frozenset[ToolState], ToolState]] = MappingProxyType(
    {
        ToolAction.TAKE: (frozenset({ToolState.OK}), ToolState.OK),
        ToolAction.GIVE_BACK: (frozenset({ToolState.OK, ToolState.BROKEN}), ToolState.OK),
        ToolAction.MISS: (frozenset({ToolState.OK, ToolState.BROKEN}), ToolState.MISSING),
        ToolAction.FIND: (frozenset({ToolState.MISSING}), ToolState.OK),
        ToolAction.BREAK: (frozenset({ToolState.OK}), ToolState.BROKEN),
        ToolAction.MEND: (frozenset({ToolState.BROKEN}), ToolState.OK),
        ToolAction.RETIRE: (
            frozenset({ToolState.OK, ToolState.BROKEN, ToolState.MISSING}),
            ToolState.RETIRED,
        ),
    }
)


def _reopen(service: Tools, result: dict[str, Any]) -> ToolRow:
    return service.tool(result["tool"])


def _reopen_kinds(service: Tools, _result: dict[str, Any]) -> tuple[KindRow, ...]:
    return service.kinds()


class Tools:
    """The tools of the shop. Commands answer with the tool as it is then."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def zone(self) -> str:
        """The shop's time zone: moments are shown in it."""
        return self._store.settings.time_zone

    # queries

    def page(
        self,
        text: str = "",
        after_key: tuple[str, str, int] | None = None,
        limit: int = 50,
        *,
        all_of_them: bool = False,
    ) -> tuple[ToolRow, ...]:
        """A page of tools by kind and name, those with ``text`` in kind, name, place or holder."""
        with self._store.read() as reading:
            return asked.page(reading, to_look_for(text), after_key, limit, all_of_them=all_of_them)

    def tool(self, tool_id: int) -> ToolRow:
        """One tool. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return asked.one(reading, tool_id)

    def by_scan(self, text: str) -> ToolRow | None:
        """The tool behind a scan of its label; None for anything else."""
        found = parse(text)
        if not isinstance(found, Code) or found.kind is not CodeKind.TOOL:
            return None
        with self._store.read() as reading:
            known = reading.execute(select(Tool.id).where(Tool.id == found.number)).first()
            return asked.one(reading, found.number) if known else None

    def held_by(self, staff_id: int) -> tuple[ToolRow, ...]:
        """The tools somebody has."""
        with self._store.read() as reading:
            return asked.held_by(reading, staff_id)

    def moves(self, tool_id: int, limit: int = MOVES_SHOWN) -> tuple[ToolMoveRow, ...]:
        """What happened to a tool, newest first."""
        with self._store.read() as reading:
            return asked.moves(reading, tool_id, limit)

    def kinds(self) -> tuple[KindRow, ...]:
        """The kinds of tools with how many there are of each."""
        with self._store.read() as reading:
            return asked.kinds(reading)

    def to_buy(self) -> tuple[KindRow, ...]:
        """The purchase list: kinds of which fewer are usable than wanted (domain.md §7)."""
        return tuple(each for each in self.kinds() if each.to_buy)

    def people(self) -> tuple[tuple[int, str], ...]:
        """Who can have tools: id and name of everybody at work here."""
        with self._store.read() as reading:
            rows = reading.execute(
                select(Staff.id, Staff.name).where(Staff.active.is_(True)).order_by(Staff.id)
            )
            return tuple((row.id, row.name) for row in rows)

    # the list

    @repeatable(_reopen_kinds)
    def save_kind(
        self,
        ctx: Ctx,
        kind_id: int | None,
        version: int | None,
        name: str,
        wanted: int,
        note: str = "",
        *,
        active: bool = True,
    ) -> tuple[KindRow, ...]:
        """Add a kind, or change the one the user saw: how many there should be.

        Raises ``Conflict`` and ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, OUT_OF_RANGE, TOOL_KIND_TAKEN,
        NOT_FOUND.
        """
        name = clean_line("name", name, most=SHORT, required=True)
        note = clean_line("note", note)
        if not 0 <= wanted <= MOST_WANTED:
            raise Refusal(Reason.OUT_OF_RANGE, field="quantity", low=0, high=MOST_WANTED)
        with self._store.write(Command.SAVE_TOOL, ctx) as tx:
            same = tx.session.scalars(select(ToolKind).where(ToolKind.name == name)).one_or_none()
            if same is not None and same.id != kind_id:
                raise Refusal(Reason.TOOL_KIND_TAKEN, name=name)
            if kind_id is None:
                kind = ToolKind(name=name)
                tx.session.add(kind)
            else:
                kind = _kind(tx, kind_id, version)
            kind.name, kind.wanted, kind.note, kind.active = name, wanted, note, bool(active)
            tx.session.flush()
            tx.journal(tool_kind=kind.id, wanted=wanted, active=kind.active)
            tx.changed(Kind.TOOL, 0)
            return asked.kinds(tx.reading())

    @repeatable(_reopen)
    def save_tool(self, ctx: Ctx, tool_id: int | None, version: int | None, entry: ToolEntry) -> ToolRow:
        """Add a tool, or change what is written about one.

        Raises ``Conflict`` and ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, AMOUNT_NEGATIVE, BAD_AMOUNT,
        NOT_FOUND.
        """
        kind_name = clean_line("category", entry.kind, most=SHORT, required=True)
        name = clean_line("name", entry.name, most=SHORT) or kind_name
        location = clean_line("location", entry.location, most=SHORT)
        note = clean_line("note", entry.note)
        price = checked_price(entry.price)
        with self._store.write(Command.SAVE_TOOL, ctx) as tx:
            kind = tx.session.scalars(select(ToolKind).where(ToolKind.name == kind_name)).one_or_none()
            if kind is None:
                kind = ToolKind(name=kind_name, wanted=0)
                tx.session.add(kind)
                tx.session.flush()
            if tool_id is None:
                tool = Tool(uuid=uuid7(), kind_id=kind.id, name=name, state=ToolState.OK, since=tx.now)
                tx.session.add(tool)
                tx.session.flush()
                _note_move(tx, tool, ToolAction.ADD, "")
            else:
                tool = _tool(tx, tool_id)
                if tool.version != version:
                    raise Conflict(Kind.TOOL, tool_id)
            tool.kind_id, tool.name, tool.location, tool.price, tool.note = (
                kind.id, name, location, price, note,
            )  # fmt: skip
            tx.journal(tool=tool.id, new=tool_id is None)
            return _answer(tx, tool)

    # who has it, what became of it

    @repeatable(_reopen)
    def give(self, ctx: Ctx, tool_id: int, staff_id: int) -> ToolRow:
        """A tool goes to somebody; whoever had it has it no more.

        Raises ``Refusal``: NOT_FOUND, TOOL_STATE (missing, broken, retired), TOOL_HELD (he has it already).
        """
        with self._store.write(Command.MOVE_TOOL, ctx) as tx:
            tool = _tool(tx, tool_id)
            staff = tx.session.get(Staff, staff_id)
            if staff is None or not staff.active:
                raise Refusal(Reason.NOT_FOUND)
            _refuse_state(tool, ToolAction.TAKE)
            if tool.holder_id == staff.id:
                raise Refusal(Reason.TOOL_HELD, tool=tool.name, name=staff.name)
            tool.holder_id, tool.since = staff.id, tx.now
            _note_move(tx, tool, ToolAction.TAKE, "")
            tx.journal(tool=tool.id, way=ToolAction.TAKE.value, holder=staff.id)
            return _answer(tx, tool)

    @repeatable(_reopen)
    def take_back(self, ctx: Ctx, tool_id: int) -> ToolRow:
        """A tool is back in its place. ``Refusal``: NOT_FOUND, TOOL_STATE, TOOL_NOT_HELD (nobody has it)."""
        with self._store.write(Command.MOVE_TOOL, ctx) as tx:
            tool = _tool(tx, tool_id)
            _refuse_state(tool, ToolAction.GIVE_BACK)
            if tool.holder_id is None:
                raise Refusal(Reason.TOOL_NOT_HELD, tool=tool.name)
            tool.holder_id, tool.since = None, tx.now
            _note_move(tx, tool, ToolAction.GIVE_BACK, "")
            tx.journal(tool=tool.id, way=ToolAction.GIVE_BACK.value)
            return _answer(tx, tool)

    @repeatable(_reopen)
    def report(self, ctx: Ctx, tool_id: int, action: ToolAction, note: str = "") -> ToolRow:
        """It is missing, found, broken, mended, or out of use for good: missing and broken ones go on the purchase
        list. Who had a missing one stays written in its moves.

        Raises ``Refusal``: NOT_FOUND, TOOL_STATE, FIELD_REQUIRED (why it is missing, broken or retired), BAD_TEXT,
        TEXT_TOO_LONG, BAD_CHOICE.
        """
        action = ToolAction(action)
        if action in (ToolAction.ADD, ToolAction.TAKE, ToolAction.GIVE_BACK):
            raise Refusal(Reason.BAD_CHOICE, field="reason", text=action.value)
        why = action in (ToolAction.MISS, ToolAction.BREAK, ToolAction.RETIRE)
        note = clean_line("reason", note, required=why)
        with self._store.write(Command.MOVE_TOOL, ctx) as tx:
            tool = _tool(tx, tool_id)
            _refuse_state(tool, action)
            tool.state, tool.since = _STATES[action][1], tx.now
            if action in (ToolAction.MISS, ToolAction.RETIRE):
                tool.holder_id = None
            _note_move(tx, tool, action, note)
            tx.journal(tool=tool.id, way=action.value)
            return _answer(tx, tool)


def _answer(tx: Tx, tool: Tool) -> ToolRow:
    tool.version += 1
    tx.changed(Kind.TOOL, tool.id)
    tx.result = {"tool": tool.id}
    return asked.one(tx.reading(), tool.id)


def _tool(tx: Tx, tool_id: int) -> Tool:
    tool = tx.session.get(Tool, tool_id)
    if tool is None:
        raise Refusal(Reason.NOT_FOUND)
    return tool


def _kind(tx: Tx, kind_id: int, version: int | None) -> ToolKind:
    kind = tx.session.get(ToolKind, kind_id)
    if kind is None:
        raise Refusal(Reason.NOT_FOUND)
    if kind.version != version:
        raise Conflict(Kind.TOOL, kind_id)
    kind.version += 1
    return kind


def _refuse_state(tool: Tool, action: ToolAction) -> None:
    if tool.state not in _STATES[action][0]:
        raise Refusal(Reason.TOOL_STATE, tool=tool.name, state=tool.state)


def _note_move(tx: Tx, tool: Tool, action: ToolAction, note: str) -> None:
    tx.session.add(
        ToolMove(
            tool_id=tool.id,
            action=action,
            holder_id=tool.holder_id,
            staff_id=tx.actor.id or None,
            note=note,
            at=tx.now,
        )
    )
