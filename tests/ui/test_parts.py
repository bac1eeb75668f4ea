"""Messages, tasks, printing, window memory, curtain, sounds."""

from __future__ import annotations

import io
import threading
import wave
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from reportlab.pdfgen import canvas

from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.ui import keep, printing, sounds, tasks
from app.ui.curtain import Curtain
from app.ui.fields import LineField
from app.ui.form_dialog import FormDialog
from app.ui.messages import Banner, Mood, Question
from app.ui.shell import Shell
from app.ui.tasks import Progress, ProgressStrip, Tasks, time_left


def paper(pages: int = 2, size: tuple[float, float] = (227, 420)) -> bytes:
    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=size)
    for at in range(pages):
        sheet.drawString(20, 300, f"page {at + 1}")
        sheet.rect(20, 20, 100, 100, fill=1)
        sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def test_a_banner_shows_one_sentence_and_its_way_out(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    done: list[bool] = []
    banner.say("No printer.", Mood.WARN, "Save as PDF", lambda: done.append(True))
    assert banner.isVisibleTo(None) or not banner.isHidden()
    banner._action.click()
    assert done == [True]
    assert banner.text() == ""
    assert banner.isHidden()


def test_the_harmless_answer_has_the_focus_before_what_cannot_be_undone(qtbot: QtBot) -> None:
    dialog = Question("Dispose of it?", "Dispose", True, "", None)
    qtbot.addWidget(dialog)
    assert dialog.no.isDefault()
    safe = Question("Send it?", "Send", False, "", None)
    qtbot.addWidget(safe)
    assert safe.yes.isDefault()


@pytest.fixture
def runner(qtbot: QtBot) -> Tasks:
    made = Tasks()
    yield made
    made.stop()


def test_results_come_home_to_the_gui_thread(qtbot: QtBot, runner: Tasks) -> None:
    threads: list[bool] = []
    results: list[int] = []

    def done(result: int) -> None:
        threads.append(QThread.currentThread() is QApplication.instance().thread())
        results.append(result)

    def work(_progress: Progress) -> int:
        threads.append(threading.current_thread() is threading.main_thread())
        return 42

    runner.run(work, done)
    qtbot.waitUntil(lambda: results == [42])
    assert threads == [False, True]


def test_work_that_rests_goes_on_when_the_window_did_what_it_was_at(qtbot: QtBot, runner: Tasks) -> None:
    order: list[str] = []
    at_rest = threading.Event()

    def work(progress: Progress) -> None:
        at_rest.set()
        progress.rest()
        order.append("work")

    runner.run(work, lambda _result: order.append("done"))
    assert at_rest.wait(5)
    order.append("window")
    qtbot.waitUntil(lambda: "done" in order)
    assert order == ["window", "work", "done"]


def test_a_fault_comes_home_and_a_cancelled_task_says_nothing(qtbot: QtBot, runner: Tasks) -> None:
    faults: list[BaseException] = []
    done: list[object] = []
    go_on = threading.Event()

    def fails(_progress: Progress) -> None:
        raise EnvironmentFault(Fault.DISK_FULL)

    runner.run(fails, done.append, faults.append)
    qtbot.waitUntil(lambda: len(faults) == 1)

    def long(progress: Progress) -> int:
        go_on.wait(5)
        progress.check()
        return 1

    progress = runner.run(long, done.append, faults.append, "Import")
    progress.cancelled = True
    go_on.set()
    qtbot.waitUntil(lambda: not runner.busy())
    assert (done, len(faults)) == ([], 1)


def test_the_strip_shows_how_far_and_cancels(qtbot: QtBot, runner: Tasks) -> None:
    strip = ProgressStrip(runner)
    qtbot.addWidget(strip)
    seen, go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        progress.report(0.5, "500 rows")
        seen.set()
        go_on.wait(5)

    progress = runner.run(work, title="Import parts")
    assert seen.wait(5)
    strip._appear()
    runner.progressed.emit(progress.number, 0.5, "500 rows")
    assert strip._title.text() == "Import parts"
    assert strip._bar.value() == 500
    strip.cancel()
    assert progress.cancelled
    go_on.set()
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_time_left_is_silent_while_it_would_be_a_guess() -> None:
    assert time_left(0.01, 10) == ""
    assert time_left(0.5, 0.2) == ""
    assert time_left(0.5, 10) == "10 s left"
    assert time_left(0.1, 60) == "9 min left"


def test_the_preview_turns_pages_zooms_and_saves(qtbot: QtBot, tmp_path: Path) -> None:
    saved: list[Path] = []
    dialog = printing.PreviewDialog(paper(), "Pickup receipt", on_save=saved.append)
    qtbot.addWidget(dialog)
    small = dialog._sheet.pixmap().width()
    dialog.set_zoom(200)
    assert dialog._sheet.pixmap().width() > small
    dialog.show_page(1)
    assert dialog._pages.text() == "2 / 2"
    file = tmp_path / "receipt.pdf"
    assert dialog.save_to(file)
    assert file.read_bytes() == paper()[:0] + dialog._pdf
    assert saved == [file]
    assert not dialog.save_to(tmp_path / "missing" / "x.pdf")
    assert dialog.banner.mood() is Mood.ERROR


def test_without_a_printer_a_sentence_says_what_is_safe(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "printers", lambda: ())
    dialog = printing.PreviewDialog(paper(1), "Invoice")
    qtbot.addWidget(dialog)
    assert "No printer" in dialog.banner.text()
    assert not dialog.print_button.isEnabled()
    with pytest.raises(EnvironmentFault) as fault:
        printing.print_pdf(paper(1), "no such printer")
    assert fault.value.fault is Fault.PRINTER


@pytest.mark.parametrize("size", [(226.8, 420.0), (419.5, 595.3), (595.3, 841.9), (113.4, 85.0)])
def test_a_paper_is_printed_in_its_own_size(
    qapp: QApplication, tmp_path: Path, size: tuple[float, float]
) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    file = tmp_path / "out.pdf"
    printer.setOutputFileName(str(file))
    printer.setResolution(203)
    printing.draw_on(printer, paper(2, size))
    with printing.opened(file.read_bytes()) as document:
        assert len(document) == 2
        printed = document.get_page_size(0)
        image = printing.page_image(document, 0, 72)
    assert printed == pytest.approx(size, abs=1.5)
    assert image.pixelColor(60, image.height() - 60).lightness() < 60


def test_window_memory_survives_and_a_damaged_file_is_an_empty_one(tmp_path: Path) -> None:
    file = tmp_path / "window.json"
    keep.open_file(file)
    keep.put("widths/orders", [1, 2, 3])
    keep.put("theme", "dark")
    keep.open_file(file)
    assert keep.numbers("widths/orders") == [1, 2, 3]
    assert keep.text("theme") == "dark"
    file.write_text("{broken", encoding="utf-8")
    keep.open_file(file)
    assert keep.text("theme", "system") == "system"


def test_the_window_is_never_larger_than_a_small_screen(qtbot: QtBot) -> None:
    curtain = Curtain()
    qtbot.addWidget(curtain)
    screen = curtain.screen().availableGeometry()
    assert screen.width() < 1024  # where there is no screen Qt makes up one of 800 by 800
    assert curtain.minimumWidth() <= screen.width()
    shell = Shell([])
    qtbot.addWidget(shell)
    assert shell.minimumSizeHint().width() <= screen.width()


def test_the_curtain_paints_first_and_then_adopts_the_shell(qtbot: QtBot) -> None:
    curtain = Curtain()
    qtbot.addWidget(curtain)
    with qtbot.waitSignal(curtain.painted, timeout=2000):
        curtain.show()
    content = QWidget()
    content.setWindowTitle("幸福家电维修")
    curtain.adopt(content)
    assert curtain.centralWidget() is content
    assert curtain.windowTitle() == "幸福家电维修"
    content.may_close = lambda: False  # type: ignore[attr-defined]
    assert not curtain.close()
    content.may_close = lambda: True  # type: ignore[attr-defined]
    assert curtain.close()
    assert keep.text("geometry")


@pytest.mark.parametrize("sound", list(sounds.Sound))
def test_sounds_are_short_and_can_be_silenced(sound: sounds.Sound) -> None:
    with wave.open(io.BytesIO(sounds.wave_bytes(sound))) as file:
        assert 0.03 < file.getnframes() / file.getframerate() < 0.6
    sounds.set_silent(True)
    assert sounds.silent()
    sounds.play(sound)


def test_the_shared_runner_is_one() -> None:
    assert tasks.shared() is tasks.shared()


def test_a_form_grows_with_what_it_refuses(qtbot: QtBot) -> None:
    def give() -> None:
        raise Refusal(Reason.IDENTITY_NOT_CHECKED)

    name = LineField("Name", required=True)
    dialog = FormDialog("Receipt lost", [name], "Go on", give)
    qtbot.addWidget(dialog)
    dialog.show()
    tall, before = dialog.height(), name.line.height()
    name.set_value("王丽华")
    dialog.try_it()
    QApplication.sendPostedEvents()
    assert dialog.height() > tall
    assert name.line.height() == before
    words = dialog.banner.findChildren(QLabel)[1]
    assert words.height() >= words.heightForWidth(words.width())


def test_a_runner_that_stopped_takes_up_nothing(qtbot: QtBot) -> None:
    tasks = Tasks()
    tasks.stop()
    done: list[object] = []
    progress = tasks.run(lambda _progress: done.append(1), done.append, done.append)
    assert progress.cancelled
    assert not tasks.busy()
    qtbot.wait(1)
    assert done == []
