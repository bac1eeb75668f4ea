"""Tools: who has which, given and taken by scan; what is missing is on the list to buy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.codes import Code, CodeKind, Scan
from app.core.enums import Command, PaperKind, ToolAction, ToolState
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.money import ONE, ZERO, Quantity
from app.core.words import _
from app.features.tools.service import MOST_WANTED, Tools
from app.features.tools.snapshots import KindRow, ToolEntry, ToolMoveRow, ToolRow
from app.ui.chips import Chip, ChipLabel, Tone
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, LineField, MoneyField, QuantityField
from app.ui.form_dialog import ask
from app.ui.page import KeyHint, Page
from app.ui.search_field import SearchField
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table

TOOLS, KINDS, TO_BUY = "tools", "kinds", "to_buy"
_CHIPS: Mapping[ToolState, tuple[Tone, str]] = MappingProxyType(
    {
        ToolState.OK: (Tone.DONE, "circle-check"),
        ToolState.MISSING: (Tone.LATE, "triangle-alert"),
        ToolState.BROKEN: (Tone.WAITS, "wrench"),
        ToolState.RETIRED: (Tone.CALM, "archive"),
    }
)
#: What can be said of a tool in each state.
_DEEDS: Mapping[ToolState, tuple[ToolAction, ...]] = MappingProxyType(
    {
        ToolState.OK: (ToolAction.MISS, ToolAction.BREAK, ToolAction.RETIRE),
        ToolState.MISSING: (ToolAction.FIND, ToolAction.RETIRE),
        ToolState.BROKEN: (ToolAction.MEND, ToolAction.MISS, ToolAction.RETIRE),
        ToolState.RETIRED: (),
    }
)
_WHY = (ToolAction.MISS, ToolAction.BREAK, ToolAction.RETIRE)


class ToolsPage(Page):
    """A scan takes a tool back that somebody has, and gives one out that is in its place."""

    key = "tools"

    def __init__(self, tools: Tools, desk: Desk) -> None:
        super().__init__()
        self._tools = tools
        self.desk = desk
        self.search = SearchField(_("Search tools"), _("Tool, kind, place or who has it"))
        self.search.searched.connect(self._load)
        self.view = ChipGroup(
            "",
            [(TOOLS, _("Tools")), (KINDS, _("Kinds")), (TO_BUY, _("To buy"))],
            single=True,
            numbers=False,
        )
        self.view.set_value(TOOLS)
        self.view.changed.connect(self._turned)
        self.short = ChipLabel()
        self.retired = QCheckBox(_("Retired too"))
        self.retired.toggled.connect(lambda _on: self._load())
        self.add_button = QPushButton(_("New tool … (Ctrl+N)"))
        self.add_button.setShortcut("Ctrl+N")
        self.add_button.clicked.connect(self.add)
        top = QHBoxLayout()
        top.addWidget(self.view, 2)
        top.addWidget(self.search, 3)
        top.addWidget(self.retired)
        top.addWidget(self.short, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self.add_button)
        self.body.addLayout(top)
        self.list = Table(
            [
                Column("name", _("Tool"), lambda row: row.name, width=160, stretch=True, bold=True),
                Column("kind", _("Kind"), lambda row: row.kind, width=120, spare=True),
                Column("location", _("Place"), lambda row: row.location, width=110),
                Column("holder", _("Who has it"), lambda row: row.holder, width=110),
                Column("since", _("Since"), self._since, width=92, spare=True),
                Column("state", _("State"), lambda row: label(row.state), width=110, chip=tool_chip),
            ],
            name="tools",
            key=lambda row: row.key,
            empty=Empty(_("No tools yet."), _("New tool … (Ctrl+N)"), self.add, icon="wrench"),
        )
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.edit())
        self.moves = Table(
            [
                Column("at", _("When"), lambda row: formats.short_moment(row.at, tools.zone), width=92),
                Column("action", _("What"), _move_text, width=140, stretch=True),
                Column("staff", _("By"), lambda row: row.staff, width=80, spare=True),
            ],
            name="tool_moves",
            empty=Empty(_("Nothing happened to it yet."), icon="history"),
        )
        self.card = SideCard(_("Choose a tool on the left, or scan its label."), self.moves)
        card = self.card
        self.give_button = card.button(_("Give to …"), self.give, primary=True, key="Ctrl+R")
        self.back_button = card.button(_("Take back"), self.take_back)
        self.deeds = {
            ToolAction.MISS: card.button(_("Missing …"), lambda: self.report(ToolAction.MISS)),
            ToolAction.BREAK: card.button(_("Broken …"), lambda: self.report(ToolAction.BREAK)),
            ToolAction.FIND: card.button(_("Found again"), lambda: self.report(ToolAction.FIND)),
            ToolAction.MEND: card.button(_("Mended"), lambda: self.report(ToolAction.MEND)),
            ToolAction.RETIRE: card.button(_("Out of use …"), lambda: self.report(ToolAction.RETIRE)),
        }
        self.edit_button = card.button(_("Edit …"), self.edit)
        self.label_button = card.button(_("Label …"), self.print_paper)
        self.kinds = Table(
            [
                Column("name", _("Kind"), lambda row: row.name, width=180, stretch=True, bold=True),
                Column("wanted", _("Wanted"), lambda row: str(row.wanted), align=RIGHT, width=80),
                Column("usable", _("Usable"), lambda row: str(row.usable), align=RIGHT, width=80),
                Column("missing", _("Missing"), lambda row: str(row.missing or ""), align=RIGHT, width=80),
                Column("broken", _("Broken"), lambda row: str(row.broken or ""), align=RIGHT, width=80),
                Column(
                    "buy", _("To buy"), lambda row: str(row.to_buy or ""), align=RIGHT, width=80, bold=True,
                    tone=lambda row: "late_ink" if row.to_buy else None,
                ),
                Column("price", _("Last price"), _price, align=RIGHT, width=100),
                Column("note", _("Note"), lambda row: row.note, width=160, spare=True),
            ],
            name="tool_kinds",
            empty=Empty(_("No kinds of tools yet."), icon="wrench"),
        )  # fmt: skip
        self.kinds.opened.connect(self.edit_kind)
        self._faces = QStackedWidget()
        self._faces.addWidget(beside(self.list, card, wide=760, narrow=440))
        self._faces.addWidget(self.kinds)
        self.body.addWidget(self._faces, 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Tools")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("Ctrl+N", _("new tool")),
            KeyHint("↵", _("edit")),
            KeyHint("Ctrl+R", _("give out")),
            KeyHint("Ctrl+P", _("label")),
        )

    def first_focus(self) -> QWidget | None:
        return self.search.line

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.TOOL) or changes.has(Kind.STAFF)

    def refresh(self) -> None:
        self.add_button.setVisible(self.desk.may(Command.SAVE_TOOL))
        short = sum(each.to_buy for each in self._tools.to_buy())
        chip = Chip(_("{n} to buy").format(n=short), Tone.LATE, "triangle-alert") if short else None
        self.short.show_chip(chip)
        self._load()

    def take_scan(self, scan: Scan) -> bool:
        if not isinstance(scan, Code) or scan.kind is not CodeKind.TOOL:
            return False
        row = self._tools.by_scan(scan.digits)
        if row is None:
            raise Refusal(Reason.CODE_UNKNOWN, text=scan.digits)
        self._show(row)
        if row.holder_id is not None:
            self.take_back()
        elif row.state is ToolState.OK:
            self.give()
        else:
            raise Refusal(Reason.TOOL_STATE, tool=row.name, state=row.state)
        return True

    def open_with(self, subject: Any) -> None:
        """A scan of a label, or a tool's id."""
        if isinstance(subject, Code):
            row = self._tools.by_scan(subject.digits)
            if row is None:
                raise Refusal(Reason.CODE_UNKNOWN, text=subject.digits)
            self._show(row)
        else:
            self._show(self._tools.tool(int(subject)))

    def print_paper(self) -> None:
        row = self.list.current()
        if row is not None:
            self.desk.papers.preview(PaperKind.TOOL_LABEL, row.code)

    def back(self) -> bool:
        if self.search.value():
            self.search.set_value("")
            self._load()
            return True
        return False

    # -- commands --------------------------------------------------------------------------------------

    def add(self) -> None:
        """A new tool; on the list of kinds, a new kind."""
        if self.view.value() in (KINDS, TO_BUY):
            self.edit_kind(None)
        else:
            self._edit(None)

    def edit(self) -> None:
        """Change what is written about the picked tool."""
        row = self.list.current()
        if row is not None and self.desk.may(Command.SAVE_TOOL):
            self._edit(row)

    def give(self) -> None:
        """The picked tool goes to somebody."""
        row = self.list.current()
        if row is None:
            return
        who = ComboField(_("Who takes it"), self._tools.people(), required=True)
        who.set_value(self.desk.actor.id)
        ctx = self.desk.gesture()
        done: list[ToolRow] = []
        if ask(
            _("Give out: {tool}").format(tool=row.name),
            [who],
            _("Give"),
            lambda: done.append(self._tools.give(ctx, row.id, who.value() or 0)),
            parent=self,
        ):
            self._show(done[0])
            self.confirm_done(_("{name} has {tool} now.").format(name=done[0].holder, tool=row.name))

    def take_back(self) -> None:
        """The picked tool is in its place again."""
        row = self.list.current()
        if row is None:
            return
        ctx = self.desk.gesture()
        self.run(
            lambda: self._tools.take_back(ctx, row.id),
            lambda now: self.confirm_done(
                _("Back: {tool} {place}").format(tool=now.name, place=now.location)
            ),
        )

    def report(self, action: ToolAction) -> None:
        """Something became of the picked tool."""
        row = self.list.current()
        if row is None:
            return
        ctx = self.desk.gesture()
        if action not in _WHY:
            self.run(lambda: self._tools.report(ctx, row.id, action), self._show)
            return
        why = LineField(_("What happened"), required=True)
        ask(
            f"{label(action)}: {row.name}",
            [why],
            label(action),
            lambda: self._tools.report(ctx, row.id, action, why.value()),
            danger=action is ToolAction.RETIRE,
            parent=self,
        )

    def edit_kind(self, row: KindRow | None) -> None:
        """A kind and how many of it there should be."""
        if not self.desk.may(Command.SAVE_TOOL):
            return
        name = LineField(_("Kind"), required=True)
        wanted = QuantityField(_("How many there should be"), required=True, zero=True)
        note = LineField(_("Note"))
        active = QCheckBox(_("In use"))
        active.setChecked(row is None or row.active)
        if row is not None:
            name.set_value(row.name)
            note.set_value(row.note)
        wanted.set_value(Quantity.of(row.wanted if row is not None else 1))
        ctx = self.desk.gesture()
        if ask(
            _("New kind of tool") if row is None else row.name,
            [name, wanted, note, active],
            _("Save"),
            lambda: self._tools.save_kind(
                ctx,
                row.id if row else None,
                row.version if row else None,
                name.value(),
                _whole(wanted),
                note.value(),
                active=active.isChecked(),
            ),
            parent=self,
        ):
            self._load()

    # -- inside ----------------------------------------------------------------------------------------

    def _edit(self, row: ToolRow | None) -> None:
        kind = ComboField(
            _("Kind"), [(each.name, each.name) for each in self._tools.kinds()], required=True, free=True
        )
        name = LineField(_("Name (empty: as its kind)"))
        location = LineField(_("Place"))
        price = MoneyField(_("Price"))
        note = LineField(_("Note"))
        if row is not None:
            kind.set_value(row.kind)
            name.set_value(row.name)
            location.set_value(row.location)
            price.set_value(row.price or None)
            note.set_value(row.note)
        ctx = self.desk.gesture()
        saved: list[ToolRow] = []
        if ask(
            _("New tool") if row is None else row.name,
            [kind, name, location, price, note],
            _("Save"),
            lambda: saved.append(
                self._tools.save_tool(
                    ctx,
                    row.id if row else None,
                    row.version if row else None,
                    ToolEntry(
                        kind.value() or "",
                        name.value(),
                        location.value(),
                        price.value() or ZERO,
                        note.value(),
                    ),
                )
            ),
            parent=self,
        ):
            self._load()
            self._show(saved[0])
            if row is None:
                self.desk.papers.print_now(PaperKind.TOOL_LABEL, saved[0].code)
            self.confirm_done(_("Saved: {name}").format(name=saved[0].name))

    def _turned(self) -> None:
        tools = self.view.value() not in (KINDS, TO_BUY)
        self._faces.setCurrentIndex(0 if tools else 1)
        self.search.setVisible(tools)
        self.retired.setVisible(tools)
        self.add_button.setText(_("New tool … (Ctrl+N)") if tools else _("New kind … (Ctrl+N)"))
        self.add_button.setShortcut("Ctrl+N")
        self.run(self._load)

    def _load(self) -> None:
        match self.view.value():
            case "kinds":
                self.kinds.show_rows(self._tools.kinds())
            case "to_buy":
                self.kinds.set_empty(
                    Empty(
                        _("Nothing to buy: of every kind there are as many as wanted."), icon="circle-check"
                    )
                )
                self.kinds.show_rows(self._tools.to_buy())
            case _:
                text, retired = self.search.value(), self.retired.isChecked()
                self.list.show_source(
                    lambda after, limit: self._tools.page(text, after, limit, all_of_them=retired),
                    key=lambda row: row.key,
                )

    def _show(self, row: ToolRow) -> None:
        if not self.list.select(row.key):
            self.search.set_value("")
            self._load()
            self.list.select(row.key)
        self._picked(row)

    def _picked(self, row: ToolRow | None) -> None:
        if row is None:
            self.card.show_nothing()
            return
        self.card.show_record(
            row.name,
            [
                (_("Kind"), row.kind if row.kind != row.name else ""),
                (_("Barcode"), row.code),
                (_("Place"), row.location),
                (_("Who has it"), row.holder),
                (_("Since"), self._since(row)),
                (_("Price"), formats.money(row.price) if row.price else ""),
                (_("Note"), row.note),
            ],
            tool_chip(row),
        )
        self.moves.show_rows(self._tools.moves(row.id))
        may = self.desk.may
        moving = may(Command.MOVE_TOOL)
        shown: list[QPushButton | None] = []
        if moving:
            usable = row.state is ToolState.OK
            shown += [self.give_button if usable else None]
            shown += [self.back_button if row.holder_id is not None else None]
            shown += [self.deeds[action] for action in _DEEDS[row.state]]
        shown += [self.edit_button if may(Command.SAVE_TOOL) else None, self.label_button]
        self.card.offer(*shown)

    def _since(self, row: ToolRow) -> str:
        return formats.short_moment(row.since, self._tools.zone)


def tool_chip(row: ToolRow) -> Chip:
    """How a tool is."""
    tone, icon = _CHIPS[row.state]
    return Chip(label(row.state), tone, icon)


def _move_text(row: ToolMoveRow) -> str:
    return " ".join(part for part in (label(row.action), row.holder, row.note) if part)


def _price(row: KindRow) -> str:
    return formats.money(row.price, sign=False) if row.price else ""


def _whole(field: QuantityField) -> int:
    """How many tools were typed: whole ones. Raises ``Refusal(OUT_OF_RANGE)``."""
    pieces, rest = divmod((field.value() or Quantity(0)).milli, ONE.milli)
    if rest:
        raise Refusal(Reason.OUT_OF_RANGE, field="quantity", low=0, high=MOST_WANTED)
    return pieces
