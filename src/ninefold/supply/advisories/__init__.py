"""Security advisories: reading, schema, the tests of the specification, further formats, writing.

Source of the rules: OASIS CSAF 2.0 (2022-11-18), section 6.
"""
