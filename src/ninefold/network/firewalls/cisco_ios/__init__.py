"""Cisco IOS and IOS XE routers: access lists at interfaces (IPv4, stateless)."""
