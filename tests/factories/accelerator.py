"""Programmes, members and figures of the network, published through the services."""

from datetime import date, datetime, timezone
from decimal import Decimal

from accelerator.challenges import services as programmes
from accelerator.cohorts import services as cohorts
from accelerator.test_centres import services as test_centres
from core.money.models import Currency
from core.organisations import services as organisations

PUBLISHED_AT = datetime(2025, 6, 2, 9, tzinfo=timezone.utc)
SOURCE = "https://example.org/programme"
CALL = programmes.Call(date(2025, 6, 2), date(2026, 12, 31))
FUNDING = programmes.Funding(Decimal("100000.00"), 6, Decimal("300000.00"), 6)


def programme(slug="2026", *, by, **given):
    """A programme with a cohort of 2026 that takes applications from June 2025 until the end of 2026."""
    Currency.objects.get_or_create(code="EUR", defaults={"name_en": "Euro", "name_fr": "Euro"})
    stated = {
        "slug": slug,
        "name_en": f"{slug} programme",
        "name_fr": f"Programme {slug}",
        "call": CALL,
        "cohort_year": 2026,
        "phase_1_starts_on": date(2026, 1, 1),
        "funding": FUNDING,
        "basis": "solid",
        "source": SOURCE,
        "at": PUBLISHED_AT,
    } | given
    return programmes.publish_programme(**stated, by=by)


def challenge(of, code="P26-SPACE", *, by, order=1, **given):
    stated = {
        "code": code,
        "title_en": f"Challenge {code}",
        "title_fr": f"Défi {code}",
        "order": order,
        "basis": "solid",
        "source": SOURCE,
        "at": PUBLISHED_AT,
    } | given
    return programmes.publish_challenge(of, **stated, by=by)


def figure(stage, value, **given):
    return programmes.Figure(**{"stage": stage, "value": value, "basis": "solid", "source": SOURCE} | given)


def figures(of, *stated, by):
    return programmes.publish_figures(of, stated, by=by, at=PUBLISHED_AT)


def company(name="Example Space", *, by, nation=None):
    return organisations.register(name=name, kind="company", nation=nation, by=by, at=PUBLISHED_AT)


def member(of, name="Example Space", *, by, nation=None, **given):
    """A company of that name, admitted to the cohort."""
    stated = {"challenge": None, "highest_phase": 1, "basis": "solid", "source": SOURCE, "at": PUBLISHED_AT} | given
    return cohorts.admit(of, company(name, by=by, nation=nation), **stated, by=by)


def size(measure="test-centres", stated_for=date(2024, 3, 14), value=182, **given):
    stated = {"precision": "day", "basis": "solid", "source": SOURCE} | given
    return test_centres.Size(measure=measure, stated_for=stated_for, value=value, **stated)


def network(*sizes, by):
    return test_centres.publish_network_figures(sizes, by=by, at=PUBLISHED_AT)
