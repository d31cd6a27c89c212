"""Money: value, rounding, allocation (pure), currencies and the European Central Bank's reference rates."""
