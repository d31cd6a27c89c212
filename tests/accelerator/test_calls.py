"""A call for applications: drafted by one, published by another, fixed from then on; its window and who may apply."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import DatabaseError, connections, transaction

from accelerator.challenges import eligibility, queries, services, zones
from accelerator.challenges.lifecycle import Window, window
from accelerator.challenges.models import Call, CallCriterion, CallQuestion, CallSection, Programme
from accelerator.challenges.rules import OwnWork, WrongState
from core.audit.models import AuditEvent
from core.errors import Invalid, NotFound, NotPermitted
from core.money.models import Currency
from tests.factories import accelerator as factory
from tests.factories import people
from tests.factories import programme_calls as calls
from tests.factories.programme_calls import DRAFTED_AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("allies")]
CLOSES_AT = datetime(2026, 8, 14, 15, tzinfo=timezone.utc)


@pytest.fixture
def call(programme, manager):
    return calls.drafted(programme, by=manager)


@pytest.fixture
def published(programme, manager, second):
    return calls.published(programme, by=manager, second=second)


def test_a_call_is_drafted_completed_submitted_and_published_by_another(programme, manager, second):
    call = calls.published(programme, by=manager, second=second)

    row = Call.objects.get()
    assert (row.pk, row.state, row.published_by, row.digest) == (call.pk, "published", second, queries.digest(row))
    assert (row.opens_at, row.closes_at) == (datetime(2026, 7, 1, 7, tzinfo=timezone.utc), CLOSES_AT)
    assert [str(one) for one in queries.sections(row)] == ["The idea", "The team"]
    kinds = [event.kind for event in AuditEvent.objects.filter(subject=call.public_id).order_by("pk")]
    assert kinds == ["call.drafted", *["call.edited"] * 4, "call.submitted", "call.published"]


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"title_fr": " "}, services.UnfitTitle, "title_fr"),
        ({"text_en": "w" * 5_001}, services.UnfitTitle, "text_en"),
        ({"zone": "Mars/Olympus"}, services.UnfitZone, "zone"),
        ({"closes_on": date(2026, 6, 30)}, services.UnfitWindow, "closes_on"),
        ({"closes_on": date(2026, 7, 1), "closes_at": time(9)}, services.UnfitWindow, "closes_on"),
        ({"opens_on": date(2026, 3, 29), "opens_at": time(2, 30)}, services.NoSuchTime, "opens_at"),
        ({"agreement": "handshake"}, services.UnfitAgreement, "agreement"),
        ({"agreement": "grant"}, services.OtherAgreement, "agreement"),
        ({"opens_on": date(2025, 6, 1)}, services.OutsideProgramme, "opens_on"),
        ({"closes_on": date(2027, 1, 1)}, services.OutsideProgramme, "closes_on"),
        ({"nations": ()}, services.UnfitNations, "nations"),
        ({"nations": ("EE", "ZZ")}, services.UnfitNations, "nations"),
        (
            {"founded_from": date(2020, 1, 2), "founded_until": date(2020, 1, 1)},
            services.UnfitFounding,
            "founded_until",
        ),
    ],
)
def test_what_a_call_cannot_say_is_refused_with_its_field(programme, manager, changes, refusal, field):
    with pytest.raises(refusal) as refused:
        calls.drafted(programme, by=manager, **changes)

    assert refused.value.field == field
    assert not Call.objects.exists()


def test_a_call_closes_by_the_moment_that_its_programme_published(system, manager):
    told = services.Call(date(2026, 6, 1), date(2026, 8, 14), CLOSES_AT)
    programme = factory.programme("2027", by=system, call=told)

    assert calls.drafted(programme, by=manager).closes_at == CLOSES_AT
    with pytest.raises(services.ClosesLate) as refused:
        calls.drafted(programme, by=manager, closes_at=time(17, 1))

    assert (
        str(refused.value)
        == "Its programme closes at this moment: 14\u00a0Aug\u00a02026, 15:00\u00a0UTC. Choose that or an earlier one."
    )


def test_what_leaves_the_programmes_days_is_refused_with_the_days(programme, manager):
    with pytest.raises(services.OutsideProgramme) as refused:
        calls.drafted(programme, by=manager, closes_on=date(2027, 1, 1))

    assert "from 2\u00a0Jun\u00a02025 to 31\u00a0Dec\u00a02026" in str(refused.value)


@pytest.mark.parametrize(
    ("write", "row", "field"),
    [
        (
            lambda call, **by: services.set_sections(call, [*calls.SECTIONS, services.Section("A", " ")], **by),
            3,
            "title_fr",
        ),
        (
            lambda call, **by: services.set_questions(
                queries.get_section(call, 1), [*calls.QUESTIONS, services.Question("long", "A?", "B ?")], **by
            ),
            3,
            "words_at_most",
        ),
        (lambda call, **by: services.set_criteria(call, [services.Criterion("A", "B", 101)], **by), 1, "weight"),
        (lambda call, **by: services.set_criteria(call, [], **by), None, None),
    ],
)
def test_a_refusal_names_the_row_and_its_field(call, manager, write, row, field):
    calls.completed(call, by=manager)

    with pytest.raises(Invalid) as refused:
        write(call, by=manager, at=DRAFTED_AT)

    assert (refused.value.row, refused.value.field) == (row, field)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (services.Question("essay", "What?", "Quoi ?"), services.UnfitQuestions),
        (services.Question("short", "What?", " ", words_at_most=9), services.UnfitQuestions),
        (services.Question("short", "What?", "Quoi ?", "Help", "", words_at_most=9), services.UnfitQuestions),
        (services.Question("long", "What?", "Quoi ?"), services.UnfitLimit),
        (services.Question("long", "What?", "Quoi ?", words_at_most=5_001), services.UnfitLimit),
        (services.Question("day", "When?", "Quand ?", words_at_most=5), services.UnfitLimit),
        (services.Question("choice", "Which?", "Lequel ?", options_en=["A"], options_fr=["A"]), services.UnfitOptions),
        (services.Question("money", "How much?", "Combien ?", currency="XXX"), services.UnfitCurrency),
        (services.Question("number", "How many?", "Combien ?", currency="EUR"), services.UnfitCurrency),
        (services.Question("money", "How much?", "Combien ?", minimum=Decimal(1)), services.UnfitBounds),
        (services.Question("number", "How many?", "Combien ?", minimum=Decimal(2), maximum=Decimal(1)), services.UnfitBounds),
        (services.Question("number", "How many?", "Combien ?", maximum=Decimal("NaN")), services.UnfitBounds),
        (services.Question("number", "How many?", "Combien ?", maximum=Decimal("1e18")), services.UnfitBounds),
        (services.Question("number", "How many?", "Combien ?", minimum=Decimal("0.0000001")), services.UnfitBounds),
        (services.Question("choice", "Which?", "Lequel ?", options_en=["A", "A"], options_fr=["A", "B"]), services.UnfitOptions),
        (services.Question("choice", "Which?", "Lequel ?", options_en=["A", "B"], options_fr=["A"]), services.UnfitOptions),
        (services.Question("day", "When?", "Quand ?", options_en=["A", "B"], options_fr=["A", "B"]), services.UnfitOptions),
    ],
)  # fmt: skip
def test_what_no_applicant_could_answer_is_not_asked(call, manager, asked, refusal):
    services.set_sections(call, calls.SECTIONS, by=manager, at=DRAFTED_AT)

    with pytest.raises(refusal):
        services.set_questions(queries.get_section(call, 1), [asked], by=manager, at=DRAFTED_AT)

    assert not CallQuestion.objects.exists()


def test_money_is_asked_in_the_programmes_currency_unless_another_is_named(call, manager):
    Currency.objects.create(code="USD", name_en="US dollar", name_fr="Dollar américain")
    services.set_sections(call, calls.SECTIONS[:1], by=manager, at=DRAFTED_AT)
    asked = [
        services.Question("money", "How much?", "Combien ?"),
        services.Question("money", "And in dollars?", "Et en dollars ?", currency="USD"),
        services.Question("number", "How many?", "Combien ?", minimum=Decimal("0.50"), maximum=Decimal(100)),
    ]

    services.set_questions(queries.get_section(call, 1), asked, by=manager, at=DRAFTED_AT)

    told = queries.content(Call.objects.get())["sections"][0]["questions"]
    kept = [{name: one[name] for name in ("currency", "minimum", "maximum") if name in one} for one in told]
    assert kept == [{"currency": "EUR"}, {"currency": "USD"}, {"minimum": "0.5", "maximum": "100"}]
    assert [one.bounds for one in CallQuestion.objects.order_by("order")] == ["", "", "from 0.5 to 100"]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "day", "currency_id": "EUR"},
        {"kind": "money", "minimum": 1},
        {"kind": "number", "minimum": 2, "maximum": 1},
    ],
)
def test_the_database_keeps_no_currency_and_no_bounds_where_they_mean_nothing(call, manager, change):
    calls.completed(call, by=manager)

    with pytest.raises(DatabaseError), transaction.atomic():
        CallQuestion.objects.filter(kind="choice").update(**change)


def test_a_section_that_stays_keeps_its_questions_and_one_that_goes_takes_them_along(call, manager):
    calls.completed(call, by=manager)

    services.set_questions(queries.get_section(call, 2), calls.QUESTIONS[:1], by=manager, at=DRAFTED_AT)
    stated = [services.Section("New", "Nouvelle"), services.Section("Renamed", "Renommée", place=2)]

    services.set_sections(call, stated, by=manager, at=DRAFTED_AT)

    left = [(str(one), one.order, one.questions.count()) for one in queries.sections(call)]
    assert (left, CallQuestion.objects.count()) == ([("New", 1, 0), ("Renamed", 2, 1)], 1)


def test_what_another_changed_since_the_page_was_read_is_not_overwritten(call, manager, second):
    read = queries.digest(call)
    services.set_criteria(call, calls.CRITERIA, by=second, at=DRAFTED_AT, read=read)

    with pytest.raises(services.ChangedSince):
        services.set_criteria(call, calls.CRITERIA[:1], by=manager, at=DRAFTED_AT, read=read)


def test_whoever_ever_changed_a_call_does_not_publish_it(programme, manager, second):
    call = calls.completed(calls.drafted(programme, by=manager), by=second)
    services.edit_call(call, replace(calls.FACTS, title_en="Other"), by=manager, at=DRAFTED_AT)
    services.submit_call(call, by=manager, at=DRAFTED_AT)

    with pytest.raises(OwnWork):
        services.publish_call(call, digest=queries.digest(call), by=second, at=DRAFTED_AT)


def test_questions_of_a_section_that_has_gone_meanwhile_are_refused_in_words(call, manager):
    calls.completed(call, by=manager)
    gone = queries.get_section(call, 2)
    services.set_sections(call, calls.SECTIONS[:1], by=manager, at=DRAFTED_AT)

    with pytest.raises(services.ChangedSince):
        services.set_questions(gone, calls.QUESTIONS, by=manager, at=DRAFTED_AT)


class TestSubmitting:
    def test_a_call_that_lacks_something_is_not_submitted(self, call, manager):
        given = {"by": manager, "at": DRAFTED_AT}
        steps = [
            (lambda: None, ["sections", "criteria"]),
            (lambda: services.set_sections(call, calls.SECTIONS[:1], **given), ["questions", "criteria"]),
            (lambda: services.set_questions(queries.get_section(call, 1), calls.QUESTIONS, **given), ["criteria"]),
            (lambda: services.set_criteria(call, calls.CRITERIA[:1], **given), ["weights"]),
        ]
        for take, lacking in steps:
            take()
            assert queries.lacking(call) == lacking
            with pytest.raises(services.NotWhole):
                services.submit_call(call, **given)

    @pytest.mark.parametrize(
        ("empty", "refusal"),
        [
            (lambda call, **given: services.set_sections(call, [], **given), services.UnfitSections),
            (
                lambda call, **given: services.set_questions(queries.get_section(call, 1), [], **given),
                services.UnfitQuestions,
            ),
            (lambda call, **given: services.set_criteria(call, [], **given), services.UnfitCriteria),
        ],
    )
    def test_a_form_that_comes_back_empty_takes_nothing_away(self, call, manager, empty, refusal):
        calls.completed(call, by=manager)
        before = queries.digest(call)

        with pytest.raises(refusal):
            empty(call, by=manager, at=DRAFTED_AT)

        assert queries.digest(call) == before

    def test_a_call_whose_window_is_over_is_neither_submitted_nor_published(self, programme, manager, second):
        with pytest.raises(services.WindowPassed):
            services.submit_call(
                calls.completed(calls.drafted(programme, by=manager), by=manager), by=manager, at=CLOSES_AT
            )
        call = calls.submitted(programme, by=manager)
        with pytest.raises(services.WindowPassed):
            services.publish_call(call, digest=queries.digest(call), by=second, at=CLOSES_AT)

    def test_a_draft_from_before_the_rule_is_not_submitted_outside_its_programme(self, programme, manager):
        call = calls.completed(calls.drafted(programme, by=manager), by=manager)
        Programme.objects.update(call_closes_on=date(2026, 8, 13))

        with pytest.raises(services.OutsideProgramme):
            services.submit_call(call, by=manager, at=DRAFTED_AT)

    def test_a_change_makes_it_a_draft_again_and_what_changes_nothing_does_not(self, programme, manager, second):
        call = calls.submitted(programme, by=manager)

        assert services.edit_call(call, calls.FACTS, by=second, at=DRAFTED_AT).state == "submitted"
        changed = services.edit_call(call, replace(calls.FACTS, title_en="Other"), by=second, at=DRAFTED_AT)

        assert (changed.state, changed.submitted_by, changed.edited_by) == ("draft", None, second)

    def test_it_is_handed_back_with_a_reason(self, programme, manager, second):
        call = calls.submitted(programme, by=manager)
        with pytest.raises(services.BecauseMissing):
            services.hand_back(call, because=" ", by=second)

        assert services.hand_back(call, because="The second section asks too much", by=second).state == "draft"
        assert AuditEvent.objects.latest("pk").after["because"] == "The second section asks too much"


class TestPublishing:
    @pytest.mark.parametrize("role", ["drafted", "edited", "submitted"])
    def test_nobody_publishes_what_she_drafted_changed_or_submitted(self, programme, manager, second, role):
        other = calls.drafted(programme, by=manager if role == "drafted" else second)
        calls.completed(other, by=manager if role == "edited" else second)
        call = services.submit_call(other, by=manager if role == "submitted" else second, at=DRAFTED_AT)

        with pytest.raises(OwnWork):
            services.publish_call(call, digest=queries.digest(call), by=manager, at=DRAFTED_AT)

    def test_what_changed_since_it_was_read_is_not_published(self, programme, manager, second, system):
        call = calls.submitted(programme, by=manager)
        read = queries.digest(call)
        services.edit_call(call, replace(calls.FACTS, title_en="Other"), by=manager, at=DRAFTED_AT)
        services.submit_call(call, by=manager, at=DRAFTED_AT)

        with pytest.raises(services.ChangedSince):
            services.publish_call(call, digest=read, by=second, at=DRAFTED_AT)

    @pytest.mark.parametrize("act", ["edit", "sections", "submit", "publish", "hand back"])
    def test_what_is_published_takes_no_further_step(self, published, manager, second, act):
        steps = {
            "edit": lambda: services.edit_call(
                published, replace(calls.FACTS, title_en="X"), by=manager, at=DRAFTED_AT
            ),
            "sections": lambda: services.set_sections(published, calls.SECTIONS, by=manager, at=DRAFTED_AT),
            "submit": lambda: services.submit_call(published, by=manager, at=DRAFTED_AT),
            "publish": lambda: services.publish_call(published, digest=published.digest, by=second, at=DRAFTED_AT),
            "hand back": lambda: services.hand_back(published, because="Too early", by=second),
        }

        with pytest.raises(WrongState):
            steps[act]()

    @pytest.mark.parametrize(
        "change",
        [
            lambda _call: Call.objects.update(title_en="Other"),
            lambda _call: Call.objects.update(state="draft"),
            lambda call: CallSection.objects.create(call=call, order=9, title_en="More", title_fr="Plus"),
            lambda _call: CallSection.objects.update(title_en="Other"),
            lambda _call: CallQuestion.objects.all().delete(),
            lambda _call: CallQuestion.objects.update(is_required=False),
            lambda _call: CallQuestion.objects.filter(kind="choice").update(kind="money", currency_id="EUR"),
            lambda _call: CallCriterion.objects.filter(weight=40).delete(),
            lambda _call: CallCriterion.objects.update(weight=50),
            lambda call: call.delete(),
        ],
    )
    def test_the_database_changes_nothing_of_it(self, published, change):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(published)

        assert queries.digest(Call.objects.get()) == published.digest

    def test_the_database_begins_no_call_as_published(self, programme, manager, second):
        row = calls.submitted(programme, by=manager)
        stated = {"state": "published", "published_by": second, "published_at": DRAFTED_AT, "digest": "0" * 64}
        for name, value in ({"pk": None, "public_id": "cfa_0000000000000000"} | stated).items():
            setattr(row, name, value)

        with pytest.raises(DatabaseError, match="begins as a draft"), transaction.atomic():
            row.save(force_insert=True)

    @pytest.mark.django_db(databases=["default", "owner"])
    @pytest.mark.parametrize("model", [Call, CallSection, CallQuestion, CallCriterion])
    def test_nobody_empties_the_tables(self, model):
        with (
            pytest.raises(DatabaseError, match="publish another one"),
            transaction.atomic(using="owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")

    def test_a_draft_can_be_deleted(self, call, manager):
        calls.completed(call, by=manager).delete()

        assert not CallQuestion.objects.exists()

    def test_the_database_wants_two_people(self, programme, manager):
        call = calls.submitted(programme, by=manager)
        stated = {"state": "published", "published_by": manager, "published_at": DRAFTED_AT, "digest": "0" * 64}

        with pytest.raises(DatabaseError), transaction.atomic():
            Call.objects.filter(pk=call.pk).update(**stated)


class TestWhoMay:
    def test_whoever_only_reads_drafts_nothing(self, programme, reader):
        with pytest.raises(NotPermitted):
            calls.drafted(programme, by=reader)

    def test_a_manager_of_one_programme_sees_and_drafts_the_calls_of_no_other(self, manager, manager_of_one, system):
        other = factory.programme("2027", by=system)
        call = calls.drafted(other, by=manager)

        assert list(queries.visible_to(manager_of_one)) == []
        with pytest.raises(NotFound):
            queries.get_call(manager_of_one, call.public_id)
        with pytest.raises(NotPermitted):
            calls.drafted(other, by=manager_of_one)
        with pytest.raises(NotPermitted):
            services.set_sections(call, calls.SECTIONS, by=manager_of_one, at=DRAFTED_AT)

    def test_a_reviewer_of_the_programme_reads_and_a_stranger_does_not(self, programme, published, system):
        scope = {"scope_kind": "programme", "scope_ref": programme.public_id}

        assert list(queries.visible_to(people.person(role="reviewer", **scope, system=system))) == [published]
        assert list(queries.visible_to(people.person(system=system))) == []

    def test_a_reviewer_hears_of_no_call_before_it_is_published(self, call, programme, system):
        scope = {"scope_kind": "programme", "scope_ref": programme.public_id}
        reviewer = people.person(role="reviewer", **scope, system=system)

        assert list(queries.visible_to(reviewer)) == []
        with pytest.raises(NotFound):
            queries.get_call(reviewer, call.public_id)

    def test_what_waits_is_counted_for_whoever_may_publish_it(
        self, programme, manager, second, reader, manager_of_one, system
    ):
        calls.submitted(programme, by=manager)
        calls.submitted(factory.programme("2028", by=system), by=manager)
        calls.completed(calls.drafted(programme, by=second), by=second)

        counted = [queries.count_waiting(one) for one in (manager, second, manager_of_one, reader)]

        assert counted == [0, 2, 1, 0]

    def test_a_draft_is_not_there_for_everybody(self, call):
        with pytest.raises(NotFound):
            queries.open_call(call.public_id, at=DRAFTED_AT)
        assert queries.published_calls(at=DRAFTED_AT) == []


@pytest.mark.parametrize(
    ("at", "stands"),
    [
        (datetime(2026, 7, 1, 6, 59, 59, tzinfo=timezone.utc), Window.COMING),
        (datetime(2026, 7, 1, 7, tzinfo=timezone.utc), Window.OPEN),
        (CLOSES_AT - timedelta(microseconds=1), Window.OPEN),
        (CLOSES_AT, Window.CLOSED),
    ],
)
def test_a_window_is_open_from_its_first_moment_and_before_its_last(published, at, stands):
    assert window(published.opens_at, published.closes_at, at=at) == stands
    [shown] = queries.published_calls(at=at)
    assert (shown.stands, shown.closes_there.hour) == (stands, 17)


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        (date(2026, 3, 29), time(1, 59), datetime(2026, 3, 29, 0, 59, tzinfo=timezone.utc)),
        (date(2026, 3, 29), time(2), None),
        (date(2026, 3, 29), time(3), datetime(2026, 3, 29, 1, tzinfo=timezone.utc)),
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)),
    ],
)
def test_a_time_that_the_clocks_skip_is_none_and_one_they_show_twice_is_the_first(day, clock, expected):
    assert zones.moment(day, clock, "Europe/Brussels") == expected


@pytest.mark.parametrize("zone", zones.ZONES)
def test_every_zone_is_known(zone):
    assert zones.moment(date(2026, 7, 1), time(12), zone) is not None


@pytest.mark.parametrize(
    ("nation", "founded_on", "kept"),
    [
        ("EE", date(2020, 1, 1), [True, True, True]),
        ("US", date(2020, 1, 1), [False, True, True]),
        ("-", date(2014, 12, 31), [False, False, True]),
        ("EE", date(2026, 1, 1), [True, True, False]),
        ("EE", None, [True, False, False]),
    ],
)
def test_each_rule_says_whether_it_is_kept(nation, founded_on, kept):
    rules = eligibility.Rules({"EE": "Estonia", "LU": "Luxembourg"}, date(2015, 1, 1), date(2025, 12, 31))

    found = eligibility.verdicts(rules, nation=nation, founded_on=founded_on)

    assert [one.is_kept for one in found] == kept
    assert found[0].rule == "The head office is in one of these nations: Estonia, Luxembourg."
