"""What the window watches beside the records: the disk and the clock."""
