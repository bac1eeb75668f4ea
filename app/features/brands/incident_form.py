"""The form for an incident: asked at an order's record and in the tab of quality."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QWidget

from app.core.brand_codes import IncidentKind
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.rights import Ctx
from app.core.words import _, pgettext
from app.features.brands.incidents import IncidentEntry, IncidentRow, Incidents
from app.ui.date_field import DateField
from app.ui.fields import ChipGroup, ComboField, LineField, TextField
from app.ui.form_dialog import ask


class IncidentForm:
    """The fields; ``entry()`` reads them. ``Refusal``: OUT_OF_RANGE (how many were hurt), BAD_CHOICE (the time)."""

    def __init__(self, zone: str, now: datetime, today: Callable[[], date], order_number: str) -> None:
        self._zone = zone
        self.order = LineField(_("Order"), required=True, most=20)
        self.order.set_value(order_number)
        self.order.setEnabled(not order_number)
        kinds = [(each, label(each)) for each in IncidentKind]
        self.kind = ComboField(_("What kind"), kinds, required=True)
        self.day = DateField(_("When it happened"), today, required=True, past=True)
        self.day.set_value(now.date())
        self.time = LineField(
            pgettext("clock", "Time"),
            required=True,
            most=5,
            hint=_("For example {time}").format(time="14:30"),
        )
        self.time.set_value(f"{now:%H:%M}")
        self.injured = LineField(_("People hurt"), required=True, most=4)
        self.injured.set_value("0")
        self.town = LineField(_("Town"), hint=_("Without street and name"))
        self.told = TextField(pgettext("incident", "What happened"), required=True, lines=4)
        self.done = TextField(_("What was done at once"), lines=3)
        self.photos = ChipGroup("", [(True, _("The order's photos go to the brand with it"))], numbers=False)

    @property
    def rows(self) -> list[QWidget]:
        """The fields in reading order."""
        fields = (
            self.order,
            self.kind,
            self.day,
            self.time,
            self.injured,
            self.town,
            self.told,
            self.done,
            self.photos,
        )
        return list(fields)

    def entry(self) -> IncidentEntry:
        """What was typed."""
        injured = self.injured.value()
        if not injured.isdecimal():
            raise Refusal(Reason.OUT_OF_RANGE, field="injured", low=0, high=9999)
        day = self.day.value()
        assert day is not None  # required
        return IncidentEntry(
            self.order.value(),
            IncidentKind(self.kind.value()),
            datetime.combine(day, self._clock_time(), ZoneInfo(self._zone)),
            self.told.value(),
            int(injured),
            self.town.value(),
            self.done.value(),
            photos=bool(self.photos.value()),
        )

    def _clock_time(self) -> time:
        text = self.time.value().replace("：", ":")
        try:
            return time.fromisoformat(text.zfill(5))
        except ValueError:
            raise Refusal(Reason.BAD_CHOICE, text=text, field=pgettext("clock", "Time")) from None


def ask_incident(
    incidents: Incidents, ctx: Ctx, parent: QWidget, order_number: str = ""
) -> IncidentRow | None:
    """Ask for an incident and write it down; None where the user left the form."""
    form = IncidentForm(incidents.zone, incidents.now(), incidents.today, order_number)
    done: list[IncidentRow] = []
    text = _("It is told to the brand at once. No customer's name is sent: the brand calls the shop.")
    ask(
        _("Incident"),
        form.rows,
        pgettext("incident", "Record"),
        lambda: done.append(incidents.record(ctx, form.entry())),
        text=text,
        danger=True,
        parent=parent,
    )
    return done[0] if done else None
