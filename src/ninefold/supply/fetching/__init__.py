"""Advisories from providers: discovery, feeds, folders, hashes, signatures. The only code of this room that fetches.

Source: CSAF 2.0 section 7 (requirements 1 to 20 for providers) and section 9.1.5 (downloader conformance).
"""
