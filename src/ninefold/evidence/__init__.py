"""Evidence: statements about what was found, signed, in an append-only list, verifiable without Ninefold's help.

Here: in-toto statements, the ledger, verification of both.
Not here: signing itself (``base/dsse``), approvals of people (``workspace/approvals``).
"""
