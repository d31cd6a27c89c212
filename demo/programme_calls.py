"""Two calls for applications to an invented programme: one that is open, one that waits for its second programme manager."""

from dataclasses import replace
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

from accelerator.challenges import queries, services
from core import clock
from core.people import queries as accounts
from demo import people

PREPARED_AT = datetime(2026, 10, 19, 8, tzinfo=timezone.utc)
PUBLISHED_AT = datetime(2026, 10, 26, 9, tzinfo=timezone.utc)
NEXT_AT = datetime(2026, 11, 20, 14, tzinfo=timezone.utc)
SOURCE = "invented for this demonstration"
ALLIES = (
    "AL", "BE", "BG", "CA", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IS", "IT", "LT", "LU", "LV", "ME",
    "MK", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "TR", "US",
)  # fmt: skip

CHALLENGES = (
    ("R27-SENSE", "Sensing without satellites", "Capter sans satellites"),
    ("R27-TIME", "Time without satellites", "L’heure sans satellites"),
)

FACTS = services.Facts(
    title_en="Rehearsal call: sensing where satellites cannot help",
    title_fr="Appel de répétition : capter là où les satellites n’aident pas",
    text_en=(
        "We look for start-ups that find position, time and surroundings without satellites: under water, under ground, and "
        "where signals are disturbed.\n\nWhat you propose serves civil and defence users alike, and can be tried in one of the "
        "network’s test centres within six months."
    ),
    text_fr=(
        "Nous cherchons des jeunes entreprises qui trouvent position, heure et environnement sans satellites : sous l’eau, sous "
        "terre, et là où les signaux sont perturbés.\n\nCe que vous proposez sert aux utilisateurs civils comme à ceux de la "
        "défense, et peut être essayé en six mois dans un centre d’essai du réseau."
    ),
    zone="Europe/Brussels",
    opens_on=date(2026, 11, 2),
    opens_at=time(9),
    closes_on=date(2027, 1, 15),
    closes_at=time(17),
    agreement="contract",
    nations=ALLIES,
    founded_from=date(2014, 1, 1),
)
SECTIONS = (
    services.Section("Your proposal", "Votre proposition"),
    services.Section("How far it is", "Où elle en est"),
    services.Section("Who you are", "Qui vous êtes"),
)
QUESTIONS = (
    (
        services.Question("short", "Summarise your proposal.", "Résumez votre proposition.", "Readers see it first.", "Les lecteurs le voient d’abord.", words_at_most=60),
        services.Question("long", "What is new against the state of the art?", "Qu’y a-t-il de nouveau par rapport à l’état de l’art ?", words_at_most=400),
        services.Question("long", "Who uses it, in civil life and in defence?", "Qui l’utilise, dans le civil et dans la défense ?", words_at_most=300),
    ),
    (
        services.Question(
            "choice", "How ready is it today?", "Quelle est sa maturité aujourd’hui ?",
            options_en=["Shown in the laboratory", "Shown in a relevant surrounding", "Shown in use"],
            options_fr=["Démontrée en laboratoire", "Démontrée dans un milieu pertinent", "Démontrée en service"],
        ),
        services.Question("file", "Evidence of it", "Preuves à l’appui", is_required=False),
        services.Question("money", "What would you spend in six months?", "Que dépenseriez-vous en six mois ?"),
        services.Question("day", "When could you begin?", "Quand pourriez-vous commencer ?"),
    ),
    (
        services.Question("nation", "Where is your head office?", "Où est votre siège ?"),
        services.Question("number", "How many people work with you?", "Combien de personnes travaillent avec vous ?", minimum=Decimal(1)),
    ),
)  # fmt: skip
CRITERIA = (
    services.Criterion("Technical feasibility", "Faisabilité technique", 30, "Whether it can work, and how soon", "Si cela peut marcher, et quand"),
    services.Criterion("Potential to transform", "Potentiel de transformation", 30),
    services.Criterion("Fit with the challenge", "Adéquation au défi", 20),
    services.Criterion("Commercial viability", "Viabilité commerciale", 20),
)  # fmt: skip
NEXT = replace(
    FACTS,
    title_en="Rehearsal call: energy for small bases",
    title_fr="Appel de répétition : de l’énergie pour de petites bases",
    text_en="Electric power for thirty people for thirty days, without a road and without noise.",
    text_fr="De l’électricité pour trente personnes pendant trente jours, sans route et sans bruit.",
    opens_on=date(2027, 2, 1),
    closes_on=date(2027, 3, 31),
)


def play(*, system: Any) -> dict[str, str]:
    """Publish the programme and its call, and leave the next call to the second person; the programme's public id by a word."""
    first: Any
    second: Any
    first, second = (accounts.by_email(address) for address in (people.PROGRAMMES, people.SECOND_PROGRAMMES))
    with clock.standing_at(PREPARED_AT):
        programme = services.publish_programme(
            slug="rehearsal-2027",
            name_en="Rehearsal programme 2027",
            name_fr="Programme de répétition 2027",
            call=services.Call(FACTS.opens_on, NEXT.closes_on),
            cohort_year=2027,
            phase_1_starts_on=date(2027, 5, 1),
            funding=services.Funding(Decimal("100000.00"), 6, Decimal("300000.00"), 6),
            basis="illustrative",
            source=SOURCE,
            note_en="Invented, to show how a call is made and answered.",
            note_fr="Inventé, pour montrer comment un appel se prépare et reçoit des réponses.",
            by=system,
            at=PREPARED_AT,
        )
        for order, (code, english, french) in enumerate(CHALLENGES, start=1):
            services.publish_challenge(
                programme,
                code=code,
                order=order,
                title_en=english,
                title_fr=french,
                basis="illustrative",
                source=SOURCE,
                by=system,
                at=PREPARED_AT,
            )
        call = _submitted(programme, FACTS, by=first, at=PREPARED_AT)
    with clock.standing_at(PUBLISHED_AT):
        services.publish_call(call, digest=queries.digest(call), by=second, at=PUBLISHED_AT)
    with clock.standing_at(NEXT_AT):
        _submitted(programme, NEXT, by=second, at=NEXT_AT)
    return {"next": programme.public_id}


def _submitted(programme: Any, facts: services.Facts, *, by: Any, at: datetime) -> Any:
    call = services.draft_call(programme, facts, by=by, at=at, illustrative=True)
    services.set_sections(call, SECTIONS, by=by, at=at)
    for section, asked in zip(queries.sections(call), QUESTIONS, strict=True):
        services.set_questions(section, asked, by=by, at=at)
    services.set_criteria(call, CRITERIA, by=by, at=at)
    return services.submit_call(call, by=by, at=at)
