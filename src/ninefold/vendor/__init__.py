"""Unmodified runtime assets of others, each with version, hash and licence (see NOTICE)."""
