"""Firewall dialects: each folder parses (and may render) one vendor's language; ``interface`` is the seam."""
