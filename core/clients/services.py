"""Asking for a client, deciding on it, its secrets, revoking it; counting and noting its calls."""

import hmac
import secrets
from datetime import date, datetime, timedelta
from ipaddress import ip_network
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AccessToken, Application

from core import locks
from core.api import scopes as api_scopes
from core.api.scopes import Domain
from core.audit import services as audit
from core.audit.kinds import declare
from core.clients import rules
from core.clients.lifecycle import State, leads_to
from core.clients.models import Client, ClientCall, ClientMinute, ClientSecret
from core.clients.queries import USAGE_KEPT
from core.errors import Conflict, Invalid, NotPermitted
from core.organisations.models import Organisation
from core.people import policy
from core.people import rules as people
from core.people import scopes as reaches
from core.people.models import User
from core.people.roles import PARTNER_SYSTEM, Scope
from core.people.services import grants

REQUESTED = declare("client.requested", _("{actor} asked for the client {name} of {organisation}."))
APPROVED = declare("client.approved", _("{actor} approved the client {subject}."))
REFUSED = declare("client.refused", _("{actor} refused the client {subject}: {reason}."))
REVOKED = declare("client.revoked", _("{actor} revoked the client {subject}: {reason}."))
SECRET_MADE = declare(
    "client.secret_made", _("{actor} made a secret of the client {subject}, beginning with {prefix}.")
)

LONGEST = timedelta(days=365)
OVERLAP = timedelta(days=7)
"""How long the secret before holds beside the new one."""
MOST_OVERLAP = timedelta(days=30)
_COUNT = """
WITH here AS (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO core_clientminute AS kept (client_id, minute, calls) SELECT %s, %s, 1 FROM here
    ON CONFLICT (client_id, minute) DO UPDATE SET calls = kept.calls + 1 RETURNING calls
"""
_NOTE = """
INSERT INTO core_clientcall (client_id, at, method, route, status, milliseconds, request_id, from_address)
VALUES (%(client)s, %(at)s, %(method)s, %(route)s, %(status)s, %(milliseconds)s, %(request_id)s, %(from_address)s)
"""


class SameHuman(NotPermitted):
    code = "client_by_a_second_person"
    sentence = _("Somebody else decides on a client than the person who asked for it.")


class AlreadyDecided(Conflict):
    code = "client_already_decided"
    sentence = _("This client was decided on already. Reload the page to see how it stands.")


class NotInUse(Conflict):
    code = "client_not_in_use"
    sentence = _("Only a client that is approved and not revoked has secrets, and can be revoked.")


class UnfitScopes(Invalid):
    code = "client_unfit_scopes"
    sentence = _("Choose scopes of one domain: of the fund, or of the accelerator.")


class UnfitReach(Invalid):
    code = "client_unfit_reach"
    sentence = _("A client of the fund reaches funds and Allies; one of the accelerator programmes and Allies.")


class UnfitAddress(Invalid):
    code = "client_unfit_address"
    sentence = _("Write each address or network on a line of its own, such as 192.0.2.7 or 192.0.2.0/24.")


class UnfitEnd(Invalid):
    code = "client_unfit_end"
    sentence = _("A client ends after today and within a year. Ask for another one before it does.")


class ReasonMissing(Invalid):
    code = "client_reason_missing"
    sentence = _("Say why, in a few words: the audit trail keeps it.")


@transaction.atomic
def request(
    *,
    organisation: Organisation,
    name: str,
    what_for: str,
    domain: str,
    scopes: list[str],
    reach: list[str],
    addresses: list[str],
    calls_a_minute: int,
    expires_on: date,
    by: User,
    on: date,
    at: datetime,
) -> Client:
    """Ask for a client. Nothing can call with it before another person has approved it.

    Raises NotPermitted, UnfitScopes, UnfitReach, UnfitAddress, UnfitEnd.
    """
    rules.require_run(by, reach, domain)
    _check(domain, scopes, reach, expires_on, on)
    client = Client.objects.create(
        organisation=organisation,
        name=name.strip(),
        what_for=what_for.strip(),
        domain=domain,
        scopes=sorted(set(scopes)),
        reach=sorted(set(reach)),
        addresses=_networks(addresses),
        calls_a_minute=calls_a_minute,
        expires_on=expires_on,
        requested_by=by,
        requested_at=at,
    )
    after = {
        "name": client.name,
        "organisation": organisation.public_id,
        "scopes": client.scopes,
        "reach": client.reach,
        "addresses": client.addresses,
        "expires_on": expires_on,
    }
    audit.record(REQUESTED, client.public_id, by=by, after=after)
    return client


@transaction.atomic
def approve(client: Client, *, by: User, on: date, at: datetime) -> Client:
    """Let a client that somebody else asked for call, once it has a secret. Raises NotPermitted, SameHuman, AlreadyDecided."""
    row = _to_decide(client, by)
    if row.expires_on < on:
        raise UnfitEnd
    person = User.objects.create_person(
        email=f"{row.public_id}@clients.invalid",
        name=row.name,
        is_illustrative=row.organisation.is_illustrative,
        created_at=at,
    )
    named = [one.partition(":") for one in row.reach]
    for kind, ref in [(Scope.ORGANISATION, row.organisation.public_id), *((Scope(k), ref) for k, _colon, ref in named)]:
        grants.give(
            person,
            PARTNER_SYSTEM.slug,
            scope_kind=kind,
            scope_ref=ref,
            starts_on=on,
            ends_before=row.expires_on + timedelta(days=1),
            by=by,
            at=at,
            reason=row.public_id,
        )
    row.application = Application.objects.create(
        client_id=row.public_id,
        client_secret="",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        name=row.name,
        user=person,
    )
    row.person, row.state, row.decided_by, row.decided_at = person, State.APPROVED, by, at
    row.save(update_fields=["person", "application", "state", "decided_by", "decided_at"])
    audit.record(APPROVED, row.public_id, by=by, after={"scopes": row.scopes, "reach": row.reach})
    return row


@transaction.atomic
def refuse(client: Client, *, reason: str, by: User, at: datetime) -> Client:
    """Turn a request down with a reason. Raises NotPermitted, SameHuman, AlreadyDecided, ReasonMissing."""
    row = _to_decide(client, by)
    row.state, row.decided_by, row.decided_at, row.decided_because = State.REFUSED, by, at, _reason(reason)
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_because"])
    audit.record(REFUSED, row.public_id, by=by, after={"reason": row.decided_because})
    return row


@transaction.atomic
def revoke(client: Client, *, reason: str, by: User, at: datetime) -> Client:
    """End a client at once: its tokens are gone, and no secret gets another. Raises NotPermitted, NotInUse."""
    row = _locked(client)
    rules.require_run(by, row.reach, row.domain)
    if not leads_to(row.state, State.REVOKED):
        raise NotInUse
    row.state, row.revoked_by, row.revoked_at, row.revoked_because = State.REVOKED, by, at, _reason(reason)
    row.save(update_fields=["state", "revoked_by", "revoked_at", "revoked_because"])
    AccessToken.objects.filter(application=row.application).delete()
    row.secrets.filter(ends_at__isnull=True).update(ends_at=at)
    row.secrets.filter(ends_at__gt=at).update(ends_at=at)
    audit.record(REVOKED, row.public_id, by=by, after={"reason": row.revoked_because})
    return row


@transaction.atomic
def make_secret(client: Client, *, by: User, at: datetime, overlap: timedelta = OVERLAP) -> str:
    """A new secret, told once and kept as a digest; the one before holds until the overlap ends.

    By people of the domain, or by the client itself. Raises NotPermitted, NotInUse.
    """
    row = _locked(client)
    if by.pk != row.person_id:
        rules.require_run(by, row.reach, row.domain)
    if row.state != State.APPROVED:
        raise NotInUse
    row.secrets.filter(ends_at__gt=at).update(ends_at=at)
    row.secrets.filter(ends_at__isnull=True).update(ends_at=at + min(max(overlap, timedelta()), MOST_OVERLAP))
    secret = f"nif_{secrets.token_hex(ClientSecret.PREFIX_LENGTH // 2)}_{secrets.token_urlsafe(32)}"
    _keep(row, secret, by=by, at=at)
    return secret


@transaction.atomic
def hand_out_secret(client: Client, secret: str, *, by: User, at: datetime) -> None:
    """Give an invented partner's client a secret that everybody may know: the demo's. Raises NotPermitted for a real one's."""
    row = _locked(client)
    if not by.is_system or not row.organisation.is_illustrative or row.state != State.APPROVED:
        raise NotPermitted
    _keep(row, secret, by=by, at=at)


def holds(client_id: str, secret: str, *, at: datetime) -> bool:
    """Whether it is a secret of the client that holds at the moment. Compared in constant time."""
    row = ClientSecret.objects.filter(prefix=_prefix(secret), client__public_id=client_id).first()
    kept = row.digest if row else "0" * 64
    is_same = any([hmac.compare_digest(kept, one) for one in ClientSecret.digests_of(secret)])  # noqa: C419 -- every one is compared
    return is_same and row is not None and (row.ends_at is None or at < row.ends_at)


def count(client: Client, *, at: datetime) -> int:
    """One more call in this minute; how many there are with it, judged in the statement that counts.

    What counts for a minute is not waited for until it is on the disk.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [client.pk, at.replace(second=0, microsecond=0)])
        return int(cursor.fetchone()[0])


def note_call(client: Client, **told: Any) -> None:
    """Keep that a call was answered. No audit row: this is the log itself."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, told | {"client": client.pk})


def forget_usage(*, at: datetime) -> int:
    """Remove calls and minutes older than 90 days; how many calls."""
    ClientMinute.objects.filter(minute__lt=at - USAGE_KEPT).delete()
    removed, _each = ClientCall.objects.filter(at__lt=at - USAGE_KEPT).delete()
    return removed


def _keep(row: Client, secret: str, *, by: User, at: datetime) -> None:
    kept = ClientSecret.objects.create(
        client=row, prefix=_prefix(secret), digest=ClientSecret.digests_of(secret)[0], made_by=by, made_at=at
    )
    audit.record(SECRET_MADE, row.public_id, by=by, after={"prefix": kept.prefix})


def _prefix(secret: str) -> str:
    """The part by which a secret is found: what follows ``nif_``."""
    return secret.partition("_")[2][: ClientSecret.PREFIX_LENGTH]


def _to_decide(client: Client, by: User) -> Client:
    row = _locked(client)
    rules.require_run(by, row.reach, row.domain)
    if people.is_same_human(by, row.requested_by):
        raise SameHuman
    if row.state != State.REQUESTED:
        raise AlreadyDecided
    return row


def _locked(client: Client) -> Client:
    rows = Client.objects.select_related("organisation", "requested_by", "application", "person")
    return locks.in_order(rows.filter(pk=client.pk)).get()


def _check(domain: str, scopes: list[str], reach: list[str], expires_on: date, on: date) -> None:
    policy.table()  # the packages declare their scopes beside its rows
    if not scopes or not api_scopes.fits(scopes, Domain(domain)):
        raise UnfitScopes(field="scopes")
    kinds = {"fund": {"fund", "nation"}, "accelerator": {"programme", "nation"}}[domain]
    known = set(reaches.names([Scope(kind) for kind in kinds]))
    if any(tuple(one.split(":", 1)) not in known for one in reach):
        raise UnfitReach(field="reach")
    if not on < expires_on <= on + LONGEST:
        raise UnfitEnd(field="expires_on")


def _networks(addresses: list[str]) -> list[str]:
    try:
        return sorted({str(ip_network(one.strip(), strict=False)) for one in addresses if one.strip()})
    except ValueError:
        raise UnfitAddress(field="addresses") from None


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing(field="reason")
    return reason.strip()
