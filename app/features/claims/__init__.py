"""Claims on brands: made at delivery, completed, sent, answered, settled (domain.md §11)."""
