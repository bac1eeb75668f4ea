"""Backups: one file each, verified before it counts, kept by a rule, restored whole or not at all (promises.md 12–16).

``making.make`` copies a shop beside its open window; ``container`` is the file; ``places`` the folders they lie in;
``keeping`` says which stay; ``restoring`` puts one in the place of the records.
"""
