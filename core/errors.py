"""
The four ways in which a service refuses. Each service declares its own beneath them.

An error carries a stable ``code`` for machines and a sentence for people in the reader's language.
Which status code answers it is known at the edges alone.
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class DomainError(Exception):
    """A refusal that was foreseen: a person can understand it and act on it."""

    code: ClassVar[str] = "refused"
    sentence: Sentence = _("This cannot be done.")

    def __init__(self, sentence: Sentence | None = None, *, field: str | None = None, row: int | None = None) -> None:
        """``field`` names the input at fault, where there is one; ``row`` counts from 1 the thing at fault among several."""
        super().__init__(self.code)
        if sentence is not None:
            self.sentence = sentence
        self.field = field
        self.row = row

    def __str__(self) -> str:
        return str(self.sentence)


class NotPermitted(DomainError):
    """The person may see the thing but not do this to it."""

    code = "not_permitted"
    sentence = _("Your role does not allow this. An administrator can tell you who may.")


class NotFound(DomainError):
    """The thing does not exist, or this person may not know that it does."""

    code = "not_found"
    sentence = _("There is nothing here under this address.")


class Conflict(DomainError):
    """The state of the thing forbids it now."""

    code = "conflict"
    sentence = _("This has changed in the meantime and can no longer be done.")


class Invalid(DomainError):
    """The input itself is at fault."""

    code = "invalid"
    sentence = _("Correct what you entered.")
