"""Statements, the ledger, and the verification of both."""
