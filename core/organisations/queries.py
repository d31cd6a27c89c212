"""What is known of organisations."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.errors import NotFound
from core.organisations.models import Consent, OneCompany, Organisation
from core.people import rules
from core.people.models import User
from core.people.roles import Permission


def companies() -> QuerySet[Organisation]:
    """Every company that the fund or the accelerator deals with, by name."""
    return of_kinds(Organisation.Kind.COMPANY)


def of_kinds(*kinds: str) -> QuerySet[Organisation]:
    """Organisations of some kinds, with the nation of their head office, by name."""
    return kept().filter(kind__in=kinds).select_related("nation").order_by("name", "pk")


def is_known(name: str, kind: str, nation: str | None) -> bool:
    """Whether there is one of this name, in whatever case, of the kind and the nation."""
    return kept().filter(name__iexact=name.strip(), kind=kind, nation=nation).exists()


def named(name: str, kind: str) -> Organisation | None:
    """The organisation of this name and kind; the first registered where two nations have one of the same name."""
    return kept().filter(name=name.strip(), kind=kind).order_by("pk").first()


def name_of(public_id: str) -> str:
    """The name of an organisation; empty where nothing has this id."""
    return Organisation.objects.filter(public_id=public_id).values_list("name", flat=True).first() or ""


def nations_of(ids: Iterable[str]) -> dict[str, str | None]:
    """The nation of the head office of each organisation, by public id. No query where there are none."""
    wanted = set(ids)
    rows = Organisation.objects.filter(public_id__in=wanted).values_list("public_id", "nation_id") if wanted else ()
    return dict(rows)


def ids_of_nations(nations: Iterable[str]) -> QuerySet[Organisation, str]:
    """The public ids of the organisations with their head office in some nations, to filter by."""
    return Organisation.objects.filter(nation_id__in=set(nations)).values_list("public_id", flat=True)


def by_id(public_id: str) -> Organisation:
    """One of them, for whoever was let in by it. Raises NotFound."""
    found = Organisation.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def kept() -> QuerySet[Organisation]:
    """What the fund and the accelerator keep: whoever registers herself under a known name is not taken for its bearer."""
    return Organisation.objects.filter(is_self_registered=False)


def of_person(person: User) -> QuerySet[Organisation]:
    """The start-ups that the person acts for, by name."""
    own = rules.scopes_of(person, Permission.APPLICATION_WRITE)
    return Organisation.objects.filter(public_id__in=own).select_related("nation").order_by("name", "pk")


def get_own(person: User, public_id: str) -> Organisation:
    """One of them. Raises NotFound."""
    found = of_person(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def may_run(person: User, organisation: Organisation) -> bool:
    """Whether the person is an owner: describes the start-up, invites, gives and takes rights."""
    return rules.may(person, Permission.ORGANISATION_RUN, organisation.public_id)


def statements() -> QuerySet[OneCompany]:
    """Every statement about whose a start-up is, the last first."""
    at_hand = ("registered__nation", "kept__nation", "by", "agreed__by")
    return OneCompany.objects.select_related(*at_hand).order_by("-at", "-pk")


def get_statement(public_id: str) -> OneCompany:
    """Raises NotFound."""
    found = statements().filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def counts(statement: OneCompany) -> bool:
    """Whether no later statement was made about its start-up."""
    return not OneCompany.objects.filter(registered=statement.registered_id, edition__gt=statement.edition).exists()


def that_count(rows: QuerySet[OneCompany]) -> QuerySet[OneCompany]:
    """Those of them that are the last about their start-up."""
    later = OneCompany.objects.filter(registered=OuterRef("registered"), edition__gt=OuterRef("edition"))
    return rows.filter(~Exists(later))


def joined(organisation: Organisation) -> OneCompany | None:
    """The statement, agreed to by a second person, by which it is one company with another; None where it stands alone."""
    rows = statements().filter(Q(registered=organisation) | Q(kept=organisation), says=OneCompany.Says.ONE)
    return that_count(rows.filter(agreed__isnull=False)).first()


def one_with(organisation: Organisation) -> list[Organisation]:
    """The organisation, and after it the other one where two people stated that they are one company."""
    statement = joined(organisation)
    if statement is None:
        return [organisation]
    other = statement.kept if statement.registered_id == organisation.pk else statement.registered
    return [organisation, other]


def to_join() -> QuerySet[Organisation]:
    """Start-ups that registered themselves, and of which nobody states at present whose they are, by name."""
    taken = that_count(OneCompany.objects.filter(says=OneCompany.Says.ONE)).values("registered")
    rows = Organisation.objects.filter(is_self_registered=True).exclude(pk__in=taken)
    return rows.select_related("nation").order_by("name", "pk")


def to_be_joined() -> QuerySet[Organisation]:
    """Companies that are kept, and that nobody states at present to be a start-up's, by name."""
    taken = that_count(OneCompany.objects.filter(says=OneCompany.Says.ONE)).values("kept")
    return companies().exclude(pk__in=taken)


def consents(organisation: Organisation, what: str) -> list[Consent]:
    """Every edition of a consent, the one that counts first; of both organisations where two are one company."""
    rows = Consent.objects.filter(organisation__in=one_with(organisation), what=what)
    return list(rows.select_related("by").order_by("-at", "-pk"))


def consent_in_force(organisation: Organisation, what: str) -> Consent | None:
    """
    The consent as it was given last; None where it was never given, or withdrawn since.

    Where two organisations are one company, what was said last of either counts for both.
    """
    return in_force(consents(organisation, what))


def in_force(editions: list[Consent]) -> Consent | None:
    """The one that counts of all editions of a consent, where it gives it."""
    return editions[0] if editions and editions[0].is_given else None
