"""The head office's receiver: what a brand runs so that its repair shops can send claims and reports.

It stands alone: of the program it knows ``app.core`` only, and nothing in the program knows it but the command line.
"""
