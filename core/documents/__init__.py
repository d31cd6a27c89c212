"""Files that people upload: quarantined, checked, released, kept."""
