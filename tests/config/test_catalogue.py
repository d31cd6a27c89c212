"""Every text that people read has its French: no empty entry, no guess, and what is compiled says the same."""

import re

import pytest
from babel.messages.mofile import read_mo

from config import catalogue

BOTH = pytest.mark.parametrize("path", [catalogue.OURS, catalogue.OF_PACKAGES], ids=["ours", "of packages"])
LACKING = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "said"
msgstr "dit"

msgid "empty"
msgstr ""

#, fuzzy
msgid "guessed"
msgstr "deviné"

#, python-format
msgid "%(count)s day"
msgid_plural "%(count)s days"
msgstr[0] "%(count)s jour"
msgstr[1] "%(count)s jours"

msgid "one of half"
msgid_plural "many of half"
msgstr[0] "un"
msgstr[1] ""
"""


@BOTH
def test_no_entry_is_empty_or_a_guess(path):
    entries = catalogue.read(path)

    assert catalogue.missing(entries) == []
    assert len(entries) > 0


def test_every_text_that_the_code_asks_for_has_an_entry_with_its_french():
    assert catalogue.missing(catalogue.gathered(catalogue.read(catalogue.OURS))) == []


def test_a_sign_that_stands_apart_is_never_alone_on_the_next_line():
    """French sets ``; : ? ! »`` and ``«`` apart from the words, by a space at which no line breaks."""
    french = [text for one in catalogue.read(catalogue.OURS) if one.id for text in flat(one.string)]

    assert [text for text in french if re.search(r" [;:?!»]|« ", text)] == []


@BOTH
def test_what_is_compiled_is_what_is_written(path):
    with path.with_suffix(".mo").open("rb") as file:
        served = read_mo(file)

    assert said(served) == said(catalogue.read(path))


def said(entries):
    """Each text, with its plural and its context where it has one, and its French."""
    return {(str(list(flat(one.id))), context_of(one)): list(flat(one.string)) for one in entries if one.id}


def context_of(entry):
    """Babel gives the context of what is compiled as bytes."""
    return entry.context.decode() if isinstance(entry.context, bytes) else entry.context


def flat(text):
    return [text] if isinstance(text, str) else text


def test_an_empty_entry_a_guess_and_a_plural_said_by_half_are_noticed(tmp_path):
    file = tmp_path / "lacking.po"
    file.write_text(LACKING)

    assert catalogue.missing(catalogue.read(file)) == ["empty", "guessed", "('one of half', 'many of half')"]


def test_a_text_that_is_new_in_the_code_is_noticed(monkeypatch):
    monkeypatch.setattr(catalogue, "texts", lambda: [("a text that nobody translated", None, "core/new.py")])

    assert catalogue.missing(catalogue.gathered(catalogue.read(catalogue.OURS))) == ["a text that nobody translated"]
