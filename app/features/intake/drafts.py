"""Keeping what is typed and not saved: on the disk by person, offered back after a crash. No Qt here.

While an older draft waits for its answer, new typing is kept in front of it (``earlier``): neither is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from app.core.errors import ShopError
from app.core.rights import Actor

log = logging.getLogger(__name__)
EARLIER = "earlier"
Content = dict[str, Any]


class Shelf(Protocol):
    """Where drafts lie: ``IntakeService``."""

    def draft(self, actor: Actor) -> Content | None: ...
    def save_draft(self, actor: Actor, content: Mapping[str, Any] | None) -> None: ...


class Drafts:
    """The drafts of who is at the counter."""

    def __init__(self, shelf: Shelf, who: Callable[[], Actor]) -> None:
        self._shelf = shelf
        self._who = who
        self._owner = who()
        self._looked = False
        self._on_disk: Content | None = None
        #: What waits for "go on" or "discard".
        self.offered: Content | None = None

    def look(self) -> bool:
        """See what this person left behind, once a person; True if something waits now."""
        self._owner = self._who()
        if not self._looked and self._owner.id:
            self._looked = True
            try:
                found = self._shelf.draft(self._owner)
            except ShopError as error:
                log.warning("drafts unreadable: %s", error.code)
                found = None
            self._on_disk = found
            self.offered = self.offered or found
        return self.offered is not None

    def keep(self, typed: Content | None) -> ShopError | None:
        """Put what is typed on the disk if it differs from what lies there; the fault if that failed."""
        if not self._owner.id:
            return None
        content = self._with_offer(typed)
        if content == self._on_disk:
            return None
        try:
            self._shelf.save_draft(self._owner, content)
        except ShopError as error:
            return error
        self._on_disk = content
        return None

    def go_on(self, typed: Content | None) -> Content | None:
        """The draft to restore; what is typed now waits in its place."""
        content = self.offered
        if content is None:
            return None
        left = content.get(EARLIER)
        older: Content | None = left if isinstance(left, dict) else None
        self.offered = older if typed is None else ({**typed, EARLIER: older} if older else typed)
        return {key: value for key, value in content.items() if key != EARLIER}

    def set_aside(self, typed: Content) -> None:
        """What is typed waits, in front of what waits already: somebody else is served first, or nobody comes back."""
        older = self.offered
        self.offered = {**typed, EARLIER: older} if older else typed
        fault = self.keep(None)
        if fault is not None:
            raise fault

    def discard(self, typed: Content | None) -> None:
        """Drop what waits; one that waited behind it comes up."""
        left = (self.offered or {}).get(EARLIER)
        self.offered = left if isinstance(left, dict) else None
        fault = self.keep(typed)
        if fault is not None:
            raise fault

    def saved(self) -> None:
        """The visit is booked and its draft dropped with it; one that still waits is put back."""
        self._on_disk = None
        fault = self.keep(None)
        if fault is not None:
            log.warning("draft not kept: %s", fault.code)

    def forget_offer(self, restored: Mapping[str, Any]) -> None:
        """The form lived through a change of language: what lies on the disk is what stands in it."""
        if self.offered is not None and _plain(self.offered) == _plain(restored):
            left = self.offered.get(EARLIER)
            self.offered = left if isinstance(left, dict) else None

    def change_hands(self, typed: Content | None) -> None:
        """Somebody else signed in: the form stays on the counter, its draft follows it to the new person."""
        before, now = self._owner, self._who()
        if before.id == now.id:
            return
        if before.id:
            try:
                self._shelf.save_draft(before, self.offered)
            except ShopError as error:
                log.warning("draft stays with its former owner: %s", error.code)
        self._owner, self._looked, self._on_disk, self.offered = now, False, None, None
        self.look()
        self.keep(typed)

    def _with_offer(self, typed: Content | None) -> Content | None:
        if self.offered is None:
            return typed
        return self.offered if typed is None else {**typed, EARLIER: self.offered}


def _plain(content: Mapping[str, Any]) -> Content:
    """Without what only one of two copies may have: passcodes, and the draft behind it."""
    kept = {key: value for key, value in content.items() if key != EARLIER}
    devices = kept.get("devices")
    if isinstance(devices, list):
        kept["devices"] = [
            {key: value for key, value in each.items() if key != "passcode"}
            if isinstance(each, Mapping)
            else each
            for each in devices
        ]
    return kept
