"""Gathers the background work of the fund's parts; none yet has any."""
