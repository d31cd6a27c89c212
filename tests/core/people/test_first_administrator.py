"""An empty installation begins with an invitation printed by a command; no password stands on a command line."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from core.people.models import User
from tests.core.people import sessions


def test_the_first_administrator_is_invited_by_command(db, capsys):
    call_command("create_administrator", email="First@example.org", name="First", language="fr")
    link = re.search(r"/invitation/\S+", capsys.readouterr().out).group()

    Client().post(link, {"name": "First", "password": sessions.PASSWORD, "again": sessions.PASSWORD})

    person = User.objects.get(email="first@example.org")
    assert person.role_slugs() == {"administrator"}
    assert person.language == "fr"


def test_an_address_that_is_none_or_is_taken_is_said_so(db):
    call_command("create_administrator", email="first@example.org", name="First")

    with pytest.raises(CommandError, match="open invitation"):
        call_command("create_administrator", email="first@example.org", name="First")
    with pytest.raises(CommandError):
        call_command("create_administrator", email="nobody", name="First")
