"""What every command shares: where the shop is, in whose name it acts, and how it speaks to the terminal."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import EnvironmentFault, Fault
from app.core.os_words import os_words

if TYPE_CHECKING:
    from app.core.rights import Ctx
    from app.services import Services

#: Exit codes (design.md §9).
DONE, REFUSED, WRONG_USE, ENVIRONMENT = 0, 1, 2, 3


def data_folder(options: argparse.Namespace) -> Path:
    """The folder given, else the platform's place for user data."""
    if options.data is not None:
        return Path(options.data)
    from platformdirs import user_data_path

    return user_data_path("xiuhu", appauthor=False)


def services_of(options: argparse.Namespace, *, write: bool) -> Services:
    """The shop's services, to be closed by the caller; what only reads may run beside an open window."""
    from app.bootstrap import open_services

    return open_services(data_folder(options), exclusive=write)


def as_owner(services: Services) -> Ctx:
    """The command line belongs to whoever owns the computer: it acts in the owner's name."""
    from app.core.enums import Role
    from app.core.rights import Actor, Ctx

    owner = next(each for each in services.staff.tiles() if each.role is Role.OWNER)
    return Ctx.gesture(Actor(owner.id, owner.name, owner.role))


def need_display() -> None:
    """Say in one sentence that there is no screen, instead of Qt's abort."""
    if sys.platform.startswith(("linux", "freebsd")):
        asked = os.environ.get("QT_QPA_PLATFORM", "")
        if asked.split(":")[0] in {"offscreen", "minimal", "vnc", "linuxfb", "eglfs"}:
            return
        if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
            raise EnvironmentFault(Fault.NO_DISPLAY)


def say(text: str) -> None:
    """A sentence for whoever sits before the terminal: stdout is for what was asked for."""
    print(text, file=sys.stderr, flush=True)


def print_json(value: object) -> None:
    """The one JSON value on stdout."""
    print(json.dumps(value, ensure_ascii=False))


def write_file(path: Path, content: bytes) -> None:
    """Raises ``EnvironmentFault(FILE_NOT_WRITABLE)``."""
    try:
        path.write_bytes(content)
    except OSError as error:
        why = os_words(error)
        raise EnvironmentFault(Fault.FILE_NOT_WRITABLE, path=path, why=why) from None


class Meter:
    """Progress on stderr: on a terminal in one line, in a log every tenth part."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._shown = -1
        self._live = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        share = 100 * done // max(total, 1)
        step = 1 if self._live else 10
        if share // step == self._shown:
            return
        self._shown = share // step
        end = "\r" if self._live and done < total else "\n"
        print(f"{self._title} {done}/{total} ({share} %)", end=end, file=sys.stderr, flush=True)
