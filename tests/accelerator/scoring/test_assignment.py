"""Who reviews what."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelerator.scoring.assignment import Reviewer, Wanted, planned


def test_the_least_loaded_comes_first_and_topics_are_spread():
    wanted = [Wanted("a", "space"), Wanted("b", "sea"), Wanted("c", "space")]
    people = [Reviewer("ann", 1, 5), Reviewer("bo", 1, 5), Reviewer("cy", 3, 5)]

    plan = planned(wanted, people, each=1)

    assert plan.pairs == [("a", "ann"), ("b", "bo"), ("c", "bo")]
    assert plan.lacking == {}


def test_a_conflict_and_a_limit_leave_something_lacking():
    wanted = [Wanted("a", "x", never=frozenset({"ann"})), Wanted("b", "x", has=frozenset({"bo"}))]
    people = [Reviewer("ann", 0, 1), Reviewer("bo", 1, 1)]

    plan = planned(wanted, people, each=2)

    assert plan.pairs == [("b", "ann")]
    assert plan.lacking == {"a": 2}


def test_everything_needs_somebody():
    with pytest.raises(ValueError, match="at least one"):
        planned([], [], each=0)


who = st.integers(0, 4)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.frozensets(who)), max_size=8),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=5),
    st.integers(1, 3),
)
def test_no_limit_and_no_conflict_is_ever_broken(things, limits, each):
    wanted = [Wanted(number, topic, never=never) for number, (topic, never) in enumerate(things)]
    people = [Reviewer(number, load, most) for number, (load, most) in enumerate(limits)]

    plan = planned(wanted, people, each=each)

    taken = Counter(person for _work, person in plan.pairs)
    assert len(set(plan.pairs)) == len(plan.pairs)
    assert all(one.load + taken[one.key] <= max(one.most, one.load) for one in people)
    assert not any(person in wanted[work].never for work, person in plan.pairs)
    had = Counter(work for work, _person in plan.pairs)
    assert all(had[one.key] + plan.lacking.get(one.key, 0) == each for one in wanted)
    assert planned(wanted, people, each=each) == plan


@given(
    st.lists(st.tuples(st.integers(0, 2), st.frozensets(who, max_size=2), st.frozensets(who)), max_size=12),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), max_size=5),
    st.integers(1, 3),
)
def test_everybody_free_is_compared(things, limits, each):
    """The plan is the one that looking at everybody for each place would give."""
    wanted = [Wanted(number, topic, has=has - never, never=never) for number, (topic, has, never) in enumerate(things)]
    people = [Reviewer(number, load, most) for number, (load, most) in enumerate(limits)]

    plan = planned(wanted, people, each=each)

    assert plan.pairs == _one_by_one(wanted, people, each)


def _one_by_one(wanted, people, each):
    load = {one.key: one.load for one in people}
    most = {one.key: one.most for one in people}
    of_topic = Counter((who, one.topic) for one in wanted for who in one.has)
    given = {one.key: set(one.has) for one in wanted}
    pairs = []
    for turn in range(each):
        for one in sorted(wanted, key=lambda one: len(load.keys() - one.never)):
            free = [who for who in load if who not in given[one.key] | one.never and load[who] < most[who]]
            if len(given[one.key]) > turn or not free:
                continue
            chosen = min(free, key=lambda who: (load[who], of_topic[who, one.topic], who))
            given[one.key].add(chosen)
            load[chosen] += 1
            of_topic[chosen, one.topic] += 1
            pairs.append((one.key, chosen))
    return pairs
