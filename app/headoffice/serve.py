"""One instance on a port, over TLS: uvicorn with the limits that a server on the open net wants."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from app.core.errors import EnvironmentFault, Fault
from app.core.os_words import os_words
from app.core.words import _
from app.headoffice.site import Setting, Site


@dataclass(frozen=True, slots=True)
class Place:
    """Where an instance answers. Without certificate it speaks plain HTTP: only behind a balancer that has one."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None


def serve(
    setting: Setting,
    place: Place,
    ready: Callable[[int], None] | None = None,
    listener: socket.socket | None = None,
) -> None:
    """Answer until the process is told to stop; calls under way are finished. ``ready`` gets the port in use.

    ``listener``: from ``listen``, by who had to know the port beforehand; it is closed here.
    Raises ``EnvironmentFault`` if the port or the certificate cannot be used.
    """
    with listener or listen(place.host, place.port) as listening:
        server = uvicorn.Server(_config(setting, place))
        if ready is not None:
            ready(listening.getsockname()[1])
        server.run(sockets=[listening])


@contextmanager
def serving(setting: Setting, place: Place) -> Iterator[int]:
    """The same in a thread of this process for as long as the block lasts; gives the port (0 asks for a free one)."""
    listener = listen(place.host, place.port)
    server = uvicorn.Server(_config(setting, place))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="office", daemon=True)
    with listener:
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.005)
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(timeout=2)
            server.force_exit = True  # somebody keeps his connection open and says nothing
            thread.join(timeout=20)


def listen(host: str, port: int) -> socket.socket:
    """Take a port (0: a free one); calls wait there until it is served. Raises ``EnvironmentFault``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, and not with socket.create_server: asyncio sends small answers at once only on a socket that says
    # so; on others every answer waits 40 ms for the client's acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # on Windows it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except (OSError, OverflowError) as error:
        listener.close()
        why = os_words(error) if isinstance(error, OSError) and error.errno else str(error)
        raise EnvironmentFault(Fault.PORT_TAKEN, port=port, why=why) from None
    return listener


def _why_unusable(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return _("it is no certificate, or the key does not fit")
    return os_words(error)


def _config(setting: Setting, place: Place) -> uvicorn.Config:
    config = uvicorn.Config(
        Site(setting).application(),
        loop="asyncio",
        http="h11",
        ws="none",
        interface="asgi3",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=512,
        limit_concurrency=500,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=15,
        h11_max_incomplete_event_size=32 * 1024,
        ssl_certfile=place.certificate,
        ssl_keyfile=place.key,
    )
    try:
        config.load()
    except OSError as error:  # ssl.SSLError is one
        raise EnvironmentFault(
            Fault.CERTIFICATE_UNUSABLE, path=place.certificate, why=_why_unusable(error)
        ) from None
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config
