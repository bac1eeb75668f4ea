"""The price list: what work and visits cost, kept by the owner, taken at bench and counter (domain.md §4, §8)."""
