"""``xiuhu doctor``: everything that must hold is looked at, and what does not is said with its place."""
