"""Funds, their closings and the Allies' commitments: the pool as of any day and as known on any moment."""
