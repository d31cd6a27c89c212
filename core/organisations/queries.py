"""What is known of organisations."""

from django.db.models import QuerySet

from core.errors import NotFound
from core.organisations.models import Consent, Organisation
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


def consents(organisation: Organisation, what: str) -> list[Consent]:
    """Every edition of a consent, the one that counts first."""
    return list(organisation.consents.filter(what=what).select_related("by").order_by("-edition"))


def consent_in_force(organisation: Organisation, what: str) -> Consent | None:
    """The consent as it was given last; None where it was never given, or withdrawn since."""
    last = organisation.consents.filter(what=what).select_related("by").order_by("-edition").first()
    return last if last is not None and last.is_given else None
