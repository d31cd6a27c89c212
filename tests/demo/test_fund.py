"""The demo's fund: published amounts as published, the rest fitted and marked, one billion to the cent."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from core import clock
from core.audit import services as audit
from core.money.models import Currency
from core.nations import queries as nations
from core.nations.models import DefenceExpenditure, MembershipPeriod
from demo import books as demo_books
from demo import fund as demo_fund
from demo import nations as demo_nations
from demo import people as demo_people
from demo import tables
from portfolio.dashboards import queries as dashboards
from portfolio.funds import queries as funds
from portfolio.investments.models import StakeTerms

STANDS_ON = date(2026, 11, 23)
KNOWN_AT = datetime(2026, 11, 23, 8, tzinfo=timezone.utc)
PUBLISHED = {
    "EE": "30000000.00", "ES": "60000000.00", "FI": "35000000.00", "IT": "80000000.00", "LT": "30260000.00",
    "NL": "55000000.00", "NO": "37000000.00", "PL": "42000000.00", "PT": "32000000.00",
}  # fmt: skip


@pytest.fixture
def fund(system):
    Currency.objects.get_or_create(code="EUR", defaults={"name_en": "Euro", "name_fr": "Euro"})
    with clock.standing_at(KNOWN_AT):
        demo_nations.play(system=system)
        yield demo_fund.play(system=system)


def pool(fund, as_of=STANDS_ON):
    return funds.pool(fund, as_of=as_of, known_at=KNOWN_AT)


def test_from_swedens_closing_on_commitments_are_one_billion_to_the_cent(fund):
    found = pool(fund, date(2024, 4, 19))

    assert (found.total.amount, found.count) == (Decimal("1000000000.00"), 24)
    assert pool(fund).total == found.total


def test_before_sweden_there_are_23_and_less(fund):
    first, last = pool(fund, date(2023, 8, 1)), pool(fund, date(2024, 4, 18))

    assert first.count == last.count == 23
    assert first.total == last.total
    assert first.total.amount < Decimal("1000000000.00")
    assert pool(fund, date(2023, 7, 31)).count == 0


def test_nine_amounts_are_the_published_ones_with_their_sources(fund):
    published = {line.nation.code: line for line in pool(fund).lines if not line.is_illustrative}

    assert {code: f"{line.amount.amount:f}" for code, line in published.items()} == PUBLISHED
    assert all(line.source.startswith("https://") for line in published.values())
    assert pool(fund).published.amount == Decimal("401260000.00")


def test_the_other_fifteen_are_illustrative_and_round(fund):
    fitted = [line for line in pool(fund).lines if line.is_illustrative]

    assert len(fitted) == 15
    assert sum(line.amount.amount for line in fitted) == Decimal("598740000.00")
    assert all(line.amount.amount % demo_fund.UNIT == 0 and not line.source and not line.note for line in fitted)


def test_there_are_32_allies_and_sweden_is_the_last(fund):
    assert nations.allies(STANDS_ON).count() == 32
    assert nations.allies(date(2024, 3, 6)).count() == 31
    assert nations.allies(date(2023, 4, 3)).count() == 30
    assert MembershipPeriod.objects.exclude(note="day not confirmed").count() == 0


def test_every_edition_is_kept_apart(fund):
    counts = {
        edition.code: (len(edition.nations), len(edition.europe_and_canada))
        for edition in nations.figures_by_edition(as_of=STANDS_ON, known_at=KNOWN_AT)
    }

    assert counts == {
        "2026-07-estimate": (5, 0),
        "2026-03-annual-report": (27, 0),
        "2025-restated-series": (341, 11),
        "2025-aggregates-as-first-told": (0, 2),
        "2025-08-estimate": (16, 0),
        "2025-04-annual-report": (31, 0),
        "2024-06-estimate": (31, 0),
    }
    assert DefenceExpenditure.objects.count() == len(tables.rows("defence_expenditure"))


def test_burden_sharing_is_told_as_first_published_beside_what_was_restated(fund):
    found = dashboards.expenditure_at(as_of=STANDS_ON, known_at=KNOWN_AT)

    assert [(s.year, s.share_of_gdp) for s in found.told.europe_and_canada] == [
        (2014, Decimal("0.0143")),
        (2024, Decimal("0.0202")),
    ]
    assert found.restated.code == "2025-restated-series"
    assert (found.chosen.edition.code, found.chosen.year) == ("2025-restated-series", 2024)
    assert found.rule.code == "two-percent"


def test_only_iceland_of_the_partners_has_no_figure(fund):
    view = dashboards.view(fund, as_of=STANDS_ON, known_at=KNOWN_AT)

    assert [row.line.nation.code for row in view.rows if row.expenditure is None] == ["IS"]


def test_the_audit_chain_of_the_fund_holds(fund):
    assert audit.verify(fund.public_id) is None


def test_a_stake_stands_as_it_was_published_and_its_amount_is_marked_as_invented(fund, system):
    demo_people.play(
        system=system,
        things={"fund": fund.public_id, "fjordlys": "org_here", "lumiere": "org_there", "rehearsal": "programme_here"},
    )
    books = demo_books.Books(fund=fund, system=system)
    row = next(one for one in tables.rows("fund_stakes") if one["precision"] == "month")

    demo_books._commit(books, row)

    terms = StakeTerms.objects.get()
    assert (terms.precision, terms.note, terms.source) == ("month", row["note"], row["source"])
    assert terms.basis == "illustrative"
