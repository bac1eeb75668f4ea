"""A connection tried step by step, so that somebody sees at which it fails (before anything is sent)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.core.brand_codes import LinkFault
from app.core.wire.card import Card
from app.features.sync.client import (
    Address,
    HeadOffice,
    LinkFailure,
    check_certificate,
    check_name,
    check_reach,
    secret_of,
)
from app.features.sync.snapshots import Step, StepResult


def try_connection(
    card: Card,
    open_office: Callable[[Address, Callable[[], datetime]], HeadOffice],
    now: Callable[[], datetime],
    tell: Callable[[StepResult], None] | None = None,
) -> tuple[StepResult, ...]:
    """Name, socket, certificate, clock, key; ends with the step that failed. ``tell`` hears each as it is done."""
    done: list[StepResult] = []

    def say(step: Step, fault: LinkFault | None = None, detail: str = "") -> None:
        done.append(StepResult(step, fault, detail))
        if tell is not None:
            tell(done[-1])

    address = Address(card.url, card.shop, card.brand, card.key_id, secret_of(card.secret), card.ca)
    try:
        for step, check in (
            (Step.NAME, lambda: check_name(card.url)),
            (Step.REACH, lambda: check_reach(card.url)),
            (Step.CERTIFICATE, lambda: check_certificate(card.url, card.ca)),
        ):
            check()
            say(step)
        with open_office(address, now) as office:
            hello = office.hello()
        off = abs((hello.server_time - now()).total_seconds())
        say(Step.CLOCK, None, f"{off:.0f}")
        say(Step.KEY, None, hello.shop_name or hello.shop)
    except LinkFailure as failure:
        at = list(Step)[len(done)]
        if failure.fault in (LinkFault.KEY, LinkFault.SHOP_CLOSED) and at is Step.CLOCK:
            say(Step.CLOCK)
            at = Step.KEY
        say(at, failure.fault, failure.detail)
    return tuple(done)
