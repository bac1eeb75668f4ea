"""The push to brands' head offices: what waits goes out over a bad network, and has its effect exactly once."""
