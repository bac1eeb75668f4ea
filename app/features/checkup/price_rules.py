"""Checks of prices and quotes (domain.md §4, §8): what the list says, what was charged by it, what was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.words import N_
from app.features.checkup.rule import Rule

#: A line's price for its quantity, half up (both are never negative).
_LINE = "(2 * l.price * l.quantity + 1000) / 2000"

PRICE_RULES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "prices": (
            Rule(
                N_("Price list {code}: the package costs {price:fen}, its lines make {lines:fen}."),
                f"SELECT p.code, p.price, coalesce((SELECT sum({_LINE}) FROM package_line l"
                " WHERE l.package_id = p.id), 0) AS lines FROM price_item p"
                " WHERE p.use = 'package' AND p.price != lines",
            ),
            Rule(
                N_("Price list {code}: it costs {price:fen}, its history ends with {newest:fen}."),
                "SELECT p.code, p.price, (SELECT c.new FROM price_item_change c WHERE c.item_id = p.id"
                " AND c.level = '' ORDER BY c.id DESC LIMIT 1) AS newest FROM price_item p"
                " WHERE newest IS NOT p.price",
            ),
            Rule(
                N_("Price list {code}: the price for {level} is not the last of its history."),
                "SELECT p.code, m.level FROM member_price m JOIN price_item p ON p.id = m.item_id"
                " WHERE (SELECT c.new FROM price_item_change c WHERE c.item_id = m.item_id AND c.level = m.level"
                " ORDER BY c.id DESC LIMIT 1) IS NOT m.price",
            ),
            Rule(
                N_(
                    "Order {number}: a charge is not at the list's price ({list_price:fen}) and nobody said why."
                ),
                "SELECT o.number, l.list_price FROM order_line l JOIN repair_order o ON o.id = l.order_id"
                " WHERE l.item_code != '' AND l.list_price IS NOT NULL AND l.unit_price != l.list_price"
                " AND l.price_reason = ''",
            ),
        ),
        "quotes": (
            Rule(
                N_("Order {number}: more than one version of its quote is open."),
                "SELECT o.number FROM quote q JOIN repair_order o ON o.id = q.order_id WHERE q.state = 'open'"
                " GROUP BY q.order_id HAVING count(*) > 1",
            ),
            Rule(
                N_("Order {number}: version {version} of its quote is there twice, or one is missing."),
                "SELECT o.number, max(q.version) AS version FROM quote q JOIN repair_order o ON o.id = q.order_id"
                " GROUP BY q.order_id HAVING max(q.version) != count(DISTINCT q.version)"
                " OR count(*) != count(DISTINCT q.version)",
            ),
            Rule(
                N_("Order {number}: the customer's limit is below the quote of version {version}."),
                "SELECT o.number, q.version FROM quote q JOIN repair_order o ON o.id = q.order_id"
                " WHERE q.spend_limit < q.total",
            ),
        ),
    }
)
