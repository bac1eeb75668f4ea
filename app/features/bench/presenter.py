"""The bench's screen logic without Qt: the open card, scans, keys, the pending quantity, the queue in view.

Refusals, conflicts and faults are raised; the page shows them (``Page.run``), dialogs show them inside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from app.core import codes
from app.core.enums import (
    Action,
    BenchCommand,
    LineKind,
    NoteKind,
    PaperKind,
    Payer,
    Status,
)
from app.core.errors import Conflict, Reason, Refusal
from app.core.formats import quantity as written
from app.core.labels import label
from app.core.money import ONE, ZERO, Money, Quantity
from app.core.rights import Actor, Ctx
from app.core.words import _
from app.features.bench.names import device_name, diagnosis_of, haystack, line_name
from app.features.bench.offers import TAKING, Tool, offer, offers, tool_refusal
from app.features.bench.part_deeds import PartDeeds
from app.features.bench.service import BenchService
from app.features.bench.snapshots import BagWay, BenchQueue, QueueKind
from app.features.bench.view import TIMES, At, BenchView, Diagnosis, Labour, StockRoom
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.orders.snapshots import CardLine, OrderCard, OrderRow
from app.features.pricing.snapshots import PriceChoice
from app.features.stock.snapshots import PartRow

#: Moves that whoever works on it next will ask the reason of; by scanner alone they are made without one.
_WHY = {BenchCommand.QC_FAIL: Action.FAIL_QC, BenchCommand.UNREPAIRABLE: Action.GIVE_UP}

_FAMILY = re.compile(r"[A-Za-z]+[- ]?\d{2,}")


class BenchPresenter:
    """Holds the open card and gives the commands."""

    def __init__(self, bench: BenchService, room: StockRoom, view: BenchView, at: At) -> None:
        self._bench = bench
        self._stock = room.parts
        self._view = view
        #: What is done to parts beside taking them.
        self.parts = PartDeeds(self, room, view)
        self._at = at
        self.card: OrderCard | None = None
        self.queue = BenchQueue()
        self.times = 1
        #: While a command of this page is being booked its own news of change need not load the card again.
        self.giving = False

    # -- loading -------------------------------------------------------------------------------------------

    def load_queue(self) -> None:
        """Read the queue anew."""
        self.queue = self._bench.queue(self._at.actor)
        self._view.show_queue(self.queue)

    def reload(self) -> None:
        """Read the open card anew, for who works here now; one that is gone is closed."""
        if self.card is None:
            return
        try:
            self._show(self._bench.open_card(self.card.id, self._at.actor))
        except Refusal:
            self.close()
            raise

    def open(self, order_id: int) -> None:
        """Open a card from the queue, the finder or another page."""
        self._opened(self._bench.open_card(order_id, self._at.actor))

    def close(self) -> None:
        """Put the card away."""
        self.card = None
        self._set_times(1)
        self._view.show_card(None, ())

    def rows(self, kind: QueueKind, typed: str = "") -> tuple[OrderRow, ...]:
        """One look of the queue, narrowed to rows that hold every typed word."""
        words = typed.casefold().split()
        rows = self.queue.rows(kind)
        return tuple(row for row in rows if all(word in haystack(row) for word in words)) if words else rows

    def neighbour(self, kind: QueueKind, typed: str, step: int) -> int | None:
        """The order before (−1) or after (+1) the open one in what the queue shows."""
        ids = [row.id for row in self.rows(kind, typed)]
        if not ids:
            return None
        if self.card is None or self.card.id not in ids:
            return ids[0]
        at = ids.index(self.card.id) + step
        return ids[at] if 0 <= at < len(ids) else None

    # -- scans ---------------------------------------------------------------------------------------------

    def scan(self, scan: codes.Scan) -> bool:
        """Use a scan; False = it belongs to another page (receipt, badge, shelf). Raises why it is refused."""
        match scan:
            case codes.DamagedCode(digits=digits):
                raise Refusal(Reason.CODE_DAMAGED, text=digits)
            case codes.Code(kind=codes.CodeKind.ORDER, digits=digits):
                self._opened(self._bench.open_by_code(digits, self._at.actor))
            case codes.Code(kind=codes.CodeKind.SERIAL_PART) if self.card is None:
                # Nothing to build it into: its own card says where it is.
                return False
            case codes.Code(kind=codes.CodeKind.PART | codes.CodeKind.SERIAL_PART, digits=digits):
                self.add_by_code(digits)
            case codes.Code(kind=codes.CodeKind.COMMAND, digits=digits):
                command = codes.command_of(scan)
                if command is None:
                    raise Refusal(Reason.CODE_UNKNOWN, text=digits)
                self.command(command)
            case codes.Foreign(text=text):
                if self.card is None and not self.knows_part(text):
                    raise Refusal(Reason.PART_CODE_UNKNOWN, text=text[:40])
                self.add_by_code(text)
            case _:
                return False
        return True

    def add_by_code(self, text: str) -> None:
        """A scanned part, as many as the pending quantity says."""
        quantity = Quantity.of(self.times)
        before = self._need()
        try:
            self._give(
                lambda ctx, card: self._bench.add_part_by_code(ctx, card.id, card.version, text, quantity)
            )
        except Refusal as refused:
            match refused.reason:
                case Reason.CODE_FOREIGN:
                    raise Refusal(Reason.PART_CODE_UNKNOWN, text=text[:40]) from None
                case Reason.SERIAL_NEEDED if (part := self._stock.find_by_code(text)) is not None:
                    # The label of its drawer was scanned: which of the pieces it is must be said.
                    question = self.parts.which(part.id, part.name, quantity)
                    self._view.offer_pieces(question, lambda serials: self._taken(part, quantity, serials))
                    return
                case _:
                    raise
        self._set_times(1)
        self._tell_part(before)

    def command(self, command: BenchCommand) -> None:
        """Do a command of the sheet at once: by scanner alone nothing can be asked."""
        if command in TIMES:
            self._need()
            self._set_times(TIMES[command])
            self._view.told(_("The next part: × {n}").format(n=self.times))
            return
        match command:
            case BenchCommand.CLOSE_CARD:
                self.close()
                self._view.told(_("Card closed"))
            case BenchCommand.SWITCH_USER:
                self._view.switch_user()
            case BenchCommand.PRINT_LABEL:
                self.print_label()
            case BenchCommand.TAKE_OUT:
                self._view.open_bag(BagWay.TAKE)
            case BenchCommand.GIVE_BACK:
                self._view.open_bag(BagWay.GIVE_BACK)
            case BenchCommand.REMOVE_PART:
                parts = [line for line in self._need().lines if line.kind is LineKind.PART]
                if not parts:
                    raise Refusal(Reason.NO_PARTS)
                self._set_times(1)
                self.remove_line(parts[-1])
            case _:
                before = self._need()
                self._give(lambda ctx, card: self._bench.command(ctx, card, command))
                self._set_times(1)
                self._tell_move(before, command)
                if command in _WHY:
                    self._view.offer_reason(_WHY[command], lambda text: self._noted(NoteKind.NOTE, text))

    def drop_times(self) -> None:
        """Forget the pending quantity."""
        self._set_times(1)

    # -- keys ----------------------------------------------------------------------------------------------

    def press(self, command: BenchCommand) -> None:
        """A number key: as scanned, but asks for the reason or fee that belongs to it."""
        card = self._need()
        standing = offer(card, self._at.actor, command)
        if standing.refusal is not None:
            raise standing.refusal
        match standing.step:
            case Action.GIVE_UP | Action.FAIL_QC as action:
                self._view.ask_reason(action, True, lambda note: self._moved(action, note))
            case Action.WAIT_PARTS | Action.WAIT_CUSTOMER as action:
                self._view.ask_reason(action, False, lambda note: self._moved(action, note))
            case Action.RETURN_UNREPAIRED:
                charged = card.status is Status.DECLINED and card.payer is Payer.CUSTOMER
                fee = self._bench.diagnosis_fee(card) if charged else ZERO
                self._view.ask_fee(fee, self._returned)
            case _ if command is BenchCommand.TAKE_PARTS:
                self._take_planned(card)
            case _:
                self.command(command)

    def use(self, tool: Tool) -> None:
        """A letter key: open what it stands for, or raise why not."""
        if tool is Tool.BAG:
            self._view.open_bag(BagWay.TAKE)
            return
        card = self._need()
        refused = tool_refusal(card, self._at.actor, tool)
        if refused is not None:
            raise refused
        view = self._view
        match tool:
            case Tool.QUOTE:
                view.ask_quote(card, self._quoted)
            case Tool.AGREE | Tool.DECLINE:
                agreed = tool is Tool.AGREE
                view.ask_way(card, agreed, lambda given: self._answered(agreed, given))
            case Tool.DIAGNOSE:
                known = diagnosis_of(card)
                view.ask_diagnosis(known, lambda typed: self._diagnosed(known, typed))
            case Tool.LABOUR:
                view.ask_price(
                    lambda typed: self._bench.price_offers(card.id, typed), self._by_hand, self._listed
                )
            case Tool.PART:
                view.ask_part("", self._picked)
            case Tool.RESERVE | Tool.REQUEST | Tool.OWE | Tool.PRICE:
                self.use_line(tool, None)
            case Tool.NOTE:
                view.ask_note(self._noted)
            case Tool.PHOTO:
                view.ask_photos(lambda pictures: self._photographed(card.id, pictures))
            case Tool.ASSIGN:
                view.ask_technician(self._bench.choices(), card, self._assigned)
            case Tool.PASSCODE:
                if card.has_passcode:
                    view.show_passcode(self._bench.reveal_passcode(self._at.gesture(), card.id))
                else:
                    view.ask_passcode(self._passcode_told)
            case Tool.LABEL:
                self.print_label()
            case Tool.MORE:
                view.ask_more(card, self._other)

    def print_label(self) -> None:
        """Print the device's label anew."""
        self._view.print_paper_now(PaperKind.DEVICE_LABEL, self._need().number)

    def remove_line(self, line: CardLine) -> None:
        """Take a charge off; its parts go back to the shelf. What the customer was told is asked the reason of."""
        try:
            self._taken_off(line, "")
        except Refusal as refused:
            if refused.reason is not Reason.NOTE_REQUIRED:
                raise
            self._view.ask_why_off(line, lambda reason: self._taken_off(line, reason))

    def _taken_off(self, line: CardLine, reason: str) -> None:
        self._give(lambda ctx, card: self._bench.remove_line(ctx, card.id, card.version, line.id, reason))
        self._view.told(_("Taken off: {what}").format(what=line_name(line)))

    def search_parts(self, typed: str) -> tuple[PartRow, ...]:
        """Parts for the picker; before anything is typed, those that fit the open device."""
        if typed.strip():
            return self._stock.search(typed)
        model = self.card.model.strip() if self.card is not None else ""
        # Lists of models name the family (BCD-215), the plate of the device its very type (BCD-215STPD).
        family = _FAMILY.match(model)
        wanted = (model, family.group() if family else "")
        return next((found for each in wanted if each and (found := self._stock.search(each))), ())

    def use_line(self, tool: Tool, line: CardLine | None) -> None:
        """A letter key that is meant for one planned part: the one that is marked, else the first."""
        refused = tool_refusal(self._need(), self._at.actor, tool)
        if refused is not None:
            raise refused
        if tool is Tool.PRICE:
            self.reprice(line)
        else:
            self.parts.use(tool, line)

    def open_line(self, line: CardLine) -> None:
        """Open the picker at a part of the card: its stock, its substitutes, what can be done."""
        refused = tool_refusal(self._need(), self._at.actor, Tool.PART)
        if refused is not None:
            raise refused
        if line.part_number:
            self._view.ask_part(line.part_number, self._picked)
        elif line.kind is not LineKind.DISCOUNT:
            self.reprice(line)

    def reprice(self, line: CardLine | None) -> None:
        """Ask for another price of a charge, and why."""
        refused = tool_refusal(self._need(), self._at.actor, Tool.PRICE)
        if refused is not None:
            raise refused
        if line is None:
            # The only charge need not be chosen.
            charges = [each for each in self._need().lines if each.kind is not LineKind.DISCOUNT]
            line = charges[0] if len(charges) == 1 else None
        if line is None or line.kind is LineKind.DISCOUNT:
            raise Refusal(Reason.LINE_FIRST)
        self._view.ask_new_price(
            line, lambda price, reason, second: self._repriced(line, price, reason, second)
        )

    def part_by_code(self, text: str) -> PartRow | None:
        """The part behind a code scanned into the picker."""
        return self._stock.find_by_code(text)

    def knows_part(self, text: str) -> bool:
        """Whether a barcode that is not ours is a part's, or the maker's number of a piece."""
        return self._stock.scanned(text) is not None

    def worked(self) -> timedelta:
        """Working time on the open card up to now, the running stretch included. Asks no database."""
        card = self.card
        if card is None:
            return timedelta()
        done = timedelta(minutes=card.minutes)
        if card.running_since is None:
            return done
        return done + max(timedelta(), self._at.clock.now() - card.running_since)

    # -- what the small forms submit -----------------------------------------------------------------------

    def _moved(self, action: Action, note: str) -> None:
        before = self._need()
        self._give(lambda ctx, card: self._bench.move(ctx, card.id, card.version, action, note))
        self._tell_move(before)

    def _other(self, action: Action) -> None:
        card = self._need()
        offered = card.refusal(action)
        if offered is not None:
            raise offered
        if action in _NEEDS_NOTE:
            self._view.ask_reason(action, True, lambda note: self._moved(action, note))
        else:
            self._moved(action, "")

    def _returned(self, fee: Money) -> None:
        before = self._need()
        self._give(lambda ctx, card: self._bench.done(ctx, card.id, card.version, fee))
        self._tell_move(before)

    def _quoted(self, printed: bool) -> None:
        before = self._need()
        self._give(lambda ctx, card: self._bench.quote(ctx, card.id, card.version))
        self._tell_move(before)
        if printed:
            self._view.print_paper_now(PaperKind.QUOTE, before.number)

    def _answered(self, agreed: bool, given: QuoteAnswer) -> None:
        before = self._need()
        self._give(
            lambda ctx, card: self._bench.answer_quote(ctx, card.id, card.version, agreed=agreed, given=given)
        )
        self._tell_move(before)

    def _diagnosed(self, known: Diagnosis, typed: Diagnosis) -> None:
        # What was not changed is not noted a second time.
        new = Diagnosis(
            *(
                now if now.strip() != before else ""
                for now, before in (
                    (typed.fault, known.fault),
                    (typed.cause, known.cause),
                    (typed.fix, known.fix),
                )
            )
        )
        if new == Diagnosis() and typed != Diagnosis():
            return
        self._give(
            lambda ctx, card: self._bench.diagnose(ctx, card.id, card.version, new.fault, new.cause, new.fix)
        )
        self._view.told(_("Diagnosis saved"))

    def _worked(self, labour: Labour) -> None:
        self._give(
            lambda ctx, card: self._bench.add_line(
                ctx,
                card.id,
                card.version,
                labour.kind,
                labour.description,
                labour.price,
                minutes=labour.minutes,
                reason=labour.reason,
            )
        )
        self._view.told(_("Added: {what}").format(what=labour.description or label(labour.kind)))

    def _by_hand(self) -> None:
        """Work that is not in the list: its words and its price are typed."""
        self._view.ask_labour(self._bench.choices(), self._worked)

    def _listed(self, choice: PriceChoice, second: Actor | None) -> None:
        before = {line.id for line in self._need().lines}
        self._give(lambda ctx, card: self._bench.add_listed(ctx, card.id, card.version, choice, second))
        added = [line_name(line) for line in self._need().lines if line.id not in before]
        self._view.told(_("Added: {what}").format(what=", ".join(added)))

    def _repriced(self, line: CardLine, price: Money, reason: str, second: Actor | None) -> None:
        self._give(
            lambda ctx, card: self._bench.change_price(
                ctx, card.id, card.version, line.id, price, reason, second
            )
        )
        self._view.told(_("New price: {what}").format(what=line_name(line)))

    def plan(self, part: PartRow, quantity: Quantity) -> None:
        """Put a part on the open card."""
        self._taken(part, quantity, ())

    def add_piece(self, text: str) -> bool:
        """Add the piece whose label or number was scanned into the picker; False where it names none."""
        found = self._stock.scanned(text)
        if found is None or not found.serial:
            return False
        serials = (found.serial,) if self._need().status in TAKING else ()
        self._taken(self._stock.row(found.part_id), ONE, serials)
        return True

    def stand_in(self, part: PartRow, quantity: Quantity, instead_of: int) -> None:
        """Add a substitute; of the part that it stands for so many fewer are planned."""
        self._picked(part, quantity, instead_of)

    def _picked(self, part: PartRow, quantity: Quantity, instead_of: int | None = None) -> None:
        asked = part.serialised and self._need().status in TAKING
        serials = self.parts.ask_which(part.id, part.name, quantity) if asked else ()
        self._taken(part, quantity, serials, instead_of)

    def _taken(
        self, part: PartRow, quantity: Quantity, serials: Sequence[str], instead_of: int | None = None
    ) -> None:
        before = self._need()
        self._give(
            lambda ctx, card: self._bench.add_part(
                ctx, card.id, card.version, part.id, quantity, serials, instead_of=instead_of
            )
        )
        self._set_times(1)
        self._tell_part(before)

    def _take_planned(self, card: OrderCard) -> None:
        """Take what is planned; of parts with serial numbers the pieces are asked for first."""
        serials: dict[int, Sequence[str]] = {}
        for line in card.lines:
            if line.serialised and line.part_id is not None and line.planned > Quantity(0):
                serials[line.id] = self.parts.ask_which(line.part_id, line.description, line.planned)
        before = self._need()
        self._give(lambda ctx, now: self._bench.take_parts(ctx, now.id, now.version, serials))
        self._tell_move(before, BenchCommand.TAKE_PARTS)

    def _noted(self, kind: NoteKind, text: str) -> None:
        self._give(lambda ctx, card: self._bench.add_note(ctx, card.id, text, kind))
        self._view.told(_("Note saved"))

    def _passcode_told(self, passcode: str) -> None:
        self._give(lambda ctx, card: self._bench.write_passcode(ctx, card.id, passcode))
        self._view.told(_("Passcode written down"))

    def _photographed(self, order_id: int, pictures: Sequence[Callable[[], bytes]]) -> None:
        """Reading and cleaning take a second each: meanwhile another card may be opened, or somebody else sign in."""
        gestures = [(self._at.gesture(), read) for read in pictures]

        def work(check: Callable[[], None]) -> None:
            refusal: Refusal | None = None
            for ctx, read in gestures:
                check()
                try:
                    self._bench.add_photo(ctx, order_id, read())
                except Refusal as error:
                    refusal = refusal or error
            if refusal is not None:
                raise refusal

        def done() -> None:
            if self.card is not None and self.card.id == order_id:
                self.reload()
            self._view.told(_("Photo saved"))

        if gestures:
            self._view.beside(work, done)

    def _assigned(self, staff_id: int | None) -> None:
        self._give(lambda ctx, card: self._bench.assign(ctx, card.id, card.version, staff_id))
        card = self._need()
        self._view.told(
            _("{number} belongs to {name} now").format(number=card.number, name=card.technician)
            if card.technician
            else _("{number} is free now").format(number=card.number)
        )

    # -- inside --------------------------------------------------------------------------------------------

    @property
    def actor(self) -> Actor:
        """Who works here now."""
        return self._at.actor

    def shelve(self, deed: Callable[[Ctx, OrderCard], object]) -> None:
        """A command of the stock room for the open order; the card is read anew after it."""
        card, ctx = self.need(), self._at.gesture()
        self.giving = True
        try:
            deed(ctx, card)
        finally:
            self.giving = False
            self.reload()

    def need(self) -> OrderCard:
        """The open card; ``Refusal(CARD_FIRST)``."""
        return self._need()

    def _need(self) -> OrderCard:
        if self.card is None:
            raise Refusal(Reason.CARD_FIRST)
        return self.card

    def _give(self, command: Callable[[Ctx, OrderCard], OrderCard]) -> None:
        card, ctx = self._need(), self._at.gesture()
        self.giving = True
        try:
            new = command(ctx, card)
        except Conflict:
            # Before it is said: what the person reads next is how the order stands now.
            self.reload()
            raise
        finally:
            self.giving = False
        self._show(new)

    def _show(self, card: OrderCard) -> None:
        self.card = card
        self._view.show_card(card, offers(card, self._at.actor))

    def _opened(self, card: OrderCard) -> None:
        self._set_times(1)
        self._show(card)
        self._view.told(" · ".join(filter(None, (card.number, device_name(card), label(card.status)))))

    def _set_times(self, times: int) -> None:
        if times != self.times:
            self.times = times
            self._view.show_times(times)

    def _tell_move(self, before: OrderCard, command: BenchCommand | None = None) -> None:
        now = self._need()
        if now.status is not before.status or command is None:
            said = label(now.status)
        else:
            said = label(command)
        self._view.told(f"{now.number} · {said}")

    def _tell_part(self, before: OrderCard) -> None:
        now = self._need()
        known = {line.id: (line.quantity, line.taken) for line in before.lines}
        changed = [each for each in now.lines if known.get(each.id) != (each.quantity, each.taken)]
        if not changed:
            return
        if len(changed) > 1:
            names = ", ".join(line_name(each) for each in changed)
            self._view.told(_("Added: {what}").format(what=names))
            return
        line = changed[0]
        old = next((each for each in before.lines if each.id == line.id), None)
        taken = line.taken - (old.taken if old is not None else Quantity(0))
        added = taken if taken > Quantity(0) else line.quantity - (old.quantity if old else Quantity(0))
        text = (
            _("Taken from stock: {part} × {quantity}")
            if taken > Quantity(0)
            else _("Planned: {part} × {quantity}")
        )
        self._view.told(text.format(part=line.description, quantity=written(added)))


#: Moves whose form asks for the reason that the table demands.
_NEEDS_NOTE = frozenset({Action.REOPEN, Action.RECONSIDER, Action.DISPOSE, Action.CANCEL})
