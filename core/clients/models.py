"""Clients of partner organisations, their secrets, and what they called."""

import hmac
from hashlib import sha256

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.api.scopes import Domain
from core.clients.lifecycle import STEPS, State
from core.identity import PublicIdField


class Client(models.Model):
    """
    A partner organisation's client, as it was asked for. What it may is fixed: for more, another one is asked for.

    ``person`` is its service account and ``application`` its row of the OAuth2 provider, both made at the approval.
    ``reach`` names what it may see as ``kind:ref``, such as ``nation:EE``; at the approval it becomes role grants.
    """

    public_id = PublicIdField(prefix="client")
    organisation = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, related_name="clients")
    name = models.CharField(max_length=80)
    what_for = models.CharField(max_length=500)
    domain = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Domain])
    scopes = models.JSONField(default=list)
    reach = models.JSONField(default=list)
    addresses = models.JSONField(default=list)
    """Networks as ``192.0.2.0/24`` from which alone it may call; empty for any."""
    calls_a_minute = models.PositiveIntegerField(default=600)
    expires_on = models.DateField()
    """The last day on which it may call."""
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State], default=State.REQUESTED)
    requested_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_because = models.CharField(max_length=300, blank=True, default="")
    revoked_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=300, blank=True, default="")
    person = models.OneToOneField(
        "core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="client_of_partner"
    )
    application = models.OneToOneField(
        "oauth2_provider.Application", on_delete=models.PROTECT, null=True, blank=True, related_name="client_of_partner"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="client_decided_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="requested") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="client_decided_by_and_at_together",
            ),
            models.CheckConstraint(
                condition=Q(state="revoked", revoked_by__isnull=False, revoked_at__isnull=False)
                | (~Q(state="revoked") & Q(revoked_by__isnull=True, revoked_at__isnull=True)),
                name="client_revoked_by_and_at_together",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "revoked"], person__isnull=False, application__isnull=False)
                | Q(state__in=["requested", "refused"], person__isnull=True, application__isnull=True),
                name="client_has_an_account_once_approved",
            ),
            models.CheckConstraint(
                condition=Q(calls_a_minute__gte=1, calls_a_minute__lte=6000), name="client_call_limit"
            ),
            models.CheckConstraint(condition=~Q(scopes=[]) & ~Q(name=""), name="client_has_scopes_and_a_name"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_the_lifecycle",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.Trigger(
                name="as_it_was_asked_for",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "((OLD.organisation_id, OLD.name, OLD.what_for, OLD.domain, OLD.scopes, OLD.reach, OLD.addresses, "
                    "OLD.calls_a_minute, OLD.expires_on, OLD.requested_by_id) IS DISTINCT FROM "
                    "(NEW.organisation_id, NEW.name, NEW.what_for, NEW.domain, NEW.scopes, NEW.reach, NEW.addresses, "
                    "NEW.calls_a_minute, NEW.expires_on, NEW.requested_by_id))"
                ),
                func=(
                    "RAISE EXCEPTION 'what a client may is fixed when it is asked for: ask for another one' "
                    "USING ERRCODE = 'restrict_violation';"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class ClientSecret(models.Model):
    """A secret of a client, kept as a keyed digest; two hold at once while one is rotated out."""

    PREFIX_LENGTH = 8

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="secrets")
    prefix = models.CharField(max_length=PREFIX_LENGTH, unique=True)
    """The part that may be shown, by which it is found."""
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    """Empty for the one in use; for the one before, the end of the overlap."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(ends_at__isnull=True), name="client_one_secret_without_an_end"
            )
        ]

    def __str__(self) -> str:
        return self.prefix

    @property
    def begin(self) -> str:
        """What of it may be shown."""
        return f"nif_{self.prefix}"

    @staticmethod
    def digests_of(secret: str) -> list[str]:
        """Keyed by the product's secret key, and by those that it had before."""
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return [hmac.new(f"core.clients.secret:{key}".encode(), secret.encode(), sha256).hexdigest() for key in keys]


class ClientMinute(models.Model):
    """How often a client called in one minute: the limit is judged by it, in the statement that counts."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="minutes")
    minute = models.DateTimeField()
    calls = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "minute"], name="client_minute_once")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.minute}"


class ClientCall(models.Model):
    """One call, as its partner may read it: nothing of what was sent or shown."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="calls")
    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    route = models.CharField(max_length=80)
    status = models.PositiveSmallIntegerField()
    milliseconds = models.PositiveIntegerField()
    request_id = models.CharField(max_length=40)
    from_address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["client", "-id"], name="client_call_newest"),
            models.Index(fields=["at"], name="client_call_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status}"
