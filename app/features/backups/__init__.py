"""Backups as the owner sees them: when they are made, where they lie, and putting one back."""
