"""A prepared query answers as the ORM's own does, for whatever it is asked with; nothing of an earlier question stays in it."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import CharField, DateField, Value

from core.money.models import Currency, ExchangeRate
from core.prepared import Prepared

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)
NOON = datetime(2026, 6, 2, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)
COLUMNS = ("currency", "day", "units_per_euro")


def rates(day: date, known_at: datetime):
    found = ExchangeRate.objects.filter(effective_on=day, recorded_at__lte=known_at)
    yield found.annotate(day=Value(day, DateField())).values_list(*COLUMNS)
    none = ExchangeRate.objects.filter(source="nobody's", recorded_at__lte=known_at)
    yield none.annotate(day=Value(day, DateField())).values_list(*COLUMNS)


@pytest.fixture
def published(db):
    for code in ("QAA", "QBB"):
        Currency.objects.create(code=code, name_en=code, name_fr=code)
        for number, day in enumerate((MONDAY, TUESDAY), start=1):
            ExchangeRate.objects.create(
                currency_id=code,
                effective_on=day,
                units_per_euro=number,
                source="Tests",
                recorded_at=NOON - (2 - number) * DAY,
            )


@pytest.mark.parametrize("known_at", [NOON, NOON - DAY, NOON - 2 * DAY])
@pytest.mark.parametrize("day", [MONDAY, TUESDAY, date.max, date.min])
def test_it_answers_as_the_orm_does(published, day, known_at):
    prepared = Prepared(rates)
    prepared.ask({"day": TUESDAY, "known_at": NOON})

    answer = prepared.ask({"day": day, "known_at": known_at})

    first, second = rates(day, known_at)
    assert sorted(answer) == sorted(first.union(second, all=True))


def test_it_asks_for_several_at_once_and_takes_others_along(published, django_assert_num_queries):
    prepared = Prepared(rates)
    also = Currency.objects.filter(code="QAA").values_list("code", Value(TUESDAY, DateField()), "minor_digits")

    with django_assert_num_queries(1):
        answer = prepared.ask(*({"day": day, "known_at": NOON} for day in (MONDAY, TUESDAY)), also=[also])

    asked = [("QAA", MONDAY, 1), ("QAA", TUESDAY, 2), ("QBB", MONDAY, 1), ("QBB", TUESDAY, 2), ("QAA", TUESDAY, 2)]
    assert sorted(answer) == sorted((code, day, Decimal(units)) for code, day, units in asked)


def test_nothing_asked_is_nothing_answered(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Prepared(rates).ask() == []


def test_the_sql_is_written_once(published):
    written = []

    def counted(day: date):
        written.append(day)
        return [ExchangeRate.objects.filter(effective_on=day).values_list("pk")]

    prepared = Prepared(counted)

    assert [len(prepared.ask({"day": day})) for day in (MONDAY, TUESDAY, MONDAY)] == [2, 2, 2]
    assert len(written) == 1


def the_day_after(day: date):
    return [ExchangeRate.objects.filter(effective_on=day + DAY).values_list("pk")]


def another_key(key: int):
    return [ExchangeRate.objects.filter(pk=key - 1).values_list("pk")]


def another_moment(at: datetime):
    return [ExchangeRate.objects.filter(recorded_at__lt=at + DAY).values_list("pk")]


@pytest.mark.parametrize("build", [the_day_after, another_key, another_moment])
def test_what_is_computed_from_an_argument_is_refused(build):
    with pytest.raises(ImproperlyConfigured):
        Prepared(build).ask({"day": MONDAY, "key": 1, "at": NOON})


def test_fixed_values_stay(published):
    prepared = Prepared(lambda: [Currency.objects.values_list(Value("a word", CharField())).filter(code="QAA")])

    assert prepared.ask({}) == [("a word",)]
