"""Ethics reviews of the demo: principles as published, a questionnaire of ours, and reviews that are invented.

Of real companies nothing adverse is invented: their illustrative reviews are clear. Conditions, high risk and what is
late stand at a company that does not exist.
"""

from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from core import clock
from core.ethics import queries, services
from core.ethics.services.reviews import Assessment, Given
from core.organisations import services as organisations
from core.people import queries as accounts
from core.questionnaires import services as questionnaires
from demo import people, tables
from portfolio.investments import queries as holdings
from portfolio.investments import services as investments

PUBLISHED_ON = date(2024, 4, 2)
WORDS = "Illustrative answer."
REASONS = "Illustrative: the answers raise no question against the principles."
ORIGIN_EN = "A draft of this product’s makers, not a text of NATO, DIANA or the fund."
ORIGIN_FR = "Un projet des auteurs de ce produit, et non un texte de l’OTAN, de DIANA ou du fonds."
INVENTED = "Juniper Sensing"
HOLDS = timedelta(days=365)


def play(*, fund: Any, system: Any) -> None:
    """Principles and questionnaire first, then the reviews in the order of their days."""
    at = _moment(PUBLISHED_ON)
    with clock.standing_at(at):
        services.record_principles(_principles(), by=system, at=at)
        _publish(system, at)
    for number, holding in enumerate(holdings.visible_to(system).filter(fund=fund, kind="direct")):
        _clear(holding, number)
    _invented(fund)


def _principles() -> list[services.Told]:
    return [
        services.Told(
            **{
                key: row[key]
                for key in ("code", "family", "name_en", "name_fr", "meaning_en", "meaning_fr", "source", "basis")
            },
            order=int(row["order"]),
            adopted_on=date.fromisoformat(row["adopted_on"]) if row["adopted_on"] else None,
        )
        for row in tables.rows("principles")
    ]


def _publish(system: Any, at: datetime) -> None:
    asked = [
        questionnaires.Asked(
            row["code"], row["kind"], row["text_en"], row["text_fr"], row["group"], row["hint_en"], row["hint_fr"]
        )
        for row in tables.rows("ethics_questions")
    ]
    questionnaires.publish(
        "responsible-use",
        version=1,
        title_en="Responsible use",
        title_fr="Usage responsable",
        origin_en=ORIGIN_EN,
        origin_fr=ORIGIN_FR,
        asked=asked,
        by=system,
        at=at,
        illustrative=True,
    )


def _clear(holding: Any, number: int) -> None:
    """A clear review of a real company, renewed so that it holds; some renewals come due in the weeks to come."""
    first = queries.subject_of("holding", holding.public_id)
    day = date(2025, 12, 8) + timedelta(days=23 * number)
    review = _opened(first, day)
    _assessed(review, day + timedelta(days=3), risk="low", outcome="clear", expires_on=day + HOLDS)


def _invented(fund: Any) -> None:
    """A company that does not exist, seen before anything is bought of it: high risk, and conditions in every state."""
    day = date(2026, 9, 7)
    officer, second = _officers()
    manager: Any = accounts.by_email(people.MANAGER)
    with clock.standing_at(_moment(day)):
        company = organisations.register(
            name=INVENTED, kind="company", nation=None, by=manager, at=clock.now(), illustrative=True
        )
        holding = investments.open_holding(
            fund, company, kind="direct", technology="AI", currency="EUR", by=manager, at=clock.now()
        )
    review = _opened(queries.subject_of("holding", holding.public_id), day)
    conditions = [
        services.NewCondition(text, wanted, manager, due_on, is_blocking)
        for text, wanted, due_on, is_blocking in (
            (
                "Name the person who answers for the system in operation",
                "Letter of appointment",
                date(2026, 11, 6),
                True,
            ),
            ("Test how an operator stops the system", "Report of a test centre", date(2026, 12, 18), True),
            ("Record the sources of the training data", "Register of data sources", date(2026, 12, 4), False),
            ("File the legal opinion on the stated use", "Opinion, signed and dated", date(2026, 10, 30), False),
        )
    ]
    _assessed(
        review,
        day + timedelta(days=11),
        risk="high",
        outcome="conditions",
        expires_on=day + HOLDS,
        conditions=conditions,
        summary="Illustrative: an invented company, to show how conditions are followed up.",
    )
    with clock.standing_at(_moment(day + timedelta(days=14))):
        services.second(review, on=clock.today(), by=second, at=clock.now())
    of_review = {one.text: one for one in queries.conditions_visible_to(officer).filter(review=review)}
    with clock.standing_at(_moment(date(2026, 10, 21))):
        opinion = of_review["File the legal opinion on the stated use"]
        services.answer(opinion, evidence="Illustrative opinion, on file.", by=manager, at=clock.now())
        services.accept(opinion, by=officer, at=clock.now())
    with clock.standing_at(_moment(date(2026, 11, 19))):
        register = of_review["Record the sources of the training data"]
        services.answer(register, evidence="Illustrative register, in the data room.", by=manager, at=clock.now())


def _opened(subject: Any, day: date) -> Any:
    officer, second = _officers()
    with clock.standing_at(_moment(day)):
        return services.open_review(
            subject, officer=officer, second=second, on=day, by=officer, at=clock.now(), illustrative=True
        )


def _assessed(review: Any, day: date, *, conditions: Any = (), summary: str = REASONS, **found: Any) -> None:
    officer, _second = _officers()
    with clock.standing_at(_moment(day)):
        given = [
            Given(one.question, WORDS, False if one.question.kind == "yes-no" else None)
            for one in queries.asked(review)
        ]
        services.give_answers(review, given, by=officer, at=clock.now())
        assessment = Assessment(summary=summary, conditions=conditions, **found)
        services.assess(review, assessment, on=day, by=officer, at=clock.now())


def _officers() -> tuple[Any, Any]:
    return accounts.by_email(people.OFFICER), accounts.by_email(people.SECOND_OFFICER)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=timezone.utc)
