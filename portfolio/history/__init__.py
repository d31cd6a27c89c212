"""Bringing in a history: a fund's past from spreadsheets, rehearsed through the services and applied by two people."""
