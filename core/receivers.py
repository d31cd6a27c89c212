"""Receivers of other parts' signals, and of the packages that sign people in, in one place."""

from typing import Any

import structlog
from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django_structlog import signals

from core import clock
from core.api import problems
from core.audit import queries as audit
from core.audit import sentences
from core.audit.models import AuditEvent
from core.audit.signals import recorded
from core.decisions import queries as decisions
from core.decisions import words as decision_words
from core.documents import words as document_words
from core.ethics import words
from core.notifications import closing, invitations
from core.notifications import queries as notifications
from core.people import own_data, queries, services, sessions
from core.people.models import Invitation, User
from core.people.signals import account_closed, invitation_written
from core.web import errors, requests
from core.webhooks.services import feed

sentences.word("role", queries.role_name)
sentences.word("type", queries.factor_name)
sentences.word("risk", words.risk)
sentences.word("outcome", words.outcome)
sentences.word("rule", document_words.rule)
errors.answer_otherwise(problems.of_page)
sentences.word("silence_ends", decision_words.told_moment)
sentences.word("in_effect_from", decision_words.told_moment)
sentences.word("arrived_at", decision_words.told_moment)
own_data.register("messages", notifications.held_of)
own_data.register("decisions", decisions.held_of)
own_data.register("what was done with the account", audit.held_of)


@receiver(signals.bind_extra_request_metadata)
def know_where_it_came_from(request: HttpRequest, **_: object) -> None:
    """Bind the client's address for log and audit; the person is bound once the session is read."""
    structlog.contextvars.unbind_contextvars("user_id")
    structlog.contextvars.bind_contextvars(from_address=requests.client_address(request))


@receiver(recorded)
def put_into_feed(event: AuditEvent, **_: object) -> None:
    """Partner systems are told of it: written in the transaction of the change."""
    feed.put(event)


@receiver(invitation_written)
def send_invitation(invitation: Invitation, token: str, **given: Any) -> None:
    """The mail is written in the transaction of the invitation."""
    invitations.write(invitation, token=token, at=given["at"])


@receiver(account_closed)
def say_farewell(person: User, address: str, **given: Any) -> None:
    """The mail is written, and messages go, in the transaction that closes the account."""
    closing.say(person, address=address, at=given["at"])


@receiver(user_logged_in)
def start_session(request: HttpRequest | None, **_: object) -> None:
    """The session's limits count from the sign-in, whatever the browser did before."""
    if request is not None:
        request.session.pop(sessions.SIGNED_IN_AT, None)
        sessions.keep(request.session, at=clock.now())


@receiver(account_signals.user_logged_in)
def note_sign_in(request: HttpRequest, user: User, **_: object) -> None:
    methods = {str(record.get("method")) for record in get_authentication_records(request, user)}
    services.note_sign_in(user, methods=sorted(methods))


@receiver(user_login_failed)
def note_sign_in_failed(credentials: dict[str, Any], **_: object) -> None:
    services.note_sign_in_failed(str(credentials.get("email") or ""))


@receiver(factor_signals.authenticator_added)
def note_factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    """Whoever just proved to hold a new factor need not prove it again at once; the session gets a new key."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)
    request.session.cycle_key()
    services.note_factor_added(user, kind=authenticator.type)


@receiver(factor_signals.authenticator_removed)
def note_factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    request.session.cycle_key()
    services.note_factor_removed(user, kind=authenticator.type)


@receiver(factor_signals.authenticator_reset)
def note_codes_replaced(request: HttpRequest, user: User, **_: object) -> None:
    request.session.cycle_key()
    services.note_codes_replaced(user)


@receiver(factor_signals.authentication_failed)
def note_factor_refused(user: User, **_: object) -> None:
    services.note_factor_refused(user)


@receiver([account_signals.password_changed, account_signals.password_set])
def note_password_changed(user: User, **_: object) -> None:
    services.note_password_changed(user)


@receiver(account_signals.password_reset)
def note_password_reset(user: User, **_: object) -> None:
    services.note_password_reset(user)


@receiver(account_signals.email_changed)
def note_address_changed(user: User, **_: object) -> None:
    services.note_address_changed(user)
