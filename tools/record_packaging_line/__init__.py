"""Makes the sources of the examples: recorded traffic and scans, lists, SBOMs and advisories."""
