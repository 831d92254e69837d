"""What every room needs and nobody owns.

Here: errors, limits, clock, translation, progress, digests, atomic files, safe readers, signing, the Executor.
Not here: anything that knows what an asset, a zone or a rule is.
"""
