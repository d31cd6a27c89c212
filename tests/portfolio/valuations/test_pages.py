"""The valuation desk: runs, marks and holdings on their pages, the steps to the lock, and refusals in words."""

import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from portfolio.dashboards import waiting
from portfolio.valuations import listing, queries, services
from portfolio.valuations.models import Mark, ValuationRun
from tests.core.people import sessions
from tests.factories import funds, investments, people
from tests.portfolio.valuations.conftest import JULY_1, JUNE, approved, dollars, written_down

DESK = "/manage/valuations"


@pytest.fixture(autouse=True)
def _in_july():
    with clock.standing_at(JULY_1):
        yield


def text_of(response):
    return response.content.decode().replace("\u00a0", " ")


def page_of(run, act=""):
    return f"{DESK}/{run.public_id}{act and '/'}{act}"


def mark_page(mark, act=""):
    return f"{DESK}/marks/{mark.public_id}{act and '/'}{act}"


def as_(who, *, fresh=False):
    client = people.signed_in(Client(), who)
    return sessions.fresh(client, who) if fresh else client


def book_of(answer):
    return openpyxl.load_workbook(io.BytesIO(answer.content))


@pytest.fixture
def prepared(holding, stake, opened, prepare):
    return prepare(opened())


@pytest.fixture
def submitted(prepared, analyst):
    return services.submit_run(prepared, by=analyst, at=JULY_1)


@pytest.fixture
def mark(prepared, holding):
    return Mark.objects.get(run=prepared, holding=holding)


def test_the_desk_says_what_a_run_is_and_where_it_begins(fund, analyst):
    page = text_of(as_(analyst).get(DESK))

    assert "No valuation yet" in page
    assert "Nothing. A run appears here when it waits for your check or your approval." in page
    assert "Open a quarter…" in page


def test_a_run_without_marks_shows_no_value_of_zero(opened, holding, analyst):
    opened()

    page = text_of(as_(analyst).get(DESK))

    assert "Q2 2026: the marks are being prepared" in page
    assert "No mark is written yet." in page
    assert "0.00" not in page


def test_the_desk_tells_each_person_what_waits_for_her(prepared, analyst, committee):
    before = text_of(as_(analyst).get(DESK))
    services.submit_run(prepared, by=analyst, at=JULY_1)

    assert "Check and submit Q2 2026 of" in before
    assert "Check and submit" not in text_of(as_(analyst).get(DESK))
    assert "Approve Q2 2026 of" in text_of(as_(committee[0]).get(DESK))
    assert [task.title.replace("\u00a0", " ") for task in waiting.tasks(committee[0], today=clock.today())] == [
        "Approve the valuation of Q2 2026"
    ]


def test_what_waits_agrees_with_the_steps_that_are_open(submitted, analyst, committee, someone):
    services.approve_run(submitted, digest=queries.digest(submitted), by=committee[0], at=JULY_1)
    everybody = [analyst, *committee, someone("fund-manager")]

    assert [[one.run for one in listing.waiting(who)] for who in everybody] == [
        list(queries.waiting_for(who)) for who in everybody
    ]


def test_a_quarter_that_cannot_be_opened_says_why_where_people_look(fund, system, analyst):
    """A rate is missing: the desk says so, and the form keeps what was chosen and says the same."""
    dollars((investments.BOUGHT_ON, "1.10"))
    investments.purchase(investments.holding(fund, currency="USD", system=system), system=system)

    desk = text_of(as_(analyst).get(DESK))
    answer = as_(analyst).post(f"{DESK}/open", {"quarter_end": "2026-06-30"})

    missing = "There is no rate for USD on 30 Jun 2026; the last known is of 4 May 2026."
    assert "Q2 2026 cannot be opened yet." in desk
    assert missing in desk
    assert (answer.status_code, missing in text_of(answer)) == (409, True)
    assert not ValuationRun.objects.exists()


def test_a_fund_without_a_policy_gets_one_and_is_valued(system):
    """The version is recorded on its page; taken or torn ones are refused beside their field, with what was typed."""
    fund = funds.fund(system=system, name="Alder Fund")
    investments.money(fund, system=system)
    investments.purchase(investments.holding(fund, name="Alder Robotics", system=system), system=system)
    analyst = people.person(role="fund-analyst", scope_kind="fund", scope_ref=fund.public_id, system=system)
    client = as_(analyst)
    page = f"{DESK}/policy?fund={fund.public_id}"
    given = {"version": "2026-1", "first_day": "2026-06-30", "cadence": "quarterly", "text": "IPEV Guidelines."}

    refused = text_of(client.post(f"{DESK}/open?fund={fund.public_id}", {"quarter_end": "2026-06-30"}))
    torn = text_of(client.post(page, given | {"text": ""}))
    kept = text_of(client.post(page, given, follow=True))
    taken = text_of(client.post(page, given | {"text": "Other words."}))
    client.post(f"{DESK}/open?fund={fund.public_id}", {"quarter_end": "2026-06-30"})

    assert "No valuation policy of the fund governs this quarter." in refused
    assert 'value="2026-1"' in torn
    assert "Version 2026-1 is recorded." in kept
    assert "1 version" in kept
    assert "A valuation policy has a version of its own and a text." in taken
    assert "Other words." in taken
    assert ValuationRun.objects.get(fund=fund).policy_version == "2026-1"


def test_who_does_not_prepare_records_no_policy(fund, committee):
    answer = as_(committee[0]).post(f"{DESK}/policy?fund={fund.public_id}", {"version": "x"})

    assert answer.status_code == 403
    assert fund.valuation_policies.count() == 1


def test_whoever_prepares_opens_a_quarter_and_follows_the_job(holding, analyst):
    client = as_(analyst)
    answer = client.post(f"{DESK}/open", {"quarter_end": "2026-06-30"}, follow=True)

    run = ValuationRun.objects.get(quarter_end=JUNE)
    page = text_of(answer)
    assert answer.redirect_chain == [(page_of(run), 302)]
    assert "Valuation of the quarter: Waiting" in page
    assert 'hx-get="/manage/jobs/' in page
    assert "No mark is written yet." in page


def test_a_quarter_that_no_policy_governs_is_refused_in_words(holding, analyst, fund):
    answer = as_(analyst).post(f"{DESK}/open", {"quarter_end": "2025-12-31"})

    assert answer.status_code == 409
    assert "No valuation policy of the fund governs this quarter." in text_of(answer)
    assert not ValuationRun.objects.exists()


def test_the_figures_of_the_page_are_those_of_the_queries(prepared, analyst):
    page = text_of(as_(analyst).get(page_of(prepared)))

    for one in queries.changes_against_last_quarter(prepared):
        assert f'<data class="n" value="{one.mark.value}">' in page
    rows = listing.compared(prepared)
    totals = listing.totals(rows)
    assert totals.start + totals.moved + totals.revalued == totals.value
    assert totals.value == sum(one.value for one in queries.marks_of(prepared))
    assert queries.digest(prepared)[:8] in page


def test_without_a_mark_before_no_page_shows_a_start(prepared, mark, analyst):
    page = text_of(as_(analyst).get(page_of(prepared)))
    own = text_of(as_(analyst).get(mark_page(mark)))

    assert page.count('<td class="n p2">no mark</td><td class="n p2"><data class="n" value="1000.00">') == 2
    assert "Where there was no mark, all that is held stands under bought less sold, at cost." in page
    assert '<dd class="fig">–</dd><dd>no mark</dd>' in own


def test_what_the_product_names_as_a_source_is_in_the_reader_s_language_and_what_a_person_wrote_is_not(mark, system):
    reader = people.person(role="auditor", language="fr", system=system)

    page = text_of(as_(reader).get(mark_page(mark)))

    assert "<span>livres du fonds</span>" in page
    assert re.search(r'<span lang="en">[^<]+, [^<]+</span>', page)


def test_outliers_stand_first(locked, holding, stake, system, analyst, prepare, opened):
    locked()
    october = JULY_1.replace(month=10)
    with clock.standing_at(october):
        fund = holding.fund
        later = services.open_run(fund, quarter_end=JUNE.replace(month=9), by=system, at=october)
        prepare(later, at=october)
        written_down(Mark.objects.get(run=later, holding=stake), analyst, "700.00", at=october)

        first, second = listing.compared(later)
        page = text_of(as_(analyst).get(page_of(later)))

    assert (first.mark.holding, first.is_outlier, first.changed.share) == (stake, True, Decimal("-0.3"))
    assert not second.is_outlier
    assert "Q3 2026: 1 outlier" in page


def test_the_evidence_of_a_mark_stands_on_one_page(mark, committee):
    page = text_of(as_(committee[0]).get(mark_page(mark)))

    for word in (
        "Calibrated to the last round",
        "Paid in the last round",
        "https://example.org/round",
        "4 May 2026",
        "Level 3: inputs that are not observable",
        mark.relevance,
        "−10 %",
        "+10 %",
        "1 edition",
        "Who did what",
    ):
        assert word in page
    assert "Change…" not in page


def test_a_mark_is_computed_again_by_button_and_its_page_tells_it_from_then_on(mark, committee, analyst):
    said = "Computed again from its inputs and rates: EUR 1 000.00, as stored."

    page = text_of(as_(committee[0]).post(mark_page(mark, "recompute"), follow=True))
    later = text_of(as_(analyst).get(mark_page(mark)))

    assert said in page
    assert said not in later
    assert "As stored" in later
    assert committee[0].name in later
    assert Mark.objects.count() == 2


def test_an_auditor_reads_a_mark_and_has_no_button_that_writes(mark, system):
    auditor = people.person(role="auditor", scope_kind="everywhere", system=system)

    assert "Compute again" not in text_of(as_(auditor).get(mark_page(mark)))
    assert as_(auditor).post(mark_page(mark, "recompute")).status_code == 403


def test_a_mark_that_drifts_says_so_until_it_follows_again(mark, analyst, monkeypatch):
    with monkeypatch.context() as drifting:
        drifting.setattr(queries, "recomputed", lambda one: (one.local_value, one.value + 1))
        as_(analyst).post(mark_page(mark, "recompute"))
    page = text_of(as_(analyst).get(mark_page(mark)))
    mended = text_of(as_(analyst).post(mark_page(mark, "recompute"), follow=True))

    warning = "The inputs come to EUR 1 001.00; stored is 1 000.00, a difference of +1.00."
    assert warning in page
    assert "Not as stored" in page
    assert warning not in mended
    assert "Not as stored" in mended, "what was found stays"


def test_an_analyst_changes_a_mark_with_its_reason(mark, analyst):
    sent = {
        "technique": "write_down",
        "amount": "400.00",
        "source": "Board minutes",
        "reason": "The pilot ended",
        "relevance": "",
    }
    answer = as_(analyst).post(mark_page(mark, "change"), sent, follow=True)

    fresh = queries.history_of(mark)[0]
    assert (fresh.edition, fresh.value, fresh.reason) == (2, Decimal("400.00"), "The pilot ended")
    assert "2 editions" in text_of(answer)
    assert "A later edition of this mark stands." in text_of(as_(analyst).get(mark_page(mark)))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"amount": ""}, "Enter the amount in the currency of the holding"),
        ({"amount": "1000.00"}, "A write-down lies below cost"),
        ({"source": ""}, "Say where the figure comes from"),
        ({"dated": "2026-07-01"}, "The figure is dated after the quarter"),
        ({"reason": ""}, "Fill in “Why it is changed”."),
        ({"technique": "reported_nav"}, "Choose one of the values offered."),
    ],
)
def test_a_change_that_is_refused_keeps_what_was_typed(mark, analyst, given, said):
    sent = {"technique": "write_down", "amount": "400.00", "source": "Minutes", "reason": "Kept words"} | given
    page = text_of(as_(analyst).post(mark_page(mark, "change"), sent))

    assert said in page
    assert "Kept words" in page or "reason" in given
    assert Mark.objects.count() == 2


def test_a_change_of_an_edition_that_is_past_is_a_conflict(mark, analyst):
    fresh = written_down(mark, analyst)
    sent = {"technique": "cost", "reason": "At cost again"}
    answer = as_(analyst).post(mark_page(mark, "change"), sent)

    assert answer.status_code == 409
    assert "Somebody changed this mark meanwhile." in text_of(answer)
    assert "At cost again" in text_of(answer)
    assert mark_page(fresh) in text_of(answer)


def test_two_of_the_committee_approve_and_the_run_is_locked(prepared, analyst, committee):
    as_(analyst).post(page_of(prepared, "submit"))
    said = []
    for one in committee[:2]:
        client = as_(one, fresh=True)
        digest = re.search(r'name="digest" value="([0-9a-f]{64})"', text_of(client.get(page_of(prepared, "approve"))))[
            1
        ]
        said.append(text_of(client.post(page_of(prepared, "approve"), {"digest": digest}, follow=True)))

    prepared.refresh_from_db()
    assert prepared.state == "locked"
    assert "Approved. One more member has to approve." in said[0]
    assert "The run is locked, and the net asset value follows it." in said[1]


def test_approving_asks_for_a_second_factor_that_is_fresh(submitted, committee):
    answer = as_(committee[0]).get(page_of(submitted, "approve"))

    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]


def test_a_page_that_is_stale_does_not_approve(submitted, committee, analyst, holding):
    stale = queries.digest(submitted)
    written_down(Mark.objects.get(run=submitted, holding=holding), analyst)
    services.submit_run(submitted, by=analyst, at=JULY_1)

    answer = as_(committee[0], fresh=True).post(page_of(submitted, "approve"), {"digest": stale})

    assert answer.status_code == 409
    assert "The valuation was changed since the page was shown." in text_of(answer)
    assert not submitted.approvals.exists()


def test_an_approval_that_lapsed_names_the_changed_field(submitted, committee, analyst, holding):
    services.approve_run(submitted, digest=queries.digest(submitted), by=committee[0], at=JULY_1)
    written_down(Mark.objects.get(run=submitted, holding=holding), analyst)

    page = text_of(as_(committee[1]).get(page_of(submitted)))

    assert "This approval lapsed: something was changed since." in page
    assert "<del>1 000.00</del> → <ins>400.00</ins>" in page
    assert "Example Robotics: Technique" in page


def test_a_locked_run_is_opened_again_with_its_reason(locked, holding, analyst):
    run = locked()
    client = as_(analyst, fresh=True)

    empty = text_of(client.post(page_of(run, "reopen"), {"reason": ""}))
    page = text_of(client.post(page_of(run, "reopen"), {"reason": "A round was missed"}, follow=True))

    assert "Fill in “Why the quarter is opened again”." in empty
    assert "Version 2" in page
    assert "A round was missed" in page
    assert ValuationRun.objects.get(version=2).supersedes == run


def test_a_run_that_is_locked_is_not_submitted(locked, holding, analyst):
    answer = as_(analyst).post(page_of(locked(), "submit"))

    assert answer.status_code == 409
    assert "A run is submitted once all its marks are prepared, and once." in text_of(answer)


def test_a_holding_goes_from_quarter_to_quarter(locked, holding, stake, analyst, system, committee, prepare):
    locked()
    october = JULY_1.replace(month=10)
    with clock.standing_at(october):
        later = services.open_run(holding.fund, quarter_end=JUNE.replace(month=9), by=system, at=october)
        prepare(later, at=october)
        written_down(Mark.objects.get(run=later, holding=holding), analyst, "600.00", at=october)
        approved(services.submit_run(later, by=analyst, at=october), committee, at=october)

        first, second = listing.bridge(holding, as_of=clock.today(), known_at=october)
        page = text_of(as_(analyst).get(reverse("portfolio:holding-marks", args=[holding.public_id])))
        sheet = book_of(as_(analyst).get(reverse("portfolio:holding-marks-xlsx", args=[holding.public_id])))

    assert [first.opening, first.bought, first.proceeds, first.revalued, first.closing] == [0, 1000, 0, 0, 1000]
    assert [second.opening, second.bought, second.proceeds, second.revalued, second.closing] == [1000, 0, 0, -400, 600]
    assert "Valued at EUR 0.00m below cost" in page
    assert '<data class="n" value="-400.00">' in page
    assert [row[8] for row in sheet["Marks"].iter_rows(min_row=2, values_only=True)] == [1000, 600]


def test_the_desk_lists_each_run_with_its_marks_and_their_value(locked, holding, stake, analyst):
    run = locked()
    services.reopen_run(run, reason="A late report", by=analyst, at=JULY_1)

    found = listing.sums_of(listing.runs_of(analyst, run.fund))
    page = text_of(as_(analyst).get(reverse("portfolio:valuations")))

    assert [(one.marks, one.value) for one in found.values()] == [(2, 2000), (2, 2000)]
    assert page.count('<td class="n p2">2</td>') == 2


def test_what_waits_stands_before_everything_else_of_the_desk(prepared, analyst):
    page = text_of(as_(analyst).get(DESK))

    assert page.index("Waits for you") < page.index("Revaluation since") < page.index("Company or fund")


def test_a_run_says_whether_its_marks_still_follow_from_their_inputs(prepared, analyst, monkeypatch):
    as_stored = text_of(as_(analyst).get(page_of(prepared)))
    monkeypatch.setattr(queries, "recomputed", lambda one: (one.local_value, one.value + 1))
    drifted = text_of(as_(analyst).get(page_of(prepared)))

    assert "Every mark as stored" in as_stored
    assert "these marks differ from what is stored" in drifted


def test_a_holding_without_a_locked_mark_says_so(prepared, holding, analyst):
    page = text_of(as_(analyst).get(reverse("portfolio:holding-marks", args=[holding.public_id])))

    assert "No mark was locked by then." in page


def test_the_workbook_has_marks_inputs_rates_and_approvals(locked, holding, stake, analyst):
    run = locked()
    book = book_of(as_(analyst).get(page_of(run, "export.xlsx")))

    marks = list(book["Marks"].iter_rows(min_row=2, values_only=True))
    assert [row[9] for row in marks] == [1000, 1000, 2000]
    assert len(list(book["Inputs"].iter_rows(min_row=2))) == sum(len(one.inputs) for one in queries.marks_of(run))
    assert [row[2] for row in book["Approvals"].iter_rows(min_row=2, values_only=True)] == ["yes", "yes"]


def test_the_workbook_of_the_desk_lists_each_run_as_the_page_does(locked, holding, stake, analyst, system):
    run = locked()
    services.reopen_run(run, reason="A late report", by=analyst, at=JULY_1)
    stranger = people.person(
        role="fund-analyst",
        scope_kind="fund",
        scope_ref=funds.fund(name="Other", system=system).public_id,
        system=system,
    )

    rows, others = (
        list(book_of(as_(who).get(f"{DESK}.xlsx"))["Valuations"].iter_rows(min_row=2, values_only=True))
        for who in (analyst, stranger)
    )

    assert [(row[0].date(), row[1], row[2], row[3], row[4], row[10]) for row in rows] == [
        (JUNE, 2, "In review", 2, 2000, "A late report"),
        (JUNE, 1, "Locked", 2, 2000, ""),
    ]
    assert others == []
    assert as_(stranger).get(f"{DESK}.xlsx", {"fund": run.fund.public_id}).status_code == 404
    assert f'href="{DESK}.xlsx' in text_of(as_(analyst).get(DESK))


@pytest.mark.parametrize("act", ["", "export.xlsx", "submit"])
def test_a_run_of_another_fund_is_hidden(prepared, act, system):
    stranger = people.person(role="fund-analyst", scope_kind="fund", scope_ref="fund_other", system=system)

    assert as_(stranger).get(page_of(prepared, act)).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("fund-manager", 403), ("fund-analyst", 403)])
def test_whoever_is_not_of_the_committee_does_not_approve(submitted, someone, role, status):
    assert as_(someone(role), fresh=True).get(page_of(submitted, "approve")).status_code == status


def test_the_committee_does_not_change_a_mark(mark, committee):
    assert as_(committee[0]).get(mark_page(mark, "change")).status_code == 403


def test_the_pages_are_french_too(fund, opened, prepare, system):
    dollars(*((day, "1.125") for day in (investments.BOUGHT_ON, date(2026, 6, 29), JUNE)))
    of = investments.holding(fund, currency="USD", system=system)
    investments.purchase(of, amount="900.00", system=system)
    prepared = prepare(opened())
    mark = Mark.objects.get(run=prepared, holding=of)
    reader = people.person(role="auditor", language="fr", system=system)

    for address in (page_of(prepared), mark_page(mark)):
        page = text_of(as_(reader).get(address))

        assert 'lang="fr"' in page
        assert "1,125000" in page
