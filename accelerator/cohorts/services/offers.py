"""Offers: made by one, released by another, accepted or declined by an owner of the start-up, or taken back."""

from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accelerator.applications import answers
from accelerator.applications.models import Application
from accelerator.challenges.models import Challenge, Programme
from accelerator.cohorts import queries
from accelerator.cohorts.lifecycle import LIVE_OFFERS, OfferState, Standing
from accelerator.cohorts.models import CohortMember, Offer, Participation, ParticipationStep
from accelerator.cohorts.rules import Act, offer_refusal
from accelerator.cohorts.services import rows
from accelerator.cohorts.services.admitting import ChallengeOfAnother, NotACompany, UnknownTechnology
from accelerator.cohorts.services.telling import tell
from core import locks
from core.audit.kinds import Kind, declare
from core.errors import Conflict, Invalid
from core.ethics import gate
from core.ethics.lifecycle import Money
from core.organisations import technologies
from core.organisations.models import Organisation
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

LONGEST_TERMS, LONGEST_BECAUSE = 20_000, 500
MADE = declare("offer.made", _("{actor} made an offer to {organisation}."))
RELEASED = declare("offer.released", _("{actor} released the offer to {organisation}."))
ACCEPTED = declare("offer.accepted", _("{actor} accepted the offer for {organisation}."))
DECLINED = declare("offer.declined", _("{actor} declined the offer for {organisation}."))
TAKEN_BACK = declare("offer.taken_back", _("{actor} took the offer to {organisation} back: {because}"))


class OfferStands(Conflict):
    code = "offer_stands"
    sentence = _("This start-up has an offer of the programme already. Take that one back before you make another.")


class TermsMissing(Invalid):
    code = "terms_missing"
    sentence = _("Write the terms of the agreement, in at most 20,000 characters.")


class EndsTooSoon(Invalid):
    code = "offer_ends_too_soon"
    sentence = _("The offer has to stand for some time. Choose a later day.")


class ApplicationOfAnother(Invalid):
    code = "application_of_another"
    sentence = _("Choose an application that this start-up submitted to the programme.")


class ReadAnew(Conflict):
    code = "offer_read_anew"
    sentence = _("This is not the offer that stands. Read it again, then answer it.")


class BecauseMissing(Invalid):
    code = "because_missing"
    sentence = _("Say why, in at most 500 characters.")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered beside the programme's funding. ``expires_at`` is the first moment at which an acceptance is late."""

    terms: str
    expires_at: datetime
    challenge: Challenge | None = None
    application: Application | None = None
    technology: str = ""


@transaction.atomic
def make_offer(
    programme: Programme,
    organisation: Organisation,
    terms: Terms,
    *,
    by: User,
    at: datetime,
    illustrative: bool = False,
) -> Offer:
    """
    Offer the programme's phase 1 to a start-up: amount, months, agreement and currency are the programme's.

    Nobody outside the programme sees it before another person released it. Raises NotPermitted, NotACompany, OfferStands,
    ChallengeOfAnother, ApplicationOfAnother, UnknownTechnology, TermsMissing, EndsTooSoon.
    """
    held = locks.in_order(Programme.objects.filter(pk=programme.pk)).get()
    people_rules.require(by, Permission.COHORT_RUN, held.public_id)
    written = answers.cleaned(terms.terms).strip()
    _check(held, organisation, terms, written, at=at)
    if Offer.objects.filter(programme=held, organisation=organisation, state__in=LIVE_OFFERS).exists():
        raise OfferStands(field="organisation")
    offer = Offer.objects.create(
        programme=held,
        organisation=organisation,
        challenge=terms.challenge,
        application=terms.application,
        technology=terms.technology,
        amount=held.phase_1_amount,
        months=held.phase_1_months,
        currency_id=held.currency_id,
        agreement=held.agreement,
        terms=written,
        expires_at=terms.expires_at,
        made_by=by,
        made_at=at,
        is_illustrative=illustrative or organisation.is_illustrative,
    )
    _record(MADE, offer, by, amount=offer.amount, currency=offer.currency_id, expires_at=offer.expires_at)
    return offer


@transaction.atomic
def release_offer(offer: Offer, *, read: str, by: User, at: datetime) -> Offer:
    """
    Put an offer before the start-up, exactly as ``read`` (its digest) says. Its owners learn of it.

    Raises NotPermitted, OwnOffer, WrongState, OfferExpired, ReadAnew, HeldByEthics.
    """
    row = _locked(offer)
    if refused := offer_refusal(by, row, Act.RELEASE, at=at):
        raise refused
    if read != queries.digest(row):
        raise ReadAnew
    _require_clear(row, at=at)
    row.state, row.released_by, row.released_at, row.digest = OfferState.RELEASED, by, at, read
    row.save(update_fields=["state", "released_by", "released_at", "digest"])
    _record(RELEASED, row, by, digest=read)
    _tell(row, at=at)
    return row


@transaction.atomic
def accept(offer: Offer, *, read: str, by: User, on: date, at: datetime) -> Participation:
    """
    Agree to what was read, for the start-up: its participation begins ``on`` a day with phase 1. Asked again, it answers with that one.

    Raises NotPermitted, OwnersOnly, BothSides, WrongState, OfferExpired, ReadAnew, HeldByEthics.
    """
    row = _locked(offer)
    if row.state == OfferState.ACCEPTED and row.answered_by_id == by.pk and read == row.digest:
        return Participation.objects.get(offer=row)
    if refused := offer_refusal(by, row, Act.ACCEPT, at=at):
        raise refused
    if read != row.digest:
        raise ReadAnew
    _require_clear(row, at=at)
    row.state, row.answered_by, row.answered_at = OfferState.ACCEPTED, by, at
    row.save(update_fields=["state", "answered_by", "answered_at"])
    made = Participation.objects.create(
        programme=row.programme,
        organisation=row.organisation,
        offer=row,
        member=CohortMember.objects.filter(programme=row.programme, organisation=row.organisation).first(),
        began_on=on,
        recorded_at=at,
        is_illustrative=row.is_illustrative,
    )
    ParticipationStep.objects.create(
        participation=made,
        kind=Standing.PHASE_1,
        amount=row.amount,
        months=row.months,
        effective_on=made.began_on,
        by=by,
        recorded_at=at,
    )
    _record(ACCEPTED, row, by, digest=read, participation=made.public_id)
    return made


@transaction.atomic
def decline(offer: Offer, *, because: str = "", by: User, at: datetime) -> Offer:
    """Say no for the start-up; why is its own to say. Raises NotPermitted, OwnersOnly, BothSides, WrongState, OfferExpired."""
    row = _locked(offer)
    if refused := offer_refusal(by, row, Act.DECLINE, at=at):
        raise refused
    said = answers.cleaned(because).strip()
    if len(said) > LONGEST_BECAUSE:
        raise BecauseMissing(field="because")
    row.state, row.answered_by, row.answered_at, row.because = OfferState.DECLINED, by, at, said
    row.save(update_fields=["state", "answered_by", "answered_at", "because"])
    _record(DECLINED, row, by)
    return row


@transaction.atomic
def take_back(offer: Offer, *, because: str, by: User, at: datetime) -> Offer:
    """Take an offer back that nobody answered yet, also one whose time is over. Raises NotPermitted, WrongState, BecauseMissing."""
    row = _locked(offer)
    if refused := offer_refusal(by, row, Act.TAKE_BACK, at=at):
        raise refused
    said = answers.cleaned(because).strip()
    if not 1 <= len(said) <= LONGEST_BECAUSE:
        raise BecauseMissing(field="because")
    row.state, row.taken_back_by, row.taken_back_at, row.because = OfferState.TAKEN_BACK, by, at, said
    row.save(update_fields=["state", "taken_back_by", "taken_back_at", "because"])
    _record(TAKEN_BACK, row, by, because=said)
    return row


def _check(programme: Programme, organisation: Organisation, terms: Terms, written: str, *, at: datetime) -> None:
    if organisation.kind != Organisation.Kind.COMPANY:
        raise NotACompany(field="organisation")
    if terms.challenge is not None and terms.challenge.programme_id != programme.pk:
        raise ChallengeOfAnother(field="challenge")
    if terms.technology and terms.technology not in technologies.TECHNOLOGIES:
        raise UnknownTechnology(field="technology")
    led = terms.application
    if led is not None and led not in queries.applicants(programme, organisation):
        raise ApplicationOfAnother(field="application")
    if not 1 <= len(written) <= LONGEST_TERMS:
        raise TermsMissing(field="terms")
    if terms.expires_at <= at:
        raise EndsTooSoon(field="expires_on")


def _require_clear(row: Offer, *, at: datetime) -> None:
    on, scope = at.astimezone(timezone.utc).date(), row.programme.public_id
    subjects = tuple(queries.subjects_of_offer(row))
    gate.require(gate.Asked(scope, subjects, Money.OFFER, row.amount, day=on, on=on, item=row.public_id))


def _locked(offer: Offer) -> Offer:
    """The offer as it stands, its row held until the transaction ends."""
    found = Offer.objects.filter(pk=offer.pk).select_related(*queries.SAID)
    return locks.in_order(found).get()


def _record(kind: Kind, offer: Offer, by: User, **told: Any) -> None:
    rows.record(kind, offer.public_id, offer.programme, by, {"organisation": offer.organisation.name, **told})


def _tell(offer: Offer, *, at: datetime) -> None:
    """In the product and by mail, to everybody who writes for the start-up: the owners among them answer it."""
    tell(
        offer.organisation,
        "offer_released",
        title=lambda: _now("%(programme)s offers you a place.") % {"programme": offer.programme},
        about=lambda: {"programme": offer.programme, "expires_at": offer.expires_at},
        address=reverse("portal:offer", args=[offer.public_id]),
        at=at,
    )
