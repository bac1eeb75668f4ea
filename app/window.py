"""The window's first frame: painted before theme, words or records are loaded (limits.md "Start to first paint").

Nothing is imported here that the frame does not need; ``app.program`` comes after it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from app.core import last_resort
from app.core.clock import SystemClock
from app.core.errors import EnvironmentFault, ShopError
from app.core.words import Language, _, set_language, system_language
from app.store.folder import DataFolder, FolderLock
from app.ui import keep
from app.ui.curtain import Curtain

if TYPE_CHECKING:
    from app.services import Services

#: How long a refusal to start stays on the screen: nobody may be there to click it away.
_FAULT_MS = 8000
#: As the command line says it (design.md §9).
_ENVIRONMENT = 3


def run(root: Path, asked: Language | None, open_services: Callable[[Path, FolderLock], Services]) -> int:
    """Open the window on the shop in ``root`` and stay until it is closed; the program's exit code."""
    # Nothing made while the window opens is garbage: looking for it takes a seventh of the time to the first list.
    gc.disable()
    # A task beside the window lets it in after one millisecond, not five: every look at the records gives the
    # interpreter away some dozen times, and each time the window would wait for a task that only computes.
    sys.setswitchinterval(0.001)
    _import_without_reading_sources()
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("xiuhu")
    app.setApplicationDisplayName("修护 Xiuhu")
    folder = DataFolder(root)
    try:
        folder.prepare()
        lock = FolderLock(folder, SystemClock().now())
    except EnvironmentFault as fault:
        set_language(asked or system_language())
        return refuse_to_start(fault)
    last_resort.install()
    left_behind = last_resort.watch(folder.log)
    keep.open_file(root / "window.json")
    curtain = Curtain()
    program = None

    def furnish() -> None:
        nonlocal program
        try:
            from app.program import Program

            program = Program(app, curtain, root, lock, open_services, refuse_to_start, SystemClock())
            program.furnish(asked, left_behind)
        except Exception as error:
            # Behind an empty frame nobody would see a dialog: the program says so and ends.
            app.exit(fail_to_start(error, folder))

    curtain.painted.connect(furnish)
    if keep.text("geometry"):
        curtain.show()
    else:
        # A counter PC has small screens: the first time the window takes all of it.
        curtain.showMaximized()
    code = app.exec()
    if program is None:
        lock.release()
    else:
        program.close()
    last_resort.rest()
    if program is not None and program.last_act is not None:
        return program.last_act()
    return code if program is None else program.exit_code or code


def _import_without_reading_sources() -> None:
    """PySide6 reads the source of every module that is imported after it, to see whether the module speaks of
    PySide6 and may ask for its optional names. None of ours does; of the 300 modules behind the first frame this is
    a tenth of the time (PYSIDE-2029; a version without the function loses nothing)."""
    feature = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda _module: False  # type: ignore[union-attr]


def refuse_to_start(error: ShopError) -> int:
    """Say why the program does not open; the exit code."""
    from app.core.sentences import exit_code, sentence

    _say_and_close(sentence(error))
    return exit_code(error)


def fail_to_start(error: Exception, folder: DataFolder) -> int:
    """Something nobody foresaw while the window was being furnished: into the log, in a sentence; the exit code."""
    if isinstance(error, ShopError):
        return refuse_to_start(error)
    from app.core import logbook
    from app.core.sentences import unexpected

    logbook.open_log(folder.log)
    last_resort.note(error)
    _say_and_close(unexpected(error))
    return _ENVIRONMENT


def _say_and_close(text: str) -> None:
    """On stderr at once, and in a dialog that closes by itself."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QMessageBox

    print(text, file=sys.stderr, flush=True)  # noqa: T201 - started from a terminal, this is all one sees
    if QApplication.platformName() != "offscreen":
        box = QMessageBox(QMessageBox.Icon.Warning, "修护 Xiuhu", text)
        box.addButton(_("Close"), QMessageBox.ButtonRole.AcceptRole)
        QTimer.singleShot(_FAULT_MS, box.reject)
        box.exec()
