"""Admitting start-ups to cohorts, as published."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accelerator.challenges import services as programmes
from accelerator.challenges.models import Challenge, Programme
from accelerator.cohorts.models import CohortMember
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.organisations import technologies
from core.organisations.models import Organisation
from core.people.models import User

ADMITTED = declare("cohort.member_admitted", _("{actor} entered {organisation} as a member of a cohort."))
PHASES = (1, 2)


class AlreadyMember(Conflict):
    code = "already_member"
    sentence = _("This organisation already is a member of the cohort.")


class ChallengeOfAnother(Invalid):
    code = "challenge_of_another_programme"
    sentence = _("Choose a challenge of this programme.")


class NothingInferred(Invalid):
    code = "nothing_inferred"
    sentence = _("Name what was inferred, or take the mark away.")


class UnknownTechnology(Invalid):
    code = "unknown_technology"
    sentence = _("Choose a technology of the list.")


class UnfitPhase(Invalid):
    code = "unfit_phase"
    sentence = _("A programme has phases 1 and 2.")


class NotACompany(Invalid):
    code = "not_a_company"
    sentence = _("Only a company can be a member of a cohort.")


@transaction.atomic
def admit(
    programme: Programme,
    organisation: Organisation,
    *,
    challenge: Challenge | None,
    highest_phase: int,
    basis: str,
    source: str,
    by: User,
    at: datetime,
    technology: str = "",
    is_challenge_inferred: bool = False,
    is_technology_inferred: bool = False,
    note_en: str = "",
    note_fr: str = "",
) -> CohortMember:
    """
    Enter a start-up as a member of the programme's cohort, up to the highest phase that a source confirms.

    Raises NotPermitted, AlreadyMember, Invalid.
    """
    locked = programmes.lock(programme, by=by)
    programmes.check_attested(basis, source)
    if organisation.kind != Organisation.Kind.COMPANY:
        raise NotACompany(field="organisation")
    if challenge is not None and challenge.programme_id != locked.pk:
        raise ChallengeOfAnother(field="challenge")
    if technology and technology not in technologies.TECHNOLOGIES:
        raise UnknownTechnology(field="technology")
    if highest_phase not in PHASES:
        raise UnfitPhase(field="highest_phase")
    if (is_challenge_inferred and challenge is None) or (is_technology_inferred and not technology):
        raise NothingInferred
    if CohortMember.objects.filter(programme=locked, organisation=organisation).exists():
        raise AlreadyMember(field="organisation")
    member = CohortMember.objects.create(
        programme=locked,
        organisation=organisation,
        challenge=challenge,
        is_challenge_inferred=is_challenge_inferred,
        technology=technology,
        is_technology_inferred=is_technology_inferred,
        highest_phase=highest_phase,
        basis=basis,
        source=source,
        note_en=note_en,
        note_fr=note_fr,
        recorded_at=at,
    )
    after = {
        "organisation": organisation.name,
        "organisation_id": organisation.public_id,
        "challenge": challenge.code if challenge else "",
        "technology": technology,
        "highest_phase": highest_phase,
        "source": source,
    }
    audit.record(ADMITTED, member.public_id, by=by, chain=locked.public_id, after=after)
    return member
