"""Rule tables as CSV, as industrial routers show and export them, read by a mapping of columns."""
