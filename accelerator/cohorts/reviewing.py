"""Cohort members as things whose responsible use is reviewed, told to the ethics reviews."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.models import CohortMember
from core.ethics import subjects
from core.ethics.subjects import Keeper, Subject
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

KIND = "cohort-member"


def register() -> None:
    """Tell the ethics reviews who keeps cohort members."""
    subjects.register(KIND, Keeper(_("Cohort member"), find, all_for))


def find(ids: Iterable[str]) -> dict[str, Subject]:
    """The cohort members of some ids."""
    rows = CohortMember.objects.filter(public_id__in=list(ids)).select_related("organisation", "programme")
    return {row.public_id: _subject(row) for row in rows}


def all_for(person: User) -> list[Subject]:
    """The members of the programmes whose ethics the person assesses."""
    rows = CohortMember.objects.select_related("organisation", "programme")
    if not people_rules.reaches_everywhere(person, Permission.ETHICS_ASSESS):
        rows = rows.filter(programme__public_id__in=people_rules.scopes_of(person, Permission.ETHICS_ASSESS))
    return [_subject(row) for row in rows.order_by("organisation__name", "-programme__cohort_year", "pk")]


def _subject(row: CohortMember) -> Subject:
    words = {"name": row.organisation.name, "year": row.programme.cohort_year}
    return Subject(
        kind=KIND,
        public_id=row.public_id,
        organisation_id=row.organisation_id,
        name=_now("%(name)s, cohort of %(year)s") % words,
        scope=row.programme.public_id,
        technologies=(row.technology,) if row.technology else (),
        address=reverse("programmes:detail", args=[row.programme.slug]),
        is_illustrative=row.organisation.is_illustrative,
    )
