"""The fund: commitments, the pool, and what is done with it."""
