"""What the window does, line by line in the log: for tests that drive the real program, and for support.

``XIUHU_TRACE=1`` in the environment turns it on. A line names kinds, pages, moods, reasons and fields, never what is
typed, scanned or shown: the log holds no personal data and no secret code.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from app.core.codes import Code, DamagedCode, Scan
from app.ui.messages import Message
from app.ui.page import typing_in
from app.ui.scanner import Scanner
from app.ui.shell import Shell

log = logging.getLogger(__name__)


def follow(app: QApplication, shell: Shell, scanner: Scanner) -> None:
    """Write down scans, pages, what is said and where the focus goes. Call before the shell hears the scanner."""
    logging.getLogger("app").setLevel(logging.DEBUG)
    # Direct: a line stands in the log before what it causes.
    scanner.scanned.connect(_scan, Qt.ConnectionType.DirectConnection)
    scanner.foreign.connect(lambda text: log.debug("scan foreign, %d signs", len(text)))
    shell.page_shown.connect(lambda key: log.debug("page %s", key))
    shell.told.connect(_told)
    app.focusChanged.connect(lambda _before, now: log.debug("focus %s", place(now)))


def place(widget: QWidget | None) -> str:
    """Which widget: its class, and the label of a field. Buttons and lists may be called after people."""
    if widget is None:
        return "nothing"
    kind = type(widget).__name__
    named = isinstance(widget, QLineEdit | QPlainTextEdit) or typing_in(widget)
    return f"{kind} {widget.accessibleName()}".strip() if named else kind


def _scan(scan: Scan) -> None:
    match scan:
        case Code(kind=kind):
            log.debug("scan %s", kind.name.lower())
        case DamagedCode():
            log.debug("scan damaged")


def _told(message: Message) -> None:
    log.debug("said %s", message.mood.value)
