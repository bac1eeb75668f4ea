"""Customers as files: read, checked, applied, written."""
