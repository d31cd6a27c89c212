"""The split over the Allies is part of what is approved: a call is issued as it was signed, or not at all."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from core.audit.models import AuditEvent
from portfolio.capital_calls import listing, queries, splitting
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CallApproval, CallNotice
from portfolio.capital_calls.splitting import Day
from portfolio.ledger.models import Entry
from tests.factories import funds, nations
from tests.portfolio.capital_calls.conftest import DUE, TODAY, text_of


@pytest.fixture
def sign(staff):
    def sign(call, *, by="manager"):
        return calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff[by], at=clock.now())

    return sign


@pytest.fixture
def approved(drafted, staff, sign):
    def make(amount="1000000.00"):
        call = calls.submit(drafted(amount), by=staff["analyst"])
        sign(call)
        return call

    return make


@pytest.fixture
def join(fund, system):
    """A late closing: a fourth Ally commits as much as Finland."""

    def join(code="SE", amount="35000000.00"):
        closing = funds.closing(fund, system=system, held_on=TODAY)
        ally = nations.ally(code, system=system)
        return funds.commitment(fund, ally, amount, at_closing=closing, effective_on=TODAY, system=system)

    return join


def issue(call, staff, *, by="second", on=TODAY):
    return calls.issue(call, by=staff[by], on=on, at=clock.now())


def is_approved(call):
    return queries.is_approved(call, Day(TODAY, clock.now()))


def nothing_is_issued():
    return not CallNotice.objects.exists() and not Entry.objects.exists()


def test_it_is_issued_exactly_as_it_was_signed(approved, staff):
    call = approved()
    digest = queries.digest(call, at=clock.now())

    call = issue(call, staff)

    signed = CallApproval.objects.get()
    assert signed.signed["split"] == [
        ["EE", "319148.94", "319148.94"],
        ["FI", "372340.42", "372340.42"],
        ["LU", "308510.64", "308510.64"],
    ]
    assert splitting.stated(call.notices.select_related("commitment")) == signed.signed["split"]
    assert queries.digest(call, at=clock.now()) == digest == signed.digest


class TestALateClosing:
    def test_it_voids_the_approval_and_nothing_is_issued(self, approved, staff, join):
        call = approved()
        join()

        with pytest.raises(calls.SplitChanged) as refusal:
            issue(call, staff)

        assert str(refusal.value).replace("\u00a0", " ") == (
            "The split over the Allies has changed since the approval (Sweden from – to 271 317.83; "
            "Finland from 372 340.42 to 271 317.83; Estonia from 319 148.94 to 232 558.14; 1 other), "
            "so the approval is void. A second person approves the split of today, then the call is issued."
        )
        assert not is_approved(call)
        assert nothing_is_issued()
        assert not AuditEvent.objects.filter(kind="capital_call.issued").exists()

    def test_approved_anew_it_goes_to_the_allies_of_the_day(self, approved, staff, sign, join):
        call = approved()
        join()
        sign(call)

        call = issue(call, staff)

        assert {one.commitment.nation_id: one.amount for one in call.notices.all()} == {
            "EE": Decimal("232558.14"),
            "FI": Decimal("271317.83"),
            "LU": Decimal("224806.20"),
            "SE": Decimal("271317.83"),
        }

    def test_the_page_that_was_opened_before_is_not_what_stands(self, drafted, staff, join):
        call = calls.submit(drafted(), by=staff["analyst"])
        shown = queries.digest(call, at=clock.now())
        join()

        with pytest.raises(calls.ChangedSince, match="or its split over the Allies, was changed since"):
            calls.approve(call, digest=shown, by=staff["manager"], at=clock.now())

        assert not CallApproval.objects.exists()

    def test_what_begins_after_the_day_of_issue_changes_nothing(self, approved, staff, commitments, system):
        call = approved()
        later = TODAY + timedelta(days=2)
        funds.amendment(commitments["EE"], "40000000.00", effective_on=later, at=clock.now(), system=system)

        with clock.standing_at(clock.now() + timedelta(days=2)), pytest.raises(calls.SplitChanged, match="Estonia"):
            issue(call, staff, on=later)
        with clock.standing_at(clock.now() + timedelta(days=1)):
            assert issue(call, staff, on=later - timedelta(days=1)).notices.count() == 3


class TestAnotherCall:
    """Estonia has 1.50 left, Luxembourg 0.50, Finland nothing."""

    @pytest.fixture
    def nearly_all_called(self, issued, commitments, system):
        issued("94000000.01")
        for code, amount in (("EE", "31000000.00"), ("LU", "29000000.51")):
            funds.amendment(commitments[code], amount, effective_on=TODAY, at=clock.now(), system=system)

    def test_using_up_what_an_ally_had_left_voids_the_approval(self, nearly_all_called, approved, issued, staff, sign):
        call = approved("1.40")
        other = issued("0.20")

        with pytest.raises(calls.SplitChanged) as refusal:
            issue(call, staff)

        shares = "Estonia from 0.90 to 1.00; Luxembourg from 0.50 to 0.40"
        assert shares in str(refusal.value).replace("\u00a0", " ")
        assert not CallNotice.objects.filter(call=call).exists()
        sign(call)
        issue(call, staff)
        assert sum(one.amount for one in other.notices.all()) == Decimal("0.20")

    def test_one_that_leaves_every_part_as_it_is_voids_nothing(self, approved, issued, staff):
        call = approved()
        issued("2000000.00")

        assert issue(call, staff).state == "issued"

    def test_cancelled_again_it_leaves_what_was_signed(self, nearly_all_called, approved, issued, staff):
        call = approved("1.40")
        other = issued("0.20")
        assert not is_approved(call)

        calls.cancel(other, because="mistake", by=staff["second"], on=TODAY, at=clock.now())

        assert is_approved(call)
        assert issue(call, staff).state == "issued"

    def test_signing_again_what_was_signed_before_counts(self, nearly_all_called, approved, issued, staff, sign):
        call = approved("1.40")
        other = issued("0.20")
        between = sign(call)
        calls.cancel(other, because="mistake", by=staff["second"], on=TODAY, at=clock.now())

        again = sign(call)

        assert (again == between, CallApproval.objects.filter(call=call).count()) == (False, 2)
        assert issue(call, staff).state == "issued"


def test_a_due_date_and_a_closing_are_both_named(approved, staff, join):
    call = approved()
    join()
    later = DUE + timedelta(days=1)
    call = calls.edit(call, due_on=later, lines=list(call.lines.all()), by=staff["analyst"], at=clock.now())
    call = calls.submit(call, by=staff["analyst"])

    with pytest.raises(calls.ChangedSince, match=r"changed since \(due date, split over the Allies\)"):
        issue(call, staff)


def test_an_approval_from_before_the_split_was_covered_does_not_count(approved, staff):
    call = approved()
    signed = queries.content(call)
    unsplit = CallApproval(call=call, digest="0" * 64, signed=signed, by=staff["manager"], at=clock.now())
    call = type(call).objects.prefetch_related("approvals").get(pk=call.pk)
    call._prefetched_objects_cache["approvals"] = [unsplit]

    refusal = queries.refusal(staff["second"], call, queries.Act.ISSUE, on=TODAY)

    assert refusal.fields == ["split"]


class TestThePages:
    def test_the_call_waits_for_approval_again_and_shows_every_change(self, approved, staff, join, signed_in):
        call = approved()
        join()

        page = text_of(signed_in("second").get(f"/manage/calls/{call.public_id}"))

        assert "Waits for approval" in page
        assert "<b>Approval waits for you</b>" in page
        assert "<dt>Sweden</dt><dd><del>–</del> → <ins>271 317.83</ins></dd>" in page
        assert "<dt>Luxembourg</dt><dd><del>308 510.64</del> → <ins>224 806.20</ins></dd>" in page
        assert f"The signature of {staff['manager'].name} is void." in page
        assert f"/manage/calls/{call.public_id}/issue" not in page

    def test_the_issuing_page_says_what_changed_and_offers_nothing(self, approved, join, signed_in):
        call = approved()
        browser = signed_in("second", fresh=True)
        assert browser.get(f"/manage/calls/{call.public_id}/issue").status_code == 200
        join()

        for answer in (
            browser.get(f"/manage/calls/{call.public_id}/issue"),
            browser.post(f"/manage/calls/{call.public_id}/issue", {"digest": queries.digest(call, at=clock.now())}),
        ):
            assert answer.status_code == 409
            assert "Sweden from – to 271 317.83" in text_of(answer)
            assert 'name="digest"' not in answer.content.decode()
        assert nothing_is_issued()

    def test_the_list_reads_the_allies_once(self, approved, fund, staff, django_assert_num_queries):
        approved("1.00")
        with django_assert_num_queries(7):
            one = listing.listed(staff["second"], fund, as_of=TODAY, known_at=clock.now(), today=TODAY)
        approved("2.00")
        with django_assert_num_queries(6):
            two = listing.listed(staff["second"], fund, as_of=TODAY, known_at=clock.now(), today=TODAY)

        assert [row.stage.value for found in (one, two) for row in found.rows] == ["approved"] * 3
