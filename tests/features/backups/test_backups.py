"""Backups of an open shop: two places, a password, what follows from a restore, the command line."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from app import cli
from app.core.clock import SetClock
from app.core.enums import BackupKind, Command, Role
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER
from app.features.backups.commands import restore_folder
from app.features.backups.exchange import Prepared
from app.features.backups.service import Backups
from app.features.backups.settling import settle
from app.features.backups.snapshots import Where
from app.features.backups.telling import loss_lines, report_lines, row_state
from app.features.backups.verifying import examine_copy
from app.features.settings.service import SettingsService
from app.services import Services
from app.store.backup.restoring import Losses, read_restored
from app.store.door import Store
from app.store.faults import translated
from tests.features.conftest import MORNING, Shop, open_shop, take_in


@pytest.fixture
def backups(shop: Shop) -> Backups:
    return Backups(shop.store)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


def test_a_day_with_backups_here_and_on_the_stick(shop: Shop, backups: Backups, stick: Path) -> None:
    assert backups.status().newest_at is None
    backups.set_place(shop.ctx(), str(stick))
    report = backups.make(BackupKind.HOURLY)
    assert Path(report.second_file).is_relative_to(stick)
    assert report_lines(report)[0].startswith(("Backed up", "已备份"))
    rows = backups.rows(FOUNDER)
    assert [row.where for row in rows] == [Where.HERE, Where.SECOND]
    assert {row.orders for row in rows} == {0}
    status = backups.status()
    assert (status.old, status.nag_since, status.findings) == (False, None, ())
    assert status.second.copied_at == MORNING


def test_a_file_that_was_taken_away_is_not_called_damaged(shop: Shop, backups: Backups) -> None:
    """It had been, by the look after the start and after a failed backup: and a restore was advised, of what only had
    to be put back."""
    database = shop.store.folder.database
    away = database.rename(database.with_name("away"))
    assert backups.confirm_damage() is None
    with pytest.raises(EnvironmentFault) as told:
        backups.set_place(shop.ctx(), "")
    assert told.value.fault is Fault.FILE_GONE
    database.write_bytes(b"no records" * 1000)
    damage = backups.confirm_damage()
    assert isinstance(damage, EnvironmentFault)
    assert damage.fault is Fault.DAMAGED
    away.replace(database)


def test_a_torn_search_index_is_no_damage_of_the_records(shop: Shop, backups: Backups) -> None:
    """Saving was stopped and a restore advised, of records that were whole; the repair could not be done."""
    shop.store.close()
    raw = sqlite.connect(str(shop.store.folder.database), isolation_level=None)
    raw.execute("UPDATE order_words_data SET block = x'ffffffffff' WHERE id = 10")
    raw.close()
    assert backups.confirm_damage() is None
    with pytest.raises(EnvironmentFault) as told, translated(shop.store.folder.database):
        sqlite.connect(str(shop.store.folder.database)).execute(
            "SELECT rowid FROM order_words WHERE order_words MATCH 'x'"
        ).fetchall()
    assert told.value.fault is Fault.INDEX_DAMAGED


def test_without_a_stick_for_three_days_the_owner_is_reminded(
    shop: Shop, backups: Backups, stick: Path
) -> None:
    backups.make(BackupKind.HOURLY)
    assert backups.status().nag_since is None
    shop.clock.advance(timedelta(days=3, minutes=1))
    assert backups.status().nag_since == MORNING
    backups.set_place(shop.ctx(), str(stick))
    backups.make(BackupKind.HOURLY)
    assert backups.status().nag_since is None
    shutil.rmtree(stick)
    shop.clock.advance(timedelta(days=4))
    report = backups.make(BackupKind.BY_HAND)
    assert isinstance(report.second_fault, EnvironmentFault)
    assert report.file, "the backup here is made all the same"
    assert not backups.status().second.reachable
    assert backups.status().nag_since is not None


def test_backups_grow_old_only_where_something_was_booked(shop: Shop, backups: Backups) -> None:
    backups.make(BackupKind.HOURLY)
    shop.clock.advance(timedelta(hours=5))
    assert not backups.status().old
    take_in(shop)
    assert backups.status().old


def test_a_second_place_in_the_data_folder_is_none(shop: Shop, backups: Backups, tmp_path: Path) -> None:
    for folder in (shop.store.folder.backups.parent, tmp_path / "gone"):
        with pytest.raises(Refusal) as refused:
            backups.set_place(shop.ctx(), str(folder))
        assert refused.value.reason is Reason.BACKUP_PLACE


def test_only_owners_choose_where_backups_go(shop: Shop, backups: Backups, stick: Path) -> None:
    for role in (Role.COUNTER, Role.TECHNICIAN, Role.LEAD):
        with pytest.raises(Refusal):
            backups.set_place(shop.ctx(role), str(stick))
        with pytest.raises(Refusal):
            backups.save_file(shop.ctx(role), stick / "all.xiuhu")
    assert not list(stick.iterdir())


def test_what_leaves_the_computer_is_locked(shop: Shop, backups: Backups, stick: Path) -> None:
    take_in(shop, phone="13912345678")
    with pytest.raises(Refusal) as refused:
        backups.set_password(shop.ctx(), "short")
    assert refused.value.reason is Reason.BACKUP_PASSWORD_SHORT
    backups.set_password(shop.ctx(), "ein langes Wort")
    backups.set_place(shop.ctx(), str(stick))
    report = backups.make(BackupKind.HOURLY)
    saved = backups.save_file(shop.ctx(), stick / "all.xiuhu")
    for path in (Path(report.second_file), Path(saved.file)):
        content = path.read_bytes()
        assert content.startswith(b"XIUHU-LOCKED")
        assert b"PK\x03\x04" not in content
    second = next(row for row in backups.rows(FOUNDER) if row.where is Where.SECOND)
    assert (second.locked, second.orders, row_state(second)) == (True, 1, row_state(backups.rows(FOUNDER)[0]))
    assert "ein langes Wort" not in json.dumps(shop.journal(Command.SAVE_SETTINGS), ensure_ascii=False)
    assert shop.journal(Command.EXPORT_BACKUP) == [{"locked": True}]
    backups.set_password(shop.ctx(), None)
    assert not backups.status().locked


def test_another_password_leaves_older_copies_to_the_older_one(
    shop: Shop, backups: Backups, stick: Path
) -> None:
    backups.set_place(shop.ctx(), str(stick))
    backups.set_password(shop.ctx(), "das erste Wort")
    first = Path(backups.make(BackupKind.BY_HAND).second_file)
    backups.set_password(shop.ctx(), "das zweite Wort")
    backups.make(BackupKind.BY_HAND)
    row = next(row for row in backups.rows(FOUNDER) if row.path == first)
    assert (row.good, row.locked, row.orders) == (True, True, None)


def test_records_that_do_not_agree_are_backed_up_and_say_so(shop: Shop, backups: Backups) -> None:
    take_in(shop)
    with shop.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE number_series SET last = 5 WHERE series = 'order'")
    assert backups.make(BackupKind.HOURLY).findings == (), "every hour the money is asked"
    report = backups.make(BackupKind.DAY_CLOSE)
    # The kit's orders are plain rows, without their signatures.
    assert report.findings == ("numbers", "custody")
    assert all(row.good for row in backups.rows(FOUNDER))
    assert backups.status().findings == report.findings


def test_a_changed_journal_is_found_in_the_copy(shop: Shop) -> None:
    raw = shop.store.engine.raw_connection()
    raw.execute("DROP TRIGGER journal_no_update")  # type: ignore[attr-defined]
    raw.execute("UPDATE journal SET command = 'take_in' WHERE id = 2")  # type: ignore[attr-defined]
    raw.close()
    assert "journal_chain" in examine_copy(shop.store.folder.database)


# putting back


def _put_back(shop: Shop, path: Path, password: str = "") -> Store:
    shop.store.close()
    folder = shop.store.folder.root
    restore_folder(folder, path, shop.clock, password=lambda: password, agree=lambda _prepared: True)
    return Store.open(folder, shop.clock)


def test_a_restore_is_in_the_journal_and_nothing_is_sent(shop: Shop, backups: Backups) -> None:
    take_in(shop)
    report = backups.make(BackupKind.HOURLY)
    take_in(shop, name="后来")
    store = _put_back(shop, Path(report.file))
    try:
        again = Shop(store, shop.clock, shop.people)
        (entry,) = again.journal(Command.RESTORE)
        assert entry["backup"] == report.sha256
        assert store.settings.sync_paused
        assert read_restored(store.folder) is None
        assert settle(store) is None
        kinds = {row.kind for row in Backups(store).rows(FOUNDER)}
        assert kinds == {BackupKind.HOURLY, BackupKind.RESTORE}
        # A shop without brands has nothing to confirm, and does not hear of it.
        assert not Backups(store).sync_paused
        SettingsService(store).save(again.ctx(), {"brands": True})
        assert Backups(store).sync_paused
        Backups(store).resume_sync(again.ctx())
        assert not store.settings.sync_paused
    finally:
        store.close()


def test_an_empty_shop_has_nothing_to_lose(shop: Shop, backups: Backups, tmp_path: Path) -> None:
    """A new computer where the program was only opened: nothing is "lost", and no backup of nothing is kept."""
    take_in(shop)
    report = backups.make(BackupKind.BY_HAND)
    Store.open(tmp_path / "new", shop.clock).close()
    seen: list[Prepared] = []
    restore_folder(
        tmp_path / "new",
        Path(report.file),
        shop.clock,
        password=lambda: "",
        agree=lambda prepared: bool(seen.append(prepared) or True),
    )
    assert (seen[0].losses.nothing, seen[0].losses.new) == (True, True)
    assert not list((tmp_path / "new" / "backups").glob("*.xiuhu"))
    with Services(Store.open(tmp_path / "new", shop.clock)) as services:
        assert len(services.customers.page(FOUNDER).rows) == 1


def test_of_what_restores_replaced_the_newest_three_stay(shop: Shop, backups: Backups) -> None:
    """Also where the clock says that the newest is the oldest."""
    report = backups.make(BackupKind.HOURLY)
    replaced = shop.store.folder.root / "replaced"
    for year in ("2024", "2025", "2027", "2028"):
        (replaced / f"{year}0101T000000-000000").mkdir(parents=True)
        (replaced / f"{year}0101T000000-000000" / "shop.db").write_bytes(b"old")
    store = _put_back(shop, Path(report.file))
    store.close()
    assert [each.name[:4] for each in sorted(replaced.iterdir())] == ["2026", "2027", "2028"]
    (newest,) = replaced.glob("2026*")
    assert (newest / store.folder.database.name).stat().st_size > 10_000


def test_settling_that_was_cut_off_is_booked_once(
    shop: Shop, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = backups.make(BackupKind.HOURLY)

    def stop(*_arguments: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("app.features.backups.settling.replay_erasures", stop)
        with pytest.raises(KeyboardInterrupt):
            _put_back(shop, Path(report.file))
    store = Store.open(shop.store.folder.root, shop.clock)
    try:
        assert settle(store) is not None
        assert len(Shop(store, shop.clock, shop.people).journal(Command.RESTORE)) == 1
    finally:
        store.close()


def test_photos_come_back_from_the_stick(shop: Shop, backups: Backups, stick: Path, tmp_path: Path) -> None:
    from app.features.bench.service import BenchService

    order = take_in(shop)
    BenchService(shop.store).add_photo(shop.ctx(), order.id, _picture())
    backups.set_place(shop.ctx(), str(stick))
    backups.set_password(shop.ctx(), "ein langes Wort")
    report = backups.make(BackupKind.BY_HAND)
    shop.store.close()
    new_computer = tmp_path / "new"
    outcome = restore_folder(
        new_computer,
        Path(report.second_file),
        shop.clock,
        password=lambda: "ein langes Wort",
        agree=lambda prepared: prepared.losses.nothing,
    )
    assert outcome.photos_missing == 0
    assert len(list((new_computer / "photos").rglob("*.*"))) == 1


def _picture() -> bytes:
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "PNG")
    return file.getvalue()


def test_who_does_not_agree_keeps_everything(shop: Shop, backups: Backups) -> None:
    report = backups.make(BackupKind.HOURLY)
    take_in(shop)
    shop.store.close()
    before = shop.store.folder.database.read_bytes()
    with pytest.raises(Refusal) as refused:
        restore_folder(
            shop.store.folder.root, Path(report.file), shop.clock, password=str, agree=lambda _prepared: False
        )
    assert refused.value.reason is Reason.RESTORE_UNCONFIRMED
    assert shop.store.folder.database.read_bytes() == before
    assert not (shop.store.folder.root / ".restoring").exists()


def test_a_backup_of_another_shop_says_so(shop: Shop, tmp_path: Path) -> None:
    other = open_shop(tmp_path / "other")
    report = Backups(other.store).make(BackupKind.BY_HAND)
    other.close()
    shop.store.close()
    seen: list[Losses] = []
    with pytest.raises(Refusal):
        restore_folder(
            shop.store.folder.root,
            Path(report.file),
            SetClock(MORNING),
            password=str,
            agree=lambda prepared: bool(seen.append(prepared.losses)),
        )
    assert seen[0].other_shop
    assert not seen[0].nothing


def test_losses_are_told_in_words() -> None:
    lost = Losses(True, False, 2, ("2611-00002", "2611-00001"), 1, 3, Money(12_345), 1, ("F1",), Money(100))
    assert len(loss_lines(lost)) == 4
    assert "2611-00002" in loss_lines(lost)[0]
    assert "123.45" in loss_lines(lost)[2]
    assert len(loss_lines(Losses(readable=False))) == 1
    assert len(loss_lines(Losses(readable=True))) == 1


# the command line


def test_command_line_backs_up_beside_the_window(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(shop)
    root, out = str(shop.store.folder.root), tmp_path / "out.xiuhu"
    assert cli.main(["--data", root, "backup", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["orders"], said["findings"], said["second"]["file"]) == (1, ["custody"], None)


def test_command_line_refuses_to_restore_under_an_open_window(shop: Shop, tmp_path: Path) -> None:
    root, out = shop.store.folder.root, tmp_path / "out.xiuhu"
    assert cli.main(["--data", str(root), "backup", str(out)]) == 0
    shop.store.close()
    window = Store.open(root, shop.clock)
    try:
        before = shop.store.folder.database.read_bytes()
        assert cli.main(["--data", str(root), "restore", str(out), "--yes"]) == 3
        assert shop.store.folder.database.read_bytes() == before
    finally:
        window.close()
    assert cli.main(["--data", str(root), "restore", str(out)]) == 1
    assert cli.main(["--data", str(root), "restore", str(out), "--yes"]) == 0


def test_command_line_says_what_is_wrong_with_a_file(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.store.close()
    bad = tmp_path / "bad.xiuhu"
    bad.write_bytes(b"PK\x03\x04 no backup")
    assert cli.main(["--data", str(shop.store.folder.root), "restore", str(bad), "--yes"]) == 1
    assert "bad.xiuhu" in capsys.readouterr().err
    assert cli.main(["--data", str(tmp_path / "nowhere"), "backup", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["fault"] == Fault.NO_SHOP.value
