"""What to do about what a check found; the finding says what is wrong, this says the way out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.words import N_, _

_RESTORE = N_(
    "Save a backup to a file first. Then restore the newest backup that is sound, or send the report to support; "
    "money is never changed by a repair."
)
_BOOKS = N_(
    "Somebody changed the records outside the program, or the program has a mistake. Nothing is repaired by itself: "
    "save a backup to a file and send the report to support."
)
_REPAIR = N_("“Repair” makes this anew from the records.")

#: By check; what stands in none is a matter of the books.
ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "database": _RESTORE,
        "foreign_keys": _RESTORE,
        "schema": N_("“Repair” makes missing indexes anew. A missing table comes back with a backup only."),
        "triggers": N_("“Repair” protects the facts again. Look into the journal: who was at the file?"),
        "settings": N_(
            "“Repair” puts the usual value there, which counts already. Then look in Settings whether it is the right"
            " one."
        ),
        "journal_chain": N_(
            "Look at the journal: the owner says there whether this computer is to vouch for it."
        ),
        "search": _REPAIR,
        "stock_months": N_(
            "“Repair” adds the sums up again from the moves; no move and no price is changed."
        ),
        "push": N_(
            "Compare the claims with the head office (tab “Head office”, or xiuhu sync --reconcile) and send the report"
            " to support."
        ),
        "photos": N_("Restoring a backup brings the picture back; else note on the order that it is gone."),
        "part_pictures": N_("Take the picture again on the part's card."),
        "passcodes": N_("“Repair” erases them now; the order stays as it is."),
        "orphan_photos": N_(
            "“Repair” removes pictures that nothing refers to and that are older than a week."
        ),
        "drafts": N_("“Repair” removes drafts that nobody can go on with."),
        "key": N_(
            "Ask the customer for the passcode again. A key comes back only with this computer's user account."
        ),
        "backups": N_("Make a backup now, and choose a second place on another disk."),
        "leftovers": N_("“Repair” removes half-written files."),
        "folder": N_(
            "“Repair” closes the folder to other people. A shop's records belong on this computer's own disk."
        ),
        "disk": N_("Make room: empty the bin, move films and photos of your own to another disk."),
        "clock": N_("Set the computer's clock, with time zone; nothing is erased by age until it is right."),
        "sqlite": N_("Close the program and open it again. If it stays, send the report to support."),
    }
)


def advice(name: str) -> str:
    """In the user's language."""
    return _(ADVICE.get(name, _BOOKS))
