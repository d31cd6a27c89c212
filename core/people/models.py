"""People, the roles granted to them, and invitations."""

import hashlib
import hmac
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core import clock
from core.identity import PublicIdField
from core.nations.models import DateSpan
from core.people import roles


class People(BaseUserManager["User"]):
    """Creates people; only services call it."""

    def create_person(self, *, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        person = self.model(email=email.strip().lower(), name=name, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person, or the system itself. There is no superuser: what a person may do follows from grants alone."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    public_id = PublicIdField(prefix="person")
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, choices=[("en", "English"), ("fr", "Français")], default="en")
    theme = models.CharField(max_length=5, choices=Theme.choices, blank=True, default="")
    calendar = models.CharField(max_length=2, blank=True, default="")
    """ISO code of the nation whose working days the person keeps; empty for those of the fund's seat."""
    wants_digest = models.BooleanField(default=False)
    """One mail a day with all reminders rather than one each."""
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False)
    """The one user that background work acts as."""
    is_illustrative = models.BooleanField(default=False)
    """A demo account; production refuses to start while one exists."""
    session_epoch = models.PositiveIntegerField(default=0)
    """Raised to end every session of the person at once."""
    same_person_as = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="further_accounts"
    )
    """The first account of the human who holds this one as well, as an administrator stated; empty for a first account."""
    same_person_since = models.DateTimeField(null=True, blank=True)
    """The moment of that statement: what was approved before it is judged by what was known then."""
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = People()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="person_email_in_lower_case"),
            models.CheckConstraint(condition=~Q(same_person_as=F("id")), name="person_not_a_further_account_of_itself"),
            models.CheckConstraint(
                condition=Q(same_person_as__isnull=True, same_person_since__isnull=True)
                | Q(same_person_as__isnull=False, same_person_since__isnull=False),
                name="person_further_account_since_a_moment",
            ),
            models.UniqueConstraint(fields=["is_system"], condition=Q(is_system=True), name="person_one_system"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def human(self) -> int:
        """What two accounts of one human have in common: the key of the first."""
        return self.same_person_as_id or self.pk

    # What Django's admin and allauth ask of a user ----------------------------------------------
    @property
    def is_staff(self) -> bool:
        return any(grant.role in roles.STAFF for grant in self.grants_in_force())

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """No permission of Django's own opens anything here; the policy table does."""
        return False

    def has_perms(self, perm_list: Any, obj: object | None = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def get_short_name(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Any:
        return (self._session_hash(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: str) -> str:
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("core.people.session", value, secret=secret, algorithm="sha256").hexdigest()

    # Roles ----------------------------------------------------------------------------------------
    def grants_in_force(self, on: date | None = None) -> list["RoleGrant"]:
        """The grants that hold on a day, read once an instance: a revoked role is gone at the next request."""
        day = on or clock.today()
        if not hasattr(self, "_grants"):
            self._grants = list(RoleGrant.objects.raw(_GRANTS, [self.pk])) if self.pk else []
        return [grant for grant in self._grants if grant.holds_on(day)]

    def role_slugs(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants_in_force())

    def scope_refs(self, role: str, kind: roles.Scope) -> frozenset[str]:
        """What the person holds ``role`` over, such as the codes of nations."""
        return frozenset(g.scope_ref for g in self.grants_in_force() if g.role == role and g.scope_kind == kind)

    def forget_grants(self) -> None:
        """Drop what was read of the grants, after one was changed."""
        self.__dict__.pop("_grants", None)


_GRANTS = "SELECT * FROM core_rolegrant WHERE person_id = %s AND revoked_at IS NULL ORDER BY id"
"""Asked at every request, so written out: putting the same question together takes four times as long as asking it."""


class RoleGrant(models.Model):
    """A role given to a person, over something, from a day on; ``ends_before`` empty means until revoked."""

    public_id = PublicIdField(prefix="grant")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30)
    scope_kind = models.CharField(max_length=12)
    scope_ref = models.CharField(max_length=40, blank=True)
    """Public id or code of the fund, nation, programme or organisation; empty for everywhere."""
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants_given")
    granted_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="grants_revoked")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=sorted(roles.ROLES)), name="grant_of_a_known_role"),
            models.CheckConstraint(
                condition=Q(scope_kind__in=sorted(roles.Scope)), name="grant_over_a_known_kind_of_thing"
            ),
            models.CheckConstraint(
                condition=Q(scope_kind="everywhere", scope_ref="") | (~Q(scope_kind="everywhere") & ~Q(scope_ref="")),
                name="grant_names_its_scope",
            ),
            models.CheckConstraint(
                condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on")),
                name="grant_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=~Q(person=F("granted_by")), name="grant_never_to_oneself"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="grant_revoked_at_and_by_together",
            ),
            ExclusionConstraint(
                name="grant_once_at_a_time",
                expressions=[
                    (
                        DateSpan(
                            "starts_on", "ends_before", RangeBoundary(inclusive_lower=True, inclusive_upper=False)
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("scope_kind", RangeOperators.EQUAL),
                    ("scope_ref", RangeOperators.EQUAL),
                ],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        name = str(roles.ROLES[self.role].name)
        return f"{name} ({self.scope_ref})" if self.scope_ref else name

    def holds_on(self, day: date) -> bool:
        return (
            self.revoked_at is None and self.starts_on <= day and (self.ends_before is None or day < self.ends_before)
        )


class Invitation(models.Model):
    """An offer of an account with a first role. The link's secret is kept as a digest only."""

    public_id = PublicIdField(prefix="invitation")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="en")
    role = models.CharField(max_length=30)
    scope_kind = models.CharField(max_length=12)
    scope_ref = models.CharField(max_length=40, blank=True)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations_sent")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=sorted(roles.ROLES)), name="invitation_to_a_known_role"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")), name="invitation_expires_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at__isnull=True),
                name="invitation_accepted_at_and_by_together",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "scope_kind",
                "scope_ref",
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open_an_address_and_scope",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @staticmethod
    def digest_of(token: str) -> str:
        return hmac.new(b"core.people.invitation", token.encode(), hashlib.sha256).hexdigest()
