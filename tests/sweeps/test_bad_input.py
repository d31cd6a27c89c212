"""Whatever is typed, pasted or forged gets a clear answer in the language of the person, and nothing is half-written."""

from itertools import groupby

import pytest
from django.conf import settings

from core.people.models import User
from tests import sampling
from tests.sweeps import agreement, bad_input
from tests.sweeps.bad_input import Case

ENTRIES = agreement.of_people()
ROUTES = {route: list(entries) for route, entries in groupby(ENTRIES, key=lambda entry: entry.route)}
LANGUAGES = [code for code, _name in settings.LANGUAGES]
ASKED = {bad_input.of_addresses: 1, bad_input.of_forms: 2, bad_input.of_requests: 1}
TIMES_IN_FULL = 6
"""How many cases of each sort are asked of a route, always the same ones, and how often so many with FULL. The languages
take turns."""


@pytest.mark.parametrize("route", sampling.part(ROUTES, one_in=2))
def test_bad_input_gets_a_clear_answer_and_writes_nothing(route, world):
    found = []
    for number, case in enumerate(cases(route, world)):
        language = LANGUAGES[number % len(LANGUAGES)]
        read_in(language, case)
        found += bad_input.faults(case, language)

    assert found == []


def cases(route: str, world) -> list[Case]:
    """What is asked of a route. One that nobody may open has no page to send anything to."""
    asked = []
    for entry in ROUTES[route]:
        if actor := bad_input.who_opens(entry, world):
            for sort, count in ASKED.items():
                some = count * TIMES_IN_FULL if sampling.FULL else count
                asked += bad_input.some(list(sort(entry, world, actor)), some, f"{sort.__name__} {route}")
    return asked


def read_in(language: str, case: Case) -> None:
    if case.actor.user:
        User.objects.filter(pk=case.actor.user.pk).update(language=language)
