"""Who works here: signing in by PIN or badge, the staff list, PINs kept as argon2id."""
