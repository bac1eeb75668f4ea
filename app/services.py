"""Every capability over one store, each built when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.features.backups.service import Backups
    from app.features.bench.service import BenchService
    from app.features.billing.correcting import Correcting as InvoiceCorrecting
    from app.features.billing.service import Billing
    from app.features.books.service import Books
    from app.features.brands.alarms import Alarms
    from app.features.brands.incidents import Incidents
    from app.features.brands.quality_service import Quality
    from app.features.brands.service import Brands
    from app.features.checkup.repairing import Repairing
    from app.features.claims.service import Claims
    from app.features.counting.service import Counting
    from app.features.customers.service import CustomersService
    from app.features.defective.consigned import Consigned
    from app.features.defective.loans import Loans
    from app.features.defective.service import Defective
    from app.features.finder.service import FinderService
    from app.features.handover.service import HandoverService
    from app.features.intake.service import IntakeService
    from app.features.journal.service import Journal
    from app.features.old_parts.service import OldParts
    from app.features.orders.correcting import Correcting
    from app.features.orders.service import OrdersService
    from app.features.pay.service import Pay
    from app.features.pricing.service import PriceList
    from app.features.printing.service import PrintingService
    from app.features.privacy.service import Privacy
    from app.features.purchasing.planning import Planning
    from app.features.purchasing.receiving import Receiving
    from app.features.purchasing.service import Purchasing
    from app.features.purchasing.suppliers import Suppliers
    from app.features.purchasing.wishes import Requests
    from app.features.reports.morning import Mornings
    from app.features.reports.service import ReportService
    from app.features.settings.service import SettingsService
    from app.features.settling.service import Settlements
    from app.features.staff.service import StaffService
    from app.features.stock.service import StockService
    from app.features.stock.shelf import Shelf
    from app.features.stock.waits import Waits
    from app.features.stock_views.service import StockViews
    from app.features.sync.service import Sync
    from app.features.till.closing import Closing
    from app.features.till.service import Tills
    from app.features.tools.service import Tools
    from app.store.door import Store


class Services:
    """The services of one shop; a context manager that closes its store at the end."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> Services:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.store.close()

    @cached_property
    def intake(self) -> IntakeService:
        from app.features.intake.service import IntakeService

        return IntakeService(self.store)

    @cached_property
    def bench(self) -> BenchService:
        from app.features.bench.service import BenchService

        return BenchService(self.store)

    @cached_property
    def handover(self) -> HandoverService:
        from app.features.handover.service import HandoverService

        return HandoverService(self.store)

    @cached_property
    def billing(self) -> Billing:
        from app.features.billing.service import Billing

        return Billing(self.store)

    @cached_property
    def corrections(self) -> InvoiceCorrecting:
        from app.features.billing.correcting import Correcting

        return Correcting(self.store)

    @cached_property
    def tills(self) -> Tills:
        from app.features.till.service import Tills

        return Tills(self.store)

    @cached_property
    def closing(self) -> Closing:
        from app.features.till.closing import Closing

        return Closing(self.store)

    @cached_property
    def customers(self) -> CustomersService:
        from app.features.customers.service import CustomersService

        return CustomersService(self.store)

    @cached_property
    def stock(self) -> StockService:
        from app.features.stock.service import StockService

        return StockService(self.store)

    @cached_property
    def shelf(self) -> Shelf:
        from app.features.stock.shelf import Shelf

        return Shelf(self.store)

    @cached_property
    def finder(self) -> FinderService:
        from app.features.finder.service import FinderService

        return FinderService(self.store)

    @cached_property
    def staff(self) -> StaffService:
        from app.features.staff.service import StaffService

        return StaffService(self.store)

    @cached_property
    def settings(self) -> SettingsService:
        from app.features.settings.service import SettingsService

        return SettingsService(self.store)

    @cached_property
    def prices(self) -> PriceList:
        from app.features.pricing.service import PriceList

        return PriceList(self.store)

    @cached_property
    def orders(self) -> OrdersService:
        from app.features.orders.service import OrdersService

        return OrdersService(self.store)

    @cached_property
    def correcting(self) -> Correcting:
        from app.features.orders.correcting import Correcting

        return Correcting(self.store)

    @cached_property
    def printing(self) -> PrintingService:
        from app.features.printing.service import PrintingService

        return PrintingService(self.store)

    @cached_property
    def reports(self) -> ReportService:
        from app.features.reports.service import ReportService

        return ReportService(self.store)

    @cached_property
    def mornings(self) -> Mornings:
        from app.features.reports.morning import Mornings

        return Mornings(self.store)

    @cached_property
    def old_parts(self) -> OldParts:
        from app.features.old_parts.service import OldParts

        return OldParts(self.store)

    @cached_property
    def suppliers(self) -> Suppliers:
        from app.features.purchasing.suppliers import Suppliers

        return Suppliers(self.store)

    @cached_property
    def planning(self) -> Planning:
        from app.features.purchasing.planning import Planning

        return Planning(self.store)

    @cached_property
    def requests(self) -> Requests:
        from app.features.purchasing.wishes import Requests

        return Requests(self.store)

    @cached_property
    def purchasing(self) -> Purchasing:
        from app.features.purchasing.service import Purchasing

        return Purchasing(self.store)

    @cached_property
    def receiving(self) -> Receiving:
        from app.features.purchasing.receiving import Receiving

        return Receiving(self.store)

    @cached_property
    def waits(self) -> Waits:
        from app.features.stock.waits import Waits

        return Waits(self.store)

    @cached_property
    def stock_views(self) -> StockViews:
        from app.features.stock_views.service import StockViews

        return StockViews(self.store)

    @cached_property
    def counting(self) -> Counting:
        from app.features.counting.service import Counting

        return Counting(self.store)

    @cached_property
    def tools(self) -> Tools:
        from app.features.tools.service import Tools

        return Tools(self.store)

    @cached_property
    def defective(self) -> Defective:
        from app.features.defective.service import Defective

        return Defective(self.store)

    @cached_property
    def consigned(self) -> Consigned:
        from app.features.defective.consigned import Consigned

        return Consigned(self.store)

    @cached_property
    def loans(self) -> Loans:
        from app.features.defective.loans import Loans

        return Loans(self.store)

    @cached_property
    def repairing(self) -> Repairing:
        from app.core.enums import BackupKind
        from app.features.backups.service import Backups
        from app.features.checkup.repairing import Repairing

        return Repairing(self.store, lambda: Backups(self.store).make(BackupKind.REPAIR))

    @cached_property
    def backups(self) -> Backups:
        from app.features.backups.service import Backups

        return Backups(self.store)

    @cached_property
    def brands(self) -> Brands:
        from app.features.brands.service import Brands

        return Brands(self.store)

    @cached_property
    def quality(self) -> Quality:
        from app.features.brands.quality_service import Quality

        return Quality(self.store)

    @cached_property
    def incidents(self) -> Incidents:
        from app.features.brands.incidents import Incidents

        return Incidents(self.store)

    @cached_property
    def alarms(self) -> Alarms:
        from app.features.brands.alarms import Alarms

        return Alarms(self.store)

    @cached_property
    def sync(self) -> Sync:
        from app.features.sync.service import Sync

        return Sync(self.store)

    @cached_property
    def settlements(self) -> Settlements:
        from app.features.settling.service import Settlements

        return Settlements(self.store)

    @cached_property
    def claims(self) -> Claims:
        from app.features.claims.service import Claims

        return Claims(self.store)

    @cached_property
    def pay(self) -> Pay:
        from app.features.pay.service import Pay

        return Pay(self.store)

    @cached_property
    def books(self) -> Books:
        from app.features.books.service import Books

        return Books(self.store)

    @cached_property
    def privacy(self) -> Privacy:
        from app.features.privacy.service import Privacy

        return Privacy(self.store)

    @cached_property
    def journal(self) -> Journal:
        from app.features.journal.service import Journal

        return Journal(self.store)
