"""What the bench's presenter and its screen say to each other. No Qt, no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from app.core.clock import Clock
from app.core.enums import Action, BenchCommand, LineKind, NoteKind, PaperKind
from app.core.money import Money, Quantity
from app.core.rights import Actor, Ctx
from app.features.bench.offers import Offer
from app.features.bench.snapshots import BagWay, BenchChoices, BenchQueue
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.orders.snapshots import CardLine, OrderCard
from app.features.pricing.snapshots import PriceChoice, PriceOffer
from app.features.stock.shelf_snapshots import PieceRow
from app.features.stock.snapshots import PartRow

if TYPE_CHECKING:
    from app.features.purchasing.wishes import Requests
    from app.features.stock.service import StockService
    from app.features.stock.shelf import Shelf


#: Commands of the sheet that say how many the next scanned part is.
TIMES: Mapping[BenchCommand, int] = MappingProxyType(
    {
        BenchCommand.TIMES_2: 2,
        BenchCommand.TIMES_3: 3,
        BenchCommand.TIMES_5: 5,
        BenchCommand.TIMES_10: 10,
    }
)


@dataclass(frozen=True, slots=True)
class StockRoom:
    """What the bench needs of the stock room; purchasing is loaded when a part is first asked for."""

    parts: StockService
    shelf: Shelf
    requests: Callable[[], Requests]


@dataclass(frozen=True, slots=True)
class PieceQuestion:
    """Which pieces of a part with serial numbers are built in."""

    part_id: int
    part: str
    count: int
    #: Those within reach, oldest first.
    pieces: tuple[PieceRow, ...]


class At(Protocol):
    """Who works here, and when: the page's desk."""

    @property
    def clock(self) -> Clock: ...

    @property
    def actor(self) -> Actor: ...

    def gesture(self) -> Ctx: ...


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The newest findings, and what is typed over them."""

    fault: str = ""
    cause: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Labour:
    """A piece of work as typed; ``kind`` may be labour, visit fee or another charge."""

    description: str
    price: Money
    minutes: int = 0
    kind: LineKind = LineKind.LABOUR
    #: Why nothing of the price list was taken.
    reason: str = ""


class BenchView(Protocol):
    """What the presenter asks of the screen. ``ask_…`` opens a small form whose ``submit`` raises why it is refused."""

    def show_card(self, card: OrderCard | None, offered: Sequence[Offer]) -> None: ...

    def show_queue(self, queue: BenchQueue) -> None: ...

    def show_times(self, times: int) -> None: ...

    def told(self, text: str) -> None: ...

    def ask_reason(self, action: Action, required: bool, submit: Callable[[str], None]) -> None: ...

    def offer_reason(self, action: Action, submit: Callable[[str], None]) -> None:
        """A move was made by a scan and nobody said why: offer to add it, in nobody's way."""

    def ask_fee(self, fee: Money, submit: Callable[[Money], None]) -> None: ...

    def ask_way(self, card: OrderCard, agreed: bool, submit: Callable[[QuoteAnswer], None]) -> None: ...

    def ask_diagnosis(self, known: Diagnosis, submit: Callable[[Diagnosis], None]) -> None: ...

    def ask_labour(self, choices: BenchChoices, submit: Callable[[Labour], None]) -> None: ...

    def ask_price(
        self,
        find: Callable[[str], Sequence[PriceOffer]],
        by_hand: Callable[[], None],
        submit: Callable[[PriceChoice, Actor | None], None],
    ) -> None:
        """Choose of the price list; ``by_hand`` asks for what is not in it. ``submit`` is given the second person where
        the price is below what the role may give, as in ``ask_new_price``."""

    def ask_new_price(self, line: CardLine, submit: Callable[[Money, str, Actor | None], None]) -> None: ...

    def ask_why_off(self, line: CardLine, submit: Callable[[str], None]) -> None:
        """A charge that the customer was told is taken off: why."""

    def ask_part(self, typed: str, submit: Callable[[PartRow, Quantity], None]) -> None: ...

    def ask_pieces(self, question: PieceQuestion, submit: Callable[[Sequence[str]], None]) -> None: ...

    def offer_pieces(self, question: PieceQuestion, submit: Callable[[Sequence[str]], None]) -> None:
        """As ``ask_pieces`` after a scan: the question stands in the way of nothing that is under way."""

    def open_bag(self, way: BagWay) -> None:
        """The parts that technicians carry; ``way`` is what the next scanned part does."""

    def ask_note(self, submit: Callable[[NoteKind, str], None]) -> None: ...

    def ask_photos(self, submit: Callable[[Sequence[Callable[[], bytes]]], None]) -> None:
        """Each picture is submitted as what reads it."""

    def beside(self, work: Callable[[Callable[[], None]], None], done: Callable[[], None]) -> None:
        """Do ``work`` beside the window, which is given what it may end by where the person cancels; then ``done`` in
        the window. What it is refused for is shown on the page."""

    def ask_technician(
        self, choices: BenchChoices, card: OrderCard, submit: Callable[[int | None], None]
    ) -> None: ...

    def ask_quote(self, card: OrderCard, submit: Callable[[bool], None]) -> None: ...

    def ask_more(self, card: OrderCard, submit: Callable[[Action], None]) -> None: ...

    def ask_passcode(self, submit: Callable[[str], None]) -> None:
        """None is kept: it was never told, or its days are over."""

    def show_passcode(self, text: str) -> None: ...

    def print_paper_now(self, kind: PaperKind, number: str) -> None: ...

    def switch_user(self) -> None: ...
