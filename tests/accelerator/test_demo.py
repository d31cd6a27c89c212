"""The demo's programmes: what is published stands as published, and nothing that no source confirms is in it."""

import csv

import pytest

from accelerator.challenges import queries as programmes
from accelerator.challenges.models import ProgrammeFigure
from accelerator.cohorts import queries as cohorts
from accelerator.test_centres import queries as network
from core.audit import services as audit
from core.audit.models import AuditEvent
from core.money.models import Currency
from demo import accelerator
from tests.factories import nations

NATIONS = ("US", "CA", "GB", "PL", "TR", "IT", "NO", "LT", "EE", "NL", "FI", "PT")


@pytest.fixture
def played(system):
    Currency.objects.create(code="EUR", name_en="Euro", name_fr="Euro")
    for code in NATIONS:
        nations.ally(code, system=system)
    accelerator.play(system=system)


def test_the_three_published_programmes_stand_with_their_funnels(played):
    found = programmes.programmes()

    assert [(one.slug, one.call_year, one.cohort_year, len(one.challenges)) for one in found] == [
        ("2026", 2025, 2026, 10),
        ("2025", 2024, 2025, 5),
        ("2023-pilot", 2023, 2024, 3),
    ]
    funnels = [
        (one.funnel.applications.count.said, one.funnel.phase_1.value, one.funnel.phase_2.value) for one in found
    ]
    assert funnels == [
        ("3\u00a0680", 150, None),
        ("2\u00a0600", 74, 14),
        ("more than 1\u00a0300", 44, 10),
    ]
    assert [one.phase_1_announced.said for one in found] == [
        "10\u00a0Dec\u00a02025",
        "Dec\u00a02024",
        "30\u00a0Nov\u00a02023",
    ]


def test_sources_that_disagree_are_both_there(played):
    differing = ProgrammeFigure.objects.filter(is_preferred=False).order_by("stage", "value")

    assert [(one.programme.slug, one.stage, one.value, one.is_at_least) for one in differing] == [
        ("2026", "applications", 3000, True),
        ("2025", "phase-1", 76, False),
        ("2025", "phase-2", 15, False),
    ]


def test_what_no_source_confirms_is_not_there(played):
    everybody = [one for programme in programmes.programmes() for one in cohorts.members(programme.public_id)]

    assert len(everybody) == 18
    assert not {"Goldilock", "IONATE", "Ephos"} & {one.name for one in everybody}
    assert sorted(one.name for one in everybody if not one.nation_code) == [
        "LevelQuantum",
        "Phantom Photonics",
        "Qubitrium",
        "SECQAI",
        "g2-Zero",
    ]
    assert all(one.is_challenge_inferred for one in everybody if one.challenge_code)
    assert [size.value for size in network.network().accelerator_sites] == [10, 9, 11, 23]


def test_every_event_stands_at_its_moment_and_the_chains_hold(played):
    assert audit.verify_all() == []
    for programme in programmes.programmes():
        moments = AuditEvent.objects.filter(chain=programme.public_id).order_by("position")
        moments = list(moments.values_list("occurred_at", flat=True))
        assert moments == sorted(moments)


def test_every_row_of_the_data_has_its_source():
    for file in ("programmes", "challenges", "programme_figures", "cohort_members", "network_figures"):
        with (accelerator.DATA / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert all(row["source"] and row["basis"] in {"solid", "partial", "weak"} for row in rows)
