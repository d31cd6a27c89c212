"""What is published of the network's size over time."""

from dataclasses import dataclass
from datetime import date

from accelerator.test_centres.models import NetworkFigure
from core.web import published

Measure = NetworkFigure.Measure


@dataclass(frozen=True, slots=True)
class Size:
    """A published count for a day, month or year. ``is_at_least`` where the source says "more than"."""

    measure: str
    stated_for: date
    precision: str
    value: int
    is_at_least: bool
    basis: str
    source: str

    @property
    def said(self) -> str:
        """The figure in the reader's language."""
        return published.count(self.value, is_at_least=self.is_at_least)

    @property
    def period(self) -> str:
        """The day, month or year in the reader's language."""
        return published.period(self.stated_for, self.precision)


@dataclass(frozen=True, slots=True)
class Network:
    """Sizes of each side of the network, oldest first."""

    accelerator_sites: tuple[Size, ...]
    test_centres: tuple[Size, ...]
    nations: tuple[Size, ...]
    mentors: tuple[Size, ...]

    def all(self) -> tuple[Size, ...]:
        """Every figure, newest first."""
        every = (*self.test_centres, *self.accelerator_sites, *self.nations, *self.mentors)
        return tuple(sorted(every, key=lambda size: size.stated_for, reverse=True))


def network() -> Network:
    """The network over time, in one query."""
    sizes = [
        Size(row.measure, row.stated_for, row.precision, row.value, row.is_at_least, row.basis, row.source)
        for row in NetworkFigure.objects.order_by("stated_for", "pk")
    ]
    return Network(
        accelerator_sites=_of(sizes, Measure.ACCELERATOR_SITES),
        test_centres=_of(sizes, Measure.TEST_CENTRES),
        nations=_of(sizes, Measure.NATIONS),
        mentors=_of(sizes, Measure.MENTORS),
    )


def _of(sizes: list[Size], measure: str) -> tuple[Size, ...]:
    return tuple(size for size in sizes if size.measure == measure)
