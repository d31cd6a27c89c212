"""French with every translated word between two marks, so that whatever stands outside them was never translated."""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import models
from django.http import HttpResponse
from django.utils.translation import trans_real

from core.exports import xlsx
from core.web import numerals
from tests.sweeps.pages import Page

OPEN, CLOSE = "\ue000", "\ue001"
"""Two letters of the private area: no text, font or filter has a meaning for them."""
MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}?")
NOT_OURS = re.compile(r"(<[^>]*>|%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|%[sd%]|\{[^{}]*\})")
"""Places in a translated text that are filled in later, and tags of pages."""
LANGUAGES = ("English", "Français")
"""Each language is offered by its own name."""
TYPED = ("Some words", "SWEEP-1", "investor", "lead")
"""What the sweep enters into forms and files, and what a fund was in a round in the words of the source."""
WORD = re.compile(r"[^\W\d_]{2,}")


class Marked(trans_real.DjangoTranslation):
    """A translation that marks what it says and notes what it has no words for."""

    def __init__(self, real: trans_real.DjangoTranslation) -> None:
        self.__dict__ |= real.__dict__
        self.lacking: set[str] = set()

    def gettext(self, message: str) -> str:
        if self._catalog.get(message) is None and WORD.search(message):
            self.lacking.add(message)
        return marked(super().gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        try:
            self._catalog.plural(msgid1, n)
        except KeyError:
            self.lacking.add(msgid1)
        return marked(super().ngettext(msgid1, msgid2, n))


@contextmanager
def spoken_with_marks() -> Iterator[Marked]:
    """French is marked within; English is as ever."""
    real = trans_real.translation("fr")
    with_marks = Marked(real)
    trans_real._translations["fr"] = with_marks
    try:
        yield with_marks
    finally:
        trans_real._translations["fr"] = real


def texts_of(answer: HttpResponse) -> Iterator[tuple[str, str]]:
    """Every text of a page that is meant to be French, or of a workbook's cells, with where it stands."""
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        texts = Page.of(answer.bytes.decode().replace("<wbr>", "")).texts
        yield from ((text.place, text.words) for text in texts if text.language == "fr")
    elif kind == xlsx.CONTENT_TYPE:
        with zipfile.ZipFile(io.BytesIO(answer.bytes)) as book:
            cells = Page.of(book.read("xl/sharedStrings.xml").decode()).texts
            yield from (("cell", text.words) for text in cells)
    elif kind.startswith("text/") and not kind.startswith("text/javascript"):
        yield kind, answer.bytes.decode()


def marked(text: str) -> str:
    """The words of a text between marks, what is filled in later and tags outside them."""
    return "".join(
        part if place % 2 or not part.strip() else f"{OPEN}{part}{CLOSE}"
        for place, part in enumerate(NOT_OURS.split(text))
    )


CODES = re.compile(r"(?:^|_)(?:kind|state|basis|precision|role|stage|measure|purpose|status|technology)$")
"""Fields that hold codes: a page says them in words."""
AROUND = " \u00a0\n\t.,;:·-–—()[]«»“”\"'’*…→←+−%0123456789"
BETWEEN = re.compile(r"[\n·;()→]| – | — |, |: ")
ENGLISH_FIGURE = re.compile(
    r"(?<![\w.-])\d{4}-\d\d-\d\d(?![\w-])|(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w,])|(?<![\w.])\d+\.\d\d(?![\w.])"
)
"""A day or a number as a program writes it, or as an Englishman."""
NO_WORDS = re.compile(
    r"https?://\S+|[\w.+-]+@[\w.-]+|\b(?:[\w-]+\.)+[a-z]{{2,}}\b|\b[a-z]+_[0-9a-z]{{16}}\b|\bREQ-[0-9A-F]+|\b[0-9a-f]{{8,64}}\b"
    r"|\d+\s+h\s+\d+\s+min\s+\d+\s+s\b"
    r"|\b(?:[A-Z]{{3}}|M€|UTC|1er|T[1-4])(?!\w)|\b(?:{months}|{days})(?!\w)".format(
        months="|".join(map(re.escape, numerals.MONTHS["fr"])), days="|".join(map(re.escape, numerals.WEEKDAYS["fr"]))
    )
)
"""Addresses, ids, numbers of requests, digests, currencies, quarters, months and days."""


class Known:
    """Everything that stands in the database as people wrote it: names, addresses, notes, ids."""

    def __init__(self) -> None:
        self.texts: set[str] = {*LANGUAGES, *TYPED}
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if _is_text(field):
                    self._keep(model, field)
                elif isinstance(field, models.JSONField):
                    for value in model._base_manager.values_list(field.name, flat=True):
                        self._take(value)

    def leftover(self, text: str) -> str:
        """What a text says outside the marks and outside what is known; empty where it holds no word of its own."""
        strange = [part for part in MARKED.sub("\n", text).split("\n") if not self._knows(part)]
        return " | ".join(part.strip() for whole in strange for part in BETWEEN.split(whole) if not self._knows(part))

    def misfits(self, text: str) -> str:
        """Days and numbers of a text that nobody wrote in another form than a French reader's; empty where there are none."""
        parts = [part for part in MARKED.sub("\n", text).split("\n") if not self._is_kept(part)]
        return " | ".join(found for part in parts for found in ENGLISH_FIGURE.findall(part))

    def _is_kept(self, part: str) -> bool:
        return " ".join(part.split()).strip(AROUND) in self.texts

    def _knows(self, part: str) -> bool:
        rest = " ".join(part.split())
        bare = " ".join(NO_WORDS.sub(" ", rest).split()).strip(AROUND)
        return not WORD.search(bare) or rest.strip(AROUND) in self.texts or bare in self.texts

    def _take(self, value: object) -> None:
        """What a row holds of a file, and the French of what is kept in both languages."""
        if isinstance(value, str):
            self.texts.add(" ".join(value.split()).strip(AROUND))
        elif isinstance(value, list):
            for one in value:
                self._take(one)
        elif isinstance(value, dict):
            for key, one in value.items():
                if key != "en":
                    self._take(one)

    def _keep(self, model: type[models.Model], field: models.Field) -> None:
        """English stands for itself only where nobody gave the French."""
        rows = model._base_manager.all()
        french = field.name.removesuffix("_en") + "_fr"
        if field.name.endswith("_en") and french in {one.name for one in model._meta.concrete_fields}:
            rows = rows.filter(**{french: ""})
        for text in rows.values_list(field.name, flat=True):
            self.texts |= {" ".join(line.split()).strip(AROUND) for line in [str(text), *str(text).splitlines()]}


def _is_text(field: models.Field) -> bool:
    return isinstance(field, models.CharField | models.TextField) and not field.choices and not CODES.search(field.name)
