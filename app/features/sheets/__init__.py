"""Lists from files and to files, whatever the list: reading, checking, preview, writing."""
