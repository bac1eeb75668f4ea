"""Every page of the window, and how each is built; a page's module is loaded when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.core.enums import Command, Role
from app.core.rights import SIGHTS, Sight
from app.core.words import N_
from app.ui.desk import Desk
from app.ui.page import Page
from app.ui.shell import PageEntry

if TYPE_CHECKING:
    from app.core.waiting import Waiting
    from app.features.backups.doors import BackupDoors
    from app.features.billing.offices import BillingOffices
    from app.services import Services
    from app.store.records import Records

_EVERYBODY = frozenset(Role)
COUNTER = frozenset({Role.COUNTER, Role.LEAD, Role.OWNER})
_LEAD = frozenset({Role.LEAD, Role.OWNER})
_OWNER = frozenset({Role.OWNER})


class Rooms:
    """Builds the pages over one shop's services.

    ``services`` opens the records when first asked; ``records`` are the store's or, before, a glance at it.
    """

    def __init__(
        self,
        services: Callable[[], Services],
        records: Callable[[], Records],
        desk: Callable[[], Desk],
        backups: Callable[[], BackupDoors],
    ) -> None:
        self._services = services
        self._backup_doors = backups
        self._records = records
        self._desk = desk

    def entries(self) -> tuple[PageEntry, ...]:
        """The rail, from top to bottom: who sees it, and its key."""
        return (
            PageEntry("intake", N_("Take in"), "package-plus", self._intake, COUNTER, "F2"),
            PageEntry("handover", N_("Hand over"), "hand-coins", self._handover, COUNTER, "F3"),
            PageEntry("bench", N_("Bench"), "wrench", self._bench, _EVERYBODY, "F4"),
            PageEntry("orders", N_("Orders"), "list", self._orders, _EVERYBODY, "F6"),
            PageEntry("parts", N_("Parts"), "boxes", self._parts, _EVERYBODY, "F7"),
            PageEntry("customers", N_("Customers"), "users", self._customers, SIGHTS[Sight.CUSTOMERS], "F8"),
            PageEntry("money", N_("Money"), "wallet", self._money, SIGHTS[Sight.TILL], "Shift+F3"),
            PageEntry(
                "brands",
                N_("Claims"),
                "shield-check",
                self._brands,
                _EVERYBODY,
                "Shift+F8",
                self._works_for_brands,
            ),
            PageEntry(
                "owner", N_("Owner"), "layout-dashboard", self._owner, SIGHTS[Sight.MORNING], "Shift+F11"
            ),
            PageEntry("pay", N_("My pay"), "hand-coins", self._pay, _EVERYBODY - _LEAD, "Ctrl+F11"),
            PageEntry("settings", N_("Settings"), "settings", self._settings, _OWNER, "F10"),
        )

    def _intake(self) -> Page:
        services, desk = self._ready()
        from app.features.intake.page import IntakePage

        return IntakePage(services.intake, services.customers, desk)

    def _handover(self) -> Page:
        services, desk = self._ready()
        from app.features.handover.page import HandoverPage

        return HandoverPage(services.handover, services.orders, desk)

    def _bench(self) -> Page:
        services, desk = self._ready()
        from app.features.bench.page import BenchPage
        from app.features.bench.view import StockRoom

        room = StockRoom(services.stock, services.shelf, lambda: services.requests)
        return BenchPage(services.bench, room, desk)

    def _orders(self) -> Page:
        """The one page that opens before the records do: nothing that it imports loads SQLAlchemy."""
        from app.features.orders.listing import OrderList
        from app.features.orders.page import OrdersPage

        return OrdersPage(
            OrderList(self._records),
            lambda: self._services().orders,
            lambda: self._services().correcting,
            lambda: self._services().printing,
            self._desk(),
            lambda: self._services().brands,
            lambda: self._services() if self._works_for_brands() else None,
        )

    def _parts(self) -> Page:
        """The stock room: one entry of the rail, a tab for each of its subjects."""
        from app.core.codes import CodeKind
        from app.ui.room import Room, RoomTab

        services, desk = self._ready()
        waits = services.waits
        own = frozenset({CodeKind.PART, CodeKind.SERIAL_PART})
        bought = frozenset({CodeKind.PURCHASE})
        return Room(
            "parts",
            (
                RoomTab("parts", N_("Parts"), "boxes", self._parts_list, own),
                RoomTab(
                    "purchase",
                    N_("Purchase"),
                    "truck",
                    self._purchase,
                    bought,
                    shown=lambda: desk.may(Command.SAVE_PURCHASE),
                    waiting=waits.purchase,
                ),
                RoomTab(
                    "old_parts",
                    N_("Old parts"),
                    "archive",
                    self._old_parts,
                    frozenset({CodeKind.OLD_PART, CodeKind.RETURN_BATCH}),
                    waiting=waits.old_parts,
                ),
                RoomTab(
                    "counting",
                    N_("Stocktake"),
                    "clipboard-check",
                    self._counting,
                    frozenset({CodeKind.STOCK_COUNT}),
                    waiting=waits.counting,
                ),
                RoomTab("tools", N_("Tools"), "wrench", self._tools, frozenset({CodeKind.TOOL})),
                RoomTab(
                    "defective",
                    N_("Defective goods"),
                    "package",
                    self._defective,
                    frozenset({CodeKind.DEFECTIVE}),
                    waiting=waits.defective,
                ),
                RoomTab("others", N_("Consigned and loans"), "handshake", self._others),
                RoomTab(
                    "views",
                    N_("Views"),
                    "chart-column",
                    self._stock_views,
                    shown=lambda: desk.actor.may_see(Sight.STOCK_VALUE),
                ),
            ),
        )

    def _parts_list(self) -> Page:
        services, desk = self._ready()
        from app.features.stock.page import PartsPage

        return PartsPage(services.stock, desk)

    def _old_parts(self) -> Page:
        services, desk = self._ready()
        from app.features.old_parts.page import OldPartsPage

        return OldPartsPage(services.old_parts, services.stock, desk)

    def _counting(self) -> Page:
        services, desk = self._ready()
        from app.features.counting.page import CountingPage

        return CountingPage(services.counting, services.shelf, desk)

    def _tools(self) -> Page:
        services, desk = self._ready()
        from app.features.tools.page import ToolsPage

        return ToolsPage(services.tools, desk)

    def _defective(self) -> Page:
        services, desk = self._ready()
        from app.features.defective.page import DefectivePage

        return DefectivePage(services.defective, services.stock, desk)

    def _stock_views(self) -> Page:
        services, desk = self._ready()
        from app.features.stock_views.page import StockViewsPage

        return StockViewsPage(services.stock_views, services.stock.catalogue, desk)

    def _others(self) -> Page:
        services, desk = self._ready()
        from app.features.defective.others_page import OthersPage

        return OthersPage(services.consigned, services.loans, services.stock, desk)

    def _purchase(self) -> Page:
        services, desk = self._ready()
        from app.features.purchasing.offices import Offices
        from app.features.purchasing.page import PurchasePage

        offices = Offices(
            services.suppliers,
            services.planning,
            services.requests,
            services.purchasing,
            services.receiving,
            services.stock,
        )
        return PurchasePage(offices, desk)

    def _owner(self) -> Page:
        """Is the shop well, and where is the money? Its profit is the owner's own business."""
        from app.ui.room import Room, RoomTab

        _services, desk = self._ready()
        return Room(
            "owner",
            (
                RoomTab("morning", N_("Today"), "layout-dashboard", self._morning),
                RoomTab(
                    "month",
                    N_("Month report"),
                    "chart-column",
                    self._month,
                    shown=lambda: desk.actor.may_see(Sight.MONTH),
                ),
                RoomTab("pay", N_("Pay"), "hand-coins", self._pay),
                RoomTab(
                    "books",
                    N_("Books"),
                    "book-open",
                    self._books,
                    shown=lambda: desk.actor.may_see(Sight.BOOKS),
                ),
                RoomTab(
                    "journal",
                    N_("Activity journal"),
                    "history",
                    self._journal,
                    shown=lambda: desk.actor.may_see(Sight.JOURNAL),
                ),
                RoomTab(
                    "checkup",
                    N_("Check-up"),
                    "stethoscope",
                    self._checkup,
                    shown=lambda: desk.may(Command.REPAIR_RECORDS),
                ),
                RoomTab(
                    "backups",
                    N_("Backups"),
                    "hard-drive",
                    self._backups,
                    shown=lambda: desk.actor.may_see(Sight.BACKUPS),
                ),
            ),
        )

    def _backups(self) -> Page:
        services, desk = self._ready()
        from app.features.backups.page import BackupsPage

        return BackupsPage(services.backups, self._backup_doors(), desk)

    def _journal(self) -> Page:
        services, desk = self._ready()
        from app.features.journal.page import JournalPage

        store = services.store
        return JournalPage(services.journal, store.settings.time_zone, desk, lambda: store.settings.brands)

    def _pay(self) -> Page:
        services, desk = self._ready()
        from app.features.pay.page import PayPage

        return PayPage(services.pay, desk)

    def _books(self) -> Page:
        services, desk = self._ready()
        from app.features.books.page import BooksPage

        return BooksPage(services.books, desk)

    def _checkup(self) -> Page:
        services, desk = self._ready()
        from app.features.checkup.page import CheckupPage
        from app.features.checkup.service import examine

        return CheckupPage(
            lambda progress, cancelled: examine(services.store, progress, cancelled), services.repairing, desk
        )

    def _morning(self) -> Page:
        services, desk = self._ready()
        from app.features.reports.morning_page import MorningPage
        from app.ui.room import InTab

        waits = services.waits

        def of_brands(ask: Callable[[], Waiting | None]) -> Callable[[], Waiting | None]:
            return lambda: ask() if self._works_for_brands() else None

        asked = (
            ("brands", InTab("alarms"), of_brands(services.alarms.waiting)),
            ("brands", InTab("claims", "back"), of_brands(services.claims.came_back)),
            ("brands", InTab("quality"), of_brands(services.quality.waiting)),
            ("parts", InTab("purchase"), waits.purchase),
            ("parts", InTab("old_parts"), waits.old_parts),
            ("parts", InTab("counting"), waits.counting),
            ("parts", InTab("defective"), waits.defective),
        )
        return MorningPage(services.mornings, asked, desk)

    def _month(self) -> Page:
        services, desk = self._ready()
        from app.features.reports.month_page import MonthPage

        return MonthPage(services.reports, desk)

    def _customers(self) -> Page:
        services, desk = self._ready()
        from app.features.customers.page import CustomersPage

        return CustomersPage(
            services.customers,
            desk,
            lambda: services.privacy,
            lambda: services.store.settings.retention_years,
        )

    def _money(self) -> Page:
        """Tills, invoices, receivables: one entry of the rail."""
        from app.ui.room import Room, RoomTab

        _services, desk = self._ready()
        return Room(
            "money",
            (
                RoomTab("till", N_("Cash desk"), "coins", self._till),
                RoomTab("invoices", N_("Invoices"), "receipt-text", self._invoices),
                RoomTab(
                    "receivables",
                    N_("Receivables"),
                    "hourglass",
                    self._receivables,
                    shown=lambda: desk.actor.may_see(Sight.RECEIVABLES),
                ),
            ),
        )

    def _till(self) -> Page:
        services, desk = self._ready()
        from app.features.till.page import TillPage

        return TillPage(services.tills, services.closing, desk, lambda: services.store.settings.time_zone)

    def _invoices(self) -> Page:
        services, desk = self._ready()
        from app.features.billing.page import InvoicesPage

        return InvoicesPage(self._billing_offices(services), desk)

    def _receivables(self) -> Page:
        services, desk = self._ready()
        from app.features.billing.receivables_page import ReceivablesPage

        return ReceivablesPage(self._billing_offices(services), desk)

    def _billing_offices(self, services: Services) -> BillingOffices:
        from app.features.billing.listing import InvoiceList
        from app.features.billing.offices import BillingOffices

        return BillingOffices(
            InvoiceList(services.store),
            services.billing,
            services.corrections,
            lambda: services.stock,
            lambda: services.shelf,
        )

    def _works_for_brands(self) -> bool:
        """A shop without brands sees nothing of them."""
        return self._records().settings.brands

    def _brands(self) -> Page:
        """Work under brands' warranties: claims, the brands themselves, their head offices."""
        from app.ui.room import Room, RoomTab

        services, desk = self._ready()
        return Room(
            "brands",
            (
                RoomTab(
                    "claims", N_("Claims"), "shield-check", self._claims, waiting=services.claims.waiting
                ),
                RoomTab(
                    "quality",
                    N_("Quality"),
                    "chart-column",
                    self._quality,
                    shown=lambda: desk.may(Command.REPORT_TO_BRAND),
                    waiting=services.quality.waiting,
                ),
                RoomTab(
                    "alarms",
                    N_("Guarantee alarms"),
                    "triangle-alert",
                    self._alarms,
                    shown=lambda: desk.may(Command.REPORT_TO_BRAND),
                    waiting=services.alarms.waiting,
                ),
                RoomTab(
                    "settlements",
                    N_("Settlements"),
                    "coins",
                    self._settlements,
                    shown=lambda: desk.actor.may_see(Sight.SETTLEMENTS),
                ),
                RoomTab(
                    "brand_list",
                    N_("Brands"),
                    "handshake",
                    self._brand_list,
                    shown=lambda: desk.may(Command.IMPORT_CODES),
                ),
                RoomTab(
                    "sync", N_("Head office"), "cloud", self._sync, shown=lambda: desk.may(Command.SEND_CLAIM)
                ),
            ),
        )

    def _claims(self) -> Page:
        services, desk = self._ready()
        from app.features.claims.page import ClaimsPage

        return ClaimsPage(services.claims, services.brands, desk)

    def _quality(self) -> Page:
        services, desk = self._ready()
        from app.features.brands.quality_page import QualityPage

        return QualityPage(services.quality, services.incidents, desk)

    def _alarms(self) -> Page:
        services, desk = self._ready()
        from app.features.brands.alarms_page import AlarmsPage

        return AlarmsPage(services.alarms, desk)

    def _settlements(self) -> Page:
        services, desk = self._ready()
        from app.features.settling.page import SettlementsPage

        return SettlementsPage(services.settlements, services.brands, desk)

    def _brand_list(self) -> Page:
        services, desk = self._ready()
        from app.features.brands.page import BrandsPage

        return BrandsPage(services.brands, desk)

    def _sync(self) -> Page:
        services, desk = self._ready()
        from app.features.sync.page import SyncPage

        return SyncPage(services.sync, services.brands, desk)

    def _settings(self) -> Page:
        services, desk = self._ready()
        from app.features.settings.page import SettingsPage

        return SettingsPage(
            services.settings, services.staff, services.printing, services.prices, services.stock, desk
        )

    def _ready(self) -> tuple[Services, Desk]:
        """Asked before a page's module is imported: two threads must not load SQLAlchemy at once."""
        return self._services(), self._desk()
