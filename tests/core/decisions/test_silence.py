"""A proposal from its draft to its end: circulated, read, extended, broken, amended, withdrawn, adopted by the clock."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone

import pytest
from django.db import DatabaseError, transaction

from core.decisions import evidence, kinds, queries, rules, services
from core.decisions.models import Circulation, Effect, Extension, Objection, Outcome, Proposal, Reading, Telling
from core.decisions.services.closing import TAKE_EFFECT
from core.errors import NotPermitted
from core.jobs import worker
from core.jobs.models import Job
from core.notifications.models import Message, OutboundMail
from core.people import services as people_services
from tests.factories import decisions
from tests.factories.decisions import BEGUN_AT, COUNTED, ENDS_AT, SCOPE, WORDS

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)
SETTLED = ENDS_AT + queries.ANSWERED_WITHIN
REASON = "We cannot agree to this."


def fresh(proposal):
    return Proposal.objects.get(pk=proposal.pk)


def broken_by(who, running, code="EE", *, at=ENDS_AT - MICROSECOND, **given):
    return services.break_silence(running.proposal, code, reason=REASON, by=who, at=at, **given)


# Circulating -------------------------------------------------------------------------------------


def test_a_text_is_pinned_and_put_before_the_allies_of_that_day(running, draft, allies):
    text = queries.last_text(draft)

    assert running.text.digest == text.digest
    assert running.expires_at == ENDS_AT
    assert running.passed_over == ["2027-03-27", "2027-03-28", "2027-03-29"]
    assert [row.addressee.nation_id for row in queries.rows_of(running)] == ["EE", "LU", "SE"]
    assert fresh(draft).state == "silent"


def test_each_representative_is_told_in_her_language_and_it_is_kept(running, allies):
    assert set(Telling.objects.values_list("person", "what")) == {(one.pk, "circulated") for one in allies.values()}
    assert Message.objects.get(reader=allies["LU"]).title.endswith("Une règle")
    assert OutboundMail.objects.filter(recipient__in=[one.email for one in allies.values()]).count() == 3


def test_whoever_wrote_the_text_does_not_circulate_it(draft, writer, secretary, system):
    with pytest.raises(rules.OwnText):
        decisions.circulated(draft, writer)
    again = decisions.manager(system)
    people_services.state_same_person(again, writer, reason="one person", by=system, at=BEGUN_AT)
    again.refresh_from_db()
    with pytest.raises(rules.OwnText):
        decisions.circulated(draft, again)
    assert not Circulation.objects.exists()


def test_a_text_that_was_changed_since_it_was_read_is_not_circulated(draft, writer, secretary):
    read = queries.last_text(draft).digest
    services.amend(draft, replace(WORDS, body_en="Another rule."), by=writer, at=BEGUN_AT)

    with pytest.raises(services.ConfirmedOther):
        services.circulate(
            draft, digest=read, days=3, hour=time(16), zone="UTC", calendar="BE", by=secretary, at=BEGUN_AT
        )


def test_an_ally_without_an_account_is_told_otherwise_or_nothing_is_circulated(draft, secretary, allies):
    allies["EE"].grants.update(ends_before=date(2027, 1, 1))

    with pytest.raises(services.SomeWithoutAccount) as refused:
        decisions.circulated(draft, secretary)
    assert "Estonia" in str(refused.value)

    made = decisions.circulated(draft, secretary, told_otherwise="By note to the delegation")
    assert made.told_otherwise == "By note to the delegation"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"days": 0}, services.UnfitPeriod),
        ({"days": 61}, services.UnfitPeriod),
        ({"zone": "Mars/Olympus"}, services.UnfitPeriod),
        ({"calendar": "ZZ"}, services.UnfitPeriod),
    ],
)
def test_an_unfit_period_is_refused(draft, secretary, given, refusal):
    with pytest.raises(refusal):
        decisions.circulated(draft, secretary, **given)
    assert fresh(draft).state == "draft"


def test_nobody_else_drafts_or_circulates(draft, allies, system):
    other = decisions.people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_other", system=system)
    for who in (allies["EE"], other):
        with pytest.raises(NotPermitted):
            decisions.drafted(who)
        with pytest.raises(NotPermitted):
            decisions.circulated(draft, who)


# Adoption by the clock ---------------------------------------------------------------------------


def test_at_its_expiry_it_is_adopted_with_effect_from_that_moment(running, system):
    assert services.close_due(by=system, at=SETTLED - MICROSECOND) == 0
    assert services.close_due(by=system, at=SETTLED + timedelta(days=3)) == 1
    assert services.close_due(by=system, at=SETTLED + timedelta(days=3)) == 0

    outcome = Outcome.objects.get()
    assert (outcome.ending, outcome.effective_at) == ("adopted", ENDS_AT)
    assert outcome.known_at == SETTLED + timedelta(days=3)
    assert "“A rule” (version 1" in outcome.minute_en
    assert "31\u00a0Mar\u00a02027, 16:00 by the clocks of Brussels" in outcome.minute_en
    assert "«" in outcome.minute_fr or "Une règle" in outcome.minute_fr
    assert fresh(running.proposal).state == "adopted"
    assert Telling.objects.filter(what="ended").count() == 3


def test_behind_a_proxy_nothing_is_adopted_while_a_request_may_wait_there(running, system, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert services.close_due(by=system, at=SETTLED) == 0
    assert services.close_due(by=system, at=SETTLED + timedelta(minutes=10)) == 1


# Breaking ----------------------------------------------------------------------------------------


def test_a_microsecond_before_the_end_silence_is_broken(running, allies, system):
    made = broken_by(allies["EE"], running)

    assert made.verdict == "heard"
    assert fresh(running.proposal).state == "broken"
    assert Outcome.objects.get().ending == "broken"
    assert "Estonia" in Outcome.objects.get().minute_en
    assert services.close_due(by=system, at=SETTLED) == 0


def test_at_the_very_microsecond_of_the_end_it_is_too_late_and_kept(running, allies, system):
    with pytest.raises(services.TooLate) as refused:
        broken_by(allies["EE"], running, at=ENDS_AT)

    assert "14:00:00" in str(refused.value)
    assert Objection.objects.get().verdict == "late"
    assert fresh(running.proposal).state == "silent"
    assert services.close_due(by=system, at=SETTLED) == 1
    assert Outcome.objects.get().ending == "adopted"


def test_what_was_sent_in_time_counts_although_its_turn_comes_later(running, allies, system):
    assert services.close_due(by=system, at=ENDS_AT + timedelta(seconds=30)) == 0

    assert broken_by(allies["EE"], running, at=ENDS_AT - MICROSECOND).verdict == "heard"
    assert services.close_due(by=system, at=SETTLED) == 0


def test_what_was_sent_in_time_and_came_after_all_was_over_is_kept_and_said(running, allies, system):
    services.close_due(by=system, at=SETTLED)

    with pytest.raises(services.MissedTheEnd):
        broken_by(allies["EE"], running)
    assert Objection.objects.get().verdict == "missed"
    assert fresh(running.proposal).state == "adopted"
    assert evidence.holds(circulation_of(running))


def test_a_second_ally_may_object_too_and_none_does_so_twice(running, allies):
    broken_by(allies["EE"], running)
    broken_by(allies["SE"], running, "SE")

    with pytest.raises(services.AlreadyObjected):
        broken_by(allies["SE"], running, "SE")
    assert Objection.objects.filter(verdict="heard").count() == 2
    assert Outcome.objects.count() == 1


def test_a_representative_speaks_for_her_own_nation_alone(running, allies, secretary):
    for who, code in ((allies["EE"], "LU"), (secretary, "EE")):
        with pytest.raises(services.NotEntitled):
            broken_by(who, running, code)
    assert not Objection.objects.exists()


def test_an_ally_that_was_not_entitled_cannot_break(running, system):
    decisions.nations.ally("FI", system=system)
    finn = decisions.representative("FI", system)

    with pytest.raises(services.NotEntitled):
        broken_by(finn, running, "FI")


def test_silence_is_broken_in_writing(running, allies):
    with pytest.raises(services.ObjectionMissing):
        services.break_silence(running.proposal, "EE", reason="  ", by=allies["EE"], at=BEGUN_AT)


def test_the_secretariat_enters_a_letter_with_its_reference(running, secretary):
    made = services.enter_letter(
        running.proposal, "EE", letter="Note 12/2027", reason=REASON, by=secretary, at=BEGUN_AT + timedelta(hours=1)
    )

    assert (made.letter, made.verdict) == ("Note 12/2027", "heard")
    assert fresh(running.proposal).state == "broken"


# A new text, an extension, withdrawal -------------------------------------------------------------


def test_a_new_text_ends_the_circulation_and_starts_anew(running, writer, secretary, system):
    services.amend(running.proposal, replace(WORDS, body_en="Another rule."), by=writer, at=BEGUN_AT)

    assert Outcome.objects.get().ending == "replaced"
    assert services.close_due(by=system, at=SETTLED) == 0
    again = decisions.circulated(fresh(running.proposal), secretary, days=5)
    assert (again.order, again.text.version, again.expires_at) == (2, 2, datetime(2027, 4, 2, 14, tzinfo=timezone.utc))


def test_after_consultation_the_same_text_may_be_circulated_again(running, allies, secretary, system):
    broken_by(allies["EE"], running, at=BEGUN_AT)

    decisions.circulated(fresh(running.proposal), secretary, at=BEGUN_AT + timedelta(minutes=5))

    assert services.close_due(by=system, at=SETTLED) == 1
    assert [one.ending for one in Outcome.objects.order_by("pk")] == ["broken", "adopted"]


def test_an_extension_moves_the_end_for_every_ally(running, allies, secretary, system):
    services.extend(running.proposal, days=1, because="More time was asked for", by=secretary, at=BEGUN_AT)

    assert Extension.objects.get().expires_at == datetime(2027, 4, 1, 14, tzinfo=timezone.utc)
    assert services.close_due(by=system, at=SETTLED) == 0
    assert broken_by(allies["EE"], running, at=ENDS_AT).verdict == "heard"


def test_nothing_is_extended_changed_or_withdrawn_once_silence_has_ended(running, writer, secretary):
    with pytest.raises(rules.SilenceEnded):
        services.extend(running.proposal, days=1, because="Late", by=secretary, at=ENDS_AT)
    with pytest.raises(rules.SilenceEnded):
        services.withdraw(running.proposal, because="Late", by=secretary, at=ENDS_AT)
    with pytest.raises(rules.SilenceEnded):
        services.amend(running.proposal, WORDS, by=writer, at=ENDS_AT)
    assert fresh(running.proposal).expires_at == ENDS_AT


def test_a_withdrawal_says_why(running, secretary, allies):
    with pytest.raises(services.ReasonMissing):
        services.withdraw(running.proposal, because=" ", by=secretary, at=BEGUN_AT)
    services.withdraw(running.proposal, because="Overtaken by events", by=secretary, at=BEGUN_AT)

    assert "Overtaken by events" in Outcome.objects.get().minute_en
    with pytest.raises(rules.WrongState):
        decisions.circulated(fresh(running.proposal), secretary)


# Reading and evidence -----------------------------------------------------------------------------


def circulation_of(running):
    return queries.circulations(running.proposal)[0]


def test_the_first_reading_is_kept_while_silence_runs(running, allies, system):
    assert services.note_reading(running.proposal, by=allies["EE"], at=BEGUN_AT) == 1
    assert services.note_reading(running.proposal, by=allies["EE"], at=BEGUN_AT + timedelta(hours=1)) == 0
    services.close_due(by=system, at=SETTLED)
    assert services.note_reading(running.proposal, by=allies["LU"], at=SETTLED) == 0

    assert Reading.objects.get().read_at == BEGUN_AT


def test_the_evidence_says_who_was_told_and_who_read_and_holds(running, allies, system):
    services.note_reading(running.proposal, by=allies["EE"], at=BEGUN_AT)
    services.close_due(by=system, at=SETTLED)
    circulation = circulation_of(running)

    told = evidence.content(circulation, circulation.outcome)
    assert [one["nation"] for one in told["entitled"]] == ["EE", "LU", "SE"]
    assert [len(one["read"]) for one in told["entitled"]] == [1, 0, 0]
    assert [[t["of"] for t in one["told"]] for one in told["entitled"]] == [["circulated", "ended"]] * 3
    assert evidence.holds(circulation)
    bundle = evidence.data(circulation)
    assert evidence.verify(bundle)
    assert not evidence.verify(bundle.replace(b"The rule holds.", b"The rule bends."))
    assert not evidence.verify(b"no bundle")
    assert evidence.document(circulation).startswith(b"%PDF")


# What takes effect ---------------------------------------------------------------------------------


@pytest.fixture
def counted(writer, secretary, allies, system):
    """Under silence, with an effect that is counted; what it was given, in order."""
    given = []

    def take(decision):
        given.append(decision)
        return f"made_{len(given)}"

    kinds.register(decisions.kind(COUNTED, take_effect=take))
    decisions.circulated(decisions.drafted(writer, of=COUNTED), secretary)
    return given


def test_what_was_adopted_takes_effect_once_on_the_authority_of_the_decision(counted, system):
    services.close_due(by=system, at=SETTLED)
    worker.drain()
    outcome = Outcome.objects.get()
    services.take_effect(outcome, by=system, at=SETTLED)

    (decision,) = counted
    assert (decision.scope, decision.terms, decision.effective_at) == (SCOPE, {"amount": "5.00"}, ENDS_AT)
    assert "adopted under silence" in decision.source
    assert Effect.objects.get().made == "made_1"


def test_an_effect_that_fails_leaves_the_decision_and_is_tried_again(writer, secretary, allies, system):
    def refuse(_decision):
        raise services.NobodyEntitled

    kinds.register(decisions.kind(COUNTED, take_effect=refuse))
    decisions.circulated(decisions.drafted(writer, of=COUNTED), secretary)
    services.close_due(by=system, at=SETTLED)
    worker.drain()

    assert Proposal.objects.get().state == "adopted"
    assert Job.objects.get(name=TAKE_EFFECT).state == "failed"
    kinds.register(decisions.kind(COUNTED, take_effect=lambda _decision: "made_1"))
    services.take_effect(Outcome.objects.get(), by=system, at=SETTLED)
    assert Effect.objects.get().made == "made_1"


# What the tables refuse ----------------------------------------------------------------------------


def refused_by_the_table(write):
    with pytest.raises(DatabaseError), transaction.atomic():
        write()


def test_the_tables_refuse_what_can_never_be(running, allies, system, writer):
    proposal, addressee = running.proposal, running.addressees.get(nation="EE")
    said = {"circulation": running, "addressee": addressee, "reason": REASON, "given_by": allies["EE"]}
    ended = {
        "circulation": running,
        "minute_en": "x",
        "minute_fr": "x",
        "ended_by": system,
        "evidence_digest": "0" * 64,
    }

    refused_by_the_table(lambda: Proposal.objects.filter(pk=proposal.pk).update(state="adopted", expires_at=None))
    refused_by_the_table(lambda: Proposal.objects.filter(pk=proposal.pk).update(expires_at=BEGUN_AT))
    refused_by_the_table(lambda: Objection.objects.create(**said, verdict="heard", arrived_at=ENDS_AT))
    refused_by_the_table(lambda: Objection.objects.create(**said, verdict="late", arrived_at=BEGUN_AT))
    late, early = {"effective_at": SETTLED, "known_at": SETTLED}, {"effective_at": ENDS_AT, "known_at": BEGUN_AT}
    refused_by_the_table(lambda: Outcome.objects.create(**ended, **late, ending="adopted"))
    refused_by_the_table(lambda: Outcome.objects.create(**ended, **early, ending="adopted"))
    refused_by_the_table(lambda: Outcome.objects.create(**ended, **late, ending="broken"))
    refused_by_the_table(lambda: Circulation.objects.filter(pk=running.pk).update(expires_at=SETTLED))
    refused_by_the_table(running.text.delete)

    broken_by(allies["EE"], running)
    refused_by_the_table(
        lambda: Outcome.objects.create(**ended, effective_at=ENDS_AT, known_at=ENDS_AT, ending="adopted")
    )
