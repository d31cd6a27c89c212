"""Two invented start-ups that apply to the rehearsal call: one with a draft and a question to answer, one in French."""

from datetime import date, datetime, timedelta, timezone
from typing import Any

from accelerator.applications import queries, services
from accelerator.challenges import queries as challenges
from core import clock
from core.organisations import queries as known
from core.organisations import services as organisations
from core.people import queries as accounts
from demo import people

REGISTERED_AT = datetime(2023, 6, 30, 8, tzinfo=timezone.utc)
BEGUN_AT = datetime(2026, 11, 9, 10, tzinfo=timezone.utc)
SENT_AT = datetime(2026, 11, 19, 15, 4, 7, tzinfo=timezone.utc)
ASKED_AT = datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc)
ANSWER_BY = datetime(2026, 12, 4, 17, tzinfo=timezone.utc)
FJORDLYS, LUMIERE = "Fjordlys Sensing AS", "Lumière Profonde SAS"
COMPANIES = (("fjordlys", FJORDLYS, "NO", date(2019, 3, 14)), ("lumiere", LUMIERE, "FR", date(2021, 9, 1)))
SENSE, TIME = "R27-SENSE", "R27-TIME"
WHOLE = (
    {
        1: "A clock the size of a matchbox that keeps time for thirty days without a signal, for ports, grids and ships.",
        2: (
            "Clocks of this size drift by a millisecond a day. Ours compares two kinds of crystal and corrects itself as it ages.\n\n"
            "The nearest two products need a rack and a vacuum pump. We hold one patent application for the correction."
        ),
        3: "Port operators time their cranes by it; navies keep their networks together when signals are disturbed.",
    },
    {1: "1", 3: "98500.00", 4: "2027-05-03"},
    {1: "NO", 2: "7"},
)
DRAFT = (
    {
        1: "Passive sensing of what moves at sea, by sound and tide, on the device itself.",
        2: "Our sensor shows an operator three ranked readings, each with the evidence behind it.",
    },
    {1: "0", 3: "about 90 000"},
)
FRENCH = (
    {
        1: "Une lampe qui mesure : cartographier un port de nuit, sans satellite et sans émettre.",
        2: "Nous lisons la lumière diffuse des installations. Aucun capteur existant ne s’en passe d’émettre.",
        3: "Des capitaineries et des gardes-côtes.",
    },
)


def register(*, system: Any) -> dict[str, str]:
    """Register the companies; their public ids by the words that the accounts use."""
    with clock.standing_at(REGISTERED_AT):
        return {
            word: organisations.register(
                name=name,
                kind="company",
                nation=nation,
                founded_on=founded_on,
                illustrative=True,
                by=system,
                at=REGISTERED_AT,
            ).public_id
            for word, name, nation, founded_on in COMPANIES
        }


def apply() -> None:
    """A submitted application about which the programme asks, a draft with two texts to compare, and a draft in French."""
    ida, jonas, camille = (_person(address) for address in (people.OWNER, people.MEMBER, people.FRENCH_OWNER))
    with clock.standing_at(BEGUN_AT):
        sent = _written(FJORDLYS, TIME, WHOLE, by=ida)
        draft = _written(FJORDLYS, SENSE, DRAFT, by=ida)
        _written(LUMIERE, SENSE, FRENCH, by=camille)
        both_wrote = {
            2: services.Typed("Operators mark what is wrong, and the next reading is corrected within the watch.", 0)
        }
        services.save(draft, 1, both_wrote, by=jonas, at=BEGUN_AT + timedelta(hours=2))
    with clock.standing_at(SENT_AT):
        services.submit(sent, read=queries.digest(sent), by=ida, at=SENT_AT)
    with clock.standing_at(ASKED_AT):
        services.ask(
            sent,
            question="Over which range of temperatures did you measure the drift?",
            due_at=ANSWER_BY,
            by=_person(people.PROGRAMMES),
            at=ASKED_AT,
        )


def _written(company: str, challenge: str, sections: tuple[dict[int, str], ...], *, by: Any) -> Any:
    (shown,) = (one for one in challenges.published_calls(at=BEGUN_AT) if one.call.is_illustrative)
    organisation: Any = known.named(company, "company")
    row = services.begin(shown.call, organisation, challenges.challenge(challenge), by=by, at=BEGUN_AT)
    for order, answers in enumerate(sections, start=1):
        typed = {place: services.Typed(text, 0) for place, text in answers.items()}
        services.save(row, order, typed, by=by, at=BEGUN_AT)
    return row


def _person(address: str) -> Any:
    return accounts.by_email(address)
