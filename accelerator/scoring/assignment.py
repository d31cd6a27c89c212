"""Who reviews what: so many reviewers each, the least loaded first, within limits and never against a conflict (pure)."""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
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
    queue = _Queue(
        reviewers, {one.topic for one in wanted}, Counter((who, one.topic) for one in wanted for who in one.has)
    )
    given: dict[Work, set[Who]] = {one.key: set(one.has) for one in wanted}
    plan: Plan[Work, Who] = Plan()
    known = {one.key for one in reviewers}
    scarcest = sorted(wanted, key=lambda one: len(known - one.never))
    for _round in range(each):
        for one in scarcest:
            taken = given[one.key]
            if len(taken) > _round:
                continue
            chosen = queue.take(one.topic, taken | one.never)
            if chosen is not None:
                taken.add(chosen)
                plan.pairs.append((one.key, chosen))
    plan.lacking = {one.key: each - len(given[one.key]) for one in wanted if len(given[one.key]) < each}
    return plan


class _Queue(Generic[Who]):
    """
    Who is next for each topic: by load, then by how many of the topic she has, then in the order given.

    A heap for each topic. What changed of a reviewer is pushed anew, and what is no longer so is dropped when it comes up.
    """

    def __init__(
        self,
        reviewers: Collection[Reviewer[Who]],
        topics: Collection[Hashable],
        of_topic: Counter[tuple[Who, Hashable]],
    ) -> None:
        self.keys = [one.key for one in reviewers]
        self.most = [one.most for one in reviewers]
        self.load = [one.load for one in reviewers]
        self.has = {topic: [of_topic[key, topic] for key in self.keys] for topic in topics}
        self.heaps = {
            topic: [(load, has[place], place) for place, load in enumerate(self.load)]
            for topic, has in self.has.items()
        }
        for heap in self.heaps.values():
            heapify(heap)

    def take(self, topic: Hashable, barred: Collection[Who]) -> Who | None:
        """The next for a topic who is not barred and below her limit, with one more on her; None where there is nobody."""
        heap, has, passed_over, chosen = self.heaps[topic], self.has[topic], [], None
        while heap and chosen is None:
            entry = heappop(heap)
            load, of_topic, place = entry
            if load >= self.most[place] or load != self.load[place] or of_topic != has[place]:
                continue
            if self.keys[place] in barred:
                passed_over.append(entry)
            else:
                chosen = place
        for entry in passed_over:
            heappush(heap, entry)
        if chosen is None:
            return None
        self.load[chosen] += 1
        has[chosen] += 1
        for other, each in self.heaps.items():
            heappush(each, (self.load[chosen], self.has[other][chosen], chosen))
        return self.keys[chosen]
