"""The ranking of a challenge of a call, selections from it, and what an applicant is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, QuerySet, When
from django.db.models.functions import Coalesce

from accelerator.applications.lifecycle import State as Sent
from accelerator.applications.models import Application
from accelerator.challenges import queries as challenges
from accelerator.challenges.models import Call, CallCriterion, Challenge
from accelerator.panels import rules
from accelerator.panels.lifecycle import Outcome, State
from accelerator.panels.models import Feedback, Selection, SelectionLine
from accelerator.reviews import queries as reviews
from accelerator.reviews.lifecycle import Screened
from accelerator.reviews.models import Screening
from accelerator.scoring import calibration, ranks, scores
from core.audit import digests
from core.errors import NotFound
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

A_DAY = timedelta(days=1)
"""No clock is further ahead of UTC."""
OF_A_LINE = ("selection", "outcome", "place", "mean", "application__public_id", "application__organisation__name")


@dataclass(frozen=True, slots=True)
class Applicant:
    """An application as far as a ranking needs it: thousands of them are ranked, and a page of them is shown."""

    key: int
    public_id: str
    organisation: str
    is_illustrative: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One application in the ranking. Scores run from 0 to 5; without a review it has no rank."""

    application: Applicant
    given: tuple[Decimal, ...]
    """What each review that counts gave."""
    corrected: Decimal | None
    rank: ranks.Ranked[int] | None

    @property
    def reviews(self) -> int:
        return len(self.given)

    @property
    def mean(self) -> Decimal | None:
        return self.rank.mean if self.rank else None

    @property
    def spread(self) -> scores.Spread | None:
        return scores.spread(self.given)


@dataclass(frozen=True, slots=True)
class Ranking:
    """What passed its screening, the best mean first; then what nobody reviewed; and what was screened out or waits."""

    call: Call
    challenge: Challenge | None
    places: tuple[Place, ...]
    screened_out: tuple[Applicant, ...]
    to_screen: tuple[Applicant, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything is screened, and each that passed has a review: then a selection can be proposed."""
        return not self.to_screen and all(one.reviews for one in self.places)


@dataclass(frozen=True, slots=True)
class Told:
    """What an applicant reads once the decision is released."""

    outcome: Outcome
    place: int | None
    words: tuple[tuple[CallCriterion, str], ...]
    screening: Screening | None


def ranking(call: Call, challenge: Challenge | None, applicants: Sequence[Applicant]) -> Ranking:
    """Rank applications of one challenge: those that somebody may see. In the same few queries however many they are."""
    within = everyone(call, challenge).values("pk")
    screened = reviews.outcomes([one.key for one in applicants], within)
    by_outcome: dict[Screened, list[Applicant]] = {one: [] for one in Screened}
    for one in applicants:
        by_outcome[screened[one.key]].append(one)
    passed = {one.key: one for one in by_outcome[Screened.PASSED]}
    given = reviews.scores_of(call, list(passed), within)
    corrected = calibration.corrected_means(given)
    found = {one.key: one for one in ranks.ranked({key: list(each.values()) for key, each in given.items()})}
    order = [*found, *(key for key in passed if key not in found)]
    places = [Place(passed[key], tuple(given[key].values()), corrected.get(key), found.get(key)) for key in order]
    return Ranking(
        call,
        challenge,
        tuple(places),
        tuple(by_outcome[Screened.FAILED]),
        tuple(by_outcome[Screened.WAITS]),
    )


def applicants(call: Call, challenge: Challenge | None) -> list[Applicant]:
    """Everything that was sent to a challenge of a call and stands, by the name of the start-up."""
    return _narrow(everyone(call, challenge))


def everyone(call: Call, challenge: Challenge | None) -> QuerySet[Application]:
    return Application.objects.filter(call=call, challenge=challenge, state=Sent.SUBMITTED)


def seen_by(call: Call, challenge: Challenge | None, *, person: User, at: datetime) -> list[Applicant]:
    """Those of them that are at the person's desk."""
    return _narrow(reviews.at_desk(person, at=at).filter(call=call, challenge=challenge, state=Sent.SUBMITTED))


def topics(call: Call) -> list[Challenge | None]:
    """The challenges of a call; the call as a whole where its programme has none."""
    return list(challenges.challenges_of(call.programme)) or [None]


def topic(call: Call, public_id: str) -> Challenge | None:
    """A challenge of a call by its public id, the first where none is named. Raises NotFound."""
    offered = topics(call)
    if not public_id:
        return offered[0]
    for one in offered:
        if one is not None and one.public_id == public_id:
            return one
    raise NotFound


def visible_to(person: User) -> QuerySet[Selection]:
    """The selections of the programmes that the person runs, the latest first; none that speaks of what a conflict hides."""
    rows = Selection.objects.select_related("call", "call__programme", "challenge", "proposed_by", "decided_by")
    if not people_rules.may(person, Permission.PROGRAMME_PUBLISH):
        return rows.none()
    if not people_rules.reaches_everywhere(person, Permission.PROGRAMME_PUBLISH):
        own = people_rules.scopes_of(person, Permission.PROGRAMME_PUBLISH)
        rows = rows.filter(call__programme__public_id__in=own)
    seen = reviews.without_conflicts(SelectionLine.objects.all(), person, "application")
    hidden = SelectionLine.objects.exclude(pk__in=seen.values("pk"))
    return rows.exclude(pk__in=hidden.values("selection")).order_by("-proposed_at", "-pk")


def get_selection(person: User, public_id: str) -> Selection:
    """A selection that the person may see. Raises NotFound."""
    found = visible_to(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def standing_selection(call: Call, challenge: Challenge | None) -> Selection | None:
    """The one that is proposed, approved or released; None where there is none or it was sent back."""
    return Selection.objects.filter(call=call, challenge=challenge).exclude(state=State.SENT_BACK).first()


def lines(selection: Selection, person: User) -> QuerySet[SelectionLine]:
    """What the selection says of each application that the person may see: selected first, then the reserve list in order."""
    place = Case(*(When(outcome=one, then=number) for number, one in enumerate(Outcome)))
    rows = selection.lines.select_related("application__organisation").only(*OF_A_LINE)
    kept = reviews.without_conflicts(rows, person, "application")
    return kept.order_by(
        place, Coalesce("place", 0), F("mean").desc(nulls_last=True), "application__organisation__name", "pk"
    )


def counts(selection: Selection, person: User) -> dict[Outcome, int]:
    """How many of them it selects, keeps in reserve, and so on; without what there is none of."""
    rows = reviews.without_conflicts(selection.lines.all(), person, "application")
    found = dict(rows.order_by().values_list("outcome").annotate(number=Count("pk")))
    return {one: found[one] for one in Outcome if one in found}


def content(
    outcomes: Mapping[str, tuple[str, int | None]], means: Mapping[str, Decimal | None], **stated: Any
) -> dict[str, Any]:
    """Everything that a selection says, as plain values; applications by their public ids."""
    told = [
        [key, outcome, place, None if (mean := means.get(key)) is None else f"{mean:.4f}"]
        for key, (outcome, place) in sorted(outcomes.items())
    ]
    return {"lines": told} | stated


def digest_now(selection: Selection) -> str:
    """The digest of the selection as scores and screenings stand now: what changed since it was proposed shows."""
    table = ranking(selection.call, selection.challenge, applicants(selection.call, selection.challenge))
    said = {
        key: (outcome, place)
        for key, outcome, place in selection.lines.values_list("application__public_id", "outcome", "place")
    }
    return digest(selection.call, selection.challenge, table, said, selection.reason, selection.release_on.isoformat())


def digest(
    call: Call,
    challenge: Challenge | None,
    table: Ranking,
    outcomes: Mapping[str, tuple[str, int | None]],
    reason: str,
    release_on: str,
) -> str:
    means = {one.application.public_id: one.mean for one in table.places}
    out = sorted(one.public_id for one in table.screened_out)
    stated = {
        "call": call.public_id,
        "challenge": challenge.public_id if challenge else "",
        "reason": reason,
        "release_on": release_on,
        "screened_out": out,
        "screened": sorted(means),
    }
    return digests.digest(content(outcomes, means, **stated))


def to_release(*, at: datetime) -> list[Selection]:
    """Approved selections whose day has come on the clocks of their call, the earliest day first."""
    soon = Selection.objects.filter(state=State.APPROVED, release_on__lte=(at + A_DAY).date())
    rows = soon.select_related("call__programme").order_by("release_on", "pk")
    return [one for one in rows if rules.is_due(one, at=at)]


def released_line(application: Application) -> SelectionLine | None:
    """What was told about an application; None before its release."""
    rows = SelectionLine.objects.filter(application=application, selection__state=State.RELEASED)
    return rows.select_related("selection").first()


def is_told(application: Application) -> bool:
    return released_line(application) is not None


def decided() -> QuerySet:
    """Keys of the applications that an approved or released selection speaks of."""
    rows = SelectionLine.objects.filter(selection__state__in=[State.APPROVED, State.RELEASED])
    return rows.values("application")


def decided_line(application: Application) -> SelectionLine | None:
    """What was approved about an application, told or not yet; for the product alone until it is released."""
    rows = SelectionLine.objects.filter(application=application, selection__state__in=[State.APPROVED, State.RELEASED])
    return rows.select_related("selection").first()


def told(application: Application) -> Told | None:
    """What the applicant reads: the outcome and the programme's words; no score and nobody's name. None before the release."""
    line = released_line(application)
    if line is None:
        return None
    kept = feedback(application)
    listed = challenges.criteria(application.call)
    said = tuple((one, kept[one.pk].text) for one in listed if one.pk in kept)
    out = reviews.last_screenings([application.pk]).get(application.pk)
    is_out = line.outcome == Outcome.SCREENED_OUT
    return Told(Outcome(line.outcome), line.place, said, out if is_out else None)


def feedback(application: Application) -> dict[int, Feedback]:
    """The words for the applicant, by the key of the criterion."""
    return {one.criterion_id: one for one in application.feedback.select_related("criterion")}


def _narrow(rows: QuerySet[Application]) -> list[Applicant]:
    found = rows.order_by("organisation__name", "pk")
    return [Applicant(*one) for one in found.values_list("pk", "public_id", "organisation__name", "is_illustrative")]
