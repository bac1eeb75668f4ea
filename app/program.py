"""What runs behind the window's first frame: words, shell, records, sign-in, and where a scan belongs."""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from app.core import logbook, words
from app.core.changes import Kind
from app.core.enums import AT_COUNTER, PaperKind, Status
from app.core.errors import EnvironmentFault, Fault, ShopError
from app.core.labels import label
from app.core.rights import Actor
from app.core.words import Language
from app.rooms import COUNTER, Rooms
from app.store.folder import DataFolder, FolderLock
from app.store.glance import Glance
from app.ui import keep, theme
from app.ui.crash import install_last_resort, show_last_end
from app.ui.curtain import Curtain
from app.ui.desk import Desk
from app.ui.shell import Shell, ShellDoors
from app.watches import Post, Watches

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.core.changes import Changes
    from app.core.clock import Clock
    from app.core.codes import Code
    from app.core.enums import LookKind
    from app.features.backups.doors import BackupDoors
    from app.features.backups.exchange import Prepared
    from app.features.staff.snapshots import StaffTile as Person
    from app.services import Services
    from app.store.records import Records
    from app.ui.approval import ApprovalDoors
    from app.ui.finder_box import FinderHit

log = logging.getLogger(__name__)

#: After the first list or the sign-in is painted: load SQLAlchemy and open the records.
_PAINTED_MS = 20
#: After the page is usable: load what the first paper and the first name would otherwise wait for.
_WARM_UP_MS = 1500

#: What the program before this one died of is told when its successor stands.
_LAST_END_MS = 800

OpenServices = Callable[[Path, FolderLock], "Services"]
#: Says why the program does not open; the exit code.
Refuse = Callable[[ShopError], int]


class Program:
    """The running program: one window, one store."""

    def __init__(
        self,
        app: QApplication,
        curtain: Curtain,
        root: Path,
        lock: FolderLock,
        open_services: OpenServices,
        refuse: Refuse,
        clock: Clock,
    ) -> None:
        self._refuse = refuse
        self._app = app
        self._curtain = curtain
        self._root = root
        self._lock: FolderLock | None = lock
        self._open_services = open_services
        self._shop_name = ""
        self.exit_code = 0
        self._glance = Glance(DataFolder(root).database, clock)
        self._services: Services | None = None
        self._fault: ShopError | None = None
        self._opening = threading.Lock()
        #: Who signed in by being the only one, and does not stand in the journal yet.
        self._unbooked: Actor | None = None
        self._waiting: list[tuple[QObject, Callable[[], None]]] = []
        self.desk: Desk | None = None
        self._scanner: Any = None
        self._leave_changes: Callable[[], None] | None = None
        self._watches = Watches()
        #: What is done when everything is closed: exchanging the records. Answers the exit code.
        self.last_act: Callable[[], int] | None = None
        self.doors = ShellDoors(shop_name=lambda: self._shop_name)
        self._rooms = Rooms(lambda: self.services, lambda: self._records, self._at_desk, self._backup_doors)

    def furnish(self, asked: Language | None, left_behind: str = "") -> None:
        """Behind the first frame: words, colours, the shell; then the records.

        ``left_behind`` is what a crash of the program before this one wrote.
        """
        logbook.open_log(DataFolder(self._root).log)
        look = self._glance.settings
        self._shop_name = look.shop_name
        language = asked or _kept_language(look.language)
        words.set_language(language)
        theme.start(self._app, _mode(keep.text("theme") or look.theme), keep.number("scale", look.text_scale))
        theme.speak(self._app, language)
        install_last_resort(DataFolder(self._root).log)
        self.shell = Shell(self._rooms.entries(), self.doors)
        self._curtain.adopt(self.shell)
        # One more turn of the event loop paints the shell before the records are read.
        QTimer.singleShot(0, self._begin)
        if left_behind:
            QTimer.singleShot(_LAST_END_MS, lambda: show_last_end(left_behind, self.shell))

    # opening

    def _begin(self) -> None:
        """Show what a glance at the records can show; a shop that is new, older or broken is opened first."""
        self._build_desk()
        if not self._glance.settled:
            try:
                self.services  # noqa: B018 - opened by being asked for
            except ShopError:
                return
        try:
            if self._records.settings.shop_id:
                self._enter()
            else:
                self._found()
        except Exception as error:
            fault = self._fault_behind(error)
            if fault is None:
                raise
            self._give_up(fault)
            return
        QTimer.singleShot(_PAINTED_MS, self._open_beside)

    def _fault_behind(self, error: Exception) -> ShopError | None:
        """What a first look at damaged records ran into; None where the program itself is at fault."""
        if isinstance(error, ShopError):
            return error
        from app.store.faults import meaning_of

        return meaning_of(error, DataFolder(self._root).database)

    @property
    def services(self) -> Services:
        """Every capability; the records are opened now if they are not yet, in whatever thread asks first.

        Raises ``EnvironmentFault`` where they cannot be opened: the program ends with its sentence.
        """
        with self._opening:
            if self._services is None:
                self._services = self._open()
            self._book_sign_in(self._services)
            return self._services

    def _open(self) -> Services:
        if self._fault is not None:
            raise self._fault
        lock, self._lock = self._lock, None  # from here on the store owns it, or has let it go
        assert lock is not None
        try:
            services = self._open_services(self._root, lock)
        except ShopError as error:
            fault = self._fault = error
            assert self.desk is not None
            self.desk.tasks.call(lambda: self._give_up(fault))
            raise
        self._leave_changes = services.store.changes.subscribe(self._changed)
        return services

    def _book_sign_in(self, services: Services) -> None:
        """Before any command of his, the journal says that he was here."""
        actor, self._unbooked = self._unbooked, None
        if actor is None:
            return
        try:
            services.staff.sign_in(actor.id, None)
        except ShopError as error:
            # Looking things up still works; his next command says the same with its own sentence.
            log.warning("the sign-in was not booked: %s", type(error).__name__)

    def _open_beside(self) -> None:
        """Load SQLAlchemy and open the records in a worker, while the window answers."""
        if self.desk is not None:
            self.desk.tasks.run(
                lambda _progress: self.services, self._opened, lambda _fault: None, quiet=True
            )

    def _opened(self, _services: object) -> None:
        self._glance.close()
        for context, action in self._waiting:
            if isValid(context):
                action()
        self._waiting.clear()
        QTimer.singleShot(_WARM_UP_MS, self._warm_up)
        QTimer.singleShot(_WARM_UP_MS, self._set_watches)
        if self.desk is not None:
            self.desk.on_look = self._looked_at
            # The journal's key comes out of the keyring before somebody's first command would wait for it.
            self.desk.tasks.run(lambda _progress: self.services.store.seal, quiet=True)

    def _set_watches(self) -> None:
        if self.desk is not None:
            self._watches.start(Post(self.services, self.desk, self.shell))

    def _looked_at(self, actor: Actor, kind: LookKind, record_id: int) -> None:
        self.services.privacy.looks.saw(actor, kind, record_id)

    def _later(self, context: QObject, action: Callable[[], None]) -> None:
        if self._services is None:
            self._waiting.append((context, action))
        else:
            QTimer.singleShot(0, context, action)

    def _give_up(self, error: ShopError) -> None:
        prepared = self._rescued(error)
        if prepared is None:
            self.exit_code = self._refuse(error)
            self._app.quit()
        else:
            self._start_anew(prepared)

    def _rescued(self, error: ShopError) -> Prepared | None:
        """Damaged records are no reason to go home: a backup is offered, before there is any service."""
        from app.features.backups.rescue import Rescue, helps

        if not helps(error) or self.desk is None or QApplication.platformName() == "offscreen":
            return None
        rescue = Rescue(DataFolder(self._root), error, self._glance.clock, self.desk.tasks, self.shell)
        return rescue.prepared if rescue.exec() else None

    def _start_anew(self, prepared: Prepared) -> None:
        """End now, put ``prepared`` in the place of the records with everything closed, and start again."""

        def act() -> int:
            from app.features.backups.anew import exchange_and_start

            clock, speech = self._glance.clock, words.language()
            return exchange_and_start(self._root, prepared, clock, speech, self._refuse)

        self.last_act = act
        # Not ``quit``: it asks every page, and what is typed belongs to records that go.
        self._app.exit(0)

    def _backup_doors(self) -> BackupDoors:
        from app.features.backups.doors import BackupDoors
        from app.features.backups.watch import BackupWatch

        def at_work() -> Actor:
            assert self.desk is not None
            return self.desk.actor

        return BackupDoors(
            watch=lambda: self._watches.find(BackupWatch),
            has_pin=lambda: any(each.id == at_work().id and each.has_pin for each in self._people()),
            prove=lambda pin: self.services.staff.vouch(at_work().id, pin or None),
            start_anew=self._start_anew,
        )

    @property
    def _records(self) -> Records:
        """The store, or the glance until it is open."""
        return self._glance if self._services is None else self._services.store

    def _build_desk(self) -> None:
        from app.features.printing.desk import PaperDesk
        from app.ui import tasks
        from app.ui.scanner import Scanner
        from app.ui.sign_in import SignInDoors, StaffTile

        papers = PaperDesk(lambda: self.services.printing, self.shell)
        self.desk = Desk(self._glance.clock, tasks.shared(), papers, later=self._later)
        papers.desk = self.desk
        self.desk.drawer = self._open_drawer
        self._scanner = Scanner(self._app)
        self._scanner.use_kept_speed()
        if os.environ.get("XIUHU_TRACE"):
            from app.ui import trace

            trace.follow(self._app, self.shell, self._scanner)
        self.shell.attach(self._scanner)
        self.doors.sign_in = SignInDoors(
            staff=lambda: [
                StaffTile(each.id, each.name, label(each.role), each.has_pin) for each in self._people()
            ],
            check=lambda staff_id, pin: self.services.staff.sign_in(staff_id, pin or None),
            badge=lambda code: self.services.staff.sign_in_by_badge(code.digits),
        )
        self.desk.approval = self._approval
        self.doors.signed = self._signed
        self.doors.find = self._find
        self.doors.open_hit = self._open_hit
        self.doors.route = self._route
        self.doors.language_chosen = self._language_chosen

    def _approval(self) -> ApprovalDoors:
        """How a second person confirms, on every page; loaded when it is first asked."""
        from app.ui.approval import ApprovalDoors, Second

        return ApprovalDoors(
            people=lambda: [Second(each.id, each.name, each.role, each.has_pin) for each in self._people()],
            pin=lambda staff_id, pin: self.services.staff.vouch(staff_id, pin or None),
            badge=lambda code: self.services.staff.vouch_by_badge(code),
        )

    def _open_drawer(self, till_id: int | None = None) -> None:
        from app.features.till.drawer_desk import DrawerDesk

        assert self.desk is not None
        DrawerDesk(lambda: self.services.tills, self.desk, self.shell.say).open(till_id)

    def _found(self) -> None:
        """The first run: the wizard, which skipping turns into a working shop."""
        from app.features.settings.wizard import Wizard
        from app.store.schema import holds_records

        with self.services.store.read() as reading:
            if holds_records(reading):
                # Not a new shop, but one whose settings cannot be read: it must not be founded over itself.
                raise EnvironmentFault(Fault.DAMAGED, path=self._root)
        ready: list[Prepared] = []
        wizard = Wizard(
            self.services.settings,
            self.services.printing,
            self.shell,
            restore=lambda parent: self._has_backup(parent, ready),
        )
        actor = wizard.ask()
        if ready:
            self._start_anew(ready[0])
            return
        if actor is None:
            self._app.quit()
            return
        self._enter(actor)

    def _has_backup(self, parent: QWidget, ready: list[Prepared]) -> bool:
        """A new computer: the shop itself lies on a stick."""
        from app.features.backups.rescue import Rescue

        rescue = Rescue(DataFolder(self._root), None, self._glance.clock, self._at_desk().tasks, parent)
        if not rescue.exec() or rescue.prepared is None:
            return False
        ready.append(rescue.prepared)
        return True

    def _enter(self, actor: Actor | None = None) -> None:
        self._shop_name = self._records.settings.shop_name
        self._lock_when_idle()
        alone = self._alone()
        if actor is None and alone is not None:
            actor = self._unbooked = Actor(alone.id, alone.name, alone.role)
        if actor is None:
            self.shell.lock()
        else:
            self.shell.sign_in_as(actor)

    def _lock_when_idle(self) -> None:
        """As Settings say now; never for somebody who works alone without a PIN."""
        minutes = self._records.settings.idle_lock_minutes
        self.shell.lock_after(0 if self._alone() is not None else minutes * 60)

    def _at_desk(self) -> Desk:
        assert self.desk is not None
        return self.desk

    def _people(self) -> tuple[Person, ...]:
        from app.features.staff.tiles import staff_tiles

        return staff_tiles(self._records)

    def _alone(self) -> Person | None:
        from app.features.staff.tiles import works_alone

        return works_alone(self._people())

    def _warm_up(self) -> None:
        """Load the PDF fonts and pinyin beside the window, before somebody waits for them."""
        if self.desk is not None:
            self.desk.tasks.run(_load_heavy, quiet=True)

    def close(self) -> None:
        """Let go of everything, after the window is gone."""
        if self._leave_changes is not None:
            self._leave_changes()
        if self.desk is not None:
            self.desk.tasks.stop()
            self.desk = None
        self._watches.stop()
        self._glance.close()
        if self._services is not None:
            self._services.store.close()
        elif self._lock is not None:
            self._lock.release()

    # the shell's questions

    def _signed(self, actor: Actor | None) -> None:
        if actor is not None and self.desk is not None:
            self.desk.switch(actor)
        if actor is None:
            self._watches.locked()

    def _language_chosen(self, language: Language) -> None:
        keep.put("language", language.value)

    def _changed(self, changes: Changes) -> None:
        """After a commit, in the committing thread: pages are told in the window's."""
        assert self.desk is not None
        self.desk.tasks.call(lambda: self._tell(changes))

    def _tell(self, changes: Changes) -> None:
        if changes.has(Kind.SETTING) or changes.has(Kind.STAFF):
            self._shop_name = self.services.store.settings.shop_name
            self._lock_when_idle()
        if changes.has(Kind.SETTING):
            self.shell.look_at_rooms()
        self.shell.changed(changes)
        self._watches.changed(changes)
        if changes.has(Kind.OLD_PART):
            from app.features.old_parts.labels import print_new

            assert self.desk is not None
            print_new(changes, self.services.old_parts, self.desk.papers)

    def _find(self, text: str) -> Sequence[FinderHit]:
        found = self.services.finder.find(text)
        from app.features.finder.hits import shell_hits

        hits = shell_hits(found)
        if self._at_desk().actor.role in COUNTER:
            return hits
        # Papers of the till lead nowhere for who may not enter the money's room.
        return [each for each in hits if each.kind not in ("day-close", "till-count", "cash-slip")]

    def _open_hit(self, hit: FinderHit) -> tuple[str, Any] | None:
        match hit.kind:
            case "order":
                return self._order_room(hit.id)
            case "customer":
                return "customers", hit.id
            case "part":
                return "parts", hit.id
            case "invoice":
                return self._invoice_room(hit.id)
            case "day-close" | "till-count" | "cash-slip":
                from app.ui.room import InTab

                return "money", InTab("till", (PaperKind(hit.kind), hit.number))
            case "claim":
                from app.ui.room import InTab

                return "brands", InTab("claims", hit.id)
            case _:
                return None

    def _invoice_room(self, invoice_id: int) -> tuple[str, Any]:
        """The invoice itself; who may not enter the money's room sees its order."""
        from app.ui.room import InTab

        assert self.desk is not None
        if self.desk.actor.role in COUNTER:
            return "money", InTab("invoices", invoice_id)
        invoice = self.services.billing.invoice(invoice_id, self.desk.actor)
        return "orders", invoice.orders[0][0]

    def _route(self, code: Code) -> tuple[str, Any] | None:
        """Where a scan belongs that the page in front had no use for."""
        from app.core.codes import CodeKind
        from app.core.errors import Reason, Refusal

        assert self.desk is not None
        match code.kind:
            case CodeKind.RECEIPT:
                return "handover", code
            case CodeKind.ORDER:
                card = self.services.bench.open_by_code(code.digits, self.desk.actor)
                return self._room_of(card.id, card.status)
            case (
                CodeKind.PART
                | CodeKind.SERIAL_PART
                | CodeKind.PURCHASE
                | CodeKind.OLD_PART
                | CodeKind.RETURN_BATCH
                | CodeKind.STOCK_COUNT
                | CodeKind.TOOL
                | CodeKind.DEFECTIVE
            ):
                return "parts", code
            case CodeKind.LOCATION:
                # Only where something is done with places it does something; elsewhere it is said what it is.
                raise Refusal(Reason.PLACE_CODE, place=self.services.shelf.place(code.number).title)
            case _:
                return None

    def _order_room(self, order_id: int) -> tuple[str, Any]:
        assert self.desk is not None
        return self._room_of(order_id, self.services.bench.open_card(order_id, self.desk.actor).status)

    def _room_of(self, order_id: int, status: Status) -> tuple[str, Any]:
        """A device at the counter is handed over, one in work is on the bench, the rest is looked up."""
        assert self.desk is not None
        if status in AT_COUNTER and self.desk.actor.role in COUNTER:
            return "handover", order_id
        if status in (Status.DELIVERED, Status.DISPOSED, Status.CANCELLED) or status in AT_COUNTER:
            return "orders", order_id
        return "bench", order_id


def _kept_language(shop: str) -> Language:
    for text in (keep.text("language"), shop):
        try:
            return words.parse_language(text)
        except ValueError:
            continue
    return words.system_language()


def _mode(text: str) -> theme.Mode:
    try:
        return theme.Mode(text)
    except ValueError:
        return theme.Mode.SYSTEM


def _load_heavy(_progress: object) -> None:
    from app.papers import press
    from app.store.pinyin import initials

    try:
        press.warm()
        initials("王")
    finally:
        # What is loaded by now stays: later collections need not walk through it (see ``window.run``).
        gc.freeze()
        gc.enable()
