"""Accepted milestones, told to the timeline of organisations."""

from collections.abc import Iterator

from django.db.models import Max
from django.utils.translation import gettext as _

from accelerator.milestones.lifecycle import State, Verdict
from accelerator.milestones.models import Judgement, Milestone
from core import clock
from core.organisations import timeline
from core.organisations.models import Consent, Organisation
from core.organisations.timeline import Entry


def register() -> None:
    """Tell the timeline what this part knows."""
    timeline.register(Consent.What.ACCELERATOR_TIMELINE, entries)


def entries(organisation: Organisation) -> Iterator[Entry]:
    """Each milestone on the day on which the second person accepted it; no evidence, and nothing that was sent back."""
    rows = Milestone.objects.filter(phase__participation__organisation=organisation, state=State.ACCEPTED)
    accepted = Judgement.objects.filter(evidence__milestone__in=rows, verdict=Verdict.ACCEPTED)
    days = dict(accepted.values_list("evidence__milestone").annotate(last=Max("at")).order_by())
    for row in rows.select_related("phase__participation").order_by("pk"):
        on = days[row.pk].astimezone(clock.fund_zone()).date()
        yield Entry(on, _("Milestone accepted"), row.title, row.phase.participation.is_illustrative)
