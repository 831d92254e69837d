"""nftables: the language of the Linux packet filter, as text and as the JSON of ``nft -j``."""
