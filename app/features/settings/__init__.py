"""The shop's settings: founding a shop with sensible defaults, checking and saving what the owner changes."""
