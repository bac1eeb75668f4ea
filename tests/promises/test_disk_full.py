"""Promise 5: a full disk saves nothing half; looking up, printing, export go on, and orders without a restart.

Two full disks: a small tmpfs that is really full (where one can be mounted), and, everywhere, a disk in Python that
says so at every write. The reserve is as the window makes it, of 4 MB instead of 64.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.core.enums import PaperKind, PaymentMethod, Role
from app.core.errors import EnvironmentFault, Fault
from app.core.rights import FOUNDER, Ctx
from app.core.sentences import sentence
from app.features.customers.sheets.service import CustomerSheets
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.printing.service import PrintingService
from app.store.reserve import Reserve
from tests.promises import file_layer
from tests.promises.disks import FULL, Failing
from tests.promises.money import TEN, at_work, owner, state, write_shop

if TYPE_CHECKING:
    import random

    from tests.features.billing.conftest import Office
    from tests.promises.conftest import Promise

pytestmark = pytest.mark.promise(5)

RESERVE, MARGIN = 4 << 20, 1 << 20
DISK_MB = 16
VISIT = TakeIn(
    CustomerEntry(name="赵敏", phone="13900139000"),
    (DeviceEntry(category="cooling", brand="海尔", fault="不制冷" * 300),),
    deposit=TEN,
)


def _can_mount(place: Path) -> bool:
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    place.mkdir(exist_ok=True)
    return not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", place], capture_output=True
    ).returncode


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    if not _can_mount(place):
        pytest.skip("no small disk can be mounted here: the disk in Python is full instead")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def fill(folder: Path, leave: int) -> Path:
    """Somebody else's file takes the whole disk but ``leave`` bytes."""
    filler = folder.parent / "film.mkv"
    room = shutil.disk_usage(folder).free - leave
    with filler.open("wb") as file:
        while room > 0:
            room -= file.write(bytes(min(room, 1 << 20)))
    return filler


def still_works(office: Office) -> None:
    """What goes on while the disk is full: look up, print, export, count the till."""
    store = office.shop.store
    card = office.counter.card(1)
    assert card.number
    printing = PrintingService(store)
    paper = printing.issue(Ctx.gesture(owner()), PaperKind.REPAIR_CARD, card.number)
    assert printing.pdf(paper).startswith(b"%PDF")
    file = store.folder.root / "customers.csv"
    assert CustomerSheets(store).export(Ctx.gesture(owner()), file)
    assert file.stat().st_size
    assert office.tills.count(Ctx.gesture(owner()), 1, {100: 12})


def until_full(office: Office) -> tuple[Ctx, EnvironmentFault]:
    """Take orders until the disk is full; the gesture that was refused, of which nothing is there."""
    for _order in range(3000):
        before = state(office.shop.store)
        ctx = Ctx.gesture(office.shop.people[Role.COUNTER])
        try:
            office.counter.intake.take_in(ctx, VISIT)
        except EnvironmentFault as fault:
            assert state(office.shop.store) == before, "half saved"
            return ctx, fault
    pytest.fail("the disk never got full")


def fill_and_go_on(folder: Path, dice: random.Random, *, with_reserve: bool = True) -> None:
    """The whole story of a full disk."""
    write_shop(folder)
    with at_work(folder) as office:
        store = office.shop.store
        if with_reserve:
            store.reserve = Reserve(store.folder, RESERVE, MARGIN)
            assert store.reserve.make()
        filler = fill(folder, dice.randrange(0, 400_000))
        ctx, fault = until_full(office)
        assert fault.fault is Fault.DISK_FULL
        assert sentence(fault)
        still_works(office)
        with pytest.raises(EnvironmentFault):
            office.counter.intake.take_in(Ctx.gesture(owner()), VISIT)
        # Somebody makes room: the same gesture, without a restart, is booked once.
        filler.unlink()
        before = state(store)
        first = office.counter.intake.take_in(ctx, VISIT)
        after = state(store)
        assert after != before
        assert office.counter.intake.take_in(ctx, VISIT).orders[0].number == first.orders[0].number
        assert state(store) == after
        if store.reserve is not None:
            assert store.reserve.make()
            assert store.reserve.path.stat().st_size == RESERVE
        office.sound()
    with at_work(folder) as office:
        office.sound()


def test_a_full_disk_saves_nothing_half_and_goes_on(promise: Promise, tmp_path: Path) -> None:
    for each in promise.rounds(share=2, full=100):
        with small_disk(tmp_path / f"disk{each.number}") as place:
            fill_and_go_on(place / "shop", each.dice)


def test_without_the_reserve_nothing_works_any_more(promise: Promise, tmp_path: Path) -> None:
    """Control: the reserve is what printing and counting live on."""
    import random

    with small_disk(tmp_path / "disk") as place, pytest.raises((EnvironmentFault, OSError)) as told:
        fill_and_go_on(place / "shop", random.Random(1), with_reserve=False)
    assert not isinstance(told.value, EnvironmentFault) or told.value.fault is Fault.DISK_FULL
    promise.caught("no reserve")


@pytest.mark.skipif(not file_layer.AVAILABLE, reason="SQLite's file layer cannot be reached here")
def test_a_disk_that_says_it_is_full(promise: Promise, tmp_path: Path) -> None:
    """The second way, for computers on which nothing can be mounted: every write says "full"."""
    given = write_shop(tmp_path / "shop")
    disk = Failing()
    with disk.mounted(), at_work(tmp_path / "shop") as office:
        store = office.shop.store
        store.reserve = Reserve(store.folder, RESERVE, MARGIN)
        assert store.reserve.make()
        before = state(store)
        with disk.armed(1, for_good=True, only=frozenset({"write"}), code=FULL):
            ctx, fault = until_full(office)
            assert fault.fault is Fault.DISK_FULL
            assert store.reserve.given_up
            assert not store.reserve.path.exists()
            assert office.counter.card(1).number
            card = PrintingService(store).look(FOUNDER, PaperKind.REPAIR_CARD, office.counter.card(1).number)
            assert PrintingService(store).pdf(card).startswith(b"%PDF")
        assert state(store) == before
        assert office.counter.intake.take_in(ctx, VISIT)
        assert store.reserve.make()
        card = office.counter.card(given.with_deposit)
        with (
            disk.armed(3, for_good=True, only=frozenset({"write"}), code=FULL),
            pytest.raises(EnvironmentFault),
        ):
            # In the middle of a command.
            office.counter.handover.take_deposit(
                Ctx.gesture(owner()), card.id, card.version, PaymentMethod.CASH, TEN
            )
        office.sound()
