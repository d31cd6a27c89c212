"""The order of names in an alphabet (pure)."""

import unicodedata


def key(name: object) -> str:
    """By what names are sorted: without accents and capitals, so that “États-Unis” stands between “Estonie” and “Finlande”."""
    letters = unicodedata.normalize("NFD", str(name))
    return "".join(one for one in letters if not unicodedata.combining(one)).casefold()
