"""The demo's ethics gate: in force, open for every real company, shut for the invented one but for what two let pass."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accelerator.challenges import queries as challenges
from core import clock
from core.ethics import gate, passed
from core.ethics.gate import Held, HeldByEthics
from core.ethics.lifecycle import Money
from core.people.models import User
from demo import ethics, last_programme, people, world
from portfolio.capital_calls import services as calls
from portfolio.funds import queries as funds
from portfolio.investments.models import Holding
from tests.factories.people import signed_in

pytestmark = pytest.mark.django_db
SAID = "et past the ethics gate by two people"


@pytest.fixture
def fund(system):
    with clock.standing_at(world.STANDS_ON):
        world.play()
        yield funds.first()


def test_it_is_in_force_and_holds_back_what_is_invented_alone(fund):
    today = clock.today()
    held = {
        one.organisation.name: gate.standing(fund.public_id, [one.public_id], kind=Money.PURCHASE, on=today).why
        for one in Holding.objects.filter(fund=fund, kind="direct").select_related("organisation")
    }

    assert held.pop(ethics.INVENTED) is Held.BLOCKED
    assert len(held) > 5
    assert set(held.values()) == {None}
    programme = challenges.by_slug(last_programme.SLUG)
    assert gate.in_force_from(programme.public_id) is not None


def test_a_call_line_was_let_past_once_and_another_is_refused(fund):
    (told,) = passed.under_override(fund.public_id, known_at=clock.now())
    assert (told.name, told.amount) == (ethics.INVENTED, Decimal("250000.00"))
    held = Holding.objects.get(organisation__name=ethics.INVENTED)
    line = calls.Line("investment", "Once more", Decimal("1000.00"), company=held.public_id)

    with pytest.raises(HeldByEthics):
        calls.draft(
            fund, due_on=clock.today() + timedelta(days=90), lines=[line], at=clock.now(),
            by=User.objects.get(email=people.ANALYST),
        )  # fmt: skip


def test_every_report_says_that_money_was_let_past_and_to_an_ally_not_of_which_company(fund, client):
    signed_in(client, User.objects.get(email=people.MANAGER))
    silent = [
        page
        for page in ("pool", "pool-returns", "burden-sharing", "pool-over-time", "holdings")
        if SAID not in client.get(reverse(f"portfolio:{page}")).content.decode()
    ]

    assert silent == []
    signed_in(client, User.objects.get(email="estonia@allies.example"))
    page = client.get(reverse("ally:account")).content.decode()

    assert "was let past the ethics gate by two people" in page
    assert ethics.INVENTED not in page
    book = load_workbook(BytesIO(client.get(reverse("ally:account-xlsx")).content))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any("was let past the ethics gate by two people" in one for one in cells)
    assert not any(ethics.INVENTED in one for one in cells)
