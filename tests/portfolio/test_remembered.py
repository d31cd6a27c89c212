"""Answers are remembered until something is recorded, and never a moment longer."""

from datetime import date, timedelta

import pytest

from core import clock
from portfolio.performance import queries as performance
from portfolio.performance import remembered
from tests.chaos import test_crash_points as commands
from tests.chaos.conftest import TODAY, World
from tests.factories import funds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(system):
    return World(system)


@pytest.fixture
def asked(world):
    """Ask for the figures; ``asked.worked_out`` counts how often they were not remembered."""

    def ask(*, as_of=TODAY, known_at=None, fund=None):
        moment = known_at or clock.now()

        def work_out():
            ask.worked_out += 1
            return performance.figures(fund or world.fund, as_of=as_of, known_at=moment)

        return remembered.answer("figures", fund or world.fund, work_out, as_of=as_of, known_at=moment)

    ask.worked_out = 0
    return ask


def fresh(world, **given):
    return performance.figures(world.fund, **{"as_of": TODAY, "known_at": clock.now()} | given)


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_what_a_command_changes_is_told_at_once(world, asked, name):
    command = commands.COMMANDS[name](world)
    asked()

    command()

    assert asked() == fresh(world)


def test_the_same_question_is_worked_out_once(world, asked):
    world.funded()

    assert asked() == asked() == fresh(world)
    assert asked.worked_out == 1


def test_a_later_moment_at_which_nothing_new_is_known_is_the_same_question(world, asked):
    world.funded()
    asked()

    asked(known_at=clock.now() + timedelta(hours=1))

    assert asked.worked_out == 1


def test_an_earlier_moment_and_another_day_are_other_questions(world, asked):
    world.funded()
    now = asked()

    assert asked(known_at=clock.now() - timedelta(days=1)) == fresh(world, known_at=clock.now() - timedelta(days=1))
    assert asked(as_of=date(2026, 5, 1)) == fresh(world, as_of=date(2026, 5, 1))
    assert asked() == now
    assert asked.worked_out == 3


def test_another_fund_has_its_own_answers(world, asked, system):
    world.funded()
    asked()
    other = funds.fund(system=system, name="Another")

    assert asked(fund=other) == performance.figures(other, as_of=TODAY, known_at=clock.now())
    assert asked() == fresh(world)


def test_what_is_nothing_is_remembered_too(world):
    given = {"as_of": TODAY, "known_at": clock.now()}

    assert remembered.answer("nothing", world.fund, lambda: None, **given) is None
    assert remembered.answer("nothing", world.fund, lambda: 1, **given) is None
