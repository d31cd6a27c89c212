"""Ranking what was reviewed, and selecting from it: proposed by one, decided by another, told to applicants on its day."""
