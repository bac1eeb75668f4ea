"""Buying: suppliers, the reorder proposal, purchase orders, goods in, and which repairs can go on (domain.md §7)."""
