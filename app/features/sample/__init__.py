"""A lively shop to look at and to test with: invented people, goods and repairs, played through the same
services as the window's. Everything invented comes from a seed; only secret codes are random.
"""
