"""A PostgreSQL cluster of our own in a folder of our own: for the sandbox and the tests.

It listens on this machine only, on a free port, behind a password made for it. A cluster that runs already is
never touched: before anything is done the server is asked whose folder it serves.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from app.core.errors import EnvironmentFault, Fault
from app.core.words import _

_TRIES = 3
_PATIENCE_S = 60
# Below the range from which systems give outgoing connections their ports: nobody's connection takes a port between
# looking and listening.
_PORTS = range(15_000, 30_000)


def commands() -> Path | None:
    """Folder of ``initdb`` and ``pg_ctl``: Debian's newest, or the one on the path."""
    found = [place for place in Path("/usr/lib/postgresql").glob("*/bin") if (place / "initdb").exists()]
    if found:
        return max(found, key=lambda place: float(place.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def cluster(folder: Path, *, settings: Sequence[str] = ()) -> Iterator[str]:
    """Run a fresh cluster below ``folder`` (an empty one) and give its libpq address; stopped at the end.

    ``settings``: ``name=value`` beyond the defaults; ``fsync`` stays on. Raises ``EnvironmentFault``.
    """
    place = commands()
    if place is None:
        raise EnvironmentFault(Fault.POSTGRES_MISSING)
    # PostgreSQL refuses to run as root; Debian's package brings a user for it.
    prefix = ["runuser", "-u", "postgres", "--"] if os.name == "posix" and os.geteuid() == 0 else []
    data = folder / "cluster"
    data.mkdir(mode=0o700)
    password = secrets.token_urlsafe(24)
    secret = folder / "cluster.password"
    secret.write_text(password, encoding="ascii")
    if prefix:
        try:
            for each in (folder, data, secret):
                shutil.chown(each, "postgres")
        except LookupError:
            raise EnvironmentFault(Fault.POSTGRES_FAILED, why=_("there is no user “postgres” here")) from None
    secret.chmod(0o600)
    make = [*prefix, str(place / "initdb"), "-D", str(data), "-U", "xiuhu", "-A", "scram-sha-256"]
    make += ["--pwfile", str(secret), "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions", "--no-sync"]
    _run(make)
    secret.unlink()
    port = _start(place, prefix, data, settings)
    try:
        address = f"host=127.0.0.1 port={port} user=xiuhu password={password} dbname=postgres"
        _is_ours(address, data)
        yield address
    finally:
        _run([*prefix, str(place / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"])


def _start(place: Path, prefix: list[str], data: Path, settings: Sequence[str]) -> int:
    """Start on a free port; somebody may take it between looking and starting, so it is tried again."""
    for left in reversed(range(_TRIES)):
        port = free_port()
        options = [f"-p {port}", "-c listen_addresses=127.0.0.1", "-c unix_socket_directories=''"]
        options += [f"-c {each}" for each in settings]
        command = [*prefix, str(place / "pg_ctl"), "-D", str(data), "-w", "-t", str(_PATIENCE_S)]
        command += ["-l", str(data / "server.log"), "-o", " ".join(options), "start"]
        try:
            _run(command)
            return port
        except EnvironmentFault:
            if not left:
                raise EnvironmentFault(Fault.POSTGRES_FAILED, why=_last_words(data)) from None
    raise AssertionError("unreachable")


def _last_words(data: Path) -> str:
    """Why it says it did not start."""
    try:
        lines = (data / "server.log").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    return next((line.strip() for line in reversed(lines) if "FATAL" in line), "pg_ctl")


def free_port() -> int:
    """A port that nobody uses just now, and that no outgoing connection will take. Raises ``EnvironmentFault``."""
    for port in random.SystemRandom().sample(_PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise EnvironmentFault(Fault.PORT_TAKEN, port=_PORTS.start, why="100 ports tried")


def _is_ours(address: str, data: Path) -> None:
    with psycopg.connect(address, connect_timeout=10) as link:
        row = link.execute("SHOW data_directory").fetchone()
    if row is None or Path(row[0]).resolve() != data.resolve():
        raise EnvironmentFault(Fault.POSTGRES_FAILED, why="another server answers")


def _run(command: list[str]) -> None:
    name = next(Path(word).name for word in command if word.endswith(("initdb", "pg_ctl")))
    try:
        # The started server keeps what it inherits: a pipe would never end.
        code = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_S * 2,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        ).returncode
    except subprocess.TimeoutExpired:
        raise EnvironmentFault(Fault.POSTGRES_FAILED, why=f"{name}: {_PATIENCE_S * 2} s") from None
    if code != 0:
        raise EnvironmentFault(Fault.POSTGRES_FAILED, why=f"{name}: {code}")
