"""Publishing the size of the network."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accelerator.challenges import services as programmes
from accelerator.test_centres.models import NetworkFigure
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid, NotPermitted
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

PUBLISHED = declare("network.figures_published", _("{actor} published {count} figures of the network."))


class AlreadyStated(Conflict):
    code = "network_figure_already_stated"
    sentence = _("This source’s figure for that day is already published.")


class UnfitFigure(Invalid):
    code = "unfit_network_figure"
    sentence = _("A figure names what it counts, its day and how exactly the day is known.")


class NothingToPublish(Invalid):
    code = "no_network_figure"
    sentence = _("There is no figure here to publish.")


@dataclass(frozen=True, slots=True)
class Size:
    """A published count. ``stated_for`` is the first day of a month or year where ``precision`` is no finer."""

    measure: str
    stated_for: date
    precision: str
    value: int
    basis: str
    source: str
    is_at_least: bool = False


@transaction.atomic
def publish_network_figures(sizes: Sequence[Size], *, by: User, at: datetime) -> list[NetworkFigure]:
    """Add figures of the network, all or none. Raises NotPermitted unless ``by`` publishes everywhere, AlreadyStated."""
    if not rules.reaches_everywhere(by, Permission.PROGRAMME_PUBLISH):
        raise NotPermitted
    if not sizes:
        raise NothingToPublish
    for size in sizes:
        _check(size)
    written = _write(sizes, at)
    after = {"count": len(sizes), "figures": [_plain(size) for size in sizes]}
    audit.record(PUBLISHED, "network", by=by, after=after)
    return written


def _check(size: Size) -> None:
    programmes.check_attested(size.basis, size.source)
    if (
        size.measure not in NetworkFigure.Measure.values
        or size.precision not in programmes.PRECISIONS
        or size.value < 0
    ):
        raise UnfitFigure(field="figures")


def _write(sizes: Sequence[Size], at: datetime) -> list[NetworkFigure]:
    """The rows; the table itself knows whether one of them stands already, whoever writes at the same time."""
    rows = [NetworkFigure(**asdict(size), recorded_at=at) for size in sizes]
    try:
        with transaction.atomic():
            return NetworkFigure.objects.bulk_create(rows)
    except IntegrityError:
        raise AlreadyStated(field="figures") from None


def _plain(size: Size) -> dict[str, object]:
    return asdict(size) | {"stated_for": size.stated_for.isoformat()}
