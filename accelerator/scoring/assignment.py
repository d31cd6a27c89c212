"""Who reviews what: so many reviewers each, the least loaded first, within limits and never against a conflict (pure)."""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Work = TypeVar("Work", bound=Hashable)
Who = TypeVar("Who", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Wanted(Generic[Work, Who]):
    """Something to review. ``topic`` is its challenge; ``has`` those who review it already; ``never`` those who may not."""

    key: Work
    topic: Hashable
    has: frozenset[Who] = frozenset()
    never: frozenset[Who] = frozenset()


@dataclass(frozen=True, slots=True)
class Reviewer(Generic[Who]):
    """``load`` is how much she reviews already in this call, ``most`` how much she may."""

    key: Who
    load: int
    most: int


@dataclass(slots=True)
class Plan(Generic[Work, Who]):
    """New pairs in the order in which they were found, and how many reviewers each thing still lacks."""

    pairs: list[tuple[Work, Who]] = field(default_factory=list)
    lacking: dict[Work, int] = field(default_factory=dict)


def planned(wanted: Sequence[Wanted[Work, Who]], reviewers: Collection[Reviewer[Who]], *, each: int) -> Plan[Work, Who]:
    """
    Give everything ``each`` reviewers, one round after the other, so that what is scarce is shared out.

    In each round the things with the fewest possible reviewers come first. The reviewer with the least load is taken; among
    those with the same load the one who has the fewest of this topic, then the order given: the same input gives the same plan.
    """
    if each < 1:
        raise ValueError("everything needs at least one reviewer")
    place = {one.key: number for number, one in enumerate(reviewers)}
    most, load = {one.key: one.most for one in reviewers}, {one.key: one.load for one in reviewers}
    of_topic = Counter((who, one.topic) for one in wanted for who in one.has)
    given: dict[Work, set[Who]] = {one.key: set(one.has) for one in wanted}
    plan: Plan[Work, Who] = Plan()
    scarcest = sorted(wanted, key=lambda one: len(place.keys() - one.never))
    for _round in range(each):
        for one in scarcest:
            taken = given[one.key]
            free = [who for who in place if who not in taken and who not in one.never and load[who] < most[who]]
            if len(taken) > _round or not free:
                continue
            chosen = min(free, key=lambda who: (load[who], of_topic[who, one.topic], place[who]))
            taken.add(chosen)
            load[chosen] += 1
            of_topic[chosen, one.topic] += 1
            plan.pairs.append((one.key, chosen))
    plan.lacking = {one.key: each - len(given[one.key]) for one in wanted if len(given[one.key]) < each}
    return plan
