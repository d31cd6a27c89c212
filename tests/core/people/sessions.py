"""Signing in as a browser does, through the pages."""

import time

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from core.people.models import User

PASSWORD = "seven quiet herons"
PERIOD_SECONDS = 30


def with_factor(person: User) -> str:
    """Give the person a time-based factor; return its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def code(secret: str, *, periods: int = 0) -> str:
    """What the app shows now, or some periods from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD_SECONDS + periods))


def give_password(client: Client, email: str, password: str = PASSWORD, **query: str):
    return client.post(reverse("account_login", query=query), {"login": email, "password": password})


def give_code(client: Client, text: str):
    return client.post(reverse("mfa_authenticate"), {"code": text})


def sign_in(client: Client, person: User, secret: str, *, periods: int = 0) -> Client:
    give_password(client, person.email)
    give_code(client, code(secret, periods=periods))
    return client


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("core:settings")).status_code == 200


def fresh(client: Client, person: User) -> Client:
    """As if the person had just given the second factor."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client
