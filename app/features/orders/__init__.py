"""The repair order as every room sees it: the frozen card, the facts its guards need, and the moves.

Intake, bench and hand-over build on this; it has no page of its own.
"""
