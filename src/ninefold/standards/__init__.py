"""What is asked for: IEC 62443 parts, ISO 27001, NIS 2, CRA, Machinery Regulation, ATT&CK for ICS.

Here: data files with provenance and doubt per row, and typed look-ups over them.
Not here: judging a plant against them (``analysis``, ``law``).
"""
