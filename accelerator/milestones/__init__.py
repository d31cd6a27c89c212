"""Milestones: what a start-up does for the funding of a phase, shown by evidence that two people accept."""
