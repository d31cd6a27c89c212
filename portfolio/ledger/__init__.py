"""The books: balanced by construction, append-only, closed by period, chained. The ledger asks nobody; callers check rights."""
