"""The size of the network: published once a source, drawn true to time."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from accelerator.challenges import services as programmes
from accelerator.dashboards import drawings
from accelerator.test_centres import queries, services
from accelerator.test_centres.models import NetworkFigure
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from tests.factories import accelerator as factory


def test_figures_are_published_together_with_one_event(manager):
    factory.network(factory.size(), factory.size("nations", value=28), by=manager)

    event = AuditEvent.objects.get(kind="network.figures_published")
    assert (event.chain, event.actor, event.after["count"]) == ("general", manager.public_id, 2)
    assert event.after["figures"][0]["stated_for"] == "2024-03-14"


def test_only_whoever_publishes_for_all_programmes_publishes_the_network(reader, manager_of_one):
    for person in (reader, manager_of_one):
        with pytest.raises(NotPermitted):
            factory.network(factory.size(), by=person)

    assert not NetworkFigure.objects.exists()
    assert not AuditEvent.objects.filter(kind="network.figures_published").exists()


def test_a_source_states_a_day_once_and_takes_the_others_with_it(system):
    factory.network(factory.size(), by=system)

    with pytest.raises(services.AlreadyStated):
        factory.network(factory.size("mentors", value=1000), factory.size(value=183), by=system)

    assert NetworkFigure.objects.get().value == 182


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"measure": "offices"}, services.UnfitFigure),
        ({"precision": "hour"}, services.UnfitFigure),
        ({"value": -1}, services.UnfitFigure),
        ({"source": ""}, programmes.NoSource),
        ({"basis": "unconfirmed"}, programmes.NotConfirmed),
    ],
)
def test_an_unfit_figure_is_refused(given, error, system):
    with pytest.raises(error):
        factory.network(factory.size(**given), by=system)

    assert not NetworkFigure.objects.exists()


def test_nothing_is_no_publication(system):
    with pytest.raises(services.NothingToPublish):
        factory.network(by=system)


def test_the_table_itself_refuses_a_figure_without_a_source_and_any_change(system):
    factory.network(factory.size(), by=system)

    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkFigure.objects.create(
            measure="mentors",
            stated_for=date(2025, 12, 1),
            precision="month",
            value=1000,
            basis="solid",
            source="",
            recorded_at=factory.PUBLISHED_AT,
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        NetworkFigure.objects.update(value=1)


def test_a_lower_bound_below_what_is_known_draws_no_fall(system, django_assert_num_queries):
    factory.network(
        factory.size("test-centres", date(2022, 4, 1), 50, precision="month", is_at_least=True),
        factory.size("test-centres", date(2024, 3, 14), 182),
        factory.size("test-centres", date(2025, 6, 1), 180, precision="month", is_at_least=True),
        factory.size("test-centres", date(2025, 12, 1), 200, precision="month", is_at_least=True),
        by=system,
    )

    with django_assert_num_queries(1):
        network = queries.network()

    assert [size.value for size in drawings.rising(network.test_centres)] == [50, 182, 200]
    assert [size.said for size in network.test_centres] == ["more than 50", "182", "more than 180", "more than 200"]
    assert [size.period for size in network.test_centres] == [
        "Apr\u00a02022",
        "14\u00a0Mar\u00a02024",
        "Jun\u00a02025",
        "Dec\u00a02025",
    ]


def test_the_chart_is_true_to_time_and_its_table_says_every_figure(system):
    factory.network(
        factory.size("test-centres", date(2023, 1, 1), 90, precision="year"),
        factory.size("accelerator-sites", date(2024, 3, 14), 23),
        factory.size("test-centres", date(2024, 3, 14), 182),
        by=system,
    )

    chart = drawings.network(queries.network())

    assert chart.rows == [("2023", "90", "–"), ("14\u00a0Mar\u00a02024", "182", "23")]
    assert chart.heading == "From 90 test centres (2023) to 182 (14\u00a0Mar\u00a02024)"


def test_no_figure_makes_no_chart(db):
    assert drawings.network(queries.network()) is None
