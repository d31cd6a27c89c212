"""Conflicts of interest: what people stated, what data shows, and which reviews count in spite of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from accelerator.applications.lifecycle import State as Sent
from accelerator.applications.models import Application
from accelerator.reviews import rules
from accelerator.reviews.lifecycle import HIDING, OPENING, State
from accelerator.reviews.models import Assignment, Declaration, Review
from core.people.models import RoleGrant, User
from core.people.roles import Scope

PUBLIC_HOSTS = frozenset(
    {
        "aol.com",
        "fastmail.com",
        "free.fr",
        "gmail.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "laposte.net",
        "live.com",
        "mail.com",
        "mailbox.org",
        "me.com",
        "msn.com",
        "orange.fr",
        "outlook.com",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "tuta.com",
        "wanadoo.fr",
        "web.de",
        "yahoo.com",
        "yahoo.fr",
        "yandex.com",
        "zoho.com",
    }
)
"""Hosts that give an address to anybody: two people there have nothing in common."""


@dataclass(slots=True)
class Ties:
    """The people of start-ups, by the key of the organisation: humans with a role there, now or ever, and their mail domains."""

    humans: Mapping[int, set[int]] = field(default_factory=dict)
    domains: Mapping[int, set[str]] = field(default_factory=dict)

    def of(self, reviewer: User, organisation: int) -> str:
        """``role``, ``domain``, or nothing: what ties a reviewer to a start-up."""
        if reviewer.human in self.humans.get(organisation, ()):
            return "role"
        return "domain" if domain(reviewer.email) in self.domains.get(organisation, ()) else ""

    def marks(self, organisation: int) -> list[int | str]:
        """Everything by which somebody could be tied to a start-up."""
        return [*self.humans.get(organisation, ()), *self.domains.get(organisation, ())]


def ties(organisations: Mapping[str, int], within: QuerySet | None = None) -> Ties:
    """
    Who belongs to some start-ups, by public id and key, in one query however many they are.

    ``within`` is a query of their public ids, or of more: thousands of ids in a statement take longer than what it asks for.
    """
    humans: dict[int, set[int]] = defaultdict(set)
    domains: dict[int, set[str]] = defaultdict(set)
    wanted = list(organisations) if within is None else within
    grants = RoleGrant.objects.filter(scope_kind=Scope.ORGANISATION, scope_ref__in=wanted)
    said = grants.values_list("scope_ref", "person", "person__same_person_as", "person__email")
    for organisation, person, first, address in said:
        if (key := organisations.get(organisation)) is None:
            continue
        humans[key].add(first or person)
        if (host := domain(address)) not in PUBLIC_HOSTS:
            domains[key].add(host)
    return Ties(humans, domains)


def domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def assignments_that_count() -> QuerySet[Assignment]:
    """Assignments that stand and that no statement of their reviewer's hides; ``said`` is her last one."""
    rows = Assignment.objects.annotate(said=rules.last_said()).filter(
        ended_at__isnull=True, application__state=Sent.SUBMITTED
    )
    return rows.filter(Q(said__isnull=True) | Q(said__in=OPENING))


def owed() -> QuerySet[Assignment]:
    """Assignments that count and have no submitted review, of applications on which nobody decided yet."""
    return rules.without_decided(assignments_that_count().exclude(review__state=State.SUBMITTED), "application")


def reviews_that_count() -> QuerySet[Review]:
    """Submitted reviews whose reviewer's last statement is that she has no conflict, or that was cleared. A later one takes a review out again."""
    open_ones = Assignment.objects.annotate(said=rules.last_said()).filter(said__in=OPENING).values("pk")
    return Review.objects.filter(state=State.SUBMITTED, assignment__in=open_ones)


def hidden_from(keys: Iterable[int] | QuerySet) -> dict[int, set[int]]:
    """From whom some applications are hidden by the last statement about her: keys of people, by the key of the application."""
    later = Declaration.objects.filter(
        application=OuterRef("application"), person=OuterRef("person"), pk__gt=OuterRef("pk")
    )
    rows = Declaration.objects.filter(~Exists(later), application__in=keys, says__in=HIDING)
    found: dict[int, set[int]] = defaultdict(set)
    for application, person in rows.values_list("application", "person"):
        found[application].add(person)
    return found


def declarations(application: Application) -> list[Declaration]:
    """The last statement about each person, by name. The reasons are not for the desk to show."""
    rows = Declaration.objects.filter(application=application).order_by("person", "-pk").distinct("person")
    return sorted(rows.select_related("person", "declared_by"), key=lambda one: (one.person.name, one.pk))


def get_said(application: Application, public_id: str) -> Declaration | None:
    """The last statement about a person, by the person's public id; None where there is none."""
    rows = Declaration.objects.filter(application=application, person__public_id=public_id)
    return rows.select_related("person").order_by("-pk").first()


def hidden_among(person: User, keys: Iterable[int] | QuerySet) -> bool:
    """Whether a conflict keeps one of some applications, by their keys or a query of them, from the person."""
    wanted = Application.objects.filter(pk__in=keys)
    return wanted.exclude(pk__in=rules.without_conflicts(wanted, person).values("pk")).exists()


def without_conflicts(rows: rules.Rows, person: User, application: str = "") -> rules.Rows:
    """The one rule that hides, for the parts above: see ``rules.without_conflicts``."""
    return rules.without_conflicts(rows, person, application)


def add_decided(tell: Callable[[], QuerySet]) -> None:
    """For the part above that decides: see ``rules.add_decided``."""
    rules.add_decided(tell)
