"""The search index of what an import added or renamed, in short transactions after its own: nobody's entry waits for
seven million grams; ``doctor`` tells what a cut-off one lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.core.enums import Command
from app.core.rights import Ctx
from app.features.sheets.snapshots import Tell
from app.store.door import Store
from app.store.search import gram_rows, swap_grams

#: Records whose grams are written in one transaction: a quarter of a second.
INDEX_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Texts:
    """A record to be indexed by its texts; ``old`` as they were indexed before."""

    record_id: int
    now: tuple[str, ...]
    old: tuple[str, ...] | None = None


def write_grams(
    store: Store,
    command: Command,
    ctx: Ctx,
    work: Sequence[Texts],
    grams_of: Callable[..., set[str]],
    tell: Tell,
) -> None:
    """Index ``work``; ``grams_of`` takes a record's texts. Each transaction is a gesture of its own."""
    for at in range(0, len(work), INDEX_BATCH):
        tell(at, len(work))
        batch = work[at : at + INDEX_BATCH]
        put: dict[str, list[int]] = defaultdict(list)
        dropped: dict[str, list[int]] = defaultdict(list)
        for each in batch:
            for texts, grams in ((each.now, put), (each.old, dropped)):
                for gram in grams_of(*texts) if texts else ():
                    grams[gram].append(each.record_id)
        rows_out, rows_in = gram_rows(dropped), gram_rows(put)
        with store.write(command, Ctx.gesture(ctx.actor)) as tx:
            swap_grams(tx.reading(), rows_out, rows_in)
            tx.journal(indexed=len(batch), after=batch[0].record_id)
    tell(100, 100)
