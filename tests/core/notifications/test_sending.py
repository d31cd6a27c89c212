"""A mail leaves once; one at which a worker stopped says so, and one that breaks its worker holds up nobody."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from core import clock
from core.notifications import services
from core.notifications.models import OutboundMail
from core.notifications.services.mail import HELD, UNCERTAIN

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Ends a worker as a kill does: nothing of ours catches it."""


@pytest.fixture
def write():
    def written(recipient="nora@example.org"):
        return services.write(recipient=recipient, language="en", subject="One", body="Two", at=clock.now())

    return written


@pytest.fixture
def provider(monkeypatch):
    """The list of what it took; ``breaks`` says what it raises and whether the mail was taken all the same."""

    class Provider(list):
        breaks = {}

    taken = Provider()

    def send(message, **_):
        failure, is_taken = taken.breaks.get(message.to[0], (None, True))
        if is_taken:
            taken.append(message.to[0])
        if failure:
            raise failure

    monkeypatch.setattr(EmailMessage, "send", send)
    return taken


def send(after=timedelta(0)):
    return services.send_waiting(at=clock.now() + after)


def stands(mail):
    row = OutboundMail.objects.get(pk=mail.pk)
    return row.state, row.attempts, row.failure


def test_a_mail_leaves_once(write, provider):
    mail = write()

    assert (send(), send(), send(HELD * 2)) == (1, 0, 0)

    assert provider == ["nora@example.org"]
    assert stands(mail) == ("sent", 1, "")


def test_a_worker_killed_between_the_provider_and_its_note_leaves_a_mail_that_is_marked(write, provider):
    mail = write()
    provider.breaks = {"nora@example.org": (Killed(), True)}
    with pytest.raises(Killed):
        send()
    provider.breaks = {}
    assert send() == 0, "until the time of a task is over the first worker may be at it yet"

    send(HELD)

    assert provider == ["nora@example.org"] * 2
    assert stands(mail) == ("sent", 2, UNCERTAIN)


def test_what_is_uncertain_stays_so_when_a_later_attempt_fails(write, provider):
    mail = write()
    provider.breaks = {"nora@example.org": (Killed(), True)}
    with pytest.raises(Killed):
        send()
    provider.breaks = {"nora@example.org": (ConnectionRefusedError(), False)}
    send(HELD)
    provider.breaks = {}

    send(HELD * 2)

    assert stands(mail) == ("sent", 3, UNCERTAIN)


def test_a_failure_is_told_by_its_name_and_forgotten_once_the_mail_left(write, provider):
    mail = write()
    provider.breaks = {"nora@example.org": (ConnectionRefusedError(), False)}
    send()
    assert stands(mail) == ("waiting", 1, "ConnectionRefusedError")
    provider.breaks = {}

    send(HELD)

    assert stands(mail) == ("sent", 2, "")


def test_a_mail_that_breaks_its_worker_is_given_up_and_holds_up_nobody(write, provider):
    poison, good = write("poison@example.org"), write()
    provider.breaks = {"poison@example.org": (ValueError("header"), False)}

    for turn in range(OutboundMail.ATTEMPTS_AT_MOST):
        with pytest.raises(ValueError, match="header"):
            send(HELD * turn)
        send(HELD * turn)
    send(HELD * 9)

    assert provider == ["nora@example.org"]
    assert stands(good) == ("sent", 1, "")
    assert stands(poison) == ("failed", OutboundMail.ATTEMPTS_AT_MOST, UNCERTAIN)
