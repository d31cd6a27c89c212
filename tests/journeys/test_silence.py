"""A decision by silence through the pages alone: a late Ally is admitted by the clock, and another text is broken."""

import json
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.test import Client

from accelerator.grants.models import Budget
from core import clock
from core.decisions import evidence, queries, services
from core.decisions.models import Objection, Proposal, Reading
from core.jobs import worker
from core.notifications import services as notifications
from core.notifications.models import Message, OutboundMail
from portfolio.funds.models import Commitment
from tests.core.people import sessions
from tests.factories import accelerator, funds, nations, people

pytestmark = pytest.mark.django_db

BEGUN_AT = datetime(2027, 3, 25, 9, 30, tzinfo=timezone.utc)
ENDS_AT = datetime(2027, 3, 31, 14, tzinfo=timezone.utc)
SETTLED = ENDS_AT + timedelta(minutes=1)
PARTNERS = ("EE", "FI", "LU")
TEXT = {
    "title_en": "Admission of Sweden",
    "title_fr": "Admission de la Suède",
    "body_en": "Sweden is admitted as a partner of the fund.",
    "body_fr": "La Suède est admise comme associée du fonds.",
}
TERMS = {"nation": "SE", "amount": "41000000.00", "effective_on": "2027-04-01"}
PERIOD = {"days": "3", "hour": "16:00", "zone": "Europe/Brussels", "calendar": "BE"}


@pytest.fixture
def fund(system):
    fund = funds.fund(system=system)
    closing = funds.closing(fund, system=system)
    for code in PARTNERS:
        funds.commitment(fund, nations.ally(code, system=system), at_closing=closing, system=system)
    nations.ally("SE", system=system)
    return fund


@pytest.fixture
def somebody(system):
    """A person with a role over something."""

    def made(role, kind="everywhere", ref=""):
        return people.person(role=role, scope_kind=kind, scope_ref=ref, system=system)

    return made


def browser(person):
    """She signs in by the clock that stands, and has just proved to hold her second factor."""
    return sessions.fresh(people.signed_in(Client(), person), person)


@pytest.fixture
def secretariat(fund, somebody):
    return [somebody("fund-manager", "fund", fund.public_id) for _person in range(2)]


@pytest.fixture
def allies(fund, somebody):
    return {code: somebody("ally-representative", "nation", code) for code in (*PARTNERS, "SE")}


@pytest.fixture
def proposal(fund, secretariat, allies):
    """Under silence since a Thursday morning, over the night of the clock change, until Wednesday, 16:00 in Brussels."""
    with clock.standing_at(BEGUN_AT):
        writer, secretary = map(browser, secretariat)
        page = writer.get("/manage/decisions/draft").content.decode()
        about = re.search(rf'\?about=(fund-late-ally:{fund.public_id})"', page)[1]
        drafted = writer.post(f"/manage/decisions/draft?about={about}", TEXT | TERMS)
        assert drafted.status_code == 302, drafted.content.decode()
        form = secretary.get(f"{drafted.url}/circulate").content.decode()
        digest = re.search(r'name="digest" value="([0-9a-f]{64})"', form)[1]
        sent = secretary.post(f"{drafted.url}/circulate", PERIOD | {"digest": digest})
        assert sent.status_code == 302, sent.content.decode()
    return Proposal.objects.get()


def page(person, address, *, at):
    with clock.standing_at(at):
        answer = browser(person).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("\u00a0", " ")


def read(proposal):
    """The digest of the text that the page shows."""
    return queries.last_text(proposal).digest


def adopt(system):
    with clock.standing_at(SETTLED):
        assert services.close_due(by=system, at=SETTLED) == 1
        worker.drain()


def test_nobody_objects_and_the_clock_admits_the_ally(proposal, secretariat, allies, system):
    own = f"/decisions/{proposal.public_id}"
    read = page(allies["EE"], own, at=BEGUN_AT)
    assert "31 Mar 2027, 16:00 by the clocks of Brussels (14:00 UTC)" in read
    assert "Sweden is admitted as a partner of the fund." in read
    assert "41 000 000.00 EUR" in read or "41,000,000.00 EUR" in read.replace(" ", ",")
    assert Reading.objects.get().addressee.nation_id == "EE"

    adopt(system)

    commitment = Commitment.objects.get(nation="SE")
    terms = commitment.terms.get()
    assert (terms.amount, str(terms.effective_on)) == (Decimal("41000000.00"), "2027-04-01")
    assert proposal.public_id in terms.source
    work = page(secretariat[0], f"/manage/decisions/{proposal.public_id}", at=SETTLED)
    assert commitment.public_id in work
    assert "Adopted" in page(allies["FI"], own, at=SETTLED)

    with clock.standing_at(SETTLED):
        data = browser(secretariat[0]).get(f"/manage/decisions/{proposal.public_id}/evidence-1.json")
        document = browser(secretariat[0]).get(f"/manage/decisions/{proposal.public_id}/evidence-1.pdf")
    assert evidence.verify(data.content)
    told = json.loads(data.content)["content"]
    assert [one["nation"] for one in told["entitled"]] == list(PARTNERS)
    assert [len(one["read"]) for one in told["entitled"]] == [1, 0, 0]
    assert document.content.startswith(b"%PDF")


def test_an_ally_breaks_silence_and_everybody_is_told(proposal, allies, system):
    address = f"/decisions/{proposal.public_id}/break"
    with clock.standing_at(ENDS_AT - timedelta(microseconds=1)):
        answer = browser(allies["LU"]).post(
            address, {"nation": "LU", "reason": "The amount is not agreed.", "amendment": "", "read": read(proposal)}
        )
    assert answer.status_code == 302

    assert services.close_due(by=system, at=SETTLED) == 0
    assert not Commitment.objects.filter(nation="SE").exists()
    told = page(allies["EE"], f"/decisions/{proposal.public_id}", at=SETTLED)
    assert "The amount is not agreed." in told
    assert "Silence broken" in told
    assert OutboundMail.objects.filter(subject__startswith="Silence broken").count() == 3


def test_a_word_against_a_text_that_was_replaced_is_not_counted_against_the_next(proposal, secretariat, allies):
    address = f"/decisions/{proposal.public_id}/break"
    later = BEGUN_AT + timedelta(hours=1)
    written = {"nation": "LU", "reason": "The amount is not agreed.", "amendment": "", "read": read(proposal)}
    with clock.standing_at(later):
        writer, secretary = map(browser, secretariat)
        amended = f"/manage/decisions/{proposal.public_id}/text"
        assert writer.post(amended, TEXT | TERMS | {"amount": "40000000.00"}).status_code == 302
        digest = read(proposal)
        work = f"/manage/decisions/{proposal.public_id}/circulate"
        assert secretary.post(work, PERIOD | {"digest": digest}).status_code == 302
        answer = browser(allies["LU"]).post(address, written)

    told = answer.content.decode()
    assert answer.status_code == 409
    assert "The text was replaced while you wrote" in told
    assert "The amount is not agreed." in told
    assert f'name="read" value="{digest}"' in told
    assert not Objection.objects.exists()
    with clock.standing_at(later):
        assert browser(allies["LU"]).post(address, written | {"read": digest}).status_code == 302


def test_the_form_stays_with_the_text_that_was_read(proposal, secretariat, allies):
    address = f"/decisions/{proposal.public_id}/break"
    later, first = BEGUN_AT + timedelta(hours=1), read(proposal)
    assert f'href="{address}?read={first}"' in page(allies["LU"], f"/decisions/{proposal.public_id}", at=later)
    with clock.standing_at(later):
        writer, secretary = map(browser, secretariat)
        amended = f"/manage/decisions/{proposal.public_id}/text"
        assert writer.post(amended, TEXT | TERMS | {"amount": "40000000.00"}).status_code == 302
        second = read(proposal)
        work = f"/manage/decisions/{proposal.public_id}/circulate"
        assert secretary.post(work, PERIOD | {"digest": second}).status_code == 302
        unfinished = browser(allies["LU"]).post(address, {"nation": "LU", "reason": "", "read": first})

    assert f'name="read" value="{first}"' in unfinished.content.decode()
    assert f'name="read" value="{first}"' in page(allies["LU"], f"{address}?read={first}", at=later)
    assert f'name="read" value="{second}"' in page(allies["LU"], address, at=later)


def test_what_arrives_at_the_end_is_refused_on_the_page_and_kept(proposal, allies, system):
    with clock.standing_at(ENDS_AT):
        written = {"nation": "LU", "reason": "No.", "read": read(proposal)}
        answer = browser(allies["LU"]).post(f"/decisions/{proposal.public_id}/break", written)

    assert answer.status_code == 409
    assert "It is kept, and counts for nothing." in answer.content.decode()
    assert Objection.objects.get().verdict == "late"
    adopt(system)
    assert Commitment.objects.filter(nation="SE").exists()


def test_an_ally_that_takes_no_part_sees_nothing(proposal, allies):
    for address in (f"/decisions/{proposal.public_id}", f"/decisions/{proposal.public_id}/break"):
        with clock.standing_at(BEGUN_AT):
            assert browser(allies["SE"]).get(address).status_code == 404
    assert proposal.public_id not in page(allies["SE"], "/decisions", at=BEGUN_AT)


def test_whoever_speaks_for_an_ally_is_reminded_the_day_before(proposal, allies, system):
    before = datetime(2027, 3, 30, 9, tzinfo=timezone.utc)
    with clock.standing_at(before):
        notifications.start_reminding(by=system, at=before)
        worker.drain()

    reminded = Message.objects.filter(title__startswith="Silence on “Admission of Sweden” ends on")
    assert reminded.count() == 3


def test_a_change_of_a_programmes_limit_is_adopted_as_its_next_budget(somebody, fund, system):
    programme = accelerator.programme(by=system)
    for code in (*PARTNERS, "SE"):
        somebody("ally-representative", "nation", code)
    with clock.standing_at(BEGUN_AT):
        writer, secretary = browser(somebody("programme-manager")), browser(somebody("programme-manager"))
        drafted = writer.post(
            f"/manage/decisions/draft?about=programme-budget:{programme.public_id}", TEXT | {"amount": "1500000.00"}
        )
        form = secretary.get(f"{drafted.url}/circulate").content.decode()
        digest = re.search(r'name="digest" value="([0-9a-f]{64})"', form)[1]
        secretary.post(f"{drafted.url}/circulate", PERIOD | {"digest": digest})
    adopt(system)

    assert Budget.objects.get(programme=programme).amount == Decimal("1500000.00")


def test_fund_and_programme_stay_apart(proposal, somebody, fund):
    with clock.standing_at(BEGUN_AT):
        manager = browser(somebody("programme-manager"))
        assert manager.get(f"/manage/decisions/{proposal.public_id}").status_code == 404
        assert "fund-late-ally" not in manager.get("/manage/decisions/draft").content.decode()
        assert manager.get(f"/manage/decisions/draft?about=fund-late-ally:{fund.public_id}").status_code == 404
