"""The stock ledger: every move of goods, decided here and written by ``booking`` (domain.md §7).

Each function works in the transaction it is given and leaves these identities whole (``doctor`` checks them):
Σ moves = balances by place = the part's sums = its months; value in − value out = value on hand, to the fen; consigned
goods carry no value; nothing lies below zero anywhere.

parts          what every move asks of its part: the record, how much may be taken, its worth, its prices
goods_in       received, consigned, stripped from scrap devices, borrowed
goods_out      scrapped, back to the supplier, lent
on_orders      used, taken back, owed until they are booked in
reservations   held for an order
transfers      from place to place, into a technician's bag and back
counts         brought to what was counted
"""
