"""Decisions by silence: a text before the entitled Allies, adopted by the clock unless one of them breaks silence."""
