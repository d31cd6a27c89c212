"""Two managers name one new company at the same moment: it is registered once, and nobody sees a crash."""

import threading

import pytest
from django.db import connections

from core import clock
from core.audit.models import AuditEvent
from core.organisations import services as organisations
from core.organisations.models import Organisation
from core.people import services as people_services
from core.people.models import User
from portfolio.funds.models import Fund
from portfolio.investments import services as investments
from portfolio.investments.models import Holding
from tests.factories import funds

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def system():
    return people_services.ensure_system(at=clock.now())


def _open_at_once(*asked):
    """Open a holding in each (fund, name) from a thread of its own; all have begun before one goes on."""
    outcomes, begun = [], threading.Barrier(len(asked))

    def work(fund, name):
        about = {"nation": None, "kind": "direct", "technology": "AI", "currency": "EUR"}
        try:
            system, mine = User.objects.get(is_system=True), Fund.objects.get(pk=fund.pk)
            begun.wait(timeout=10)
            investments.open_holding_in_new(mine, name=name, **about, by=system, at=clock.now())
            outcomes.append("opened")
        except organisations.AlreadyRegistered as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=one) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return sorted(outcomes)


def test_named_twice_at_once_in_one_fund_it_is_one_holding(system):
    fund = funds.fund(system=system)

    assert _open_at_once((fund, "Example Optics"), (fund, "Example Optics")) == ["opened", "opened"]
    assert (Organisation.objects.filter(name="Example Optics").count(), Holding.objects.count()) == (1, 1)
    assert AuditEvent.objects.filter(kind="holding.opened").count() == 1


def test_named_at_once_in_two_funds_it_is_registered_by_one(system):
    here, elsewhere = (funds.fund(system=system, name=name) for name in ("Example Fund", "Other fund"))

    assert _open_at_once((here, "Example Optics"), (elsewhere, "Example Optics")) == ["already_registered", "opened"]
    assert (Organisation.objects.filter(name="Example Optics").count(), Holding.objects.count()) == (1, 1)


def test_two_companies_at_once_are_two_holdings(system):
    """The control: without a quarrel both go through."""
    fund = funds.fund(system=system)

    assert _open_at_once((fund, "Example Optics"), (fund, "Example Acoustics")) == ["opened", "opened"]
    assert Holding.objects.count() == 2
