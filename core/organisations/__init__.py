"""Start-ups, investors, test centres, ministries: one identity for both businesses."""
