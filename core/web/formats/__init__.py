"""Dates and numbers where Django formats them itself, as in the web admin: the same form as ``core.web.numerals``."""
