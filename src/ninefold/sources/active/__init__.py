"""Asking devices who they are: only when a person names probe and target, only questions that change nothing.

Every packet can be seen with its meaning before it is sent (:func:`ninefold.sources.active.run.explain`); packets leave
one after the other with a pause between them.
"""
