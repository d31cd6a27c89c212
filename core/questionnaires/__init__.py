"""Versioned forms: a published version never changes, and whoever answered it keeps it."""
