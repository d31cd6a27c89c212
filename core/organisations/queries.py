"""What is known of organisations."""

from django.db.models import QuerySet

from core.organisations.models import Consent, Organisation


def companies() -> QuerySet[Organisation]:
    """Every company that the fund or the accelerator deals with, by name."""
    return of_kinds(Organisation.Kind.COMPANY)


def of_kinds(*kinds: str) -> QuerySet[Organisation]:
    """Organisations of some kinds, with the nation of their head office, by name."""
    return Organisation.objects.filter(kind__in=kinds).select_related("nation").order_by("name", "pk")


def is_known(name: str, kind: str, nation: str | None) -> bool:
    """Whether there is one of this name, in whatever case, of the kind and the nation."""
    return Organisation.objects.filter(name__iexact=name.strip(), kind=kind, nation=nation).exists()


def named(name: str, kind: str) -> Organisation | None:
    """The organisation of this name and kind; the first registered where two nations have one of the same name."""
    return Organisation.objects.filter(name=name.strip(), kind=kind).order_by("pk").first()


def consents(organisation: Organisation, what: str) -> list[Consent]:
    """Every edition of a consent, the one that counts first."""
    return list(organisation.consents.filter(what=what).select_related("by").order_by("-edition"))


def consent_in_force(organisation: Organisation, what: str) -> Consent | None:
    """The consent as it was given last; None where it was never given, or withdrawn since."""
    last = organisation.consents.filter(what=what).select_related("by").order_by("-edition").first()
    return last if last is not None and last.is_given else None
