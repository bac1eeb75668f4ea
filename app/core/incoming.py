"""Files that come from outside: read whole within a bound, or refused in one sentence; nothing can make it wait."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from app.core.errors import Reason, Refusal
from app.core.os_words import os_words
from app.core.words import N_, _

_MB = 1024 * 1024
_NO_FILE = N_("it is not a file")
_PIECE = 1 << 20


def read_incoming(file: Path, most: int) -> bytes:
    """The content of a file that somebody chose.

    A folder, a pipe, a device or anything else that is no plain file is refused before it is read: some of them never
    end, others wait for a writer for ever. What grows while it is read is refused at the bound.
    Raises ``Refusal``: FILE_NOT_READABLE, FILE_TOO_LARGE (``most`` is in bytes).
    """
    try:
        # Without O_NONBLOCK opening a pipe waits until somebody writes into it.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as opened:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise _unreadable(file, _(_NO_FILE))
            if found.st_size > most:
                raise Refusal(Reason.FILE_TOO_LARGE, most=_in_mb(most))
            pieces, room = [], most + 1
            while room and (piece := opened.read(min(room, _PIECE))):
                pieces.append(piece)
                room -= len(piece)
    except IsADirectoryError as error:
        raise _unreadable(file, _(_NO_FILE)) from error
    except OSError as error:
        raise _unreadable(file, os_words(error)) from error
    except ValueError as error:  # a name that no file can have
        raise _unreadable(file, _(_NO_FILE)) from error
    if not room:
        raise Refusal(Reason.FILE_TOO_LARGE, most=_in_mb(most))
    return b"".join(pieces)


def _in_mb(most: int) -> float:
    return most // _MB if most % _MB == 0 else round(most / _MB, 1)


def _unreadable(file: Path, why: str) -> Refusal:
    return Refusal(Reason.FILE_NOT_READABLE, path=name_of(file)[-120:], why=why)


def name_of(file: Path) -> str:
    """What a file is called, as it may be said and kept: a name from another system may hold bytes that are no text."""
    return (file.name or str(file)).encode("utf-8", "replace").decode("utf-8")
