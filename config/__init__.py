"""Wires settings, addresses, background work and schedule."""
