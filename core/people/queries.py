"""What is known of people."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from core.people import rules
from core.people.models import Invitation, RoleGrant, User
from core.people.roles import ROLES, Permission


def system() -> User:
    """The user that background work acts as."""
    return User.objects.get(is_system=True)


def visible_to(person: User) -> QuerySet[User]:
    """Everybody, to whoever invites, grants or audits; otherwise the person alone."""
    people = User.objects.filter(is_system=False).order_by("name", "pk")
    if rules.may(person, Permission.PEOPLE_GRANT) or rules.reaches_everywhere(person, Permission.AUDIT_READ):
        return people
    return people.filter(pk=person.pk)


def invitations_visible_to(person: User) -> QuerySet[Invitation]:
    """Every invitation, to whoever invites or audits."""
    if rules.may(person, Permission.PEOPLE_INVITE) or rules.reaches_everywhere(person, Permission.AUDIT_READ):
        return Invitation.objects.select_related("invited_by").order_by("-invited_at", "pk")
    return Invitation.objects.none()


def grants_of(person: User) -> QuerySet[RoleGrant]:
    """Every grant that a person has or had, newest first."""
    return person.grants.select_related("granted_by", "revoked_by").order_by("-granted_at", "-pk")


def names_by_public_id(public_ids: set[str]) -> dict[str, str]:
    """Names for ids that stand in the audit trail; whoever was forgotten is missing."""
    return dict(User.objects.filter(public_id__in=public_ids).values_list("public_id", "name"))


def refuse_illustrative_accounts() -> None:
    """Stop a production process while demo accounts exist: their passwords are printed in the documentation."""
    if settings.PRODUCTION and User.objects.filter(is_illustrative=True).exists():
        raise ImproperlyConfigured(
            "This database holds demo accounts, so production does not start. Use a database that the demo never touched."
        )


def by_email(email: str) -> User | None:
    """The person behind an address, for the system's own work."""
    return User.objects.filter(email=email.strip().lower()).first()


def role_name(slug: str) -> str:
    """A role's name in the reader's language."""
    return str(ROLES[slug].name)
