"""Correcting what was invoiced and paid, and what customers owe: credit notes, refunds, write-offs, receivables."""
