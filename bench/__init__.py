"""Measurements, as ratios; never tests. Results of the arms are asserted equal before anything is timed."""
