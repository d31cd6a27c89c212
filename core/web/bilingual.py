"""Words that are kept in both languages and shown in the reader's."""

from dataclasses import dataclass

from core.web import numerals


@dataclass(frozen=True, slots=True, order=True)
class Words:
    """English and French; the English stands in where the French is empty."""

    en: str
    fr: str = ""

    def __str__(self) -> str:
        return self.fr if self.fr and numerals.is_french() else self.en

    def __bool__(self) -> bool:
        return bool(self.en or self.fr)
