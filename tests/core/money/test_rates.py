"""Rates as of a day, as known on a moment: carried over a weekend, an error over a gap, corrected by a further row."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.money import ecb, queries, services
from core.money.ecb import Row
from core.money.models import Currency, ExchangeRate
from core.money.queries import RateMissing
from core.money.value import Money
from tests.factories import people

FRIDAY = date(2026, 5, 29)


@pytest.fixture
def currencies(system):
    services.record_known_currencies(by=system)


@pytest.fixture
def manager(system):
    return people.person(
        role="fund-manager", scope_kind="fund", scope_ref="fund_x", email="manager@example.org", system=system
    )


@pytest.fixture
def friday(currencies, system):
    publish(system, Row("USD", FRIDAY, Decimal("1.1172")), Row("GBP", FRIDAY, Decimal("0.8338")))


def publish(by, *rows, at=None):
    return services.publish_rates(list(rows), source="test", by=by, at=at or clock.now())


def rate(code, on, known_at=None):
    return queries.rate(code, on=on, known_at=known_at or clock.now())


def test_editions_of_many_days_are_published_as_one_after_the_other_would_be(friday, system):
    monday, saturday = FRIDAY + timedelta(days=3), datetime(2026, 5, 30, 9, tzinfo=timezone.utc)
    first = saturday + timedelta(days=3)

    with services.publishing({FRIDAY, monday}, by=system) as editions:
        at_once = [
            editions.add([Row("USD", FRIDAY, Decimal("1.2"))], source="early", by=system, at=saturday),
            editions.add([Row("USD", monday, Decimal("1.3"))], source="test", by=system, at=first),
            editions.add(
                [Row("USD", monday, Decimal("1.4")), Row("USD", FRIDAY, Decimal("1.1172"))],
                source="test", by=system, at=first + timedelta(hours=1),
            ),
        ]  # fmt: skip

    assert [(one.fresh, one.corrections, one.same) for one in at_once] == [(1, 0, 0), (1, 0, 0), (0, 1, 1)]
    assert rate("USD", monday, known_at=first).units_per_euro == Decimal("1.3")
    assert rate("USD", monday, known_at=first + timedelta(hours=1)).units_per_euro == Decimal("1.4")
    assert AuditEvent.objects.filter(kind="rates.published").count() == 4


def test_an_unfit_edition_takes_the_others_with_it(currencies, system):
    def publish_both():
        with services.publishing({FRIDAY}, by=system) as editions:
            editions.add([Row("USD", FRIDAY, Decimal("1.2"))], source="test", by=system, at=clock.now())
            editions.add([Row("XXX", FRIDAY, Decimal("1.2"))], source="test", by=system, at=clock.now())

    with pytest.raises(services.UnfitRates):
        publish_both()

    assert not ExchangeRate.objects.exists()
    assert not AuditEvent.objects.filter(kind="rates.published").exists()


def test_a_weekend_takes_the_last_known_rate_and_says_so(friday):
    sunday = rate("USD", FRIDAY + timedelta(days=2))

    assert (sunday.units_per_euro, sunday.observed_on, sunday.is_carried) == (Decimal("1.1172"), FRIDAY, True)
    assert not rate("USD", FRIDAY).is_carried


def test_a_gap_is_an_error_and_never_an_invented_value(friday):
    assert rate("USD", FRIDAY + timedelta(days=5)).is_carried
    with pytest.raises(RateMissing) as missing:
        rate("USD", FRIDAY + timedelta(days=6))
    with pytest.raises(RateMissing) as never:
        rate("USD", FRIDAY - timedelta(days=1))

    assert missing.value.last_known == FRIDAY
    assert never.value.last_known is None


def test_a_correction_is_known_from_its_moment_on(friday, system):
    later = clock.now() + timedelta(days=1)

    done = publish(system, Row("USD", FRIDAY, Decimal("1.1200")), at=later)

    assert (done.corrections, done.fresh) == (1, 0)
    assert rate("USD", FRIDAY, clock.now()).units_per_euro == Decimal("1.1172")
    assert rate("USD", FRIDAY, later).units_per_euro == Decimal("1.1200")
    assert ExchangeRate.objects.filter(currency="USD").count() == 2


def test_what_is_known_with_the_same_value_is_not_written_again(friday, system):
    again = publish(system, Row("USD", FRIDAY, Decimal("1.11720")))

    assert (again.same, again.written) == (1, [])
    assert AuditEvent.objects.filter(kind="rates.published").count() == 1


@pytest.mark.parametrize(
    ("story", "row"),
    [
        ("zero", Row("USD", FRIDAY, Decimal(0))),
        ("negative", Row("USD", FRIDAY, Decimal(-1))),
        ("seven decimals", Row("USD", FRIDAY, Decimal("1.1234567"))),
        ("absurd", Row("USD", FRIDAY, Decimal(10) ** 30)),
        ("no number", Row("USD", FRIDAY, Decimal("NaN"))),
        ("unknown currency", Row("XXX", FRIDAY, Decimal(1))),
        ("the euro itself", Row("EUR", FRIDAY, Decimal(1))),
        ("tomorrow", Row("USD", date(2026, 6, 2), Decimal(1))),
        ("before the euro", Row("USD", date(1998, 12, 31), Decimal(1))),
    ],
)
def test_a_publication_with_one_bad_row_writes_nothing(currencies, system, story, row):
    with pytest.raises(services.UnfitRates):
        publish(system, Row("GBP", FRIDAY, Decimal("0.8338")), row)

    assert not ExchangeRate.objects.exists()
    assert not AuditEvent.objects.filter(kind="rates.published").exists()


def test_one_file_holds_one_rate_a_day(currencies, system):
    with pytest.raises(services.UnfitRates):
        publish(system, Row("USD", FRIDAY, Decimal("1.1")), Row("USD", FRIDAY, Decimal("1.2")))

    assert publish(system, Row("USD", FRIDAY, Decimal("1.1")), Row("USD", FRIDAY, Decimal("1.1"))).fresh == 1


@pytest.mark.parametrize("role", ["auditor", "programme-manager", None])
def test_others_publish_nothing(currencies, system, role):
    with pytest.raises(NotPermitted):
        publish(people.person(role=role, system=system), Row("USD", FRIDAY, Decimal("1.1")))

    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize(
    "statement", ["UPDATE core_exchangerate SET units_per_euro = 2", "DELETE FROM core_exchangerate"]
)
def test_a_rate_is_written_once(friday, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_amounts_go_through_the_euro_and_are_rounded_once(friday):
    def converted(amount, code, into, digits=2):
        given = Money(Decimal(amount), code)
        return queries.convert(given, into, on=FRIDAY, known_at=clock.now(), minor_digits=digits).amount

    assert converted("111.72", "USD", "EUR") == Decimal("100.00")
    assert converted("100.00", "USD", "GBP") == Decimal("74.63")  # 100 / 1.1172 * 0.8338
    assert converted("100.00", "EUR", "USD", 0) == Decimal(112)
    assert converted("7.00", "EUR", "EUR") == Decimal("7.00")


def test_the_banks_history_is_read_offline_in_our_currencies(currencies, system):
    rows = services.ecb_history(since=date(2025, 12, 1))

    codes = {row.currency for row in rows}
    last_lev = max(row.effective_on for row in rows if row.currency == "BGN")
    assert codes == set(ecb.CURRENCIES) - ecb.WITHOUT_RATE - {"EUR"}
    assert last_lev == date(2025, 12, 31)
    assert services.examine(rows, at=datetime(2026, 11, 2, tzinfo=timezone.utc)).refused == []


@pytest.mark.parametrize(
    ("story", "text", "rows", "causes"),
    [
        ("the bank's own form", "Date,USD,JPY,BGN,\n2026-05-29,1.1172,175.68,N/A,\n", [("USD", "1.1172")], []),
        ("a line a rate", "date,currency,units_per_euro\n2026-05-29,usd,1.1172\n\n", [("USD", "1.1172")], []),
        (
            "semicolons and a mark of order",
            "\ufeffdate;currency;units_per_euro\n2026-05-29;USD;1.1172\n",
            [("USD", "1.1172")],
            [],
        ),
        ("an unknown head", "day,what\n1,2\n", [], ["head"]),
        ("nothing", "", [], ["head"]),
        ("a bad day", "date,currency,units_per_euro\n29.5.2026,USD,1.1\n", [], ["day"]),
        ("a comma for a point", 'date,currency,units_per_euro\n2026-05-29,USD,"1,1"\n', [], ["rate"]),
        ("a rate without end", "date,currency,units_per_euro\n2026-05-29,USD,Infinity\n", [], ["rate"]),
        ("a column too many", "date,currency,units_per_euro\n2026-05-29,USD,1.1,9\n", [], ["length"]),
    ],
)
def test_files_are_read_line_by_line(story, text, rows, causes):
    read, bad = ecb.read(text)

    assert [(row.currency, str(row.units_per_euro)) for row in read] == rows
    assert [one.cause for one in bad] == causes


def upload(client, text, **changes):
    sent = text if isinstance(text, bytes) else text.encode()
    form = {"file": SimpleUploadedFile("rates.csv", sent), "source": "ECB"} | changes
    return client.post(reverse("manage:rates_import"), form).content.decode()


def test_a_file_is_shown_before_it_is_written(currencies, manager, client):
    people.signed_in(client, manager)
    text = "date,currency,units_per_euro\n2026-05-29,USD,1.1172\n2026-05-28,USD,1.1130\n"

    preview = upload(client, text)
    nothing = ExchangeRate.objects.count()
    answer = client.post(reverse("manage:rates_import"), {"apply": "yes", "text": text, "source": "ECB"}, follow=True)

    assert "Publish these rates" in preview
    assert nothing == 0
    assert ExchangeRate.objects.count() == 2
    assert "2 rates are published." in answer.content.decode()
    assert AuditEvent.objects.get(kind="rates.published").actor == manager.public_id


def test_bad_lines_are_named_and_stop_the_whole_file(currencies, manager, client):
    people.signed_in(client, manager)
    text = "date,currency,units_per_euro\n2026-05-29,USD,1.1172\n2026-05-29,USD,-1\nsoon,GBP,1\n2030-01-01,GBP,1\n"

    preview = upload(client, text)
    forced = client.post(reverse("manage:rates_import"), {"apply": "yes", "text": text, "source": "ECB"})

    assert [f'<th scope="row" class="n">{line}</th>' in preview for line in (2, 3, 4, 5)] == [False, True, True, True]
    assert "Publish these rates" not in preview
    assert forced.status_code == 400
    assert not ExchangeRate.objects.exists()


def test_what_is_no_small_text_file_is_refused_beside_its_field(currencies, manager, client):
    people.signed_in(client, manager)

    assert "at most 1 MB" in upload(client, b"x" * (1024 * 1024 + 1))
    assert "this one is not text" in upload(client, b"\xff\xfe\x00")
    assert "this one is not text" in upload(client, b"date\x00")
    assert "id_file_error" in client.post(reverse("manage:rates_import"), {"source": ""}).content.decode()
    assert not ExchangeRate.objects.exists()


def test_the_page_says_what_is_carried_missing_and_never_published(friday, manager, client):
    people.signed_in(client, manager)

    def page(day):
        return client.get(reverse("manage:rates", query={"as_of": day})).content.decode().replace("\u00a0", " ")

    sunday, later = page("2026-05-31"), page("2026-06-20")

    assert "Last known rate, of 29 May 2026." in sunday
    assert "No rate</span> The last known is of 29 May 2026." in later
    assert "The European Central Bank publishes no rate." in sunday
    assert "Replaced by the euro on 1 Jan 2026." in sunday
    assert "Import rates" in sunday


def test_the_converter_answers_or_says_beside_the_field_what_is_wrong(friday, manager, client):
    people.signed_in(client, manager)

    def ask(**asked):
        given = {"amount": "111.72", "from_currency": "USD", "to_currency": "EUR", "as_of": "2026-05-31"} | asked
        return client.get(reverse("manage:rates", query=given)).content.decode().replace("\u00a0", " ")

    assert '<data class="n" value="100.00">100.00</data> EUR' in ask()
    assert "111.72 USD" in ask()
    assert "USD: Last known rate, of 29 May 2026." in ask()
    assert "id_amount_error" in ask(amount="much")
    assert "id_from_currency_error" in ask(from_currency="ALL")
    assert "id_to_currency_error" in ask(to_currency="XXX")
    assert "id_from_currency_error" in ask(as_of="2026-06-20")


def test_who_may_read_may_not_always_import(friday, system, client):
    people.signed_in(client, people.person(role="auditor", system=system))

    assert client.get(reverse("manage:rates")).status_code == 200
    assert client.get(reverse("manage:rates_import")).status_code == 403
    assert "Import rates" not in client.get(reverse("manage:rates")).content.decode()


def test_reading_the_past_withdraws_the_import(friday, manager, client):
    people.signed_in(client, manager)

    past = client.get(reverse("manage:rates", query={"known_at": "2026-05-01T00:00"})).content.decode()

    assert "You are reading the past" in past
    assert reverse("manage:rates_import") not in past


def test_currencies_are_recorded_once(currencies, system):
    services.record_known_currencies(by=system)

    assert Currency.objects.count() == len(ecb.CURRENCIES)
    assert AuditEvent.objects.filter(kind="currency.recorded").count() == len(ecb.CURRENCIES)
