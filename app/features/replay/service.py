"""``xiuhu day``: plays a file of real repairs; cut off at any point it goes on, done twice it adds nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import bindparam, select

from app.core.clock import SetClock
from app.core.enums import CLOSED, PaperKind, PaperSize, Role, Status
from app.core.errors import Conflict, Refusal
from app.core.rights import Actor, Ctx
from app.core.sentences import sentence
from app.features.orders.snapshots import OrderCard
from app.features.printing.service import PrintingService
from app.features.replay.ords import read_ords
from app.features.replay.snapshots import OrdsFile, Replayed, Skipped, SkipReason
from app.features.replay.telling import tell
from app.features.sample.hours import OpeningHours
from app.features.sample.player import Crew, Player, crew_of
from app.features.sample.schedule import Progress, play
from app.features.sample.shop import fill_stock, found_shop, hire
from app.features.sample.story import Story
from app.features.sample.supplies import supplies
from app.features.staff.pins import PinHasher
from app.model import RepairOrder, Staff
from app.store.door import Store
from app.store.engine import relaxed
from app.store.file_faults import fault_of_file

SEED = 1

_STATUSES = select(RepairOrder.source_ref, RepairOrder.status).where(
    RepairOrder.source_ref.in_(bindparam("refs", expanding=True))
)
_PAPERS: tuple[tuple[PaperKind, PaperSize], ...] = (
    (PaperKind.PICKUP_RECEIPT, PaperSize.ROLL_80),
    (PaperKind.REPAIR_CARD, PaperSize.A6),
    (PaperKind.INVOICE, PaperSize.A5),
)


def play_file(
    store: Store,
    clock: SetClock,
    path: Path,
    *,
    orders: int | None = None,
    seed: int = SEED,
    papers: Path | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    hasher: PinHasher | None = None,
) -> Replayed:
    """Read ``path`` and play it in ``store``; see ``play``. A file that is refused changes nothing."""
    return replay(
        store,
        clock,
        read_ords(path),
        orders=orders,
        seed=seed,
        papers=papers,
        progress=progress,
        cancelled=cancelled,
        hasher=hasher,
    )


def replay(
    store: Store,
    clock: SetClock,
    file: OrdsFile,
    *,
    orders: int | None = None,
    seed: int = SEED,
    papers: Path | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    hasher: PinHasher | None = None,
) -> Replayed:
    """Play the records of ``file`` (its first ``orders`` rows) through the shop's services.

    ``clock`` is the one the store was opened with: it follows the records. ``papers`` is where the sample of
    papers is written (DIR/papers by default). A shop without settings, staff or the sample parts gets them
    first. ``progress(done, total)`` counts records that came to their end.
    """
    records = file.records if orders is None else file.records[: max(orders, 0)]
    skipped = list(file.skipped)
    if not records:
        return Replayed(0, 0, tuple(skipped), 0, False)
    stuff = supplies()
    hours = OpeningHours(store.settings.hours, store.settings.time_zone)
    left = _unfinished(store, tell(records, hours, stuff, seed))
    earlier = len(records) - len(left)
    if not left:
        return Replayed(earlier, earlier, tuple(skipped), 0, False)
    clock.set(left[0].arrives)
    # What a power cut takes back is played again from the file.
    with relaxed(store.engine):
        crew = _staffed(store, seed, hasher)
    hours = OpeningHours(store.settings.hours, store.settings.time_zone)
    # Told again: a shop that was founded just now has opening hours of its own.
    ours = {story.key for story in left}
    left = [story for story in tell(records, hours, stuff, seed) if story.key in ours]
    line_of = {record.ref: record.line for record in records}
    desk = _PaperDesk(store, crew, papers or store.folder.papers)

    def refused(story: Story, error: Refusal | Conflict) -> None:
        why = {"text": sentence(error)}
        skipped.append(Skipped(line_of[story.key], story.key, SkipReason.REFUSED, why))

    with relaxed(store.engine):
        tally = play(
            Player(store, clock, crew, stuff, seed),
            left,
            clock,
            hours,
            total=len(left),
            on_end=desk.write,
            on_refusal=refused,
            progress=progress,
            cancelled=cancelled,
        )
    failed = sum(1 for each in skipped if each.reason is SkipReason.REFUSED)
    return Replayed(earlier + tally.ended - failed, earlier, tuple(skipped), desk.written, tally.cancelled)


def _staffed(store: Store, seed: int, hasher: PinHasher | None) -> Crew:
    """The people and parts that the records need; whoever and whatever is there already is taken."""
    stuff = supplies()
    if not store.settings.shop_id:
        found_shop(store, stuff, hasher)
    crew = crew_of(store)
    if crew is None:
        with store.read() as reading:
            row = reading.execute(
                select(Staff.id, Staff.name).where(Staff.active, Staff.role == Role.OWNER).order_by(Staff.id)
            ).first()
        assert row is not None  # a founded shop has an owner, and the last one cannot leave
        crew = hire(store, Actor(row.id, row.name, Role.OWNER), stuff, hasher)
    fill_stock(store, crew, stuff, seed)
    return crew


def _unfinished(store: Store, stories: list[Story]) -> list[Story]:
    """The stories that are still to be played, or to be played on."""
    stands: dict[str, Status] = {}
    with store.read() as reading:
        for low in range(0, len(stories), 500):
            refs = [story.key for story in stories[low : low + 500]]
            stands.update((str(row[0]), row[1]) for row in reading.execute(_STATUSES, {"refs": refs}))

    def finished(story: Story) -> bool:
        status = stands.get(story.key)
        return status is not None and (status in CLOSED or status is story.stop)

    return [story for story in stories if not finished(story)]


class _PaperDesk:
    """Writes the papers of a sample of orders."""

    def __init__(self, store: Store, crew: Crew, folder: Path) -> None:
        self._printing = PrintingService(store)
        self._by = crew.counter[0]
        self._folder = folder
        self.written = 0

    def write(self, story: Story, card: OrderCard) -> None:
        """Receipt, card and invoice of an order whose story asks for papers."""
        if not story.papers or not card.invoice_number or self._printing.papers_of_order(card.id):
            return
        for kind, size in _PAPERS:
            number = card.invoice_number if kind is PaperKind.INVOICE else card.number
            issued = self._printing.issue(Ctx.gesture(self._by), kind, number, size)
            path = self._folder / f"{kind.value}-{number}-{size.value}.pdf"
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                half = path.with_suffix(".half")
                half.write_bytes(self._printing.pdf(issued))
                half.replace(path)
            except OSError as error:
                raise fault_of_file(error, path) from error
            self.written += 1
