"""What every endpoint shares: strict input, problems, cursors, keys that are safe to repeat, entity tags, the contract."""
