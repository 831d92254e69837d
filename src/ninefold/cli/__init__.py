"""The command line: parses, calls, renders. Nothing else."""
