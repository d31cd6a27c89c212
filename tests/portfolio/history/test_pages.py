"""The pages: a file is uploaded, each row says what came of it, a second person applies; workbooks go out and come back."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.imports import queries as imports
from core.imports.models import Import
from core.jobs import worker
from core.people import services as people_services
from portfolio.capital_calls.models import CapitalCall
from portfolio.history import workbooks
from portfolio.history.sheets import KINDS, WHOLE_HISTORY
from portfolio.investments.models import Transaction
from portfolio.ledger.models import Entry
from tests.core.people import sessions
from tests.factories import funds, people
from tests.portfolio.history.conftest import HISTORY, SHORT, TODAY, csv, saved, told, workbook

pytestmark = pytest.mark.django_db

LIST, UPLOAD = reverse("portfolio:imports"), reverse("portfolio:import-upload")
BAD = ("B-9", "Atlantis", "1.00", "2024-05-16")


def page_of(upload, what=""):
    return reverse(f"portfolio:import{what}", args=[upload.public_id])


def text_of(response):
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture
def as_person(client):
    def sign_in(person, *, fresh=False):
        signed_in = people.signed_in(client, person)
        return sessions.fresh(signed_in, person) if fresh else signed_in

    return sign_in


@pytest.fixture
def as_role(as_person, office, system):
    def sign_in(role, *, over=None):
        where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": (over or office.fund).public_id}
        return as_person(people.person(role=role, system=system, **where))

    return sign_in


def send(client, content, *, kind=WHOLE_HISTORY, name="history.xlsx"):
    return client.post(UPLOAD, {"kind": kind, "file": SimpleUploadedFile(name, content)})


class TestTheList:
    def test_an_empty_one_teaches(self, as_person, office):
        page = text_of(as_person(office.analyst).get(LIST))

        assert "Nothing was brought in yet" in page
        assert all(reverse("portfolio:import-template", args=[kind]) in page for kind in KINDS)

    def test_each_import_says_whom_it_waits_for(self, as_person, office):
        office.upload(workbook(SHORT), name="good.xlsx")
        office.upload(csv("receipts", BAD), "receipts", name="bad.csv")

        page = text_of(as_person(office.analyst).get(LIST))

        assert page.index("bad.csv") < page.index("good.xlsx")
        assert "1 row to correct" in page
        assert "Waits for a second person" in page

    @pytest.mark.parametrize("role", ["auditor", "valuation-committee"])
    def test_who_reads_the_fund_reads_its_imports_and_uploads_none(self, as_role, office, role):
        upload = office.upload(workbook(SHORT))
        reader = as_role(role)

        assert "Upload a file…" not in text_of(reader.get(LIST))
        page = text_of(reader.get(page_of(upload)))
        assert "Make the dry run again" not in page
        assert "Apply…" not in page
        assert reader.get(UPLOAD).status_code == 403
        assert reader.post(page_of(upload, "-check")).status_code == 403


class TestUploading:
    def test_it_is_read_rehearsed_and_shown(self, as_person, office):
        answer = send(as_person(office.analyst), workbook(SHORT))
        worker.drain()

        upload = Import.objects.get()
        assert answer.url == page_of(upload)
        assert (upload.state, upload.uploaded_by, upload.scope_ref) == (
            "checked",
            office.analyst,
            office.fund.public_id,
        )
        assert not Entry.objects.exists()

    @pytest.mark.parametrize(
        ("story", "content", "sentence"),
        [
            ("nothing chosen", None, "Choose “File”."),
            ("an empty file", b"", "Choose “File”."),
            ("a broken workbook", b"PK\x03\x04broken", "This is no Excel workbook (.xlsx), or it is damaged."),
            ("one sheet as text for a whole history", b"a,b\n1,2\n", "A CSV file holds one sheet."),
        ],
    )
    def test_a_file_that_cannot_be_read_is_refused_in_words(self, as_person, office, story, content, sentence):
        client = as_person(office.analyst)
        given = {"kind": WHOLE_HISTORY} | (
            {"file": SimpleUploadedFile("x.xlsx", content)} if content is not None else {}
        )

        page = text_of(client.post(UPLOAD, given))

        assert sentence in page or ("empty" in story and "empty" in page)
        assert f'<option value="{WHOLE_HISTORY}" selected>' in page
        assert not Import.objects.exists()

    def test_the_same_file_again_leads_to_the_import_that_stands(self, as_person, office):
        content = workbook(SHORT)
        client = as_person(office.analyst)
        first = send(client, content)

        page = text_of(
            client.post(UPLOAD, {"kind": WHOLE_HISTORY, "file": SimpleUploadedFile("b.xlsx", content)}, follow=True)
        )

        assert "This file was uploaded already on 1 Jun 2026, 12:00 UTC" in page
        assert first.url == page_of(Import.objects.get())

    def test_a_manager_of_several_funds_names_one(self, as_person, office, system):
        other = funds.fund(system=system, name="Another fund")
        scope = {"scope_kind": "fund", "scope_ref": other.public_id}
        people_services.grant(office.manager, "fund-manager", **scope, starts_on=TODAY, by=system, at=clock.now())
        office.manager.forget_grants()

        as_person(office.manager).post(
            f"{UPLOAD}?fund={other.public_id}",
            {
                "kind": "opening-balances",
                "file": SimpleUploadedFile("o.csv", csv("opening-balances", *HISTORY["opening-balances"])),
            },
        )

        assert Import.objects.get().scope_ref == other.public_id


class TestOneImport:
    def test_what_stands_in_the_way_comes_first_with_the_column_and_the_rule(self, as_person, office):
        upload = office.upload(csv("receipts", ("B-1", "EE", "1.00", "2024-05-16"), BAD), "receipts")

        page = text_of(as_person(office.analyst).get(page_of(upload)))

        assert "2 rows have to be corrected" in page
        assert "<b>Ally.</b> No nation is known as “Atlantis”. Write its name or its code." in page
        assert "Not while rows have to be corrected." in page

    def test_rows_are_narrowed_by_result(self, as_person, office):
        office.bring("opening-balances", *HISTORY["opening-balances"][:1])
        upload = office.upload(csv("opening-balances", *HISTORY["opening-balances"]), "opening-balances")
        client = as_person(office.analyst)

        def numbers(**query):
            page = client.get(page_of(upload), query)
            return [row.place.replace("\u00a0", " ") for row in page.context["rows"]]

        assert numbers() == ["Opening balances 3", "Opening balances 2"]
        assert numbers(result="new") == ["Opening balances 3"]
        assert numbers(result="same") == ["Opening balances 2"]
        assert numbers(result="refused") == []
        assert numbers(result="nonsense") == ["Opening balances 3", "Opening balances 2"]

    def test_a_difference_shows_what_is_recorded_and_what_the_file_says(self, as_person, office):
        office.bring("opening-balances", *HISTORY["opening-balances"][:1])
        changed = ("cash", "", "2023-08-31", "2000000.00", "")
        upload = office.upload(csv("opening-balances", changed), "opening-balances")

        page = text_of(as_person(office.analyst).get(page_of(upload)))

        assert "<del>31 Jul 2023</del> → <ins>31 Aug 2023</ins>" in page
        assert "<del>250 000.00</del> → <ins>2 000 000.00</ins>" in page

    def test_the_figures_of_the_pool_stand_before_and_after(self, as_person, office):
        upload = office.upload(workbook(SHORT))

        page = text_of(as_person(office.analyst).get(page_of(upload)))

        assert "What it would do to the pool" in page
        assert "+65 000 000.00" in page

    def test_sheets_that_were_not_read_are_named(self, as_person, office):
        book = openpyxl.load_workbook(io.BytesIO(workbook(SHORT)))
        book.create_sheet("My notes").append(["x"])
        upload = office.upload(saved(book))

        assert "no kind has their name: My notes." in text_of(as_person(office.analyst).get(page_of(upload)))

    def test_a_refusal_is_said_in_the_readers_language(self, as_person, office):
        upload = office.upload(csv("receipts", BAD), "receipts")
        message = imports.results(imports.latest_run(upload)).get().message
        client = as_person(office.analyst)
        office.analyst.language = "fr"
        office.analyst.save(update_fields=["language"])

        assert message["fr"].replace("\u00a0", " ") in text_of(client.get(page_of(upload)))

    def test_a_dry_run_is_made_again(self, as_person, office):
        upload = office.upload(workbook(SHORT))

        page = text_of(as_person(office.manager).post(page_of(upload, "-check"), follow=True))
        assert "The dry run is being made" in page
        worker.drain()

        assert [run.by for run in upload.runs.order_by("pk")] == [office.analyst, office.manager]


class TestTwoPeople:
    def test_the_uploader_is_told_who_may_apply_it(self, as_person, office):
        upload = office.upload(workbook(SHORT), by=office.second)

        page = text_of(as_person(office.second).get(page_of(upload)))

        assert "You uploaded this file, so you cannot apply it." in page
        assert f"It may be applied by: {office.manager.name}." in page
        assert "Apply…" not in page

    def test_the_second_person_is_told_that_it_waits_for_her(self, as_person, office):
        upload = office.upload(workbook(SHORT))

        page = text_of(as_person(office.manager).get(page_of(upload)))

        assert "It waits for you" in page
        assert page_of(upload, "-apply") in page

    def test_applying_asks_for_a_fresh_second_factor(self, as_person, office):
        upload = office.upload(workbook(SHORT))

        answer = as_person(office.manager).get(page_of(upload, "-apply"))

        assert (answer.status_code, answer.url.startswith(reverse("mfa_reauthenticate"))) == (302, True)

    def test_the_confirming_page_names_what_will_be_recorded(self, as_person, office):
        upload = office.upload(workbook(SHORT))

        page = text_of(as_person(office.manager, fresh=True).get(page_of(upload, "-apply")))

        assert "Record 8 rows of history.xlsx" in page
        assert imports.latest_run(upload).digest in page
        assert '<button class="btn">Record 8 rows</button>' in page

    def test_what_was_confirmed_is_recorded_once(self, as_person, office):
        upload = office.upload(workbook(SHORT))
        client = as_person(office.manager, fresh=True)
        form = {"digest": imports.latest_run(upload).digest}

        asked = text_of(client.post(page_of(upload, "-apply"), form, follow=True))
        assert not Entry.objects.exists()
        worker.drain()
        first = text_of(client.get(page_of(upload)))
        entries = Entry.objects.count()
        again = text_of(client.post(page_of(upload, "-apply"), form, follow=True))
        worker.drain()

        assert "Being recorded" in asked
        assert "8 rows were recorded" in first
        assert "These facts became known on 1 Jun 2026, 12:00 UTC" in first
        assert (CapitalCall.objects.count(), Transaction.objects.count()) == (1, 1)
        assert Entry.objects.count() == entries
        assert "applied already" in again

    def test_an_opening_balance_leads_back_to_its_import(self, as_person, office):
        upload = office.bring("opening-balances", *HISTORY["opening-balances"])
        with clock.standing_at(office.moment):
            client = as_person(office.manager)
            entries, trail = client.get(reverse("portfolio:entries")), client.get(reverse("manage:audit"))

        assert f'<a href="{page_of(upload)}">rows.csv</a>' in text_of(entries)
        assert "brought in the opening balance of Cash at bank: 250 000.00." in text_of(trail)

    def test_another_dry_run_than_the_one_read_is_refused_on_the_page(self, as_person, office):
        upload = office.upload(workbook(SHORT))

        page = text_of(as_person(office.manager, fresh=True).post(page_of(upload, "-apply"), {"digest": "0" * 64}))

        assert "A later dry run was made since you opened the page." in page
        assert not Entry.objects.exists()

    def test_the_uploader_posting_past_the_page_is_forbidden(self, as_person, office):
        upload = office.upload(workbook(SHORT), by=office.second)
        form = {"digest": imports.latest_run(upload).digest}

        answer = as_person(office.second, fresh=True).post(page_of(upload, "-apply"), form)

        assert answer.status_code == 403
        assert "You uploaded this file" in text_of(answer)
        assert not Entry.objects.exists()

    def test_what_cannot_be_applied_has_no_confirming_page(self, as_person, office):
        upload = office.upload(csv("receipts", BAD), "receipts")

        assert as_person(office.manager, fresh=True).get(page_of(upload, "-apply")).url == page_of(upload)


class TestDiscarding:
    def test_it_is_put_away_with_the_reason(self, as_person, office):
        upload = office.upload(workbook(SHORT))

        page = text_of(
            as_person(office.analyst).post(page_of(upload, "-discard"), {"because": "Wrong year"}, follow=True)
        )

        assert "The import is discarded. Nothing of it was recorded." in page
        assert "Wrong year" in page
        assert "Make the dry run again" not in page

    def test_without_a_reason_it_stays(self, as_person, office):
        upload = office.upload(workbook(SHORT))

        page = text_of(as_person(office.analyst).post(page_of(upload, "-discard"), {"because": ""}))

        assert "Fill in “Reason”." in page
        assert Import.objects.get().state == "checked"


class TestOthers:
    @pytest.mark.parametrize("what", ["", "-xlsx"])
    def test_people_of_another_fund_find_nothing(self, as_role, office, system, what):
        upload = office.upload(workbook(SHORT))
        other = funds.fund(system=system, name="Other fund")
        stranger = as_role("fund-manager", over=other)

        assert stranger.get(page_of(upload, what)).status_code == 404
        assert stranger.get(LIST, {"fund": office.fund.public_id}).status_code == 404
        assert stranger.get(f"{UPLOAD}?fund={office.fund.public_id}").status_code == 404
        assert upload.public_id not in text_of(stranger.get(LIST))

    @pytest.mark.parametrize("what", ["-check", "-discard"])
    def test_and_change_nothing(self, as_role, office, system, what):
        upload = office.upload(workbook(SHORT))
        stranger = as_role("fund-manager", over=funds.fund(system=system, name="Other fund"))

        assert stranger.post(page_of(upload, what), {"because": "x"}).status_code == 404
        assert Import.objects.get().state == "checked"
        assert upload.runs.count() == 1

    def test_an_ally_sees_no_import(self, as_person, office, system):
        upload = office.upload(workbook(SHORT))
        ally = as_person(people.person(role="ally-representative", scope_kind="nation", scope_ref="EE", system=system))

        assert (ally.get(LIST).status_code, ally.get(page_of(upload)).status_code) == (403, 404)


class TestWorkbooksThatGoOut:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_template_has_heads_an_explanation_and_an_illustrative_example(self, as_person, office, kind):
        answer = as_person(office.analyst).get(reverse("portfolio:import-template", args=[kind]))

        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        pages = [page for page in book if page.title != "About"]
        assert len(pages) == (5 if kind == WHOLE_HISTORY else 1)
        for page in pages:
            assert [row[0].value[0] for row in page.iter_rows(min_row=2)] == ["#", "#"]
            assert "illustrative" in page["A3"].value

    def test_there_is_no_template_of_an_unknown_kind(self, as_person, office):
        assert as_person(office.analyst).get(reverse("portfolio:import-template", args=["gossip"])).status_code == 404

    def test_a_template_as_it_comes_holds_no_row(self, as_person, office):
        page = text_of(
            send(as_person(office.analyst), workbooks.template(WHOLE_HISTORY, today=TODAY, now=office.moment))
        )

        assert "No sheet holds a row under its heads." in page

    def test_its_examples_become_a_history_when_their_marks_are_taken_out(self, office):
        book = openpyxl.load_workbook(io.BytesIO(workbooks.template(WHOLE_HISTORY, today=TODAY, now=office.moment)))
        for page in book:
            if page.title != "About":
                page["A3"] = None
        upload = office.upload(saved(book))

        assert [line[1:3] for line in told(upload)] == [("new", False)] * 5
        assert office.apply(upload).state == "applied"

    def test_results_come_back_with_the_rows_and_can_be_corrected(self, as_person, office):
        upload = office.upload(
            csv("commitments", *HISTORY["commitments"][:2], ("Atlantis", *HISTORY["commitments"][2][1:])), "commitments"
        )
        answer = as_person(office.analyst).get(page_of(upload, "-xlsx"))

        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        page = book["Commitments"]
        assert [cell.value for cell in page[1]][-2:] == ["Result", "Explanation"]
        assert [row[-2].value for row in page.iter_rows(min_row=2)] == ["New", "New", "Refused"]
        assert (
            page.cell(4, page.max_column).value == "Ally: No nation is known as “Atlantis”. Write its name or its code."
        )

        page["A4"] = "LU"
        corrected = office.upload(saved(book), "commitments")
        assert [line[1] for line in told(corrected)] == ["new", "new", "new"]

    def test_text_that_would_calculate_stays_text_on_its_way_out_and_back(self, as_person, office):
        rows = [(f'{sign}HYPERLINK("http://x")', "EE", "1.00", "2024-05-16") for sign in "=+-@"]
        upload = office.upload(csv("receipts", *rows), "receipts")
        answer = as_person(office.analyst).get(page_of(upload, "-xlsx"))

        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        cells = [row[0] for row in book["Receipts"].iter_rows(min_row=2)]
        assert {(cell.data_type, cell.value[0]) for cell in cells} == {("s", "'")}
        again = office.upload(answer.content, "receipts")
        assert [row.values["reference"] for row in imports.rows(again)] == [row[0] for row in rows]


class TestTheListAsAWorkbook:
    def test_each_import_has_what_its_dry_run_counted(self, as_person, office):
        office.upload(workbook(SHORT), name="=good.xlsx")
        office.upload(csv("receipts", BAD), "receipts", name="bad.csv")
        client = as_person(office.analyst)

        page = openpyxl.load_workbook(io.BytesIO(client.get(f"{LIST}.xlsx").content))["Imports"]

        assert [[row[place].value for place in (0, 1, 2, 5, 6, 8)] for row in page] == [
            ["File", "Holds", "Rows", "State", "Refused", "New"],
            ["bad.csv", "Receipts", 1, "1 row to correct", 1, 0],
            ["'=good.xlsx", "Whole history, several sheets", 8, "Waits for a second person", 0, 8],
        ]
        assert f'href="{LIST}.xlsx' in text_of(client.get(LIST))

    def test_another_funds_imports_are_not_in_it(self, as_role, office, system):
        office.upload(workbook(SHORT))
        stranger = as_role("fund-manager", over=funds.fund(name="Other fund", system=system))

        page = openpyxl.load_workbook(io.BytesIO(stranger.get(f"{LIST}.xlsx").content))["Imports"]

        assert page.max_row == 1
        assert stranger.get(f"{LIST}.xlsx", {"fund": office.fund.public_id}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_a_page_takes_the_same_queries_however_many_rows(as_person, office, rows):
    receipts = [(f"B-{number}", "EE", "1.00", "2024-05-16") for number in range(rows)]
    upload = office.upload(csv("receipts", *receipts), "receipts")
    client = as_person(office.analyst)
    client.get(page_of(upload))

    with CaptureQueriesContext(connection) as caught:
        client.get(page_of(upload))

    assert len(caught) == 12, [one["sql"][:90] for one in caught]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_many_imports(as_person, office, count):
    for number in range(count):
        office.upload(csv("receipts", (f"B-{number}", "EE", "1.00", "2024-05-16")), "receipts")
    client = as_person(office.analyst)
    client.get(LIST)

    with CaptureQueriesContext(connection) as caught:
        client.get(LIST)

    assert len(caught) == 9, [one["sql"][:90] for one in caught]
