"""How the world comes in: one module per foreign format, bytes in, observation values out.

The only readers of foreign formats, with two exceptions that prove what they read: firewall dialects (``network``)
and advisories (``supply``).
"""
