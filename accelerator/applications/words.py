"""How applications and their sections read."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accelerator.applications.lifecycle import State
from accelerator.applications.queries import Part

STATES: dict[str, tuple[str, Promise]] = {
    State.DRAFT: ("plain", _("Draft")),
    State.SUBMITTED: ("ok", _("Submitted")),
    State.WITHDRAWN: ("none", _("Withdrawn")),
}


def state(code: object) -> object:
    """The word for a state; a filter's other choices stay as they are."""
    return STATES[str(code)][1] if str(code) in STATES else code


def part(one: Part) -> tuple[str, str, str]:
    """How a section stands: tone, word and sign of its chip."""
    if one.to_correct:
        said = ngettext("%(count)s to correct", "%(count)s to correct", one.to_correct)
        return "stop", said % {"count": one.to_correct}, "stop"
    if one.is_done:
        return "ok", _now("Done"), "check"
    if one.answered:
        return "info", _now("In progress"), "half"
    return "plain", _now("Not started"), "ring"


def patterns() -> tuple[str, str]:
    """How a count of words reads within its limit, and beyond it: the page fills them in as the server does."""
    return _now("%(words)s of %(limit)s words"), _now("%(said)s, %(over)s too many")


def count(words: int, limit: int) -> str:
    """``111 of 100 words, 11 too many``."""
    within, beyond = patterns()
    said = within % {"words": words, "limit": limit}
    return said if words <= limit else beyond % {"said": said, "over": words - limit}
