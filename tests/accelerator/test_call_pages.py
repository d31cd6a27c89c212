"""Calls for applications on their pages: prepared by one programme manager, published by another, read by everybody."""

import io
from datetime import date, datetime, timezone

import icalendar
import openpyxl
import pytest
from django.test import Client

from accelerator.challenges import queries
from accelerator.challenges.models import Call
from core import clock
from tests.core.people.sessions import fresh
from tests.factories import accelerator as factory
from tests.factories import nations, people
from tests.factories import programme_calls as calls
from tests.factories.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("allies")]
DESK = "/manage/programme-calls"
FACTS = {
    "title_en": "Sensing in the deep",
    "title_fr": "Détecter en profondeur",
    "text_en": "We seek ways to see under water.",
    "text_fr": "Nous cherchons à voir sous l’eau.",
    "zone": "Europe/Brussels",
    "opens_on": "2026-07-01",
    "opens_at": "09:00",
    "closes_on": "2026-08-14",
    "closes_at": "17:00",
    "agreement": "contract",
    "nations": ["EE", "LU"],
    "founded_from": "2015-01-01",
    "founded_until": "",
}


def text_of(response):
    return " ".join(response.content.decode().split())


def in_rows(prefix, *rows, **more):
    sent = {f"{prefix}-TOTAL_FORMS": str(len(rows) + 1), f"{prefix}-INITIAL_FORMS": "0"}
    return (
        sent
        | {f"{prefix}-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}
        | more
    )


SECTIONS = in_rows("sections", {"title_en": "The idea", "title_fr": "L’idée"})
QUESTION = {
    "kind": "long",
    "text_en": "What is new?",
    "text_fr": "Quoi de neuf ?",
    "words_at_most": "200",
    "is_required": "on",
}
CHOICE = {
    "kind": "choice",
    "text_en": "How ready is it?",
    "text_fr": "Où en est-ce ?",
    "options_en": "Idea\r\n\r\n Proof ",
    "options_fr": "Idée\r\nPreuve",
}
QUESTIONS = in_rows("questions", QUESTION, CHOICE)
CRITERIA = in_rows(
    "criteria",
    {"title_en": "Feasibility", "title_fr": "Faisabilité", "weight": "60"},
    {"title_en": "Fit", "title_fr": "Adéquation", "weight": "40"},
)


@pytest.fixture
def desk(manager):
    return fresh(signed_in(Client(), manager), manager)


@pytest.fixture
def other_desk(second):
    return fresh(signed_in(Client(), second), second)


def test_a_call_goes_from_a_draft_to_everybody(desk, other_desk, programme, client):
    begun = desk.post(f"{DESK}/new", FACTS | {"programme": programme.public_id})
    call = Call.objects.get()
    page = f"{DESK}/{call.public_id}"
    assert begun["Location"] == f"{page}/sections"
    assert "name the sections of its form" in text_of(desk.get(page))
    desk.post(f"{page}/sections", SECTIONS)
    desk.post(f"{page}/sections/1", QUESTIONS)
    assert "say by which criteria it is judged" in text_of(desk.get(page))
    desk.post(f"{page}/criteria", CRITERIA)
    assert "Submit for publication" in text_of(desk.get(page))
    desk.post(f"{page}/submit")
    assert "another programme manager has to publish it" in text_of(desk.get(f"{page}/publish"))
    assert "How ready is it?" in text_of(other_desk.get(f"{page}/publish"))
    assert client.get(f"/programmes/calls/{call.public_id}/").status_code == 404

    call.refresh_from_db()
    other_desk.post(f"{page}/publish", {"digest": queries.digest(call)})

    public = text_of(client.get(f"/programmes/calls/{call.public_id}/"))
    assert "Sensing in the deep" in public
    assert "14 Aug 2026, 17:00, Brussels time" in public
    assert "<li>Proof</li>" in public
    assert "Sensing in the deep" in text_of(client.get("/programmes/calls/"))
    assert "Détecter en profondeur" in text_of(client.get("/programmes/calls/", headers={"accept-language": "fr"}))


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(desk, programme):
    page = desk.post(
        f"{DESK}/new", FACTS | {"programme": programme.public_id, "closes_on": "2026-06-30", "opens_at": "soon"}
    )
    assert "Write the time like 17:00." in text_of(page)
    page = desk.post(f"{DESK}/new", FACTS | {"programme": programme.public_id, "closes_on": "2026-06-30"})

    assert "A call closes after it opens." in text_of(page)
    assert "We seek ways to see under water." in text_of(page)
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    ("part", "sent", "said"),
    [
        ("sections", in_rows("sections", {"title_en": "Alone", "title_fr": ""}), "Fill in “Title in French”."),
        ("sections/1", in_rows("questions", QUESTION | {"words_at_most": ""}), "has a limit of 1 to 5,000 words"),
        (
            "sections/1",
            in_rows("questions", CHOICE | {"options_fr": "Idée"}),
            "A choice offers 2 to 50 different things",
        ),
        ("criteria", in_rows("criteria", {"title_en": "A", "title_fr": "B", "weight": "101"}), "Line 1:"),
        ("criteria", {"criteria-TOTAL_FORMS": "x"}, "The rows of the form did not arrive."),
    ],
)
def test_rows_that_are_wrong_are_kept_and_the_rule_is_named(desk, manager, programme, part, sent, said):
    call = calls.completed(calls.drafted(programme, by=manager), by=manager)
    before = queries.digest(call)

    page = desk.post(f"{DESK}/{call.public_id}/{part}", sent)

    assert said in text_of(page)
    assert all(str(value) in page.content.decode() for name, value in sent.items() if name.endswith("title_en"))
    assert queries.digest(Call.objects.get()) == before


def test_a_line_that_the_service_refuses_is_named_above_and_beside_it(desk, manager, programme):
    call = calls.completed(calls.drafted(programme, by=manager), by=manager)
    sent = in_rows("questions", QUESTION, {"kind": "day"}, QUESTION | {"words_at_most": ""})

    page = text_of(desk.post(f"{DESK}/{call.public_id}/sections/1", sent))

    said = "An answer in text has a limit of 1 to 5,000 words; no other answer has one."
    assert f'<a href="#id_questions-2-words_at_most">Line 3: {said}</a>' in page
    assert page.count(said) == 2


def test_a_line_that_is_taken_out_needs_no_correction(desk, manager, programme):
    call = calls.completed(calls.drafted(programme, by=manager), by=manager)
    going = {"title_en": "Gone", "title_fr": "", "DELETE": "on"}
    page = f"{DESK}/{call.public_id}/sections"

    refused = text_of(desk.post(page, in_rows("sections", going, {"title_en": "Alone", "title_fr": ""})))

    assert "Line 2: Fill in “Title in French”." in refused
    assert "Line 1:" not in refused
    assert 'id="id_sections-0-title_fr_error"' not in refused
    assert desk.post(page, in_rows("sections", going, {"title_en": "A", "title_fr": "B"})).status_code == 302
    assert [str(one) for one in queries.sections(call)] == ["A"]


def test_line_ends_count_once_and_are_no_change(desk, manager, programme):
    lines = "\n".join(["w" * 49] * 100)
    call = calls.drafted(programme, by=manager, text_en=lines, text_fr=lines)
    sent = {"text_en": lines.replace("\n", "\r\n") + "\r\n", "text_fr": lines.replace("\n", "\r\n"), "founded_from": ""}

    assert desk.post(f"{DESK}/{call.public_id}/edit", FACTS | sent).status_code == 302
    call.refresh_from_db()
    assert (call.text_en, call.editors) == (lines, [])


def test_applicants_read_the_currency_the_bounds_and_which_files_are_taken(desk, manager, programme):
    call = calls.completed(calls.drafted(programme, by=manager), by=manager)
    page = f"{DESK}/{call.public_id}"
    words = {"text_en": "What?", "text_fr": "Quoi ?"}
    rows = [
        words | {"kind": "money", "currency": "eur"},
        words | {"kind": "number", "minimum": "1", "maximum": "250"},
        words | {"kind": "file"},
    ]

    assert desk.post(f"{page}/sections/1", in_rows("questions", *rows)).status_code == 302

    shown = text_of(desk.get(f"{page}/preview"))
    assert "Amount of money, EUR, optional" in shown
    assert "A number, from 1 to 250, optional" in shown
    assert "PDF, DOCX, XLSX, PPTX, PNG, JPG, CSV or TXT, at most 25 MB each." in shown
    again = text_of(desk.get(f"{page}/sections/1"))
    assert 'value="EUR"' in again
    assert 'value="250"' in again


class TestNations:
    """A nation that accedes on 1 August 2026 is offered to a call that opens on that day."""

    @pytest.fixture
    def late(self, system):
        nations.ally("SE", system=system, joined=date(2026, 8, 1))

    def offered(self, page):
        return [code for code in ("EE", "LU", "SE", "US") if f'value="{code}"' in page.content.decode()]

    def test_the_allies_of_the_day_of_opening_are_offered(self, desk, manager, programme, late):
        early = calls.drafted(programme, by=manager)
        later = calls.drafted(programme, by=manager, opens_on=date(2026, 8, 1))

        assert self.offered(desk.get(f"{DESK}/{early.public_id}/edit")) == ["EE", "LU", "US"]
        assert self.offered(desk.get(f"{DESK}/{later.public_id}/edit")) == ["EE", "LU", "SE", "US"]

    def test_those_of_the_call_stay_and_what_it_may_not_say_is_refused_in_words(self, desk, manager, programme, late):
        call = calls.drafted(programme, by=manager, opens_on=date(2026, 8, 1), nations=("EE", "SE"))

        page = desk.post(f"{DESK}/{call.public_id}/edit", FACTS | {"nations": ["EE", "SE"]})

        assert self.offered(page) == ["EE", "LU", "SE", "US"]
        assert "each an Ally on the day on which the call opens" in text_of(page)


def test_what_waits_is_counted_in_the_navigation(desk, other_desk, manager, programme):
    calls.submitted(programme, by=manager)

    assert [_count(one.get(DESK)) for one in (desk, other_desk)] == [0, 1]


def test_the_list_is_a_workbook_of_the_calls_that_the_person_reads(desk, client, manager, second, programme, system):
    calls.published(programme, by=manager, second=second)
    calls.drafted(programme, by=manager, title_en="=1+1", zone="UTC")

    page = desk.get("/manage/programme-calls.xlsx")

    assert page["Content-Disposition"].startswith('attachment; filename="calls-for-applications-')
    found = list(openpyxl.load_workbook(io.BytesIO(page.content)).worksheets[1].values)
    assert [(row[0], row[1], row[9]) for row in found[-2:]] == [
        ("'=1+1", "Draft", ""),
        ("Sensing in the deep", "Published", second.name),
    ]
    assert found[-1][4] == "14\u00a0Aug\u00a02026, 17:00, Brussels time (14\u00a0Aug\u00a02026, 15:00\u00a0UTC)"
    assert found[-2][4] == "14\u00a0Aug\u00a02026, 17:00\u00a0UTC"


def _count(page):
    groups = page.context["navigation"]
    return next(link.count for group in groups for link in group.items if link.url == DESK)


def test_more_rows_come_with_what_was_typed_and_nothing_is_kept(desk, manager, programme):
    call = calls.drafted(programme, by=manager)

    page = text_of(desk.post(f"{DESK}/{call.public_id}/sections", SECTIONS | {"more": "1"}))

    assert "L’idée" in page
    assert "sections-3-title_en" in page
    assert queries.sections(call) == []


def test_a_call_is_handed_back_on_its_page(other_desk, manager, programme):
    call = calls.submitted(programme, by=manager)
    page = f"{DESK}/{call.public_id}/hand-back"
    assert "Fill in “What should be changed”." in text_of(other_desk.post(page, {"because": ""}))

    other_desk.post(page, {"because": "Ask less"})

    call.refresh_from_db()
    assert call.state == "draft"
    assert other_desk.get(page).status_code == 409


def test_a_page_that_was_read_before_a_change_publishes_nothing(other_desk, manager, programme):
    call = calls.submitted(programme, by=manager)

    page = other_desk.post(f"{DESK}/{call.public_id}/publish", {"digest": "0" * 64})

    assert page.status_code == 409
    assert "The call has changed since you opened this page." in text_of(page)


class TestEverybody:
    @pytest.fixture
    def address(self, programme, manager, second):
        call = calls.published(programme, by=manager, second=second, founded_from=date(2015, 1, 1))
        return f"/programmes/calls/{call.public_id}/"

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ({"nation": "EE", "founded_on": "2020-05-01"}, "By these rules you may apply."),
            ({"nation": "US", "founded_on": "2020-05-01"}, "Not kept: The head office is in one of these nations: Estonia, Luxembourg."),
            ({"nation": "-", "founded_on": "2020-05-01"}, "By these rules you may not apply."),
            ({"nation": "EE", "founded_on": "2014-12-31"}, "Not kept: It was founded on 1 Jan 2015 or later."),
            ({"nation": "EE", "founded_on": ""}, "Fill in “Founded on”."),
            ({"nation": "XX", "founded_on": "2020-05-01"}, "Choose one of the values offered."),
            ({"nation": "EE", "founded_on": "2026-07-03"}, "This day is still to come."),
        ],
    )  # fmt: skip
    def test_a_visitor_asks_whether_a_start_up_may_apply_and_hears_the_rule(self, client, address, asked, said):
        with clock.standing_at(datetime(2026, 7, 2, 12, tzinfo=timezone.utc)):
            assert said in text_of(client.get(address, asked))

    @pytest.mark.parametrize(
        ("at", "said"),
        [
            ("2026-06-30", "By these rules you may apply once the call opens. It is not open yet."),
            ("2026-09-01", "You keep these rules, but the call is closed: nobody can apply any more."),
        ],
    )
    def test_the_answer_says_that_the_window_is_not_open(self, client, address, at, said):
        with clock.standing_at(datetime.fromisoformat(f"{at}T12:00:00+00:00")):
            assert said in text_of(client.get(address, {"nation": "EE", "founded_on": "2020-05-01"}))

    def test_the_preview_asks_and_answers_as_the_public_page_does(self, desk, manager, programme):
        call = calls.drafted(programme, by=manager)
        preview = f"{DESK}/{call.public_id}/preview"

        assert "May we apply?" in text_of(desk.get(preview))
        assert "By these rules you may not apply." in text_of(desk.get(preview, {"nation": "US"}))

    def test_a_window_in_utc_is_named_once(self, client, programme, manager, second):
        call = calls.published(programme, by=manager, second=second, zone="UTC")

        page = client.get(f"/programmes/calls/{call.public_id}/", headers={"accept-language": "fr"})

        assert "<dt>Clôture</dt><dd>14 août 2026, 17 h 00 UTC</dd>" in text_of(page)

    def test_names_stand_in_the_alphabet_of_the_reader(self, client, address):
        page = client.get(address, headers={"accept-language": "fr"}).content.decode()

        assert page.index(">Estonie</option>") < page.index(">États-Unis</option>") < page.index(">Luxembourg</option>")

    def test_the_days_are_a_calendar_file_in_the_language_of_the_reader(self, client, address):
        answer = client.get(f"{address}calendar.ics", headers={"accept-language": "fr"})

        found = icalendar.Calendar.from_ical(answer.content)
        events = {str(one["summary"]): one["dtstart"].dt for one in found.walk("VEVENT")}
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert events == {
            "Ouverture\u00a0: Détecter en profondeur": datetime(2026, 7, 1, 7, tzinfo=timezone.utc),
            "Clôture\u00a0: Détecter en profondeur": datetime(2026, 8, 14, 15, tzinfo=timezone.utc),
        }

    @pytest.mark.parametrize(
        ("at", "said"), [("2026-06-30", "Opens later"), ("2026-07-02", "Open"), ("2026-09-01", "Closed")]
    )
    def test_a_call_says_how_its_window_stands(self, client, address, at, said):
        with clock.standing_at(datetime.fromisoformat(f"{at}T12:00:00+00:00")):
            assert f">{said}</span>" in text_of(client.get(address))

    def test_a_programmes_page_leads_to_its_calls(self, client, address, programme):
        assert address in client.get(f"/programmes/{programme.slug}/").content.decode()


def test_a_manager_of_another_programme_hears_of_none(programme, manager, system):
    call = calls.submitted(programme, by=manager)
    stranger = people.person(
        role="programme-manager", scope_kind="programme", scope_ref="programme_0000000000000000", system=system
    )
    client = fresh(signed_in(Client(), stranger), stranger)

    assert "Sensing" not in text_of(client.get(DESK))
    pages = ("", "/preview", "/edit", "/sections", "/sections/1", "/criteria", "/hand-back", "/publish")
    assert {client.get(f"{DESK}/{call.public_id}{page}").status_code for page in pages} == {404}
    assert client.get(f"{DESK}/new").status_code == 403


PROGRAMME = {
    "name_en": "Programme of 2027",
    "name_fr": "Programme de 2027",
    "slug": "2027",
    "opens_on": "2026-07-01",
    "closes_on": "2026-08-14",
    "cohort_year": "2027",
    "phase_1_starts_on": "2027-01-15",
    "phase_1_amount": "100000.00",
    "phase_1_months": "6",
    "phase_2_amount_at_most": "300000.00",
    "phase_2_months": "6",
    "agreement": "contract",
    "source": "Decision of the board",
}
CHALLENGE = {"code": "P27-SEA", "title_en": "Under water", "title_fr": "Sous l’eau", "source": "Decision of the board"}


class TestProgrammes:
    def test_a_manager_adds_a_programme_and_its_challenges_and_everybody_reads_them(self, desk, client, programme):
        added = desk.post("/manage/programmes/new", PROGRAMME)
        page = added["Location"]
        for code in ("P27-SEA", "P27-AIR"):
            assert desk.post(page, CHALLENGE | {"code": code, "title_en": f"Challenge {code}"}).status_code == 302

        public = text_of(client.get("/programmes/2027/"))
        assert "Programme of 2027" in public
        assert public.index("Challenge P27-SEA") < public.index("Challenge P27-AIR")

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"slug": "2026"}, "A programme is already published under this address."),
            ({"slug": "calls"}, "This address is kept for another page."),
            ({"closes_on": "2026-06-30"}, "A call closes on the day on which it opens or later."),
            ({"phase_1_amount": "-1"}, "Funding is above zero"),
            ({"phase_1_amount": "9" * 30}, "There is a problem"),
            ({"source": ""}, "Fill in “Source”."),
        ],
    )
    def test_what_cannot_be_published_is_refused_and_kept(self, desk, programme, changes, said):
        page = text_of(desk.post("/manage/programmes/new", PROGRAMME | changes))

        assert said in page
        assert "Programme de 2027" in page

    def test_a_code_is_used_once(self, desk, programme, space):
        page = desk.post(f"/manage/programmes/{programme.public_id}/challenges", CHALLENGE | {"code": space.code})

        assert "A challenge with this code" in text_of(page)

    def test_a_manager_of_one_programme_adds_challenges_to_it_and_no_programme(self, manager_of_one, programme, system):
        client = fresh(signed_in(Client(), manager_of_one), manager_of_one)
        other = factory.programme("2028", by=system)

        assert client.get("/manage/programmes/new").status_code == 403
        assert client.post("/manage/programmes/new", PROGRAMME).status_code == 403
        assert client.post(f"/manage/programmes/{programme.public_id}/challenges", CHALLENGE).status_code == 302
        assert client.get(f"/manage/programmes/{other.public_id}/challenges").status_code == 404
