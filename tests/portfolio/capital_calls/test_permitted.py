"""Who may take which step, state by state: what a page is told and what a service does are the same."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from core import clock
from core.errors import DomainError
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CapitalCall
from portfolio.capital_calls.rules import Act
from portfolio.capital_calls.services import Line
from tests.factories import funds, people
from tests.portfolio.capital_calls.conftest import DUE, TODAY

OTHER_LINES = [Line("expenses", "Audit", Decimal("5.00"))]


@pytest.fixture
def everybody(staff, fund, system):
    where = {"scope_kind": "fund", "scope_ref": fund.public_id, "system": system}
    elsewhere = funds.fund(system=system, name="Other fund").public_id
    return staff | {
        "another analyst": people.person(role="fund-analyst", **where),
        "committee": people.person(role="valuation-committee", **where),
        "auditor": people.person(role="auditor", system=system),
        "administrator": people.person(role="administrator", system=system),
        "manager elsewhere": people.person(role="fund-manager", scope_kind="fund", scope_ref=elsewhere, system=system),
        "ally": people.person(role="ally-representative", scope_kind="nation", scope_ref="EE", system=system),
    }


@pytest.fixture
def stands(drafted, issued, staff, commitments):
    """A call in a state, by the name of the state."""

    def approved():
        call = calls.submit(drafted(), by=staff["analyst"])
        calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff["manager"], at=clock.now())
        return call

    def changed():
        call = approved()
        call = calls.edit(call, due_on=DUE, lines=OTHER_LINES, by=staff["second"], at=clock.now())
        return calls.submit(call, by=staff["second"])

    def paid(share):
        call = issued()
        for line in queries.notices(call, known_at=clock.now()):
            calls.receive(
                line.notice.commitment,
                amount=(line.amount * share).quantize(Decimal("0.01")),
                received_on=TODAY,
                reference=line.notice.public_id,
                by=staff["analyst"],
                at=clock.now(),
            )
        return call

    def cancelled():
        return calls.cancel(drafted(), because="mistake", by=staff["manager"], on=TODAY, at=clock.now())

    return {
        "draft": drafted,
        "submitted": lambda: calls.submit(drafted(), by=staff["analyst"]),
        "approved": approved,
        "changed since": changed,
        "issued": issued,
        "paid in part": lambda: paid(Decimal("0.5")),
        "settled": lambda: paid(1),
        "cancelled": cancelled,
    }


def take(act, call, person, on):
    match act:
        case Act.EDIT:
            calls.edit(call, due_on=DUE + timedelta(days=9), lines=OTHER_LINES, by=person, at=clock.now())
        case Act.SUBMIT:
            calls.submit(call, by=person)
        case Act.APPROVE:
            calls.approve(call, digest=queries.digest(call, at=clock.now()), by=person, at=clock.now())
        case Act.ISSUE:
            calls.issue(call, by=person, on=on, at=clock.now())
        case Act.CANCEL:
            calls.cancel(call, because="mistake", by=person, on=on, at=clock.now())


def tried(act, call, person, on):
    """What the service raises, or None; the step is taken back."""
    try:
        with transaction.atomic():
            take(act, call, person, on)
            transaction.set_rollback(True)
    except DomainError as refusal:
        return type(refusal).__name__, str(refusal)
    return None


STATES = ("draft", "submitted", "approved", "changed since", "issued", "paid in part", "settled", "cancelled")


@pytest.mark.parametrize("on", [TODAY, DUE + timedelta(days=1)], ids=["in time", "past due"])
@pytest.mark.parametrize("state", STATES)
def test_a_page_offers_exactly_what_the_service_does(stands, everybody, state, on):
    call = CapitalCall.objects.select_related("fund").get(pk=stands[state]().pk)

    for name, person in everybody.items():
        for act, refusal in queries.permitted(person, call, on=on).items():
            said = (type(refusal).__name__, str(refusal)) if refusal else None
            done = tried(act, call, person, on)
            assert (done and done[0]) == (said and said[0]), (name, act)
            # Who else can is said as of the day; the approving service derives it from the moment.
            assert done == said or act is Act.APPROVE, (name, act)


@pytest.mark.parametrize(
    ("story", "state", "who", "allowed"),
    [
        ("an analyst goes on with the draft", "draft", "analyst", {"edit", "submit"}),
        ("a manager may also withdraw it", "draft", "manager", {"edit", "submit", "cancel"}),
        ("the drafter signs nothing", "submitted", "analyst", {"edit"}),
        ("another manager signs; nothing is issued unsigned", "submitted", "second", {"edit", "approve", "cancel"}),
        ("once it is signed, another issues", "approved", "second", {"edit", "approve", "issue", "cancel"}),
        ("the signer may issue as well", "approved", "manager", {"edit", "approve", "issue", "cancel"}),
        ("a change voids the signature", "changed since", "manager", {"edit", "approve", "cancel"}),
        ("whoever changed it signs nothing", "changed since", "second", {"edit", "cancel"}),
        ("an issued call can only be withdrawn", "issued", "second", {"cancel"}),
        ("and not once money came", "paid in part", "second", set()),
        ("what is paid stays", "settled", "second", set()),
        ("what is cancelled stays", "cancelled", "second", set()),
        ("a committee reads", "submitted", "committee", set()),
        ("an auditor reads", "submitted", "auditor", set()),
        ("an Ally reads its own", "issued", "ally", set()),
        ("another fund's manager is a stranger", "approved", "manager elsewhere", set()),
    ],
)
def test_what_each_may_do(stands, everybody, story, state, who, allowed):
    call = stands[state]()

    found = queries.permitted(everybody[who], call, on=TODAY)

    assert {act.value for act, refusal in found.items() if refusal is None} == allowed, story


def test_a_refusal_names_the_rule_and_who_can(stands, staff):
    call = stands["changed since"]()

    said = {act: str(refusal) for act, refusal in queries.permitted(staff["second"], call, on=TODAY).items() if refusal}

    rule = "You prepared or last changed this call, so you cannot approve or issue it."
    assert said[Act.APPROVE] == said[Act.ISSUE] == f"{rule} {staff['manager'].name} can."
    assert said[Act.SUBMIT] == "A draft is submitted for approval. This call stands at “Waits for approval”."


def test_where_nobody_else_can_it_is_said_what_to_do(drafted, staff, system):
    call = calls.submit(drafted(), by=staff["analyst"])
    for name in ("manager", "second"):
        people.services.revoke(staff[name].grants.get(), by=system, at=clock.now())

    said = str(queries.refusal(staff["analyst"], call, Act.APPROVE, on=TODAY))
    assert said == "Your role does not allow this. An administrator can tell you who may."
    assert queries.others_who_may_approve(call, besides=staff["analyst"], on=TODAY) == []


def test_a_call_past_its_due_date_is_not_issued_and_says_so(stands, staff):
    call = stands["approved"]()

    refusal = queries.refusal(staff["second"], call, Act.ISSUE, on=DUE + timedelta(days=1))

    assert str(refusal) == "The due date lies before the day of issue. Choose a later one."
