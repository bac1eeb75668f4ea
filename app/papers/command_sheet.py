"""工作台指令单: everything a technician does at the bench as barcodes, so that no keyboard is needed."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.codes import command_code
from app.core.enums import BenchCommand
from app.core.labels import label
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside, Block, Framed, OnNewPage, Space, Stack
from app.papers.flow import Layout
from app.papers.forms_of_orders import CommandSheet
from app.papers.kit import Kit

_ACROSS = 4
_WORK = (
    BenchCommand.START,
    BenchCommand.PAUSE,
    BenchCommand.DONE,
    BenchCommand.RESUME,
    BenchCommand.WAIT_PARTS,
    BenchCommand.WAIT_CUSTOMER,
    BenchCommand.UNREPAIRABLE,
)
_CHECK = (BenchCommand.QC_PASS, BenchCommand.QC_FAIL)
_PARTS = (
    BenchCommand.TAKE_PARTS,
    BenchCommand.REMOVE_PART,
    BenchCommand.TAKE_OUT,
    BenchCommand.GIVE_BACK,
    BenchCommand.TIMES_2,
    BenchCommand.TIMES_3,
    BenchCommand.TIMES_5,
    BenchCommand.TIMES_10,
)


def lay_out(form: CommandSheet, kit: Kit) -> Layout:
    """The sheet on A4, to be laminated and hung at the bench."""
    title = _("Command sheet")
    rest = [command for command in form.commands if command not in {*_WORK, *_CHECK, *_PARTS}]
    groups = (
        (pgettext("paper", "Work"), _WORK),
        (_("Quality check"), _CHECK),
        (pgettext("paper", "Parts"), _PARTS),
        (pgettext("paper", "Program"), rest),
    )
    blocks = kit.head(form.shop, title, _("Scan the card first, then the command"))
    for heading, commands in groups:
        cells = [
            _cell(kit, label(command), command_code(command))
            for command in commands
            if command in form.commands
        ]
        blocks += _group(kit, heading, cells)
    if form.badges:
        blocks += _badges(kit, form)
    layout = Layout(title, form.shop.name, blocks, kit.running(form.shop, title, ""))
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _badges(kit: Kit, form: CommandSheet) -> list[Block]:
    """Apart from the sheet that hangs at the bench: whoever scans the owner's badge there is the owner."""
    cells = [_cell(kit, badge.name, badge.code, label(badge.role)) for badge in form.badges]
    words = _("A badge signs in without a PIN: cut them out, give each to its person, hang none up.")
    first, *rest = _group(kit, _("Staff"), cells)
    note = kit.text(words, kit.page.small, leading=1.4)
    return [OnNewPage(Stack([note, Space(4), first])), *rest]


def _group(kit: Kit, heading: str, cells: Sequence[Block]) -> list[Block]:
    if not cells:
        return []
    rows: list[Block] = []
    for at in range(0, len(cells), _ACROSS):
        row = list(cells[at : at + _ACROSS])
        row += [Space(0)] * (_ACROSS - len(row))
        # A frame that is cut by the page's end has its name here and its bars there.
        rows += [Stack([Beside(row, (1,) * _ACROSS, gap=6)], whole=True), Space(6)]
    return [Stack([kit.heading(heading), Space(2), *rows[:2]], whole=True), *rows[2:]]


def _cell(kit: Kit, words: str, code: str, below: str = "") -> Block:
    """One code in a frame: framed and apart, so that the scanner cannot catch its neighbour."""
    name = kit.text(words, kit.page.body, bold=True, align=Align.CENTRE, leading=1.25)
    parts: list[Block] = [name]
    if below:
        parts.append(kit.text(below, kit.page.small, align=Align.CENTRE, leading=1.2))
    return Framed(Stack([*parts, Space(2), kit.bars(code, 9)]), padding=4, thick=0.7)
