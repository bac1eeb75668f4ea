"""Papers as pages ask for them: freeze in a command, render beside the window, send to the printer (design.md §6)."""

from __future__ import annotations

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


class PaperDesk:
    """One for the program. ``service`` is asked for at the first paper: the window opens without the forms.

    ``window`` is what dialogs stand before; ``say`` shows a line at the bottom.
    """

    def __init__(self, service: Callable[[], PrintingService], window: QWidget) -> None:
        self._service = service
        self._window = window
        self.desk: Desk | None = None

    def print_now(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        """Freeze, render and print; whatever happens on the way to the printer, the record is safe before."""
        printer = self._service().printer_for(kind)
        if printer == NO_PRINTING:
            return
        issued = self._issue(kind, number, size)
        if issued is None:
            return
        self._render(issued, lambda pdf: self._send(issued, pdf, printer))

    def preview(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        """Show the paper; it is issued (and counted as a copy) only when it is printed or saved."""
        assert self.desk is not None
        try:
            looked = self._service().look(kind, number, size)
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
        from app.ui import printing

        kind, number = looked.kind, looked.number

        def issue() -> None:
            self._issue(kind, number, looked.size, looked)

        dialog = printing.PreviewDialog(
            pdf,
            f"{label(kind)} {number}",
            on_print=lambda _printer, _copies: issue(),
            on_save=lambda _file: issue(),
            printer=self._service().printer_for(kind),
            file_name=f"{label(kind)}-{number}.pdf",
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

    def _send(self, issued: IssuedPaper, pdf: bytes, printer: str) -> None:
        from app.ui import printing

        try:
            printing.print_pdf(pdf, printer, title=f"{label(issued.kind)} {issued.number}")
        except EnvironmentFault as fault:
            # With the number: this line takes the place of the one that said what was saved.
            text = f"{label(issued.kind)} {issued.number} → {sentence(fault)}"
            self._say(text, Mood.WARN if fault.fault is Fault.NO_PRINTER else Mood.ERROR)
            return
        mark = _("{paper} {number} printed.").format(paper=label(issued.kind), number=issued.number)
        self._say(mark, Mood.OK)

    def _failed(self, error: BaseException) -> None:
        self._say(sentence(error) if isinstance(error, ShopError) else unexpected(error), Mood.ERROR)

    def _say(self, text: str, mood: Mood) -> None:
        say = getattr(self._window, "say", None) if shiboken6.isValid(self._window) else None
        if say is not None:
            say(Message(text, mood, sound=False))
