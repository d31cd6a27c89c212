"""The programme's words for the applicant: per criterion, and naming nobody."""

import pytest
from django.db import DatabaseError, transaction

from accelerator.challenges import queries as challenges
from accelerator.panels import queries, services
from accelerator.panels.models import Feedback
from core.errors import NotPermitted
from tests.factories import panels
from tests.factories import reviews as factory
from tests.factories.reviews import CLOSED_AT

pytestmark = pytest.mark.django_db


def write(application, *texts, by):
    keys = [one.pk for one in challenges.criteria(application.call)]
    stated = dict(zip(keys, texts, strict=True))
    return services.write_feedback(application, stated, by=by, at=CLOSED_AT)


def test_words_are_written_changed_and_taken_back(application, manager):
    write(application, "Well shown.", "Little said.", by=manager)
    write(application, "Very well shown.", "", by=manager)

    assert [one.text for one in queries.feedback(application).values()] == ["Very well shown."]


def test_the_name_of_a_reviewer_does_not_pass(application, programme, manager, system):
    known = factory.reviewer(programme, system=system)
    known.name = "Åsa Lindqvist"
    known.save()
    factory.assigned(application, known, by=manager)

    with pytest.raises(services.NamesSomebody, match="Lindqvist") as refused:
        write(application, "Fine.", "Mrs LINDQVIST doubts it.", by=manager)
    assert refused.value.field == "criterion_2"
    assert queries.feedback(application) == {}


def test_what_was_told_stays(scored, call, manager, second):
    first = scored[0]
    write(first, "Fine.", "", by=manager)
    panels.released(call, selected=[first], by=manager, second=second)

    with pytest.raises(services.Told):
        write(first, "Better.", "", by=manager)
    for change in (lambda: Feedback.objects.update(text="Worse."), Feedback.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert [one.text for _criterion, one in sorted(queries.feedback(first).items())] == ["Fine."]


def test_only_the_programme_writes_it(application, ann, reader):
    for person in (ann, reader):
        with pytest.raises(NotPermitted):
            write(application, "Fine.", "", by=person)
