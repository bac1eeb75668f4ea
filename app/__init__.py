"""Xiuhu: the program of one appliance and electronics repair shop."""

__version__ = "0.1.0"
