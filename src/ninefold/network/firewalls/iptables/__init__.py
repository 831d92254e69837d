"""iptables: what ``iptables-save`` and ``ip6tables-save`` print and ``iptables-restore`` reads."""
