"""What a partner system may see of programmes: those that it reaches, with their challenges and published calls."""

from django.db.models import QuerySet

from accelerator.challenges.lifecycle import State
from accelerator.challenges.models import Call, Challenge, Programme
from accelerator.challenges.queries import calls
from core.api.callers import Caller
from core.errors import NotFound


def programmes(caller: Caller) -> QuerySet[Programme]:
    """The programmes that it reaches."""
    return Programme.objects.filter(public_id__in=caller.programmes)


def challenges(caller: Caller) -> QuerySet[Challenge]:
    """The challenges of programmes that it reaches."""
    return Challenge.objects.filter(programme__public_id__in=caller.programmes).select_related("programme")


def published(caller: Caller) -> QuerySet[Call]:
    """The published calls of programmes that it reaches; what is drafted is nobody's outside."""
    rows = Call.objects.filter(state=State.PUBLISHED, programme__public_id__in=caller.programmes)
    return rows.select_related("programme__currency")


def with_form(caller: Caller) -> QuerySet[Call]:
    """The same with sections, questions and criteria at hand."""
    return calls.with_all(published(caller)).select_related("programme__currency")


def get_call(caller: Caller, public_id: str) -> Call:
    """One of them with its form. Raises NotFound."""
    found = with_form(caller).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found
