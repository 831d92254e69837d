"""Facts: one module a family of protocols, from a payload to what it says about its sender.

Every parser is ``(talk, data)``; it may stop with IndexError or ValueError where the payload is cut.
Keys are listed in ``docs/reference/facts.md``.
"""
