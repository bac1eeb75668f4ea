"""Money in and out: the only code that writes payments and allocations."""
