"""What a person's file is called is kept as data, made fit to be shown."""

import unicodedata

import pytest

from core.documents import names
from core.documents.limits import LONGEST_NAME


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\a\\plan.pdf", "plan.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("plan.pdf\x00.exe", "plan.pdf.exe"),
        ("plan\r\nx: y.pdf", "planx_ y.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("com1", "_com1"),
        ("plan.pdf. . .", "plan.pdf"),
        ("  a \u2028 b.pdf", "a b.pdf"),
        ("\ufeff\u200bplan.pdf", "plan.pdf"),
        ("re\u0301sume\u0301.pdf", "résumé.pdf"),
        ("...", ""),
        ("", ""),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("é" * 300, "é" * 150),
    ],
)
def test_a_name_is_made_fit(given, kept):
    assert names.cleaned(given) == kept


@pytest.mark.parametrize("given", [chr(code) * 3 + ".pdf" for code in range(0x20, 0x3000, 61)])
def test_a_name_stays_as_it_is_once_it_is_fit(given):
    once = names.cleaned(given)

    assert names.cleaned(once) == once
    assert len(once) <= LONGEST_NAME
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("name", "ending"), [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), (".pdf", ""), ("a.", "")]
)
def test_an_ending_is_what_stands_after_the_last_full_stop(name, ending):
    assert names.ending(name) == ending
