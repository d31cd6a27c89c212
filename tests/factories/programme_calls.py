"""Calls for applications as tests draft, complete and publish them."""

from dataclasses import replace
from datetime import date, datetime, time, timezone

from accelerator.challenges import queries, services

DRAFTED_AT = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
FACTS = services.Facts(
    title_en="Sensing in the deep",
    title_fr="Détecter en profondeur",
    text_en="We seek ways to see under water.",
    text_fr="Nous cherchons à voir sous l’eau.",
    zone="Europe/Brussels",
    opens_on=date(2026, 7, 1),
    opens_at=time(9),
    closes_on=date(2026, 8, 14),
    closes_at=time(17),
    agreement="contract",
    nations=("EE", "LU"),
)
SECTIONS = (services.Section("The idea", "L’idée"), services.Section("The team", "L’équipe"))
QUESTIONS = (
    services.Question(
        "long", "What is new?", "Qu’y a-t-il de neuf ?", "In plain words", "En mots simples", words_at_most=200
    ),
    services.Question(
        "choice", "How ready is it?", "Où en est-ce ?", options_en=["Idea", "Proof"], options_fr=["Idée", "Preuve"]
    ),
)
CRITERIA = (
    services.Criterion("Feasibility", "Faisabilité", 60, "Whether it can work", "Si cela peut marcher"),
    services.Criterion("Fit", "Adéquation", 40),
)


def drafted(programme, *, by, at=DRAFTED_AT, **given):
    return services.draft_call(programme, replace(FACTS, **given), by=by, at=at)


def completed(call, *, by, at=DRAFTED_AT):
    """With two sections, a question in each, and criteria that add up."""
    services.set_sections(call, SECTIONS, by=by, at=at)
    for section in queries.sections(call):
        services.set_questions(section, QUESTIONS, by=by, at=at)
    return services.set_criteria(call, CRITERIA, by=by, at=at)


def submitted(programme, *, by, at=DRAFTED_AT, **given):
    return services.submit_call(completed(drafted(programme, by=by, at=at, **given), by=by, at=at), by=by, at=at)


def published(programme, *, by, second, at=DRAFTED_AT, **given):
    call = submitted(programme, by=by, at=at, **given)
    return services.publish_call(call, digest=queries.digest(call), by=second, at=at)
