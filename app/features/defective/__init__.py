"""Defective goods, goods of others (consigned) and loans between shops."""
