"""Captures: pcap and pcapng become hosts, flows and facts, at about a million packets a second.

``stream`` (bytes) > ``records`` (batches of frames) > ``frames`` (headers, all at once) > ``table`` (conversations) >
``inspect`` (signatures, facts) > ``roles``, ``flows``, ``hosts`` (the observation).
Not here: comparison with the plant (``steps``), rendering (``tasks.flows``).
"""

from ninefold.sources.captures.reader import NAME, detect, read

__all__ = ["NAME", "detect", "read"]
