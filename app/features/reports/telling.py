"""Figures of the month in words: for the page, the workbook and the command line."""

from __future__ import annotations

from collections.abc import Iterator

from app.core import formats
from app.core.enums import Payer, PaymentMethod, ServiceType
from app.core.labels import category_name, label
from app.core.money import Money, Quantity, divide_half_up
from app.core.words import _
from app.features.reports.figures import SPECS, Dimension, Figure, Unit
from app.features.reports.snapshots import UNASSIGNED, MonthLook, MonthReport, Mover, PartMover

_DAY, _HOUR = 24 * 60, 60
#: Nothing to tell.
NONE = "–"


def figure_name(figure: Figure) -> str:
    """``Revenue``, in the user's language."""
    return _(SPECS[figure].title)


def value_text(figure: Figure, value: int | None) -> str:
    """``¥1,234.50``, ``38``, ``5.1 %``, ``1 d 4 h``."""
    return NONE if value is None else unit_text(SPECS[figure].unit, value)


def unit_text(unit: Unit, value: int) -> str:
    """A number in its unit."""
    match unit:
        case Unit.MONEY:
            return formats.money(Money(value))
        case Unit.COUNT:
            return f"{value:,}"
        case Unit.SHARE:
            return percent(value)
        case Unit.TIME:
            return time_text(value)


def percent(permille: int, *, sign: bool = False) -> str:
    """``5.1 %``; with ``sign`` also the plus is written."""
    lead = "−" if permille < 0 else "+" if sign and permille > 0 else ""
    return f"{lead}{abs(permille) // 10}.{abs(permille) % 10} %"


def time_text(minutes: int) -> str:
    """``1 d 4 h``, ``4 h 20 min``: two steps are as fine as it is read."""
    if minutes >= _DAY:
        return _("{d} d {h} h").format(d=minutes // _DAY, h=minutes % _DAY // _HOUR)
    if minutes >= _HOUR:
        return _("{h} h {m} min").format(h=minutes // _HOUR, m=minutes % _HOUR)
    return _("{m} min").format(m=minutes)


def change_text(look: MonthLook, figure: Figure, before: MonthReport) -> str:
    """``+5.1 %``; nothing where there is nothing to compare with."""
    change = look.change(figure, before)
    if change is None:
        return ""
    if SPECS[figure].unit is Unit.SHARE:
        return _("{n} points").format(n=percent(change, sign=True).removesuffix(" %"))
    return percent(change, sign=True)


def share_name(dimension: Dimension, name: str) -> str:
    """A row of a break-down as it is shown."""
    if name == UNASSIGNED:
        return _("Unassigned")
    match dimension:
        case Dimension.CATEGORY:
            return category_name(name)
        case Dimension.SERVICE_TYPE:
            return label(ServiceType(name))
        case Dimension.PAYER:
            return label(Payer(name))
        case _:
            return name


def method_name(name: str) -> str:
    """A way of paying as it is shown."""
    return label(PaymentMethod(name))


def reasons(look: MonthLook) -> Iterator[str]:
    """Why the month changed, in sentences: jobs and price first, then what moved most, then the parts."""
    now, before = look.report, look.last_month
    if not before.revenue and not before.delivered:
        return
    gone = now.revenue - before.revenue
    if before.revenue and gone:
        yield _sentence_of_all(now, before, gone)
    for mover in look.movers:
        yield mover_text(mover)
    if look.parts:
        yield _("Parts used: {parts}.").format(parts=formats.joined(map(_part_text, look.parts)))


def mover_text(mover: Mover) -> str:
    """``Parts −12.0 %: Washing (¥1,200.00 less)``."""
    assert mover.dimension is not None
    name = share_name(mover.dimension, mover.name)
    amount = formats.money(Money(abs(mover.change.fen)))
    what = name if mover.component is Figure.REVENUE else f"{name} · {figure_name(mover.component)}"
    if not mover.before.fen:
        return _("{what}: {amount} more, there was nothing the month before.").format(
            what=what, amount=amount
        )
    share = percent(divide_half_up(1000 * mover.change.fen, abs(mover.before.fen)), sign=True)
    if mover.change.fen < 0:
        return _("{what} {share}: {amount} less.").format(what=what, share=share, amount=amount)
    return _("{what} {share}: {amount} more.").format(what=what, share=share, amount=amount)


def _sentence_of_all(now: MonthReport, before: MonthReport, gone: Money) -> str:
    share = percent(divide_half_up(1000 * gone.fen, abs(before.revenue.fen)), sign=True)
    jobs = now.delivered - before.delivered
    average = now.average - before.average
    return _(
        "Revenue {share} against last month: {jobs} jobs delivered, {average} per job on average."
    ).format(share=share, jobs=f"{jobs:+,}".replace("-", "−"), average=_signed(average))


def _signed(amount: Money) -> str:
    lead = "−" if amount.fen < 0 else "+"
    return f"{lead}{formats.money(Money(abs(amount.fen)))}"


def _part_text(mover: PartMover) -> str:
    return _("{name} {now} (before {before})").format(
        name=mover.name, now=Quantity(mover.now), before=Quantity(mover.before)
    )
