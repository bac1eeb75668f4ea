"""A brand's month: what was claimed, accepted, deducted and added, and the difference in the books (domain.md §11)."""
