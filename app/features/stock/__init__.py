"""Parts: the list, goods in, and the ledger that every use of a part goes through."""
