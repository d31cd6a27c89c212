"""Making endpoints and rotating their secrets; pausing, resuming and disabling them; testing and replaying."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import identity, locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.errors import Conflict, Invalid, NotPermitted
from core.jobs import doorbell
from core.organisations.models import Organisation
from core.people.models import User
from core.webhooks import addresses, keeping, kinds, rules, signing, words
from core.webhooks.lifecycle import OPEN, Reason, Standing, State
from core.webhooks.models import Delivery, Endpoint, EndpointSecret

MADE = declare("webhook.made", _("{actor} let {url} be told of {scope}."))
CHANGED = declare("webhook.changed", _("{actor} changed the endpoint {subject}."))
ROTATED = declare(
    "webhook.secret_rotated", _("{actor} gave the endpoint {subject} a new secret; the one before ends at {ends_at}.")
)
PAUSED = declare("webhook.paused", _("{actor} paused the endpoint {subject}."))
RESUMED = declare("webhook.resumed", _("{actor} resumed the endpoint {subject}."))
DISABLED = declare("webhook.disabled", _("{actor} disabled the endpoint {subject}: {because}."))
TESTED = declare("webhook.tested", _("{actor} sent a test to the endpoint {subject}."))
REPLAYED = declare("webhook.replayed", _("{actor} had {count} messages sent to the endpoint {subject} again."))

DELIVER = "core.webhooks.deliver"
OVERLAP = timedelta(hours=24)
"""For how long the secret before still signs as well."""
LONGEST_OVERLAP = timedelta(days=7)
ENDPOINTS_AT_MOST = 10
"""Of one owner."""
TESTS_AN_HOUR = 20


class AddressUnfit(Invalid):
    code = "webhook_address_unfit"


class KindsUnknown(Invalid):
    code = "webhook_kinds_unknown"
    sentence = _("One of the events is not known. Choose from those that are offered.")


class OfNoPartner(Invalid):
    code = "webhook_of_no_partner"
    sentence = _("This account may know nothing of that. Choose the account of a partner’s system that may.")


class TooManyEndpoints(Conflict):
    code = "webhook_too_many_endpoints"
    sentence = _("A partner’s system has ten endpoints at most. Change one that is there.")


class TooManyTests(Conflict):
    code = "webhook_too_many_tests"
    sentence = _("Twenty tests an hour are enough. Try again in a while.")


class StandsAlready(Conflict):
    code = "webhook_stands_already"
    sentence = _("The endpoint stands like this already. Reload the page.")


class NotToReplay(Conflict):
    code = "webhook_not_to_replay"
    sentence = _("A message that still waits need not be sent again. Resume the endpoint if it is paused.")


class OverlapOutOfBounds(Invalid):
    code = "webhook_overlap_out_of_bounds"
    sentence = _("The secret before can hold for seven days at most.")


@transaction.atomic
def make(
    *,
    organisation: Organisation,
    owner: User,
    scope_kind: str,
    scope_ref: str,
    url: str,
    kinds_told: Iterable[str],
    contact: User,
    by: User,
    at: datetime,
) -> tuple[Endpoint, str]:
    """
    Let an address be told of a fund, programme or organisation. Returns it with its secret, which is shown this once.

    ``owner`` is the account of the partner's system: it is told what that may know. Raises NotPermitted, AddressUnfit,
    KindsUnknown, OfNoPartner, TooManyEndpoints.
    """
    if not rules.is_the_system(by, owner) and not rules.may_keep(by, scope_kind, scope_ref):
        raise NotPermitted
    if not rules.is_told_of(owner, scope_kind, scope_ref):
        raise OfNoPartner(field="owner")
    locks.by_name(f"endpoints of {owner.public_id}")
    if Endpoint.objects.filter(owner=owner).count() >= ENDPOINTS_AT_MOST:
        raise TooManyEndpoints
    made = Endpoint.objects.create(
        organisation=organisation,
        owner=owner,
        contact=contact,
        scope_kind=scope_kind,
        scope_ref=scope_ref,
        url=_fit(url),
        kinds=_known(kinds_told),
        made_by=by,
        made_at=at,
    )
    secret = _give_secret(made, by=by, at=at)
    after = {"url": made.url, "scope": scope_ref, "kinds": made.kinds, "owner": owner.public_id}
    audit.record(MADE, made.public_id, by=by, chain=_chain(made), after=after)
    return made, secret


@transaction.atomic
def change(endpoint: Endpoint, *, url: str, kinds_told: Iterable[str], by: User) -> Endpoint:
    """Raises NotPermitted, AddressUnfit, KindsUnknown."""
    row = _locked(endpoint, by)
    before = {"url": row.url, "kinds": row.kinds}
    row.url, row.kinds = _fit(url), _known(kinds_told)
    row.save(update_fields=["url", "kinds"])
    audit.record(
        CHANGED, row.public_id, by=by, chain=_chain(row), before=before, after={"url": row.url, "kinds": row.kinds}
    )
    return row


@transaction.atomic
def rotate(endpoint: Endpoint, *, by: User, at: datetime, overlap: timedelta = OVERLAP) -> str:
    """Give a new secret, shown this once; the one before signs as well until the overlap ends. Raises OverlapOutOfBounds."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise OverlapOutOfBounds(field="overlap")
    row = _locked(endpoint, by)
    row.secrets.filter(ends_at__gt=at).update(ends_at=at)
    row.secrets.filter(ends_at__isnull=True).update(ends_at=at + overlap)
    secret = _give_secret(row, by=by, at=at)
    audit.record(ROTATED, row.public_id, by=by, chain=_chain(row), after={"ends_at": at + overlap})
    return secret


@transaction.atomic
def pause(endpoint: Endpoint, *, by: User) -> Endpoint:
    """Let messages wait until it is resumed. Raises NotPermitted, StandsAlready."""
    row = _locked(endpoint, by)
    if row.standing != Standing.ACTIVE:
        raise StandsAlready
    return _stand(row, Standing.PAUSED, PAUSED, by=by)


@transaction.atomic
def resume(endpoint: Endpoint, *, by: User) -> Endpoint:
    """Send what waits, and be told again. Raises NotPermitted, StandsAlready."""
    row = _locked(endpoint, by)
    if row.standing == Standing.ACTIVE:
        raise StandsAlready
    doorbell.ring_after_commit(DELIVER)
    return _stand(row, Standing.ACTIVE, RESUMED, by=by)


@transaction.atomic
def disable(endpoint: Endpoint, *, by: User, because: Reason = Reason.BY_HAND) -> Endpoint:
    """Tell it nothing more until somebody resumes it; what waits is given up, with its reason. Raises NotPermitted."""
    row = _locked(endpoint, by)
    if row.standing == Standing.DISABLED:
        raise StandsAlready
    give_up_what_waits(row)
    return _stand(row, Standing.DISABLED, DISABLED, by=by, because=because)


def reseal() -> int:
    """Keep every secret that still signs under the present key of the product; how many were kept under one before."""
    count = 0
    for one in EndpointSecret.objects.order_by("pk").iterator():
        secret = keeping.unseal(one.sealed)
        if secret is not None and not keeping.is_present(one.sealed):
            count += EndpointSecret.objects.filter(pk=one.pk, sealed=one.sealed).update(sealed=keeping.seal(secret))
    return count


def give_up_what_waits(endpoint: Endpoint) -> int:
    """In the caller's transaction."""
    waiting = endpoint.deliveries.filter(state__in=OPEN)
    return waiting.update(state=State.DEAD, because=Reason.DISABLED, claim=None)


@transaction.atomic
def test(endpoint: Endpoint, *, by: User, at: datetime) -> Delivery:
    """Send a message about nothing, now. Raises NotPermitted, TooManyTests."""
    row = _locked(endpoint, by)
    lately = row.deliveries.filter(event__isnull=True, created_at__gt=at - timedelta(hours=1))
    if lately.count() >= TESTS_AN_HOUR:
        raise TooManyTests
    made = Delivery.objects.create(endpoint=row, message_id=identity.new("test"), next_at=at, created_at=at)
    audit.record(TESTED, row.public_id, by=by, chain=_chain(row))
    doorbell.ring_after_commit(DELIVER)
    return made


@transaction.atomic
def replay(endpoint: Endpoint, deliveries: Iterable[Delivery], *, by: User, at: datetime) -> int:
    """Send messages again that were delivered or given up, under the same ids. Raises NotPermitted, NotToReplay."""
    row = _locked(endpoint, by)
    keys = [one.pk for one in deliveries]
    again = row.deliveries.filter(pk__in=keys, state__in=[State.DELIVERED, State.DEAD])
    count = again.update(state=State.PENDING, because="", attempts=0, claims=0, claim=None, next_at=at)
    if not count:
        raise NotToReplay
    audit.record(REPLAYED, row.public_id, by=by, chain=_chain(row), after={"count": count})
    doorbell.ring_after_commit(DELIVER)
    return count


def _stand(row: Endpoint, standing: Standing, kind: Kind, *, by: User, because: str = "") -> Endpoint:
    before, row.standing, row.because = row.standing, standing, because
    row.save(update_fields=["standing", "because"])
    after = {"standing": standing, **({"because": because} if because else {})}
    audit.record(kind, row.public_id, by=by, chain=_chain(row), before={"standing": before}, after=after)
    return row


def _locked(endpoint: Endpoint, by: User) -> Endpoint:
    """The endpoint as it stands, held until the transaction ends, for somebody who may change it. Raises NotPermitted."""
    row = locks.in_order(Endpoint.objects.filter(pk=endpoint.pk)).get()
    rules.require_change(by, row)
    return row


def _give_secret(endpoint: Endpoint, *, by: User, at: datetime) -> str:
    secret = signing.new_secret()
    EndpointSecret.objects.create(endpoint=endpoint, sealed=keeping.seal(secret), made_by=by, made_at=at)
    return secret


def _fit(url: str) -> str:
    """The address without blanks around it. Raises AddressUnfit, in words."""
    written = url.strip()
    if fault := addresses.fault_of(written):
        raise AddressUnfit(words.FAULTS[fault], field="url")
    return written


def _known(codes: Iterable[str]) -> list[str]:
    told = sorted(set(codes))
    if kinds.unknown(told):
        raise KindsUnknown(field="kinds")
    return told


def _chain(endpoint: Endpoint) -> str:
    """That of the fund or programme; of a start-up's own endpoint the chain of the start-up."""
    return endpoint.scope_ref
