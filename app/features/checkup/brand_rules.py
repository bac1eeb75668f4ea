"""Checks of the work for brands (domain.md §11): claims, settlements, and what is told to head offices."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.brand_codes import ClaimState, EventResult
from app.core.words import N_
from app.features.checkup.rule import Rule, codes

#: Nobody has said an amount of these.
_UNANSWERED = codes(set(ClaimState) - {ClaimState.ACCEPTED, ClaimState.SETTLED, ClaimState.WITHDRAWN})
#: With these answers a submission is at the head office.
_KEPT = codes({EventResult.ACCEPTED, EventResult.DUPLICATE, EventResult.RETURNED, EventResult.URGE})
#: A line without the tax that comes on top of it.
_NET = "CASE WHEN i.tax_inclusive THEN v.amount ELSE v.amount - v.tax END"
_KINDS = (("visit", "('visit')"), ("labour", "('labour')"), ("parts", "('part')"))
_OF_LINES = ", ".join(
    f"sum(CASE WHEN v.kind IN {kinds} THEN {_NET} ELSE 0 END) AS {column}" for column, kinds in _KINDS
)
#: What stays of a claim's invoice after its month was booked, half up (``settling.posting``).
_STAYS = "((2 * i.total * l.accepted + l.by_table) / (2 * l.by_table))"
_VERSION = "json_extract(e.body, '$.version')"
_TOLD = "kind = 'xiuhu.claim.submitted.v1'"

BRAND_RULES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "claims": (
            Rule(
                N_(
                    "Claim {number}: its total is {total:fen}, visit, labour, parts and other make {lines:fen}."
                ),
                "SELECT number, total, visit + labour + parts + other AS lines FROM claim WHERE total != lines",
            ),
            Rule(
                N_("Claim {number} of {total:fen}: the brand's invoice {invoice} bills {lines:fen} for it."),
                "SELECT c.number, c.total, i.number AS invoice, coalesce(n.lines, 0) AS lines FROM claim c"
                " JOIN invoice i ON i.id = c.invoice_id LEFT JOIN (SELECT v.invoice_id,"
                f" sum({_NET}) AS lines, {_OF_LINES} FROM invoice_line v JOIN invoice i ON i.id = v.invoice_id"
                " GROUP BY v.invoice_id) n ON n.invoice_id = c.invoice_id"
                " WHERE (c.total, c.visit, c.labour, c.parts) IS NOT (n.lines, n.visit, n.labour, n.parts)",
            ),
            Rule(
                N_("Claim {number}: its invoice {invoice} is another order's, or not the brand's to pay."),
                "SELECT c.number, i.number AS invoice FROM claim c JOIN invoice i ON i.id = c.invoice_id"
                " WHERE i.order_id != c.order_id OR i.payer != 'brand'",
            ),
            Rule(
                N_("Claim {number} of {total:fen} was never billed to the brand."),
                "SELECT number, total FROM claim WHERE invoice_id IS NULL AND total != 0",
            ),
            Rule(
                N_("Claim {number}: its order {order_number} was never delivered."),
                "SELECT c.number, o.number AS order_number FROM claim c JOIN repair_order o ON o.id = c.order_id"
                " WHERE o.status != 'delivered'",
            ),
            Rule(
                N_("Claim {number}: its history does not lead to where it stands."),
                "SELECT c.number FROM claim c WHERE c.state IS NOT (SELECT e.to_state FROM claim_entry e"
                " WHERE e.claim_id = c.id ORDER BY e.id DESC LIMIT 1)",
            ),
            Rule(
                N_("Claim {number}: a step of its history does not follow the one before it."),
                "SELECT DISTINCT c.number FROM (SELECT claim_id, from_state,"
                " lag(to_state) OVER (PARTITION BY claim_id ORDER BY id) AS earlier FROM claim_entry) e"
                " JOIN claim c ON c.id = e.claim_id WHERE e.from_state IS NOT e.earlier",
            ),
            Rule(
                N_("Claim {number}: {submission} submissions are counted, its history has {sent}."),
                "SELECT c.number, c.submission, coalesce(s.sent, 0) AS sent FROM claim c LEFT JOIN"
                " (SELECT claim_id, count(*) AS sent, count(DISTINCT submission) AS different,"
                " min(submission) AS first, max(submission) AS last FROM claim_entry WHERE to_state = 'sent'"
                " AND from_state IS NOT 'sent' GROUP BY claim_id) s ON s.claim_id = c.id"
                " WHERE c.submission != sent OR (sent > 0 AND (s.first, s.last, s.different) != (1, sent, sent))",
            ),
            Rule(
                N_("Claim {number}: what the brand accepted does not fit its state."),
                "SELECT number FROM claim WHERE (state = 'accepted' AND accepted IS NULL)"
                f" OR (state IN ({_UNANSWERED}) AND accepted IS NOT NULL) OR accepted < 0",
            ),
        ),
        "settlements": (
            Rule(
                N_(
                    "Settlement {number}: {by_table:fen} by table, {accepted:fen} accepted,"
                    " {deductions:fen} taken off: its lines make something else."
                ),
                "SELECT s.number, s.by_table, s.accepted, s.deductions FROM settlement s LEFT JOIN"
                " (SELECT settlement_id, sum(CASE kind WHEN 'claim' THEN by_table ELSE 0 END) AS by_table,"
                " sum(CASE kind WHEN 'claim' THEN accepted ELSE 0 END) AS accepted,"
                " sum(CASE kind WHEN 'claim' THEN 0 ELSE -accepted END) AS deductions FROM settlement_line"
                " GROUP BY settlement_id) l ON l.settlement_id = s.id WHERE (s.by_table, s.accepted, s.deductions)"
                " != (coalesce(l.by_table, 0), coalesce(l.accepted, 0), coalesce(l.deductions, 0))",
            ),
            Rule(
                N_("Settlement {number}: claim {claim} stands in it twice, or is another brand's."),
                "SELECT s.number, c.number AS claim FROM settlement_line l JOIN settlement s"
                " ON s.id = l.settlement_id JOIN claim c ON c.id = l.claim_id"
                " GROUP BY l.settlement_id, l.claim_id HAVING count(*) > 1 OR max(c.brand_id != s.brand_id)",
            ),
            Rule(
                N_("Claim {claim} belongs to a settlement that does not have it, or stands in two."),
                "SELECT c.number AS claim FROM claim c LEFT JOIN (SELECT l.claim_id, count(*) AS times,"
                " max(l.settlement_id) AS settlement_id FROM settlement_line l JOIN settlement s"
                " ON s.id = l.settlement_id WHERE s.state != 'draft' AND l.kind = 'claim' GROUP BY l.claim_id) n"
                " ON n.claim_id = c.id WHERE c.settlement_id IS NOT n.settlement_id OR n.times > 1",
            ),
            Rule(
                N_("Settlement {number} is booked, claim {claim} says something else than its line."),
                "SELECT s.number, c.number AS claim FROM settlement_line l JOIN settlement s"
                " ON s.id = l.settlement_id JOIN claim c ON c.id = l.claim_id WHERE s.state = 'posted'"
                " AND (c.state NOT IN ('settled', 'withdrawn') OR l.by_table != c.total"
                " OR l.accepted != coalesce(c.accepted, 0))",
            ),
            Rule(
                N_("Settlement {number}: the day of its booking does not fit its state."),
                "SELECT number FROM settlement WHERE (state = 'posted') != (posted_at IS NOT NULL)",
            ),
            Rule(
                N_(
                    "Settlement {number}: of claim {claim} more stands as receivable than the brand accepted."
                ),
                "SELECT s.number, c.number AS claim FROM settlement_line l JOIN settlement s"
                " ON s.id = l.settlement_id JOIN claim c ON c.id = l.claim_id JOIN invoice i ON i.id = c.invoice_id"
                " JOIN invoice_balance b ON b.invoice_id = i.id WHERE s.state = 'posted'"
                f" AND l.accepted < l.by_table AND i.total - b.credited - b.written_off > {_STAYS}",
            ),
        ),
        "push": (
            Rule(
                N_("Message {event}: it tells of claim {subject}, which this brand does not have."),
                f"SELECT e.id AS event, e.subject FROM outbox_event e WHERE (e.{_TOLD}"
                " OR e.kind = 'xiuhu.claim.withdrawn.v1') AND NOT EXISTS"
                " (SELECT 1 FROM claim c WHERE c.number = e.subject AND c.brand_id = e.brand_id)",
            ),
            Rule(
                N_("Message {event}: submission {version} of claim {subject} was never made."),
                f"SELECT e.id AS event, e.subject, {_VERSION} AS version FROM outbox_event e"
                f" JOIN claim c ON c.number = e.subject WHERE e.{_TOLD} AND {_VERSION} IS NOT NULL AND NOT EXISTS"
                " (SELECT 1 FROM claim_entry n WHERE n.claim_id = c.id AND n.to_state = 'sent'"
                f" AND n.submission = {_VERSION})",
            ),
            Rule(
                N_("Message {event}: it claims {told:fen} for {subject}, the submission said {said:fen}."),
                "SELECT e.id AS event, e.subject, json_extract(e.body, '$.amounts.total_fen') AS told,"
                " json_extract(n.body, '$.amounts.total_fen') AS said FROM outbox_event e"
                " JOIN claim c ON c.number = e.subject JOIN claim_entry n ON n.claim_id = c.id"
                f" AND n.to_state = 'sent' AND n.submission = {_VERSION} WHERE e.{_TOLD} AND told != said",
            ),
            Rule(
                N_("Claim {subject}: submission {version} was acknowledged {times} times."),
                f"SELECT e.subject, {_VERSION} AS version, count(*) AS times FROM outbox_event e"
                f" WHERE e.{_TOLD} AND e.state = 'done' AND e.result IN ({_KEPT}) AND version IS NOT NULL"
                " GROUP BY e.brand_id, e.subject, version HAVING count(*) > 1",
            ),
            Rule(
                N_("Message {event}: its state and its answer do not fit each other."),
                "SELECT id AS event FROM outbox_event WHERE (state = 'waiting') != (result IS NULL)"
                " OR (result IS NULL) != (answered_at IS NULL)",
            ),
            Rule(
                N_("{brand} answered about {count} claims that were never sent, last about {last}."),
                "SELECT b.name AS brand, count(*) AS count, max(d.subject) AS last FROM decision d"
                " JOIN brand b ON b.id = d.brand_id WHERE d.trouble IN ('unknown_claim', 'never_sent') GROUP BY b.id",
                remark=True,
            ),
        ),
    }
)
