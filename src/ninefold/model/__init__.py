"""What is being secured: frozen values and the vocabulary of automation. No I/O, no framework.

Here: the plant as people describe it (intent), the values observations are made of (facts), findings.
Not here: reading or writing (``workspace``, ``observations``, ``sources``) and every computation (``analysis``).
Values are immutable; a changed plant is a new plant (``msgspec.structs.replace``).
"""
