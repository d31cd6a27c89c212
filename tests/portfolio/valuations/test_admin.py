"""Runs and marks in the web admin: actions on several at once, each through its service, refused one by one."""

import pytest
from django.test import Client

from core import clock
from core.audit.models import AuditEvent
from portfolio.valuations import queries, services
from portfolio.valuations.models import Mark, MarkRecomputation, ValuationRun
from tests.factories import funds, people
from tests.portfolio.valuations.conftest import JULY_1
from tests.portfolio.valuations.test_pages import text_of


@pytest.fixture(autouse=True)
def _in_july():
    with clock.standing_at(JULY_1):
        yield


@pytest.fixture
def carry_out():
    def _carry_out(action, who, *chosen):
        address = f"/admin/portfolio/{type(chosen[0])._meta.model_name}/"
        sent = {"action": action, "_selected_action": [one.pk for one in chosen], "index": "0"}
        return text_of(people.signed_in(Client(), who).post(address, sent, follow=True))

    return _carry_out


@pytest.fixture
def prepared(holding, stake, opened, prepare):
    return prepare(opened())


class TestSubmitting:
    def test_a_run_is_handed_to_the_committee_and_what_is_refused_is_said(self, locked, holding, analyst, carry_out):
        first = locked()
        second = services.reopen_run(first, reason="A late report", by=analyst, at=JULY_1)

        page = carry_out("submit_for_approval", analyst, first, second)

        assert "Test fund, Q2 2026 v1: A run is submitted once all its marks are prepared, and once." in page
        assert "Test fund, Q2 2026 v2 waits for the committee now." in page
        assert list(ValuationRun.objects.order_by("version").values_list("state", flat=True)) == ["locked", "submitted"]
        event = AuditEvent.objects.filter(kind="valuation.submitted").latest("pk")
        assert event.actor == analyst.public_id

    def test_whoever_only_reads_submits_nothing(self, prepared, someone, carry_out):
        page = carry_out("submit_for_approval", someone("valuation-committee"), prepared)

        assert "Test fund, Q2 2026 v1: Your role does not allow this." in page
        prepared.refresh_from_db()
        assert prepared.state == "in_review"

    @pytest.mark.parametrize(
        "forged",
        [
            {"_selected_action": "'; DROP TABLE core_user; --"},
            {"_selected_action": "9" * 30},
            {"index": "a\x00b"},
            {"select_across": "yesterday"},
            {"action": "delete_selected"},
        ],
    )
    def test_a_choice_that_no_list_offers_is_refused_in_words(self, prepared, analyst, forged):
        sent = {"action": "submit_for_approval", "_selected_action": prepared.pk, "index": "0"} | forged

        answer = people.signed_in(Client(), analyst).post("/admin/portfolio/valuationrun/", sent)

        assert answer.status_code == 400
        assert "does not stand on this list" in text_of(answer)
        prepared.refresh_from_db()
        assert prepared.state == "in_review"

    def test_another_funds_run_cannot_be_chosen(self, prepared, carry_out, system):
        other = funds.fund(name="Other fund", system=system)
        stranger = people.person(role="fund-analyst", scope_kind="fund", scope_ref=other.public_id, system=system)

        assert "waits for the committee" not in carry_out("submit_for_approval", stranger, prepared)
        prepared.refresh_from_db()
        assert prepared.state == "in_review"


class TestComputingAgain:
    def test_each_mark_says_what_it_comes_to_and_is_kept(
        self, prepared, holding, stake, analyst, carry_out, monkeypatch
    ):
        fits, drifts = (Mark.objects.get(holding=one) for one in (holding, stake))
        found = queries.recomputed
        monkeypatch.setattr(
            queries,
            "recomputed",
            lambda one: (one.local_value, one.value + 1) if one.pk == drifts.pk else found(one),
        )

        page = carry_out("compute_again", analyst, fits, drifts)

        assert "Example Robotics, Q2 2026 v1: computed again, EUR 1 000.00, as stored." in page
        assert "Example Ventures, Q2 2026 v1: computed again, it comes to EUR 1 001.00, where EUR 1 000.00" in page
        kept = MarkRecomputation.objects.order_by("mark").values_list("mark", "drifts", "by")
        assert list(kept) == sorted([(fits.pk, False, analyst.pk), (drifts.pk, True, analyst.pk)])

    def test_an_auditor_is_refused_for_each_and_nothing_is_kept(self, prepared, carry_out, system):
        auditor = people.person(role="auditor", language="fr", system=system)

        page = carry_out("compute_again", auditor, *Mark.objects.order_by("pk"))

        assert page.count(" : Votre rôle ne le permet pas.") == 2
        assert not MarkRecomputation.objects.exists()
