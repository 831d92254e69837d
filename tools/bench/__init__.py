"""Benchmarks: one module a room, each with ``run() -> list of (name, value, unit, note)``. ``make bench`` runs them."""
