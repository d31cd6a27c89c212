"""Cohorts: the start-ups selected for a programme."""
