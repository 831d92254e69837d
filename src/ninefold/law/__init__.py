"""Which acts apply, what they ask, and programmes (IEC 62443-2-1, 2-4, 4-1)."""
