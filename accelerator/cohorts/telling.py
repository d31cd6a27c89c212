"""The phases of a start-up's participations, told to the timeline of organisations."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accelerator.cohorts import words
from accelerator.cohorts.models import ParticipationStep
from core.organisations import timeline
from core.organisations.models import Consent, Organisation
from core.organisations.timeline import Entry
from core.web import numerals


def register() -> None:
    """Tell the timeline what this part knows."""
    timeline.register(Consent.What.ACCELERATOR_TIMELINE, entries)


def entries(organisation: Organisation) -> Iterator[Entry]:
    """Each step of each participation: the phases with their funding, leaving without its reason, the alumni."""
    rows = ParticipationStep.objects.filter(participation__organisation=organisation)
    for row in rows.select_related("participation__programme").order_by("effective_on", "pk"):
        programme = row.participation.programme
        funding = (
            _("%(programme)s: %(amount)s %(currency)s")
            % {
                "programme": programme,
                "amount": numerals.plain(row.amount, 2),
                "currency": programme.currency_id,
            }
            if row.amount
            else str(programme)
        )
        yield Entry(row.effective_on, str(words.STEPS[row.kind]), funding, row.participation.is_illustrative)
