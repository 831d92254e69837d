"""Ninefold: nine steps to protection of an automation system according to IEC 62443.

The house is described in ``docs/architecture.md``; every room says in its first lines what lives there.
"""

__version__ = "0.1.0"
