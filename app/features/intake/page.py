"""Take in: who is it, what is broken, what did we promise? (screens.md)

By keyboard alone. A known customer with a new fault on a known device costs, besides the typed text:
``F2`` (the page, cursor in the phone field) · last four digits · ``Enter`` (takes the customer over) · ``Enter`` or
``1`` (takes the device over; with our guarantee still running ``N`` = a new fault) · the fault · ``F9``:
four keys, five with the question. With a phrase, accessories and damage it stays below fifteen:
``tests/features/intake/test_page.py`` counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.core.changes import Changes, Kind
from app.core.codes import Foreign, Scan
from app.core.enums import PaperKind
from app.core.errors import Conflict, EnvironmentFault, Refusal, ShopError
from app.core.rights import Actor, Ctx
from app.core.sentences import sentence
from app.core.words import _
from app.features.customers.service import CustomersService
from app.features.intake.drafts import Drafts
from app.features.intake.form import IntakeForm
from app.features.intake.presenter import IntakePresenter
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import TakeIn, TakenIn
from app.ui.desk import Desk
from app.ui.fields import check_all
from app.ui.messages import Message, Mood
from app.ui.page import KeyHint, Page

#: Milliseconds without a key until what is typed is on the disk.
DRAFT_AFTER = 1000
_BY_ORDER = (PaperKind.PICKUP_RECEIPT, PaperKind.REPAIR_CARD, PaperKind.DEVICE_LABEL)

#: Seconds after a saved visit in which F9 on the empty form is the second half of a double press.
DOUBLE_PRESS = 1.0


class IntakePage(Page):
    """The counter's form; saving, printing, drafts."""

    key = "intake"

    def __init__(self, intake: IntakeService, customers: CustomersService, desk: Desk) -> None:
        super().__init__()
        self._intake = intake
        self._desk = desk
        self.presenter = IntakePresenter(intake, customers, desk.clock, lambda: desk.actor)
        self._drafts = Drafts(intake, lambda: desk.actor)
        #: What F9 sent when the disk or the database failed: sent again it is the same gesture, booked once.
        self._unsure: tuple[Ctx, TakeIn] | None = None
        self._last: TakenIn | None = None
        self._saved_at = -DOUBLE_PRESS
        #: What was asked for while photos are still being read; done when they are.
        self._put_off: Callable[[], None] | None = None
        self.form = IntakeForm(self.presenter, intake, self.run, desk.tasks)
        self.form.device.advice.set_role(desk.actor.role)
        self.body.addWidget(self.form, 1)
        self._draft_failed = False
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(DRAFT_AFTER)
        self._draft_timer.timeout.connect(self._keep_draft)
        self.form.edited.connect(self._draft_timer.start)
        self.form.saving.connect(self.save_and_print)
        self.form.opened.connect(lambda order_id: self.wants.emit("orders", order_id))
        self.form.said.connect(self.said)
        self.form.handed.photos.reading.settled.connect(self._photos_read)
        self.form.draft_bar.went_on.connect(self._go_on_with_draft)
        self.form.draft_bar.discarded.connect(self._discard_draft)
        self.form.edited.connect(self.form.customer.show_aside)
        self.form.customer.aside.clicked.connect(self.set_aside)
        for keys, do in (("Ctrl+G", self._go_on_with_draft), ("Ctrl+E", self.set_aside)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)
        desk.on_switch.append(self._switched)

    # -- what a page says about itself -----------------------------------------------------------------

    def title(self) -> str:
        return _("Take in")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("F9", _("save + print")),
            KeyHint("Ctrl+N", _("another device")),
            KeyHint("Ctrl+1…9", _("quick phrase")),
            KeyHint("Ctrl+M", _("who pays")),
            KeyHint("Ctrl+E", _("set aside")),
        )

    def first_focus(self) -> QWidget | None:
        return self.form.customer.phone.line if self.presenter.is_empty() else None

    def concerns(self, changes: Changes) -> bool:
        known = self.presenter.known
        if known is not None and (changes.has(Kind.ORDER) or known.id in changes.ids(Kind.CUSTOMER)):
            return True
        return changes.has(Kind.SETTING) or changes.has(Kind.STAFF)

    def activated(self) -> None:
        if self._drafts.look():
            self._show_draft_bar()

    def refresh(self) -> None:
        before = self.presenter.choices
        self.presenter.reload()
        if self.presenter.choices != before:
            self.form.offer()
        self.form.advise()
        self.form.customer.show_known()

    def take_scan(self, scan: Scan) -> bool:
        if not isinstance(scan, Foreign):
            return False
        self.form.take_serial(scan.text.strip())
        return True

    def print_paper(self) -> None:
        if self._last is None:
            self.said.emit(Message(_("Nothing has been taken in yet that could be printed."), Mood.INFO))
            return
        number = self._last.orders[0].number
        self.run(lambda: self._desk.papers.preview(PaperKind.PICKUP_RECEIPT, number))

    def back(self) -> bool:
        if self.form.customer.matches.isVisible():
            self.presenter.matches = ()
            self.form.customer.show_known()
            return True
        if self.form.device.advice.change.isChecked() and not self.presenter.device.cover:
            self.form.device.advice.open_override(False)
            return True
        if not self.form.customer.phone.line.hasFocus():
            self.form.customer.phone.take_focus()
            return True
        return False

    def can_leave(self) -> bool:
        self.form.handed.photos.reading.finish()
        self._draft_timer.stop()
        self._keep_draft()
        return True

    def draft(self) -> Any:
        self.form.handed.photos.reading.finish()
        return self.presenter.draft(secrets=True)

    def restore(self, draft: Any) -> None:
        self.presenter.restore(draft)
        self._drafts.forget_offer(draft)
        self.form.load()
        self._show_draft_bar()

    # -- saving ----------------------------------------------------------------------------------------

    def save_and_print(self) -> None:
        if self.presenter.is_empty() and self._desk.clock.monotonic() - self._saved_at < DOUBLE_PRESS:
            return
        if not check_all([field for field in self.form.fields().values() if field.isVisible()]):
            self.warn_quietly(_("Not saved yet: see the fields marked in red."))
            return
        if self._photos_come(self.save_and_print):
            return
        try:
            visit = self.presenter.take_in()
        except Refusal as refusal:
            self.refused(refusal)
            return
        actor = self._desk.actor
        repeated = self._unsure is not None and self._unsure[1] == visit and self._unsure[0].actor == actor
        ctx = self._unsure[0] if self._unsure is not None and repeated else self._desk.gesture()
        self._unsure = (ctx, visit)
        # What changes while it is saved must not come back as a draft of what is saved already.
        self._draft_timer.stop()
        name = visit.customer.name.strip()
        if not self.run(lambda: self._intake.take_in(ctx, visit), lambda taken: self._saved(taken, name)):
            self._draft_timer.start()

    def _saved(self, taken: TakenIn, name: str) -> None:
        self._unsure, self._last = None, taken
        deposit = self.presenter.visit.deposit.strip()
        self.presenter.clear()
        self._drafts.saved()
        self.form.load()
        self.form.to_top()
        self._show_draft_bar()
        self.form.customer.phone.take_focus()
        numbers = ", ".join(order.number for order in taken.orders)
        text = _("{numbers} taken in for {name}.").format(numbers=numbers, name=name)
        if taken.payment_number:
            text += " " + _("Deposit {amount}.").format(amount=deposit)
        self.confirm_done(text)
        # After the commit: a jammed printer must not undo what the customer was told.
        for kind in self.presenter.choices.prints:
            for number in _numbers(kind, taken):
                self._print(kind, number)
        # From the end: a second press that waited while a slow machine saved and printed belongs to this visit too.
        self._saved_at = self._desk.clock.monotonic()

    def _print(self, kind: PaperKind, number: str) -> None:
        try:
            self._desk.papers.print_now(kind, number)
        except ShopError as error:
            self.warn(sentence(error))

    def _photos_come(self, deed: Callable[[], None]) -> bool:
        """Whether ``deed`` waits for photos that are still being read; it is done when they are."""
        if self.form.handed.photos.reading.coming() is None:
            return False
        self._put_off = deed
        self.said.emit(
            Message(_("The photos are still being read; it goes on by itself right after."), Mood.INFO)
        )
        return True

    def _photos_read(self, all_of_them: bool) -> None:
        deed, self._put_off = self._put_off, None
        if deed is None:
            return
        if all_of_them:
            deed()
        else:
            self.warn_quietly(_("A photo was not taken; see why beside the photos, then go on."))

    def refused(self, error: ShopError | Conflict) -> None:
        """At the field it concerns, on the device it concerns; in the banner where it concerns none."""
        if not isinstance(error, EnvironmentFault):
            self._unsure = None
        if isinstance(error, Refusal) and self.form.show_refusal(error):
            self.warn_quietly(sentence(error))
            return
        super().refused(error)

    def warn_quietly(self, text: str) -> None:
        """In the bottom line only: the field says it already."""
        self.said.emit(Message(text, Mood.ERROR))

    # -- drafts ----------------------------------------------------------------------------------------

    def _go_on_with_draft(self) -> None:
        if self._photos_come(self._go_on_with_draft):
            return
        content = self._drafts.go_on(self.presenter.draft())
        if content is not None:
            self.presenter.restore(content)
            self.form.load()
            self._show_draft_bar()
            self._draft_timer.start()
            self.form.device.fault.take_focus()

    def set_aside(self) -> None:
        """An empty form for the next customer; what was typed waits above it, to be gone on with or discarded."""
        if self._photos_come(self.set_aside):
            return
        content = self.presenter.draft()
        if content is None:
            return
        self._draft_timer.stop()
        self.run(lambda: self._drafts.set_aside(content))
        self._unsure = None
        self.presenter.clear()
        self.form.load()
        self.form.to_top()
        self._show_draft_bar()
        self.form.customer.phone.take_focus()

    def _discard_draft(self) -> None:
        self.run(lambda: self._drafts.discard(self.presenter.draft()))
        self._show_draft_bar()
        self.form.customer.phone.take_focus()

    def _keep_draft(self) -> None:
        fault = self._drafts.keep(self.presenter.draft())
        if fault is not None:
            self.said.emit(Message(sentence(fault), Mood.WARN, sound=False))
        elif self._draft_failed:
            # The warning would stand there until the next deed.
            self.said.emit(Message(_("What is typed is kept again."), Mood.OK, sound=False))
        self._draft_failed = fault is not None

    def _show_draft_bar(self) -> None:
        self.form.draft_bar.offer(self._drafts.offered)

    def _switched(self, actor: Actor) -> None:
        if not shiboken6.isValid(self):
            # This page was built anew in another language; its successor listens now.
            if self._switched in self._desk.on_switch:
                self._desk.on_switch.remove(self._switched)
            return
        # What one person asked for is not done in another's name.
        self._put_off = None
        self.form.device.advice.set_role(actor.role)
        self.form.device.advice.load()
        self._drafts.change_hands(self.presenter.draft())
        self._drafts.look()
        self._show_draft_bar()


def _numbers(kind: PaperKind, taken: TakenIn) -> list[str]:
    """What a paper printed at intake is asked for by; a call to the customer's home has no receipt yet."""
    if kind is PaperKind.PAYMENT_RECEIPT:
        return [taken.payment_number] if taken.payment_number else []
    if kind not in _BY_ORDER:
        return []
    return [each.number for each in taken.orders if each.receipt_code or kind is not PaperKind.PICKUP_RECEIPT]
