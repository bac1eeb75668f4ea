"""What the promises' tests tried, found and caught, test by test; and the table that ``test.sh`` ends with.

Each test of a promise has one JSON file in the folder that ``XIUHU_PROMISES`` names, written again and again while it
runs, so that a full run that was cut off goes on where it was. A file counts for the same sources and seed only.

    python -m tests.promises.ledger table FOLDER [--full]      the table; exit 1 where a promise is not kept
    python -m tests.promises.ledger begin FOLDER [--full]      a share begins anew, a full run goes on; says the seed
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
#: The seed of the share that every run of the tests tries.
SEED = 20261122
#: What a promise rests on: where one of these changed, what passed before says nothing.
_SOURCES = ("app", "db", "tests/promises", "packaging/requirements.lock")
#: What the harness's own test puts there for some seconds.
_PLAN = "test_plan_"
_SOURCE_ENDS = frozenset((".py", ".sql", ".lock", ".mako", ".sqlite"))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of promises.md: what is promised, and how often a full run tries it (0: all there is)."""

    title: str
    full: int = 0


ROWS = {
    1: Row("kill -9: no acknowledged commit lost, none half there", 10_000),
    2: Row("power cut: the same", 10_000),
    3: Row("every I/O call fails once, and for good", 0),
    4: Row("error, crash, retry: never booked twice", 1_000),
    5: Row("disk full: nothing half saved, goes on without restart", 100),
    6: Row("money identities", 2_000),
    7: Row("a second copy of the program refuses within 2 s", 100),
    8: Row("8 writers: none lost, wait at most 5 s", 8_000),
    9: Row("each field x 40 bad inputs", 0),
    10: Row("sync: effect exactly once over a bad network", 10_000),
    11: Row("60 days offline, 5,000 queued: drains", 20),
    12: Row("backup while writing restores; a killed one never looks good", 400),
    13: Row("restore drill", 60),
    14: Row("damaged database: never an empty shop", 400),
    15: Row("migration from every released schema, killed anywhere", 300),
    16: Row("newer version: refused, bytes unchanged", 20),
    17: Row("clock wrong: no lost order, no early purge, warning", 40),
    18: Row("file read-only, deleted, replaced: stops within one write", 30),
    19: Row("every role x every command", 0),
    20: Row("canary passcodes and phones", 0),
    21: Row("audit chain: edit, delete, swap, cut are found", 1_000),
    22: Row("exports: no formula cells, +86 readable", 500),
    23: Row("hostile archives", 200),
    24: Row("TLS: nothing is sent to whom nobody vouches for; keys change", 40),
}


@dataclass(slots=True)
class Record:
    """One test of a promise."""

    row: int
    test: str
    sources: str
    #: Of the whole run; each round's own seed comes from it.
    seed: int
    tried: int = 0
    #: running, passed, failed or skipped.
    outcome: str = "running"
    why: str = ""
    controls: list[str] = field(default_factory=list)
    #: The seed of the round that failed.
    failing: int | None = None

    @property
    def file(self) -> str:
        """Its name in the folder."""
        return f"{self.row:02d}-{hashlib.sha256(self.test.encode()).hexdigest()[:16]}.json"

    def save(self, folder: Path) -> None:
        """Write it whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{self.file}.{os.getpid()}"
        part.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(folder / self.file)

    def kept(self, folder: Path) -> Record | None:
        """What an earlier run with the same sources and seed wrote about this test."""
        for found in read(folder, (self.file,)):
            if (found.test, found.sources, found.seed) == (self.test, self.sources, self.seed):
                return found
        return None


def read(folder: Path, names: Iterable[str] | None = None) -> list[Record]:
    """The records of a folder; one that cannot be read was cut off and is none."""
    files = sorted(folder.glob("*.json")) if names is None else [folder / name for name in names]
    found = []
    for file in files:
        try:
            found.append(Record(**json.loads(file.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError):
            continue
    return found


def sources() -> str:
    """A digest of all that the promises rest on; the same with and without git."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        place = ROOT / name
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        for file in files:
            if file.suffix in _SOURCE_ENDS and file.is_file() and not file.name.startswith(_PLAN):
                content = file.read_bytes()
                digest.update(f"{file.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()[:16]


def seed_of(folder: Path | None) -> int:
    """The seed of the run: ``XIUHU_SEED``, else what ``begin`` noted in the folder, else the share's."""
    said = os.environ.get("XIUHU_SEED")
    if said:
        return int(said)
    try:
        return int((folder / "seed").read_text()) if folder is not None else SEED
    except (OSError, ValueError):
        return SEED


def begin(folder: Path, full: bool) -> int:
    """Prepare the folder of a run; its seed. A full run keeps the seed until everything has passed with it."""
    folder.mkdir(parents=True, exist_ok=True)
    now = sources()
    kept = [each for each in read(folder) if each.sources == now] if full else []
    going_on = bool(kept) and not (_complete(kept) and not _findings(kept, full))
    if not going_on:
        for file in folder.glob("*.json*"):
            file.unlink(missing_ok=True)
        fresh = random.SystemRandom().randrange(1, 2**31) if full else SEED
        (folder / "seed").write_text(str(fresh))
    return seed_of(folder)


def _complete(records: Sequence[Record]) -> bool:
    return {each.row for each in records} >= ROWS.keys() and all(
        each.outcome != "running" for each in records
    )


def _findings(records: Sequence[Record], full: bool) -> list[str]:
    """Why the promises do not count as kept, a line each."""
    wrong = []
    for number, row in ROWS.items():
        tests = [each for each in records if each.row == number]
        ran = [each for each in tests if each.outcome != "skipped"]
        if not tests:
            wrong.append(f"{number}: no test ran")
        for each in tests:
            if each.outcome == "running":
                wrong.append(f"{number}: {each.test} was cut off; run it again, it goes on where it was")
            elif each.outcome == "failed":
                wrong.append(f"{number}: {each.test} failed{_advice(each)}")
        if ran and not any(each.controls for each in tests):
            wrong.append(f"{number}: no negative control was caught")
        if full and ran and sum(each.tried for each in tests) < row.full:
            wrong.append(f"{number}: tried less than {row.full:,}")
    return wrong


def _advice(record: Record) -> str:
    if record.failing is None:
        return ""
    return (
        f" with seed {record.failing}\n      again:     XIUHU_ROUND={record.failing} python -m pytest {record.test}"
        f"\n      for good:  add {record.failing} to always=(…) of its rounds"
    )


def table(folder: Path, full: bool) -> int:
    """Print promise → tried → failed → control caught; 0 where all are kept."""
    now = sources()
    # A share's folder was emptied when it began; in a full run's may lie what an earlier program was tried with.
    records = [each for each in read(folder) if not full or each.sources == now]
    print(f"{'#':>2}  {'promise':<62} {'tried':>7} {'of':>7} {'failed':>6}  control caught")
    for number, row in sorted(ROWS.items()):
        tests = [each for each in records if each.row == number]
        failed = sum(each.outcome == "failed" for each in tests)
        controls = sorted({name for each in tests for name in each.controls})
        aim = f"{row.full:,}" if row.full else "all"
        said = ", ".join(controls) or ("–" if tests else "no test ran")
        tried = sum(each.tried for each in tests)
        print(f"{number:>2}  {row.title:<62} {tried:>7,} {aim:>7} {failed:>6}  {said}")
        for each in tests:
            if each.outcome == "skipped":
                print(f"      not here: {each.test.rpartition('::')[2]}: {each.why}")
    print(f"seed {seed_of(folder)}, sources {now}")
    wrong = _findings(records, full)
    for line in wrong:
        print(f"  !! {line}")
    return 1 if wrong else 0


def main(arguments: Sequence[str]) -> int:
    """See the module's text."""
    action, folder, full = arguments[0], Path(arguments[1]), "--full" in arguments
    if action == "begin":
        print(f"promises: seed {begin(folder, full)}, {'full counts' if full else 'a share'}", flush=True)
        return 0
    return table(folder, full)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
