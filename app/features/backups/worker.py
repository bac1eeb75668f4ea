"""The program beside itself, making a backup: ``xiuhu backup --json`` in a process of its own, at low priority.

A thread would share the interpreter with the counter: hashing a journal of a million entries makes every statement of a
command wait for its turn. A process costs a second of another core, and what happens to it happens to nobody else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.core.enums import BackupKind
from app.core.os_words import os_words
from app.core.places import ROOT, frozen, own_command
from app.core.words import Language

_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Run:
    """How it ended: ``fault`` is a code of ``core.errors`` with its sentence, "" where a backup was made."""

    kind: BackupKind
    fault: str = ""
    text: str = ""
    number: int = 0
    made_at: datetime | None = None
    findings: tuple[str, ...] = ()
    second_file: str = ""
    second_fault: str = ""

    @property
    def made(self) -> bool:
        """Whether there is a new backup."""
        return not self.fault


def run_backup(root: Path, kind: BackupKind, language: Language, cancelled: Callable[[], bool]) -> Run | None:
    """Have a backup made and wait for it; None where it was cancelled. Never raises for what goes wrong over there."""
    arguments = ["--data", str(root), "--lang", language.value, "backup", "--kind", kind.value, "--json"]
    try:
        process = subprocess.Popen(
            [*own_command(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=None if frozen() else ROOT,
            env=_surroundings(),
            text=True,
            encoding="utf-8",
            errors="replace",
            creationflags=_gentle_on_windows(),
        )
    except OSError as error:
        return Run(kind, fault="process", text=os_words(error))
    while True:
        try:
            said, _nothing = process.communicate(timeout=_LOOK_SECONDS)
            return _result(kind, said)
        except subprocess.TimeoutExpired:
            if cancelled():
                process.terminate()
                process.communicate()
                return None


def _surroundings() -> dict[str, str]:
    # A checkout is found by the folder it is started in; our own settings of Python must not keep it from that.
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}


def _gentle_on_windows() -> int:
    if sys.platform == "win32":
        return subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
    return 0


def be_gentle() -> None:
    """For the process that makes a backup while people work: everybody else first."""
    if hasattr(os, "nice"):
        os.nice(10)


def _result(kind: BackupKind, said: str) -> Run:
    try:
        found = json.loads(said)
        if "fault" in found:
            return Run(kind, fault=str(found["fault"]), text=str(found["text"]))
        second = found["second"]
        return Run(
            kind,
            number=int(found["number"]),
            made_at=datetime.fromisoformat(found["made_at"]),
            findings=tuple(str(each) for each in found["findings"]),
            second_file=second["file"] or "",
            second_fault=second["fault"] or "",
        )
    except (ValueError, KeyError, TypeError):
        return Run(kind, fault="process", text=said[:200])
