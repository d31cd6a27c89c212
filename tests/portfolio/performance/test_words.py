"""The words of the figures: said in one place in the code, and repeated in the glossary."""

from pathlib import Path

import pytest

from portfolio.performance.pool import MEANINGS, Opens

GLOSSARY = Path(__file__).parents[3] / "docs" / "glossary.md"


def rows():
    """The glossary by term: what the code calls it, and what it means."""
    lines = [line.strip("|\n ").split(" | ") for line in GLOSSARY.read_text().splitlines() if line.startswith("| ")]
    return {term: (code, meaning) for term, code, meaning in lines}


@pytest.mark.parametrize("name", MEANINGS)
def test_the_glossary_has_the_figure_in_the_same_words(name):
    meaning = MEANINGS[name]
    term = str(meaning.name) if str(meaning.name).isupper() else str(meaning.name).lower()

    code, said = rows()[term]
    formula = str(meaning.formula).rstrip(".")
    assert f"`{name}`" in code
    assert said.startswith(formula[0].lower() + formula[1:])


@pytest.mark.parametrize("name", MEANINGS)
def test_a_figure_opens_into_rows_or_into_figures_that_exist(name):
    meaning = MEANINGS[name]

    assert bool(meaning.terms) is (meaning.opens in (Opens.TERMS, Opens.QUOTIENT))
    assert bool(meaning.over) is (meaning.opens is Opens.QUOTIENT)
    assert {term.figure for term in meaning.terms} | ({meaning.over} if meaning.over else set()) <= set(MEANINGS)
    assert bool(meaning.codes) is (meaning.opens in (Opens.ENTRIES, Opens.ACCOUNTS, Opens.POSITIONS))
