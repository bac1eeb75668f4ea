"""The journal for the bookkeeper: what the shop booked in a month, as double-entry lines (domain.md §8)."""
