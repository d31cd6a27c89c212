"""Spreadsheets in: read with suspicion, staged as they are, rehearsed, then applied or discarded. Knows no fund."""
