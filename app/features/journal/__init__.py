"""Who did what, when: the journal, read by who answers for the shop, and whether it is whole."""
