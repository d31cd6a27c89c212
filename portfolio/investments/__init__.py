"""Positions: purchases in tranches, follow-ons, sales, write-offs, and stakes in other funds, posted in both currencies."""
