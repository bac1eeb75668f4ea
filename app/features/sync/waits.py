"""How long a head office is left alone after a failure (design.md §8)."""

from __future__ import annotations

import random
from datetime import timedelta

from app.core.brand_codes import LinkFault
from app.features.sync.client import LinkFailure

#: The first wait after a failure, doubled each time, and the longest.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=1)
#: Waits are spread by so much of themselves: a brand's shops must not all come back in one second.
SPREAD = 0.2
#: Failures that no waiting mends: tried as seldom as may be, until somebody did something.
_WANTS_SOMEBODY = frozenset(
    {
        LinkFault.KEY,
        LinkFault.SHOP_CLOSED,
        LinkFault.CERTIFICATE,
        LinkFault.HOST,
        LinkFault.OLD_TLS,
        LinkFault.REJECTED,
        LinkFault.OWN_KEY,
    }
)


def wait_after(failures: int, failure: LinkFailure, dice: random.Random) -> timedelta:
    """How long to leave it alone; never above an hour, so that a shop back on the net is back soon."""
    if failure.fault in _WANTS_SOMEBODY:
        wait = LONGEST_WAIT
    else:
        wait = min(FIRST_WAIT * (1 << min(failures - 1, 20)), LONGEST_WAIT)
    if failure.retry_s is not None:
        wait = min(max(wait, timedelta(seconds=failure.retry_s)), LONGEST_WAIT)
    return wait * (1 - SPREAD * dice.random())
