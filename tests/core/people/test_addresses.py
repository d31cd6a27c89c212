"""An address counts once its owner opened the link; a link opens once and not for ever."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from core.notifications.models import OutboundMail
from tests.core.people import sessions
from tests.factories import people

NEW = "new@example.org"
TOO_OLD = {
    "en": "This link no longer works: it was used before, or it is too old.",
    "fr": "Ce lien ne fonctionne plus",
}


@pytest.fixture
def member(system):
    """Somebody whose role asks for no second factor, so that the address may still be changed."""
    person = people.person(
        role="startup-member", scope_kind="organisation", scope_ref="org_x", email="old@example.org", system=system
    )
    person.set_password(sessions.PASSWORD)
    person.save()
    return person


@pytest.fixture
def link(member):
    """The link in the mail that confirms a new address."""
    client = Client()
    client.force_login(member)
    client.post(reverse("account_reauthenticate"), {"password": sessions.PASSWORD})
    client.post(reverse("account_email"), {"action_add": "", "email": NEW})
    return re.search(r"/account/confirm-email/\S+", OutboundMail.objects.get(recipient=NEW).body).group()


def page_of(link, language="en"):
    return html.unescape(Client(HTTP_ACCEPT_LANGUAGE=language).get(link).content.decode())


def test_a_link_confirms_the_address_that_it_was_sent_to(member, link):
    page = page_of(link)
    Client().post(link)

    assert f"Confirm that {NEW} is yours." in page
    assert EmailAddress.objects.get(email=NEW, user=member).verified


@pytest.mark.parametrize("language", TOO_OLD)
def test_a_link_opens_once(member, link, language):
    Client().post(link)

    again = page_of(link, language)
    sent_again = Client().post(link)

    assert TOO_OLD[language] in again
    assert sent_again.status_code == 404
    assert "<form" not in again.partition("<main")[2]


@pytest.mark.parametrize("language", TOO_OLD)
def test_a_link_that_is_forged_or_too_old_confirms_nothing(member, link, language):
    forged = page_of(reverse("account_confirm_email", args=["forged"]), language)
    with time_machine.travel(timedelta(days=3, seconds=1)):
        expired = page_of(link, language)
        sent = Client().post(link)

    assert TOO_OLD[language] in forged
    assert TOO_OLD[language] in expired
    assert sent.status_code == 404
    assert not EmailAddress.objects.get(email=NEW).verified
