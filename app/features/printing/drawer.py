"""The cash drawer, opened through the receipt printer it hangs on: a pulse, never a reason for a sale to fail.

Where the printer is stands with the till (``Till.drawer``), as python-escpos names it:

    net:192.168.1.9          a network printer (port 9100, or net:192.168.1.9:9101)
    file:/dev/usb/lp0        a device or share that takes raw bytes (also \\\\counter\\receipt on Windows)
    usb:04b8:0202            by USB numbers; needs python-escpos (the extra ``drawer`` of this program)
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.core.errors import EnvironmentFault, Fault

log = logging.getLogger(__name__)

#: ESC p 0: pin 2, 50 ms on, 500 ms off: what every ESC/POS printer understands.
PULSE = b"\x1bp\x00\x19\xfa"
_PORT = 9100
_SECONDS = 2.0


def kick(address: str) -> None:
    """Send the pulse. Raises ``EnvironmentFault``: NO_PRINTER where none is named or the way is unknown,
    NO_USB_PRINTING where a USB printer is named and python-escpos is not installed, PRINTER where it does not
    answer."""
    kind, _mark, where = address.strip().partition(":")
    send: Callable[[str], None] | None = {"net": _by_net, "file": _by_file, "usb": _by_usb}.get(kind)
    if send is None or not where:
        raise EnvironmentFault(Fault.NO_PRINTER)
    send(where)


def _by_net(where: str) -> None:
    host, _mark, port = where.partition(":")
    try:
        with socket.create_connection((host, int(port or _PORT)), timeout=_SECONDS) as wire:
            wire.sendall(PULSE)
    except (OSError, ValueError, OverflowError) as error:
        log.warning("the drawer's printer did not answer: %s", type(error).__name__)
        raise EnvironmentFault(Fault.PRINTER, printer=where) from error


def _by_file(where: str) -> None:
    path = Path(where)
    try:
        # Not created where it is missing: a drawer that is unplugged is no file.
        with path.open("r+b", buffering=0) as device:
            device.write(PULSE)
    except OSError as error:
        log.warning("the drawer's device could not be written: %s", type(error).__name__)
        raise EnvironmentFault(Fault.PRINTER, printer=where) from error


def speaks_usb() -> bool:
    """Whether USB printers can be spoken to here."""
    return importlib.util.find_spec("escpos") is not None


def _by_usb(where: str) -> None:
    vendor, _mark, product = where.partition(":")
    try:
        printers: Any = importlib.import_module("escpos.printer")
    except ImportError as error:
        raise EnvironmentFault(Fault.NO_USB_PRINTING) from error
    try:
        printer = printers.Usb(int(vendor, 16), int(product, 16))
        printer.cashdraw(2)
        printer.close()
    except Exception as error:
        # Whatever the library or the driver raises, the sale is booked and stays so.
        log.warning("the drawer's printer did not answer: %s", type(error).__name__)
        raise EnvironmentFault(Fault.PRINTER, printer=where) from error
