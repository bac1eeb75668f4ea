"""Promise 23: hostile archives at import and restore: nothing is written outside, size is capped, nothing changes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.enums import BackupKind
from app.core.errors import EnvironmentFault, Reason, Refusal, ShopError
from app.core.sentences import sentence
from app.core.words import Language, speaking
from app.features.backups.service import Backups
from app.features.sheets import files
from app.features.sheets.files import MOST_CELLS, read_sheet
from app.store.backup.container import DATABASE, MANIFEST, PHOTOS
from app.store.backup.restoring import drop_stage, stage
from app.store.folder import DataFolder
from tests.features.conftest import open_shop
from tests.hostile_sheets import KINDS, NAMES, lie_about_size, workbook
from tests.promises.conftest import Promise

pytestmark = pytest.mark.promise(23)

#: What reading the worst of them may add to the program's memory.
MOST_MB = 350


class Place:
    """A folder with a shop in it, and everything around it that nobody may touch."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shop = open_shop(root / "home" / "shop")
        Backups(shop.store).make(BackupKind.BY_HAND)
        shop.close()
        self.folder = DataFolder(root / "home" / "shop")
        self.backup = next(
            path for path in self.folder.backups.iterdir() if zipfile.is_zipfile(path)
        ).read_bytes()
        self.file = root / "given.xlsx"
        self.before = self.tree()

    def tree(self) -> dict[str, str]:
        """Every file around and its digest."""
        return {
            str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and path != self.file
        }

    def untouched(self) -> bool:
        """Whether everything is as it was."""
        return self.tree() == self.before


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("archives"))


def refused(attempt: Callable[[], object]) -> ShopError | None:
    """The refusal with one sentence in each language, or None where it was taken."""
    try:
        attempt()
    except (Refusal, EnvironmentFault) as error:
        for language in Language:
            with speaking(language):
                told = sentence(error)
            assert 0 < len(told) < 400
            assert "{" not in told
        return error
    return None


def memory_mb() -> int:
    import resource

    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024


# -- import ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured by the resource module")
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_workbook_is_read_within_bounds_or_refused(promise: Promise, place: Place) -> None:
    read_sheet_of(place, workbook_of(random.Random(0), 0))
    before = memory_mb()
    for each in promise.rounds(share=len(KINDS), full=120):
        place.file.write_bytes(workbook_of(each.dice, each.number))
        answer: list[files.Sheet] = []

        def attempt(answer: list[files.Sheet] = answer) -> None:
            answer.append(read_sheet(place.file))

        error = refused(attempt)
        if error is None:
            (sheet,) = answer
            widest = max(map(len, sheet.rows))
            assert len(sheet.rows) <= files.MOST_ROWS
            assert widest <= files.MOST_COLUMNS
            assert len(sheet.rows) * widest <= MOST_CELLS
            assert not any("root:" in text or "lollol" in text for row in sheet.rows for text in row)
        assert place.untouched()
        assert memory_mb() - before < MOST_MB


def workbook_of(dice: random.Random, number: int) -> bytes:
    return KINDS[number % len(KINDS)](dice)


def read_sheet_of(place: Place, content: bytes) -> files.Sheet | None:
    place.file.write_bytes(content)
    try:
        return read_sheet(place.file)
    except Refusal:
        return None


def test_a_reader_without_bounds_is_found(
    promise: Promise, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same book with the bound lifted is unpacked whole."""
    place.file.write_bytes(workbook("", bomb=("xl/worksheets/sheet1.xml", 4)))
    monkeypatch.setattr(files, "MOST_UNPACKED", 2 << 20)
    error = refused(lambda: read_sheet(place.file))
    assert error is not None
    assert error.code is Reason.FILE_TOO_LARGE
    monkeypatch.setattr(files, "MOST_UNPACKED", 1 << 40)
    error = refused(lambda: read_sheet(place.file))
    assert error is not None
    assert error.code is not Reason.FILE_TOO_LARGE, "it was unpacked"
    promise.caught("no bound on what is unpacked")


def test_a_reader_that_writes_what_an_archive_names_is_found(promise: Promise, place: Place) -> None:
    """The control: an unpacker that believes names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("../evil.txt"), b"evil")
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            target = place.folder.root / info.filename
            target.write_bytes(archive.read(info))
    assert not place.untouched()
    promise.caught("names believed")
    (place.folder.root.parent / "evil.txt").unlink()
    assert place.untouched()


# -- restore -----------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_backup_that_was_tampered_with_changes_nothing(promise: Promise, place: Place) -> None:
    whole = hashlib.sha256(entry(place.backup, DATABASE)).hexdigest()
    for each in promise.rounds(share=len(HARMS) * 2, full=100):
        harm = HARMS[each.number % len(HARMS)]
        place.file.write_bytes(harm(place.backup, each.dice))
        kept: list[str] = []

        def attempt(kept: list[str] = kept) -> None:
            staged = stage(place.folder, place.file)
            kept.append(hashlib.sha256(staged.database.read_bytes()).hexdigest())

        error = refused(attempt)
        if error is None:
            assert kept == [whole], "what is staged is what was backed up"
        drop_stage(place.folder)
        assert place.untouched()


def test_a_whole_backup_is_taken(promise: Promise, place: Place) -> None:
    """The control: what refuses everything would keep the promise above, too."""
    place.file.write_bytes(place.backup)
    assert refused(lambda: stage(place.folder, place.file)) is None
    drop_stage(place.folder)
    place.file.write_bytes(rewritten(place.backup, {DATABASE: b"\0" * 4096}))
    assert refused(lambda: stage(place.folder, place.file)) is not None
    promise.caught("another database inside")


def entry(backup: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(backup)) as archive:
        return archive.read(name)


def rewritten(
    backup: bytes, instead: dict[str, bytes], more: tuple[tuple[zipfile.ZipInfo, bytes], ...] = ()
) -> bytes:
    """The backup with other entries in place of some, and with more of them."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(backup)) as origin,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for info in origin.infolist():
            archive.writestr(info.filename, instead.get(info.filename, origin.read(info)))
        for info, content in more:
            archive.writestr(info, content)
    return file.getvalue()


def _named(backup: bytes, dice: random.Random) -> bytes:
    return rewritten(backup, {}, tuple((zipfile.ZipInfo(name), b"evil") for name in dice.sample(NAMES, 3)))


def _photo_outside(backup: bytes, dice: random.Random) -> bytes:
    names = [[dice.choice(NAMES), ".jpg"], ["0" * 64, dice.choice(NAMES)], ["../" * 21 + "x", ".png"]]
    return rewritten(backup, {PHOTOS: json.dumps(dice.sample(names, 2)).encode()})


def _photo_entry_outside(backup: bytes, dice: random.Random) -> bytes:
    info = zipfile.ZipInfo(f"photos/{dice.choice(NAMES)}")
    return rewritten(backup, {}, ((info, b"\xff\xd8\xff"),))


def _link(backup: bytes, _dice: random.Random) -> bytes:
    info = zipfile.ZipInfo(f"photos/ab/{'ab' * 32}.jpg")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return rewritten(backup, {}, ((info, b"/etc/passwd"),))


def _other_database(backup: bytes, dice: random.Random) -> bytes:
    changed = bytearray(entry(backup, DATABASE))
    changed[dice.randrange(100, len(changed))] ^= 1 << dice.randrange(8)
    return rewritten(backup, {DATABASE: bytes(changed)})


def _larger(backup: bytes, dice: random.Random) -> bytes:
    return rewritten(backup, {DATABASE: entry(backup, DATABASE) + bytes(dice.choice((1, 4096, 30 << 20)))})


def _smaller(backup: bytes, dice: random.Random) -> bytes:
    content = entry(backup, DATABASE)
    return rewritten(backup, {DATABASE: content[: dice.randrange(len(content))]})


def _bad_manifest(backup: bytes, dice: random.Random) -> bytes:
    known = json.loads(entry(backup, MANIFEST))
    key = dice.choice(sorted(known))
    known[key] = dice.choice((None, -1, 2**70, "../../x", [], {}, "\ud800", "x" * 100_000, True))
    return rewritten(backup, {MANIFEST: json.dumps(known).encode()})


def _no_json(backup: bytes, dice: random.Random) -> bytes:
    wrong = (b"[" * 100_000, b"{", b"\xff\xfe", b"null", b"NaN", b'{"a":1}' * 3, b" " * (5 << 20))
    return rewritten(backup, {dice.choice((MANIFEST, PHOTOS)): dice.choice(wrong)})


def _twice(backup: bytes, dice: random.Random) -> bytes:
    name = dice.choice((DATABASE, MANIFEST, PHOTOS))
    return rewritten(backup, {}, ((zipfile.ZipInfo(name), b"other"),))


def _lied(backup: bytes, dice: random.Random) -> bytes:
    return lie_about_size(backup, dice)


def _cut(backup: bytes, dice: random.Random) -> bytes:
    return backup[: dice.randrange(len(backup))]


def _flipped(backup: bytes, dice: random.Random) -> bytes:
    changed = bytearray(backup)
    for _each in range(dice.randint(1, 5)):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _workbook(_backup: bytes, dice: random.Random) -> bytes:
    return workbook_of(dice, dice.randrange(2, len(KINDS)))


HARMS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _named,
    _photo_outside,
    _photo_entry_outside,
    _link,
    _other_database,
    _larger,
    _smaller,
    _bad_manifest,
    _no_json,
    _twice,
    _lied,
    _cut,
    _flipped,
    _workbook,
)


# -- what is no file at all --------------------------------------------------------------------------------


@pytest.fixture
def strange(tmp_path: Path) -> list[Path]:
    """A pipe, a folder, a device, a link to nothing, a link in a circle, a name that no file can have."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    pipe, circle, nothing = tmp_path / "pipe.xlsx", tmp_path / "circle.xlsx", tmp_path / "nothing.xlsx"
    os.mkfifo(pipe)
    circle.symlink_to(circle)
    nothing.symlink_to(tmp_path / "gone")
    return [
        pipe,
        tmp_path,
        Path("/dev/zero"),
        Path("/dev/null"),
        circle,
        nothing,
        tmp_path / "a\0b",
        tmp_path / ("x" * 300),
        tmp_path / "\udcff.csv",
    ]


def test_what_is_no_file_makes_nobody_wait(promise: Promise, place: Place, strange: list[Path]) -> None:
    from app.features.replay.ords import read_ords
    from app.ui.photo_reading import read_photo

    pipe = strange[0]
    assert refused(lambda: stage(place.folder, pipe)) is not None
    for path in strange:
        for attempt in (read_sheet, read_ords, read_photo):
            error = refused(lambda attempt=attempt, path=path: attempt(path))  # type: ignore[misc]
            assert error is not None
            promise.tried()
    assert place.untouched()
