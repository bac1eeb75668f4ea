"""The small forms of the tills: open, pay in and out, hand in, hand over, set up."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QWidget

from app.core import formats
from app.core.codes import Code
from app.core.enums import CashReason, Command, TillMoveKind
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.labels import label
from app.core.money import ZERO, Money
from app.core.rights import Actor
from app.core.sentences import sentence
from app.core.words import _, pgettext
from app.features.printing.drawer import speaks_usb
from app.features.till.close_dialog import till_name
from app.features.till.count_field import CountField
from app.features.till.service import Tills
from app.features.till.snapshots import MoveAsked, SessionCard, TillEntry, TillRow
from app.ui import theme
from app.ui.approval import ApprovalDoors, with_approval
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, LineField, MoneyField
from app.ui.form_dialog import ask

_IN = (CashReason.CHANGE, CashReason.OWNER, CashReason.BANK, CashReason.OTHER)
_OUT = (
    CashReason.PARTS,
    CashReason.CARRIER,
    CashReason.EXPENSE,
    CashReason.WAGE,
    CashReason.CHANGE,
    CashReason.BANK,
    CashReason.OWNER,
    CashReason.OTHER,
)


def open_till(service: Tills, desk: Desk, row: TillRow, parent: QWidget) -> SessionCard | None:
    """Count the float and take the drawer."""
    pieces = CountField(_("Count the float that is in the drawer."))
    reason = LineField(_("Reason, if it is not what the last shift left"))
    ctx = desk.gesture()
    done: list[SessionCard] = []

    def give() -> None:
        try:
            done.append(service.open(ctx, row.id, _sum(pieces), reason.value()))
        except Refusal as why:
            if why.reason is Reason.TILL_FLOAT_DIFFERS:
                reason.take_focus()
            raise

    left = row.left or ZERO
    text = _("The last shift left {amount}.").format(amount=formats.money(left)) if left else ""
    if ask(
        _("Open {till}").format(till=till_name(row.name)),
        [pieces, reason],
        _("Open the till"),
        give,
        text=text,
        parent=parent,
    ):
        return done[0]
    return None


def move_cash(
    service: Tills, desk: Desk, row: TillRow, kind: TillMoveKind, parent: QWidget
) -> SessionCard | None:
    """Pay in or out with its reason; above the role's limit a second person confirms."""
    out = kind is TillMoveKind.PAY_OUT
    amount = MoneyField(_("Amount"), required=True)
    reason = ChipGroup(
        _("What for"), [(each, label(each)) for each in (_OUT if out else _IN)], single=True, required=True
    )
    note = LineField(_("Explained"), required=True)
    receipt = LineField(_("Number on their receipt"))
    session = row.session_id
    if session is None:
        raise Refusal(Reason.TILL_CLOSED)
    ctx = desk.gesture()
    done: list[SessionCard] = []

    def give() -> None:
        wanted = MoveAsked(
            session, kind, reason.value(), amount.value() or ZERO, note.value(), receipt.value()
        )
        try:
            done.append(
                with_approval(desk, lambda second: service.move(ctx, wanted, approver=second), parent)
            )
        except Refusal as why:
            if why.reason in (Reason.TILL_TOO_LITTLE, Reason.TILL_NOT_ENOUGH):
                amount.take_focus()
            raise

    title = _("Pay cash out") if out else _("Pay cash in")
    if ask(title, [amount, reason, note, receipt], title, give, parent=parent):
        return done[0]
    return None


def hand_in(
    service: Tills, desk: Desk, row: TillRow, tills: tuple[TillRow, ...], parent: QWidget
) -> SessionCard | None:
    """Cash of this drawer or purse goes into another one."""
    others = [each for each in tills if each.id != row.id and each.active and not each.owner]
    if row.session_id is None or not others:
        return None
    session = row.session_id
    amount = MoneyField(_("Amount"), required=True)
    into = ComboField(_("Into"), [(each.id, till_name(each.name)) for each in others], required=True)
    into.set_value(others[0].id)
    ctx = desk.gesture()
    done: list[SessionCard] = []
    if ask(
        _("Hand cash in"),
        [amount, into],
        _("Hand in"),
        lambda: done.append(service.hand_in(ctx, session, into.value(), amount.value() or ZERO)),
        parent=parent,
    ):
        return done[0]
    return None


class ProofField(LineField):
    """Who takes something over proves it: by his PIN, or by his badge, which also says who he is."""

    def __init__(self, doors: ApprovalDoors, who: ComboField) -> None:
        super().__init__(_("His PIN, or his badge"), required=True)
        self._doors, self._who = doors, who
        #: Who showed his badge; another name chosen afterwards needs that one's own proof.
        self._shown: Actor | None = None
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        who.changed.connect(self._another)

    def take_badge(self, code: Code) -> bool:
        """``Refusal`` as the badge door, and NOT_ALLOWED of one who may not take it over."""
        shown = self._doors.badge(code.digits)
        self._who.set_value(shown.id)
        if self._who.value() != shown.id:
            self._who.set_value(None)
            raise Refusal(Reason.NOT_ALLOWED, command=Command.OPEN_TILL)
        self._shown, self.required = shown, False
        self.line.clear()
        self.line.setEnabled(False)
        self.line.setPlaceholderText(_("Badge of {name}").format(name=shown.name))
        return True

    def proven(self) -> Actor:
        """Who it is. ``Refusal`` as the PIN door."""
        return self._shown or self._doors.pin(self._who.value(), self.value())

    def _another(self) -> None:
        if self._shown is not None and self._who.raw() != self._shown.name:
            self._shown, self.required = None, True
            self.line.setEnabled(True)
            self.line.setPlaceholderText("")


def count_and_hand_over(service: Tills, desk: Desk, row: TillRow, parent: QWidget) -> SessionCard | None:
    """The drawer goes to the next shift: counted blind, then taken over by whoever types his PIN."""
    if row.session_id is None or desk.approval is None:
        return None
    session = row.session_id
    pieces = CountField(_("Count the drawer. What should be in it is told afterwards."))
    ctx = desk.gesture()
    counts: list[Money] = []

    def count() -> None:
        counted = service.count(ctx, session, pieces.value())
        counts[:] = [counted.counted, counted.expected]

    if not ask(_("Hand the till over"), [pieces], _("Done counting"), count, parent=parent):
        return None
    counted, expected = counts
    off = counted - expected
    doors = desk.approval()
    people = [
        each
        for each in doors.people()
        if each.id != row.holder_id and Actor(each.id, each.name, each.role).may(Command.OPEN_TILL)
    ]
    who = ComboField(_("Taken over by"), [(each.id, each.name) for each in people], required=True)
    pin = ProofField(doors, who)
    reason = LineField(_("Reason of the difference"), required=bool(off))
    kept = MoneyField(_("Stays in the drawer as the next float"), required=True)
    kept.set_value(counted)
    over = desk.gesture()
    done: list[SessionCard] = []

    def give() -> None:
        following = pin.proven()
        version = service.session(desk.actor, session).version
        done.append(
            with_approval(
                desk,
                lambda second: service.hand_over(
                    over,
                    session,
                    version,
                    following,
                    kept=kept.value() or ZERO,
                    reason=reason.value(),
                    approver=second,
                ),
                parent,
            )
        )

    words = _("Counted {counted}, should be {expected}, difference {off}.").format(
        counted=formats.money(counted), expected=formats.money(expected), off=formats.money(off)
    )
    fields = [reason, kept, who, pin] if off else [kept, who, pin]
    if ask(_("Hand the till over"), fields, pgettext("till", "Hand over"), give, text=words, parent=parent):
        return done[0]
    return None


def edit_till(service: Tills, desk: Desk, row: TillRow | None, parent: QWidget) -> TillRow | None:
    """Set a till up: its name, whose purse it is, and where its drawer's printer is."""
    people = [(0, _("Nobody's: a drawer in the shop"))]
    if desk.approval is not None:
        people += [(each.id, each.name) for each in desk.approval().people()]
    main = row is not None and row.main
    name = LineField(pgettext("till", "Name"), required=not main)
    owner = ComboField(_("Whose purse for cash from visits"), people)
    drawer = LineField(
        _("Printer of the cash drawer"),
        hint=_("net:192.168.1.9, file:/dev/usb/lp0 or usb:04b8:0202; empty where no drawer hangs on it"),
    )
    usb_word = QLabel(
        _("A printer at usb:… needs the package python-escpos; this computer has it.")
        if speaks_usb()
        else sentence(EnvironmentFault(Fault.NO_USB_PRINTING))
    )
    usb_word.setWordWrap(True)
    theme.role_of(usb_word, "secondary")

    def tell_usb() -> None:
        usb_word.setVisible(str(drawer.raw()).strip().lower().startswith("usb"))

    drawer.changed.connect(tell_usb)
    active = QCheckBox(_("In use"))
    active.setChecked(row is None or row.active)
    owner.set_value(0)
    if row is not None:
        name.set_value(row.name)
        owner.set_value(row.owner_id or 0)
        drawer.set_value(row.drawer)
    ctx = desk.gesture()
    done: list[TillRow] = []
    fields: list[QWidget] = [name, drawer, usb_word] if main else [name, owner, drawer, usb_word, active]
    tell_usb()
    if ask(
        _("New till") if row is None else till_name(row.name),
        fields,
        _("Save"),
        lambda: done.append(
            service.save(
                ctx,
                row.id if row else None,
                TillEntry(name.value(), owner.value() or None, drawer.value(), main or active.isChecked()),
            )
        ),
        parent=parent,
    ):
        return done[0]
    return None


def _sum(pieces: CountField) -> Money:
    return Money(sum(fen * many for fen, many in pieces.value().items()))
