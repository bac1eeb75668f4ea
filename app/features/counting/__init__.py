"""Stocktakes: what should be there, what is there, and the difference booked when a lead approves it."""
