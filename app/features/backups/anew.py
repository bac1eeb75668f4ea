"""The last thing that an ending program does: exchange the records, and start itself once more."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import ShopError
from app.core.places import ROOT, frozen, own_command
from app.core.words import Language
from app.features.backups.exchange import Prepared, exchange
from app.store.folder import DataFolder, FolderLock


def exchange_and_start(
    root: Path, prepared: Prepared, clock: Clock, language: Language, refuse: Callable[[ShopError], int]
) -> int:
    """Put a prepared backup in place, with everything closed, and open the program again; the exit code.

    What fails is said, and the program starts all the same: it then opens the records that count.
    """
    folder = DataFolder(root)
    code = 0
    try:
        lock = FolderLock(folder, clock.now())
        try:
            exchange(folder, prepared, clock.now())
        finally:
            lock.release()
    except ShopError as error:
        code = refuse(error)
    subprocess.Popen(
        [*own_command(), "--data", str(root), "--lang", language.value],
        cwd=None if frozen() else ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    return code
