"""How long data about people are kept, and who may do what: the one table of rights, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from app.core.enums import Command, Role
from app.core.labels import label
from app.core.rights import OF_BRANDS, RIGHTS, SIGHTS, UNJOURNALED, Sight
from app.core.words import _
from app.features.settings.entries import NumberField
from app.features.settings.sections import Section
from app.ui.chips import Chip, Tone
from app.ui.search_field import SearchField
from app.ui.tables import CENTRE, Column, Empty, Table

#: From the most narrow right to the widest.
_ROLES = (Role.COUNTER, Role.TECHNICIAN, Role.LEAD, Role.OWNER)


class PrivacySection(Section):
    """Days and years, and the rights as they are; rights are not changed here, a person gets another role instead."""

    key = "privacy"
    icon = "shield"

    def __init__(self, saved: Callable[[], Mapping[str, Any]]) -> None:
        super().__init__(scrolls=False)
        self._saved = saved
        self.passcodes = NumberField(
            _("Device passcodes are erased after"),
            1,
            30,
            unit=_("days"),
            required=True,
            hint=_("Counted from when one was written down; at pickup in any case."),
            name=_("Days a device passcode is kept"),
        )
        self.retention = NumberField(
            _("Customers are put before you to erase after"),
            0,
            30,
            unit=_("years (0: never)"),
            required=True,
            hint=_("Since the last visit; nothing is erased before you say so."),
            name=_("Years customers' data are kept after the last visit"),
        )
        self.cap = NumberField(
            _("Backups on this computer take at most"),
            1,
            100_000,
            unit="GB",
            required=True,
            hint=_("When it is full the oldest hourly ones go first; the newest three always stay."),
            name=_("Most space for backups (GB)"),
        )
        self.add("backup_cap_gb", self.cap)
        self.add("passcode_days", self.passcodes)
        self.add("retention_years", self.retention)
        self.card(_("How long data about people are kept"), [self.passcodes, self.retention])
        self.card(_("Backups"), [self.cap])
        self.search = SearchField(_("Search a right"), _("Search a right"))
        self.search.changed.connect(self.filter)
        self.body.addWidget(self.search)
        self.rights = Table(
            [
                Column("what", _("Who may do what"), label, width=260, stretch=True),
                *(
                    Column(
                        role.value,
                        label(role),
                        partial(_word, role),
                        align=CENTRE,
                        width=112,
                        chip=partial(_chip, role),
                    )
                    for role in _ROLES
                ),
            ],
            name="rights",
            empty=Empty(_("No right is called that."), icon="search"),
        )
        self.body.addWidget(self.rights, 1)
        self.filter()

    @classmethod
    def title(cls) -> str:
        return _("Privacy and rights")

    def about(self) -> str:
        return _("How long data about people are kept, and what each role may do.")

    def filter(self) -> None:
        """The rights whose words hold what is typed."""
        wanted = self.search.value().strip().casefold()
        known: list[Command | Sight] = [each for each in Command if each not in UNJOURNALED]
        hidden: frozenset[Command | Sight] = frozenset() if self._saved().get("brands") else OF_BRANDS
        shown = [each for each in (*known, *Sight) if each not in hidden and wanted in label(each).casefold()]
        self.rights.show_rows(sorted(shown, key=label))


def _may(role: Role, code: Command | Sight) -> bool:
    return role in (SIGHTS[code] if isinstance(code, Sight) else RIGHTS[code])


def _word(role: Role, code: Command | Sight) -> str:
    return _("yes") if _may(role, code) else ""


def _chip(role: Role, code: Command | Sight) -> Chip | None:
    return Chip(_("yes"), Tone.DONE) if _may(role, code) else None
