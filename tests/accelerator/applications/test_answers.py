"""What an answer is: cleaned, counted, read, shown, and what is to correct in it."""

import pytest
from django.utils import translation

from accelerator.applications import answers
from accelerator.challenges.models import CallQuestion

NATIONS = {"EE": "Estonia"}


def question(kind, **given):
    return CallQuestion(kind=kind, text_en="What?", text_fr="Quoi ?", order=1, **given)


@pytest.mark.parametrize(
    ("story", "typed", "kept"),
    [
        ("line ends of every machine are one", "a\r\nb\rc", "a\nb\nc"),
        ("letters are composed", "e\u0301", "é"),
        ("a word processor's bullet is a bullet", "\uf0b7 one", "• one"),
        ("its soft line break is a line", "a\x0bb", "a\nb"),
        ("its no-break space stays: French needs it", "Quoi\u00a0?", "Quoi\u00a0?"),
        ("marks that turn the writing are gone", "safe\u202etxt.exe", "safetxt.exe"),
        ("signs without a width are gone", "a\u200bb\ufeff\u00adc", "abc"),
        ("control characters are gone", "a\x00b\x07", "ab"),
        ("markup stays text", "<b>bold</b>", "<b>bold</b>"),
        ("curly quotes stay", "“so”", "“so”"),
    ],
)
def test_text_is_cleaned_not_refused(story, typed, kept):
    assert answers.cleaned(typed) == kept, story


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one", 1),
        ("one two\nthree\tfour", 4),
        ("Qui l’utilise\u00a0?", 2),
        ("– a dash is no word –", 5),
        ("• first • second", 2),
        ("state-of-the-art", 1),
        ("3.5 % of 10", 3),
        ("мир 世界 ½", 3),
        ("\u202f\u3000", 0),
    ],
)
def test_words_are_runs_that_hold_a_letter_or_a_digit(text, count):
    assert answers.words(text) == count


@pytest.mark.parametrize(
    ("language", "typed", "kept"),
    [
        ("en", "1 234.50", "1234.50"),
        ("fr", "1 234,50", "1234.50"),
        ("en", "about ten", "about ten"),
        ("en", "-5", "-5"),
        ("en", "1.005", "1.005"),
    ],
)
def test_an_amount_is_kept_with_a_point_where_it_is_one(language, typed, kept):
    with translation.override(language):
        assert answers.canonical("money", typed) == kept


@pytest.mark.parametrize(
    ("kind", "given", "text", "problem"),
    [
        ("long", {"words_at_most": 2}, "one two", ""),
        ("long", {"words_at_most": 2}, "one two three", "Shorten the answer by 1 word. It has 3, the limit is 2."),
        ("short", {"words_at_most": 1}, "a b c", "Shorten the answer by 2 words. It has 3, the limit is 1."),
        ("choice", {"options_en": ["A", "B"], "options_fr": ["A", "B"]}, "1", ""),
        ("choice", {"options_en": ["A", "B"], "options_fr": ["A", "B"]}, "2", "Choose one of the values offered."),
        ("choice", {"options_en": ["A", "B"], "options_fr": ["A", "B"]}, "-1", "Choose one of the values offered."),
        ("nation", {}, "EE", ""),
        ("nation", {}, "XX", "Choose a nation of the list."),
        ("day", {}, "2026-02-29", "Write the day like 2026-09-30."),
        ("day", {}, "2024-02-29", ""),
        ("day", {}, "0001-01-01", "Write the day like 2026-09-30."),
        ("money", {}, "1234.56", ""),
        ("money", {}, "-5", "Write an amount, such as 1234.56."),
        ("money", {}, "1.005", "Write an amount, such as 1234.56."),
        ("money", {}, "NaN", "Write an amount, such as 1234.56."),
        ("number", {}, "-5.25", ""),
        ("number", {"minimum": 1, "maximum": 9}, "9", ""),
        ("number", {"minimum": 1, "maximum": 9}, "9.01", "Keep to the bounds: from 1 to 9."),
        ("number", {"minimum": 1}, "0", "Keep to the bounds: at least 1."),
        ("number", {"maximum": 9}, "10", "Keep to the bounds: at most 9."),
        ("number", {}, "1" * 30, "Write a number, such as 1234.56."),
        ("number", {}, "١٢", "Write a number, such as 1234.56."),
        ("long", {"words_at_most": 2}, "", ""),
    ],
)
def test_what_is_to_correct_is_said_as_a_remedy(kind, given, text, problem):
    assert answers.problem(question(kind, **given), text, NATIONS) == problem


def test_answers_are_shown_in_the_readers_language():
    choice = question("choice", options_en=["Idea", "Proof"], options_fr=["Idée", "Preuve"])

    with translation.override("fr"):
        assert answers.shown(choice, "1", NATIONS, "EUR") == "Preuve"
        assert answers.shown(question("money"), "1234.5", NATIONS, "EUR") == "EUR\u00a01\u00a0234,50"
        assert answers.shown(question("money", currency_id="USD"), "5", NATIONS, "EUR") == "USD\u00a05,00"
        assert answers.shown(question("day"), "2026-12-01", NATIONS, "EUR") == "1er\u00a0déc.\u00a02026"
        assert answers.shown(question("money"), "much", NATIONS, "EUR") == "much"
