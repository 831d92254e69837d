"""Where intent is written down: reading, checking, editing, history, freshness and approvals of the text files.

Not here: facts (``observations``) and any engine.
"""
