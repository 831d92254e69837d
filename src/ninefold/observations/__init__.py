"""Where facts are kept: one schema on SQLite or PostgreSQL. Row ids never leave this room."""
