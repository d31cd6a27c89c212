"""Who may open the pages of this package."""

from core.people.policy import Row

ROWS: list[Row] = []
