"""Checks of money: the identities of domain.md §8, each as rows that break it.

Everything that is kept beside the booked facts (balances, money held, sums of the days, rows of the month) is worked
out again from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.words import N_
from app.features.checkup.rule import Rule

_HALF_UP = (
    "CASE WHEN {n} < 0 THEN -((-2 * ({n}) + {d}) / (2 * ({d}))) ELSE (2 * ({n}) + {d}) / (2 * ({d})) END"
)
#: A line's price for its quantity, and the tax it must hold, by the one rounding rule (domain.md §8).
_PRICE = _HALF_UP.format(n="(l.unit_price * l.quantity)", d="1000")
_TAX_WITHIN = _HALF_UP.format(n="(l.amount * l.tax_permille)", d="(1000 + l.tax_permille)")
_TAX_ON_TOP = _HALF_UP.format(n="((l.amount - l.tax) * l.tax_permille)", d="1000")
_USED = "(SELECT payment_id, sum(amount) AS fen FROM allocation GROUP BY payment_id)"
#: What a drawer should hold.
_CASH = (
    "s.float_amount + coalesce((SELECT sum(p.amount) FROM payment p WHERE p.till_session_id = s.id), 0)"
    " + coalesce((SELECT sum(m.amount) FROM till_move m WHERE m.session_id = s.id), 0)"
)
_KINDS = (
    ("visit", "visit"),
    ("labour", "labour"),
    ("parts", "part"),
    ("other", "other"),
    ("discount", "discount"),
)
_NET_OF_LINES = ", ".join(
    f"sum(CASE l.kind WHEN '{kind}' THEN {{amount}} - {{tax}} ELSE 0 END) AS {column}"
    for column, kind in _KINDS
)
_DIFFERENT = " OR ".join(f"s.{column} != {{other}}.{column}" for column, _kind in _KINDS)

MONEY_RULES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "invoice_totals": (
            Rule(
                N_("Invoice {number}: its total is {total:fen}, its lines make {lines:fen}."),
                "SELECT i.number, i.total, coalesce((SELECT sum(l.amount) FROM invoice_line l"
                " WHERE l.invoice_id = i.id), 0) AS lines FROM invoice i WHERE i.total != lines",
            ),
            Rule(
                N_("Invoice {number}: its tax is {tax:fen}, its lines make {lines:fen}."),
                "SELECT i.number, i.tax, coalesce((SELECT sum(l.tax) FROM invoice_line l"
                " WHERE l.invoice_id = i.id), 0) AS lines FROM invoice i WHERE i.tax != lines",
            ),
        ),
        "invoice_lines": (
            Rule(
                N_("Invoice {number}, line {line}: price times quantity is {wanted:fen}, not {amount:fen}."),
                f"SELECT i.number, l.id AS line, {_PRICE} AS wanted,"
                " CASE WHEN i.tax_inclusive THEN l.amount ELSE l.amount - l.tax END AS amount"
                " FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id WHERE wanted != amount",
            ),
            Rule(
                N_("Invoice {number}, line {line}: its tax should be {wanted:fen}, not {tax:fen}."),
                f"SELECT i.number, l.id AS line, l.tax,"
                f" CASE WHEN i.tax_inclusive THEN {_TAX_WITHIN} ELSE {_TAX_ON_TOP} END AS wanted"
                " FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id WHERE wanted != l.tax",
            ),
        ),
        "invoiced": (
            Rule(
                N_("Order {number} was delivered, but what “{payer}” pays is not invoiced."),
                "SELECT DISTINCT o.number, l.payer FROM repair_order o JOIN order_line l ON l.order_id = o.id"
                " WHERE o.status = 'delivered' AND l.removed = 0 AND l.payer != 'shop' AND NOT EXISTS"
                " (SELECT 1 FROM sale s WHERE s.order_id = o.id AND s.payer = l.payer AND s.kind = 'invoice')",
            ),
            Rule(
                N_("Invoice {number} belongs to order {order_number}, which is not delivered."),
                "SELECT i.number, o.number AS order_number FROM sale s JOIN invoice i ON i.id = s.invoice_id"
                " JOIN repair_order o ON o.id = s.order_id WHERE s.kind = 'invoice' AND o.status != 'delivered'",
            ),
        ),
        "balances": (
            Rule(
                N_("Invoice {number} has no balance, or one of another customer or day."),
                "SELECT i.number FROM invoice i LEFT JOIN invoice_balance b ON b.invoice_id = i.id"
                " WHERE b.invoice_id IS NULL OR b.customer_id != i.customer_id OR b.payer != i.payer"
                " OR b.business_day != i.business_day OR b.due_on != i.due_on",
            ),
            Rule(
                N_("Invoice {number}: {allocated:fen} are noted as paid, the payments make {used:fen}."),
                "SELECT i.number, b.allocated, coalesce(a.fen, 0) AS used FROM invoice i"
                " JOIN invoice_balance b ON b.invoice_id = i.id LEFT JOIN (SELECT invoice_id, sum(amount) AS fen"
                " FROM allocation WHERE invoice_id IS NOT NULL GROUP BY invoice_id) a ON a.invoice_id = i.id"
                " WHERE b.allocated != used",
            ),
            Rule(
                N_(
                    "Invoice {number}: {credited:fen} are noted as credited, the credit notes make {notes:fen}."
                ),
                "SELECT i.number, b.credited, coalesce((SELECT sum(c.total) FROM credit_note c"
                " WHERE c.invoice_id = i.id), 0) AS notes FROM invoice i"
                " JOIN invoice_balance b ON b.invoice_id = i.id WHERE b.credited != notes",
            ),
            Rule(
                N_("Invoice {number}: {written_off:fen} are noted as written off, there are {entries:fen}."),
                "SELECT i.number, b.written_off, coalesce((SELECT sum(w.amount) FROM write_off w"
                " WHERE w.invoice_id = i.id), 0) AS entries FROM invoice i"
                " JOIN invoice_balance b ON b.invoice_id = i.id WHERE b.written_off != entries",
            ),
            Rule(
                N_(
                    "Invoice {number} of {total:fen}: {allocated:fen} paid, {credited:fen} credited,"
                    " {written_off:fen} written off, {due:fen} due: that does not add up."
                ),
                "SELECT i.number, i.total, b.allocated, b.credited, b.written_off, b.due FROM invoice i"
                " JOIN invoice_balance b ON b.invoice_id = i.id"
                " WHERE b.allocated + b.due != i.total - b.credited - b.written_off"
                " OR b.due < 0 OR b.allocated < 0 OR b.written_off < 0",
            ),
        ),
        "credit_notes": (
            Rule(
                N_("Credit note {number}: its total is {total:fen}, its lines make {lines:fen}."),
                "SELECT c.number, c.total, coalesce((SELECT sum(l.amount) FROM credit_line l"
                " WHERE l.credit_id = c.id), 0) AS lines FROM credit_note c WHERE c.total != lines OR c.total <= 0",
            ),
            Rule(
                N_("Credit note {number}: its tax is {tax:fen}, its lines make {lines:fen}."),
                "SELECT c.number, c.tax, coalesce((SELECT sum(l.tax) FROM credit_line l"
                " WHERE l.credit_id = c.id), 0) AS lines FROM credit_note c WHERE c.tax != lines",
            ),
            Rule(
                N_("Credit note {number} credits a line of another invoice."),
                "SELECT c.number FROM credit_line l JOIN credit_note c ON c.id = l.credit_id"
                " JOIN invoice_line i ON i.id = l.invoice_line_id WHERE i.invoice_id != c.invoice_id",
            ),
            Rule(
                N_("Invoice {number}, line {line} of {amount:fen}: {credited:fen} were credited."),
                "SELECT i.number, l.id AS line, l.amount, sum(c.amount) AS credited FROM credit_line c"
                " JOIN invoice_line l ON l.id = c.invoice_line_id JOIN invoice i ON i.id = l.invoice_id"
                " GROUP BY l.id HAVING abs(credited) > abs(l.amount) OR credited * l.amount < 0",
            ),
            Rule(
                N_(
                    "Invoice {number}, line {line}: credited in full, but of its tax of {tax:fen} only {credited:fen}."
                ),
                "SELECT i.number, l.id AS line, l.tax, sum(c.tax) AS credited FROM credit_line c"
                " JOIN invoice_line l ON l.id = c.invoice_line_id JOIN invoice i ON i.id = l.invoice_id"
                " GROUP BY l.id HAVING sum(c.amount) = l.amount AND credited != l.tax",
            ),
        ),
        "sales": (
            Rule(
                N_("Invoice {number}: what the month counts of it is not what its lines make."),
                f"SELECT i.number FROM invoice i LEFT JOIN (SELECT invoice_id, sum(tax) AS tax,"
                f" {', '.join(f'sum({c}) AS {c}' for c, _k in _KINDS)} FROM sale WHERE kind = 'invoice'"
                " GROUP BY invoice_id) s ON s.invoice_id = i.id LEFT JOIN (SELECT l.invoice_id, sum(l.tax) AS tax,"
                f" {_NET_OF_LINES.format(amount='l.amount', tax='l.tax')} FROM invoice_line l GROUP BY l.invoice_id) n"
                f" ON n.invoice_id = i.id WHERE s.invoice_id IS NULL OR s.tax != n.tax"
                f" OR {_DIFFERENT.format(other='n')}",
            ),
            Rule(
                N_("Credit note {number}: what the month counts of it is not what its lines make."),
                f"SELECT c.number FROM credit_note c LEFT JOIN (SELECT credit_id, -sum(tax) AS tax, -sum(cost) AS cost,"
                f" {', '.join(f'-sum({c}) AS {c}' for c, _k in _KINDS)} FROM sale WHERE kind = 'credit'"
                " GROUP BY credit_id) s ON s.credit_id = c.id LEFT JOIN (SELECT k.credit_id, sum(k.tax) AS tax,"
                f" sum(k.cost) AS cost, {_NET_OF_LINES.format(amount='k.amount', tax='k.tax')} FROM credit_line k"
                " JOIN invoice_line l ON l.id = k.invoice_line_id GROUP BY k.credit_id) n ON n.credit_id = c.id"
                f" WHERE s.credit_id IS NULL OR s.tax != n.tax OR s.cost != n.cost OR {_DIFFERENT.format(other='n')}",
            ),
            Rule(
                N_("Invoice {number} counts on another day or for another payer than its own."),
                "SELECT i.number FROM sale s JOIN invoice i ON i.id = s.invoice_id WHERE s.kind = 'invoice'"
                " AND (s.business_day != i.business_day OR s.payer != i.payer OR s.credit_id IS NOT NULL)",
            ),
            Rule(
                N_("Credit note {number} counts on another day or for another payer than its own."),
                "SELECT c.number FROM sale s JOIN credit_note c ON c.id = s.credit_id WHERE s.kind != 'credit'"
                " OR s.business_day != c.business_day OR s.payer != c.payer OR s.invoice_id != c.invoice_id",
            ),
            Rule(
                N_("Order {number}: its parts cost {moved:fen}, the months count {cost:fen}."),
                "SELECT o.number, coalesce(m.fen, 0) AS moved, coalesce(s.fen, 0) AS cost FROM repair_order o"
                " LEFT JOIN (SELECT order_id, sum(owed_value - value) AS fen FROM stock_move"
                " WHERE line_id IS NOT NULL GROUP BY order_id) m ON m.order_id = o.id"
                " LEFT JOIN (SELECT order_id, sum(cost) AS fen FROM sale GROUP BY order_id) s ON s.order_id = o.id"
                " WHERE o.delivered_day IS NOT NULL AND moved != cost",
            ),
        ),
        "payments": (
            Rule(
                N_("Payment {number}: {amount:fen} do not fit a “{kind}”."),
                "SELECT number, amount, kind FROM payment WHERE amount = 0 OR (amount < 0) != (kind = 'refund')",
            ),
            Rule(
                N_("Payment {number}: {tendered:fen} given for {amount:fen}."),
                "SELECT number, tendered, amount FROM payment"
                " WHERE tendered < amount OR (tendered > amount AND method != 'cash')",
            ),
        ),
        "allocations": (
            Rule(
                N_("Payment {number} of {amount:fen} is used for {used:fen}."),
                f"SELECT p.number, p.amount, a.fen AS used FROM payment p JOIN {_USED} a ON a.payment_id = p.id"
                " WHERE used > max(p.amount, 0) OR used < 0",
            ),
            Rule(
                N_("Invoice {number} of {total:fen} has {paid:fen} paid on it."),
                "SELECT i.number, i.total, (SELECT sum(a.amount) FROM allocation a"
                " WHERE a.invoice_id = i.id) AS paid FROM invoice i WHERE paid > i.total OR paid < 0",
            ),
            Rule(
                N_(
                    "Invoice {number}: more was taken back of payment {payment} than was used, by {missing:fen}."
                ),
                "SELECT i.number, p.number AS payment, -sum(a.amount) AS missing FROM allocation a"
                " JOIN invoice i ON i.id = a.invoice_id JOIN payment p ON p.id = a.payment_id"
                " GROUP BY a.invoice_id, a.payment_id HAVING sum(a.amount) < 0",
            ),
        ),
        "refunds": (
            Rule(
                N_("Refund {number} of {amount:fen} gives back {given:fen} of what was paid."),
                "SELECT p.number, p.amount, coalesce((SELECT sum(a.amount) FROM allocation a"
                " WHERE a.refund_id = p.id), 0) AS given FROM payment p WHERE p.amount < 0 AND p.amount != -given",
            ),
            Rule(
                N_("Payment {number} of {amount:fen} gives something back, though it is no refund."),
                "SELECT p.number, p.amount FROM allocation a JOIN payment p ON p.id = a.refund_id WHERE p.amount > 0",
            ),
        ),
        "held": (
            Rule(
                N_("Payment {number}: {held:fen} are noted as held, {rest:fen} are left of it."),
                "SELECT p.number, coalesce(h.amount, 0) AS held, max(p.amount, 0) - coalesce(a.fen, 0) AS rest"
                f" FROM payment p LEFT JOIN held_money h ON h.payment_id = p.id LEFT JOIN {_USED} a"
                " ON a.payment_id = p.id WHERE held != rest",
            ),
            Rule(
                N_("Payment {number}: the money held of it stands with another customer or order."),
                "SELECT p.number FROM held_money h JOIN payment p ON p.id = h.payment_id"
                " WHERE h.customer_id != p.customer_id OR h.order_id IS NOT p.order_id"
                " OR h.method != p.method OR h.payer != p.payer",
            ),
        ),
        "money_days": (
            Rule(
                N_("{day}: the sums kept of this day are not those of what was booked on it."),
                "SELECT day FROM (SELECT day, held, due_customer AS customer, due_other AS other FROM money_day"
                " UNION ALL SELECT business_day, -amount, 0, 0 FROM payment"
                " UNION ALL SELECT business_day, 0, CASE payer WHEN 'customer' THEN -total ELSE 0 END,"
                " CASE payer WHEN 'customer' THEN 0 ELSE -total END FROM invoice"
                " UNION ALL SELECT business_day, 0, CASE payer WHEN 'customer' THEN total ELSE 0 END,"
                " CASE payer WHEN 'customer' THEN 0 ELSE total END FROM credit_note"
                " UNION ALL SELECT w.business_day, 0, CASE i.payer WHEN 'customer' THEN w.amount ELSE 0 END,"
                " CASE i.payer WHEN 'customer' THEN 0 ELSE w.amount END"
                " FROM write_off w JOIN invoice i ON i.id = w.invoice_id"
                " UNION ALL SELECT a.business_day, a.amount, CASE i.payer WHEN 'customer' THEN a.amount ELSE 0 END,"
                " CASE i.payer WHEN 'customer' THEN 0 ELSE a.amount END"
                " FROM allocation a JOIN invoice i ON i.id = a.invoice_id)"
                " GROUP BY day HAVING sum(held) != 0 OR sum(customer) != 0 OR sum(other) != 0",
            ),
        ),
        "tills": (
            Rule(
                N_("Payment {number} in cash went through no till, or another payment through one."),
                "SELECT number FROM payment WHERE (method = 'cash') != (till_session_id IS NOT NULL)",
            ),
            Rule(
                N_(
                    "Till session {number}: {expected:fen} were expected, float, payments and moves make {made:fen}."
                ),
                f"SELECT s.number, s.expected, {_CASH} AS made FROM till_session s"
                " WHERE s.state = 'closed' AND s.expected IS NOT made",
            ),
            Rule(
                N_(
                    "Till session {number}: {counted} counted, {expected} expected, a difference of {difference}:"
                    " that does not add up."
                ),
                "SELECT number, counted, expected, difference FROM till_session WHERE state = 'closed'"
                " AND (difference IS NOT counted - expected OR kept IS NULL OR kept < 0 OR kept > counted"
                " OR closed_at IS NULL)",
            ),
            Rule(
                N_("Till session {number} began with {float_expected:fen}, the one before left {kept:fen}."),
                "SELECT s.number, s.float_expected, b.kept FROM till_session s JOIN till_session b"
                " ON b.id = s.previous_id WHERE s.float_expected != b.kept OR s.till_id != b.till_id",
            ),
            Rule(
                N_("Till entry {number}: {amount:fen} do not fit a “{move_kind}”."),
                "SELECT number, amount, kind AS move_kind FROM till_move WHERE amount = 0"
                " OR (kind = 'pay_in' AND amount < 0) OR (kind = 'pay_out' AND amount > 0)",
            ),
            Rule(
                N_("Till entry {number}: what one till gave is not what the other got."),
                "SELECT m.number FROM till_move m LEFT JOIN till_move o ON o.id = m.other_id"
                " LEFT JOIN till_move b ON b.other_id = m.id"
                " WHERE m.kind = 'hand_in' AND coalesce(o.amount, b.amount) IS NOT -m.amount",
            ),
        ),
        "closes": (
            Rule(
                N_("Payment {number} was booked into a day that was closed before ({day})."),
                "SELECT p.number, d.day FROM day_close d JOIN payment p"
                " ON p.business_day BETWEEN d.first_day AND d.day WHERE p.at > d.closed_at",
            ),
            Rule(
                N_("Invoice {number} was booked into a day that was closed before ({day})."),
                "SELECT i.number, d.day FROM day_close d JOIN invoice i"
                " ON i.business_day BETWEEN d.first_day AND d.day WHERE i.issued_at > d.closed_at",
            ),
            Rule(
                N_("Day close {number} does not follow the one before it."),
                "SELECT number FROM (SELECT number, first_day, lag(day) OVER (ORDER BY day) AS before FROM day_close)"
                " WHERE before IS NOT NULL AND first_day != date(before, '+1 day')",
            ),
        ),
    }
)
