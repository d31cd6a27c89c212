"""Whether a start-up may answer a call, as a page asks and answers it."""

from typing import Any

from django.http import HttpRequest

from accelerator.challenges import eligibility, forms, queries, words
from core import clock


def asked(request: HttpRequest, shown: queries.OpenCall) -> dict[str, Any]:
    """The form, and where it was filled in every rule with whether it is kept; nothing of it is stored."""
    needs_day = bool(shown.rules.founded_from or shown.rules.founded_until)
    sent = request.GET if "nation" in request.GET else None
    form = forms.EligibilityForm(sent, needs_day=needs_day, today=clock.today())
    if sent is None or not form.is_valid():
        return {"form": form}
    given = form.cleaned_data
    found = eligibility.verdicts(shown.rules, nation=given["nation"], founded_on=given.get("founded_on"))
    fits = all(one.is_kept for one in found)
    return {
        "form": form,
        "verdicts": found,
        "may_apply": fits and shown.stands == words.Window.OPEN,
        "is_stopped": not fits or shown.stands == words.Window.CLOSED,
        "answer": words.ANSWERS[shown.stands] if fits else words.NOT_ELIGIBLE,
    }
