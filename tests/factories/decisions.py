"""Proposals about a fund that exists in tests alone, made through the services, with what each needs around it."""

from datetime import datetime, time, timezone

from core.decisions import queries, services
from core.decisions.kinds import Kind
from core.people.roles import Permission
from tests.factories import nations, people

SCOPE = "fund_0123456789abcdef"
TEXT, COUNTED = "test-text", "test-counted"
NATIONS = ("EE", "LU", "SE")
BEGUN_AT = datetime(2027, 3, 25, 9, 30, tzinfo=timezone.utc)
"""A Thursday; Monday the 29th is a holiday in Belgium, and the clocks change in the night before it."""
HOUR = time(16)
ENDS_AT = datetime(2027, 3, 31, 14, tzinfo=timezone.utc)
"""Three working days later, at 16:00 of Brussels' summer."""
WORDS = services.NewText("A rule", "Une règle", "The rule holds.", "La règle vaut.", {"amount": "5.00"})


def kind(code=TEXT, **given):
    """A kind whose participants are the three nations."""
    usual = {
        "label": "Text",
        "circulate": Permission.FUND_DECIDE,
        "read": Permission.FUND_READ,
        "zone": "Europe/Brussels",
        "calendar": "BE",
        "scopes": lambda: [(SCOPE, "Test fund")],
        "entitled": lambda _scope, _at: list(NATIONS),
    }
    return Kind(code, **(usual | given))


def manager(system, **given):
    return people.person(role="fund-manager", scope_kind="fund", scope_ref=SCOPE, system=system, **given)


def representative(code, system, **given):
    return people.person(role="ally-representative", scope_kind="nation", scope_ref=code, system=system, **given)


def allies(system):
    """The three nations, each with somebody who speaks for it, by code."""
    for code in NATIONS:
        nations.ally(code, system=system)
    return {code: representative(code, system, language="fr" if code == "LU" else "en") for code in NATIONS}


def drafted(by, *, of=TEXT, text=WORDS, at=BEGUN_AT):
    return services.draft(of, SCOPE, text, by=by, at=at)


def circulated(proposal, by, *, days=3, hour=HOUR, zone="Europe/Brussels", calendar="BE", at=BEGUN_AT, **given):
    return services.circulate(
        proposal,
        digest=queries.last_text(proposal).digest,
        days=days,
        hour=hour,
        zone=zone,
        calendar=calendar,
        by=by,
        at=at,
        **given,
    )
