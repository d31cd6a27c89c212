"""What the states of a document are called, how each is tinted, and why a document was refused."""

from django.utils import formats
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.documents.lifecycle import State
from core.documents.limits import MEGABYTE

STATES: dict[str, Promise] = {
    State.QUARANTINED: _("Waits for its check"),
    State.SCANNING: _("Is being checked"),
    State.CLEAN: _("Checked"),
    State.REFUSED: _("Refused"),
}
TONES: dict[str, str] = {
    State.QUARANTINED: "plain",
    State.SCANNING: "info",
    State.CLEAN: "ok",
    State.REFUSED: "stop",
}
REMOVED = _("Removed")

REASONS = {
    "not-as-named": _(
        "“{name}” is not the type of file that its ending says. Save it again as that type in the program that made it, "
        "then add the new file."
    ),
    "unreadable": _(
        "“{name}” is damaged or incomplete: it cannot be opened. Open it in the program that made it, save it again, then "
        "add the new file."
    ),
    "password": _(
        "“{name}” is protected by a password, so nobody here can read it. Save it without a password, then add the new file."
    ),
    "macros": _(
        "“{name}” contains macros. Files are taken without programs inside. Save it without macros, then add the new file."
    ),
    "script": _(
        "“{name}” contains a script or starts a program when it is opened. Print it to a new PDF, then add that file."
    ),
    "embedded": _("“{name}” has other files inside. Take them out and add each by itself, or print it to a new PDF."),
    "external": _(
        "“{name}” takes parts of it from another place when it is opened. Put these parts into the file itself, then add "
        "the new file."
    ),
    "unpacked": _(
        "“{name}” becomes too large or too many when it is unpacked: the most is 1,000 parts and 500 MB, a hundred times "
        "the size of the file. Split it or make its pictures smaller, then add the new files."
    ),
    "nested": _("“{name}” contains an archive inside. Unpack that one, then add its files."),
    "unsafe-names": _(
        "“{name}” contains names that lead out of its folder, or links. Pack it again from an ordinary folder, then add "
        "the new file."
    ),
    "unsafe-xml": _(
        "“{name}” contains definitions that no office program writes. Open it, save it again, then add the new file."
    ),
    "part-not-taken": _(
        "“{name}” contains a type of file that is not taken. Take it out, pack the rest again, then add the new file."
    ),
    "pixels": _("“{name}” has more than 40 million pixels. Make the picture smaller, then add the new file."),
    "not-text": _(
        "“{name}” is not plain text: it contains signs that no text has. Save it as text in UTF-8, then add the new file."
    ),
    "infected": _(
        "“{name}” contains a virus and was deleted. Check your computer, then add a file that is free of it."
    ),
    "too-complex": _(
        "“{name}” took more time or memory to check than a file may take. Print it to a new PDF or split it, then add the "
        "new file."
    ),
}
RULES: dict[str, Promise] = {
    "not-as-named": _("Not of the type that its name says"),
    "unreadable": _("Damaged"),
    "password": _("Protected by a password"),
    "macros": _("Macros"),
    "script": _("Scripts"),
    "embedded": _("Files inside"),
    "external": _("Parts from elsewhere"),
    "unpacked": _("Too large when unpacked"),
    "nested": _("An archive inside"),
    "unsafe-names": _("Names that lead out of its folder"),
    "unsafe-xml": _("Definitions in its markup"),
    "part-not-taken": _("A type inside that is not taken"),
    "pixels": _("Too many pixels"),
    "not-text": _("Not plain text"),
    "infected": _("A virus"),
    "too-complex": _("Too much to check"),
}
"""By which rule it was refused, in few words."""


def rule(code: str) -> str:
    return str(RULES.get(code, code))


def state(code: str) -> str:
    return str(STATES.get(code, code))


def tone(code: str) -> str:
    return TONES.get(code, "plain")


def reason(code: str, name: str) -> Promise | str:
    """The sentence in the reader's language; empty where there is no reason."""
    if not code:
        return ""
    return format_lazy(REASONS.get(code, REASONS["unreadable"]), name=name)


def megabytes(size_bytes: int) -> str:
    """With one decimal place in the reader's language; at least a tenth."""
    return formats.number_format(max(round(size_bytes / MEGABYTE, 1), 0.1), decimal_pos=1)
