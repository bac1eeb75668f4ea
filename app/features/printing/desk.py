"""Papers as pages ask for them: freeze in a command, render beside the window, send to the printer (design.md §6)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.core.enums import PaperKind, PaperSize
from app.core.errors import EnvironmentFault, Fault, ShopError
from app.core.labels import label
from app.core.sentences import sentence, unexpected
from app.core.words import _
from app.features.printing.service import IssuedPaper, PrintingService
from app.ui import printing
from app.ui.desk import Desk
from app.ui.messages import Message, Mood
from app.ui.tasks import Progress

#: A printer setting that keeps a paper from being printed at all.
NO_PRINTING = "none"


class PaperDesk:
    """One for the program. ``window`` is what dialogs stand before; ``say`` shows a line at the bottom."""

    def __init__(self, service: PrintingService, window: QWidget) -> None:
        self._service = service
        self._window = window
        self.desk: Desk | None = None

    def print_now(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        """Freeze, render and print; whatever happens on the way to the printer, the record is safe before."""
        printer = self._service.printer_for(kind)
        if printer == NO_PRINTING:
            return
        issued = self._issue(kind, number, size)
        if issued is None:
            return
        self._render(issued, lambda pdf: self._send(issued, pdf, printer))

    def preview(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        """Show the paper; it is issued (and counted as a copy) only when it is printed or saved."""
        try:
            form = self._service.form_without_booking(kind, number)
        except ShopError as error:
            self._say(sentence(error), Mood.ERROR)
            return
        wanted = size or self._service.size_of(kind)
        assert self.desk is not None
        self.desk.tasks.run(
            lambda _progress: self._service.pdf_of(form, wanted),
            lambda pdf: self._show(kind, number, wanted, pdf),
            self._failed,
            label(kind),
        )

    def _show(self, kind: PaperKind, number: str, size: PaperSize, pdf: bytes) -> None:
        printing.show_preview(
            pdf,
            f"{label(kind)} {number}",
            self._window,
            on_print=lambda printer: self._print_from_preview(kind, number, size, printer),
            on_save=lambda path: self._save_from_preview(kind, number, size, path),
        )

    def _print_from_preview(self, kind: PaperKind, number: str, size: PaperSize, printer: str) -> None:
        issued = self._issue(kind, number, size)
        if issued is not None:
            self._render(issued, lambda pdf: self._send(issued, pdf, printer))

    def _save_from_preview(self, kind: PaperKind, number: str, size: PaperSize, path: Path) -> None:
        issued = self._issue(kind, number, size)
        if issued is not None:
            self._render(issued, lambda pdf: self._save(path, pdf))

    def _issue(self, kind: PaperKind, number: str, size: PaperSize | None) -> IssuedPaper | None:
        assert self.desk is not None
        try:
            return self._service.issue(self.desk.gesture(), kind, number, size)
        except ShopError as error:
            self._say(sentence(error), Mood.ERROR)
            return None

    def _render(self, issued: IssuedPaper, then: object) -> None:
        assert self.desk is not None

        def work(_progress: Progress) -> bytes:
            return self._service.pdf(issued)

        self.desk.tasks.run(work, then, self._failed, label(issued.kind), quiet=True)  # type: ignore[arg-type]

    def _send(self, issued: IssuedPaper, pdf: bytes, printer: str) -> None:
        try:
            printing.print_pdf(pdf, printer, issued.size)
        except EnvironmentFault as fault:
            self._say(sentence(fault), Mood.WARN if fault.fault is Fault.NO_PRINTER else Mood.ERROR)
            return
        mark = _("{paper} {number} printed.").format(paper=label(issued.kind), number=issued.number)
        self._say(mark, Mood.OK)

    def _save(self, path: Path, pdf: bytes) -> None:
        try:
            path.write_bytes(pdf)
        except OSError as error:
            why = error.strerror or type(error).__name__
            self._say(sentence(EnvironmentFault(Fault.FILE_NOT_WRITABLE, path=path, why=why)), Mood.ERROR)
            return
        self._say(_("Saved as {path}.").format(path=path.name), Mood.OK)

    def _failed(self, error: BaseException) -> None:
        self._say(sentence(error) if isinstance(error, ShopError) else unexpected(error), Mood.ERROR)

    def _say(self, text: str, mood: Mood) -> None:
        say = getattr(self._window, "say", None)
        if say is not None:
            say(Message(text, mood, sound=False))
