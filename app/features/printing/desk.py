"""Papers as pages ask for them: freeze in a command, render beside the window, send to the printer (design.md §6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtWidgets import QWidget

from app.core.enums import PaperKind, PaperSize
from app.core.errors import EnvironmentFault, Fault, ShopError
from app.core.labels import label
from app.core.sentences import sentence, unexpected
from app.core.words import _
from app.ui.desk import Desk
from app.ui.messages import Message, Mood
from app.ui.tasks import Progress

if TYPE_CHECKING:
    from app.features.printing.service import IssuedPaper, PrintingService

#: A printer setting that keeps a paper from being printed at all.
NO_PRINTING = "none"
#: What was said so many seconds before a paper was asked for is the deed that it belongs to.
_SAME_DEED = 1.0


class PaperDesk:
    """One for the program. ``service`` is asked for at the first paper: the window opens without the forms.

    ``window`` is what dialogs stand before; ``say`` shows a line at the bottom, ``told`` gives what was said there.
    What became of a paper stands behind what was done, in one line: neither takes the other's place.
    """

    def __init__(self, service: Callable[[], PrintingService], window: QWidget) -> None:
        self._service = service
        self._window = window
        self.desk: Desk | None = None
        self._deed, self._deed_at = "", 0.0
        #: Papers of the deed that no printer took.
        self._unprinted: list[str] = []
        self._speaking = False
        told = getattr(window, "told", None)
        if told is not None:
            told.connect(self._heard)

    def print_now(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        """Freeze, render and print; whatever happens on the way to the printer, the record is safe before."""
        printer = self._service().printer_for(kind)
        if printer == NO_PRINTING:
            return
        assert self.desk is not None
        asked_at = self.desk.clock.monotonic()
        issued = self._issue(kind, number, size)
        if issued is None:
            return
        self._render(issued, lambda pdf: self._send(issued, pdf, printer, asked_at))

    def preview(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        """Show the paper; it is issued (and counted as a copy) only when it is printed or saved."""
        assert self.desk is not None
        try:
            looked = self._service().look(self.desk.actor, kind, number, size)
        except ShopError as error:
            self._say(sentence(error), Mood.ERROR)
            return
        self.desk.tasks.run(
            lambda _progress: self._service().pdf(looked),
            lambda pdf: self._show(looked, pdf),
            self._failed,
            label(kind),
            quiet=True,
        )

    def _show(self, looked: IssuedPaper, pdf: bytes) -> None:
        if not shiboken6.isValid(self._window):
            return  # the program was closed while the paper was drawn
        from app.features.printing.naming import called, named
        from app.ui import printing

        kind, number = looked.kind, looked.number

        def issue() -> None:
            self._issue(kind, number, looked.size, looked)

        dialog = printing.PreviewDialog(
            pdf,
            called(looked),
            on_print=lambda _printer, _copies: issue(),
            on_save=lambda _file: issue(),
            printer=self._service().printer_for(kind),
            file_name=named(looked),
            use=kind.value,
            parent=self._window,
        )
        dialog.exec()

    def _issue(
        self, kind: PaperKind, number: str, size: PaperSize | None, looked: IssuedPaper | None = None
    ) -> IssuedPaper | None:
        assert self.desk is not None
        try:
            return self._service().issue(self.desk.gesture(), kind, number, size, looked=looked)
        except ShopError as error:
            self._say(sentence(error), Mood.ERROR)
            return None

    def _render(self, issued: IssuedPaper, then: Callable[[bytes], None]) -> None:
        assert self.desk is not None

        def work(_progress: Progress) -> bytes:
            return self._service().pdf(issued)

        self.desk.tasks.run(work, then, self._failed, label(issued.kind), quiet=True)

    def _send(self, issued: IssuedPaper, pdf: bytes, printer: str, asked_at: float) -> None:
        from app.features.printing.naming import called
        from app.ui import printing

        deed = self._deed if self._deed_at >= asked_at - _SAME_DEED else ""
        paper = called(issued)
        try:
            printing.print_pdf(pdf, printer, title=paper)
        except EnvironmentFault as fault:
            if fault.fault is not Fault.NO_PRINTER:
                self._say(_joined(deed, f"{paper} → {sentence(fault)}"), Mood.ERROR)
                return
            self._unprinted.append("" if _names(deed, issued.number) else paper)
            papers = self._unprinted if deed else [paper]
            why = _("no printer is set: the paper was not printed")
            self._say(_joined(deed, *papers, why), Mood.WARN)
            return
        mark = _("{paper} printed.").format(paper=paper)
        self._say(_joined(deed, mark), Mood.OK)

    def _heard(self, message: Message) -> None:
        if self._speaking:
            return
        if self.desk is None:
            return  # nobody can have printed yet
        self._deed = message.text if message.mood is Mood.OK else ""
        self._deed_at = self.desk.clock.monotonic()
        self._unprinted.clear()

    def _failed(self, error: BaseException) -> None:
        self._say(sentence(error) if isinstance(error, ShopError) else unexpected(error), Mood.ERROR)

    def _say(self, text: str, mood: Mood) -> None:
        say = getattr(self._window, "say", None) if shiboken6.isValid(self._window) else None
        if say is not None:
            self._speaking = True
            try:
                say(Message(text, mood, sound=False))
            finally:
                self._speaking = False


def _names(text: str, number: str) -> bool:
    """Whether a number stands in it by itself: an invoice's ends as an order's does."""
    return re.search(rf"(?<![0-9A-Za-z-]){re.escape(number)}(?![0-9A-Za-z-])", text) is not None


def _joined(*said: str) -> str:
    """What was done, and what became of its papers, as one line."""
    *before, last = (each for each in said if each)
    return " · ".join([*(each.rstrip("。.") for each in before), last])
