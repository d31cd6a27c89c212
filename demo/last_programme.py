"""
An invented programme whose call has closed: applications screened, reviewed, ranked and decided; a cohort with its first payment.

In its second challenge the reviews are still at work, so that a reviewer finds something to declare and something to score.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from accelerator.applications import queries as applications
from accelerator.applications import services as drafts
from accelerator.challenges import queries as challenges
from accelerator.challenges import services as programmes
from accelerator.cohorts import queries as cohort_queries
from accelerator.cohorts import services as cohorts
from accelerator.grants import services as grants
from accelerator.milestones import queries as milestone_queries
from accelerator.milestones import services as milestones
from accelerator.panels import services as panels
from accelerator.reviews import services as reviews
from core import clock
from core.ethics import queries as ethics_queries
from core.ethics import services as ethics
from core.ethics.services.reviews import Assessment, Given
from core.organisations import queries as known
from core.organisations import services as organisations
from core.people import queries as accounts
from core.people import services as people_services
from demo import people, programme_calls, start_ups
from demo.programme_calls import CRITERIA, SOURCE

PUBLISHED_AT = datetime(2026, 5, 18, 8, tzinfo=timezone.utc)
SENT_AT = datetime(2026, 7, 8, 14, tzinfo=timezone.utc)
SCREENED_AT = datetime(2026, 7, 14, 9, tzinfo=timezone.utc)
REVIEWED_AT = datetime(2026, 8, 12, 16, tzinfo=timezone.utc)
PROPOSED_AT = datetime(2026, 8, 25, 9, tzinfo=timezone.utc)
RELEASED_AT = datetime(2026, 9, 1, 9, tzinfo=timezone.utc)
OFFERED_AT = datetime(2026, 9, 2, 9, tzinfo=timezone.utc)
AGREED_AT = datetime(2026, 9, 10, 10, tzinfo=timezone.utc)
SHOWN_AT = datetime(2026, 11, 6, 13, tzinfo=timezone.utc)
PAID_AT = datetime(2026, 11, 18, 10, tzinfo=timezone.utc)
BEGAN_ON = date(2026, 10, 1)
SLUG, BUDGET = "rehearsal-2026", Decimal("1200000.00")
RENEWED_BY = date(2027, 9, 9)
TIMELINE = "accelerator-timeline"
"""What the start-up consents to."""
KEEL, CLOCK = "R26-KEEL", "R26-CLOCK"
CHALLENGES = (
    (KEEL, "Hearing a keel before it is seen", "Entendre une quille avant de la voir"),
    (CLOCK, "Clocks that forget nothing", "Des horloges qui n’oublient rien"),
)
FACTS = replace(
    programme_calls.FACTS,
    title_en="Rehearsal call 2026: hearing and keeping time",
    title_fr="Appel de répétition 2026 : entendre et garder l’heure",
    text_en="We look for start-ups that hear what moves under water, and for clocks that keep time without a signal.",
    text_fr="Nous cherchons de jeunes entreprises qui entendent ce qui bouge sous l’eau, et des horloges qui gardent l’heure sans signal.",
    opens_on=date(2026, 6, 1),
    closes_on=date(2026, 7, 10),
    closes_at=time(17),
)
SECTIONS = (programmes.Section("Your proposal", "Votre proposition"),)
QUESTIONS = (
    programmes.Question("short", "Summarise your proposal.", "Résumez votre proposition.", words_at_most=60),
    programmes.Question("long", "What is new against the state of the art?", "Qu’y a-t-il de nouveau par rapport à l’état de l’art ?", words_at_most=300),
    programmes.Question("number", "How many people work with you?", "Combien de personnes travaillent avec vous ?"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Applicant:
    """An invented start-up, what it proposes, and how its two reviewers score it by the order of the criteria."""

    name: str
    nation: str
    challenge: str
    summary: str
    people: int
    scores: tuple[tuple[int, int, int, int], ...] = ()
    is_complete: bool = True


APPLICANTS = (
    Applicant(start_ups.FJORDLYS, "NO", KEEL, "Passive hearing for harbours: three readings, each with its evidence.", 7, ((5, 4, 5, 4), (4, 5, 4, 4))),
    Applicant("Brisa Acústica Lda", "PT", KEEL, "A cable that hears along its whole length and needs no power at sea.", 11, ((4, 4, 4, 4), (5, 4, 4, 3))),
    Applicant(start_ups.LUMIERE, "FR", KEEL, "Lire les remous de surface par la lumière d’un port.", 4, ((4, 3, 3, 3), (3, 4, 4, 3))),
    Applicant("Karst Sensors d.o.o.", "SI", KEEL, "Seismic nodes from caves, turned to the shore.", 9, ((3, 3, 4, 4), (4, 3, 3, 3))),
    Applicant("Polder Hydro B.V.", "NL", KEEL, "Ears in dykes that tell a keel from a wave.", 15, ((3, 2, 4, 2), (2, 3, 3, 3))),
    Applicant("Vilnius Pulse UAB", "LT", KEEL, "A towed line for small boats.", 5, (), is_complete=False),
    Applicant("Baltic Tick OÜ", "EE", CLOCK, "A clock in a drop of rubidium, with a battery for a month.", 6),
    Applicant("Kaldera Timing ehf.", "IS", CLOCK, "Quartz that is told its age by its own heat.", 3),
    Applicant("Sava Oscillators d.o.o.", "HR", CLOCK, "Two crystals that watch each other.", 8),
)  # fmt: skip
SELECTED, RESERVE = (start_ups.FJORDLYS, "Brisa Acústica Lda"), (start_ups.LUMIERE,)
FEEDBACK = {
    start_ups.LUMIERE: {
        0: "La mesure est convaincante de nuit ; l’essai de jour manque.",
        1: "L’idée changerait la veille d’un port si elle tient par mauvais temps.",
    },
    start_ups.FJORDLYS: {
        0: "The trials are sound. Say how the sensor ages.",
        3: "The port authorities are named; name a navy.",
    },
}
TERMS = (
    "The programme funds the work described in the application with the amount of the phase. It takes no equity and no rights in "
    "what you make. Each milestone releases its part once two people of the programme accepted its evidence."
)
PLAN = (
    (date(2026, 11, 15), Decimal("40000.00"), "First sea trial, with its log", "Premier essai en mer, avec son journal"),
    (date(2027, 1, 31), Decimal("30000.00"), "Trial with an operator of a port", "Essai avec un opérateur portuaire"),
    (date(2027, 3, 31), Decimal("30000.00"), "Report on ageing and on use", "Rapport sur le vieillissement et l’usage"),
)  # fmt: skip


def publish(*, system: Any) -> dict[str, str]:
    """Publish the programme with its challenges; its public id by the word that the reviewers' accounts use."""
    with clock.standing_at(PUBLISHED_AT):
        programme = programmes.publish_programme(
            slug=SLUG,
            name_en="Rehearsal programme 2026",
            name_fr="Programme de répétition 2026",
            call=programmes.Call(FACTS.opens_on, FACTS.closes_on),
            cohort_year=2026,
            phase_1_starts_on=BEGAN_ON,
            funding=programmes.Funding(Decimal("100000.00"), 6, Decimal("300000.00"), 6),
            basis="illustrative",
            source=SOURCE,
            note_en="Invented, to show how applications are judged and a cohort is funded.",
            note_fr="Inventé, pour montrer comment les candidatures sont jugées et une cohorte financée.",
            by=system,
            at=PUBLISHED_AT,
        )
        for order, (code, english, french) in enumerate(CHALLENGES, start=1):
            programmes.publish_challenge(
                programme, code=code, order=order, title_en=english, title_fr=french, basis="illustrative", source=SOURCE, by=system, at=PUBLISHED_AT
            )  # fmt: skip
    return {"rehearsal": programme.public_id}


def play(*, system: Any) -> None:
    """From the call to the first payment, each step by the people whose it is."""
    first, second = _person(people.PROGRAMMES), _person(people.SECOND_PROGRAMMES)
    call = _published_call(first, second)
    rows = {one.name: _sent(one, call, system=system) for one in APPLICANTS}
    _screened(rows, by=first)
    _reviewed(call, rows, by=first)
    _decided(call, rows, first, second)
    joined = [_joined(rows[name], first, second) for name in SELECTED]
    _funded(joined[0], first, second)
    with clock.standing_at(PAID_AT):
        organisations.give_consent(
            rows[start_ups.FJORDLYS].organisation, TIMELINE, by=_person(people.OWNER), at=PAID_AT
        )  # fmt: skip


def _published_call(first: Any, second: Any) -> Any:
    with clock.standing_at(PUBLISHED_AT):
        programme: Any = challenges.by_slug(SLUG)
        call = programmes.draft_call(programme, FACTS, by=first, at=PUBLISHED_AT, illustrative=True)
        programmes.set_sections(call, SECTIONS, by=first, at=PUBLISHED_AT)
        programmes.set_questions(challenges.sections(call)[0], QUESTIONS, by=first, at=PUBLISHED_AT)
        programmes.set_criteria(call, CRITERIA, by=first, at=PUBLISHED_AT)
        call = programmes.submit_call(call, by=first, at=PUBLISHED_AT)
        return programmes.publish_call(call, digest=challenges.digest(call), by=second, at=PUBLISHED_AT)


def _sent(one: Applicant, call: Any, *, system: Any) -> Any:
    """Begun, written and submitted by its owner."""
    with clock.standing_at(SENT_AT):
        company: Any = known.named(one.name, "company") or organisations.register(
            name=one.name, kind="company", nation=one.nation, founded_on=date(2020, 3, 2), illustrative=True, by=system, at=SENT_AT
        )  # fmt: skip
        owner = _owner(company, system=system)
        row = drafts.begin(call, company, challenges.challenge(one.challenge), by=owner, at=SENT_AT)
        new = f"Two products come near what {one.name} makes. Neither shows an operator its evidence; both need a station ashore."
        answers = {1: one.summary, 2: new, 3: str(one.people)}
        drafts.save(row, 1, {place: drafts.Typed(text, 0) for place, text in answers.items()}, by=owner, at=SENT_AT)
        drafts.submit(row, read=applications.digest(row), by=owner, at=SENT_AT)
        row.refresh_from_db()
        return row


def _owner(company: Any, *, system: Any) -> Any:
    address = {start_ups.FJORDLYS: people.OWNER, start_ups.LUMIERE: people.FRENCH_OWNER}.get(company.name)
    if address:
        return _person(address)
    word = company.name.split()[0].lower().encode("ascii", "ignore").decode()
    owner = people_services.add(
        email=f"owner@{word}.example", name=f"Owner of {company.name}", illustrative=True, by=system, at=SENT_AT
    )
    people_services.grant(
        owner, "startup-owner", scope_kind="organisation", scope_ref=company.public_id, starts_on=SENT_AT.date(), by=system, at=SENT_AT
    )  # fmt: skip
    return owner


def _screened(rows: dict[str, Any], *, by: Any) -> None:
    with clock.standing_at(SCREENED_AT):
        for one in APPLICANTS:
            reasons = (
                ""
                if one.is_complete
                else "The evidence named in the answers was not attached, and was not sent when asked."
            )
            reviews.screen(
                rows[one.name], is_complete=one.is_complete, is_eligible=True, reasons=reasons, by=by, at=SCREENED_AT
            )


def _reviewed(call: Any, rows: dict[str, Any], *, by: Any) -> None:
    """The first challenge by both reviewers; of the second one is declared, one waits for a word, one has a conflict."""
    both = [_person(address) for address in people.REVIEWERS]
    with clock.standing_at(SCREENED_AT):
        reviews.set_plan(call, reviewers_each=2, most_each=12, due_on=date(2026, 12, 11), by=by, at=SCREENED_AT)
        given = {
            (one.name, number): reviews.assign(rows[one.name], reviewer, by=by, at=SCREENED_AT)
            for one in APPLICANTS
            if one.is_complete
            for number, reviewer in enumerate(both)
        }
    with clock.standing_at(REVIEWED_AT):
        for one in APPLICANTS:
            for number, values in enumerate(one.scores):
                _scored(given[one.name, number], values, call)
        said = {"Baltic Tick OÜ": "none", "Sava Oscillators d.o.o.": "conflict"}
        for name, says in said.items():
            reason = "I worked for this company until last year." if says == "conflict" else ""
            reviews.declare(rows[name], says=says, reason=reason, by=both[0], at=REVIEWED_AT)


def _scored(assignment: Any, values: tuple[int, ...], call: Any) -> None:
    by = assignment.reviewer
    reviews.declare(assignment.application, says="none", by=by, at=REVIEWED_AT)
    words = ("Shown in trials.", "It would change a watch.", "It answers the challenge.", "Customers are named.")
    scores = {
        one.pk: reviews.Given(value, said)
        for one, value, said in zip(challenges.criteria(call), values, words, strict=True)
    }
    reviews.save_review(assignment, scores, by=by, at=REVIEWED_AT)
    reviews.submit_review(assignment, by=by, at=REVIEWED_AT)


def _decided(call: Any, rows: dict[str, Any], first: Any, second: Any) -> None:
    criteria = challenges.criteria(call)
    with clock.standing_at(PROPOSED_AT):
        for name, texts in FEEDBACK.items():
            given = {criteria[place].pk: text for place, text in texts.items()}
            panels.write_feedback(rows[name], given, by=first, at=PROPOSED_AT)
        proposal = panels.propose(
            call,
            challenges.challenge(KEEL),
            selected=[rows[name] for name in SELECTED],
            reserve=[rows[name] for name in RESERVE],
            reason="The two first lie clear of the rest; the third is tied with the fourth and shows more at night.",
            release_on=RELEASED_AT.date(),
            by=first,
            at=PROPOSED_AT,
        )
        approved = panels.approve(proposal, digest=proposal.digest, by=second, at=PROPOSED_AT)
    with clock.standing_at(RELEASED_AT):
        panels.release(approved, by=first, at=RELEASED_AT)


def _joined(row: Any, first: Any, second: Any) -> Any:
    """Offered by one, released by another, accepted by the start-up's owner."""
    terms = cohorts.Terms(
        terms=TERMS,
        expires_at=OFFERED_AT + timedelta(days=21),
        challenge=row.challenge,
        application=row,
        technology="AUTONOMY",
    )
    with clock.standing_at(OFFERED_AT):
        offer = cohorts.make_offer(
            row.call.programme, row.organisation, terms, by=first, at=OFFERED_AT, illustrative=True
        )
        offer = cohorts.release_offer(offer, read=cohort_queries.digest(offer), by=second, at=OFFERED_AT)
    with clock.standing_at(AGREED_AT):
        return cohorts.accept(offer, read=offer.digest, by=row.begun_by, on=BEGAN_ON, at=AGREED_AT)


def _funded(participation: Any, first: Any, second: Any) -> None:
    """A plan, the first evidence accepted by two, its payment made once ethics is clear; the second evidence waits."""
    programme = participation.programme
    with clock.standing_at(AGREED_AT):
        grants.set_budget(programme, amount=BUDGET, reason="As decided for the cohort", by=first, at=AGREED_AT)
        phase = milestone_queries.get_phase(participation, "phase-1")
        lines = [milestones.Line(*line) for line in PLAN]
        plan = milestones.plan(phase, lines, by=first, at=AGREED_AT)
        _cleared(participation)
    with clock.standing_at(SHOWN_AT):
        given = milestones.submit(
            plan[0], text="Log of nine watches at sea, 3 to 5 November.", by=_person(people.OWNER), at=SHOWN_AT
        )
    with clock.standing_at(PAID_AT):
        for by in (first, second):
            milestones.accept(plan[0], read=given.public_id, by=by, at=PAID_AT)
        line = grants.propose(plan[0], amount=PLAN[0][1], key="rehearsal-first-payment", by=first, at=PAID_AT)
        line = grants.approve(line, by=second, on=PAID_AT.date(), at=PAID_AT)
        grants.pay(line, paid_on=PAID_AT.date(), reference="R26-0001", by=first, on=PAID_AT.date(), at=PAID_AT)


def _cleared(participation: Any) -> None:
    officer, second = _person(people.OFFICER), _person(people.SECOND_OFFICER)
    day = AGREED_AT.date()
    subject = ethics_queries.subject_of("participation", participation.public_id)
    review = ethics.open_review(
        subject, officer=officer, second=second, on=day, by=officer, at=AGREED_AT, illustrative=True
    )
    ethics.ask_startup(review, by=officer, at=AGREED_AT)
    owner = _person(people.OWNER)
    given = [Given(one.question, "We answered this for the illustration.") for one in ethics_queries.asked(review)]
    ethics.give_answers(review, given, by=owner, at=AGREED_AT)
    wanted = ethics.NewCondition(
        "Record who may switch the sensor off, and how", "The page of the manual", owner, date(2026, 12, 18)
    )
    found = Assessment("low", "conditions", "Nothing stands against it once this is recorded.", RENEWED_BY, [wanted])
    review = ethics.assess(review, found, on=day, by=officer, at=AGREED_AT)
    with clock.standing_at(SHOWN_AT):
        renewal = ethics.renew(review, subject, on=SHOWN_AT.date(), by=officer, at=SHOWN_AT)
        ethics.ask_startup(renewal, by=officer, at=SHOWN_AT)


def _person(address: str) -> Any:
    return accounts.by_email(address)
