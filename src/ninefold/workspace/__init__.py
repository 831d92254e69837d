"""Where intent is written down: a folder of YAML that people read, review and version.

Here: reading with all faults at once, writing without losing anything, history, freshness of steps, approvals.
Not here: what the plant means (``model``), what machines report (``observations``), what steps compute.
"""
