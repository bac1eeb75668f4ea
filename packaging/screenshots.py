"""Makes the pictures of README and manual anew: real pages and papers over a sample shop, always the same.

    .venv/bin/python packaging/screenshots.py

Writes ``resources/manual/pictures/*.png`` (English, light, 1366×768). Needs no screen. The sample shop and the clock of
the pages stand on one moment, so that a second run changes a picture only where the program looks different.
"""

from __future__ import annotations

import io
import os
import random
import secrets
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "resources" / "manual" / "pictures"
#: Sunday, ten past ten in the shop.
NOW = datetime(2026, 11, 22, 2, 10, tzinfo=UTC)
ORDERS, SEED = 90, 1
WIDTH, HEIGHT = 1366, 768
PAPER_DPI = 150
#: From key to key as by hand: faster ones would be a scanner's.
_TYPED_MS = 80
#: Until everything behind the first frame is there.
_SETTLED_MS = 1200
#: What a reader on a slow line waits for.
MOST_BYTES = 200_000

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from app.core.clock import Clock
    from app.core.errors import ShopError
    from app.core.rights import Actor
    from app.program import Program
    from app.services import Services
    from app.ui.shell import Shell


def main() -> int:
    """Make every picture; says each file and its size."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(ROOT))
    from PySide6.QtWidgets import QApplication

    from app.core.clock import SetClock
    from app.features.sample.service import fill
    from app.features.staff.pins import PinHasher
    from app.store.door import Store

    # The one thing in a sample shop that is different every time, and stands on the receipt.
    secrets.randbelow = random.Random(SEED).randrange  # type: ignore[assignment]
    app = QApplication([])
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "shop"
        clock = SetClock(NOW)
        store = Store.open(root, clock)
        fill(store, clock, now=NOW, orders=ORDERS, seed=SEED, hasher=PinHasher(1, 8, 1))
        store.close()
        program = _program(app, root, clock)
        try:
            _windows(program.shell, program.services)
            _papers(program.services)
        finally:
            program.close()
    return 0


def _program(app: QApplication, root: Path, clock: Clock) -> Program:
    """The program as it opens on the shop, with the owner signed in."""
    from app.core.words import Language
    from app.program import Program
    from app.services import Services
    from app.store.door import Store
    from app.store.folder import DataFolder, FolderLock
    from app.ui.curtain import Curtain

    def refuse(error: ShopError) -> int:
        raise SystemExit(f"the sample shop does not open: {error}")

    curtain = Curtain()
    program = Program(
        app,
        curtain,
        root,
        FolderLock(DataFolder(root), NOW),
        lambda root, lock: Services(Store.open(root, clock, lock=lock)),
        refuse,
        clock,
    )
    program.furnish(Language.EN)
    # Nobody is here to close the dialog that a fault would open.
    sys.excepthook = sys.__excepthook__
    curtain.resize(WIDTH, HEIGHT)
    curtain.show()
    app.processEvents()
    program.shell.sign_in_as(_owner(program.services))
    return program


def _windows(shell: Shell, services: Services) -> None:
    from app.core.enums import LineKind, Status

    owner = _owner(services)
    intake: Any = shell.show_page("intake")
    _type_in(intake, _regular(services))
    _grab(shell, "intake")

    # A repair that has parts and labour on it says more than an empty card.
    cards = [
        services.bench.open_card(order_id, owner)
        for order_id in _orders(services, Status.REPAIRING, Status.QC)
    ]
    card = max(
        cards, key=lambda each: sum(line.kind in (LineKind.PART, LineKind.LABOUR) for line in each.lines)
    )
    shell.show_page("bench", card.id)
    _grab(shell, "bench")

    due = [
        services.handover.open(order_id, owner)
        for order_id in _orders(services, Status.READY, Status.UNCLAIMED)
    ]
    shown = max(due, key=lambda each: each.card.due)
    handover: Any = shell.show_page("handover", shown.card.id)
    handover.run(
        lambda: services.handover.open_by_receipt(_receipt(services, shown.card.id), owner), handover._opened
    )
    handover.money.cash.set_value(_round_up(shown.card.due))
    handover.set_tendered(_cash(), _round_up(shown.card.due))
    _grab(shell, "handover")

    for page, tab, name in (
        ("parts", "parts", "parts"),
        ("owner", "month", "month"),
        ("money", "till", "till"),
    ):
        room: Any = shell.show_page(page)
        room.show_tab(tab)
        _grab(shell, name)
    shell.show_page("settings")
    _grab(shell, "settings")


def _type_in(page: Any, phone: str) -> None:
    """A known customer with one of his devices, as a clerk would have it half way."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    QTest.keyClicks(page.form.customer.phone.line, phone, Qt.KeyboardModifier.NoModifier, _TYPED_MS)
    match = page.presenter.exact_match(phone)
    page.form.customer.took_customer.emit(match.id)
    device = page.presenter.known_devices()[0]
    page.form.customer.took_device.emit(device.id)
    page.form.device.add_phrase(2)
    page.form.agreed.estimate.line.setText("180")
    page.form.agreed.limit.line.setText("300")
    page.form.to_top()


def _regular(services: Services) -> str:
    """The phone of somebody who comes again, with nothing of his in the shop now."""
    from app.core.enums import Status

    owner = _owner(services)
    for row in services.customers.page(owner).rows:
        devices = services.intake.known_customer(owner, row.id).devices
        if len(devices) > 1 and all(each.last_status is Status.DELIVERED for each in devices):
            return row.phone
    raise SystemExit("the sample shop has no regular customer")


def _owner(services: Services) -> Actor:
    from app.core.enums import Role
    from app.core.rights import Actor

    row = next(each for each in services.staff.tiles() if each.role is Role.OWNER)
    return Actor(row.id, row.name, row.role)


def _orders(services: Services, *statuses: Any) -> list[int]:
    from sqlalchemy import select

    from app.model import RepairOrder

    with services.store.read() as reading:
        wanted = select(RepairOrder.id).where(RepairOrder.status.in_(statuses)).order_by(RepairOrder.id)
        return [int(each) for each in reading.execute(wanted).scalars()]


def _receipt(services: Services, order_id: int) -> str:
    from sqlalchemy import select

    from app.model import PickupReceipt

    with services.store.read() as reading:
        codes = (
            select(PickupReceipt.code).where(PickupReceipt.order_id == order_id).order_by(PickupReceipt.id)
        )
        return str(reading.execute(codes).scalars().all()[-1])


def _cash() -> Any:
    from app.core.enums import PaymentMethod

    return PaymentMethod.CASH


def _round_up(due: Any) -> Any:
    """The notes that people put on the counter for ``due``."""
    from app.core.money import Money

    return Money.yuan(-(-due.fen // 100_00) * 100)


def _grab(shell: Shell, name: str) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    # Previews and reports are made in workers; QTest.qWait would keep Python to itself and let none of them run.
    loop = QEventLoop()
    QTimer.singleShot(_SETTLED_MS, loop.quit)
    loop.exec()
    _save(shell.grab().toImage(), name)


def _papers(services: Services) -> None:
    from app.core.enums import PaperKind, PaperSize
    from app.core.words import Language
    from app.ui.printing import opened, page_image

    wanted = (
        ("receipt", PaperKind.PICKUP_RECEIPT, PaperSize.ROLL_80),
        ("invoice", PaperKind.INVOICE, PaperSize.A5),
    )
    examples = {each.kind: each.example for each in services.printing.list_papers()}
    for name, kind, size in wanted:
        number = examples[kind]
        assert number is not None, kind
        pdf = services.printing.pdf_without_booking(_owner(services), kind, number, size, Language.EN)
        with opened(pdf) as document:
            _save(page_image(document, 0, PAPER_DPI), name)


def _save(image: QImage, name: str) -> None:
    """As a small PNG: 256 colours of its own are enough for a window."""
    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    picture = Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGB")
    file = PICTURES / f"{name}.png"
    picture.quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{file.name} has {size} bytes, more than {MOST_BYTES}")
    print(f"{file.relative_to(ROOT)}  {picture.width}×{picture.height}  {size // 1024} KB")


if __name__ == "__main__":
    raise SystemExit(main())
