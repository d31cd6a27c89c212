"""What was taken off the price of a round goes on, with its source and its day, until another round is held."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from core import clock
from portfolio.valuations import queries, services
from tests.factories import investments
from tests.portfolio.valuations.conftest import JULY_1, JUNE, approved

SEPTEMBER = date(2026, 9, 30)
AUGUST, OCTOBER = (datetime(2026, month, 1, 9, tzinfo=timezone.utc) for month in (8, 10))


@pytest.fixture
def adjusted(opened, prepare, holding, analyst, committee):
    """The second quarter, locked with three tenths taken off the price of the round."""
    run = prepare(opened())
    (mark,) = queries.marks_of(run)
    services.change_mark(
        mark, technique="last_round", adjustment=Decimal(-30), reason="The pilot slipped", source="Board minutes of 3 June",
        relevance="The round of May, before the pilot slipped", by=analyst, at=JULY_1,
    )  # fmt: skip
    return approved(services.submit_run(run, by=analyst, at=JULY_1), committee)


@pytest.fixture
def next_mark(fund, prepare, system):
    def make():
        with clock.standing_at(OCTOBER):
            run = services.open_run(fund, quarter_end=SEPTEMBER, by=system, at=OCTOBER)
            (mark,) = queries.marks_of(prepare(run, at=OCTOBER))
        return mark

    return make


def adjustment_of(mark):
    (found,) = (one for one in mark.inputs if one["name"] == "adjustment")
    return found


def test_the_adjustment_keeps_its_source_its_day_and_what_was_said_of_it(adjusted, next_mark):
    mark = next_mark()

    assert adjustment_of(mark) == {
        "name": "adjustment", "value": "-30", "source": "Board minutes of 3 June", "date": JUNE.isoformat(),
    }  # fmt: skip
    assert (mark.value, mark.reason) == (Decimal("700.00"), "The pilot slipped")
    assert mark.relevance == "The round of May, before the pilot slipped"


def test_nothing_is_taken_off_the_price_of_another_round(adjusted, next_mark, holding, system):
    with clock.standing_at(AUGUST):
        investments.purchase(holding, "Series A", "3000.00", on=AUGUST.date(), system=system)

    mark = next_mark()

    assert Decimal(adjustment_of(mark)["value"]) == 0
    assert (mark.value, mark.reason) == (Decimal("6000.00"), "")
