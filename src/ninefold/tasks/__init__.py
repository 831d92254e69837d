"""Jobs outside the nine steps: flows of a capture, compare two rule sets, validate an advisory, export."""
