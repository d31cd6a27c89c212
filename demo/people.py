"""The people of the demo. All are invented; their password and second factors are printed for everybody to use."""

from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from core import clock
from core.people import queries, services

PASSWORD = "illustrative-2026"  # noqa: S105 -- printed on purpose: it opens the demo alone
JOINED_AT = datetime(2023, 7, 3, 8, 0, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Account:
    """``scope_ref`` may name a thing of the world by a word, such as "fund": its public id stands in for it."""

    email: str
    name: str
    role: str
    scope_kind: str
    scope_ref: str
    totp_secret: str
    language: str = "en"
    what_for: str = ""


ACCOUNTS = (
    Account("manager@fund.example", "Katri Lehtonen", "fund-manager", "fund", "fund", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZA", what_for="the pool, capital calls, holdings, books"),
    Account("analyst@fund.example", "Jonas Weber", "fund-analyst", "fund", "fund", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZB", what_for="capital calls and receipts, prepared for others to approve"),
    Account("partner@fund.example", "Inês Carvalho", "fund-manager", "fund", "fund", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZK", what_for="the second person on calls that the first prepared"),
    Account("committee@fund.example", "Maud Janssen", "valuation-committee", "fund", "fund", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZC", what_for="the pool; approves valuations"),
    Account("committee2@fund.example", "Henrik Dahl", "valuation-committee", "fund", "fund", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZN", what_for="the second person who approves valuations"),
    Account("estonia@allies.example", "Liis Tamm", "ally-representative", "nation", "EE", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZD", what_for="the account of Estonia"),
    Account("luxembourg@allies.example", "Claire Muller", "ally-representative", "nation", "LU", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZE", language="fr", what_for="the account of Luxembourg, in French"),
    Account("sweden@allies.example", "Elin Nyström", "ally-representative", "nation", "SE", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZF", what_for="the account of Sweden, a partner since 2024"),
    Account("programme@accelerator.example", "Tomás Ferreira", "programme-manager", "everywhere", "", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZG", what_for="the programmes"),
    Account("colleague@accelerator.example", "Lukas Horák", "programme-manager", "everywhere", "", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZO", what_for="the second person on calls for applications"),
    Account("ethics@accelerator.example", "Ingrid Solberg", "ethics-officer", "everywhere", "", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZH", what_for="ethics reviews and what falls due"),
    Account("second@accelerator.example", "Nadia Benali", "ethics-officer", "everywhere", "", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZM", language="fr", what_for="ethics reviews, in French"),
    Account("auditor@fund.example", "Piotr Zieliński", "auditor", "everywhere", "", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZI", what_for="everything, to read; the audit trail"),
    Account("administrator@fund.example", "Ayşe Demir", "administrator", "everywhere", "", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZJ", what_for="people, roles, reference data"),
    Account("reviewer@reviews.example", "Marta Kowalska", "reviewer", "programme", "rehearsal", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZS", what_for="applications to declare on, to read and to score"),
    Account("other@reviews.example", "Émile Laurent", "reviewer", "programme", "rehearsal", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZT", language="fr", what_for="another reviewer, in French"),
    Account("ida@fjordlys.example", "Ida Solheim", "startup-owner", "organisation", "fjordlys", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZP", what_for="a start-up that applies: a draft, a submitted application, a question"),
    Account("jonas@fjordlys.example", "Jonas Berg", "startup-member", "organisation", "fjordlys", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZQ", what_for="her colleague, who writes and does not submit"),
    Account("camille@lumiere.example", "Camille Roux", "startup-owner", "organisation", "lumiere", "KRUGS4ZANFZSAYJAMRSW23ZANNSXSMZR", language="fr", what_for="another start-up, in French"),
)  # fmt: skip

MANAGER = ACCOUNTS[0].email
SECOND_MANAGER = "partner@fund.example"
ANALYST = ACCOUNTS[1].email
COMMITTEE = "committee@fund.example"
SECOND_COMMITTEE = "committee2@fund.example"
PROGRAMMES = "programme@accelerator.example"
SECOND_PROGRAMMES = "colleague@accelerator.example"
REVIEWERS = ("reviewer@reviews.example", "other@reviews.example")
OWNER, MEMBER, FRENCH_OWNER = "ida@fjordlys.example", "jonas@fjordlys.example", "camille@lumiere.example"
OFFICER = "ethics@accelerator.example"
SECOND_OFFICER = "second@accelerator.example"


def play(*, system: Any, things: dict[str, str]) -> None:
    """Add every account with its role, its second factor and recovery codes. ``things`` are public ids by their word."""
    with clock.standing_at(JOINED_AT):
        for account in ACCOUNTS:
            _add(account, system=system, things=things)


def current_code(account: Account) -> str:
    """The six digits that the account's authenticator shows now."""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(account.totp_secret, counters[len(counters) // 2])))


def person(email: str) -> Any:
    """One of them, once the people are played."""
    found = queries.by_email(email)
    if found is None:
        raise LookupError(email)
    return found


def is_played() -> bool:
    return queries.by_email(ACCOUNTS[0].email) is not None


def _add(account: Account, *, system: Any, things: dict[str, str]) -> None:
    person = services.add(
        email=account.email,
        name=account.name,
        language=account.language,
        password=PASSWORD,
        illustrative=True,
        by=system,
        at=JOINED_AT,
    )
    services.grant(
        person,
        account.role,
        scope_kind=account.scope_kind,
        scope_ref=things.get(account.scope_ref, account.scope_ref),
        starts_on=date(2023, 7, 3),
        by=system,
        at=JOINED_AT,
    )
    services.hand_out_factor(person, account.totp_secret, by=system)
