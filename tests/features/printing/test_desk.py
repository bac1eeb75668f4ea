"""Papers as pages ask for them: the record is safe before the printer is asked; looking books nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.core.enums import PaperKind, PaperSize, Role
from app.core.errors import EnvironmentFault, Fault
from app.core.labels import label
from app.core.sentences import sentence
from app.core.words import Language, _
from app.features.printing.desk import NO_PRINTING, PaperDesk
from app.features.printing.naming import named
from app.ui import keep, printing
from app.ui.desk import Desk
from app.ui.messages import Message, Mood
from app.ui.printing import PreviewDialog
from app.ui.tasks import Tasks
from tests.features.page_tools import speaking_each
from tests.features.printing.conftest import Press


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


class Window(QWidget):
    """What the shell is to papers: a place for dialogs that says things."""

    told = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Message] = []

    def say(self, message: Message) -> None:
        self.heard.append(message)
        self.told.emit(message)


@dataclass(slots=True)
class Printer:
    """A printer that remembers its jobs, or fails as one does."""

    jobs: list[tuple[str, str]] = field(default_factory=list)
    fault: EnvironmentFault | None = None

    def take(self, pdf: bytes, name: str = "", _copies: int = 1, title: str = "") -> None:
        assert pdf.startswith(b"%PDF")
        if self.fault is not None:
            raise self.fault
        self.jobs.append((name, title))


@dataclass(slots=True)
class Counter:
    press: Press
    papers: PaperDesk
    window: Window
    printer: Printer
    qtbot: QtBot
    dialogs: list[PreviewDialog]

    def copies(self, kind: PaperKind) -> list[int]:
        """Copies so far of what was issued of a kind."""
        issued = self.press.printing.papers_of_order(self.press.card.id)
        return [copies for each, _number, copies in issued if each is kind]

    def heard(self) -> Message:
        self.qtbot.waitUntil(lambda: bool(self.window.heard))
        return self.window.heard[-1]

    def preview(self, kind: PaperKind) -> PreviewDialog:
        before = len(self.dialogs)
        self.papers.preview(kind, self.press.numbers[kind])
        self.qtbot.waitUntil(lambda: len(self.dialogs) > before)
        return self.dialogs[-1]


@pytest.fixture
def counter(press: Press, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, language: Language) -> Counter:
    keep.open_file(None)
    window, printer = Window(), Printer()
    qtbot.addWidget(window)
    papers = PaperDesk(lambda: press.printing, window)
    papers.desk = Desk(press.shop.clock, Tasks(), papers, press.shop.people[Role.COUNTER])
    dialogs: list[PreviewDialog] = []
    monkeypatch.setattr(printing, "print_pdf", printer.take)
    monkeypatch.setattr(PreviewDialog, "exec", lambda dialog: dialogs.append(dialog) or 0)
    return Counter(press, papers, window, printer, qtbot, dialogs)


INVOICE = PaperKind.INVOICE


def test_printing_freezes_books_and_says_what_was_printed(counter: Counter) -> None:
    number = counter.press.numbers[INVOICE]
    counter.papers.print_now(INVOICE, number)
    message = counter.heard()
    assert message.mood is Mood.OK
    assert number in message.text
    assert counter.printer.jobs == [("", f"{label(INVOICE)} {number}")]
    assert counter.copies(INVOICE) == [0]


def test_the_papers_own_printer_is_used(counter: Counter) -> None:
    counter.press.change_shop(printers={INVOICE.value: "针式一号"})
    counter.papers.print_now(INVOICE, counter.press.numbers[INVOICE])
    counter.heard()
    assert counter.printer.jobs[0][0] == "针式一号"


@pytest.mark.parametrize(
    ("fault", "mood"),
    [
        (EnvironmentFault(Fault.NO_PRINTER), Mood.WARN),
        (EnvironmentFault(Fault.PRINTER, printer="针式一号"), Mood.ERROR),
    ],
)
def test_without_a_printer_a_sentence_and_the_paper_stays_printable(
    counter: Counter, fault: EnvironmentFault, mood: Mood
) -> None:
    number = counter.press.numbers[INVOICE]
    counter.printer.fault = fault
    counter.papers.print_now(INVOICE, number)
    assert counter.heard().mood is mood
    if fault.fault is Fault.NO_PRINTER:
        why = _("no printer is set: the paper was not printed")
        assert counter.heard().text == f"{label(INVOICE)} {number} · {why}"
    else:
        assert sentence(fault) in counter.heard().text
    assert counter.copies(INVOICE) == [0]
    counter.printer.fault = None
    counter.window.heard.clear()
    counter.papers.print_now(INVOICE, number)
    assert counter.heard().mood is Mood.OK
    assert len(counter.printer.jobs) == 1


def test_what_was_done_and_what_became_of_its_papers_are_one_line(counter: Counter) -> None:
    why = _("no printer is set: the paper was not printed")
    invoice, card = counter.press.numbers[INVOICE], counter.press.numbers[PaperKind.REPAIR_CARD]
    counter.printer.fault = EnvironmentFault(Fault.NO_PRINTER)
    counter.papers.print_now(INVOICE, invoice)
    # Said after the paper was asked for, or a moment before it: the same gesture.
    counter.window.say(Message(f"{invoice} 100.00.", Mood.OK))
    counter.papers.print_now(PaperKind.REPAIR_CARD, card)
    counter.qtbot.waitUntil(lambda: len(counter.window.heard) == 3)
    first, second = counter.window.heard[1:]
    assert first.text == f"{invoice} 100.00 · {why}", "the number stands there once"
    assert second.text == f"{invoice} 100.00 · {label(PaperKind.REPAIR_CARD)} {card} · {why}"
    assert {first.mood, second.mood} == {Mood.WARN}

    counter.printer.fault = None
    counter.papers.print_now(INVOICE, invoice)
    counter.qtbot.waitUntil(lambda: len(counter.window.heard) == 4)
    assert counter.heard().text.startswith(f"{invoice} 100.00 · ")


def test_what_was_done_long_before_is_not_said_again(counter: Counter) -> None:
    counter.window.say(Message("long ago", Mood.OK))
    clock = counter.press.shop.clock
    clock.advance(timedelta(minutes=5))
    counter.papers.print_now(INVOICE, counter.press.numbers[INVOICE])
    counter.qtbot.waitUntil(lambda: len(counter.window.heard) == 2)
    assert "long ago" not in counter.heard().text
    counter.window.say(Message("refused", Mood.ERROR))
    counter.papers.print_now(INVOICE, counter.press.numbers[INVOICE])
    counter.qtbot.waitUntil(lambda: len(counter.window.heard) == 4)
    assert "refused" not in counter.heard().text


def test_none_prints_nothing_and_books_nothing(counter: Counter) -> None:
    counter.press.change_shop(printers={INVOICE.value: NO_PRINTING})
    before = counter.press.shop.fingerprint()
    counter.papers.print_now(INVOICE, counter.press.numbers[INVOICE])
    assert counter.press.shop.fingerprint() == before
    assert counter.window.heard == []


@pytest.mark.parametrize("ask", [PaperDesk.print_now, PaperDesk.preview])
def test_a_paper_that_is_not_there_is_a_sentence(
    counter: Counter, ask: Callable[[PaperDesk, PaperKind, str], None]
) -> None:
    ask(counter.papers, INVOICE, "F9999-99999")
    assert counter.heard().mood is Mood.ERROR
    assert counter.dialogs == []
    ask(counter.papers, INVOICE, counter.press.numbers[INVOICE])


def test_a_size_it_cannot_have_is_a_sentence(counter: Counter) -> None:
    counter.papers.print_now(INVOICE, counter.press.numbers[INVOICE], PaperSize.LABEL_40X30)
    assert counter.heard().mood is Mood.ERROR
    assert counter.printer.jobs == []


def test_looking_books_nothing(counter: Counter) -> None:
    before = counter.press.shop.fingerprint()
    dialog = counter.preview(INVOICE)
    dialog.reject()
    assert counter.press.numbers[INVOICE] in dialog.windowTitle()
    assert counter.press.shop.fingerprint() == before


def test_printing_and_saving_from_the_preview_book_each_once(counter: Counter, tmp_path: Path) -> None:
    dialog = counter.preview(INVOICE)
    assert dialog.print_now()
    assert counter.copies(INVOICE) == [0]
    dialog = counter.preview(INVOICE)
    assert dialog.save_to(tmp_path / "结算单.pdf")
    assert counter.copies(INVOICE) == [1]
    assert (tmp_path / "结算单.pdf").read_bytes().startswith(b"%PDF")


def test_a_job_that_failed_is_not_booked(counter: Counter, tmp_path: Path) -> None:
    dialog = counter.preview(INVOICE)
    counter.printer.fault = EnvironmentFault(Fault.PRINTER, printer="x")
    assert not dialog.print_now()
    assert not dialog.save_to(tmp_path / "no" / "such" / "folder.pdf")
    assert counter.copies(INVOICE) == []


def test_a_fault_while_rendering_is_said(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_all: object) -> bytes:
        raise EnvironmentFault(Fault.FONT_MISSING, path="font.ttf")

    monkeypatch.setattr(type(counter.press.printing), "pdf", broken)
    counter.papers.print_now(INVOICE, counter.press.numbers[INVOICE])
    assert "font.ttf" in counter.heard().text


def test_the_preview_is_wholly_in_the_users_language(counter: Counter, language: Language) -> None:
    from tests.features.page_tools import english_left

    dialog = counter.preview(PaperKind.REPAIR_CARD)
    assert label(PaperKind.REPAIR_CARD) in dialog.windowTitle()
    if language is Language.ZH:
        assert english_left(dialog, "PDF") == []
    assert _("Save as PDF")


def test_a_paper_is_called_by_its_person_and_saved_under_a_name_that_windows_takes(counter: Counter) -> None:
    customer = counter.press.card.customer_id
    asked = f"{customer}?from=2026-08-01&to=2026-11-22"
    counter.papers.preview(PaperKind.STATEMENT, asked)
    counter.qtbot.waitUntil(lambda: bool(counter.dialogs))
    title = counter.dialogs[-1].windowTitle()
    assert counter.press.card.customer_name in title
    assert "2026-08-01" in title
    assert "?" not in title
    looked = counter.press.printing.look(
        counter.press.shop.people[Role.COUNTER], INVOICE, counter.press.numbers[INVOICE]
    )
    odd = dataclasses.replace(looked, number='2611-00030/2: "x"?')
    assert not set(named(odd)) & set('\\/:*?"<>|')
    assert named(looked) == f"{label(INVOICE)}-{looked.number}"
