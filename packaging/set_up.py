"""Set up Xiuhu on a fresh machine, then run or test it. Needs nothing but Python 3.11 or newer.

    set_up.py run [ARGUMENTS of xiuhu]               set up what is missing, then the program
    set_up.py test [--full] [ARGUMENTS of pytest]    also the tests' system packages, then every check
    set_up.py only                                   set up, nothing else; tries again what failed before

This file alone keeps to what Python 3.8 can read, so that an old Python gets a sentence and no traceback.
Everything said goes to stderr: stdout belongs to the program. A set-up that is complete is recognised by its
stamp and costs a few milliseconds; one that was cut off is begun anew; two at once wait for each other.
Exit codes: the program's own, 1 if a check failed, 2 for wrong use, 3 if the machine lacks something.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
SET_UP_VERSION = 1  # raise it when what this file makes changes
FAULT = 3
APT_PATIENCE_S = 300
ON_WINDOWS = os.name == "nt"


class SetUpError(Exception):
    """The machine lacks something; the text is the one sentence that says what to do."""


class Need(NamedTuple):
    """A system library (by its file), a command or a pattern of paths; the Debian/Ubuntu packages that bring it,
    newest first."""

    probe: str
    packages: tuple[str, ...]
    use: str


START, WINDOW, PRINTING, TESTS = "to start", "to open its window", "to find printers", "for the tests"

NEEDS: tuple[Need, ...] = (
    Need("libglib-2.0.so.0", ("libglib2.0-0t64", "libglib2.0-0"), START),
    Need("libGL.so.1", ("libgl1",), START),
    Need("libEGL.so.1", ("libegl1",), START),
    Need("libxkbcommon.so.0", ("libxkbcommon0",), START),
    Need("libX11.so.6", ("libx11-6",), START),
    Need("libfontconfig.so.1", ("libfontconfig1",), START),
    Need("libfreetype.so.6", ("libfreetype6",), START),
    Need("libdbus-1.so.3", ("libdbus-1-3",), START),
    Need("libbrotlidec.so.1", ("libbrotli1",), START),
    Need("libX11-xcb.so.1", ("libx11-xcb1",), WINDOW),
    Need("libxcb-cursor.so.0", ("libxcb-cursor0",), WINDOW),
    Need("libxcb-icccm.so.4", ("libxcb-icccm4",), WINDOW),
    Need("libxcb-image.so.0", ("libxcb-image0",), WINDOW),
    Need("libxcb-keysyms.so.1", ("libxcb-keysyms1",), WINDOW),
    Need("libxcb-randr.so.0", ("libxcb-randr0",), WINDOW),
    Need("libxcb-render-util.so.0", ("libxcb-render-util0",), WINDOW),
    Need("libxcb-shape.so.0", ("libxcb-shape0",), WINDOW),
    Need("libxcb-shm.so.0", ("libxcb-shm0",), WINDOW),
    Need("libxcb-sync.so.1", ("libxcb-sync1",), WINDOW),
    Need("libxcb-xfixes.so.0", ("libxcb-xfixes0",), WINDOW),
    Need("libxcb-xkb.so.1", ("libxcb-xkb1",), WINDOW),
    Need("libxkbcommon-x11.so.0", ("libxkbcommon-x11-0",), WINDOW),
    Need("libcups.so.2", ("libcups2t64", "libcups2"), PRINTING),
    Need("Xvfb", ("xvfb",), TESTS),
    Need("xauth", ("xauth",), TESTS),
    Need("xdotool", ("xdotool",), TESTS),
    Need("pdftotext", ("poppler-utils",), TESTS),
    # Debian keeps the server's commands out of the path.
    Need("/usr/lib/postgresql/*/bin/initdb", ("postgresql",), TESTS),
)


def say(text: str) -> None:
    """One short line on stderr, if there is one."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)


# -- the machine's packages ----------------------------------------------------------------------------------


def present(need: Need) -> bool:
    """Whether the library loads, the command is found or a path fits: whatever brought it."""
    if need.probe.startswith("/"):
        return any(Path("/").glob(need.probe[1:])) or shutil.which(Path(need.probe).name) is not None
    if ".so" not in need.probe:
        return shutil.which(need.probe) is not None
    try:
        ctypes.CDLL(need.probe)
    except OSError:
        return False
    return True


def missing_needs(for_tests: bool) -> list[Need]:
    """What the machine lacks; always empty away from Linux, where Qt brings its own."""
    if not sys.platform.startswith("linux"):
        return []
    return [need for need in NEEDS if (for_tests or need.use != TESTS) and not present(need)]


def missing_sentence(needs: Sequence[Need]) -> str:
    """Which packages are missing, and for what, in one sentence."""
    uses = [use for use in (START, WINDOW, PRINTING, TESTS) if any(need.use == use for need in needs)]
    parts = [f"{use}: {', '.join(need.packages[-1] for need in needs if need.use == use)}" for use in uses]
    return f"Missing system packages, which only an administrator can install ({'; '.join(parts)})."


def root_prefix() -> list[str] | None:
    """What to put before a command that needs root: nothing, sudo, or None where neither is to be had."""
    if ON_WINDOWS or shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    silent = subprocess.run([sudo, "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True)
    if silent.returncode == 0:
        return [sudo, "-n"]
    if os.isatty(0):
        return [sudo]
    return None


def apt_get(prefix: list[str], *arguments: str) -> str:
    """Run apt-get; an empty text, or the line that says what went wrong."""
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    command += ["-o", f"DPkg::Lock::Timeout={APT_PATIENCE_S}", *arguments]
    asks = bool(prefix) and "-n" not in prefix
    done = subprocess.run(
        command,
        stdin=None if asks else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode == 0:
        return ""
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.startswith("E:")]
    return lines[0][2:].strip() if lines else f"apt-get ended with {done.returncode}"


def known_package(names: Sequence[str]) -> str:
    """The first of a package's names that this distribution has; the last if it has none."""
    for name in names[:-1]:
        shown = subprocess.run(
            ["apt-cache", "show", "--no-all-versions", name], stdin=subprocess.DEVNULL, capture_output=True
        )
        if shown.returncode == 0 and shown.stdout.strip():
            return name
    return names[-1]


def install_packages(prefix: list[str], packages: Sequence[Sequence[str]]) -> str:
    """Install each package under the name it has here; an empty text, or what went wrong."""
    stale = apt_get(prefix, "update")
    names = [known_package(alternatives) for alternatives in packages]
    say(f"Installing system packages: {' '.join(names)}")
    fault = apt_get(prefix, "install", "-y", "--no-install-recommends", *names)
    return f"{fault}; {stale}" if fault and stale else fault


def set_up_packages(for_tests: bool) -> list[Need]:
    """Install what the machine lacks, or say what it is; what is still missing is returned.

    Raises ``SetUpError`` where not even the start is possible.
    """
    needs = missing_needs(for_tests)
    if not needs:
        return []
    prefix = root_prefix()
    fault = ""
    if prefix is not None:
        fault = install_packages(prefix, [need.packages for need in needs])
        needs = [need for need in needs if not present(need)]
    if needs:
        sentence = missing_sentence(needs) + (f" apt-get said: {fault}" if fault else "")
        if any(need.use == START for need in needs):
            raise SetUpError(sentence)
        say(sentence)
    return needs


# -- the virtual environment ---------------------------------------------------------------------------------


class Project:
    """One checkout: where its environment, its stamp and its lock are."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.lock_list = root / "packaging" / "requirements.lock"
        self.stamp_file = self.venv / "xiuhu-stamp.json"
        self.state = root / ".setup"
        self.unfinished = self.state / "unfinished"
        self.held: tuple[int, ...] = ()

    @property
    def python(self) -> Path:
        """The environment's own Python."""
        return self.venv / ("Scripts/python.exe" if ON_WINDOWS else "bin/python")

    def key(self) -> str:
        """Changes with the lock list, this file's version and the Python the environment stands on."""
        parts = [str(SET_UP_VERSION).encode(), self.lock_list.read_bytes()]
        with contextlib.suppress(OSError):
            parts.append((self.venv / "pyvenv.cfg").read_bytes())
            parts.append(os.fsencode(self.python.resolve(strict=True).name))
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def stamp(self) -> dict[str, object]:
        """What the last complete set-up wrote; empty if there is none, it is outdated or was cut off."""
        if self.unfinished.exists() or not self.python.exists():
            return {}
        try:
            stamp = json.loads(self.stamp_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) and stamp.get("key") == self.key() else {}

    def write_stamp(self, for_tests: bool, missing: Sequence[Need], asked: bool) -> None:
        """Say that the set-up is complete. Replaced whole, so that a cut leaves the old one."""
        scratch = self.stamp_file.with_suffix(".new")
        probes = [need.probe for need in missing]
        content = {"key": self.key(), "for_tests": for_tests, "missing": probes, "asked": asked}
        scratch.write_text(json.dumps(content), encoding="utf-8")
        scratch.replace(self.stamp_file)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One set-up at a time; the system frees the lock of one that was killed.

        Children hold it too: the pip of a killed set-up goes on writing, and must not meet the next one.
        """
        try:
            self.state.mkdir(exist_ok=True)
            file = (self.state / "lock").open("a+b")
        except OSError as error:
            raise SetUpError(
                f"The program's folder {self.root} cannot be written: {error.strerror}."
            ) from None
        with file:
            said = False
            while not try_lock(file):
                if not said:
                    say("Another set-up of this folder is running; waiting for it.")
                    said = True
                time.sleep(0.2)
            self.held = () if ON_WINDOWS else (file.fileno(),)
            try:
                yield
            finally:
                self.held = ()

    # -- making it -------------------------------------------------------------------------------------------

    def usable_venv(self) -> bool:
        """Whether an environment is there that was not cut off and whose Python is new enough."""
        if self.unfinished.exists() or not self.python.exists():
            return False
        question = "import sys, pip; print(sys.version_info >= (3, 11) and sys.prefix != sys.base_prefix)"
        done = subprocess.run(
            [str(self.python), "-I", "-c", question], stdin=subprocess.DEVNULL, capture_output=True
        )
        return done.returncode == 0 and done.stdout.strip() == b"True"

    def make_venv(self) -> None:
        """A fresh environment; installs Debian's separate venv package where it is missing."""
        if self.venv.is_symlink() or self.venv.is_file():
            self.venv.unlink()
        elif self.venv.exists():
            say("The environment in .venv is unfinished or of another Python: making it anew.")
            shutil.rmtree(self.venv)
        if not venv_is_possible():
            own = f"python3.{sys.version_info.minor}-venv"
            prefix = root_prefix()
            fault = install_packages(prefix, [(own, "python3-venv")]) if prefix is not None else ""
            if fault or prefix is None:
                reason = f" (apt-get said: {fault})" if fault else ""
                raise SetUpError(f"Python's venv is missing: install the package {own}{reason}.")
        say("Making the Python environment .venv")
        fault = quiet([sys.executable, "-m", "venv", str(self.venv)], self.root, self.held)
        if fault:
            raise SetUpError(f"The Python environment could not be made: {fault}.")

    def install_lock(self) -> None:
        """Install the locked packages, checked by their hashes. Raises ``SetUpError``."""
        say("Installing the Python packages (about a minute the first time)")
        command = [str(self.python), "-m", "pip", "install", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check", "--require-hashes", "-r", str(self.lock_list)]
        fault = quiet([*command, "--only-binary", ":all:"], self.root, self.held)
        if "No matching distribution" in fault:  # a processor without ready-made packages builds them
            fault = quiet(command, self.root, self.held)
        if fault:
            raise SetUpError(f"The Python packages could not be installed: {fault}.")

    def put_on_path(self) -> None:
        """Let ``python -m app`` work from any folder; a relative path outlives a move of the folder."""
        for folder in [*self.venv.glob("lib/python3*/site-packages"), *self.venv.glob("Lib/site-packages")]:
            (folder / "xiuhu.pth").write_text(
                f"{os.path.relpath(self.venv.parent, folder)}\n", encoding="ascii"
            )

    def set_up(self, for_tests: bool, again: bool = False) -> None:
        """Bring everything to what the lock says; quick where it is. Raises ``SetUpError``."""
        if again or not self.done(for_tests):
            with self.locked():
                if again or not self.done(for_tests):  # the one we waited for may have done it
                    self._set_up(for_tests)
        self.compile_words()

    def done(self, for_tests: bool) -> bool:
        """Whether the stamp covers what is wanted; packages that were missing then are looked for again."""
        stamp = self.stamp()
        if not stamp or (for_tests and not stamp.get("for_tests")):
            return False
        lacking = stamp.get("missing")
        if not isinstance(lacking, list) or not lacking:
            return True
        still = [need for need in NEEDS if need.probe in lacking and not present(need)]
        if not still or not (stamp.get("asked") or root_prefix() is None):
            return False
        say(missing_sentence(still))
        return True

    def _set_up(self, for_tests: bool) -> None:
        stamp = self.stamp()
        for_tests = for_tests or bool(stamp.get("for_tests"))
        missing = set_up_packages(for_tests)
        if not stamp:
            if not self.usable_venv():
                self.unfinished.touch()
                self.make_venv()
            self.unfinished.touch()
            self.install_lock()
            self.put_on_path()
            self.unfinished.unlink()
            say("Xiuhu is set up.")
        self.write_stamp(for_tests, missing, asked=bool(missing) and root_prefix() is not None)

    def compile_words(self) -> None:
        """Compile the catalogues that are newer than what was compiled from them."""
        for po in sorted((self.root / "resources" / "i18n").glob("*/LC_MESSAGES/*.po")):
            mo = po.with_suffix(".mo")
            if not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns:
                fault = quiet(
                    [str(self.python), str(self.root / "packaging" / "words.py"), "compile"], self.root
                )
                if fault:
                    raise SetUpError(f"The catalogue of words could not be compiled: {fault}.")
                return


def venv_is_possible() -> bool:
    """Debian keeps ensurepip in a package of its own."""
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))


def try_lock(file: IO[bytes]) -> bool:
    """Take the lock without waiting; False if another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def child_environment() -> dict[str, str]:
    """The caller's environment without what would lead another Python astray."""
    environment = dict(os.environ)
    for name in ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__"):
        environment.pop(name, None)
    if not environment.get("HOME", "-"):
        del environment["HOME"]  # empty means "ask the system", not "the root folder"
    return environment


def quiet(command: Sequence[str], folder: Path, held: tuple[int, ...] = ()) -> str:
    """Run a command without showing it; an empty text, or its last word if it failed.

    ``held``: open files the command keeps open as long as it runs.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        env=child_environment(),
        pass_fds=held,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines
    return errors[-1].removeprefix("ERROR:").strip().rstrip(".") if errors else f"exit {done.returncode}"


# -- run and test --------------------------------------------------------------------------------------------


def run(project: Project, arguments: Sequence[str]) -> int:
    """Become the program: its folder, output and exit code are the caller's."""
    project.set_up(for_tests=False)
    # -P: a folder called "app" where the caller stands is not ours
    command = [str(project.python), "-P", "-m", "app", *arguments]
    if not ON_WINDOWS:
        os.execve(command[0], command, child_environment())
    return subprocess.run(command, env=child_environment()).returncode


def test(project: Project, arguments: Sequence[str]) -> int:
    """Every check with a heading each; all of them run, then those that failed are named."""
    project.set_up(for_tests=True)
    environment = child_environment()
    environment["QT_QPA_PLATFORM"] = "offscreen"
    environment["PYTHONUTF8"] = "1"
    # Each worker and each program that a test starts would compile everything anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    rest = list(arguments)
    full = "--full" in rest
    if full:
        rest.remove("--full")
        environment["XIUHU_FULL"] = "1"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    python = [str(project.python)]
    imports = "import sys; from importlinter.cli import lint_imports_command as c; c(['--no-logo'])"
    pytest = [*python, "-m", "pytest", "-n", str(cores)]
    steps: list[tuple[str, list[str]]] = [
        ("ruff check", [*python, "-m", "ruff", "check", "."]),
        ("ruff format", [*python, "-m", "ruff", "format", "--check", "."]),
        ("import contracts", [*python, "-c", imports]),
        ("words", [*python, str(project.root / "packaging" / "words.py"), "check"]),
        # Finds what cannot be imported, and leaves every test compiled for all who run them.
        ("tests are read", [*python, "-m", "pytest", "--collect-only", "-q"]),
        ("mypy", [*python, "-m", "mypy"]),
    ]
    if rest:
        steps.append(("pytest", [*pytest, *rest]))
    else:
        # What each promise tried is noted in a folder; a full run that was cut off goes on from there.
        noted = project.root / "build" / "promises" / ("full" if full else "share")
        environment["XIUHU_PROMISES"] = str(noted)
        ledger = [*python, "-m", "tests.promises.ledger"]
        steps += [
            ("seed", [*ledger, "begin", str(noted), *["--full"] * full]),
            *([("pytest", [*pytest, "--ignore=tests/promises"])] if full else [("pytest", pytest)]),
            *([("promises, full counts", [*pytest, "tests/promises"])] if full else []),
            ("promises", [*ledger, "table", str(noted), *["--full"] * full]),
        ]
    results: list[tuple[str, int, float]] = []
    started = time.monotonic()
    # It takes one core for as long as all that stands before it in the list takes the other.
    with begun(dict(steps)["mypy"], project.root, environment) as typed:
        for name, command in steps:
            print(f"\n== {name} ==", flush=True)
            began = time.monotonic()
            if name == "mypy":
                code, began = typed(False), started
            elif name == "tests are read":
                with begun(command, project.root, environment) as read:
                    code = read(True)
            else:
                code = subprocess.run(
                    command, cwd=project.root, env=environment, stdin=subprocess.DEVNULL
                ).returncode
            results.append((name, code, time.monotonic() - began))
    print("\n== summary ==")
    for name, code, seconds in results:
        print(f"{'ok    ' if code == 0 else 'FAILED'} {name} ({seconds:.1f} s)")
    failed = [name for name, code, _seconds in results if code != 0]
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.", flush=True)
    return 1 if failed else 0


@contextlib.contextmanager
def begun(
    command: Sequence[str], folder: Path, environment: dict[str, str]
) -> Iterator[Callable[[bool], int]]:
    """A command that runs while others do. Yields what waits for its exit code and then shows what it said: always, or
    (``quiet``) only where it failed."""
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        ) as process,
    ):

        def end(quiet: bool) -> int:
            code = process.wait()
            if code or not quiet:
                said.seek(0)
                print(said.read().decode("utf-8", "replace"), end="", flush=True)
            return code

        try:
            yield end
        finally:
            process.kill()  # where nobody waits for it any more


def find_newer_python() -> None:
    """Go on with a newer Python where this one is too old. Raises ``SetUpError`` if there is none."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER_NAMES:
        place = shutil.which(name)
        if place is not None:
            os.execv(place, [place, "-B", *sys.argv])
    raise SetUpError(
        "Xiuhu needs Python 3.11 or newer; this is {}.{}: install the package python3.11 or newer.".format(
            *sys.version_info[:2]
        )
    )


def open_closed_streams() -> None:
    """Give closed standard streams a place, lest the next opened file become our input or output."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            with contextlib.suppress(OSError):
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def main(arguments: Sequence[str]) -> int:
    """One command; returns the exit code."""
    open_closed_streams()
    try:
        find_newer_python()
        project = Project()
        command, rest = (arguments[0], arguments[1:]) if arguments else ("", ())
        if command == "run":
            return run(project, rest)
        if command == "test":
            return test(project, rest)
        if command == "only":
            project.set_up(for_tests=False, again=True)
            return 0
        say(f"Use: {shlex.join([sys.argv[0]])} run | test | only [ARGUMENTS]")
        return 2
    except SetUpError as error:
        say(str(error))
        return FAULT
    except OSError as error:
        say(f"The set-up cannot go on: {error}.")
        return FAULT
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
