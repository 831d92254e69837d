"""Further formats of advisories, one module each: a decoded value or bytes in, advisories out.

A reader takes what it understands and leaves out the rest; it never raises for a missing part.
"""
