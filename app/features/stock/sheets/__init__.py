"""Price lists and part lists as files: read, checked, applied, written."""
