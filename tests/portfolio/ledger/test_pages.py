"""The books on their pages: balanced in words, every posting with its names, and the check that names what is broken."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from core import clock
from portfolio.ledger import invariants
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book
from portfolio.ledger.services import Leg
from portfolio.ledger.tasks import check_books
from tests.core.people import sessions
from tests.factories import funds, people

LEDGER, ENTRIES, CHECK, CLOSE = (f"/manage/ledger{end}" for end in ("", "/entries", "/check", "/close"))
RELEASE = "/manage/ledger/release"
MAY = date(2026, 5, 4)


def text_of(response):
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture
def fund(system):
    return funds.fund(system=system)


@pytest.fixture
def post(fund, system):
    def _post(amount="100.00", *, on=MAY, key="k1", line="expenses"):
        legs = [Leg((line, ""), ("cash", ""), Decimal(amount), "EUR")]
        return ledger.post(fund.book, legs, key=key, kind=line, effective_on=on, by=system, at=clock.now(), memo="Rent")

    return _post


@pytest.fixture
def as_role(client, fund, system):
    def make(role="fund-manager", *, over=fund):
        where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": over.public_id}
        return people.signed_in(client, people.person(role=role, system=system, **where))

    return make


def test_the_trial_balance_says_that_debits_equal_credits(as_role, post):
    post("1234.56")

    page = text_of(as_role().get(LEDGER))

    assert "Debits equal credits" in page
    assert page.count('<data class="n" value="1234.56">1 234.56</data>') == 5
    assert '<data class="n" value="-1234.56">−1 234.56</data>' in page


def test_books_without_an_entry_say_what_will_stand_there(as_role):
    signed_in = as_role()

    assert "Nothing was posted by then." in text_of(signed_in.get(LEDGER))
    assert "No entry fits." in text_of(signed_in.get(ENTRIES))


def test_a_reversal_and_what_it_reverses_lead_to_each_other(as_role, post, system):
    entry = post()
    reversal = ledger.reverse(entry, effective_on=date(2026, 5, 5), by=system, at=clock.now(), memo="twice")
    signed_in = as_role()

    assert f"/manage/ledger/entries/{reversal.public_id}" in text_of(signed_in.get(f"{ENTRIES}/{entry.public_id}"))
    page = text_of(signed_in.get(f"{ENTRIES}/{reversal.public_id}"))
    assert f"/manage/ledger/entries/{entry.public_id}" in page
    assert "Digest holds" in page


@pytest.mark.parametrize(
    ("narrowed", "shown"),
    [
        ({}, 3),
        ({"kind": "expenses"}, 2),
        ({"account": "management-fees"}, 1),
        ({"account": "cash"}, 3),
        ({"first_day": "2026-05-05"}, 1),
        ({"last_day": "2026-05-04"}, 2),
        ({"as_of": "2026-05-04"}, 2),
        ({"known_at": "2026-05-31T00:00:00Z"}, 0),
        ({"kind": "nonsense"}, 3),
        ({"first_day": "never"}, 3),
    ],
)
def test_entries_are_narrowed(as_role, post, narrowed, shown):
    post("1.00", key="a")
    post("2.00", key="b", line="management-fees")
    post("3.00", key="c", on=date(2026, 5, 6))

    page = text_of(as_role().get(ENTRIES, narrowed))

    assert page.count('<th scope="row" class="n">') == shown


def test_days_in_the_wrong_order_are_said(as_role, post):
    page = text_of(as_role().get(ENTRIES, {"first_day": "2026-05-06", "last_day": "2026-05-01"}))

    assert "The last day lies before the first." in page


def test_another_funds_books_are_not_there(as_role, post, system):
    entry = post()
    other = funds.fund(system=system, name="Other fund")
    stranger = as_role(over=other)

    assert stranger.get(LEDGER, {"fund": entry.book.fund.public_id}).status_code == 404
    assert stranger.get(f"{ENTRIES}/{entry.public_id}").status_code == 404
    assert stranger.get("/manage/ledger.xlsx", {"fund": entry.book.fund.public_id}).status_code == 404
    assert stranger.post(f"{CHECK}?fund={entry.book.fund.public_id}").status_code == 404


def test_an_ally_sees_no_books(client, post, system):
    entry = post()
    ally = people.person(role="ally-representative", scope_kind="nation", scope_ref="EE", system=system)
    signed_in = people.signed_in(client, ally)

    assert signed_in.get(LEDGER).status_code == 403
    assert signed_in.get(f"{ENTRIES}/{entry.public_id}").status_code == 404


def test_the_check_says_that_all_holds(as_role, post):
    post()

    assert f"{len(invariants.every())} checks were made. All of them hold." in text_of(as_role("auditor").post(CHECK))


def _break(book: Book) -> None:
    """Write past the product, as somebody with the owner's hands on the database could."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portfolio_book SET length = length + 1 WHERE id = %s", [book.pk])


def test_a_broken_book_is_named_with_its_rows_and_takes_no_entry(as_role, post, fund):
    post()
    _break(fund.book)

    page = text_of(as_role().post(CHECK))

    assert "Entries are numbered without a gap. Rows: 2, 1" in page
    with pytest.raises(ledger.BookStopped):
        post(key="k2")
    assert "is stopped since" in text_of(as_role().get(LEDGER))


def test_what_is_known_better_since_is_named_and_stops_nothing(as_role, post, fund, capsys, monkeypatch):
    known = invariants.Remark("known better", "Have another person look.", "SELECT 'call_1' WHERE %(book)s > 0")
    monkeypatch.setattr(invariants, "_remarks", {known.name: known})
    post()

    page = text_of(as_role("auditor").post(CHECK))
    call_command("check_books")

    assert "All of them hold." in page
    assert "Have another person look. Rows: call_1" in page
    assert capsys.readouterr().out == (
        "Test fund, to look at: Have another person look. [('call_1',)]\n1 of 1 books hold.\n"
    )
    assert post(key="k2")


def test_the_command_leaves_with_one_where_a_book_is_broken(post, fund, capsys):
    post()
    call_command("check_books")
    assert capsys.readouterr().out == "1 of 1 books hold.\n"

    _break(fund.book)
    with pytest.raises(SystemExit, match="1"):
        call_command("check_books")
    assert "numbered without a gap" in capsys.readouterr().out


def test_the_hourly_check_stops_a_broken_book(post, fund):
    post()
    _break(fund.book)

    check_books()

    assert Book.objects.get().stopped_at == clock.now()


@pytest.fixture
def fresh(client, fund, system):
    """A manager whose second factor is fresh."""
    where = {"scope_kind": "fund", "scope_ref": fund.public_id}
    manager = people.person(role="fund-manager", system=system, **where)
    return sessions.fresh(people.signed_in(client, manager), manager)


class TestReleasing:
    @pytest.fixture
    def stopped(self, fund, post):
        post()
        Book.objects.update(stopped_at=clock.now(), stopped_because="entries are numbered without a gap: (2, 1)")

    def test_books_that_hold_again_are_let_go_on_by_a_button(self, fresh, stopped, post):
        assert "Let posting go on" in text_of(fresh.post(CHECK))

        page = text_of(fresh.post(RELEASE, follow=True))

        assert "Posting to the books of Test fund goes on." in page
        assert Book.objects.get().stopped_at is None
        assert post(key="k2")

    def test_books_that_do_not_hold_stay_stopped(self, fresh, stopped, fund):
        _break(fund.book)

        page = text_of(fresh.post(RELEASE, follow=True))

        assert "Posting is stopped because a check of the books failed." in page
        assert Book.objects.get().stopped_at is not None

    def test_books_that_are_not_stopped_are_not_released(self, fresh, post):
        post()

        assert "Posting to these books is not stopped." in text_of(fresh.post(RELEASE, follow=True))

    def test_an_analyst_sees_no_button_and_releases_nothing(self, as_role, stopped):
        analyst = as_role("fund-analyst")

        assert "Let posting go on" not in text_of(analyst.post(CHECK))
        assert analyst.post(RELEASE).status_code == 403
        assert Book.objects.get().stopped_at is not None


class TestClosing:
    def test_a_period_is_closed_and_nothing_enters_it(self, fresh, post, fund):
        answer = fresh.post(CLOSE, {"through": "2026-05-31"})

        assert answer.status_code == 302
        assert "Closed to 31 May 2026" in text_of(fresh.get(LEDGER))
        with pytest.raises(ledger.PeriodClosed):
            post()

    @pytest.mark.parametrize(
        ("through", "sentence"),
        [
            ("2026-06-01", "A period can be closed once its last day is over."),
            ("tomorrow", "Write the day like 2026-09-30."),
            ("", "Fill in “Last day of the period”."),
        ],
    )
    def test_a_day_that_does_not_fit_is_said_beside_it(self, fresh, through, sentence, fund):
        page = text_of(fresh.post(CLOSE, {"through": through}))

        assert sentence in page
        assert Book.objects.get().closed_through is None

    def test_it_asks_for_a_fresh_second_factor(self, as_role):
        assert as_role().get(CLOSE).status_code == 302

    def test_an_analyst_closes_nothing(self, as_role):
        assert as_role("fund-analyst").get(CLOSE).status_code == 403


class TestClosedPeriods:
    PERIODS = "/manage/ledger/periods.xlsx"

    @pytest.fixture
    def closed(self, fresh, post, fund):
        """April with one entry and May with another, both closed."""
        post("100.00", on=date(2026, 4, 7), key="april")
        fresh.post(CLOSE, {"through": "2026-04-30"})
        post("34.56", key="may")
        fresh.post(CLOSE, {"through": "2026-05-31"})

    def test_the_workbook_has_each_period_with_the_balances_that_it_left(self, closed, fresh):
        book = openpyxl.load_workbook(io.BytesIO(fresh.get(self.PERIODS).content))
        periods, left = (
            list(book[name].iter_rows(min_row=2, values_only=True)) for name in ("Closed periods", "Balances")
        )

        may, june = (datetime(2026, month, 1) for month in (5, 6))  # noqa: DTZ001 -- a day in a sheet has no zone
        assert [(row[0], row[1], row[4], row[5], row[6]) for row in periods] == [
            (may, june, 2, 134.56, 134.56),
            (None, may, 1, 100, 100),
        ]
        assert [(row[0], row[1], row[5], row[6]) for row in left] == [
            (june, "Cash at bank", 0, 134.56),
            (june, "Fund expenses", 134.56, 0),
            (may, "Cash at bank", 0, 100),
            (may, "Fund expenses", 100, 0),
        ]

    def test_its_balances_are_the_trial_balance_of_the_last_day(self, closed, fresh):
        asked = {"as_of": "2026-04-30"}
        trial = openpyxl.load_workbook(io.BytesIO(fresh.get("/manage/ledger.xlsx", asked).content))["Trial balance"]
        left = openpyxl.load_workbook(io.BytesIO(fresh.get(self.PERIODS, asked).content))["Balances"]

        assert [row[1:] for row in left.iter_rows(min_row=2, values_only=True)] == list(
            trial.iter_rows(min_row=2, max_row=trial.max_row - 1, values_only=True)
        )

    def test_a_period_is_not_known_before_it_was_closed(self, closed, fresh):
        answer = fresh.get(self.PERIODS, {"known_at": "2026-05-01T00:00:00Z"})

        assert openpyxl.load_workbook(io.BytesIO(answer.content))["Closed periods"].max_row == 1

    def test_its_button_stands_where_periods_are_closed_and_beside_the_trial_balance(self, closed, fresh):
        pages = [text_of(fresh.get(path)).count(f'href="{self.PERIODS}') for path in (CLOSE, LEDGER)]

        assert pages == [1, 1]

    def test_another_funds_periods_are_not_there(self, closed, as_role, fund, system):
        stranger = as_role(over=funds.fund(name="Other fund", system=system))

        assert stranger.get(self.PERIODS, {"fund": fund.public_id}).status_code == 404
        own = openpyxl.load_workbook(io.BytesIO(stranger.get(self.PERIODS).content))
        assert [page.max_row for page in own.worksheets[1:]] == [1, 1]


def test_both_workbooks_hold_exact_numbers(as_role, post):
    post("1234.56")
    signed_in = as_role()

    book = openpyxl.load_workbook(io.BytesIO(signed_in.get("/manage/ledger.xlsx").content), read_only=True)
    rows = list(book["Trial balance"].iter_rows(values_only=True))
    assert rows[-1][-2:] == (1234.56, 1234.56)
    entries = openpyxl.load_workbook(io.BytesIO(signed_in.get("/manage/ledger/entries.xlsx").content), read_only=True)
    _head, row = entries["Postings"].iter_rows(values_only=True)
    assert (row[0], row[3], row[5], row[7], row[10]) == (1, "Fund expenses", "Fund expenses", "Cash at bank", 1234.56)


@pytest.mark.parametrize("invented", [True, False])
def test_invented_books_of_a_real_fund_say_so_wherever_their_amounts_are_read(as_role, post, fund, invented):
    entry = post("1234.56")
    Book.objects.filter(pk=fund.book_id).update(is_illustrative=invented)
    manager = as_role()
    pages = [LEDGER, ENTRIES, reverse("portfolio:entry", args=[entry.public_id]), "/manage/ledger/fees/pay"]
    labelled = [path for path in pages if 'class="illus"' in text_of(manager.get(path))]
    sheets = [path for path in (LEDGER, ENTRIES) if _says_invented(manager.get(f"{path}.xlsx").content)]
    row = text_of(as_role("auditor").get(reverse("admin:portfolio_posting_changelist"))).partition("<tbody>")[2]

    assert (labelled, sheets) == ((pages, [LEDGER, ENTRIES]) if invented else ([], []))
    assert (">Yes<" in row, ">No<" in row) == (invented, not invented)


def _says_invented(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return any("llustrative" in str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
