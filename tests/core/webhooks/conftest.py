"""Things that happened, put into the feed as the product does: by what the trail records."""

from dataclasses import replace

import pytest
from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import Kind
from core.organisations import services as organisations
from core.organisations.models import Organisation
from core.people.models import User
from core.people.roles import PARTNER_SYSTEM
from core.webhooks import kinds, services
from tests.conftest import NOON
from tests.factories import people

HAPPENED = Kind("tests.happened", _("{actor} did something."))
CONCERNED = Kind("tests.concerned", _("{actor} did something to somebody."))
HIDDEN = Kind("tests.hidden", _("{actor} did something else."))
FUND, OTHER_FUND = "fund_0000000000000001", "fund_0000000000000002"


@pytest.fixture(autouse=True)
def _published(monkeypatch):
    """One kind that is told to whoever the scope belongs to, one to two Allies and an organisation as well; HIDDEN is not."""
    monkeypatch.setattr(kinds, "_published", dict(kinds._published))
    kinds.publish(HAPPENED.code, "Something happened")
    kinds.publish(
        CONCERNED.code,
        "Something happened to somebody",
        lambda _subject, told: replace(told, nations=("LU", "EE"), organisation="organisation_1"),
    )


@pytest.fixture
def happen(system: User):
    def happened(subject="thing_1", *, chain=FUND, kind=HAPPENED):
        return audit.record(kind, subject, by=system, chain=chain)

    return happened


@pytest.fixture
def partner(system):
    """A partner's system that was given something."""

    def given(kind="fund", ref=FUND):
        return people.person(role=PARTNER_SYSTEM.slug, scope_kind=kind, scope_ref=ref, system=system)

    return given


@pytest.fixture
def manager(system):
    return people.person(role="fund-manager", scope_kind="fund", scope_ref=FUND, system=system)


@pytest.fixture
def endpoint(system, partner, manager):
    """Makes endpoints of one partner's system, kept by one manager."""

    def made(url="https://hooks.receiver.example/", *, owner=None, kinds_told=(), **given):
        fields = {"scope_kind": "fund", "scope_ref": FUND, "contact": manager, "by": manager, "at": NOON} | given
        row, secret = services.make(
            organisation=_organisation(system), owner=owner or partner(), url=url, kinds_told=kinds_told, **fields
        )
        row.secret = secret
        return row

    return made


@pytest.fixture
def receiving(endpoint):
    """An endpoint that leads to a receiver on this machine, kept as an address that no form would take."""

    def made(receiver, path="/", **given):
        row = endpoint(**given)
        row.url = receiver.url(path)
        row.save(update_fields=["url"])
        return row

    return made


def _organisation(system):
    found = Organisation.objects.filter(name="Partner Bank").first()
    return found or organisations.register(
        name="Partner Bank", kind="company", nation=None, by=system, at=NOON, illustrative=True
    )
