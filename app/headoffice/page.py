"""The read-only page for the brand's people: shops, last contact, claims by state, faults by model, what clashed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from psycopg.rows import TupleRow

from app.core import formats
from app.core.money import Money
from app.core.wire.answers import ClaimState
from app.core.wire.events import EventType
from app.core.wire.words import word
from app.core.words import Language, _, ngettext, speaking
from app.headoffice.booking import AsyncLink
from app.headoffice.sorting import Office

#: A shop that has not called for so long is shown in red.
SILENT = timedelta(days=2)
FAULTS_OF = timedelta(days=30)
_MOST_SHOPS = 500
_MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page shows; rows as the records gave them."""

    now: datetime
    shops: tuple[TupleRow, ...]
    totals: tuple[int, ...]
    open_fen: int
    faults: tuple[TupleRow, ...]
    notices: tuple[TupleRow, ...]
    clashes: tuple[TupleRow, ...]


_SHOPS = """
SELECT code, name, open, last_contact, waiting, events, received, returned, accepted, refused, settled, withdrawn
FROM shop ORDER BY last_contact DESC NULLS LAST, code LIMIT %s
"""
_TOTALS = """
SELECT count(*), sum(received), sum(returned), sum(accepted), sum(refused), sum(settled), sum(withdrawn) FROM shop
"""
_OPEN = "SELECT coalesce(sum(claimed_fen), 0) FROM claim WHERE state IN ('received', 'returned', 'accepted')"
_FAULTS = """
SELECT model, fault_code, count(*) FROM claim WHERE received_at > %s AND fault_code <> ''
GROUP BY model, fault_code ORDER BY 3 DESC, 1, 2 LIMIT %s
"""
_NOTICES = """
SELECT event.received_at, shop.code, event.kind, event.subject, event.data FROM event
JOIN shop ON shop.no = event.shop_no
WHERE event.kind IN ('xiuhu.quality.notice.v1', 'xiuhu.incident.reported.v1') AND event.received_at > %s
ORDER BY event.received_at DESC LIMIT %s
"""
_CLASHES = """
SELECT clash.came_at, shop.code, clash.kind, clash.subject, clash.id FROM clash
JOIN shop ON shop.no = clash.shop_no ORDER BY clash.came_at DESC LIMIT %s
"""


async def overview(link: AsyncLink, now: datetime) -> Overview:
    """Read what the page shows."""
    since = now - FAULTS_OF
    shops = await (await link.execute(_SHOPS, (_MOST_SHOPS,))).fetchall()
    totals = await (await link.execute(_TOTALS)).fetchone()
    open_fen = await (await link.execute(_OPEN)).fetchone()
    faults = await (await link.execute(_FAULTS, (since, _MOST_LINES))).fetchall()
    notices = await (await link.execute(_NOTICES, (since, _MOST_LINES))).fetchall()
    clashes = await (await link.execute(_CLASHES, (_MOST_LINES,))).fetchall()
    return Overview(
        now,
        tuple(shops),
        tuple(int(each or 0) for each in totals or ()),
        int(open_fen[0]) if open_fen else 0,
        tuple(faults),
        tuple(notices),
        tuple(clashes),
    )


def html(office: Office, shown: Overview, language: Language) -> str:
    """The page; it needs nothing from elsewhere and runs no script."""
    with speaking(language):
        title = _("Head office {brand}").format(brand=office.name)
        body = "".join((_head(title, shown), _shops(shown), _faults(shown), _notices(shown), _clashes(shown)))
        other, tag = ("English", "en") if language is Language.ZH else ("中文", "zh")
        lang = "zh-CN" if language is Language.ZH else "en"
        return (
            f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
            f'<style>{_STYLE}</style><main><a class="other" href="?lang={tag}">{other}</a>{body}</main></html>'
        )


_STYLE = (
    ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,'Noto Sans SC','Microsoft YaHei',sans-serif;margin:0}"
    "main{max-width:76rem;margin:auto;padding:1rem 1.5rem 3rem}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%}th,td{padding:.35rem .6rem;text-align:left;"
    "border-bottom:1px solid #8884}th{font-weight:600}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    ".tiles{display:flex;flex-wrap:wrap;gap:.8rem}.tiles div{border:1px solid #8886;border-radius:.5rem;"
    "padding:.5rem 1rem;min-width:7rem}.tiles b{display:block;font-size:1.4rem}.late{color:#c62828;font-weight:600}"
    "@media(prefers-color-scheme:dark){.late{color:#ff8a80}}.other{float:right}.quiet{opacity:.65}"
)


def _head(title: str, shown: Overview) -> str:
    names = [_("Shops"), *(word(state) for state in ClaimState)]
    tiles = "".join(
        f"<div>{escape(name)}<b>{count}</b></div>" for name, count in zip(names, shown.totals, strict=False)
    )
    amount, unsettled = formats.money(Money(shown.open_fen)), _("Claimed, not settled")
    tiles += f"<div>{escape(unsettled)}<b>{escape(amount)}</b></div>"
    return (
        f'<h1>{escape(title)}</h1><p class="quiet">{_moment(shown.now)}</p><div class="tiles">{tiles}</div>'
    )


def _shops(shown: Overview) -> str:
    states = [word(state) for state in ClaimState]
    head = [_("Shop code"), _("Shop name"), _("Last contact"), _("Waiting there"), _("Events"), *states]
    rows = []
    for code, name, is_open, last, waiting, events, *counts in shown.shops:
        late = is_open and (last is None or last < shown.now - SILENT)
        contact = _moment(last) if last else escape(_("never"))
        called = escape(name if is_open else " · ".join((name, _("closed"))))
        cells = [f"<td>{escape(code)}</td><td>{called}</td><td{' class=late' if late else ''}>{contact}</td>"]
        cells += [f'<td class="n">{count}</td>' for count in (waiting, events, *counts)]
        rows.append("".join(cells))
    return _table(_("Shops"), head, rows, numbers_from=3)


def _faults(shown: Overview) -> str:
    head = [_("Model"), _("Fault code"), _("Claims in 30 days")]
    rows = [
        f'<td>{escape(model)}</td><td>{escape(fault)}</td><td class="n">{count}</td>'
        for model, fault, count in shown.faults
    ]
    return _table(_("Faults by model"), head, rows, numbers_from=2)


def _notices(shown: Overview) -> str:
    head = [_("When"), _("Shop code"), _("Kind"), _("Number"), _("What")]
    rows = []
    for when, shop, kind, subject, data in shown.notices:
        told = _what(EventType(kind), data)
        cells = (_moment(when), escape(shop), escape(word(EventType(kind))), escape(subject), escape(told))
        rows.append("".join(f"<td>{cell}</td>" for cell in cells))
    return _table(_("Quality notices and incidents"), head, rows)


def _what(kind: EventType, data: dict[str, object]) -> str:
    if kind is EventType.QUALITY_NOTICE:
        cases = data.get("cases")
        count = len(cases) if isinstance(cases, list) else 0
        times = ngettext("{n} time", "{n} times", count).format(n=count)
        return " · ".join((str(data.get("model", "")), str(data.get("fault_code", "")), times))
    return str(data.get("told", ""))[:200]


def _clashes(shown: Overview) -> str:
    if not shown.clashes:
        return ""
    head = [_("When"), _("Shop code"), _("Kind"), _("Number"), _("Event")]
    rows = []
    for when, shop, kind, subject, event_id in shown.clashes:
        cells = (
            _moment(when),
            escape(shop),
            escape(word(EventType(kind))),
            escape(subject),
            escape(str(event_id)),
        )
        rows.append("".join(f"<td>{cell}</td>" for cell in cells))
    return _table(_("Same event, other content"), head, rows)


def _table(title: str, head: Iterable[str], rows: list[str], numbers_from: int = 99) -> str:
    columns = "".join(
        f"<th{' class=n' if at >= numbers_from else ''}>{escape(name)}</th>" for at, name in enumerate(head)
    )
    lines = "".join(f"<tr>{row}</tr>" for row in rows)
    nothing = _("Nothing yet.")
    empty = "" if rows else f'<p class="quiet">{escape(nothing)}</p>'
    return f"<h2>{escape(title)}</h2><table><tr>{columns}</tr>{lines}</table>{empty}"


def _moment(moment: datetime) -> str:
    return escape(formats.moment(moment))
