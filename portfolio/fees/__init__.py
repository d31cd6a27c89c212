"""Fees and expenses of the fund: paid through the books."""
