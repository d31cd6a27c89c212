"""What is known of organisations."""

from django.db.models import QuerySet

from core.organisations.models import Organisation


def companies() -> QuerySet[Organisation]:
    """Every company that the fund or the accelerator deals with, by name."""
    return Organisation.objects.filter(kind=Organisation.Kind.COMPANY).select_related("nation").order_by("name", "pk")


def named(name: str, kind: str) -> Organisation | None:
    """The organisation of this name and kind; the first registered where two nations have one of the same name."""
    return Organisation.objects.filter(name=name.strip(), kind=kind).order_by("pk").first()
