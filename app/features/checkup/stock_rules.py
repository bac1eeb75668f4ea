"""Checks of the stock room: every sum that is kept beside the ledger is the sum of its moves (domain.md §7)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.enums import AWAY, CLOSED
from app.core.words import N_
from app.features.checkup.rule import Rule, codes

_AWAY = codes(AWAY)
_CLOSED = codes(CLOSED)

STOCK_RULES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "stock_sums": (
            Rule(
                N_("Part {number}: {on_hand:milli} on hand, its moves make {moved:milli}."),
                "SELECT p.number, p.on_hand, coalesce((SELECT sum(m.quantity) FROM stock_move m"
                " WHERE m.part_id = p.id AND m.consigned = 0), 0) AS moved FROM part p WHERE p.on_hand != moved",
            ),
            Rule(
                N_("Part {number}: {consigned:milli} of others on hand, its moves make {moved:milli}."),
                "SELECT p.number, p.consigned, coalesce((SELECT sum(m.quantity) FROM stock_move m"
                " WHERE m.part_id = p.id AND m.consigned = 1), 0) AS moved FROM part p WHERE p.consigned != moved",
            ),
            Rule(
                N_("Part {number}: its stock is worth {value:fen}, its moves make {moved:fen}."),
                "SELECT p.number, p.value, coalesce((SELECT sum(m.value) FROM stock_move m"
                " WHERE m.part_id = p.id), 0) AS moved FROM part p WHERE p.value != moved",
            ),
            Rule(
                N_("Part {number}: after its move {move} less than nothing was on hand."),
                "SELECT p.number, r.id AS move FROM (SELECT id, part_id, sum(quantity) OVER"
                " (PARTITION BY part_id, place_id, consigned ORDER BY id) AS running FROM stock_move) r"
                " JOIN part p ON p.id = r.part_id WHERE r.running < 0",
            ),
            Rule(
                N_("Part {number}: nothing on hand, yet worth {value:fen}."),
                "SELECT number, value FROM part WHERE on_hand = 0 AND value != 0",
            ),
            Rule(
                N_("Stock move {move} of consigned goods carries a value of {value:fen}."),
                "SELECT id AS move, value FROM stock_move WHERE consigned = 1 AND value != 0",
            ),
        ),
        "stock_places": (
            Rule(
                N_("Part {number}, place {place}: {on_hand:milli} there, its moves make {moved:milli}."),
                "SELECT p.number, k.place_id AS place, coalesce(b.on_hand, 0) AS on_hand,"
                " coalesce(m.moved, 0) AS moved FROM (SELECT part_id, place_id, consigned FROM stock_balance"
                " UNION SELECT part_id, place_id, consigned FROM stock_move WHERE quantity != 0) k"
                " JOIN part p ON p.id = k.part_id LEFT JOIN stock_balance b ON b.part_id = k.part_id"
                " AND b.place_id = k.place_id AND b.consigned = k.consigned LEFT JOIN (SELECT part_id, place_id,"
                " consigned, sum(quantity) AS moved FROM stock_move GROUP BY part_id, place_id, consigned) m"
                " ON m.part_id = k.part_id AND m.place_id = k.place_id AND m.consigned = k.consigned"
                " WHERE coalesce(b.on_hand, 0) != coalesce(m.moved, 0)",
            ),
            Rule(
                N_("Part {number}: {away:milli} are away from the shelves, its moves make {moved:milli}."),
                "SELECT p.number, p.away, coalesce(m.moved, 0) AS moved FROM part p LEFT JOIN (SELECT part_id,"
                " sum(quantity) AS moved FROM stock_move WHERE place_id IN (SELECT id FROM stock_place"
                f" WHERE kind IN ({_AWAY})) GROUP BY part_id) m ON m.part_id = p.id"
                " WHERE p.away != coalesce(m.moved, 0)",
            ),
            Rule(
                N_("There must be one main shelf, and there are {count}."),
                "SELECT count(*) AS count FROM stock_place WHERE main = 1 HAVING count(*) != 1",
            ),
        ),
        "stock_months": (
            Rule(
                N_("Part {number}: its sums of {month} are not those of its moves."),
                "SELECT p.number, k.month FROM (SELECT part_id, month FROM part_month UNION SELECT part_id,"
                " CAST(substr(day, 1, 4) || substr(day, 6, 2) AS INTEGER) FROM stock_move) k"
                " JOIN part p ON p.id = k.part_id LEFT JOIN part_month s ON s.part_id = k.part_id"
                " AND s.month = k.month LEFT JOIN (SELECT part_id,"
                " CAST(substr(day, 1, 4) || substr(day, 6, 2) AS INTEGER) AS month,"
                " sum(CASE WHEN kind IN ('use', 'unuse') THEN -quantity ELSE 0 END) AS used,"
                " sum(CASE WHEN kind IN ('use', 'unuse') THEN owed_value - value ELSE 0 END) AS used_value,"
                " sum(CASE WHEN kind = 'receive' THEN quantity ELSE 0 END) AS received,"
                " sum(CASE WHEN kind = 'receive' THEN value ELSE 0 END) AS received_value,"
                " sum(CASE WHEN consigned = 0 THEN quantity ELSE 0 END) AS net, sum(value) AS net_value"
                " FROM stock_move GROUP BY part_id, month) m ON m.part_id = k.part_id AND m.month = k.month"
                " WHERE coalesce(s.used, 0) != coalesce(m.used, 0)"
                " OR coalesce(s.used_value, 0) != coalesce(m.used_value, 0)"
                " OR coalesce(s.received, 0) != coalesce(m.received, 0)"
                " OR coalesce(s.received_value, 0) != coalesce(m.received_value, 0)"
                " OR coalesce(s.net, 0) != coalesce(m.net, 0)"
                " OR coalesce(s.net_value, 0) != coalesce(m.net_value, 0)",
            ),
            Rule(
                N_(
                    "On {day} the stock's value changed by {kept:fen}, the moves of that day make {moved:fen}."
                ),
                "SELECT k.day, coalesce(d.net_value, 0) AS kept, coalesce(m.moved, 0) AS moved"
                " FROM (SELECT day FROM stock_day UNION SELECT day FROM stock_move) k"
                " LEFT JOIN stock_day d ON d.day = k.day"
                " LEFT JOIN (SELECT day, sum(value) AS moved FROM stock_move GROUP BY day) m ON m.day = k.day"
                " WHERE coalesce(d.net_value, 0) != coalesce(m.moved, 0)",
            ),
        ),
        "reservations": (
            Rule(
                N_("Part {number}: {reserved:milli} reserved, its moves make {moved:milli}."),
                "SELECT p.number, p.reserved, coalesce((SELECT sum(m.reserved) FROM stock_move m"
                " WHERE m.part_id = p.id), 0) AS moved FROM part p WHERE p.reserved != moved",
            ),
            Rule(
                N_("Part {number}, order {order_id}: {kept:milli} reserved, its moves make {moved:milli}."),
                "SELECT p.number, k.order_id, coalesce(r.quantity, 0) AS kept, coalesce(m.moved, 0) AS moved"
                " FROM (SELECT part_id, order_id FROM reservation UNION SELECT part_id, order_id FROM stock_move"
                " WHERE reserved != 0) k JOIN part p ON p.id = k.part_id LEFT JOIN reservation r"
                " ON r.part_id = k.part_id AND r.order_id = k.order_id LEFT JOIN (SELECT part_id, order_id,"
                " sum(reserved) AS moved FROM stock_move WHERE reserved != 0 GROUP BY part_id, order_id) m"
                " ON m.part_id = k.part_id AND m.order_id = k.order_id"
                " WHERE coalesce(r.quantity, 0) != coalesce(m.moved, 0)",
            ),
            Rule(
                N_("Order {number} is closed, but parts are still reserved for it."),
                "SELECT DISTINCT o.number FROM reservation r JOIN repair_order o ON o.id = r.order_id"
                f" WHERE o.status IN ({_CLOSED})",
            ),
        ),
        "serials": (
            Rule(
                N_(
                    "Part {number}, serial number {serial}: it is “{serial_state}”, its moves leave {moved} here."
                ),
                "SELECT p.number, s.serial, s.state AS serial_state, coalesce((SELECT sum(m.quantity)"
                " FROM stock_move m WHERE m.serial_id = s.id), 0) AS moved FROM part_serial s"
                " JOIN part p ON p.id = s.part_id"
                " WHERE moved != CASE s.state WHEN 'in_stock' THEN 1000 ELSE 0 END",
            ),
            Rule(
                N_("Part {number}, serial number {serial}: it does not lie where its moves brought it."),
                "SELECT p.number, s.serial FROM part_serial s JOIN part p ON p.id = s.part_id"
                " WHERE s.state = 'in_stock' AND coalesce((SELECT sum(m.quantity) FROM stock_move m"
                " WHERE m.serial_id = s.id AND m.place_id = s.place_id AND m.consigned = s.consigned), 0) != 1000",
            ),
            Rule(
                N_("Part {number} has serial numbers: {count} of them in stock, and {on_hand:milli} pieces."),
                "SELECT p.number, (SELECT count(*) FROM part_serial s WHERE s.part_id = p.id"
                " AND s.state = 'in_stock') AS count, p.on_hand + p.consigned AS on_hand FROM part p"
                " WHERE p.serialised = 1 AND on_hand != 1000 * count",
            ),
        ),
        "stock_lines": (
            Rule(
                N_("Order {number}, line {line}: {taken:milli} taken, its moves make {moved:milli}."),
                "SELECT o.number, l.id AS line, l.taken, coalesce(-(SELECT sum(m.quantity) FROM stock_move m"
                " WHERE m.order_id = l.order_id AND m.line_id = l.id), 0) AS moved"
                " FROM order_line l JOIN repair_order o ON o.id = l.order_id"
                " WHERE l.kind = 'part' AND l.taken != moved",
            ),
            Rule(
                N_("Stock move {move} belongs to another part or order than its line {line}."),
                "SELECT m.id AS move, m.line_id AS line FROM stock_move m LEFT JOIN order_line l"
                " ON l.id = m.line_id WHERE m.line_id IS NOT NULL"
                " AND (l.order_id IS NOT m.order_id OR l.part_id IS NOT m.part_id)",
            ),
            Rule(
                N_("Order {number}, line {line}: {owed:milli} owed, the debts make {debts:milli}."),
                "SELECT o.number, l.id AS line, l.owed, coalesce((SELECT sum(w.quantity - w.settled - w.cancelled)"
                " FROM stock_owed w WHERE w.line_id = l.id), 0) AS debts FROM order_line l"
                " JOIN repair_order o ON o.id = l.order_id"
                " WHERE (l.owed != 0 OR l.id IN (SELECT line_id FROM stock_owed)) AND l.owed != debts",
            ),
        ),
        "purchases": (
            Rule(
                N_("Purchase order {number}, line {line}: {received} received, the receipts make {moved}."),
                "SELECT o.number, l.id AS line, l.received, coalesce((SELECT sum(g.quantity)"
                " FROM goods_receipt_line g WHERE g.purchase_line_id = l.id), 0) AS moved FROM purchase_line l"
                " JOIN purchase_order o ON o.id = l.purchase_id WHERE l.received != moved",
            ),
            Rule(
                N_("Goods receipt {number}, line {line}: {quantity} came in, the stock moves make {moved}."),
                "SELECT g.number, l.id AS line, l.quantity, coalesce((SELECT sum(m.quantity) FROM stock_move m"
                " WHERE m.part_id = l.part_id AND m.receipt_line_id = l.id), 0) AS moved FROM goods_receipt_line l"
                " JOIN goods_receipt g ON g.id = l.receipt_id WHERE l.part_id IS NOT NULL AND l.quantity != moved",
            ),
            Rule(
                N_("Goods receipt {number}: its total is {total:fen}, its lines make {lines:fen}."),
                "SELECT g.number, g.total, coalesce((SELECT sum(l.cost) FROM goods_receipt_line l"
                " WHERE l.receipt_id = g.id), 0) AS lines FROM goods_receipt g WHERE g.total != lines",
            ),
        ),
        "old_parts": (
            Rule(
                N_("Old part {id} is “{old_state}”, which does not fit its batch."),
                "SELECT p.id, p.state AS old_state FROM old_part p LEFT JOIN return_batch b ON b.id = p.batch_id"
                " WHERE (p.state = 'in_batch' AND b.state IS NOT 'open')"
                " OR (p.state = 'sent' AND b.state IS NOT 'sent')"
                " OR (p.state IN ('due', 'on_shelf') AND p.batch_id IS NOT NULL)",
            ),
            Rule(
                N_("Old part {id} lies in the batch {number} of another brand."),
                "SELECT p.id, b.number FROM old_part p JOIN return_batch b ON b.id = p.batch_id"
                " WHERE b.brand != p.brand",
            ),
            Rule(
                N_("Order {number}, line {line}: {old:milli} old parts for {taken:milli} new ones."),
                "SELECT o.number, l.id AS line, sum(p.quantity) AS old, l.taken + l.owed AS taken FROM old_part p"
                " JOIN order_line l ON l.id = p.line_id JOIN repair_order o ON o.id = l.order_id"
                " WHERE p.state != 'void' GROUP BY l.id HAVING sum(p.quantity) > l.taken + l.owed",
            ),
        ),
        "counts": (
            Rule(
                N_(
                    "Stocktake {number}, line {line}: it differs by {difference:milli}, {booked:milli} are booked."
                ),
                "SELECT c.number, l.id AS line, CASE c.state WHEN 'approved' THEN"
                " coalesce(l.counted - l.expected, 0) ELSE 0 END AS difference,"
                " coalesce((SELECT sum(m.quantity) FROM stock_move m WHERE m.part_id = l.part_id"
                " AND m.count_line_id = l.id), 0) AS booked"
                " FROM count_line l JOIN stock_count c ON c.id = l.count_id WHERE difference != booked",
            ),
        ),
        "tools": (
            Rule(
                N_("Tool {id}: its holder is not the one of its last move."),
                "SELECT t.id FROM tool t WHERE t.holder_id IS NOT (SELECT m.holder_id FROM tool_move m"
                " WHERE m.tool_id = t.id ORDER BY m.id DESC LIMIT 1)",
            ),
            Rule(
                N_("Tool {id}: its state is not what was last reported."),
                "SELECT t.id FROM tool t WHERE t.state != coalesce((SELECT CASE m.action WHEN 'miss' THEN 'missing'"
                " WHEN 'break' THEN 'broken' WHEN 'retire' THEN 'retired' ELSE 'ok' END FROM tool_move m"
                " WHERE m.tool_id = t.id AND m.action NOT IN ('take', 'give_back') ORDER BY m.id DESC LIMIT 1), 'ok')",
            ),
        ),
        "consigned": (
            Rule(
                N_("Settlement {number}: its total is {total:fen}, its moves make {moved:fen}."),
                "SELECT s.number, s.total, coalesce((SELECT sum(m.owed_value) FROM consign_settled c"
                " JOIN stock_move m ON m.id = c.move_id WHERE c.settlement_id = s.id), 0) AS moved"
                " FROM consign_settlement s WHERE s.total != moved",
            ),
            Rule(
                N_("Stock move {move} owes {owed_value:fen} for goods that are the shop's own."),
                "SELECT id AS move, owed_value FROM stock_move WHERE owed_value != 0 AND consigned = 0",
            ),
        ),
        "part_loans": (
            Rule(
                N_("Loan {number}: {kept:milli} are still out, its moves make {moved:milli}."),
                "SELECT l.number, l.quantity - l.returned AS kept, coalesce((SELECT sum(CASE l.way"
                " WHEN 'lent' THEN -m.quantity ELSE m.quantity END) FROM stock_move m"
                " WHERE m.part_id = l.part_id AND m.loan_id = l.id), 0) AS moved FROM part_loan l"
                " WHERE kept != moved",
            ),
        ),
    }
)
