"""Gathers the background work of the accelerator's parts; none yet has any."""
