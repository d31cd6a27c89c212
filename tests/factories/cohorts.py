"""Offers and participations as tests make them; later steps stand on the earlier ones."""

from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal

from accelerator.cohorts import queries, services
from accelerator.cohorts.models import Participation
from accelerator.grants import services as grants
from accelerator.milestones import queries as milestone_queries
from accelerator.milestones import services as milestones
from core.ethics import queries as ethics_queries
from core.ethics import services as ethics
from core.ethics.services import reviews
from core.questionnaires import services as questionnaires
from core.questionnaires.models import Questionnaire

OFFERED_AT = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
EXPIRES_AT = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)
BEGAN_ON = date(2026, 6, 1)
TERMS = services.Terms(terms="You build it, we fund it.", expires_at=EXPIRES_AT)


def offered(programme, organisation, *, by, at=OFFERED_AT, illustrative=False, **given):
    return services.make_offer(
        programme, organisation, replace(TERMS, **given), by=by, at=at, illustrative=illustrative
    )


def release(offer, *, by, at=OFFERED_AT):
    return services.release_offer(offer, read=queries.digest(offer), by=by, at=at)


def released(programme, organisation, *, by, second, at=OFFERED_AT, **given):
    return release(offered(programme, organisation, by=by, at=at, **given), by=second, at=at)


def accept(offer, *, by, on=BEGAN_ON, at=OFFERED_AT):
    return services.accept(offer, read=offer.digest, by=by, on=on, at=at)


def participating(programme, organisation, *, by, second, owner, **given) -> Participation:
    """A start-up in phase 1: 100,000.00 EUR for six months."""
    return accept(released(programme, organisation, by=by, second=second, **given), by=owner)


def proposed(participation, amount="300000.00", *, by, at=OFFERED_AT):
    return services.propose_advancement(
        participation, amount=Decimal(amount), reason="The prototype hears.", by=by, at=at
    )


def advanced(participation, amount="300000.00", *, by, second, on=date(2026, 12, 1), at=OFFERED_AT):
    """In phase 2; answers with the step that began it."""
    waiting = proposed(participation, amount, by=by, at=at)
    step = services.approve_advancement(waiting, by=second, on=on, at=at)
    participation.refresh_from_db()
    return step


def planned(phase, *amounts, by, at=OFFERED_AT):
    """Milestones that release the phase's funding; one that releases all of it where no amounts are given."""
    parts = [Decimal(one) for one in amounts] or [phase.amount]
    lines = [
        milestones.Line(
            due_on=date(2026, 9, 1), amount=amount, title_en=f"Milestone {number}", title_fr=f"Jalon {number}"
        )
        for number, amount in enumerate(parts, start=1)
    ]
    return milestones.plan(phase, lines, by=by, at=at)


def shown(milestone, text="It hears.", *, by, at=OFFERED_AT):
    return milestones.submit(milestone, text=text, by=by, at=at)


def judged(milestone, *people, at=OFFERED_AT):
    """The last evidence accepted by each of them."""
    for one in people:
        milestones.accept(milestone, read=evidence_of(milestone), by=one, at=at)
    milestone.refresh_from_db()
    return milestone


def evidence_of(milestone) -> str:
    return milestone_queries.last_evidence(milestone).public_id


def accepted(participation, *amounts, by, second, owner, at=OFFERED_AT):
    """The first milestone of phase 1, accepted by two."""
    phase = milestone_queries.get_phase(participation, "phase-1")
    first, *_rest = planned(phase, *amounts, by=by, at=at)
    shown(first, by=owner, at=at)
    return judged(first, by, second, at=at)


def budget(programme, amount="1000000.00", *, by, at=OFFERED_AT):
    return grants.set_budget(programme, amount=Decimal(amount), reason="As decided", by=by, at=at)


def payment(milestone, amount="100000.00", *, key="key-of-the-form", by, at=OFFERED_AT):
    return grants.propose(milestone, amount=Decimal(amount), key=key, by=by, at=at)


def cleared(participation, *, officer, second, on=BEGAN_ON, at=OFFERED_AT, **found):
    """An ethics review of it that is concluded; clear until May 2027 where nothing else is given."""
    about = participation.member or participation
    kind = "cohort-member" if participation.member else "participation"
    return reviewed(kind, about.public_id, officer=officer, second=second, on=on, at=at, **found)


def reviewed(kind, public_id, *, officer, second, on=BEGAN_ON, at=OFFERED_AT, **found):
    """A review of one thing that the businesses keep, concluded as ``cleared`` says."""
    _questionnaire(by=officer, at=at)
    subject = ethics_queries.subject_of(kind, public_id)
    review = ethics.open_review(subject, officer=officer, second=second, on=on, by=officer, at=at)
    given = [reviews.Given(one.question, "Words.") for one in ethics_queries.asked(review)]
    ethics.give_answers(review, given, by=officer, at=at)
    stated = {"risk": "low", "outcome": "clear", "summary": "No question.", "expires_on": date(2027, 5, 31)} | found
    return ethics.assess(review, reviews.Assessment(**stated), on=on, by=officer, at=at)


def _questionnaire(*, by, at):
    if not Questionnaire.objects.exists():
        asked = [questionnaires.Asked("AI-1", "text", "Who answers for it?", "Qui en répond ?", "AI")]
        stated = {"title_en": "Use", "title_fr": "Usage", "origin_en": "Ours", "origin_fr": "Le nôtre"}
        questionnaires.publish("responsible-use", version=1, **stated, asked=asked, by=by, at=at)
