"""The last resort: says that something went wrong, what is safe, and shows the report before anybody sends it."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app import __version__
from app.core import last_resort, logbook
from app.core.os_words import os_words
from app.core.words import _
from app.ui import theme
from app.ui.saving import TEXT, ask_where

#: Where the log lies, for the report; none in tests and before the data folder is known.
_log_folder: Path | None = None
_showing = False


def crash_report(error: BaseException | None, left_behind: str = "") -> str:
    """What a supporter needs and nothing about people: versions, kinds of errors, places in the program.

    ``left_behind`` is what a crash of the whole process wrote (``last_resort.watch``).
    """
    python = f"Python {platform.python_version()}, Qt {qVersion()}, {platform.system()} {platform.release()}"
    lines = [
        f"Xiuhu {__version__}",
        python,
        f"screen {QGuiApplication.platformName()}, scale {theme.scale()} %",
        "",
        *(logbook.trace_lines(error) if error is not None else ()),
        *left_behind.splitlines(),
    ]
    if _log_folder is not None:
        lines += ["", logbook.NAME, *logbook.newest_lines(_log_folder)]
    return "\n".join(lines)


class CrashDialog(QDialog):
    """What happened, what is safe, and a report that is read before it is copied or saved; nothing is sent."""

    def __init__(
        self, error: BaseException | None, parent: QWidget | None = None, *, left_behind: str = ""
    ) -> None:
        super().__init__(parent)
        ended = error is None
        self.setWindowTitle(_("Something went wrong"))
        self.setMinimumSize(theme.px(600), theme.px(400))
        head = QLabel(
            _("The program ended unexpectedly last time.")
            if ended
            else _("Something went wrong that should not.")
        )
        theme.role_of(head, "heading")
        safe = (
            _("Everything you had saved is there; what was half typed is offered on its page.")
            if ended
            else _(
                "What you had saved is safe, and what you are typing is still there. You can go on working."
            )
        )
        text = QLabel(
            safe
            + " "
            + _(
                "If it happens again, send this report to support. It stays on this computer unless you pass it on: "
                "read it first. It holds no names and no numbers of customers."
            )
        )
        text.setWordWrap(True)
        self.report = QPlainTextEdit(crash_report(error, left_behind))
        self.report.setReadOnly(True)
        self.report.setAccessibleName(_("Report for support"))
        self._answer = QLabel()
        self._answer.setWordWrap(True)
        theme.role_of(self._answer, "secondary")
        copy = QPushButton(_("Copy the report"))
        copy.clicked.connect(self.copy)
        save = QPushButton(_("Save the report as a file …"))
        save.clicked.connect(self.save)
        buttons = QDialogButtonBox()
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(save, QDialogButtonBox.ButtonRole.ActionRole)
        close = QPushButton(_("Go on working"))
        theme.role_of(close, "primary")
        close.clicked.connect(self.accept)
        close.setDefault(True)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        box = QVBoxLayout(self)
        margin = theme.px(20)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(12))
        box.addWidget(head)
        box.addWidget(text)
        box.addWidget(self.report, 1)
        box.addWidget(self._answer)
        box.addWidget(buttons)
        close.setFocus()

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self._answer.setText(_("Copied."))

    def save(self) -> None:
        """Ask for a file and write the report into it."""
        file = ask_where(self, _("Save the report as a file …"), "xiuhu-report", TEXT)
        if file is not None:
            self.save_to(file)

    def save_to(self, file: Path) -> None:
        """Write the report into ``file``; what could not be written is said here."""
        try:
            file.write_text(self.report.toPlainText(), encoding="utf-8")
        except OSError as error:
            why = os_words(error)
            self._answer.setText(_("The file could not be written: {why}").format(why=why))
        else:
            self._answer.setText(_("Saved: {file}").format(file=file.name))


def show_crash(error: BaseException, parent: QWidget | None = None) -> None:
    """Show an unforeseen error; a second one while the dialog is open is only in the log."""
    _open(lambda: CrashDialog(error, parent))


def show_last_end(left_behind: str, parent: QWidget | None = None) -> None:
    """Show what the end of the program before this one left behind."""
    _open(lambda: CrashDialog(None, parent, left_behind=left_behind))


def _open(make: Callable[[], QDialog]) -> None:
    global _showing
    if _showing or QGuiApplication.instance() is None:
        return
    _showing = True
    try:
        make().exec()
    finally:
        _showing = False


def install_last_resort(log_folder: Path | None = None) -> None:
    """Every error nobody caught ends in the log and in the crash dialog, not in a vanished window; what Qt complains
    about ends in the log."""
    global _log_folder
    _log_folder = log_folder
    last_resort.install()
    last_resort.show_with(show_crash)
    qInstallMessageHandler(_qt_said)


def _qt_said(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's messages name files and typed texts: only where they come from is kept."""
    where = context.category or "default"
    if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
        logbook.log_qt("error", where)
    elif kind is QtMsgType.QtWarningMsg:
        logbook.log_qt("warning", where)
    if kind is QtMsgType.QtFatalMsg:
        print(message, file=sys.stderr)  # noqa: T201 - the process ends here, whatever we do
