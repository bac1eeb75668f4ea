"""The label of an old part is printed the moment its part is replaced (domain.md §7)."""

from __future__ import annotations

from app.core.changes import Changes, Kind
from app.core.enums import OldPartState, PaperKind
from app.core.errors import Refusal
from app.features.old_parts.service import OldParts
from app.ui.desk import Papers

#: A record that nobody has touched since it was made.
_NEW = 1


def print_new(changes: Changes, old_parts: OldParts, papers: Papers) -> None:
    """Print the labels of the old parts that a commit has just registered."""
    for old_part_id in sorted(changes.ids(Kind.OLD_PART)):
        if not old_part_id:
            continue
        try:
            row = old_parts.old_part(old_part_id)
        except Refusal:
            continue
        if row.state is OldPartState.DUE and row.version == _NEW:
            papers.print_now(PaperKind.OLD_PART_LABEL, row.code)
