"""Brands the shop works for: agreements, code lists, plans of devices (domain.md §5, §11)."""
