"""Customers: list, record, editing, finding doubles and making one of two."""
