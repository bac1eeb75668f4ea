"""Giving back at the counter: what was done, what is due, is it the right person?"""
