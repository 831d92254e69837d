"""Packet sets, policy, proof, firewall dialects and the twin.

``packets``, ``policy`` and ``proof`` do no I/O.
"""
