"""``xiuhu day``: real repair records (Open Repair Data Standard) played through the shop's own services."""
