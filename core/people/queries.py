"""What is known of people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.people import rules, scopes
from core.people.models import Invitation, RoleGrant, User
from core.people.roles import ROLES, Permission, Scope

SESSIONS_LOOKED_AT = 5000
"""Sessions carry no person in a column, so they are opened one by one; more than these are not searched."""
NAME_MATCHES = 200
"""How many people a name may match in a search of the audit trail."""
FACTORS: dict[str, Promise] = {
    Authenticator.Type.TOTP: _("Code from an app"),
    Authenticator.Type.WEBAUTHN: _("Passkey"),
    Authenticator.Type.RECOVERY_CODES: _("Recovery codes"),
}


class UnknownAddress(Invalid):
    code = "unknown_address"
    sentence = _("No account has this address. Enter the one that the other account signs in with.")


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant in words. ``last_day`` is inclusive; ``state`` is held, planned, ended or revoked."""

    grant: RoleGrant
    role: str
    description: str
    over: str
    last_day: date | None
    state: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One row of the list of people. ``last_sign_in`` is by the clock of the product."""

    person: User
    roles: list[str]
    has_factor: bool
    needs_factor: bool
    last_sign_in: datetime | None


@dataclass(frozen=True, slots=True)
class InvitationLine:
    invitation: Invitation
    role: str
    over: str
    last_day: date | None
    has_expired: bool


@dataclass(frozen=True, slots=True)
class OpenSession:
    signed_in_at: datetime | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of a person, by name, and whether a role demands one."""

    names: list[str]
    is_needed: bool

    @property
    def is_missing(self) -> bool:
        return self.is_needed and not self.names


@dataclass(frozen=True, slots=True)
class Permitted:
    """What one person may do to another: page and services ask the same rules."""

    grant: bool
    disable: bool
    end_sessions: bool
    is_oneself: bool


def system() -> User:
    """The user that background work acts as."""
    return User.objects.get(is_system=True)


def who_may(permission: Permission, scope_ref: str, *, on: date) -> list[User]:
    """The active people whose grants in force on a day give a permission over a thing, by address."""
    able = [slug for slug, role in ROLES.items() if permission in role.permissions]
    grants = _in_force(on).filter(Q(scope_kind=Scope.EVERYWHERE) | Q(scope_ref=scope_ref), role__in=able)
    return list(User.objects.filter(pk__in=grants.values("person"), is_active=True).order_by("email"))


def visible_to(person: User) -> QuerySet[User]:
    """Everybody, to whoever invites, grants or audits; otherwise the person alone."""
    people = User.objects.filter(is_system=False).order_by("name", "pk")
    if rules.may(person, Permission.PEOPLE_GRANT) or rules.reads_everything(person):
        return people
    return people.filter(pk=person.pk)


def invitations_visible_to(person: User) -> QuerySet[Invitation]:
    """Every invitation, to whoever invites or audits."""
    if rules.may(person, Permission.PEOPLE_INVITE) or rules.reads_everything(person):
        return Invitation.objects.select_related("invited_by").order_by("-invited_at", "pk")
    return Invitation.objects.none()


def grants_of(person: User) -> QuerySet[RoleGrant]:
    """Every grant that a person has or had, newest first."""
    return person.grants.select_related("granted_by", "revoked_by").order_by("-granted_at", "-pk")


def grants_visible_to(person: User) -> QuerySet[RoleGrant]:
    """Every grant, to whoever grants; otherwise none but one's own."""
    grants = RoleGrant.objects.select_related("person", "granted_by", "revoked_by").order_by("-granted_at", "-pk")
    return grants if rules.may(person, Permission.PEOPLE_GRANT) else grants.filter(person=person)


def search(reader: User, *, on: date, q: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """People whom ``reader`` may see, narrowed by name or address, by a role held on a day, and by state."""
    people = visible_to(reader)
    if q:
        people = people.filter(Q(name__icontains=q) | Q(email__icontains=q))
    if role:
        people = people.filter(pk__in=_in_force(on).filter(role=role).values("person"))
    if state == "disabled":
        return people.filter(is_active=False)
    if state == "active":
        return people.filter(is_active=True)
    if state == "no-factor":
        demanding = [slug for slug, one in ROLES.items() if one.needs_second_factor]
        held = _in_force(on).filter(role__in=demanding).values("person")
        return people.filter(~_has_factor(), pk__in=held, is_active=True)
    return people


def lines(people: list[User], *, on: date) -> list[PersonLine]:
    """Rows for some people, in two queries however many they are."""
    held: dict[int, list[str]] = defaultdict(list)
    for person_id, role in _in_force(on).filter(person__in=people).order_by("role").values_list("person", "role"):
        if role not in held[person_id]:
            held[person_id].append(role)
    secured = set(Authenticator.objects.filter(user__in=people).values_list("user", flat=True))
    return [
        PersonLine(
            person,
            [role_name(slug) for slug in held[person.pk]],
            person.pk in secured,
            any(ROLES[slug].needs_second_factor for slug in held[person.pk]),
            person.last_login + settings.CLOCK_OFFSET if person.last_login else None,
        )
        for person in people
    ]


def grants_in_words(person: User, *, on: date) -> list[GrantLine]:
    """Every grant that a person has or had, those in force first, then the newest."""
    grants = list(grants_of(person))
    names = scopes.names({grant.scope_kind for grant in grants})
    found = [_grant_line(grant, names, on=on) for grant in grants]
    return sorted(found, key=lambda line: line.state not in {"held", "planned"})


def grant_in_words(grant: RoleGrant, *, on: date) -> GrantLine:
    return _grant_line(grant, scopes.names({grant.scope_kind}), on=on)


def open_invitations(reader: User, *, at: datetime) -> list[InvitationLine]:
    """Invitations that were neither used nor withdrawn, newest first; expired ones say so."""
    found = invitations_visible_to(reader).filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    names = scopes.names({one.scope_kind for one in found})
    return [_invitation_line(one, names, has_expired=one.expires_at <= at) for one in found]


def invitation_in_words(invitation: Invitation) -> InvitationLine:
    return _invitation_line(invitation, scopes.names({invitation.scope_kind}), has_expired=False)


def way_to_accept(invitation: Invitation, person: User | None) -> str:
    """How whoever opens the link goes on: join with the account that is signed in, sign in first, or make one."""
    address = EmailAddress.objects.filter(email=invitation.email, verified=True).select_related("user").first()
    if address is None:
        return "make"
    return "join" if person is not None and address.user_id == person.pk else "sign in"


def factors_of(person: User) -> Factors:
    kinds = Authenticator.objects.filter(user=person).order_by("pk").values_list("type", flat=True)
    return Factors([str(FACTORS[kind]) for kind in dict.fromkeys(kinds)], rules.needs_second_factor(person))


def sessions_of(person: User, *, at: datetime) -> list[OpenSession]:
    """Sessions that would still open, newest first. ``at`` is the moment by the clock of the product."""
    rows = Session.objects.filter(expire_date__gt=at - settings.CLOCK_OFFSET).order_by("-expire_date")
    found = [row.get_decoded() for row in rows[:SESSIONS_LOOKED_AT]]
    mine = [
        one
        for one in found
        if one.get(SESSION_KEY) == str(person.pk) and one.get(HASH_SESSION_KEY) == person.get_session_auth_hash()
    ]
    moments = [OpenSession(_moment(one.get("signed_in_at")), _moment(one.get("last_seen_at"))) for one in mine]
    return sorted(moments, key=lambda one: one.last_seen_at or at, reverse=True) if person.is_active else []


def by_address(reader: User, email: str) -> User:
    """The account of an address among those that the reader sees. Raises UnknownAddress."""
    found = visible_to(reader).filter(email=email.strip().lower(), is_system=False).first()
    if found is None:
        raise UnknownAddress(field="other")
    return found


def permitted(reader: User, person: User) -> Permitted:
    """What ``reader`` may do to ``person``: nobody gives a role to herself or disables herself, under any account."""
    is_oneself = rules.is_same_human(reader, person)
    may_disable = rules.may(reader, Permission.PEOPLE_DISABLE)
    return Permitted(
        grant=rules.may(reader, Permission.PEOPLE_GRANT) and not is_oneself,
        disable=may_disable and not is_oneself,
        end_sessions=may_disable,
        is_oneself=is_oneself,
    )


def may_verify_audit(reader: User) -> bool:
    return rules.may(reader, Permission.AUDIT_VERIFY)


def ids_of_people_named(text: str) -> set[str]:
    """Public ids of people whose name contains ``text``."""
    found = User.objects.filter(name__icontains=text).order_by("pk")
    return set(found.values_list("public_id", flat=True)[:NAME_MATCHES])


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


def factor_name(kind: str) -> str:
    """A second factor's name in the reader's language; the kind itself where it is not one."""
    return str(FACTORS.get(kind, kind))


def role_name(slug: str) -> str:
    """A role's name in the reader's language; the slug where a role is no longer known."""
    return str(ROLES[slug].name) if slug in ROLES else slug


def scope_name(kind: str) -> str:
    """A kind of thing that roles are held over, in words; the kind itself where it is none."""
    return str(scopes.label(kind)) if kind in set(Scope) else kind


def _in_force(on: date) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(
        Q(ends_before__isnull=True) | Q(ends_before__gt=on), revoked_at__isnull=True, starts_on__lte=on
    )


def _has_factor() -> Exists:
    return Exists(Authenticator.objects.filter(user=OuterRef("pk")))


def _grant_line(grant: RoleGrant, names: dict[tuple[str, str], str], *, on: date) -> GrantLine:
    role = ROLES[grant.role]
    over = _over(grant.scope_kind, grant.scope_ref, names)
    return GrantLine(
        grant, str(role.name), str(role.description), over, _last_day(grant.ends_before), _state(grant, on=on)
    )


def _invitation_line(one: Invitation, names: dict[tuple[str, str], str], *, has_expired: bool) -> InvitationLine:
    over = _over(one.scope_kind, one.scope_ref, names)
    return InvitationLine(one, role_name(one.role), over, _last_day(one.ends_before), has_expired)


def _over(kind: str, ref: str, names: dict[tuple[str, str], str]) -> str:
    """The name of the thing; its id where nobody keeps it any more."""
    return names.get((kind, ref)) or ref or str(scopes.label(kind))


def _last_day(ends_before: date | None) -> date | None:
    return ends_before - timedelta(days=1) if ends_before else None


def _state(grant: RoleGrant, *, on: date) -> str:
    if grant.revoked_at:
        return "revoked"
    if grant.ends_before and grant.ends_before <= on:
        return "ended"
    return "held" if grant.starts_on <= on else "planned"


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def holders(permission: Permission, *scope_refs: str, on: date) -> list[int]:
    """Keys of the active people who hold a permission over one of some things on a day, by a grant over it or over everything.

    A role for programmes that is held everywhere is held over every programme and over no fund.
    """
    return sorted({person for person, _scope in _held(permission, scope_refs, on)})


def holders_of_each(permission: Permission, scope_refs: Iterable[str], *, on: date) -> dict[str, tuple[int, ...]]:
    """The same by thing, in one query."""
    wanted = sorted(set(scope_refs))
    held = _held(permission, wanted, on) if wanted else []
    return {ref: tuple(sorted({person for person, scope in held if scope in {ref, ""}})) for ref in wanted}


def _held(permission: Permission, scope_refs: Iterable[str], on: date) -> list[tuple[int, str]]:
    slugs = [slug for slug, role in ROLES.items() if permission in role.permissions]
    grants = RoleGrant.objects.filter(
        Q(ends_before__isnull=True) | Q(ends_before__gt=on),
        scope_ref__in=[*scope_refs, ""],
        role__in=slugs,
        starts_on__lte=on,
        revoked_at__isnull=True,
        person__is_active=True,
    )
    return list(grants.values_list("person", "scope_ref"))
