"""Who did what, when and from where: append-only, hash-chained, told in sentences."""
