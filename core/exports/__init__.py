"""Figures out of the product: workbooks with real numbers. Knows no fund and no programme."""
